package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/collect"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
	"auditpack/render"
)

// recogniseItem notes what the bytes of a captured Item are, and hands them on as they are.
func recogniseItem(item evidence.Item, r io.Reader) (evidence.Item, io.Reader, error) {
	if r == nil || item.Status != evidence.Captured && item.Status != evidence.CutShort {
		return item, r, nil
	}
	head := make([]byte, parse.HeadSize)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		r = bytes.NewReader(head)
	case err != nil: // the writer of the snapshot keeps what there is, as cut short
		r = io.MultiReader(bytes.NewReader(head), failedReader{err})
	default:
		r = io.MultiReader(bytes.NewReader(head), r)
	}
	_, format, refused := recognise(item.Name, head)
	if item.Format == "" && refused != "" { // for people to read: that it is like something else is no fault
		return item, r, nil
	}
	if item.Format != "" && format == "" && refused == "" {
		refused = "not in the form that was expected: " + item.Format
	}
	item.Refused = refused
	if format != "" {
		item.Format = format
	}
	return item, r, nil
}

// failedReader fails as another reader did.
type failedReader struct{ err error }

func (f failedReader) Read([]byte) (int, error) { return 0, f.err }

// captureProgress shows how far a capture is: on a terminal one line that is written over, elsewhere a line for each item.
type captureProgress struct {
	to       io.Writer
	terminal bool
	busy     []string
}

func newCaptureProgress(to io.Writer) *captureProgress {
	return &captureProgress{to: to, terminal: onTerminal(to)}
}

func (p *captureProgress) show(e collect.Event) {
	name := strings.TrimPrefix(e.Task.Path, "data/items/")
	if e.Item == nil {
		p.busy = append(p.busy, name)
	} else {
		for i, b := range p.busy {
			if b == name {
				p.busy = append(p.busy[:i], p.busy[i+1:]...)
				break
			}
		}
	}
	switch {
	case p.terminal:
		line := []rune(fmt.Sprintf("%d of %d  %s", e.Ended, e.Total, strings.Join(p.busy, "  ")))
		fmt.Fprintf(p.to, "\r\x1b[K%s", string(line[:min(len(line), width()-1)]))
	case e.Item != nil:
		say(p.to, "%d of %d: %s: %s", e.Ended, e.Total, name, e.Item.Status)
	}
}

// end leaves the line that is written over.
func (p *captureProgress) end() {
	if p.terminal {
		fmt.Fprint(p.to, "\r\x1b[K")
	}
}

// showCapture lists what came of a capture, and the digest.
func showCapture(o captureOptions, items []evidence.Item, digest evidence.Digest, about collect.About, stdout io.Writer) error {
	look := showItems(items, about.Name, stdout)
	st := newStyle(stdout)
	fmt.Fprintf(stdout, "snapshot: %s\n", o.dest)
	fmt.Fprintf(stdout, "sha256 of tagmanifest-sha256.txt: %s\n", st.bold(digest.String()))
	fmt.Fprintf(stdout, "write this digest down or send it at once: it is what shows later that nothing was exchanged\n")
	fmt.Fprintf(stdout, "next, on your desk: auditpack assess %s\n", o.dest)
	return look
}

// openVolume warns of a snapshot that is not closed to others.
const openVolume = "this volume keeps no access lists (it is FAT or exFAT): whoever has it can read the snapshot; name a folder on an NTFS volume, or keep it locked away"

// andLeftOver ends a capture that is not done without what is not cut, or says where that is.
func andLeftOver(g *snapshot.Gathering, err error) error {
	if left := g.ClearScratch(); left != nil {
		return fmt.Errorf("%w; %w", err, left)
	}
	return err
}

// lookAtLeftOver adds to what is to be looked at that the folder of the capture is still there.
func lookAtLeftOver(left *snapshot.LeftOverError, look error) error {
	if left == nil {
		return look
	}
	reason := left.Error()
	var more *lookError
	if errors.As(look, &more) {
		reason += "; " + more.reason
	} else if look != nil {
		return fmt.Errorf("%w; %w", look, left)
	}
	return &lookError{reason}
}

// showScriptImport lists what the script captured.
func showScriptImport(report snapshot.ImportReport, dest string, stdout io.Writer) error {
	host := ""
	if len(report.Items) > 0 {
		host = report.Items[0].Host
	}
	look := showItems(report.Items, host, stdout)
	fmt.Fprintf(stdout, "%s: every file is the one that the script's manifest lists\n", dest)
	fmt.Fprintf(stdout, "sha256 of tagmanifest-sha256.txt: %s\n", report.Digest)
	fmt.Fprintf(stdout, "next: auditpack assess %s\n", dest)
	return look
}

// showItems lists what was not captured and why, and how much was cut. Of the rest the numbers are enough. The error says
// that somebody has to look.
func showItems(items []evidence.Item, host string, stdout io.Writer) error {
	st := newStyle(stdout)
	counts := map[evidence.Status]int{}
	var size int64
	refused, cuts, look := 0, 0, 0
	for _, item := range items {
		counts[item.Status]++
		size += item.Size
		cuts += len(item.Withheld)
		result, why := evidence.Pass, ""
		switch {
		case item.Status == evidence.Captured && item.Refused != "":
			refused++
			result, why = evidence.NeedsReview, "captured, and no evidence: "+item.Refused
		case item.Status == evidence.Captured:
			continue
		case item.Status == evidence.Absent, item.Status == evidence.Skipped:
			result, why = evidence.NotApplicable, string(item.Status)+": "+item.Note
		default:
			look++
			result, why = evidence.NotCollected, string(item.Status)+": "+item.Note
			if item.Stderr != "" {
				why += ": " + item.Stderr
			}
		}
		fmt.Fprintf(stdout, "%s %s\n", st.result(result, mark(result)), clean(strings.TrimPrefix(item.Path, "data/items/")))
		fmt.Fprintf(stdout, "    %s\n", wrap(clean(why), width(), "    "))
	}
	var parts []string
	for _, s := range []evidence.Status{evidence.Captured, evidence.Absent, evidence.Denied, evidence.Failed, evidence.TimedOut, evidence.CutShort, evidence.Skipped} {
		if counts[s] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[s], s))
		}
	}
	fmt.Fprintf(stdout, "%s: %s; %s\n", clean(host), strings.Join(parts, ", "), render.FormatSize(size))
	if cuts > 0 {
		fmt.Fprintf(stdout, "secrets that were cut before hashing: %d; snapshot.json says where and by which rule\n", cuts)
	}
	if look+refused > 0 {
		return &lookError{fmt.Sprintf("%d of %d items are no evidence: the list says why", look+refused, len(items))}
	}
	return nil
}

// showPlan prints what a capture would ask for.
func showPlan(about collect.About, tasks []collect.Task, stdout io.Writer) {
	st := newStyle(stdout)
	rights := "with administrator's rights"
	if !about.Elevated {
		rights = "without administrator's rights: what is marked ! will be denied"
	}
	fmt.Fprintf(stdout, "%s, %s. Nothing was run.\n", clean(about.Name), rights)
	last := ""
	for _, t := range tasks {
		if t.Collector.Name != last {
			last = t.Collector.Name
			fmt.Fprintf(stdout, "\n%s: %s\n", st.bold(last), t.Collector.Shows)
			if t.LeftOut() {
				fmt.Fprintf(stdout, "    %s\n", t.Note)
			}
		}
		if t.LeftOut() {
			continue
		}
		sign := " "
		if t.Source.Elevated != "" && !about.Elevated {
			sign = "!"
		}
		verb := "run "
		if t.Source.File != "" {
			verb = "read"
		}
		if t.Status != "" {
			fmt.Fprintf(stdout, "    %s: %s\n", string(t.Status), clean(t.Source.Line()+" ("+t.Note+")"))
			continue
		}
		fmt.Fprintf(stdout, "  %s %s %s\n", sign, verb, clean(t.Source.Line()))
	}
	fmt.Fprintf(stdout, "\n%d items\n", len(tasks))
}
