package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/stig"
)

func newSTIGCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "stig",
		Short: "Show the rules of a STIG benchmark and how each is decided",
		Args:  wantArgs(0, 0, "show or diff"),
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
	cmd.AddCommand(&cobra.Command{
		Use:   "diff OLD NEW",
		Short: "Compare two releases of a benchmark",
		Long: `Lists the rules that are new, removed, reworded, renumbered or of another severity between two releases. Rules are matched by
STIG id, rule id and group id, and across renumberings by the earlier numbers that they name.

EXIT STATUS
  0  no difference
  1  failed
  2  wrong usage
  3  there are differences`,
		Args: wantArgs(2, 2, "two files of one benchmark each"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runSTIGDiff(args[0], args[1], cmd.OutOrStdout())
		},
	})
	return cmd
}

func runSTIGDiff(before, after string, w io.Writer) error {
	var sides [2]evidence.Benchmark
	for i, path := range []string{before, after} {
		found, err := readBenchmarks(path)
		if err != nil {
			return err
		}
		if len(found) != 1 {
			return &usageError{fmt.Errorf("%s holds %d benchmarks: name a file with one", path, len(found))}
		}
		sides[i] = found[0]
	}
	counts := map[evidence.RuleChangeKind]int{}
	for _, c := range stig.Compare(sides[0], sides[1]) {
		for _, kind := range c.Kinds {
			counts[kind]++
		}
		if len(c.Kinds) > 0 && c.Kinds[0] != evidence.RuleSame && c.Kinds[0] != evidence.RuleRevised {
			showRuleChange(w, c)
		}
	}
	text, differ := "", 0
	for _, kind := range []evidence.RuleChangeKind{evidence.RuleAdded, evidence.RuleRemoved, evidence.RuleReworded, evidence.RuleSeverity, evidence.RuleRenumbered, evidence.RuleRevised, evidence.RuleSame} {
		text += fmt.Sprintf("  %d %s", counts[kind], kind)
		if kind != evidence.RuleSame {
			differ += counts[kind]
		}
	}
	fmt.Fprintf(w, "V%sR%s to V%sR%s:%s\n", clean(sides[0].Version), clean(sides[0].Release), clean(sides[1].Version), clean(sides[1].Release), text)
	if differ > 0 {
		return &lookError{}
	}
	return nil
}

func showRuleChange(w io.Writer, c evidence.RuleChange) {
	rule := c.New
	if rule == nil {
		rule = c.Old
	}
	var kinds []string
	for _, k := range c.Kinds {
		kinds = append(kinds, string(k))
	}
	fmt.Fprintf(w, "%-24s %-17s %-10s %s\n", strings.Join(kinds, ", "), clean(string(rule.STIGID)), clean(string(rule.GroupID)), wrap(clean(rule.Title), width(), "                                                      "))
	if c.Old == nil || c.New == nil {
		return
	}
	if c.Old.Severity != c.New.Severity {
		fmt.Fprintf(w, "    severity %s, was %s\n", c.New.Severity, c.Old.Severity)
	}
	if c.Old.STIGID != c.New.STIGID || c.Old.GroupID != c.New.GroupID {
		fmt.Fprintf(w, "    was %s %s, matched by %s\n", clean(string(c.Old.STIGID)), clean(string(c.Old.GroupID)), c.MatchBy)
	}
	if len(c.Texts) > 0 {
		fmt.Fprintf(w, "    reworded: %s\n", strings.Join(c.Texts, ", "))
	}
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
			fmt.Fprintf(w, "  %-17s %-9s %-8s %-6s  %s\n", r.STIGID, r.GroupID, how, r.Severity, wrap(clean(r.Title), width(), "                                               "))
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
