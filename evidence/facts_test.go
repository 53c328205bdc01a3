package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

// content is an Item at path with the given settings, address by value.
func content(path string, settings ...string) evidence.Content {
	c := evidence.Content{Item: evidence.Item{Path: path, Name: path, Status: evidence.Captured}, Kinds: []string{"registry", "user-right"}}
	for i := 0; i < len(settings); i += 2 {
		c.Setting(evidence.Setting{Address: evidence.Address(settings[i]), Value: evidence.Text(settings[i+1]),
			Cite: evidence.Citation{Item: path, Line: i + 1, Offset: int64(i), Length: 1}})
	}
	return c
}

const (
	lsa   = `HKLM\SYSTEM\CurrentControlSet\Control\Lsa`
	value = "registry:" + lsa + "!RestrictAnonymous"
)

func TestLookup(t *testing.T) {
	covering := func(c evidence.Content, scope evidence.Address, deep bool) evidence.Content {
		c.Covered(evidence.Coverage{Scope: scope, Deep: deep, Cite: evidence.Citation{Item: c.Item.Path, Line: 3, Length: 2}})
		return c
	}
	troubled := func(c evidence.Content, scope evidence.Address) evidence.Content {
		c.Problem(evidence.Problem{Scope: scope, Message: "cut", Cite: evidence.Citation{Item: c.Item.Path, Line: 9, Length: 1}})
		return c
	}
	refused := content("r")
	refused.Refused = "a policy template"
	for _, test := range []struct {
		name     string
		contents []evidence.Content
		address  evidence.Address
		want     evidence.State
	}{
		{"nothing", nil, value, evidence.Unknown},
		{"found, other case", []evidence.Content{content("a", `registry:HKLM\system\currentcontrolset\control\LSA!restrictanonymous`, "1")}, value, evidence.Found},
		{"two items agree", []evidence.Content{content("a", value, "1"), content("b", value, "1")}, value, evidence.Found},
		{"two items disagree", []evidence.Content{content("a", value, "1"), content("b", value, "0")}, value, evidence.Conflicting},
		{"the last of one item counts", []evidence.Content{content("a", value, "0", value, "1"), content("b", value, "1")}, value, evidence.Found},
		{"the key was read", []evidence.Content{covering(content("a"), evidence.RegistryKey(lsa), false)}, value, evidence.Missing},
		{"a key above was read with all below", []evidence.Content{covering(content("a"), evidence.RegistryKey(`HKLM\SYSTEM`), true)}, value, evidence.Missing},
		{"a key above was read without what is below", []evidence.Content{covering(content("a"), evidence.RegistryKey(`HKLM\SYSTEM`), false)}, value, evidence.Unknown},
		{"a key with a longer name was read", []evidence.Content{covering(content("a"), evidence.RegistryKey(lsa+"2"), true)}, value, evidence.Unknown},
		{"the section was read", []evidence.Content{covering(content("a"), "user-right:", true)}, "user-right:SeTcbPrivilege", evidence.Missing},
		{"a problem in the key", []evidence.Content{troubled(covering(content("a"), evidence.RegistryKey(lsa), false), evidence.RegistryKey(lsa))}, value, evidence.Unclear},
		{"a problem elsewhere", []evidence.Content{troubled(covering(content("a"), evidence.RegistryKey(lsa), false), evidence.RegistryKey(lsa+"2"))}, value, evidence.Missing},
		{"a problem of the whole item", []evidence.Content{troubled(covering(content("a"), evidence.RegistryKey(lsa), false), "")}, value, evidence.Unclear},
		{"a problem of another item's kinds", []evidence.Content{troubled(content("a"), "")}, "listener:tcp/0.0.0.0:443", evidence.Unknown},
		{"refused", []evidence.Content{refused}, "user-right:SeTcbPrivilege", evidence.Unknown},
	} {
		o := evidence.NewFacts(test.contents).Lookup(test.address)
		if o.State != test.want {
			t.Errorf("%s: state %d, want %d (%s)", test.name, o.State, test.want, o.Why)
		}
		if o.State != evidence.Unknown && len(o.Cites) == 0 {
			t.Errorf("%s: nothing is cited", test.name)
		}
		if (o.State == evidence.Unknown || o.State == evidence.Unclear || o.State == evidence.Conflicting) && o.Why == "" {
			t.Errorf("%s: no reason", test.name)
		}
	}
}

func TestCombine(t *testing.T) {
	cited := []evidence.Citation{{Item: "i", Line: 1, Length: 1}}
	reason := func(r evidence.Result) evidence.Reason { return evidence.Reason{Result: r, Cites: cited} }
	for _, test := range []struct {
		reasons []evidence.Reason
		want    evidence.Result
	}{
		{nil, evidence.NotCollected},
		{[]evidence.Reason{{}}, evidence.NotCollected},
		{[]evidence.Reason{reason(evidence.Pass), reason(evidence.Fail)}, evidence.Fail},
		{[]evidence.Reason{reason(evidence.Pass), reason(evidence.NotCollected)}, evidence.NotCollected},
		{[]evidence.Reason{reason(evidence.NotCollected), reason(evidence.NeedsReview)}, evidence.NeedsReview},
		{[]evidence.Reason{reason(evidence.Pass), reason(evidence.NotApplicable)}, evidence.Pass},
		{[]evidence.Reason{reason(evidence.NotApplicable)}, evidence.NotApplicable},
		{[]evidence.Reason{{Result: evidence.Pass}}, evidence.NeedsReview}, // nothing cited
		{[]evidence.Reason{{Result: evidence.Fail}}, evidence.NeedsReview},
	} {
		if got := evidence.Combine(evidence.BasisEvidence, test.reasons...).Result; got != test.want {
			t.Errorf("%v: %s, want %s", test.reasons, got, test.want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, test := range []struct{ got, want evidence.Address }{
		{evidence.RegistryValue(`HKEY_LOCAL_MACHINE\SOFTWARE\A\`, "B"), `registry:HKLM\SOFTWARE\A!B`},
		{evidence.RegistryValue(`\HKLM\SOFTWARE\A`, ""), `registry:HKLM\SOFTWARE\A!`},
		{evidence.RegistryKey(`HKLM\a!b%`), `registry:HKLM\a%21b%25`},
		{evidence.Address("http:https://H/Path").Fold(), "http:https://H/Path"},
		{evidence.Address(`acl:C:\LTShare`).Fold(), `acl:c:\ltshare`},
	} {
		if test.got != test.want {
			t.Errorf("got %s, want %s", test.got, test.want)
		}
	}
}

func TestDigest(t *testing.T) {
	const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" // FIPS 180-4, of no bytes
	if got := evidence.DigestOf(nil).String(); got != empty {
		t.Errorf("got %s", got)
	}
	if _, err := evidence.ParseDigest(empty); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", empty[1:], empty + "0", "E" + empty[1:], "g" + empty[1:]} {
		if _, err := evidence.ParseDigest(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}
