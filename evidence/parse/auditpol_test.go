package parse_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	auditpolHead   = "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting"
	auditpolSample = "\n" + auditpolHead + `
AUTOMATE01,System,Logon,{0CCE9215-69AE-11D9-BED3-505054503030},Success and Failure,
AUTOMATE01,System,Logoff,{0cce9216-69ae-11d9-bed3-505054503030},Success,
AUTOMATE01,System,Account Lockout,{0CCE9217-69AE-11D9-BED3-505054503030},Failure,
AUTOMATE01,System,PNP Activity,{0CCE9248-69AE-11D9-BED3-505054503030},No Auditing,
`
	auditpolBackup = `Computername,Richtlinienziel,Unterkategorie,Unterkategorie-GUID,Aufnahmeeinstellung,Ausschlusseinstellung,Einstellungswert
AUTOMATE01,System,Anmelden,{0CCE9215-69AE-11D9-BED3-505054503030},Erfolg und Fehler,,3
AUTOMATE01,System,Plug &amp; Play-Ereignisse,{0cce9248-69ae-11d9-bed3-505054503030},Erfolg,,1
AUTOMATE01,System,Kontosperrung,{0CCE9217-69AE-11D9-BED3-505054503030},Keine ` + "\x9a" + `berwachung,,0
AUTOMATE01,S-1-5-21-1-2-3-1001,Abmelden,{0CCE9216-69AE-11D9-BED3-505054503030},Fehler,,2
AUTOMATE01,,Option:CrashOnAuditFail,,Deaktiviert,,0
AUTOMATE01,,RegistryGlobalSacl,,,,
`
)

func TestAuditpol(t *testing.T) {
	const end = "-69AE-11D9-BED3-505054503030}"
	host := "system:host-name = AUTOMATE01"
	for name, test := range map[string]struct {
		raw  string
		want []string
	}{
		"get": {auditpolSample, []string{host, "audit-policy:{0CCE9215" + end + " = success and failure", "audit-policy:{0CCE9216" + end + " = success",
			"audit-policy:{0CCE9217" + end + " = failure", "audit-policy:{0CCE9248" + end + " = none"}},
		"backup": {auditpolBackup, []string{host, "audit-policy:{0CCE9215" + end + " = success and failure", "audit-policy:{0CCE9248" + end + " = success",
			"audit-policy:{0CCE9217" + end + " = none"}},
		"German words": {strings.Replace(auditpolSample, "Success and Failure", "Erfolg und Fehler", 1), []string{host, "audit-policy:{0CCE9216" + end + " = success",
			"audit-policy:{0CCE9217" + end + " = failure", "audit-policy:{0CCE9248" + end + " = none", "? audit-policy:{0CCE9215" + end}},
		"no headings": {strings.Replace(auditpolSample, auditpolHead, "", 1), []string{host, "audit-policy:{0CCE9215" + end + " = success and failure", "audit-policy:{0CCE9216" + end + " = success",
			"audit-policy:{0CCE9217" + end + " = failure", "audit-policy:{0CCE9248" + end + " = none"}},
		"cut": {auditpolSample[:len(auditpolSample)-len(" Auditing,\n")], []string{host, "audit-policy:{0CCE9215" + end + " = success and failure", "audit-policy:{0CCE9216" + end + " = success",
			"audit-policy:{0CCE9217" + end + " = failure", "? audit-policy:"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := read(t, []byte(crlf(test.raw)))
			if diff := cmp.Diff(test.want, said(c)); diff != "" || c.Refused != "" || len(c.Covers) > 0 {
				t.Error(c.Refused, covered(c), diff)
			}
		})
	}
}

func TestAuditpolRefused(t *testing.T) {
	for name, test := range map[string]struct{ raw, reason string }{
		"group policy": {strings.ReplaceAll(auditpolSample, "AUTOMATE01", ""), "a policy for audit settings (no machine is named): what a group policy sets, not what is in force"},
		"later row":    {strings.ReplaceAll(auditpolSample, "AUTOMATE01,System,Account", ",System,Account"), "a policy for audit settings (line 5 names no machine): what a group policy sets, not what is in force"},
		"two machines": {strings.ReplaceAll(auditpolSample, "AUTOMATE01,System,Account", "AUTOMATE02,System,Account"), "rows of two machines: AUTOMATE01, and in line 5 AUTOMATE02"},
		"text":         {"System audit policy\n\nCategory/Subcategory                      Setting\nSystem\n", "the audit policy in words for people, without identifiers: use auditpol /get /category:* /r or auditpol /backup"},
	} {
		t.Run(name, func(t *testing.T) {
			if c := read(t, []byte(crlf(test.raw))); c.Refused != test.reason || len(c.Settings) > 0 {
				t.Errorf("refused: %q, want %q", c.Refused, test.reason)
			}
		})
	}
}
