package check

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// shareDoor is the permissions of one share that reaches the folder.
type shareDoor struct {
	facts  *evidence.Facts
	name   string // for people
	list   evidence.ACL
	barred []evidence.SID
}

// judge judges whom the share lets in: a broad group fails, whoever may be one needs review.
func (d shareDoor) judge() evidence.Reason {
	if d.list.Null {
		return evidence.Reason{Result: evidence.Fail, Actual: d.name + " has no access list: everybody has full access"}
	}
	var r evidence.Reason
	var whom, open, doubts []string
	for _, p := range allowed(d.list) {
		access, sure := d.given(p)
		through, cites := broadMember(d.facts, p)
		who := p.Label()
		if through != "" {
			who += " (of which " + through + " is a member)"
		}
		switch broad := p.Broad() || through != "" || slices.Contains(d.barred, p.SID); {
		case access == 0:
			continue
		case broad && !sure:
			doubts = append(doubts, who+" is let in, and whether all of them are denied it by an entry before is not shown")
		case broad && slices.Contains(notOverNetwork, p.SID) && !slices.Contains(d.barred, p.SID):
			doubts = append(doubts, who+" is let in, to which nobody belongs who logs on over the network: whether that opens the share is for a person to say")
		case broad:
			open = append(open, who+" in: "+shareAccess(access))
			r.Cites = appendNew(r.Cites, cites...)
		case !p.Known():
			doubts = append(doubts, who+" is let in, and is one of the names whose SIDs are not known")
		}
		whom = append(whom, p.Label()+" ("+shareAccess(access)+")")
	}
	for _, e := range d.list.Entries {
		if e.Other != "" {
			doubts = append(doubts, "an entry is not understood: "+e.Other)
		}
	}
	switch {
	case len(open) > 0:
		r.Result, r.Actual = evidence.Fail, d.name+" lets "+strings.Join(open, "; ")
	case len(doubts) > 0:
		r.Result, r.Actual = evidence.NeedsReview, d.name+": "+strings.Join(doubts, "; ")
	case len(whom) == 0:
		r.Result, r.Actual = evidence.Pass, d.name+" lets in: nobody"
	default:
		r.Result, r.Actual = evidence.Pass, d.name+" lets in: "+strings.Join(whom, ", ")
	}
	return r
}

// notOverNetwork are the broad groups that are in no token of a logon over the network ([MS-DTYP] 2.4.2.4): they are
// about the console, the kind of program, or another way to prove who one is than SMB has. The members of Pre-Windows 2000
// Compatible Access are what the domain makes of it.
var notOverNetwork = []evidence.SID{
	"S-1-2-0", "S-1-2-1", "S-1-5-1", "S-1-5-4", "S-1-5-13", "S-1-5-14", "S-1-5-17", "S-1-5-32-554",
	"S-1-5-64-14", "S-1-5-64-21", "S-1-5-65-1", "S-1-15-2-1", "S-1-15-2-2", "S-1-18-2",
}

// allowed returns each principal that an entry allows something, in the order of the list.
func allowed(list evidence.ACL) []evidence.Principal {
	var all []evidence.Principal
	for _, e := range list.Entries {
		if e.Other == "" && !e.Deny && !slices.Contains(all, e.Principal) {
			all = append(all, e.Principal)
		}
	}
	return all
}

// given returns what the share gives to members of p who have nothing else, after what is denied to everyone who comes over
// the network. It is not sure where an entry before denies as much to another broad group: not all members need be in it.
func (d shareDoor) given(p evidence.Principal) (access evidence.Access, sure bool) {
	surely := func(e evidence.ACE) bool {
		everybody := e.Principal.SID == evidence.SIDEveryone || e.Principal.SID == evidence.SIDNetwork
		return e.Principal == p || e.Deny && everybody && p.SID != evidence.SIDAnonymous
	}
	maybe := func(e evidence.ACE) bool { return surely(e) || e.Deny && e.Principal.Broad() }
	access = d.list.Granted(evidence.Folder, surely)
	return access, d.list.Granted(evidence.Folder, maybe) != 0
}

// broadMember returns the broad group that is a member of the group p, as far as its members were collected.
func broadMember(f *evidence.Facts, p evidence.Principal) (string, []evidence.Citation) {
	if !p.Known() {
		return "", nil
	}
	for _, address := range []evidence.Address{evidence.GroupAddress(p), evidence.GroupAddress(p) + "@names"} {
		o := f.Lookup(address)
		for _, s := range o.Settings {
			g, ok := s.Value.(evidence.Group)
			if !ok {
				continue
			}
			if i := slices.IndexFunc(g.Members, evidence.Principal.Broad); i >= 0 && !p.Broad() {
				return g.Members[i].Label(), []evidence.Citation{s.Cite}
			}
		}
	}
	return "", nil
}

// besideFolder notes beside a share that is open what the access list of the folder makes of it: who comes over the network
// has what both give. The guide wants the share itself closed, so a narrow list leaves it a failure: the list is judged by
// Checks of its own, and lists further below may give more.
func besideFolder(f *evidence.Facts, r *evidence.Reason, how, shared string, where place) {
	path := where.list
	if how == folderBelow {
		path = shared
	}
	o := f.Lookup(evidence.Address("acl:" + path))
	list, ok := o.Value().(evidence.ACL)
	if !ok {
		return
	}
	given, certain := broadGiven(list)
	certain = certain && len(problemsOf(f, o, "")) == 0 && len(judgeBelow(f, place{path: path})) == 0
	switch {
	case list.Null:
		r.Note = path + " has no access list of its own that would narrow this."
	case given != "":
		r.Note = "Who comes over the network has what both the share and the access list of " + path + " give; the list gives " + given + "."
	case certain:
		r.Note = "The access list of " + path + " gives no broad group anything, which narrows this; the guide asks it of the share itself."
	default:
		return
	}
	r.Cites = appendNew(slices.Clone(r.Cites), o.Cites...)
}

// broadGiven says what an access list gives to broad groups anywhere in the folder; it is not certain that this is all
// where the list has names that are not known, or entries that are not understood.
func broadGiven(list evidence.ACL) (given string, certain bool) {
	certain = !slices.ContainsFunc(list.Entries, func(e evidence.ACE) bool { return e.Other != "" || !e.Deny && !e.Principal.Known() })
	var parts []string
	for _, p := range allowed(list) {
		if !p.Broad() {
			continue
		}
		bearer := func(e evidence.ACE) bool {
			return e.Principal == p || e.Deny && e.Principal.SID == evidence.SIDEveryone
		}
		if access := anywhere(list, bearer); access != 0 {
			parts = append(parts, p.Label()+": "+shareAccess(access))
		}
	}
	return strings.Join(parts, ", "), certain
}

// anywhere returns what a list gives on the folder, its subfolders or its files.
func anywhere(list evidence.ACL, bearer func(evidence.ACE) bool) evidence.Access {
	return list.Granted(evidence.Folder, bearer) | list.Granted(evidence.Subfolders, bearer) | list.Granted(evidence.Files, bearer)
}

// shareAccess names the rights of a share as its own dialogue does.
func shareAccess(a evidence.Access) string {
	switch a {
	case evidence.FullControl:
		return "Full control"
	case evidence.Modify:
		return "Change"
	case evidence.ReadAndExecute:
		return "Read"
	}
	return a.Label()
}
