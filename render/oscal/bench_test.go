package oscal_test

import (
	"fmt"
	"io"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/oscal"
)

// BenchmarkRules writes both documents of a benchmark of 300 and of 3,000 rules, half of which fail.
func BenchmarkRules(b *testing.B) {
	for _, n := range []int{300, 3000} {
		a := wide()
		k := &a.Hosts[1].Benchmarks[1]
		k.Rules = nil
		for i := range n {
			r := audit.AssessedRule{
				GroupID: evidence.GroupID(fmt.Sprintf("V-%06d", i)), RuleID: evidence.RuleID(fmt.Sprintf("SV-%06dr1_rule", i)),
				Title: "The server is set as the rule asks", Severity: evidence.Medium, CCIs: []string{"CCI-000366"},
				After: a.Hosts[0].Sections[0].Controls[0].After,
			}
			if i%2 == 0 {
				r.After.Result = evidence.Fail
			}
			k.Rules = append(k.Rules, r)
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, w := range []writer{oscal.WriteAssessmentResults, oscal.WritePOAM} {
					if err := w(io.Discard, a, controls, evidence.Digest{}); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
