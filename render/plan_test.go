package render_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
)

func failing(actual string, line int) evidence.Verdict {
	return evidence.Combine(evidence.BasisEvidence, evidence.Reason{Result: evidence.Fail, Expected: "1", Actual: actual,
		Cites: []evidence.Citation{{Item: "data/items/registry/a.reg", Line: line, Offset: 10, Length: 5}}})
}

// planned is a host with three failing Controls (open, accepted, accepted once and overdue), two rules that fail and one that needs review.
func planned() audit.Audit {
	on := time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)
	exception := func(control string, until time.Time) *evidence.Exception {
		return &evidence.Exception{Control: control, Reason: "a reason", Approver: "The owner", On: on, Expires: until}
	}
	passed := evidence.Verdict{Result: evidence.Pass}
	failed := failing("0", 9)
	stig := []evidence.RuleRef{
		{Strength: "exact", CCIs: []string{"CCI-000002", "CCI-000001"}}, {Strength: "partial", CCIs: []string{"CCI-000001"}},
		{Strength: "related", CCIs: []string{"CCI-000009"}},
	}
	h := audit.Host{Name: "AUTOMATE01", Before: &audit.Snapshot{To: on}, Sections: []audit.Section{{ID: "s", Title: "Section", Controls: []audit.Assessed{
		{ID: "low-open", Statement: "Low", Severity: evidence.Low, Fix: "Fix low.", After: failing("is low", 1), Before: &passed, STIG: stig},
		{ID: "high-accepted", Statement: "High", Severity: evidence.High, Fix: "Fix high.", After: failing("is high", 2), Before: &failed,
			Exception: exception("high-accepted", on.AddDate(1, 0, 0))},
		{ID: "high-expired", Statement: "High too", Severity: evidence.High, Fix: "Fix this.", After: failing("is high too", 3),
			Exception: exception("high-expired", on.AddDate(0, 1, 0)), Expired: true,
			Remediation: &evidence.Remediation{Control: "high-expired", Owner: "service desk", Due: on.AddDate(0, 2, 0)}},
	}}}, Benchmarks: []audit.Benchmark{
		{ID: "Sample_STIG", Title: "Sample", Counts: audit.Counts{Fail: 2, NeedsReview: 1}, Rules: []audit.AssessedRule{
			{STIGID: "SMPL-1", Title: "Rule one", Severity: evidence.High, CCIs: []string{"CCI-000003"}, After: failing("one", 4), Before: &passed,
				Remediation: &evidence.Remediation{Control: "SMPL-1", Owner: "network team", Due: on.AddDate(0, 5, 0), Comment: "=ticket 4711",
					Milestones: []evidence.Milestone{{Text: "ordered", Date: on.AddDate(0, 2, 0)}, {Text: "moved", Date: on.AddDate(0, 4, 0)}}}},
			{STIGID: "SMPL-2", Title: "Rule two", Severity: evidence.Medium, After: evidence.Verdict{Result: evidence.NeedsReview}},
			{STIGID: "SMPL-3", Title: "Rule three", Severity: evidence.Medium, CCIs: []string{"CCI-000002"}, After: failing("three", 5)},
		}},
		{ID: "Other_STIG", NotJudged: "written for another"},
	}}
	ac2, ac24, cm6 := evidence.NISTControl{Family: "AC", Number: 2}, evidence.NISTControl{Family: "AC", Number: 2, Enhancement: 4}, evidence.NISTControl{Family: "CM", Number: 6}
	return audit.Audit{AsOf: on.AddDate(0, 3, 0), Counts: audit.Counts{Fail: 3}, Hosts: []audit.Host{h}, NIST: []audit.ControlCount{
		{NIST: ac2, Counts: audit.Counts{Pass: 4}}, {NIST: ac2, CCI: "CCI-000001", Counts: audit.Counts{Pass: 4}},
		{NIST: ac24, Counts: audit.Counts{NeedsReview: 1}}, {NIST: ac24, CCI: "CCI-000002", Counts: audit.Counts{NeedsReview: 1}},
		{NIST: cm6, Counts: audit.Counts{Fail: 2}}, {NIST: cm6, CCI: "CCI-000003", Counts: audit.Counts{Fail: 2}},
		{CCI: "CCI-000007", Counts: audit.Counts{Fail: 1}},
	}}
}

// tableOf returns the cells of a part's only table, and its running text.
func tableOf(t *testing.T, d render.Document, anchor string) (rows [][]string, text string) {
	t.Helper()
	found := false
	for _, p := range d.Parts {
		if p.Anchor != anchor {
			continue
		}
		found = true
		for _, block := range p.Blocks {
			switch b := block.(type) {
			case *render.Paragraph:
				text += b.Text + "\n"
			case *render.Table:
				for _, r := range b.Rows {
					var cells []string
					for _, c := range r.Cells {
						cells = append(cells, c.Plain())
					}
					rows = append(rows, cells)
				}
			}
		}
	}
	if !found {
		t.Fatalf("there is no part %s", anchor)
	}
	return rows, text
}

func TestPlanSheet(t *testing.T) {
	rows, _ := tableOf(t, render.Build(planned()), "sheet-plan")
	cite := func(line int) string { return fmt.Sprintf("data/items/registry/a.reg, line %d, byte 10+5", line) }
	want := [][]string{
		{"high-expired", "AUTOMATE01", "High too", "high", "is high too", cite(3), "", "", "Fix this.", "open, acceptance expired, overdue",
			"was accepted by The owner on 2026-08-01 until 2026-09-01: a reason", "service desk", "2026-10-01", "", "", ""},
		{"SMPL-1", "AUTOMATE01", "Rule one", "high", "one", cite(4), "CM-6", "CCI-000003", "See the STIG's fix text.", "open", "", "network team", "2027-01-01",
			"2026-10-01: ordered (its day has gone by)\n2026-12-01: moved", "=ticket 4711", "new: passed on 2026-08-01 00:00 UTC"},
		{"high-accepted", "AUTOMATE01", "High", "high", "is high", cite(2), "", "", "Fix high.", "accepted",
			"by The owner on 2026-08-01 until 2027-08-01: a reason", "", "", "", "", "failed already on 2026-08-01 00:00 UTC"},
		{"SMPL-3", "AUTOMATE01", "Rule three", "medium", "three", cite(5), "AC-2 (4)", "CCI-000002", "See the STIG's fix text.", "open", "", "", "", "", "", ""},
		{"low-open", "AUTOMATE01", "Low", "low", "is low", cite(1), "AC-2, AC-2 (4)", "CCI-000002 CCI-000001", "Fix low.", "open", "", "", "", "", "",
			"new: passed on 2026-08-01 00:00 UTC"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestPlanOfAction(t *testing.T) {
	a := planned()
	rows, text := tableOf(t, render.Build(a), "plan")
	if diff := cmp.Diff([]string{"high-accepted", "high", "High\nis high", "", "accepted\nby The owner until 2027-08-01\nfailed before", ""}, rows[2]); diff != "" {
		t.Errorf("accepted (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"2026-10-01\nby service desk", "2027-01-01\nby network team\n2026-10-01: ordered (its day has gone by)\n2026-12-01: moved\n=ticket 4711"},
		[]string{rows[0][5], rows[1][5]}); diff != "" {
		t.Errorf("promised (-want +got):\n%s", diff)
	}
	for _, want := range []string{"a host (3) and each STIG rule that does (2)", "1 accepted, 4 open. For 2 of 5 the answers say who mends it", "1 need review and 0 were not collected"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}

	// Of 65 only 60 stand in the report; the workbook has all.
	rules := &a.Hosts[0].Benchmarks[0].Rules
	for i := range 60 {
		*rules = append(*rules, audit.AssessedRule{STIGID: evidence.STIGID(fmt.Sprintf("MORE-%d", i)), Severity: evidence.Low, After: failing("more", 6)})
	}
	d := render.Build(a)
	rows, text = tableOf(t, d, "plan")
	all, _ := tableOf(t, d, "sheet-plan")
	if len(rows) != 60 || len(all) != 65 || !strings.Contains(text, "5 more of lower rank stand in the workbook's sheet POA&M.") {
		t.Errorf("%d rows in the report, %d in the workbook, and: %s", len(rows), len(all), text)
	}
}

func TestNISTPart(t *testing.T) {
	a := planned()
	rows, _ := tableOf(t, render.Build(a), "nist")
	want := [][]string{ // fail, needs review, not collected, pass, not applicable, all
		{"CM-6", "2", "0", "0", "0", "0", "2"},
		{"CCI-000007", "1", "0", "0", "0", "0", "1"},
		{"AC-2 (4)", "0", "1", "0", "0", "0", "1"},
		{"AC-2", "0", "0", "0", "4", "0", "4"},
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	a.Hosts[0].Benchmarks = a.Hosts[0].Benchmarks[1:] // only one that was not judged is left
	for _, p := range render.Build(a).Parts {
		if p.Anchor == "nist" {
			t.Error("without a judged benchmark there is a part all the same")
		}
	}
}
