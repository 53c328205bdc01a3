package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
	"auditpack/evidence/snapshot"
)

type diffOptions struct {
	inputFlags
	earlierFlags
	before        []string
	level, format string
	all           bool
}

func newDiffCommand() *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff BEFORE AFTER | diff AFTER... --before BEFORE",
		Short: "Show what changed between two snapshots of a host, or of several hosts",
		Long: `Compares two snapshots of one host; of a package its newer snapshot is taken, and the STIGs that it was made with. Without
--level a summary: how many verdicts, settings and items changed and in which direction, what hurts, what helps, then how
much is left.

Either side may be a package of several hosts, or a folder in which snapshots lie: each host is compared with that of the same
name. With --before (repeat for several) all arguments are newer ones. The summary then has a line for each host, and what moved
where; --level and --all show one host after the other. A host that only one side has is a difference and is named; but where
a side is one snapshot, the other hosts of the other side are not asked about.

  --level verdict   every statement of the guide and rule of a STIG that fails now and did not, was fixed, still fails,
                    or cannot be decided any more
  --level release   every rule that another release of a STIG brings, drops or words anew, by --stig-before: both snapshots
                    are judged by the words of now, so that only the server moves verdicts, and what the release alone
                    does to them stands here
  --level setting   every setting with its value before and after, where each stands, and what it touches
  --level raw       every file that came, went or is different, texts line by line

A setting helps if a verdict that looks at it was fail and is pass, and none got worse; it hurts if one fails now, or can
no longer be decided, and none was fixed; it is neutral if verdicts look at it and none moved.

What happens by itself (process numbers, ephemeral ports, boot times) and what is listed in another form is set aside by
rule and counted; --all lists it too. Without --as-of each snapshot is judged as of its own newest evidence, so that its
age is no difference.

EXIT STATUS
  0  no difference
  1  failed
  2  wrong usage
  3  there are differences`,
		Example: `  auditpack diff before-snapshot after-snapshot
  auditpack diff q1.zip after-snapshot --level setting
  auditpack diff q1.zip q2.zip
  auditpack diff october/web01 october/db01 --before july`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(o.before) == 0 {
				if len(args) != 2 {
					return &usageError{fmt.Errorf("diff takes two snapshots: before and after; with --before, any number of newer ones")}
				}
				o.before, args = args[:1], args[1:]
			}
			if len(args) == 0 {
				return &usageError{fmt.Errorf("diff --before takes one or more newer snapshots")}
			}
			return runDiff(cmd.Context(), o, args, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringArrayVar(&o.before, "before", nil, "an earlier `snapshot`, package or folder of snapshots; every argument is a newer one then (repeat for several)")
	cmd.Flags().StringVar(&o.level, "level", "", "one `level` in full: verdict, release, setting or raw")
	cmd.Flags().BoolVar(&o.all, "all", false, "list what is set aside too, and nothing short")
	cmd.Flags().StringVar(&o.format, "format", "text", "the `form` of the result: text or json")
	o.inputFlags.add(cmd)
	o.earlierFlags.add(cmd)
	return cmd
}

// diffVersion is the format of what `diff --format json` prints.
const diffVersion = "auditpack.diff/1"

// diffResult is what `diff --format json` prints.
type diffResult struct {
	Version   string            `json:"version"`
	Host      string            `json:"host"`
	Before    diffSide          `json:"before"`
	After     diffSide          `json:"after"`
	Movements []evidence.Change `json:"movements"`
	Releases  []releaseDiff     `json:"releases,omitempty"`
	Changes   []evidence.Change `json:"changes"`
	Items     []itemDiff        `json:"items"`
	AsideBy   []compare.Aside   `json:"changes_set_aside_by"` // how many Changes each rule set aside
	Aside     []evidence.Change `json:"changes_set_aside,omitempty"`
}

// diffSide is one of the two snapshots.
type diffSide struct {
	Digest evidence.Digest `json:"sha256"`
	From   time.Time       `json:"from"`
	To     time.Time       `json:"to"`
}

// releaseDiff is what another release of a STIG asks otherwise: no drift of the server.
type releaseDiff struct {
	Benchmark string            `json:"benchmark"`
	Site      string            `json:"site,omitempty"`
	Before    string            `json:"before"` // V3R7
	After     string            `json:"after"`
	Same      int               `json:"same"` // rules that ask the same in both
	Rules     []evidence.Change `json:"rules"`
}

// itemDiff is a Change at the raw level and, asked for that level, the difference of the texts.
type itemDiff struct {
	evidence.Change
	Diff string `json:"diff,omitempty"`
}

func runDiff(ctx context.Context, o diffOptions, afters []string, stdout, stderr io.Writer) error {
	if err := checkFormat(o.format); err != nil {
		return err
	}
	switch evidence.Level(o.level) {
	case "", evidence.VerdictLevel, evidence.ReleaseLevel, evidence.SettingLevel, evidence.RawLevel:
	default:
		return &usageError{fmt.Errorf("--level is %q: verdict, release, setting or raw", o.level)}
	}
	in, err := openInputs(ctx, nil, o.inputFlags)
	if err != nil {
		return err
	}
	sides, err := openBoth(ctx, o.before, afters, stderr)
	if err != nil {
		return err
	}
	defer sides.close()
	if err := sides.match(stderr); err != nil {
		return err
	}
	defer collectAt(len(sides.pairs))()
	compared, err := sides.compare(ctx, o, in, stderr)
	if err != nil {
		return err
	}
	return showCompared(stdout, o, compared, sides)
}

// differences picks what is asked for.
func differences(o diffOptions, h audit.Host) diffResult {
	d := diffResult{
		Version: diffVersion, Host: h.Name, Movements: []evidence.Change{}, Changes: []evidence.Change{}, Items: []itemDiff{},
		Before: diffSide{h.Before.Digest, h.Before.From, h.Before.To}, After: diffSide{h.After.Digest, h.After.From, h.After.To},
		AsideBy: append([]compare.Aside{}, compare.CountAside(h.Aside)...),
	}
	asked := func(l evidence.Level) bool { return o.level == "" || o.level == string(l) }
	if asked(evidence.VerdictLevel) {
		d.Movements = append(append(d.Movements, h.Movements...), h.RuleMovements()...)
	}
	if asked(evidence.ReleaseLevel) {
		for _, b := range h.Benchmarks {
			if e := b.Earlier; e != nil {
				d.Releases = append(d.Releases, releaseDiff{
					b.ID, b.Site, "V" + e.Version + "R" + e.Release, "V" + b.Version + "R" + b.Release, e.Same, append([]evidence.Change{}, e.Changes...),
				})
			}
		}
	}
	if asked(evidence.SettingLevel) {
		d.Changes = append(d.Changes, h.Changes...)
		if o.all {
			d.Aside = h.Aside
		}
	}
	if asked(evidence.RawLevel) {
		for _, c := range h.ItemChanges {
			item := itemDiff{Change: c}
			if c.Text != nil && o.level == string(evidence.RawLevel) {
				item.Diff = compare.Unified("before/"+c.Item, "after/"+c.Item, *c.Text)
			}
			item.Text = nil // it stands in Diff
			d.Items = append(d.Items, item)
		}
	}
	return d
}

// newest returns when the last Item of a snapshot was captured.
func newest(s *snapshot.Snapshot) time.Time {
	var last time.Time
	for _, item := range s.Items() {
		if item.Taken.After(last) {
			last = item.Taken
		}
	}
	return last
}

// differs reports whether anything moved or is asked otherwise; a statement that failed before and fails now is none, nor is
// what is set aside.
func differs(d diffResult) bool {
	for _, m := range d.Movements {
		if m.Movement != evidence.StillFailing {
			return true
		}
	}
	for _, r := range d.Releases {
		if len(r.Rules) > 0 {
			return true
		}
	}
	return len(d.Changes)+len(d.Items) > 0
}
