package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"auditpack/evidence"
)

// Limits of a text that is shown as a difference.
const (
	// MaxText is the longest text that is compared line by line, in bytes once decoded.
	MaxText = 2 << 20
	// MaxShown is the most lines of a difference that are shown.
	MaxShown = 400
	// MaxLine is how many characters of a line are shown.
	MaxLine = 1000
)

// AsideLines are the lines of two texts, by their numbers, that differ in nothing but what changes by itself, and the rule that says so.
type AsideLines struct {
	Pairs [][2]int        // the same line on both sides
	Only  [2]map[int]bool // lines of one side that the other has not got
	Rules []string
}

// Text returns the difference of two decoded texts, with 3 lines of context, and says what is left out: texts over MaxText,
// more than most lines, texts that differ in nothing but encoding or line ends, lines that are set aside.
func Text(before, after string, aside AsideLines, most int) *evidence.TextDiff {
	if len(before) > MaxText || len(after) > MaxText {
		return &evidence.TextDiff{Note: fmt.Sprintf("not shown: a text is longer than %d bytes", MaxText)}
	}
	was, is := numbered(before), numbered(after)
	if slices.Equal(was.text, is.text) {
		return &evidence.TextDiff{Note: "the texts differ in encoding or line ends only"}
	}
	out := &evidence.TextDiff{}
	out.Aside = setAside(&was, &is, aside)
	if out.Aside > 0 {
		out.AsideBy = aside.Rules
	}
	if slices.Equal(was.text, is.text) {
		out.Note = "the texts differ in nothing but lines that are set aside"
		return out
	}
	for _, h := range hunks(was.text, is.text) {
		from, to := h.from, h.to
		for i, text := range h.lines {
			line := evidence.DiffLine{Text: shownLine(text[1:]), First: i == 0}
			if text[0] != '+' {
				line.Before = was.number[from]
				from++
			}
			if text[0] != '-' {
				line.After = is.number[to]
				to++
			}
			switch text[0] {
			case '+':
				out.Added++
			case '-':
				out.Removed++
			}
			if len(out.Lines) < most {
				out.Lines = append(out.Lines, line)
			} else {
				out.Left++
			}
		}
	}
	return out
}

// hunk is a stretch in which two texts differ, with 3 lines around it: where it begins on each side, counted from 0, and its
// lines with their signs.
type hunk struct {
	from, to int
	lines    []string
}

// hunks compares by the lines that both texts have once (the library's way, which takes no longer where much differs).
func hunks(was, is []string) []hunk {
	text := diff.Diff("before", []byte(strings.Join(was, "")), "after", []byte(strings.Join(is, "")))
	var all []hunk
	for line := range strings.Lines(string(text)) {
		var h hunk
		var n, m int
		if _, err := fmt.Sscanf(line, "@@ -%d,%d +%d,%d @@", &h.from, &n, &h.to, &m); err == nil {
			h.from, h.to = max(h.from-1, 0), max(h.to-1, 0)
			all = append(all, h)
		} else if len(all) > 0 {
			last := &all[len(all)-1]
			last.lines = append(last.lines, line)
		}
	}
	return all
}

// lines are those of a text with their numbers.
type lines struct {
	text   []string
	number []int
}

func numbered(text string) lines {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "\ufeff"), "\r\n", "\n")
	if text != "" && !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	var l lines
	for line := range strings.Lines(text) {
		l.text, l.number = append(l.text, line), append(l.number, len(l.text)+1)
	}
	return l
}

// setAside makes equal what is set aside on both sides, drops what is on one, and returns how many lines that were.
func setAside(was, is *lines, aside AsideLines) int {
	n := 0
	for _, p := range aside.Pairs {
		b, a := p[0]-1, p[1]-1
		if b < 0 || a < 0 || b >= len(was.text) || a >= len(is.text) || was.text[b] == is.text[a] {
			continue
		}
		was.text[b] = is.text[a]
		n++
	}
	for side, l := range []*lines{was, is} {
		var kept lines
		for i, number := range l.number {
			if aside.Only[side][number] {
				n++
				continue
			}
			kept.text, kept.number = append(kept.text, l.text[i]), append(kept.number, number)
		}
		*l = kept
	}
	return n
}

func shownLine(text string) string {
	runes := []rune(strings.TrimSuffix(text, "\n"))
	if len(runes) <= MaxLine {
		return string(runes)
	}
	return string(runes[:MaxLine]) + fmt.Sprintf(" … (%d characters more)", len(runes)-MaxLine)
}

// Unified writes a difference as diff -u does (POSIX diff): a head for each stretch, then its lines, and plain statements
// in place of what is left out.
func Unified(before, after string, d evidence.TextDiff) string {
	var b strings.Builder
	if len(d.Lines) > 0 {
		fmt.Fprintf(&b, "--- %s\n+++ %s\n", before, after)
	}
	for from := 0; from < len(d.Lines); {
		to := from + 1
		for to < len(d.Lines) && !d.Lines[to].First {
			to++
		}
		stretch := d.Lines[from:to]
		fmt.Fprintf(&b, "@@ -%s +%s @@\n", span(stretch, func(l evidence.DiffLine) int { return l.Before }), span(stretch, func(l evidence.DiffLine) int { return l.After }))
		for _, l := range stretch {
			b.WriteString(l.Sign() + l.Text + "\n")
		}
		from = to
	}
	if d.Note != "" {
		b.WriteString(d.Note + "\n")
	}
	if d.Left > 0 {
		fmt.Fprintf(&b, "not shown: %d more lines of difference\n", d.Left)
	}
	if d.Aside > 0 {
		fmt.Fprintf(&b, "set aside: %d lines (%s)\n", d.Aside, strings.Join(d.AsideBy, ", "))
	}
	return b.String()
}

// span is where a stretch stands on one side: its first line and how many they are.
func span(stretch []evidence.DiffLine, number func(evidence.DiffLine) int) string {
	first, n := 0, 0
	for _, l := range stretch {
		if k := number(l); k > 0 {
			if n++; first == 0 {
				first = k
			}
		}
	}
	return fmt.Sprintf("%d,%d", first, n)
}
