package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"auditpack/render"
)

// maxCell is how many UTF-16 units a cell holds (ECMA-376 readers cut or refuse more).
const maxCell = 32767

// fit returns text as a cell can show it. Of a text that no cell can hold it leaves out the end, and says so.
func fit(s string) string {
	s, _ = render.Clean(s)
	if len(s) <= maxCell {
		return s
	}
	total := utf16Len(s)
	if total <= maxCell {
		return s
	}
	note := fmt.Sprintf("\n[%d characters in all; a cell cannot hold more, audit.json holds the whole]", total)
	return firstUnits(s, maxCell-len(note)) + note
}

// tooLong reports whether no cell can hold all of s.
func tooLong(s string) bool {
	if len(s) <= maxCell/len(`\U0010FFFF`) { // even if all of it is written out visibly
		return false
	}
	s, _ = render.Clean(s)
	return utf16Len(s) > maxCell
}

func utf16Len(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// firstUnits returns as many whole characters of s as fit into n UTF-16 units.
func firstUnits(s string, n int) string {
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

// escape writes text for the inside of an XML element of a cell. What a reader would take for an escaped character
// (_x0041_ is "A", ECMA-376 part 1, 22.9.2.19) is escaped itself.
func escape(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '_' && looksEscaped(s[i:]):
			b = append(b, "_x005F_"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r < ' ' && r != '\n' && r != '\t', r == 0xfffe, r == 0xffff:
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
		i += size
	}
	return b
}

// looksEscaped reports whether s begins with _xHHHH_.
func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' && s[1] != 'X' || s[6] != '_' {
		return false
	}
	for _, c := range []byte(s[2:6]) {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

// headerText makes text safe for a page's header or footer, where & begins a command, and keeps it short: readers accept
// 255 characters in all.
func headerText(s string) string {
	s, _ = render.Clean(s)
	s = firstUnits(strings.ReplaceAll(s, "\n", " "), 100)
	return strings.ReplaceAll(s, "&", "&&")
}

// sheetName makes a name that a sheet may have and that none of the taken ones has. Readers refuse : \ / ? * [ ], a
// quote at either end, more than 31 characters, and two names that differ in case only.
func sheetName(s string, taken map[string]bool) string {
	s, _ = render.Clean(s)
	s = strings.Trim(firstUnits(strings.Map(func(r rune) rune {
		if strings.ContainsRune(":\\/?*[]\n", r) {
			return '_'
		}
		return r
	}, s), 31), "'")
	if s == "" {
		s = "Sheet"
	}
	name := s
	for n := 2; taken[strings.ToLower(name)] || strings.EqualFold(name, "History"); n++ {
		end := fmt.Sprintf(" %d", n)
		name = firstUnits(s, 31-len(end)) + end
	}
	taken[strings.ToLower(name)] = true
	return name
}

// quoted is a sheet's name as a reference has it.
func quoted(sheet string) string { return "'" + strings.ReplaceAll(sheet, "'", "''") + "'" }
