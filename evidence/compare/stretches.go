package compare

import (
	"bytes"
	"io"
	"sort"

	"auditpack/evidence"
)

// Empty reports whether the side holds nothing that the other has not.
func (s *Stretches) Empty() bool { return !s.whole && len(s.list) == 0 }

// Whole reports whether nothing could be skipped.
func (s *Stretches) Whole() bool { return s.whole }

// Bytes returns how many bytes of the export Open hands out; -1 where that is all of it.
func (s *Stretches) Bytes() int64 {
	if s.whole {
		return -1
	}
	n := int64(len(s.head))
	for _, x := range s.list {
		n += x.Length
	}
	return n
}

// Open returns the stretches as an export of their own: the head of the file, then key after key.
func (s *Stretches) Open() (io.ReadCloser, error) {
	if s.whole {
		return s.open()
	}
	if len(s.texts) == len(s.list) {
		readers := []io.Reader{bytes.NewReader(s.head)}
		for _, text := range s.texts {
			readers = append(readers, bytes.NewReader(text))
		}
		return io.NopCloser(io.MultiReader(readers...)), nil
	}
	in, err := s.open()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(s.head), &picker{in: in, left: s.list}), in}, nil
}

// Place returns a function that turns Citations of what Open returns into Citations of the export itself. It costs the
// logarithm of the number of stretches.
func (s *Stretches) Place() func(evidence.Citation) evidence.Citation {
	if s.whole {
		return func(c evidence.Citation) evidence.Citation { return c }
	}
	offsets, lines := make([]int64, len(s.list)), make([]int, len(s.list))
	offset, line := int64(len(s.head)), s.lines+1
	for i, x := range s.list {
		offsets[i], lines[i] = offset, line
		offset += x.Length
		line += x.Lines
	}
	return func(c evidence.Citation) evidence.Citation {
		i := sort.Search(len(offsets), func(i int) bool { return offsets[i] > c.Offset }) - 1
		if i < 0 || c.Line == 0 {
			return c
		}
		c.Offset += s.list[i].Offset - offsets[i]
		c.Line += s.list[i].Line - lines[i]
		return c
	}
}

// picker reads the stretches out of an export.
type picker struct {
	in   io.Reader
	at   int64
	left []Stretch
	end  int64 // of the stretch that is being read
}

func (p *picker) Read(b []byte) (int, error) {
	for p.at == p.end {
		if len(p.left) == 0 {
			return 0, io.EOF
		}
		x := p.left[0]
		p.left = p.left[1:]
		if _, err := io.CopyN(io.Discard, p.in, x.Offset-p.at); err != nil {
			return 0, err
		}
		p.at, p.end = x.Offset, x.Offset+x.Length
	}
	n, err := p.in.Read(b[:min(int64(len(b)), p.end-p.at)])
	p.at += int64(n)
	if err == io.EOF && p.at < p.end {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
