package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

// A Problem hides what its Scope encloses and nothing else.
func TestLookupBesideProblem(t *testing.T) {
	const key = `registry:HKLM\SOFTWARE\Sample`
	for _, test := range []struct {
		scope, address evidence.Address
		want           evidence.State
	}{
		{key + "!B", key + "!A", evidence.Found},
		{key, key + "!A", evidence.Found},
		{key + "!B", key + "!B", evidence.Unclear},
		{key, key + "!B", evidence.Unclear},
		{key + "!C", key + "!B", evidence.Missing},
		{key + "!", key + "!B", evidence.Missing}, // the default value encloses no other
		{key + "!", key + "!", evidence.Unclear},
		{"", key + "!B", evidence.Missing},
	} {
		f := evidence.NewFacts([]evidence.Content{{
			Item:     evidence.Item{Path: "a"},
			Settings: []evidence.Setting{{Address: key + "!A", Value: evidence.RegistryDWord(1), Cite: evidence.Citation{Item: "a"}}},
			Covers:   []evidence.Coverage{{Scope: key, Cite: evidence.Citation{Item: "a"}}},
			Problems: []evidence.Problem{{Scope: test.scope, Cite: evidence.Citation{Item: "a"}}},
		}})
		if got := f.Lookup(test.address).State; got != test.want {
			t.Errorf("problem at %q: %q is %v, want %v", test.scope, test.address, got, test.want)
		}
	}
}
