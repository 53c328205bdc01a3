package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// groupMembers judges who is in a local group.
var groupMembers = &Kind{
	Name: "group-members",
	Doc: "address group:SID; want \"review\": the members are listed and a person has to look; or lines \"only SID\": nobody else is in it " +
		"(\"only *-500\" stands for the account of that number on any machine)",
	Prepare: func(c evidence.Check) (Judge, error) {
		if err := requireAddress(c, "group"); err != nil {
			return nil, err
		}
		if slices.Equal(c.Want, []string{"review"}) {
			return func(k Case) []evidence.Reason { return judgeMembers(k, c.Address, nil) }, nil
		}
		var only []string
		for _, line := range c.Want {
			text, ok := strings.CutPrefix(line, "only ")
			text = strings.TrimSpace(text)
			_, isSID := evidence.ParseSID(text)
			if !ok || !isSID && !strings.HasPrefix(text, "*-") {
				return nil, fmt.Errorf("want %q: expected \"review\" or \"only SID\"", line)
			}
			only = append(only, text)
		}
		if len(only) == 0 {
			return nil, fmt.Errorf("want is empty")
		}
		return func(k Case) []evidence.Reason { return judgeMembers(k, c.Address, only) }, nil
	},
}

// judgeMembers lists the members; only is nil where a person has to judge them.
func judgeMembers(k Case, address evidence.Address, only []string) []evidence.Reason {
	group := evidence.Principal{SID: evidence.SID(address.Rest())}.Label()
	expected := "Everybody in " + group + " is meant to be there"
	if only != nil {
		expected = group + " has no members but " + strings.Join(only, ", ")
	}
	o := k.Facts.Lookup(address)
	if o.State == evidence.Unknown { // the text form knows names only
		if named := k.Facts.Lookup(address + "@names"); named.State != evidence.Unknown {
			o = named
		}
	}
	if r, ok := undecided(o, expected); ok {
		return []evidence.Reason{r}
	}
	g, ok := o.Value().(evidence.Group)
	if !ok {
		return []evidence.Reason{{Result: evidence.NotCollected, Address: address, Expected: expected, Actual: "The members of " + group + " were not collected"}}
	}
	r := evidence.Reason{Address: address, Expected: expected, Cites: slices.Clone(o.Cites)}
	var names, others, unresolved []string
	for _, m := range g.Members {
		label := m.Label()
		if account, ok := accountOf(k.Facts, m); ok {
			m.SID = evidence.SID(account.Address.Rest())
			label = accountLabel(account)
			r.Cites = append(r.Cites, account.Cite)
		}
		names = append(names, label)
		switch {
		case !m.Known():
			unresolved = append(unresolved, label)
		case !slices.ContainsFunc(only, func(w string) bool { return memberIs(m.SID, w) }):
			others = append(others, label)
		}
	}
	r.Actual = fmt.Sprintf("%d members: %s", len(names), strings.Join(names, ", "))
	switch {
	case only == nil:
		r.Result, r.ByPerson = evidence.NeedsReview, true
	case len(others) > 0:
		r.Result, r.Actual = evidence.Fail, "Also members: "+strings.Join(others, ", ")
	case len(unresolved) > 0:
		r.Result, r.Actual = evidence.NeedsReview, "Members known by name only: "+strings.Join(unresolved, ", ")
	default:
		r.Result = evidence.Pass
	}
	return append([]evidence.Reason{r}, problemsOf(k.Facts, o, expected)...)
}

// accountOf finds the local account that a member is: by SID, or by a name without a domain that only one account has.
func accountOf(f *evidence.Facts, m evidence.Principal) (evidence.Setting, bool) {
	var found []evidence.Setting
	for _, s := range f.Under("account:S-1-") {
		account, ok := s.Value.(evidence.Account)
		switch {
		case !ok, slices.ContainsFunc(found, func(e evidence.Setting) bool { return e.Address == s.Address }):
		case m.Known() && strings.EqualFold(s.Address.Rest(), string(m.SID)),
			!m.Known() && strings.EqualFold(account.Name, m.Name):
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return evidence.Setting{}, false
	}
	return found[0], true
}

// accountLabel names an account with what a reviewer asks first: is it the built-in one, is it in use, does its password
// expire.
func accountLabel(s evidence.Setting) string {
	a := s.Value.(evidence.Account)
	var notes []string
	if evidence.SID(s.Address.Rest()).RID() == 500 {
		notes = append(notes, "the built-in Administrator")
	}
	if a.Enabled == evidence.No {
		notes = append(notes, "disabled")
	}
	if a.PasswordExpires == evidence.No && a.Enabled == evidence.Yes {
		notes = append(notes, "password never expires")
	}
	label := evidence.Principal{Name: a.Name}.Label()
	if len(notes) > 0 {
		label += " (" + strings.Join(notes, ", ") + ")"
	}
	return label
}

func memberIs(sid evidence.SID, wanted string) bool {
	if suffix, ok := strings.CutPrefix(wanted, "*"); ok {
		return sid.RID() != 0 && strings.HasSuffix(string(sid), suffix)
	}
	return strings.EqualFold(string(sid), wanted)
}
