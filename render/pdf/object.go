package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// The objects of a PDF (ISO 32000-1, 7.3) as far as a verifier needs them. A value is nil (null), bool, int64, float64, name, pdfString, array,
// dict, reference or stream.
type (
	value any
	name  string
	array []value
	dict  map[name]value
)

// pdfString is a string, and where it stands with its brackets.
type pdfString struct {
	data     []byte
	from, to int
	hex      bool
}

type reference struct{ number, generation int }

// stream is a dictionary and the offset of the bytes behind its keyword.
type stream struct {
	dict dict
	at   int
}

// maxObjects is how many objects a file may have.
const maxObjects = 4 << 20

// maxValues is how many values one object may hold.
const maxValues = 1 << 20

// maxDepth is how deep arrays and dictionaries may lie in each other.
const maxDepth = 64

// parser reads objects from file, from at on.
type parser struct {
	file  []byte
	at    int
	depth int
	n     int // values read
}

var errEnd = errors.New("ends within an object")

func isSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// space skips white space and comments.
func (p *parser) space() {
	for p.at < len(p.file) {
		switch c := p.file[p.at]; {
		case isSpace(c):
			p.at++
		case c == '%':
			for p.at < len(p.file) && p.file[p.at] != '\n' && p.file[p.at] != '\r' {
				p.at++
			}
		default:
			return
		}
	}
}

// word reads a run of regular characters.
func (p *parser) word() string {
	from := p.at
	for p.at < len(p.file) && !isSpace(p.file[p.at]) && !isDelimiter(p.file[p.at]) && p.at-from < 200 {
		p.at++
	}
	return string(p.file[from:p.at])
}

// keyword skips white space and s, if that is what comes.
func (p *parser) keyword(s string) bool {
	p.space()
	if !bytes.HasPrefix(p.file[p.at:], []byte(s)) {
		return false
	}
	if end := p.at + len(s); end < len(p.file) && !isSpace(p.file[end]) && !isDelimiter(p.file[end]) {
		return false
	}
	p.at += len(s)
	return true
}

// integer reads an unsigned number.
func (p *parser) integer() (int, error) {
	p.space()
	at := p.at
	n, err := strconv.ParseUint(p.word(), 10, 48)
	if err != nil {
		return 0, fmt.Errorf("no number at byte %d", at)
	}
	return int(n), nil
}

// value reads one object; references are not followed.
func (p *parser) value() (value, error) {
	if p.depth++; p.depth > maxDepth {
		return nil, fmt.Errorf("objects lie more than %d deep at byte %d", maxDepth, p.at)
	}
	defer func() { p.depth-- }()
	if p.n++; p.n > maxValues {
		return nil, fmt.Errorf("an object holds more than %d values at byte %d", maxValues, p.at)
	}
	p.space()
	if p.at >= len(p.file) {
		return nil, errEnd
	}
	switch c := p.file[p.at]; {
	case c == '/':
		return p.name()
	case c == '(':
		return p.literal()
	case c == '[':
		return p.array()
	case c == '<' && p.at+1 < len(p.file) && p.file[p.at+1] == '<':
		return p.dict()
	case c == '<':
		return p.hex()
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return p.number()
	}
	at := p.at
	switch w := p.word(); w {
	case "true", "false":
		return w == "true", nil
	case "null":
		return nil, nil
	}
	return nil, fmt.Errorf("no object at byte %d", at)
}

func (p *parser) name() (value, error) {
	p.at++
	w := p.word()
	if !bytes.Contains([]byte(w), []byte("#")) {
		return name(w), nil
	}
	var b []byte
	for i := 0; i < len(w); i++ {
		if w[i] == '#' && i+2 < len(w) {
			if c, err := strconv.ParseUint(w[i+1:i+3], 16, 8); err == nil {
				b, i = append(b, byte(c)), i+2
				continue
			}
		}
		b = append(b, w[i])
	}
	return name(b), nil
}

// number reads a number, or a reference if that is what it begins.
func (p *parser) number() (value, error) {
	at := p.at
	w := p.word()
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, fmt.Errorf("no number at byte %d", at)
		}
		return f, nil
	}
	behind := p.at
	if n >= 0 && n < 1<<31 {
		if generation, err := p.integer(); err == nil && generation < 1<<16 && p.keyword("R") {
			return reference{int(n), generation}, nil
		}
	}
	p.at = behind
	return n, nil
}

func (p *parser) array() (value, error) {
	p.at++
	a := array{}
	for {
		p.space()
		if p.at >= len(p.file) {
			return nil, errEnd
		}
		if p.file[p.at] == ']' {
			p.at++
			return a, nil
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

func (p *parser) dict() (value, error) {
	p.at += 2
	d := dict{}
	for {
		p.space()
		if p.at+1 >= len(p.file) {
			return nil, errEnd
		}
		if p.file[p.at] == '>' && p.file[p.at+1] == '>' {
			p.at += 2
			return d, nil
		}
		at := p.at
		if p.file[p.at] != '/' {
			return nil, fmt.Errorf("no key at byte %d", at)
		}
		key, err := p.name()
		if err != nil {
			return nil, err
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		if _, twice := d[key.(name)]; twice {
			return nil, fmt.Errorf("the key %s stands twice in a dictionary, at byte %d", key, at)
		}
		d[key.(name)] = v
	}
}

func (p *parser) hex() (value, error) {
	from := p.at
	p.at++
	end := bytes.IndexByte(p.file[p.at:], '>')
	if end < 0 {
		return nil, errEnd
	}
	digits := p.file[p.at : p.at+end]
	p.at += end + 1
	data := make([]byte, 0, len(digits)/2+1)
	high, half := byte(0), false
	for _, c := range digits {
		d, ok := hexDigit(c)
		switch {
		case isSpace(c):
			continue
		case !ok:
			return nil, fmt.Errorf("no hexadecimal digit in the string at byte %d", from)
		case half:
			data = append(data, high<<4|d)
		default:
			high = d
		}
		half = !half
	}
	if half {
		data = append(data, high<<4)
	}
	return pdfString{data: data, from: from, to: p.at, hex: true}, nil
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// escapes of a literal string that stand for one character.
var escapes = map[byte]byte{'n': '\n', 'r': '\r', 't': '\t', 'b': '\b', 'f': '\f'}

func (p *parser) literal() (value, error) {
	from := p.at
	var data []byte
	open := 0
	for ; p.at < len(p.file); p.at++ {
		switch c := p.file[p.at]; c {
		case '(':
			if open++; open > 1 {
				data = append(data, c)
			}
		case ')':
			if open--; open == 0 {
				p.at++
				return pdfString{data: data, from: from, to: p.at}, nil
			}
			data = append(data, c)
		case '\\':
			data = p.escape(data)
		default:
			data = append(data, c)
		}
	}
	return nil, errEnd
}

// escape reads what stands behind a backslash and leaves at on its last byte.
func (p *parser) escape(data []byte) []byte {
	if p.at+1 >= len(p.file) {
		return data
	}
	p.at++
	c := p.file[p.at]
	if plain, ok := escapes[c]; ok {
		return append(data, plain)
	}
	switch {
	case c == '\n':
		return data
	case c == '\r':
		if p.at+1 < len(p.file) && p.file[p.at+1] == '\n' {
			p.at++
		}
		return data
	case c < '0' || c > '7':
		return append(data, c)
	}
	n := int(c - '0')
	for range 2 {
		if p.at+1 >= len(p.file) || p.file[p.at+1] < '0' || p.file[p.at+1] > '7' {
			break
		}
		p.at++
		n = n*8 + int(p.file[p.at]-'0')
	}
	return append(data, byte(n))
}

// indirect reads an indirect object with its number: a value, or a stream whose bytes are not read yet.
func (p *parser) indirect() (reference, value, error) {
	at := p.at
	n, err := p.integer()
	if err != nil {
		return reference{}, nil, err
	}
	g, err := p.integer()
	if err != nil {
		return reference{}, nil, err
	}
	if !p.keyword("obj") {
		return reference{}, nil, fmt.Errorf("no object begins at byte %d", at)
	}
	v, err := p.value()
	if err != nil {
		return reference{}, nil, err
	}
	d, isDict := v.(dict)
	if isDict && p.keyword("stream") {
		if p.at < len(p.file) && p.file[p.at] == '\r' {
			p.at++
		}
		if p.at < len(p.file) && p.file[p.at] == '\n' {
			p.at++
		}
		return reference{n, g}, stream{d, p.at}, nil
	}
	if !p.keyword("endobj") {
		return reference{}, nil, fmt.Errorf("the object at byte %d does not end", at)
	}
	return reference{n, g}, v, nil
}

// spoken is a text string (ISO 32000-1, 7.9.2.2) in UTF-8: UTF-16 or, as far as it is plain, PDFDocEncoding.
func (s pdfString) spoken() string {
	b := s.data
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
		runes = append(runes, rune(c))
	}
	return string(runes)
}
