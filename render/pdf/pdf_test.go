package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

func write(t *testing.T, d render.Document, paper Paper) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, d, Options{paper: paper}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var (
	streams = regexp.MustCompile(`(?s)<</Filter /FlateDecode /Length (\d+)>>\nstream\n`)
	shown   = regexp.MustCompile(`(?s)Td \((.*?[^\\](?:\\\\)*)\) Tj`)
)

// readBack returns the text of each page as the file's content streams show it, in the order in which it is drawn.
func readBack(t *testing.T, file []byte) []string {
	t.Helper()
	var pages []string
	for _, m := range streams.FindAllSubmatchIndex(file, -1) {
		n, _ := strconv.Atoi(string(file[m[2]:m[3]]))
		z, err := zlib.NewReader(bytes.NewReader(file[m[1] : m[1]+n]))
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(z)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte(" Tj ET")) {
			continue
		}
		var page strings.Builder
		for _, s := range shown.FindAllSubmatch(content, -1) {
			page.WriteString(decode(s[1]) + "\n")
		}
		pages = append(pages, page.String())
	}
	return pages
}

// decode undoes the escapes of a PDF string and its UTF-16.
func decode(s []byte) string {
	s = []byte(strings.NewReplacer(`\\`, `\`, `\(`, "(", `\)`, ")", `\r`, "\r").Replace(string(s)))
	var units []uint16
	for i := 0; i+1 < len(s); i += 2 {
		units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return string(utf16.Decode(units))
}

// squeeze drops white space, which line breaks add.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// texts returns every text of d's report that is to be read on its pages.
func texts(d render.Document) []string {
	var list []string
	cell := func(c render.Cell) {
		for _, l := range c.Lines() {
			list = append(list, l.Text)
		}
	}
	fields := func(fs []render.Field) {
		for _, f := range fs {
			list = append(list, f.Label)
			for _, c := range f.Value {
				cell(c)
			}
		}
	}
	fields(d.Cover.Lines)
	for _, p := range d.Parts {
		if !p.Report {
			continue
		}
		list = append(list, p.Title)
		for _, b := range p.Blocks {
			switch b := b.(type) {
			case *render.Heading:
				list = append(list, b.Text)
			case *render.Paragraph:
				list = append(list, b.Text)
			case *render.Callout:
				list = append(list, b.Title, b.Text)
			case *render.Code:
				list = append(list, b.Lines...)
			case *render.Chart:
				list = append(list, b.Categories...)
			case *render.Fields:
				fields(b.List)
			case *render.Entries:
				for _, e := range b.List {
					list = append(list, e.ID, e.Text, e.Tags)
					fields(e.Fields)
				}
			case *render.Table:
				for _, r := range b.Rows {
					list = append(list, r.Group)
					for _, c := range r.Cells {
						cell(c)
					}
				}
			}
		}
	}
	return list
}

func TestEveryTextIsOnAPage(t *testing.T) {
	d := render.Build(rendertest.Audit())
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for name, paper := range map[string]Paper{"A4": A4, "Letter": Letter} {
		pages := readBack(t, write(t, d, paper))
		all := squeeze(strings.Join(pages, ""))
		for _, s := range texts(d) {
			asSans, _ := fonts.drawable(sans, s)
			asMono, _ := fonts.drawable(mono, s)
			if !strings.Contains(all, squeeze(asSans)) && !strings.Contains(all, squeeze(asMono)) {
				t.Errorf("%s: not on any page: %q", name, s)
			}
		}
		for i, p := range pages {
			if want := fmt.Sprintf("page %d of %d\n", i+1, len(pages)); !strings.Contains(p, want) {
				t.Errorf("%s: page %d does not say %q", name, i+1, want)
			}
		}
		if len(pages) < 20 || len(pages) > 40 {
			t.Errorf("%s: %d pages, want about 30", name, len(pages))
		}
	}
}

// TestPaper holds that every page has the size of the Document's paper, in points of 1/72 inch: A4 is 210 by 297 mm (ISO 216),
// Letter 8.5 by 11 inches.
func TestPaper(t *testing.T) {
	for paper, want := range map[render.Paper]string{"": "/MediaBox [0 0 595.28 841.89]", render.A4: "/MediaBox [0 0 595.28 841.89]", render.Letter: "/MediaBox [0 0 612.00 792.00]"} {
		d := render.Build(rendertest.Audit())
		d.Paper = paper
		var out bytes.Buffer
		if err := Write(&out, d, Options{}); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(out.Bytes(), []byte("/MediaBox")); n == 0 || n != bytes.Count(out.Bytes(), []byte(want)) {
			t.Errorf("%q: not every page is %s", paper, want)
		}
	}
}

func TestSummaryIsOnePage(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	many := rendertest.Audit()
	h := &many.Hosts[0]
	h.Contradictions = nil     // else what to fix is not listed
	for len(h.Sections) < 20 { // as many as the guide has
		h.Sections = append(h.Sections, h.Sections[0])
	}
	many.Counts.Accepted = 1 // the longest sentence that there is
	h.Sections[0].Controls[0].After.Basis = evidence.BasisAttestation
	for name, paper := range map[string]Paper{"A4": A4, "Letter": Letter} {
		_, targets := layOut(render.Build(many), Options{paper: paper}, fonts)
		if s, f := targets["summary"], targets["to-fix"]; f.page != s.page+1 {
			t.Errorf("%s: the summary of %d sections begins on page %d and the next part on page %d", name, len(h.Sections), s.page+1, f.page+1)
		}
		_, targets = layOut(render.Build(rendertest.Audit()), Options{paper: paper}, fonts)
		if s, f := targets["summary"], targets["to-fix"]; s.page != 1 || f.page != 2 {
			t.Errorf("%s: the summary begins on page %d and the next part on page %d", name, s.page+1, f.page+1)
		}
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	first := write(t, render.Build(rendertest.Audit()), A4)
	for range 3 {
		if !bytes.Equal(first, write(t, render.Build(rendertest.Audit()), A4)) {
			t.Fatal("two reports of one Audit differ")
		}
	}
	zoned := render.Build(rendertest.Audit())
	zoned.AsOf = zoned.AsOf.In(time.FixedZone("elsewhere", 9*3600))
	if !bytes.Equal(first, write(t, zoned, A4)) {
		t.Error("the time zone changes the report")
	}
	if year := []byte("D:20261122101500"); !bytes.Contains(first, year) {
		t.Errorf("the file's dates are not the as-of time")
	}
}

// Nothing is outside the margins, below the last line, or on top of something else in the same place.
func TestNothingOverflows(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for name, d := range map[string]render.Document{
		"sample": render.Build(rendertest.Audit()), "hostile": hostile(), "empty": render.Build(audit.Audit{}),
		"findings": render.BuildAt(rendertest.Audit(), render.Findings), "brief": render.BuildAt(rendertest.Audit(), render.Brief)} {
		for _, paper := range []Paper{A4, Letter} {
			pages, _ := layOut(d, Options{paper: paper}, fonts)
			for i, p := range pages {
				taken := map[[2]int]string{}
				for _, s := range p.texts {
					visible := strings.TrimRight(s.text, " ")
					if right := s.x + fonts.measure(s.style, visible); s.x < margin-0.01 || right > paper.Width-margin+0.01 {
						t.Errorf("%s: page %d: %q reaches from %.1f to %.1f", name, i+1, s.text, s.x, right)
					}
					if s.y < 9 || s.y+s.lead() > paper.Height-7 {
						t.Errorf("%s: page %d: %q is at height %.1f", name, i+1, s.text, s.y)
					}
					if s.y > 15 && s.y < paper.Height-13 && s.y+s.lead() > paper.Height-margin+1 {
						t.Errorf("%s: page %d: %q runs into the footer at %.1f", name, i+1, s.text, s.y)
					}
					place := [2]int{int(s.x * 10), int(s.y * 10)}
					if other, ok := taken[place]; ok && visible != "" {
						t.Errorf("%s: page %d: %q lies on %q", name, i+1, s.text, other)
					}
					taken[place] = s.text
				}
			}
		}
	}
}

// hostile is a Document whose texts are long, unbroken, of many lines, or without glyphs.
func hostile() render.Document {
	a := rendertest.Audit()
	long := strings.Repeat("W", 3000)
	h := &a.Hosts[0]
	a.Client, h.Name, a.Guide.Title = long, long[:300], long
	c := &h.Sections[0].Controls[0]
	c.ID, c.Statement, c.Fix = long[:400], strings.Repeat(long+" ", 4), strings.Repeat("line\n", 500)
	c.After.Reasons[0].Actual = strings.Repeat(rendertest.Hostile, 300)
	c.After.Reasons[0].Expected = strings.Repeat(rendertest.LongSDDL, 30)
	c.Severity = "high severity that somebody made up and that has no end at all, none whatsoever, as far as the eye can see, and on and on it goes"
	h.Sections[1].Title = strings.Repeat("a section of a guide ", 30)
	h.Sections[2].Title = strings.Repeat("§", 900)
	h.After.Items[0].Name = strings.Repeat("/deep", 2000)
	h.Changes[3].After = strings.Repeat(rendertest.LongSDDL, 40)
	h.Contradictions[0].Values[1] = strings.Repeat("x ", 6000)
	return render.Build(a)
}

func TestHostileTextIsWholeAndCounted(t *testing.T) {
	d := hostile()
	pages := readBack(t, write(t, d, A4))
	all := squeeze(strings.Join(pages, ""))
	if n := strings.Count(all, "/deep"); n < 1990 { // a page break may separate a few
		t.Errorf("%d of 2000 parts of a path are there", n)
	}
	if n := strings.Count(all, "\uFFFD"); n < 600 {
		t.Errorf("%d characters without glyphs are shown as U+FFFD", n)
	}
	if !strings.Contains(all, squeeze("characters have no sign in this document's font")) {
		t.Error("the report does not say how many characters it could not show")
	}
	for _, forbidden := range []string{"\x1b", "\u202E", "\u200b"} {
		if strings.Contains(all, forbidden) {
			t.Errorf("%q is in the report", forbidden)
		}
	}
}

// What does not fit on a page goes on to the next ones, line by line, on its grey ground.
func TestLongCodeIsSplit(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for i := range 300 {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	d := render.Document{Title: "t", Parts: []render.Part{{Report: true, Title: "p", Blocks: []render.Block{&render.Code{Lines: lines}}}}}
	pages, _ := layOut(d, Options{}, fonts)
	next := 0
	for i, p := range pages {
		for _, s := range p.texts {
			if s.text == fmt.Sprintf("line %d", next) {
				next++
			}
		}
		for _, r := range p.fills {
			if r.y < margin-0.01 || r.y+r.h > A4.Height-margin+0.01 {
				t.Errorf("page %d: the ground reaches from %.1f to %.1f", i+1, r.y, r.y+r.h)
			}
		}
	}
	if next != len(lines) || len(pages) < 4 {
		t.Errorf("%d of %d lines on %d pages", next, len(lines), len(pages))
	}
}

// A heading has text below it on its own page.
func TestNoHeadingAlone(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []render.Document{render.Build(rendertest.Audit()), long()} {
		pages, _ := layOut(d, Options{}, fonts)
		marks := 0
		for i, p := range pages {
			for _, m := range p.bookmarks {
				marks++
				below := 0
				for _, s := range p.texts {
					if s.y > m.y+9 && s.y < A4.Height-margin {
						below++
					}
				}
				if below < 2 {
					t.Errorf("page %d: heading %q has nothing below it", i+1, m.text)
				}
			}
		}
		if marks < 15 {
			t.Errorf("%d bookmarks only", marks)
		}
	}
}

func TestLinksLeadToPages(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	pages, targets := layOut(render.Build(rendertest.Audit()), Options{}, fonts)
	links := 0
	for i, p := range pages {
		for _, s := range p.texts {
			if s.link == "" {
				continue
			}
			links++
			to, ok := targets[s.link]
			if !ok {
				t.Errorf("page %d: %q leads to %s, which is nowhere", i+1, s.text, s.link)
			}
			if path, found := strings.CutPrefix(s.link, "item/AUTOMATE01/after/"); found && !pageHasBelow(pages[to.page], to.y, path) {
				t.Errorf("%s is not at height %.1f of page %d", s.link, to.y, to.page+1)
			}
		}
	}
	if links < 200 {
		t.Errorf("%d links only", links)
	}
}

func pageHasBelow(p page, y float64, s string) bool {
	for _, t := range p.texts {
		if t.text == s && t.y >= y && t.y < y+3 {
			return true
		}
	}
	return false
}
