package questionnaire_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/questionnaire"
)

var (
	asOf     = time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC)
	captured = time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC)
)

const (
	pass    = evidence.Pass
	fail    = evidence.Fail
	review  = evidence.NeedsReview
	missing = evidence.NotCollected
	out     = evidence.NotApplicable
)

// host is a server with a Bearing for each Result; a Result may be marked as a person's with a leading "attested " or "carried ".
func host(name string, results ...evidence.Result) evidence.HostBearings {
	h := evidence.HostBearings{Host: name, From: captured, To: captured}
	for i, r := range results {
		basis := evidence.BasisEvidence
		if word, ok := strings.CutPrefix(string(r), "attested "); ok {
			r, basis = evidence.Result(word), evidence.BasisAttestation
		}
		if word, ok := strings.CutPrefix(string(r), "carried "); ok {
			r, basis = evidence.Result(word), evidence.BasisCarried
		}
		id := fmt.Sprintf("c%d", i+1)
		h.Bearings = append(h.Bearings, evidence.Bearing{Kind: evidence.ControlBearing, ID: id, Statement: "statement " + id, Verdict: evidence.Verdict{Result: r, Basis: basis,
			Reasons: []evidence.Reason{{Result: r, Actual: "found " + id, Cites: []evidence.Citation{{Item: "data/items/" + id}}}}}})
	}
	return h
}

func word(holds bool, until time.Time) []evidence.Attestation {
	return []evidence.Attestation{{Control: "question:q", Holds: holds, By: "the owner", On: captured.AddDate(0, -1, 0), ValidUntil: until}}
}

var (
	yes     = word(true, asOf.AddDate(0, 1, 0))
	no      = word(false, asOf.AddDate(0, 1, 0))
	expired = word(true, asOf.AddDate(0, 0, -1))
)

func hostQuestion(links int) evidence.Question {
	q := evidence.Question{ID: "q", Topic: "t", Text: "Is it?", Reach: evidence.OfHost}
	for i := range links {
		q.Controls = append(q.Controls, fmt.Sprintf("c%d", i+1))
	}
	return q
}

func withPerson(q evidence.Question) evidence.Question {
	q.Person = "what nobody sees"
	return q
}

func company(q evidence.Question) evidence.Question {
	q.Reach = evidence.OfCompany
	return withPerson(q)
}

func parts(q evidence.Question) evidence.Question {
	q.Parts = true
	return q
}

func answer(q evidence.Question, said []evidence.Attestation, hosts ...evidence.HostBearings) evidence.QuestionAnswer {
	set := evidence.Questionnaire{ID: "set", Questions: []evidence.Question{q}}
	return questionnaire.Answer(set, questionnaire.Case{AsOf: asOf, Attestations: said, Bearings: [][]evidence.HostBearings{hosts}}).Answers[0]
}

// TestRules is the package comment's rules, one by one.
func TestRules(t *testing.T) {
	q := hostQuestion(2)
	for _, c := range []struct {
		name     string
		q        evidence.Question
		said     []evidence.Attestation
		hosts    []evidence.HostBearings
		want     evidence.AnswerStatus
		basis    evidence.AnswerBasis
		portion  string
		discords int
	}{
		{"all hold", q, nil, []evidence.HostBearings{host("A", pass, pass)}, evidence.Confirmed, evidence.ByEvidence, "", 0},
		{"one fails", q, nil, []evidence.HostBearings{host("A", pass, fail)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
		{"one fails, one is not collected", q, nil, []evidence.HostBearings{host("A", missing, fail)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
		{"one is not collected", q, nil, []evidence.HostBearings{host("A", pass, missing)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"one needs review", q, nil, []evidence.HostBearings{host("A", pass, review)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"nothing collected", q, nil, []evidence.HostBearings{host("A", missing, missing)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"one does not apply", q, nil, []evidence.HostBearings{host("A", pass, out)}, evidence.Confirmed, evidence.ByEvidence, "", 0},
		{"nothing applies", q, nil, []evidence.HostBearings{host("A", out, out)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"one is a person's word", q, nil, []evidence.HostBearings{host("A", pass, "attested pass")}, evidence.Confirmed, evidence.ByBoth, "", 0},
		{"all are a person's word", q, nil, []evidence.HostBearings{host("A", "attested pass", "attested pass")}, evidence.Confirmed, evidence.ByAttestation, "", 0},
		{"fails by a person's word", q, nil, []evidence.HostBearings{host("A", pass, "attested fail")}, evidence.AnswerNo, evidence.ByAttestation, "", 0},
		{"fails by an earlier checklist", q, nil, []evidence.HostBearings{host("A", pass, "carried fail")}, evidence.AnswerNo, evidence.ByAttestation, "", 0},
		{"fails by both", q, nil, []evidence.HostBearings{host("A", fail, "attested fail")}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
		{"one by an earlier checklist", q, nil, []evidence.HostBearings{host("A", pass, "carried pass")}, evidence.Confirmed, evidence.ByBoth, "", 0},
		{"all by an earlier checklist", q, nil, []evidence.HostBearings{host("A", "carried pass", "carried pass")}, evidence.Confirmed, evidence.ByAttestation, "", 0},

		{"three of four servers", q, nil, []evidence.HostBearings{host("A", pass, pass), host("B", pass, pass), host("C", pass, fail), host("D", pass, pass)},
			evidence.Partial, evidence.ByEvidence, "3 of 4 servers", 0},
		{"one of two, the other not collected", q, nil, []evidence.HostBearings{host("A", pass, pass), host("B", pass, missing)}, evidence.Partial, evidence.ByEvidence, "1 of 2 servers", 0},
		{"a server it does not apply to", q, nil, []evidence.HostBearings{host("A", pass, pass), host("B", out, out)}, evidence.Confirmed, evidence.ByEvidence, "", 0},
		{"no server, one not collected", q, nil, []evidence.HostBearings{host("A", fail, pass), host("B", missing, missing)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},

		{"parts: some", parts(q), nil, []evidence.HostBearings{host("A", pass, fail)}, evidence.Partial, evidence.ByEvidence, "1 of 2 points", 0},
		{"parts: some not collected", parts(q), nil, []evidence.HostBearings{host("A", pass, missing)}, evidence.Partial, evidence.ByEvidence, "1 of 2 points", 0},
		{"parts: none", parts(q), nil, []evidence.HostBearings{host("A", fail, missing)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
		{"parts: nothing collected", parts(q), nil, []evidence.HostBearings{host("A", missing, missing)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"parts: over servers", parts(q), nil, []evidence.HostBearings{host("A", pass, pass), host("B", pass, fail)}, evidence.Partial, evidence.ByEvidence, "3 of 4 points", 0},

		{"a person agrees", q, yes, []evidence.HostBearings{host("A", pass, pass)}, evidence.Confirmed, evidence.ByBoth, "", 0},
		{"a person says yes, evidence no", q, yes, []evidence.HostBearings{host("A", pass, fail)}, evidence.AnswerNo, evidence.ByEvidence, "", 1},
		{"a person says yes, twice contradicted", q, yes, []evidence.HostBearings{host("A", fail, fail)}, evidence.AnswerNo, evidence.ByEvidence, "", 2},
		{"a person says no, evidence yes", q, no, []evidence.HostBearings{host("A", pass, pass)}, evidence.NotProvable, evidence.ByNothing, "", 1},
		{"a person says yes, nothing collected", q, yes, []evidence.HostBearings{host("A", missing, missing)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"a person says no, nothing collected", q, no, []evidence.HostBearings{host("A", missing, missing)}, evidence.AnswerNo, evidence.ByAttestation, "", 0},
		{"an expired yes, evidence no", q, expired, []evidence.HostBearings{host("A", pass, fail)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
		{"a person says yes, one of two servers no", q, yes, []evidence.HostBearings{host("A", pass, pass), host("B", pass, fail)}, evidence.Partial, evidence.ByBoth, "1 of 2 servers", 1},

		{"a person is needed and silent", withPerson(q), nil, []evidence.HostBearings{host("A", pass, pass)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"a person is needed and says yes", withPerson(q), yes, []evidence.HostBearings{host("A", pass, pass)}, evidence.Confirmed, evidence.ByBoth, "", 0},
		{"a person is needed and says no", withPerson(q), no, []evidence.HostBearings{host("A", pass, pass)}, evidence.NotProvable, evidence.ByNothing, "", 1},
		{"a person is needed, was heard and expired", withPerson(q), expired, []evidence.HostBearings{host("A", pass, pass)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"a person alone says yes", withPerson(hostQuestion(0)), yes, []evidence.HostBearings{host("A")}, evidence.Confirmed, evidence.ByAttestation, "", 0},
		{"a person alone says no", withPerson(hostQuestion(0)), no, []evidence.HostBearings{host("A")}, evidence.AnswerNo, evidence.ByAttestation, "", 0},
		{"a person alone is silent", withPerson(hostQuestion(0)), nil, []evidence.HostBearings{host("A")}, evidence.NotAnswered, evidence.ByNothing, "", 0},
		{"a person alone, expired", withPerson(hostQuestion(0)), expired, []evidence.HostBearings{host("A")}, evidence.NotAnswered, evidence.ByNothing, "", 0},

		{"company: hosts support", company(q), nil, []evidence.HostBearings{host("A", pass, pass), host("B", pass, pass)}, evidence.NotProvable, evidence.ByNothing, "", 0},
		{"company: hosts support, a person says yes", company(q), yes, []evidence.HostBearings{host("A", pass, pass)}, evidence.Confirmed, evidence.ByBoth, "", 0},
		{"company: one host is a counterexample", company(q), nil, []evidence.HostBearings{host("A", pass, pass), host("B", fail, pass)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
		{"company: a counterexample against a person", company(q), yes, []evidence.HostBearings{host("A", pass, pass), host("B", fail, pass)}, evidence.AnswerNo, evidence.ByEvidence, "", 1},
		{"company: a person says no", company(q), no, []evidence.HostBearings{host("A", pass, pass)}, evidence.AnswerNo, evidence.ByAttestation, "", 0},
		{"company: nothing collected, a person says yes", company(q), yes, []evidence.HostBearings{host("A", missing, missing)}, evidence.Confirmed, evidence.ByAttestation, "", 0},
		{"company: nothing linked, nobody speaks", company(hostQuestion(0)), nil, []evidence.HostBearings{host("A")}, evidence.NotAnswered, evidence.ByNothing, "", 0},
		{"company: parts, some fail", company(parts(q)), nil, []evidence.HostBearings{host("A", pass, fail)}, evidence.AnswerNo, evidence.ByEvidence, "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := answer(c.q, c.said, c.hosts...)
			portion := ""
			if a.Portion != nil {
				portion = fmt.Sprintf("%d of %d %s", a.Portion.N, a.Portion.M, a.Portion.Unit)
			}
			if a.Status != c.want || a.Basis != c.basis || portion != c.portion || len(a.Discords) != c.discords {
				t.Errorf("%s by %s, %q, %d contradictions; want %s by %s, %q, %d\n%s", a.Status, a.Basis, portion, len(a.Discords), c.want, c.basis, c.portion, c.discords, a.Comment)
			}
		})
	}
}

// TestNeverYesForTheCompany tries every set of results on two hosts: without a person, no answer about the company is a
// yes, not in part either; and what was not collected alone never makes a no.
func TestNeverYesForTheCompany(t *testing.T) {
	results := []evidence.Result{pass, fail, review, missing, out}
	for _, a := range results {
		for _, b := range results {
			for _, c := range results {
				hosts := func() []evidence.HostBearings { return []evidence.HostBearings{host("A", a, b), host("B", c, a)} }
				said := answer(company(hostQuestion(2)), nil, hosts()...)
				if said.Status == evidence.Confirmed || said.Status == evidence.Partial {
					t.Errorf("%s, %s, %s: the company %s", a, b, c, said.Status)
				}
				for _, q := range []evidence.Question{hostQuestion(2), parts(hostQuestion(2))} {
					got := answer(q, nil, hosts()...)
					if fails := a == fail || b == fail || c == fail; got.Status == evidence.AnswerNo && !fails {
						t.Errorf("%s, %s, %s: no, and nothing fails", a, b, c)
					}
					if holes := a == missing || b == missing || c == missing || a == review || b == review || c == review; got.Status == evidence.Confirmed && holes {
						t.Errorf("%s, %s, %s: confirmed with holes", a, b, c)
					}
				}
			}
		}
	}
}

// TestLinkedAttestation holds that a person's word about a linked Control is held against the evidence too.
func TestLinkedAttestation(t *testing.T) {
	h := host("A", fail)
	h.Bearings[0].Attestation = &evidence.Attestation{Control: "c1", Holds: true, By: "the owner", On: captured, ValidUntil: asOf}
	a := answer(hostQuestion(1), nil, h)
	want := []evidence.Discord{{Said: "the owner attested on 2026-10-20: this holds: statement c1", Seen: "the evidence of A shows: found c1", Host: "A",
		Cites: []evidence.Citation{{Item: "data/items/c1"}}}}
	if diff := cmp.Diff(want, a.Discords); diff != "" || a.Status != evidence.AnswerNo {
		t.Errorf("%s (-want +got):\n%s", a.Status, diff)
	}
	if !strings.HasPrefix(a.Comment, "Contradiction: the owner attested on 2026-10-20") {
		t.Errorf("the contradiction is not first: %s", a.Comment)
	}
	h = host("A", pass)
	h.Bearings[0].Attestation = &evidence.Attestation{Control: "c1", Holds: false, By: "the owner", On: captured, ValidUntil: asOf}
	if a := answer(hostQuestion(1), nil, h); len(a.Discords) != 1 || a.Status != evidence.NotProvable {
		t.Errorf("a person denies a linked control: %s, %v", a.Status, a.Discords)
	}
}

// TestSupportsOnlyAndRules holds what counts less than a Control.
func TestSupportsOnlyAndRules(t *testing.T) {
	soft := host("A", fail)
	soft.Bearings[0].SupportsOnly = true
	if a := answer(hostQuestion(1), nil, soft); a.Status != evidence.NotProvable {
		t.Errorf("a check that only supports denies: %s", a.Status)
	}
	rules := hostQuestion(0)
	rules.Rules = []evidence.STIGID{"WN22-SO-000230"}
	for result, want := range map[evidence.Result]evidence.AnswerStatus{pass: evidence.Confirmed, fail: evidence.AnswerNo, review: evidence.NotProvable, missing: evidence.NotProvable} {
		h := host("A", result)
		h.Bearings[0].Kind = evidence.RuleBearing
		if a := answer(rules, nil, h); a.Status != want {
			t.Errorf("a rule alone, %s: %s, want %s", result, a.Status, want)
		}
	}
	if a := answer(rules, nil, host("A")); a.Status != evidence.NotProvable {
		t.Errorf("a rule that was not judged: %s", a.Status)
	}
	both := hostQuestion(1)
	both.Rules = rules.Rules
	for _, c := range []struct {
		result evidence.Result
		basis  evidence.Basis
		want   evidence.AnswerStatus
	}{
		{review, evidence.BasisNone, evidence.Confirmed},       // a text that nobody but a person can judge
		{review, evidence.BasisEvidence, evidence.NotProvable}, // evidence that contradicts itself
		{missing, evidence.BasisNone, evidence.NotProvable},
		{fail, evidence.BasisEvidence, evidence.AnswerNo},
	} {
		h := host("A", pass, c.result)
		h.Bearings[1].Kind, h.Bearings[1].Verdict.Basis = evidence.RuleBearing, c.basis
		if a := answer(both, nil, h); a.Status != c.want {
			t.Errorf("a rule that is %s by %s beside a control that holds: %s, want %s", c.result, c.basis, a.Status, c.want)
		}
	}
}

// TestOptional holds that an optional check counts where evidence decides it and leaves the question to a person elsewhere.
func TestOptional(t *testing.T) {
	q := hostQuestion(0)
	q.Checks = []evidence.QuestionCheck{{ID: "c1", Optional: true}}
	q = withPerson(q)
	for _, c := range []struct {
		result       evidence.Result
		supportsOnly bool
		said         []evidence.Attestation
		want         evidence.AnswerStatus
		basis        evidence.AnswerBasis
		says         string
	}{
		{pass, false, yes, evidence.Confirmed, evidence.ByBoth, "Seen on A: statement c1 (found c1)"},
		{pass, false, nil, evidence.NotProvable, evidence.ByNothing, "Seen on A: statement c1"},
		{pass, false, no, evidence.NotProvable, evidence.ByNothing, "Contradiction: "},
		{fail, false, yes, evidence.AnswerNo, evidence.ByEvidence, "Contradiction: "},
		{fail, false, nil, evidence.AnswerNo, evidence.ByEvidence, "found c1"},
		{fail, true, yes, evidence.Confirmed, evidence.ByAttestation, "To be judged by a person: statement c1 (found: found c1)"},
		{fail, true, nil, evidence.NotAnswered, evidence.ByNothing, "To be judged by a person: statement c1 (found: found c1)"},
		{review, false, yes, evidence.Confirmed, evidence.ByAttestation, "To be judged by a person: statement c1 (found: found c1)"},
		{review, false, nil, evidence.NotAnswered, evidence.ByNothing, "found c1"},
		{missing, false, yes, evidence.Confirmed, evidence.ByAttestation, ""},
		{missing, false, no, evidence.AnswerNo, evidence.ByAttestation, ""},
		{missing, false, nil, evidence.NotAnswered, evidence.ByNothing, "Not answered: the evidence does not decide it"},
	} {
		h := host("A", c.result)
		h.Bearings[0].Kind, h.Bearings[0].Optional, h.Bearings[0].SupportsOnly = evidence.CheckBearing, true, c.supportsOnly
		a := answer(q, c.said, h)
		if a.Status != c.want || a.Basis != c.basis || !strings.Contains(a.Comment, c.says) {
			t.Errorf("%s, supports only %v, said %v: %s by %s, want %s by %s: %s", c.result, c.supportsOnly, c.said != nil, a.Status, a.Basis, c.want, c.basis, a.Comment)
		}
	}
	q.Controls = []string{"c1"} // a link that has to be decided
	h := host("A", missing)
	if a := answer(q, yes, h); a.Status != evidence.NotProvable {
		t.Errorf("a control that was not collected beside an optional check: %s", a.Status)
	}
}

// TestComment holds length, the mark, and that a cut falls between sentences.
func TestComment(t *testing.T) {
	var hosts []evidence.HostBearings
	for i := range 30 {
		hosts = append(hosts, host(fmt.Sprintf("SERVER%02d", i), fail, pass))
	}
	for _, limit := range []int{0, 120, 300, 1000, 32_000} {
		q := hostQuestion(2)
		q.Limit = limit
		a := answer(q, nil, hosts...)
		most := limit
		if most == 0 {
			most = 1000
		}
		if n := utf8.RuneCountInString(a.Comment); n > most {
			t.Errorf("limit %d: %d characters", limit, n)
		}
		marked := strings.HasSuffix(a.Comment, "[shortened; the package holds the rest]")
		if marked != a.Cut || a.Cut != (limit < 2000) {
			t.Errorf("limit %d: cut %v, marked %v: %s", limit, a.Cut, marked, a.Comment)
		}
		if body, _, ok := strings.Cut(a.Comment, " [shortened"); ok && !strings.HasSuffix(body, ".") && !strings.HasSuffix(body, "…") {
			t.Errorf("limit %d: cut inside a sentence: %s", limit, a.Comment)
		}
	}
	exception := host("A", fail)
	exception.Bearings[0].Exception = &evidence.Exception{Approver: "the owner", Expires: asOf.AddDate(0, 1, 0), Reason: "a migration"}
	a := answer(hostQuestion(1), nil, exception)
	const want = "No: the evidence of A shows otherwise. Basis: evidence. Does not hold: statement c1 (found: found c1). Accepted by the owner until 2026-11-21: a migration. " +
		"The evidence is of A, captured 2026-10-20 06:30 UTC, and says nothing about other systems."
	if a.Comment != want || a.Status != evidence.AnswerNo {
		t.Errorf("%s: %s, want %s", a.Status, a.Comment, want)
	}
	partial := answer(hostQuestion(1), nil, host("A", pass), host("B", fail), host("C", missing))
	for _, sentence := range []string{"In part: yes for 1 of 3 servers (A). No for B. Not known for C. ", "Does not hold on B: statement c1 (found: found c1).",
		"Not known on C: statement c1 (found c1).", "Seen on A: statement c1."} {
		if !strings.Contains(partial.Comment, sentence) {
			t.Errorf("%q is not in %q", sentence, partial.Comment)
		}
	}
}
