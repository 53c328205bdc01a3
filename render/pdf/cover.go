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
	l.coverEnd = l.y
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

// inContents is how the list of parts is set, contentsLine the height of one line of it.
var inContents = style{sans, 8.5, black}

func contentsLine() float64 { return inContents.lead() + 1 }

// reserveContents keeps pages for the list of parts where the cover has no room for it: their numbers are known only when
// everything is laid out.
func (l *layout) reserveContents() {
	parts := 0
	for _, p := range l.doc.Parts {
		if p.Report {
			parts++
		}
	}
	height := float64(parts) * contentsLine()
	if len(l.pages) == 1 && l.bottom()-height-3 >= l.coverEnd+6 {
		l.contentsAt, l.contentsRows = target{0, l.bottom() - height - 3}, parts
		return
	}
	l.part = "Contents"
	l.newPage()
	l.contentsAt.page = len(l.pages) - 1
	l.place(box{h: l.add(&box{}, title, margin, 0, l.width(), l.part, "") + 2.5}, "")
	l.contentsAt.y = l.y
	l.contentsRows = int(l.room() / contentsLine())
	for left := parts - l.contentsRows; left > 0; left -= l.contentsRows {
		l.newPage()
	}
}

// contents lists the parts with their pages, once these are known, on the cover or on the pages that were kept for it.
func (l *layout) contents() {
	at, rows := l.contentsAt, 0
	b := box{}
	if at.page > 0 {
		l.add(&b, title, margin, margin, l.width(), "Contents", "")
	}
	for _, p := range l.doc.Parts {
		to, ok := l.targets[p.Anchor]
		if !p.Report || !ok {
			continue
		}
		if rows == l.contentsRows {
			l.pages[at.page].take(b)
			at, rows, b = target{at.page + 1, at.y}, 0, box{}
		}
		y := at.y + float64(rows)*contentsLine()
		l.add(&b, inContents, margin, y, l.width(), l.elide(inContents, p.Title, l.width()-20), p.Anchor)
		l.addRight(&b, inContents, margin+l.width(), y, fmt.Sprint(to.page+1), p.Anchor)
		rows++
		b.rules = append(b.rules, rect{margin, y + contentsLine() - 0.5, l.width(), 0.12, faint})
	}
	l.pages[at.page].take(b)
}

// take draws a box whose places are those of the page.
func (p *page) take(b box) {
	p.texts = append(p.texts, b.texts...)
	p.rules = append(p.rules, b.rules...)
}
