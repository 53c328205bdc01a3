package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
)

// TestProgress holds what the line says, that it is written anew ten times a second at most, that text out of evidence cannot
// move the cursor, and that nothing is left of it.
func TestProgress(t *testing.T) {
	t.Setenv("COLUMNS", "60")
	now := time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
	var to bytes.Buffer
	p := &progress{to: &to, clock: func() time.Time { return now }}
	said := func(after time.Duration, s evidence.Step) string {
		to.Reset()
		now = now.Add(after)
		p.show(s)
		return strings.TrimPrefix(to.String(), "\r\x1b[K")
	}
	hashing := func(done int64, name string) evidence.Step {
		return evidence.Step{Doing: "hashing", Name: name, Done: done, Of: 4_000_000_000, Bytes: true}
	}
	for _, c := range []struct {
		after time.Duration
		step  evidence.Step
		want  string
	}{
		{0, hashing(0, "a.reg"), "hashing 0 B of 4.0 GB  a.reg"},
		{99 * time.Millisecond, hashing(1000, "b.reg"), ""},
		{1901 * time.Millisecond, hashing(400_000_000, "c.reg"), "hashing 400.0 MB of 4.0 GB, 200.0 MB/s  c.reg"},
		{time.Second, hashing(600_000_000, "evil\x1b[2J\nname"), "hashing 600.0 MB of 4.0 GB, 200.0 MB/s  evil\\x1B[2J name"},
		{time.Second, hashing(800_000_000, strings.Repeat("long", 40)), "hashing 800.0 MB of 4.0 GB, 200.0 MB/s  " + strings.Repeat("long", 5)[:19]},
		{0, evidence.Step{Doing: "judging", Name: "WEB01", Done: 0, Of: 200}, "judging 0 of 200  WEB01"},
		{2 * time.Second, evidence.Step{Doing: "judging", Name: "WEB07", Done: 6, Of: 200}, "judging 6 of 200, 3.0 a second  WEB07"},
		{0, evidence.Step{Doing: "drawing", Name: "report.pdf"}, "drawing  report.pdf"},
	} {
		if got := said(c.after, c.step); got != c.want {
			t.Errorf("%+v: %q, want %q", c.step, got, c.want)
		}
	}
	to.Reset()
	if p.show(evidence.Step{}); to.String() != "\r\x1b[K" {
		t.Errorf("at the end %q is written", to.String())
	}
	to.Reset()
	if p.show(evidence.Step{}); to.Len() > 0 {
		t.Errorf("where there is no line %q is written", to.String())
	}
}

// TestNoProgress holds that nothing is shown where nobody watches.
func TestNoProgress(t *testing.T) {
	var to bytes.Buffer
	ctx, end := watch(t.Context(), &to)
	evidence.Tell(ctx, evidence.Step{Doing: "hashing", Name: "a.reg"})
	end()
	if to.Len() > 0 {
		t.Errorf("%q is written to what is no terminal", to.String())
	}
	evidence.Tell(context.Background(), evidence.Step{Doing: "hashing"}) // nobody is told, and nothing happens
}
