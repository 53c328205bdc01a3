package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean makes visible whatever a reader could be deceived by: control characters (as \x1B), overrides and marks of the
// bidirectional algorithm, zero-width and other format characters, line separators (as \u202E) and bytes that are no
// UTF-8 (as \xFF). It returns the text and how many characters were replaced. A tab becomes a space and a line break \n
// stays, both uncounted; a carriage return before a line break goes.
//
// The Unicode pictures of control characters (U+2400…) would read better, but the report's font lacks them.
func Clean(s string) (string, int) {
	if plain(s) {
		return s, 0
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	n := 0
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02X`, s[i])
			n++
		case r == '\r' && strings.HasPrefix(s[i+1:], "\n"):
		case r == '\t':
			b.WriteByte(' ')
		case r == '\n' || !deceptive(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02X`, r)
			n++
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08X`, r)
			n++
		default:
			fmt.Fprintf(&b, `\u%04X`, r)
			n++
		}
		i += size
	}
	return b.String(), n
}

// plain reports whether s is printable ASCII and Latin-1, the usual case: none of that deceives.
func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c < 0x20 && c != '\n', c == 0x7f:
			return false
		case c < 0x80:
		case i+1 < len(s) && (c == 0xc2 && s[i+1] >= 0xa0 && s[i+1] <= 0xbf && s[i+1] != 0xad || c == 0xc3 && s[i+1] >= 0x80 && s[i+1] <= 0xbf):
			i++ // U+00A0 to U+00FF, but for the soft hyphen
		default:
			return false
		}
	}
	return true
}

// deceptive reports whether r shows nothing of its own or changes how other characters are shown.
func deceptive(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r):
		return true
	case r == 0x2028, r == 0x2029, r == 0x034f, r == 0x115f, r == 0x1160, r == 0x3164, r == 0xffa0:
		return true
	case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef: // variation selectors
		return true
	case r >= 0xfdd0 && r <= 0xfdef, r&0xfffe == 0xfffe: // no characters
		return true
	}
	return false
}

// oneLine cleans a text that has to stay on one line: its line breaks are shown as \n.
func oneLine(s string) (string, int) {
	s, n := Clean(s)
	breaks := strings.Count(s, "\n")
	return strings.ReplaceAll(s, "\n", `\n`), n + breaks
}

// Text says how many characters are not shown as they are in the evidence: those that Build made visible and the missing
// ones, which a pen has no sign for. It is empty if there are none.
func (r *Replaced) Text(missing int) string {
	var parts []string
	if r.Escaped > 0 {
		parts = append(parts, fmt.Sprintf(`%d control or invisible %s from the evidence written out visibly (such as \x1B or \u202E)`,
			r.Escaped, plural(r.Escaped, "character is", "characters are")))
	}
	if missing > 0 {
		parts = append(parts, fmt.Sprintf(`%d %s no sign in this document's font and %s shown as �`,
			missing, plural(missing, "character has", "characters have"), plural(missing, "is", "are")))
	}
	if len(parts) == 0 {
		return ""
	}
	return "In this document " + strings.Join(parts, "; ") + ". The evidence files hold the original bytes."
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
