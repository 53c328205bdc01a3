package answers

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"auditpack/evidence"
)

// Limits of the lists of hosts.
const (
	MaxHosts    = 1000 // of one entry
	maxHostName = 255  // characters
)

// hosts reads the hosts that an entry is about. A list that is there names at least one: an empty one would look like one
// that limits, and be about all.
func (r *reader) hosts(into *[]string) func(ast.Node) error {
	return func(n ast.Node) error {
		list, ok := n.(*ast.SequenceNode)
		if !ok {
			return errors.New("a list of names is wanted, such as [AUTOMATE01]")
		}
		if len(list.Values) == 0 {
			return errors.New("names no host: leave it out for all of them")
		}
		if len(list.Values) > MaxHosts {
			return fmt.Errorf("more than %d hosts", MaxHosts)
		}
		for _, v := range list.Values {
			var name string
			if err := r.text(&name)(v); err != nil {
				return r.file.Errorf(v, "hosts: %v", err)
			}
			if utf8.RuneCountInString(name) > maxHostName {
				return r.file.Errorf(v, "hosts: longer than %d characters", maxHostName)
			}
			for _, other := range *into {
				if evidence.SameHost(other, name) {
					return r.file.Errorf(v, "hosts: %q is there already", name)
				}
			}
			*into = append(*into, name)
		}
		return nil
	}
}

// overlap returns a host that two entries are both about, as an error says it; nothing is said where both are about all.
func overlap(a, b []string) (string, bool) {
	switch {
	case len(a) == 0 && len(b) == 0:
		return "", true
	case len(a) == 0:
		return " for every host", true
	case len(b) == 0:
		return fmt.Sprintf(" for the host %q, which this one is about, too", a[0]), true
	}
	for _, x := range a {
		if evidence.Concerns(b, x) {
			return fmt.Sprintf(" for the host %q", x), true
		}
	}
	return "", false
}

// facts reads the facts of some hosts.
func (r *reader) facts(n ast.Node, a *evidence.Answers) error {
	f := evidence.HostFacts{Cite: r.cite(n)}
	err := r.object(n, "facts", []field{
		{name: "hosts", required: true, read: r.hosts(&f.Hosts)},
		{name: "technicians", read: r.technicians(&f.Technicians)},
		{name: "domain_member", read: r.known(&f.DomainMember)},
		{name: "database_host", read: r.databaseHost(&f.DatabaseHost)},
		{name: "allowed_networks", read: r.list(func(n ast.Node) error { return r.network(n, &f.Networks) })},
	})
	if err != nil {
		return err
	}
	for _, other := range a.Facts {
		same := other.Technicians != nil && f.Technicians != nil || other.DomainMember != nil && f.DomainMember != nil ||
			other.DatabaseHost != "" && f.DatabaseHost != "" || other.Networks != nil && f.Networks != nil
		if host, ok := overlap(other.Hosts, f.Hosts); ok && same {
			return r.file.Errorf(n, "facts: the same is said already%s, in line %d", host, other.Cite.Line)
		}
	}
	a.Facts = append(a.Facts, f)
	return nil
}

// known reads a fact that is true, false or not known.
func (r *reader) known(into **bool) func(ast.Node) error {
	return func(n ast.Node) error {
		*into = new(bool)
		return r.boolean(*into)(n)
	}
}
