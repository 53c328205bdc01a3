package answers

import (
	"github.com/goccy/go-yaml/ast"

	"auditpack/evidence"
)

// MaxMilestones is how many steps one plan has.
const MaxMilestones = 50

// remediation reads the plan to mend one failing statement. A milestone lies on its way, not behind its end.
func (r *reader) remediation(n ast.Node, a *evidence.Answers) error {
	m := evidence.Remediation{Cite: r.cite(n)}
	what := "remediation of " + r.control(n)
	err := r.object(n, what, []field{
		{name: "control", required: true, read: r.controlID(&m.Control)},
		{name: "hosts", read: r.hosts(&m.Hosts)},
		{name: "owner", required: true, read: r.text(&m.Owner)},
		{name: "due", required: true, read: r.date(&m.Due)},
		{name: "milestones", read: r.list(func(n ast.Node) error { return r.milestone(n, what, &m) })},
		{name: "comment", read: r.text(&m.Comment)},
	})
	if err != nil {
		return err
	}
	for i, step := range m.Milestones {
		if step.Date.After(m.Due) {
			return r.file.Errorf(n, "%s: milestone %d is of %s, after the plan is due on %s", what, i+1, day(step.Date), day(m.Due))
		}
	}
	for _, other := range a.Remediation {
		if host, ok := overlap(other.Hosts, m.Hosts); ok && other.Control == m.Control {
			return r.file.Errorf(n, "%s: there is one already%s, in line %d", what, host, other.Cite.Line)
		}
	}
	a.Remediation = append(a.Remediation, m)
	return nil
}

func (r *reader) milestone(n ast.Node, what string, into *evidence.Remediation) error {
	if len(into.Milestones) == MaxMilestones {
		return r.file.Errorf(n, "%s: more than %d milestones", what, MaxMilestones)
	}
	var step evidence.Milestone
	err := r.object(n, what+": milestone", []field{
		{name: "text", required: true, read: r.text(&step.Text)},
		{name: "date", required: true, read: r.date(&step.Date)},
	})
	into.Milestones = append(into.Milestones, step)
	return err
}
