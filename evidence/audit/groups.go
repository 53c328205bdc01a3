package audit

import (
	"cmp"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// Group is how many Changes there are in one place.
type Group struct {
	Place                                        string // firewall-rule, registry:HKLM\SOFTWARE\Vendor
	Added, Removed, Changed, Moved, NotCollected int
}

// Total returns how many Changes there are.
func (g Group) Total() int { return g.Added + g.Removed + g.Changed + g.Moved + g.NotCollected }

// Add counts the Changes of another Group too.
func (g *Group) Add(o Group) {
	g.Added += o.Added
	g.Removed += o.Removed
	g.Changed += o.Changed
	g.Moved += o.Moved
	g.NotCollected += o.NotCollected
}

// registryDepth is how many names of a registry key make its place.
const registryDepth = 3

// Groups counts Changes at the setting level by place, the most first: by kind of Address, of the registry by key.
func Groups(changes []evidence.Change) []Group {
	groups := map[string]*Group{}
	for _, c := range changes {
		place := c.Address.Kind()
		if place == "registry" {
			place = registryPlace(c.Address)
		}
		fold := strings.ToLower(place)
		if groups[fold] == nil {
			groups[fold] = &Group{Place: place}
		}
		groups[fold].count(c.Kind)
	}
	var all []Group
	for _, g := range groups {
		all = append(all, *g)
	}
	slices.SortFunc(all, func(a, b Group) int {
		return cmp.Or(cmp.Compare(b.Total(), a.Total()), strings.Compare(a.Place, b.Place))
	})
	return all
}

func (g *Group) count(kind string) {
	switch kind {
	case compare.Added:
		g.Added++
	case compare.Removed:
		g.Removed++
	case compare.Moved:
		g.Moved++
	case compare.NotCollected:
		g.NotCollected++
	default:
		g.Changed++
	}
}

// registryPlace keeps the first names of a registry key.
func registryPlace(a evidence.Address) string {
	key, _, _ := strings.Cut(a.Rest(), "!")
	names := strings.SplitN(key, `\`, registryDepth+1)
	return "registry:" + strings.Join(names[:min(len(names), registryDepth)], `\`)
}
