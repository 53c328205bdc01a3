package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

var (
	labTech  = evidence.AppPoolSID("LabTech")
	webCC    = evidence.AppPoolSID("LabTech WebCC")
	restAPI  = evidence.AppPoolSID("CwaRestApi")
	wantFour = []string{string(labTech) + " modify", string(webCC) + " modify", string(restAPI) + " modify", "S-1-5-18 modify"}
)

const everywhere = evidence.ObjectInherit | evidence.ContainerInherit

func allow(sid evidence.SID, a evidence.Access, flags evidence.Inheritance) evidence.ACE {
	return evidence.ACE{Principal: evidence.Principal{SID: sid}, Access: a, Flags: flags}
}

func deny(sid evidence.SID, a evidence.Access, flags evidence.Inheritance) evidence.ACE {
	return evidence.ACE{Deny: true, Principal: evidence.Principal{SID: sid}, Access: a, Flags: flags}
}

func named(name string, a evidence.Access, flags evidence.Inheritance) evidence.ACE {
	return evidence.ACE{Principal: evidence.Principal{Name: name}, Access: a, Flags: flags}
}

// good is the list that the guide asks for.
func good(more ...evidence.ACE) evidence.ACL {
	return evidence.ACL{Entries: append([]evidence.ACE{
		allow(labTech, evidence.Modify, everywhere), allow(webCC, evidence.Modify, everywhere),
		allow(restAPI, evidence.Modify, everywhere), allow("S-1-5-18", evidence.Modify, everywhere),
	}, more...)}
}

func cite(item string) evidence.Citation {
	return evidence.Citation{Item: "data/items/acl/" + item, Line: 1, Length: 9}
}

// host builds a Case from contents of one Item each.
type host struct{ contents []evidence.Content }

func (h *host) item(name string) *evidence.Content {
	h.contents = append(h.contents, evidence.Content{Item: evidence.Item{Path: "data/items/acl/" + name, Name: name, Status: evidence.Captured}})
	return &h.contents[len(h.contents)-1]
}

func (h *host) set(item string, a evidence.Address, v evidence.Value) *host {
	h.item(item).Setting(evidence.Setting{Address: a, Value: v, Cite: cite(item)})
	return h
}

func (h *host) cover(item string, scope evidence.Address) *host {
	h.item(item).Covered(evidence.Coverage{Scope: scope, Cite: cite(item)})
	return h
}

func (h *host) problem(item string, scope evidence.Address) *host {
	h.item(item).Problem(evidence.Problem{Scope: scope, Message: "not understood", Cite: cite(item)})
	return h
}

func (h *host) judge(t *testing.T, c evidence.Check) evidence.Verdict {
	t.Helper()
	judge, err := Prepare(c)
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Combine(evidence.BasisEvidence, judge(Case{Facts: evidence.NewFacts(h.contents), Answers: &evidence.Answers{}})...)
}

// told lists the Results of a Verdict with what was found.
func told(v evidence.Verdict) string {
	var lines []string
	for _, r := range v.Reasons {
		lines = append(lines, fmt.Sprintf("%s: %s [%s]", r.Result, r.Actual, r.Note))
	}
	return strings.Join(lines, "\n")
}

func TestFolderRights(t *testing.T) {
	without := func(sid evidence.SID) evidence.ACL {
		var l evidence.ACL
		for _, e := range good().Entries {
			if e.Principal.SID != sid {
				l.Entries = append(l.Entries, e)
			}
		}
		return l
	}
	replaced := func(with evidence.ACE) evidence.ACL {
		l := without(with.Principal.SID)
		l.Entries = append(l.Entries, with)
		return l
	}
	for _, test := range []struct {
		name string
		list evidence.ACL
		want evidence.Result
		says string
	}{
		{"as the guide asks", good(), evidence.Pass, ""},
		{"Administrators too", good(allow("S-1-5-32-544", evidence.FullControl, everywhere)), evidence.Pass, "this is a note"},
		{"SYSTEM has more", replaced(allow("S-1-5-18", evidence.FullControl, everywhere)), evidence.Pass, "NT AUTHORITY\\SYSTEM has more than Modify"},
		{"an inherited entry counts", replaced(allow(labTech, evidence.Modify, everywhere|evidence.Inherited)), evidence.Pass, ""},
		{"a pool has more", replaced(allow(labTech, evidence.FullControl, everywhere)), evidence.Fail, "IIS APPPOOL\\LabTech has more than Modify"},
		{"a pool may delete children", replaced(allow(labTech, evidence.Modify|0x40, everywhere)), evidence.Fail, "has more than Modify"},
		{"a pool is missing", without(restAPI), evidence.Fail, "CwaRestApi is not on the list"},
		{"SYSTEM is missing", without("S-1-5-18"), evidence.Fail, "SYSTEM is not on the list"},
		{"a pool may only read", replaced(allow(webCC, evidence.ReadAndExecute, everywhere)), evidence.Fail, "has less than Modify on the folder, its subfolders, its files"},
		{"on the folder alone", replaced(allow(webCC, evidence.Modify, 0)), evidence.Fail, "has less than Modify on its subfolders, its files"},
		{"on the content alone", replaced(allow(webCC, evidence.Modify, everywhere|evidence.InheritOnly)), evidence.Fail, "has less than Modify on the folder"},
		{"not on files", replaced(allow(webCC, evidence.Modify, evidence.ContainerInherit)), evidence.Fail, "on its files"},
		{"denied", evidence.ACL{Entries: append([]evidence.ACE{deny(labTech, 0x2, everywhere)}, good().Entries...)}, evidence.Fail, "LabTech has less"},
		{"denied through Everyone", evidence.ACL{Entries: append([]evidence.ACE{deny("S-1-1-0", 0x10000, everywhere)}, good().Entries...)}, evidence.Fail, "denied through groups"},
		{"Everyone reads", good(allow("S-1-1-0", evidence.ReadAndExecute, everywhere)), evidence.Fail, "Everyone, a group"},
		{"Anonymous", good(allow("S-1-5-7", evidence.ReadOnly, 0)), evidence.Fail, "ANONYMOUS"},
		{"Authenticated Users", good(allow("S-1-5-11", evidence.Modify, everywhere)), evidence.Fail, "Authenticated Users"},
		{"Users", good(allow("S-1-5-32-545", evidence.ReadAndExecute, everywhere)), evidence.Fail, "BUILTIN\\Users"},
		{"Guests", good(allow("S-1-5-32-546", evidence.ReadAndExecute, everywhere)), evidence.Fail, "BUILTIN\\Guests"},
		{"Domain Users", good(allow("S-1-5-21-1-2-3-513", evidence.ReadOnly, everywhere)), evidence.Fail, "Domain Users"},
		{"Domain Users by name", good(named(`EXAMPLE\Domain Users`, evidence.ReadOnly, everywhere)), evidence.Fail, "Domain Users"},
		{"Everyone denied writing, which takes from nobody named", good(deny("S-1-5-32-546", evidence.FullControl, everywhere)), evidence.Pass, "only denied"},
		{"Users, denied before", good(deny("S-1-5-32-545", evidence.FullControl, everywhere), allow("S-1-5-32-545", evidence.ReadAndExecute, everywhere)), evidence.Pass, "denied all that it is allowed"},
		{"Users, denied to subfolders alone", good(deny("S-1-5-32-545", evidence.FullControl, everywhere|evidence.InheritOnly), allow("S-1-5-32-545", evidence.ReadAndExecute, everywhere)), evidence.Fail, "BUILTIN\\Users"},
		{"Domain Computers", good(allow("S-1-5-21-1-2-3-515", evidence.ReadOnly, everywhere)), evidence.Fail, "Domain Computers"},
		{"NETWORK", good(allow("S-1-5-2", evidence.ReadOnly, everywhere)), evidence.Fail, "NETWORK"},
		{"INTERACTIVE", good(allow("S-1-5-4", evidence.ReadOnly, everywhere)), evidence.Fail, "INTERACTIVE"},
		{"Everyone in Spanish", good(named("Todos", evidence.ReadOnly, everywhere)), evidence.Fail, "Todos"},
		{"somebody else", good(allow("S-1-5-21-1-2-3-1105", evidence.ReadOnly, everywhere)), evidence.NeedsReview, "S-1-5-21-1-2-3-1105 has access"},
		{"CREATOR OWNER", good(allow("S-1-3-0", evidence.FullControl, everywhere|evidence.InheritOnly)), evidence.NeedsReview, "CREATOR OWNER"},
		{"an entry that is not understood gives nothing", evidence.ACL{Entries: append(without(labTech).Entries, evidence.ACE{Other: "(XA;;FA;;;WD;(x))"})}, evidence.Fail, "LabTech is not on the list"},
		{"SYSTEM under a name that is not known", evidence.ACL{Entries: append(without("S-1-5-18").Entries, named(`NT AUTHORITY\СИСТЕМА`, evidence.FullControl, everywhere))}, evidence.NeedsReview, "translated name"},
		{"a pool is missing, whatever names there are", evidence.ACL{Entries: append(without(labTech).Entries, named(`EXAMPLE\svc`, evidence.Modify, everywhere))}, evidence.Fail, "LabTech is not on the list"},
		{"no list at all", evidence.ACL{Null: true}, evidence.Fail, "everybody has full access"},
		{"an empty list", evidence.ACL{}, evidence.Fail, "is not on the list"},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := new(host).set("a.txt", `acl:C:\LTShare`, test.list)
			v := h.judge(t, evidence.Check{Kind: "folder-rights", Address: `acl:C:\LTShare`, Want: wantFour})
			if v.Result != test.want || !strings.Contains(told(v), test.says) {
				t.Errorf("%s, want %s and %q:\n%s", v.Result, test.want, test.says, told(v))
			}
		})
	}
}

func TestFolderRightsWithoutCertainty(t *testing.T) {
	check := evidence.Check{Kind: "folder-rights", Address: `acl:C:\LTShare`, Want: wantFour}
	setup := LTShareSetting
	at := func(path string) evidence.Registry { return evidence.RegistryText(evidence.RegSZ, path) }
	for _, test := range []struct {
		name string
		host *host
		want evidence.Result
		says string
	}{
		{"nothing collected", new(host), evidence.NotCollected, "nothing that was collected"},
		{"another folder only", new(host).set("a.txt", `acl:C:\Windows`, good()), evidence.NotCollected, ""},
		{"two files disagree", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:c:\ltshare`, good(allow("S-1-1-0", 1, 0))), evidence.NeedsReview, ""},
		{"two files agree", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:c:\ltshare`, good()), evidence.Pass, ""},
		{"part was not understood", new(host).set("a.txt", `acl:C:\LTShare`, good()).problem("a.txt", `acl:C:\LTShare`), evidence.NeedsReview, "Not everything could be read"},
		{"the file was not understood", new(host).set("a.txt", `acl:C:\LTShare`, good()).problem("a.txt", `acl:`), evidence.NeedsReview, ""},
		{"the file was cut short", new(host).set("a.txt", `acl:C:\LTShare`, good()).problem("a.txt", ""), evidence.NeedsReview, ""},
		{"a folder below was not understood", new(host).set("a.txt", `acl:C:\LTShare`, good()).problem("a.txt", `acl:C:\LTShare\x`), evidence.Pass, ""},
		{"another file was not understood", new(host).set("a.txt", `acl:C:\LTShare`, good()).problem("b.txt", `acl:`), evidence.Pass, ""},
		{"a failure stands beside a doubt", new(host).set("a.txt", `acl:C:\LTShare`, good(allow("S-1-1-0", 1, 0))).problem("a.txt", `acl:C:\LTShare`), evidence.Fail, ""},
		{"only a problem", new(host).problem("a.txt", `acl:C:\LTShare`), evidence.NeedsReview, ""},
		{"one file shows two lists", new(host).set("a.txt", `acl:C:\LTShare`, good(allow("S-1-1-0", 1, 0))).set("a.txt", `acl:C:\LTShare`, good()), evidence.NeedsReview, "also shows"},
		{"a folder below is open", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\LTShare\Transfer`, good(allow("S-1-1-0", evidence.ReadOnly, everywhere))), evidence.Fail, `C:\LTShare\Transfer lets in Everyone`},
		{"a folder below has no list", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\ltshare\transfer`, evidence.ACL{Null: true}), evidence.Fail, "everybody has full access"},
		{"a folder below denies", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\LTShare\Transfer`, good(deny("S-1-1-0", evidence.FullControl, everywhere))), evidence.Pass, ""},
		{"a folder below denies before it allows", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\LTShare\Transfer`,
			good(deny("S-1-1-0", evidence.FullControl, everywhere), allow("S-1-1-0", evidence.ReadOnly, everywhere))), evidence.Pass, ""},
		{"a folder beside is open", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\LTShareOld\x`, good(allow("S-1-1-0", 1, 0))), evidence.Pass, ""},
		{"an odd owner", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\LTShare@owner`, evidence.Principal{SID: "S-1-5-21-1-2-3-1105"}), evidence.NeedsReview, "owns it"},
		{"a usual owner", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:C:\LTShare@owner`, evidence.Principal{SID: "S-1-5-32-544"}), evidence.Pass, ""},
		{"the registry says where", new(host).set("a.txt", `acl:D:\LTShare`, good()).set("r.reg", setup, at(`D:\LTShare\`)), evidence.Pass, `The registry says that LTShare is D:\LTShare.`},
		{"the registry names a folder that was not captured", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("r.reg", setup, at(`E:\Automate`)), evidence.NotCollected, `E:\Automate`},
		{"the registry beats the name", new(host).set("a.txt", `acl:C:\LTShare`, good()).set("b.txt", `acl:E:\LTShare`, evidence.ACL{}).set("r.reg", setup, at(`E:\LTShare`)), evidence.Fail, ""},
		{"the only one of the name", new(host).set("a.txt", `acl:D:\Automate\LTShare`, good()), evidence.Pass, `The only captured folder named LTShare is D:\Automate\LTShare.`},
		{"a bare name", new(host).set("a.txt", `acl:LTShare`, good()).set("r.reg", setup, at(`C:\LTShare`)), evidence.Pass, "no full path"},
		{"two of the name elsewhere", new(host).set("a.txt", `acl:D:\LTShare`, good()).set("b.txt", `acl:E:\LTShare`, good()), evidence.NotCollected, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := test.host.judge(t, check)
			if v.Result != test.want || !strings.Contains(told(v), test.says) {
				t.Errorf("%s, want %s and %q:\n%s", v.Result, test.want, test.says, told(v))
			}
		})
	}
}

func TestFolderGrants(t *testing.T) {
	for sid, want := range map[evidence.SID]evidence.Result{labTech: evidence.Pass, "S-1-5-18": evidence.Pass, "S-1-5-19": evidence.Fail} {
		h := new(host).set("a.txt", `acl:C:\LTShare`, good(allow("S-1-1-0", evidence.FullControl, everywhere)))
		v := h.judge(t, evidence.Check{Kind: "folder-grants", Address: `acl:C:\LTShare`, Want: []string{string(sid) + " modify"}})
		if v.Result != want {
			t.Errorf("%s: %s, want %s", sid, v.Result, want)
		}
	}
}

func TestShareRights(t *testing.T) {
	check := evidence.Check{Kind: "share-rights", Address: `share:C:\LTShare`, Want: []string{"not S-1-1-0", "not S-1-5-7", "not S-1-5-11", "not S-1-5-32-545"}}
	share := func(path string) evidence.Share { return evidence.Share{Path: path} }
	list := func(entries ...evidence.ACE) evidence.ACL { return evidence.ACL{Entries: entries} }
	everyone, admins := list(allow("S-1-1-0", evidence.ReadAndExecute, 0)), list(allow("S-1-5-32-544", evidence.FullControl, 0))
	listed := func() *host { return new(host).cover("r.reg", "share:").cover("r.reg", "share-security:") }
	for _, test := range []struct {
		name string
		host *host
		want evidence.Result
		says string
	}{
		{"nothing collected", new(host), evidence.NotCollected, "No complete list"},
		{"no shares", listed(), evidence.Pass, "names none of these folders"},
		{"shared to administrators", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", admins), evidence.Pass, "lets in"},
		{"shared to Everyone", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", everyone), evidence.Fail, "lets Everyone in"},
		{"default descriptor", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)), evidence.Fail, "default descriptor"},
		{"permissions not collected", new(host).cover("r.reg", "share:").set("r.reg", "share:LTShare", share(`C:\LTShare`)), evidence.NotCollected, "permissions are not known"},
		{"under another name", listed().set("r.reg", "share:Data", share(`c:\ltshare\`)).set("r.reg", "share-security:Data", everyone), evidence.Fail, "Share Data"},
		{"a folder above", listed().set("r.reg", "share:Root", share(`C:\`)).set("r.reg", "share-security:Root", everyone), evidence.Fail, "a folder above it"},
		{"a folder below", listed().set("r.reg", "share:T", share(`C:\LTShare\Transfer`)).set("r.reg", "share-security:T", everyone), evidence.Fail, "a folder below it"},
		{"the administrative share", listed().set("r.reg", "share:C$", share(`C:\`)), evidence.Pass, ""},
		{"a neighbour", listed().set("r.reg", "share:X", share(`C:\LTShare2`)).set("r.reg", "share-security:X", everyone), evidence.Pass, ""},
		{"one share known, the list not", new(host).set("a.txt", "share:LTShare", share(`C:\LTShare`)).set("a.txt", "share-security:LTShare", admins), evidence.NotCollected, "No complete list"},
		{"open, the list not known", new(host).set("a.txt", "share:LTShare", share(`C:\LTShare`)).set("a.txt", "share-security:LTShare", everyone), evidence.Fail, ""},
		{"denied before", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare",
			list(deny("S-1-1-0", evidence.FullControl, 0), allow("S-1-1-0", evidence.ReadOnly, 0))), evidence.Pass, ""},
		{"a name that is not known", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", list(named("Усі", 1, 0))), evidence.NeedsReview, "Усі"},
		{"Domain Users", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", list(allow("S-1-5-21-1-2-3-513", 1, 0))), evidence.Fail, "lets Domain Users in"},
		{"whoever was authenticated", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", list(allow("S-1-18-1", evidence.FullControl, 0))), evidence.Fail, "asserted identity"},
		{"whoever logged on by NTLM", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", list(allow("S-1-5-64-10", evidence.FullControl, 0))), evidence.Fail, "NTLM"},
		{"no list on the share", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).set("r.reg", "share-security:LTShare", evidence.ACL{Null: true}), evidence.Fail, "everybody"},
		{"an entry that was not understood", listed().problem("r.reg", "share:Odd"), evidence.NeedsReview, "not understood"},
		{"permissions not understood", listed().set("r.reg", "share:LTShare", share(`C:\LTShare`)).problem("r.reg", "share-security:LTShare"), evidence.NeedsReview, "not understood"},
		{"two files disagree on the place", listed().set("a.txt", "share:LTShare", share(`C:\LTShare`)).set("b.txt", "share:LTShare", share(`D:\LTShare`)), evidence.NeedsReview, ""},
		{"moved", listed().set("r.reg", LTShareSetting, evidence.RegistryText(evidence.RegSZ, `D:\LTShare`)).
			set("r.reg", "share:LTShare", share(`D:\LTShare`)).set("r.reg", "share-security:LTShare", everyone), evidence.Fail, `D:\LTShare`},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := test.host.judge(t, check)
			if v.Result != test.want || !strings.Contains(told(v), test.says) {
				t.Errorf("%s, want %s and %q:\n%s", v.Result, test.want, test.says, told(v))
			}
		})
	}
}

func TestGroupMembers(t *testing.T) {
	members := evidence.Group{Members: []evidence.Principal{{SID: "S-1-5-21-1-2-3-500"}, {SID: "S-1-5-21-9-9-9-512"}}}
	const admins = "group:S-1-5-32-544"
	for _, test := range []struct {
		name string
		host *host
		want []string
		is   evidence.Result
	}{
		{"for review", new(host).set("a", admins, members), []string{"review"}, evidence.NeedsReview},
		{"as wanted", new(host).set("a", admins, members), []string{"only *-500", "only S-1-5-21-9-9-9-512"}, evidence.Pass},
		{"one more", new(host).set("a", admins, members), []string{"only *-500"}, evidence.Fail},
		{"a name", new(host).set("a", admins, evidence.Group{Members: []evidence.Principal{{Name: "admin"}}}), []string{"only *-500"}, evidence.NeedsReview},
		{"a name that an account has", new(host).set("a", admins+"@names", evidence.Group{Members: []evidence.Principal{{Name: "srvadmin"}}}).
			set("b", "account:S-1-5-21-1-2-3-500", evidence.Account{Name: "SrvAdmin"}), []string{"only *-500"}, evidence.Pass},
		{"a name that two accounts have", new(host).set("a", admins+"@names", evidence.Group{Members: []evidence.Principal{{Name: "x"}}}).
			set("b", "account:S-1-5-21-1-2-3-500", evidence.Account{Name: "x"}).set("c", "account:S-1-5-21-4-5-6-500", evidence.Account{Name: "x"}), []string{"only *-500"}, evidence.NeedsReview},
		{"incomplete", new(host).set("a", admins, members).problem("a", admins), []string{"only *-500", "only *-512"}, evidence.NeedsReview},
		{"not collected", new(host), []string{"review"}, evidence.NotCollected},
	} {
		if v := test.host.judge(t, evidence.Check{Kind: "group-members", Address: admins, Want: test.want}); v.Result != test.is {
			t.Errorf("%s: %s, want %s:\n%s", test.name, v.Result, test.is, told(v))
		}
	}
}

func TestAccessChecksAreRefused(t *testing.T) {
	got := map[string]string{}
	for _, c := range []evidence.Check{
		{Kind: "folder-rights", Address: `share:C:\x`, Want: wantFour},
		{Kind: "folder-rights", Address: `acl:C:\x`},
		{Kind: "folder-rights", Address: `acl:C:\x`, Want: []string{"SYSTEM modify"}},
		{Kind: "folder-rights", Address: `acl:C:\x`, Want: []string{"S-1-5-18 everything"}},
		{Kind: "folder-grants", Address: `acl:C:\x`, Want: wantFour},
		{Kind: "share-rights", Address: `share:C:\x`, Want: []string{"S-1-1-0"}},
		{Kind: "group-members", Address: `group:S-1-5-32-544`},
		{Kind: "group-members", Address: `group:S-1-5-32-544`, Want: []string{"only me"}},
	} {
		if _, err := Prepare(c); err == nil {
			got[fmt.Sprint(c)] = "accepted"
		}
	}
	if diff := cmp.Diff(map[string]string{}, got); diff != "" {
		t.Error(diff)
	}
}
