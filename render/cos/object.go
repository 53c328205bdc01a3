package cos

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// The objects of a PDF (ISO 32000-1, 7.3) as far as they are needed here. A Value is nil (null), bool, int64, float64, Name, String, Array,
// Dict, Reference or Stream.
type (
	Value any
	Name  string
	Array []Value
	Dict  map[Name]Value
)

// String is a string, and where it stands with its brackets.
type String struct {
	Data     []byte
	From, To int
	Hex      bool
}

// Reference names an indirect object.
type Reference struct{ Number, Generation int }

// Stream is a dictionary and the offset of the bytes behind its keyword.
type Stream struct {
	Dict Dict
	At   int
}

// MaxObjects is how many objects a file may have.
const MaxObjects = 4 << 20

// maxValues is how many values one object may hold.
const maxValues = 1 << 20

// MaxDepth is how deep arrays and dictionaries may lie in each other.
const MaxDepth = 64

// Parser reads objects from File, from At on.
type Parser struct {
	File  []byte
	At    int
	depth int
	n     int // values read
}

var errEnd = errors.New("ends within an object")

func isSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isDelimiter(c byte) bool { return bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 }

// Space skips white space and comments.
func (p *Parser) Space() {
	for p.At < len(p.File) {
		switch c := p.File[p.At]; {
		case isSpace(c):
			p.At++
		case c == '%':
			for p.At < len(p.File) && p.File[p.At] != '\n' && p.File[p.At] != '\r' {
				p.At++
			}
		default:
			return
		}
	}
}

// Word reads a run of regular characters.
func (p *Parser) Word() string {
	from := p.At
	for p.At < len(p.File) && !isSpace(p.File[p.At]) && !isDelimiter(p.File[p.At]) && p.At-from < 200 {
		p.At++
	}
	return string(p.File[from:p.At])
}

// Keyword skips white space and s, if that is what comes.
func (p *Parser) Keyword(s string) bool {
	p.Space()
	if !bytes.HasPrefix(p.File[p.At:], []byte(s)) {
		return false
	}
	if end := p.At + len(s); end < len(p.File) && !isSpace(p.File[end]) && !isDelimiter(p.File[end]) {
		return false
	}
	p.At += len(s)
	return true
}

// Integer reads an unsigned number.
func (p *Parser) Integer() (int, error) {
	p.Space()
	at := p.At
	n, err := strconv.ParseUint(p.Word(), 10, 48)
	if err != nil {
		return 0, fmt.Errorf("no number at byte %d", at)
	}
	return int(n), nil
}

// Value reads one object; references are not followed.
func (p *Parser) Value() (Value, error) {
	if p.depth++; p.depth > MaxDepth {
		return nil, fmt.Errorf("objects lie more than %d deep at byte %d", MaxDepth, p.At)
	}
	defer func() { p.depth-- }()
	if p.n++; p.n > maxValues {
		return nil, fmt.Errorf("an object holds more than %d values at byte %d", maxValues, p.At)
	}
	p.Space()
	if p.At >= len(p.File) {
		return nil, errEnd
	}
	switch c := p.File[p.At]; {
	case c == '/':
		return p.name()
	case c == '(':
		return p.literal()
	case c == '[':
		return p.array()
	case c == '<' && p.At+1 < len(p.File) && p.File[p.At+1] == '<':
		return p.dict()
	case c == '<':
		return p.hex()
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return p.number()
	}
	at := p.At
	switch w := p.Word(); w {
	case "true", "false":
		return w == "true", nil
	case "null":
		return nil, nil
	}
	return nil, fmt.Errorf("no object at byte %d", at)
}

func (p *Parser) name() (Value, error) {
	p.At++
	w := p.Word()
	if !bytes.Contains([]byte(w), []byte("#")) {
		return Name(w), nil
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
	return Name(b), nil
}

// number reads a number, or a reference if that is what it begins.
func (p *Parser) number() (Value, error) {
	at := p.At
	w := p.Word()
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		f, err := strconv.ParseFloat(w, 64)
		if err != nil {
			return nil, fmt.Errorf("no number at byte %d", at)
		}
		return f, nil
	}
	behind := p.At
	if n >= 0 && n < 1<<31 {
		if generation, err := p.Integer(); err == nil && generation < 1<<16 && p.Keyword("R") {
			return Reference{int(n), generation}, nil
		}
	}
	p.At = behind
	return n, nil
}

func (p *Parser) array() (Value, error) {
	p.At++
	a := Array{}
	for {
		p.Space()
		if p.At >= len(p.File) {
			return nil, errEnd
		}
		if p.File[p.At] == ']' {
			p.At++
			return a, nil
		}
		v, err := p.Value()
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

func (p *Parser) dict() (Value, error) {
	p.At += 2
	d := Dict{}
	for {
		p.Space()
		if p.At+1 >= len(p.File) {
			return nil, errEnd
		}
		if p.File[p.At] == '>' && p.File[p.At+1] == '>' {
			p.At += 2
			return d, nil
		}
		at := p.At
		if p.File[p.At] != '/' {
			return nil, fmt.Errorf("no key at byte %d", at)
		}
		key, err := p.name()
		if err != nil {
			return nil, err
		}
		v, err := p.Value()
		if err != nil {
			return nil, err
		}
		if _, twice := d[key.(Name)]; twice {
			return nil, fmt.Errorf("the key %s stands twice in a dictionary, at byte %d", key, at)
		}
		d[key.(Name)] = v
	}
}

func (p *Parser) hex() (Value, error) {
	from := p.At
	p.At++
	end := bytes.IndexByte(p.File[p.At:], '>')
	if end < 0 {
		return nil, errEnd
	}
	digits := p.File[p.At : p.At+end]
	p.At += end + 1
	data := make([]byte, 0, len(digits)/2+1)
	high, half := byte(0), false
	for _, c := range digits {
		d, ok := HexDigit(c)
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
	return String{Data: data, From: from, To: p.At, Hex: true}, nil
}

// HexDigit is what a hexadecimal digit stands for.
func HexDigit(c byte) (byte, bool) {
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

func (p *Parser) literal() (Value, error) {
	from := p.At
	var data []byte
	open := 0
	for ; p.At < len(p.File); p.At++ {
		switch c := p.File[p.At]; c {
		case '(':
			if open++; open > 1 {
				data = append(data, c)
			}
		case ')':
			if open--; open == 0 {
				p.At++
				return String{Data: data, From: from, To: p.At}, nil
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
func (p *Parser) escape(data []byte) []byte {
	if p.At+1 >= len(p.File) {
		return data
	}
	p.At++
	c := p.File[p.At]
	if plain, ok := escapes[c]; ok {
		return append(data, plain)
	}
	switch {
	case c == '\n':
		return data
	case c == '\r':
		if p.At+1 < len(p.File) && p.File[p.At+1] == '\n' {
			p.At++
		}
		return data
	case c < '0' || c > '7':
		return append(data, c)
	}
	n := int(c - '0')
	for range 2 {
		if p.At+1 >= len(p.File) || p.File[p.At+1] < '0' || p.File[p.At+1] > '7' {
			break
		}
		p.At++
		n = n*8 + int(p.File[p.At]-'0')
	}
	return append(data, byte(n))
}

// Indirect reads an Indirect object with its number: a value, or a stream whose bytes are not read yet.
func (p *Parser) Indirect() (Reference, Value, error) {
	at := p.At
	n, err := p.Integer()
	if err != nil {
		return Reference{}, nil, err
	}
	g, err := p.Integer()
	if err != nil {
		return Reference{}, nil, err
	}
	if !p.Keyword("obj") {
		return Reference{}, nil, fmt.Errorf("no object begins at byte %d", at)
	}
	v, err := p.Value()
	if err != nil {
		return Reference{}, nil, err
	}
	d, isDict := v.(Dict)
	if isDict && p.Keyword("stream") {
		if p.At < len(p.File) && p.File[p.At] == '\r' {
			p.At++
		}
		if p.At < len(p.File) && p.File[p.At] == '\n' {
			p.At++
		}
		return Reference{n, g}, Stream{d, p.At}, nil
	}
	if !p.Keyword("endobj") {
		return Reference{}, nil, fmt.Errorf("the object at byte %d does not end", at)
	}
	return Reference{n, g}, v, nil
}
