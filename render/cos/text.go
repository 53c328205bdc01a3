package cos

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
)

// The characters that PDFDocEncoding (ISO 32000-1, annex D.2) has where Latin-1 has controls; 0: none.
var (
	docLow  = []rune("˘ˇˆ˙˝˛˚˜")                             // from 0x18 on
	docHigh = []rune("•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\x00€") // from 0x80 on
)

// Spoken is a text string (ISO 32000-1, 7.9.2.2) in UTF-8: UTF-16, UTF-8 or PDFDocEncoding.
func (s String) Spoken() string {
	b := s.Data
	switch {
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		units := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
		}
		return string(utf16.Decode(units))
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}):
		return string(bytes.ToValidUTF8(b[3:], []byte("\uFFFD")))
	}
	runes := make([]rune, 0, len(b))
	for _, c := range b {
		r := rune(c)
		switch {
		case c >= 0x18 && c < 0x20:
			r = docLow[c-0x18]
		case c >= 0x80 && c <= 0xa0 && docHigh[c-0x80] != 0:
			r = docHigh[c-0x80]
		}
		runes = append(runes, r)
	}
	return string(runes)
}

// TextString writes s as a text string: as it is where it is plain, else in UTF-16.
func TextString(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "(" + strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(s) + ")"
	}
	var b strings.Builder
	b.WriteString("<feff")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04x", u)
	}
	return b.String() + ">"
}

// NameString writes a name.
func NameString(n Name) string {
	var b strings.Builder
	b.WriteByte('/')
	for _, c := range []byte(n) {
		if c <= ' ' || c > '~' || c == '#' || isDelimiter(c) {
			fmt.Fprintf(&b, "#%02x", c)
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}
