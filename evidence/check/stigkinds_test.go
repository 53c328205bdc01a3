package check_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

const (
	policyValue = `registry:HKLM\SOFTWARE\Policies\Sample\PrivateProfile!EnableThing`
	localValue  = `registry:HKLM\SYSTEM\CurrentControlSet\Sample\StandardProfile!EnableThing`
	policyKeys  = `registry:HKLM\SOFTWARE\Policies`
	localKeys   = `registry:HKLM\SYSTEM\CurrentControlSet\Sample`
)

func setting(a evidence.Address, v evidence.Value) evidence.Setting {
	return evidence.Setting{Address: a, Value: v}
}

// TestRegistryFirst judges a policy's value before the local one.
func TestRegistryFirst(t *testing.T) {
	dword := func(a evidence.Address, n uint32) evidence.Setting { return setting(a, evidence.RegistryDWord(n)) }
	both := []evidence.Address{policyKeys, localKeys}
	for name, test := range map[string]struct {
		covers   []evidence.Address
		settings []evidence.Setting
		result   evidence.Result
		actual   string
	}{
		"policy right, local wrong": {both, []evidence.Setting{dword(policyValue, 1), dword(localValue, 0)}, evidence.Pass, "EnableThing is 1, by policy"},
		"policy wrong, local right": {both, []evidence.Setting{dword(policyValue, 0), dword(localValue, 1)}, evidence.Fail, "EnableThing is 0, by policy"},
		"no policy, local right":    {both, []evidence.Setting{dword(localValue, 1)}, evidence.Pass, "EnableThing is 1"},
		"no policy, local wrong":    {both, []evidence.Setting{dword(localValue, 2)}, evidence.Fail, "EnableThing is 2"},
		"neither":                   {both, nil, evidence.Fail, "EnableThing is not set anywhere"},
		"policy not collected":      {both[1:], []evidence.Setting{dword(localValue, 1)}, evidence.NotCollected, "no export holds"},
		"local not collected":       {both[:1], nil, evidence.NotCollected, "no export holds"},
		"policy of a wrong type":    {both, []evidence.Setting{setting(policyValue, evidence.RegistryText(evidence.RegSZ, "1")), dword(localValue, 1)}, evidence.Fail, "wrong type REG_SZ"},
		"32-bit view":               {both, []evidence.Setting{dword(`registry:HKLM\SOFTWARE\WOW6432Node\Policies\Sample\PrivateProfile!EnableThing`, 1)}, evidence.Fail, "not set anywhere"},
	} {
		t.Run(name, func(t *testing.T) {
			r := judge(t, policyFacts(test.covers, nil, test.settings...), evidence.Check{
				Kind: "registry-first", Address: policyValue, Want: []string{"= 1", "else " + localValue}})
			if r.Result != test.result || !strings.Contains(r.Actual, test.actual) {
				t.Errorf("%s: %s", r.Result, r.Actual)
			}
		})
	}
}

// TestRegistryFirstWant judges what the kind registry cannot say.
func TestRegistryFirstWant(t *testing.T) {
	text := func(s string) evidence.Value { return evidence.RegistryText(evidence.RegSZ, s) }
	dword := func(n uint32) evidence.Value { return evidence.RegistryDWord(n) }
	for _, test := range []struct {
		want   string // lines, separated by semicolons
		value  evidence.Value
		result evidence.Result
	}{
		{">= 2000; review >= 500", dword(2000), evidence.Pass},
		{">= 2000; review >= 500", dword(500), evidence.NeedsReview},
		{">= 2000; review >= 500", dword(499), evidence.Fail},
		{">= 2000; review >= 500", text("2000"), evidence.Fail},
		{"text One; review any text", text("one"), evidence.Pass},
		{"text One; review any text", text("something else"), evidence.NeedsReview},
		{"text One; review any text", text("  "), evidence.Fail},
		{"text One; review any text", dword(1), evidence.Fail},
		{"words Stay out, all of you.", text("Stay out,\r\nall of you."), evidence.Pass},
		{"words Stay out, all of you.", text("Stay out, most of you."), evidence.Fail},
		{"words Stay out, all of you.", text(""), evidence.Fail},
		{"list A=1, B=1", text("A=1, B=1"), evidence.Pass},
		{"list A=1, B=1", text("b = 1,a=1"), evidence.Pass},
		{"list A=1, B=1", text("A=1,B=1,C=1"), evidence.Pass},
		{"list A=1, B=1", text("A=1"), evidence.Fail},
		{"list A=1, B=1", text("A=1, B=0"), evidence.Fail},
		{"list A=1, B=1", text("B=0, A=1, B=1"), evidence.NeedsReview},
		{"list A=1, B=1", dword(1), evidence.Fail},
		{"text O:BAG:BAD:(A;;RC;;;BA)", text("O:BAG:BAD:(A;;RC;;;BA)"), evidence.Pass},
		{"text O:BAG:BAD:(A;;RC;;;BA)", text("O:BAG:BAD:(A;;RC;;;WD)"), evidence.Fail},
	} {
		r := judge(t, policyFacts(nil, nil, setting(policyValue, test.value)),
			evidence.Check{Kind: "registry-first", Address: policyValue, Want: strings.Split(test.want, "; ")})
		if r.Result != test.result {
			t.Errorf("%s of %s: %s: %s", test.want, test.value, r.Result, r.Actual)
		}
	}
}

// TestUserRightSet judges accounts of any domain, alternatives and holders that are right on some hosts.
func TestUserRightSet(t *testing.T) {
	const domain = "S-1-5-21-111-222-333"
	for _, test := range []struct {
		want    string
		holders []string
		result  evidence.Result
	}{
		{"includes S-1-5-32-546", []string{"S-1-5-32-546", "S-1-5-32-545"}, evidence.Pass},
		{"includes S-1-5-32-546", []string{"Guests"}, evidence.Fail}, // secedit writes a well-known group as a SID
		{"includes S-1-5-21-*-512", []string{domain + "-512"}, evidence.Pass},
		{"includes S-1-5-21-*-512", []string{domain + "-513"}, evidence.Fail},
		{"includes S-1-5-21-*-512", []string{domain + "-1512"}, evidence.Fail},
		{"includes S-1-5-21-*-512", []string{"S-1-5-21-1-512"}, evidence.Fail},
		{"includes S-1-5-21-*-512", []string{`CORP\Domain Admins`}, evidence.NeedsReview},
		{"includes S-1-5-21-*-512", nil, evidence.Fail},
		{"includes S-1-5-114; includes S-1-5-113", []string{"S-1-5-113"}, evidence.Pass},
		{"includes S-1-5-114; includes S-1-5-113", []string{"S-1-5-114"}, evidence.Pass},
		{"includes S-1-5-114; includes S-1-5-113", []string{"S-1-5-32-544"}, evidence.Fail},
		{"only S-1-5-32-544; review S-1-5-83-0", []string{"S-1-5-32-544"}, evidence.Pass},
		{"only S-1-5-32-544; review S-1-5-83-0", nil, evidence.Pass},
		{"only S-1-5-32-544; review S-1-5-83-0", []string{"S-1-5-32-544", "S-1-5-83-0"}, evidence.NeedsReview},
		{"only S-1-5-32-544; review S-1-5-83-0", []string{"S-1-5-83-0", "S-1-5-11"}, evidence.Fail},
	} {
		const right = "user-right:SeSampleRight"
		f := policyFacts([]evidence.Address{"user-right:"}, nil)
		if test.holders != nil {
			f = policyFacts(nil, nil, setting(right, evidence.NewPrincipals(test.holders...)))
		}
		r := judge(t, f, evidence.Check{Kind: "user-right-set", Address: right, Want: strings.Split(test.want, "; ")})
		if r.Result != test.result {
			t.Errorf("%s of %v: %s: %s (%s)", test.want, test.holders, r.Result, r.Actual, r.Note)
		}
	}
}

// TestRenamed knows that a German server's guest is called Gast and was not renamed.
func TestRenamed(t *testing.T) {
	const address = "security-option:NewGuestName"
	for name, want := range map[string]evidence.Result{
		"Guest": evidence.Fail, "guest": evidence.Fail, "Gast": evidence.NeedsReview, "Nobody17": evidence.Pass, "": evidence.NeedsReview,
	} {
		r := judge(t, policyFacts(nil, nil, setting(address, evidence.Text(name))), evidence.Check{Kind: "account-renamed", Address: address, Want: []string{"not Guest"}})
		if r.Result != want {
			t.Errorf("%q: %s", name, r.Result)
		}
	}
}

// TestWhen judges a Check that applies to members of a domain only.
func TestWhen(t *testing.T) {
	for _, test := range []struct {
		member string // yes, no, or unknown
		value  uint32
		result evidence.Result
	}{
		{"yes", 1, evidence.Pass}, {"yes", 0, evidence.Fail},
		{"no", 1, evidence.NotApplicable}, {"no", 0, evidence.NotApplicable},
		{"unknown", 1, evidence.Pass}, {"unknown", 0, evidence.NeedsReview},
		{"odd", 0, evidence.NeedsReview},
	} {
		settings := []evidence.Setting{setting(localValue, evidence.RegistryDWord(test.value))}
		if test.member != "unknown" {
			settings = append(settings, setting("system:domain-member", evidence.Text(test.member)))
		}
		r := judge(t, policyFacts(nil, nil, settings...), evidence.Check{Kind: "registry", Address: localValue, Want: []string{"= 1"},
			When: []evidence.Check{{Kind: "domain-member", Address: "system:domain-member", Want: []string{"yes"}}}})
		if r.Result != test.result {
			t.Errorf("member %s, value %d: %s: %s", test.member, test.value, r.Result, r.Actual)
		}
	}
}

// TestSTIGKindsRefuse holds that data errors are found when a Check is prepared.
func TestSTIGKindsRefuse(t *testing.T) {
	for _, c := range []evidence.Check{
		{Kind: "registry-first", Address: policyValue},
		{Kind: "registry-first", Address: policyValue, Want: []string{"review = 1"}},
		{Kind: "registry-first", Address: policyValue, Want: []string{"= 1", "else nowhere"}},
		{Kind: "registry-first", Address: policyValue, Want: []string{"= one"}},
		{Kind: "registry-first", Address: policyValue, Want: []string{"= 1", "review absent"}},
		{Kind: "registry-first", Address: "user-right:SeX", Want: []string{"= 1"}},
		{Kind: "user-right-set", Address: "user-right:SeX", Want: []string{"nobody"}},
		{Kind: "user-right-set", Address: "user-right:SeX", Want: []string{"only Administrators"}},
		{Kind: "user-right-set", Address: "user-right:SeX", Want: []string{"only S-1-5-32-544", "includes S-1-5-6"}},
		{Kind: "user-right-set", Address: "user-right:SeX", Want: []string{"review S-1-5-6"}},
		{Kind: "account-renamed", Address: "security-option:NewGuestName", Want: []string{"Guest"}},
		{Kind: "domain-member", Address: "system:domain-member", Want: []string{"perhaps"}},
		{Kind: "iis-value", Address: "iis:[Main]/system.webServer/x@y", Want: []string{"= true"}},
		{Kind: "iis-value", Address: "iis:[*]/system.webServer/x", Want: []string{"= true"}},
		{Kind: "iis-value", Address: "iis:[*]/system.webServer/x@y", Want: []string{"true"}},
		{Kind: "iis-value", Address: "iis:[*]/system.webServer/x@y", Want: []string{"explicit"}},
		{Kind: "iis-entries", Address: "iis:[*]/system.webServer/x", Want: []string{"without"}},
		{Kind: "iis-entries", Address: "iis:[*]/system.webServer/x@y", Want: []string{"without a=b"}},
		{Kind: "iis-pool", Address: "iis-pool:One@a/b", Want: []string{"= 1"}},
		{Kind: "iis-pool-one-site", Address: "iis-app:", Want: []string{"yes"}},
		{Kind: "iis-site-volume", Address: "iis-site:"},
		{Kind: "iis-bindings", Address: "iis-vdir:"},
		{Kind: "registry", Address: policyValue, Want: []string{"= 1"}, When: []evidence.Check{{Kind: "nothing"}}},
	} {
		if _, err := check.Prepare(c); err == nil {
			t.Errorf("%s %s %q was accepted", c.Kind, c.Address, c.Want)
		}
	}
}
