package check_test

import (
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

func TestDatabaseHost(t *testing.T) {
	closed := evidence.Check{Kind: "port-closed", Address: "inbound:tcp/3306", Want: []string{"unless database-separate"}}
	scope := evidence.Check{Kind: "port-scope", Address: "inbound:tcp/3306", Want: []string{"from private", "where database-separate"}}
	for _, test := range []struct {
		name   string
		check  evidence.Check
		answer string
		want   evidence.Result
	}{
		{"closed, database elsewhere", closed, "separate", evidence.NotApplicable},
		{"closed, database here, nothing collected", closed, "same", evidence.NotCollected},
		{"closed, unanswered, nothing collected", closed, "", evidence.NotCollected},
		{"scope, unanswered", scope, "", evidence.NeedsReview},
		{"scope, database here", scope, "same", evidence.NotApplicable},
		{"scope, database elsewhere, nothing collected", scope, "separate", evidence.NotCollected},
	} {
		judge, err := check.Prepare(test.check)
		if err != nil {
			t.Fatal(err)
		}
		v := evidence.Combine(evidence.BasisEvidence, judge(check.Case{Facts: evidence.NewFacts(nil), Answers: &evidence.Answers{DatabaseHost: test.answer}})...)
		if v.Result != test.want {
			t.Errorf("%s: %s, want %s: %+v", test.name, v.Result, test.want, v.Reasons)
		}
	}
}
