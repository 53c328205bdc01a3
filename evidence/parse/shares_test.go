package parse

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

const (
	everyone = `S-1-1-0 (Everyone)`
	admins   = `S-1-5-32-544 (BUILTIN\Administrators)`
	system   = `S-1-5-18 (NT AUTHORITY\SYSTEM)`
)

// sample is one file and what has to be read from it.
type sample struct {
	name, format, text string
	want               []string
}

// run reads every sample in the encodings in which it may come.
func run(t *testing.T, samples []sample) {
	t.Helper()
	for _, s := range samples {
		for encoding, raw := range map[string][]byte{
			"UTF-8": []byte(s.text), "UTF-16": utf16le(s.text, true), "UTF-16 without mark": utf16le(s.text, false),
			"LF": []byte(strings.ReplaceAll(s.text, "\r\n", "\n")), "UTF-8 with mark": append([]byte{0xef, 0xbb, 0xbf}, s.text...),
		} {
			content := readAs(t, raw)
			if content.Format != s.format || content.Refused != "" {
				t.Errorf("%s, %s: read as %q, refused %q", s.name, encoding, content.Format, content.Refused)
			}
			if diff := cmp.Diff(s.want, shownAll(content)); diff != "" {
				t.Errorf("%s, %s: %s", s.name, encoding, diff)
			}
		}
	}
}

func TestGetACL(t *testing.T) {
	const protected = "@protected = yes, takes no entries from its parent"
	want := []string{
		`acl:C:\LTShare = ` + system + " Modify OI CI; " + everyone + " ReadAndExecute OI CI",
		`acl:C:\LTShare@owner = ` + admins,
		`acl:C:\LTShare` + protected,
	}
	const list = "\r\n\r\nPath   : Microsoft.PowerShell.Core\\FileSystem::C:\\LTShare\r\nOwner  : BUILTIN\\Administrators\r\n" +
		"Group  : NT AUTHORITY\\SYSTEM\r\nAccess : NT AUTHORITY\\SYSTEM Allow  Modify, Synchronize\r\n         Everyone Allow  ReadAndExecute, Synchronize\r\nAudit  : \r\n" +
		"Sddl   : O:BAG:SYD:P(A;OICI;0x1301bf;;;SY)(A;OICI;0x1200a9;;;WD)\r\n\r\n\r\n"
	run(t, []sample{
		{"list", "Get-Acl list", list, want},
		{"broken at the console's width", "Get-Acl list", strings.Replace(list, "(A;OICI;0x1200a9", "(A;OI\r\n         CI;0x1200a9", 1), want},
		{"two objects, one without the line", "Get-Acl list", list + "Path   : C:\\Other\r\nOwner  : x\r\n", append(want[:3:3], `? acl:C:\Other`)},
		{"array", "Get-Acl objects", `[
    {
        "Path":  "Microsoft.PowerShell.Core\\FileSystem::C:\\LTShare",
        "Sddl":  "O:BAG:SYD:P(A;OICI;0x1301bf;;;SY)(A;OICI;0x1200a9;;;WD)"
    }
]`, want},
		{"one object", "Get-Acl objects", `{"Path":"C:\\LTShare\\","Sddl":"O:BAG:SYD:P(A;OICI;0x1301bf;;;SY)(A;OICI;0x1200a9;;;WD)","Access":[{"x":1}]}`, want},
		{"table", "Get-Acl objects", "#TYPE Selected.System.Security.AccessControl.DirectorySecurity\r\n\"Path\",\"Sddl\"\r\n" +
			"\"Microsoft.PowerShell.Core\\FileSystem::C:\\LTShare\",\"O:BAG:SYD:P(A;OICI;0x1301bf;;;SY)(A;OICI;0x1200a9;;;WD)\"\r\n", want},
		{"cut short", "Get-Acl objects", `[{"Path":"C:\\LTShare","Sddl":"O:BAG:SYD:P(A;OICI;0x1301bf;;;SY)(A;OICI;0x1200a9;;;WD)"},{"Path":"C:`, append(want[:3:3], "? acl:")},
		{"bad descriptor", "Get-Acl objects", `[{"Path":"C:\\LTShare","Sddl":"D:(A;;FA"}]`, []string{`? acl:C:\LTShare`}},
	})
	const alone = "O:BAG:SYD:P(A;OICI;0x1301bf;;;SY)\r\n(A;OICI;0x1200a9;;;WD)\r\n"
	if c := readAs(t, []byte(alone)); c.Format != "SDDL text" || c.Refused == "" {
		t.Errorf("a descriptor alone: read as %q, refused %q", c.Format, c.Refused)
	}
	known := readAs(t, utf16le(alone, true), "powershell.exe", "-Command", "(Get-Acl -LiteralPath 'C:\\LTShare').Sddl")
	if diff := cmp.Diff(want, shownAll(known)); diff != "" {
		t.Error(diff)
	}
	// The file of the corpus: owner Administrators, protected, two entries without flags.
	real := readAs(t, sharedFile(t, "acl/get_acl_format_list_utf16.txt"))
	const apps = `acl:C:\ProgramData\Microsoft\Windows\WindowsApps`
	if diff := cmp.Diff([]string{apps + " = " + system + " Full; " + admins + " Full", apps + "@owner = " + admins, apps + protected}, shownAll(real)); diff != "" {
		t.Error(diff)
	}
}

const netShareEnglish = "Share name        LTShare\r\nPath              C:\\LTShare\r\nRemark            \r\nMaximum users     No limit\r\nUsers             \r\n" +
	"Caching           Manual caching of documents\r\nPermission        Everyone, FULL\r\n                  BUILTIN\\Administrators, CHANGE\r\n\r\n" +
	"The command completed successfully.\r\n\r\n"

func TestNetShare(t *testing.T) {
	want := []string{`share:LTShare = path C:\LTShare`, `share-security:LTShare = ` + everyone + " Full; " + admins + " Modify"}
	const german = "Freigabename      LTShare\r\nPfad              C:\\LTShare\r\nBeschreibung      Daten, READ\r\nMax. Benutzer     Unbegrenzt\r\nBenutzer          \r\n" +
		"Zwischenspeichern Manuelles Zwischenspeichern von Dokumenten\r\nBerechtigung      Jeder, FULL\r\n                  VORDEFINIERT\\Administratoren, CHANGE\r\n\r\n" +
		"Der Befehl wurde erfolgreich ausgeführt.\r\n\r\n"
	run(t, []sample{
		{"English", "net share NAME text", netShareEnglish, want},
		{"German", "net share NAME text", german, want},
		{"cut short", "net share NAME text", netShareEnglish[:strings.Index(netShareEnglish, "\r\nThe command")], append(want[:2:2], "? share-security:LTShare")},
		{"a label missing", "net share NAME text", strings.Replace(netShareEnglish, "Caching           Manual caching of documents\r\n", "", 1), []string{want[0], "? share-security:LTShare"}},
		{"unknown right", "net share NAME text", strings.Replace(netShareEnglish, "CHANGE", "SPECIAL", 1), []string{want[0], `share-security:LTShare = ` + everyone + " Full", "? share-security:LTShare"}},
	})
	const table = "\r\nShare name   Resource                        Remark\r\n\r\n" +
		"-------------------------------------------------------------------------------\r\n" +
		"C$           C:\\                             Default share                     \r\n" +
		"IPC$                                         Remote IPC                        \r\n" +
		"ADMIN$       C:\\Windows                      Remote Admin                      \r\n" +
		"LTShare      C:\\LTShare                      \r\n" +
		"A share of a long name\r\n             D:\\Some\\Folder\\Of\\A\\Long\\Name\\Indeed\r\n                                             and a remark\r\n" +
		"The command completed successfully.\r\n\r\n"
	rows := []string{`share:C$ = path C:\`, `share:IPC$ = path `, `share:ADMIN$ = path C:\Windows`, `share:LTShare = path C:\LTShare`,
		`share:A share of a long name = path D:\Some\Folder\Of\A\Long\Name\Indeed`}
	run(t, []sample{
		{"table", "net share text", table, append(rows[:5:5], "all of share:")},
		{"table cut short", "net share text", table[:strings.Index(table, "The command")], append(rows[:5:5], "? share:")},
		{"table narrowed down", "net share text", strings.Replace(table, "IPC$  ", "PIPE  ", 1), []string{rows[0], `share:PIPE = path `, rows[2], rows[3], rows[4]}},
	})
}

func TestSMBShares(t *testing.T) {
	run(t, []sample{
		{"shares", "Get-SmbShare objects", `[{"Name":"IPC$","Path":"","ScopeName":"*","ShareType":2},` +
			`{"Name":"LTShare","Path":"C:\\LTShare","ScopeName":"*","SecurityDescriptor":"O:SYG:SYD:(A;;FA;;;WD)"}]`,
			[]string{"share:IPC$ = path ", `share:LTShare = path C:\LTShare`, "share-security:LTShare = " + everyone + " Full", "all of share:"}},
		{"one share", "Get-SmbShare objects", `{"Name":"LTShare","ScopeName":"*","Path":"C:\\LTShare","Description":null}`, []string{`share:LTShare = path C:\LTShare`}},
		{"5.1's wrapped array", "Get-SmbShare objects", "{\n  \"value\":  [ {\"Name\":\"LTShare\",\"ScopeName\":\"*\",\"Path\":\"C:\\\\LTShare\"} ],\n  \"Count\":  1\n}", []string{`share:LTShare = path C:\LTShare`}},
		{"access", "Get-SmbShareAccess objects", `[{"Name":"LTShare","ScopeName":"*","AccountName":"Everyone","AccessControlType":0,"AccessRight":0},` +
			`{"Name":"Other","ScopeName":"*","AccountName":"Jeder","AccessControlType":1,"AccessRight":2},` +
			`{"Name":"LTShare","ScopeName":"*","AccountName":"EXAMPLE\\Technicians","AccessControlType":0,"AccessRight":1}]`,
			[]string{"share-security:LTShare = " + everyone + ` Full; "EXAMPLE\Technicians" Modify`, "share-security:Other = deny " + everyone + " ReadAndExecute"}},
		{"access table", "Get-SmbShareAccess objects", "\"Name\";\"ScopeName\";\"AccountName\";\"AccessControlType\";\"AccessRight\"\r\n\"LTShare\";\"*\";\"BUILTIN\\Administrators\";\"Allow\";\"Full\"\r\n",
			[]string{"share-security:LTShare = " + admins + " Full"}},
		{"custom access", "Get-SmbShareAccess objects", `[{"Name":"LTShare","AccountName":"Everyone","AccessControlType":0,"AccessRight":3}]`,
			[]string{`share-security:LTShare = not understood right "3" of account "Everyone" is not understood`, "? share-security:LTShare"}},
	})
}

const netAdministrators = "Alias name     Administrators\r\nComment        Administrators have complete and unrestricted access to the computer/domain\r\n\r\nMembers\r\n\r\n" +
	"-------------------------------------------------------------------------------\r\nAdministrator\r\nEXAMPLE\\Domain Admins\r\nNT AUTHORITY\\SYSTEM\r\nThe command completed successfully.\r\n\r\n"

func TestGroupsAndAccounts(t *testing.T) {
	names := []string{`group:S-1-5-32-544@names = "Administrator"; "EXAMPLE\Domain Admins"; ` + system}
	german := strings.NewReplacer("Alias name     Administrators", "Aliasname     Administratoren", "Comment        Administrators have complete and unrestricted access to the computer/domain",
		"Beschreibung  Administratoren haben uneingeschränkten Vollzugriff auf den Computer bzw. die Domäne.", "Members", "Mitglieder",
		`NT AUTHORITY`, "NT-AUTORITÄT", "The command completed successfully.", "Der Befehl wurde erfolgreich ausgeführt.").Replace(netAdministrators)
	const members = `[{"Name":"AUTOMATE01\\Administrator","SID":{"BinaryLength":28,"AccountDomainSid":{"Value":"S-1-5-21-1-2-3"},"Value":"S-1-5-21-1-2-3-500"},"ObjectClass":"User","PrincipalSource":1,"Group":"Administrators"}]`
	run(t, []sample{
		{"English", "net localgroup text", netAdministrators, names},
		{"German", "net localgroup text", german, names},
		{"cut short", "net localgroup text", netAdministrators[:strings.Index(netAdministrators, "The command")], append(names[:1:1], "? group:S-1-5-32-544@names")},
		{"nobody", "net localgroup text", strings.ReplaceAll(strings.ReplaceAll(netAdministrators, "Administrator\r\nEXAMPLE\\Domain Admins\r\nNT AUTHORITY\\SYSTEM\r\n", ""), "Alias name     Administrators", "Alias name     Own Group"),
			[]string{"group:Own Group@names = no members"}},
		{"members", "Get-LocalGroupMember objects", members, []string{"group:S-1-5-32-544 = S-1-5-21-1-2-3-500 (Administrator)"}},
		{"members of what", "Get-LocalGroupMember objects", strings.Replace(members, `,"Group":"Administrators"`, "", 1), []string{"? group:"}},
		{"table", "Get-LocalGroupMember objects", "\"GroupSID\",\"Name\",\"SID\",\"PrincipalSource\",\"ObjectClass\"\r\n\"S-1-5-32-555\",\"EXAMPLE\\x\",\"S-1-5-21-1-2-3-1105\",\"ActiveDirectory\",\"User\"\r\n",
			[]string{"group:S-1-5-32-555 = S-1-5-21-1-2-3-1105"}},
		{"by ADSI, one deleted", "Get-LocalGroupMember objects", `[{"SID":"S-1-5-21-1-2-3-500","GroupSID":"S-1-5-32-544","Name":"AUTOMATE01\\Administrator","ObjectClass":"User"},` +
			`{"SID":"S-1-5-21-9-9-9-1104","GroupSID":"S-1-5-32-544","Name":"S-1-5-21-9-9-9-1104","ObjectClass":""}]`,
			[]string{"group:S-1-5-32-544 = S-1-5-21-1-2-3-500 (Administrator); S-1-5-21-9-9-9-1104"}},
		{"no member", "Get-LocalGroupMember objects", `[{"SID":"","GroupSID":"S-1-5-32-555","Nobody":true,"Name":"","ObjectClass":""}]`, []string{"group:S-1-5-32-555 = no members"}},
		{"no member, and one", "Get-LocalGroupMember objects", `[{"SID":"","GroupSID":"S-1-5-32-555","Nobody":true,"Name":"","ObjectClass":""},{"SID":"S-1-5-18","GroupSID":"S-1-5-32-555","Name":"x","ObjectClass":"User"}]`,
			[]string{"group:S-1-5-32-555 = no members", "? group:S-1-5-32-555"}},
		{"users", "Get-LocalUser objects", `[{"Name":"Administrator","SID":{"Value":"S-1-5-21-1-2-3-500"},"Enabled":true,"PasswordRequired":true,"PasswordExpires":null},` +
			`{"Name":"Guest","SID":{"Value":"S-1-5-21-1-2-3-501"},"Enabled":false,"PasswordRequired":false,"PasswordExpires":"\/Date(1)\/"}]`,
			[]string{"account:S-1-5-21-1-2-3-500 = Administrator, enabled, password required, password never expires",
				"account:S-1-5-21-1-2-3-501 = Guest, disabled, no password required, password expires", "all of account:"}},
		{"one user", "Get-LocalUser objects", "\"Name\",\"SID\",\"Enabled\",\"PasswordRequired\"\r\n\"x\",\"S-1-5-21-1-2-3-1001\",\"True\",\"True\"\r\n",
			[]string{"account:S-1-5-21-1-2-3-1001 = x, enabled, password required"}},
		{"net user", "net user text", "\r\nUser accounts for \\\\AUTOMATE01\r\n\r\n-------------------------------------------------------------------------------\r\n" +
			"Administrator            DefaultAccount           Guest                    \r\nWDAGUtilityAccount       \r\nThe command completed successfully.\r\n\r\n",
			[]string{"account:Administrator = Administrator", "account:DefaultAccount = DefaultAccount", "account:Guest = Guest", "account:WDAGUtilityAccount = WDAGUtilityAccount"}},
	})
	called := readAs(t, []byte(strings.Replace(members, `,"Group":"Administrators"`, "", 1)), "powershell.exe", "-Command", "Get-LocalGroupMember -SID S-1-5-32-544 | ConvertTo-Json")
	if diff := cmp.Diff([]string{"group:S-1-5-32-544 = S-1-5-21-1-2-3-500 (Administrator)"}, shownAll(called)); diff != "" {
		t.Error(diff)
	}
	for name, text := range map[string]string{
		"list of groups": "\r\nAliases for \\\\AUTOMATE01\r\n\r\n-------------------------------------------------------------------------------\r\n*Administrators\r\n*Users\r\nThe command completed successfully.\r\n",
		"one user":       "User name                    Guest\r\nFull Name                    \r\nAccount active               No\r\nThe command completed successfully.\r\n",
	} {
		if c := readAs(t, []byte(text)); c.Refused == "" || c.Format == "" {
			t.Errorf("%s: read as %q, refused %q", name, c.Format, c.Refused)
		}
	}
}

// The list of a share that everybody may read, byte by byte after [MS-DTYP]: header, owner and group Administrators, a list
// of one entry that allows S-1-1-0 0x1200a9.
const everyoneReads = "01000480" + "30000000" + "40000000" + "00000000" + "14000000" +
	"02001c0001000000" + "00001400a9001200" + "010100000000000100000000" +
	"01020000000000052000000020020000" + "01020000000000052000000020020000"

func TestDeriveShares(t *testing.T) {
	raw, err := hex.DecodeString(everyoneReads)
	if err != nil {
		t.Fatal(err)
	}
	entry := evidence.RegistryText(evidence.RegMultiSZ, "CSCFlags=0\x00MaxUses=4294967295\x00Path=C:\\LTShare\x00Permissions=0\x00Type=0\x00")
	shares, security := `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares`, `HKLM\system\CurrentControlSet\Services\LanmanServer\shares\Security`
	var c evidence.Content
	for _, s := range []evidence.Setting{
		{Address: evidence.RegistryValue(shares, "LTShare"), Value: entry},
		{Address: evidence.RegistryValue(shares, "NoPath"), Value: evidence.RegistryText(evidence.RegMultiSZ, "Type=0")},
		{Address: evidence.RegistryValue(shares, "Number"), Value: evidence.RegistryDWord(1)},
		{Address: evidence.RegistryValue(security, "LTShare"), Value: evidence.Registry{Type: evidence.RegBinary, Data: raw}},
		{Address: evidence.RegistryValue(security, "Cut"), Value: evidence.Registry{Type: evidence.RegBinary, Data: raw[:40]}},
		{Address: evidence.RegistryValue(shares+`\Other`, "x"), Value: entry},
	} {
		derive(s, &c)
	}
	for _, key := range []string{shares, security, shares + `\Other`} {
		deriveCoverage(evidence.Coverage{Scope: evidence.RegistryKey(key)}, &c)
		if got, want := derivable(evidence.RegistryKey(key).Fold()), !strings.HasSuffix(key, "Other"); got != want {
			t.Errorf("%s is derivable: %v", key, got)
		}
	}
	want := []string{`share:LTShare = path C:\LTShare`, "share-security:LTShare = " + everyone + " ReadAndExecute", "all of share:", "all of share-security:",
		"? share:NoPath", "? share:Number", "? share-security:Cut"}
	if diff := cmp.Diff(want, shownAll(c)); diff != "" {
		t.Error(diff)
	}
}

// fuzzFormat reads whatever bytes as a format: no panic, and every Citation inside the input.
func fuzzFormat(f *testing.F, format *Format, samples ...string) {
	for _, s := range samples {
		f.Add([]byte(s))
		f.Add(utf16le(s, true))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var c evidence.Content
		source := Source{Item: evidence.Item{Path: "x"}, Reader: bytes.NewReader(raw), Want: func(evidence.Address) bool { return true }}
		format.Recognise(Head{Raw: raw, Text: Decode(raw)})
		_ = format.Read(source, &c)
		for _, s := range c.Settings {
			checkCite(t, s.Cite, raw)
			if strings.ContainsAny(s.Value.String(), "\r\n") {
				t.Fatalf("%s has a value of several lines: %q", s.Address, s.Value)
			}
		}
		for _, v := range c.Covers {
			checkCite(t, v.Cite, raw)
		}
		for _, p := range c.Problems {
			checkCite(t, p.Cite, raw)
		}
	})
}

func FuzzICACLS(f *testing.F) { fuzzFormat(f, icaclsText, hardenedICACLS) }
func FuzzICACLSSave(f *testing.F) {
	fuzzFormat(f, icaclsSave, "LTShare\r\nD:PAI(A;OICI;0x1301bf;;;SY)\r\n")
}
func FuzzSDDLText(f *testing.F) { fuzzFormat(f, sddlText, "O:BAD:(A;;FA;;;SY)\r\n") }
func FuzzGetACLList(f *testing.F) {
	fuzzFormat(f, getACLList, "Path   : C:\\x\r\nSddl   : O:BAD:(A;;FA;;;SY)\r\n")
}
func FuzzGetACLRows(f *testing.F) {
	fuzzFormat(f, getACLRows, `[{"Path":"C:\\x","Sddl":"O:BAD:(A;;FA;;;SY)"}]`, "\"Path\",\"Sddl\"\r\n\"C:\\x\",\"D:\"\r\n", `{"value":[{"Path":"x"}],"Count":1}`)
}
func FuzzSMBShares(f *testing.F) {
	fuzzFormat(f, smbShares, `[{"Name":"IPC$","Path":"","ScopeName":"*"}]`)
}
func FuzzSMBShareAccess(f *testing.F) {
	fuzzFormat(f, smbShareAccess, `[{"Name":"x","AccountName":"Everyone","AccessControlType":0,"AccessRight":3}]`)
}
func FuzzNetShare(f *testing.F) { fuzzFormat(f, netShare, netShareEnglish) }
func FuzzNetShares(f *testing.F) {
	fuzzFormat(f, netShares, "Share name   Resource                        Remark\r\n--------------------\r\nC$           C:\\                             x\r\nDone.\r\n")
}
func FuzzNetLocalGroup(f *testing.F) { fuzzFormat(f, netLocalGroup, netAdministrators) }
func FuzzLocalGroupMembers(f *testing.F) {
	fuzzFormat(f, localGroupMembers, `[{"Group":"Users","SID":"S-1-5-18","ObjectClass":"User"}]`, `[{"SID":"","GroupSID":"S-1-5-32-555","Nobody":true,"Name":"","ObjectClass":""},{"GroupSID":"S-1-5-32-555","SID":"S-1-5-18","ObjectClass":""}]`)
}
func FuzzLocalUsers(f *testing.F) {
	fuzzFormat(f, localUsers, `[{"Name":"x","SID":{"Value":"S-1-5-21-1-2-3-500"},"Enabled":true}]`)
}
func FuzzNetUser(f *testing.F) {
	fuzzFormat(f, netUser, "User accounts for \\\\X\r\n\r\n--------------------\r\na   b\r\nDone.\r\n")
}

// FuzzSDDL: what is read can be written and is read as the same again.
func FuzzSDDL(f *testing.F) {
	f.Add("O:BAG:SYD:P(A;;FA;;;SY)(D;OICIIO;GRGW;;;S-1-5-21-1-2-3-1001)S:(AU;SAFA;FA;;;WD)")
	f.Add(`D:(XA;;FX;;;WD;(@User.x=="(" && 1))(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;AU)`)
	f.Fuzz(func(t *testing.T, text string) {
		d, err := parseSDDL(text)
		if err != nil || d.ACL.Null {
			return
		}
		for _, e := range d.ACL.Entries {
			if e.Other != "" || !e.Principal.Known() {
				return
			}
		}
		again, err := parseSDDL(writeSDDL(d.ACL))
		if err != nil || again.ACL.String() != d.ACL.String() {
			t.Fatalf("%q: %v, read again %v (%v)", text, d.ACL, again.ACL, err)
		}
	})
}

func FuzzSecurityDescriptor(f *testing.F) {
	raw, _ := hex.DecodeString(everyoneReads)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) {
		d, err := parseSecurityDescriptor(raw)
		if err == nil && d.HasDACL && len(fmt.Sprint(d.ACL)) == 0 {
			t.Fatal("a list without a form")
		}
	})
}
