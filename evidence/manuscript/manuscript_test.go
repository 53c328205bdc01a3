package manuscript_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence/manuscript"
)

var limits = manuscript.Limits{Size: 64 << 10, Line: 500, Brackets: 3}

type record struct {
	Name string     `yaml:"name"`
	List [][]string `yaml:"list"`
}

func read(text string) (record, error) {
	var r record
	f, err := manuscript.Parse("f.yaml", []byte(text), limits)
	if err == nil {
		err = f.Decode(&r)
	}
	return r, err
}

func TestDecode(t *testing.T) {
	want := record{Name: "two\nlines\n", List: [][]string{{"a"}, {"ä"}}}
	text := "# by hand\nname: |\n  two\n  lines\nlist: [[a], [ä]]\n"
	for _, form := range []string{text, "\ufeff" + text, strings.ReplaceAll(text, "\n", "\r\n"), strings.ReplaceAll(text, "\n", "\r"), "---\n" + text + "---\n# no more\n"} {
		got, err := read(form)
		if err != nil {
			t.Errorf("%q: %v", form, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", form, diff)
		}
	}
}

func TestRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                              "f.yaml:1:1: holds nothing",
		"# nothing\n":                   "f.yaml:1:1: holds nothing",
		"null\n":                        "f.yaml:1:1: holds nothing",
		"name: a\nnam: b\n":             `f.yaml:2:1: unknown field "nam"`,
		"name: a\nname: b\n":            `f.yaml:2:1: mapping key "name" already defined at [1:1]`,
		"name: [a\n":                    "f.yaml:1:7: sequence end token ']' not found",
		"name: &a b\n":                  `f.yaml:1:7: "&" is not used in this file: put a text that begins so in quotes`,
		"name: *a\n":                    `f.yaml:1:7: "*" is not used in this file: put a text that begins so in quotes`,
		"<<: {name: a}\n":               `f.yaml:1:1: "<<" is not used in this file: put a text that begins so in quotes`,
		"name: !!str a\n":               `f.yaml:1:7: "!!str" is not used in this file: put a text that begins so in quotes`,
		"%YAML 1.2\n---\nname: a\n":     `f.yaml:1:1: "%" is not used in this file: put a text that begins so in quotes`,
		"? name\n: a\n":                 `f.yaml:1:1: "?" is not used in this file: put a text that begins so in quotes`,
		"name: a\n---\nname: b\n":       "f.yaml:3:1: a second document: one file has one",
		"name: a\n\tlist: []\n":         "f.yaml:2:1: a tab or another control character",
		"name: ä\x01\n":                 "f.yaml:1:8: a tab or another control character",
		"name: ä\xff\n":                 "f.yaml:1:8: not UTF-8 text: save the file as UTF-8",
		"\xfe\xff\x00n":                 "f.yaml:1:1: UTF-16 text: save the file as UTF-8",
		"list: [[[[]]]]\n":              "f.yaml:1:10: nested too deep",
		strings.Repeat(" ", 200) + "a:": "f.yaml:1:202: nested too deep",
		"#" + strings.Repeat("ä", 250):  "f.yaml:1:500: a line of more than 500 bytes",
		strings.Repeat("#\n", 33<<10):   "f.yaml: larger than 64 KiB",
	} {
		if _, err := read(text); err == nil || err.Error() != want {
			t.Errorf("%.40q: %v\n  want %s", text, err, want)
		}
	}
}

func TestPlace(t *testing.T) {
	f, err := manuscript.Parse("f.yaml", []byte("name: a\nlist:\n  - [b, c]\n  - [d]\n"), limits)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string][2]int{
		"$.name": {1, 7}, "$.list[0][1]": {3, 9}, "$.list[1]": {4, 5}, "$.list[1].gone": {4, 5}, "$.gone": {1, 1}, "no path": {1, 1},
	} {
		line, column := f.Place(path)
		if got := [2]int{line, column}; got != want {
			t.Errorf("%s: %v, want %v", path, got, want)
		}
	}
}

// FuzzParse holds that no bytes make the reader panic, and that an error is one line with a place inside the file.
func FuzzParse(f *testing.F) {
	f.Add([]byte("name: |\n  two\n  lines\nlist: [[a], [ä]]\n"))
	f.Add([]byte("\ufeffname: 'a'\r\nlist:\r\n- - b\r\n---\r\n"))
	f.Add([]byte("name: &a {b: *a}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := manuscript.Parse("f.yaml", data, limits)
		if err == nil {
			file.Place("$.list[0].a")
			err = file.Decode(&record{})
		}
		var placed *manuscript.Error
		if errors.As(err, &placed) {
			lines := 1 + strings.Count(string(data), "\n") + strings.Count(string(data), "\r")
			if strings.ContainsAny(err.Error(), "\r\n") || placed.Line < 1 || placed.Line > lines || placed.Column < 1 {
				t.Errorf("error %q of %d lines", err, lines)
			}
		} else if err != nil && len(data) <= limits.Size {
			t.Errorf("error without a place: %v", err)
		}
	})
}
