package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// Gathering is a snapshot while it is captured. Each Item that was put is in the hands of the system, so that a capture that was
// interrupted or killed can be gone on with. Nothing is at the destination until Finish has succeeded. Several goroutines may put
// Items at once, and ask what is Done; all else is for one.
//
// It lives in a folder beside the destination, NAME.capture:
//
//	lock       held open by the process that writes here
//	journal    one line of JSON for what the capture is, then one for each Item that is whole
//	journal.new  a journal while it takes the place of one with lines that were dropped
//	items/N    the bytes of an Item; N is a number
//	scratch/   what programs print while they run; emptied by Resume
//	partial    the snapshot while it is written, a folder or a zip; removed by Resume
//	done       the journal, once the snapshot is at its destination: what is left here is of no more use
//
// A line of the journal is written after the bytes that it is about, and holds their digest. Waiting for a disk after each would
// cost more than the capture; should the power fail, Resume finds the lines whose bytes are not there as they were, and drops
// them, so that these Items are asked for again. A last line that does not end in a line feed
// was cut by the end of the process, and is dropped; so are bytes that no line is about. A capture is begun when the first line
// of its journal is whole. A folder in which none was begun, or one is done, and that no process holds, is left over from a
// process that was killed in that moment: the next capture takes its place. A folder with anything else in it is never touched.
type Gathering struct {
	dest, dir string
	about     gatheringHead
	lock      *os.File

	mu      sync.Mutex // guards what follows
	items   []evidence.Item
	files   map[string]string // by Path of an Item that was put: the file below items/; empty without bytes
	last    int               // the highest number that was given to one
	layout  layout            // with the Items that are being put
	journal *os.File
}

// gatheringHead is the first line of a journal.
type gatheringHead struct {
	Version string          `json:"version"`
	Header  Header          `json:"header"`
	Options json.RawMessage `json:"options,omitempty"` // what the capture was asked to do, in the caller's words
}

// gatheringLine is any other line.
type gatheringLine struct {
	Item evidence.Item `json:"item"`
	File string        `json:"file,omitempty"`
}

// GatheringVersion is the value of the version field in the first line of a journal.
const GatheringVersion = "auditpack.gathering/1"

const (
	gatheringEnding = ".capture"
	journalName     = "journal"
	newJournalName  = "journal.new"
	lockName        = "lock"
	scratchName     = "scratch"
	gatheredName    = "items"
	partialName     = "partial"
	doneName        = "done"
)

// take notes an Item that was put.
func (g *Gathering) take(l gatheringLine) {
	g.items = append(g.items, l.Item)
	g.files[l.Item.Path] = l.File
	if n, err := strconv.Atoi(l.File); err == nil {
		g.last = max(g.last, n)
	}
}

// Header returns what the capture says of itself.
func (g *Gathering) Header() Header { return g.about.Header }

// Scratch returns the folder for what is not put yet.
func (g *Gathering) Scratch() string { return filepath.Join(g.dir, scratchName) }

// Done reports whether an Item with this path was put.
func (g *Gathering) Done(path string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	_, put := g.files[path]
	return put
}

// Items returns the Items that were put so far.
func (g *Gathering) Items() []evidence.Item {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.items)
}

// Put takes in an Item with its bytes. Like [Writer.Put] it keeps what could be read of an r that
// fails, as cut short; an error means that the capture cannot go on.
func (g *Gathering) Put(item evidence.Item, r io.Reader) (evidence.Item, error) {
	item.Name = validText(item.Name)
	item.Stderr = validText(item.Stderr)
	item.Taken = item.Taken.UTC()
	item.Size, item.Digest = 0, evidence.Digest{}
	file, err := g.claim(item.Path)
	if err != nil {
		return item, err
	}
	l := gatheringLine{}
	if r != nil {
		l.File = file
		if err := g.copy(file, &item, r); err != nil {
			return item, err
		}
	}
	if err := checkItem(item); err != nil {
		return item, fmt.Errorf("%s: %w", item.Path, err)
	}
	l.Item = item
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.write(l); err != nil {
		return item, err
	}
	g.take(l)
	return item, nil
}

// claim takes a path, so that no other Item gets it, and a name that is free below items/.
func (g *Gathering) claim(path string) (file string, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.layout.claim(path); err != nil {
		return "", err
	}
	g.last++
	return strconv.Itoa(g.last), nil
}

// copy writes the bytes of an Item.
func (g *Gathering) copy(name string, item *evidence.Item, r io.Reader) error {
	f, err := os.OpenFile(filepath.Join(g.dir, gatheredName, name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return g.explain(err)
	}
	from, hash := &watched{r: r}, sha256.New()
	size, err := io.Copy(io.MultiWriter(f, hash), from)
	if from.err != nil {
		err = nil
		item.Status, item.Note = evidence.CutShort, join(item.Note, from.err.Error())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return g.explain(err)
	}
	item.Size, item.Digest = size, sum(hash)
	return nil
}

func sum(h hash.Hash) evidence.Digest { return evidence.Digest(h.Sum(nil)) }

// syncEvery is how many lines of the journal may be lost when the power fails.
const syncEvery = 64

// write appends a line to the journal, and makes the first one durable and then each of some.
func (g *Gathering) write(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	if _, err := g.journal.Write(append(text, '\n')); err != nil {
		return g.explain(err)
	}
	if len(g.items)%syncEvery != 0 {
		return nil
	}
	return g.explain(g.journal.Sync())
}

// Finish writes the snapshot to its destination and removes the folder of the capture. It refuses a capture that lacks one
// of the planned paths. It returns the digest that stands for the snapshot; with a [*LeftOverError] the snapshot is written too,
// and the folder is still there.
func (g *Gathering) Finish(ctx context.Context, planned []string) (evidence.Digest, error) {
	for _, path := range planned {
		if !g.Done(path) {
			return evidence.Digest{}, fmt.Errorf("%s: was planned, and is not captured", path)
		}
	}
	w, err := Create(g.dest, g.about.Header, bag.Options{Temp: filepath.Join(g.dir, partialName)})
	if err != nil {
		return evidence.Digest{}, err
	}
	defer w.Abort()
	if err := g.move(ctx, w); err != nil {
		return evidence.Digest{}, err
	}
	digest, err := w.Commit(ctx)
	if err != nil {
		return evidence.Digest{}, err
	}
	return digest, g.remove() // what is left of the capture must not fail the snapshot, which is whole
}

// LeftOverError says that a folder with what was captured could not be removed: another program, most often a scanner, holds a
// file in it. What a program wrote is not cut yet in there.
type LeftOverError struct {
	Dir string
	Err error
}

func (e *LeftOverError) Error() string {
	return fmt.Sprintf("%s could not be removed (%v), and may hold secrets that are cut in the snapshot: remove it", e.Dir, cause(e.Err))
}

func (e *LeftOverError) Unwrap() error { return e.Err }

// ClearScratch removes what programs printed and is not put, which is not cut yet, from a capture that stays as it is, to be
// resumed. Nothing can be put after it. The error is a [*LeftOverError].
func (g *Gathering) ClearScratch() error {
	if _, err := os.Lstat(g.Scratch()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := removeTree(g.Scratch()); err != nil {
		return &LeftOverError{g.Scratch(), err}
	}
	return nil
}

// move takes what was put into the snapshot. The bytes must be the ones that were put.
func (g *Gathering) move(ctx context.Context, w *Writer) error {
	var files []bag.Named
	for _, item := range g.items {
		if file := g.files[item.Path]; file != "" {
			files = append(files, bag.Named{Path: item.Path, From: filepath.Join(g.dir, gatheredName, file)})
		}
	}
	err := w.bag.AddFiles(ctx, files)
	var lost *fs.PathError
	if errors.As(err, &lost) {
		return g.explain(err)
	}
	if err != nil {
		return err
	}
	for _, item := range g.items {
		file := g.files[item.Path]
		if file == "" {
			_, err = w.Put(item, nil)
		} else {
			_, err = w.put(item, func(moved *evidence.Item) error {
				if w.entered(moved); moved.Digest == item.Digest && moved.Size == item.Size {
					return nil
				}
				return fmt.Errorf("%s: changed since it was captured: %s has %d bytes with SHA-256 %s, the journal says %d and %s",
					item.Path, filepath.Join(g.dir, gatheredName, file), moved.Size, moved.Digest, item.Size, item.Digest)
			})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Close leaves the capture as it is, to be resumed. After Finish it does nothing.
func (g *Gathering) Close() error {
	var err error
	if g.journal != nil {
		err = g.journal.Close()
		g.journal = nil
	}
	if g.lock != nil {
		err = errors.Join(err, g.lock.Close())
		g.lock = nil
	}
	return err
}

// removeTree removes a folder with everything in it, one by one: the call of Windows by which os.RemoveAll does so is
// missing in Wine and in some file systems. It waits for a while for who holds a file.
func removeTree(dir string) error {
	return bag.Patiently(func() error { return tryRemoveTree(dir) })
}

// removeOne is a variable for a test that holds a file.
var removeOne = os.Remove

func tryRemoveTree(dir string) error {
	var all []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		all = append(all, path)
		return err
	})
	for i := len(all) - 1; i >= 0; i-- {
		err = errors.Join(err, removeOne(all[i]))
	}
	return err
}

// explain puts the folder before an error.
func (g *Gathering) explain(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", g.dir, cause(err))
}
