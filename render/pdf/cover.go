package pdf

import (
	"fmt"

	"auditpack/render"
)

// cover fills the first page: what was assessed, the five counts, and where everything comes from.
func (l *layout) cover() {
	c := l.doc.Cover
	l.put(box{h: 26, fills: []rect{{margin, 20, 28, 1.6, accent}}})
	line := func(st style, s string, gap float64) {
		b := box{}
		b.h = l.add(&b, st, margin, 0, l.width(), s, "") + gap
		l.place(b, "")
	}
	line(style{bold, 28, accent}, c.Title, 3)
	line(style{sans, 16, black}, c.Subject, 2)
	line(style{sans, 11, grey}, c.Guide, 6)
	if l.doc.Demo {
		line(style{bold, 11, accent}, "Demonstration: the server and its evidence are made up.", 4)
	}
	if usual := 98.0; l.y < usual && len(l.pages) == 1 {
		l.y = usual
	}
	counts := box{}
	counts.h = l.coverCounts(&counts, 0) + 6
	l.place(counts, "")
	l.blocks([]render.Block{&render.Fields{List: c.Lines}})
	l.coverEnd, l.coverPages = l.y, len(l.pages)
}

// coverCounts sets the five counts side by side, each with its mark and word, and what it was before.
func (l *layout) coverCounts(b *box, y float64) float64 {
	if len(l.doc.Cover.Counts) == 0 {
		return 0
	}
	counts, before := l.doc.Cover.Counts, l.doc.Cover.Before
	step := l.width() / float64(len(counts))
	for i, n := range counts {
		x, c := margin+float64(i)*step, resultColour(n.Result)
		b.fills = append(b.fills, rect{x, y, step - 3, 1.2, c})
		l.add(b, style{bold, 24, c}, x, y+2.5, step-3, fmt.Sprint(n.N), "")
		l.add(b, style{bold, 8.5, c}, x, y+14.5, step-3, render.Mark(n.Result)+" "+render.Word(n.Result), "")
		if i < len(before) {
			l.add(b, style{sans, 7.6, grey}, x, y+19, step-3, fmt.Sprintf("before: %d", before[i].N), "")
		}
	}
	return 23
}

// contents lists the parts with their pages at the foot of the cover, once the pages are known and if there is room.
func (l *layout) contents() {
	b, rows := box{}, 0
	st := style{sans, 8.5, black}
	for _, p := range l.doc.Parts {
		to, ok := l.targets[p.Anchor]
		if !p.Report || !ok {
			continue
		}
		y := float64(rows) * (st.lead() + 1)
		l.add(&b, st, margin, y, l.width(), l.elide(st, p.Title, l.width()-20), p.Anchor)
		l.addRight(&b, st, margin+l.width(), y, fmt.Sprint(to.page+1), p.Anchor)
		rows++
		b.h = float64(rows) * (st.lead() + 1)
		b.rules = append(b.rules, rect{margin, b.h - 0.5, l.width(), 0.12, faint})
	}
	top := l.bottom() - b.h - 3
	if top < l.coverEnd+6 || l.coverPages > 1 {
		return
	}
	cover := &l.pages[0]
	for _, t := range b.texts {
		t.y += top
		cover.texts = append(cover.texts, t)
	}
	for _, r := range b.rules {
		r.y += top
		cover.rules = append(cover.rules, r)
	}
}
