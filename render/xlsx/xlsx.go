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
	render.SheetSummary, render.SheetOpen, render.SheetClosed, render.SheetLost, render.SheetSections, render.SheetVerdicts, // of a trend
	render.SheetMatrix, render.SheetHosts, render.SheetToFix, render.SheetPlan, render.SheetControls, render.SheetSTIG, render.SheetRules, render.SheetNIST,
	render.SheetChanges, render.SheetTexts, render.SheetEvidence, render.SheetContradictions, render.SheetExceptions, render.SheetQuestionnaire, render.SheetAnswers, render.SheetForms, render.SheetCustody,
	render.SheetWithheld,
}

// Write draws the parts of d that have a sheet.
func Write(w io.Writer, d render.Document) error {
	f := excelize.NewFile()
	defer f.Close()
	p := &pen{file: f, document: d, places: map[string]place{}}
	if err := p.makeStyles(); err != nil {
		return err
	}
	if err := p.addSheets(); err != nil {
		return err
	}
	if len(p.sheets) == 0 {
		return fmt.Errorf("the document has no part with a sheet")
	}
	drawn, err := p.draw()
	if err != nil {
		return err
	}
	if err := p.properties(); err != nil {
		return err
	}
	return repack(w, f, drawn)
}

// pen draws one Document.
type pen struct {
	file     *excelize.File
	document render.Document
	styles   styles
	sheets   []sheet
	places   map[string]place // where an anchor is

	tall, shortened, unlinked int // rows, texts and cells of the lists that are not shown whole
}

// sheet is a part with its name in the workbook.
type sheet struct {
	name  string
	part  render.Part
	table *render.Table // if that is all the part holds
}

func (p *pen) addSheets() error {
	taken := map[string]bool{}
	for i, part := range parts(p.document) {
		s := sheet{name: sheetName(part.Sheet, taken), part: part}
		if len(part.Blocks) == 1 {
			if t, ok := part.Blocks[0].(*render.Table); ok && len(t.Columns) > 0 {
				s.table = t
			}
		}
		var err error
		if i == 0 {
			err = p.file.SetSheetName("Sheet1", s.name)
		} else {
			_, err = p.file.NewSheet(s.name)
		}
		if err != nil {
			return fmt.Errorf("sheet %s: %w", s.name, err)
		}
		p.sheets = append(p.sheets, s)
		p.locate(s)
	}
	return nil
}

// parts returns the parts that have a sheet, in the workbook's order.
func parts(d render.Document) []render.Part {
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

// locate notes where the anchors of a list will be; the first place of an anchor counts.
func (p *pen) locate(s sheet) {
	note := func(anchor string, row int) {
		if _, taken := p.places[anchor]; anchor != "" && !taken {
			p.places[anchor] = place{s.name, row}
		}
	}
	note(s.part.Anchor, 1)
	if s.table == nil {
		return
	}
	note(s.table.Anchor, 1)
	i := 1
	for row := range s.table.All() {
		i++
		note(row.Anchor, i)
	}
}

// draw lays out the lists first: the other sheets tell of them.
func (p *pen) draw() ([]drawn, error) {
	out := make([]drawn, len(p.sheets))
	for i, s := range p.sheets {
		if s.table == nil {
			continue
		}
		l, err := p.list(s.name, s.table)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", s.name, err)
		}
		out[i] = l
	}
	for i, s := range p.sheets {
		if s.table != nil {
			continue
		}
		stacked, err := p.stack(s.name, s.part, i == 0)
		if err != nil {
			return nil, fmt.Errorf("sheet %s: %w", s.name, err)
		}
		out[i] = stacked
	}
	return out, nil
}

func (p *pen) properties() error {
	at := p.document.AsOf.UTC().Format("2006-01-02T15:04:05Z")
	err := p.file.SetDocProps(&excelize.DocProperties{
		Title: fit(p.document.Title), Subject: fit(p.document.Subject), Creator: fit(p.document.Tool),
		LastModifiedBy: fit(p.document.Tool), Created: at, Modified: at, Language: "en",
	})
	if err != nil {
		return err
	}
	p.file.SetActiveSheet(0)
	return p.file.SetAppProps(&excelize.AppProperties{Application: fit(p.document.Tool)})
}
