package audit

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
)

// A registry address is wanted if any key is its beginning; that the keys are searched and not gone through changes nothing.
func TestWanted(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	word := func() string {
		var parts []string
		for range 2 + random.IntN(3) {
			parts = append(parts, []string{"a", "ab", "abc", "b", "B c", "d", "e", "f"}[random.IntN(8)])
		}
		return `HKLM\X` + strings.Join(parts, []string{`\`, ""}[random.IntN(2)])
	}
	var in Input
	section := evidence.Section{}
	var keys []string
	for range 25 {
		address := evidence.RegistryValue(word(), "v")
		section.Controls = append(section.Controls, evidence.Control{Checks: []evidence.Check{{Kind: "registry", Address: address}}})
		key, _, _ := strings.Cut(string(address.Fold()), "!")
		keys = append(keys, key)
	}
	in.Guide.Sections = []evidence.Section{section}
	want := wanted(in)
	yes := 0
	for range 5000 {
		a := evidence.RegistryValue(word(), "v")
		naive := slices.ContainsFunc(keys, func(key string) bool { return strings.HasPrefix(string(a.Fold()), key) })
		if naive {
			yes++
		}
		if want(a) != naive {
			t.Fatalf("%s: %t, want %t", a, !naive, naive)
		}
	}
	if yes == 0 || yes == 5000 {
		t.Errorf("%d of 5000 are wanted: nothing was tried", yes)
	}
	if !want("file:x") {
		t.Error("what is not of the registry is always wanted")
	}
}
