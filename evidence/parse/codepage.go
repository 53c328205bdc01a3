package parse

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// pages are the code pages of Windows that can be read, by number. An Encoding with such a number is that page.
var pages = map[Encoding]encoding.Encoding{
	437: charmap.CodePage437, 850: charmap.CodePage850, 852: charmap.CodePage852, 855: charmap.CodePage855, 858: charmap.CodePage858,
	860: charmap.CodePage860, 862: charmap.CodePage862, 863: charmap.CodePage863, 865: charmap.CodePage865, 866: charmap.CodePage866,
	874: charmap.Windows874, 1250: charmap.Windows1250, 1251: charmap.Windows1251, 1252: charmap.Windows1252, 1253: charmap.Windows1253,
	1254: charmap.Windows1254, 1255: charmap.Windows1255, 1256: charmap.Windows1256, 1257: charmap.Windows1257, 1258: charmap.Windows1258,
	932: japanese.ShiftJIS, 936: simplifiedchinese.GBK, 949: korean.EUCKR, 950: traditionalchinese.Big5,
}

// SniffPage is Sniff where it is known in which code page a program wrote that did not write Unicode; 0 is not known.
func SniffPage(head []byte, page int) (e Encoding, mark int) {
	e, mark = Sniff(head)
	if known := Encoding(page); e == OEM850 && pages[known] != nil {
		return known, mark
	}
	return e, mark
}

// DecodePage is Decode where the code page is known, see SniffPage.
func DecodePage(b []byte, page int) string {
	e, mark := SniffPage(b, page)
	return e.decode(b[mark:])
}

// leads reports whether a byte begins a character of two bytes.
func (e Encoding) leads(c byte) bool {
	switch e {
	case 932:
		return c >= 0x81 && c <= 0x9f || c >= 0xe0 && c <= 0xfc
	case 936, 949, 950:
		return c >= 0x81 && c <= 0xfe
	}
	return false
}

// step returns the text of the first character of b and how many bytes it takes. b is not empty.
func (e Encoding) step(b []byte) (text string, n int) {
	if b[0] < utf8.RuneSelf {
		return string(rune(b[0])), 1
	}
	n = 1
	if e.leads(b[0]) && len(b) > 1 && b[1] >= 0x30 { // no second byte is a control, a line end least of all
		n = 2
	}
	out, err := pages[e].NewDecoder().Bytes(b[:n])
	if err != nil || len(out) == 0 {
		return "\uFFFD", n
	}
	return strings.ToValidUTF8(string(out), "\uFFFD"), n
}

// decodePage decodes a code page character by character, so that width finds the way back.
func (e Encoding) decodePage(b []byte) string {
	var text strings.Builder
	text.Grow(len(b))
	for len(b) > 0 {
		one, n := e.step(b)
		text.WriteString(one)
		b = b[n:]
	}
	return text.String()
}

// width returns how many bytes at the beginning of raw are the text, which is a beginning of what raw decodes to. Only of a code
// page is raw looked into, as of the others the text tells.
func (e Encoding) width(text string, raw []byte) int {
	switch e {
	case UTF8:
		return len(text)
	case OEM850:
		return utf8.RuneCountInString(text)
	case UTF16LE, UTF16BE:
		n := 0
		for _, r := range text {
			n += 2
			if r > 0xffff {
				n += 2
			}
		}
		return n
	}
	taken := 0
	for seen := 0; seen < len(text) && taken < len(raw); {
		one, n := e.step(raw[taken:])
		seen, taken = seen+len(one), taken+n
	}
	return taken
}

func (e Encoding) pageName() string { return "code page " + strconv.Itoa(int(e)) }
