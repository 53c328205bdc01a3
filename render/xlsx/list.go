package xlsx

import (
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// Widths of columns, in characters.
const (
	narrowest = 8
	widest    = 60
)

// maxLinks is how many links a sheet gets: readers accept 65,530.
const maxLinks = 60000

// list draws a table as a sheet: header in row 1, frozen and filtered. Rows are streamed.
func (p *pen) list(sheet string, t *render.Table) error {
	last := max(len(t.Rows), 1) + 1
	if err := p.prepareList(sheet, t, last); err != nil {
		return err
	}
	if err := p.links(sheet, t); err != nil {
		return err
	}
	sw, err := p.file.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	for i, width := range widths(t) {
		if err := sw.SetColWidth(i+1, i+1, width); err != nil {
			return err
		}
	}
	if err := sw.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	cells := make([]any, len(t.Columns))
	for i, c := range t.Columns {
		cells[i] = excelize.Cell{StyleID: p.styles.header, Value: plain(c.Title)}
	}
	if err := sw.SetRow("A1", cells, excelize.RowOpts{Height: 30}); err != nil {
		return err
	}
	for i, row := range t.Rows {
		cells = cells[:0]
		for _, c := range row.Cells {
			cells = append(cells, p.cell(c))
		}
		at, _ := excelize.CoordinatesToCellName(1, i+2)
		if err := sw.SetRow(at, cells); err != nil {
			return err
		}
	}
	if len(t.Rows) == 0 {
		if err := sw.SetRow("A2", []any{excelize.Cell{StyleID: p.styles.note, Value: plain(t.Empty)}}); err != nil {
			return err
		}
	}
	return sw.Flush()
}

// prepareList sets what stands beside the rows, which has to be there before they are streamed.
func (p *pen) prepareList(sheet string, t *render.Table, last int) error {
	right, err := excelize.ColumnNumberToName(len(t.Columns))
	if err != nil {
		return err
	}
	bottom, _ := excelize.CoordinatesToCellName(len(t.Columns), last)
	if err := p.file.AutoFilter(sheet, "A1:"+bottom, nil); err != nil {
		return err
	}
	for i, c := range t.Columns {
		if c.Kind != render.VerdictKind {
			continue
		}
		from, _ := excelize.CoordinatesToCellName(i+1, 2)
		to, _ := excelize.CoordinatesToCellName(i+1, last)
		if err := p.colourVerdicts(sheet, from+":"+to); err != nil {
			return err
		}
	}
	if err := p.page(sheet); err != nil {
		return err
	}
	return p.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: "'" + sheet + "'!$A:$A,'" + sheet + "'!$1:$1", Scope: sheet, Comment: right,
	})
}

// page sets A4 landscape, as wide as one page, with a footer.
func (p *pen) page(sheet string) error {
	landscape, a4, one, zero, fit := "landscape", 9, 1, 0, true
	if err := p.file.SetPageLayout(sheet, &excelize.PageLayoutOptions{
		Orientation: &landscape, Size: &a4, FitToWidth: &one, FitToHeight: &zero,
	}); err != nil {
		return err
	}
	if err := p.file.SetSheetProps(sheet, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return err
	}
	demo := ""
	if p.document.Demo {
		demo = "DEMO  "
	}
	return p.file.SetHeaderFooter(sheet, &excelize.HeaderFooterOptions{
		OddHeader: "&L" + demo + footerText(p.document.Subject) + "&R&A",
		OddFooter: "&L" + footerText("as of "+render.FormatTime(p.document.AsOf)) + "&R&P of &N",
	})
}

// footerText escapes the commands of headers and footers and keeps them short: readers accept 255 characters.
func footerText(s string) string {
	r := []rune(strings.ReplaceAll(plain(s), "&", "&&"))
	return string(r[:min(len(r), 80)])
}

// links makes cells that point to another place of the workbook, or to a file of the package, links.
func (p *pen) links(sheet string, t *render.Table) error {
	n := 0
	for i, row := range t.Rows {
		for j, c := range row.Cells {
			link, kind := p.target(sheet, i+2, c)
			if link == "" {
				continue
			}
			if n++; n > maxLinks {
				return nil
			}
			at, _ := excelize.CoordinatesToCellName(j+1, i+2)
			if err := p.file.SetCellHyperLink(sheet, at, link, kind); err != nil {
				return err
			}
		}
	}
	return nil
}

// target returns where a cell points: its own link, or the first of the lines below it. A link to its own row is none.
func (p *pen) target(sheet string, row int, c render.Cell) (link, kind string) {
	for _, l := range c.Lines() {
		if l.File != "" && !strings.Contains(l.File, "&") {
			return l.File, "External"
		}
		if to, ok := p.places[l.Link]; ok && l.Link != "" && to != (place{sheet, row}) {
			return to.String(), "Location"
		}
	}
	return "", ""
}

// cell returns the value and style of a cell. Numbers and times are stored as such.
func (p *pen) cell(c render.Cell) excelize.Cell {
	if len(c.Also) > 0 {
		return excelize.Cell{StyleID: p.textStyle(c), Value: plain(c.Plain())}
	}
	switch c.Kind {
	case render.NumberKind, render.SizeKind:
		if c.Text == "" {
			return excelize.Cell{StyleID: p.styles.number}
		}
		return excelize.Cell{StyleID: p.styles.number, Value: c.Number}
	case render.TimeKind:
		if c.Time.IsZero() {
			return excelize.Cell{StyleID: p.styles.text, Value: plain(c.Text)}
		}
		return excelize.Cell{StyleID: p.styles.time, Value: c.Time.UTC()}
	case render.VerdictKind:
		if c.Text == "" && c.Result == "" {
			return excelize.Cell{StyleID: p.styles.text}
		}
		return excelize.Cell{StyleID: p.styles.text, Value: verdictText(c.Result)}
	}
	return excelize.Cell{StyleID: p.textStyle(c), Value: plain(c.Text)}
}

func (p *pen) textStyle(c render.Cell) int {
	mono := c.Kind == render.MonoKind || c.Kind == render.CiteKind
	linked := false
	for _, l := range c.Lines() {
		if _, ok := p.places[l.Link]; (ok && l.Link != "") || l.File != "" {
			linked = true
		}
	}
	switch {
	case mono && linked:
		return p.styles.linkMono
	case mono:
		return p.styles.mono
	case linked:
		return p.styles.link
	case c.Strong:
		return p.styles.strong
	}
	return p.styles.text
}

// widths fits each column to its longest line, between narrowest and widest.
func widths(t *render.Table) []float64 {
	out := make([]float64, len(t.Columns))
	grow := func(i int, text string, factor float64) {
		for line := range strings.Lines(text) {
			if w := float64(utf8.RuneCountInString(strings.TrimRight(line, "\n")))*factor + 2; w > out[i] {
				out[i] = w
			}
		}
	}
	for i, c := range t.Columns {
		out[i] = narrowest
		for word := range strings.FieldsSeq(c.Title) {
			grow(i, word+"   ", 1.05) // the filter's arrow needs room
		}
	}
	for _, row := range t.Rows {
		for i, c := range row.Cells {
			if i >= len(out) || out[i] >= widest {
				continue
			}
			text := c.Plain()
			switch c.Kind {
			case render.TimeKind:
				text = "2006-01-02 15:04"
			case render.VerdictKind:
				text = verdictText(c.Result)
			}
			grow(i, text, 1.0)
		}
	}
	for i := range out {
		out[i] = min(out[i], widest)
	}
	return out
}
