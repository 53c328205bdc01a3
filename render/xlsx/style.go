package xlsx

import (
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render"
)

// Colours that are neither a verdict's nor the accent, RRGGBB.
const (
	grey       = "5B6472"
	hairline   = "D9DEE7"
	pale       = "AEB8C8" // earlier numbers in charts
	demoColour = "9A6700"
)

// Fonts that are on Windows and macOS; elsewhere others of the same width or a wider one stand in.
const (
	sans = "Arial"
	mono = "Consolas"
)

// styles are the ids of the workbook's styles.
type styles struct {
	header, headerRight, upright, mark, text, mono, number, time, day, verdict int
	link, linkMono, linkCite, cite, file, strong                               int
	name, title, lead, label, note, empty, demo, plain                         int
	filled, lettered                                                           map[evidence.Result]int // conditional
}

// styleMaker keeps the first error.
type styleMaker struct {
	file *excelize.File
	err  error
}

func (m *styleMaker) add(f excelize.Font, s excelize.Style) int {
	if f.Family == "" {
		f.Family = sans
	}
	if f.Size == 0 {
		f.Size = 9
	}
	s.Font = &f
	if s.Alignment == nil {
		s.Alignment = &excelize.Alignment{Vertical: "top", WrapText: true}
	}
	id, err := m.file.NewStyle(&s)
	if err != nil && m.err == nil {
		m.err = err
	}
	return id
}

func (m *styleMaker) conditional(s excelize.Style) int {
	id, err := m.file.NewConditionalStyle(&s)
	if err != nil && m.err == nil {
		m.err = err
	}
	return id
}

func (p *pen) makeStyles() error {
	if err := p.file.SetDefaultFont(sans); err != nil {
		return err
	}
	m := &styleMaker{file: p.file}
	hair := []excelize.Border{{Type: "bottom", Color: hairline, Style: 1}}
	accent := solid(render.Accent)
	minute, day := `yyyy\-mm\-dd\ hh:mm`, `yyyy\-mm\-dd`
	cell := excelize.Style{Border: hair, NumFmt: asText}
	right := excelize.Style{Border: hair, NumFmt: 3, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "right", Indent: 1}}
	left := func(format *string) excelize.Style {
		return excelize.Style{Border: hair, CustomNumFmt: format, Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "left"}}
	}
	head := func(horizontal string) excelize.Style {
		return excelize.Style{Fill: accent, NumFmt: asText,
			Alignment: &excelize.Alignment{Vertical: "center", Horizontal: horizontal, WrapText: true}}
	}
	p.styles = styles{
		header:      m.add(excelize.Font{Bold: true, Color: "FFFFFF"}, head("left")),
		headerRight: m.add(excelize.Font{Bold: true, Color: "FFFFFF"}, head("right")),
		upright: m.add(excelize.Font{Bold: true, Color: "FFFFFF"}, excelize.Style{Fill: accent, NumFmt: asText,
			Alignment: &excelize.Alignment{Vertical: "bottom", Horizontal: "center", TextRotation: 90}}),
		mark: m.add(excelize.Font{Bold: true}, excelize.Style{Border: hair, NumFmt: asText,
			Alignment: &excelize.Alignment{Vertical: "top", Horizontal: "center"}}),
		text:     m.add(excelize.Font{}, cell),
		mono:     m.add(excelize.Font{Family: mono, Size: 8}, cell),
		number:   m.add(excelize.Font{}, right),
		time:     m.add(excelize.Font{}, left(&minute)),
		day:      m.add(excelize.Font{}, left(&day)),
		verdict:  m.add(excelize.Font{Bold: true}, cell),
		link:     m.add(excelize.Font{Bold: true, Color: render.Accent}, cell),
		linkMono: m.add(excelize.Font{Family: mono, Size: 8, Color: render.Accent}, cell),
		file:     m.add(excelize.Font{Family: mono, Size: 8, Color: render.Accent, Underline: "single"}, cell),
		cite:     m.add(excelize.Font{Size: 8}, cell),
		linkCite: m.add(excelize.Font{Size: 8, Color: render.Accent}, cell),
		strong:   m.add(excelize.Font{Bold: true}, cell),
		name:     m.add(excelize.Font{Size: 16, Bold: true, Color: render.Accent}, excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top"}}),
		title:    m.add(excelize.Font{Size: 11, Bold: true, Color: render.Accent}, excelize.Style{NumFmt: asText}),
		lead:     m.add(excelize.Font{Size: 13, Bold: true}, excelize.Style{NumFmt: asText}),
		label:    m.add(excelize.Font{Color: grey}, cell),
		note:     m.add(excelize.Font{Italic: true, Color: grey}, excelize.Style{NumFmt: asText}),
		empty:    m.add(excelize.Font{Italic: true, Color: grey}, excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{Vertical: "top"}}),
		demo:     m.add(excelize.Font{Bold: true, Color: "FFFFFF"}, excelize.Style{Fill: solid(demoColour), NumFmt: asText}),
		plain:    m.add(excelize.Font{}, excelize.Style{NumFmt: asText}),
		filled:   map[evidence.Result]int{}, lettered: map[evidence.Result]int{},
	}
	for _, r := range evidence.Results {
		p.styles.filled[r] = m.conditional(excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"}, Fill: solid(render.Colour(r))})
		p.styles.lettered[r] = m.conditional(excelize.Style{Font: &excelize.Font{Bold: true, Color: render.Colour(r)}})
	}
	return m.err
}

// asText is the number format of text: what is edited there stays text too, even if it begins with = or looks like a date.
const asText = 49

func solid(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

// verdictText is what a verdict's cell holds: the mark and the word, so that it tells without colour.
func verdictText(r evidence.Result) string { return render.Mark(r) + " " + render.Word(r) }

// colourVerdicts lets the cells of a range take the colour of the verdict that they hold.
func (p *pen) colourVerdicts(sheet, cells string, formats map[evidence.Result]int, text func(evidence.Result) string) error {
	var rules []excelize.ConditionalFormatOptions
	for _, r := range evidence.Results {
		format := formats[r]
		rules = append(rules, excelize.ConditionalFormatOptions{
			Type: "cell", Criteria: "==", Value: `"` + text(r) + `"`, Format: &format,
		})
	}
	return p.file.SetConditionalFormat(sheet, cells, rules)
}
