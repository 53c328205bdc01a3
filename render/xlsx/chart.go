package xlsx

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// Sizes of charts in pixels. A row of lowestRow points is 20 pixels high.
const (
	chartWidth  = 620
	rowPixels   = 20
	barPixels   = 20
	chartMargin = 90 // title, legend
)

// excelChart is a chart with its place.
type excelChart struct {
	at    string
	chart *excelize.Chart
}

// chart draws a chart beside the table that holds its numbers, or beside what stands above that table.
func (s *stack) chart(c *render.Chart) {
	t, ok := s.tables[c.Table]
	if !ok || len(c.Series) == 0 || len(c.Categories) == 0 {
		return
	}
	out := &excelize.Chart{
		Title: excelize.ChartTitle{Paragraph: []excelize.RichTextRun{{Text: fit(c.Title),
			Font: &excelize.Font{Family: sans, Bold: true, Size: 11, Color: render.Accent}}}},
		Legend: excelize.ChartLegend{Position: "bottom", Font: letters(9)},
		Format: excelize.GraphicOptions{Name: fit(c.Title), AltText: fit(c.Title + ", as in the table beside it"), Positioning: "oneCell"},
		Border: excelize.LineOptions{Type: excelize.LineNone},
		XAxis:  excelize.ChartAxis{Font: *letters(9)},
		YAxis:  excelize.ChartAxis{None: true},
	}
	gap := uint(60)
	out.GapWidth = &gap
	var height int
	switch c.Kind {
	case render.StackedBars:
		s.chartRow = max(s.chartRow, t.header)
		height = max(chartMargin+barPixels*len(c.Categories), rowPixels*(t.last-t.header+1))
		out.Type, out.XAxis.ReverseOrder = excelize.BarStacked, true
		out.PlotArea = excelize.ChartPlotArea{ShowVal: true, NumFmt: excelize.ChartNumFmt{CustomNumFmt: "0;;"}}
		gap = 35
		out.Series = s.byColumn(c, t)
	default:
		height = rowPixels * max(t.last-s.chartRow+1, 11)
		out.Type = excelize.Col
		out.PlotArea = excelize.ChartPlotArea{ShowVal: true}
		out.Series = s.byRow(c, t)
	}
	out.Dimension = excelize.ChartDimension{Width: chartWidth, Height: uint(height)}
	s.charts = append(s.charts, excelChart{cellName(chartColumn, s.chartRow), out})
	s.chartRow = s.below(s.chartRow, height) + 1
}

func letters(size float64) *excelize.Font {
	return &excelize.Font{Family: sans, Size: size, Color: "3B4252"}
}

// below returns the first row that begins below a chart.
func (s *stack) below(row, pixels int) int {
	for left := float64(pixels); left > 0; row++ {
		height := lowestRow
		if row <= len(s.lines) {
			height = s.lines[row-1].height
		}
		left -= height * 4 / 3
	}
	return row
}

// drawCharts hands the charts to the library, which anchors them by the heights of the rows.
func (s *stack) drawCharts() error {
	for i, row := range s.lines {
		if err := s.file.SetRowHeight(s.name, i+1, row.height); err != nil {
			return err
		}
	}
	for _, c := range s.charts {
		if err := s.file.AddChart(s.name, c.at, c.chart); err != nil {
			return err
		}
	}
	return nil
}

// byColumn takes each Series from a column of the table, the categories from its first.
func (s *stack) byColumn(c *render.Chart, t tableAt) []excelize.ChartSeries {
	var list []excelize.ChartSeries
	for _, series := range c.Series {
		column, colour := columnName(series.Column+1), render.Accent
		if series.Result != "" {
			colour = render.Colour(series.Result)
		}
		list = append(list, excelize.ChartSeries{
			Name:       fmt.Sprintf("%s!$%s$%d", quoted(s.name), column, t.header),
			Categories: fmt.Sprintf("%s!$A$%d:$A$%d", quoted(s.name), t.first, t.last),
			Values:     fmt.Sprintf("%s!$%s$%d:$%s$%d", quoted(s.name), column, t.first, column, t.last),
			Fill:       solid(colour), DataLabel: excelize.ChartDataLabel{Font: excelize.Font{Family: sans, Size: 8, Bold: true, Color: "FFFFFF"}},
			DataLabelPosition: excelize.ChartDataLabelsPositionCenter,
		})
	}
	return list
}

// byRow takes each Series from the row of the table that has its name, the categories from the header. The last one is
// in the accent colour, earlier ones are pale.
func (s *stack) byRow(c *render.Chart, t tableAt) []excelize.ChartSeries {
	var list []excelize.ChartSeries
	right := columnName(len(c.Categories) + 1)
	for i, series := range c.Series {
		for j, label := range t.labels {
			if label != series.Name && len(c.Series) > 1 {
				continue
			}
			row, colour := t.first+j, render.Accent
			if i < len(c.Series)-1 {
				colour = pale
			}
			list = append(list, excelize.ChartSeries{
				Name:       fmt.Sprintf("%s!$A$%d", quoted(s.name), row),
				Categories: fmt.Sprintf("%s!$B$%d:$%s$%d", quoted(s.name), t.header, right, t.header),
				Values:     fmt.Sprintf("%s!$B$%d:$%s$%d", quoted(s.name), row, right, row),
				Fill:       solid(colour), DataLabel: excelize.ChartDataLabel{Font: *letters(9)},
				DataLabelPosition: excelize.ChartDataLabelsPositionOutsideEnd,
			})
			break
		}
	}
	return list
}
