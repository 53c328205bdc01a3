package evidence

import (
	"fmt"
	"slices"
	"strings"
)

// Principal is whom an access control entry is about: a SID, or a name that only the server could turn into one.
type Principal struct {
	SID  SID
	Name string // as the source writes it; beside a SID it is for people only and no part of the canonical form
}

// PrincipalNamed returns the Principal of an account name, with its SID where that is certain.
func PrincipalNamed(name string) Principal {
	if sid, ok := SIDByName(name); ok {
		return Principal{SID: sid}
	}
	return Principal{Name: name}
}

// Known reports whether the SID of p is known.
func (p Principal) Known() bool { return p.SID != "" }

// Broad reports whether p is a group that nobody has to be put into.
func (p Principal) Broad() bool {
	if p.Known() {
		return p.SID.Broad()
	}
	at := strings.LastIndexByte(p.Name, '\\')
	domain, short := foldName(p.Name[:max(at, 0)]), foldName(p.Name[at+1:])
	is := func(names []string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return foldName(n) == short })
	}
	return is(broadNames) || domain == "builtin" && is(broadBuiltin) || (at < 0 || slices.Contains(ownDomains, domain)) && is(broadHere)
}

// ownDomains are the domains, folded, that Windows gives the groups that everybody is in by logging on.
var ownDomains = []string{"nt authority", "autoridade nt", "zarządzanie nt", "nt instans", "nt-myndighet"}

// String returns the canonical form: the SID with its English name if it has one, or the name in quotes.
func (p Principal) String() string {
	if !p.Known() {
		return `"` + printable(p.Name) + `"`
	}
	if n := p.SID.Name(); n != "" {
		return string(p.SID) + " (" + n + ")"
	}
	return string(p.SID)
}

// Label returns what people call p: its name, else its SID.
func (p Principal) Label() string {
	if !p.Known() {
		return printable(p.Name)
	}
	if n := p.SID.Name(); n != "" {
		return n
	}
	if p.Name != "" {
		return printable(p.Name)
	}
	return string(p.SID)
}

// printable replaces control characters, so that a canonical form stays one line.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '\uFFFD'
		}
		return r
	}, s)
}

// Access is an access mask of files and shares ([MS-DTYP] 2.4.3). Generic bits are never kept: see FileAccess.
type Access uint32

// The Accesses that have a name in the security dialogue.
const (
	FullControl    Access = 0x1f01ff
	Modify         Access = 0x1301bf
	ReadAndExecute Access = 0x1200a9
	ReadOnly       Access = 0x120089
	WriteOnly      Access = 0x120116
)

// FileAccess replaces the generic bits of a mask by what they mean for files, as icacls prints them, so that the same
// entry is equal in all its text forms.
func FileAccess(mask uint32) Access {
	generic := []struct {
		bit  uint32
		file Access
	}{{0x80000000, ReadOnly}, {0x40000000, WriteOnly}, {0x20000000, 0x1200a0}, {0x10000000, FullControl}}
	access := Access(mask &^ 0xf0000000)
	for _, g := range generic {
		if mask&g.bit != 0 {
			access |= g.file
		}
	}
	return access
}

// String names the common masks and prints others in hexadecimal.
func (a Access) String() string {
	switch a {
	case FullControl:
		return "Full"
	case Modify:
		return "Modify"
	case ReadAndExecute:
		return "ReadAndExecute"
	case ReadOnly:
		return "Read"
	case WriteOnly:
		return "Write"
	}
	return fmt.Sprintf("0x%x", uint32(a))
}

// Inheritance is the inheritance flags of an entry ([MS-DTYP] 2.4.4.1).
type Inheritance uint8

// The Inheritance flags, by the names that icacls and SDDL give them.
const (
	ObjectInherit    Inheritance = 1 << iota // OI: files get it
	ContainerInherit                         // CI: subfolders get it
	NoPropagate                              // NP: but not those below them
	InheritOnly                              // IO: and the folder itself does not
	Inherited                                // ID, in icacls (I): it came from the parent
)

var inheritanceNames = []string{"OI", "CI", "NP", "IO", "ID"}

// String returns the flags by name: OI CI ID.
func (f Inheritance) String() string {
	var names []string
	for i, n := range inheritanceNames {
		if f&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, " ")
}

// ACE is one access control entry.
type ACE struct {
	Deny      bool
	Principal Principal
	Access    Access
	Flags     Inheritance
	// Other is the text of an entry that is not understood (conditional, for objects …); nothing else is then set.
	Other string
}

// String returns the canonical form: deny S-1-1-0 (Everyone) Modify OI CI.
func (e ACE) String() string {
	if e.Other != "" {
		return "not understood " + printable(e.Other)
	}
	s := e.Principal.String() + " " + e.Access.String()
	if e.Deny {
		s = "deny " + s
	}
	if f := e.Flags.String(); f != "" {
		s += " " + f
	}
	return s
}

// ACL is the discretionary access list of a file, a folder or a share. Owner and protection have Settings of their own
// (acl:PATH@owner, acl:PATH@protected), because not every source shows them.
type ACL struct {
	// Null is true where there is no list at all: then everybody may do everything.
	Null    bool
	Entries []ACE
}

// String returns the canonical form, equal whichever text form it was read from.
func (l ACL) String() string {
	if l.Null {
		return "no access list: everybody has full access"
	}
	if len(l.Entries) == 0 {
		return "empty: nobody has access"
	}
	entries := make([]string, len(l.Entries))
	for i, e := range l.Entries {
		entries[i] = e.String()
	}
	return strings.Join(entries, "; ")
}

// Place is a part of a folder that an entry can reach.
type Place int

// The Places.
const (
	Folder Place = iota
	Subfolders
	Files
)

// reaches reports whether an entry decides at a Place. What an entry gives that is not handed on below the first level it
// does not give to all subfolders and files; what such an entry denies is denied to some.
func (e ACE) reaches(p Place) bool {
	handedOn := e.Deny || e.Flags&NoPropagate == 0
	switch p {
	case Subfolders:
		return e.Flags&ContainerInherit != 0 && handedOn
	case Files:
		return e.Flags&ObjectInherit != 0 && handedOn
	}
	return e.Flags&InheritOnly == 0
}

// Granted returns what the list gives at a Place to a bearer of exactly these SIDs: for every right the first entry that
// speaks of it decides, as Windows does. Entries that are not understood give and take nothing.
func (l ACL) Granted(p Place, bearer func(ACE) bool) Access {
	if l.Null {
		return FullControl
	}
	var granted, decided Access
	for _, e := range l.Entries {
		if e.Other != "" || !e.reaches(p) || !bearer(e) {
			continue
		}
		if !e.Deny {
			granted |= e.Access &^ decided
		}
		decided |= e.Access
	}
	return granted
}
