package render_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestChangesOfOneThing holds that the report has one row for a listener and its program, with the values and the places of
// both, that a facet without its thing stays alone, and that the workbook has a row for each.
func TestChangesOfOneThing(t *testing.T) {
	a := rendertest.Audit()
	h := &a.Hosts[0]
	change := func(address evidence.Address, before, after string, line int) evidence.Change {
		return evidence.Change{Level: evidence.SettingLevel, Address: address, Before: before, After: after, Kind: "changed", Effect: evidence.Helps,
			Controls: []string{"rdp-closed"}, BeforeCites: []evidence.Citation{{Item: "data/items/netstat/netstat-ano.txt", Line: line, Length: 9}}}
	}
	h.Changes = []evidence.Change{
		change("listener:tcp/0.0.0.0:3306", "listening", "", 1),
		change("listener:tcp/0.0.0.0:33060", "listening", "", 2),
		change("listener:tcp/0.0.0.0:33060@program", "mysqld.exe", "", 3),
		change("listener:tcp/0.0.0.0:3306@program", "mysqld.exe", "", 4),
		change("listener:tcp/0.0.0.0:443@program", "a.exe", "b.exe", 5),
		change(`acl:C:\LTShare`, "Full", "Modify", 6),
		change(`acl:C:\LTShare@protected`, "no", "yes", 7),
		change("firewall-profile:domain@EnableFirewall", "0", "1", 8),
	}
	d := render.Build(a)
	text := partText(d, "changes/AUTOMATE01")
	var got []string
	for _, block := range part(d, "changes/AUTOMATE01").Blocks {
		if table, ok := block.(*render.Table); ok {
			for _, r := range table.Rows {
				got = append(got, r.Cells[0].Text+" | "+r.Cells[1].Text+" | "+r.Cells[2].Text+" | "+r.Cells[1].Also[0].Text)
			}
			break
		}
	}
	const place = " | data/items/netstat/netstat-ano.txt, line "
	want := []string{
		"listener:tcp/0.0.0.0:3306 | listening; program mysqld.exe | is not there" + place + "1, byte 0+9; line 4, byte 0+9 · captured",
		"listener:tcp/0.0.0.0:33060 | listening; program mysqld.exe | is not there" + place + "2, byte 0+9; line 3, byte 0+9 · captured",
		"listener:tcp/0.0.0.0:443 | program a.exe | program b.exe" + place + "5, byte 0+9 · captured",
		`acl:C:\LTShare | Full; protected no | Modify; protected yes` + place + "6, byte 0+9; line 7, byte 0+9 · captured",
		"firewall-profile:domain@EnableFirewall | 0 | 1" + place + "8, byte 0+9 · captured",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
	if n := strings.Count(text, "Settings that help: a verdict was fail and is pass {} 8"); n != 1 {
		t.Errorf("the heading does not count 8 settings:\n%s", text)
	}
	if part := part(d, "sheet-changes"); part.Blocks[0].(*render.Table).Len() != len(h.Changes)+len(h.Movements) {
		t.Error("the workbook has not a row for each change")
	}
}
