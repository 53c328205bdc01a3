package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence/questionnaire"
)

// Map is what a form's cells get.
type Map struct {
	Version int    `yaml:"version"`
	Words   Words  `yaml:"words,omitempty"`
	Cells   []Cell `yaml:"cells"`
}

// Words are what a form calls the answers. An answer without a word leaves its cell as it is.
type Words struct {
	Yes     string `yaml:"yes,omitempty"` // Yes if it is left out
	No      string `yaml:"no,omitempty"`  // No
	Partial string `yaml:"partial,omitempty"`
}

// Cell is one cell of the form.
type Cell struct {
	Sheet    string `yaml:"sheet"`
	Cell     string `yaml:"cell"` // D5
	Label    string `yaml:"label,omitempty"`
	Question string `yaml:"question"`
	Put      string `yaml:"put"`
	Words    Words  `yaml:"words,omitempty"` // of this cell
}

// What a cell can get.
const (
	PutAnswer  = "answer"
	PutComment = "comment"
	PutBy      = "by"
	PutAsOf    = "as of"
	PutScope   = "scope"
)

var puts = []string{PutAnswer, PutComment, PutBy, PutAsOf, PutScope}

// maxMapped is how many cells a map may name.
const maxMapped = 5000

// ReadMap reads a map. An error is one line and begins with file, line and column.
func ReadMap(name string, data []byte) (Map, error) {
	var m Map
	at, err := questionnaire.Decode(name, data, &m)
	if err != nil {
		return Map{}, err
	}
	fault := func(path, format string, args ...any) error {
		line, column := at(path)
		return fmt.Errorf("%s:%d:%d: %s", name, line, column, fmt.Sprintf(format, args...))
	}
	if m.Version != 1 {
		return Map{}, fault("$.version", "version %d, want 1", m.Version)
	}
	if len(m.Cells) == 0 || len(m.Cells) > maxMapped {
		return Map{}, fault("$.cells", "%d cells, want 1 to %d", len(m.Cells), maxMapped)
	}
	seen := map[string]bool{}
	for i, c := range m.Cells {
		path := fmt.Sprintf("$.cells[%d]", i)
		p, ok := parsePlace(c.Cell)
		key := strings.ToLower(c.Sheet) + "!" + p.String()
		switch {
		case c.Sheet == "":
			return Map{}, fault(path, "sheet is missing")
		case !ok:
			return Map{}, fault(path+".cell", "cell %q, want the form D5", c.Cell)
		case c.Question == "":
			return Map{}, fault(path, "question is missing")
		case !slices.Contains(puts, c.Put):
			return Map{}, fault(path+".put", "put %q, want one of %s", c.Put, strings.Join(puts, ", "))
		case seen[key]:
			return Map{}, fault(path+".cell", "%s of %s is in the map twice", p, c.Sheet)
		}
		seen[key] = true
	}
	return m, nil
}

// over returns w with what it leaves out taken from d.
func (w Words) over(d Words) Words {
	return Words{Yes: cmp.Or(w.Yes, d.Yes), No: cmp.Or(w.No, d.No), Partial: cmp.Or(w.Partial, d.Partial)}
}
