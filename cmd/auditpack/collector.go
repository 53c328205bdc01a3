package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/collect"
	"auditpack/evidence/guide"
)

func newCollectorCommand() *cobra.Command {
	var dest string
	cmd := &cobra.Command{
		Use:   "collector [-o FILE.ps1]",
		Short: "Print the capture as a PowerShell script, where no foreign program may run",
		Long: `Prints the same capture as a script for Windows PowerShell 5.1, to be read, signed and run where no foreign program may run.
It downloads nothing and needs nothing but Windows. Its table of sources is the list of 'auditpack capture'; besides, it
runs whoami.exe, icacls.exe and taskkill.exe, as its header explains. Run it from an elevated prompt:

    powershell.exe -NoProfile -ExecutionPolicy RemoteSigned -File auditpack-collector.ps1 -Output D:\evidence\october

-DryRun in place of -Output prints first what it would run and read. A script that came over the network is marked and may
be refused: once it is read, sign it, or take the mark off with Unblock-File.

Write down the digest that it prints at the end, and take the folder to your desk: 'auditpack import' checks every file
against its manifest and makes a snapshot of it. It has no --probe, no --previous and no --resume.`,
		Example: `  auditpack collector -o auditpack-collector.ps1`,
		Args:    wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCollector(dest, cmd.OutOrStdout())
		},
	}
	cmd.Flags().StringVarP(&dest, "output", "o", "", "the `file` to write instead of printing")
	return cmd
}

func runCollector(dest string, stdout io.Writer) error {
	var b bytes.Buffer
	if err := collect.Script(&b, collect.All(), "auditpack "+version); err != nil {
		return err
	}
	if dest == "" {
		_, err := b.WriteTo(stdout)
		return err
	}
	lines, sum := bytes.Count(b.Bytes(), []byte("\n")), evidence.DigestOf(b.Bytes())
	f, err := os.OpenFile(dest, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s exists: -o names another", dest)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", dest, plainError(err))
	}
	_, err = b.WriteTo(f)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", dest, plainError(err))
	}
	fmt.Fprintf(stdout, "%s: a script of %d lines for Windows PowerShell 5.1, SHA-256 %s\n", clean(dest), lines, sum)
	next(stdout, "read it and sign it, run it on the server with -Output FOLDER, take that folder to your desk: auditpack import FOLDER -o SNAPSHOT")
	return nil
}

// showExplanation prints what a capture runs and reads, and why.
func showExplanation(stdout io.Writer) error {
	g, _, err := guide.Load(guideFiles())
	if err != nil {
		return err
	}
	return collect.Explain(stdout, collect.All(), g)
}
