package render_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestReducedPages: nobody can take a reduced package for a whole one, and no page speaks of bytes that are not there.
func TestReducedPages(t *testing.T) {
	whole := render.Build(rendertest.Audit())
	if text := dump(whole); strings.Contains(text, "ithheld") || partText(whole, "withheld") != "" {
		t.Error("the pages of a whole package speak of what is withheld")
	}
	a := rendertest.Audit()
	a.Hosts[0].Changes = nil
	a.Reduced = &audit.Reduction{Items: 38, Changes: 7, Masks: []audit.MaskCount{{Rule: "ACCOUNT", Covers: "names", Texts: 3, Places: 12}},
		LeftOut: []audit.LeftOut{{What: "command lines", Places: 5}}, Paths: []audit.TellingPath{{Path: "data/items/x/jdoe.txt", Mask: "ACCOUNT-2"}}}
	a.Hosts[0].ItemChanges = []evidence.Change{{Level: evidence.RawLevel, Item: "data/items/netstat/netstat-ano.txt", Kind: "changed"}}
	d := render.Build(a)
	if !strings.HasPrefix(d.Subject, "Reduced: evidence withheld") || !strings.HasPrefix(d.Cover.Subject, "Reduced: evidence withheld") {
		t.Errorf("the head of the pages is %q, the cover's %q", d.Subject, d.Cover.Subject)
	}
	for anchor, says := range map[string][]string{
		"summary":                     {"Reduced package: evidence withheld", "38 items of evidence are not here", "could not be used as evidence; which and why stands in the evidence index."},
		"sheet-summary":               {"Reduced package: evidence withheld", "Withheld: 38 items"},
		"withheld":                    {"ACCOUNT-n", "names", "command lines", "data/items/x/jdoe.txt", "ACCOUNT-2", a.Hosts[0].After.Digest.String(), "first label"},
		"sheet-withheld":              {"ACCOUNT-n", "command lines", "data/items/x/jdoe.txt", "ACCOUNT-2", "first label"},
		"movement/" + a.Hosts[0].Name: {"Which settings differ is withheld"},
		"changes/" + a.Hosts[0].Name:  {"1 changed", "How they differ is withheld"},
		"evidence":                    {"in the whole package only"},
		"verify":                      {"Of each snapshot only the manifests are here"},
		"limits":                      {"The evidence: It is withheld"},
	} {
		text := partText(d, anchor)
		for _, s := range says {
			if !strings.Contains(text, s) {
				t.Errorf("%s does not say %q:\n%.2000s", anchor, s, text)
			}
		}
	}
	for _, p := range []string{"tail -c", "byte for byte as it was taken"} {
		if !strings.Contains(dump(whole), p) {
			t.Errorf("the pages of a whole package do not say %q any more", p)
		}
		if strings.Contains(dump(d), p) {
			t.Errorf("the pages of a reduced package say %q", p)
		}
	}
	for _, part := range d.Parts {
		for _, block := range part.Blocks {
			if table, ok := block.(*render.Table); ok {
				for _, row := range table.Rows {
					for _, c := range row.Cells {
						if c.File != "" {
							t.Fatalf("%s links to %s, which is withheld", part.Title, c.File)
						}
					}
				}
			}
		}
	}
}

// TestFleetReduced: a fleet whose differing settings are withheld is not said to differ in none.
func TestFleetReduced(t *testing.T) {
	a := rendertest.Audit()
	for i := range 6 {
		h := a.Hosts[0]
		h.Name = "MORE0" + string(rune('1'+i))
		a.Hosts = append(a.Hosts, h)
	}
	if text := partText(render.Build(a), "movement"); !strings.Contains(text, "settings differ") || strings.Contains(text, "withheld") {
		t.Errorf("the whole package says of what moved:\n%s", text)
	}
	for i := range a.Hosts {
		a.Hosts[i].Changes = nil
	}
	a.Reduced = &audit.Reduction{}
	if text := partText(render.Build(a), "movement"); strings.Contains(text, "settings differ\n") || strings.Contains(text, "of a setting") || !strings.Contains(text, "Which settings differ is withheld") {
		t.Errorf("the reduced one says:\n%s", text)
	}
}
