package answers

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"auditpack/evidence"
)

// Limits that keep the YAML parser's recursion small; the format itself needs 2 brackets and a few columns.
const (
	maxBrackets = 8
	maxIndent   = 200
)

// reader reads one file. It walks the syntax tree itself, so that every error has a place.
type reader struct {
	name     string
	source   source
	controls map[string]bool
}

// field is a key that a mapping may have.
type field struct {
	name     string
	required bool
	read     func(ast.Node) error
}

// placedError is an error that says where it is.
type placedError struct{ error }

func (r *reader) errorf(n ast.Node, format string, args ...any) error {
	return r.errorAt(start(n), fmt.Sprintf(format, args...))
}

func (r *reader) errorAt(p *token.Position, message string) error {
	return placedError{fmt.Errorf("%s:%d:%d: %s", r.name, p.Line, p.Column, strings.Join(strings.Fields(message), " "))}
}

// parse returns the root of the file's only document, or nil if there is nothing in it.
func (r *reader) parse() (ast.Node, error) {
	if bytes.HasPrefix(r.source.text, []byte("\xff\xfe")) || bytes.HasPrefix(r.source.text, []byte("\xfe\xff")) {
		return nil, r.errorAt(&token.Position{Line: 1, Column: 1}, "UTF-16 text: save the file as UTF-8")
	}
	if p := r.source.invalid(); p != nil {
		return nil, r.errorAt(p, "not UTF-8 text: save the file as UTF-8")
	}
	tokens := lexer.Tokenize(r.source.plain())
	if err := r.guard(tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			return nil, r.errorAt(syntax.GetToken().Position, syntax.GetMessage())
		}
		return nil, r.errorAt(&token.Position{Line: 1, Column: 1}, yaml.FormatError(err, false, false))
	}
	var root ast.Node
	for _, doc := range file.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType || doc.Body.Type() == ast.CommentGroupType:
		case root != nil:
			return nil, r.errorf(doc.Body, "a second document: one file has one")
		default:
			root = doc.Body
		}
	}
	return root, nil
}

// guard refuses what the format does not need and a parser could be led astray by, before there is a tree.
func (r *reader) guard(tokens token.Tokens) error {
	brackets := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType, token.DirectiveType, token.MappingKeyType:
			return r.errorAt(t.Position, fmt.Sprintf("%q is not used in this file: put a text that begins so in quotes", t.Value))
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		}
		indented := brackets <= 0 && (t.Type == token.SequenceEntryType || t.Type == token.MappingValueType)
		if brackets > maxBrackets || indented && t.Position.Column > maxIndent {
			return r.errorAt(t.Position, "nested too deep")
		}
	}
	return nil
}

// object reads a mapping. what names it in errors; empty for the file itself.
func (r *reader) object(n ast.Node, what string, fields []field) error {
	says := func(at ast.Node, format string, args ...any) error {
		message := fmt.Sprintf(format, args...)
		if what != "" {
			message = what + ": " + message
		}
		return r.errorf(at, "%s", message)
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
		var placed placedError
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

// start returns the place of a node's first character.
func start(n ast.Node) *token.Position {
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return start(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return start(m.Key)
	}
	return n.GetToken().Position
}

// cite returns the place of an entry in the file, from its first key to the end of its last value.
func (r *reader) cite(n ast.Node) evidence.Citation {
	from := start(n)
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
	bom   int   // length of the byte order mark that Windows editors write
	lines []int // where each line begins
}

func newSource(data []byte) source {
	s := source{text: data, lines: []int{0}}
	if bytes.HasPrefix(data, []byte("\xef\xbb\xbf")) {
		s.bom, s.lines[0] = 3, 3
	}
	for i, b := range data {
		if b == '\n' || b == '\r' && (i+1 == len(data) || data[i+1] != '\n') {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// plain returns the text with simple line ends: the lexer counts lines wrongly where a text of several lines has others.
func (s source) plain() string {
	text := strings.ReplaceAll(string(s.text[s.bom:]), "\r\n", "\n")
	return strings.ReplaceAll(text, "\r", "\n")
}

// invalid returns the place of the first byte that is not UTF-8, or nil.
func (s source) invalid() *token.Position {
	for i := range s.lines {
		for at := s.lines[i]; at < s.end(i); {
			c, size := utf8.DecodeRune(s.text[at:])
			if c == utf8.RuneError && size == 1 {
				return &token.Position{Line: i + 1, Column: utf8.RuneCount(s.text[s.lines[i]:at]) + 1}
			}
			at += size
		}
	}
	return nil
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
