package check_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

// policyFacts makes Facts of one Item: its Settings, its deep Coverages and its Problems.
func policyFacts(covers []evidence.Address, problems []evidence.Address, settings ...evidence.Setting) *evidence.Facts {
	c := evidence.Content{Item: evidence.Item{Path: "data/items/registry/lsa.reg"}}
	for i, s := range settings {
		s.Cite = evidence.Citation{Item: c.Item.Path, Line: i + 4, Offset: int64(100 * i), Length: 50}
		c.Setting(s)
	}
	for _, scope := range covers {
		c.Covered(evidence.Coverage{Scope: scope, Deep: true, Cite: evidence.Citation{Item: c.Item.Path, Line: 3, Offset: 10, Length: 20}})
	}
	for _, scope := range problems {
		c.Problem(evidence.Problem{Scope: scope, Message: "not understood", Cite: evidence.Citation{Item: c.Item.Path, Line: 9, Offset: 900, Length: 1}})
	}
	return evidence.NewFacts([]evidence.Content{c})
}

func judge(t *testing.T, f *evidence.Facts, c evidence.Check) evidence.Reason {
	t.Helper()
	j, err := check.Prepare(c)
	if err != nil {
		t.Fatal(err)
	}
	reasons := j(check.Case{Facts: f, Answers: &evidence.Answers{}})
	if len(reasons) != 1 {
		t.Fatalf("%d reasons", len(reasons))
	}
	if r := reasons[0]; (r.Result == evidence.Pass || r.Result == evidence.Fail) && len(r.Cites) == 0 {
		t.Errorf("a %s without citations", r.Result)
	}
	return reasons[0]
}

const lsaValue = `registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa!RestrictAnonymous`

func TestRegistry(t *testing.T) {
	dword := func(n uint32) evidence.Value { return evidence.RegistryDWord(n) }
	text := func(s string) evidence.Value { return evidence.RegistryText(evidence.RegSZ, s) }
	multi := func(s string) evidence.Value {
		return evidence.Registry{Type: evidence.RegMultiSZ, Data: evidence.RegistryText(evidence.RegSZ, s).Data}
	}
	for _, test := range []struct {
		want   string // alternatives, separated by semicolons
		value  evidence.Value
		result evidence.Result
		actual string
	}{
		{"= 1", dword(1), evidence.Pass, "RestrictAnonymous is 1"},
		{"= 1", dword(0), evidence.Fail, "RestrictAnonymous is 0"},
		{"= 0xff", dword(255), evidence.Pass, "RestrictAnonymous is 255 (0xff)"},
		{"= 0", dword(0xffffffff), evidence.Fail, "RestrictAnonymous is 4294967295 (0xffffffff)"},
		{">= 14", dword(14), evidence.Pass, "RestrictAnonymous is 14 (0xe)"},
		{">= 14", dword(13), evidence.Fail, "RestrictAnonymous is 13 (0xd)"},
		{"<= 60", dword(60), evidence.Pass, "RestrictAnonymous is 60 (0x3c)"},
		{"<= 60", dword(61), evidence.Fail, "RestrictAnonymous is 61 (0x3d)"},
		{"1..60", dword(0), evidence.Fail, "RestrictAnonymous is 0"},
		{"1..60", dword(60), evidence.Pass, "RestrictAnonymous is 60 (0x3c)"},
		{"= 1;= 2", dword(2), evidence.Pass, "RestrictAnonymous is 2"},
		{"= 1", text("1"), evidence.Fail, `RestrictAnonymous is "1" and has the wrong type REG_SZ: it must be a REG_DWORD`},
		{"= 1", evidence.Registry{Type: evidence.RegQWord, Data: []byte{1, 0, 0, 0, 0, 0, 0, 0}}, evidence.Fail,
			"RestrictAnonymous is REG_QWORD 0x00000001 (1) and has the wrong type REG_QWORD: it must be a REG_DWORD"},
		{"= 1", evidence.Registry{Type: evidence.RegDWord, Data: []byte{1}}, evidence.Fail,
			"RestrictAnonymous is REG_DWORD 01 and has the wrong type REG_DWORD: it must be a REG_DWORD"},
		{"text 1", text("1"), evidence.Pass, `RestrictAnonymous is "1"`},
		{"text 1", dword(1), evidence.Fail, "RestrictAnonymous is 1 and has the wrong type REG_DWORD: it must be text"},
		{"text Yes", text("yes"), evidence.Pass, `RestrictAnonymous is "yes"`},
		{"text <= 4", text("4"), evidence.Pass, `RestrictAnonymous is "4"`},
		{"text <= 4", text("10"), evidence.Fail, `RestrictAnonymous is "10"`},
		{"text <= 4", text("few"), evidence.Fail, `RestrictAnonymous is "few"`},
		{"text ", multi(""), evidence.Pass, "RestrictAnonymous is an empty list"},
		{"text ", multi("a\x00b"), evidence.Fail, `RestrictAnonymous is "a" "b"`},
		{"absent", dword(0), evidence.Fail, "RestrictAnonymous is 0"},
		{"= 1", nil, evidence.Fail, `RestrictAnonymous is not set: HKLM\SYSTEM\CurrentControlSet\Control\Lsa was read as a whole in data/items/registry/lsa.reg`},
		{"= 0;absent", nil, evidence.Pass, `RestrictAnonymous is not set: HKLM\SYSTEM\CurrentControlSet\Control\Lsa was read as a whole in data/items/registry/lsa.reg`},
	} {
		f := policyFacts([]evidence.Address{`registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa`}, nil)
		if test.value != nil {
			f = policyFacts(nil, nil, evidence.Setting{Address: lsaValue, Value: test.value})
		}
		r := judge(t, f, evidence.Check{Kind: "registry", Address: lsaValue, Want: strings.Split(test.want, ";")})
		if r.Result != test.result || r.Actual != test.actual {
			t.Errorf("want %q of %v: %s, %s; must be %s, %s", test.want, test.value, r.Result, r.Actual, test.result, test.actual)
		}
	}
}

// TestRegistryLookedFor tells a value that was looked for by its name from a key that was: the key of the one is there.
func TestRegistryLookedFor(t *testing.T) {
	const key, item = `HKLM\SOFTWARE\X`, "data/items/x.txt"
	for scope, says := range map[evidence.Address]string{
		evidence.RegistryValue(key, "Y"): `Y is not set: ` + key + ` has no such value, as ` + item + ` shows`,
		evidence.RegistryKey(key):        `Y is not set: ` + key + ` is not there, as ` + item + ` shows`,
	} {
		c := evidence.Content{Item: evidence.Item{Path: item, Status: evidence.Absent}}
		c.Covered(evidence.Coverage{Scope: scope, Deep: true, Cite: evidence.Citation{Item: item, Absence: true}})
		f := evidence.NewFacts([]evidence.Content{c})
		r := judge(t, f, evidence.Check{Kind: "registry", Address: evidence.RegistryValue(key, "Y"), Want: []string{"= 1"}})
		if r.Result != evidence.Fail || r.Actual != says || len(r.Cites) != 1 || r.Cites[0].Item != item {
			t.Errorf("%s: %+v, want %s", scope, r, says)
		}
		if o := f.Lookup(evidence.RegistryValue(key, "Z")); (o.State == evidence.Missing) != (scope == evidence.RegistryKey(key)) {
			t.Errorf("%s: another value of the key is %v", scope, o.State)
		}
	}
}

func TestRegistryExpected(t *testing.T) {
	r := judge(t, policyFacts(nil, nil), evidence.Check{Kind: "registry", Address: lsaValue, Want: []string{"= 1", ">= 0x10", "3..4", "text X", "absent"}})
	const want = `RestrictAnonymous is 1 or is at least 16 or is from 3 to 4 or is the text "X" or is not set`
	if r.Expected != want || r.Result != evidence.NotCollected {
		t.Errorf("%s: %s", r.Result, r.Expected)
	}
}

// Silence and doubt never pass, even where absent is accepted.
func TestPolicyUndecided(t *testing.T) {
	const guid = "audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}"
	for _, c := range []evidence.Check{
		{Kind: "registry", Address: lsaValue, Want: []string{"absent"}},
		{Kind: "user-right", Address: "user-right:SeTcbPrivilege", Want: []string{"nobody"}},
		{Kind: "account-policy", Address: "account-policy:LockoutDuration", Want: []string{"absent"}},
		{Kind: "audit-policy", Address: guid, Want: []string{"includes success"}},
	} {
		if r := judge(t, policyFacts(nil, nil), c); r.Result != evidence.NotCollected {
			t.Errorf("%s, nothing collected: %s", c.Kind, r.Result)
		}
		if r := judge(t, policyFacts([]evidence.Address{c.Address}, []evidence.Address{c.Address}), c); r.Result != evidence.NeedsReview {
			t.Errorf("%s, not understood: %s", c.Kind, r.Result)
		}
		twice := policyFacts(nil, []evidence.Address{c.Address}, evidence.Setting{Address: c.Address, Value: evidence.Text("x")})
		if r := judge(t, twice, c); r.Result != evidence.NeedsReview || len(r.Cites) != 2 {
			t.Errorf("%s, there once more and not understood: %s", c.Kind, r.Result)
		}
		two := []evidence.Content{
			{Item: evidence.Item{Path: "a"}, Settings: []evidence.Setting{{Address: c.Address, Value: evidence.Text("x"), Cite: evidence.Citation{Item: "a"}}}},
			{Item: evidence.Item{Path: "b"}, Settings: []evidence.Setting{{Address: c.Address, Value: evidence.Text("y"), Cite: evidence.Citation{Item: "b"}}}},
		}
		if r := judge(t, evidence.NewFacts(two), c); r.Result != evidence.NeedsReview || len(r.Cites) != 2 {
			t.Errorf("%s, contradicted: %s", c.Kind, r.Result)
		}
		if r := judge(t, evidence.NewFacts(two[:1]), c); r.Result == evidence.Pass {
			t.Errorf("%s passes on a value of another kind", c.Kind)
		}
	}
}

func TestUserRight(t *testing.T) {
	const right = "user-right:SeDenyNetworkLogonRight"
	set := evidence.NewPrincipals
	for _, test := range []struct {
		want    string
		holders evidence.Principals // nil: the right is not listed
		result  evidence.Result
		actual  string
	}{
		{"nobody", nil, evidence.Pass, "nobody holds SeDenyNetworkLogonRight: the policy in force does not list it"},
		{"nobody", set(), evidence.Pass, "SeDenyNetworkLogonRight: nobody"},
		{"nobody", set("S-1-5-18"), evidence.Fail, "SeDenyNetworkLogonRight: SYSTEM (S-1-5-18)"},
		{"nobody", set("Guest"), evidence.Fail, "SeDenyNetworkLogonRight: Guest"},
		{"only S-1-5-32-544", nil, evidence.Pass, "nobody holds SeDenyNetworkLogonRight: the policy in force does not list it"},
		{"only S-1-5-32-544", set("S-1-5-32-544"), evidence.Pass, "SeDenyNetworkLogonRight: Administrators (S-1-5-32-544)"},
		{"only S-1-5-32-544", set("S-1-5-32-544", "S-1-1-0"), evidence.Fail, "SeDenyNetworkLogonRight: Everyone (S-1-1-0), Administrators (S-1-5-32-544)"},
		{"only S-1-5-32-544", set("S-1-5-32-544", "Guest"), evidence.Fail, "SeDenyNetworkLogonRight: Guest, Administrators (S-1-5-32-544)"},
		{"only S-1-5-21-1-2-3-1001", set("svc"), evidence.NeedsReview, "SeDenyNetworkLogonRight: svc"},
		{"only S-1-5-21-1-2-3-1001", set("svc", "S-1-1-0"), evidence.Fail, "SeDenyNetworkLogonRight: Everyone (S-1-1-0), svc"},
		{"includes S-1-5-32-546", set("S-1-5-32-546", "S-1-5-7"), evidence.Pass, "SeDenyNetworkLogonRight: Guests (S-1-5-32-546), ANONYMOUS LOGON (S-1-5-7)"},
		{"includes S-1-5-32-546", set("Guest"), evidence.Fail, "SeDenyNetworkLogonRight: Guest"},
		{"includes S-1-5-32-546", nil, evidence.Fail, "nobody holds SeDenyNetworkLogonRight: the policy in force does not list it"},
		{"includes S-1-5-21-1-2-3-501", set("Gast"), evidence.NeedsReview, "SeDenyNetworkLogonRight: Gast"},
		{"includes S-1-5-32-546 S-1-5-21-1-2-3-501", set("Gast"), evidence.Fail, "SeDenyNetworkLogonRight: Gast"},
	} {
		f := policyFacts([]evidence.Address{"user-right:"}, nil)
		if test.holders != nil {
			f = policyFacts([]evidence.Address{"user-right:"}, nil, evidence.Setting{Address: right, Value: test.holders})
		}
		r := judge(t, f, evidence.Check{Kind: "user-right", Address: right, Want: []string{test.want}})
		if r.Result != test.result || r.Actual != test.actual {
			t.Errorf("%q of %v: %s, %s; must be %s, %s", test.want, test.holders, r.Result, r.Actual, test.result, test.actual)
		}
	}
}

func TestAccountPolicy(t *testing.T) {
	for _, test := range []struct {
		address evidence.Address
		want    string
		value   evidence.Value
		result  evidence.Result
		actual  string
	}{
		{"account-policy:MinimumPasswordLength", ">= 14", evidence.Number(14), evidence.Pass, "MinimumPasswordLength is 14"},
		{"account-policy:MinimumPasswordLength", ">= 14", evidence.Number(8), evidence.Fail, "MinimumPasswordLength is 8"},
		{"account-policy:MinimumPasswordLength", ">= 14", evidence.Text("14"), evidence.Fail, `MinimumPasswordLength is "14", a text: it must be a number`},
		{"account-policy:MaximumPasswordAge", "1..60", evidence.Number(-1), evidence.Fail, "MaximumPasswordAge is -1 (never)"},
		{"account-policy:LockoutDuration", ">= 15;never", evidence.Number(-1), evidence.Pass, "LockoutDuration is -1 (never)"},
		{"account-policy:LockoutDuration", ">= 15;never", nil, evidence.Fail, "LockoutDuration is not set: the policy in force does not list it"},
		{"account-policy:EnableGuestAccount", "= 0", evidence.Number(0), evidence.Pass, "EnableGuestAccount is 0"},
		{"security-option:NewGuestName", "text Visitor", evidence.Text("Visitor"), evidence.Pass, `NewGuestName is "Visitor"`},
	} {
		covers := []evidence.Address{"account-policy:", "security-option:"}
		f := policyFacts(covers, nil)
		if test.value != nil {
			f = policyFacts(covers, nil, evidence.Setting{Address: evidence.AccountPolicy(test.address.Rest()), Value: test.value})
		}
		r := judge(t, f, evidence.Check{Kind: "account-policy", Address: test.address, Want: strings.Split(test.want, ";")})
		if r.Result != test.result || r.Actual != test.actual {
			t.Errorf("%s %q of %v: %s, %s; must be %s, %s", test.address, test.want, test.value, r.Result, r.Actual, test.result, test.actual)
		}
	}
}

func TestAuditPolicy(t *testing.T) {
	const logon = "audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}"
	for _, test := range []struct {
		want   string
		value  evidence.AuditSetting
		result evidence.Result
		actual string
	}{
		{"includes success", evidence.AuditBoth, evidence.Pass, "Logon writes success and failure to the security log"},
		{"includes success", evidence.AuditFailure, evidence.Fail, "Logon writes failure to the security log"},
		{"includes success;includes failure", evidence.AuditSuccess, evidence.Fail, "Logon writes success to the security log"},
		{"includes success and failure", evidence.AuditBoth, evidence.Pass, "Logon writes success and failure to the security log"},
		{"includes failure", evidence.AuditNone, evidence.Fail, "Logon writes nothing to the security log"},
	} {
		f := policyFacts(nil, nil, evidence.Setting{Address: logon, Value: test.value})
		r := judge(t, f, evidence.Check{Kind: "audit-policy", Address: "audit-policy:{0cce9215-69ae-11d9-bed3-505054503030}", Want: strings.Split(test.want, ";")})
		if r.Result != test.result || r.Actual != test.actual {
			t.Errorf("%q of %v: %s, %s; must be %s, %s", test.want, test.value, r.Result, r.Actual, test.result, test.actual)
		}
	}
}

func TestPolicyGrammar(t *testing.T) {
	for _, c := range []evidence.Check{
		{Kind: "registry", Address: lsaValue},
		{Kind: "registry", Address: lsaValue, Want: []string{"1"}},
		{Kind: "registry", Address: lsaValue, Want: []string{"= one"}},
		{Kind: "registry", Address: lsaValue, Want: []string{"= 1_0"}},
		{Kind: "registry", Address: lsaValue, Want: []string{"5..1"}},
		{Kind: "registry", Address: lsaValue, Want: []string{"never"}},
		{Kind: "registry", Address: `registry:HKLM\SYSTEM`, Want: []string{"= 1"}},
		{Kind: "registry", Address: `registry:HKEY_LOCAL_MACHINE\SYSTEM!A`, Want: []string{"= 1"}},
		{Kind: "user-right", Address: "user-right:SeTcbPrivilege"},
		{Kind: "user-right", Address: "user-right:TcbPrivilege", Want: []string{"nobody"}},
		{Kind: "user-right", Address: "user-right:SeTcbPrivilege", Want: []string{"nobody S-1-1-0"}},
		{Kind: "user-right", Address: "user-right:SeTcbPrivilege", Want: []string{"only"}},
		{Kind: "user-right", Address: "user-right:SeTcbPrivilege", Want: []string{"only Administrators"}},
		{Kind: "user-right", Address: "user-right:SeTcbPrivilege", Want: []string{"nobody", "nobody"}},
		{Kind: "account-policy", Address: "registry:X", Want: []string{"= 1"}},
		{Kind: "audit-policy", Address: "audit-policy:Logon", Want: []string{"includes success"}},
		{Kind: "audit-policy", Address: "audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}", Want: []string{"success"}},
		{Kind: "audit-policy", Address: "audit-policy:{0CCE9215-69AE-11D9-BED3-505054503030}"},
	} {
		if _, err := check.Prepare(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}
