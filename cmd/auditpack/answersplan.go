package main

import (
	"fmt"
	"io"
	"time"

	"auditpack/evidence"
)

// showPlans lists who mends what until when, and returns how many are overdue. Whether anything still fails, only a
// snapshot shows.
func showPlans(w io.Writer, plans []evidence.Remediation, at time.Time) (late int) {
	if len(plans) == 0 {
		return 0
	}
	st := newStyle(w)
	fmt.Fprintf(w, "%s\n", st.bold("remediation"))
	for _, r := range plans {
		result, until := evidence.Pass, "due "+r.Due.Format("2006-01-02")
		switch {
		case r.Overdue(at):
			result, until = evidence.Fail, "overdue since "+r.Due.Format("2006-01-02")
			late++
		case r.Due.Sub(at) <= expiresSoon:
			result, until = evidence.NeedsReview, until+", soon"
		}
		text := "by " + r.Owner
		if n := len(r.Milestones); n > 0 {
			text += ", " + count(n, "milestone", "milestones")
		}
		if r.Comment != "" {
			text += ": " + r.Comment
		}
		fmt.Fprintf(w, "  %s %s  %s\n", st.result(result, mark(result)), st.bold(clean(r.Control)), st.result(result, until))
		fmt.Fprintf(w, "      %s\n", wrap(clean(text+ofHosts(r.Hosts)), width(), "      "))
	}
	return late
}
