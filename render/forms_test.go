package render_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestFormsShown holds that report and workbook say of every form what was filled, what stayed blank and what is to be looked
// at, each once, with hostile names made visible.
func TestFormsShown(t *testing.T) {
	a := rendertest.Audit()
	if d := render.Build(a); part(d, "forms") != nil || part(d, "sheet-forms") != nil {
		t.Error("a chapter on forms without any")
	}
	a.Forms = []evidence.FilledForm{{Kind: evidence.PDFForm, Name: "a\u202efdp", Path: "data/questionnaire/forms/1-a.pdf", Map: "m.yaml",
		Fields: []evidence.FormField{{Where: "q1", Label: "Is it?", Question: "q", Put: "answer", Text: "Yes", Basis: evidence.ByEvidence, Scope: "A, B"},
			{Where: "q5", Question: "t", Put: "answer", Text: "Yes", Basis: evidence.ByAttestation, Scope: "company", Attested: "the owner on 2026-10-01, until 2026-12-31"},
			{Where: "q6", Question: "t", Put: "as of", Text: "2026-10-21", Basis: evidence.ByAttestation, Scope: "company", Attested: "the owner on 2026-10-01, until 2026-12-31"},
			{Where: "q7", Put: "client", Text: "Example"}},
		Open: []evidence.FormNote{{Where: "q2", Question: "r", Why: "not answered"}, {Where: "q3", Question: "s", Why: "not answered"}},
		Look: []evidence.FormNote{{Why: "as a whole"}}}}
	d := render.Build(a)
	report := part(d, "forms")
	if report == nil || !report.Report || report.Blocks[0].(*render.Paragraph).Text != "1 form of an insurer was filled from these answers: 4 of 6 mapped fields; 2 are left blank for a person. "+
		"1 answer rests on a person's word, which the signer has to confirm." {
		t.Fatalf("%+v", report)
	}
	var rows []string
	for _, b := range report.Blocks {
		switch b := b.(type) {
		case *render.Heading:
			rows = append(rows, b.Text+" | "+b.Note)
		case *render.Table:
			rows = append(rows, rowTexts(b)...)
		}
	}
	if diff := cmp.Diff([]string{`a\u202Efdp | 4 of 6 filled`, "q2 | r | not answered", "q3 | s | not answered", "the form as a whole |  | as a whole",
		"q5 | t | ✎ attestation | company | the owner on 2026-10-01, until 2026-12-31",
		"q1, Is it? | q | answer | evidence | A, B | Yes", "q5 | t | answer | ✎ attestation | company | Yes", "q6 | t | as of | ✎ attestation | company | 2026-10-21",
		"q7 |  | client |  |  | Example"}, rows); diff != "" {
		t.Error(diff)
	}
	sheet := part(d, "sheet-forms")
	if sheet == nil || sheet.Sheet != render.SheetForms {
		t.Fatalf("%+v", sheet)
	}
	const name, copied = `a\u202Efdp | `, " | data/questionnaire/forms/1-a.pdf"
	if diff := cmp.Diff([]string{name + "q2 |  | blank | r |  |  |  |  | not answered" + copied, name + "q3 |  | blank | s |  |  |  |  | not answered" + copied,
		name + " |  | look at |  |  |  |  |  | as a whole" + copied, name + "q1 | Is it? | filled | q | answer | evidence | A, B |  | Yes" + copied,
		name + "q5 |  | filled | t | answer | ✎ attestation | company | the owner on 2026-10-01, until 2026-12-31 | Yes" + copied,
		name + "q6 |  | filled | t | as of | ✎ attestation | company | the owner on 2026-10-01, until 2026-12-31 | 2026-10-21" + copied,
		name + "q7 |  | filled |  | client |  |  |  | Example" + copied}, rowTexts(sheet.Blocks[0].(*render.Table))); diff != "" {
		t.Error(diff)
	}
}

func part(d render.Document, anchor string) *render.Part {
	for i := range d.Parts {
		if d.Parts[i].Anchor == anchor {
			return &d.Parts[i]
		}
	}
	return nil
}

// rowTexts are the rows of a table as text.
func rowTexts(t *render.Table) []string {
	var rows []string
	for _, r := range t.Rows {
		var list []string
		for _, c := range r.Cells {
			text := c.Text
			for _, also := range c.Also {
				text += ", " + also.Text
			}
			list = append(list, text)
		}
		rows = append(rows, strings.Join(list, " | "))
	}
	return rows
}
