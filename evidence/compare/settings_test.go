package compare_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

func side(settings []evidence.Setting, covered bool) compare.Side {
	return compare.Side{
		Settings: func() iter.Seq[evidence.Setting] { return slices.Values(settings) },
		Covered:  func(evidence.Address) bool { return covered },
	}
}

func text(address, value string) evidence.Setting {
	return evidence.Setting{Address: evidence.Address(address), Value: evidence.Text(value), Cite: evidence.Citation{Item: "i", Line: 1}}
}

func TestSettings(t *testing.T) {
	before := []evidence.Setting{
		text(`registry:HKLM\A!same`, "1"), text(`registry:HKLM\A!changed`, "1"), text(`registry:HKLM\A!gone`, "1"),
		text("listener:tcp/0.0.0.0:50123", "svchost"), text("system:boot-time", "monday"),
	}
	after := []evidence.Setting{
		text(`registry:HKLM\a!SAME`, "1"), text(`registry:HKLM\A!changed`, "2"), text(`registry:HKLM\A!new`, "1"),
		text("listener:tcp/0.0.0.0:50555", "svchost"), text("system:boot-time", "tuesday"),
	}
	d := compare.Settings(side(before, true), side(after, true))
	var got []string
	for _, c := range d {
		if c.Aside == "" {
			got = append(got, fmt.Sprintf("%s %s %q %q", c.Kind, c.Address, c.Before, c.After))
		}
	}
	want := []string{
		`changed registry:HKLM\A!changed "1" "2"`,
		`removed registry:HKLM\A!gone "1" ""`,
		`added registry:HKLM\A!new "" "1"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	aside := []compare.Aside{{Rule: "ephemeral port", Count: 2}, {Rule: "time of the last start", Count: 1}}
	if diff := cmp.Diff(aside, compare.CountAside(d)); diff != "" {
		t.Error(diff)
	}
	for _, c := range compare.Settings(side(before, false), side(after, false)) {
		if (c.Kind == compare.NotCollected) != (c.Before == "" || c.After == "") {
			t.Errorf("%s: %s, though neither side covers it", c.Address, c.Kind)
		}
	}
}

// TestSettingsProperties: equal sides have no changes; swapping the sides swaps the changes; applying the changes to
// the side before gives the side after. Addresses repeat, within a side as well.
func TestSettingsProperties(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	make := func() []evidence.Setting {
		var all []evidence.Setting
		for range random.IntN(40) {
			all = append(all, text(fmt.Sprintf(`registry:HKLM\K%d!V`, random.IntN(25)), fmt.Sprint(random.IntN(3))))
		}
		return all
	}
	values := func(settings []evidence.Setting) map[evidence.Address]string {
		sets := map[evidence.Address][]string{}
		for _, s := range settings {
			if v := s.Value.String(); !slices.Contains(sets[s.Address], v) {
				sets[s.Address] = append(sets[s.Address], v)
			}
		}
		joined := map[evidence.Address]string{}
		for a, set := range sets {
			slices.Sort(set)
			joined[a] = strings.Join(set, " | ")
		}
		return joined
	}
	for range 300 {
		a, b := make(), make()
		shuffled := slices.Clone(a)
		random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if d := compare.Settings(side(a, true), side(shuffled, true)); len(d) > 0 {
			t.Fatalf("a side differs from itself: %v", d)
		}
		forth := compare.Settings(side(a, true), side(b, true))
		back := compare.Settings(side(b, true), side(a, true))
		if len(forth) != len(back) {
			t.Fatalf("%d changes one way, %d the other", len(forth), len(back))
		}
		applied := values(a)
		for i, c := range forth {
			if back[i].Address != c.Address || back[i].Before != c.After || back[i].After != c.Before {
				t.Fatalf("%v one way, %v the other", c, back[i])
			}
			applied[c.Address] = c.After
			if c.After == "" {
				delete(applied, c.Address)
			}
		}
		if diff := cmp.Diff(values(b), applied); diff != "" {
			t.Fatalf("changes applied to the side before do not give the side after: %s", diff)
		}
	}
}

func TestMove(t *testing.T) {
	p, f, na, nc, nr := evidence.Pass, evidence.Fail, evidence.NotApplicable, evidence.NotCollected, evidence.NeedsReview
	for _, test := range []struct {
		before, after evidence.Result
		want          evidence.Movement
	}{
		{p, p, ""}, {nr, nr, ""}, {f, f, evidence.StillFailing}, {f, p, evidence.Fixed}, {p, f, evidence.Regressed},
		{nc, f, evidence.Regressed}, {nr, f, evidence.Regressed}, {na, f, evidence.Regressed}, {p, nc, evidence.NewlyNotCollected},
		{f, nc, evidence.NewlyNotCollected}, {f, nr, evidence.OtherMovement}, {p, nr, evidence.OtherMovement}, {nc, p, evidence.OtherMovement},
	} {
		if got := compare.Move(test.before, test.after); got != test.want {
			t.Errorf("%s to %s is %q, want %q", test.before, test.after, got, test.want)
		}
	}
}
