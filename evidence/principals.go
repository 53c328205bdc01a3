package evidence

import (
	"fmt"
	"slices"
	"strings"
)

// Principals is a set of accounts: who holds a user right. SIDs stand in upper case (S-1-5-32-544); what was given by
// name stays a name, because only the host could have resolved it. The empty set is nobody.
type Principals []string

// NewPrincipals returns the set of accounts, sorted, each once.
func NewPrincipals(accounts ...string) Principals {
	set := Principals{}
	for _, a := range accounts {
		if upper := strings.ToUpper(a); IsSID(upper) {
			a = upper
		}
		set = append(set, a)
	}
	slices.Sort(set)
	return slices.Compact(set)
}

// Has reports whether the set holds account; names compare as Windows compares them, in any case.
func (p Principals) Has(account string) bool {
	return slices.ContainsFunc(p, func(a string) bool { return strings.EqualFold(a, account) })
}

// Names returns the accounts that are not given as a SID.
func (p Principals) Names() []string {
	var names []string
	for _, a := range p {
		if !IsSID(a) {
			names = append(names, a)
		}
	}
	return names
}

// String returns the accounts with commas, names in quotes, or "nobody".
func (p Principals) String() string {
	if len(p) == 0 {
		return "nobody"
	}
	texts := make([]string, len(p))
	for i, a := range p {
		texts[i] = a
		if !IsSID(a) {
			texts[i] = fmt.Sprintf("%q", a)
		}
	}
	return strings.Join(texts, ", ")
}

// IsSID reports whether s has the form of a SID in text: S-1-5-32-544.
func IsSID(s string) bool {
	if len(s) < len("S-1-0") || (s[0] != 'S' && s[0] != 's') || s[1:4] != "-1-" {
		return false
	}
	for _, part := range strings.Split(s[4:], "-") {
		if part == "" || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return true
}
