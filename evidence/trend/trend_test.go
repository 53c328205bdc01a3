package trend_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/trend"
)

// The quarters' as-of times: 90, 91 and 92 days apart.
var quarters = []time.Time{
	time.Date(2026, 1, 15, 9, 0, 0, 0, time.UTC), time.Date(2026, 4, 15, 8, 0, 0, 0, time.UTC),
	time.Date(2026, 7, 15, 23, 0, 0, 0, time.UTC), time.Date(2026, 10, 15, 0, 30, 0, 0, time.UTC),
}

var letters = map[byte]evidence.Result{
	'F': evidence.Fail, 'P': evidence.Pass, 'N': evidence.NotCollected, 'R': evidence.NeedsReview, 'A': evidence.NotApplicable,
}

// history writes packages from what each statement was in each of them: F P N R A, or a dot where it was not asked.
type history []struct{ id, results string }

// packages returns one package a quarter with one host.
func (h history) packages(host string) []trend.Package {
	var list []trend.Package
	for i := range len(h[0].results) {
		section := audit.Section{ID: "s", Title: "Section"}
		for _, c := range h {
			if r, ok := letters[c.results[i]]; ok {
				section.Controls = append(section.Controls, audit.Assessed{ID: c.id, Statement: "the statement " + c.id, Severity: evidence.High,
					After: evidence.Verdict{Result: r, Basis: evidence.BasisEvidence}})
			}
		}
		list = append(list, packed(i, host, section))
	}
	return list
}

// packed is the package of a quarter.
func packed(quarter int, host string, sections ...audit.Section) trend.Package {
	at := quarters[quarter]
	a := audit.Audit{Version: audit.Version, Tool: "auditpack 0.1.0", AsOf: at, Guide: audit.GuideInfo{ID: "automate", Edition: "2025-03"}}
	h := audit.Host{Name: host, Sections: sections, After: audit.Snapshot{Digest: evidence.DigestOf([]byte(host + at.String())), From: at.AddDate(0, 0, -1), To: at.AddDate(0, 0, -1)}}
	for i := range sections {
		s := &sections[i]
		for _, c := range s.Controls {
			for _, n := range []*audit.Counts{&s.Counts, &h.Counts, &a.Counts} {
				count(n, c.After.Result)
			}
		}
	}
	a.Hosts = []audit.Host{h}
	return trend.Package{Path: fmt.Sprintf("%s-q%d.zip", strings.ToLower(host), quarter+1), Digest: evidence.DigestOf([]byte(host + fmt.Sprint(quarter))), Audit: a}
}

func count(n *audit.Counts, r evidence.Result) {
	switch r {
	case evidence.Pass:
		n.Pass++
	case evidence.Fail:
		n.Fail++
		n.FailHigh++
	case evidence.NotApplicable:
		n.NotApplicable++
	case evidence.NeedsReview:
		n.NeedsReview++
	case evidence.NotCollected:
		n.NotCollected++
	}
}

func of(t *testing.T, packages []trend.Package) trend.Trend {
	t.Helper()
	got, err := trend.Of("auditpack 0.1.0", packages)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// told is what a Series tells, one line a fact.
func told(s trend.Series) []string {
	var lines []string
	day := func(t time.Time) string { return t.Format("01-02") }
	again := func(f trend.Finding) string {
		if f.Reopened > 0 {
			return fmt.Sprintf(", again %d", f.Reopened)
		}
		return ""
	}
	for _, f := range s.Open {
		lines = append(lines, fmt.Sprintf("%s open since %s (%s), %d of %d, last %s, %d days, now %s%s", f.ID, day(f.Opened), f.Cause, f.Seen, f.Packages, day(f.LastSeen), f.Days, f.Now, again(f)))
	}
	for _, f := range s.Closed {
		line := fmt.Sprintf("%s closed %s to %s (%s), %d of %d, %d days, by %s%s", f.ID, day(f.Opened), day(f.Closed), f.Cause, f.Seen, f.Packages, f.Days, f.Now, again(f))
		if f.Reworded {
			line += ", reworded"
		}
		lines = append(lines, line)
	}
	for _, f := range s.Dropped {
		lines = append(lines, fmt.Sprintf("%s dropped, open since %s, last %s", f.ID, day(f.Opened), day(f.LastSeen)))
	}
	for _, l := range s.Lost {
		line := fmt.Sprintf("%s lost: was %s on %s, not known since %s, now %s", l.ID, l.Was, day(l.Known), day(l.Since), l.Now)
		if l.New {
			line += ", new"
		}
		lines = append(lines, line)
	}
	for _, c := range s.Scope {
		lines = append(lines, fmt.Sprintf("scope %s %s to %s: added %v removed %v reworded %v regraded %v", day(c.AsOf), c.From, c.To, c.Added, c.Removed, c.Reworded, c.Regraded))
	}
	return lines
}

func TestOneStatement(t *testing.T) {
	for _, test := range []struct {
		name, results string
		want          []string
	}{
		{"never failed", "PPPP", nil},
		{"does not apply", "AAPA", nil},
		{"fails from the beginning", "FFFF", []string{"c open since 01-15 (failed in the first package that judged it), 4 of 4, last 10-15, 273 days, now fail"}},
		{"one package", "F", []string{"c open since 01-15 (failed in the first package that judged it), 1 of 1, last 01-15, 0 days, now fail"}},
		{"regressed", "PPF", []string{"c open since 07-15 (regressed), 1 of 1, last 07-15, 0 days, now fail"}},
		{"regressed, did not apply before", "AF", []string{"c open since 04-15 (regressed), 1 of 1, last 04-15, 0 days, now fail"}},
		{"fixed", "FFP", []string{"c closed 01-15 to 07-15 (failed in the first package that judged it), 2 of 3, 181 days, by pass"}},
		{"closed since it does not apply", "FA", []string{"c closed 01-15 to 04-15 (failed in the first package that judged it), 1 of 2, 90 days, by not applicable"}},
		{"fixed, then again", "FPFF", []string{
			"c open since 07-15 (regressed), 2 of 2, last 10-15, 92 days, now fail, again 1",
			"c closed 01-15 to 04-15 (failed in the first package that judged it), 1 of 2, 90 days, by pass"}},
		{"fixed twice", "FPFP", []string{
			"c closed 07-15 to 10-15 (regressed), 1 of 2, 92 days, by pass, again 1",
			"c closed 01-15 to 04-15 (failed in the first package that judged it), 1 of 2, 90 days, by pass"}},
		{"a hole is no fix", "FFN", []string{
			"c open since 01-15 (failed in the first package that judged it), 2 of 3, last 04-15, 181 days, now not collected",
			"c lost: was fail on 04-15, not known since 07-15, now not collected, new"}},
		{"nor is a doubt", "FR", []string{
			"c open since 01-15 (failed in the first package that judged it), 1 of 2, last 01-15, 90 days, now needs review",
			"c lost: was fail on 01-15, not known since 04-15, now needs review, new"}},
		{"a hole between failures opens nothing anew", "FNNF", []string{"c open since 01-15 (failed in the first package that judged it), 2 of 4, last 10-15, 273 days, now fail"}},
		{"a hole before the fix", "FNP", []string{"c closed 01-15 to 07-15 (failed in the first package that judged it), 1 of 3, 181 days, by pass"}},
		{"not known before it failed", "NF", []string{"c open since 04-15 (was not decided before), 1 of 1, last 04-15, 0 days, now fail"}},
		{"passed, then a hole, then failed", "PNF", []string{"c open since 07-15 (was not decided before), 1 of 1, last 07-15, 0 days, now fail"}},
		{"lost for two packages", "PNR", []string{"c lost: was pass on 01-15, not known since 04-15, now needs review"}},
		{"never known", "NNN", nil},
		{"asked from the second package on", ".F", []string{"c open since 04-15 (newly asked), 1 of 1, last 04-15, 0 days, now fail",
			"scope 04-15 2025-03 to 2025-03: added [c] removed [] reworded [] regraded []"}},
		{"dropped while it fails", "FF.", []string{"c dropped, open since 01-15, last 04-15",
			"scope 07-15 2025-03 to 2025-03: added [] removed [c] reworded [] regraded []"}},
		{"dropped, and asked again", "F.F", []string{"c open since 01-15 (failed in the first package that judged it), 2 of 3, last 07-15, 181 days, now fail",
			"scope 04-15 2025-03 to 2025-03: added [] removed [c] reworded [] regraded []",
			"scope 07-15 2025-03 to 2025-03: added [c] removed [] reworded [] regraded []"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			filler := strings.Repeat("P", len(test.results))
			got := of(t, history{{"c", test.results}, {"other", filler}}.packages("AUTOMATE01"))
			if diff := cmp.Diff(test.want, told(got.Hosts[0].Guide)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOrderOfInput(t *testing.T) {
	packages := history{{"a", "FPFP"}, {"b", "FFNN"}, {"c", "PPPF"}}.packages("AUTOMATE01")
	want := of(t, packages)
	slices.Reverse(packages)
	packages[0], packages[1] = packages[1], packages[0]
	if diff := cmp.Diff(want, of(t, packages)); diff != "" {
		t.Error(diff)
	}
	if want.Counts.Fail != 1 || want.Before.Fail != 2 || !want.From.Equal(quarters[0]) || !want.AsOf.Equal(quarters[3]) {
		t.Errorf("counts %+v, before %+v, %v to %v", want.Counts, want.Before, want.From, want.AsOf)
	}
	// a was open for 90 days (January to April) and for 92 (July to October).
	if got := want.Hosts[0].Guide.Fixes; got != (trend.Fixes{N: 2, Median: 90, Longest: 92}) {
		t.Errorf("fixes %+v", got)
	}
	if got := want.Hosts[0].Guide.Sections[0].Counts; got[0].Fail != 2 || got[3].Fail != 1 || got[3].NotCollected != 1 {
		t.Errorf("section over time: %+v", got)
	}
}

func TestEditionOfTheGuide(t *testing.T) {
	packages := history{{"kept", "PF"}, {"reworded", "PF"}, {"fixed-anew", "FP"}, {"gone", "F."}, {"new", ".F"}}.packages("AUTOMATE01")
	packages[1].Audit.Guide.Edition = "2026-01"
	controls := packages[1].Audit.Hosts[0].Sections[0].Controls
	controls[1].Statement = "the statement, in other words"
	controls[2].Statement = "this one too"
	controls[0].Severity = evidence.Medium
	got := of(t, packages)
	want := []string{
		"reworded open since 04-15 (worded anew), 1 of 1, last 04-15, 0 days, now fail",
		"new open since 04-15 (newly asked), 1 of 1, last 04-15, 0 days, now fail",
		"kept open since 04-15 (regressed), 1 of 1, last 04-15, 0 days, now fail",
		"fixed-anew closed 01-15 to 04-15 (failed in the first package that judged it), 1 of 2, 90 days, by pass, reworded",
		"gone dropped, open since 01-15, last 01-15",
		"scope 04-15 2025-03 to 2026-01: added [new] removed [gone] reworded [reworded fixed-anew] regraded [kept]",
	}
	if diff := cmp.Diff(want, told(got.Hosts[0].Guide)); diff != "" {
		t.Error(diff)
	}
	wantNote(t, got, `From 2026-04-15 on the guide is edition "2026-01", before "2025-03"`)
}

func TestTwoHosts(t *testing.T) {
	one := history{{"c", "FFP"}}.packages("AUTOMATE01")
	two := history{{"c", "PFF"}}.packages("web02")
	var both []trend.Package
	for i := range one {
		if i != 1 { // WEB02 has no package in the second quarter
			one[i].Audit.Hosts = append(one[i].Audit.Hosts, two[i].Audit.Hosts...)
		}
		both = append(both, one[i])
	}
	both[2].Audit.Hosts[0].Name = "automate01"
	got := of(t, both)
	if len(got.Hosts) != 2 || got.Hosts[0].Name != "automate01" || got.Hosts[1].Name != "web02" {
		t.Fatalf("%d hosts: %+v", len(got.Hosts), got.Hosts)
	}
	if diff := cmp.Diff([]string{"c closed 01-15 to 07-15 (failed in the first package that judged it), 2 of 3, 181 days, by pass"}, told(got.Hosts[0].Guide)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"c open since 07-15 (regressed), 1 of 1, last 07-15, 0 days, now fail"}, told(got.Hosts[1].Guide)); diff != "" {
		t.Error(diff)
	}
	wantNote(t, got, "web02 is not in the package of 2026-04-15.")
}

func wantNote(t *testing.T, got trend.Trend, part string) {
	t.Helper()
	if !slices.ContainsFunc(got.Notes, func(n string) bool { return strings.Contains(n, part) }) {
		t.Errorf("no note says %q: %q", part, got.Notes)
	}
}

func TestNotes(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(p []trend.Package)
		want   string
	}{
		{"tool", func(p []trend.Package) { p[1].Audit.Tool = "auditpack 0.2.0" }, "From 2026-04-15 on verdicts are by auditpack 0.2.0, before by auditpack 0.1.0"},
		{"guide data", func(p []trend.Package) { p[1].Audit.Guide.Digest = evidence.DigestOf([]byte("x")) }, "the guide's data are others"},
		{"the same snapshot", func(p []trend.Package) { p[1].Audit.Hosts[0].After = p[0].Audit.Hosts[0].After }, "nothing was captured in between"},
		{"older evidence", func(p []trend.Package) { p[1].Audit.Hosts[0].After.To = quarters[0].AddDate(0, 0, -9) }, "is older (2026-01-06) than that of the package before (2026-01-14)"},
		{"another system", func(p []trend.Package) {
			p[0].Audit.Hosts[0].Platform, p[1].Audit.Hosts[0].Platform = evidence.WS2016, evidence.WS2022
		}, "the name may have passed to another machine"},
		{"a demonstration", func(p []trend.Package) { p[0].Audit.Demo = true }, "Some packages are demonstrations"},
		{"no name", func(p []trend.Package) {
			p[0].Audit.Hosts = append(p[0].Audit.Hosts, audit.Host{Name: " "})
		}, "automate01-q1.zip: a host without a known name is left out."},
	} {
		t.Run(test.name, func(t *testing.T) {
			packages := history{{"c", "PP"}}.packages("AUTOMATE01")
			if got := of(t, packages); len(got.Notes) > 0 {
				t.Fatalf("without the change: %q", got.Notes)
			}
			test.change(packages)
			wantNote(t, of(t, packages), test.want)
		})
	}
	wantNote(t, of(t, history{{"c", "P"}}.packages("AUTOMATE01")), "only one package")
}

func TestRefused(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(p []trend.Package) []trend.Package
		want   string
	}{
		{"none", func(p []trend.Package) []trend.Package { return nil }, "no package to compare"},
		{"twice", func(p []trend.Package) []trend.Package {
			again := p[0]
			again.Path = "copy"
			return append(p, again)
		}, "automate01-q1.zip and copy are the same package"},
		{"same time", func(p []trend.Package) []trend.Package { p[1].Audit.AsOf = p[0].Audit.AsOf; return p },
			"automate01-q1.zip and automate01-q2.zip both judge AUTOMATE01 as of 2026-01-15 09:00:00 UTC: which came first cannot be told"},
		{"two clients", func(p []trend.Package) []trend.Package {
			p[0].Audit.Client, p[1].Audit.Client = "Example Dental", "Example Foods"
			return p
		}, `of the client "Example Dental"`},
		{"two guides", func(p []trend.Package) []trend.Package { p[1].Audit.Guide.ID = "other"; return p }, "have nothing in common"},
		{"no time", func(p []trend.Package) []trend.Package { p[1].Audit.AsOf = time.Time{}; return p }, "its audit has no as-of time"},
		{"a name twice", func(p []trend.Package) []trend.Package {
			p[0].Audit.Hosts = append(p[0].Audit.Hosts, audit.Host{Name: "automate01"})
			return p
		}, "two of its hosts are called automate01"},
		{"no names at all", func(p []trend.Package) []trend.Package {
			p[0].Audit.Hosts[0].Name = ""
			return p[:1]
		}, "nothing can be followed"},
		{"a result that is none", func(p []trend.Package) []trend.Package {
			p[0].Audit.Hosts[0].Sections[0].Controls[0].After.Result = "fixed"
			return p
		}, `c: its result is "fixed", which is none`},
		{"counts that are not those of the verdicts", func(p []trend.Package) []trend.Package {
			p[1].Audit.Hosts[0].Counts.Fail = -1
			return p
		}, `AUTOMATE01: the guide, as of 2026-04-15: -1 are said to be "fail" and 0 are`},
		{"counts of a section", func(p []trend.Package) []trend.Package {
			p[1].Audit.Hosts[0].Sections[0].Counts.Pass++
			return p
		}, `AUTOMATE01: section s, as of 2026-04-15: 2 are said to be "pass" and 1 are`},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := trend.Of("auditpack 0.1.0", test.change(history{{"c", "PP"}}.packages("AUTOMATE01")))
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%v, want %q", err, test.want)
			}
		})
	}
	// Two hosts at one time, each in a package of its own, are no doubt about an order.
	of(t, append(history{{"c", "P"}}.packages("AUTOMATE01"), history{{"c", "F"}}.packages("WEB02")...))
}
