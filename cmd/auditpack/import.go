package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
)

type importOptions struct {
	dest, host, by, captured, previous string
	force                              bool
}

func newImportCommand() *cobra.Command {
	var o importOptions
	cmd := &cobra.Command{
		Use:   "import PATH… -o SNAPSHOT",
		Short: "Make a snapshot of files that were exported by hand or by others",
		Long: `Takes folders, files and zip archives of evidence and writes a snapshot: a BagIt bag, as a folder or as a .zip.

Each file is recognised by its content, never by its name. What is not recognised is kept all the same and reported.
The bytes are not changed. Host and capture time are what you claim; they are shown as claims wherever they are used.
Without --captured each file's own modification time counts. When the import is done is recorded too, by the clock of
this machine, or SOURCE_DATE_EPOCH.

--previous names the snapshot of this host before this one: a folder or zip, which is verified, or its digest. The new
snapshot keeps the digest, so that 'auditpack verify' of both shows that none is missing between them.

A folder that the PowerShell form of the capture wrote ('auditpack collector') is known by its record. Its manifest is
checked: if a file was changed, is missing or was added, nothing is written.

EXIT STATUS
  0  every file was recognised as evidence
  1  failed; nothing was written
  2  wrong usage
  3  done, but some files were not recognised, refused as evidence or could not be read: look at the list; or the
     snapshot named by --previous is of another host or not older

WHAT IS RECOGNISED
` + recognised(),
		Example: `  auditpack import C:\evidence -o after-snapshot --host AUTOMATE01 --captured 2026-10-20T08:30:00Z`,
		Args:    wantArgs(1, -1, "one or more files, folders or zip archives"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runImport(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVarP(&o.dest, "output", "o", "", "the snapshot to write: a new `folder`, or a name ending in .zip")
	cmd.Flags().StringVar(&o.host, "host", "", "the `name` of the host that the files come from, as claimed")
	cmd.Flags().StringVar(&o.by, "by", "", "the `name` of who imports")
	cmd.Flags().StringVar(&o.captured, "captured", "", "the `time` when the files were captured, as claimed (RFC 3339 or a date)")
	cmd.Flags().StringVar(&o.previous, "previous", "", "the `snapshot` of this host before this one, or its digest")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an existing snapshot")
	return cmd
}

func runImport(ctx context.Context, o importOptions, paths []string, stdout, stderr io.Writer) error {
	if o.dest == "" {
		return &usageError{fmt.Errorf("import needs -o: the snapshot to write")}
	}
	var taken time.Time
	if o.captured != "" {
		var err error
		if taken, err = parseTime("--captured", o.captured); err != nil {
			return err
		}
	}
	var previous snapshot.Link
	if o.previous != "" {
		var err error
		if previous, err = openPrevious(ctx, o.previous); err != nil {
			return err
		}
	}
	at, err := asOf("")
	if err != nil {
		return err
	}
	options := snapshot.ImportOptions{
		Paths: paths, Dest: o.dest, Host: o.host, By: o.by, Tool: "auditpack " + version, Taken: taken,
		Previous: previous.Digest, At: at, Recognise: recognise, Replace: o.force,
	}
	if len(paths) == 1 && snapshot.IsScript(paths[0]) {
		if o.host != "" || o.by != "" || o.captured != "" {
			return &usageError{fmt.Errorf("%s was written by the script, which recorded host, operator and times itself: leave --host, --by and --captured out", paths[0])}
		}
		watched, end := watch(ctx, stderr)
		report, err := snapshot.ImportScript(watched, paths[0], options)
		end()
		if err != nil {
			return err
		}
		sayLeftovers(stderr, o.dest)
		return showScriptImport(report, o.dest, stdout)
	}
	watched, end := watch(ctx, stderr)
	report, err := snapshot.Import(watched, options)
	end()
	if err != nil {
		return err
	}
	sayLeftovers(stderr, o.dest)
	listed := showImport(report, o.dest, stdout, stderr)
	if doubt := doubtPrevious(previous, o.host, report.Items); doubt != "" {
		say(stderr, "%s", doubt)
		return cmp.Or(listed, error(&lookError{}))
	}
	return listed
}

// recognised lists the forms of evidence that are understood, a line each.
func recognised() string {
	var b strings.Builder
	for _, f := range parse.Formats() {
		if f.Kinds == nil { // recognised only to be refused
			continue
		}
		fmt.Fprintf(&b, "  %-27s  %s\n", f.Name, strings.TrimSuffix(f.Doc, "."))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// recognise hands the parsers' knowledge of formats to the import.
func recognise(name string, head []byte) (collector, format, refused string) {
	f, match := parse.Recognise(name, head)
	if f == nil {
		return "", "", ""
	}
	return f.Collector, f.Name, match.Refused
}
