package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
	"auditpack/evidence/snapshot"
)

type diffOptions struct {
	inputFlags
	level, format string
}

func newDiffCommand() *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER",
		Short: "Show what changed between two snapshots",
		Long: `Compares two snapshots of one host. At the verdict level: which statements of the guide fail now and did not, which were
fixed, which cannot be decided any more. At the setting level: every address with its value before and after.
What happens by itself (ephemeral ports, boot times) is set aside and counted. Without --as-of each snapshot is judged as
of its own newest evidence, so that its age is no difference.

EXIT STATUS
  0  no difference
  1  failed
  2  wrong usage
  3  there are differences`,
		Args: wantArgs(2, 2, "two snapshots: before and after"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runDiff(cmd.Context(), o, args[0], args[1], cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVar(&o.level, "level", "", "one `level` only: verdict or setting")
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the result: text or json")
	o.add(cmd)
	return cmd
}

// diffResult is what `diff --format json` prints.
type diffResult struct {
	Version   string            `json:"version"`
	Host      string            `json:"host"`
	Movements []evidence.Change `json:"movements"`
	Changes   []evidence.Change `json:"changes"`
	SetAside  int               `json:"changes_set_aside"`
}

func runDiff(ctx context.Context, o diffOptions, before, after string, stdout io.Writer) error {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	if o.level != "" && o.level != string(evidence.VerdictLevel) && o.level != string(evidence.SettingLevel) {
		return &usageError{fmt.Errorf("--level is %q: verdict or setting", o.level)}
	}
	in, err := openInputs(ctx, []string{after}, []string{before}, o.inputFlags)
	if err != nil {
		return err
	}
	defer closeInputs(in)
	if o.asOf == "" {
		in.AsOf = newest(in.Hosts[0].After)
	}
	a, err := in.Audit(ctx)
	if err != nil {
		return err
	}
	h := a.Hosts[0]
	result := diffResult{Version: "auditpack.diff/1", Host: h.Name, Movements: []evidence.Change{}, Changes: []evidence.Change{}}
	if o.level != string(evidence.SettingLevel) {
		result.Movements = append(result.Movements, h.Movements...)
	}
	if o.level != string(evidence.VerdictLevel) {
		result.Changes, result.SetAside = append(result.Changes, h.Changes...), h.SetAside
	}
	if o.format == "json" {
		err = writeJSON(stdout, result)
	} else {
		showDifferences(stdout, h, result)
	}
	if err == nil && differs(result) {
		err = &lookError{}
	}
	return err
}

// newest returns when the last Item of a snapshot was captured.
func newest(s *snapshot.Snapshot) time.Time {
	var last time.Time
	for _, item := range s.Items() {
		if item.Taken.After(last) {
			last = item.Taken
		}
	}
	return last
}

// differs reports whether anything moved; a statement that failed before and fails now is none.
func differs(d diffResult) bool {
	for _, m := range d.Movements {
		if m.Movement != evidence.StillFailing {
			return true
		}
	}
	return len(d.Changes) > 0
}

func showDifferences(w io.Writer, h audit.Host, d diffResult) {
	st := newStyle(w)
	statements := map[string]string{}
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			statements[c.ID] = c.Statement
		}
	}
	movement := evidence.Movement("")
	for _, m := range d.Movements {
		if m.Movement != movement {
			movement = m.Movement
			fmt.Fprintf(w, "%s\n", st.bold(string(movement)))
		}
		after := evidence.Result(m.After)
		fmt.Fprintf(w, "  %s %s  %s → %s\n", st.result(after, mark(after)), m.Control, m.Before, st.result(after, m.After))
		fmt.Fprintf(w, "      %s\n", wrap(clean(statements[m.Control]), width(), "      "))
	}
	if len(d.Changes) > 0 {
		fmt.Fprintf(w, "%s\n", st.bold("settings"))
	}
	for _, c := range d.Changes {
		sign := map[string]string{compare.Added: "+", compare.Removed: "-", compare.Changed: "~", compare.NotCollected: "∅"}[c.Kind]
		fmt.Fprintf(w, "  %s %s\n", sign, wrap(clean(string(c.Address)), width(), "      "))
		if c.Before != "" {
			fmt.Fprintf(w, "      before  %s\n", wrap(clean(c.Before), width(), "              "))
		}
		if c.After != "" {
			fmt.Fprintf(w, "      after   %s\n", wrap(clean(c.After), width(), "              "))
		}
		if c.Kind == compare.NotCollected {
			fmt.Fprintf(w, "      %s\n", "one side did not collect this: no change is claimed")
		}
		for _, id := range c.Controls {
			fmt.Fprintf(w, "      touches %s\n", id)
		}
	}
	fmt.Fprintf(w, "%d verdicts listed, %d settings differ, %d volatile differences set aside\n", len(d.Movements), len(d.Changes), d.SetAside)
}
