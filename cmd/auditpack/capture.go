package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence/bag"
	"auditpack/evidence/collect"
	"auditpack/evidence/snapshot"
)

// captureOptions are the flags of capture. Those with a JSON name are kept, so that --resume asks for the same.
type captureOptions struct {
	Profile    string   `json:"profile"`
	Only       []string `json:"only,omitempty"`
	Skip       []string `json:"skip,omitempty"`
	MySQLLogin string   `json:"mysql_login,omitempty"`
	MySQLUser  string   `json:"mysql_user,omitempty"`
	Probe      []string `json:"probe,omitempty"`

	dest, previous, replay  string
	dryRun, resume, explain bool
	format                  string

	mysql *mysqlUser // with the password that was typed, which is not kept
}

func newCaptureCommand() *cobra.Command {
	var o captureOptions
	cmd := &cobra.Command{
		Use:   "capture [-o SNAPSHOT]",
		Short: "On the server: take the evidence and write a snapshot",
		Long: `Asks this Windows server for everything that the guide and the STIG rules are judged by, and writes a snapshot: a BagIt
bag, as a folder or as a .zip. Run it from an elevated prompt: without administrator's rights it says what stays closed.

It runs programs of Windows and reads files; it changes no setting, opens no port and no connection of its own but to what
--probe names. The MySQL client that it starts asks the database, if you give a login; what Windows' own programs ask the
domain, they ask. It writes only to -o and, until it is done, to a folder beside it (-o with ".capture" behind). Both may be
read by you, Administrators and SYSTEM alone, on a volume that keeps access lists as NTFS does; on another one a warning
says so.

--dry-run prints each command, file and key first and runs nothing; --explain prints the same as a page for people who
watch over the server. Passwords, connection strings and machine keys are cut before anything is hashed, and each cut
is listed with the item. What fails, hangs or is denied is recorded as that, and the rest goes on.

Interrupted or killed, a capture leaves no snapshot, and --resume completes it. At the end the digest of the snapshot
is printed: write it down or send it at once, so that nobody can exchange the snapshot later unseen.

PROFILES
` + profileList() + `

COLLECTORS
` + collectorList() + `

EXIT STATUS
  0  everything that was asked for is captured, or is not on this host
  1  failed or interrupted; no snapshot was written
  2  wrong usage
  3  done, but something was denied, failed, hung, was cut short or is not in the form that was expected: look at the list;
     or the folder beside the snapshot is held by another program: remove it`,
		Example: `  auditpack capture --dry-run
  auditpack capture -o D:\evidence\october --previous D:\evidence\july --mysql-login D:\evidence\login.cnf`,
		Args: wantArgs(0, 0, "no argument"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runCapture(cmd.Context(), o, cmd.Flags().Changed, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVarP(&o.dest, "output", "o", "", "the snapshot to write: a new `folder`, or a name ending in .zip (default: auditpack-HOST-DATE here)")
	f.StringVar(&o.Profile, "profile", "automate", "the `name` of what is asked for")
	f.StringSliceVar(&o.Only, "only", nil, "ask these `collectors` alone")
	f.StringSliceVar(&o.Skip, "skip", nil, "leave these `collectors` out; the snapshot says so")
	f.StringVar(&o.MySQLLogin, "mysql-login", "", "an option `file` of MySQL with [client], user and password, to ask the database; it is never kept")
	f.StringVar(&o.MySQLUser, "mysql-user", "", "ask the database as this `user`; the password is asked for on the terminal and not kept")
	f.StringSliceVar(&o.Probe, "probe", nil, "ask this `URL` too, over the network, for what it shows (see 'auditpack probe'); the only connections of its own")
	f.StringVar(&o.previous, "previous", "", "the `snapshot` of this host before this one, or its digest, which is taken in")
	f.BoolVar(&o.dryRun, "dry-run", false, "print what would be run and read, and do nothing")
	f.BoolVar(&o.resume, "resume", false, "go on with a capture that was interrupted")
	f.BoolVar(&o.explain, "explain", false, "print what is run and read and why, as a page in Markdown, for any system")
	f.StringVar(&o.format, "format", "text", "the `form` of --dry-run: text or json")
	f.StringVar(&o.replay, "replay-host", "", "ask a recorded host in this `folder`")
	f.MarkHidden("replay-host")
	return cmd
}

func profileList() string {
	var b strings.Builder
	for _, name := range profileNames() {
		p, err := loadProfile(name)
		if err != nil {
			continue // a test reads every profile
		}
		fmt.Fprintf(&b, "  %-10s %s\n", name, p.About)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func collectorList() string {
	var b strings.Builder
	for _, c := range collect.All() {
		fmt.Fprintf(&b, "  %-10s %s\n", c.Name, wrap(c.Shows, 118, strings.Repeat(" ", 13)))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func runCapture(ctx context.Context, o captureOptions, given func(flag string) bool, stdout, stderr io.Writer) error {
	if o.explain {
		return showExplanation(stdout)
	}
	if o.format != "text" && (o.format != "json" || !o.dryRun) {
		return &usageError{fmt.Errorf("--format is text, or json with --dry-run")}
	}
	if err := o.checkMySQL(); err != nil {
		return err
	}
	if o.resume {
		for _, flag := range []string{"profile", "only", "skip", "probe", "previous", "dry-run"} {
			if given(flag) {
				return &usageError{fmt.Errorf("--resume goes on with what was asked for: --%s cannot be given again", flag)}
			}
		}
		return resumeCapture(ctx, o, stdout, stderr)
	}
	selection, err := o.selection()
	if err != nil {
		return err
	}
	if _, err := probeTargets(o.Probe); err != nil {
		return err
	}
	if o.dryRun {
		return dryRun(ctx, o, selection, stdout, stderr)
	}
	return beginCapture(ctx, o, selection, stdout, stderr)
}

// selection returns the collectors of the profile, narrowed by --only and --skip.
func (o captureOptions) selection() (collect.Selection, error) {
	p, err := loadProfile(o.Profile)
	if err != nil {
		return collect.Selection{}, err
	}
	s := collect.Selection{Only: p.Collectors, Skip: o.Skip}
	if len(o.Only) > 0 {
		s.Only = o.Only
	}
	if err := s.Check(collect.All()); err != nil {
		return s, &usageError{err}
	}
	if !slices.ContainsFunc(collect.All(), func(c *collect.Collector) bool { return s.Takes(c.Name) }) {
		return s, &usageError{errors.New("--only and --skip leave nothing to ask for")}
	}
	return s, nil
}

// host returns what is asked: this machine, or a recorded one.
func (o captureOptions) host(scratch string) (collect.Host, error) {
	if o.replay != "" {
		return collect.OpenReplay(os.DirFS(o.replay))
	}
	return collect.NewLocal(scratch)
}

// clock returns the time of day. That of a recorded host can be fixed.
func (o captureOptions) clock() func() time.Time {
	if o.replay != "" && os.Getenv("SOURCE_DATE_EPOCH") != "" {
		return func() time.Time {
			t, _ := asOf("")
			return t
		}
	}
	return time.Now
}

func beginCapture(ctx context.Context, o captureOptions, s collect.Selection, stdout, stderr io.Writer) error {
	h, err := o.host(os.TempDir()) // asked for its name only
	if err != nil {
		return err
	}
	about, err := h.About(ctx)
	if err != nil {
		return err
	}
	if o.dest == "" {
		// An elevated prompt and an agent's shell begin in System32.
		if here, err := os.Getwd(); err == nil && liesIn(here, h.Folder(collect.SystemRoot)) {
			return &usageError{fmt.Errorf("name the snapshot with -o: this folder, %s, belongs to Windows", here)}
		}
		name, _, _ := strings.Cut(strings.ToLower(about.Name), ".")
		o.dest = "auditpack-" + name + "-" + o.clock()().Format("2006-01-02")
	}
	header := snapshot.Header{Host: about.Name, Operator: about.Operator, Tool: "auditpack " + version}
	if o.previous != "" {
		before, err := openPrevious(ctx, o.previous)
		if err != nil {
			return err
		}
		if doubt := doubtPrevious(before, about.Name, nil); doubt != "" {
			say(stderr, "%s", doubt)
		}
		header.Previous = before.Digest
	}
	if o.mysql, err = askMySQL(ctx, o.MySQLUser, stderr); err != nil {
		return err
	}
	g, err := snapshot.Gather(o.dest, header, o)
	if err != nil {
		return err
	}
	defer g.Close()
	return gather(ctx, o, s, g, stdout, stderr)
}

// liesIn reports whether a path is a folder or lies in it.
func liesIn(path, folder string) bool {
	rel, err := filepath.Rel(folder, path)
	return folder != "" && err == nil && filepath.IsLocal(rel)
}

// resumeCapture goes on with the capture whose snapshot is to be at -o, or with the one that was begun in this folder.
func resumeCapture(ctx context.Context, o captureOptions, stdout, stderr io.Writer) error {
	if o.dest == "" {
		begun, err := filepath.Glob("auditpack-*.capture")
		if err != nil || len(begun) != 1 {
			return &usageError{fmt.Errorf("--resume needs -o: %d captures were begun in this folder", len(begun))}
		}
		o.dest = strings.TrimSuffix(begun[0], ".capture")
	}
	asked := captureOptions{}
	g, err := snapshot.Resume(o.dest, &asked)
	if err != nil {
		return err
	}
	defer g.Close()
	asked.dest, asked.replay = o.dest, o.replay
	if o.MySQLLogin != "" || o.MySQLUser != "" {
		asked.MySQLLogin, asked.MySQLUser = o.MySQLLogin, o.MySQLUser
	}
	s, err := asked.selection()
	if err != nil {
		return err
	}
	if asked.mysql, err = askMySQL(ctx, asked.MySQLUser, stderr); err != nil {
		return err
	}
	say(stderr, "going on with %d items that are captured already", len(g.Items()))
	return gather(ctx, asked, s, g, stdout, stderr)
}

// gather asks the host, puts every Item and finishes the snapshot.
func gather(ctx context.Context, o captureOptions, s collect.Selection, g *snapshot.Gathering, stdout, stderr io.Writer) error {
	scratch, err := filepath.Abs(g.Scratch())
	if err != nil {
		return err
	}
	h, err := o.host(scratch)
	if err != nil {
		return err
	}
	about, err := h.About(ctx)
	if err != nil {
		return err
	}
	if about.Name != g.Header().Host {
		return fmt.Errorf("%s: the capture was begun on %s, and this is %s", o.dest, g.Header().Host, about.Name)
	}
	shown := newCaptureProgress(stderr)
	var planned []string
	options := collect.Options{
		Selection: s, MySQLLogin: o.plannedLogin(), Now: o.clock(), Scratch: scratch, Done: g.Done, Progress: shown.show,
	}
	tasks, err := collect.Plan(ctx, h, collect.All(), options)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		planned = append(planned, t.Path)
	}
	p := o.probeOf(about, g.Done)
	probes, err := o.planProbes(ctx, p)
	if err != nil {
		return err
	}
	for _, s := range probes {
		planned = append(planned, s.Path)
	}
	o.warn(about, scratch, planned, stderr)
	var said overheard
	put := said.then(recogniseThen(g.Put))
	if err = o.runAsking(ctx, h, options, put); err == nil {
		err = runProbes(ctx, probes, p, shown, put)
	}
	shown.end()
	if ctx.Err() != nil {
		return interrupted(o, g, len(planned))
	}
	if err != nil {
		return andLeftOver(g, fmt.Errorf("%w: what is captured is kept, and 'auditpack capture --resume -o %s' goes on", err, o.dest))
	}
	digest, err := g.Finish(ctx, planned)
	var left *snapshot.LeftOverError
	switch {
	case errors.As(err, &left):
	case err != nil && ctx.Err() != nil:
		return interrupted(o, g, len(planned))
	case err != nil:
		return err
	}
	showCircumstances(stdout, said.circumstances())
	return lookAtLeftOver(left, showCapture(o, g.Items(), digest, about, stdout))
}

// warn says, before anything is asked, what the operator may want to change first.
func (o captureOptions) warn(about collect.About, scratch string, planned []string, stderr io.Writer) {
	if !about.Elevated {
		say(stderr, "without administrator's rights some of the evidence stays closed: run it from an elevated prompt for all of it")
	}
	if keeps, err := bag.KeepsAccessLists(scratch); err == nil && !keeps {
		say(stderr, "%s: %s", o.dest, openVolume)
	}
	if dest, err := filepath.Abs(o.dest); err == nil && runtime.GOOS == "windows" {
		if deep := deepPath(dest, scratch, planned); deep != "" {
			say(stderr, "%s", deep)
		}
	}
}

func interrupted(o captureOptions, g *snapshot.Gathering, planned int) error {
	return andLeftOver(g, fmt.Errorf("interrupted: no snapshot was written; %d of %d items are kept, and 'auditpack capture --resume -o %s' goes on", len(g.Items()), planned, o.dest))
}
