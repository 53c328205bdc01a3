package oscal

import (
	"fmt"
	"slices"

	"auditpack/evidence"
)

// find returns the finding of a statement, or nil where it does not concern the host: that is no finding, and neither of
// OSCAL's two states says it.
func (b *builder) find(s *statement) *finding {
	result := s.result()
	if result == evidence.NotApplicable {
		return nil
	}
	f := &finding{
		UUID: s.finding(), Title: markup(s.id + ": " + s.text), Description: verdictText(s),
		Props: b.properties(s), Origins: b.origins(),
		Target:       target{Type: "objective-id", ID: token(s.id), Title: markup(s.text), Status: statusOf(s)},
		Observations: s.seen(), Risks: s.risks(), Remarks: findingRemarks(s),
	}
	return f
}

func (s *statement) finding() uuid { return s.space.name("finding") }

func (s *statement) observation(i int) uuid { return s.space.name("observation", fmt.Sprint(i)) }

func (s *statement) attested() uuid { return s.space.name("attestation") }

func (s *statement) carriedID(i int) uuid { return s.space.name("carried", fmt.Sprint(i)) }

func (s *statement) risk() uuid { return s.space.name("risk") }

// seen names the observations of a statement, without making them.
func (s *statement) seen() []observationRef {
	var list []observationRef
	for i := range s.verdict.Reasons {
		list = append(list, observationRef{s.observation(i)})
	}
	if s.attestation != nil {
		list = append(list, observationRef{s.attested()})
	}
	for i := range s.carried {
		list = append(list, observationRef{s.carriedID(i)})
	}
	return list
}

// risks names the risk of a failing statement.
func (s *statement) risks() []riskRef {
	if s.result() != evidence.Fail {
		return nil
	}
	return []riskRef{{s.risk()}}
}

// statusOf says whether the statement is shown to hold. OSCAL knows two states only: what nobody could decide is not
// satisfied, for the reason "other", so that silence never counts as a pass nor as a fail.
func statusOf(s *statement) objectiveStatus {
	switch result := s.result(); result {
	case evidence.Pass:
		return objectiveStatus{State: "satisfied", Reason: "pass"}
	case evidence.Fail:
		return objectiveStatus{State: "not-satisfied", Reason: "fail", Remarks: exceptionText(s)}
	default:
		return objectiveStatus{State: "not-satisfied", Reason: "other", Remarks: "Undecided (" + string(result) + "): not shown to be satisfied."}
	}
}

// verdictText is the Verdict with the Reasons that made it.
func verdictText(s *statement) string {
	text := []string{"Verdict: " + string(s.result()) + "."}
	for _, r := range s.verdict.Reasons {
		if r.Result == s.result() {
			text = append(text, reasonText(r))
		}
	}
	return paragraphs(text...)
}

// findingRemarks says what a person has to look at, if no Reason does, and how else the statement may be read.
func findingRemarks(s *statement) string {
	var text []string
	said := slices.ContainsFunc(s.verdict.Reasons, func(r evidence.Reason) bool { return r.Actual == s.manual })
	if s.result() == evidence.NeedsReview && !said {
		text = append(text, labelled("To be looked at by a person", s.manual))
	}
	for _, r := range s.readings {
		result := r.After.Result
		if result == "" {
			result = evidence.NotCollected
		}
		text = append(text, fmt.Sprintf("Another reading (%s, %s), not part of the verdict: %s Result: %s.", markup(r.Who), markup(r.ID), markup(r.Text), markup(string(result))))
	}
	for _, w := range s.carried {
		if w.Use == evidence.CarriedContradict || w.Use == evidence.CarriedAside {
			text = append(text, carriedText(w))
		}
	}
	return paragraphs(text...)
}

// exceptionText says who accepted a failing statement, and until when; nothing if nobody did.
func exceptionText(s *statement) string {
	x := s.exception
	if x == nil {
		return ""
	}
	state := "Accepted"
	if s.expired {
		state = "Was accepted, which has expired,"
	}
	return paragraphs(fmt.Sprintf("%s by %s on %s until %s. The verdict stays fail.", state, markup(x.Approver), day(x.On), day(x.Expires)), labelled("Reason", x.Reason))
}

func exceptionState(s *statement) string {
	switch {
	case s.accepted():
		return "accepted"
	case s.exception != nil:
		return "expired"
	}
	return ""
}

// riskOf returns the risk of a statement, or nil if it does not fail. Its deadline is the day by which somebody has promised
// to mend it, else that to which it is accepted; where neither is known none is made up, and an acceptance that is over is none.
func (b *builder) riskOf(s *statement) *risk {
	if s.result() != evidence.Fail {
		return nil
	}
	r := risk{
		UUID: s.risk(), Title: markup(s.name() + " fails"), Description: verdictText(s),
		Statement: labelled("Does not hold", orElse(s.text, s.id)), Props: props("host", s.host.Name, "exception", exceptionState(s)), Status: "open",
		Origins: b.origins(), Observations: s.seen(),
	}
	if severity := line(string(s.severity)); severity != "" {
		r.Characterization = []characterization{{Origin: b.origins()[0], Facets: []facet{{Name: "severity", System: ns, Value: severity}}}}
	}
	if fix := markup(s.fix); fix != "" {
		r.Remediations = []response{{UUID: s.space.name("fix"), Lifecycle: "recommendation", Title: "How to fix it", Description: fix}}
	}
	if m := s.remediation; m != nil {
		r.Deadline = instant(m.Due)
		r.Remediations = append(r.Remediations, planned(s))
	} else if s.accepted() {
		r.Deadline = instant(s.exception.Expires)
	}
	if x := s.exception; x != nil {
		entry := logEntry{UUID: s.space.name("exception"), Title: "Accepted", Description: exceptionText(s), Start: instant(x.On)}
		if s.accepted() {
			r.Status, entry.StatusChange = "deviation-approved", "deviation-approved"
		}
		if entry.Start != "" {
			r.Log = &riskLog{Entries: []logEntry{entry}}
		}
	}
	return &r
}
