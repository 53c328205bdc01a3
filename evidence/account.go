package evidence

import (
	"slices"
	"strings"
)

// Group is the members of a local group. Order does not count.
type Group struct{ Members []Principal }

// String returns the canonical form: members sorted.
func (g Group) String() string {
	if len(g.Members) == 0 {
		return "no members"
	}
	names := make([]string, len(g.Members))
	for i, m := range g.Members {
		names[i] = m.String()
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), "; ")
}

// Account is a local account.
type Account struct {
	Name             string
	Enabled          Tristate
	PasswordRequired Tristate
	// PasswordExpires is NotTold where the source does not tell; the date itself is not kept.
	PasswordExpires Tristate
}

// String returns the canonical form: Administrator, enabled, password required.
func (a Account) String() string {
	s := printable(a.Name)
	for _, part := range []struct {
		is      Tristate
		yes, no string
	}{
		{a.Enabled, "enabled", "disabled"},
		{a.PasswordRequired, "password required", "no password required"},
		{a.PasswordExpires, "password expires", "password never expires"},
	} {
		switch part.is {
		case Yes:
			s += ", " + part.yes
		case No:
			s += ", " + part.no
		}
	}
	return s
}

// Tristate is an answer that a source may leave open.
type Tristate int

// The Tristates.
const (
	NotTold Tristate = iota
	Yes
	No
)

// GroupAddress returns the Address of a local group: by SID where it is certain, else by name.
func GroupAddress(p Principal) Address {
	if p.Known() {
		return Address("group:" + string(p.SID))
	}
	return Address("group:" + p.Name)
}
