package oscal

import (
	"fmt"
	"io"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// WritePOAM writes the plan of action and milestones: one item for every failing statement on every host, accepted or
// not. It holds no milestone and no date but those of the answers file: whoever answers for the host sets them. controls
// and of are as for [WriteAssessmentResults], and what both documents name has one identifier in both.
func WritePOAM(w io.Writer, a audit.Audit, controls func(cci string) []string, of evidence.Digest) error {
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
	failing := slices.DeleteFunc(slices.Clone(statements), func(s *statement) bool { return s.result() != evidence.Fail })
	p.Observations, p.Risks, p.Findings = b.observations(failing, nil), b.risks(failing), b.findings(failing)
	p.Items = listOf("poam-items", func(yield func(planItem) bool) {
		if len(failing) == 0 {
			yield(b.nothingToPlan(statements))
		}
		for _, s := range failing {
			if !yield(b.planItem(s)) {
				return
			}
		}
	})
	p.BackMatter = b.backMatter()
	document := struct {
		Plan plan `json:"plan-of-action-and-milestones"`
	}{p}
	return b.write(w, &document, "poam", of, func(id uuid) { document.Plan.UUID = id },
		p.Observations, p.Risks, p.Findings, p.Items, p.BackMatter.Resources)
}

func poamRemarks(statements []*statement) string {
	return fmt.Sprintf("One item for each failing statement on each host; accepted ones are marked and stay in the list. "+
		"Owners, dates and milestones are those that the answers file names; for the others none is set. "+
		"Of %d statements, over all hosts, %d need review and %d were not collected: they may fail, and are not in this list.",
		len(statements), count(statements, evidence.NeedsReview), count(statements, evidence.NotCollected))
}

func (b *builder) planItem(s *statement) planItem {
	item := planItem{
		UUID: s.space.name("poam-item"), Title: markup(s.name() + ": " + s.text),
		Description: paragraphs(verdictText(s), labelled("Fix", s.fix)), Props: append(props("state", b.stateOf(s)), b.properties(s)...),
		Origins: b.origins(), Findings: []findingRef{{s.finding()}}, Observations: s.seen(), Risks: s.risks(), Remarks: exceptionText(s),
	}
	if m := s.remediation; m != nil {
		item.Props = append(item.Props, props("owner", m.Owner, "due", day(m.Due))...)
	}
	return item
}

func (b *builder) stateOf(s *statement) string {
	state := "open"
	switch {
	case s.accepted():
		state = "accepted"
	case s.exception != nil:
		state = "open, exception expired"
	}
	if m := s.remediation; m != nil && m.Overdue(b.audit.AsOf) {
		state += ", overdue"
	}
	return state
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
