package form_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render/form"
)

// insurersForm is a form as insurers send them: a protected sheet with merged cells, drop-downs (written in the rule, from
// another sheet, by a name), a bound on a text, formats, a formula, a comment.
func insurersForm(t testing.TB) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	const sheet = "Application"
	must(f.SetSheetName("Sheet1", sheet))
	_, err := f.NewSheet("Lists")
	must(err)
	must(f.SetSheetCol("Lists", "A1", &[]string{"YES", "NO", "SOMETIMES"}))
	must(f.SetDefinedName(&excelize.DefinedName{Name: "Answers", RefersTo: "Lists!$A$1:$A$3"}))
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Protection: &excelize.Protection{Locked: false}})
	must(err)
	must(f.SetColStyle(sheet, "F", bold))
	for cell, text := range map[string]string{"A1": "Application for insurance", "A3": "Is RDP closed?", "A4": "Is there MFA?", "A5": "Is there a plan?", "A6": "Are logs kept?", "A7": "Comment:", "A9": "Total"} {
		must(f.SetCellStr(sheet, cell, text))
	}
	must(f.MergeCell(sheet, "A1", "F1"))
	must(f.MergeCell(sheet, "B7", "E7"))
	must(f.SetCellStyle(sheet, "B3", "B7", bold))
	must(f.SetCellFormula(sheet, "B9", `COUNTIF(B3:B6,"Yes")`))
	list := func(sqref string, set func(*excelize.DataValidation)) {
		v := excelize.NewDataValidation(true)
		v.SetSqref(sqref)
		set(v)
		must(f.AddDataValidation(sheet, v))
	}
	list("B3", func(v *excelize.DataValidation) { must(v.SetDropList([]string{"Yes", "No", "Sometimes"})) })
	list("B4", func(v *excelize.DataValidation) { v.SetSqrefDropList("Lists!$A$1:$A$3") })
	list("B5:B6", func(v *excelize.DataValidation) { v.SetSqrefDropList("Answers") })
	list("B7", func(v *excelize.DataValidation) {
		must(v.SetRange(0, 40, excelize.DataValidationTypeTextLength, excelize.DataValidationOperatorBetween))
	})
	list("D3", func(v *excelize.DataValidation) {
		must(v.SetRange(0, 100, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween))
	})
	must(f.AddComment(sheet, excelize.Comment{Cell: "A3", Author: "Insurer", Text: "Port 3389"}))
	must(f.ProtectSheet(sheet, &excelize.SheetProtectionOptions{Password: "secret", SelectLockedCells: true}))
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}

var answered = []evidence.AnsweredQuestionnaire{{ID: "own", AsOf: time.Date(2026, 10, 21, 9, 0, 0, 0, time.UTC), Answers: []evidence.QuestionAnswer{
	{ID: "rdp", Reach: evidence.OfHost, Status: evidence.Confirmed, Comment: "Yes for A. <&> \"x\"", Hosts: []evidence.HostBearings{{Host: "A"}, {Host: "B"}}},
	{ID: "mfa", Reach: evidence.OfCompany, Status: evidence.Confirmed, Basis: evidence.ByAttestation, Comment: "Yes, by the word of a person.", Standing: evidence.Valid, Attestation: &evidence.Attestation{By: "the owner"}},
	{ID: "plan", Reach: evidence.OfCompany, Status: evidence.NotAnswered, Comment: "Not answered."},
	{ID: "logs", Reach: evidence.OfHost, Status: evidence.Partial, Comment: strings.Repeat("long ", 20)},
	{ID: "off", Reach: evidence.OfHost, Status: evidence.AnswerNo, Comment: "=1+1", Discords: []evidence.Discord{{Said: "yes", Seen: "no"}}},
	{ID: "denied", Reach: evidence.OfHost, Status: evidence.NotProvable, Discords: []evidence.Discord{{Said: "no", Seen: "yes"}}},
}}}

func cells(list ...form.Cell) form.Map { return form.Map{Version: 1, Cells: list} }

func at(cell, question, put string) form.Cell {
	return form.Cell{Sheet: "Application", Cell: cell, Entry: form.Entry{Question: question, Put: put}}
}

// full fills old cells, cells that are not in the file, rows that are not, and leaves one.
var full = form.Map{Version: 1, Words: form.Words{Partial: "Sometimes"}, Cells: []form.Cell{
	at("B3", "rdp", "answer"), at("B4", "mfa", "answer"), at("B5", "plan", "answer"), at("B6", "logs", "answer"), at("B7", "rdp", "comment"),
	at("F4", "mfa", "by"), at("C3", "off", "answer"), at("E3", "rdp", "as of"), at("B20", "rdp", "scope"), at("A20", "off", "comment"), at("F30", "denied", "answer"),
	at("F31", "mfa", "scope"),
}}

func parts(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
	}
	return all
}

func TestFill(t *testing.T) {
	before := insurersForm(t)
	filled, err := form.Fill("form.xlsx", before, full, answered)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, l := range filled.Form.Open {
		left = append(left, l.String())
	}
	want := []string{"Application!B5: plan: not answered", "Application!F30: denied: the evidence and a person contradict each other"}
	if diff := cmp.Diff(want, left); diff != "" || len(filled.Form.Fields) != 10 {
		t.Errorf("%d cells; left (-want +got):\n%s", len(filled.Form.Fields), diff)
	}
	f, err := excelize.OpenReader(bytes.NewReader(filled.Data))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]string{"B3": "Yes", "B4": "YES", "B5": "", "B6": "SOMETIMES", "B7": `Yes for A. <&> "x"`, "F4": "the owner", "C3": "No", "E3": "2026-10-21",
		"B20": "A, B", "A20": "=1+1", "F30": "", "F31": "company", "A1": "Application for insurance", "A5": "Is there a plan?"} {
		if got, err := f.GetCellValue("Application", cell); err != nil || got != want {
			t.Errorf("%s is %q (%v), want %q", cell, got, err, want)
		}
	}
	if formula, _ := f.GetCellFormula("Application", "A20"); formula != "" {
		t.Errorf("a comment became the formula %s", formula)
	}
	oldStyle, _ := f.GetCellStyle("Application", "B5")
	for _, cell := range []string{"B3", "F4"} { // of its own; of its column
		if style, _ := f.GetCellStyle("Application", cell); style != oldStyle || style == 0 {
			t.Errorf("%s has the format %d, want %d", cell, style, oldStyle)
		}
	}
	untouched(t, before, filled.Data)
}

// untouched holds that every other part has its bytes, and the sheet all of them but its changed cells.
func untouched(t *testing.T, before, after []byte) {
	t.Helper()
	const sheet = "xl/worksheets/sheet1.xml"
	was, is := parts(t, before), parts(t, after)
	for name, text := range was {
		if is[name] != text && name != sheet {
			t.Errorf("%s differs", name)
		}
	}
	if len(is) != len(was) {
		t.Errorf("%d parts, there were %d", len(is), len(was))
	}
	// Without the cells that the map names, and rows and cells that it added, both sheets are the same text.
	strip := func(s string) string {
		for _, cell := range []string{"B3", "B4", "B6", "B7", "F4", "C3", "E3", "B20", "A20", "F31"} {
			s = regexp.MustCompile(`<c r="`+cell+`"[^>]*?(/>|>.*?</c>)`).ReplaceAllString(s, "")
		}
		return regexp.MustCompile(`<row r="(20|31)"></row>`).ReplaceAllString(s, "")
	}
	if diff := cmp.Diff(strip(was[sheet]), strip(is[sheet])); diff != "" {
		t.Errorf("the sheet differs beside its cells:\n%s", diff)
	}
	for _, keep := range []string{"<sheetProtection", "<dataValidations", "<mergeCells", "<legacyDrawing"} {
		if !strings.Contains(is[sheet], keep) {
			t.Errorf("%s is gone", keep)
		}
	}
}

// TestFillRefuses holds that what does not fit the form is an error before anything is made.
func TestFillRefuses(t *testing.T) {
	good := insurersForm(t)
	for _, c := range []struct {
		name string
		data []byte
		m    form.Map
		want string
	}{
		{"no such sheet", good, cells(form.Cell{Sheet: "Aplication", Cell: "B3", Entry: form.Entry{Question: "rdp", Put: "answer"}}), `f.xlsx: no sheet is called "Aplication": there are Application, Lists`},
		{"no such question", good, cells(at("B3", "rpd", "answer")), `f.xlsx: Application!B3: no answer to a question "rpd" is at hand`},
		{"inside a merged area", good, cells(at("C7", "rdp", "comment")), "f.xlsx: Application!C7: is part of the merged cells B7:E7: name B7"},
		{"a formula", good, cells(at("B9", "rdp", "answer")), "f.xlsx: Application!B9: holds a formula"},
		{"a drop-down without the answer", good, form.Map{Version: 1, Words: form.Words{Yes: "Ja"}, Cells: []form.Cell{at("B3", "rdp", "answer")}},
			`f.xlsx: Application!B3: the drop-down has no "Ja": it has "Yes", "No", "Sometimes"`},
		{"a drop-down by a name without the answer", good, form.Map{Version: 1, Words: form.Words{Partial: "Partly"}, Cells: []form.Cell{at("B6", "logs", "answer")}},
			`f.xlsx: Application!B6: the drop-down has no "Partly": it has "YES", "NO", "SOMETIMES"`},
		{"too long", good, cells(at("B7", "logs", "comment")), "f.xlsx: Application!B7: takes 40 characters, the text has 100: give the question a limit"},
		{"a number", good, cells(at("D3", "rdp", "answer")), `f.xlsx: Application!D3: the form wants a number or a date there (whole), not "Yes"`},
		{"encrypted", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), cells(at("B3", "rdp", "answer")), "f.xlsx: encrypted, or in the form before 2007: save it as .xlsx without a password to open it"},
		{"no workbook", []byte("PK\x03\x04"), cells(at("B3", "rdp", "answer")), "f.xlsx: neither a workbook (.xlsx) nor a PDF"},
		{"signed", withPart(t, good, "_xmlsignatures/sig1.xml", "<x/>"), cells(at("B3", "rdp", "answer")), "f.xlsx: signed: filling it in would break the signature"},
		{"a document type", withPart(t, good, "xl/worksheets/sheet1.xml", `<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>`), cells(at("B3", "rdp", "answer")),
			"f.xlsx: sheet Application: a document type is not read"},
		{"out of order", withPart(t, good, "xl/worksheets/sheet1.xml", `<worksheet><sheetData><row r="2"/><row r="1"/></sheetData></worksheet>`), cells(at("B3", "rdp", "answer")),
			`f.xlsx: sheet Application: the row "1" is out of order`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := form.Fill("f.xlsx", c.data, c.m, answered)
			if err == nil || err.Error() != c.want || got.Data != nil {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

// withPart is a form with one part replaced or added.
func withPart(t testing.TB, data []byte, name, text string) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, f := range z.File {
		if f.Name != name {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, err := w.Create(name)
	if err == nil {
		_, err = io.WriteString(out, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFillForms holds sheets as other programs write them: without numbers, with a prefix, with nothing in them.
func TestFillForms(t *testing.T) {
	good := insurersForm(t)
	m := cells(at("B1", "rdp", "answer"), at("C2", "off", "answer"))
	for _, c := range []struct{ name, before, after string }{
		{"empty", `<worksheet><sheetData/></worksheet>`, `<worksheet><sheetData><row r="1"><c r="B1" t="inlineStr"><is><t xml:space="preserve">Yes</t></is></c></row>` +
			`<row r="2"><c r="C2" t="inlineStr"><is><t xml:space="preserve">No</t></is></c></row></sheetData></worksheet>`},
		{"no numbers", `<worksheet><sheetData><row><c/><c s="3"><v>1</v></c></row><row><c><v>2</v></c></row></sheetData></worksheet>`,
			`<worksheet><sheetData><row><c/><c r="B1" s="3" t="inlineStr"><is><t xml:space="preserve">Yes</t></is></c></row>` +
				`<row><c><v>2</v></c><c r="C2" t="inlineStr"><is><t xml:space="preserve">No</t></is></c></row></sheetData></worksheet>`},
		{"a prefix", `<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1" ht="20"/><x:row r="2"><x:c r="D2"/></x:row></x:sheetData></x:worksheet>`,
			`<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1" ht="20"><x:c r="B1" t="inlineStr"><x:is><x:t xml:space="preserve">Yes</x:t></x:is></x:c></x:row>` +
				`<x:row r="2"><x:c r="C2" t="inlineStr"><x:is><x:t xml:space="preserve">No</x:t></x:is></x:c><x:c r="D2"/></x:row></x:sheetData></x:worksheet>`},
		{"a row between", `<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="9"/></sheetData></worksheet>`,
			`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t xml:space="preserve">Yes</t></is></c></row>` +
				`<row r="2"><c r="C2" t="inlineStr"><is><t xml:space="preserve">No</t></is></c></row><row r="9"/></sheetData></worksheet>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			filled, err := form.Fill("f.xlsx", withPart(t, good, "xl/worksheets/sheet1.xml", c.before), m, answered)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.after, parts(t, filled.Data)["xl/worksheets/sheet1.xml"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDraft(t *testing.T) {
	text, n, err := form.Draft("form.xlsx", insurersForm(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"#    cell: B3\n#    label: \"Is RDP closed?\"\n#    # drop-down: \"Yes\", \"No\", \"Sometimes\"\n", "#    cell: B6\n#    label: \"Are logs kept?\"\n#    # drop-down: \"YES\"",
		"#    cell: B7\n#    label: \"Comment:\"\n#    question:\n#    put: comment\n"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n != 6 {
		t.Errorf("%d cells, want B3 to B7 and D3", n)
	}
	uncommented := strings.NewReplacer("#  -", "  -", "#    sheet", "    sheet", "#    cell", "    cell", "#    label", "    label", "#    question:", "    question: rdp", "#    put", "    put").Replace(string(text))
	if m, err := form.ReadMap("map.yaml", []byte(uncommented)); err != nil || len(m.Cells) != n {
		t.Errorf("the draft, filled in: %v\n%s", err, uncommented)
	}
	if _, err := form.ReadMap("map.yaml", text); err == nil {
		t.Error("a draft that nobody filled in is a map")
	}
}

func TestReadMap(t *testing.T) {
	const good = "version: 1\ncells:\n  - {sheet: S, cell: D5, question: q, put: answer}\n"
	for _, c := range []struct{ text, want string }{
		{good, ""},
		{strings.Replace(good, "D5", "5D", 1), `m.yaml:3:22: cell "5D", want the form D5`},
		{strings.Replace(good, "put: answer", "put: yes", 1), `m.yaml:3:44: put "yes", want one of answer, comment, by, as of, scope, client`},
		{good + "  - {sheet: s, cell: d5, question: q, put: by}\n", "m.yaml:4:5: D5 of s is in the map twice"},
		{strings.Replace(good, "question: q, ", "", 1), "m.yaml:3:5: question is missing"},
		{good + "form: x\n", `m.yaml:4:1: unknown field "form"`},
		{"version: 1\ncells: []\n", "m.yaml:1:1: no cell and no field is named: delete the # before the entries that are to be filled"},
	} {
		_, err := form.ReadMap("m.yaml", []byte(c.text))
		if got := fmt.Sprint(err); (err == nil) != (c.want == "") || err != nil && got != c.want {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// FuzzFill holds that no sheet makes the reader panic, and that what is filled can be read and filled again.
func FuzzFill(f *testing.F) {
	good := insurersForm(f)
	for _, s := range []string{`<worksheet><sheetData/></worksheet>`, `<x:worksheet xmlns:x="u"><x:sheetData><x:row r="1"/></x:sheetData></x:worksheet>`,
		`<worksheet><cols><col min="1" max="3" style="2"/></cols><sheetData><row><c/><c s="3"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>` +
			`<dataValidations><dataValidation type="list" sqref="B3 C4"><formula1>"a,b"</formula1></dataValidation></dataValidations></worksheet>`} {
		f.Add([]byte(s))
	}
	m := cells(at("B1", "rdp", "answer"), at("C2", "off", "comment"), at("D2", "mfa", "by"))
	f.Fuzz(func(t *testing.T, sheet []byte) {
		filled, err := form.Fill("f.xlsx", withPart(t, good, "xl/worksheets/sheet1.xml", string(sheet)), m, answered)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") {
				t.Errorf("%q", err)
			}
			return
		}
		again, err := form.Fill("f.xlsx", filled.Data, m, answered)
		if err != nil || !bytes.Equal(again.Data, filled.Data) {
			t.Errorf("filled again: %v, the same bytes: %v", err, err == nil)
		}
	})
}
