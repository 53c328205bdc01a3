package snapshot

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"auditpack/evidence/bag"
)

// Resume goes on with the capture whose snapshot will be at dest, and hands its options to into.
func Resume(dest string, into any) (*Gathering, error) {
	g := &Gathering{dest: dest, dir: gatheringDir(dest), files: map[string]string{}, layout: layout{map[string]bool{}}}
	begun, err := g.begun()
	switch {
	case err != nil:
		return nil, err
	case g.done():
		return nil, fmt.Errorf("%s: its capture is done: there is nothing to go on with", dest)
	case !begun:
		return nil, fmt.Errorf("%s: no capture was begun there that could be gone on with: run it without --resume", dest)
	}
	if err := bag.CheckFree(dest); err != nil {
		return nil, fmt.Errorf("%w; if that is the snapshot of this capture, it is whole, and %s is left over: remove that", err, g.dir)
	}
	if err := g.hold(); err != nil {
		return nil, err
	}
	if err := errors.Join(g.read(), g.clean()); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	if err := json.Unmarshal(g.about.Options, into); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: its options: %w", g.dir, plain(err)), g.Close())
	}
	return g, nil
}

// read takes in the journal, drops what was cut and what is about bytes that are not there, and opens it for more.
func (g *Gathering) read() error {
	path := filepath.Join(g.dir, journalName)
	text, err := os.ReadFile(path)
	if err != nil {
		return g.explain(err)
	}
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	if err := strict(first, &g.about); err != nil {
		return fmt.Errorf("%s: line 1: %w", path, err)
	}
	if g.about.Version != GatheringVersion {
		return fmt.Errorf("%s: version %q, want %q", path, g.about.Version, GatheringVersion)
	}
	kept := append(bytes.Clone(first), '\n')
	lines := bufio.NewScanner(bytes.NewReader(rest))
	lines.Buffer(nil, maxRecord)
	for n := 2; lines.Scan(); n++ {
		var l gatheringLine
		if err := strict(lines.Bytes(), &l); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		if l.File != "" && (filepath.Base(l.File) != l.File || l.Item.Digest.IsZero()) {
			return fmt.Errorf("%s: line %d: no such file of an item: %q", path, n, l.File)
		}
		if l.File != "" && !g.holds(l) {
			continue
		}
		if err := errors.Join(checkItem(l.Item), g.layout.claim(l.Item.Path)); err != nil {
			return fmt.Errorf("%s: line %d: %w", path, n, err)
		}
		g.take(l)
		kept = append(append(kept, lines.Bytes()...), '\n')
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(kept) < len(text) {
		if err := replaceFile(path, filepath.Join(g.dir, newJournalName), kept); err != nil {
			return g.explain(err)
		}
	}
	if g.journal, err = os.OpenFile(path, os.O_WRONLY, 0o600); err != nil {
		return g.explain(err)
	}
	if err := g.journal.Truncate(int64(len(kept))); err != nil {
		return g.explain(err)
	}
	_, err = g.journal.Seek(0, io.SeekEnd)
	return g.explain(err)
}

// holds reports whether the bytes that a line of the journal is about are there as they were.
func (g *Gathering) holds(l gatheringLine) bool {
	path := filepath.Join(g.dir, gatheredName, l.File)
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() || info.Size() != l.Item.Size {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	hash := sha256.New()
	_, err = io.Copy(hash, f)
	return err == nil && sum(hash) == l.Item.Digest
}

// replaceFile puts data in place of a file, durably and by way of one beside it, or leaves the file as it is.
func replaceFile(path, beside string, data []byte) error {
	f, err := os.OpenFile(beside, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = bag.Patiently(func() error { return os.Rename(beside, path) })
	}
	if err != nil {
		os.Remove(beside)
	}
	return err
}

// clean removes what the run before left half-done.
func (g *Gathering) clean() error {
	kept := map[string]bool{}
	for _, file := range g.files {
		kept[file] = true
	}
	entries, err := os.ReadDir(filepath.Join(g.dir, gatheredName))
	if err != nil {
		return g.explain(err)
	}
	for _, e := range entries {
		if !kept[e.Name()] {
			if err := os.Remove(filepath.Join(g.dir, gatheredName, e.Name())); err != nil {
				return g.explain(err)
			}
		}
	}
	scratch := filepath.Join(g.dir, scratchName)
	for _, path := range []string{scratch, filepath.Join(g.dir, partialName), filepath.Join(g.dir, newJournalName)} {
		if _, err := os.Lstat(path); err == nil {
			if err := removeTree(path); err != nil {
				return g.explain(err)
			}
		}
	}
	return g.explain(os.Mkdir(scratch, 0o700))
}

// strict decodes one JSON value without unknown fields.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return plain(err)
	}
	if strings.TrimSpace(string(text[d.InputOffset():])) != "" {
		return errors.New("more than one value")
	}
	return nil
}
