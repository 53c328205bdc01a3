package audit

import (
	"slices"

	"auditpack/evidence"
)

// Open returns the Controls of a host that a person's word can decide and that nobody has decided yet, in the order of
// the guide.
func (h Host) Open() []Assessed {
	var open []Assessed
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			if leftToPerson(c.After) {
				open = append(open, c)
			}
		}
	}
	return open
}

// Unproven reports whether the evidence should have decided the Control and did not: it was not collected, contradicts
// itself, is too old or is not understood. What waits for a person's word, or for a fact of the answers, is not among it.
func (c Assessed) Unproven() bool { return unproven(c.After) }

// Unproven is as for a Control. A rule whose text gave no Checks waits for a person.
func (r AssessedRule) Unproven() bool {
	if r.Undecided != "" && r.After.Basis == evidence.BasisNone {
		return false
	}
	return unproven(r.After)
}

func unproven(v evidence.Verdict) bool {
	switch v.Result {
	case evidence.Pass, evidence.Fail, evidence.NotApplicable:
		return false
	case evidence.NeedsReview:
		return slices.ContainsFunc(v.Reasons, func(r evidence.Reason) bool {
			open := r.Result != evidence.Pass && r.Result != evidence.NotApplicable
			return open && !r.ByPerson && r.Fact == ""
		})
	}
	return true
}
