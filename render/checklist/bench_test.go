package checklist_test

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/carry"
	"auditpack/render/checklist"
)

// many is a benchmark of n rules with texts of the usual length, judged.
func many(n int) (audit.Benchmark, evidence.Benchmark) {
	b := benchmark()
	rule := b.Rules[0]
	rule.Discussion, rule.CheckText = strings.Repeat("A sentence of <usual> length. ", 50), strings.Repeat("Look here & there.\n", 50)
	b.Rules = nil
	for i := range n {
		rule.GroupID, rule.RuleID = evidence.GroupID(fmt.Sprintf("V-%d", 100_000+i)), evidence.RuleID(fmt.Sprintf("SV-%dr1_rule", 100_000+i))
		b.Rules = append(b.Rules, rule)
	}
	return judged(b), b
}

// BenchmarkWrite writes all three forms.
func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{300, 3000} {
		a, texts := many(n)
		o := options()
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, write := range []func(io.Writer, checklist.Target, audit.Benchmark, evidence.Benchmark, checklist.Options) error{
					checklist.WriteCKL, checklist.WriteCKLB, checklist.WriteXCCDF,
				} {
					if err := write(io.Discard, host, a, texts, o); err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}

// BenchmarkCarry reads a CKL and finds the rules that its rules are.
func BenchmarkCarry(b *testing.B) {
	for _, n := range []int{300, 3000} {
		a, texts := many(n)
		file := forms[0].bytes(b, host, a, texts, options())
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				carry.Match(read(b, "old.ckl", file), texts)
			}
		})
	}
}
