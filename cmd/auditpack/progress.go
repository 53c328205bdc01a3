package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"auditpack/evidence"
	"auditpack/render"
)

// progress shows how far a job is: on a terminal one line that is written over, elsewhere nothing.
type progress struct {
	to    io.Writer
	clock func() time.Time

	mu    sync.Mutex
	doing string    // since began
	began time.Time // of what is done now, for its rate
	first int64     // what was done of it then
	shown time.Time // when the line was written last; zero: there is none
}

// often is how often the line is written anew, at most.
const often = 100 * time.Millisecond

// watch returns a context whose jobs show how far they are on stderr, if that is a terminal. end takes the line away: before
// anything else is written there.
func watch(ctx context.Context, stderr io.Writer) (watched context.Context, end func()) {
	if !onTerminal(stderr) {
		return ctx, func() {}
	}
	p := &progress{to: stderr, clock: clock}
	return evidence.WithSteps(ctx, p.show), func() { p.show(evidence.Step{}) }
}

// show writes the line anew, unless it was just written.
func (p *progress) show(s evidence.Step) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.clock()
	switch {
	case s == evidence.Step{}:
		if !p.shown.IsZero() {
			fmt.Fprint(p.to, "\r\x1b[K")
		}
		p.doing, p.shown = "", time.Time{}
		return
	case s.Doing != p.doing || s.Done < p.first:
		p.doing, p.began, p.first = s.Doing, now, s.Done
	case now.Sub(p.shown) < often:
		return
	}
	p.shown = now
	name := strings.Join(strings.Fields(clean(s.Name)), " ")
	line := []rune(stepText(s, rate(s, p.first, now.Sub(p.began))) + "  " + name)
	fmt.Fprintf(p.to, "\r\x1b[K%s", string(line[:min(len(line), width()-1)]))
}

// stepText is a Step without its name: hashing 1.2 GB of 4.0 GB, 210.0 MB/s.
func stepText(s evidence.Step, rate string) string {
	switch {
	case s.Of == 0:
		return s.Doing
	case s.Bytes:
		return fmt.Sprintf("%s %s of %s%s", s.Doing, render.FormatSize(s.Done), render.FormatSize(s.Of), rate)
	}
	return fmt.Sprintf("%s %d of %d%s", s.Doing, s.Done, s.Of, rate)
}

// rate is how much is done a second, once that is more than a guess.
func rate(s evidence.Step, first int64, took time.Duration) string {
	n := float64(s.Done-first) / took.Seconds()
	switch {
	case took < time.Second || n <= 0:
		return ""
	case s.Bytes:
		return ", " + render.FormatSize(int64(n)) + "/s"
	}
	return fmt.Sprintf(", %.1f a second", n)
}
