package xlsx

import (
	"fmt"
	"strings"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// The columns of a stacked sheet: labels, then numbers, then a gap, then the charts.
const (
	stackWidth  = 8 // columns that its blocks share
	numberWidth = 10.5
	gapWidth    = 3.0
	chartColumn = stackWidth + 2
)

// stack draws a part block below block: the Summary. Charts stand to the right of the tables that hold their numbers.
type stack struct {
	*pen
	name     string
	labels   float64 // width of column A
	lines    []stackRow
	chartRow int                // the first free row to the right
	charts   []excelChart       // to be added once all rows have their heights
	tables   map[string]tableAt // by anchor
	byTable  map[string]*render.Chart
}

// stackRow is a row of a stacked sheet; its cells stand in the order of their columns.
type stackRow struct {
	height float64
	cells  []stackCell
}

type stackCell struct {
	column int
	value
}

// tableAt is where a table of the sheet has its header and its values.
type tableAt struct {
	header, first, last int
	labels              []string // of its rows
}

// stackPages keeps a stack on one printed page, so that no chart is cut in two; with a chart a host, of many hosts, the
// print would be too small to read, and it takes as many pages as it needs.
func stackPages(part render.Part) int {
	charts := 0
	for _, block := range part.Blocks {
		if _, ok := block.(*render.Chart); ok {
			charts++
		}
	}
	if charts > 3 {
		return 0
	}
	return 1
}

func (p *pen) stack(name string, part render.Part, first bool) (*stack, error) {
	s := &stack{pen: p, name: name, tables: map[string]tableAt{}, byTable: map[string]*render.Chart{}, chartRow: 1}
	if err := p.page(name, 1, stackPages(part)); err != nil {
		return nil, err
	}
	if err := s.columns(part); err != nil {
		return nil, err
	}
	if first {
		if err := s.front(); err != nil {
			return nil, err
		}
	}
	for _, block := range part.Blocks {
		if err := s.block(block); err != nil {
			return nil, err
		}
	}
	if first {
		if err := s.notes(); err != nil {
			return nil, err
		}
	}
	if err := s.drawCharts(); err != nil {
		return nil, err
	}
	return s, p.file.SetSheetView(name, 0, &excelize.ViewOptions{ShowGridLines: new(bool)})
}

func (s *stack) columns(part render.Part) error {
	s.labels = 24
	for _, block := range part.Blocks {
		switch b := block.(type) {
		case *render.Table:
			for _, row := range b.Rows {
				if len(row.Cells) > 0 {
					s.labels = min(max(s.labels, body.widest(row.Cells[0].Text)), 44)
				}
			}
		case *render.Chart:
			s.byTable[b.Table] = b
		}
	}
	if err := s.file.SetColWidth(s.name, "A", "A", s.labels); err != nil {
		return err
	}
	if err := s.file.SetColWidth(s.name, "B", columnName(stackWidth), numberWidth); err != nil {
		return err
	}
	gap := columnName(stackWidth + 1)
	return s.file.SetColWidth(s.name, gap, gap, gapWidth)
}

// next is the row that add will write.
func (s *stack) next() int { return len(s.lines) + 1 }

func (s *stack) add(height float64, cells ...stackCell) {
	s.lines = append(s.lines, stackRow{min(height, highestRow), cells})
}

func (s *stack) gap() { s.add(lowestRow / 2) }

// front is what stands before the first block: what this is, and the way to the other sheets.
func (s *stack) front() error {
	d := s.document
	s.add(24, stackCell{1, value{style: s.styles.name, text: fit(joined(" · ", d.Title, d.Subject))}})
	if d.Cover.Guide != "" {
		if err := s.wide("Against "+d.Cover.Guide, s.styles.plain, body); err != nil {
			return err
		}
	}
	if d.Demo {
		if err := s.wide("DEMO: made from sample evidence of a host that does not exist.", s.styles.demo, body); err != nil {
			return err
		}
	}
	s.gap()
	return nil
}

// contents links to the other sheets, with their numbers of rows.
func (s *stack) contents() error {
	column, row := 2, s.next()
	cells := []stackCell{{1, value{style: s.styles.label, text: "Sheets"}}}
	for _, other := range s.sheets {
		if other.name == s.name {
			continue
		}
		if column+1 > stackWidth {
			s.add(lowestRow, s.filled(column, cells)...)
			column, row, cells = 2, s.next(), nil
		}
		text := other.name
		if other.table != nil {
			text += fmt.Sprintf(" (%d)", other.table.Len())
		}
		if err := s.file.MergeCell(s.name, cellName(column, row), cellName(column+1, row)); err != nil {
			return err
		}
		if err := s.file.SetCellHyperLink(s.name, cellName(column, row), place{other.name, 1}.String(), "Location"); err != nil {
			return err
		}
		cells = append(cells, stackCell{column, value{style: s.styles.link, text: fit(text)}}, stackCell{column + 1, value{style: s.styles.link}})
		column += 2
	}
	s.add(lowestRow, s.filled(column, cells)...)
	return nil
}

// filled continues a row with empty cells from a column on, so that its line goes through.
func (s *stack) filled(column int, cells []stackCell) []stackCell {
	for ; column <= stackWidth; column++ {
		cells = append(cells, stackCell{column, value{style: s.styles.text}})
	}
	return cells
}

func (s *stack) block(block render.Block) error {
	switch b := block.(type) {
	case *render.Heading:
		s.add(20, stackCell{1, value{style: s.styles.title, text: fit(joined("   ", b.Text, b.Note))}})
	case *render.Paragraph:
		if b.Lead {
			return s.spaced(b.Text, s.styles.lead, lead)
		}
		return s.spaced(b.Text, s.styles.plain, body)
	case *render.Callout:
		return s.spaced(b.Title+": "+b.Text, s.styles.strong, bold)
	case *render.SignaturePanel:
		return s.spaced(b.Role+": "+b.Duty, s.styles.plain, body)
	case *render.Code:
		return s.spaced(strings.Join(b.Lines, "\n"), s.styles.mono, small)
	case *render.Fields:
		return s.fields(b)
	case *render.Table:
		return s.table(b)
	case *render.Chart:
		s.chart(b)
	case *render.Replaced:
		if text := b.Text(0); text != "" {
			return s.wide(text, s.styles.note, body)
		}
	default:
		return fmt.Errorf("%T cannot be drawn on a sheet", block)
	}
	return nil
}

// notes says what a reader of the lists does not see at once.
func (s *stack) notes() error {
	note := func(n int, format string) error {
		if n == 0 {
			return nil
		}
		return s.wide(fmt.Sprintf(format, n), s.styles.note, body)
	}
	if err := note(s.tall, "Rows of the lists with more text than a row can be high: %d. Select the cell to read all of it."); err != nil {
		return err
	}
	if err := note(s.shortened, "Texts longer than a cell can hold: %d. Each says so at its end; audit.json has the whole."); err != nil {
		return err
	}
	return note(s.unlinked, "Cells without their link, since a sheet can hold no more: %d.")
}

// stackRoom is the width of all columns of the stack.
func (s *stack) stackRoom() float64 { return s.labels + numberWidth*(stackWidth-1) }

// wide writes a text over all columns of the stack, as many lines high as it needs.
func (s *stack) wide(text string, style int, f face) error {
	text = fit(text)
	if err := s.file.MergeCell(s.name, cellName(1, s.next()), cellName(stackWidth, s.next())); err != nil {
		return err
	}
	s.add(f.height(f.lines(text, s.stackRoom())), stackCell{1, value{style: style, text: text}})
	return nil
}

func (s *stack) spaced(text string, style int, f face) error {
	err := s.wide(text, style, f)
	s.gap()
	return err
}

func (s *stack) fields(f *render.Fields) error {
	s.chartRow = max(s.chartRow, s.next())
	for _, field := range f.List {
		for i, c := range field.Value {
			label := ""
			if i == 0 {
				label = field.Label
			}
			if err := s.file.MergeCell(s.name, cellName(2, s.next()), cellName(stackWidth, s.next())); err != nil {
				return err
			}
			v := s.value(c, s.linked(2, numberWidth*(stackWidth-1), c))
			cells := []stackCell{{1, value{style: s.styles.label, text: fit(label)}}, {2, v}}
			for column := 3; column <= stackWidth; column++ {
				cells = append(cells, stackCell{column, value{style: v.style}})
			}
			s.add(v.face.height(v.face.lines(v.text, numberWidth*(stackWidth-1))), cells...)
		}
	}
	if err := s.contents(); err != nil {
		return err
	}
	s.gap()
	return nil
}

// linked makes a cell of the next row a link, if it points anywhere.
func (s *stack) linked(column int, width float64, c render.Cell) bool {
	l, ok := s.target(place{s.name, s.next()}, column, width, c)
	if !ok {
		return false
	}
	at, to, kind := cellName(column, s.next()), l.to.String(), "Location"
	if l.file != "" {
		to, kind = l.file, "External"
	}
	return s.file.SetCellHyperLink(s.name, at, to, kind) == nil
}

func (s *stack) table(t *render.Table) error {
	if c := s.byTable[t.Anchor]; c != nil && c.Kind == render.StackedBars {
		for s.next() < s.chartRow { // its chart stands beside it
			s.add(lowestRow)
		}
	}
	if t.Title != "" {
		s.add(20, stackCell{1, value{style: s.styles.title, text: fit(t.Title)}})
	}
	at := tableAt{header: s.next()}
	s.header(t)
	at.first = s.next()
	for _, row := range t.Rows {
		height, cells := lowestRow, []stackCell(nil)
		if row.Group != "" {
			cells = append(cells, stackCell{1, value{style: s.styles.strong, text: fit(row.Group)}})
		}
		for i, c := range row.Cells {
			v := s.value(c, s.linked(i+1, s.widthOf(i+1), c))
			height = max(height, v.face.height(v.face.lines(v.text, s.widthOf(i+1))))
			cells = append(cells, stackCell{i + 1, v})
		}
		label := ""
		if len(row.Cells) > 0 {
			label = row.Cells[0].Text
		}
		at.labels = append(at.labels, label)
		s.add(height, cells...)
	}
	if len(t.Rows) == 0 && t.Empty != "" {
		s.add(lowestRow, stackCell{1, value{style: s.styles.note, text: fit(t.Empty)}})
	}
	at.last = s.next() - 1
	s.tables[t.Anchor] = at
	s.gap()
	return nil
}

func (s *stack) header(t *render.Table) {
	height, cells := lowestRow, []stackCell(nil)
	for i, c := range t.Columns {
		v := value{style: s.styles.header, text: fit(c.Title), face: bold}
		if c.Kind == render.NumberKind || c.Kind == render.SizeKind {
			v.style = s.styles.headerRight
		}
		height = max(height, bold.height(bold.lines(v.text, s.widthOf(i+1))))
		cells = append(cells, stackCell{i + 1, v})
	}
	s.add(height, cells...)
}

func (s *stack) widthOf(column int) float64 {
	if column == 1 {
		return s.labels
	}
	return numberWidth
}

func (s *stack) rows(w *rowWriter) {
	for i, row := range s.lines {
		w.begin(i+1, row.height)
		for _, c := range row.cells {
			w.cell(c.column, c.value)
		}
		w.end()
	}
}

func (s *stack) area() string {
	right := stackWidth
	for _, row := range s.lines {
		for _, c := range row.cells {
			right = max(right, c.column)
		}
	}
	return "A1:" + cellName(right, max(len(s.lines), 1))
}

func (s *stack) hyperlinks() []link { return nil }
