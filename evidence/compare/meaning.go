package compare

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// meaning says in words what is different between two values of one Address, a line each; nothing where the values
// themselves say it.
func meaning(_ evidence.Address, before, after evidence.Value) []string {
	switch was := before.(type) {
	case evidence.ACL:
		if is, ok := after.(evidence.ACL); ok {
			return rightsMoved(was, is)
		}
	case evidence.Principals:
		if is, ok := after.(evidence.Principals); ok {
			return gainedLost(was, is, account)
		}
	case evidence.Group:
		if is, ok := after.(evidence.Group); ok {
			return gainedLost(was.Members, is.Members, func(p evidence.Principal) string { return p.String() })
		}
	case evidence.FirewallRule:
		if is, ok := after.(evidence.FirewallRule); ok {
			return tokensMoved(was, is)
		}
	case evidence.Programs:
		if is, ok := after.(evidence.Programs); ok {
			return gainedLost(was, is, evidence.Program.String)
		}
	case evidence.IISCollection:
		if is, ok := after.(evidence.IISCollection); ok {
			return gainedLost(was.Entries, is.Entries, evidence.IISElement.String)
		}
	case evidence.IISSite:
		if is, ok := after.(evidence.IISSite); ok {
			return gainedLost(was.Bindings, is.Bindings, func(b string) string { return "binding " + b })
		}
	case evidence.Registry:
		if is, ok := after.(evidence.Registry); ok {
			return registryMoved(was, is)
		}
	}
	return nil
}

// gainedLost lists what only one side has. Where both have the same and the order differs it says so.
func gainedLost[T any](before, after []T, show func(T) string) []string {
	texts := func(all []T) []string {
		var out []string
		for _, v := range all {
			out = append(out, show(v))
		}
		return out
	}
	was, is := texts(before), texts(after)
	var lines []string
	for _, t := range was {
		if !slices.Contains(is, t) {
			lines = append(lines, "lost "+t)
		}
	}
	for _, t := range is {
		if !slices.Contains(was, t) {
			lines = append(lines, "gained "+t)
		}
	}
	if len(lines) == 0 {
		return []string{"the same entries, in another order or number"}
	}
	return lines
}

// registryMoved says where the type changed, and what a list of texts gained and lost.
func registryMoved(was, is evidence.Registry) []string {
	if was.Type != is.Type {
		return []string{fmt.Sprintf("the type was %s and is %s", was.Type, is.Type)}
	}
	if was.Type == evidence.RegMultiSZ {
		a, okA := was.Strings()
		b, okB := is.Strings()
		if okA && okB {
			return gainedLost(a, b, func(t string) string { return fmt.Sprintf("%q", t) })
		}
	}
	return nil
}

// tokensMoved lists the tokens of a rule that differ.
func tokensMoved(was, is evidence.FirewallRule) []string {
	values := func(r evidence.FirewallRule, name string) string {
		var all []string
		for _, t := range r.Tokens {
			if t.Name == name {
				all = append(all, t.Value)
			}
		}
		return strings.Join(all, ", ")
	}
	if withoutName(was.String()) == withoutName(is.String()) {
		return []string{fmt.Sprintf("renamed from %q to %q; what it does is the same", was.Name, is.Name)}
	}
	var lines, names []string
	for _, t := range slices.Concat(was.Tokens, is.Tokens) {
		if slices.Contains(names, t.Name) {
			continue
		}
		names = append(names, t.Name)
		if a, b := values(was, t.Name), values(is, t.Name); a != b {
			lines = append(lines, fmt.Sprintf("%s was %s, is %s", t.Name, orNothing(a), orNothing(b)))
		}
	}
	return lines
}

func orNothing(s string) string {
	if s == "" {
		return "not set"
	}
	return s
}

// account names an account as far as that is certain.
func account(a string) string {
	if evidence.IsSID(a) {
		return evidence.Principal{SID: evidence.SID(a)}.String()
	}
	return evidence.Principal{Name: a}.String()
}
