package render_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestKeptForPeople holds that the summary counts what was to be evidence and is none, and nothing else; the index lists all.
func TestKeptForPeople(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*audit.Item)
		counts bool
		says   string // in the index
	}{
		{"taken for people", func(i *audit.Item) { i.Format, i.ReadAs, i.Refusal = "", "", "not recognised as any kind of evidence" }, false, "kept for people to read"},
		{"taken for people, by the script", func(i *audit.Item) { i.Format, i.ReadAs, i.Origin = "", "", evidence.OriginScript }, false, "kept for people to read"},
		{"taken for people, and like something that is refused", func(i *audit.Item) { i.Format, i.Refusal = "", "settings of IIS Manager" }, false, "kept for people to read"},
		{"taken for people, and denied", func(i *audit.Item) { i.Format, i.ReadAs, i.Status, i.Note = "", "", evidence.Denied, "needs rights" }, false, "denied: needs rights"},
		{"handed in by somebody", func(i *audit.Item) { i.Format, i.ReadAs, i.Origin = "", "", evidence.OriginImported }, true, "not recognised; kept as it is"},
		{"expected to be evidence", func(i *audit.Item) { i.Refusal = "not in the form that was expected" }, true, "refused: not in the form"},
		{"expected to be evidence, and denied", func(i *audit.Item) { i.ReadAs, i.Status = "", evidence.Denied }, true, "denied"},
		{"absent, which shows that there is nothing", func(i *audit.Item) {
			i.ReadAs, i.Status, i.Missing, i.Note = "", evidence.Absent, `registry:HKLM\X`, "no such key"
		}, false, "absent: no such key"},
		{"absent, which shows nothing", func(i *audit.Item) { i.ReadAs, i.Status, i.Note = "", evidence.Absent, "no such program" }, true, "absent: no such program"},
	} {
		a := rendertest.Audit()
		a.Hosts = a.Hosts[:1]
		h := &a.Hosts[0]
		h.Before = nil
		item := h.After.Items[0]
		c.change(&item)
		h.After.Items = []audit.Item{item}
		d := render.Build(a)
		if got := strings.Contains(partText(d, "summary"), "1 item could not be used as evidence"); got != c.counts {
			t.Errorf("%s: counted %v, want %v:\n%s", c.name, got, c.counts, partText(d, "summary"))
		}
		for _, part := range []string{"evidence", "sheet-evidence"} {
			if !strings.Contains(partText(d, part), c.says) {
				t.Errorf("%s: %s does not say %q", c.name, part, c.says)
			}
		}
	}
}
