package oscal

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"auditpack/evidence"
)

// stream is a list that is written element by element: those of many hosts are never held together.
type stream struct {
	name string
	each iter.Seq[any]
}

// listOf makes a list of what each yields, which yields the same whenever it is asked; nil if it yields nothing.
func listOf[T any](name string, each iter.Seq[T]) *stream {
	for range each {
		return &stream{name, func(yield func(any) bool) {
			for v := range each {
				if !yield(v) {
					return
				}
			}
		}}
	}
	return nil
}

// mark stands for the list in the frame of the document. No text has it: control characters are written out visibly.
func (s *stream) mark() string { return "\x01" + s.name }

// MarshalJSON writes the mark.
func (s *stream) MarshalJSON() ([]byte, error) { return json.Marshal(s.mark()) }

// observations are those of statements, and what Items of hosts disagree about.
func (b *builder) observations(statements []*statement, hosts []*host) *stream {
	return listOf("observations", func(yield func(observation) bool) {
		for _, s := range statements {
			for _, o := range b.observe(s) {
				if !yield(o) {
					return
				}
			}
		}
		for _, h := range hosts {
			for _, o := range b.contradictions(h) {
				if !yield(o) {
					return
				}
			}
		}
	})
}

func (b *builder) risks(statements []*statement) *stream {
	return listOf("risks", func(yield func(*risk) bool) {
		for _, s := range statements {
			if r := b.riskOf(s); r != nil && !yield(r) {
				return
			}
		}
	})
}

func (b *builder) findings(statements []*statement) *stream {
	return listOf("findings", func(yield func(*finding) bool) {
		for _, s := range statements {
			if f := b.find(s); f != nil && !yield(f) {
				return
			}
		}
	})
}

// manyHosts is from how many hosts on a document is written without indentation, an element a line: indented it would be
// twice as long, and nobody reads so many by eye.
const manyHosts = 5

// write prints a document: the frame with its lists in it. Its own identifier, which identify takes, is made of its content,
// which a first pass hashes, or of what stands for it.
func (b *builder) write(w io.Writer, document any, kind string, of evidence.Digest, identify func(uuid), lists ...*stream) error {
	if of.IsZero() {
		h := sha256.New()
		if err := printDocument(h, document, layout{}, lists); err != nil {
			return err
		}
		identify(space.name("document", hex.EncodeToString(h.Sum(nil))))
	} else {
		identify(space.name("document of audit", kind, of.String()))
	}
	if len(b.hosts) >= manyHosts {
		return printDocument(w, document, layout{lines: true}, lists)
	}
	return printDocument(w, document, layout{indent: "  "}, lists)
}

// layout is how a document is laid out: indented, in one line, or with a line for each element of the long lists.
type layout struct {
	indent string
	lines  bool
}

// printDocument writes the frame, and in the place of each mark the list.
func printDocument(w io.Writer, document any, l layout, lists []*stream) error {
	frame, err := encoded(document, "", l.indent)
	if err != nil {
		return err
	}
	lists = slices.DeleteFunc(slices.Clone(lists), func(s *stream) bool { return s == nil })
	for len(lists) > 0 {
		at, next := -1, 0
		for i, s := range lists { // marks stand in the order of the fields, and each once
			if n := bytes.Index(frame, s.quoted()); n >= 0 && (at < 0 || n < at) {
				at, next = n, i
			}
		}
		if at < 0 {
			return fmt.Errorf("oscal: a list has no place in its document")
		}
		s := lists[next]
		lists = slices.Delete(lists, next, next+1)
		if _, err := w.Write(frame[:at]); err != nil {
			return err
		}
		line := frame[bytes.LastIndexByte(frame[:at], '\n')+1 : at]
		if err := s.print(w, strings.Repeat(" ", len(line)-len(bytes.TrimLeft(line, " "))), l); err != nil {
			return err
		}
		frame = frame[at+len(s.quoted()):]
	}
	_, err = fmt.Fprintf(w, "%s\n", frame)
	return err
}

func (s *stream) quoted() []byte {
	text, _ := json.Marshal(s.mark())
	return text
}

// print writes the list; outer is the indentation of its line.
func (s *stream) print(w io.Writer, outer string, l layout) error {
	inner, open, separator, end := "", "[", ",", "]"
	switch {
	case l.lines:
		open, separator, end = "[\n", ",\n", "\n]"
	case l.indent != "":
		inner = outer + l.indent
		open, separator, end = "[\n"+inner, ",\n"+inner, "\n"+outer+"]"
	}
	before := open
	for v := range s.each {
		text, err := encoded(v, inner, l.indent)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, before); err != nil {
			return err
		}
		if _, err := w.Write(text); err != nil {
			return err
		}
		before = separator
	}
	_, err := io.WriteString(w, end)
	return err
}

// encoded is JSON without a line end.
func encoded(v any, prefix, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if indent != "" {
		e.SetIndent(prefix, indent)
	}
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
