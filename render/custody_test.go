package render_test

import (
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// partText is everything that a part of the Document says.
func partText(d render.Document, anchor string) string {
	for _, p := range d.Parts {
		if p.Anchor == anchor {
			return dump(render.Document{Parts: []render.Part{p}})
		}
	}
	return ""
}

// The page says what it rests on, and does not say what nobody knows.
func TestCustodyPage(t *testing.T) {
	unsealed := func(a *audit.Audit) { a.Custody = a.Custody[:len(a.Custody)-1] }
	for _, c := range []struct {
		name   string
		change func(*audit.Audit)
		page   []string
		not    []string
		sheet  []string
	}{
		{"whole", func(*audit.Audit) {}, []string{"claimed", "by the host's clock", "by the importer's clock", "clock 0.31 s behind time.example.com, asked 2026-11-20 21:04 UTC",
			"the snapshot now names the one before", "the signature says", "Signing: When this package was signed"},
			[]string{"Not linked", "Packing:", "not compared"}, []string{"the time stands in the signature"}},
		{"unsealed", unsealed, []string{"Packing: This package is not sealed"}, []string{"signed · ", "Signing:"}, nil},
		{"a gap", func(a *audit.Audit) { a.Hosts[0].NotLinked = "the snapshot after does not name the one before" },
			[]string{"Not linked: the snapshot after does not name the one before"}, []string{"Linked: the snapshot now"},
			[]string{"not linked: the snapshot after does not name the one before"}},
		{"a clock that nobody compared", func(a *audit.Audit) {
			for i := range a.Custody {
				a.Custody[i].Clock.Offset, a.Custody[i].Clock.Source, a.Custody[i].Clock.Asked = "", "", audit.Custody{}.From
			}
		}, []string{"clock not compared", "The host's clock: The capture did not compare it with another clock"}, []string{"0.31"}, []string{"clock not compared"}},
		{"a clock of which the time service spoke", func(a *audit.Audit) {
			for i := range a.Custody {
				a.Custody[i].Clock.Offset, a.Custody[i].Clock.Source, a.Custody[i].Clock.Asked = "", "", audit.Custody{}.From
				a.Custody[i].ClockItem = "data/items/clock/w32tm-status.txt"
			}
		}, []string{"clock: as its time service said, in data/items/clock/w32tm-status.txt", "whatever its own time service said"}, []string{"not compared"}, nil},
		{"a zone", func(a *audit.Audit) {
			a.Hosts[0].After.Zone = &audit.Zone{Offset: "UTC-03:30", Cite: evidence.Citation{Item: "data/items/system/operating-system.json", Line: 2}}
			a.Hosts[0].After.From = time.Date(2026, 11, 20, 21, 4, 0, 0, time.UTC)
			a.Hosts[0].After.To = time.Date(2026, 11, 21, 3, 40, 0, 0, time.UTC)
		}, []string{"Host's time: 2026-11-20 17:34 UTC-03:30", "to 2026-11-21 00:10 UTC-03:30", "data/items/system/operating-system.json, line 2", "there 2026-11-"}, nil, []string{"UTC-03:30"}},
		{"a clock whose offset the time service said", func(a *audit.Audit) {
			for i := range a.Custody {
				a.Custody[i].Clock = audit.Custody{}.Clock
				a.Custody[i].ClockItem = "data/items/clock/w32tm-status.txt"
				a.Custody[i].Circumstances = audit.Circumstances{
					Rights:      audit.Rights{Administrator: true, Level: "S-1-16-12288", Cite: evidence.Citation{Item: "data/items/accounts/whoami.txt", Line: 57, Offset: 4, Length: 5}},
					TimeService: audit.TimeService{Synchronised: true, Offset: "-0.0038147", Since: "2820.1997480", Source: "time.example.com,0x9", Cite: evidence.Citation{Item: "data/items/clock/w32tm-status.txt", Line: 11, Offset: 4, Length: 5}},
				}
			}
		}, []string{"clock 0.0038147 s ahead of or behind time.example.com,0x9 (Windows' documentation does not say which), last synchronised 2820 s before, says its own time service (data/items/clock/w32tm-status.txt, line 11, byte 4+5)",
			"with administrator's rights (data/items/accounts/whoami.txt, line 57, byte 4+5)", "whatever its own time service said"},
			[]string{"not compared", "-0.0038", "which rights is not shown"}, []string{"ahead of or behind", "with administrator's rights"}},
		{"a clock that nobody sets", func(a *audit.Audit) {
			for i := range a.Custody {
				a.Custody[i].Clock = audit.Custody{}.Clock
				a.Custody[i].Circumstances = audit.Circumstances{Rights: audit.Rights{Level: "S-1-16-8192", Cite: evidence.Citation{Item: "who"}},
					TimeService: audit.TimeService{Since: "10", Source: "Local CMOS Clock", Cite: evidence.Citation{Item: "w32"}}}
			}
		}, []string{"clock not synchronised with another one, says its own time service (w32)", "without administrator's rights (who)"}, []string{"10 s before", "Local CMOS"}, nil},
		{"a capture that does not show its rights", func(*audit.Audit) {}, []string{"with which rights is not shown"}, nil, []string{"with which rights is not shown"}},
		{"a clock that is ahead", func(a *audit.Audit) { a.Custody[2].Clock.Offset = "7" }, []string{"clock 7 s ahead of time.example.com"}, nil, nil},
		{"a seal that does not hold", func(a *audit.Audit) {
			c := &a.Custody[4]
			c.Who, c.Signer, c.Fault = "", evidence.Digest{}, "does not hold: its digest is of other bytes"
		}, []string{"does not hold: its digest is of other bytes", "nobody is shown"}, nil, []string{"does not hold: its digest is of other bytes"}},
		{"hostile", func(a *audit.Audit) {
			for i := range a.Custody {
				c := &a.Custody[i]
				c.Who, c.With, c.Note, c.Fault, c.Host, c.Clock.Source = rendertest.Hostile, rendertest.Hostile, rendertest.Hostile, rendertest.Hostile,
					rendertest.Hostile, rendertest.Hostile
			}
		}, []string{`evil\x1B[2Jname\u202E`}, []string{"\x1b", "\u202e", "\u200b"}, []string{`evil\x1B[2Jname\u202E`}},
	} {
		a := rendertest.Audit()
		c.change(&a)
		d := render.Build(a)
		for anchor, want := range map[string][]string{"custody": c.page, "sheet-custody": c.sheet} {
			text := partText(d, anchor)
			for _, w := range want {
				if !strings.Contains(text, w) {
					t.Errorf("%s, %s: does not say %q:\n%s", c.name, anchor, w, text)
				}
			}
			for _, n := range c.not {
				if strings.Contains(text, n) {
					t.Errorf("%s, %s: says %q", c.name, anchor, n)
				}
			}
		}
	}
}

// The sheet has a row a step, and every digest of one in full.
func TestCustodySheet(t *testing.T) {
	a := rendertest.Audit()
	text := partText(render.Build(a), "sheet-custody")
	if n := strings.Count(text, "\n  row "); n != len(a.Custody) {
		t.Errorf("%d rows, want %d", n, len(a.Custody))
	}
	for _, c := range a.Custody {
		if !c.Digest.IsZero() && !strings.Contains(text, c.Digest.String()) || !c.Signer.IsZero() && !strings.Contains(text, c.Signer.String()) {
			t.Errorf("%s %s: a digest is missing", c.Deed, c.Object)
		}
	}
}
