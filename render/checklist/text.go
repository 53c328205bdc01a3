package checklist

import (
	"fmt"
	"strings"
	"unicode/utf16"

	"auditpack/render"
)

// maxText is how many UTF-16 units of finding details and comments every reader keeps (also a cell of a workbook).
const maxText = 32_767

// clean makes visible what XML cannot hold or what deceives a reader; line breaks stay.
func clean(s string) string {
	s, _ = render.Clean(s)
	return s
}

// line is clean on one line.
func line(s string) string { return strings.ReplaceAll(clean(s), "\n", `\n`) }

// units returns the length of s as readers in JavaScript and Java count it.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// cut returns the longest beginning of s, in whole characters, of at most n units.
func cut(s string, n int) string {
	for i, r := range s {
		if n -= utf16.RuneLen(r); n < 0 {
			return s[:i]
		}
	}
	return s
}

// short is line, shortened to n units with a note of what is missing.
func short(s string, n int) string {
	s = line(s)
	total := units(s)
	if total <= n {
		return s
	}
	return fmt.Sprintf("%s… (shortened, %d more characters are in audit.json)", cut(s, n), total-n)
}

// page is a text that is filled up to maxText. Room for the last lines is held back.
type page struct {
	b    strings.Builder
	left int
	full int // blocks that found no room
}

func newPage(reserve int) *page { return &page{left: maxText - reserve} }

// add adds a block that ends in a line break if it has room, and counts it else. After the first that had none, none is
// added: what stands there is a beginning, not a choice.
func (p *page) add(block string) {
	n := units(block)
	if p.full > 0 || n > p.left {
		p.full++
		return
	}
	p.left -= n
	p.b.WriteString(block)
}
