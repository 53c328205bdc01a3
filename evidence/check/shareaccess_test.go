package check

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

var shareCheck = evidence.Check{Kind: "share-rights", Address: `share:C:\LTShare`, Want: []string{"not S-1-1-0", "not S-1-5-7", "not S-1-5-11", "not S-1-5-32-545"}}

// sharedAs is a host of which one share of a path is known as a whole.
func sharedAs(path string, entries ...evidence.ACE) *host {
	return new(host).cover("r.reg", "share:").cover("r.reg", "share-security:").
		set("r.reg", "share:LTShare", evidence.Share{Path: path}).set("r.reg", "share-security:LTShare", evidence.ACL{Entries: entries})
}

func TestShareOpenToBroadGroups(t *testing.T) {
	full := evidence.FullControl
	for _, test := range []struct {
		name    string
		entries []evidence.ACE
		want    evidence.Result
		says    string
	}{
		{"Domain Computers", []evidence.ACE{allow("S-1-5-21-1-2-3-515", full, 0)}, evidence.Fail, "lets Domain Computers in: Full control"},
		{"Domain Guests", []evidence.ACE{allow("S-1-5-21-1-2-3-514", full, 0)}, evidence.Fail, "Domain Guests"},
		{"Guests", []evidence.ACE{allow("S-1-5-32-546", full, 0)}, evidence.Fail, `BUILTIN\Guests`},
		{"NETWORK", []evidence.ACE{allow("S-1-5-2", full, 0)}, evidence.Fail, "NETWORK"},
		{"This Organization", []evidence.ACE{allow("S-1-5-15", full, 0)}, evidence.Fail, "This Organization"},
		{"Domain Users by name", []evidence.ACE{named(`EXAMPLE\Domain Users`, full, 0)}, evidence.Fail, "Domain Users"},
		{"in German", []evidence.ACE{named(`BEISPIEL\Domänen-Benutzer`, full, 0)}, evidence.Fail, "Domänen-Benutzer"},
		{"in Spanish", []evidence.ACE{named(`EJEMPLO\Usuarios del dominio`, full, 0)}, evidence.Fail, "Usuarios del dominio"},
		{"Everyone in Dutch", []evidence.ACE{named("Iedereen", full, 0)}, evidence.Fail, "Iedereen"},
		{"a group of one's own that is called so", []evidence.ACE{named(`EXAMPLE\Iedereen`, full, 0)}, evidence.NeedsReview, "SIDs are not known"},
		// Whoever comes to a share logs on over the network: these have none of those who do.
		{"INTERACTIVE", []evidence.ACE{allow("S-1-5-4", full, 0)}, evidence.NeedsReview, "who logs on over the network"},
		{"all app packages", []evidence.ACE{allow("S-1-15-2-1", full, 0)}, evidence.NeedsReview, "ALL APPLICATION PACKAGES"},
		{"one more, and Administrators", []evidence.ACE{allow("S-1-5-32-544", full, 0), allow("S-1-5-21-1-2-3-512", full, 0)}, evidence.Pass, "Domain Admins"},
		{"several broad ones are all told", []evidence.ACE{allow("S-1-5-11", 0x1200a9, 0), allow("S-1-5-21-1-2-3-513", full, 0)}, evidence.Fail, `NT AUTHORITY\Authenticated Users in: Read; Domain Users in: Full control`},
		{"an unknown name beside a broad group", []evidence.ACE{named(`EXAMPLE\x`, full, 0), allow("S-1-1-0", full, 0)}, evidence.Fail, "Everyone"},

		{"itself denied before", []evidence.ACE{deny("S-1-5-21-1-2-3-513", full, 0), allow("S-1-5-21-1-2-3-513", full, 0)}, evidence.Pass, ""},
		{"denied to Everyone before", []evidence.ACE{deny("S-1-1-0", full, 0), allow("S-1-5-21-1-2-3-513", full, 0)}, evidence.Pass, ""},
		{"denied to NETWORK before", []evidence.ACE{deny("S-1-5-2", full, 0), allow("S-1-1-0", full, 0)}, evidence.Pass, ""},
		{"denied after", []evidence.ACE{allow("S-1-5-21-1-2-3-513", 0x1200a9, 0), deny("S-1-1-0", full, 0)}, evidence.Fail, "Domain Users in: Read"},
		{"only changing is denied", []evidence.ACE{deny("S-1-1-0", evidence.WriteOnly&^0x120000, 0), allow("S-1-5-21-1-2-3-513", full, 0)}, evidence.Fail, "Domain Users"},
		{"denied to another group", []evidence.ACE{deny("S-1-5-21-1-2-3-1105", full, 0), allow("S-1-1-0", full, 0)}, evidence.Fail, "Everyone"},
		// Guest is no member of Authenticated Users, and somebody may have put it into Users.
		{"denied to most of them", []evidence.ACE{deny("S-1-5-11", full, 0), allow("S-1-5-32-545", full, 0)}, evidence.NeedsReview, "whether all of them are denied it"},
		{"Anonymous is not in Everyone on every host", []evidence.ACE{deny("S-1-1-0", full, 0), allow("S-1-5-7", full, 0)}, evidence.NeedsReview, "ANONYMOUS"},
		{"an entry that is not understood", []evidence.ACE{allow("S-1-5-32-544", full, 0), {Other: "(XA;;FA;;;WD;(x))"}}, evidence.NeedsReview, "(XA;;FA;;;WD;(x))"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := sharedAs(`C:\LTShare`, test.entries...).judge(t, shareCheck)
			if v.Result != test.want || !strings.Contains(told(v), test.says) {
				t.Errorf("%s, want %s and %q:\n%s", v.Result, test.want, test.says, told(v))
			}
		})
	}
}

// TestShareThroughAGroup: a group of one's own into which a broad group was put is as broad.
func TestShareThroughAGroup(t *testing.T) {
	members := func(all ...evidence.Principal) evidence.Group { return evidence.Group{Members: all} }
	for name, test := range map[string]struct {
		h    *host
		want evidence.Result
	}{
		"Domain Users in it": {sharedAs(`C:\LTShare`, allow("S-1-5-32-544", evidence.FullControl, 0)).
			set("g.json", "group:S-1-5-32-544", members(evidence.Principal{SID: "S-1-5-21-1-2-3-500"}, evidence.Principal{SID: "S-1-5-21-9-9-9-513"})), evidence.Fail},
		"by name": {sharedAs(`C:\LTShare`, allow("S-1-5-32-544", evidence.FullControl, 0)).
			set("g.txt", "group:S-1-5-32-544@names", members(evidence.Principal{Name: `EXAMPLE\Domain Users`})), evidence.Fail},
		"people in it": {sharedAs(`C:\LTShare`, allow("S-1-5-32-544", evidence.FullControl, 0)).
			set("g.json", "group:S-1-5-32-544", members(evidence.Principal{SID: "S-1-5-21-1-2-3-500"})), evidence.Pass},
	} {
		if v := test.h.judge(t, shareCheck); v.Result != test.want {
			t.Errorf("%s: %s, want %s:\n%s", name, v.Result, test.want, told(v))
		}
	}
}

// TestShareAndFolderTogether: who comes over the network has what both lists give, which is told. The share itself must be
// closed even where the folder's list is narrower, as the guide says it.
func TestShareAndFolderTogether(t *testing.T) {
	users, everyone := allow("S-1-5-32-545", evidence.ReadAndExecute, everywhere), allow("S-1-1-0", evidence.FullControl, 0)
	for name, test := range map[string]struct {
		h    *host
		want evidence.Result
		says string
	}{
		"the folder itself, its list narrow": {sharedAs(`C:\LTShare`, everyone).set("a.txt", `acl:C:\LTShare`, good()), evidence.Fail, "asks it of the share itself"},
		"the folder itself, its list open":   {sharedAs(`C:\LTShare`, everyone).set("a.txt", `acl:C:\LTShare`, good(users)), evidence.Fail, `gives BUILTIN\Users: Read`},
		"the folder itself, no list":         {sharedAs(`C:\LTShare`, everyone).set("a.txt", `acl:C:\LTShare`, evidence.ACL{Null: true}), evidence.Fail, "has no access list"},
		"a folder above, its list narrow":    {sharedAs(`C:\`, everyone).set("a.txt", `acl:C:\LTShare`, good()), evidence.Fail, "gives no broad group anything"},
		"a folder above, its list open":      {sharedAs(`C:\`, everyone).set("a.txt", `acl:C:\LTShare`, good(users)), evidence.Fail, `gives BUILTIN\Users: Read`},
		"a folder above, a name unknown":     {sharedAs(`C:\`, everyone).set("a.txt", `acl:C:\LTShare`, good(named("Usuaris", 1, 0))), evidence.Fail, "-"},
		"a folder above, a list doubtful":    {sharedAs(`C:\`, everyone).set("a.txt", `acl:C:\LTShare`, good()).problem("a.txt", `acl:C:\LTShare`), evidence.Fail, "-"},
		"a folder above, below it open": {sharedAs(`C:\`, everyone).set("a.txt", `acl:C:\LTShare`, good()).
			set("b.txt", `acl:C:\LTShare\Transfer`, good(users)), evidence.Fail, "-"},
		"a folder below, only the upper list":    {sharedAs(`C:\LTShare\T`, everyone).set("a.txt", `acl:C:\LTShare`, good()), evidence.Fail, "-"},
		"a folder below, its own list narrow":    {sharedAs(`C:\LTShare\T`, everyone).set("a.txt", `acl:C:\LTShare\T`, good()), evidence.Fail, "gives no broad group anything"},
		"a folder above, denied to who may read": {sharedAs(`C:\`, everyone).set("a.txt", `acl:C:\LTShare`, good(deny("S-1-1-0", evidence.FullControl, everywhere), users)), evidence.Fail, "gives no broad group anything"},
	} {
		v := test.h.judge(t, shareCheck)
		if v.Result != test.want || !strings.Contains(told(v), strings.TrimPrefix(test.says, "-")) {
			t.Errorf("%s: %s, want %s and %q:\n%s", name, v.Result, test.want, test.says, told(v))
		}
		if test.says == "-" && v.Reasons[0].Note != "" { // nothing certain can be said of the list
			t.Errorf("%s: notes %s", name, v.Reasons[0].Note)
		}
		cited := false
		for _, r := range v.Reasons {
			cited = cited || citesItem(r.Cites, "data/items/acl/a.txt")
		}
		if strings.Contains(test.says, "gives") && !cited {
			t.Errorf("%s: the folder's list is not cited", name)
		}
	}
}

// TestShareOfTheFolderHoweverWritten: Windows takes all these for C:\LTShare, or for a folder above or below it.
func TestShareOfTheFolderHoweverWritten(t *testing.T) {
	for path, want := range map[string]evidence.Result{
		`C:\LTShare`: evidence.Fail, `c:\ltshare\`: evidence.Fail, `C:/LTShare`: evidence.Fail, `C:\LTShare.`: evidence.Fail, `C:\LTShare `: evidence.Fail,
		`C:\\LTShare`: evidence.Fail, `C:\.\LTShare`: evidence.Fail, `C:\Windows\..\LTShare`: evidence.Fail, `\\?\C:\LTShare`: evidence.Fail,
		`\\.\C:\LTShare`: evidence.Fail, `C:`: evidence.Fail, `C:\LTShare\Transfer`: evidence.Fail, `C:\..\LTShare`: evidence.Fail,
		`C:\LTShare2`: evidence.Pass, `D:\LTShare`: evidence.Pass, `C:\Data\LTShare`: evidence.Pass, `C:\LTShare\..\Data`: evidence.Pass,
	} {
		if v := sharedAs(path, allow("S-1-1-0", evidence.FullControl, 0)).judge(t, shareCheck); v.Result != want {
			t.Errorf("a share of %s: %s, want %s:\n%s", path, v.Result, want, told(v))
		}
	}
}
