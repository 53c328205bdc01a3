package collect

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"auditpack/evidence"
)

const (
	maxHidden = 32 << 20 // bytes of a text that is searched for secrets as a whole
	maxCuts   = 500      // cuts that an Item lists one by one
	maxWhat   = 80       // characters of what stood before a secret
)

// errUnsearched is why a text is not kept: what could not be searched for secrets could hold one.
var errUnsearched = fmt.Errorf("longer than %d bytes: it could not be searched for secrets, and was not kept", maxHidden)

// withhold copies from src to dst without the secrets that the Rules name, and tells what it cut. Line ends and the number
// of lines stay, so that a line number means the same before and after. A text is in UTF-16 with a byte order mark or with
// NULs, or in anything that has ASCII.
func withhold(dst io.Writer, src io.Reader, rules []*Rule) ([]evidence.Withheld, error) {
	text, values := false, []valueCutter(nil)
	for _, r := range rules {
		text = text || len(r.Text) > 0
		if r.Values != nil {
			c, err := newValueCutter(r)
			if err != nil {
				return nil, err
			}
			values = append(values, c)
		}
	}
	switch {
	case text && values != nil:
		return nil, errors.New("rules for texts and for registry exports do not go together")
	case text:
		return withholdText(dst, src, rules)
	case values != nil:
		return withholdValues(dst, src, values)
	}
	_, err := io.Copy(dst, src)
	return nil, err
}

// withholdText applies patterns to a whole text.
func withholdText(dst io.Writer, src io.Reader, rules []*Rule) ([]evidence.Withheld, error) {
	raw, err := io.ReadAll(io.LimitReader(src, maxHidden+1))
	if err != nil {
		return nil, err
	}
	if len(raw) > maxHidden {
		return nil, errUnsearched
	}
	patterns, err := textPatterns(rules)
	if err != nil {
		return nil, err
	}
	order, wide := wideOrder(raw)
	text := raw
	if wide {
		text = []byte(decodeWide(order, raw))
	}
	var cuts []evidence.Withheld
	changed := false
	var around []window
	for i, p := range patterns {
		before := len(cuts)
		if i == 0 || patterns[i-1].rule != p.rule {
			around = partsAround(text, p.words)
		}
		text, cuts = p.cut(text, around, cuts)
		if len(cuts) > before {
			changed, around = true, partsAround(text, p.words)
		}
	}
	if !changed {
		_, err := dst.Write(raw)
		return nil, err
	}
	if wide {
		text = encodeWide(order, string(text))
	}
	_, err = dst.Write(text)
	return bounded(cuts), err
}

// cut replaces what a pattern finds.
func (p textPattern) cut(text []byte, around []window, cuts []evidence.Withheld) ([]byte, []evidence.Withheld) {
	var found [][]int
	for _, w := range around {
		for _, m := range p.re.FindAllSubmatchIndex(text[w.from:w.to], -1) {
			for i := range m {
				m[i] += w.from
			}
			found = append(found, m)
		}
	}
	if found == nil {
		return text, cuts
	}
	var out bytes.Buffer
	done, line := 0, 1
	for _, m := range found {
		from, to := m[3], m[4] // behind the first group, before the second
		secret := text[from:to]
		if string(bytes.TrimSpace(secret)) == Withheld || len(bytes.TrimSpace(secret)) == 0 {
			continue
		}
		out.Write(text[done:from])
		out.WriteString(Withheld)
		out.Write(lineEnds(secret))
		line += bytes.Count(text[done:from], []byte("\n"))
		cuts = append(cuts, evidence.Withheld{Rule: p.rule, Line: line, What: what(string(text[m[2]:from]))})
		line += bytes.Count(secret, []byte("\n"))
		done = to
	}
	out.Write(text[done:])
	return out.Bytes(), cuts
}

// lineEnds returns the line ends of a secret that ran over several lines.
func lineEnds(secret []byte) []byte {
	var ends []byte
	for i, c := range secret {
		if c == '\n' {
			if i > 0 && secret[i-1] == '\r' {
				ends = append(ends, '\r')
			}
			ends = append(ends, '\n')
		}
	}
	return ends
}

// what names a secret by the end of what stands before it: password=, <add key="SmtpPassword" value=.
func what(before string) string {
	before = strings.Join(strings.Fields(strings.ToValidUTF8(before, "\uFFFD")), " ")
	before = strings.TrimRight(before, `"'`)
	if r := []rune(before); len(r) > maxWhat {
		before = "…" + string(r[len(r)-maxWhat+1:])
	}
	return before
}

func bounded(cuts []evidence.Withheld) []evidence.Withheld {
	if len(cuts) > maxCuts {
		more := len(cuts) - maxCuts
		cuts = append(cuts[:maxCuts:maxCuts], evidence.Withheld{Rule: "all", Line: cuts[maxCuts].Line, What: fmt.Sprintf("and %d more", more)})
	}
	return cuts
}

// wideOrder tells whether a text is in UTF-16, and in which order of bytes.
func wideOrder(head []byte) (binary.ByteOrder, bool) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return binary.LittleEndian, true
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return binary.BigEndian, true
	case len(head) >= 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return binary.LittleEndian, true
	case len(head) >= 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return binary.BigEndian, true
	}
	return binary.LittleEndian, false
}

func decodeWide(order binary.ByteOrder, b []byte) string {
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = order.Uint16(b[2*i:])
	}
	return string(utf16.Decode(units))
}

func encodeWide(order binary.ByteOrder, s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		for _, u := range utf16.Encode([]rune{r}) {
			b = append(b, 0, 0)
			order.PutUint16(b[len(b)-2:], u)
		}
	}
	return b
}
