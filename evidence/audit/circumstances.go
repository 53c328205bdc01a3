package audit

import (
	"auditpack/evidence"
)

// Circumstances are what evidence shows of how a capture went: with which rights, and what the host's time service said of the clock
// that its times are by.
type Circumstances struct {
	Rights      Rights      `json:"rights,omitzero"`
	TimeService TimeService `json:"time_service,omitzero"`
}

// Rights are those of the process that captured, as whoami listed them. The zero Rights: that is not known.
type Rights struct {
	// Administrator: the process was elevated, and had the group of administrators.
	Administrator bool              `json:"administrator"`
	Level         string            `json:"integrity_level"` // the SID of its integrity level: S-1-16-12288
	Cite          evidence.Citation `json:"cite"`            // of the level
}

// TimeService is what the Windows Time service said, as w32tm printed it. The zero TimeService: that is not known.
type TimeService struct {
	// Synchronised: with a clock other than the host's own. If not, no offset says anything.
	Synchronised bool `json:"synchronised"`
	// Offset is the difference between the host's clock and its source's in seconds, -0.0038147. [MS-W32T] does not say which of
	// them a sign puts ahead. Empty: not synchronised, or not read.
	Offset string `json:"phase_offset_seconds,omitempty"`
	// Since is how long ago the clock was synchronised last, in seconds. Empty: not read.
	Since  string            `json:"since_last_sync_seconds,omitempty"`
	Source string            `json:"source,omitempty"` // what it is synchronised with, as printed
	Cite   evidence.Citation `json:"cite"`             // of the offset, or of what shows that there is none
}

// The numbers by which a time service says that its clock is not set by another one (RFC 1305, 3.2.1 and appendix A).
const (
	leapNotSynchronised = "3"
	referenceOwnClock   = "0x4C4F434C" // LOCL
)

// Values of operator:integrity-level ([MS-DTYP] 2.4.2.4): those of an elevated process.
const (
	integrityHigh   = "S-1-16-12288"
	integritySystem = "S-1-16-16384"
)

// CircumstancesOf reads what evidence shows of its capture.
func CircumstancesOf(f *evidence.Facts) Circumstances {
	return Circumstances{rights(f), timeServiceOf(f)}
}

func rights(f *evidence.Facts) Rights {
	level := f.Lookup("operator:integrity-level")
	if level.State != evidence.Found {
		return Rights{}
	}
	r := Rights{Level: level.Value().String(), Cite: level.Cites[0]}
	r.Administrator = (r.Level == integrityHigh || r.Level == integritySystem) && f.Lookup("operator:S-1-5-32-544").State == evidence.Found
	return r
}

func timeServiceOf(f *evidence.Facts) TimeService {
	text := func(a evidence.Address) (string, evidence.Citation) {
		if o := f.Lookup(a); o.State == evidence.Found {
			return o.Value().String(), o.Cites[0]
		}
		return "", evidence.Citation{}
	}
	leap, leapAt := text("clock:leap-indicator")
	if leap == "" {
		return TimeService{}
	}
	reference, referenceAt := text("clock:reference")
	var t TimeService
	t.Source, t.Cite = text("clock:source")
	t.Since, _ = text("clock:since-last-sync")
	switch {
	case leap == leapNotSynchronised:
		t.Cite = leapAt
		return t
	case reference == referenceOwnClock:
		t.Cite = referenceAt
		return t
	}
	t.Synchronised = true
	if offset, at := text("clock:phase-offset"); offset != "" {
		t.Offset, t.Cite = offset, at
	} else if t.Cite.Item == "" {
		t.Cite = leapAt
	}
	return t
}
