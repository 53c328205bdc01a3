package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// flagGroup are flags of a command that belong together, in the order in which a newcomer meets them.
type flagGroup struct {
	title string
	flags []string
}

// groupFlags makes the help of cmd list its flags in groups, which have to name all of them but --help. What notes say stands
// below the flags.
func groupFlags(cmd *cobra.Command, groups []flagGroup, notes string) {
	cmd.SetUsageFunc(func(cmd *cobra.Command) error {
		_, err := fmt.Fprintf(cmd.OutOrStdout(), "Usage:\n  %s\n\nExamples:\n%s\n%s\n%s\n", cmd.UseLine(), cmd.Example, groupedFlags(cmd, groups), notes)
		return err
	})
}

// groupedFlags lists flags in groups, with one column for what they do.
func groupedFlags(cmd *cobra.Command, groups []flagGroup) string {
	all := new(cobra.Command).Flags()
	all.SortFlags = false
	for _, g := range groups {
		for _, name := range g.flags {
			all.AddFlag(cmd.Flags().Lookup(name))
		}
	}
	lines := strings.SplitAfter(all.FlagUsages(), "\n") // one a flag
	var b strings.Builder
	for _, g := range groups {
		fmt.Fprintf(&b, "\n%s:\n%s", g.title, strings.Join(lines[:len(g.flags)], ""))
		lines = lines[len(g.flags):]
	}
	return b.String()
}
