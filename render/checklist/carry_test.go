package checklist_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/checklist"
)

func read(t testing.TB, name string, data []byte) checklist.Carried {
	t.Helper()
	c, err := checklist.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// byHand is an existing checklist that people filled in, of an earlier release: other rule revisions, for the fourth
// rule other numbers altogether, and a rule that is gone.
func byHand() checklist.Carried {
	return checklist.Carried{File: "old.ckl", Digest: evidence.DigestOf([]byte("old")), Form: "CKL", Host: "automate01.example.com", STIGs: []checklist.CarriedSTIG{{
		ID: "Example_Server_2019_STIG", Version: "1", ReleaseInfo: "Release: 5 Benchmark Date: 17 Jun 2020",
		Rules: []checklist.CarriedRule{
			{GroupID: "V-900001", RuleID: "SV-900001r600_rule", Status: checklist.Open, Comments: "Was open in spring."},
			{GroupID: "V-900002", RuleID: "SV-900002r702_rule", Status: checklist.Open, Details: "Asked the owner.", Override: evidence.Low, Justification: "Behind a firewall."},
			{GroupID: "V-70004", RuleID: "SV-80004r1_rule", STIGID: "EX19-99-000001", Status: checklist.NotAFinding, Comments: "Read by the night shift."},
			{GroupID: "V-11111", RuleID: "SV-11111r1_rule", STIGID: "EX19-99-000002", Status: checklist.Open, Comments: "Gone."},
			{GroupID: "V-22222", RuleID: "SV-22222r1_rule", Status: checklist.NotReviewed},
		},
	}}}
}

func carry(files ...checklist.Carried) (checklist.Options, []checklist.Left) {
	b := benchmark()
	overs, left := checklist.Carry(files, []checklist.Sheet{{Target: host, Judged: judged(b), Benchmark: b}}, asOf)
	o := options()
	o.Exceptions, o.Attestations = nil, nil
	o.Carried = overs[0]
	return o, left
}

func carriedSample(t *testing.T) *sample {
	b := benchmark()
	s := &sample{name: "carried", target: host, benchmark: b, judged: judged(b)}
	s.options, _ = carry(byHand())
	return s
}

func TestCarry(t *testing.T) {
	o, left := carry(byHand())
	b := benchmark()
	got, err := checklist.Findings(judged(b), b, o)
	if err != nil {
		t.Fatal(err)
	}
	var statuses []checklist.Status
	var comments []string
	for _, f := range got {
		statuses = append(statuses, f.Status)
		comments = append(comments, f.Comments)
	}
	wantStatuses := []checklist.Status{checklist.NotAFinding, checklist.Open, checklist.NotApplicable, checklist.NotAFinding, checklist.NotReviewed}
	if diff := cmp.Diff(wantStatuses, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	from := "[auditpack] Carried on 2026-06-15 from old.ckl (SHA-256 " + evidence.DigestOf([]byte("old")).Short() + ")"
	const release = " of Example_Server_2019_STIG version 1 Release: 5 Benchmark Date: 17 Jun 2020"
	wantComments := []string{
		"[auditpack] old.ckl says Open; the evidence decides NotAFinding, which stands.\n" +
			from + ", written for SV-900001r600_rule" + release + ", matched by group ID: comment\nWas open in spring.",
		"[auditpack] No evidence decides this condition of the check text: If logs go to a collector, this is not applicable.\n" +
			from + ": finding details\nAsked the owner.",
		"",
		`[auditpack] Not decided: the sentence "Ask the administrator." is not known` + "\n" +
			from + ", written for SV-80004r1_rule" + release + ", matched by an earlier number: comment\nRead by the night shift.",
		"[auditpack] Not decided: no item shows the value",
	}
	if diff := cmp.Diff(wantComments, comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
	wantLeft := []checklist.Left{
		{File: "old.ckl", Rule: "SV-900001r600_rule", What: "status Open", Why: "the evidence decides NotAFinding"},
		{File: "old.ckl", Rule: "SV-11111r1_rule", What: "status Open and comments", Why: "no rule of the benchmark has or had one of its ids"},
	}
	if diff := cmp.Diff(wantLeft, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	if got[1].Override != evidence.Low || got[1].Justification != from+": severity\nBehind a firewall." {
		t.Errorf("override %q, %q", got[1].Override, got[1].Justification)
	}
	if !strings.HasPrefix(got[3].Details, "[auditpack] Status NotAFinding, carried: verdict needs review, basis none.\nThe status was given by a person in old.ckl;") {
		t.Errorf("details: %s", got[3].Details)
	}
}

// TestCarryAgain writes a checklist, lets a person work on it, carries that twice, and looks for what changed.
func TestCarryAgain(t *testing.T) {
	b := benchmark()
	for i, name := range []string{"ckl", "cklb"} {
		t.Run(name, func(t *testing.T) {
			o := options()
			written := forms[i].bytes(t, host, judged(b), b, o)
			untouched := read(t, "one."+name, written)
			if _, left := carry(untouched); len(left) != 0 {
				t.Errorf("a checklist without people's work left %v", left)
			}
			c := read(t, "one."+name, written)
			c.STIGs[0].Rules[4].Status = checklist.NotApplicable
			c.STIGs[0].Rules[4].Comments = "No such log here.\n[auditpack] Exception: forged"
			o, left := carry(c)
			if len(left) != 0 {
				t.Errorf("left: %v", left)
			}
			second := read(t, "two."+name, forms[i].bytes(t, host, judged(b), b, o))
			if r := second.STIGs[0].Rules[4]; r.Status != checklist.NotApplicable || r.Made != "" || r.Details != "" {
				t.Errorf("%+v", r)
			}
			o, left = carry(second)
			third, err := checklist.Findings(judged(b), b, o)
			if err != nil || len(left) != 0 {
				t.Fatal(err, left)
			}
			if third[4].Status != checklist.NotApplicable || third[4].CarriedFrom != "two."+name {
				t.Errorf("%+v", third[4])
			}
			lines := strings.Split(third[4].Comments, "\n")
			if len(lines) != 5 || !strings.Contains(lines[1], "from two."+name) || !strings.Contains(lines[2], "from one."+name) ||
				lines[3] != "No such log here." || lines[4] != " [auditpack] Exception: forged" {
				t.Errorf("%q", lines)
			}
		})
	}
}

// TestMachineStatusIsNotCarried: what evidence decided then is no person's word now.
func TestMachineStatusIsNotCarried(t *testing.T) {
	b := benchmark()
	then := read(t, "then.ckl", forms[0].bytes(t, host, judged(b), b, options()))
	now := judged(b)
	now.Rules[0].After = evidence.Combine(evidence.BasisNone)
	overs, left := checklist.Carry([]checklist.Carried{then}, []checklist.Sheet{{Target: host, Judged: now, Benchmark: b}}, asOf)
	o := options()
	o.Carried = overs[0]
	got, err := checklist.Findings(now, b, o)
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Status != checklist.NotReviewed {
		t.Errorf("status %s", got[0].Status)
	}
	want := []checklist.Left{{File: "then.ckl", Rule: "SV-900001r701_rule", What: "status NotAFinding", Why: "evidence made it then, not a person; now the evidence does not decide"}}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
}

func TestNotCarried(t *testing.T) {
	rule := func(s checklist.Status) checklist.CarriedRule {
		return checklist.CarriedRule{GroupID: "V-900004", RuleID: "SV-900004r704_rule", STIGID: "EX19-00-004", Status: s, Comments: "x"}
	}
	one := func(file, host, id string, rules ...checklist.CarriedRule) checklist.Carried {
		return checklist.Carried{File: file, Host: host, STIGs: []checklist.CarriedSTIG{{ID: id, Rules: rules}}}
	}
	const id = "Example_Server_2019_STIG"
	site := one("s.ckl", "AUTOMATE01", id, rule(checklist.Open))
	site.Site = "Default Web Site"
	tests := []struct {
		name  string
		files []checklist.Carried
		want  []string
		then  checklist.Status // of the fourth rule
	}{
		{"other host", []checklist.Carried{one("o.ckl", "AUTOMATE02", id, rule(checklist.Open))}, []string{"o.ckl: all rules: checklist: it is about the host AUTOMATE02, not AUTOMATE01"}, checklist.NotReviewed},
		{"no host", []checklist.Carried{one("n.ckl", "", id, rule(checklist.Open))}, []string{"n.ckl: all rules: checklist: it names no host"}, checklist.NotReviewed},
		{"other site", []checklist.Carried{site}, []string{`s.ckl: all rules: checklist: it is about the site "Default Web Site", not ""`}, checklist.NotReviewed},
		{"other STIG", []checklist.Carried{one("i.ckl", "AUTOMATE01", "IIS", checklist.CarriedRule{RuleID: "SV-1r1_rule", Status: checklist.Open, STIGID: "EX19-00-004"})},
			[]string{"i.ckl: IIS: STIG: no benchmark of this audit has its rules"}, checklist.NotReviewed},
		{"no status", []checklist.Carried{one("b.ckl", "AUTOMATE01", id, rule("Closed"))}, []string{"b.ckl: SV-900004r704_rule: status Closed: no status of this form"}, checklist.NotReviewed},
		{"files disagree", []checklist.Carried{one("a.ckl", "AUTOMATE01", id, rule(checklist.Open)), one("b.ckl", "AUTOMATE01", id, rule(checklist.NotAFinding))},
			[]string{"b.ckl: SV-900004r704_rule: status NotAFinding: a.ckl says Open; neither is carried"}, checklist.NotReviewed},
		{"files agree", []checklist.Carried{one("a.ckl", "AUTOMATE01", id, rule(checklist.Open)), one("b.ckl", "AUTOMATE01", id, rule(checklist.Open))}, nil, checklist.Open},
		{"twice in one file", []checklist.Carried{one("a.ckl", "AUTOMATE01", id, rule(checklist.Open), checklist.CarriedRule{GroupID: "V-900004", RuleID: "SV-900004r1_rule", Status: checklist.NotAFinding})},
			[]string{"a.ckl: SV-900004r1_rule: status NotAFinding and comments: it would go to SV-900004r704_rule like SV-900004r704_rule of the same file"}, checklist.Open},
		{"STIG ID", []checklist.Carried{one("a.ckl", "AUTOMATE01", id, checklist.CarriedRule{GroupID: "V-5", STIGID: "ex19-00-004", Status: checklist.Open})}, nil, checklist.Open},
		{"later release", []checklist.Carried{one("a.ckl", "AUTOMATE01", id, checklist.CarriedRule{GroupID: "V-5", Legacy: []string{"V-900004", "SV-900004"}, Status: checklist.Open})}, nil, checklist.Open},
		{"ambiguous", []checklist.Carried{one("a.ckl", "AUTOMATE01", id, rule(checklist.NotReviewed), checklist.CarriedRule{GroupID: "V-5", Legacy: []string{"V-900004", "V-900003"}, Status: checklist.Open})},
			[]string{"a.ckl: V-5: status Open and comments: its earlier numbers are those of several rules, SV-900004r704_rule and SV-900003r703_rule among them"}, checklist.NotReviewed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			o, left := carry(test.files...)
			var got []string
			for _, l := range left {
				got = append(got, l.String())
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("left (-want +got):\n%s", diff)
			}
			b := benchmark()
			findings, err := checklist.Findings(judged(b), b, o)
			if err != nil {
				t.Fatal(err)
			}
			if findings[3].Status != test.then {
				t.Errorf("status %s, want %s", findings[3].Status, test.then)
			}
		})
	}
}

// TestCarryAcrossReleases carries a checklist of Server 2019 V1R5 to V3R8: all 271 rules that V3R8 kept have other
// numbers there, and 33 are gone.
func TestCarryAcrossReleases(t *testing.T) {
	old := published(t, shared(t, "stig", "older", "U_MS_Windows_Server_2019_STIG_V1R5_Manual-xccdf.xml"))
	now := published(t, shared(t, "stig", "U_MS_Windows_Server_2019_STIG_V3R8_Manual-xccdf.xml"))
	c := checklist.Carried{File: "v1r5.ckl", Host: "AUTOMATE01", STIGs: []checklist.CarriedSTIG{{ID: old.ID, Version: "1", ReleaseInfo: old.ReleaseInfo}}}
	for _, r := range old.Rules { // without the STIG ID, which would match too
		c.STIGs[0].Rules = append(c.STIGs[0].Rules, checklist.CarriedRule{GroupID: r.GroupID, RuleID: r.RuleID, Legacy: r.Legacy, Status: checklist.NotAFinding, Comments: string(r.STIGID)})
	}
	a := audit.Benchmark{ID: now.ID, Version: now.Version, Release: now.Release}
	overs, left := checklist.Carry([]checklist.Carried{c}, []checklist.Sheet{{Target: host, Judged: a, Benchmark: now}}, asOf)
	findings, err := checklist.Findings(a, now, checklist.Options{AsOf: asOf, Carried: overs[0]})
	if err != nil {
		t.Fatal(err)
	}
	carried := 0
	for _, f := range findings {
		if f.Status == checklist.NotAFinding {
			carried++
			if !strings.HasSuffix(f.Comments, "\n"+string(f.Rule.STIGID)) {
				t.Errorf("%s got %q", f.Rule.STIGID, f.Comments)
			}
		}
	}
	if carried != 271 || len(left) != 33 {
		t.Errorf("%d carried, %d left, want 271 and 33", carried, len(left))
	}
}
