// Command auditpack turns hardening evidence of a ConnectWise Automate server into audit packages.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"auditpack/evidence/bag"
)

// version is what `auditpack --version` prints and every output names. The linker may set it.
var version = "0.1.0-dev"

// Exit codes. They are few and kept.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitLook   = 3 // done, but the reader must look
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// lookError ends a command that is done with exit code 3. Its text, if any, says what to look at.
type lookError struct{ reason string }

func (e *lookError) Error() string { return e.reason }

// usageError ends a command with exit code 2.
type usageError struct{ error }

// run is the whole program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	result := &printer{to: stdout}
	root := newRootCommand()
	root.SetArgs(args)
	root.SetOut(result)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if result.err != nil && ctx.Err() == nil { // whoever reads the output must not take a part for the whole
		err = fmt.Errorf("the result could not be printed: %w", result.err)
	}
	var look *lookError
	var usage *usageError
	var exists *bag.ExistsError
	switch {
	case err == nil:
		return exitDone
	case errors.As(err, &look):
		if look.reason != "" {
			say(stderr, "%s", look.reason)
		}
		return exitLook
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		say(stderr, "interrupted: nothing was written")
		return exitFailed
	case errors.As(err, &exists) && exists.Why == "":
		say(stderr, "%s exists: --force replaces it, -o names another", oneLine(errors.New(exists.Path)))
		return exitFailed
	case errors.As(err, &usage):
		say(stderr, "%s", oneLine(err))
		return exitUsage
	}
	say(stderr, "%s", oneLine(err))
	return exitFailed
}

func newRootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "auditpack",
		Short: "Turns hardening evidence of a ConnectWise Automate server into audit packages",
		Long: `auditpack takes raw hardening evidence of a Windows server that runs ConnectWise Automate, hashes it, maps it to the
vendor's hardening guide and to DISA STIG rules, and renders PDF and XLSX audit packages with before/after differences.

Try it on the built-in sample:      auditpack demo
On the server, as administrator:    auditpack capture -o after-snapshot
Or with files that you exported:    auditpack import FOLDER -o after-snapshot
Then, on any machine:               auditpack assess after-snapshot
                                    auditpack pack after-snapshot --before before-snapshot -o audit.zip
                                    auditpack verify audit.zip --trust TRUST.pem

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but look (failing verdicts, differences, incomplete evidence,
a signer who is not known).`,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("auditpack {{.Version}}\n")
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{fmt.Errorf("%w: see '%s --help'", err, cmd.CommandPath())}
	})
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [command]",
		Short: "Show the help of a command",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return noCommand(root, strings.Join(args, " "))
			}
			return about.Help()
		},
	})
	fitHelp(root)
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(
		newDemoCommand(), newCaptureCommand(), newCollectorCommand(), newProbeCommand(), newImportCommand(),
		newAssessCommand(), newDiffCommand(), newTrendCommand(),
		newPackCommand(), newVerifyCommand(), newSealCommand(), newSignCommand(),
		newAnswersCommand(), newGuideCommand(), newSTIGCommand(), newSchemaCommand(), newQuestionnaireCommand(), newKeyCommand(),
	)
	return root
}

// noCommand is the error for a command that is not there; it names those that are written alike.
func noCommand(root *cobra.Command, name string) error {
	root.SuggestionsMinimumDistance = 2
	if alike := root.SuggestionsFor(name); len(alike) > 0 {
		return &usageError{fmt.Errorf("no command is called %q, but %s is: 'auditpack --help' lists all", name, strings.Join(alike, " or "))}
	}
	return &usageError{fmt.Errorf("no command is called %q: 'auditpack --help' lists them", name)}
}

// wantArgs is cobra's argument check with exit code 2 and a sentence that says what is missing.
func wantArgs(least, most int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || (most >= 0 && len(args) > most) {
			return &usageError{fmt.Errorf("%s takes %s: see '%s --help'", cmd.CommandPath(), what, cmd.CommandPath())}
		}
		return nil
	}
}
