package audit_test

import (
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// TestUnproven holds what counts as undecided by the evidence: what it lacks, and never what waits for a person alone.
func TestUnproven(t *testing.T) {
	const review, hole = evidence.NeedsReview, evidence.NotCollected
	reason := func(r evidence.Result) evidence.Reason { return evidence.Reason{Result: r} }
	byPerson, fact := evidence.Reason{Result: review, ByPerson: true}, evidence.Reason{Result: review, Fact: "technicians"}
	for name, c := range map[string]struct {
		verdict evidence.Verdict
		want    bool
	}{
		"pass":                            {evidence.Verdict{Result: evidence.Pass, Reasons: []evidence.Reason{reason(evidence.Pass)}}, false},
		"fail":                            {evidence.Verdict{Result: evidence.Fail, Reasons: []evidence.Reason{reason(evidence.Fail), reason(hole)}}, false},
		"not applicable":                  {evidence.Verdict{Result: evidence.NotApplicable}, false},
		"nothing at all":                  {evidence.Verdict{}, true},
		"not collected":                   {evidence.Verdict{Result: hole, Reasons: []evidence.Reason{reason(hole)}}, true},
		"contradicted":                    {evidence.Verdict{Result: review, Reasons: []evidence.Reason{reason(review), reason(evidence.Pass)}}, true},
		"a person's word":                 {evidence.Verdict{Result: review, Reasons: []evidence.Reason{byPerson}}, false},
		"seen, and a person's word":       {evidence.Verdict{Result: review, Reasons: []evidence.Reason{byPerson, reason(evidence.Pass)}}, false},
		"a list for a person, now stale":  {evidence.Verdict{Result: review, Reasons: []evidence.Reason{reason(review), byPerson}}, true},
		"a person's word and a hole":      {evidence.Verdict{Result: review, Reasons: []evidence.Reason{byPerson, reason(hole)}}, true},
		"a fact of the answers":           {evidence.Verdict{Result: review, Reasons: []evidence.Reason{fact, reason(evidence.Pass)}}, false},
		"a fact of the answers, and hole": {evidence.Verdict{Result: review, Reasons: []evidence.Reason{fact, reason(hole)}}, true},
	} {
		if got := (audit.Assessed{After: c.verdict}).Unproven(); got != c.want {
			t.Errorf("%s: statement %v, want %v", name, got, c.want)
		}
		if got := (audit.AssessedRule{After: c.verdict}).Unproven(); got != c.want {
			t.Errorf("%s: rule %v, want %v", name, got, c.want)
		}
	}
	undecided := evidence.Verdict{Result: review, Basis: evidence.BasisNone, Reasons: []evidence.Reason{reason(review)}}
	if (audit.AssessedRule{After: undecided, Undecided: "a sentence that is not known"}).Unproven() {
		t.Error("a rule whose text gave no check waits for a person, not for evidence")
	}
}
