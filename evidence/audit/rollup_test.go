package audit_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// ofTest is a mapping with one CCI of two controls, two of one, and one that it does not know.
func ofTest(cci string) []string {
	return map[string][]string{
		"CCI-000366": {"CM-6 b"}, "CCI-000381": {"CM-7 a", "CM-6 b"}, "CCI-000015": {"AC-2 (1)"}, "CCI-000018": {"AC-10"}, "CCI-000099": {"none"},
	}[cci]
}

func verdictOf(r evidence.Result) evidence.Verdict { return evidence.Verdict{Result: r} }

func TestRollUp(t *testing.T) {
	ref := func(strength string, ccis ...string) evidence.RuleRef {
		return evidence.RuleRef{Strength: strength, CCIs: ccis}
	}
	a := audit.Audit{Hosts: []audit.Host{
		{
			Sections: []audit.Section{{Controls: []audit.Assessed{
				// Named by the rules of three platforms: counted once.
				{ID: "one", Severity: evidence.High, After: verdictOf(evidence.Fail), Exception: &evidence.Exception{},
					STIG: []evidence.RuleRef{ref("exact", "CCI-000366"), ref("partial", "CCI-000366"), ref("related", "CCI-000015"), ref("none", "CCI-000018")}},
				{ID: "two", Severity: evidence.Low, After: verdictOf(evidence.Fail), Exception: &evidence.Exception{}, Expired: true,
					STIG: []evidence.RuleRef{ref("exact", "CCI-000018")}},
				{ID: "three", After: verdictOf(evidence.Pass), STIG: []evidence.RuleRef{ref("related", "CCI-000366")}},
			}}},
			Benchmarks: []audit.Benchmark{{Rules: []audit.AssessedRule{
				// Two CCIs, both of CM-6: once there.
				{CCIs: []string{"CCI-000366", "CCI-000381"}, Severity: evidence.Medium, After: verdictOf(evidence.Pass)},
				{CCIs: []string{"CCI-000099", "CCI-000098"}, After: verdictOf(evidence.NeedsReview)},
				{After: verdictOf(evidence.Fail)},
			}}},
		},
		{Benchmarks: []audit.Benchmark{{Rules: []audit.AssessedRule{{CCIs: []string{"CCI-000015"}}}}}},
	}}
	want := []string{
		"AC-2 (1) : 0 pass, 0 fail, 0 review, 1 not collected, 0 accepted",
		"AC-2 (1) CCI-000015: 0 pass, 0 fail, 0 review, 1 not collected, 0 accepted",
		"AC-10 : 0 pass, 1 fail, 0 review, 0 not collected, 0 accepted",
		"AC-10 CCI-000018: 0 pass, 1 fail, 0 review, 0 not collected, 0 accepted",
		"CM-6 : 1 pass, 1 fail, 0 review, 0 not collected, 1 accepted",
		"CM-6 CCI-000366: 1 pass, 1 fail, 0 review, 0 not collected, 1 accepted",
		"CM-6 CCI-000381: 1 pass, 0 fail, 0 review, 0 not collected, 0 accepted",
		"CM-7 : 1 pass, 0 fail, 0 review, 0 not collected, 0 accepted",
		"CM-7 CCI-000381: 1 pass, 0 fail, 0 review, 0 not collected, 0 accepted",
		"? CCI-000098: 0 pass, 0 fail, 1 review, 0 not collected, 0 accepted",
		"? CCI-000099: 0 pass, 0 fail, 1 review, 0 not collected, 0 accepted",
	}
	for range 5 {
		if diff := cmp.Diff(want, lines(audit.RollUp(a, ofTest))); diff != "" {
			t.Fatal(diff)
		}
	}
	want = []string{
		"? CCI-000015: 0 pass, 0 fail, 0 review, 1 not collected, 0 accepted",
		"? CCI-000018: 0 pass, 1 fail, 0 review, 0 not collected, 0 accepted",
		"? CCI-000098: 0 pass, 0 fail, 1 review, 0 not collected, 0 accepted",
		"? CCI-000099: 0 pass, 0 fail, 1 review, 0 not collected, 0 accepted",
		"? CCI-000366: 1 pass, 1 fail, 0 review, 0 not collected, 1 accepted",
		"? CCI-000381: 1 pass, 0 fail, 0 review, 0 not collected, 0 accepted",
	}
	if diff := cmp.Diff(want, lines(audit.RollUp(a, nil))); diff != "" {
		t.Errorf("without a mapping: %s", diff)
	}
	if got := audit.RollUp(audit.Audit{}, ofTest); len(got) > 0 {
		t.Errorf("of nothing: %v", got)
	}
}

func lines(list []audit.ControlCount) []string {
	var text []string
	for _, c := range list {
		name := c.NIST.String()
		if c.NIST == (evidence.NISTControl{}) {
			name = "?"
		}
		n := c.Counts
		text = append(text, fmt.Sprintf("%s %s: %d pass, %d fail, %d review, %d not collected, %d accepted", name, c.CCI, n.Pass, n.Fail, n.NeedsReview, n.NotCollected, n.Accepted))
	}
	return text
}
