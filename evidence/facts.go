package evidence

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Facts is everything that was read from one snapshot, indexed by Address. It is not changed once built.
type Facts struct {
	contents []Content
	byFold   map[Address][]Setting
	sorted   []Setting // by folded Address, then Item, then Offset
	folds    []Address // of sorted, index by index
	covers   map[Address][]Coverage
	problems []Problem
}

// NewFacts indexes contents. Order does not matter: everything is sorted by Item path.
func NewFacts(contents []Content) *Facts {
	f := &Facts{contents: slices.Clone(contents), byFold: map[Address][]Setting{}, covers: map[Address][]Coverage{}}
	slices.SortFunc(f.contents, func(a, b Content) int { return strings.Compare(a.Item.Path, b.Item.Path) })
	type folded struct {
		fold Address
		s    Setting
	}
	var all []folded
	for _, c := range f.contents {
		for _, s := range c.Settings {
			all = append(all, folded{s.Address.Fold(), s})
		}
		for _, v := range c.Covers {
			fold := v.Scope.Fold()
			f.covers[fold] = append(f.covers[fold], v)
		}
		for _, p := range c.Problems {
			f.problems = append(f.problems, scoped(p, c.Kinds)...)
		}
	}
	slices.SortStableFunc(all, func(a, b folded) int {
		return cmp.Or(strings.Compare(string(a.fold), string(b.fold)),
			strings.Compare(a.s.Cite.Item, b.s.Cite.Item), cmp.Compare(a.s.Cite.Offset, b.s.Cite.Offset))
	})
	for _, e := range all {
		f.sorted = append(f.sorted, e.s)
		f.folds = append(f.folds, e.fold)
		f.byFold[e.fold] = append(f.byFold[e.fold], e.s)
	}
	return f
}

// scoped gives a Problem that touches everything in its Item the kinds of Address that the Item can hold as scopes.
func scoped(p Problem, kinds []string) []Problem {
	if p.Scope != "" {
		return []Problem{p}
	}
	var all []Problem
	for _, kind := range kinds {
		p.Scope = Address(kind + ":")
		all = append(all, p)
	}
	return all
}

// Contents returns what each Item held, sorted by Item path.
func (f *Facts) Contents() []Content { return f.contents }

// Settings returns every Setting, sorted by folded Address.
func (f *Facts) Settings() []Setting { return f.sorted }

// State is what is known about an Address.
type State int

// The States. The zero State is Unknown: nothing that was collected could have shown the Address.
const (
	Unknown     State = iota
	Found             // Items show it, all with the same value
	Missing           // the enclosing key or section was read as a whole and does not hold it
	Conflicting       // Items show different values
	Unclear           // a place that may hold it was not understood
)

// Observation is what Facts know about one Address.
type Observation struct {
	Address  Address
	State    State
	Settings []Setting  // Found: one or more with equal values; Conflicting: with different ones
	Cites    []Citation // of Settings; Missing: of the enclosing places; Unclear: of the Problems
	Why      string     // for people: Unknown, Conflicting and Unclear say why
}

// Value returns the value of a Found Observation, else nil.
func (o Observation) Value() Value {
	if o.State != Found {
		return nil
	}
	return o.Settings[0].Value
}

// Lookup tells what is known about a.
func (f *Facts) Lookup(a Address) Observation {
	fold := a.Fold()
	o := Observation{Address: a, Settings: f.byFold[fold]}
	if problems := f.ProblemsAt(a); len(problems) > 0 && len(o.Settings) == 0 {
		o.State, o.Why = Unclear, problems[0].Message
		for _, p := range problems {
			o.Cites = append(o.Cites, p.Cite)
		}
		return o
	}
	if len(o.Settings) > 0 {
		for _, s := range o.Settings {
			o.Cites = append(o.Cites, s.Cite)
		}
		o.State = Found
		// The items that agree are settled; within one Item the last value counts, as regedit reads a file.
		last := map[string]Setting{}
		var items []string
		for _, s := range o.Settings {
			if _, seen := last[s.Cite.Item]; !seen {
				items = append(items, s.Cite.Item)
			}
			last[s.Cite.Item] = s
		}
		for _, item := range items[1:] {
			if last[item].Value.String() != last[items[0]].Value.String() {
				o.State = Conflicting
				o.Why = fmt.Sprintf("%s says %s, %s says %s", items[0], last[items[0]].Value, item, last[item].Value)
				return o
			}
		}
		if len(items) < len(o.Settings) {
			o.Settings, o.Cites = nil, nil
			for _, item := range items {
				o.Settings = append(o.Settings, last[item])
				o.Cites = append(o.Cites, last[item].Cite)
			}
		}
		return o
	}
	if covers := f.Covers(a); len(covers) > 0 {
		o.State = Missing
		for _, c := range covers {
			c.Cite.Absence = true
			o.Cites = append(o.Cites, c.Cite)
		}
		return o
	}
	o.Why = f.whyUnknown(a)
	for _, c := range f.contents {
		if c.Refused != "" && slices.Contains(c.Kinds, a.Kind()) {
			o.Cites = append(o.Cites, Citation{Item: c.Item.Path})
		}
	}
	return o
}

// Covers returns the Coverages that enclose a: its parent, or any deep one above it, or its own as a deep scope.
func (f *Facts) Covers(a Address) []Coverage {
	fold := a.Fold()
	var found []Coverage
	for _, c := range f.covers[fold] {
		if c.Deep {
			found = append(found, c)
		}
	}
	for p, direct := fold.parent(), true; p != ""; p, direct = p.parent(), false {
		for _, c := range f.covers[p] {
			if c.Deep || direct {
				found = append(found, c)
			}
		}
	}
	return found
}

// ProblemsAt returns the Problems that may have hidden something about a.
func (f *Facts) ProblemsAt(a Address) []Problem {
	fold := string(a.Fold())
	var found []Problem
	for _, p := range f.problems {
		scope := string(p.Scope.Fold())
		if within(fold, scope) || within(scope, fold) {
			found = append(found, p)
		}
	}
	return found
}

// within reports whether a is scope itself or lies below it. A scope may end in the sign that others begin with, as in
// "user-right:" or "acl:C:\"; but "registry:KEY!" is the default value of KEY and encloses nothing.
func within(a, scope string) bool {
	if !strings.HasPrefix(a, scope) {
		return false
	}
	return len(a) == len(scope) || strings.ContainsRune(`:\/!@#`, rune(a[len(scope)])) || strings.ContainsRune(`:\/@#`, rune(scope[len(scope)-1]))
}

// Under returns the Settings whose Address begins with prefix (case folded), sorted by Address.
// Where one Item holds an Address twice both are returned.
func (f *Facts) Under(prefix Address) []Setting {
	fold := prefix.Fold()
	from, _ := slices.BinarySearch(f.folds, fold)
	to := from
	for to < len(f.folds) && strings.HasPrefix(string(f.folds[to]), string(fold)) {
		to++
	}
	return f.sorted[from:to]
}

// whyUnknown explains why nothing collected shows a: what was refused, what failed at capture, or nothing of the kind.
func (f *Facts) whyUnknown(a Address) string {
	kind := a.Kind()
	for _, c := range f.contents {
		if c.Refused != "" && slices.Contains(c.Kinds, kind) {
			return fmt.Sprintf("%s was refused: %s", c.Item.Name, c.Refused)
		}
	}
	for _, c := range f.contents {
		if c.Item.Status != Captured && slices.Contains(c.Kinds, kind) {
			return fmt.Sprintf("%s: %s", c.Item.Path, c.Item.Status)
		}
	}
	if kind == "registry" {
		key, _, _ := strings.Cut(a.Rest(), "!")
		return "no export holds " + key
	}
	return "nothing that was collected shows " + a.Label()
}
