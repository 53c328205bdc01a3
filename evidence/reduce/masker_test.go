package reduce

import (
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

var testVocabulary = sync.OnceValue(func() vocabulary {
	v := newVocabulary()
	v.learn(`The folder C:\LTShare and C:\inetpub\wwwroot\labtech\web.config; Default Web Site; TCP 3306; DisabledByDefault`)
	return v
})

// testMasker knows a guide's sentence, a server, an account and what a person said.
func testMasker() *masker {
	m := newMasker(testVocabulary())
	m.phrases.server("AUTOMATE01.corp.example")
	m.phrases.keep("Jo Sender")
	m.phrases.account("svc-backup")
	m.phrases.account("jdoe")
	m.phrases.leave(outComments, "we looked at it\n with Anna in the cellar.")
	m.items["data/items/acl/jdoe.txt"] = true
	return m
}

func TestText(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		// What is known stays.
		{`IIS APPPOOL\LabTech has Modify on the folder C:\LTShare`, `IIS APPPOOL\LabTech has Modify on the folder C:\LTShare`},
		{"anyone can reach TCP 3306: listens on TCP 0.0.0.0:3306 and [::]:3306", "anyone can reach TCP 3306: listens on TCP 0.0.0.0:3306 and [::]:3306"},
		{"127.0.0.1, ::1, 255.255.255.0, 0.0.0.0/0", "127.0.0.1, ::1, 255.255.255.0, 0.0.0.0/0"},
		{`S-1-5-32-544 (BUILTIN\Administrators), NT AUTHORITY\SYSTEM`, `S-1-5-32-544 (BUILTIN\Administrators), NT AUTHORITY\SYSTEM`},
		{"ConnectWise Control 22.8.10013.8329, build 17763, KB5005112, V3R8", "ConnectWise Control 22.8.10013.8329, build 17763, KB5005112, V3R8"},
		{"audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}", "audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}"},
		{"was read as a whole in data/items/acl/jdoe.txt.", "was read as a whole in data/items/acl/jdoe.txt."},
		{"Jo Sender attested it on AUTOMATE01, AUTOMATE01$", "Jo Sender attested it on AUTOMATE01, AUTOMATE01$"},
		{`C:\inetpub\wwwroot\labtech\web.config`, `C:\inetpub\wwwroot\labtech\web.config`},
		// Names that Windows gives its own firewall rules, and IIS its own fields, are not the company's.
		{`rule "NETDIS-FDPHOST-In-UDP-Active", rule "CoreNet-Diag-ICMP4-EchoRequest-In-NoScope"`, `rule "NETDIS-FDPHOST-In-UDP-Active", rule "CoreNet-Diag-ICMP4-EchoRequest-In-NoScope"`},
		{`"MSDTC-KTMRM-In-TCP" and "RemoteFwAdmin-RPCSS-In-TCP-NoScope"`, `"MSDTC-KTMRM-In-TCP" and "RemoteFwAdmin-RPCSS-In-TCP-NoScope"`},
		{"TimeTaken, ServerPort, UserAgent, Cookie, Referer, ProtocolVersion", "TimeTaken, ServerPort, UserAgent, Cookie, Referer, ProtocolVersion"},
		{`rule "NETDIS-acme-In-UDP"`, `rule "TEXT-1"`},
		// Accounts.
		{"3 members: Administrator, svc-backup, jdoe", "3 members: Administrator, ACCOUNT-1, ACCOUNT-2"},
		{"jdoe, JDOE and jdoe2; svc-backup-old", "ACCOUNT-1, ACCOUNT-1 and TEXT-1; TEXT-2"},
		{`ACME\jdoe has Modify; AUTOMATE01\jdoe, AUTOMATE01\Administrator`, `ACCOUNT-1 has Modify; AUTOMATE01\ACCOUNT-2, AUTOMATE01\Administrator`},
		{"S-1-5-21-11-22-33-1008 and S-1-5-21-11-22-33-500 (Administrator)", "ACCOUNT-1 and ACCOUNT-2 (Administrator)"},
		{"account:S-1-5-21-11-22-33-1008", "account:ACCOUNT-1"},
		{"mail to jo.doe@acme.example, and to jo.doe@acme.example", "TEXT-1 to ACCOUNT-1, and to ACCOUNT-1"},
		// Addresses.
		{"from 10.20.30.0/255.255.255.0, 10.20.30.40:139, tcp/10.20.30.40", "from ADDRESS-1/255.255.255.0, ADDRESS-2:139, tcp/ADDRESS-2"},
		{"10.20.30.%, 10.20.*, 192.168.1.x", "ADDRESS-1, ADDRESS-2, ADDRESS-3"},
		{"[fe80::1%4]:443, 2001:db8::17, ::ffff:10.1.2.3", "[ADDRESS-1]:443, ADDRESS-2, ADDRESS-3"},
		{"00-15-5D-01-02-03 at 10:20:30", "ADDRESS-1 at 10:20:30"},
		{"10.1.2.3.443, 300.10.1.2.3", "ADDRESS-1, ADDRESS-2"},
		{"at 10.20…", "at TEXT-1…"},
		// Hosts.
		{"https://portal.acme.example:8443/labtech/x, http://127.0.0.1.", "https://HOST-1:8443/labtech/x, http://127.0.0.1."},
		{"https://jo:secret@db.acme.example", "https://ACCOUNT-1@HOST-1"},
		{"of AUTOMATE01.corp.example and dc1.corp.example", "of AUTOMATE01.HOST-1 and HOST-2"},
		// Paths.
		{`C:\inetpub\acme\jdoe.txt, C:\inetpub\wwwroot\acme`, `C:\inetpub\PATH-1, C:\inetpub\wwwroot\PATH-2`},
		{`C:\Users\Mark Field\a folder, "C:\\Users\\x"`, `PATH-1, "PATH-2"`},
		{`\\server\backup\web, "\\\\server\\backup"`, `PATH-1, "PATH-2"`},
		{`registry:HKLM\SOFTWARE\Acme\Server!DisabledByDefault`, `registry:HKLM\SOFTWARE\PATH-1!DisabledByDefault`},
		{"Default Web Site/portal-acme is there", "Default Web Site/PATH-1 is there"},
		{"acmed.exe listens", "PATH-1 listens"},
		// Anything else.
		{`rule "Frank's old tunnel" allows it`, `rule "TEXT-1's TEXT-2" allows it`},
		{`the class Nachtschicht Zürich needs it`, `the class TEXT-1 needs it`},
		{"product:{1210478c-0af7-5005-93f7-0117e20d8d80}@displayversion", "product:{TEXT-1}@displayversion"},
		{"REG_BINARY 6a646f650000", "REG_BINARY TEXT-1"},
		{"hex: 6a,64,6f,65,00,00,00", "hex: TEXT-1"},
		// Nobody else writes masks.
		{"ACCOUNT-1 and text-7", "TEXT-1 and TEXT-2"},
		// What a person said.
		{"it holds (we looked at it with Anna in the cellar.)", "it holds ([withheld].)"},
	} {
		if got := testMasker().text(c.text); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

// TestSaid: what a person wrote, if the sender lets it stay, keeps its words wherever it stands; names and addresses in it do not.
func TestSaid(t *testing.T) {
	const comment = "we asked Anna about jdoe on 10.20.30.40, db1.corp.example and C:\\acme\\x.txt; see ACCOUNT-7 (twice)."
	const masked = `we asked Anna about ACCOUNT-1 on ADDRESS-1, HOST-1 and C:\PATH-1; see TEXT-1 (twice).`
	a := audit.Audit{Hosts: []audit.Host{{Name: "WEB01", Sections: []audit.Section{{Controls: []audit.Assessed{{ID: "x",
		After: evidence.Verdict{Reasons: []evidence.Reason{{Actual: "it holds (" + comment + "), Anna says"}}}}}}}}},
		Attested:   []evidence.Attestation{{Control: "x", By: "Jo Sender", Comment: comment}},
		Exceptions: []evidence.Exception{{Control: "y", Approver: "Jo Sender", Reason: "short"}, {Control: "z", Reason: "jdoe"}}}
	for _, c := range []struct {
		comments                                bool
		comment, reason, account, actual, holds string
	}{
		{false, Out, Out, Out, "it holds ([withheld].), TEXT-1 says", "comments of attestations"},
		{true, masked, "short", "ACCOUNT-1", "it holds (" + masked + "), TEXT-2 says", ""},
	} {
		got := Audit(a, Input{Public: []any{"it holds, says"}, Accounts: []string{"jdoe"}, Comments: c.comments})
		want := []string{c.comment, c.reason, c.account, c.actual}
		if d := cmp.Diff(want, []string{got.Attested[0].Comment, got.Exceptions[0].Reason, got.Exceptions[1].Reason,
			got.Hosts[0].Sections[0].Controls[0].After.Reasons[0].Actual}); d != "" {
			t.Errorf("comments %v: %s", c.comments, d)
		}
		listed := slices.ContainsFunc(got.Reduced.LeftOut, func(l audit.LeftOut) bool { return l.What == outComments || l.What == outReasons })
		if got.Reduced.Comments != c.comments || listed == c.comments {
			t.Errorf("comments %v: the reduction says %+v", c.comments, got.Reduced)
		}
	}
}

// TestSameText holds that a text has one mask and a mask one text, and that a text that comes again is counted again.
func TestSameText(t *testing.T) {
	m := testMasker()
	first := m.text("from 10.0.0.1 to 10.0.0.2, jdoe")
	again := m.text("from 10.0.0.1 to 10.0.0.2, jdoe")
	third := m.text("10.0.0.2 10.0.0.1 JDoe")
	if first != again || first != "from ADDRESS-1 to ADDRESS-2, ACCOUNT-1" || third != "ADDRESS-2 ADDRESS-1 ACCOUNT-1" {
		t.Errorf("%q, %q, %q", first, again, third)
	}
	masks, _ := m.counts()
	got := map[string][2]int{}
	for _, c := range masks {
		got[c.Rule] = [2]int{c.Texts, c.Places}
	}
	want := map[string][2]int{"ACCOUNT": {1, 3}, "ADDRESS": {2, 6}, "HOST": {}, "PATH": {}, "TEXT": {}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// FuzzText: whatever stands around it, a word that nobody knows does not come through, in whatever form; nor does an address.
func FuzzText(f *testing.F) {
	for _, s := range []string{"", " ", `\`, "/", ":", ".", "@", "https://", `C:\`, `C:\Users\`, "S-1-5-21-", "10.", "AUTOMATE01", "AUTOMATE01.",
		`"`, "%", "[", "…", "\x00", "\u200b", "ACCOUNT-", "data/items/acl/", "(", "=", "jdoe", `\\`, "é", "\xff", "ff:", "0x"} {
		f.Add(s, s)
		f.Add("the folder "+s, s+" is there")
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if len(before)+len(after) > 4096 {
			return
		}
		const word = "zqxvwk"
		for _, form := range []string{word, `ZQ\` + word, word + "@" + word + ".example", `\\` + word + `\c$`, "https://" + word + "/", word + ".exe", "S-1-5-21-" + word} {
			got := testMasker().text(before + form + after)
			if strings.Contains(strings.ToLower(got), word) {
				t.Errorf("%q comes through: %q", before+form+after, got)
			}
		}
		const ip, ip6 = "172.29.113.87", "fd12:3456:789a::77"
		for _, form := range []string{ip, ip6, "[" + ip6 + "]:443", ip + "/24", ip + ":445"} {
			got := testMasker().text(before + " " + form + " " + after)
			if strings.Contains(got, ip) || strings.Contains(got, ip6) {
				t.Errorf("%q comes through: %q", before+" "+form+" "+after, got)
			}
		}
	})
}

// TestTellingPaths finds the paths of items that tell a masked text, as paths are written, and no others.
func TestTellingPaths(t *testing.T) {
	m := testMasker()
	m.text(`ACME\J.Doe on 10.20.30.40, jdoe, web-x and the folder C:\inetpub\acme`)
	item := func(name string) audit.Item {
		return audit.Item{Item: evidence.Item{Path: "data/items/x/" + name}}
	}
	before := audit.Snapshot{Items: []audit.Item{item("quiet.frontdesk.txt"), item("acme-j.doe-acl.txt")}}
	got := m.tellingPaths(audit.Audit{Hosts: []audit.Host{{Before: &before, After: audit.Snapshot{Items: []audit.Item{
		item("acme-j.doe-acl.txt"), item("web.config"), item("netstat-10.20.30.40.txt"), item("jdoe2.txt"), item("the-jdoe.txt"), item("applicationhost.config"), item("folder.txt"),
	}}}}}, []string{"Front Desk", "frontdesk", "folder"})
	want := []audit.TellingPath{
		{Path: "data/items/x/acme-j.doe-acl.txt", Mask: "ACCOUNT-2"},
		{Path: "data/items/x/netstat-10.20.30.40.txt", Mask: "ADDRESS-1"},
		{Path: "data/items/x/quiet.frontdesk.txt", Mask: "ACCOUNT"},
		{Path: "data/items/x/the-jdoe.txt", Mask: "ACCOUNT-1"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestUnconcerned: the name of a host that is not in the package is one, though a word of the guide, and has the mask that it has elsewhere.
func TestUnconcerned(t *testing.T) {
	a := audit.Audit{Hosts: []audit.Host{{Name: "WEB01"}}, Unconcerned: []string{`line 6, facts: no host here is called "folder"`, `line 9, exception of fw-x: no host here is called "zq\"x"`},
		Exceptions: []evidence.Exception{{Control: "fw-x", Hosts: []string{"WEB01.corp.example", `zq"x`}}}}
	got := Audit(a, Input{Public: []any{"The folder"}})
	want := []string{`line 6, facts: no host here is called "HOST-2"`, `line 9, exception of fw-x: no host here is called "HOST-1"`}
	if d := cmp.Diff(want, got.Unconcerned); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"WEB01", "HOST-1"}, got.Exceptions[0].Hosts); d != "" {
		t.Error(d)
	}
}

// TestServiceAccounts holds that what services log on as is known as an account, known words too, and what Windows makes for
// services is not.
func TestServiceAccounts(t *testing.T) {
	c := evidence.Content{Item: evidence.Item{Path: "data/items/system/services.json", Status: evidence.Captured}}
	for i, account := range []string{"LocalSystem", `NT AUTHORITY\LocalService`, `NT SERVICE\MSSQLSERVER`, "", `.\backup`, `CORP\svc-sql`} {
		c.Setting(evidence.Setting{Address: evidence.ServiceAddress(string(rune('a' + i))), Value: evidence.Service{Display: "S", Account: account}})
	}
	got := Accounts(evidence.NewFacts([]evidence.Content{c}))
	if d := cmp.Diff([]string{"backup", `CORP\svc-sql`}, got); d != "" {
		t.Fatal(d)
	}
	m := testMasker()
	m.known.learn("the local account backup of S logs on as an administrator of this server")
	for _, name := range got {
		m.phrases.account(name)
	}
	if got, want := m.text(`S (a) logs on as the local account backup, an administrator of this server; S (b) logs on as CORP\svc-sql`), `S (a) logs on as the local account ACCOUNT-1, an administrator of this server; S (b) logs on as ACCOUNT-2`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
