package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// showFleet prints the verdicts on several hosts: a line each, then what fails or is not decided on any of them.
func showFleet(w io.Writer, a audit.Audit) {
	st := newStyle(w)
	fmt.Fprintf(w, "%s  as of %s\n", st.bold(fmt.Sprintf("%d hosts", len(a.Hosts))), a.AsOf.Format("2006-01-02 15:04 UTC"))
	long := 0
	for _, h := range a.Hosts {
		long = max(long, len(clean(h.Name)))
	}
	for _, h := range a.Hosts {
		fmt.Fprintf(w, "  %-*s", min(long, 30), clean(h.Name))
		for _, r := range evidence.Results {
			fmt.Fprintf(w, "  %s", st.result(r, fmt.Sprintf("%s %3d", mark(r), h.Counts.Of(r))))
		}
		if h.After.Stale {
			fmt.Fprintf(w, "  %s", st.result(evidence.NeedsReview, "older than 30 days: passes nothing"))
		}
		fmt.Fprintln(w)
	}
	for _, h := range a.Hosts {
		if len(h.Contradictions) > 0 {
			fmt.Fprintf(w, "\n%s\n", st.bold(clean(h.Name)))
			showContradictions(w, st, h.Contradictions)
		}
	}
	lines := a.Matrix()
	slices.SortStableFunc(lines, func(a, b audit.MatrixLine) int { return failsFirst(a) - failsFirst(b) })
	for _, line := range lines {
		if text := fleetLine(st, line); text != "" {
			fmt.Fprintf(w, "\n  %s  %s\n      %s\n%s", st.bold(line.Control.ID), st.dim(string(line.Control.Severity)),
				wrap(clean(line.Control.Statement), width(), "      "), text)
		}
	}
	for _, h := range a.Hosts {
		for _, b := range h.Benchmarks {
			if b.NotJudged == "" {
				title := b.Title
				if b.Site != "" {
					title += ", " + b.Site
				}
				fmt.Fprintf(w, "\n%s  %s\n  %s\n", st.bold(clean(h.Name)), clean(title), strings.Replace(totals(st, b.Counts), "statements", "rules", 1))
			}
		}
	}
	fmt.Fprintf(w, "\n%s\n", totals(st, a.Counts))
}

// failsFirst orders statements: those that fail anywhere by severity, then the others.
func failsFirst(line audit.MatrixLine) int {
	if line.Counts.Fail == 0 {
		return len(severities["low"])
	}
	return slices.Index(severities["low"], line.Control.Severity)
}

// fleetLine names the hosts by what a statement came to on them; empty: it holds or does not apply everywhere.
func fleetLine(st style, line audit.MatrixLine) string {
	var b strings.Builder
	for _, r := range []evidence.Result{evidence.Fail, evidence.NeedsReview, evidence.NotCollected} {
		var names []string
		for i, of := range line.Results {
			if of == r {
				names = append(names, line.Hosts[i].Name)
			}
		}
		if len(names) > 0 {
			text := fmt.Sprintf("%s %s on %d of %d: %s", mark(r), r, len(names), len(line.Hosts), clean(strings.Join(names, ", ")))
			fmt.Fprintf(&b, "      %s\n", st.result(r, wrap(text, width(), "        ")))
		}
	}
	return b.String()
}

// sayUnconcerned names the hosts that the answers name and that are not among those judged: most likely a slip of the pen;
// and the plans to mend what does not fail.
func sayUnconcerned(stderr io.Writer, a audit.Audit) {
	const most = 20
	for i, text := range a.Unneeded {
		if i == most {
			say(stderr, "and %d more plans of the answers are about nothing that fails", len(a.Unneeded)-i)
			break
		}
		say(stderr, "answers: %s", text)
	}
	for i, text := range a.Unconcerned {
		if i == most {
			say(stderr, "and %d more entries of the answers name hosts that are not here", len(a.Unconcerned)-i)
			return
		}
		say(stderr, "answers: %s", text)
	}
}
