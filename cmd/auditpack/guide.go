package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/guide"
	"auditpack/templates"
)

func newGuideCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "guide",
		Short: "Show what is checked, and why",
		Args:  wantArgs(0, 0, "list, show or lint"),
		RunE:  func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		&cobra.Command{
			Use: "list", Short: "List the statements of the guide and how each is decided", Args: wantArgs(0, 0, "no argument"),
			RunE: func(cmd *cobra.Command, args []string) error { return runGuideList(cmd.OutOrStdout()) },
		},
		&cobra.Command{
			Use: "show ID", Short: "Show one statement: checks, fix, STIG rules, other readings", Args: wantArgs(1, 1, "the id of a statement"),
			RunE: func(cmd *cobra.Command, args []string) error { return runGuideShow(args[0], cmd.OutOrStdout()) },
		},
		&cobra.Command{
			Use: "lint FOLDER", Short: "Check the data files of a guide", Args: wantArgs(1, 1, "the folder of a guide"),
			RunE: func(cmd *cobra.Command, args []string) error { return runGuideLint(args[0], cmd.OutOrStdout()) },
		},
	)
	return cmd
}

// guideFiles is the embedded guide.
func guideFiles() fs.FS {
	sub, err := fs.Sub(templates.FS, "guide")
	if err != nil {
		panic(err) // the name is a constant that fs.Sub accepts
	}
	return sub
}

func runGuideList(w io.Writer) error {
	g, _, err := guide.Load(guideFiles())
	if err != nil {
		return err
	}
	total, byEvidence := 0, 0
	for _, s := range g.Sections {
		fmt.Fprintf(w, "%s: %s\n", s.Part, s.Title)
		for _, c := range s.Controls {
			how := "answers"
			if len(c.Checks) > 0 {
				how = "evidence"
				byEvidence++
			}
			total++
			fmt.Fprintf(w, "  %-34s %-8s %-6s  %s\n", c.ID, how, c.Severity, wrap(c.Statement, width(), "                                                      "))
		}
	}
	sum := fmt.Sprintf("%d statements: %d decided by evidence; %d lie outside any evidence and are decided by an attestation in the answers file ('auditpack guide show ID' says why)", total, byEvidence, total-byEvidence)
	fmt.Fprintln(w, wrap(sum, width(), ""))
	return nil
}

func runGuideShow(id string, w io.Writer) error {
	g, _, err := guide.Load(guideFiles())
	if err != nil {
		return err
	}
	for _, s := range g.Sections {
		for _, c := range s.Controls {
			if c.ID == id {
				showControl(w, s, c)
				return nil
			}
		}
	}
	return &usageError{fmt.Errorf("the guide has no statement %q: 'auditpack guide list' shows them", id)}
}

func showControl(w io.Writer, s evidence.Section, c evidence.Control) {
	field := func(name, text string) {
		if text != "" {
			fmt.Fprintf(w, "%-10s %s\n", name, wrap(text, width(), "           "))
		}
	}
	field("id", c.ID)
	field("section", s.Part+": "+s.Title)
	field("statement", c.Statement)
	field("severity", string(c.Severity))
	for _, k := range c.Checks {
		field("check", checkLine(k))
	}
	field("by hand", c.Manual)
	field("fix", c.Fix)
	for _, r := range c.Readings {
		field("reading", r.ID+", "+r.Who+": "+r.Text)
		for _, k := range r.Checks {
			field("", "check "+checkLine(k))
		}
	}
	for _, r := range c.STIG {
		field("STIG", fmt.Sprintf("%s  %s  %s  (%s %s, %s, %s)", r.STIGID, r.GroupID, r.RuleID, r.Benchmark, r.Release, r.Severity, r.Strength))
	}
}

func checkLine(c evidence.Check) string {
	text := c.Kind + " " + c.Address.Label()
	for i, w := range c.Want {
		if i == 0 {
			text += "  wants "
		} else {
			text += ", "
		}
		text += w
	}
	return text
}

func runGuideLint(folder string, w io.Writer) error {
	g, digest, err := guide.Load(os.DirFS(folder))
	if err != nil {
		return fmt.Errorf("%s: %w", folder, err)
	}
	problems := guide.Lint(g, func(c evidence.Check) error {
		_, err := check.Prepare(c)
		return err
	})
	for _, p := range problems {
		fmt.Fprintln(w, p)
	}
	if len(problems) > 0 {
		return fmt.Errorf("%d problems in the guide", len(problems))
	}
	fmt.Fprintf(w, "no problems; sha256 %s\n", digest)
	return nil
}
