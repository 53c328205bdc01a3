package form

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"auditpack/render/cos"
)

// Sizes of text, in points.
const (
	openSize  = 12.0 // where the form leaves it open, and the text fits
	leastSize = 6.0  // down to which a text is made smaller to fit
	leading   = 1.15 // line height, in sizes
	ascent    = 0.76 // of a line above its base, in sizes
)

// maxDrawn is how many bytes all texts take as they are drawn.
const maxDrawn = 16 << 20

// panel is the place where a widget is drawn: its size as it is read, turned if it is turned.
type panel struct {
	width, height, pad float64
	matrix             string
	under              string // background and border
}

// draw has each widget of a field show a text, so that no program has to make up how it looks, and notes what cannot be
// shown.
func (p *pdfFill) draw(f *pdfField, shown string) error {
	var notes []string
	note := func(format string, args ...any) {
		if n := fmt.Sprintf(format, args...); !slices.Contains(notes, n) {
			notes = append(notes, n)
		}
	}
	encoded, missing := winAnsi(shown)
	if missing != "" {
		note("its font cannot show %s: the field holds them, the page shows ? in their place", missing)
	}
	for _, w := range f.widgets {
		style, align := p.style(f, w)
		area, ok := p.panel(w.dict)
		if !ok {
			note("the form gives it no place on its page")
			continue
		}
		var content string
		switch {
		case f.kind == choiceField && !f.has(flagCombo):
			content = style.list(area, f.options, shown)
		case f.has(flagComb) && f.most > 0 && !f.has(flagMultiline):
			content = style.comb(area, encoded, f.most)
		case f.has(flagMultiline) && f.kind == textField:
			lines, seen := 0, 0
			if content, lines, seen = style.lines(area, encoded, align); seen < lines {
				note("its place on the page shows %d of %d lines: give the question a lower limit, or attach the text", seen, lines)
			}
		default:
			var part float64
			if content, part = style.line(area, encoded, align); part < 1 {
				note("its place on the page shows about %d %% of the text: give the question a lower limit, or attach the text", int(100*part))
			}
		}
		if p.drawn += len(content); p.drawn > maxDrawn {
			return errors.New("is shown in so many places that the form would become too large")
		}
		look := p.update.AddStream(fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]%s/Resources<</Font<</F %s>>>>",
			num(area.width), num(area.height), area.matrix, style.font), []byte(area.under+"/Tx BMC\nq\n"+content+"Q\nEMC"))
		if err := p.set(w.object, cos.Entry{Key: "AP", With: "<</N " + look + ">>"}); err != nil {
			return err
		}
	}
	for _, n := range notes {
		p.out.look(f.name, "%s", n)
	}
	return nil
}

// panel finds where a widget is drawn.
func (p *pdfForm) panel(d cos.Dict) (panel, bool) {
	r := p.numbers(d["Rect"])
	if len(r) != 4 {
		return panel{}, false
	}
	w, h := math.Abs(r[2]-r[0]), math.Abs(r[3]-r[1])
	if !(w > 0.5 && h > 0.5 && w < 20_000 && h < 20_000) {
		return panel{}, false
	}
	border, style := 1.0, cos.Name("S")
	if bs, ok := p.file.Resolve(d["BS"]).(cos.Dict); ok {
		if n := p.numbers(cos.Array{bs["W"]}); len(n) == 1 && n[0] >= 0 && n[0] < h/2 {
			border = n[0]
		}
		if s, ok := p.file.Resolve(bs["S"]).(cos.Name); ok {
			style = s
		}
	}
	a := panel{width: w, height: h, pad: max(2*border, 1)}
	mk, _ := p.file.Resolve(d["MK"]).(cos.Dict)
	turn, _ := p.file.Resolve(mk["R"]).(int64)
	switch (turn%360 + 360) % 360 {
	case 90:
		a.width, a.height, a.matrix = h, w, fmt.Sprintf("/Matrix[0 1 -1 0 %s 0]", num(w))
	case 180:
		a.matrix = fmt.Sprintf("/Matrix[-1 0 0 -1 %s %s]", num(w), num(h))
	case 270:
		a.width, a.height, a.matrix = h, w, fmt.Sprintf("/Matrix[0 -1 1 0 0 %s]", num(h))
	}
	if c := colour(p.numbers(mk["BG"]), "g", "rg", "k"); c != "" {
		a.under += fmt.Sprintf("q %s 0 0 %s %s re f Q\n", c, num(a.width), num(a.height))
	}
	if c := colour(p.numbers(mk["BC"]), "G", "RG", "K"); c != "" && border > 0 {
		path := fmt.Sprintf("%s %s %s %s re", num(border/2), num(border/2), num(a.width-border), num(a.height-border))
		switch style {
		case "U":
			path = fmt.Sprintf("0 %s m %s %[1]s l", num(border/2), num(a.width))
		case "D":
			path = "[3] 0 d " + path
		}
		a.under += fmt.Sprintf("q %s %s w %s S Q\n", c, num(border), path)
	}
	return a, true
}

// numbers reads an array of numbers, nil if it holds anything else.
func (p *pdfForm) numbers(v cos.Value) []float64 {
	list, _ := p.file.Resolve(v).(cos.Array)
	var all []float64
	for _, item := range list[:min(len(list), 4)] {
		switch n := p.file.Resolve(item).(type) {
		case int64:
			all = append(all, float64(n))
		case float64:
			all = append(all, n)
		default:
			return nil
		}
	}
	return all
}

// colour writes a colour with the operator for its number of parts, empty if there is none.
func colour(parts []float64, grey, rgb, cmyk string) string {
	operator := map[int]string{1: grey, 3: rgb, 4: cmyk}[len(parts)]
	if operator == "" {
		return ""
	}
	text := ""
	for _, n := range parts {
		text += num(min(max(n, 0), 1)) + " "
	}
	return text + operator
}

// num writes a number as content streams have it.
func num(x float64) string {
	s := strconv.FormatFloat(x, 'f', 3, 64)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// drawBox gives a check box looks that the form forgot.
func (p *pdfFill) drawBox(f *pdfField, w widget) error {
	a, ok := p.panel(w.dict)
	if !ok {
		p.out.look(f.name, "the form gives it no place on its page")
		return nil
	}
	box := fmt.Sprintf("/Type/XObject/Subtype/Form/BBox[0 0 %s %s]%s", num(a.width), num(a.height), a.matrix)
	side := min(a.width, a.height)
	x, y := (a.width-side)/2, (a.height-side)/2
	tick := fmt.Sprintf("q 0 G %s w %s %s m %s %s l %s %s l S Q", num(max(side/9, 0.5)),
		num(x+0.22*side), num(y+0.5*side), num(x+0.42*side), num(y+0.27*side), num(x+0.8*side), num(y+0.77*side))
	on, off := p.update.AddStream(box, []byte(a.under+tick)), p.update.AddStream(box, []byte(a.under))
	return p.set(w.object, cos.Entry{Key: "AP", With: fmt.Sprintf("<</N<</Yes %s/Off %s>>>>", on, off)})
}
