package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// LTShareSetting is where ConnectWise Automate keeps the place of its LTShare folder. The Checks of folders and shares look
// at it besides their own Address, so whoever reads a registry for them has to ask for it.
var LTShareSetting = evidence.RegistryValue(`HKLM\SOFTWARE\WOW6432Node\LabTech\Setup`, "Local LTShare")

// place is where a folder that a Check names really is on the host.
type place struct {
	path  string
	list  string // under which path the access list was captured: path, or its last part alone
	note  string // how that is known, if it is not where the Check says
	cites []evidence.Citation
}

// locate finds the real place of the folder of a Check. Only LTShare is known to move: the registry says where it is, or
// else the only captured access list of a folder of that name.
func locate(f *evidence.Facts, path string) place {
	named := place{path: path, list: path}
	if base(path) != "ltshare" {
		return named
	}
	o := f.Lookup(LTShareSetting)
	if o.State == evidence.Conflicting {
		return named
	}
	said := false
	if v, ok := o.Value().(evidence.Registry); ok {
		if texts, ok := v.Strings(); ok && len(texts) == 1 && len(texts[0]) > 2 && texts[0][1] == ':' {
			said = true
			found := strings.TrimRight(texts[0], `\`)
			if !strings.EqualFold(found, path) {
				named = place{path: found, list: found, note: "The registry says that LTShare is " + found + ".", cites: o.Cites}
			}
			if f.Lookup(evidence.Address("acl:"+named.path)).State != evidence.Unknown {
				return named
			}
		}
	}
	only, ok := onlyLTShare(f)
	switch {
	case !ok || strings.EqualFold(only, named.path):
		return named
	case !strings.Contains(only, `\`): // the list may have been captured under its name alone
		return place{path: named.path, list: only, note: "The file gives no full path, only the name " + only + ".", cites: named.cites}
	case said:
		return named
	}
	return place{path: only, list: only, note: "The only captured folder named LTShare is " + only + "."}
}

// onlyLTShare returns the path of the captured access list whose folder is named LTShare, if there is just one.
func onlyLTShare(f *evidence.Facts) (string, bool) {
	found := map[evidence.Address]bool{}
	path := ""
	for _, s := range f.Under("acl:") {
		if _, ok := s.Value.(evidence.ACL); ok && base(s.Address.Rest()) == "ltshare" {
			found[s.Address.Fold()] = true
			path = s.Address.Rest()
		}
	}
	return path, len(found) == 1
}

// namesake returns a Reason where another list was captured under the folder's name alone, as icacls /save writes it, and
// differs: it may be this folder's.
func namesake(f *evidence.Facts, o evidence.Observation, expected string) []evidence.Reason {
	path := o.Address.Rest()
	name := path[strings.LastIndexByte(path, '\\')+1:]
	if name == path {
		return nil
	}
	other := f.Lookup(evidence.Address("acl:" + name))
	if len(other.Settings) == 0 || other.State == evidence.Found && other.Value().String() == o.Value().String() {
		return nil
	}
	return []evidence.Reason{{Result: evidence.NeedsReview, Address: o.Address, Expected: expected,
		Actual: "Another list of a folder " + name + ", without its full path, says: " + other.Settings[0].Value.String(), Cites: other.Cites}}
}

// base returns the last part of a path, in lower case.
func base(path string) string {
	return strings.ToLower(path[strings.LastIndexByte(path, '\\')+1:])
}

// folderACL looks up the access list of a Check's folder. The Reason is set where there is none to judge.
func folderACL(c Case, address evidence.Address, expected string) (evidence.Observation, evidence.ACL, place, *evidence.Reason) {
	where := locate(c.Facts, address.Rest())
	o := c.Facts.Lookup(evidence.Address("acl:" + where.list))
	if r, ok := undecided(o, expected); ok {
		r.Note = where.note
		return o, evidence.ACL{}, where, &r
	}
	list, ok := o.Value().(evidence.ACL)
	if !ok {
		r := evidence.Reason{Result: evidence.NotCollected, Address: o.Address, Expected: expected,
			Actual: "No access list of " + where.path + " was collected", Note: where.note}
		return o, evidence.ACL{}, where, &r
	}
	return o, list, where, nil
}

// folderGrants judges that one principal has a right on a folder and everything in it.
var folderGrants = &Kind{
	Name: "folder-grants",
	Doc:  "address acl:PATH; want one line \"SID modify\": the access list gives this principal at least that right on the folder, its subfolders and files",
	Prepare: func(c evidence.Check) (Judge, error) {
		if err := requireAddress(c, "acl"); err != nil {
			return nil, err
		}
		if len(c.Want) != 1 {
			return nil, fmt.Errorf("want has %d lines, expected one", len(c.Want))
		}
		g, err := parseGrant(c.Want[0])
		if err != nil {
			return nil, err
		}
		return func(k Case) []evidence.Reason {
			expected := expectGrant(g)
			o, list, where, reason := folderACL(k, c.Address, expected)
			if reason != nil {
				return []evidence.Reason{*reason}
			}
			r := judgeGrant(g, list, o)
			r.Note = where.note
			r.Cites = append(slices.Clone(r.Cites), where.cites...)
			reasons := append([]evidence.Reason{r}, namesake(k.Facts, o, expected)...)
			return append(reasons, problemsOf(k.Facts, o, expected)...)
		}, nil
	},
}

func expectGrant(g grant) string {
	return fmt.Sprintf("%s has %s on the folder, its subfolders and files", g.label(), g.right.Label())
}

// judgeGrant judges whether the list gives the wanted right at every place.
func judgeGrant(g grant, list evidence.ACL, o evidence.Observation) evidence.Reason {
	r := evidence.Reason{Address: o.Address, Expected: expectGrant(g), Cites: o.Cites}
	if list.Null {
		r.Result, r.Actual = evidence.Fail, "The folder has no access list: everybody has full access"
		return r
	}
	var short []string
	for _, p := range []struct {
		at   evidence.Place
		name string
	}{{evidence.Folder, "the folder"}, {evidence.Subfolders, "its subfolders"}, {evidence.Files, "its files"}} {
		if list.Granted(p.at, bears(g.sid))&g.right != g.right {
			short = append(short, p.name)
		}
	}
	shown := entriesOf(list, func(e evidence.ACE) bool { return e.Principal.SID == g.sid })
	switch {
	case len(short) == 0:
		r.Result, r.Actual = evidence.Pass, g.label()+": "+shown
	case doubtful(g.sid, list) != "":
		r.Result = evidence.NeedsReview
		r.Actual = fmt.Sprintf("%s was not recognised; %q may be it under a translated name", g.label(), doubtful(g.sid, list))
	case shown == "":
		r.Result, r.Actual = evidence.Fail, g.label()+" is not on the list"
	default:
		r.Result = evidence.Fail
		r.Actual = fmt.Sprintf("%s has less than %s on %s: %s", g.label(), g.right.Label(), strings.Join(short, ", "), shown)
		if denied := entriesOf(list, func(e evidence.ACE) bool { return e.Deny && bears(g.sid)(e) && e.Principal.SID != g.sid }); denied != "" {
			r.Actual += "; denied through groups: " + denied
		}
	}
	return r
}

// doubtful returns a name on the list that may stand for sid: only the server could tell. Names of application pools
// keep the pool's own name in every language.
func doubtful(sid evidence.SID, list evidence.ACL) string {
	for _, e := range list.Entries {
		if e.Other != "" || e.Principal.Known() {
			continue
		}
		short := e.Principal.Name[strings.LastIndexByte(e.Principal.Name, '\\')+1:]
		if !sid.AppPool() || evidence.AppPoolSID(short) == sid {
			return e.Principal.Label()
		}
	}
	return ""
}

// entriesOf lists the entries of a folder for people: Modify (this folder, subfolders and files).
func entriesOf(list evidence.ACL, which func(evidence.ACE) bool) string {
	var parts []string
	for _, e := range list.Entries {
		if e.Other != "" || !which(e) {
			continue
		}
		parts = append(parts, rightsOf(e)+" ("+e.Flags.Label()+")")
	}
	return strings.Join(parts, "; ")
}
