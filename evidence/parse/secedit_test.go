package parse_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

const seceditSample = `[Unicode]
Unicode=yes
[System Access]
MinimumPasswordLength = 14
MaximumPasswordAge = -1
NewAdministratorName = "Admin, local"
NewGuestName = "Gast"
EnableAdminAccount = 1
EnableGuestAccount = 0
[Event Audit]
AuditSystemEvents = 3
[Registry Values]
MACHINE\System\CurrentControlSet\Control\Lsa\RestrictAnonymous=4,1
MACHINE\Software\Microsoft\Windows NT\CurrentVersion\Winlogon\CachedLogonsCount=1,"4"
MACHINE\Software\Sample\Expand=2,"%Path%"
MACHINE\System\CurrentControlSet\Control\Lsa\FullPrivilegeAuditing=3,0
MACHINE\Software\Sample\Multi=7,a,b","c
MACHINE\Software\Sample\Empty=7,
MACHINE\Software\Microsoft\Windows\CurrentVersion\Policies\System\LegalNoticeText=7,first,second
[Privilege Rights]
SeChangeNotifyPrivilege = *S-1-1-0,*S-1-5-32-544
SeTcbPrivilege =
SeDenyNetworkLogonRight = Gast,*s-1-5-32-546,Gast
[Version]
signature="$CHICAGO$"
Revision=1
`

func TestSecedit(t *testing.T) {
	raw := utf16le(crlf(seceditSample), true)
	c := read(t, raw)
	want := []string{
		"account-policy:MinimumPasswordLength = 14",
		"account-policy:MaximumPasswordAge = -1",
		"security-option:NewAdministratorName = Admin, local",
		"security-option:NewGuestName = Gast",
		"security-option:EnableAdminAccount = 1",
		"security-option:EnableGuestAccount = 0",
		"security-option:AuditSystemEvents = 3",
		`registry:HKLM\System\CurrentControlSet\Control\Lsa!RestrictAnonymous = REG_DWORD 0x00000001 (1)`,
		`registry:HKLM\Software\Microsoft\Windows NT\CurrentVersion\Winlogon!CachedLogonsCount = REG_SZ "4"`,
		`registry:HKLM\Software\Sample!Expand = REG_EXPAND_SZ "%Path%"`,
		`registry:HKLM\System\CurrentControlSet\Control\Lsa!FullPrivilegeAuditing = REG_BINARY 00`,
		`registry:HKLM\Software\Sample!Multi = REG_MULTI_SZ "a" "b,c"`,
		`registry:HKLM\Software\Sample!Empty = REG_MULTI_SZ`,
		`registry:HKLM\Software\Microsoft\Windows\CurrentVersion\Policies\System!LegalNoticeText = REG_SZ "first\r\nsecond"`,
		"user-right:SeChangeNotifyPrivilege = S-1-1-0, S-1-5-32-544",
		"user-right:SeTcbPrivilege = nobody",
		`user-right:SeDenyNetworkLogonRight = "Gast", S-1-5-32-546`,
	}
	if diff := cmp.Diff(want, said(c)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"user-right: *", "account-policy: *", "security-option: *"}, covered(c)); diff != "" {
		t.Error(diff)
	}
	facts := evidence.NewFacts([]evidence.Content{c})
	if o := facts.Lookup("user-right:SeDebugPrivilege"); o.State != evidence.Missing || len(o.Cites) != 1 || o.Cites[0].Line != 20 {
		t.Errorf("a right that is not listed: %+v", o)
	}
}

func TestSeceditRefused(t *testing.T) {
	without := func(text string) string { return strings.Replace(seceditSample, text, "", 1) }
	rights := "[Privilege Rights]\nSeChangeNotifyPrivilege = *S-1-1-0\n"
	version := "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n"
	for name, test := range map[string]struct{ raw, reason string }{
		"no [Unicode]":          {without("[Unicode]\nUnicode=yes\n"), "a part of a security policy: an export of secedit begins with [Unicode]"},
		"[Version] first":       {version + seceditSample, "a security template (it begins with [Version]): what somebody wants, not what is in force"},
		"[Version] in between":  {"[Unicode]\nUnicode=yes\n" + version + rights, "a policy template (line 6: [Privilege Rights] comes after [Version], which ends an export): what a policy sets, not what is in force"},
		"[Profile Description]": {seceditSample + "[Profile Description]\n", "a security template (it has a [Profile Description]): what somebody wants, not what is in force"},
		"few settings":          {without("EnableAdminAccount = 1\n"), "a policy template or a part of an export: [System Access] does not name EnableAdminAccount, which every export of the policy in force does"},
		"few rights":            {without("SeChangeNotifyPrivilege = *S-1-1-0,*S-1-5-32-544\n"), "a policy template or a part of an export: [Privilege Rights] does not name SeChangeNotifyPrivilege, which every export of the policy in force does"},
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, []byte(crlf(test.raw)))
			if c.Refused != test.reason || len(c.Settings) > 0 {
				t.Errorf("refused: %q, want %q", c.Refused, test.reason)
			}
		})
	}
}

// However an export is cut, a right that it does not show is not known to be held by nobody.
func TestSeceditCutShort(t *testing.T) {
	text := crlf(seceditSample)
	whole := strings.Index(text, "[Version]") + len("[Version]")
	for n := strings.Index(text, "[System"); n < whole; n++ {
		c := read(t, utf16le(text[:n], true))
		if c.Refused != "" {
			continue
		}
		facts := evidence.NewFacts([]evidence.Content{c})
		if o := facts.Lookup("user-right:SeDebugPrivilege"); o.State == evidence.Missing || o.State == evidence.Found {
			t.Fatalf("cut after %q: %+v", text[max(0, n-20):n], o)
		}
		for _, s := range c.Settings {
			if !strings.Contains(seceditSample, "\n"+strings.TrimRight(text[s.Cite.Offset/2-1:s.Cite.Offset/2-1+s.Cite.Length/2], "\r\n")+"\n") {
				t.Fatalf("cut after %q: %v is read from half a line", text[max(0, n-20):n], s)
			}
		}
	}
	c := read(t, utf16le(text[:whole], true))
	if o := evidence.NewFacts([]evidence.Content{c}).Lookup("user-right:SeDebugPrivilege"); o.State != evidence.Missing {
		t.Errorf("with [Version] the rights are whole: %+v", o)
	}
}

func TestSeceditProblems(t *testing.T) {
	for name, test := range map[string]struct {
		old, new string
		scope    evidence.Address
	}{
		"number":        {"MinimumPasswordLength = 14", "MinimumPasswordLength = many", "account-policy:MinimumPasswordLength"},
		"no value":      {"MinimumPasswordLength = 14", "MinimumPasswordLength", "account-policy:"},
		"SID":           {"SeTcbPrivilege =", "SeTcbPrivilege = *S-1-x", "user-right:SeTcbPrivilege"},
		"empty account": {"SeTcbPrivilege =", "SeTcbPrivilege = *S-1-5-18,", "user-right:SeTcbPrivilege"},
		"right":         {"SeTcbPrivilege =", "Tcb Privilege =", "user-right:"},
		"32 bits":       {"RestrictAnonymous=4,1", "RestrictAnonymous=4,4294967296", `registry:HKLM\System\CurrentControlSet\Control\Lsa!RestrictAnonymous`},
		"type":          {"RestrictAnonymous=4,1", "RestrictAnonymous=9,1", `registry:HKLM\System\CurrentControlSet\Control\Lsa!RestrictAnonymous`},
		"binary":        {"FullPrivilegeAuditing=3,0", "FullPrivilegeAuditing=3,10", `registry:HKLM\System\CurrentControlSet\Control\Lsa!FullPrivilegeAuditing`},
		"text":          {`Expand=2,"%Path%"`, `Expand=2,%Path%`, `registry:HKLM\Software\Sample!Expand`},
		"no data":       {"RestrictAnonymous=4,1", "RestrictAnonymous=1", `registry:HKLM\System\CurrentControlSet\Control\Lsa!RestrictAnonymous`},
		"root":          {`MACHINE\Software\Sample\Empty`, `DOMAIN\Software\Sample\Empty`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, []byte(crlf(strings.Replace(seceditSample, test.old, test.new, 1))))
			if len(c.Problems) != 1 || c.Problems[0].Scope != test.scope {
				t.Errorf("problems %v %s, want one at %s", c.Problems, c.Refused, test.scope)
			}
		})
	}
}
