package render

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// forms is the Part of the insurers' own forms that were filled: what of each is open, and what to look at.
func (b *builder) forms() []Part {
	if len(b.audit.Forms) == 0 {
		return nil
	}
	p := Part{Anchor: "forms", Title: "Insurers' forms", Report: true, Blocks: []Block{
		&Paragraph{Lead: true, Text: b.formSentence()},
		&Paragraph{Text: "The filled copies lie in the package. Everything that a form's map does not name is as the insurer sent it. A blank is left where the " +
			"evidence and the attestations give no answer: insurers read a blank as a no, so a person has to settle it before signing."}}}
	for i := range b.audit.Forms {
		f := &b.audit.Forms[i]
		anchor := fmt.Sprintf("form/%d", i+1)
		p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: b.line(f.Name), Anchor: anchor, Note: formNote(f)},
			&Fields{List: []Field{
				{"Form", []Cell{b.t(string(f.Kind)), b.mono("SHA-256 " + f.Digest.String())}},
				{"Filled copy", []Cell{b.mono(f.Path), b.mono("SHA-256 " + f.Filled.String())}},
				{"By the map", []Cell{b.t(f.Map), b.mono("SHA-256 " + f.MapDigest.String())}},
			}},
			b.formNotes("Left blank: a person has to settle these", "Nothing is left blank.", anchor+"/open", f.Open),
		)
		if len(f.Look) > 0 {
			p.Blocks = append(p.Blocks, b.formNotes("Filled, and to be looked at", "", anchor+"/look", f.Look))
		}
		p.Blocks = append(p.Blocks, b.formConfirm(anchor+"/confirm", f), b.formFields(anchor+"/filled", f))
	}
	return []Part{p}
}

// formSentence is what became of all forms.
func (b *builder) formSentence() string {
	filled, open, attested := 0, 0, 0
	for _, f := range b.audit.Forms {
		filled += len(f.Fields)
		open += len(f.Open)
		attested += len(f.ToConfirm())
	}
	n := len(b.audit.Forms)
	text := fmt.Sprintf("%d %s filled from these answers: %d of %d mapped fields; ", n, plural(n, "form of an insurer was", "forms of insurers were"), filled, filled+open)
	if open == 0 {
		text += "none is left blank."
	} else {
		text += fmt.Sprintf("%d %s left blank for a person.", open, plural(open, "is", "are"))
	}
	if attested > 0 {
		text += fmt.Sprintf(" %d %s on a person's word, which the signer has to confirm.", attested, plural(attested, "answer rests", "answers rest"))
	}
	return text
}

func formNote(f *evidence.FilledForm) string {
	return fmt.Sprintf("%d of %d filled", len(f.Fields), len(f.Fields)+len(f.Open))
}

func (b *builder) formNotes(title, empty, anchor string, notes []evidence.FormNote) *Table {
	t := &Table{Anchor: anchor, Title: title, Empty: empty, Columns: []Column{{"Field", MonoKind, 3}, {"Question", TextKind, 1.8}, {"Why", TextKind, 4.8}}}
	for _, n := range notes {
		where := n.Where
		if where == "" {
			where = "the form as a whole"
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.fieldCell(where, n.Label), b.questionCell(n.Question), b.t(n.Why)}})
	}
	return t
}

// formConfirm lists the answers that nothing but somebody's word stands for, as a whole or in part.
func (b *builder) formConfirm(anchor string, f *evidence.FilledForm) *Table {
	t := &Table{Anchor: anchor, Title: "Attested: to be confirmed by the signer", Empty: "No answer in this form rests on a person's word.",
		Columns: []Column{{"Field", MonoKind, 2}, {"Question", TextKind, 2}, {"Basis", TextKind, 1.5}, {"About", TextKind, 1.5}, {"Attested by", TextKind, 3}}}
	for _, x := range f.ToConfirm() {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.fieldCell(x.Where, x.Label), b.questionCell(x.Question), b.basisCell(x), b.t(x.Scope), b.t(x.Attested)}})
	}
	return t
}

// basisCell is what the answer in a field rests on. A word has the sign that it has everywhere.
func (b *builder) basisCell(x evidence.FormField) Cell {
	text := string(x.Basis)
	if x.Attested != "" {
		text = AttestedMark + " " + text
	}
	return b.t(text)
}

func (b *builder) formFields(anchor string, f *evidence.FilledForm) *Table {
	t := &Table{Anchor: anchor, Title: "Filled", Empty: "Nothing was filled.",
		Columns: []Column{{"Field", MonoKind, 2}, {"Question", TextKind, 2}, {"What", TextKind, 1}, {"Basis", TextKind, 1.5}, {"About", TextKind, 1.5}, {"It says", TextKind, 4}}}
	for _, x := range f.Fields {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.fieldCell(x.Where, x.Label), b.questionCell(x.Question), b.t(x.Put), b.basisCell(x), b.t(x.Scope), b.t(x.Text)}})
	}
	return t
}

// fieldCell is a field's name, with what people call it below.
func (b *builder) fieldCell(where, label string) Cell {
	if label == "" {
		return b.mono(where)
	}
	return stack(MonoKind, b.mono(where), b.t(label))
}

// questionCell is a question's id, linked to its answer: that of the first set that has it, as a form is filled.
func (b *builder) questionCell(id string) Cell {
	c := b.t(id)
	for _, set := range b.audit.Questionnaires {
		for _, q := range set.Answers {
			if id != "" && q.ID == id {
				c.Link = answerAnchor(set.ID, id)
				return c
			}
		}
	}
	return c
}

// formSheets is the sheet of all fields of all forms, if there are any.
func (b *builder) formSheets() []Part {
	if len(b.audit.Forms) == 0 {
		return nil
	}
	t := &Table{Anchor: "sheet-forms-table", Empty: "No fields.", Columns: []Column{
		{"Form", TextKind, 2}, {"Field", MonoKind, 2}, {"Label", TextKind, 3}, {"State", TextKind, 1}, {"Question", TextKind, 2}, {"What", TextKind, 1}, {"Basis", TextKind, 1.5}, {"About", TextKind, 2}, {"Attested by", TextKind, 2}, {"It says, or why not", TextKind, 6}, {"Filled copy", MonoKind, 3}}}
	for _, f := range b.audit.Forms {
		add := func(state string, x evidence.FormField) {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(f.Name), b.mono(x.Where), b.t(x.Label), {Kind: TextKind, Text: state, Strong: state != "filled"}, b.t(x.Question),
				b.t(x.Put), b.basisCell(x), b.t(x.Scope), b.t(x.Attested), b.t(strings.TrimSpace(x.Text)), b.mono(f.Path)}})
		}
		note := func(state string, n evidence.FormNote) {
			add(state, evidence.FormField{Where: n.Where, Label: n.Label, Question: n.Question, Text: n.Why})
		}
		for _, n := range f.Open {
			note("blank", n)
		}
		for _, n := range f.Look {
			note("look at", n)
		}
		for _, x := range f.Fields {
			add("filled", x)
		}
	}
	return []Part{{Anchor: "sheet-forms", Title: "Insurers' forms", Sheet: SheetForms, Blocks: []Block{t}}}
}
