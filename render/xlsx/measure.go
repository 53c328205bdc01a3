package xlsx

import (
	"iter"
	"strings"
)

// Rows get their height from us: readers differ in whether they fit a row without one. Texts are measured in pixels of
// 1/96 inch as Arial would set them, a little too wide rather than too narrow, since a row that is too low hides text.

// face is a typeface and size as far as measuring goes.
type face struct {
	em   float64 // pixels
	mono bool
	line float64 // points from line to line
}

var (
	body  = face{em: 12, line: 12}                   // 9 pt
	small = face{em: 10.67, mono: true, line: 11.25} // 8 pt
	bold  = face{em: 12.9, line: 12}                 // 9 pt, wider letters
	cite  = face{em: 10.67, line: 11.25}             // 8 pt
	lead  = face{em: 18.7, line: 17}                 // 13 pt bold
)

const (
	unit       = 7.0 // pixels of a column's width unit: a digit of the default font
	inset      = 5.0 // pixels of a cell that hold no text
	monoWidth  = 602 // thousandths of an em: DejaVu Sans Mono, the widest one that may stand in
	lowestRow  = 15.0
	highestRow = 409.0 // points; readers take no more
)

// asciiWidths are the widths of ' ' to '~' in Arial, in thousandths of an em.
var asciiWidths = [95]int{
	278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
	556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
	1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
	667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
	333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
	556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
}

func (f face) runeWidth(r rune) float64 {
	switch {
	case r >= 0x2e80:
		return f.em
	case f.mono:
		return f.em * monoWidth / 1000
	case r >= ' ' && r <= '~':
		return f.em * float64(asciiWidths[r-' ']) / 1000
	case r < 0x2000:
		return f.em * 0.65
	}
	return f.em * 0.9
}

func (f face) textWidth(s string) float64 {
	w := 0.0
	for _, r := range s {
		w += f.runeWidth(r)
	}
	return w
}

// lines counts the lines that text takes in a column of the given width. Words are kept whole where they fit.
func (f face) lines(text string, width float64) int {
	room := width*unit - inset
	n := 0
	for line := range strings.SplitSeq(text, "\n") {
		n++
		at := 0.0
		for word := range words(line) {
			w := f.textWidth(strings.TrimSuffix(word, " "))
			if at > 0 && at+w > room {
				n++
				at = 0
			}
			if w <= room {
				at += f.textWidth(word)
				continue
			}
			for _, r := range word { // longer than a line: breaks anywhere
				if at += f.runeWidth(r); at > room {
					n++
					at = f.runeWidth(r)
				}
			}
		}
	}
	return n
}

// words yields the pieces of a line between which readers break it: after spaces and hyphens.
func words(line string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line != "" {
			end := strings.IndexAny(line, " -") + 1
			if end == 0 {
				end = len(line)
			}
			if !yield(line[:end]) {
				return
			}
			line = line[end:]
		}
	}
}

// widest returns the width of the longest line of text, in column units.
func (f face) widest(text string) float64 {
	w := 0.0
	for line := range strings.SplitSeq(text, "\n") {
		w = max(w, f.textWidth(line))
	}
	return (w + inset + 3) / unit
}

// height returns what a row of n lines needs, and whether it is less than that.
func (f face) height(n int) float64 { return max(lowestRow, float64(n)*f.line+3) }
