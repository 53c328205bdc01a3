package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

func accessKinds() []*Kind {
	return []*Kind{folderRights, folderGrants, shareRights, groupMembers}
}

// rightNames are the rights that Want may name.
var rightNames = map[string]evidence.Access{
	"full": evidence.FullControl, "modify": evidence.Modify, "read-execute": evidence.ReadAndExecute,
	"read": evidence.ReadOnly, "write": evidence.WriteOnly,
}

// grant is one line of Want: a principal and the right it must have.
type grant struct {
	sid   evidence.SID
	right evidence.Access
}

func (g grant) label() string { return evidence.Principal{SID: g.sid}.Label() }

// parseGrant reads "S-1-5-18 modify".
func parseGrant(text string) (grant, error) {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return grant{}, fmt.Errorf("want %q: expected a SID and a right", text)
	}
	sid, ok := evidence.ParseSID(fields[0])
	if !ok {
		return grant{}, fmt.Errorf("want %q: %q is no SID", text, fields[0])
	}
	right, ok := rightNames[fields[1]]
	if !ok {
		return grant{}, fmt.Errorf("want %q: the right is full, modify, read-execute, read or write", text)
	}
	return grant{sid, right}, nil
}

// requireAddress fails if the Address of a Check is not of the kind that a Kind of Check judges.
func requireAddress(c evidence.Check, kind string) error {
	if c.Address.Kind() != kind || c.Address.Rest() == "" {
		return fmt.Errorf("address %q: expected %s:…", c.Address, kind)
	}
	return nil
}

// problemsOf returns the Reasons that an access list which was not fully understood needs: those Problems of the Items
// of o that touch its own Address or the whole Item, not places below the Address.
func problemsOf(f *evidence.Facts, o evidence.Observation, expected string) []evidence.Reason {
	var reasons []evidence.Reason
	problems := f.ProblemsAt(o.Address)
	for _, c := range f.Contents() {
		for _, p := range c.Problems {
			if p.Scope == "" {
				problems = append(problems, p)
			}
		}
	}
	for _, p := range problems {
		scope := string(p.Scope.Fold())
		own := string(o.Address.Fold())
		if len(scope) > len(own) || !citesItem(o.Cites, p.Cite.Item) {
			continue
		}
		reasons = append(reasons, evidence.Reason{Result: evidence.NeedsReview, Address: o.Address, Expected: expected,
			Actual: "Not everything could be read: " + p.Message, Cites: []evidence.Citation{p.Cite}})
	}
	return append(reasons, otherValues(f, o, expected)...)
}

// otherValues returns a Reason where one Item shows the Address of o twice with different values, as a file does into which
// two listings were written: the last is no better than the first.
func otherValues(f *evidence.Facts, o evidence.Observation, expected string) []evidence.Reason {
	value := o.Value()
	if value == nil {
		return nil
	}
	for _, s := range f.Under(o.Address) {
		if s.Address.Fold() == o.Address.Fold() && s.Value.String() != value.String() {
			return []evidence.Reason{{Result: evidence.NeedsReview, Address: o.Address, Expected: expected,
				Actual: "The same file also shows: " + s.Value.String(), Cites: []evidence.Citation{s.Cite}}}
		}
	}
	return nil
}

func citesItem(cites []evidence.Citation, item string) bool {
	for _, c := range cites {
		if c.Item == item {
			return true
		}
	}
	return false
}

// rightsOf returns what an entry gives or takes, for people.
func rightsOf(e evidence.ACE) string {
	if e.Deny {
		return "denied " + e.Access.Label()
	}
	return e.Access.Label()
}

// The groups that every process of an application pool, and SYSTEM, is a member of: what is denied to them is denied to it.
var (
	poolsGroups = []evidence.SID{
		evidence.SIDEveryone, evidence.SIDAuthenticated, evidence.SIDUsers, "S-1-5-6", "S-1-5-32-568", "S-1-5-82-0",
	}
	systemsGroups = []evidence.SID{evidence.SIDEveryone, evidence.SIDAuthenticated, evidence.SIDAdministrators}
)

// bears reports whether an entry decides about sid: all entries of its own, and denials of groups that it is surely in.
// Grants to groups do not count: the guide wants the principal itself on the list.
func bears(sid evidence.SID) func(evidence.ACE) bool {
	return func(e evidence.ACE) bool {
		if e.Principal.SID == sid {
			return true
		}
		if !e.Deny {
			return false
		}
		if sid == evidence.SIDSystem {
			return slices.Contains(systemsGroups, e.Principal.SID)
		}
		return slices.Contains(poolsGroups, e.Principal.SID)
	}
}
