package audit_test

import (
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// asking answers one question by a snapshot with the registry key Lsa, of which Good is 1 and Bad is 0.
func asking(t *testing.T, q evidence.Question, asOf time.Time, change func(*audit.Input)) evidence.QuestionAnswer {
	t.Helper()
	q.ID, q.Topic, q.Text = "q", "T", "Is it?"
	if q.Reach == "" {
		q.Reach = evidence.OfHost
	}
	in := audit.Input{AsOf: asOf, Guide: guide, Hosts: []audit.HostInput{{After: take(t, captured, map[string]string{"lsa.reg": lsa})}},
		Questionnaires: []evidence.Questionnaire{{ID: "set", Questions: []evidence.Question{q}}}}
	if change != nil {
		change(&in)
	}
	a, err := audit.Assemble(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return a.Questionnaires[0].Answers[0]
}

func checkOf(name string) evidence.QuestionCheck {
	return evidence.QuestionCheck{ID: "k", Statement: name + " is 1", Check: registry(name)[0]}
}

func TestQuestionBearings(t *testing.T) {
	until := checkOf("Good")
	until.Until = date(10, 21)
	soft := checkOf("Bad")
	soft.SupportsOnly = true
	person := []evidence.Attestation{{Control: "question:q", Holds: true, By: "x", On: captured, ValidUntil: asOf.AddDate(1, 0, 0)}}
	accepted := func(in *audit.Input) {
		in.Answers.Exceptions = []evidence.Exception{{Control: "bad", Reason: "r", Approver: "x", On: captured, Expires: asOf.AddDate(0, 1, 0)}}
	}
	for _, c := range []struct {
		name   string
		q      evidence.Question
		asOf   time.Time
		change func(*audit.Input)
		want   evidence.AnswerStatus
	}{
		{"a control that passes", evidence.Question{Controls: []string{"good"}}, asOf, nil, evidence.Confirmed},
		{"a control that fails", evidence.Question{Controls: []string{"bad"}}, asOf, nil, evidence.AnswerNo},
		{"a control that fails and is accepted", evidence.Question{Controls: []string{"bad"}}, asOf, accepted, evidence.AnswerNo},
		{"a control that nobody judged", evidence.Question{Controls: []string{"elsewhere"}}, asOf, nil, evidence.NotProvable},
		{"a control not collected, and a person's word", evidence.Question{Controls: []string{"unseen"}}, asOf, func(in *audit.Input) { in.Answers.Attestations = person }, evidence.NotProvable},
		{"evidence that is too old", evidence.Question{Controls: []string{"good"}}, asOf.AddDate(0, 3, 0), nil, evidence.NotProvable},
		{"a check that passes", evidence.Question{Checks: []evidence.QuestionCheck{checkOf("Good")}}, asOf, nil, evidence.Confirmed},
		{"a check that fails", evidence.Question{Checks: []evidence.QuestionCheck{checkOf("Bad")}}, asOf, nil, evidence.AnswerNo},
		{"a check on evidence that is too old", evidence.Question{Checks: []evidence.QuestionCheck{checkOf("Good")}}, asOf.AddDate(0, 3, 0), nil, evidence.NotProvable},
		{"a check that only supports", evidence.Question{Checks: []evidence.QuestionCheck{soft}}, asOf, nil, evidence.NotProvable},
		{"a check whose fact holds still", evidence.Question{Checks: []evidence.QuestionCheck{until}}, date(10, 20), nil, evidence.Confirmed},
		{"a check whose fact has ended", evidence.Question{Checks: []evidence.QuestionCheck{until}}, date(10, 21), nil, evidence.NotProvable},
	} {
		t.Run(c.name, func(t *testing.T) {
			if a := asking(t, c.q, c.asOf, c.change); a.Status != c.want {
				t.Errorf("%s, want %s: %s", a.Status, c.want, a.Comment)
			}
		})
	}
	a := asking(t, evidence.Question{Controls: []string{"bad"}}, asOf, accepted)
	if b := a.Hosts[0].Bearings[0]; b.Exception == nil || b.Exception.Approver != "x" || len(b.Verdict.Reasons) == 0 || len(b.Verdict.Reasons[0].Cites) == 0 {
		t.Errorf("%+v", b)
	}
}

// TestShownSettings holds which Settings a pattern shows, each with its place.
func TestShownSettings(t *testing.T) {
	const key = `registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa`
	for pattern, want := range map[evidence.Address]int{key + "!Good": 1, key + "!*": 2, key + "!*o*d": 1, key + "!GOOD": 1, key + "!Go": 0, key + "!*x": 0, "product:*": 0} {
		a := asking(t, evidence.Question{Reach: evidence.OfCompany, Person: "P", Settings: []evidence.Address{pattern}}, asOf, nil)
		if got := a.Hosts[0].Shown; len(got) != want {
			t.Errorf("%s shows %v, want %d", pattern, got, want)
		}
		for _, s := range a.Hosts[0].Shown {
			if s.Cite.Line == 0 || s.Value == "" {
				t.Errorf("%s: %+v", pattern, s)
			}
		}
		if a.Status != evidence.NotAnswered {
			t.Errorf("%s: what is only shown decides: %s", pattern, a.Status)
		}
	}
}
