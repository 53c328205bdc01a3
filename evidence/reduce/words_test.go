package reduce

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write words.txt anew from the sources")

// speaking are the packages whose texts come into an Audit.
var speaking = []string{"..", "../audit", "../check", "../compare", "../parse", "../collect", "../snapshot", "../questionnaire", "../stig"}

// TestWords holds that words.txt has every word that the program itself uses, so that a reduced package can be read, and no
// other, so that nothing else passes; with -update it writes the file.
func TestWords(t *testing.T) {
	used := map[string]bool{}
	for _, dir := range speaking {
		names, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			for _, text := range literals(t, name) {
				for _, w := range words(text) {
					if !plain.MatchString(w) && strings.ContainsAny(w, "abcdefghijklmnopqrstuvwxyz") {
						used[w] = true
					}
				}
			}
		}
	}
	var list []string
	for w := range used {
		list = append(list, w)
	}
	slices.Sort(list)
	want := strings.Join(list, "\n") + "\n"
	if *update {
		if err := os.WriteFile("words.txt", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if programWords == want {
		return
	}
	have := strings.Fields(programWords)
	for _, w := range list {
		if !slices.Contains(have, w) {
			t.Errorf("%q is not in words.txt: run go test ./evidence/reduce -run TestWords -update", w)
		}
	}
	for _, w := range have {
		if !used[w] {
			t.Errorf("%q is in words.txt, and no source uses it: run go test ./evidence/reduce -run TestWords -update", w)
		}
	}
}

// literals returns the texts in a source file: not what it imports, nor the tags of its fields.
func literals(t *testing.T, name string) []string {
	f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			n.Tag = nil
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && n.Kind == token.STRING {
				list = append(list, text)
			}
		}
		return true
	})
	return list
}
