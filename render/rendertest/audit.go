// Package rendertest holds an Audit for the tests of render and its pens: one host, two snapshots, all Results, and the
// texts that are hard to lay out. The host is made up.
package rendertest

import (
	"fmt"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

var (
	now  = time.Date(2026, 11, 20, 21, 4, 0, 0, time.UTC)
	then = time.Date(2026, 8, 14, 20, 31, 0, 0, time.UTC)
	asOf = time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
)

// LongSDDL is a security descriptor that no line holds.
const LongSDDL = "O:BAG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICIIO;GA;;;CO)(A;OICI;0x1200a9;;;BU)(A;OICI;0x1301bf;;;S-1-5-82-3006700770-424185619-1745488364-794895919-4004696415)" +
	"(A;OICI;0x1301bf;;;S-1-5-82-1036420768-1044797643-1061213386-2937092688-4282445334)(A;OICI;0x1301bf;;;S-1-5-82-271721585-897601226-2024613209-625570482-296978595)" +
	"(A;OICI;0x1301bf;;;S-1-5-82-3682073875-1643277370-2842298652-3532359455-2406259117)(D;OICI;FA;;;S-1-5-21-1004336348-1177238915-682003330-1013)S:AI(AU;OICISAFA;FA;;;WD)"

// Hostile holds what deceives readers and breaks layouts; no glyphs for some of it are in the report's fonts.
const Hostile = "evil\x1b[2Jname\u202Etxt.exe\u200b \U0001F600 日本 \xff end"

// seed is one Control in short.
type seed struct {
	id, statement string
	severity      evidence.Severity
	now, was      evidence.Result
	expected      string
	found, before string
	item          string
	line          int
	stig          string
}

type chapter struct {
	id, part, title string
	seeds           []seed
}

const (
	p = evidence.Pass
	f = evidence.Fail
	r = evidence.NeedsReview
	c = evidence.NotCollected
	a = evidence.NotApplicable
)

// Audit returns the Audit. Every call returns a new one.
func Audit() audit.Audit {
	h := audit.Host{Name: "AUTOMATE01", Platform: evidence.WS2019, OS: "Windows Server 2019 Standard (build 17763)", SetAside: 41}
	h.After = snapshot(now, "after", 0)
	before := snapshot(then, "before", 1)
	h.Before = &before
	h.CountsBefore = &audit.Counts{}
	for _, ch := range chapters() {
		s := audit.Section{ID: ch.id, Part: ch.part, Title: ch.title, CountsBefore: &audit.Counts{}}
		for i, sd := range ch.seeds {
			s.Controls = append(s.Controls, assessed(sd, i))
			count(&s.Counts, sd.now, sd.severity)
			count(s.CountsBefore, sd.was, sd.severity)
			count(&h.Counts, sd.now, sd.severity)
			count(h.CountsBefore, sd.was, sd.severity)
		}
		h.Sections = append(h.Sections, s)
	}
	extras(&h)
	for i := range h.Sections {
		for j := range h.Sections[i].Controls {
			if m := h.Sections[i].Controls[j]; m.Movement != "" {
				h.Movements = append(h.Movements, evidence.Change{Level: evidence.VerdictLevel, Control: m.ID, Movement: m.Movement, Kind: "changed",
					Before: string(m.Before.Result), After: string(m.After.Result), BeforeCites: cites(m.Before), AfterCites: cites(&m.After)})
			}
		}
	}
	h.Changes = changes()
	h.After.Previous = before.Digest
	return audit.Audit{
		Version: audit.Version, Tool: "auditpack 0.1.0", AsOf: asOf, Client: "Example Dental Group", PreparedBy: "Example Managed Services",
		Guide: audit.GuideInfo{ID: "automate", Title: "ConnectWise Automate Server Hardening Guide", Edition: "2025-03",
			Digest: evidence.DigestOf([]byte("guide"))},
		Counts: h.Counts, Before: h.CountsBefore, Hosts: []audit.Host{h},
		Exceptions: []evidence.Exception{exception()}, Attested: []evidence.Attestation{attestation()},
		Custody: custody(h),
	}
}

func exception() evidence.Exception {
	return evidence.Exception{Control: "rdp-closed", Reason: "the jump host is replaced in January", Approver: "Owner of AUTOMATE01",
		On: then.AddDate(0, 0, 3), Expires: asOf.AddDate(0, 2, 0)}
}

func attestation() evidence.Attestation {
	return evidence.Attestation{Control: "integrator-unique", Holds: true, By: "Service desk lead", On: then, ValidUntil: asOf.AddDate(0, 6, 0),
		Comment: "checked in the Automate console"}
}

func cites(v *evidence.Verdict) []evidence.Citation {
	var list []evidence.Citation
	for _, reason := range v.Reasons {
		list = append(list, reason.Cites...)
	}
	return list
}

func count(n *audit.Counts, result evidence.Result, s evidence.Severity) {
	switch result {
	case evidence.Pass:
		n.Pass++
	case evidence.NotApplicable:
		n.NotApplicable++
	case evidence.NeedsReview:
		n.NeedsReview++
	case evidence.NotCollected:
		n.NotCollected++
	case evidence.Fail:
		n.Fail++
		switch s {
		case evidence.High:
			n.FailHigh++
		case evidence.Medium:
			n.FailMedium++
		case evidence.Low:
			n.FailLow++
		}
	}
}

func verdict(result evidence.Result, sd seed, found string, line int) evidence.Verdict {
	reason := evidence.Reason{Result: result, Expected: sd.expected, Actual: found}
	switch {
	case result == c || result == a:
	case strings.HasPrefix(found, "not set"):
		reason.Cites = []evidence.Citation{{Item: sd.item, Line: line, Offset: int64(line) * 61, Length: 58, Absence: true}}
	default:
		reason.Cites = []evidence.Citation{{Item: sd.item, Line: line, Offset: int64(line) * 74, Length: 35}}
	}
	basis := evidence.BasisEvidence
	if result == c {
		basis = evidence.BasisNone
	}
	return evidence.Verdict{Result: result, Basis: basis, Reasons: []evidence.Reason{reason}}
}

func assessed(sd seed, i int) audit.Assessed {
	was := verdict(sd.was, sd, sd.before, sd.line+3)
	out := audit.Assessed{ID: sd.id, Statement: sd.statement, Severity: sd.severity, Fix: "Set it by group policy, or locally with secpol.msc, and restart the service.",
		After: verdict(sd.now, sd, sd.found, sd.line), Before: &was, Movement: movement(sd.was, sd.now)}
	if sd.now == r {
		out.Manual = "Open the Automate console and compare with the list that the guide gives."
	}
	if sd.stig != "" {
		out.STIG = []evidence.RuleRef{{Benchmark: "ws2019", Release: "V3R8", STIGID: evidence.STIGID("WN19-" + sd.stig),
			GroupID: evidence.GroupID(fmt.Sprintf("V-2058%02d", 10+i)), RuleID: evidence.RuleID(fmt.Sprintf("SV-2058%02dr991589_rule", 10+i)),
			Severity: sd.severity, Strength: "exact", CCIs: []string{"CCI-000366", "CCI-001453"}}}
	}
	return out
}

func movement(was, is evidence.Result) evidence.Movement {
	switch {
	case was == f && is == p:
		return evidence.Fixed
	case was == f && is == f:
		return evidence.StillFailing
	case is == f:
		return evidence.Regressed
	case is == c && was != c:
		return evidence.NewlyNotCollected
	case was != is:
		return evidence.OtherMovement
	}
	return ""
}
