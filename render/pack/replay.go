package pack

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
)

// Replayed is what came of making a package once more out of its own inputs.
type Replayed struct {
	Tool string `json:"tool"` // that made the package
	// NotDone says why nothing was compared: another version of the tool draws other bytes, which is no fault.
	NotDone string `json:"not_replayed,omitempty"`
	// Withheld says that it is because the evidence is not there.
	Withheld bool `json:"evidence_withheld,omitempty"`
	Files    int  `json:"files"` // how many were made again and compared
	// Differences are where the package is not what its inputs make; the first ones of each file.
	Differences []Difference `json:"differences,omitempty"`
}

// Difference is one place where a file in the package is not what was made again.
type Difference struct {
	File  string `json:"file"`
	Place string `json:"place,omitempty"` // control, line, page, sheet and cell; empty: the file as a whole
	// Sealed and Again are what stands there in the package and what was made again, shortened.
	Sealed string `json:"sealed,omitempty"`
	Again  string `json:"again,omitempty"`
	More   int    `json:"more,omitempty"` // how many further places of the file differ, as far as they were counted
}

// String returns the difference on one line, without the file.
func (d Difference) String() string {
	text := fmt.Sprintf("the package has %s, its inputs make %s", quoted(d.Sealed), quoted(d.Again))
	if d.Place != "" {
		text = d.Place + ": " + text
	}
	if d.More > 0 {
		text += fmt.Sprintf(" (and %d more)", d.More)
	}
	return text
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

// Replay makes the package in b once more out of what lies in data/inputs and data/snapshots, and compares every byte:
// audit.json, checklists, XCCDF, OSCAL, verify.txt; the report up to the end of its first revision, the workbook part by
// part without its signature. tool is the program that replays; a package that another one made is not compared.
//
// Guide, answers and benchmarks are those in the package: that they are the ones that should have been used, their digests
// say, not this. The error is for what cannot be replayed at all.
func Replay(ctx context.Context, b *bag.Bag, tool string) (Replayed, error) {
	o, err := readOptions(b)
	if err != nil {
		return Replayed{}, fmt.Errorf("%s: %w", optionsPath, err)
	}
	r := replay{bag: b, options: o, made: map[string]bool{}, result: Replayed{Tool: o.Tool}}
	if o.Withheld != nil {
		r.result.NotDone, r.result.Withheld = notReplayable, true
		return r.result, nil
	}
	if o.Tool != tool {
		r.result.NotDone = fmt.Sprintf("made by %s, this is %s", o.Tool, tool)
		return r.result, nil
	}
	err = r.run(ctx)
	return r.result, err
}

// replay is one under way.
type replay struct {
	bag     *bag.Bag
	options Options
	made    map[string]bool
	result  Replayed
}

func (r *replay) run(ctx context.Context) error {
	in, used, err := readInputs(ctx, r.bag, r.options)
	if err != nil {
		return err
	}
	all, err := in.assemble(ctx, &audit.Packing{By: in.By, Signer: in.Signer})
	if err != nil {
		return err
	}
	to := compared(func(path string, data []byte) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return r.compare(path, data)
	})
	drawing := in.startDrawing(all.audit)
	defer drawing.wait()
	packed, err := addData(to, &all)
	if err != nil {
		return err
	}
	if err := addForms(to, all.forms); err != nil {
		return err
	}
	if err := addChecklists(to, in, all); err != nil {
		return err
	}
	if err := in.addDrawn(ctx, to, all.audit, drawing, packed, nil); err != nil {
		return err
	}
	if err := to.Add(verifyPath, verifyText(all.audit, r.options)); err != nil {
		return err
	}
	options, err := encode(r.options)
	if err != nil {
		return err
	}
	if err := to.Add(optionsPath, options); err != nil {
		return err
	}
	r.leftOver(used)
	return nil
}

// compare compares one file that was made again.
func (r *replay) compare(path string, again []byte) error {
	r.made[path] = true
	r.result.Files++
	f, ok := r.bag.File(path)
	if !ok {
		r.differs(Difference{File: path, Again: "a file"})
		return nil
	}
	if f.Digest == evidence.DigestOf(again) {
		return nil
	}
	sealed, err := r.bag.ReadFile(path, maxDocument)
	if err != nil {
		return err
	}
	var d *Difference
	switch {
	case path == reportPath:
		d = differReport(sealed, again, r.options.Signer != nil)
	case path == workbookPath:
		d = differWorkbook(sealed, again)
	case path == auditPath:
		d = differAudit(sealed, again)
	case isForm(path):
		first := differBytes(sealed, again)
		d = &first
	default:
		d = differLines(sealed, again)
	}
	if d != nil {
		d.File = path
		r.differs(*d)
	}
	return nil
}

func (r *replay) differs(d Difference) { r.result.Differences = append(r.result.Differences, d) }

// leftOver finds what nothing was made from and what was not made again.
func (r *replay) leftOver(used map[string]bool) {
	for _, f := range r.bag.Files() {
		switch {
		case !strings.HasPrefix(f.Path, "data/"), r.made[f.Path]:
		case strings.HasPrefix(f.Path, inputsFolder):
			if !used[f.Path] {
				r.differs(Difference{File: f.Path, Sealed: "an input that nothing was made from"})
			}
		case strings.HasPrefix(f.Path, snapshotsFolder):
			if !slices.ContainsFunc(r.options.Hosts, func(folder string) bool {
				return strings.HasPrefix(f.Path, folder+"/after/") || strings.HasPrefix(f.Path, folder+"/before/")
			}) {
				r.differs(Difference{File: f.Path, Sealed: "evidence that nothing was made from"})
			}
		default:
			r.differs(Difference{File: f.Path, Sealed: "a file"})
		}
	}
}

// countSnapshots counts the snapshots in a package by their first files.
func countSnapshots(b *bag.Bag) int {
	n := 0
	for _, f := range b.Files() {
		if strings.HasPrefix(f.Path, snapshotsFolder) && strings.HasSuffix(f.Path, "/bagit.txt") {
			n++
		}
	}
	return n
}

// replay makes the package once more, if that was asked for; what differs are faults.
func (v *verifier) replay(ctx context.Context, b *bag.Bag) error {
	if v.Replay == "" {
		return nil
	}
	if v.Weigh != nil {
		defer v.Weigh(countSnapshots(b))()
	}
	r, err := Replay(ctx, b, v.Replay)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		v.fault("", NotReplayed, "it cannot be made once more: %v", err)
		return nil
	}
	for _, d := range r.Differences {
		v.fault(d.File, NotReplayed, "%s", d)
	}
	v.report.Replay = &r
	return nil
}
