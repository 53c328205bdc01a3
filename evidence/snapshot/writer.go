package snapshot

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// Writer writes a snapshot. Nothing is at its destination until Commit has succeeded. It is used by one goroutine.
type Writer struct {
	bag    *bag.Writer
	header Header
	layout layout
	items  []evidence.Item
}

// Create begins a snapshot at dest, a new folder or a name that ends in .zip.
func Create(dest string, h Header, o bag.Options) (*Writer, error) {
	w, err := bag.Create(dest, o)
	if err != nil {
		return nil, err
	}
	return &Writer{bag: w, header: h, layout: layout{map[string]bool{}}}, nil
}

// Put takes in an Item with its bytes, and returns it with Path (unless a collector chose one), Size and Digest. r is nil
// where there are no bytes. If r fails half way the Item is kept as cut short, with the reason in its Note; an
// error means that the snapshot cannot be written.
func (w *Writer) Put(item evidence.Item, r io.Reader) (evidence.Item, error) {
	if r == nil {
		return w.put(item, nil)
	}
	return w.put(item, func(item *evidence.Item) error { return w.copyItem(item, r) })
}

// put takes in an Item; fill, where there are bytes, makes them a file of the bag.
func (w *Writer) put(item evidence.Item, fill func(*evidence.Item) error) (evidence.Item, error) {
	if item.Collector == "" {
		item.Collector = Unrecognised
	}
	item.Name = validText(item.Name)
	if item.Path == "" {
		item.Path = w.layout.path(item)
	}
	if err := w.layout.claim(item.Path); err != nil {
		return item, err
	}
	item.Taken = item.Taken.UTC()
	item.Size, item.Digest = 0, evidence.Digest{}
	if fill != nil {
		if err := fill(&item); err != nil {
			return item, err
		}
	}
	if err := checkItem(item); err != nil {
		return item, fmt.Errorf("%s: %w", item.Path, err)
	}
	w.items = append(w.items, item)
	return item, nil
}

func (w *Writer) copyItem(item *evidence.Item, r io.Reader) error {
	f, err := w.bag.Create(item.Path)
	if err != nil {
		return err
	}
	from := &watched{r: r}
	_, err = io.Copy(f, from)
	if from.err != nil {
		err = nil
		item.Status, item.Note = evidence.CutShort, join(item.Note, from.err.Error())
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	w.entered(item)
	return nil
}

// entered takes over what the bag states of an Item's file.
func (w *Writer) entered(item *evidence.Item) {
	written, _ := w.bag.File(item.Path)
	item.Size, item.Digest = written.Size, written.Digest
}

// Commit writes snapshot.json and puts the snapshot at its destination. It returns the digest that stands for it.
func (w *Writer) Commit(ctx context.Context) (evidence.Digest, error) {
	r := record{Version: Version, Header: w.header, Items: slices.Clone(w.items)}
	slices.SortFunc(r.Items, func(a, b evidence.Item) int { return strings.Compare(a.Path, b.Path) })
	if r.Items == nil {
		r.Items = []evidence.Item{}
	}
	text, err := r.encode()
	if err != nil {
		return evidence.Digest{}, err
	}
	if _, err := decode(text); err != nil { // what cannot be read again is not written
		return evidence.Digest{}, fmt.Errorf("%s: %w", recordPath, err)
	}
	if err := w.bag.Add(recordPath, text); err != nil {
		return evidence.Digest{}, err
	}
	return w.bag.Commit(ctx)
}

// Abort removes everything that was written. After Commit it does nothing.
func (w *Writer) Abort() error { return w.bag.Abort() }

// watched remembers why reading failed, so that it is not taken for a failure to write.
type watched struct {
	r   io.Reader
	err error
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if err != nil && err != io.EOF {
		w.err = err
	}
	return n, err
}

// join puts a further sentence behind a note.
func join(note, more string) string {
	if note == "" {
		return more
	}
	return note + "; " + more
}

// validText writes every byte that is not UTF-8 as \xNN, so that no two names become one in JSON.
func validText(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r == '\uFFFD' && !strings.HasPrefix(s[i:], "\uFFFD") {
			fmt.Fprintf(&b, `\x%02x`, s[i])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}
