package questionnaire

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

// Limits of what is read: people write these files.
const (
	maxSize     = 512 << 10 // of the file, in bytes
	maxLine     = 2000      // of a line, in bytes
	maxBrackets = 20
)

// decode reads the one YAML document of a file into v and returns it as a tree, for the places of later errors.
func decode(name string, data []byte, v any) (ast.Node, error) {
	if len(data) > maxSize {
		return nil, fmt.Errorf("%s: larger than %d KiB", name, maxSize>>10)
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // Windows editors write it
	if err := isText(name, data); err != nil {
		return nil, err
	}
	text := strings.ReplaceAll(string(data), "\r\n", "\n")
	tokens := lexer.Tokenize(text)
	if err := isPlain(name, tokens); err != nil {
		return nil, err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, located(name, err)
	}
	var body ast.Node
	for _, d := range file.Docs {
		switch {
		case d.Body == nil || d.Body.Type() == ast.CommentGroupType:
		case body != nil:
			return nil, fmt.Errorf("%s:1:1: several YAML documents, want one", name)
		default:
			body = d.Body
		}
	}
	if body == nil || body.Type() == ast.NullType {
		return nil, fmt.Errorf("%s:1:1: holds nothing", name)
	}
	if err := yaml.NodeToValue(body, v, yaml.Strict()); err != nil {
		return nil, located(name, err)
	}
	return body, nil
}

// isText refuses bytes that are not text, and lines that no person wrote.
func isText(name string, data []byte) error {
	line := 0
	for l := range bytes.Lines(data) {
		line++
		if !utf8.Valid(l) {
			return fmt.Errorf("%s:%d:1: not UTF-8", name, line)
		}
		if len(l) > maxLine {
			return fmt.Errorf("%s:%d:%d: a line of more than %d bytes", name, line, maxLine, maxLine)
		}
		control := func(r rune) bool { return r < ' ' && r != '\n' && r != '\r' || r == 0x7f }
		if i := bytes.IndexFunc(l, control); i >= 0 {
			return fmt.Errorf("%s:%d:%d: a tab or another control character", name, line, 1+utf8.RuneCount(l[:i]))
		}
	}
	return nil
}

// isPlain refuses what the format has no use for and an attacker has, before the parser, which recurses, meets it.
func isPlain(name string, tokens token.Tokens) error {
	depth := 0
	for _, t := range tokens {
		fault := ""
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			fault = "anchors and aliases are not read"
		case token.TagType, token.DirectiveType:
			fault = "tags and directives are not read"
		case token.MappingStartType, token.SequenceStartType:
			if depth++; depth > maxBrackets {
				fault = fmt.Sprintf("brackets nested more than %d levels deep", maxBrackets)
			}
		case token.MappingEndType, token.SequenceEndType:
			depth--
		}
		if fault != "" {
			return fmt.Errorf("%s:%d:%d: %s", name, t.Position.Line, t.Position.Column, fault)
		}
	}
	return nil
}

// located puts the place in front of an error of the YAML package, which prints several lines with a picture.
func located(name string, err error) error {
	line, column, message := 1, 1, err.Error()
	var y yaml.Error
	if errors.As(err, &y) {
		message = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			line, column = t.Position.Line, t.Position.Column
		}
	}
	return fmt.Errorf("%s:%d:%d: %s", name, line, column, strings.Join(strings.Fields(message), " "))
}

// Decode reads one strict YAML document of a person's into v: unknown and duplicate keys, anchors and tags are errors. It
// returns what says where a path ($.cells[3].sheet) stands.
func Decode(name string, data []byte, v any) (at func(path string) (line, column int), err error) {
	body, err := decode(name, data, v)
	return func(path string) (int, int) { return place(body, path) }, err
}

// place returns line and column of what path names in a tree, or of the nearest thing above it.
func place(body ast.Node, path string) (line, column int) {
	for path != "" {
		if p, err := yaml.PathString(path); err == nil {
			if n, err := p.FilterNode(body); err == nil && n != nil {
				at := start(n)
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
