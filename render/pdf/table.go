package pdf

import "auditpack/render"

const (
	columnGap = 2.5
	rowPad    = 0.9
)

// table lays a Table out: a header that is repeated on each page, hairlines between rows, numbers to the right.
func (l *layout) table(t *render.Table) []chunk {
	var chunks []chunk
	if t.Title != "" {
		c := l.paragraph(under, t.Title, 1)
		c[0].keep = true
		chunks = append(chunks, c...)
	}
	if len(t.Rows) == 0 {
		return append(chunks, l.paragraph(body, t.Empty, 3)...)
	}
	edges := l.edges(t.Columns)
	header := l.header(t, edges)
	chunks = append(chunks, chunk{box: header, anchor: t.Anchor, keep: true})
	first := len(chunks)
	for _, r := range t.Rows {
		c := chunk{anchor: r.Anchor, repeat: &header}
		if r.Group != "" {
			c.h = l.add(&c.box, cellB, margin+1, rowPad, l.width()-2, r.Group, "") + 2*rowPad
			c.fills = append(c.fills, rect{margin, 0, l.width(), c.h, pale})
			c.keep = true
		} else {
			c.box = l.row(t.Columns, edges, r)
		}
		chunks = append(chunks, c)
	}
	chunks[len(chunks)-1].h += 3
	chunks[len(chunks)-1].keep = false
	keepEnds(chunks[first:], l.half()/4)
	return chunks
}

// edges returns the left edge of each column and the right edge of the last.
func (l *layout) edges(columns []render.Column) []float64 {
	sum := 0.0
	for _, c := range columns {
		sum += c.Weight
	}
	edges := []float64{margin}
	for _, c := range columns {
		share := 1 / float64(len(columns))
		if sum > 0 {
			share = c.Weight / sum
		}
		edges = append(edges, edges[len(edges)-1]+share*l.width())
	}
	return edges
}

func right(k render.Kind) bool { return k == render.NumberKind || k == render.SizeKind }

func (l *layout) header(t *render.Table, edges []float64) box {
	b := box{h: l.uprightHeight(t.Columns)}
	for i, c := range t.Columns {
		if c.Kind == render.MarkKind {
			continue
		}
		b.h = max(b.h, l.addColumn(&b, head, edges, i, len(t.Columns), rowPad, c.Title, "", right(c.Kind)))
	}
	b.h += 2 * rowPad
	l.uprightTitles(&b, t.Columns, edges)
	b.rules = append(b.rules, rect{margin, b.h, l.width(), 0.3, grey})
	return b
}

// highestTitle is how high an upright title may be; what is longer is shortened.
const highestTitle = 34.0

// uprightHeight is what the upright titles of a table need.
func (l *layout) uprightHeight(columns []render.Column) float64 {
	h := 0.0
	for _, c := range columns {
		if c.Kind == render.MarkKind {
			h = max(h, l.fonts.measure(head, l.elide(head, c.Title, highestTitle)))
		}
	}
	return h
}

// uprightTitles sets the titles of narrow columns upwards from the line below the header.
func (l *layout) uprightTitles(b *box, columns []render.Column, edges []float64) {
	for i, c := range columns {
		if c.Kind == render.MarkKind {
			middle := (edges[i] + edges[i+1]) / 2
			b.texts = append(b.texts, text{style: head, x: middle + head.size*mm*0.36, y: b.h - rowPad, text: l.elide(head, c.Title, highestTitle), upright: true})
		}
	}
}

// addColumn sets s into column i of n.
func (l *layout) addColumn(b *box, st style, edges []float64, i, n int, y float64, s, link string, toRight bool) float64 {
	x, width := edges[i], edges[i+1]-edges[i]-columnGap
	if i == n-1 {
		width += columnGap
	}
	first := len(b.texts)
	h := l.add(b, st, x, y, width, s, link)
	if toRight {
		for j := first; j < len(b.texts); j++ {
			b.texts[j].x = x + width - l.fonts.measure(st, b.texts[j].text)
		}
	}
	return h
}

func (l *layout) row(columns []render.Column, edges []float64, r render.Row) box {
	b := box{}
	for i, c := range r.Cells {
		if i >= len(columns) {
			break
		}
		y := rowPad
		for _, line := range c.Lines() {
			kind := line.Kind
			if kind == "" {
				kind = columns[i].Kind
			}
			line.Kind = kind
			if kind == render.MarkKind {
				y += l.addMark(&b, cellStyle(line, cell), (edges[i]+edges[i+1])/2, y, line)
				continue
			}
			y += l.addColumn(&b, cellStyle(line, cell), edges, i, len(columns), y, line.Text, line.Link, right(kind))
		}
		b.h = max(b.h, y)
	}
	b.h += rowPad
	b.rules = append(b.rules, rect{margin, b.h, l.width(), 0.12, faint})
	return b
}

// addMark sets a mark in the middle of its column.
func (l *layout) addMark(b *box, st style, middle, y float64, c render.Cell) float64 {
	s, missing := l.fonts.drawable(st.font, c.Text)
	l.missing += missing
	w := l.fonts.measure(st, s)
	b.texts = append(b.texts, text{style: st, x: middle - w/2, y: y, w: w, text: s, link: c.Link})
	return st.lead()
}
