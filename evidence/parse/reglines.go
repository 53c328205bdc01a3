package parse

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"auditpack/evidence"
)

// regLine is one line of a registry export. The text is only valid until the next line is read.
type regLine struct {
	number int
	offset int64 // of its first raw byte
	length int64 // in raw bytes, without the line end
	text   []byte
	eol    string // "\r\n", "\n"; empty where the file ends without one
	broken bool   // holds bytes that stand for no character
}

// cite returns the Citation from the line's beginning to the end of last, which may be the line itself.
func (l regLine) cite(item evidence.Item, last regLine) evidence.Citation {
	return evidence.Citation{Item: item.Path, Line: l.number, Offset: l.offset, Length: last.offset + last.length - l.offset}
}

// regLines reads the lines of a registry export. Unlike LineReader it makes no string of a line: an export of a hive
// has hundreds of thousands, and nearly all are skipped. The text is UTF-8 in a buffer that is used again.
type regLines struct {
	in         io.Reader
	wide       bool // UTF-16LE, else bytes
	buf        []byte
	start, end int   // of the unread bytes in buf
	offset     int64 // of buf[start] in the file
	number     int
	eof        bool
	odd        bool // UTF-16 that ends in half a character
	text       []byte
	last       regLine
	again      bool
}

func newRegLines(in io.Reader) (*regLines, error) {
	r := &regLines{in: in, buf: make([]byte, 256<<10)}
	for r.end < HeadSize && !r.eof {
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
	e, mark := Sniff(r.buf[:min(r.end, HeadSize)])
	if e == UTF16BE {
		return nil, refuse("UTF-16 with the high byte first: Windows writes the low byte first")
	}
	r.wide, r.start, r.offset = e == UTF16LE, mark, int64(mark)
	return r, nil
}

// fill reads more bytes behind those that are there.
func (r *regLines) fill() error {
	if r.start > 0 {
		r.end = copy(r.buf, r.buf[r.start:r.end])
		r.start = 0
	}
	if r.end == len(r.buf) {
		if len(r.buf) >= MaxLine {
			return refuse("line %d is longer than %d bytes", r.number+1, MaxLine)
		}
		r.buf = append(r.buf, make([]byte, len(r.buf))...)
	}
	n, err := r.in.Read(r.buf[r.end:])
	r.end += n
	if errors.Is(err, io.EOF) {
		r.eof = true
		return nil
	}
	return err
}

// unread makes next return the last line again.
func (r *regLines) unread() { r.again = true }

// next returns the next line, or io.EOF.
func (r *regLines) next() (regLine, error) {
	if r.again {
		r.again = false
		return r.last, nil
	}
	from := 0 // searched so far, counted from start
	for {
		if n, size := r.lineEnd(from); n >= 0 {
			return r.take(n, size), nil
		}
		from = max(0, (r.end-r.start-1)&^1)
		if r.eof {
			if r.start == r.end {
				return regLine{}, io.EOF
			}
			return r.take(r.end-r.start, 0), nil
		}
		if err := r.fill(); err != nil {
			return regLine{}, fmt.Errorf("line %d: %w", r.number+1, err)
		}
	}
}

// lineEnd finds the next line end: how many bytes before it, and its own size. In UTF-16 the byte 0x0a also occurs as
// half of other characters.
func (r *regLines) lineEnd(from int) (n, size int) {
	line := r.buf[r.start:r.end]
	for i := from; i < len(line); i++ {
		k := bytes.IndexByte(line[i:], '\n')
		if k < 0 {
			return -1, 0
		}
		i += k
		if !r.wide {
			return i, 1
		}
		if i%2 == 0 && i+1 < len(line) && line[i+1] == 0 {
			return i, 2
		}
	}
	return -1, 0
}

// take makes a line of the next n bytes, before a line end of size bytes.
func (r *regLines) take(n, size int) regLine {
	raw := r.buf[r.start : r.start+n]
	l := regLine{offset: r.offset}
	if size > 0 {
		l.eol = "\n"
		if width := size; len(raw) >= width && raw[len(raw)-width] == '\r' && (width == 1 || raw[len(raw)-1] == 0) {
			raw, l.eol = raw[:len(raw)-width], "\r\n"
		}
	}
	l.length = int64(len(raw))
	if r.wide {
		if len(raw)%2 == 1 {
			r.odd = true
			raw = raw[:len(raw)-1]
		}
		r.text, l.broken = appendUTF16(r.text[:0], raw)
	} else {
		r.text, l.broken = append8Bit(r.text[:0], raw)
	}
	r.number++
	r.start += n + size
	r.offset += int64(n + size)
	l.number, l.text = r.number, r.text
	r.last = l
	return l
}

// appendUTF16 appends UTF-16LE as UTF-8, four ASCII characters at a time; broken tells of a lone surrogate.
func appendUTF16(to, raw []byte) (_ []byte, broken bool) {
	for len(raw) >= 2 {
		for len(raw) >= 8 {
			four := binary.LittleEndian.Uint64(raw)
			if four&0xff80_ff80_ff80_ff80 != 0 {
				break
			}
			four |= four >> 8
			to = append(to, byte(four), byte(four>>8), byte(four>>32), byte(four>>40))
			raw = raw[8:]
		}
		if len(raw) < 2 {
			break
		}
		c := rune(raw[0]) | rune(raw[1])<<8
		raw = raw[2:]
		if utf16.IsSurrogate(c) {
			pair := rune(utf8.RuneError)
			if len(raw) >= 2 {
				pair = utf16.DecodeRune(c, rune(raw[0])|rune(raw[1])<<8)
			}
			if pair == utf8.RuneError {
				broken = true
			} else {
				raw = raw[2:]
			}
			c = pair
		}
		to = utf8.AppendRune(to, c)
	}
	return to, broken
}

// append8Bit appends bytes as UTF-8, which they are or else Windows-1252, the code page of most Western systems. ASCII
// is equal in all of them, and nothing is ever judged by another character.
func append8Bit(to, raw []byte) (_ []byte, broken bool) {
	if utf8.Valid(raw) {
		return append(to, raw...), false
	}
	for _, b := range raw {
		to = utf8.AppendRune(to, charmap.Windows1252.DecodeByte(b))
	}
	return to, false
}
