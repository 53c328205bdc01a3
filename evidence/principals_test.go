package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

func TestPrincipals(t *testing.T) {
	p := evidence.NewPrincipals("s-1-5-32-544", "Guest", "S-1-1-0", "Guest")
	if got, want := p.String(), `"Guest", S-1-1-0, S-1-5-32-544`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if !p.Has("guest") || p.Has("Guests") || len(p.Names()) != 1 {
		t.Errorf("%v", p)
	}
	if got := evidence.NewPrincipals().String(); got != "nobody" {
		t.Errorf("the empty set is %q", got)
	}
	if got := evidence.NewPrincipals("nobody").String(); got == "nobody" {
		t.Error("an account of the name nobody looks like the empty set")
	}
	for s, want := range map[string]bool{"S-1-5-18": true, "S-1-": false, "S-1-5-": false, "S-1-5-x": false, "Guest": false, "S-2-5-18": false, "": false} {
		if evidence.IsSID(s) != want {
			t.Errorf("IsSID(%q) is not %v", s, want)
		}
	}
}

func TestAuditSubcategory(t *testing.T) {
	for guid, want := range map[string]string{
		"{0CCE9210-69AE-11D9-BED3-505054503030}": "Security State Change",
		"{0cce922b-69ae-11d9-bed3-505054503030}": "Process Creation",
		"{0CCE924A-69AE-11D9-BED3-505054503030}": "Token Right Adjusted",
		"{0CCE9246-69AE-11D9-BED3-505054503030}": "Central Access Policy Staging",
		"{0CCE924B-69AE-11D9-BED3-505054503030}": "Access Rights",
		"{0CCE924C-69AE-11D9-BED3-505054503030}": "{0CCE924C-69AE-11D9-BED3-505054503030}",
		"{}":                                     "{}",
	} {
		if got := evidence.AuditSubcategory(guid); got != want {
			t.Errorf("%s is %q, want %q", guid, got, want)
		}
	}
}

func TestAddressLabel(t *testing.T) {
	for a, want := range map[evidence.Address]string{
		"audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}": "audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030} (Logon)",
		"audit-policy:{0cce922d-69ae-11d9-bed3-505054503030}": "audit-policy:{0cce922d-69ae-11d9-bed3-505054503030} (DPAPI Activity)",
		"audit-policy:{0CCE92FF-69AE-11D9-BED3-505054503030}": "audit-policy:{0CCE92FF-69AE-11D9-BED3-505054503030}",
		"audit-policy:": "audit-policy:",
		"product:{0CCE9215-69AE-11D9-BED3-505054503030}":               "product:{0CCE9215-69AE-11D9-BED3-505054503030}",
		`registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa!Anonymous`: `registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa!Anonymous`,
		"host name": "host name",
		"":          "",
	} {
		if got := a.Label(); got != want {
			t.Errorf("%q is shown as %q, want %q", a, got, want)
		}
	}
}
