package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// folderRights judges the whole access list of LTShare: who must be on it, and that nobody else is.
var folderRights = &Kind{
	Name: "folder-rights",
	Doc: "address acl:PATH; want lines \"SID modify\": each has this right on the folder, its subfolders and files. " +
		"Broad groups on the list fail, on those of folders below too where these were captured; application pools with more than they should have fail; " +
		"Administrators and more for SYSTEM are noted; anybody else needs review",
	Prepare: func(c evidence.Check) (Judge, error) {
		if err := requireAddress(c, "acl"); err != nil {
			return nil, err
		}
		if len(c.Want) == 0 {
			return nil, errors.New("want is empty")
		}
		var grants []grant
		for _, line := range c.Want {
			g, err := parseGrant(line)
			if err != nil {
				return nil, err
			}
			grants = append(grants, g)
		}
		return func(k Case) []evidence.Reason { return judgeFolder(k, c.Address, grants) }, nil
	},
}

const expectedMinimum = "The principals of the guide have their right, and nobody else has access"

func judgeFolder(k Case, address evidence.Address, grants []grant) []evidence.Reason {
	o, list, where, reason := folderACL(k, address, expectedMinimum)
	if reason != nil {
		return []evidence.Reason{*reason}
	}
	var reasons []evidence.Reason
	for _, g := range grants {
		r := judgeGrant(g, list, o)
		judgeExcess(g, list, &r)
		reasons = append(reasons, r)
	}
	if where.note != "" {
		reasons[0].Note = joinNotes(where.note, reasons[0].Note)
		reasons[0].Cites = append(slices.Clone(reasons[0].Cites), where.cites...)
	}
	if !list.Null {
		reasons = append(reasons, judgeOthers(grants, list, o)...)
	}
	reasons = append(reasons, judgeBelow(k.Facts, where)...)
	reasons = append(reasons, judgeOwner(k.Facts, o)...)
	reasons = append(reasons, namesake(k.Facts, o, expectedMinimum)...)
	return append(reasons, problemsOf(k.Facts, o, expectedMinimum)...)
}

// judgeExcess looks at what a wanted principal has beyond its right: a failure for an application pool, which serves
// strangers, and a note for others.
func judgeExcess(g grant, list evidence.ACL, r *evidence.Reason) {
	var all evidence.Access
	for _, e := range list.Entries {
		if e.Other == "" && !e.Deny && e.Principal.SID == g.sid {
			all |= e.Access
		}
	}
	if all&^g.right == 0 {
		return
	}
	more := fmt.Sprintf("%s has more than %s: %s", g.label(), g.right.Label(),
		entriesOf(list, func(e evidence.ACE) bool { return e.Principal.SID == g.sid }))
	if g.sid.AppPool() {
		r.Result, r.Actual = evidence.Fail, more
		return
	}
	r.Note = joinNotes(r.Note, more+".")
}

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " " + b
}

// judgeOthers looks at every principal that the guide does not name, in the order of the list.
func judgeOthers(grants []grant, list evidence.ACL, o evidence.Observation) []evidence.Reason {
	var reasons []evidence.Reason
	seen := map[string]bool{}
	for _, e := range list.Entries {
		p := e.Principal
		wanted := slices.ContainsFunc(grants, func(g grant) bool { return g.sid == p.SID })
		if e.Other != "" || wanted || seen[p.String()] {
			continue
		}
		seen[p.String()] = true
		same := func(e evidence.ACE) bool { return e.Principal == p }
		shown := entriesOf(list, same)
		r := evidence.Reason{Address: o.Address, Expected: "Nobody but the principals of the guide has access", Cites: o.Cites,
			Actual: fmt.Sprintf("%s has access: %s", p.Label(), shown)}
		switch {
		case !slices.Contains(allowed(list), p):
			r.Result, r.Actual = evidence.Pass, p.Label()+" is only denied access: "+shown
		case anywhere(list, same) == 0:
			r.Result, r.Actual = evidence.Pass, p.Label()+" is denied all that it is allowed: "+shown
		case p.Broad():
			r.Result, r.Actual = evidence.Fail, fmt.Sprintf("%s, a group that nobody has to be put into, has access: %s", p.Label(), shown)
		case p.SID == evidence.SIDAdministrators:
			r.Result, r.Note = evidence.Pass, "Administrators are not on the guide's list; they can take any folder, so this is a note and no failure."
		default:
			r.Result, r.Note = evidence.NeedsReview, "The guide does not name this principal."
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// judgeBelow fails the folders below of which the list was captured too and that let a broad group in: what the folder itself
// hands down is not all that holds there.
func judgeBelow(f *evidence.Facts, where place) []evidence.Reason {
	var reasons []evidence.Reason
	for _, path := range appendNew([]string{where.path}, where.list) {
		for _, s := range f.Under(evidence.Address("acl:" + strings.TrimSuffix(path, `\`) + `\`)) {
			list, ok := s.Value.(evidence.ACL)
			if !ok {
				continue
			}
			r := evidence.Reason{Result: evidence.Fail, Address: s.Address, Expected: "No broader group has access to a folder below either", Cites: []evidence.Citation{s.Cite}}
			if list.Null {
				r.Actual = s.Address.Rest() + " has no access list: everybody has full access"
				reasons = append(reasons, r)
				continue
			}
			open := slices.IndexFunc(list.Entries, func(e evidence.ACE) bool {
				own := func(o evidence.ACE) bool { return o.Principal == e.Principal }
				return e.Other == "" && !e.Deny && e.Principal.Broad() && anywhere(list, own) != 0
			})
			if open >= 0 && !slices.ContainsFunc(reasons, func(have evidence.Reason) bool { return have.Address.Fold() == s.Address.Fold() }) {
				p := list.Entries[open].Principal
				r.Actual = fmt.Sprintf("%s lets in %s: %s", s.Address.Rest(), p.Label(), entriesOf(list, func(e evidence.ACE) bool { return e.Principal == p }))
				reasons = append(reasons, r)
			}
		}
	}
	return reasons
}

// usualOwners may own a folder without a word: they have every right anyway.
var usualOwners = []evidence.SID{
	evidence.SIDSystem, evidence.SIDAdministrators, "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
}

// judgeOwner asks for a look at an owner that is nobody's administrator: an owner can change the list. Most text forms
// do not show the owner, so its absence says nothing.
func judgeOwner(f *evidence.Facts, o evidence.Observation) []evidence.Reason {
	owner := f.Lookup(o.Address + "@owner")
	p, ok := owner.Value().(evidence.Principal)
	if !ok || slices.Contains(usualOwners, p.SID) {
		return nil
	}
	return []evidence.Reason{{Result: evidence.NeedsReview, Address: owner.Address, Cites: owner.Cites,
		Expected: "SYSTEM or Administrators own the folder", Actual: p.Label() + " owns it and can change its access list"}}
}
