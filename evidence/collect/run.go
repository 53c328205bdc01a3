package collect

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"auditpack/evidence"
)

// Options say how a capture goes.
type Options struct {
	Selection  Selection
	MySQLLogin string // path of an option file with user and password; empty: the database is not asked

	Now       func() time.Time // the clock
	Scratch   string           // a folder for what programs print, until it is put; nobody else may read it
	Workers   int              // how many are asked side by side; 0: 4, or fewer on a small host
	MaxOutput int64            // bytes kept of one Item; 0: 512 MiB
	Grace     time.Duration    // how long to wait for a program that was told to end; 0: 10 seconds

	// Done reports whether an Item was put by an earlier run that this one goes on with. It is asked before anything is put.
	Done func(path string) bool
	// Progress is told of each Task that begins (Item is nil) and ends, one at a time. It may be nil.
	Progress func(Event)
}

// Event is one step of a capture.
type Event struct {
	Task  Task
	Item  *evidence.Item // nil: it begins
	Ended int            // Tasks that have ended by now, those of an earlier run too
	Total int
}

// Put takes in an Item with its bytes; r is nil where there are none. Several goroutines call it at once. An error ends the
// capture.
type Put func(item evidence.Item, r io.Reader) error

const (
	defaultMaxOutput = 512 << 20
	defaultGrace     = 10 * time.Second
	maxStderr        = 2000 // characters that an Item keeps
)

// Run asks a host for everything that the Collectors list and puts every Item as soon as it is there. What
// fails, hangs, floods or is denied is an Item with that Status, and the rest goes on. The error is nil only if every
// planned Item was put, by this run or by the one before; when ctx ends it is ctx's.
func Run(ctx context.Context, h Host, list []*Collector, o Options, put Put) error {
	tasks, err := Plan(ctx, h, list, o)
	if err != nil {
		return err
	}
	about, err := h.About(ctx)
	if err != nil {
		return err
	}
	if o.MaxOutput == 0 {
		o.MaxOutput = defaultMaxOutput
	}
	if o.Grace == 0 {
		o.Grace = defaultGrace
	}
	if o.Workers == 0 {
		o.Workers = min(4, max(2, runtime.NumCPU()))
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &runner{host: h, about: about, o: o, put: put, total: len(tasks), stop: stop}
	// Who is asked what was put already is the one who takes what is put: so all is asked before anything is put.
	tasks = slices.DeleteFunc(tasks, func(t Task) bool { return o.Done != nil && o.Done(t.Path) })
	r.ended = r.total - len(tasks)
	next := make(chan Task)
	var wg sync.WaitGroup
	for range min(o.Workers, len(tasks)) {
		wg.Go(func() {
			for t := range next {
				r.task(ctx, t)
			}
		})
	}
	for _, t := range tasks {
		select {
		case next <- t:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(next)
	wg.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// runner is what the workers of one Run share.
type runner struct {
	host  Host
	about About
	o     Options
	total int
	stop  context.CancelCauseFunc

	put Put

	mu    sync.Mutex // guards Progress and ended
	ended int
}

func (r *runner) progress(t Task, item *evidence.Item) {
	if r.o.Progress != nil {
		r.o.Progress(Event{Task: t, Item: item, Ended: r.ended, Total: r.total})
	}
}

// task captures one Item and puts it, unless the capture ends meanwhile: half an Item is never put as a whole one.
func (r *runner) task(ctx context.Context, t Task) {
	r.mu.Lock()
	r.progress(t, nil)
	r.mu.Unlock()
	began := r.o.Now()
	got := r.capture(ctx, t)
	defer got.close()
	item := got.item
	item.Path, item.Name, item.Collector, item.Format = t.Path, t.name(), t.Collector.Name, t.Source.Format
	item.Origin, item.Host, item.By, item.Language = evidence.OriginCaptured, r.about.Name, r.about.Operator, r.about.Language
	item.Taken = began.UTC().Truncate(time.Second)
	item.Duration = r.o.Now().Sub(began).Milliseconds()
	if t.Source.Console && t.Status == "" {
		item.CodePage = r.about.CodePage
	}
	if t.Source.ANSI && t.Status == "" {
		item.CodePage = r.about.ANSIPage
	}
	if ctx.Err() != nil {
		return
	}
	// Once begun it is put to its end: half an Item would stand for the whole one when the capture is gone on with.
	if err := r.put(item, got.body); err != nil {
		r.stop(err)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended++
	r.progress(t, &item)
}

// captured is what came of a Task: an Item without what every Item has, and its bytes.
type captured struct {
	item  evidence.Item
	body  io.Reader // nil: none
	after []func()
}

func (c *captured) close() {
	for i := len(c.after) - 1; i >= 0; i-- {
		c.after[i]()
	}
}

// capture asks the host for one Item.
func (r *runner) capture(ctx context.Context, t Task) *captured {
	c := &captured{item: evidence.Item{Status: t.Status, Note: t.Note}}
	switch {
	case t.Status != "":
	case t.Source.File != "":
		r.file(t, c)
	default:
		r.command(ctx, t, c)
	}
	return c
}

// file takes a file of the host.
func (r *runner) file(t Task, c *captured) {
	f, err := r.host.Open(t.Source.File)
	if err != nil {
		c.item.Status, c.item.Note = fileStatus(err)
		if c.item.Status == evidence.Denied && t.Source.Elevated != "" && !r.about.Elevated {
			c.item.Note = "needs administrator's rights: " + t.Source.Elevated
		}
		return
	}
	c.after = append(c.after, func() { f.Close() })
	c.item.Status = evidence.Captured
	r.keep(t, c, &limitedReader{r: f, left: r.o.MaxOutput})
}

// keep makes in the bytes of the Item, without what is withheld.
func (r *runner) keep(t Task, c *captured, from io.Reader) {
	if len(t.Source.Hide) == 0 {
		c.body = from
		return
	}
	s := newSpool(r.o.Scratch, r.o.MaxOutput)
	c.after = append(c.after, s.remove)
	cuts, err := withhold(s, from, t.Source.Hide)
	if err != nil {
		c.item.Status, c.item.Note = evidence.Failed, plainError(err)
		return
	}
	c.item.Withheld = cuts
	if note := evidence.WithheldNote(cuts); note != "" {
		c.item.Note = strings.TrimPrefix(c.item.Note+"; "+note, "; ")
	}
	if c.body, err = s.rewind(); err != nil {
		c.item.Status, c.item.Note, c.body = evidence.Failed, plainError(err), nil
	}
}

// fileStatus says what an error of a file or key means for the Item.
func fileStatus(err error) (evidence.Status, string) {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return evidence.Absent, "it does not exist on this host"
	case errors.Is(err, fs.ErrPermission):
		return evidence.Denied, "access was denied"
	}
	return evidence.Failed, plainError(err)
}

// plainError drops the operation and the path that package os puts before an error.
func plainError(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return err.Error()
}
