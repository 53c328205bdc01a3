package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// TestAsideLines takes for set aside only lines in which nothing else stands.
func TestAsideLines(t *testing.T) {
	at := func(lines ...int) (cites []evidence.Citation) {
		for _, n := range lines {
			cites = append(cites, evidence.Citation{Item: "data/items/n.txt", Line: n, Offset: int64(n), Length: 1})
		}
		return cites
	}
	host := &Host{
		Changes: []evidence.Change{{AfterCites: at(9)}},
		Aside: []evidence.Change{
			{Aside: "process number", BeforeCites: at(3), AfterCites: at(4)},
			{Aside: "process number", BeforeCites: at(8), AfterCites: at(9)}, // 9 shows a Change too
			{Aside: "ephemeral port", BeforeCites: at(5)},
			{Aside: "clock", BeforeCites: []evidence.Citation{{Item: "data/items/n.txt", Line: 1, Absence: true}}},
			{Aside: compare.ListedAgain, BeforeCites: at(6), AfterCites: at(6)},
		},
	}
	want := map[string]compare.AsideLines{"data/items/n.txt": {
		Pairs: [][2]int{{3, 4}}, Only: [2]map[int]bool{{5: true}, {}}, Rules: []string{"ephemeral port", "process number"},
	}}
	if diff := cmp.Diff(want, asideLines(host)); diff != "" {
		t.Error(diff)
	}
}
