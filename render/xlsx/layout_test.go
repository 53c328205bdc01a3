package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
	"auditpack/render/xlsx"
)

// worksheet is what the tests ask of a sheet's part.
type worksheet struct {
	Fit struct {
		FitToPage bool `xml:"fitToPage,attr"`
	} `xml:"sheetPr>pageSetUpPr"`
	Pane struct {
		Top   string `xml:"topLeftCell,attr"`
		State string `xml:"state,attr"`
	} `xml:"sheetViews>sheetView>pane"`
	Columns []struct {
		Min    int     `xml:"min,attr"`
		Max    int     `xml:"max,attr"`
		Width  float64 `xml:"width,attr"`
		Hidden bool    `xml:"hidden,attr"`
	} `xml:"cols>col"`
	Rows []struct {
		Height float64 `xml:"ht,attr"`
		Hidden bool    `xml:"hidden,attr"`
	} `xml:"sheetData>row"`
	Filter struct {
		Ref string `xml:"ref,attr"`
	} `xml:"autoFilter"`
	Formats []struct {
		Cells string   `xml:"sqref,attr"`
		Rules []string `xml:"cfRule>formula"`
	} `xml:"conditionalFormatting"`
	Links []struct {
		Ref      string `xml:"ref,attr"`
		Location string `xml:"location,attr"`
		ID       string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
	} `xml:"hyperlinks>hyperlink"`
	Page struct {
		Orientation string `xml:"orientation,attr"`
		Paper       int    `xml:"paperSize,attr"`
		Wide        int    `xml:"fitToWidth,attr"`
		Tall        int    `xml:"fitToHeight,attr"`
	} `xml:"pageSetup"`
	Header string `xml:"headerFooter>oddHeader"`
	Footer string `xml:"headerFooter>oddFooter"`
}

// parts returns the parts of a workbook, having checked what holds for each.
func parts(t *testing.T, data []byte) (names []string, text map[string][]byte) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	text = map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		r.Close()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if got := f.Modified.UTC().Format("2006-01-02"); got != "1980-01-01" {
			t.Errorf("%s is of %s", f.Name, got)
		}
		names, text[f.Name] = append(names, f.Name), b
		wellFormed(t, f.Name, b)
	}
	return names, text
}

func wellFormed(t *testing.T, name string, b []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(b))
	for {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

func sheetPart(t *testing.T, text map[string][]byte, n int) worksheet {
	t.Helper()
	var w worksheet
	if err := xml.Unmarshal(text[fmt.Sprintf("xl/worksheets/sheet%d.xml", n)], &w); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestParts(t *testing.T) {
	names, text := parts(t, write(t, document()))
	if names[0] != "[Content_Types].xml" || !slices.IsSorted(names[1:]) {
		t.Errorf("order of the parts: %q", names)
	}
	for _, name := range names {
		if strings.Contains(name, "externalLink") || strings.Contains(name, "vbaProject") || strings.Contains(name, "sharedStrings") && len(text[name]) > 300 {
			t.Errorf("unexpected part %s", name)
		}
		if strings.HasPrefix(name, "xl/worksheets/sheet") && bytes.Contains(text[name], []byte("<f>")) {
			t.Errorf("%s has a formula", name)
		}
		if strings.HasSuffix(name, ".rels") && bytes.Contains(text[name], []byte("&")) {
			t.Errorf("%s has an ampersand", name)
		}
	}
	core := string(text["docProps/core.xml"])
	if strings.Count(core, "2026-11-22T10:15:00Z") != 2 || strings.Count(core, "auditpack 0.1.0") != 2 {
		t.Errorf("properties: %s", core)
	}
}

// TestPaper holds that every sheet is printed on the Document's paper: ECMA-376 has 9 for A4 and 1 for Letter.
func TestPaper(t *testing.T) {
	for paper, want := range map[render.Paper]int{"": 9, render.A4: 9, render.Letter: 1} {
		d := document()
		d.Paper = paper
		data := write(t, d)
		_, text := parts(t, data)
		for i, sheet := range open(t, data).GetSheetList() {
			if got := sheetPart(t, text, i+1).Page.Paper; got != want {
				t.Errorf("%q: %s is printed on paper %d, want %d", paper, sheet, got, want)
			}
		}
	}
}

func TestLayout(t *testing.T) {
	d := document()
	data := write(t, d)
	_, text := parts(t, data)
	f := open(t, data)
	titles := map[string]string{}
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" {
			titles[n.Scope] = n.RefersTo
		}
	}
	tables := lists(d)
	for i, sheet := range f.GetSheetList() {
		w := sheetPart(t, text, i+1)
		tall := 0
		if sheet == render.SheetSummary {
			tall = 1 // no chart is cut in two
		}
		if !w.Fit.FitToPage || w.Page.Orientation != "landscape" || w.Page.Paper != 9 || w.Page.Wide < 1 || w.Page.Tall != tall {
			t.Errorf("%s: page %+v, fit %v", sheet, w.Page, w.Fit)
		}
		if !strings.Contains(w.Header, "Example Dental Group") || !strings.Contains(w.Footer, "2026-11-22 10:15 UTC") {
			t.Errorf("%s: header %q, footer %q", sheet, w.Header, w.Footer)
		}
		for _, row := range w.Rows {
			if row.Height < 7 || row.Height > 409 || row.Hidden {
				t.Errorf("%s: row %+v", sheet, row)
			}
		}
		table, ok := tables[sheet]
		if !ok {
			continue
		}
		for _, c := range w.Columns {
			if c.Width < 8 || c.Width > 60 || c.Hidden {
				t.Errorf("%s: column %+v", sheet, c)
			}
		}
		if got := smallestPrinted(w); got < 7 {
			t.Errorf("%s: is printed in letters of %.1f pt", sheet, got)
		}
		if w.Pane.State != "frozen" || w.Pane.Top != "B2" {
			t.Errorf("%s: pane %+v", sheet, w.Pane)
		}
		corner, _ := excelize.CoordinatesToCellName(len(table.Columns), max(len(table.Rows), 1)+1)
		if strings.ReplaceAll(w.Filter.Ref, "$", "") != "A1:"+corner {
			t.Errorf("%s: filter %s, want A1:%s", sheet, w.Filter.Ref, corner)
		}
		if got, want := titles[sheet], "'"+sheet+"'!$A:$A,'"+sheet+"'!$1:$1"; got != want {
			t.Errorf("%s: print titles %q, want %q", sheet, got, want)
		}
		verdicts := 0
		for _, c := range table.Columns {
			if c.Kind == render.VerdictKind {
				verdicts++
			}
		}
		if len(w.Formats) != verdicts {
			t.Errorf("%s: %d conditional formats for %d columns of verdicts", sheet, len(w.Formats), verdicts)
		}
		for _, c := range w.Formats {
			if !slices.Contains(c.Rules, `"✗ fail"`) || len(c.Rules) != 5 {
				t.Errorf("%s: rules %q", sheet, c.Rules)
			}
		}
	}
}

// smallestPrinted returns the size, in points, in which a list's letters of 8 pt are printed: by the largest scale at which its
// columns, with the first one on each page, stand on as many pages of A4 landscape as it asks for. A unit of width is 7
// pixels of 1/96 inch (ECMA-376, 18.3.1.13), margins are 0.4 inch.
func smallestPrinted(w worksheet) float64 {
	const page = (297/25.4 - 2*0.4) * 96
	var widths []float64
	for _, c := range w.Columns {
		for range c.Max - c.Min + 1 {
			widths = append(widths, c.Width*7)
		}
	}
	for scale := 1.0; scale > 0.1; scale -= 0.005 {
		n, at := 1, 0.0
		for i, width := range widths {
			if at+width*scale > page && i > 1 {
				n, at = n+1, widths[0]*scale
			}
			at += width * scale
		}
		if n <= w.Page.Wide {
			return 8 * scale
		}
	}
	return 0
}

func TestLinks(t *testing.T) {
	d := document()
	data := write(t, d)
	_, text := parts(t, data)
	f := open(t, data)
	tables := lists(d)
	rowOf := func(anchor string) string { // the place that an anchor has in the workbook
		for _, sheet := range f.GetSheetList() {
			table := tables[sheet]
			if table == nil {
				continue
			}
			for i, row := range table.Rows {
				if row.Anchor == anchor && anchor != "" {
					return fmt.Sprintf("'%s'!A%d", sheet, i+2)
				}
			}
		}
		return ""
	}
	files, places := 0, 0
	for i, sheet := range f.GetSheetList() {
		w := sheetPart(t, text, i+1)
		targets := relationTargets(t, text[fmt.Sprintf("xl/worksheets/_rels/sheet%d.xml.rels", i+1)])
		table := tables[sheet]
		if table == nil {
			if len(w.Links) != len(f.GetSheetList())-1 {
				t.Errorf("%s links to %d sheets", sheet, len(w.Links))
			}
			continue
		}
		for _, l := range w.Links {
			column, row, err := excelize.CellNameToCoordinates(l.Ref)
			if err != nil {
				t.Fatal(err)
			}
			c := table.Rows[row-2].Cells[column-1]
			switch {
			case l.ID != "":
				files++
				if c.File == "" || targets[l.ID] != c.File {
					t.Errorf("%s!%s links to %q, want %q", sheet, l.Ref, targets[l.ID], c.File)
				}
			default:
				places++
				if l.Location == "" || l.Location != rowOf(c.Link) {
					t.Errorf("%s!%s links to %q, want %q", sheet, l.Ref, l.Location, rowOf(c.Link))
				}
			}
		}
	}
	if evidence := tables[render.SheetEvidence]; files < len(evidence.Rows)-4 || places < 100 {
		t.Errorf("%d links to files, %d inside", files, places)
	}
	const want = "snapshots/automate01/after/data/items/acl/ltshare-icacls.txt"
	if ok, target, err := f.GetCellHyperLink(render.SheetEvidence, "A2"); err != nil || !ok || target != want {
		t.Errorf("Evidence!A2 links to %q (%v, %v), want %q", target, ok, err, want)
	}
}

func relationTargets(t *testing.T, data []byte) map[string]string {
	t.Helper()
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
			Mode   string `xml:"TargetMode,attr"`
		} `xml:"Relationship"`
	}
	if data == nil {
		return nil
	}
	if err := xml.Unmarshal(data, &rels); err != nil {
		t.Fatal(err)
	}
	m := map[string]string{}
	for _, r := range rels.List {
		m[r.ID] = r.Target
	}
	return m
}

func TestFileNamesAreEscaped(t *testing.T) {
	table := texts("a")
	table.Rows[0].Cells[0].File = "snapshots/h/a & b#c%20\"<é>.txt"
	_, text := parts(t, write(t, oneTable(table)))
	got := relationTargets(t, text["xl/worksheets/_rels/sheet1.xml.rels"])["rId1"]
	if want := "snapshots/h/a%20%26%20b%23c%2520%22%3C%C3%A9%3E.txt"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLinksAreLimited(t *testing.T) {
	table := texts()
	for range 70000 {
		table.Rows = append(table.Rows, render.Row{Cells: []render.Cell{{Kind: render.TextKind, Text: "a", Link: "x"}}})
	}
	_, text := parts(t, write(t, oneTable(table)))
	if n := len(sheetPart(t, text, 1).Links); n != 65530 {
		t.Errorf("%d links", n)
	}
}

func TestHostileNames(t *testing.T) {
	table := texts("a")
	table.Rows[0].Cells[0].Link = "to"
	other := texts("b")
	other.Rows[0].Anchor = "to"
	hostile := "a&B &P&\"Arial\"\n" + strings.Repeat("&😀", 200)
	d := render.Document{Title: hostile, Subject: hostile, Digest: hostile, Tool: hostile, Demo: true, AsOf: asOf, Parts: []render.Part{
		{Sheet: "it's: [a] \\ very/long? *name* of a sheet", Blocks: []render.Block{table}},
		{Sheet: "IT'S: [a] \\ very/long? *name* of a sheet", Blocks: []render.Block{other}},
		{Sheet: "'history'", Blocks: []render.Block{texts()}},
	}}
	data := write(t, d)
	_, text := parts(t, data)
	f := open(t, data)
	names := f.GetSheetList()
	if len(names) != 3 {
		t.Fatalf("sheets %q", names)
	}
	w := sheetPart(t, text, 1)
	if want := "'" + strings.ReplaceAll(names[1], "'", "''") + "'!A2"; len(w.Links) != 1 || w.Links[0].Location != want {
		t.Errorf("links %v, want %s", w.Links, want)
	}
	if !strings.HasPrefix(w.Header, "&LDEMO · a&&B &&P&&\"Arial\" &&😀") || len(w.Header) > 1020 {
		t.Errorf("header %q", w.Header)
	}
}

func TestEmptyTable(t *testing.T) {
	table := texts()
	table.Empty = "Nothing failed."
	f := open(t, write(t, oneTable(table)))
	if got := at(t, f, "Sheet", 1, 2); got != "Nothing failed." {
		t.Errorf("%q", got)
	}
}

func TestNoSheet(t *testing.T) {
	if err := xlsx.Write(io.Discard, render.Document{}); err == nil {
		t.Error("a document without sheets was written")
	}
}
