package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

type assessOptions struct {
	inputFlags
	format, failOn string
}

func newAssessCommand() *cobra.Command {
	var o assessOptions
	cmd := &cobra.Command{
		Use:   "assess SNAPSHOT…",
		Short: "Judge snapshots against the guide now",
		Long: `Judges every statement of the hardening guide by the evidence of a snapshot and prints the verdicts, with what was
expected, what was found, and the place in the evidence that shows it. Silence is never a pass: what was not collected,
refused as evidence or not understood is said.

Of several hosts, one snapshot each, the verdicts of each host are counted, and every statement that fails or is not decided
on any of them is listed once, with the hosts. To see what was found there, name one snapshot, or use --format json.

With --format line, each host is one line of JSON of about 400 characters, for a field of a monitoring program: the counts
of its verdicts, the digest of its snapshot, and as exit what --fail-on holds against this host alone. No line at all means
that the command failed: it is not a pass.

The as-of time is --as-of, else SOURCE_DATE_EPOCH, else now; evidence older than 30 days by then passes nothing.

EXIT STATUS
  0  done, whatever the verdicts are
  1  failed
  2  wrong usage
  3  with --fail-on: of the statements of that severity or above one fails, or evidence should decide it and does not: it
     was not collected, contradicts itself, is too old or is not understood. So a capture of nothing never ends with 0.
     A valid exception takes a statement out. What only a person can say, by an attestation or a fact of the answers,
     is not counted: no capture could ever answer it`,
		Example: `  auditpack assess after-snapshot --answers answers.yaml --fail-on high
  auditpack assess october/* --format json
  auditpack assess after-snapshot.zip --fail-on high --format line`,
		Args: wantArgs(1, -1, "one or more snapshots, one a host"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runAssess(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	o.add(cmd)
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the result: text, json, or line: one short line of JSON a host")
	cmd.Flags().StringVar(&o.failOn, "fail-on", "", "end with 3 if a statement of this `severity` or above fails or has no evidence that decides it: high, medium or low")
	return cmd
}

func runAssess(ctx context.Context, o assessOptions, paths []string, stdout, stderr io.Writer) error {
	if o.format != "line" && checkFormat(o.format) != nil {
		return &usageError{fmt.Errorf("--format is %q: text, json or line", o.format)}
	}
	if _, ok := severities[o.failOn]; o.failOn != "" && !ok {
		return &usageError{fmt.Errorf("--fail-on is %q: high, medium or low", o.failOn)}
	}
	in, err := openInputs(ctx, paths, o.inputFlags)
	if err != nil {
		return err
	}
	defer closeInputs(in)
	a, err := in.Audit(ctx)
	if err != nil {
		return err
	}
	sayUnconcerned(stderr, a)
	sayUnruled(stderr, a)
	switch {
	case o.format == "json":
		if err := writeJSON(stdout, a); err != nil {
			return err
		}
	case o.format == "line":
		if err := writeLines(stdout, a, o.failOn); err != nil {
			return err
		}
	case len(a.Hosts) > 1:
		showFleet(stdout, a)
	default:
		showVerdicts(stdout, a)
		at := ""
		if o.asOf != "" {
			at = " --as-of " + o.asOf
		}
		if answers := o.inputFlags.answers; answers == "" {
			next(stdout, "auditpack answers init %s -o answers.yaml, for what only a person can answer; then auditpack pack %[1]s%s -o audit.zip", paths[0], at)
		} else {
			next(stdout, "auditpack pack %s --answers %s%s -o audit.zip", paths[0], answers, at)
		}
	}
	sayStale(stderr, a)
	if at := gateAt(a, o.failOn); at.shut() {
		return &lookError{at.String()}
	}
	return nil
}

// sayStale says, where it is read last, why nothing passes.
func sayStale(stderr io.Writer, a audit.Audit) {
	var stale []string
	for _, h := range a.Hosts {
		if h.After.Stale {
			stale = append(stale, cmp.Or(h.Name, "a host that is not known"))
		}
	}
	if n := len(stale); n > 3 {
		stale = append(stale[:2], fmt.Sprintf("%d more hosts", n-2))
	}
	if len(stale) > 0 {
		say(stderr, "the evidence of %s is older than %d days as of %s and passes nothing: capture anew, or judge by another time with --as-of",
			strings.Join(stale, ", "), int(audit.StaleAfter.Hours()/24), a.AsOf.Format(time.DateOnly))
	}
}

func checkFormat(format string) error {
	if format != "text" && format != "json" {
		return &usageError{fmt.Errorf("--format is %q: text or json", format)}
	}
	return nil
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// maxContradictions is how many contradictions are listed; the rest is counted.
const maxContradictions = 10

func showVerdicts(w io.Writer, a audit.Audit) {
	st := newStyle(w)
	for _, h := range a.Hosts {
		name := clean(h.Name)
		if name == "" {
			name = "host not known"
		}
		fmt.Fprintf(w, "%s  %s  as of %s\n", st.bold(name), clean(h.OS), a.AsOf.Format("2006-01-02 15:04 UTC"))
		showCircumstances(w, h.After.Circumstances)
		if h.After.Stale {
			text := "? the evidence is older than 30 days at this time, so that it passes nothing: capture anew, or name another time with --as-of"
			fmt.Fprintf(w, "%s\n", st.result(evidence.NeedsReview, wrap(text, width(), "  ")))
		}
		showContradictions(w, st, h.Contradictions)
		for _, s := range h.Sections {
			fmt.Fprintf(w, "\n%s  %s\n", st.bold(s.Part+": "+s.Title), st.dim(sectionCounts(s.Counts)))
			for _, c := range s.Controls {
				showAssessed(w, st, c, a.AsOf)
			}
		}
	}
	for _, h := range a.Hosts {
		for _, b := range h.Benchmarks {
			showBenchmark(w, st, b, a.AsOf)
		}
	}
	fmt.Fprintf(w, "\n%s\n", totals(st, a.Counts))
}

// maxValues and maxValue bound what is shown of one contradiction: how many values, and how many characters of each.
const (
	maxValues = 9
	maxValue  = 80
)

func showContradictions(w io.Writer, st style, all []audit.Contradiction) {
	for i, c := range all {
		if i == maxContradictions {
			fmt.Fprintf(w, "  … and %d more contradictions: --format json shows all\n", len(all)-i)
			return
		}
		fmt.Fprintf(w, "%s\n", st.result(evidence.NeedsReview, wrap(clean("? contradiction on "+evidence.Address(c.Subject).Label()), width(), "  ")))
		for k, v := range c.Values {
			if k == maxValues {
				fmt.Fprintf(w, "    … and %d more values\n", len(c.Values)-k)
				break
			}
			if text := []rune(v); len(text) > maxValue {
				v = string(text[:maxValue]) + "…"
			}
			at := ""
			if k < len(c.Cites) {
				at = "  at " + c.Cites[k].String()
			}
			fmt.Fprintf(w, "    %s\n", wrap(clean(v+at), width(), "      "))
		}
	}
}

func sectionCounts(c audit.Counts) string {
	text := ""
	for _, r := range evidence.Results {
		if n := c.Of(r); n > 0 {
			text += fmt.Sprintf(" %s%d", mark(r), n)
		}
	}
	return strings.TrimPrefix(text, " ")
}

func showAssessed(w io.Writer, st style, c audit.Assessed, asOf time.Time) {
	fmt.Fprintf(w, "  %s %s  %s\n", st.result(c.After.Result, mark(c.After.Result)+" "+string(c.After.Result)), st.bold(c.ID), st.dim(string(c.Severity)))
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(w, "      %-9s %s\n", label, wrap(clean(text), width(), "                "))
		}
	}
	line("", c.Statement)
	line("attested", attestedText(c.Attestation, asOf))
	if c.After.Result == evidence.Pass || c.After.Result == evidence.NotApplicable {
		return
	}
	shown := 0
	for _, r := range c.After.Reasons {
		if r.Result == evidence.Pass || r.Result == evidence.NotApplicable {
			continue
		}
		if shown++; shown > 3 {
			line("", fmt.Sprintf("… %d reasons in all: --format json shows them", len(c.After.Reasons)))
			break
		}
		if r.Expected != c.Statement {
			line("expected", r.Expected)
		}
		line("found", r.Actual)
		line("note", r.Note)
		for i, cite := range r.Cites {
			if i == 2 {
				line("", fmt.Sprintf("… and %d more places", len(r.Cites)-i))
				break
			}
			line("at", cite.String())
		}
	}
	if c.After.Result == evidence.Fail {
		line("fix", c.Fix)
	}
	line(acceptedText(c.Exception, c.Expired))
}

func totals(st style, c audit.Counts) string {
	text := fmt.Sprintf("%d statements:", c.Total())
	for _, r := range evidence.Results {
		text += "  " + st.result(r, fmt.Sprintf("%s %d %s", mark(r), c.Of(r), r))
	}
	return text
}
