package compare

import (
	"bytes"
	"errors"
	"io"
)

// keyScanner finds where the keys of a registry export begin and end, and reads nothing else of it.
//
// A key begins with a bracket at the beginning of a line that is not inside a text: texts may hold line breaks, and lines
// that look like keys. A text is open after an odd number of quotes since the key's header, those behind an odd number of
// backslashes not counted. Where an export has comments, which no program writes, quotes cannot be counted: errWhole.
type keyScanner struct {
	in         io.ReadCloser
	wide       bool // UTF-16LE, else bytes
	buf        []byte
	start, end int
	offset     int64 // of buf[start] in the file
	line       int   // of buf[start], from 1
	eof        bool
	head       []byte // what comes before the first key
	found      Stretch
	last       []byte // the folded header of the last key
	rising     bool   // each header comes after the last, so that no key stands in the file twice
	folded     []byte
}

func newKeyScanner(open Open) (*keyScanner, error) {
	in, err := open()
	if err != nil {
		return nil, err
	}
	s := &keyScanner{in: in, buf: make([]byte, 512<<10), line: 1, rising: true}
	if err := s.skipHead(); err != nil {
		in.Close()
		return nil, err
	}
	return s, nil
}

func (s *keyScanner) close() { s.in.Close() }

// skipHead finds the first key. What comes before has no quotes.
func (s *keyScanner) skipHead() error {
	if _, err := s.have(4); err != nil {
		return err
	}
	head := s.buf[:min(s.end, 4)]
	mark := 0
	switch {
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}):
		s.wide, mark = true, 2
	case bytes.HasPrefix(head, []byte{0xef, 0xbb, 0xbf}):
		mark = 3
	case len(head) > 1 && head[1] == 0:
		s.wide = true
	}
	s.start = mark
	for n, lines := 0, 0; ; {
		next, err := s.lineEnd(n)
		if err != nil {
			return err
		}
		lines++
		if next < 0 || s.start+next > 64<<10 {
			return errWhole
		}
		n = next
		if s.is(n, '[') {
			if bytes.IndexByte(s.buf[:s.start+n], ';') >= 0 {
				return errWhole
			}
			s.head = bytes.Clone(s.buf[:s.start+n])
			s.start, s.offset, s.line = s.start+n, int64(s.start+n), 1+lines
			return nil
		}
	}
}

// have makes n bytes available from start, as far as there are so many, and tells how many there are.
func (s *keyScanner) have(n int) (int, error) {
	for s.end-s.start < n && !s.eof {
		if s.start > 0 && len(s.buf)-s.start < n {
			s.end = copy(s.buf, s.buf[s.start:s.end])
			s.start = 0
		}
		if s.end == len(s.buf) {
			if s.start > 0 {
				s.end = copy(s.buf, s.buf[s.start:s.end])
				s.start = 0
			} else {
				s.buf = append(s.buf, make([]byte, len(s.buf))...)
			}
		}
		read, err := s.in.Read(s.buf[s.end:])
		s.end += read
		if errors.Is(err, io.EOF) {
			s.eof = true
		} else if err != nil {
			return 0, err
		}
	}
	return s.end - s.start, nil
}

func (s *keyScanner) width() int {
	if s.wide {
		return 2
	}
	return 1
}

// is reports whether the character at n, counted from start, is the ASCII character c. It does not read on.
func (s *keyScanner) is(n int, c byte) bool {
	b := s.buf[s.start:s.end]
	return n >= 0 && n+s.width() <= len(b) && b[n] == c && (!s.wide || b[n+1] == 0)
}

// lineEnd returns where the line that holds n ends: the place behind its line end, counted from start, and -1 where the
// file ends first. At least one more character is there unless the file ends.
func (s *keyScanner) lineEnd(n int) (int, error) {
	for {
		if k := index(s.buf[s.start+n:s.end], '\n', s.wide); k >= 0 {
			n += k + s.width()
			if s.start+n+s.width() > s.end {
				_, err := s.have(n + s.width())
				return n, err
			}
			return n, nil
		}
		n = s.end - s.start
		if s.wide {
			n &^= 1
		}
		if s.eof {
			return -1, nil
		}
		if n > maxKey {
			return -1, errWhole
		}
		if _, err := s.have(s.end - s.start + 1); err != nil {
			return -1, err
		}
	}
}

// index returns where the ASCII character c first stands in b, or -1. In UTF-16 its byte is also half of others.
func index(b []byte, c byte, wide bool) int {
	for i := 0; ; i++ {
		k := bytes.IndexByte(b[i:], c)
		if k < 0 {
			return -1
		}
		i += k
		if !wide || i%2 == 0 && i+1 < len(b) && b[i+1] == 0 {
			return i
		}
	}
}

// next returns the key that begins at start, of length 0 at the end of the file. It stays there until skip is called.
func (s *keyScanner) next() (Stretch, error) {
	if s.found.Length > 0 {
		return s.found, nil
	}
	if n, err := s.have(1); err != nil || n == 0 {
		return Stretch{}, err
	}
	found := Stretch{Offset: s.offset, Line: s.line}
	n, err := s.lineEnd(0)
	found.header = max(n, 0)
	open := false // inside a text
	for counted := n; err == nil && n >= 0; n, err = s.lineEnd(n) {
		found.Lines++
		if n > maxKey {
			return Stretch{}, errWhole
		}
		if !s.is(n, '[') {
			continue
		}
		odd, comment := quotes(s.buf[s.start+counted:s.start+n], open, s.wide)
		if comment {
			return Stretch{}, errWhole
		}
		if counted, open = n, odd; !open {
			found.Length = int64(n)
			s.found = found
			return found, nil
		}
	}
	if err != nil {
		return Stretch{}, err
	}
	found.Length = int64(s.end - s.start)
	if found.header == 0 {
		found.header = s.end - s.start
	}
	s.found = found
	return found, nil
}

// quotes counts the quotes of values: it reports whether a text is open behind b, and whether a comment stands between
// texts, in which quotes would mean nothing.
func quotes(b []byte, open, wide bool) (_, comment bool) {
	width := 1
	if wide {
		width = 2
	}
	for from, at := 0, 0; ; {
		k := index(b[at:], '"', wide)
		until := len(b)
		if k >= 0 {
			until = at + k
		}
		if !open && index(b[from:until], ';', wide) >= 0 {
			return open, true
		}
		if k < 0 {
			return open, false
		}
		slashes := 0
		for i := until - width; open && i >= from && b[i] == '\\' && (!wide || b[i+1] == 0); i -= width {
			slashes++
		}
		at = until + width
		if slashes%2 == 0 {
			open, from = !open, at
		}
	}
}

func (s *keyScanner) text(x Stretch) []byte { return s.buf[s.start : s.start+int(x.Length)] }

// begins reports whether the key at start has exactly these bytes.
func (s *keyScanner) begins(key []byte) (bool, error) {
	n, err := s.have(len(key) + s.width())
	if err != nil || n < len(key) || !bytes.Equal(s.buf[s.start:s.start+len(key)], key) {
		return false, err
	}
	return n == len(key) || s.is(len(key), '[') && s.is(len(key)-s.width(), '\n'), nil
}

// skip goes on behind a key of this size.
func (s *keyScanner) skip(x Stretch) {
	if s.rising {
		s.folded = appendFolded(s.folded[:0], s.buf[s.start:s.start+x.header], s.wide)
		s.rising = bytes.Compare(s.last, s.folded) < 0
		s.last, s.folded = s.folded, s.last
	}
	s.start += int(x.Length)
	s.offset += x.Length
	s.line += x.Lines
	s.found = Stretch{}
}

// appendFolded appends a header in upper case, by letters of ASCII, up to its last bracket, with the backslash before all
// other characters: as keys are ordered.
func appendFolded(to, header []byte, wide bool) []byte {
	if i := bytes.LastIndexByte(header, ']'); i >= 0 {
		header = header[:i]
	}
	for i := 0; i < len(header); i++ {
		c := header[i]
		if wide && i+1 < len(header) {
			i++
			if header[i] != 0 {
				to = append(to, 0xff, header[i], c)
				continue
			}
		}
		switch {
		case 'a' <= c && c <= 'z':
			c -= 'a' - 'A'
		case c == '\\':
			c = 0
		}
		to = append(to, c)
	}
	return to
}
