package xlsx

import (
	"cmp"
	"math"

	"github.com/xuri/excelize/v2"

	"auditpack/render"
)

// Widths of columns, in characters.
const (
	narrowest = 8.0
	widest    = 60.0
	markWidth = 4.0
)

// highestTitle is how high the header of a list may be, in points: longer upright titles are cut by the cell's edge.
const highestTitle = 180.0

// list draws a table as a sheet: header in row 1, frozen and filtered.
type list struct {
	*pen
	name    string
	table   *render.Table
	widths  []float64
	heights []float32 // of the rows, header first
	links   []link
}

func (p *pen) list(name string, t *render.Table) (*list, error) {
	l := &list{pen: p, name: name, table: t, widths: widths(t)}
	l.measure()
	for i, width := range l.widths {
		if err := p.file.SetColWidth(name, columnName(i+1), columnName(i+1), width); err != nil {
			return nil, err
		}
	}
	if err := p.file.SetPanes(name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight",
		Selection: []excelize.Selection{{SQRef: "B2", ActiveCell: "B2", Pane: "bottomRight"}}}); err != nil {
		return nil, err
	}
	last := max(t.Len(), 1) + 1
	if err := p.file.AutoFilter(name, "A1:"+cellName(len(t.Columns), last), nil); err != nil {
		return nil, err
	}
	if err := p.page(name, p.pages(l.widths), 0); err != nil { // after the filter, which would undo it
		return nil, err
	}
	if err := l.colours(last); err != nil {
		return nil, err
	}
	if len(l.links) > 0 { // keeps the place of the element for ours
		if err := p.file.SetCellHyperLink(name, "A1", "A1", "Location"); err != nil {
			return nil, err
		}
	}
	return l, p.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: quoted(name) + "!$A:$A," + quoted(name) + "!$1:$1", Scope: name,
	})
}

// colours lets verdicts take their colours: the first column of verdicts filled, others, which are of earlier times or
// other readings, in coloured letters.
func (l *list) colours(last int) error {
	formats := l.styles.filled
	if from, to := l.marks(); from > 0 {
		if err := l.colourVerdicts(l.name, cellName(from, 2)+":"+cellName(to, last), formats, render.Mark); err != nil {
			return err
		}
	}
	for i, c := range l.table.Columns {
		if c.Kind != render.VerdictKind {
			continue
		}
		if err := l.colourVerdicts(l.name, cellName(i+1, 2)+":"+cellName(i+1, last), formats, verdictText); err != nil {
			return err
		}
		formats = l.styles.lettered
	}
	return nil
}

// marks returns the first and the last of the narrow columns, which stand side by side; 0 if there are none.
func (l *list) marks() (from, to int) {
	for i, c := range l.table.Columns {
		if c.Kind == render.MarkKind {
			from, to = cmp.Or(from, i+1), i+1
		}
	}
	return from, to
}

// measure fits the height of each row to its tallest cell, and counts what the reader will not see at once.
func (l *list) measure() {
	l.heights = make([]float32, l.table.Len()+1)
	lines := 1
	upright := 0.0
	for i, c := range l.table.Columns {
		if c.Kind == render.MarkKind {
			upright = max(upright, bold.textWidth(c.Title)*0.75+20) // points; the filter's arrow stands at the foot
			continue
		}
		lines = max(lines, bold.lines(fit(c.Title), l.widths[i]-2))
	}
	l.heights[0] = float32(min(max(24, bold.height(lines), upright), highestTitle))
	i := 1
	for row := range l.table.All() {
		i++
		height := lowestRow
		for j, c := range row.Cells {
			if j >= len(l.widths) {
				break
			}
			v := l.value(c, c.Link != "")
			if v.number == "" && c.Kind != render.MarkKind {
				height = max(height, v.face.height(v.face.lines(v.text, l.widths[j])))
			}
			if tooLong(c.Plain()) {
				l.shortened++
			}
			l.link(i, j+1, c)
		}
		if height > highestRow {
			height = highestRow
			l.tall++
		}
		l.heights[i-1] = float32(height)
	}
}

// link makes a cell point somewhere, if there is a place to point to.
func (l *list) link(row, column int, c render.Cell) {
	if c.Link == "" && c.File == "" {
		return
	}
	to, ok := l.target(place{l.name, row}, column, l.widths[column-1], c)
	switch {
	case ok && len(l.links) < maxLinks:
		l.links = append(l.links, to)
	case ok:
		l.unlinked++
	}
}

func (l *list) rows(w *rowWriter) {
	w.begin(1, float64(l.heights[0]))
	for i, c := range l.table.Columns {
		style := l.styles.header
		if c.Kind == render.MarkKind {
			style = l.styles.upright
		}
		w.cell(i+1, value{style: style, text: fit(c.Title)})
	}
	w.end()
	links, i := l.links, -1
	for row := range l.table.All() {
		i++
		w.begin(i+2, float64(l.heights[i+1]))
		if row.Group != "" {
			w.cell(1, value{style: l.styles.strong, text: fit(row.Group)})
		}
		for j, c := range row.Cells {
			linked := len(links) > 0 && links[0].row == i+2 && links[0].column == j+1
			if linked {
				links = links[1:]
			}
			w.cell(j+1, l.value(c, linked))
		}
		w.end()
	}
	if l.table.Len() == 0 {
		w.begin(2, lowestRow)
		w.cell(1, value{style: l.styles.empty, text: fit(l.table.Empty)})
		w.end()
	}
}

func (l *list) area() string {
	return "A1:" + cellName(max(len(l.table.Columns), 1), max(l.table.Len(), 1)+1)
}

func (l *list) hyperlinks() []link { return l.links }

// widths fits each column to its longest line, between narrowest and what its weight allows. The first column stays in
// view while the others scroll, so it may not fill the window.
func widths(t *render.Table) []float64 {
	out, caps := make([]float64, len(t.Columns)), make([]float64, len(t.Columns))
	for i, c := range t.Columns {
		if c.Kind == render.MarkKind {
			out[i], caps[i] = markWidth, markWidth
			continue
		}
		caps[i] = min(8+8*c.Weight, widest)
		if c.Weight >= 5 { // a digest on one line
			caps[i] = widest
		}
		out[i] = narrowest
		if words := longestWord(c.Title); words > 0 {
			out[i] = min(max(out[i], words+2.5), widest) // the filter's arrow needs room
			caps[i] = max(caps[i], out[i])
		}
	}
	for row := range t.All() {
		for i, c := range row.Cells {
			if i < len(out) && (c.File != "" || c.Link != "") {
				caps[i] = max(caps[i], linkCap(c)) // links need to stay on one line
			}
			if i < len(out) && out[i] < caps[i] {
				out[i] = min(max(out[i], cellWidth(c)), caps[i])
			}
		}
	}
	for i := range out {
		out[i] = math.Ceil(out[i]*4) / 4
	}
	return out
}

func linkCap(c render.Cell) float64 {
	if c.Kind == render.CiteKind || c.File != "" {
		return widest
	}
	return 36
}

func longestWord(s string) float64 {
	w, from := 0.0, 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == ' ' {
			w = max(w, bold.widest(s[from:i]))
			from = i + 1
		}
	}
	return w
}

func cellWidth(c render.Cell) float64 {
	f := body
	switch {
	case len(c.Also) > 0:
	case c.Kind == render.TimeKind && !c.Time.IsZero():
		return 16
	case c.Kind == render.VerdictKind, c.Strong, c.Kind == render.IDKind:
		f = bold
	}
	switch c.Kind {
	case render.MonoKind:
		f = small
	case render.CiteKind:
		f = cite
	}
	w := 0.0
	for _, line := range c.Lines() {
		w = max(w, f.widest(line.Text))
	}
	if c.Kind == render.NumberKind || c.Kind == render.SizeKind {
		w *= 1.3 // separators of thousands
	}
	return w
}

// pages returns how many pages wide a list is printed, so that its smallest letters, of 8 pt, come out at 7 pt at least. A
// page ends between two columns, and the first column is repeated on each.
func (p *pen) pages(widths []float64) int {
	const scale = 7.0 / 8
	page := 148.0 // units of width on A4 landscape, unscaled
	if p.document.Paper == render.Letter {
		page = 139.0
	}
	n, at, columns := 1, 0.0, 0
	for _, w := range widths {
		if at+w > page/scale && columns > 1 {
			n, at, columns = n+1, widths[0], 1
		}
		at, columns = at+w, columns+1
	}
	return n
}
