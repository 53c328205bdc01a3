package oscal

import (
	"fmt"
	"strings"
)

// planned is the plan to mend a failing statement, with a task for each milestone. Who mends it is a property: OSCAL wants
// parties to be persons or organizations, and the answers do not say which of them an owner is.
func planned(s *statement) response {
	m := s.remediation
	r := response{
		UUID: s.space.name("remediation"), Lifecycle: "planned", Title: "Who mends it, until when",
		Description: fmt.Sprintf("By %s, due on %s.", markup(strings.TrimSpace(m.Owner)), day(m.Due)),
		Props:       props("owner", m.Owner, "due", day(m.Due)), Remarks: markup(m.Comment),
	}
	for i, step := range m.Milestones {
		t := task{UUID: s.space.name("milestone", fmt.Sprint(i)), Type: "milestone", Title: orElse(markup(step.Text), "Milestone")}
		if at := instant(step.Date); at != "" {
			t.Timing = &timing{onDate{at}}
		}
		r.Tasks = append(r.Tasks, t)
	}
	return r
}
