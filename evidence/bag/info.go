package bag

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// InfoLine is one line of bag-info.txt.
type InfoLine struct {
	Key, Value string
}

// WithheldKey is the label of the line by which a bag says how much was withheld from the bags within it.
const WithheldKey = "Withheld-Items"

const (
	oxumKey      = "Payload-Oxum"
	maxInfoValue = 1000
)

// formatInfo writes lines sorted by key; lines of one key keep their order.
func formatInfo(lines []InfoLine) []byte {
	lines = slices.Clone(lines)
	slices.SortStableFunc(lines, func(a, b InfoLine) int { return strings.Compare(a.Key, b.Key) })
	var b bytes.Buffer
	for _, l := range lines {
		fmt.Fprintf(&b, "%s: %s\n", l.Key, l.Value)
	}
	return b.Bytes()
}

// parseInfo reads what formatInfo writes and reports every line that it would not have written.
func parseInfo(text []byte, f *faults) []InfoLine {
	var lines []InfoLine
	for n, line := range numbered(text) {
		line, ok := strings.CutSuffix(line, "\n")
		if !ok {
			f.add(infoName, BadForm, "line %d: no line feed at the end", n)
		}
		key, value, _ := strings.Cut(line, ": ")
		l := InfoLine{key, value}
		if err := l.check(); err != nil {
			f.add(infoName, BadForm, "line %d: %v", n, err)
			continue
		}
		if len(lines) > 0 && lines[len(lines)-1].Key > key {
			f.add(infoName, BadForm, "line %d: %s is not in sorted order", n, key)
		}
		lines = append(lines, l)
	}
	return lines
}

// check tells why l cannot be a line of bag-info.txt.
func (l InfoLine) check() error {
	if l.Key == "" || l.Key[0] == '-' {
		return fmt.Errorf("want a label, a colon, a blank and a value")
	}
	for _, c := range []byte(l.Key) {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-') {
			return fmt.Errorf("label %q: only letters, digits and - are allowed", shorten(l.Key))
		}
	}
	switch {
	case l.Value == "":
		return fmt.Errorf("%s: no value", l.Key)
	case len(l.Value) > maxInfoValue:
		return fmt.Errorf("%s: a value of %d bytes, the limit is %d", l.Key, len(l.Value), maxInfoValue)
	case !utf8.ValidString(l.Value):
		return fmt.Errorf("%s: the value is not UTF-8", l.Key)
	case strings.ContainsFunc(l.Value, unicode.IsControl):
		return fmt.Errorf("%s: the value holds a control character", l.Key)
	case strings.TrimSpace(l.Value) != l.Value:
		return fmt.Errorf("%s: the value begins or ends with a blank", l.Key)
	}
	return nil
}

// oxum is the value of Payload-Oxum: bytes, a dot, files.
func oxum(payload []File) string {
	var sum int64
	for _, f := range payload {
		sum += f.Size
	}
	return fmt.Sprintf("%d.%d", sum, len(payload))
}
