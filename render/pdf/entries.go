package pdf

import (
	"cmp"

	"auditpack/render"
)

// The left edges of an entry's verdict, statement and values.
const (
	entryText  = 31.0
	entryValue = 48.0
)

// entries sets a list of Controls: mark and word, id and tags, the statement, and the fields below it.
func (l *layout) entries(e *render.Entries) []chunk {
	var chunks []chunk
	for i := range e.List {
		entry := &e.List[i]
		c := chunk{box: l.entry(entry), anchor: entry.Anchor}
		if c.h > l.half() {
			name := l.elide(small, entry.ID, l.width()/2) + ", continued"
			c.again = &box{h: small.lead() + 1, texts: []text{{style: small, x: margin + entryText, y: 0, text: name}}}
		}
		chunks = append(chunks, c)
	}
	return chunks
}

func (l *layout) entry(e *render.Entry) box {
	const top = 1.6
	b := box{}
	c := resultColour(e.Result)
	// A white mark on a square of the verdict's colour, then the word.
	const square = 3.9
	b.fills = append(b.fills, rect{margin, top, square, square, c})
	mark := style{bold, 8, white}
	sign := cmp.Or(e.Mark, render.Mark(e.Result))
	b.texts = append(b.texts, text{style: mark, x: margin + (square-l.fonts.measure(mark, sign))/2, y: top + 0.05, text: sign})
	l.add(&b, style{bold, 7.6, c}, margin+square+1.3, top+0.15, entryText-square-2, cmp.Or(e.Word, render.Word(e.Result)), "")

	x, width := margin+entryText, l.width()-entryText
	tags := l.elide(small, e.Tags, width*0.6)
	l.addRight(&b, small, margin+l.width(), top+0.3, tags, "")
	id := codeB
	id.colour = accent
	y := top + l.add(&b, id, x, top+0.15, width-l.fonts.measure(small, tags)-3, e.ID, e.Link)
	y += 0.5 + l.add(&b, strong, x, y, width, e.Text, "")
	for _, f := range e.Fields {
		y += 0.5
		labels := l.add(&b, label, x, y+0.1, entryValue-entryText-1.5, f.Label, "")
		y += max(labels, l.addCells(&b, cell, margin+entryValue, y, l.width()-entryValue, f.Value))
	}
	b.h = y + 1.9
	b.rules = append(b.rules, rect{margin, b.h, l.width(), 0.12, faint})
	return b
}
