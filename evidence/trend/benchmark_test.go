package trend_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/trend"
)

// release is a benchmark with rules written as "STIGID group revision letter".
func release(number string, rules ...string) audit.Benchmark {
	b := audit.Benchmark{ID: "Windows_Server_2019_STIG", Title: "Windows Server 2019 STIG", Version: "3", Release: number}
	for _, text := range rules {
		f := strings.Fields(text)
		r := audit.AssessedRule{STIGID: evidence.STIGID(f[0]), GroupID: evidence.GroupID(f[1]),
			RuleID: evidence.RuleID(fmt.Sprintf("S%sr%s_rule", f[1], f[2])), Title: "rule " + f[0], Severity: evidence.Medium}
		r.After.Result = letters[f[3][0]]
		count(&b.Counts, r.After.Result)
		b.Rules = append(b.Rules, r)
	}
	return b
}

func withBenchmarks(releases ...[]audit.Benchmark) []trend.Package {
	packages := history{{"c", strings.Repeat("P", len(releases))}}.packages("AUTOMATE01")
	for i, list := range releases {
		packages[i].Audit.Hosts[0].Benchmarks = list
	}
	return packages
}

func TestReleasesOfABenchmark(t *testing.T) {
	got := of(t, withBenchmarks(
		[]audit.Benchmark{release("7", "WN19-01 V-1 1 F", "WN19-02 V-2 1 P", "WN19-03 V-3 1 P", "WN19-04 V-4 1 F", "WN19-05 V-5 1 F")},
		[]audit.Benchmark{release("7", "WN19-01 V-1 1 F", "WN19-02 V-2 1 F", "WN19-03 V-3 1 P", "WN19-04 V-4 1 F", "WN19-05 V-5 1 F")},
		[]audit.Benchmark{release("8",
			"WN19-01 V-1 2 P",   // revised, and passes
			"WN19-02 V-2 1 F",   // as before
			"WN19-03 V-3 2 F",   // revised, and fails
			"WN19-0040 V-4 1 F", // renumbered
			"WN19-06 V-6 1 F")}, // new; WN19-05 is removed
	))
	s := got.Hosts[0].Benchmarks[0]
	if diff := cmp.Diff([]string{"V3R7", "V3R7", "V3R8"}, s.Releases); diff != "" {
		t.Error(diff)
	}
	want := []string{
		"WN19-0040 open since 01-15 (failed in the first package that judged it), 3 of 3, last 07-15, 181 days, now fail",
		"WN19-02 open since 04-15 (regressed), 2 of 2, last 07-15, 91 days, now fail",
		"WN19-03 open since 07-15 (worded anew), 1 of 1, last 07-15, 0 days, now fail",
		"WN19-06 open since 07-15 (newly asked), 1 of 1, last 07-15, 0 days, now fail",
		"WN19-01 closed 01-15 to 07-15 (failed in the first package that judged it), 2 of 3, 181 days, by pass, reworded",
		"WN19-05 dropped, open since 01-15, last 04-15",
		"scope 07-15 V3R7 to V3R8: added [WN19-06] removed [WN19-05] reworded [WN19-01 WN19-03] regraded []",
	}
	if diff := cmp.Diff(want, told(s)); diff != "" {
		t.Error(diff)
	}
	var order []string
	for _, r := range s.Statements {
		order = append(order, r.ID)
	}
	if diff := cmp.Diff([]string{"WN19-01", "WN19-02", "WN19-03", "WN19-0040", "WN19-06", "WN19-05"}, order); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]evidence.Result{"", "", evidence.Fail}, s.Statements[4].Results); diff != "" {
		t.Error(diff)
	}
}

// A package without the benchmark says nothing of its rules: they are neither removed nor fixed.
func TestBenchmarkNotJudged(t *testing.T) {
	other := release("8")
	other.NotJudged = "written for ws2019, the host is ws2022"
	got := of(t, withBenchmarks(
		[]audit.Benchmark{release("8", "WN19-01 V-1 1 F", "WN19-02 V-2 1 P")}, nil,
		[]audit.Benchmark{release("8", "WN19-01 V-1 1 F", "WN19-02 V-2 1 F")}, []audit.Benchmark{other}))
	s := got.Hosts[0].Benchmarks[0]
	want := []string{
		"WN19-01 open since 01-15 (failed in the first package that judged it), 2 of 4, last 07-15, 273 days, now not collected",
		"WN19-02 open since 07-15 (regressed), 1 of 2, last 07-15, 92 days, now not collected",
	}
	if diff := cmp.Diff(want, told(s)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"V3R8", "", "V3R8", ""}, s.Releases); diff != "" {
		t.Error(diff)
	}
	wantNote(t, got, "Windows_Server_2019_STIG was not judged in the newest package of this host")
}

func TestSitesAreApart(t *testing.T) {
	site := func(name, rule string) audit.Benchmark {
		b := release("2", rule)
		b.Site = name
		return b
	}
	got := of(t, withBenchmarks(
		[]audit.Benchmark{site("Default Web Site", "IIST-SI-01 V-1 1 F"), site("labtech", "IIST-SI-01 V-1 1 P")},
		[]audit.Benchmark{site("labtech", "IIST-SI-01 V-1 1 F"), site("Default Web Site", "IIST-SI-01 V-1 1 P")}))
	list := got.Hosts[0].Benchmarks
	if len(list) != 2 || list[0].Site != "labtech" || list[1].Site != "Default Web Site" {
		t.Fatalf("%d benchmarks: %+v", len(list), list)
	}
	if diff := cmp.Diff([]string{"IIST-SI-01 open since 04-15 (regressed), 1 of 1, last 04-15, 0 days, now fail"}, told(list[0])); diff != "" {
		t.Error(diff)
	}
	if len(list[1].Open) != 0 || len(list[1].Closed) != 1 {
		t.Errorf("Default Web Site: %q", told(list[1]))
	}
}

func TestExceptions(t *testing.T) {
	packages := history{{"a", "FF"}, {"b", "FF"}, {"c", "FP"}, {"d", "FF"}}.packages("AUTOMATE01")
	at := quarters[1]
	exception := func(control string, days int) evidence.Exception {
		return evidence.Exception{Control: control, Reason: "r", Approver: "head of operations", On: quarters[0], Expires: at.AddDate(0, 0, days)}
	}
	packages[0].Audit.Exceptions = []evidence.Exception{exception("a", -60), exception("b", 31), exception("gone", 100)}
	packages[1].Audit.Exceptions = []evidence.Exception{exception("b", 31), exception("a", 30), exception("c", 0), exception("d", -1)}
	for i, e := range packages[1].Audit.Exceptions[:2] {
		packages[1].Audit.Hosts[0].Sections[0].Controls[1-i].Exception = &e
	}
	packages[1].Audit.Hosts[0].Sections[0].Controls[3].Exception = &packages[1].Audit.Exceptions[3]
	got := of(t, packages)
	var lines []string
	for _, x := range got.Exceptions {
		lines = append(lines, fmt.Sprintf("%s %s, %s, soon %v, renewed %d, failing %v", x.Control, x.Standing, x.Remark(), x.Soon, x.Renewed, x.Failing))
	}
	want := []string{
		"d expired, expired 1 day ago, soon false, renewed 0, failing [AUTOMATE01]",
		"c valid, expires in 0 days, soon true, renewed 0, failing []",
		"a valid, expires in 30 days, soon true, renewed 1, failing [AUTOMATE01]",
		"b valid, valid for 31 days, soon false, renewed 0, failing [AUTOMATE01]",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	for _, f := range got.Hosts[0].Guide.Open {
		if wantExpired := f.ID == "d"; f.Exception == nil || f.Expired != wantExpired {
			t.Errorf("%s: exception %v, expired %v", f.ID, f.Exception, f.Expired)
		}
	}
}

// A package that was made with the release before beside its own knows which rules are only revised.
func TestRevisedRules(t *testing.T) {
	before, after := release("7", "WN19-01 V-1 1 P", "WN19-02 V-2 1 P"), release("8", "WN19-01 V-1 2 F", "WN19-02 V-2 2 F")
	before.Digest = evidence.DigestOf([]byte("7"))
	for _, test := range []struct{ with, want string }{
		{"7", "scope 04-15 V3R7 to V3R8: added [] removed [] reworded [WN19-02] regraded []"},
		{"6", "scope 04-15 V3R7 to V3R8: added [] removed [] reworded [WN19-01 WN19-02] regraded []"},
	} {
		after.Earlier = &audit.EarlierRelease{Digest: evidence.DigestOf([]byte(test.with)),
			Changes: []evidence.Change{{Rules: []evidence.STIGID{"WN19-02"}, Kind: "renumbered, reworded"}}}
		s := of(t, withBenchmarks([]audit.Benchmark{before}, []audit.Benchmark{after})).Hosts[0].Benchmarks[0]
		lines := told(s)
		if got := lines[len(lines)-1]; got != test.want {
			t.Errorf("with %s: %s, want %s", test.with, got, test.want)
		}
	}
}
