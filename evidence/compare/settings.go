package compare

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"auditpack/evidence"
)

// Kinds of Change at the setting level.
const (
	Added        = "added"
	Removed      = "removed"
	Changed      = "changed"
	NotCollected = "not collected"
)

// Side is one snapshot to compare.
type Side struct {
	// Settings yields every Setting that the other side may not have, in the same order each time it is called. What is
	// known to be on both sides may be left out on both: equal files, equal keys of an export.
	Settings func() iter.Seq[evidence.Setting]
	// Elsewhere yields what Settings left out at the Addresses that are asked for. It may be nil: nothing was left out that
	// shows an Address which Settings yields too.
	Elsewhere func(want func(evidence.Address) bool) iter.Seq[evidence.Setting]
	// Covered reports whether the place of an Address was read as a whole, so that its absence is known.
	Covered func(evidence.Address) bool
}

// Settings compares two sides, sorted by Address, then kind. Changes that are set aside are among them and say by
// which rule; see [CountAside].
func Settings(before, after Side) []evidence.Change {
	var filters []filter
	texts := map[evidence.Address]*sides{}
	for full := false; !full; { // each round leaves alone all but a few of the Addresses that do not differ
		seed := newSeed()
		counts := make(tally, fewCells)
		if len(filters) > 0 {
			counts = make(tally, manyCells)
		}
		seed.count(counts, before, after, filters)
		filters = append(filters, func(a evidence.Address) bool { return !counts.even(seed.ofText(string(a))) })
		clear(texts)
		full = fetch(before.Settings(), filters, texts, 0, len(filters)) && fetch(after.Settings(), filters, texts, 1, len(filters))
	}
	texts = unequal(texts)
	if len(texts) > 0 && (before.Elsewhere != nil || after.Elsewhere != nil) {
		differs := func(a evidence.Address) bool { return texts[a.Fold()] != nil }
		for i, side := range []Side{before, after} {
			if side.Elsewhere != nil {
				fetch(side.Elsewhere(differs), []filter{differs}, texts, i, maxRounds)
			}
		}
		texts = unequal(texts)
	}
	changes := make([]evidence.Change, 0, len(texts))
	for _, s := range texts {
		changes = append(changes, s.change(before, after))
	}
	Sort(changes)
	return changes
}

// Sort orders Changes by Address and Item, then by kind.
func Sort(changes []evidence.Change) {
	slices.SortFunc(changes, func(a, b evidence.Change) int {
		return cmp.Or(strings.Compare(string(a.Address.Fold()), string(b.Address.Fold())), strings.Compare(a.Item, b.Item), strings.Compare(a.Kind, b.Kind))
	})
}

// filter reports whether an Address, folded, may differ.
type filter func(evidence.Address) bool

func may(filters []filter, fold evidence.Address) bool {
	for _, f := range filters {
		if !f(fold) {
			return false
		}
	}
	return true
}

// count tells both sides to a tally, each Setting in the cell of its Address.
func (s seed) count(t tally, before, after Side, filters []filter) {
	var text []byte
	for i, side := range []Side{before, after} {
		for setting := range side.Settings() {
			fold := setting.Address.Fold()
			if may(filters, fold) {
				text = append(append(append(text[:0], fold...), 0), setting.Value.String()...)
				t.count(i, s.ofText(string(fold)), s.of(text))
			}
		}
	}
}

// How many Addresses are fetched before another tally is made, and how often that is worth while.
const (
	maxFetched = 32 << 10
	maxRounds  = 3
)

// shown is what one side shows of an Address.
type shown struct {
	value evidence.Value
	text  string
	cite  evidence.Citation
}

// sides is what both sides show of an Address: the distinct values of each.
type sides struct {
	address evidence.Address
	shown   [2][]shown
}

// fetch collects what one side shows of the Addresses that may differ. It reports false where these are so many that
// another tally should be made first.
func fetch(settings iter.Seq[evidence.Setting], filters []filter, texts map[evidence.Address]*sides, side, round int) bool {
	for setting := range settings {
		fold := setting.Address.Fold()
		if !may(filters, fold) {
			continue
		}
		both := texts[fold]
		if both == nil {
			if len(texts) >= maxFetched && round < maxRounds {
				return false
			}
			both = &sides{address: setting.Address}
			texts[fold] = both
		}
		both.address = min(both.address, setting.Address) // of two spellings the same one, whichever side is first
		text := setting.Value.String()
		if !slices.ContainsFunc(both.shown[side], func(s shown) bool { return s.text == text }) {
			both.shown[side] = append(both.shown[side], shown{setting.Value, text, setting.Cite})
		}
	}
	return true
}

// unequal sorts what is shown by value and returns what differs.
func unequal(texts map[evidence.Address]*sides) map[evidence.Address]*sides {
	left := map[evidence.Address]*sides{}
	for a, s := range texts {
		for i := range s.shown {
			slices.SortFunc(s.shown[i], func(a, b shown) int { return strings.Compare(a.text, b.text) })
		}
		if !slices.EqualFunc(s.shown[0], s.shown[1], func(a, b shown) bool { return a.text == b.text }) {
			left[a] = s
		}
	}
	return left
}

func (s *sides) change(before, after Side) evidence.Change {
	c := evidence.Change{Level: evidence.SettingLevel, Address: s.address, Kind: Changed}
	c.Before, c.BeforeCites = joined(s.shown[0])
	c.After, c.AfterCites = joined(s.shown[1])
	switch {
	case len(s.shown[0]) == 0:
		c.Kind = Added
		if before.Covered != nil && !before.Covered(s.address) {
			c.Kind = NotCollected
		}
	case len(s.shown[1]) == 0:
		c.Kind = Removed
		if after.Covered != nil && !after.Covered(s.address) {
			c.Kind = NotCollected
		}
	}
	switch {
	case len(s.shown[0]) == 1 && len(s.shown[1]) == 1:
		c.Meaning = meaning(s.address, s.shown[0][0].value, s.shown[1][0].value)
	case s.address.Kind() == "user-right" && c.Kind == Removed: // policy lists only rights that somebody has
		c.Meaning = []string{"nobody holds it any more"}
	case s.address.Kind() == "user-right" && c.Kind == Added:
		c.Meaning = []string{"nobody held it before"}
	}
	c.Aside = volatile(c, s)
	return c
}

func joined(all []shown) (string, []evidence.Citation) {
	var texts []string
	var cites []evidence.Citation
	for _, s := range all {
		texts, cites = append(texts, s.text), append(cites, s.cite)
	}
	return strings.Join(texts, " | "), cites
}
