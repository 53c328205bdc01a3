package pdf

import (
	"fmt"
	"testing"

	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// pagesOf lays one part out and returns, for each text on its pages, the page.
func pagesOf(t *testing.T, parts ...render.Part) (on map[string]int, pages []page) {
	t.Helper()
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	pages, _ = layOut(render.Document{Title: "Hardening audit", Subject: "Example", Parts: parts}, Options{}, fonts)
	on = map[string]int{}
	for i, p := range pages {
		for _, s := range p.texts {
			if _, ok := on[s.text]; !ok || i > 0 { // the cover lists the parts
				on[s.text] = i + 1
			}
		}
	}
	return on, pages
}

// filler is so many lines of text, to move what follows down a page.
func filler(n int) []render.Block {
	var blocks []render.Block
	for range n {
		blocks = append(blocks, &render.Paragraph{Text: "filler"})
	}
	return blocks
}

// TestNothingStrands: wherever on a page they begin, a short list of fields is on one page, the last row of a table is not alone
// on its page, nor the first one, and what ends a table stands below its last row.
func TestNothingStrands(t *testing.T) {
	cell := func(s string) []render.Cell { return []render.Cell{{Kind: render.TextKind, Text: s}} }
	for n := range 45 {
		fields := &render.Fields{}
		for i := range 6 {
			fields.List = append(fields.List, render.Field{Label: fmt.Sprint("label ", i), Value: cell("x")})
		}
		table := &render.Table{Columns: []render.Column{{Title: "A", Kind: render.TextKind, Weight: 1}}}
		for i := range 12 {
			table.Rows = append(table.Rows, render.Row{Cells: cell(fmt.Sprint("row ", i))})
		}
		on, _ := pagesOf(t, render.Part{Title: "P", Report: true, Blocks: append(filler(n), fields)})
		if on["label 0"] == 0 || on["label 0"] != on["label 5"] {
			t.Errorf("below %d lines the fields begin on page %d and end on page %d", n, on["label 0"], on["label 5"])
		}
		on, _ = pagesOf(t, render.Part{Title: "P", Report: true, Blocks: append(filler(n), table, &render.Paragraph{Ends: true, Text: "ends it"})})
		if on["row 0"] == 0 || on["row 0"] != on["row 1"] || on["row 10"] != on["row 11"] || on["row 11"] != on["ends it"] {
			t.Errorf("below %d lines the rows are on pages %d %d … %d %d, the end on %d", n, on["row 0"], on["row 1"], on["row 10"], on["row 11"], on["ends it"])
		}
	}
}

// TestPartFollows: a part that may stand below another one does if it fits as a whole, and its page names both.
func TestPartFollows(t *testing.T) {
	for _, c := range []struct {
		above, below int
		follows      bool
		page         int
		named        string
	}{
		{5, 5, true, 2, "Hardening audit · First · Second"},
		{5, 5, false, 3, "Hardening audit · Second"},
		{30, 12, true, 3, "Hardening audit · Second"},
		{5, 60, true, 3, "Hardening audit · Second"},
	} {
		on, pages := pagesOf(t, render.Part{Title: "First", Report: true, Blocks: filler(c.above)},
			render.Part{Title: "Second", Report: true, Follows: c.follows, Blocks: append(filler(c.below), &render.Paragraph{Text: "its end"})})
		if on["Second"] != c.page || on[c.named] < c.page {
			t.Errorf("%+v: the part is on page %d of %d, which is named %v", c, on["Second"], len(pages), pages[len(pages)-1].part)
		}
		if c.page == 2 && on["its end"] != 2 {
			t.Errorf("%+v: the part ends on page %d", c, on["its end"])
		}
	}
}

// TestRunningHeadHasRoom: who was assessed is cut only where the title of the part needs the room.
func TestRunningHeadHasRoom(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	const subject = "Reduced: evidence withheld · Example Managed Services (demo) · AUTOMATE01"
	pages, _ := layOut(render.Document{Title: "Hardening audit", Subject: subject, Parts: []render.Part{{Title: "Summary", Report: true, Blocks: filler(1)}}}, Options{}, fonts)
	for _, s := range pages[1].texts {
		if s.text == subject {
			return
		}
	}
	t.Errorf("page 2 does not name %s in full", subject)
}

// TestWithheldIsOnePage: what a reduced package withholds, and what ties it to the whole one, is seen at once.
func TestWithheldIsOnePage(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	a := rendertest.Audit()
	covers := "names of accounts and groups, SIDs of a domain or a machine, mail addresses, who captured or imported"
	a.Reduced = &audit.Reduction{Items: 101, Changes: 414,
		Masks: []audit.MaskCount{{Rule: "ACCOUNT", Covers: covers, Texts: 8, Places: 143}, {Rule: "ADDRESS", Covers: covers, Texts: 3, Places: 13},
			{Rule: "HOST", Covers: covers}, {Rule: "PATH", Covers: covers}, {Rule: "TEXT", Covers: covers, Texts: 2, Places: 20}},
		LeftOut: []audit.LeftOut{{What: "names of files as they were handed in, or on the host", Places: 203}, {What: "command lines"},
			{What: "what commands wrote to standard error"}, {What: "what stood before secrets that were cut at capture"},
			{What: "comments of attestations", Places: 38}, {What: "reasons of exceptions", Places: 6}, {What: "names of attachments"},
			{What: "how files differ, line by line", Places: 40}}}
	_, targets := layOut(render.Build(a), Options{}, fonts)
	if at, next := targets["withheld"], targets["to-fix"]; next.page != at.page+1 {
		t.Errorf("it begins on page %d and the next part on page %d", at.page+1, next.page+1)
	}
}
