package pdf

import (
	"fmt"
	"slices"
	"testing"

	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestContents: the list of parts names each with its page, on the cover where there is room, else on pages of its own.
func TestContents(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		lines, parts int
		on           []int // the pages with the list; nil: behind a cover of several pages
	}{{4, 8, []int{0}}, {25, 8, []int{1}}, {200, 8, nil}, {4, 120, []int{1, 2, 3}}} {
		d := render.Build(rendertest.Audit())
		d.Cover.Lines = nil
		for i := range c.lines {
			d.Cover.Lines = append(d.Cover.Lines, render.Field{Label: fmt.Sprint("line ", i), Value: []render.Cell{{Text: "x"}}})
		}
		d.Parts = nil
		for i := range c.parts {
			d.Parts = append(d.Parts, render.Part{Anchor: fmt.Sprint("part-", i), Title: fmt.Sprint("Part ", i), Report: true})
		}
		pages, _ := layOut(d, Options{}, fonts)
		var on, listed []int
		for i, p := range pages {
			for _, text := range p.texts {
				var part, page int
				if n, _ := fmt.Sscanf(text.link, "part-%d", &part); n == 0 {
					continue
				}
				if !slices.Contains(on, i) {
					on = append(on, i)
				}
				if n, _ := fmt.Sscan(text.text, &page); n == 1 {
					listed = append(listed, part)
					if p := pages[page-1].part; p != fmt.Sprint("Part ", part) {
						t.Errorf("%+v: part %d is said to be on page %d, which has %q", c, part, page, p)
					}
				}
			}
		}
		if len(listed) != c.parts || !slices.IsSorted(listed) || len(pages) != on[len(on)-1]+1+c.parts && on[0] > 0 {
			t.Errorf("%+v: %d parts are listed on pages %v of %d", c, len(listed), on, len(pages))
		}
		if c.on == nil && on[0] < 2 || c.on != nil && !slices.Equal(on, c.on) {
			t.Errorf("%+v: listed on pages %v", c, on)
		}
	}
}
