package pdf

import (
	"fmt"
	"strings"

	"auditpack/evidence"
	"auditpack/render"
)

// chart draws stacked bars, two a category where there is an earlier snapshot: before above after. The other kinds are
// the workbook's; their numbers stand in tables here.
func (l *layout) chart(c *render.Chart) []chunk {
	if c.Kind != render.StackedBars || len(c.Categories) == 0 {
		return nil
	}
	const (
		names  = 68.0
		counts = 24.0
	)
	out := chunk{}
	y := l.add(&out.box, under, margin, 0, l.width(), c.Title, "") + 0.8
	y += l.legend(&out.box, c, y) + 1.5
	band := l.paper.Height - 217 // for all bars, so that the summary stays on its page
	fair := band / float64(len(c.Categories))
	least, size, air := 3.9, 7.2, 0.6
	if fair < 3.2 { // the guide's sections on Letter, which is shorter
		least, size, air = 3.5, 6.8, 0.3
	}
	pitch := min(8.5, max(least, fair))
	widest := 1
	for i := range c.Categories {
		widest = max(widest, total(c.Series, i), total(c.Before, i))
	}
	scale := (l.width() - names - counts) / float64(widest)
	chunks := []chunk{}
	for i, name := range c.Categories {
		link := ""
		if i < len(c.Links) {
			link = c.Links[i]
		}
		st := style{sans, size, black}
		h := max(pitch, l.add(&out.box, st, margin, y+(pitch-1.2-st.lead())/2, names-2, name, link)+air)
		bars := pitch - 1.2
		now := bars
		if c.Before != nil {
			now = bars * 0.6
			l.bar(&out.box, c.Before, i, rect{x: margin + names, y: y, w: scale, h: bars - now - 0.15}, true)
		}
		l.bar(&out.box, c.Series, i, rect{x: margin + names, y: y + bars - now, w: scale, h: now}, false)
		l.addRight(&out.box, st, margin+l.width(), y+(bars-st.lead())/2, movementOf(c, i), "")
		out.h = y + h
		chunks = append(chunks, out)
		out, y = chunk{}, 0
	}
	for i := range chunks {
		chunks[i].keep = i < len(chunks)-1 && len(chunks) <= 30
	}
	chunks[len(chunks)-1].h += 2
	return chunks
}

func total(series []render.Series, i int) int {
	sum := 0
	for _, s := range series {
		sum += s.Values[i]
	}
	return sum
}

// movementOf tells in words what a pair of bars shows, for print in black and white: 6 → 2 fail.
func movementOf(c *render.Chart, i int) string {
	for k, s := range c.Series {
		if s.Result != evidence.Fail {
			continue
		}
		if c.Before == nil || total(c.Before, i) == 0 || c.Before[k].Values[i] == s.Values[i] {
			return fmt.Sprintf("%d fail", s.Values[i])
		}
		return fmt.Sprintf("%d → %d fail", c.Before[k].Values[i], s.Values[i])
	}
	return ""
}

// bar draws one bar: r.w is the width of a Control. An earlier bar is paler and bare, the present one carries mark and number.
func (l *layout) bar(b *box, series []render.Series, i int, r rect, earlier bool) {
	const gap = 0.25
	x := r.x
	for _, s := range series {
		n := s.Values[i]
		if n == 0 {
			continue
		}
		w := float64(n) * r.w
		c := resultColour(s.Result)
		if earlier {
			c = tint(c, 0.45)
		}
		b.fills = append(b.fills, rect{x, r.y, w - gap, r.h, c})
		st := style{bold, min(6.2, r.h/mm*0.8), white}
		for _, label := range []string{fmt.Sprintf("%s %d", render.Mark(s.Result), n), render.Mark(s.Result)} {
			if lw := l.fonts.measure(st, label); !earlier && lw < w-gap-0.4 {
				b.texts = append(b.texts, text{style: st, x: x + (w-gap-lw)/2, y: r.y + (r.h-st.lead())/2, text: label})
				break
			}
		}
		x += w
	}
}

func (l *layout) legend(b *box, c *render.Chart, y float64) float64 {
	x := margin
	for _, s := range c.Series {
		st := style{sans, 7.4, resultColour(s.Result)}
		name := strings.TrimSpace(render.Mark(s.Result) + " " + s.Name)
		b.fills = append(b.fills, rect{x, y + 0.5, 2.6, 2.6, st.colour})
		b.texts = append(b.texts, text{style: st, x: x + 3.6, y: y, text: name})
		x += l.fonts.measure(st, name) + 8
	}
	if c.Before != nil {
		l.addRight(b, small, margin+l.width(), y, "upper bar: before · lower bar: now", "")
	}
	return small.lead() + 0.3
}
