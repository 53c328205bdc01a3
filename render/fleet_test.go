package render_test

import (
	"testing"

	"auditpack/render"
	"auditpack/render/rendertest"
)

// TestFirstToFixOnHosts: what fails on several hosts is one thing to fix first, with the hosts, and not one for each.
func TestFirstToFixOnHosts(t *testing.T) {
	a := rendertest.Audit()
	a.Hosts[0].Contradictions = nil // with which no verdict would stand
	for _, name := range []string{"WEB01", "WEB02"} {
		h := a.Hosts[0]
		h.Name = name
		a.Hosts = append(a.Hosts, h)
	}
	seen := map[string]int{}
	hosts := 0
	for _, p := range render.Build(a).Parts {
		if p.Anchor != "summary" {
			continue
		}
		for i, b := range p.Blocks {
			if h, ok := b.(*render.Heading); !ok || h.Text != "To fix first" {
				continue
			}
			for _, row := range p.Blocks[i+1].(*render.Table).Rows {
				for _, c := range row.Cells {
					if c.Kind == render.IDKind {
						seen[c.Text]++
					}
					for _, also := range c.Also {
						if also.Text == a.Hosts[0].Name+", WEB01, WEB02" {
							hosts++
						}
					}
				}
			}
		}
	}
	if len(seen) < 3 || hosts == 0 {
		t.Errorf("it lists %v, and all hosts %d times", seen, hosts)
	}
	for id, n := range seen {
		if n > 1 {
			t.Errorf("%s stands %d times", id, n)
		}
	}
}
