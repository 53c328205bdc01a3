package xlsx

import (
	"fmt"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render"
)

// stackWidth is how many columns the blocks of a stacked sheet share; charts stand to the right of them.
const stackWidth = 8

// stack draws a part block below block: the Summary. Charts stand to the right of the tables that hold their numbers.
func (p *pen) stack(part render.Part) error {
	s := &stack{pen: p, sheet: part.Sheet, row: 1, tables: map[string]tableAt{}}
	if err := p.page(part.Sheet); err != nil {
		return err
	}
	if err := s.columns(part); err != nil {
		return err
	}
	for _, block := range part.Blocks {
		if err := s.block(block); err != nil {
			return err
		}
	}
	return p.file.SetSheetView(part.Sheet, 0, &excelize.ViewOptions{ShowGridLines: new(bool)})
}

type stack struct {
	*pen
	sheet    string
	row      int
	chartRow int // the first free row to the right
	tables   map[string]tableAt
}

// tableAt is where a table of the sheet has its first row of values.
type tableAt struct{ first, last int }

func (s *stack) columns(part render.Part) error {
	longest := 18
	for _, block := range part.Blocks {
		if t, ok := block.(*render.Table); ok {
			for _, row := range t.Rows {
				if len(row.Cells) > 0 {
					longest = max(longest, utf8.RuneCountInString(row.Cells[0].Text)+2)
				}
			}
		}
	}
	if err := s.file.SetColWidth(s.sheet, "A", "A", float64(min(longest, 44))); err != nil {
		return err
	}
	right, _ := excelize.ColumnNumberToName(stackWidth)
	return s.file.SetColWidth(s.sheet, "B", right, 13)
}

func (s *stack) block(block render.Block) error {
	switch b := block.(type) {
	case *render.Heading:
		return s.line(b.Text, s.styles.title, 18)
	case *render.Paragraph:
		style, height := s.styles.text, 15.0
		if b.Lead {
			style, height = s.styles.lead, 20
		}
		return s.wide(b.Text, style, height)
	case *render.Callout:
		return s.wide(b.Title+": "+b.Text, s.styles.strong, 15)
	case *render.Fields:
		return s.fields(b)
	case *render.Table:
		return s.table(b)
	case *render.Chart:
		return s.chart(b)
	case *render.Replaced:
		if b.Escaped > 0 {
			return s.wide(fmt.Sprintf("%d characters that could mislead a reader are shown escaped.", b.Escaped), s.styles.note, 15)
		}
	}
	return nil
}

// line writes one text in column A.
func (s *stack) line(text string, style int, height float64) error {
	at, _ := excelize.CoordinatesToCellName(1, s.row)
	if err := s.file.SetRowHeight(s.sheet, s.row, height); err != nil {
		return err
	}
	s.row++
	if err := s.file.SetCellStyle(s.sheet, at, at, style); err != nil {
		return err
	}
	return s.file.SetCellStr(s.sheet, at, plain(text))
}

// wide writes a text over all columns of the stack, as many lines high as it needs.
func (s *stack) wide(text string, style int, height float64) error {
	const columns = 110
	lines := float64(utf8.RuneCountInString(text)/columns + 1)
	from, _ := excelize.CoordinatesToCellName(1, s.row)
	to, _ := excelize.CoordinatesToCellName(stackWidth, s.row)
	if err := s.file.MergeCell(s.sheet, from, to); err != nil {
		return err
	}
	if err := s.line(text, style, height*lines+4); err != nil {
		return err
	}
	s.row++
	return nil
}

func (s *stack) fields(f *render.Fields) error {
	for _, field := range f.List {
		for i, value := range field.Value {
			label, _ := excelize.CoordinatesToCellName(1, s.row)
			at, _ := excelize.CoordinatesToCellName(2, s.row)
			to, _ := excelize.CoordinatesToCellName(stackWidth, s.row)
			if i == 0 {
				if err := s.put(label, excelize.Cell{StyleID: s.styles.label, Value: plain(field.Label)}); err != nil {
					return err
				}
			}
			if err := s.file.MergeCell(s.sheet, at, to); err != nil {
				return err
			}
			cell := s.cell(value)
			if err := s.put(at, excelize.Cell{StyleID: cell.StyleID, Value: cell.Value}); err != nil {
				return err
			}
			s.row++
		}
	}
	s.row++
	return nil
}

func (s *stack) put(at string, c excelize.Cell) error {
	if c.Value != nil {
		if err := s.file.SetCellValue(s.sheet, at, c.Value); err != nil {
			return err
		}
	}
	return s.file.SetCellStyle(s.sheet, at, at, c.StyleID)
}

func (s *stack) table(t *render.Table) error {
	if t.Title != "" {
		if err := s.line(t.Title, s.styles.title, 18); err != nil {
			return err
		}
	}
	for i, c := range t.Columns {
		at, _ := excelize.CoordinatesToCellName(i+1, s.row)
		if err := s.put(at, excelize.Cell{StyleID: s.styles.header, Value: plain(c.Title)}); err != nil {
			return err
		}
	}
	s.row++
	first := s.row
	for _, row := range t.Rows {
		for i, c := range row.Cells {
			at, _ := excelize.CoordinatesToCellName(i+1, s.row)
			if err := s.put(at, s.cell(c)); err != nil {
				return err
			}
			if link, kind := s.target(s.sheet, s.row, c); link != "" {
				if err := s.file.SetCellHyperLink(s.sheet, at, link, kind); err != nil {
					return err
				}
			}
		}
		s.row++
	}
	s.tables[t.Anchor] = tableAt{first, s.row - 1}
	s.row++
	return nil
}

// chart draws a chart beside the table that holds its numbers.
func (s *stack) chart(c *render.Chart) error {
	t, ok := s.tables[c.Table]
	if !ok || len(c.Series) == 0 || len(c.Categories) == 0 {
		return nil
	}
	out := &excelize.Chart{
		Title:  excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: plain(c.Title), Font: &excelize.Font{Bold: true, Size: 11}}}},
		Legend: excelize.ChartLegend{Position: "bottom"}, Dimension: excelize.ChartDimension{Width: 640, Height: 300},
		PlotArea: excelize.ChartPlotArea{ShowVal: c.Kind == render.Columns},
	}
	rows := 16
	switch c.Kind {
	case render.StackedBars:
		out.Type, out.Dimension.Height = excelize.BarStacked, uint(120+26*len(c.Categories))
		out.YAxis.MajorGridLines, out.XAxis.ReverseOrder = false, true
		rows = int(out.Dimension.Height)/20 + 1
		out.Series = s.byColumn(c, t)
	default:
		out.Type = excelize.Col
		out.Series = s.byRow(c, t)
	}
	s.chartRow = max(s.chartRow, t.first-1, 2)
	at, _ := excelize.CoordinatesToCellName(stackWidth+4, s.chartRow)
	s.chartRow += rows + 1
	return s.file.AddChart(s.sheet, at, out)
}

// byColumn takes each Series from a column of the table, the categories from its first.
func (s *stack) byColumn(c *render.Chart, t tableAt) []excelize.ChartSeries {
	var list []excelize.ChartSeries
	for _, series := range c.Series {
		column, _ := excelize.ColumnNumberToName(series.Column + 1)
		list = append(list, excelize.ChartSeries{
			Name:       fmt.Sprintf("'%s'!$%s$%d", s.sheet, column, t.first-1),
			Categories: fmt.Sprintf("'%s'!$A$%d:$A$%d", s.sheet, t.first, t.last),
			Values:     fmt.Sprintf("'%s'!$%s$%d:$%s$%d", s.sheet, column, t.first, column, t.last),
			Fill:       fill(series.Result),
		})
	}
	return list
}

// byRow takes each Series from the row of the table that has its name, the categories from the header.
func (s *stack) byRow(c *render.Chart, t tableAt) []excelize.ChartSeries {
	var list []excelize.ChartSeries
	right, _ := excelize.ColumnNumberToName(len(c.Categories) + 1)
	for _, series := range c.Series {
		for row := t.first; row <= t.last; row++ {
			name, _ := s.file.GetCellValue(s.sheet, fmt.Sprintf("A%d", row))
			if name != series.Name {
				continue
			}
			colour := render.Accent
			if series.Name == "Before" {
				colour = "AEB8C8"
			}
			list = append(list, excelize.ChartSeries{
				Name:       fmt.Sprintf("'%s'!$A$%d", s.sheet, row),
				Categories: fmt.Sprintf("'%s'!$B$%d:$%s$%d", s.sheet, t.first-1, right, t.first-1),
				Values:     fmt.Sprintf("'%s'!$B$%d:$%s$%d", s.sheet, row, right, row),
				Fill:       excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}},
			})
		}
	}
	return list
}

func fill(r evidence.Result) excelize.Fill {
	colour := render.Accent
	if r != "" {
		colour = render.Colour(r)
	}
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}
