package collect

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	"auditpack/evidence"
)

// RunProbe takes the steps of a plan and puts an Item for each, with Origin probe, in the order in which they are there. What
// is refused, silent or cut is an Item with that Status. When the time for the whole run is over, so is what is left. The
// error is nil only if every step was put; when ctx ends it is ctx's, and what was put so far must not be taken for a whole.
func RunProbe(ctx context.Context, steps []ProbeStep, o ProbeOptions, put Put) error {
	if err := o.Check(); err != nil {
		return err
	}
	o = o.orDefault()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	timed, end := context.WithTimeout(ctx, o.All)
	defer end()
	line, free := newLine(o)
	defer free()
	r := &prober{o: o, line: line, put: put}
	var todo []ProbeStep
	for _, s := range steps {
		r.total += s.Connections()
		if o.Done != nil && o.Done(s.Path) {
			r.ended += s.Connections()
			continue
		}
		todo = append(todo, s)
	}
	r.each(len(todo), func(i int) {
		if err := r.step(timed, ctx, todo[i]); err != nil {
			stop(err)
		}
	})
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// prober is what the steps of one run share.
type prober struct {
	o    ProbeOptions
	line *line

	mu           sync.Mutex // guards put, Progress and ended
	put          Put
	ended, total int
}

// each calls f for 0 to n-1, side by side; the connections wait for each other in the line.
func (r *prober) each(n int, f func(i int)) {
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { f(i) })
	}
	wg.Wait()
}

// count notes that connections of a step have ended.
func (r *prober) count(s ProbeStep, n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended += n
	if r.o.Progress != nil {
		r.o.Progress(ProbeEvent{Step: s, Ended: r.ended, Total: r.total})
	}
}

// step takes one step. ctx ends when the time is over, whole only when the run was ended.
func (r *prober) step(ctx, whole context.Context, s ProbeStep) error {
	a := r.ask(ctx, s)
	if len(s.Ports) == 0 || s.Status != "" {
		r.count(s, s.Connections())
	}
	item := evidence.Item{
		Path: s.Path, Name: s.Name, Collector: probeFolder, Format: s.Format, Status: a.status, Note: a.note,
		Origin: evidence.OriginProbe, Host: r.o.Host, By: r.o.Vantage, Taken: a.began.UTC().Truncate(time.Second),
		Duration: r.o.Now().Sub(a.began).Milliseconds(),
	}
	if item.Host == "" {
		item.Host = s.Target.Host
	}
	var body io.Reader
	if a.body != nil {
		body = bytes.NewReader(a.body)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := whole.Err(); err != nil {
		return err
	}
	return r.put(item, body)
}
