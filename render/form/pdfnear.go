package form

import (
	"strings"

	"auditpack/render/cos"
)

// labels gives fields that the form names for nobody the text that is printed beside them, and options what stands to
// their right.
func (f *pdfForm) labels() {
	pages := map[int][]printed{}
	on := func(w widget) []printed {
		if _, read := pages[w.page]; !read && w.page > 0 {
			pages[w.page] = lines(f.printed(w.page))
		}
		return pages[w.page]
	}
	for _, field := range f.fields {
		for i, w := range field.widgets {
			r := f.numbers(w.dict["Rect"])
			if len(r) != 4 {
				continue
			}
			r = []float64{min(r[0], r[2]), min(r[1], r[3]), max(r[0], r[2]), max(r[1], r[3])}
			button := field.kind == boxField || field.kind == radioField
			if button {
				field.mark(w, rightOf(on(w), r))
			}
			if i > 0 || field.label != "" {
				continue
			}
			if field.kind == boxField {
				field.label = rightOf(on(w), r)
			}
			if field.label == "" {
				field.label = leftOf(on(w), r)
			}
			if field.label == "" && !button {
				field.label = above(on(w), r)
			}
		}
	}
}

// mark notes what is printed beside a button as the text of its option, if the form has none for it.
func (f *pdfField) mark(w widget, text string) {
	for i := range f.options {
		o := &f.options[i]
		if text != "" && o.text == o.value && len(w.states) == 1 && w.states[0] == cos.Name(o.value) {
			o.beside = text
		}
	}
}

// How far from a field its label may stand, in points.
const (
	farLeft  = 300
	farRight = 12
	farAbove = 14
)

// level reports whether a text stands beside an area, and not above or below it.
func (t printed) level(r []float64) bool {
	middle := t.y + t.size/3
	return middle > r[1]-t.size/2 && middle < r[3]+t.size/2
}

// leftOf is the text that ends nearest to the left of an area, with what stands above and below it in its column.
func leftOf(texts []printed, r []float64) string {
	best := -1
	for i, t := range texts {
		if end := t.x + t.width; t.level(r) && end < r[0]+2 && end > r[0]-farLeft && (best < 0 || end > texts[best].x+texts[best].width) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	var parts []string
	for _, t := range texts { // from top to bottom
		if t.level(r) && t.x+t.width < r[0]+2 && t.x < texts[best].x+texts[best].width && texts[best].x < t.x+t.width {
			parts = append(parts, t.text)
		}
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}

// rightOf is the text that begins close to the right of an area.
func rightOf(texts []printed, r []float64) string {
	for _, t := range texts {
		if t.level(r) && t.x > r[2]-2 && t.x < r[2]+farRight {
			return strings.Join(strings.Fields(t.text), " ")
		}
	}
	return ""
}

// above is the text close above an area.
func above(texts []printed, r []float64) string {
	best := ""
	for _, t := range texts { // the last one is the lowest
		if t.y >= r[3]-1 && t.y < r[3]+farAbove && t.x < r[2] && t.x+t.width > r[0] {
			best = strings.Join(strings.Fields(t.text), " ")
		}
	}
	return best
}
