package render_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestTextChanges shows in the report the lines that moved verdicts, and says how much is left and where; the workbook has each
// line and says what is cut or set aside.
func TestTextChanges(t *testing.T) {
	a := rendertest.Audit()
	h := &a.Hosts[0]
	text := &evidence.TextDiff{Removed: 40, Added: 40, Left: 7, Aside: 3, AsideBy: []string{"process number"}}
	for n := range 40 {
		text.Lines = append(text.Lines, evidence.DiffLine{Before: n + 1, Text: fmt.Sprint("old ", n+1)}, evidence.DiffLine{After: n + 1, Text: fmt.Sprint("new ", n+1)})
	}
	const item = "data/items/secedit/secedit.cfg"
	h.ItemChanges = []evidence.Change{
		{Level: evidence.RawLevel, Kind: "changed", Item: item, Effect: evidence.Hurts, Text: text},
		{Level: evidence.RawLevel, Kind: "changed", Item: "data/items/x.bin", Text: &evidence.TextDiff{Note: "not shown: not a text"}},
		{Level: evidence.RawLevel, Kind: "added", Item: "data/items/new.txt"},
	}
	h.Changes = []evidence.Change{{Level: evidence.SettingLevel, Kind: "changed", Address: "account-policy:X", Effect: evidence.Hurts, Controls: []string{"x"},
		Before: "1", After: "2", AfterCites: []evidence.Citation{{Item: item, Line: 20, Length: 1}}}}
	var shown, kept []string
	var said string
	for _, p := range render.Build(a).Parts {
		for i, block := range p.Blocks {
			table, ok := block.(*render.Table)
			if !ok {
				continue
			}
			heading, _ := p.Blocks[max(i-1, 0)].(*render.Heading)
			switch {
			case p.Report && heading != nil && heading.Text == item:
				for _, r := range table.Rows {
					shown = append(shown, strings.TrimSpace(r.Cells[0].Text+"|"+r.Cells[1].Text+"|"+r.Cells[2].Text))
				}
				said = p.Blocks[i+1].(*render.Paragraph).Text
			case p.Sheet == render.SheetTexts:
				for _, r := range table.Rows {
					if change := r.Cells[4].Text; change != "added" && change != "removed" {
						kept = append(kept, change+": "+r.Cells[5].Text)
					}
				}
				if len(table.Rows) != 80+3 {
					t.Errorf("the sheet has %d rows", len(table.Rows))
				}
			}
		}
	}
	if diff := cmp.Diff([]string{"|19|+ new 19", "20||- old 20", "|20|+ new 20", "21||- old 21", "|21|+ new 21"}, shown); diff != "" {
		t.Error(diff)
	}
	if want := "82 more lines of this difference stand in the workbook's sheet Text changes, but for the last 7, which only the files themselves show."; said != want {
		t.Errorf("%q, want %q", said, want)
	}
	want := []string{
		"set aside: 3 lines differ in nothing but what changes by itself: process number",
		fmt.Sprintf("left out: 7 more lines differ: compare %s/%s with %s/%s", h.Before.Folder, item, h.After.Folder, item),
		"note: not shown: not a text",
	}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Error(diff)
	}
}

// TestRest counts what moved no verdict where it is much, and lists it where it is little.
func TestRest(t *testing.T) {
	for _, n := range []int{40, 41, 5000} {
		a := rendertest.Audit()
		h := &a.Hosts[0]
		h.Changes, h.Aside = nil, []evidence.Change{{Aside: "counter of starts"}, {Aside: "process number"}, {Aside: "process number"}}
		for k := range n {
			h.Changes = append(h.Changes, evidence.Change{Level: evidence.SettingLevel, Kind: []string{"added", "changed"}[k%2],
				Address: evidence.Address(fmt.Sprintf(`registry:HKLM\SOFTWARE\Vendor%d\K!v%d`, k%30, k)), After: "x"})
		}
		tables := map[string]*render.Table{}
		for _, p := range render.Build(a).Parts {
			heading := ""
			for _, block := range p.Blocks {
				switch block := block.(type) {
				case *render.Heading:
					heading = block.Text
				case *render.Table:
					if p.Report {
						tables[heading] = block
					}
				}
			}
		}
		rest := tables["Settings that moved no verdict"]
		if n <= 40 {
			if len(rest.Rows) != n {
				t.Errorf("%d of %d are listed", len(rest.Rows), n)
			}
			continue
		}
		sum := 0
		for _, r := range rest.Rows {
			for _, c := range r.Cells[1:] {
				sum += int(c.Number)
			}
		}
		if last := rest.Rows[len(rest.Rows)-1].Cells[0].Text; sum != n || len(rest.Rows) != 15 || last != "16 other places" {
			t.Errorf("%d counted of %d in %d rows, the last %q", sum, n, len(rest.Rows), last)
		}
		if aside := tables["Set aside by rule"]; len(aside.Rows) != 2 || aside.Rows[1].Cells[1].Number != 2 {
			t.Errorf("set aside: %+v", aside.Rows)
		}
	}
}
