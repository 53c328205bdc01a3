package audit

import (
	"testing"
	"time"

	"auditpack/evidence"
)

// TestZone holds that a host's time is by what its evidence shows, and by the offset alone: not by the rules that a place with
// this offset has, this machine among them.
func TestZone(t *testing.T) {
	local := time.Local
	t.Cleanup(func() { time.Local = local })
	time.Local = time.FixedZone("CEST", 2*60*60)
	item := func(path, zone string) evidence.Content {
		c := evidence.Content{Item: evidence.Item{Path: path, Status: evidence.Captured}}
		c.Setting(evidence.Setting{Address: "system:time-zone", Value: evidence.Text(zone), Cite: evidence.Citation{Item: path, Line: 2}})
		return c
	}
	at := time.Date(2026, 1, 20, 22, 30, 0, 0, time.UTC)
	z := zoneOf(evidence.NewFacts([]evidence.Content{item("data/items/a", "UTC+02:00")}))
	if z == nil || z.Cite.Item != "data/items/a" {
		t.Fatalf("%+v", z)
	}
	if got := z.In(at).Format("2006-01-02 15:04"); got != "2026-01-21 00:30" {
		t.Error(got)
	}
	if got := (Zone{Offset: "UTC-03:30"}).In(at).Format("2006-01-02 15:04"); got != "2026-01-20 19:00" {
		t.Error(got)
	}
	if z := zoneOf(evidence.NewFacts([]evidence.Content{item("data/items/a", "UTC+02:00"), item("data/items/b", "UTC+01:00")})); z != nil {
		t.Errorf("items that disagree show %+v", z)
	}
	if z := zoneOf(evidence.NewFacts(nil)); z != nil {
		t.Errorf("nothing shows %+v", z)
	}
}
