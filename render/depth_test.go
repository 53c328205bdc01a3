package render_test

import (
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// chapters are the titles of a report.
func chapters(d render.Document) []string {
	var titles []string
	for _, p := range d.Parts {
		if p.Report {
			titles = append(titles, p.Title)
		}
	}
	return titles
}

// everything is an audit that has something for every chapter.
func everything() audit.Audit {
	a := asked()
	a.Hosts[0].Benchmarks = []audit.Benchmark{{ID: "MS_Windows_Server_2019_STIG", Title: "Microsoft Windows Server 2019 STIG", Version: "3", Release: "8", Counts: audit.Counts{Fail: 1, Pass: 1, NeedsReview: 1},
		Rules: []audit.AssessedRule{
			{STIGID: "WN19-00-000001", Title: "fails", Severity: evidence.High, After: evidence.Verdict{Result: evidence.Fail, Reasons: []evidence.Reason{{Result: evidence.Fail, Expected: "1", Actual: "0"}}}},
			{STIGID: "WN19-00-000002", Title: "holds", After: evidence.Verdict{Result: evidence.Pass}},
			{STIGID: "WN19-00-000003", Title: "a person", After: evidence.Verdict{Result: evidence.NeedsReview, Reasons: []evidence.Reason{{Result: evidence.NeedsReview, Actual: "look"}}}},
		}}}
	return a
}

// TestDepths holds that a report of less depth is shorter by chapters that it names with their place, that nothing else
// changes, and that no report is without the pages that it is signed and checked by.
func TestDepths(t *testing.T) {
	for name, a := range map[string]audit.Audit{"one host": everything(), "two hosts": twoHosts(), "nothing": {}} {
		full := render.BuildAt(a, render.Full)
		if text := dump(full); text != dump(render.Build(a)) || text != dump(render.BuildAt(a, "")) {
			t.Errorf("%s: without a depth the report is not full", name)
		}
		if part(full, "left-out") != nil {
			t.Errorf("%s: a full report leaves something out", name)
		}
		last := len(chapters(full)) + 2
		for _, depth := range []render.Depth{render.Findings, render.Brief} {
			d := render.BuildAt(a, depth)
			got, said := chapters(d), partText(d, "left-out")
			for _, title := range chapters(full) {
				if !slices.Contains(got, title) && !strings.Contains(said, title) {
					t.Errorf("%s, %s: the chapter %q is missing, and nothing says so:\n%s", name, depth, title, said)
				}
			}
			for _, title := range []string{"Summary", "Custody", "Sign-off", "How to verify", "What this package does not prove", "What this report leaves out"} {
				if !slices.Contains(got, title) {
					t.Errorf("%s, %s: no chapter %q", name, depth, title)
				}
			}
			if !strings.Contains(cells(d.Cover.Lines[len(d.Cover.Lines)-1].Value), string(depth)) {
				t.Errorf("%s, %s: the cover does not say so: %v", name, depth, d.Cover.Lines)
			}
			if len(got) > last {
				t.Errorf("%s, %s: %d chapters, the deeper one has %d", name, depth, len(got), last)
			}
			last = len(got)
			if sheets(d) != sheets(full) {
				t.Errorf("%s, %s: the workbook is another one", name, depth)
			}
			if d.Escaped != full.Escaped {
				t.Errorf("%s, %s: %d characters made visible, %d in the full one", name, depth, d.Escaped, full.Escaped)
			}
		}
	}
}

// sheets is the workbook of a Document as text.
func sheets(d render.Document) string {
	d.Cover = render.Cover{}
	d.Parts = slices.DeleteFunc(slices.Clone(d.Parts), func(p render.Part) bool { return p.Sheet == "" })
	return dump(d)
}

// TestDepthLinks holds that no link of a shorter report leads to what it leaves out, and that every citation of it leads to a
// line with the digest and the time.
func TestDepthLinks(t *testing.T) {
	for _, a := range []audit.Audit{everything(), twoHosts()} {
		for _, depth := range render.Depths {
			d := render.BuildAt(a, depth)
			m := media(t, d)[0]
			items := 0
			for link, text := range m.links {
				if link != "" && !m.anchors[link] {
					t.Errorf("%s: the link of %q leads to %s, which is nowhere", depth, text, link)
				}
				if strings.HasPrefix(link, "item/") {
					items++
				}
			}
			if items == 0 {
				t.Errorf("%s: nothing is cited", depth)
			}
		}
	}
}

// TestFindingsHasEveryVerdict holds that the report for those who fix has what fails in full and a line for every other one.
func TestFindingsHasEveryVerdict(t *testing.T) {
	a := rendertest.Audit()
	rows, entries := map[string]bool{}, map[string]bool{}
	for _, block := range part(render.BuildAt(a, render.Findings), "host/AUTOMATE01").Blocks {
		switch block := block.(type) {
		case *render.Table:
			for _, r := range block.Rows {
				rows[r.Anchor] = true
			}
		case *render.Entries:
			for _, e := range block.List {
				entries[e.Anchor] = true
			}
		}
	}
	for _, s := range a.Hosts[0].Sections {
		for _, c := range s.Controls {
			anchor, fails := "control/AUTOMATE01/"+c.ID, c.After.Result == evidence.Fail
			if entries[anchor] != fails || rows[anchor] == fails {
				t.Errorf("%s, which is %s: in full %v, in a line %v", c.ID, c.After.Result, entries[anchor], rows[anchor])
			}
		}
	}
	if _, err := render.ParseDepth("everything"); err == nil {
		t.Error("a depth that is none is accepted")
	}
}

// TestFleetDepths holds of many hosts what TestDepths holds of few.
func TestFleetDepths(t *testing.T) {
	a := rendertest.Audit()
	one := a.Hosts[0]
	for _, name := range []string{"B", "C", "D", "E", "F"} {
		more := one
		more.Name = name
		a.Hosts = append(a.Hosts, more)
	}
	full := render.Build(a)
	for _, depth := range []render.Depth{render.Findings, render.Brief} {
		d := render.BuildAt(a, depth)
		for _, title := range chapters(full) {
			if said := partText(d, "left-out"); !slices.Contains(chapters(d), title) && !strings.Contains(said, title) {
				t.Errorf("%s: the chapter %q is missing, and nothing says so:\n%s", depth, title, said)
			}
		}
		if slices.Contains(chapters(d), "Matrix") != (depth == render.Findings) || sheets(d) != sheets(full) {
			t.Errorf("%s: %v", depth, chapters(d))
		}
	}
}
