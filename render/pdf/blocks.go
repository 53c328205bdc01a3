package pdf

import (
	"strconv"

	"auditpack/evidence"
	"auditpack/render"
)

// The colours and styles of the report: LOOKS of one accent colour, greys, and the five verdict colours.
var (
	black  = colour{0x1a, 0x1a, 0x1a}
	grey   = colour{0x5b, 0x63, 0x6e}
	faint  = colour{0xc4, 0xc9, 0xd0}
	pale   = colour{0xf1, 0xf3, 0xf6}
	white  = colour{0xff, 0xff, 0xff}
	accent = parseColour(render.Accent)

	body    = style{sans, 9.2, black}
	strong  = style{bold, 9.2, black}
	lead    = style{sans, 11.5, black}
	small   = style{sans, 7.2, grey}
	label   = style{sans, 7.6, grey}
	cell    = style{sans, 8, black}
	cellB   = style{bold, 8, black}
	head    = style{bold, 7.6, grey}
	codeB   = style{mono, 7.4, black}
	title   = style{bold, 20, accent}
	section = style{bold, 12.5, accent}
	under   = style{bold, 10, black}
)

func parseColour(s string) colour {
	n, _ := strconv.ParseUint(s, 16, 32)
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}
}

func resultColour(r evidence.Result) colour { return parseColour(render.Colour(r)) }

// tint mixes c with white.
func tint(c colour, share float64) colour {
	mix := func(v uint8) uint8 { return uint8(255 - (255-float64(v))*share) }
	return colour{mix(c.r), mix(c.g), mix(c.b)}
}

// chunk is a box with what has to be known to place it.
type chunk struct {
	box
	anchor string
	keep   bool // on one page with the next chunk
	repeat *box // above it where it begins a page
	again  *box // above its rest where it is split
	mark   string
}

// blocks lays out blocks one below the other. All boxes are made before the first is placed, so that a heading knows how
// much room its text needs.
func (l *layout) blocks(blocks []render.Block) {
	chunks := l.chunks(blocks)
	for i := range chunks {
		c := &chunks[i]
		if c.keep && (i == 0 || !chunks[i-1].keep) && l.chainHeight(chunks[i:]) > l.room() {
			l.repeat = nil
			if !l.atTop() {
				l.repeat = c.repeat
				l.newPage()
			}
		}
		l.repeat = c.repeat
		if c.mark != "" {
			if c.h > l.room() {
				l.newPage()
			}
			p := l.page()
			p.bookmarks = append(p.bookmarks, bookmark{c.mark, 1, l.y})
		}
		l.again = c.again
		l.place(c.box, c.anchor)
	}
	l.repeat, l.again = nil, nil
}

// chunks lays out every block. A paragraph that ends what is above it stays with it.
func (l *layout) chunks(blocks []render.Block) []chunk {
	var chunks []chunk
	for _, b := range blocks {
		if p, ok := b.(*render.Paragraph); ok && p.Ends && len(chunks) > 0 {
			chunks[len(chunks)-1].keep = true
		}
		chunks = append(chunks, l.block(b)...)
	}
	return chunks
}

// chainHeight is the room that the first chunk, all that it keeps and the beginning of the next one need.
func (l *layout) chainHeight(chunks []chunk) float64 {
	const beginning = 24.0
	sum := 0.0
	for _, c := range chunks {
		if !c.keep && c.h > l.half() {
			return sum + beginning
		}
		sum += c.h
		if !c.keep {
			break
		}
	}
	return sum
}

func (l *layout) block(b render.Block) []chunk {
	switch b := b.(type) {
	case *render.Heading:
		return l.heading(b)
	case *render.Paragraph:
		st, gap := body, 2.6
		if b.Lead {
			st, gap = lead, 4
		}
		return l.paragraph(st, b.Text, gap)
	case *render.Fields:
		return l.fields(b)
	case *render.Table:
		return l.table(b)
	case *render.Entries:
		return l.entries(b)
	case *render.Chart:
		return l.chart(b)
	case *render.Code:
		return l.code(b)
	case *render.Callout:
		return l.callout(b)
	case *render.SignaturePanel:
		return l.signaturePanel(b)
	case *render.Replaced:
		if s := b.Text(l.missingSaid); s != "" {
			return l.paragraph(body, s, 2.6)
		}
	}
	return nil
}

func (l *layout) partTitle(p render.Part) {
	marks := &l.page().bookmarks
	*marks = append(*marks, bookmark{p.Title, 0, l.y})
	l.place(l.titleBox(p), p.Anchor)
}

func (l *layout) titleBox(p render.Part) box {
	b := box{}
	b.h = l.add(&b, title, margin, 0, l.width(), p.Title, "") + 2.5
	return b
}

func (l *layout) heading(h *render.Heading) []chunk {
	c := chunk{anchor: h.Anchor, keep: true}
	st, above, below := section, 5.0, 2.0
	if h.Level > 1 {
		st, above, below = under, 2.5, 1.0
	} else {
		c.mark = h.Text
	}
	width := l.width()
	if h.Note != "" {
		note := l.elide(cell, h.Note, l.width()/2)
		width -= l.fonts.measure(cell, note) + 4
		l.addRight(&c.box, style{sans, 8, grey}, margin+l.width(), above+(st.size-8)*1.04*mm, note, "")
	}
	c.h = above + l.add(&c.box, st, margin, above, width, h.Text, "") + below
	if h.Level == 1 {
		c.rules = append(c.rules, rect{margin, c.h - 1.2, l.width(), 0.3, accent})
	}
	return []chunk{c}
}

func (l *layout) paragraph(st style, s string, gap float64) []chunk {
	c := chunk{}
	c.h = l.add(&c.box, st, margin, 0, l.width(), s, "") + gap
	return []chunk{c}
}

func (l *layout) fields(f *render.Fields) []chunk {
	const labels = 36.0
	var chunks []chunk
	for _, field := range f.List {
		c := chunk{}
		c.h = max(l.add(&c.box, label, margin, 0.5, labels-3, field.Label, ""),
			l.addCells(&c.box, body, margin+labels, 0, l.width()-labels, field.Value)) + 1.2
		chunks = append(chunks, c)
	}
	if len(chunks) > 0 {
		chunks[len(chunks)-1].h += 1.8
	}
	keepEnds(chunks, l.half())
	return chunks
}

// keepEnds keeps lines of one list together: all of them if they are no higher than whole, else the first two and the last
// two, so that none stands alone on a page.
func keepEnds(chunks []chunk, whole float64) {
	sum := 0.0
	for _, c := range chunks {
		sum += c.h
	}
	for i := range len(chunks) - 1 {
		if sum <= whole || (i == 0 || i == len(chunks)-2) && chunks[i].h+chunks[i+1].h <= whole/2 {
			chunks[i].keep = true
		}
	}
}

// addCells sets cells below each other and returns the height.
func (l *layout) addCells(b *box, plain style, x, y, width float64, cells []render.Cell) float64 {
	top := y
	for _, c := range cells {
		y += l.add(b, cellStyle(c, plain), x, y, width, c.Text, c.Link)
		for _, below := range c.Also {
			y += l.addCells(b, plain, x, y, width, []render.Cell{below})
		}
	}
	return y - top
}

// cellStyle is how a Cell is set where running text is plain.
func cellStyle(c render.Cell, plain style) style {
	switch c.Kind {
	case render.VerdictKind, render.MarkKind:
		return style{bold, plain.size, resultColour(c.Result)}
	case render.CiteKind:
		return style{mono, 7, linkColour(c.Link, grey)}
	case render.MonoKind:
		if c.Strong {
			return codeB
		}
		return style{mono, min(7, plain.size), linkColour(c.Link, black)}
	case render.IDKind:
		return style{mono, 7.4, linkColour(c.Link, black)}
	}
	if c.Strong {
		plain.font = bold
	}
	plain.colour = linkColour(c.Link, plain.colour)
	return plain
}

func linkColour(link string, otherwise colour) colour {
	if link != "" {
		return accent
	}
	return otherwise
}

// code sets commands line by line: what is copied from the page has no breaks but its own, unless a line is too long.
func (l *layout) code(c *render.Code) []chunk {
	const pad = 2.0
	st := style{mono, 7.4, black}
	out := chunk{}
	y := pad
	for _, line := range c.Lines {
		y += l.add(&out.box, st, margin+3, y, l.width()-6, line, "")
	}
	out.fills = append(out.fills, rect{margin, 0, l.width(), y + pad, pale})
	out.h = y + pad + 3
	return []chunk{out}
}

func (l *layout) callout(c *render.Callout) []chunk {
	const pad = 2.5
	bar := accent
	if c.Warn {
		bar = resultColour(evidence.NeedsReview)
	}
	out := chunk{}
	y := pad
	y += l.add(&out.box, style{bold, 9.2, bar}, margin+5, y, l.width()-8, c.Title, "")
	y += l.add(&out.box, body, margin+5, y, l.width()-8, c.Text, "")
	out.fills = append(out.fills, rect{margin, 0, l.width(), y + pad, pale}, rect{margin, 0, 1.2, y + pad, bar})
	out.h = y + pad + 3
	return []chunk{out}
}
