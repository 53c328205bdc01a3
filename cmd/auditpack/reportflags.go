package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"auditpack/render"
)

// reportFlags say how much the report holds, and what it is printed on.
type reportFlags struct {
	paperFlag
	depth string
}

// paperFlag is that of every command that draws a report or a workbook.
type paperFlag struct{ paper string }

func (f *paperFlag) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.paper, "paper", string(render.A4), "the `paper` of the report and the workbook: a4 or letter")
}

// check refuses what is no paper before anything is read.
func (f *paperFlag) check() error {
	if _, err := render.ParsePaper(f.paper); err != nil {
		return &usageError{fmt.Errorf("--paper: %w", err)}
	}
	return nil
}

func (f *reportFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.depth, "depth", string(render.Full), "the `depth` of report.pdf: summary, findings or full; it says what it leaves out, and where that is")
	f.paperFlag.add(cmd)
}

// check refuses what is no depth or no paper before anything is read.
func (f *reportFlags) check() error {
	if _, err := render.ParseDepth(f.depth); err != nil {
		return &usageError{fmt.Errorf("--depth: %w", err)}
	}
	return f.paperFlag.check()
}
