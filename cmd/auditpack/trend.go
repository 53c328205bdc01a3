package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence/bag"
	"auditpack/evidence/trend"
	"auditpack/render"
	"auditpack/render/pack"
	"auditpack/render/pdf"
	"auditpack/render/xlsx"
)

type trendOptions struct {
	paperFlag
	format string
	dest   []string
	force  bool
}

func newTrendCommand() *cobra.Command {
	var o trendOptions
	cmd := &cobra.Command{
		Use:   "trend PACKAGE…",
		Short: "Follow the verdicts of several packages: what fails since when, what was fixed, what came back",
		Long: `Verifies packages, such as those of several quarters, and compares their verdicts in the order of their as-of times: counts
by section over time, how long each finding is open, how long fixes took, what came back, what nobody can see any more, and
exceptions that have expired or will within 30 days of the newest as-of time. Hosts are told apart by their names.

What was not collected closes no finding. What another edition of the guide or another release of a STIG brings, drops or
words anew is told apart from a change on the server. A seal has to hold; whose it is, 'auditpack verify --trust' tells.

EXIT STATUS
  0  done, whatever the verdicts are
  1  failed: a package does not verify, or the packages cannot be compared; nothing was written
  2  wrong usage`,
		Example: `  auditpack trend q1.zip q2.zip q3.zip -o trend.pdf -o trend.xlsx`,
		Args:    wantArgs(1, -1, "one or more packages"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTrend(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the result: text or json")
	cmd.Flags().StringArrayVarP(&o.dest, "output", "o", nil, "also write a `file`: a report if its name ends in .pdf, a workbook if in .xlsx (repeat for both)")
	o.paperFlag.add(cmd)
	cmd.Flags().BoolVar(&o.force, "force", false, "replace existing files")
	return cmd
}

func runTrend(ctx context.Context, o trendOptions, paths []string, stdout, stderr io.Writer) error {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	if err := o.paperFlag.check(); err != nil {
		return err
	}
	if err := checkTrendFiles(o); err != nil {
		return err
	}
	var packages []trend.Package
	for _, path := range paths {
		a, digest, err := pack.OpenAudit(ctx, path, bag.Limits{})
		if err != nil {
			return err
		}
		for i := range a.Hosts { // what a trend does not look at
			h := &a.Hosts[i]
			h.Changes, h.Aside, h.ItemChanges, h.After.Items, h.Before = nil, nil, nil, nil, nil
		}
		packages = append(packages, trend.Package{Path: path, Digest: digest, Audit: a})
	}
	t, err := trend.Of("auditpack "+version, packages)
	if err != nil {
		return err
	}
	if err := writeTrendFiles(ctx, t, o); err != nil {
		return err
	}
	if o.format == "json" {
		return writeJSON(stdout, t)
	}
	showTrend(stdout, t)
	for _, dest := range o.dest {
		say(stderr, "wrote %s", dest)
	}
	keep := "-o trend.pdf and -o trend.xlsx keep this"
	if len(o.dest) > 0 {
		keep = "open " + clean(strings.Join(o.dest, " and "))
	}
	fmt.Fprintf(stdout, "\n%s\n", wrap("next: "+keep+"; --format json has every verdict of every package", width(), ""))
	return nil
}

// checkTrendFiles refuses files that cannot be written before anything is read.
func checkTrendFiles(o trendOptions) error {
	seen := map[string]bool{}
	for _, dest := range o.dest {
		if ending := strings.ToLower(filepath.Ext(dest)); ending != ".pdf" && ending != ".xlsx" {
			return &usageError{fmt.Errorf("-o %s: the name has to end in .pdf or .xlsx", dest)}
		}
		if seen[filepath.Clean(dest)] {
			return &usageError{fmt.Errorf("-o %s is given twice", dest)}
		}
		seen[filepath.Clean(dest)] = true
		if err := freeCopy(dest, o.force); err != nil {
			return err
		}
	}
	return nil
}

// writeTrendFiles draws all files before it writes the first, and each beside its place.
func writeTrendFiles(ctx context.Context, t trend.Trend, o trendOptions) error {
	document := render.BuildTrend(t)
	document.Paper = render.Paper(o.paper)
	drawn := make([]bytes.Buffer, len(o.dest))
	for i, dest := range o.dest {
		var err error
		if strings.EqualFold(filepath.Ext(dest), ".pdf") {
			err = pdf.Write(&drawn[i], document, pdf.Options{})
		} else {
			err = xlsx.Write(&drawn[i], document)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", dest, err)
		}
	}
	for i, dest := range o.dest {
		if err := writeCopy(ctx, dest, drawn[i].Bytes(), o.force); err != nil {
			return err
		}
	}
	return nil
}
