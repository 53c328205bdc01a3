package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/stig"
)

func newSTIGCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stig",
		Short: "Show the rules of a STIG benchmark and how each is decided",
		Args:  wantArgs(0, 0, "show"),
		RunE:  func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "show XCCDF [STIG-ID]",
		Short: "List the rules of a benchmark, or show one with its checks",
		Long: `Reads a manual STIG benchmark as DISA publishes it, XCCDF or the zip with it, and lists its rules with the checks that their
texts give. A text that is not fully understood gives none; the reason is shown, and the rule needs a person.`,
		Args: wantArgs(1, 2, "a benchmark and, if one rule is wanted, its STIG id"),
		RunE: func(cmd *cobra.Command, args []string) error {
			id := ""
			if len(args) == 2 {
				id = args[1]
			}
			return runSTIGShow(args[0], evidence.STIGID(id), cmd.OutOrStdout())
		},
	})
	return cmd
}

// readBenchmarks reads every benchmark in the file at path.
func readBenchmarks(path string) ([]evidence.Benchmark, error) {
	data, err := readSmall(path, maxBenchmark)
	if err != nil {
		return nil, err
	}
	return stig.Read(filepath.Base(path), bytes.NewReader(data), int64(len(data)))
}

func runSTIGShow(path string, id evidence.STIGID, w io.Writer) error {
	benchmarks, err := readBenchmarks(path)
	if err != nil {
		return err
	}
	for _, b := range benchmarks {
		if id != "" {
			for _, r := range b.Rules {
				if r.STIGID == id {
					showRule(w, r)
					return nil
				}
			}
			continue
		}
		fmt.Fprintf(w, "%s\n%s, version %s, %s, sha256 %s\n", clean(b.Title), clean(b.ID), clean(b.Version), clean(b.ReleaseInfo), b.Digest)
		decided := 0
		for _, r := range b.Rules {
			how := "person"
			if len(r.Checks) > 0 {
				how = "evidence"
				decided++
			}
			fmt.Fprintf(w, "  %-17s %-9s %-8s %-6s  %s\n", r.STIGID, r.GroupID, how, r.Severity, wrap(clean(r.Title), width()-50, "                                               "))
		}
		fmt.Fprintf(w, "%d rules: %d decided by evidence, %d by a person\n", len(b.Rules), decided, len(b.Rules)-decided)
	}
	if id != "" {
		return &usageError{fmt.Errorf("%s has no rule %q", path, id)}
	}
	return nil
}

func showRule(w io.Writer, r evidence.Rule) {
	field := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "%-10s %s\n", name, wrap(clean(text), width(), "           "))
		}
	}
	field("rule", fmt.Sprintf("%s  %s  %s", r.STIGID, r.GroupID, r.RuleID))
	field("title", r.Title)
	field("severity", string(r.Severity))
	field("only", string(r.Only))
	for _, c := range r.Checks {
		field("check", checkLine(c))
	}
	field("by hand", r.Undecided)
	for _, c := range r.CCIs {
		field("CCI", c)
	}
	for _, l := range r.Legacy {
		field("legacy", l)
	}
	field("text", r.CheckText)
	field("fix", r.FixText)
}
