package answers

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"auditpack/evidence"
	"auditpack/evidence/manuscript"
)

// reader reads one file. It walks the syntax tree itself, so that every error has a place.
type reader struct {
	file     *manuscript.File
	source   source
	controls map[string]bool
}

// field is a key that a mapping may have.
type field struct {
	name     string
	required bool
	read     func(ast.Node) error
}

// object reads a mapping. what names it in errors; empty for the file itself.
func (r *reader) object(n ast.Node, what string, fields []field) error {
	says := func(at ast.Node, format string, args ...any) error {
		message := fmt.Sprintf(format, args...)
		if what != "" {
			message = what + ": " + message
		}
		return r.file.Errorf(at, "%s", message)
	}
	pairs, ok := mapping(n)
	if !ok {
		return says(n, "keys with values are wanted, such as %s: …", fields[0].name)
	}
	seen := map[string]bool{}
	for _, pair := range pairs {
		key, isText := pair.Key.(*ast.StringNode)
		if !isText {
			return says(pair.Key, "%q is no key", pair.Key.GetToken().Value)
		}
		i := slices.IndexFunc(fields, func(f field) bool { return f.name == key.Value })
		if i < 0 {
			return says(key, "unknown key %q; the keys are %s", key.Value, names(fields))
		}
		seen[key.Value] = true
		at := pair.Value
		if at == nil || at.Type() == ast.NullType {
			at = key // an empty value has no place of its own
		}
		var placed *manuscript.Error
		if err := fields[i].read(pair.Value); errors.As(err, &placed) {
			return err
		} else if err != nil {
			return says(at, "%s: %v", key.Value, err)
		}
	}
	for _, f := range fields {
		if f.required && !seen[f.name] {
			return says(n, "%s is missing", f.name)
		}
	}
	return nil
}

func names(fields []field) string {
	var list []string
	for _, f := range fields {
		list = append(list, f.name)
	}
	return strings.Join(list, ", ")
}

// list reads a sequence. One with nothing in it is empty: so it stands in the file that is made to be filled in.
func (r *reader) list(entry func(ast.Node) error) func(ast.Node) error {
	return func(n ast.Node) error {
		switch n := n.(type) {
		case *ast.NullNode:
			return nil
		case *ast.SequenceNode:
			for _, v := range n.Values {
				if err := entry(v); err != nil {
					return err
				}
			}
			return nil
		}
		return errors.New("a list is wanted: each entry begins with a hyphen")
	}
}

// control returns the id that an entry is about, for errors.
func (r *reader) control(n ast.Node) string {
	pairs, _ := mapping(n)
	for _, pair := range pairs {
		if key, ok := pair.Key.(*ast.StringNode); ok && key.Value == "control" {
			if value, ok := pair.Value.(*ast.StringNode); ok && len(value.Value) <= 100 {
				return strings.Trim(fmt.Sprintf("%q", value.Value), `"`)
			}
		}
	}
	return "no control"
}

func mapping(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

// cite returns the place of an entry in the file, from its first key to the end of its last value.
func (r *reader) cite(n ast.Node) evidence.Citation {
	from := manuscript.Start(n)
	begin := r.source.offset(from.Line, from.Column)
	end := r.source.block(from.Line, from.Column)
	if m, ok := n.(*ast.MappingNode); ok && m.IsFlowStyle && m.End != nil {
		end = r.source.offset(m.End.Position.Line, m.End.Position.Column) + 1
	}
	end = min(max(end, begin), len(r.source.text))
	return evidence.Citation{Item: evidence.AnswersPath, Line: from.Line, Offset: int64(begin), Length: int64(end - begin)}
}

// source is the file's bytes by line.
type source struct {
	text  []byte
	lines []int // where each line begins
}

func newSource(data []byte) source {
	s := source{text: data, lines: []int{0}}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		s.lines[0] = 3
	}
	for i, b := range data {
		if b == '\n' || b == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// end returns where line i (counted from 0) ends, with its line end.
func (s source) end(i int) int {
	if i+1 < len(s.lines) {
		return s.lines[i+1]
	}
	return len(s.text)
}

// offset returns the byte of a line and column, both counted from 1, columns in characters.
func (s source) offset(line, column int) int {
	if line < 1 || line > len(s.lines) {
		return len(s.text)
	}
	at := s.lines[line-1]
	for ; column > 1 && at < s.end(line-1); column-- {
		_, size := utf8.DecodeRune(s.text[at:])
		at += size
	}
	return at
}

// block returns where the text ends that begins at a line and goes on as long as lines are indented as deep as column.
// Blank lines and comments behind it do not belong to it.
func (s source) block(line, column int) int {
	end := s.trimmed(line - 1)
	for i := line; i < len(s.lines); i++ {
		text := bytes.TrimLeft(s.text[s.lines[i]:s.end(i)], " ")
		if len(bytes.TrimSpace(text)) == 0 || text[0] == '#' {
			continue
		}
		if indent := s.end(i) - s.lines[i] - len(text); indent < column-1 {
			break
		}
		end = s.trimmed(i)
	}
	return end
}

// trimmed returns where line i (counted from 0) ends without its line end and blanks before it.
func (s source) trimmed(i int) int {
	if i < 0 || i >= len(s.lines) {
		return len(s.text)
	}
	return s.lines[i] + len(bytes.TrimRight(s.text[s.lines[i]:s.end(i)], " \t\r\n"))
}
