package parse

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"auditpack/evidence"
)

// Encoding is how the bytes of a text file stand for characters.
type Encoding int

// The Encodings, and any number of a code page that can be read. OEM850 stands for every 8-bit code page of which the Item does not
// say which: ASCII is equal in all of them, and what is outside of it is a guess.
const (
	UTF8 Encoding = iota
	UTF16LE
	UTF16BE
	OEM850
)

func (e Encoding) String() string {
	if e > OEM850 {
		return e.pageName()
	}
	return [...]string{"UTF-8", "UTF-16LE", "UTF-16BE", "8-bit code page"}[e]
}

// Sniff tells the Encoding of a text by its first bytes and the length of its byte order mark: the mark, then the
// pattern of NUL bytes, then whether it is valid UTF-8.
func Sniff(head []byte) (e Encoding, mark int) {
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		return UTF16LE, 2
	case bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		return UTF16BE, 2
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		return UTF8, 3
	}
	var odd, even int
	probe := head[:min(len(head), 4096)&^1]
	for i := 0; i+1 < len(probe); i += 2 {
		if probe[i] == 0 {
			even++
		}
		if probe[i+1] == 0 {
			odd++
		}
	}
	if pairs := len(probe) / 2; pairs > 0 {
		if odd*10 >= pairs*6 && even*10 < pairs {
			return UTF16LE, 0
		}
		if even*10 >= pairs*6 && odd*10 < pairs {
			return UTF16BE, 0
		}
	}
	valid := head
	for cut := 0; cut < 3 && len(valid) > 0 && !utf8.Valid(valid); cut++ {
		valid = valid[:len(valid)-1] // the head may end inside a character
	}
	if utf8.Valid(valid) && !utf8.FullRune(head[len(valid):]) {
		return UTF8, 0
	}
	return OEM850, 0
}

// Decode returns the text of b, without its byte order mark. Bytes that stand for no character become U+FFFD.
func Decode(b []byte) string {
	e, mark := Sniff(b)
	return e.decode(b[mark:])
}

func (e Encoding) decode(b []byte) string {
	switch e {
	case UTF16LE, UTF16BE:
		units := make([]uint16, len(b)/2)
		for i := range units {
			if e == UTF16LE {
				units[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
			} else {
				units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
			}
		}
		return string(utf16.Decode(units))
	case OEM850:
		text, err := charmap.CodePage850.NewDecoder().Bytes(b)
		if err != nil {
			return strings.ToValidUTF8(string(b), "\uFFFD")
		}
		return string(text)
	}
	if e > OEM850 {
		return e.decodePage(b)
	}
	if utf8.Valid(b) { // most are, and this is fast
		return string(b)
	}
	return strings.ToValidUTF8(string(b), "\uFFFD")
}

// MaxLine is the longest line, in raw bytes, that LineReader accepts.
const MaxLine = 4 << 20

// Line is one line of a text and where its bytes are.
type Line struct {
	Number int    // from 1
	Text   string // decoded, without the line end
	Offset int64  // of its first raw byte in the file
	Length int64  // in raw bytes, without the line end
}

// Cite returns the Citation of the line in item.
func (l Line) Cite(item evidence.Item) evidence.Citation {
	return evidence.Citation{Item: item.Path, Line: l.Number, Offset: l.Offset, Length: l.Length}
}

// LineReader reads a text of any Encoding line by line and keeps count of raw bytes. Lines end in LF or CR LF.
type LineReader struct {
	Encoding Encoding
	in       *bufio.Reader
	page     int // in which the text is if it is not Unicode; 0: not known
	offset   int64
	number   int
	started  bool
	ended    bool // the last line read ended in a line end
	raw      []byte
}

// NewLineReader returns a LineReader that tells the Encoding by the first bytes of r; of a [Source], by the code page too that its
// Item records.
func NewLineReader(r io.Reader) *LineReader {
	l := &LineReader{in: bufio.NewReaderSize(r, HeadSize)}
	if s, ok := r.(Source); ok {
		l.page = s.Item.CodePage
	}
	return l
}

// Next returns the next line, or io.EOF after the last. A line over MaxLine is an error.
func (r *LineReader) Next() (Line, error) {
	if !r.started {
		r.started = true
		head, err := r.in.Peek(HeadSize)
		if err != nil && !errors.Is(err, io.EOF) {
			return Line{}, err
		}
		var mark int
		r.Encoding, mark = SniffPage(head, r.page)
		n, _ := r.in.Discard(mark)
		r.offset = int64(n)
	}
	start := r.offset
	if err := r.readRaw(); err != nil {
		return Line{}, err
	}
	r.number++
	r.offset += int64(len(r.raw))
	raw := r.raw
	width := 1
	if r.Encoding == UTF16LE || r.Encoding == UTF16BE {
		width = 2
	}
	r.ended = false
	if r.endsIn(raw, '\n') {
		r.ended = true
		raw = raw[:len(raw)-width]
	}
	if r.endsIn(raw, '\r') {
		raw = raw[:len(raw)-width]
	}
	return Line{Number: r.number, Text: r.Encoding.decode(raw), Offset: start, Length: int64(len(raw))}, nil
}

// Ended reports whether the last line that Next returned had a line end; a text that was cut short often has none.
func (r *LineReader) Ended() bool { return r.ended }

// Offset returns the number of raw bytes read so far.
func (r *LineReader) Offset() int64 { return r.offset }

// readRaw reads one line with its end into r.raw.
func (r *LineReader) readRaw() error {
	r.raw = r.raw[:0]
	for {
		chunk, err := r.in.ReadSlice('\n')
		r.raw = append(r.raw, chunk...)
		if r.Encoding == UTF16LE && err == nil && len(r.raw)%2 == 1 {
			next, nextErr := r.in.ReadByte() // the high byte of the LF, or of another character whose low byte is 0x0a
			if nextErr == nil {
				r.raw = append(r.raw, next)
			}
			err = nextErr
		}
		if len(r.raw) > MaxLine {
			return fmt.Errorf("line %d is longer than %d bytes", r.number+1, MaxLine)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF):
			if len(r.raw) == 0 {
				return io.EOF
			}
			return nil
		case err != nil:
			return err
		case r.endsIn(r.raw, '\n'):
			return nil
		}
	}
}

// endsIn reports whether raw ends in the ASCII character c.
func (r *LineReader) endsIn(raw []byte, c byte) bool {
	n := len(raw)
	switch r.Encoding {
	case UTF16LE:
		return n >= 2 && n%2 == 0 && raw[n-2] == c && raw[n-1] == 0
	case UTF16BE:
		return n >= 2 && n%2 == 0 && raw[n-2] == 0 && raw[n-1] == c
	}
	return n >= 1 && raw[n-1] == c
}

// eachLine calls f for every line of r until it fails.
func eachLine(r io.Reader, f func(Line) error) error { return NewLineReader(r).each(f) }

// each calls f for every line that is left until it fails.
func (r *LineReader) each(f func(Line) error) error {
	for {
		line, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := f(line); err != nil {
			return err
		}
	}
}
