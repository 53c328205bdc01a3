package oscal

import (
	"fmt"
	"io"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// WritePOAM writes the plan of action and milestones: one item for every failing statement on every host, accepted or
// not. It holds no milestone and no date but those of the exceptions: whoever answers for the host sets them. controls is
// as for [WriteAssessmentResults], and what both documents name has one identifier in both.
func WritePOAM(w io.Writer, a audit.Audit, controls func(cci string) []string) error {
	b, err := newBuilder(a, controls)
	if err != nil {
		return err
	}
	statements := b.statements()
	p := plan{
		Metadata:         b.metadata("Hardening audit: plan of action and milestones", poamRemarks(statements)),
		SystemID:         systemID{Type: "http://ietf.org/rfc/rfc4122", ID: string(space.name("system", a.Client, b.hostSet()))},
		LocalDefinitions: b.definitions(),
	}
	for _, s := range statements {
		if s.result() != evidence.Fail {
			continue
		}
		seen := b.observe(s)
		risks := b.risksOf(s, seen)
		p.Observations = append(p.Observations, seen...)
		p.Risks = append(p.Risks, risks...)
		p.Findings = append(p.Findings, *b.find(s, seen, risks))
		p.Items = append(p.Items, b.planItem(s, seen, risks))
	}
	if len(p.Items) == 0 {
		p.Items = []planItem{b.nothingToPlan(statements)}
	}
	p.BackMatter = b.backMatter()
	document := struct {
		Plan plan `json:"plan-of-action-and-milestones"`
	}{p}
	return write(w, &document, func(id uuid) { document.Plan.UUID = id })
}

func poamRemarks(statements []*statement) string {
	return fmt.Sprintf("One item for each failing statement on each host; accepted ones are marked and stay in the list. Milestones are not set. "+
		"Of %d statements, over all hosts, %d need review and %d were not collected: they may fail, and are not in this list.",
		len(statements), count(statements, evidence.NeedsReview), count(statements, evidence.NotCollected))
}

func (b *builder) planItem(s *statement, seen []observation, risks []risk) planItem {
	item := planItem{
		UUID: s.space.name("poam-item"), Title: markup(s.name() + ": " + s.text),
		Description: paragraphs(verdictText(s), labelled("Fix", s.fix)), Props: append(props("state", stateOf(s)), b.properties(s)...),
		Origins: b.origins(), Findings: []findingRef{{s.finding()}}, Observations: refs(seen), Remarks: exceptionText(s),
	}
	for _, r := range risks {
		item.Risks = append(item.Risks, riskRef{r.UUID})
	}
	return item
}

func stateOf(s *statement) string {
	switch {
	case s.accepted():
		return "accepted"
	case s.exception != nil:
		return "open, exception expired"
	}
	return "open"
}

// nothingToPlan stands in a plan without failing statements: OSCAL's schema wants one item at least, and an empty plan
// would not say whether anything was assessed.
func (b *builder) nothingToPlan(statements []*statement) planItem {
	text := fmt.Sprintf("As of %s no statement fails. Of %d statements %d pass, %d need review, %d were not collected, %d do not apply.",
		instant(b.audit.AsOf), len(statements), count(statements, evidence.Pass), count(statements, evidence.NeedsReview),
		count(statements, evidence.NotCollected), count(statements, evidence.NotApplicable))
	return planItem{
		UUID: space.name("nothing", b.hostSet(), instant(b.audit.AsOf)), Title: "No statement fails", Description: text,
		Props: props("state", "nothing to plan"), Origins: b.origins(),
	}
}
