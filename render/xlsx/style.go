package xlsx

import (
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render"
)

// styles are the ids of the workbook's styles.
type styles struct {
	header, text, mono, number, time, link, linkMono, title, lead, label, strong, note int
	verdict                                                                            map[evidence.Result]int // conditional
}

func (p *pen) makeStyles() error {
	font := func(f excelize.Font) *excelize.Font {
		if f.Family == "" {
			f.Family = "Calibri"
		}
		if f.Size == 0 {
			f.Size = 10
		}
		return &f
	}
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	hair := []excelize.Border{{Type: "bottom", Color: "D9DEE7", Style: 1}}
	dateFormat := `yyyy\-mm\-dd\ hh:mm`
	var err error
	add := func(s excelize.Style) int {
		id, e := p.file.NewStyle(&s)
		if e != nil && err == nil {
			err = e
		}
		return id
	}
	mono := excelize.Font{Family: "Consolas", Size: 9}
	link := excelize.Font{Color: render.Accent, Underline: "single"}
	linkMono := excelize.Font{Family: "Consolas", Size: 9, Color: render.Accent, Underline: "single"}
	p.styles = styles{
		header: add(excelize.Style{Font: font(excelize.Font{Bold: true, Color: "FFFFFF"}), Border: hair,
			Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{render.Accent}},
			Alignment: &excelize.Alignment{Vertical: "center", WrapText: true}}),
		text:     add(excelize.Style{Font: font(excelize.Font{}), Alignment: top, Border: hair}),
		mono:     add(excelize.Style{Font: font(mono), Alignment: top, Border: hair}),
		number:   add(excelize.Style{Font: font(excelize.Font{}), Alignment: &excelize.Alignment{Vertical: "top"}, Border: hair, NumFmt: 3}),
		time:     add(excelize.Style{Font: font(excelize.Font{}), Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}, Border: hair, CustomNumFmt: &dateFormat}),
		link:     add(excelize.Style{Font: font(link), Alignment: top, Border: hair}),
		linkMono: add(excelize.Style{Font: font(linkMono), Alignment: top, Border: hair}),
		title:    add(excelize.Style{Font: font(excelize.Font{Size: 12, Bold: true, Color: render.Accent})}),
		lead:     add(excelize.Style{Font: font(excelize.Font{Size: 13, Bold: true}), Alignment: top}),
		label:    add(excelize.Style{Font: font(excelize.Font{Color: "5B6472"}), Alignment: top}),
		strong:   add(excelize.Style{Font: font(excelize.Font{Bold: true}), Alignment: top, Border: hair}),
		note:     add(excelize.Style{Font: font(excelize.Font{Italic: true, Color: "5B6472"}), Alignment: top}),
		verdict:  map[evidence.Result]int{},
	}
	for _, r := range evidence.Results {
		id, e := p.file.NewConditionalStyle(&excelize.Style{
			Font: &excelize.Font{Bold: true, Color: "FFFFFF"},
			Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{render.Colour(r)}},
		})
		if e != nil && err == nil {
			err = e
		}
		p.styles.verdict[r] = id
	}
	return err
}

// verdictText is what a verdict's cell holds: the mark and the word, so that it tells without colour.
func verdictText(r evidence.Result) string { return render.Mark(r) + " " + render.Word(r) }

// colourVerdicts lets the cells of a range take the colour of the verdict that they hold.
func (p *pen) colourVerdicts(sheet, cells string) error {
	var rules []excelize.ConditionalFormatOptions
	for _, r := range evidence.Results {
		style := p.styles.verdict[r]
		rules = append(rules, excelize.ConditionalFormatOptions{
			Type: "cell", Criteria: "==", Value: `"` + verdictText(r) + `"`, Format: &style,
		})
	}
	return p.file.SetConditionalFormat(sheet, cells, rules)
}
