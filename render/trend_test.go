package render_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/trend"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// earlier is the sample as it was packed in the quarter before: its snapshot before is the one that is judged.
func earlier() audit.Audit {
	a := rendertest.Audit()
	a.AsOf = a.AsOf.AddDate(0, -3, 0)
	for i := range a.Hosts {
		h := &a.Hosts[i]
		h.After, h.Counts = *h.Before, *h.CountsBefore
		for j := range h.Sections {
			s := &h.Sections[j]
			s.Counts = *s.CountsBefore
			for k := range s.Controls {
				s.Controls[k].After = *s.Controls[k].Before
			}
		}
	}
	a.Counts = *a.Before
	forgetBefore(&a)
	return a
}

func trendOf(t *testing.T, audits ...audit.Audit) trend.Trend {
	t.Helper()
	var packages []trend.Package
	for i, a := range audits {
		packages = append(packages, trend.Package{Path: fmt.Sprintf("q%d.zip", i+1), Digest: evidence.DigestOf(fmt.Append(nil, i)), Audit: a})
	}
	got, err := trend.Of("auditpack 0.1.0", packages)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// inBenchmark puts the Controls of a section of each host into a benchmark, too; release 8 has not the first of them.
func inBenchmark(a audit.Audit, release string) audit.Audit {
	for i := range a.Hosts {
		b := audit.Benchmark{ID: "Windows_Server_2019_STIG", Title: "Windows Server 2019 STIG", Version: "3", Release: release}
		for k, c := range a.Hosts[i].Sections[2].Controls {
			if k == 0 && release == "8" {
				continue
			}
			b.Rules = append(b.Rules, audit.AssessedRule{STIGID: evidence.STIGID(fmt.Sprintf("WN19-00-%06d", k)), GroupID: evidence.GroupID(fmt.Sprintf("V-%d", k)),
				RuleID: evidence.RuleID(fmt.Sprintf("SV-%dr%s_rule", k, release)), Title: c.Statement, Severity: c.Severity, After: c.After})
			switch c.After.Result {
			case evidence.Fail:
				b.Counts.Fail++
			case evidence.Pass:
				b.Counts.Pass++
			case evidence.NeedsReview:
				b.Counts.NeedsReview++
			default:
				panic(c.ID + " is " + string(c.After.Result) + ": count it")
			}
		}
		a.Hosts[i].Benchmarks = []audit.Benchmark{b}
	}
	return a
}

func TestTrendGolden(t *testing.T) {
	golden(t, "trend", render.BuildTrend(trendOf(t, inBenchmark(earlier(), "7"), inBenchmark(rendertest.Audit(), "8"))))
}

// The two audits say themselves what moved between them: the trend must not say anything else.
func TestTrendAgreesWithTheAudit(t *testing.T) {
	a := rendertest.Audit()
	was, is := *a.Before, a.Counts
	moved := map[evidence.Movement]int{}
	for _, c := range a.Hosts[0].Movements {
		moved[c.Movement]++
	}
	s := trendOf(t, earlier(), a).Hosts[0].Guide
	failing, passed := 0, 0
	for _, f := range s.Open {
		if f.Now == evidence.Fail {
			failing++
		}
	}
	for _, f := range s.Closed {
		if f.Now == evidence.Pass {
			passed++
		}
	}
	if failing != is.Fail || passed != moved[evidence.Fixed] || s.Counts[0] != was || s.Counts[1] != is {
		t.Errorf("%d fail and %d were fixed, want %d and %d; counts %+v", failing, passed, is.Fail, moved[evidence.Fixed], s.Counts)
	}
	d := render.BuildTrend(trendOf(t, earlier(), a))
	rows := map[string]int{}
	for _, m := range media(t, d) { // also looks at the length of each row
		for link, text := range m.links {
			if !m.anchors[link] {
				t.Errorf("%s: the link of %q leads nowhere", m.name, text)
			}
		}
	}
	for _, p := range d.Parts {
		for _, b := range p.Blocks {
			if table, ok := b.(*render.Table); ok && p.Sheet != "" {
				rows[p.Sheet] += len(table.Rows)
			}
		}
	}
	for sheet, want := range map[string]int{render.SheetOpen: len(s.Open) + len(s.Dropped), render.SheetClosed: len(s.Closed), render.SheetLost: len(s.Lost),
		render.SheetVerdicts: is.Total(), render.SheetSections: 2 * len(s.Sections), render.SheetPackages: 2} {
		if rows[sheet] != want {
			t.Errorf("sheet %s has %d rows, want %d", sheet, rows[sheet], want)
		}
	}
}

func TestTrendIsClean(t *testing.T) {
	hostile := func(a audit.Audit) audit.Audit {
		a = inBenchmark(a, "7")
		h := &a.Hosts[0]
		c, r := &h.Sections[0].Controls[0], &h.Benchmarks[0].Rules[0]
		for _, s := range []*string{&a.Client, &a.Guide.Title, &a.Guide.Edition, &h.Name, &h.OS, &h.Sections[0].Title, &c.ID, &c.Statement, &r.Title,
			&h.Benchmarks[0].Title, &h.Benchmarks[0].Release, &h.Benchmarks[0].Site} {
			*s = rendertest.Hostile
		}
		c.After.Result, c.Severity = evidence.Fail, rendertest.Hostile // it passed
		for _, n := range []*audit.Counts{&h.Sections[0].Counts, &h.Counts} {
			n.Pass--
			n.Fail++
		}
		c.Exception = &evidence.Exception{Control: c.ID, Approver: rendertest.Hostile, Reason: rendertest.Hostile, Expires: time.Unix(0, 0)}
		a.Exceptions = []evidence.Exception{*c.Exception}
		return a
	}
	one, two := hostile(earlier()), hostile(rendertest.Audit())
	two.Tool = rendertest.Hostile
	d := render.BuildTrend(trendOf(t, one, two))
	if d.Escaped == 0 {
		t.Error("no replacement is counted")
	}
	for _, m := range media(t, d) {
		for _, p := range d.Parts {
			m.texts = append(m.texts, p.Title)
		}
		for _, s := range append(m.texts, d.Subject, d.Tool, d.Cover.Guide) {
			if strings.ContainsFunc(s, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) }) {
				t.Fatalf("%s: %q", m.name, s)
			}
		}
	}
}

func TestTrendOfManyHosts(t *testing.T) {
	now, then := twoHosts(), earlier()
	d := render.BuildTrend(trendOf(t, then, now))
	var titles []string
	for _, p := range d.Parts {
		if p.Report {
			titles = append(titles, p.Title)
		}
	}
	want := []string{"Summary", "Findings: AUTOMATE01", "Findings: AUTOMATE02", "Exceptions and sources"}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Error(diff)
	}
	media(t, d)
}
