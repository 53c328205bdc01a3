package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"auditpack/render"
)

// reportFlags say how much the report holds.
type reportFlags struct{ depth string }

func (f *reportFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.depth, "depth", string(render.Full), "how much report.pdf holds: `summary`, findings or full; it says what it leaves out, and where that is")
}

// check refuses what is no depth before anything is read.
func (f *reportFlags) check() error {
	if _, err := render.ParseDepth(f.depth); err != nil {
		return &usageError{fmt.Errorf("--depth: %w", err)}
	}
	return nil
}
