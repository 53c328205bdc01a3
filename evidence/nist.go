package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// NISTControl is one control or control enhancement of NIST SP 800-53. The parts of a control's statement are left out:
// AC-2 (4) a is AC-2 (4).
type NISTControl struct {
	Family      string // AC
	Number      int
	Enhancement int // 0: the control itself
}

// ParseNISTControl reads a control as DISA's list of CCIs writes it (AC-1 a 1, IA-5 (1) (d)) or as OSCAL does (ia-5.1).
// It reports false for anything else.
func ParseNISTControl(s string) (NISTControl, bool) {
	family, rest, ok := strings.Cut(strings.ToUpper(strings.TrimSpace(s)), "-")
	if !ok || len(family) != 2 || !letters(family) {
		return NISTControl{}, false
	}
	number, rest := digits(rest)
	if number == 0 {
		return NISTControl{}, false
	}
	c := NISTControl{Family: family, Number: number}
	switch after := strings.TrimLeft(rest, " "); {
	case strings.HasPrefix(rest, "."):
		if c.Enhancement, rest = digits(rest[1:]); c.Enhancement == 0 || rest != "" {
			return NISTControl{}, false
		}
	case strings.HasPrefix(after, "("):
		n, end := digits(after[1:])
		if n > 0 && strings.HasPrefix(end, ")") {
			c.Enhancement = n
		}
	case rest != "" && after == rest:
		return NISTControl{}, false // AC-2x
	}
	return c, true
}

func letters(s string) bool {
	for _, c := range []byte(s) {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}

// digits returns the number of up to three digits that s begins with, and what follows it; 0 if there is none.
func digits(s string) (int, string) {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 || n > 3 {
		return 0, s
	}
	number, _ := strconv.Atoi(s[:n])
	return number, s[n:]
}

// String returns the form that people write: AC-2 (4).
func (c NISTControl) String() string {
	if c.Enhancement == 0 {
		return fmt.Sprintf("%s-%d", c.Family, c.Number)
	}
	return fmt.Sprintf("%s-%d (%d)", c.Family, c.Number, c.Enhancement)
}

// OSCAL returns the identifier in NIST's own OSCAL catalog: ac-2.4.
func (c NISTControl) OSCAL() string {
	id := fmt.Sprintf("%s-%d", strings.ToLower(c.Family), c.Number)
	if c.Enhancement > 0 {
		id += fmt.Sprintf(".%d", c.Enhancement)
	}
	return id
}

// Compare orders controls as the publication lists them.
func (c NISTControl) Compare(o NISTControl) int {
	return cmp.Or(cmp.Compare(c.Family, o.Family), cmp.Compare(c.Number, o.Number), cmp.Compare(c.Enhancement, o.Enhancement))
}

// NISTControls returns the controls that CCIs stand for, each once, in the publication's order. controls is the mapping
// from one CCI to the names of its controls, or nil; what is no control's name is left out.
func NISTControls(controls func(cci string) []string, ccis ...string) []NISTControl {
	if controls == nil {
		return nil
	}
	var list []NISTControl
	for _, cci := range ccis {
		for _, name := range controls(cci) {
			if c, ok := ParseNISTControl(name); ok {
				list = append(list, c)
			}
		}
	}
	slices.SortFunc(list, NISTControl.Compare)
	return slices.Compact(list)
}

// MarshalText returns the form that String returns; the zero value is empty text.
func (c NISTControl) MarshalText() ([]byte, error) {
	if c == (NISTControl{}) {
		return nil, nil
	}
	return []byte(c.String()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (c *NISTControl) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*c = NISTControl{}
		return nil
	}
	parsed, ok := ParseNISTControl(string(text))
	if !ok {
		return fmt.Errorf("%q is no control of NIST SP 800-53", text)
	}
	*c = parsed
	return nil
}
