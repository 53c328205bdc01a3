package xlsx

import (
	"fmt"
	"io"
	"slices"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// sheetOrder is the order of the sheets; others follow as they come.
var sheetOrder = []string{
	render.SheetSummary, render.SheetToFix, render.SheetControls, render.SheetSTIG, render.SheetChanges,
	render.SheetEvidence, render.SheetContradictions, render.SheetExceptions,
}

// Write draws the parts of d that have a sheet.
func Write(w io.Writer, d render.Document) error {
	f := excelize.NewFile()
	defer f.Close()
	p := &pen{file: f, document: d, places: map[string]place{}}
	if err := p.makeStyles(); err != nil {
		return err
	}
	parts := sheets(d)
	for i, part := range parts {
		if i == 0 {
			if err := f.SetSheetName("Sheet1", part.Sheet); err != nil {
				return err
			}
		} else if _, err := f.NewSheet(part.Sheet); err != nil {
			return fmt.Errorf("sheet %s: %w", part.Sheet, err)
		}
		p.locate(part)
	}
	for _, part := range parts {
		if err := p.sheet(part); err != nil {
			return fmt.Errorf("sheet %s: %w", part.Sheet, err)
		}
	}
	if err := p.properties(); err != nil {
		return err
	}
	return repack(w, f)
}

// sheets returns the parts that have a sheet, in the workbook's order.
func sheets(d render.Document) []render.Part {
	var parts []render.Part
	for _, part := range d.Parts {
		if part.Sheet != "" {
			parts = append(parts, part)
		}
	}
	rank := func(p render.Part) int {
		if i := slices.Index(sheetOrder, p.Sheet); i >= 0 {
			return i
		}
		return len(sheetOrder)
	}
	slices.SortStableFunc(parts, func(a, b render.Part) int { return rank(a) - rank(b) })
	return parts
}

// pen draws one Document.
type pen struct {
	file     *excelize.File
	document render.Document
	styles   styles
	places   map[string]place // where an anchor is
}

// place is a cell of the workbook.
type place struct {
	sheet string
	row   int
}

func (p place) String() string { return fmt.Sprintf("'%s'!A%d", p.sheet, p.row) }

// list returns the table of a part that is drawn as a list: its only block.
func list(part render.Part) (*render.Table, bool) {
	if len(part.Blocks) != 1 {
		return nil, false
	}
	t, ok := part.Blocks[0].(*render.Table)
	return t, ok
}

// locate notes where the anchors of a list will be; the first place of an anchor counts.
func (p *pen) locate(part render.Part) {
	note := func(anchor string, row int) {
		if _, taken := p.places[anchor]; anchor != "" && !taken {
			p.places[anchor] = place{part.Sheet, row}
		}
	}
	note(part.Anchor, 1)
	t, ok := list(part)
	if !ok {
		return
	}
	for i, row := range t.Rows {
		note(row.Anchor, i+2)
	}
}

func (p *pen) sheet(part render.Part) error {
	if t, ok := list(part); ok {
		return p.list(part.Sheet, t)
	}
	return p.stack(part)
}

func (p *pen) properties() error {
	at := p.document.AsOf.UTC().Format("2006-01-02T15:04:05Z")
	err := p.file.SetDocProps(&excelize.DocProperties{
		Title: plain(p.document.Title), Subject: plain(p.document.Subject), Creator: plain(p.document.Tool),
		LastModifiedBy: plain(p.document.Tool), Created: at, Modified: at, Language: "en",
	})
	if err != nil {
		return err
	}
	p.file.SetActiveSheet(0)
	return p.file.SetAppProps(&excelize.AppProperties{Application: plain(p.document.Tool)})
}
