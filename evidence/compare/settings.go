package compare

import (
	"cmp"
	"crypto/sha256"
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
	// Settings yields every Setting, in the same order each time it is called.
	Settings func() iter.Seq[evidence.Setting]
	// Covered reports whether the place of an Address was read as a whole, so that its absence is known.
	Covered func(evidence.Address) bool
}

// Difference is what Settings found.
type Difference struct {
	Changes  []evidence.Change // sorted by Address, then kind
	SetAside int               // volatile differences: counted, not listed
}

// Settings compares two sides.
func Settings(before, after Side) Difference {
	from, to := digests(before), digests(after)
	differs := map[key]bool{}
	var d Difference
	for k, set := range from {
		if !set.equal(to[k]) {
			differs[k] = true
		}
	}
	for k, set := range to {
		if !set.equal(from[k]) {
			differs[k] = true
		}
	}
	if len(differs) == 0 {
		return d
	}
	texts := map[key]*sides{}
	fetch(before, differs, texts, func(s *sides) *shown { return &s.before })
	fetch(after, differs, texts, func(s *sides) *shown { return &s.after })
	for _, s := range texts {
		change := s.change(before, after)
		if Volatile(change) {
			d.SetAside++
			continue
		}
		d.Changes = append(d.Changes, change)
	}
	slices.SortFunc(d.Changes, func(a, b evidence.Change) int {
		return cmp.Or(strings.Compare(string(a.Address.Fold()), string(b.Address.Fold())), strings.Compare(a.Kind, b.Kind))
	})
	return d
}

// key is a digest of a folded Address, cut to 16 bytes: among ten million Addresses two equal ones are less likely than
// one in 10²⁴.
type key [16]byte

func keyOf(a evidence.Address) key {
	sum := sha256.Sum256([]byte(a.Fold()))
	return key(sum[:16])
}

// valueSet holds digests of the distinct values of one Address, sorted.
type valueSet []key

func (v valueSet) equal(w valueSet) bool { return slices.Equal(v, w) }

func digests(s Side) map[key]valueSet {
	all := map[key]valueSet{}
	for setting := range s.Settings() {
		k := keyOf(setting.Address)
		sum := sha256.Sum256([]byte(stable(setting.Value)))
		v := key(sum[:16])
		set := all[k]
		if at, found := slices.BinarySearchFunc(set, v, func(a, b key) int { return slices.Compare(a[:], b[:]) }); !found {
			all[k] = slices.Insert(set, at, v)
		}
	}
	return all
}

// stable returns the canonical form of a value without what changes by itself.
func stable(v evidence.Value) string {
	if s, ok := v.(interface{ Stable() string }); ok {
		return s.Stable()
	}
	return v.String()
}

// shown is what one side shows of an Address that differs.
type shown struct {
	values []string
	cites  []evidence.Citation
}

type sides struct {
	address       evidence.Address
	before, after shown
}

func fetch(s Side, differs map[key]bool, texts map[key]*sides, side func(*sides) *shown) {
	for setting := range s.Settings() {
		k := keyOf(setting.Address)
		if !differs[k] {
			continue
		}
		both := texts[k]
		if both == nil {
			both = &sides{address: setting.Address}
			texts[k] = both
		}
		show := side(both)
		if text := stable(setting.Value); !slices.Contains(show.values, text) {
			show.values = append(show.values, text)
			show.cites = append(show.cites, setting.Cite)
		}
	}
}

func (s *sides) change(before, after Side) evidence.Change {
	slices.Sort(s.before.values)
	slices.Sort(s.after.values)
	c := evidence.Change{
		Level: evidence.SettingLevel, Address: s.address, Kind: Changed,
		Before: strings.Join(s.before.values, " | "), After: strings.Join(s.after.values, " | "),
		BeforeCites: s.before.cites, AfterCites: s.after.cites,
	}
	switch {
	case len(s.before.values) == 0:
		c.Kind = Added
		if before.Covered != nil && !before.Covered(s.address) {
			c.Kind = NotCollected
		}
	case len(s.after.values) == 0:
		c.Kind = Removed
		if after.Covered != nil && !after.Covered(s.address) {
			c.Kind = NotCollected
		}
	}
	return c
}

// ephemeral is the first port that Windows gives to outgoing and dynamic endpoints (RFC 6335 §6).
const ephemeral = 49152

// Volatile reports whether a Change is of a kind that happens by itself: a listener on an ephemeral port, the time of
// the last boot, a running counter. Such Changes are counted and set aside.
func Volatile(c evidence.Change) bool {
	switch c.Address.Kind() {
	case "listener":
		e, _, ok := evidence.ParseEndpoint(c.Address) // also of its processes and programs
		return ok && e.Port() >= ephemeral
	case "system":
		return strings.EqualFold(c.Address.Rest(), "boot-time")
	case "http":
		return strings.Contains(strings.ToLower(string(c.Address)), "@date")
	}
	return false
}
