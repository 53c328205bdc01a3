package render

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"auditpack/evidence"
)

// Kind is the type of a Cell: how it is set, aligned and, in the workbook, stored.
type Kind string

// The Kinds.
const (
	TextKind    Kind = "text"
	MonoKind    Kind = "mono"    // paths, hashes, SDDL: monospace, wraps at separators
	NumberKind  Kind = "number"  // Number, aligned to the right
	SizeKind    Kind = "size"    // Number is bytes; Text says it for people
	TimeKind    Kind = "time"    // Time, UTC; Text says it for people
	VerdictKind Kind = "verdict" // Result: mark, word and colour
	MarkKind    Kind = "mark"    // Result: its mark alone, in a narrow column whose title stands upright
	CiteKind    Kind = "cite"    // a Citation: Text, Link to its Item in the evidence index
	IDKind      Kind = "id"      // a Control's id, Link to its row
)

// Cell is one value for people. Text is always set except for an empty Cell.
type Cell struct {
	Kind   Kind
	Text   string
	Strong bool
	Number int64           // NumberKind, SizeKind
	Time   time.Time       // TimeKind
	Result evidence.Result // VerdictKind, MarkKind
	Link   string          // anchor; empty: none
	File   string          // a file of the package, relative to the report and the workbook; empty: none
	Also   []Cell          // further lines below the first, in the same cell
}

// Lines returns c and what stands below it.
func (c Cell) Lines() []Cell {
	if c.Also == nil {
		return []Cell{c}
	}
	first := c
	first.Also = nil
	if first.Text == "" {
		return c.Also
	}
	return append([]Cell{first}, c.Also...)
}

// Plain returns the texts of all lines, for pens without styles.
func (c Cell) Plain() string {
	var texts []string
	for _, l := range c.Lines() {
		texts = append(texts, l.Text)
	}
	return strings.Join(texts, "\n")
}

// Mark is the sign of a Result, which tells it apart without colour.
func Mark(r evidence.Result) string {
	switch r {
	case evidence.Pass:
		return "✓"
	case evidence.Fail:
		return "✗"
	case evidence.NotApplicable:
		return "–"
	case evidence.NeedsReview:
		return "?"
	}
	return "∅"
}

// Word is the name of a Result for people.
func Word(r evidence.Result) string {
	if r == "" {
		r = evidence.NotCollected
	}
	return string(r)
}

// Colour is the colour of a Result, RRGGBB; white text on it and it on white have a contrast of at least 4.5:1.
func Colour(r evidence.Result) string {
	switch r {
	case evidence.Pass:
		return "1B7F4B"
	case evidence.Fail:
		return "B3261E"
	case evidence.NotApplicable:
		return "6B7280"
	case evidence.NeedsReview:
		return "9A6700"
	}
	return "6D3FA9"
}

// Accent is the one colour that is not a verdict's, RRGGBB.
const Accent = "1F3A68"

// FormatTime returns 2026-11-22 10:15 UTC, or a dash for the zero time.
func FormatTime(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04") + " UTC"
}

// FormatSize returns 999 B, 1.2 kB, 1.2 MB, in powers of ten.
func FormatSize(n int64) string {
	if n < 1000 {
		return strconv.FormatInt(n, 10) + " B"
	}
	f, units := float64(n), []string{"kB", "MB", "GB", "TB", "PB", "EB"}
	unit := ""
	for _, unit = range units {
		f /= 1000
		if f < 999.95 {
			break
		}
	}
	return fmt.Sprintf("%.1f %s", f, unit)
}

// FormatPeriod returns one time or two.
func FormatPeriod(from, to time.Time) string {
	if from.IsZero() || from.Equal(to) {
		return FormatTime(to)
	}
	return FormatTime(from) + " to " + FormatTime(to)
}
