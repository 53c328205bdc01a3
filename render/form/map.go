package form

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/manuscript"
)

// Map is what the cells of a workbook get, or the fields of a PDF.
type Map struct {
	Version int     `yaml:"version"`
	Words   Words   `yaml:"words,omitempty"`
	Cells   []Cell  `yaml:"cells,omitempty"`
	Fields  []Field `yaml:"fields,omitempty"`

	name   string // of the file it was read from
	digest evidence.Digest
}

// Words are what a form calls the answers. An answer without a word leaves its cell as it is.
type Words struct {
	Yes     string `yaml:"yes,omitempty"` // Yes if it is left out
	No      string `yaml:"no,omitempty"`  // No
	Partial string `yaml:"partial,omitempty"`
}

// Cell is one cell of the form.
type Cell struct {
	Sheet string `yaml:"sheet"`
	Cell  string `yaml:"cell"` // D5
	Label string `yaml:"label,omitempty"`
	Entry `yaml:",inline"`
}

// Field is one field of a PDF.
type Field struct {
	Field string `yaml:"field"` // its full name: applicant.name
	Label string `yaml:"label,omitempty"`
	// When is the answer at which a check box is ticked: yes if it is left out, no or partial.
	When  string `yaml:"when,omitempty"`
	Entry `yaml:",inline"`
}

// Entry is what a cell or a field gets.
type Entry struct {
	Question string `yaml:"question,omitempty"` // may be left out where the set as a whole says it: as of, client
	Put      string `yaml:"put"`
	Words    Words  `yaml:"words,omitempty"` // of this one

	at string // where it stands: map.yaml:3:5
}

// What a cell or a field can get.
const (
	PutAnswer  = "answer"
	PutComment = "comment"
	PutBy      = "by"
	PutAsOf    = "as of"
	PutScope   = "scope"
	PutClient  = "client"
)

var puts = []string{PutAnswer, PutComment, PutBy, PutAsOf, PutScope, PutClient}

// whens are the answers at which a check box can be ticked.
var whens = []string{"", "yes", "no", "partial"}

// maxMapped is how many cells or fields a map may name.
const maxMapped = 5000

// ReadMap reads a map. An error is one line and begins with file, line and column.
func ReadMap(name string, data []byte) (Map, error) {
	var m Map
	file, err := manuscript.Parse(name, data, manuscript.Limits{Size: 512 << 10, Line: 2000, Brackets: 20})
	if err == nil {
		err = file.Decode(&m)
	}
	if err != nil {
		return Map{}, err
	}
	fault := func(path, format string, args ...any) error {
		line, column := file.Place(path)
		return fmt.Errorf("%s:%d:%d: %s", name, line, column, fmt.Sprintf(format, args...))
	}
	m.name, m.digest = name, evidence.DigestOf(data)
	switch n := len(m.Cells) + len(m.Fields); {
	case m.Version != 1:
		return Map{}, fault("$.version", "version %d, want 1", m.Version)
	case len(m.Cells) > 0 && len(m.Fields) > 0:
		return Map{}, fault("$.fields", "cells and fields in one map: a form is a workbook or a PDF")
	case n == 0:
		return Map{}, fault("$", "no cell and no field is named: delete the # before the entries that are to be filled")
	case n > maxMapped:
		return Map{}, fault("$", "%d cells or fields, want 1 to %d", n, maxMapped)
	}
	seen := map[string]bool{}
	entry := func(path, key, what string, e *Entry) error {
		line, column := file.Place(path)
		e.at = fmt.Sprintf("%s:%d:%d: ", name, line, column)
		switch {
		case !slices.Contains(puts, e.Put):
			return fault(path+".put", "put %q, want one of %s", e.Put, strings.Join(puts, ", "))
		case e.Question == "" && e.Put != PutAsOf && e.Put != PutClient:
			return fault(path, "question is missing")
		case seen[key]:
			return fault(path, "%s is in the map twice", what)
		}
		seen[key] = true
		return nil
	}
	for i := range m.Cells {
		c, path := &m.Cells[i], fmt.Sprintf("$.cells[%d]", i)
		p, ok := parsePlace(c.Cell)
		switch {
		case c.Sheet == "":
			return Map{}, fault(path, "sheet is missing")
		case !ok:
			return Map{}, fault(path+".cell", "cell %q, want the form D5", c.Cell)
		}
		if err := entry(path, strings.ToLower(c.Sheet)+"!"+p.String(), p.String()+" of "+c.Sheet, &c.Entry); err != nil {
			return Map{}, err
		}
	}
	for i := range m.Fields {
		f, path := &m.Fields[i], fmt.Sprintf("$.fields[%d]", i)
		switch {
		case f.Field == "":
			return Map{}, fault(path, "field is missing")
		case !slices.Contains(whens, f.When):
			return Map{}, fault(path+".when", "when %q, want yes, no or partial", f.When)
		}
		if err := entry(path, f.Field, f.Field, &f.Entry); err != nil {
			return Map{}, err
		}
	}
	return m, nil
}

// over returns w with what it leaves out taken from d.
func (w Words) over(d Words) Words {
	return Words{Yes: cmp.Or(w.Yes, d.Yes), No: cmp.Or(w.No, d.No), Partial: cmp.Or(w.Partial, d.Partial)}
}
