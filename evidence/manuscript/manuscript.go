// Package manuscript reads YAML that people write: the operator's answers, guides, questionnaires, maps of forms. It
// knows none of these, only what they have in common.
//
//   - A file is text in UTF-8, with or without a byte order mark, with the line ends of any system. A tab or another
//     control character is an error.
//   - It holds one document at most.
//   - Anchors, aliases, merge keys, tags, directives and explicit keys (?) are errors: they make small files grow when they
//     are read, or a value mean something else than it shows.
//   - Size, length of a line, nesting of brackets and indentation are bounded before the parser, which recurses, sees any of it.
//   - Unknown and duplicate keys are errors.
//
// An error is one line that begins with name:line:column. The name is the caller's, lines and columns are counted from 1,
// columns in characters.
package manuscript

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Limits of a file: people write these, so what is much larger is not one.
type Limits struct {
	Size     int // of the file, in bytes
	Line     int // of a line, in bytes, its end included; 0: as long as the file
	Brackets int // nested in one another
}

// maxIndent is the column up to which keys and entries may be indented.
const maxIndent = 200

// File is one that was read.
type File struct {
	Root ast.Node // of its only document; nil if there is nothing in it
	name string
}

// An Error is what is wrong in a file, with its place.
type Error struct {
	Name         string
	Line, Column int
	Message      string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Column, e.Message)
}

// Parse reads a file as a tree. name stands in errors.
func Parse(name string, data []byte, l Limits) (*File, error) {
	f := &File{name: name}
	if len(data) > l.Size {
		return nil, fmt.Errorf("%s: larger than %d KiB", name, l.Size>>10)
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return nil, f.at(1, 1, "UTF-16 text: save the file as UTF-8")
	}
	// The lexer counts lines wrongly where a text of several lines has other line ends.
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(data), "\ufeff"))
	if err := f.checkText(text, l.Line); err != nil {
		return nil, err
	}
	tokens := lexer.Tokenize(text)
	if err := f.checkTokens(tokens, l.Brackets); err != nil {
		return nil, err
	}
	tree, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, f.located(err)
	}
	for _, doc := range tree.Docs {
		switch {
		case doc.Body == nil || doc.Body.Type() == ast.NullType || doc.Body.Type() == ast.CommentGroupType:
		case f.Root != nil:
			return nil, f.Errorf(doc.Body, "a second document: one file has one")
		default:
			f.Root = doc.Body
		}
	}
	return f, nil
}

// Decode reads a file that must hold something into v, the fields of which have yaml tags.
func (f *File) Decode(v any) error {
	if f.Root == nil {
		return f.at(1, 1, "holds nothing")
	}
	if err := yaml.NodeToValue(f.Root, v, yaml.Strict()); err != nil {
		return f.located(err)
	}
	return nil
}

// Errorf returns an error at the place of a node, on one line whatever the message is.
func (f *File) Errorf(n ast.Node, format string, args ...any) error {
	p := Start(n)
	return f.at(p.Line, p.Column, format, args...)
}

func (f *File) at(line, column int, format string, args ...any) error {
	return &Error{f.name, line, column, strings.Join(strings.Fields(fmt.Sprintf(format, args...)), " ")}
}

// located gives an error of the YAML package its place; it would print several lines with a picture.
func (f *File) located(err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return f.at(1, 1, "%s", yaml.FormatError(err, false, false))
	}
	line, column := 1, 1
	if t := y.GetToken(); t != nil && t.Position != nil {
		line, column = t.Position.Line, t.Position.Column
	}
	return f.at(line, column, "%s", y.GetMessage())
}

// checkText refuses bytes that are not text, and lines that no person wrote.
func (f *File) checkText(text string, longest int) error {
	line := 0
	for l := range strings.Lines(text) {
		line++
		if longest > 0 && len(l) > longest {
			return f.at(line, longest, "a line of more than %d bytes", longest)
		}
		column := 1
		for at := 0; at < len(l); column++ {
			c, size := utf8.DecodeRuneInString(l[at:])
			switch {
			case c == utf8.RuneError && size == 1:
				return f.at(line, column, "not UTF-8 text: save the file as UTF-8")
			case c < ' ' && c != '\n', c == 0x7f:
				return f.at(line, column, "a tab or another control character")
			}
			at += size
		}
	}
	return nil
}

// checkTokens refuses what no format here needs and a parser could be led astray by, before there is a tree.
func (f *File) checkTokens(tokens token.Tokens, deepest int) error {
	brackets := 0
	for _, t := range tokens {
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType, token.TagType, token.DirectiveType, token.MappingKeyType:
			return f.at(t.Position.Line, t.Position.Column, "%q is not used in this file: put a text that begins so in quotes", t.Value)
		case token.SequenceStartType, token.MappingStartType:
			brackets++
		case token.SequenceEndType, token.MappingEndType:
			brackets--
		}
		indented := brackets <= 0 && (t.Type == token.SequenceEntryType || t.Type == token.MappingValueType)
		if brackets > deepest || indented && t.Position.Column > maxIndent {
			return f.at(t.Position.Line, t.Position.Column, "nested too deep")
		}
	}
	return nil
}

// Place returns line and column of what a path ($.cells[3].sheet) names, or of the nearest thing above it.
func (f *File) Place(path string) (line, column int) {
	for path != "" && f.Root != nil {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterNode(f.Root); err == nil && n != nil {
				at := Start(n)
				return at.Line, at.Column
			}
		}
		i := strings.LastIndexAny(path, ".[")
		if i <= 0 {
			break
		}
		path = path[:i]
	}
	return 1, 1
}

// Start returns the place of a node's first character.
func Start(n ast.Node) *token.Position {
	switch m := n.(type) {
	case *ast.MappingNode:
		if !m.IsFlowStyle && len(m.Values) > 0 {
			return Start(m.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return Start(m.Key)
	}
	return n.GetToken().Position
}
