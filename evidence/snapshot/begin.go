package snapshot

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"auditpack/evidence/bag"
)

// gatheringDir returns the folder beside dest.
func gatheringDir(dest string) string { return filepath.Clean(dest) + gatheringEnding }

// Gather begins a capture whose snapshot will be at dest. options are the caller's own, and handed back by Resume. The error
// is an [*UnfinishedError] if a capture was begun there that Resume can go on with.
func Gather(dest string, h Header, options any) (*Gathering, error) {
	if dest == "" {
		return nil, errors.New("no destination")
	}
	if err := bag.CheckFree(dest); err != nil {
		return nil, err
	}
	text, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	g := &Gathering{dest: dest, dir: gatheringDir(dest), about: gatheringHead{GatheringVersion, h, text}, files: map[string]string{}, layout: layout{map[string]bool{}}}
	err = bag.Mkdir(g.dir)
	if errors.Is(err, fs.ErrExist) {
		if err := g.clearLeftOver(); err != nil {
			return nil, err
		}
		err = bag.Mkdir(g.dir) // made anew, so that who may read it is known
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", g.dir, cause(err))
	}
	if err := g.hold(); err != nil {
		return nil, err
	}
	if err := g.begin(); err != nil {
		g.remove()
		return nil, err
	}
	return g, nil
}

// UnfinishedError says that a capture to the same destination was begun and not finished.
type UnfinishedError struct{ Dest, Dir string }

func (e *UnfinishedError) Error() string {
	return fmt.Sprintf("%s: a capture was begun and not finished: --resume goes on with it, or remove %s", e.Dest, e.Dir)
}

// clearLeftOver removes the folder if it is left over from a process that was killed, and nothing in it could be gone on with.
func (g *Gathering) clearLeftOver() error {
	if err := g.checkOwn(); err != nil {
		return err
	}
	if err := g.hold(); err != nil {
		return err
	}
	begun, err := g.begun()
	if err == nil && begun {
		err = &UnfinishedError{Dest: g.dest, Dir: g.dir}
	}
	if err == nil && !g.done() {
		err = g.vacate()
	}
	if err != nil {
		return errors.Join(err, g.Close())
	}
	g.remove()
	return nil
}

// checkOwn tells why the folder is not one of a capture.
func (g *Gathering) checkOwn() error {
	at, err := os.Lstat(g.dir)
	if err != nil {
		return g.explain(err)
	}
	if !at.IsDir() {
		return fmt.Errorf("%s: is needed for the capture, and is no folder: name another snapshot", g.dir)
	}
	entries, err := os.ReadDir(g.dir)
	if err != nil {
		return g.explain(err)
	}
	for _, e := range entries {
		if !slices.Contains([]string{lockName, journalName, newJournalName, gatheredName, scratchName, partialName, doneName}, e.Name()) {
			return fmt.Errorf("%s: is needed for the capture, and holds other things (%s): name another snapshot", g.dir, e.Name())
		}
	}
	return nil
}

// begun reports whether there is something that Resume could go on with: a whole first line of the journal.
func (g *Gathering) begun() (bool, error) {
	f, err := os.Open(filepath.Join(g.dir, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, g.explain(err)
	}
	defer f.Close()
	_, err = bufio.NewReader(io.LimitReader(f, maxRecord)).ReadString('\n')
	if err == nil || errors.Is(err, io.EOF) {
		return err == nil, nil
	}
	return false, g.explain(err)
}

// done reports whether the folder is left over from a capture whose snapshot was written.
func (g *Gathering) done() bool {
	_, err := os.Lstat(filepath.Join(g.dir, doneName))
	return err == nil
}

// vacate removes what a process leaves that was killed before it had begun. That are no bytes of evidence: where there are some,
// something else happened.
func (g *Gathering) vacate() error {
	for _, name := range []string{journalName, gatheredName, scratchName} {
		if err := os.Remove(filepath.Join(g.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s: holds items and no journal that says what they are: remove it, or name another snapshot", g.dir)
		}
	}
	return nil
}

// begin makes what a capture needs. With the first line of the journal it is begun.
func (g *Gathering) begin() error {
	for _, name := range []string{gatheredName, scratchName} {
		if err := os.Mkdir(filepath.Join(g.dir, name), 0o700); err != nil {
			return g.explain(err)
		}
	}
	var err error
	if g.journal, err = os.OpenFile(filepath.Join(g.dir, journalName), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return g.explain(err)
	}
	return g.write(g.about)
}

// empty removes everything but the lock. What says that the rest may be removed goes last.
func (g *Gathering) empty() error {
	for _, name := range []string{partialName, scratchName, gatheredName, newJournalName, journalName, doneName} {
		path := filepath.Join(g.dir, name)
		if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := removeTree(path); err != nil {
			return err
		}
	}
	return nil
}

// remove removes the folder: the capture has failed to begin, or its snapshot is written. Killed within, or where a file of it is
// held by another program for longer than it waits, it leaves a folder that the next capture takes for left over.
func (g *Gathering) remove() error {
	journal := filepath.Join(g.dir, journalName)
	if g.journal != nil {
		g.journal.Close()
		g.journal = nil
	}
	if os.Rename(journal, filepath.Join(g.dir, doneName)) != nil {
		os.Remove(journal)
	}
	err := g.empty()
	lock := filepath.Join(g.dir, lockName)
	held := removeOne(lock) // where an open file can be removed, nobody gets hold of it in between
	g.Close()
	if held != nil {
		held = bag.Patiently(func() error { return removeOne(lock) })
	}
	if err = errors.Join(err, held); err == nil {
		err = bag.Patiently(func() error { return removeOne(g.dir) })
	}
	if err != nil {
		return &LeftOverError{g.dir, err}
	}
	return nil
}
