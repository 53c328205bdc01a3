package xlsx

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxCell is how many UTF-16 units a cell holds (ECMA-376 readers cut or refuse more).
const maxCell = 32767

// escapeLike is text that a reader would take for an escaped character.
var escapeLike = regexp.MustCompile(`_(x[0-9A-Fa-f]{4}_)`)

// plain returns text as a cell can hold it: nothing a reader would turn into something else, never more than maxCell
// units; what is left out is said.
func plain(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	if strings.Contains(s, "_x") {
		s = escapeLike.ReplaceAllString(s, "_x005F_$1")
	}
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0xfffe || r == 0xffff {
			return utf8.RuneError
		}
		return r
	}, s)
	if len(s) <= maxCell {
		return s
	}
	units := utf16.Encode([]rune(s))
	if len(units) <= maxCell {
		return s
	}
	note := fmt.Sprintf("\n[%d characters in all; a cell cannot hold more, audit.json holds the whole]", len(units))
	kept := units[:maxCell-len(note)]
	if last := kept[len(kept)-1]; last >= 0xd800 && last < 0xdc00 {
		kept = kept[:len(kept)-1] // not half of a pair
	}
	return string(utf16.Decode(kept)) + note
}
