package check

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// shareRights judges that no share of a folder gives access to certain principals.
var shareRights = &Kind{
	Name: "share-rights",
	Doc: "address share:PATH (a folder, under whatever share name); want lines \"not SID\": no share of the folder, of a folder above it " +
		"(administrative shares aside) or of one below it gives any right to them, nor to any other group that nobody has to be put into. " +
		"What is denied before it is allowed is not given; a share of a folder above or below counts together with the folder's own access list",
	Prepare: func(c evidence.Check) (Judge, error) {
		if err := requireAddress(c, "share"); err != nil {
			return nil, err
		}
		if len(c.Want) == 0 {
			return nil, errors.New("want is empty")
		}
		var barred []evidence.SID
		for _, line := range c.Want {
			text, ok := strings.CutPrefix(line, "not ")
			sid, isSID := evidence.ParseSID(strings.TrimSpace(text))
			if !ok || !isSID {
				return nil, fmt.Errorf("want %q: expected \"not SID\"", line)
			}
			barred = append(barred, sid)
		}
		return func(k Case) []evidence.Reason { return judgeShares(k, c.Address, barred) }, nil
	},
}

func judgeShares(k Case, address evidence.Address, barred []evidence.SID) []evidence.Reason {
	where := locate(k.Facts, address.Rest())
	expected := fmt.Sprintf("No share of %s, nor of a folder above or below it, is open to %s or a group as broad", where.path, labels(barred))
	var reasons []evidence.Reason
	var last evidence.Address
	for _, s := range k.Facts.Under("share:") {
		if s.Address.Fold() == last {
			continue
		}
		last = s.Address.Fold()
		reasons = append(reasons, judgeShare(k.Facts, s.Address, where, barred, expected)...)
	}
	if len(reasons) == 0 || !anyFails(reasons) {
		reasons = append(reasons, judgeShareList(k.Facts, address, expected, len(reasons) > 0)...)
	}
	if where.note != "" && len(reasons) > 0 {
		reasons[0].Note = joinNotes(where.note, reasons[0].Note)
		reasons[0].Cites = append(slices.Clone(reasons[0].Cites), where.cites...)
	}
	return reasons
}

func anyFails(reasons []evidence.Reason) bool {
	for _, r := range reasons {
		if r.Result == evidence.Fail {
			return true
		}
	}
	return false
}

// judgeShareList judges whether all shares are known: without that, shares that were not seen may be open.
func judgeShareList(f *evidence.Facts, address evidence.Address, expected string, some bool) []evidence.Reason {
	if problems := f.ProblemsAt("share:"); len(problems) > 0 {
		return []evidence.Reason{{Result: evidence.NeedsReview, Address: address, Expected: expected,
			Actual: "Not every share could be read: " + problems[0].Message, Cites: []evidence.Citation{problems[0].Cite}}}
	}
	covers := f.Covers(evidence.ShareAddress("?")) // no share can be called so: what covers it covers the whole list
	if len(covers) > 0 && some {
		return nil
	}
	if len(covers) > 0 {
		r := evidence.Reason{Result: evidence.Pass, Address: address, Expected: expected,
			Actual: "The list of shares was read as a whole and names none of these folders"}
		for _, c := range covers {
			c.Cite.Absence = true
			r.Cites = append(r.Cites, c.Cite)
		}
		return []evidence.Reason{r}
	}
	return []evidence.Reason{{Result: evidence.NotCollected, Address: address, Expected: expected,
		Actual: "No complete list of shares was collected"}}
}

// judgeShare judges one share, if it reaches the folder.
func judgeShare(f *evidence.Facts, address evidence.Address, where place, barred []evidence.SID, expected string) []evidence.Reason {
	o := f.Lookup(address)
	if r, ok := undecided(o, expected); ok {
		for _, s := range o.Settings {
			if v, ok := s.Value.(evidence.Share); ok && related(v.Path, where.path) != "" {
				return []evidence.Reason{r}
			}
		}
		return nil
	}
	share, ok := o.Value().(evidence.Share)
	if !ok {
		return nil
	}
	how := related(share.Path, where.path)
	if how == "" {
		return nil
	}
	name := fmt.Sprintf("Share %s of %s (%s)", address.Rest(), share.Path, how)
	security := f.Lookup(evidence.ShareSecurityAddress(address.Rest()))
	if security.State == evidence.Found {
		security = contradicted(f, security)
	}
	if len(security.Settings) == 0 && administrative(address.Rest(), share.Path) {
		return nil
	}
	if security.State == evidence.Missing {
		return []evidence.Reason{{Result: evidence.Fail, Address: address, Expected: expected, Cites: append(o.Cites, security.Cites...),
			Actual: name + " has no permissions of its own: the default descriptor applies, which lets Everyone read"}}
	}
	if r, ok := undecided(security, expected); ok {
		r.Actual = name + ": its permissions are not known: " + r.Actual
		r.Cites = append(r.Cites, o.Cites...)
		return []evidence.Reason{r}
	}
	list, ok := security.Value().(evidence.ACL)
	if !ok {
		return nil
	}
	door := shareDoor{facts: f, name: name, list: list, barred: barred}
	r := door.judge()
	r.Address, r.Expected, r.Cites = address, expected, slices.Concat(o.Cites, security.Cites, r.Cites)
	if r.Result == evidence.Fail && !list.Null {
		besideFolder(f, &r, how, share.Path, where)
	}
	return append([]evidence.Reason{r}, problemsOf(f, security, expected)...)
}

// related says how a shared path reaches a folder: it is the folder, lies above it or below it; "" if it does not.
func related(shared, folder string) string {
	s, f := slashed(shared), slashed(folder)
	switch {
	case shared == "":
		return ""
	case s == f:
		return folderItself
	case strings.HasPrefix(f, s):
		return folderAbove
	case strings.HasPrefix(s, f):
		return folderBelow
	}
	return ""
}

// What a shared path may be to a folder.
const (
	folderItself = "the folder itself"
	folderAbove  = "a folder above it"
	folderBelow  = "a folder below it"
)

// slashed returns a path as Windows resolves it, in lower case with one backslash at its end: without the prefix for the
// object manager, with backslashes, and with the dots and blanks left out that name no folder or end a name.
func slashed(path string) string {
	path = strings.ReplaceAll(path, "/", `\`)
	for _, prefix := range []string{`\\?\`, `\\.\`, `\??\`} {
		path = strings.TrimPrefix(path, prefix)
	}
	var names []string
	for _, name := range strings.Split(path, `\`) {
		switch trimmed := strings.TrimRight(name, ". "); {
		case name == ".." && len(names) > 1:
			names = names[:len(names)-1]
		case trimmed != "":
			names = append(names, strings.ToLower(trimmed))
		}
	}
	return strings.Join(names, `\`) + `\`
}

// administrative reports whether a share is one of those that Windows makes for administrators by itself: C$ of C:\,
// ADMIN$ of the system's folder. It keeps no access list for them; one of such a name that has a list was made by somebody.
func administrative(name, path string) bool {
	name = strings.ToUpper(name)
	switch name {
	case "IPC$":
		return path == "" // the one of named pipes has no folder
	case "ADMIN$":
		return base(strings.TrimRight(path, `\`)) == "windows"
	}
	return len(name) == 2 && name[1] == '$' && slashed(path) == slashed(strings.ToLower(name[:1])+":")
}

func labels(sids []evidence.SID) string {
	names := make([]string, len(sids))
	for i, s := range sids {
		names[i] = evidence.Principal{SID: s}.Label()
	}
	return strings.Join(names, ", ")
}
