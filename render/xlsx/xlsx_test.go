package xlsx_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render"
	"auditpack/render/rendertest"
	"auditpack/render/xlsx"
)

var asOf = time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)

func write(t testing.TB, d render.Document) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := xlsx.Write(&b, d); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func open(t testing.TB, data []byte) *excelize.File {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func document() render.Document { return render.Build(rendertest.Audit()) }

// oneTable is a Document of a single sheet.
func oneTable(t *render.Table) render.Document {
	return render.Document{Title: "Test", AsOf: asOf, Parts: []render.Part{{Anchor: "x", Sheet: "Sheet", Blocks: []render.Block{t}}}}
}

func texts(list ...string) *render.Table {
	t := &render.Table{Columns: []render.Column{{Title: "Text", Kind: render.TextKind, Weight: 4}}}
	for _, s := range list {
		t.Rows = append(t.Rows, render.Row{Cells: []render.Cell{{Kind: render.TextKind, Text: s}}})
	}
	return t
}

func at(t testing.TB, f *excelize.File, sheet string, column, row int) string {
	t.Helper()
	name, err := excelize.CoordinatesToCellName(column, row)
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.GetCellValue(sheet, name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func lists(d render.Document) map[string]*render.Table {
	m := map[string]*render.Table{}
	for _, p := range d.Parts {
		if p.Sheet != "" && len(p.Blocks) == 1 {
			if t, ok := p.Blocks[0].(*render.Table); ok {
				m[p.Sheet] = t
			}
		}
	}
	return m
}

// shown is what a reader sees of a cell.
func shown(c render.Cell) string {
	switch {
	case len(c.Also) > 0:
	case c.Kind == render.TimeKind && len(c.Text) == len("2006-01-02"):
		return c.Time.Format("2006-01-02")
	case c.Kind == render.TimeKind && !c.Time.IsZero():
		return c.Time.Format("2006-01-02 15:04")
	case c.Kind == render.NumberKind && len(c.Text) > 3:
		n := c.Text
		for i := len(n) - 3; i > 0; i -= 3 {
			n = n[:i] + "," + n[i:]
		}
		return n
	}
	return c.Plain()
}

func TestListsHoldEveryText(t *testing.T) {
	d := document()
	f := open(t, write(t, d))
	want := []string{"Summary", "To fix", "POA&M", "Controls", "STIG map", "STIG rules", "NIST 800-53", "Changes", "Text changes", "Evidence", "Contradictions", "Exceptions", "Custody"}
	if diff := cmp.Diff(want, f.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	for sheet, table := range lists(d) {
		if len(table.Rows) == 0 {
			if got := at(t, f, sheet, 1, 2); got != table.Empty {
				t.Errorf("%s: %q, want %q", sheet, got, table.Empty)
			}
		}
		for j, c := range table.Columns {
			if got := at(t, f, sheet, j+1, 1); got != c.Title {
				t.Errorf("%s: header %d is %q, want %q", sheet, j+1, got, c.Title)
			}
		}
		for i, row := range table.Rows {
			for j, c := range row.Cells {
				if got := at(t, f, sheet, j+1, i+2); got != shown(c) {
					t.Errorf("%s row %d column %d: %q, want %q", sheet, i+2, j+1, got, shown(c))
				}
			}
		}
	}
}

func TestSummaryHoldsEveryText(t *testing.T) {
	d := document()
	f := open(t, write(t, d))
	rows, err := f.GetRows("Summary")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	for _, row := range rows {
		for _, s := range row {
			have[s] = true
		}
	}
	want := func(s string) {
		if s != "" && !have[s] {
			t.Errorf("%q is missing", s)
		}
	}
	want("Hardening audit · Example Dental Group · AUTOMATE01")
	for _, p := range d.Parts {
		if p.Sheet != "Summary" {
			continue
		}
		for _, block := range p.Blocks {
			switch b := block.(type) {
			case *render.Paragraph:
				want(b.Text)
			case *render.Fields:
				for _, field := range b.List {
					want(field.Label)
					for _, c := range field.Value {
						want(shown(c))
					}
				}
			case *render.Table:
				want(b.Title)
				for _, c := range b.Columns {
					want(c.Title)
				}
				for _, row := range b.Rows {
					for _, c := range row.Cells {
						want(shown(c))
					}
				}
			case *render.Replaced:
				want(b.Text(0))
			}
		}
	}
}

func TestHostileText(t *testing.T) {
	list := []string{"=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://example.com\")", "_x0041_", "_x0041_x0042_", "_x005F_x0041_", "_xD800_ stays",
		"<a & \"b\" 'c'>", "]]>", " spaces ", "two\nlines", "😀 日本", "007", "1E5", "TRUE", "#REF!", "2026-11-22", strings.Repeat("x", 32767), strings.Repeat("😀", 16383)}
	data := write(t, oneTable(texts(list...)))
	f := open(t, data)
	for i, want := range list {
		if got := at(t, f, "Sheet", 1, i+2); got != want {
			t.Errorf("row %d: %.80q, want %.80q", i+2, got, want)
		}
		name, _ := excelize.CoordinatesToCellName(1, i+2)
		if formula, _ := f.GetCellFormula("Sheet", name); formula != "" {
			t.Errorf("%.40q became a formula", want)
		}
		if kind, _ := f.GetCellType("Sheet", name); kind != excelize.CellTypeInlineString {
			t.Errorf("%.40q has type %v", want, kind)
		}
	}
}

func TestControlCharactersAreVisible(t *testing.T) {
	f := open(t, write(t, oneTable(texts("a\x00b\x1b[2Jc\u202ed\xffe\uffff"))))
	if got, want := at(t, f, "Sheet", 1, 2), `a\x00b\x1B[2Jc\u202Ed\xFFe\uFFFF`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLongTextSaysThatItWasShortened(t *testing.T) {
	for _, s := range []string{strings.Repeat("x", 32768), strings.Repeat("😀", 20000), "x" + strings.Repeat("😀", 20000)} {
		f := open(t, write(t, oneTable(texts(s))))
		got := at(t, f, "Sheet", 1, 2)
		units := 0
		for _, r := range got {
			units++
			if r > 0xffff {
				units++
			}
		}
		head, note, ok := strings.Cut(got, "\n")
		if !ok || units > 32767 || !strings.HasPrefix(s, head) || strings.ContainsRune(got, '\uFFFD') || !strings.Contains(note, "audit.json holds the whole") {
			t.Errorf("%d units, note %q", units, note)
		}
		if units < 32765 {
			t.Errorf("only %d units are used", units)
		}
	}
}

func TestTypes(t *testing.T) {
	taken := time.Date(2026, 11, 20, 21, 4, 30, 0, time.UTC)
	early := time.Date(1601, 1, 1, 0, 0, 0, 0, time.UTC)
	table := &render.Table{Columns: []render.Column{{Title: "Any", Weight: 2}}}
	cells := []render.Cell{
		{Kind: render.NumberKind, Text: "1234567", Number: 1234567},
		{Kind: render.NumberKind},
		{Kind: render.NumberKind, Text: "9007199254740993", Number: 9007199254740993},
		{Kind: render.TimeKind, Text: "2026-11-20 21:04 UTC", Time: taken},
		{Kind: render.TimeKind, Text: "1601-01-01 00:00 UTC", Time: early},
		{Kind: render.TimeKind, Text: "–"},
		{Kind: render.VerdictKind, Text: "✗ fail", Result: evidence.Fail},
	}
	for _, c := range cells {
		table.Rows = append(table.Rows, render.Row{Cells: []render.Cell{c}})
	}
	f := open(t, write(t, oneTable(table)))
	// 2026-11-20 is day 46346 of the workbook's calendar; 21:04:30 is 75870 of 86400 seconds.
	want := []string{"1234567", "", "9007199254740993", "46346.878125", "1601-01-01 00:00 UTC", "–", "✗ fail"}
	for i, w := range want {
		name, _ := excelize.CoordinatesToCellName(1, i+2)
		got, err := f.GetCellValue("Sheet", name, excelize.Options{RawCellValue: true})
		if err != nil || got != w {
			t.Errorf("%s holds %q (%v), want %q", name, got, err, w)
		}
	}
}

func TestEqualBytes(t *testing.T) {
	first := write(t, document())
	for range 20 {
		if !bytes.Equal(first, write(t, document())) {
			t.Fatal("two workbooks of one document differ")
		}
	}
}

func TestSummaryTellsWhatIsNotSeen(t *testing.T) {
	d := oneTable(texts(strings.Repeat("many words ", 900), strings.Repeat("x", 40000), "short"))
	d.Parts[0].Sheet = "List"
	d.Parts = append(d.Parts, render.Part{Sheet: render.SheetSummary, Blocks: []render.Block{
		&render.Paragraph{Text: "One sentence.", Lead: true}, &render.Heading{Level: 1, Text: "A heading", Note: "its note"},
		&render.Callout{Title: "Mind", Text: "this"}, &render.Code{Lines: []string{"sha256sum -c", "=1"}}}})
	f := open(t, write(t, d))
	rows, err := f.GetRows(render.SheetSummary)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, row := range rows {
		all.WriteString(strings.Join(row, "\t") + "\n")
	}
	for _, want := range []string{"One sentence.", "A heading   its note", "Mind: this", "sha256sum -c\n=1", "a row can be high: 2.",
		"Texts longer than a cell can hold: 1."} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("%q is missing in\n%s", want, all.String())
		}
	}
}
