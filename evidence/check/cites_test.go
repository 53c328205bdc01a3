package check

import (
	"fmt"
	"testing"

	"auditpack/evidence"
)

// However many listeners there are, a pass cites the firewall too: by the Citations it is known how old the evidence is.
func TestFewCitesNameEveryItem(t *testing.T) {
	listeners := evidence.Content{Item: evidence.Item{Path: "netstat", Status: evidence.Captured}}
	cite := func(c *evidence.Content) evidence.Citation {
		return evidence.Citation{Item: c.Item.Path, Line: 1 + len(c.Settings), Offset: int64(10 * len(c.Settings)), Length: 9}
	}
	for i := range 60 {
		listeners.Setting(evidence.Setting{Address: evidence.Address(fmt.Sprintf("listener:tcp/0.0.0.0:%d", 1000+i)), Value: evidence.Listening, Cite: cite(&listeners)})
	}
	listeners.Covered(evidence.Coverage{Scope: "listener:tcp", Deep: true, Cite: cite(&listeners)})
	listeners.Covered(evidence.Coverage{Scope: "listener:udp", Deep: true, Cite: cite(&listeners)})
	firewall := netHost{without: "netstat"}.content("firewall")
	judge, err := Prepare(evidence.Check{Kind: "ports-only", Address: "inbound:", Want: []string{"tcp/443"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range judge(Case{Facts: evidence.NewFacts([]evidence.Content{listeners, firewall}), Answers: &evidence.Answers{}}) {
		items := map[string]bool{}
		for _, c := range r.Cites {
			items[c.Item] = true
		}
		if r.Result != evidence.Pass || len(items) != 2 || len(r.Cites) > maxCites {
			t.Errorf("%s: %s with %d citations of %d items", r.Address, r.Result, len(r.Cites), len(items))
		}
	}
}
