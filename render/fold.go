package render

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// thing is what Changes are about: a listener, an access list, a group. A Change of it and those of its facets (after "@":
// the program that listens, whether the list is inherited) are one row of the report; the workbook has a row for each.
type thing struct {
	address evidence.Address // without facet
	changes []evidence.Change
}

// foldChanges puts the Changes of one thing together, where the first of them stands. The facets of a thing that did not change
// itself stay alone, except for a listener's: who listens is never read without where.
func foldChanges(list []evidence.Change) []thing {
	var things []thing
	at := map[evidence.Address]int{}
	itself := map[evidence.Address]bool{}
	for _, c := range list {
		itself[c.Address] = true
	}
	for _, c := range list {
		address := c.Address
		if base, _ := splitFacet(address); itself[base] || base.Kind() == "listener" {
			address = base
		}
		i, ok := at[address]
		if !ok {
			i = len(things)
			at[address] = i
			things = append(things, thing{address: address})
		}
		things[i].changes = append(things[i].changes, c)
	}
	return things
}

// splitFacet returns what an Address is about, and the facet of it that it names, if it names one.
func splitFacet(a evidence.Address) (base evidence.Address, facet string) {
	i := strings.LastIndexByte(string(a), '@')
	if i < 0 {
		return a, ""
	}
	return a[:i], string(a[i+1:])
}

// countChanges counts the Changes of things.
func countChanges(things []thing) int {
	n := 0
	for _, x := range things {
		n += len(x.changes)
	}
	return n
}

// whole is one Change with what all of them mean and touch, and where all of them are seen.
func (x thing) whole() evidence.Change {
	c := x.changes[0]
	for _, more := range x.changes[1:] {
		c.Meaning = union(c.Meaning, more.Meaning)
		c.Controls = union(c.Controls, more.Controls)
		c.Rules = union(c.Rules, more.Rules)
		c.BeforeCites = union(c.BeforeCites, more.BeforeCites)
		c.AfterCites = union(c.AfterCites, more.AfterCites)
	}
	return c
}

// values returns what the thing and its facets were and are: listening; program LTAgent.exe.
func (x thing) values() (before, after string) {
	var was, is []string
	add := func(to *[]string, c evidence.Change, value string) {
		if value == "" {
			return
		}
		if _, facet := splitFacet(c.Address); c.Address != x.address {
			value = facet + " " + value
		}
		*to = append(*to, value)
	}
	for _, c := range x.changes {
		add(&was, c, c.Before)
		add(&is, c, c.After)
	}
	return strings.Join(was, "; "), strings.Join(is, "; ")
}

// union returns a and what of b is not in it.
func union[T comparable](a, b []T) []T {
	all := slices.Clone(a)
	for _, v := range b {
		if !slices.Contains(all, v) {
			all = append(all, v)
		}
	}
	return all
}
