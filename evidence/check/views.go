package check

import (
	"slices"

	"auditpack/evidence"
)

// Views are what Checks work out from all Facts of a snapshot together, so that those after the first need not. They belong
// to one snapshot, and to one goroutine.
type Views struct{ networks map[string]network }

// network is both views of the host for a protocol. Nothing may be written to what it holds.
func (c Case) network(protocol string) network {
	if c.Views == nil {
		return viewNetwork(c.Facts, protocol)
	}
	n, ok := c.Views.networks[protocol]
	if !ok {
		n = viewNetwork(c.Facts, protocol)
		n.clip()
		if c.Views.networks == nil {
			c.Views.networks = map[string]network{}
		}
		c.Views.networks[protocol] = n
	}
	return n
}

// clip takes the room behind its lists away, so that whoever appends to one of them gets a list of their own.
func (n network) clip() {
	f, l := n.firewall, n.listening
	f.profiles, f.rules, f.missing = slices.Clip(f.profiles), slices.Clip(f.rules), slices.Clip(f.missing)
	f.covers, f.problems = slices.Clip(f.covers), slices.Clip(f.problems)
	for i := range f.rules {
		f.rules[i].cites = slices.Clip(f.rules[i].cites)
	}
	for i := range f.profiles {
		p := &f.profiles[i]
		for _, v := range []*[]evidence.Citation{&p.enabled.cites, &p.defaultIn.cites, &p.noExceptions.cites, &p.mergeLocal.cites} {
			*v = slices.Clip(*v)
		}
	}
	l.all, l.covers, l.problems = slices.Clip(l.all), slices.Clip(l.covers), slices.Clip(l.problems)
	for i := range l.all {
		l.all[i].cites, l.all[i].processes, l.all[i].programs = slices.Clip(l.all[i].cites), slices.Clip(l.all[i].processes), slices.Clip(l.all[i].programs)
	}
}
