package check_test

import (
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/check"
)

// Two Items that were both read as a whole, or two lines of one Item, that say different things decide nothing, in whatever
// kind of Check they are looked at.
func TestDisagreeingItems(t *testing.T) {
	const (
		deny   = "user-right:SeDenyNetworkLogonRight"
		policy = `registry:HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\PublicProfile!EnableFirewall`
		local  = `registry:HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\PublicProfile!EnableFirewall`
		guest  = "security-option:NewGuestName"
	)
	guests := evidence.NewPrincipals("S-1-5-32-546")
	whole := func(scopes ...evidence.Address) func(*evidence.Content) {
		return func(c *evidence.Content) {
			for _, s := range scopes {
				c.Covered(evidence.Coverage{Scope: s, Deep: true, Cite: evidence.Citation{Item: c.Item.Path, Line: 1, Length: 1}})
			}
		}
	}
	set := func(a evidence.Address, values ...evidence.Value) func(*evidence.Content) {
		return func(c *evidence.Content) {
			for i, v := range values {
				c.Setting(evidence.Setting{Address: a, Value: v, Cite: evidence.Citation{Item: c.Item.Path, Line: 2 + i, Offset: int64(10 * i), Length: 1}})
			}
		}
	}
	const policyKey, localKey = `registry:HKLM\SOFTWARE\Policies\Microsoft`, `registry:HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess`
	for _, test := range []struct {
		name  string
		check evidence.Check
		items [][]func(*evidence.Content)
		want  evidence.Result
	}{
		{"one export shows the denial", evidence.Check{Kind: "user-right-set", Address: deny, Want: []string{"includes S-1-5-32-546"}},
			[][]func(*evidence.Content){{whole("user-right:"), set(deny, guests)}}, evidence.Pass},
		{"a second export has no such line", evidence.Check{Kind: "user-right-set", Address: deny, Want: []string{"includes S-1-5-32-546"}},
			[][]func(*evidence.Content){{whole("user-right:"), set(deny, guests)}, {whole("user-right:")}}, evidence.NeedsReview},
		{"a second line takes it back", evidence.Check{Kind: "user-right-set", Address: deny, Want: []string{"includes S-1-5-32-546"}},
			[][]func(*evidence.Content){{whole("user-right:"), set(deny, evidence.NewPrincipals(), guests)}}, evidence.NeedsReview},
		{"the policy's value is in one of two exports", evidence.Check{Kind: "registry-first", Address: policy, Want: []string{"= 1", "else " + local}},
			[][]func(*evidence.Content){{whole(policyKey, localKey), set(policy, evidence.RegistryDWord(1)), set(local, evidence.RegistryDWord(0))}, {whole(policyKey)}}, evidence.NeedsReview},
		{"two names for the guest", evidence.Check{Kind: "account-renamed", Address: guest, Want: []string{"not Guest"}},
			[][]func(*evidence.Content){{whole("security-option:"), set(guest, evidence.Text("Guest"), evidence.Text("visitor"))}}, evidence.NeedsReview},
		{"a name for the guest in one of two exports", evidence.Check{Kind: "account-renamed", Address: guest, Want: []string{"not Guest"}},
			[][]func(*evidence.Content){{whole("security-option:"), set(guest, evidence.Text("visitor"))}, {whole("security-option:")}}, evidence.NeedsReview},
	} {
		var contents []evidence.Content
		for i, fill := range test.items {
			c := evidence.Content{Item: evidence.Item{Path: "data/items/" + string(rune('a'+i)), Status: evidence.Captured}, Kinds: []string{"user-right"}}
			for _, f := range fill {
				f(&c)
			}
			contents = append(contents, c)
		}
		judge, err := check.Prepare(test.check)
		if err != nil {
			t.Fatal(err)
		}
		v := evidence.Combine(evidence.BasisEvidence, judge(check.Case{Facts: evidence.NewFacts(contents), Answers: &evidence.Answers{}})...)
		if v.Result != test.want {
			t.Errorf("%s: %s, want %s: %+v", test.name, v.Result, test.want, v.Reasons)
		}
	}
}
