package evidence

import (
	"fmt"
	"slices"
)

// FormVersion is the format of what is written about a filled form.
const FormVersion = "auditpack.form/1"

// FormKind is what an insurer's own form is.
type FormKind string

// The FormKinds.
const (
	WorkbookForm FormKind = "workbook" // XLSX
	PDFForm      FormKind = "PDF"      // with fields (AcroForm)
)

// FilledForm is an insurer's own form, filled in by a map: what each of its fields got, and which got nothing.
type FilledForm struct {
	Version   string   `json:"version"` // auditpack.form/1
	Kind      FormKind `json:"kind"`
	Name      string   `json:"form"`   // base name of the form
	Digest    Digest   `json:"sha256"` // of the form as it came
	Map       string   `json:"map,omitempty"`
	MapDigest Digest   `json:"map_sha256"`
	// Path is where the filled copy lies in a package.
	Path   string `json:"path,omitempty"`
	Filled Digest `json:"filled_sha256"` // of the filled copy
	// Fields are those that got something, in the order of the map.
	Fields []FormField `json:"filled"`
	// Open are those that got nothing. An insurer may read a blank as a no.
	Open []FormNote `json:"not_filled"`
	// Look are filled ones that a person has to look at: a text that does not fit, a script that was not run.
	Look []FormNote `json:"look_at"`
}

// FormField is one field (or cell) of a form and what it got.
type FormField struct {
	Where    string `json:"where"` // Application!D5, or the name of a field
	Label    string `json:"label,omitempty"`
	Question string `json:"question,omitempty"`
	Put      string `json:"put"`  // answer, comment, by, as of, scope or client
	Text     string `json:"text"` // what it got; of a box: ticked or not ticked
	// Basis is what the answer behind it rests on, and Scope what that is about: company, or the servers. Both are empty where
	// no question is behind it. Attested says whose word it is, where it is one.
	Basis    AnswerBasis `json:"basis,omitempty"`
	Scope    string      `json:"scope,omitempty"`
	Attested string      `json:"attested_by,omitempty"`
}

// ToConfirm returns a field for each question whose answer rests on somebody's word, as a whole or in part: whoever signs
// the form has to stand for it, since nothing that was seen does.
func (f FilledForm) ToConfirm() []FormField {
	var list []FormField
	for _, x := range f.Fields {
		said := x.Basis == ByAttestation || x.Basis == ByBoth
		if said && !slices.ContainsFunc(list, func(y FormField) bool { return y.Question == x.Question }) {
			list = append(list, x)
		}
	}
	return list
}

// FormNote says why a field got nothing, or what of it a person has to look at.
type FormNote struct {
	Where    string `json:"where,omitempty"` // empty: the form as a whole
	Label    string `json:"label,omitempty"`
	Question string `json:"question,omitempty"`
	Why      string `json:"why"`
}

// String returns the note on one line.
func (n FormNote) String() string {
	switch {
	case n.Where == "":
		return n.Why
	case n.Question == "":
		return fmt.Sprintf("%s: %s", n.Where, n.Why)
	}
	return fmt.Sprintf("%s: %s: %s", n.Where, n.Question, n.Why)
}
