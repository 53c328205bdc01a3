package render_test

import (
	"strings"
	"testing"

	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestSomeCompared: where not every host has an earlier snapshot, what counted before is held against the hosts that have one.
func TestSomeCompared(t *testing.T) {
	a := rendertest.Audit()
	h := &a.Hosts[0]
	h.Counts, h.CountsBefore = audit.Counts{Pass: 6, Fail: 4}, &audit.Counts{Pass: 1, Fail: 9}
	a.Counts, a.Before = h.Counts, h.CountsBefore
	if text := partText(render.Build(a), "summary"); !strings.Contains(text, "4 of 10 statements fail, 5 fewer than before") {
		t.Errorf("all are compared: %.300s", text)
	}
	added := *h
	added.Name, added.Before, added.CountsBefore, added.Movements, added.Changes = "NEW01", nil, nil, nil, nil
	added.Counts = audit.Counts{Pass: 3, Fail: 7}
	a.Hosts = append(a.Hosts, added)
	a.Counts.Add(added.Counts)
	d := render.Build(a)
	for _, anchor := range []string{"summary", "sheet-summary"} {
		text := partText(d, anchor)
		for _, want := range []string{"11 of 20 statements on 2 hosts fail.", "On the 1 host with an earlier snapshot 4 fail, 5 fewer than before.", "Now, on 1 of 2 hosts", "Before, on 1 of 2 hosts"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%.1500s", anchor, want, text)
			}
		}
	}
	if len(d.Cover.Before) > 0 {
		t.Errorf("the cover sets %v of one host beside %v of two", d.Cover.Before, d.Cover.Counts)
	}
	none := false
	for _, line := range d.Cover.Lines {
		none = none || line.Label == "Compared with" && strings.HasPrefix(line.Value[0].Text, "nothing")
	}
	if !none {
		t.Error("the cover does not say that a host is compared with nothing")
	}
}
