package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/snapshot"
	"auditpack/render"
	"auditpack/render/pack"
)

type packOptions struct {
	inputFlags
	earlierFlags
	keyFlags
	reportFlags
	dest     string
	before   []string
	carry    []string
	strict   bool // CKLB by the published schema
	unsigned bool
	comments bool // with --without-evidence: what people wrote stays
	without  bool // evidence
	force    bool
	by       string
	sets     []string // of questions
	forms    []string // of insurers
	maps     []string // of the forms
}

func newPackCommand() *cobra.Command {
	var o packOptions
	cmd := &cobra.Command{
		Use:   "pack AFTER… -o PACKAGE[.zip]",
		Short: "Write the audit package: report, workbook, verdicts, snapshots, signed and sealed",
		Long: `Judges one snapshot a host, compares it with an earlier one if given, and writes the audit package: report.pdf,
workbook.xlsx, audit.json, everything the verdicts were made from, and the snapshots as they were captured, signed and sealed.`,
		Example: `  auditpack pack after-snapshot --before before-snapshot --answers answers.yaml -o audit.zip
  auditpack pack october/* --before july/web01 --before july/db01 --answers answers.yaml -o october.zip
  auditpack pack after-snapshot --answers answers.yaml --questionnaire insurance --without-evidence -o for-the-broker.zip`,
		Args: wantArgs(1, -1, "one or more snapshots, one a host"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runPack(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVarP(&o.dest, "output", "o", "", "the package to write: a new `folder`, or a name ending in .zip")
	cmd.Flags().StringArrayVar(&o.before, "before", nil, "an earlier `snapshot`, package or folder of snapshots to compare with: a host with that of the same name (repeat for several)")
	o.inputFlags.add(cmd)
	o.earlierFlags.add(cmd)
	o.keyFlags.add(cmd)
	o.reportFlags.add(cmd)
	cmd.Flags().BoolVar(&o.unsigned, "unsigned", false, "sign and seal nothing")
	cmd.Flags().StringArrayVar(&o.carry, "carry", nil, "a `file` with an existing checklist, CKL or CKLB, whose comments and statuses are carried to the rules of --stig (repeat)")
	cmd.Flags().BoolVar(&o.strict, "cklb-strict", false, "write CKLB by DISA's published schema: without the version of the STIG, which STIG Viewer writes and STIG Manager reads")
	cmd.Flags().StringVar(&o.by, "by", "", "the `name` of who packs, for the page of custody; without it prepared_by of the answers")
	cmd.Flags().StringArrayVar(&o.sets, "questionnaire", nil, "answer a `set` of questions: the name of a built-in one, or a file (repeat)")
	cmd.Flags().StringArrayVar(&o.forms, "form", nil, "fill an insurer's own `form`, XLSX or PDF, from the answers (repeat, each with a --map)")
	cmd.Flags().StringArrayVar(&o.maps, "map", nil, "the `file` that says where in the form the answers go (repeat in the order of the forms)")
	cmd.Flags().BoolVar(&o.without, "without-evidence", false, "for readers outside: no evidence, and everything masked that was found in it")
	cmd.Flags().BoolVar(&o.comments, "with-comments", false, "let a package without evidence have what people wrote: comments of attestations, reasons of exceptions, words of carried checklists")
	cmd.Flags().BoolVar(&o.force, "force", false, "replace an existing package")
	groupFlags(cmd, packGroups, packNotes)
	return cmd
}

// packGroups are the flags of pack.
var packGroups = []flagGroup{
	{"What is packed", []string{"output", "before", "answers", "as-of", "by", "force"}},
	{"The report", []string{"depth", "paper"}},
	{"STIG benchmarks", []string{"stig", "stig-before", "cci", "carry", "cklb-strict"}},
	{"Insurers' questions", []string{"questionnaire", "form", "map"}},
	{"Signatures", []string{"key", "passphrase-file", "tsa", "tsa-timeout", "unsigned"}},
	{"For readers outside", []string{"without-evidence", "with-comments"}},
}

// packNotes is what the help of pack says below the flags.
const packNotes = `Of several hosts, each --before is compared with the snapshot of the host of the same name, whatever their order; a host
without one is shown without comparison. The report then has the matrix of hosts and statements, and what fails where;
what was found on each host stands in the workbook.

The same inputs and the same as-of time give the same bytes on any machine, but for signatures, which state when they were
made. The as-of time is --as-of, else SOURCE_DATE_EPOCH, else now; evidence older than 30 days by then passes nothing.

--depth changes the report and nothing else: the workbook and audit.json hold everything at each depth.

With --stig and an earlier package, or --stig-before, rules that are new, removed or worded anew since the release that was
used before are kept apart from what changed on the server.

--carry takes over what people said in an earlier checklist, across releases. A status of theirs decides what is left to a
person, and "Open" also what was not collected; what evidence decided stands, and that they say otherwise is shown. It reaches
every output alike, with the checklist it is from; what found no place is listed in the report and in the workbook.

--form fills an insurer's own form from the answers to --questionnaire, as its --map says (see 'auditpack questionnaire
map'); the filled copy and the list of what was left blank lie in data/questionnaire/forms.

Without --key, the identity default signs, which is made on first use (see 'auditpack key'). --tsa asks a timestamp
authority, so that not only you say when. With --unsigned anybody can have made the package, and 'verify' ends with 3 unless
told --unsigned-ok.

A package made with --without-evidence has every verdict with its citation and the manifests of the snapshots, so that its
digests tie it to the whole package; it has none of their items, none of the inputs, no list of changed settings, and
every text that evidence put into it is masked: ACCOUNT-1, ADDRESS-2, PATH-3, the same text by the same mask. What stays by
name: the client, who signs, attests and approves, the servers, and the paths of the items. A form stays as it was handed
in, and what is filled in is masked. A page of the report says what is masked. Digests stay, too: who can guess all bytes
of an item sees that the guess is right. Comments of attestations, reasons of exceptions and what carried checklists say in
words are left out. --with-comments lets them stay as they were written, but for what is an account by the evidence or has
the form of an address, a host or a path: read them before, a name of a person or of a project stays. 'verify' calls such a
package "withheld" and ends with 3.

EXIT STATUS
  0  the package is written, whatever the verdicts are
  1  failed; nothing was written
  2  wrong usage`

func runPack(ctx context.Context, o packOptions, afters []string, stdout, stderr io.Writer) error {
	if err := o.check(len(afters)); err != nil {
		return err
	}
	if err := o.reportFlags.check(); err != nil {
		return err
	}
	forms, err := readForms(o)
	if err != nil {
		return err
	}
	sets, err := readSets(o.sets)
	if err != nil {
		return err
	}
	defer collectAt(len(afters))()
	watched, end := watch(ctx, stderr)
	in, err := openInputs(watched, afters, o.inputFlags)
	end()
	if err != nil {
		return err
	}
	defer func() { closeInputs(in) }()
	if err := openEarlier(ctx, &in, o, stderr); err != nil {
		return err
	}
	in.By = o.by
	in.Questionnaires, in.Forms = sets, forms
	in.WithoutEvidence, in.WithComments, in.CKLBStrict = o.without, o.comments, o.strict
	in.Depth, in.Paper = render.Depth(o.depth), render.Paper(o.paper)
	if in.Carry, err = readCarried(o.carry); err != nil {
		return err
	}
	var by *pack.Sealer
	if !o.unsigned {
		if by, err = openSealer(ctx, o.keyFlags, stderr); err != nil {
			return err
		}
	}
	written, err := pack.Write(watched, in, by, pack.Destination{Path: o.dest, Replace: o.force})
	end()
	if err != nil {
		return err
	}
	sayPacked(written, by, o.dest, stderr)
	showPacked(written, o.dest, stdout)
	nextOfPack(o, stdout)
	return nil
}

// check refuses flags that do not go together, before anything is read.
func (o packOptions) check(afters int) error {
	switch ext := strings.ToLower(filepath.Ext(o.dest)); {
	case o.dest == "":
		return &usageError{errors.New("pack needs -o: the package to write")}
	case slices.Contains([]string{".pdf", ".xlsx", ".json"}, ext):
		return &usageError{fmt.Errorf("-o %s: a package is a folder or a .zip, which the report, the workbook and audit.json lie in", o.dest)}
	case o.unsigned && (o.key != "" || len(o.tsa) > 0):
		return &usageError{errors.New("--unsigned with --key or --tsa: one or the other")}
	case o.strict && len(o.stig) == 0:
		return &usageError{errors.New("--cklb-strict without --stig: no checklist is written")}
	case len(o.carry) > 0 && len(o.stig) == 0:
		return &usageError{errors.New("--carry without --stig: no rule is judged to carry anything to")}
	case o.comments && !o.without:
		return &usageError{errors.New("--with-comments goes with --without-evidence: a whole package has them anyway")}
	case len(o.before) > afters:
		return &usageError{fmt.Errorf("%d times --before for %d snapshots", len(o.before), afters)}
	}
	return nil
}

// openEarlier gives each host the snapshot to compare with that is of it, and the STIGs that these were judged by. Of a package
// of several hosts those are left out that are not packed now, which is said.
func openEarlier(ctx context.Context, in *pack.Inputs, o packOptions, stderr io.Writer) (err error) {
	var sides []opened
	var afters, befores []*snapshot.Snapshot
	defer func() {
		if err != nil {
			closeSides(sides)
		}
	}()
	for _, h := range in.Hosts {
		afters = append(afters, h.After)
	}
	for _, path := range o.before {
		watched, end := watch(ctx, stderr)
		more, err := openSides(watched, path, stderr)
		end()
		if err != nil {
			return err
		}
		sides = append(sides, more...)
		for _, side := range more {
			packed := slices.ContainsFunc(afters, func(s *snapshot.Snapshot) bool { return evidence.SameHost(s.Host(), side.snapshot.Host()) })
			if len(more) > 1 && !packed {
				say(stderr, "not compared: %s has a snapshot of %q, of which none is packed now", path, side.snapshot.Host())
				continue
			}
			befores = append(befores, side.snapshot)
		}
	}
	paired, err := pack.PairHosts(afters, befores)
	if err != nil {
		return err
	}
	if in.Earlier, err = earlierReleases(o.earlierFlags, in.Benchmarks, sides, stderr); err != nil {
		return err
	}
	in.Hosts = paired
	sayUnordered(stderr, paired)
	return nil
}

// sayUnordered says where what is compared with cannot be the earlier one: a person has named both, and easily swaps them.
func sayUnordered(stderr io.Writer, hosts []pack.Host) {
	for _, h := range hosts {
		if h.Before == nil {
			continue
		}
		_, before := h.Before.Span()
		_, after := h.After.Span()
		switch {
		case h.Before.Digest() == h.After.Digest():
			say(stderr, "%s is compared with itself: --before names the snapshot that is judged", h.After.Host())
		case before.After(after):
			say(stderr, "%s is compared with a newer snapshot, of %s and not before %s: are the two swapped?", h.After.Host(), render.FormatTime(before), render.FormatTime(after))
		}
	}
}

// collectAt makes the collector of garbage wait until so many snapshots are worth it: what is read of each is given up at
// once, and what is kept of it is small. It returns how to undo that.
func collectAt(snapshots int) (undo func()) {
	const base, each = 128 << 20, 512 << 10
	percent, limit := debug.SetGCPercent(400), debug.SetMemoryLimit(base+int64(snapshots)*each)
	return func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	}
}
