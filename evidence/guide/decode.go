package guide

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

// decode reads one YAML document into v. Errors are one line: name:line:column: message.
func decode(name string, raw []byte, v any) error {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff")) // Windows editors write it
	if err := text(name, raw); err != nil {
		return err
	}
	tokens := lexer.Tokenize(string(raw))
	if err := plain(name, tokens); err != nil {
		return err
	}
	file, err := parser.Parse(tokens, 0)
	if err != nil {
		return located(name, err)
	}
	body, err := onlyDocument(file)
	if err != nil {
		return fmt.Errorf("%s:1:1: %w", name, err)
	}
	if err := yaml.NodeToValue(body, v, yaml.Strict()); err != nil {
		return located(name, err)
	}
	return nil
}

// plain refuses what a guide has no use for and an attacker has: anchors and aliases (small files that grow when read),
// and nesting without end, before the parser, which recurses, meets it. Brackets are counted; what nests by indentation
// is bounded by the length of a line.
func plain(name string, tokens token.Tokens) error {
	depth := 0
	for _, t := range tokens {
		fault := ""
		switch t.Type {
		case token.AnchorType, token.AliasType, token.MergeKeyType:
			fault = "anchors and aliases are not read"
		case token.TagType, token.DirectiveType:
			fault = "tags and directives are not read"
		case token.MappingStartType, token.SequenceStartType:
			if depth++; depth > maxDepth {
				fault = fmt.Sprintf("brackets nested more than %d levels deep", maxDepth)
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

// text refuses bytes that are not text, and lines that no person wrote.
func text(name string, raw []byte) error {
	line := 0
	for l := range bytes.Lines(raw) {
		line++
		if !utf8.Valid(l) {
			return fmt.Errorf("%s:%d:1: not UTF-8", name, line)
		}
		if len(l) > maxLine {
			return fmt.Errorf("%s:%d:%d: a line of more than %d bytes", name, line, maxLine, maxLine)
		}
		if i := bytes.IndexFunc(l, control); i >= 0 {
			return fmt.Errorf("%s:%d:%d: a tab or another control character", name, line, 1+utf8.RuneCount(l[:i]))
		}
	}
	return nil
}

func control(r rune) bool { return r < ' ' && r != '\n' && r != '\r' || r == 0x7f }

// onlyDocument returns the one document of f that holds anything.
func onlyDocument(f *ast.File) (ast.Node, error) {
	var body ast.Node
	for _, d := range f.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			return nil, errors.New("several YAML documents, want one")
		}
		body = d.Body
	}
	if body == nil {
		return nil, errors.New("holds no data")
	}
	return body, nil
}

// located puts the place in front of an error of the YAML package, which prints several lines with a picture.
func located(name string, err error) error {
	var y yaml.Error
	if !errors.As(err, &y) {
		return fmt.Errorf("%s:1:1: %s", name, oneLine(err.Error()))
	}
	line, column := 1, 1
	if t := y.GetToken(); t != nil && t.Position != nil {
		line, column = t.Position.Line, t.Position.Column
	}
	return fmt.Errorf("%s:%d:%d: %s", name, line, column, oneLine(y.GetMessage()))
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
