// Package pdf draws a [render.Document] as a PDF report.
//
// # Why
//
// The library (gofpdf) sets text, lines, links and bookmarks, nothing else: its page alias, automatic page breaks and
// line wrapping lose or misprint characters. So a Document is first laid out into pages of placed text with this
// package's own measures, and drawn when the number of pages and the target of each link are known.
//
// Equal Documents give equal bytes: the only time in the file is the Document's as-of time.
package pdf

import (
	"errors"
	"io"
	"time"

	"github.com/jung-kurt/gofpdf"

	"auditpack/render"
)

// Paper is a size of page in millimetres.
type Paper struct{ Width, Height float64 }

// The Papers.
var (
	A4     = Paper{210, 297}
	Letter = Paper{215.9, 279.4}
)

// Write draws d on A4.
func Write(w io.Writer, d render.Document) error { return WriteOn(w, d, A4) }

// WriteOn draws d on paper.
func WriteOn(w io.Writer, d render.Document, paper Paper) error {
	fonts, err := loadFonts()
	if err != nil {
		return err
	}
	pages, targets := layOut(d, paper, fonts)
	return draw(w, d, paper, pages, targets)
}

// layOut lays d out. How many characters the fonts lack is known only at the end, and is said on one of the pages, so a
// Document that has such characters is laid out again.
func layOut(d render.Document, paper Paper, fonts *fontSet) ([]page, map[string]target) {
	missing := 0
	for {
		l := newLayout(d, paper, fonts)
		l.missingSaid = missing
		l.document()
		if l.missing == missing || missing > 0 {
			return l.pages, l.targets
		}
		missing = l.missing
	}
}

// draw turns placed text into a file.
func draw(w io.Writer, d render.Document, paper Paper, pages []page, targets map[string]target) error {
	f := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: paper.Width, Ht: paper.Height}})
	f.SetCatalogSort(true)
	at := d.AsOf.UTC()
	if at.IsZero() {
		at = time.Unix(0, 0).UTC() // the library would take the clock
	}
	f.SetCreationDate(at)
	f.SetModificationDate(at)
	f.SetProducer("auditpack", false)
	f.SetCreator(d.Tool, true)
	f.SetTitle(brief(d.Title+" · "+d.Subject), true)
	f.SetSubject(brief(d.Cover.Guide), true)
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	f.SetDisplayMode("fullwidth", "continuous")
	for id, data := range fontData {
		f.AddUTF8FontFromBytes(fontNames[id], "", data)
	}
	links := newLinks(f, pages, targets)
	for i := range pages {
		f.AddPage()
		drawPage(f, &pages[i], links)
	}
	if f.Err() {
		return errors.New("report: " + f.Error().Error())
	}
	return f.Output(w)
}

// brief shortens a text for the file's properties; the cover has it in full.
func brief(s string) string {
	const most = 200
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// newLinks gives a number to each anchor that something links to.
func newLinks(f *gofpdf.Fpdf, pages []page, targets map[string]target) map[string]int {
	links := map[string]int{}
	for i := range pages {
		for _, t := range pages[i].texts {
			to, ok := targets[t.link]
			if _, seen := links[t.link]; !ok || seen {
				continue
			}
			n := f.AddLink()
			f.SetLink(n, to.y, to.page+1)
			links[t.link] = n
		}
	}
	return links
}

func drawPage(f *gofpdf.Fpdf, p *page, links map[string]int) {
	f.SetFont(fontNames[sans], "", 9)
	for _, m := range p.bookmarks {
		f.Bookmark(m.text, m.level, m.y)
	}
	var fill, line colour
	first := true
	for _, r := range p.fills {
		if first || r.colour != fill {
			f.SetFillColor(int(r.colour.r), int(r.colour.g), int(r.colour.b))
			fill, first = r.colour, false
		}
		f.Rect(r.x, r.y, r.w, r.h, "F")
	}
	first = true
	for _, r := range p.rules {
		if first || r.colour != line {
			f.SetDrawColor(int(r.colour.r), int(r.colour.g), int(r.colour.b))
			line, first = r.colour, false
		}
		f.SetLineWidth(r.h)
		f.Line(r.x, r.y, r.x+r.w, r.y)
	}
	last := style{}
	for _, t := range p.texts {
		if t.font != last.font || t.size != last.size {
			f.SetFont(fontNames[t.font], "", t.size)
		}
		if t.colour != last.colour {
			f.SetTextColor(int(t.colour.r), int(t.colour.g), int(t.colour.b))
		}
		last = t.style
		f.Text(t.x, t.y+baseline(t.style), t.text)
		if n, ok := links[t.link]; ok {
			f.Link(t.x, t.y, t.w, t.lead(), n)
		}
	}
}
