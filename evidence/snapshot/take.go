package snapshot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"auditpack/evidence"
)

// take reads one file into the snapshot.
func (im *importer) take(w *Writer, f found) (evidence.Item, error) {
	item := evidence.Item{
		Name: f.name, Source: f.source, Collector: Unrecognised, Status: evidence.Captured,
		Origin: evidence.OriginImported, Host: im.o.Host, By: im.o.By, Taken: im.taken(f), Note: f.note,
	}
	if f.open != nil && f.size > im.limits.FileSize {
		f.open, f.status = nil, evidence.Skipped
		item.Note = join(f.note, fmt.Sprintf("%d bytes, the limit for one file is %d", f.size, im.limits.FileSize))
	}
	bound := max(f.packed*im.limits.Ratio, 16<<20)
	if f.open != nil && f.packed > 0 && f.size > bound {
		f.open, f.status = nil, evidence.Skipped
		item.Note = join(f.note, fmt.Sprintf("%d bytes out of %d: more than %d times, a zip bomb", f.size, f.packed, im.limits.Ratio))
	}
	if f.open == nil {
		item.Status = f.status
		return w.Put(item, nil)
	}
	r, err := f.open()
	if err != nil {
		f = unread(f, err)
		item.Status, item.Note = f.status, join(item.Note, f.note)
		return w.Put(item, nil)
	}
	defer r.Close()
	bounded := &boundedReader{ctx: im.ctx, r: r, left: im.limits.FileSize, total: &im.total, max: im.limits.Total}
	if f.packed > 0 {
		bounded.unpacked = bound
	}
	head := make([]byte, headSize)
	n, err := io.ReadFull(bounded, head)
	head = head[:n]
	if n == 0 && err != io.EOF {
		f = unread(f, err)
		item.Status, item.Note = f.status, join(item.Note, f.note)
		return im.settle(w, item, nil, bounded)
	}
	im.recognise(&item, head)
	rest := io.Reader(bounded)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		rest = bytes.NewReader(nil)
	} else if err != nil {
		rest = failing{err}
	}
	return im.settle(w, item, io.MultiReader(bytes.NewReader(head), rest), bounded)
}

// settle puts the Item, unless reading had to end the whole import.
func (im *importer) settle(w *Writer, item evidence.Item, r io.Reader, b *boundedReader) (evidence.Item, error) {
	item, err := w.Put(item, r)
	if err == nil {
		err = b.fatal
	}
	return item, err
}

// recognise asks what the file is.
func (im *importer) recognise(item *evidence.Item, head []byte) {
	if im.o.Recognise == nil {
		return
	}
	collector, format, refused := im.o.Recognise(item.Name, head)
	if collector != "" {
		item.Collector, item.Format, item.Refused = collector, format, refused
	}
}

// taken returns when the file was captured, as claimed.
func (im *importer) taken(f found) time.Time {
	t := im.o.Taken
	if im.o.TakenOf != nil {
		if of := im.o.TakenOf(f.name); !of.IsZero() {
			t = of
		}
	}
	if t.IsZero() {
		t = f.modified
	}
	return t.UTC().Truncate(time.Second)
}

// boundedReader ends a file that turns out to be larger than it said, and an import that grows too large as a whole.
type boundedReader struct {
	ctx      context.Context
	r        io.Reader
	left     int64 // bytes that the file may still have
	unpacked int64 // in a zip: bytes that the file may have by its ratio; 0: no bound
	read     int64
	total    *int64
	max      int64
	fatal    error
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		b.fatal = err
		return 0, err
	}
	n, err := b.r.Read(p)
	b.read += int64(n)
	*b.total += int64(n)
	switch {
	case *b.total > b.max:
		b.fatal = fmt.Errorf("more than %d bytes in all: import less at once", b.max)
		return 0, b.fatal
	case b.read > b.left:
		return 0, fmt.Errorf("longer than the limit of %d bytes", b.left)
	case b.unpacked > 0 && b.read > b.unpacked:
		return 0, errors.New("becomes too large when it is unpacked: a zip bomb, or damaged")
	}
	if err != nil && err != io.EOF {
		err = cause(err)
	}
	return n, err
}

// failing is a reader that failed.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
