package audit_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/carry"
)

// ruleNumber returns the n-th rule of a benchmark, with Checks or none.
func ruleNumber(n int, checks []evidence.Check) evidence.Rule {
	r := evidence.Rule{GroupID: evidence.GroupID(fmt.Sprintf("V-10000%d", n)), RuleID: evidence.RuleID(fmt.Sprintf("SV-10000%dr2_rule", n)),
		STIGID: evidence.STIGID(fmt.Sprintf("EX19-00-00000%d", n)), Title: fmt.Sprintf("rule %d holds", n), Severity: evidence.Medium, Checks: checks}
	if checks == nil {
		r.Undecided = "nobody but a person can tell"
	}
	return r
}

const (
	personRule = iota
	goodRule
	badRule
	unseenRule
	listedRule
)

var saidRules = []evidence.Rule{
	ruleNumber(personRule, nil), ruleNumber(goodRule, registry("Good")), ruleNumber(badRule, registry("Bad")),
	ruleNumber(unseenRule, []evidence.Check{{Kind: "registry", Address: `registry:HKLM\SOFTWARE\Unseen!Policy`, Want: []string{"= 1"}}}),
	ruleNumber(listedRule, []evidence.Check{{Kind: "group-members", Address: "group:S-1-5-32-544", Want: []string{"review"}}}),
}

// assembleSaid judges the rules on a host.
func assembleSaid(t *testing.T, taken time.Time, in audit.Input) audit.Audit {
	t.Helper()
	in.AsOf, in.Benchmarks = asOf, []evidence.Benchmark{{ID: "Example_STIG", Version: "1", Release: "2", Rules: saidRules}}
	in.Hosts = []audit.HostInput{{After: take(t, taken, map[string]string{"lsa.reg": lsa, "admins.txt": administrators})}}
	a, err := audit.Assemble(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// checklistOf is an earlier checklist of the host that says one thing.
func checklistOf(name string, rule int, change func(*carry.Rule)) carry.Checklist {
	r := carry.Rule{GroupID: saidRules[rule].GroupID, RuleID: saidRules[rule].RuleID, Cite: evidence.Citation{Line: 7, Offset: 70, Length: 9}}
	change(&r)
	return carry.Checklist{File: name, Path: evidence.ChecklistsFolder + "1-" + name, Digest: evidence.DigestOf([]byte(name)), Host: "AUTOMATE01",
		STIGs: []carry.STIG{{ID: "Example_STIG", Version: "1", ReleaseInfo: "Release: 1 Benchmark Date: 01 Jan 2025", Rules: []carry.Rule{r}}}}
}

func says(s evidence.ChecklistStatus) func(*carry.Rule) {
	return func(r *carry.Rule) { r.Status = s }
}

func own(s evidence.ChecklistStatus) func(*carry.Rule) {
	return func(r *carry.Rule) { r.Status, r.Made = s, s }
}

func TestCarriedStatus(t *testing.T) {
	const (
		pass, fail, na, review, hole = evidence.Pass, evidence.Fail, evidence.NotApplicable, evidence.NeedsReview, evidence.NotCollected
		held, open, none             = evidence.StatusNotAFinding, evidence.StatusOpen, evidence.StatusNotApplicable
	)
	for _, test := range []struct {
		name   string
		rule   int
		said   []carry.Checklist
		stale  bool
		result evidence.Result
		basis  evidence.Basis
		use    evidence.CarriedUse // of the last word; "": there is none
		why    string
	}{
		{"left to a person", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says(held))}, false, pass, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"left to a person, open", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says(open))}, false, fail, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"left to a person, does not apply", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says(none))}, false, na, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"old evidence does not matter to it", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says(held))}, true, pass, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"a list to be judged", listedRule, []carry.Checklist{checklistOf("a.ckl", listedRule, says(held))}, false, pass, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"an old list to be judged", listedRule, []carry.Checklist{checklistOf("a.ckl", listedRule, says(held))}, true, review, evidence.BasisEvidence, evidence.CarriedAside, "this is for evidence to decide, and no earlier checklist stands in for it: what was seen needs review"},
		{"like the evidence", goodRule, []carry.Checklist{checklistOf("a.ckl", goodRule, says(held))}, false, pass, evidence.BasisEvidence, evidence.CarriedAgrees, ""},
		{"against a pass", goodRule, []carry.Checklist{checklistOf("a.ckl", goodRule, says(open))}, false, pass, evidence.BasisEvidence, evidence.CarriedContradict, "the evidence decides NotAFinding, which stands"},
		{"does not apply, against a fail", badRule, []carry.Checklist{checklistOf("a.ckl", badRule, says(none))}, false, fail, evidence.BasisEvidence, evidence.CarriedContradict, "the evidence decides Open, which stands"},
		{"old evidence", goodRule, []carry.Checklist{checklistOf("a.ckl", goodRule, says(held))}, true, review, evidence.BasisEvidence, evidence.CarriedAside, "this is for evidence to decide, and no earlier checklist stands in for it: what was seen needs review"},
		{"not collected", unseenRule, []carry.Checklist{checklistOf("a.ckl", unseenRule, says(none))}, false, hole, evidence.BasisNone, evidence.CarriedAside, "this is for evidence to decide, and no earlier checklist stands in for it: it was not collected"},
		{"a finding stays reported", unseenRule, []carry.Checklist{checklistOf("a.ckl", unseenRule, says(open))}, false, fail, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"both say so", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says(held)), checklistOf("b.ckl", personRule, says(held))}, false, pass, evidence.BasisCarried, evidence.CarriedDecides, ""},
		{"they disagree", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says(held)), checklistOf("b.ckl", personRule, says(open))}, false, review, evidence.BasisNone, evidence.CarriedAside,
			"the checklists disagree: a.ckl says NotAFinding, b.ckl says Open"},
		{"own verdict of then", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, own(held))}, false, review, evidence.BasisNone, evidence.CarriedAside, "it was the verdict of then, no person's status; now it is left to a person"},
		{"own verdict of then, decided now", badRule, []carry.Checklist{checklistOf("a.ckl", badRule, own(held))}, false, fail, evidence.BasisEvidence, "", ""},
		{"of no form", personRule, []carry.Checklist{checklistOf("a.ckl", personRule, says("Closed"))}, false, review, evidence.BasisNone, evidence.CarriedAside, "no checklist has such a status"},
	} {
		taken := captured
		if test.stale {
			taken = asOf.AddDate(0, 0, -31)
		}
		r := assembleSaid(t, taken, audit.Input{Carry: test.said}).Hosts[0].Benchmarks[0].Rules[test.rule]
		if r.After.Result != test.result || r.After.Basis != test.basis {
			t.Errorf("%s: %s by %s, want %s by %s: %+v", test.name, r.After.Result, r.After.Basis, test.result, test.basis, r.After.Reasons)
		}
		last := evidence.Carried{}
		if n := len(r.Carried); n > 0 {
			last = r.Carried[n-1]
		}
		if last.Use != test.use || last.Why != test.why {
			t.Errorf("%s: %q, %q", test.name, last.Use, last.Why)
		}
		cites := 0
		for _, c := range r.After.Reasons[0].Cites {
			if strings.HasPrefix(c.Item, evidence.ChecklistsFolder) && c.Line == 7 && c.Length == 9 {
				cites++
			}
		}
		if want := map[bool]int{true: len(test.said)}[test.basis == evidence.BasisCarried]; cites != want {
			t.Errorf("%s: %d checklists are cited, want %d: %+v", test.name, cites, want, r.After.Reasons)
		}
	}
}

// TestAttestedRule: an attestation decides of rules what it decides of Controls, by any of a rule's ids.
func TestAttestedRule(t *testing.T) {
	const attested, seen, none = evidence.BasisAttestation, evidence.BasisEvidence, evidence.BasisNone
	expired := func(a *evidence.Attestation) { a.On, a.ValidUntil = date(1, 1), date(10, 20) }
	for _, test := range []struct {
		rule   int
		holds  bool
		change func(*evidence.Attestation)
		result evidence.Result
		basis  evidence.Basis
		note   string
	}{
		{personRule, true, nil, evidence.Pass, attested, ""},
		{personRule, false, nil, evidence.Fail, attested, ""},
		{personRule, true, expired, evidence.NeedsReview, none, "expired on 2026-10-20 and counts as nothing"},
		{listedRule, true, nil, evidence.Pass, attested, "the attestation decides"},
		{goodRule, false, nil, evidence.Pass, seen, "the evidence says otherwise and stands"},
		{badRule, true, nil, evidence.Fail, seen, "the evidence says otherwise and stands"},
		{unseenRule, true, nil, evidence.NotCollected, none, "no attestation stands in for it"},
	} {
		rule := saidRules[test.rule]
		for _, id := range []string{string(rule.STIGID), string(rule.GroupID), string(rule.RuleID)} {
			in := audit.Input{}
			in.Answers.Attestations = []evidence.Attestation{attestation(id, test.holds, test.change)}
			b := assembleSaid(t, captured, in).Hosts[0].Benchmarks[0]
			r := b.Rules[test.rule]
			if r.After.Result != test.result || r.After.Basis != test.basis || r.Attestation == nil {
				t.Errorf("%s, holds %t: %s by %s, want %s by %s", id, test.holds, r.After.Result, r.After.Basis, test.result, test.basis)
			}
			if !slices.ContainsFunc(r.After.Reasons, func(r evidence.Reason) bool { return strings.Contains(r.Note, test.note) }) {
				t.Errorf("%s: no note %q: %+v", id, test.note, r.After.Reasons)
			}
			for i, other := range b.Rules {
				if i != test.rule && (other.After.Basis == attested || other.Attestation != nil) {
					t.Errorf("%s attests %s, too", id, other.STIGID)
				}
			}
		}
	}
}

// TestOpposedAttestations: who names one rule by two ids and says the opposite of himself has said nothing.
func TestOpposedAttestations(t *testing.T) {
	rule := saidRules[personRule]
	for _, test := range []struct {
		change func(*evidence.Attestation) // of the second, which says that it does not hold
		result evidence.Result
	}{
		{nil, evidence.NeedsReview},
		{func(a *evidence.Attestation) { a.On, a.ValidUntil = date(1, 1), date(10, 20) }, evidence.Pass},
	} {
		in := audit.Input{}
		in.Answers.Attestations = []evidence.Attestation{attestation(string(rule.STIGID), true, nil), attestation(string(rule.GroupID), false, test.change)}
		for range 2 {
			r := assembleSaid(t, captured, in).Hosts[0].Benchmarks[0].Rules[personRule]
			if r.After.Result != test.result {
				t.Errorf("%s, want %s: %+v", r.After.Result, test.result, r.After.Reasons)
			}
			slices.Reverse(in.Answers.Attestations) // their order does not matter
		}
	}
	in := audit.Input{}
	in.Answers.Exceptions = []evidence.Exception{{Control: string(saidRules[badRule].STIGID), On: date(1, 1), Expires: date(10, 20)}, {Control: string(saidRules[badRule].GroupID), On: date(10, 1), Expires: date(12, 31)}}
	for range 2 {
		if r := assembleSaid(t, captured, in).Hosts[0].Benchmarks[0].Rules[badRule]; r.Exception == nil || r.Expired {
			t.Errorf("one that counts is hidden by one that has expired: %+v, %t", r.Exception, r.Expired)
		}
		slices.Reverse(in.Answers.Exceptions)
	}
}

// TestCarriedList: what of a checklist has no place is listed, and so is what became of the rest.
func TestCarriedList(t *testing.T) {
	comment := checklistOf("a.ckl", personRule, func(r *carry.Rule) { r.Comments, r.Override = strings.Repeat("long ", 8000), evidence.Low })
	other := checklistOf("b.ckl", personRule, func(r *carry.Rule) { r.Override = evidence.High })
	foreign := checklistOf("c.ckl", personRule, says(evidence.StatusOpen))
	foreign.Host = "AUTOMATE02"
	iis := checklistOf("d.ckl", personRule, says(evidence.StatusOpen))
	iis.STIGs = append(iis.STIGs, carry.STIG{ID: "IIS_STIG", Rules: []carry.Rule{{RuleID: "SV-1r1_rule", Status: evidence.StatusOpen}}})
	a := assembleSaid(t, captured, audit.Input{Carry: []carry.Checklist{comment, other, foreign, iis}})
	var got []string
	for _, c := range a.Carried {
		got = append(got, fmt.Sprintf("%s: %d comments, %d statuses", c.File, c.Comments, c.Statuses))
		for _, l := range c.Left {
			got = append(got, l.String())
		}
	}
	want := []string{
		"a.ckl: 1 comments, 0 statuses",
		"SV-100000r2_rule: end of its comment: longer than readers of checklists keep: it is whole in audit.json and in the file",
		"SV-100000r2_rule: severity low: the checklists disagree: none is carried",
		"b.ckl: 0 comments, 0 statuses",
		"SV-100000r2_rule: severity high: the checklists disagree: none is carried",
		"c.ckl: 0 comments, 0 statuses",
		"all rules: checklist: it is about the host AUTOMATE02, not AUTOMATE01",
		"d.ckl: 0 comments, 1 statuses",
		"IIS_STIG: STIG: no benchmark of this audit has its rules",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
