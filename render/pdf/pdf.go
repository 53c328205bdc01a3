// Package pdf draws a [render.Document] as a PDF report, signs it, and tells what the signatures in a PDF prove.
//
// # Why
//
// The library (gofpdf) sets text, lines, links and bookmarks, nothing else: its page alias, automatic page breaks and
// line wrapping lose or misprint characters. So a Document is first laid out into pages of placed text with this
// package's own measures, and drawn when the number of pages and the target of each link are known.
//
// What the library draws is then finished: PDF/A-3b asks for metadata, a colour space, flags and attachments that the
// library does not write, or writes wrong. Equal Documents give equal bytes: the only time in the file is the Document's
// as-of time.
//
// # Signatures
//
// A report has two signature fields from the beginning, for the operator and the reviewer. [Sign] fills one by an
// incremental update: PAdES (ETSI EN 319 142-1), baseline B-B or B-T. Its value cannot be covered by itself, and what is
// appended to a PDF is covered by nothing, so most ways to cheat with signed PDFs live there. Against them there is one form:
// an update holds nothing that does not follow from the file before it and a few texts, so [Verify] writes it again and
// compares. Files that others signed have no such form; for them it says what it understands, and trusts less.
package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
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

// Options say what a report is, besides its Document.
type Options struct {
	Attachments []Attachment
	Signer      *Signer // nil: nobody is going to sign

	paper Paper // that of the Document
	part  int   // 1 in tests: PDF/A-1b without attachments, for judges that know no other part; else PDF/A-3b
}

// on returns the Options with the paper that d is for, unless they have one.
func (o Options) on(d render.Document) Options {
	switch {
	case o.paper != Paper{}:
	case d.Paper == render.Letter:
		o.paper = Letter
	default:
		o.paper = A4
	}
	return o
}

// Signer is what the panel on the sign-off page says of whoever is going to sign the report.
type Signer struct {
	Name        string
	Fingerprint string // SHA-256 of the certificate, as people compare it: seal.FormatFingerprint
	Demo        bool   // the key is made for a demonstration
}

// Attachment is a file that travels within the report.
type Attachment struct {
	Name         string // audit.json; unique, without folders
	MediaType    string // application/json
	Description  string
	Relationship string // AFRelationship of ISO 19005-3: Data, Source, Supplement …; empty: Unspecified
	Data         []byte
	Packed       *Packed   // instead of Data: a file that was written into it
	Modified     time.Time // zero: the Document's as-of time
}

// Write draws d and finishes the file, ready to be signed: the first revision of a report, built to PDF/A-3b.
func Write(w io.Writer, d render.Document, o Options) error {
	fonts, err := loadFonts()
	if err != nil {
		return err
	}
	o = o.on(d)
	pages, targets := layOut(d, o, fonts)
	var drawn bytes.Buffer
	p := propertiesOf(d)
	if err := draw(&drawn, p, o.paper, pages, targets); err != nil {
		return err
	}
	file, err := finish(drawn.Bytes(), p, o, pages)
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = w.Write(file)
	return err
}

// layOut lays d out. How many characters the fonts lack is known only at the end, and is said on one of the pages, so a
// Document that has such characters is laid out again.
func layOut(d render.Document, o Options, fonts *fontSet) ([]page, map[string]target) {
	missing := 0
	for {
		l := newLayout(d, o, fonts)
		l.missingSaid = missing
		l.document()
		if l.missing == missing || missing > 0 {
			return l.pages, l.targets
		}
		missing = l.missing
	}
}

func propertiesOf(d render.Document) properties {
	at := d.AsOf.UTC()
	if at.IsZero() {
		at = time.Unix(0, 0).UTC() // the library would take the clock
	}
	return properties{title: plain(d.Title + " · " + d.Subject), subject: plain(d.Cover.Guide), creator: plain(d.Tool), producer: "auditpack", at: at}
}

// draw turns placed text into a file: pages, fonts, links and bookmarks. All else is the finisher's.
func draw(w io.Writer, p properties, paper Paper, pages []page, targets map[string]target) error {
	f := gofpdf.NewCustom(&gofpdf.InitType{UnitStr: "mm", Size: gofpdf.SizeType{Wd: paper.Width, Ht: paper.Height}})
	f.SetCatalogSort(true)
	f.SetCreationDate(p.at)
	f.SetModificationDate(p.at)
	f.SetAutoPageBreak(false, 0)
	f.SetMargins(0, 0, 0)
	for id, used := range fontsOf(pages) {
		if used {
			f.AddUTF8FontFromBytes(fontNames[id], "", slices.Clone(fontData[id])) // the library writes into it
		}
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

// fontsOf tells which fonts the pages need.
func fontsOf(pages []page) [len(fontNames)]bool {
	var used [len(fontNames)]bool
	for i := range pages {
		for _, t := range pages[i].texts {
			used[t.font] = true
		}
	}
	return used
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
		if last == (style{}) || t.font != last.font || t.size != last.size {
			f.SetFont(fontNames[t.font], "", t.size)
		}
		if t.colour != last.colour {
			f.SetTextColor(int(t.colour.r), int(t.colour.g), int(t.colour.b))
		}
		last = t.style
		if t.upright {
			f.TransformBegin()
			f.TransformRotate(90, t.x, t.y)
			f.Text(t.x, t.y, t.text)
			f.TransformEnd()
			continue
		}
		f.Text(t.x, t.y+baseline(t.style), t.text)
		if n, ok := links[t.link]; ok {
			f.Link(t.x, t.y, t.w, t.lead(), n)
		}
	}
}
