package pdf

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"codeberg.org/go-fonts/dejavu/dejavusans"
	"codeberg.org/go-fonts/dejavu/dejavusansbold"
	"codeberg.org/go-fonts/dejavu/dejavusansmono"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// fontID is one of the report's three fonts.
type fontID int

const (
	sans fontID = iota
	bold
	mono
)

var (
	fontNames       = [...]string{sans: "dejavusans", bold: "dejavusansbold", mono: "dejavusansmono"}
	postScriptNames = [...]string{sans: "DejaVuSans", bold: "DejaVuSans-Bold", mono: "DejaVuSansMono"}
	fontData        = [...][]byte{sans: dejavusans.TTF, bold: dejavusansbold.TTF, mono: dejavusansmono.TTF}
)

// millimetres in a point.
const mm = 25.4 / 72

type colour struct{ r, g, b uint8 }

// style is how text is set.
type style struct {
	font   fontID
	size   float64 // points
	colour colour
}

// lead is the height of a line in millimetres.
func (s style) lead() float64 { return s.size * 1.35 * mm }

// baseline is how far below a line's top its letters stand.
func baseline(s style) float64 { return s.size * 1.04 * mm }

// fontSet measures text. Widths are kept in thousandths of the font size; -1 is a rune that the font lacks.
type fontSet struct{ faces [len(fontNames)]face }

type face struct {
	font   *sfnt.Font
	buffer sfnt.Buffer
	widths [1 << 16]int16 // 0: not looked up yet
}

func loadFonts() (*fontSet, error) {
	set := &fontSet{}
	for i, data := range fontData {
		f, err := sfnt.Parse(data)
		if err != nil {
			return nil, fmt.Errorf("font %s: %w", fontNames[i], err)
		}
		set.faces[i].font = f
	}
	return set, nil
}

// width returns the width of r, or -1 if the font lacks it.
func (f *face) width(r rune) int16 {
	if r < 0 || int(r) >= len(f.widths) {
		return -1
	}
	if w := f.widths[r]; w != 0 {
		return w
	}
	w := int16(-1)
	if index, err := f.font.GlyphIndex(&f.buffer, r); err == nil && index != 0 {
		if advance, err := f.font.GlyphAdvance(&f.buffer, index, fixed.I(1000), font.HintingNone); err == nil {
			w = int16(advance.Round())
		}
	}
	if w == 0 {
		w = 1 // combining marks take no room; 0 means not looked up
	}
	f.widths[r] = w
	return w
}

// measure returns the width of text in millimetres.
func (s *fontSet) measure(st style, text string) float64 {
	f, sum := &s.faces[st.font], 0
	for _, r := range text {
		sum += int(f.width(r))
	}
	return float64(sum) / 1000 * st.size * mm
}

// drawable replaces what the font cannot show by U+FFFD and says how often.
func (s *fontSet) drawable(id fontID, text string) (string, int) {
	f, missing := &s.faces[id], 0
	for _, r := range text {
		if f.width(r) < 0 {
			missing++
		}
	}
	if missing == 0 && utf8.ValidString(text) {
		return text, 0
	}
	var b strings.Builder
	for _, r := range text {
		if f.width(r) < 0 {
			r = utf8.RuneError
		}
		b.WriteRune(r)
	}
	return b.String(), missing
}

// separators are what a word that is longer than a line may be broken behind.
func separator(r rune) bool { return strings.ContainsRune(`\/;,|:-)=&?.!_`, r) }

// wrap breaks text into lines of at most width millimetres: behind blanks, in words that do not fit on a line behind
// separators, at worst anywhere. The lines joined are the text again, less its line breaks; a blank may hang over.
func (s *fontSet) wrap(st style, width float64, text string) []string {
	var lines []string
	room := int(width / (st.size * mm) * 1000)
	for paragraph := range strings.SplitSeq(text, "\n") {
		lines = s.faces[st.font].wrapLine(lines, paragraph, room)
	}
	return lines
}

func (f *face) wrapLine(lines []string, text string, room int) []string {
	start, used := 0, 0           // of the line
	blank, part := 0, 0           // ends of the last blank and the last separator in it
	sinceBlank, sincePart := 0, 0 // widths behind them
	for i, r := range text {
		w := int(f.width(r))
		for used+w > room && i > start && (r != ' ' || used > room) {
			cut, rest := i, 0
			switch {
			case blank > start && (sinceBlank+f.wordWidth(text[i:], room) <= room || blank >= part):
				cut, rest = blank, sinceBlank
			case part > start:
				cut, rest = part, sincePart
			case blank > start:
				cut, rest = blank, sinceBlank
			}
			lines = append(lines, text[start:cut])
			start, used = cut, rest
			if part <= start {
				sincePart = used
			}
			if blank <= start {
				sinceBlank = used
			}
		}
		used += w
		sinceBlank += w
		sincePart += w
		end := i + utf8.RuneLen(r)
		if r == ' ' {
			blank, sinceBlank = end, 0
		}
		if r == ' ' || separator(r) {
			part, sincePart = end, 0
		}
	}
	return append(lines, text[start:])
}

// wordWidth is the width of the rest of a word, as far as it matters.
func (f *face) wordWidth(text string, room int) int {
	sum := 0
	for _, r := range text {
		if r == ' ' || sum > room {
			break
		}
		sum += int(f.width(r))
	}
	return sum
}
