package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// registryKinds judge what a registry export, secedit and auditpol show.
func registryKinds() []*Kind {
	return []*Kind{registryKind, userRightKind, accountPolicyKind, auditPolicyKind}
}

// registryKind judges one registry value.
var registryKind = &Kind{
	Name: "registry",
	Doc: "Address registry:KEY!NAME. Want: alternatives, one of which must hold: = N, >= N, <= N, A..B (N decimal or 0x; the value" +
		" must be a REG_DWORD), text X (a text value, equal but for case), text <= N and the like (a text value that holds a" +
		" number), absent. An absent value fails unless absent is listed.",
	Prepare: prepareRegistry,
}

func prepareRegistry(c evidence.Check) (Judge, error) {
	name, key, err := registryName(c.Address)
	if err != nil {
		return nil, err
	}
	want, err := parseExpectation(c.Want)
	if err != nil {
		return nil, err
	}
	if want.never {
		return nil, fmt.Errorf("want never belongs to account-policy")
	}
	expected := fmt.Sprintf("%s %s", name, want)
	return func(k Case) []evidence.Reason {
		o := lookupValue(k.Facts, c.Address)
		if r, ok := undecided(o, expected); ok {
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Result: evidence.Fail, Address: o.Address, Expected: expected, Cites: o.Cites}
		if o.State == evidence.Missing {
			r.Actual = fmt.Sprintf("%s is not set: %s", name, whereMissing(k.Facts, o, key))
			if want.absent {
				r.Result = evidence.Pass
			}
			return []evidence.Reason{r}
		}
		holds, actual := want.registry(o.Value())
		r.Actual = name + " " + actual
		if holds {
			r.Result = evidence.Pass
		}
		return []evidence.Reason{r}
	}, nil
}

// lookupValue is Facts.Lookup for values that stand on one line, with a sharper eye: a second line for the same Address
// that was not understood may have changed it, an Item that read the enclosing place as a whole and does not hold the
// value contradicts one that does, and only in a registry export is it known that the last of several lines counts.
func lookupValue(f *evidence.Facts, a evidence.Address) evidence.Observation {
	o := f.Lookup(a)
	if o.State != evidence.Found {
		return o
	}
	for _, p := range f.ProblemsAt(a) {
		if p.Scope.Fold() == a.Fold() {
			return evidence.Observation{Address: a, State: evidence.Unclear, Why: p.Message, Cites: append(slices.Clone(o.Cites), p.Cite)}
		}
	}
	for _, s := range f.Under(a) {
		if s.Address.Fold() != a.Fold() || lastCounts(f, a, s.Cite.Item) {
			continue
		}
		for _, last := range o.Settings {
			if last.Cite.Item == s.Cite.Item && last.Value.String() != s.Value.String() {
				why := fmt.Sprintf("%s says %s, and further down %s", s.Cite.Item, s.Value, last.Value)
				return evidence.Observation{Address: a, State: evidence.Conflicting, Settings: o.Settings, Why: why, Cites: []evidence.Citation{s.Cite, last.Cite}}
			}
		}
	}
	return contradicted(f, o)
}

// lastCounts reports whether of several lines for one Address in an Item the last is known to count: so regedit reads an
// export. What secedit and auditpol make of several nobody says.
func lastCounts(f *evidence.Facts, a evidence.Address, item string) bool {
	return a.Kind() == "registry" && !slices.ContainsFunc(f.Contents(), func(c evidence.Content) bool {
		return c.Item.Path == item && slices.Contains(c.Kinds, "user-right")
	})
}

// contradicted turns a Found Observation into a Conflicting one where an Item was read as a whole and does not hold what
// others show.
func contradicted(f *evidence.Facts, o evidence.Observation) evidence.Observation {
	for _, c := range f.Covers(o.Address) {
		holds := func(s evidence.Setting) bool { return s.Cite.Item == c.Cite.Item }
		if slices.ContainsFunc(o.Settings, holds) {
			continue
		}
		c.Cite.Absence = true
		o.State, o.Cites = evidence.Conflicting, append(slices.Clone(o.Cites), c.Cite)
		o.Why = fmt.Sprintf("%s says %s, %s does not have it", o.Settings[0].Cite.Item, o.Settings[0].Value, c.Cite.Item)
		break
	}
	return o
}

// registryName splits registry:KEY!NAME for people.
func registryName(a evidence.Address) (name, key string, err error) {
	key, name, ok := strings.Cut(a.Rest(), "!")
	if a.Kind() != "registry" || !ok || key == "" {
		return "", "", fmt.Errorf("address %q is not registry:KEY!NAME", a)
	}
	if canonical := evidence.RegistryKey(strings.NewReplacer("%21", "!", "%25", "%").Replace(key)); "registry:"+key != string(canonical) {
		return "", "", fmt.Errorf("address %q: write the key as %s", a, canonical.Rest())
	}
	if name == "" {
		name = "the default value"
	}
	return name, key, nil
}

// whereMissing says what was read that would have held the value.
func whereMissing(f *evidence.Facts, o evidence.Observation, key string) string {
	item := ""
	if len(o.Cites) > 0 {
		if c := o.Cites[0]; c.Line == 0 && c.Length == 0 { // an Item without bytes, which shows that the key is not there, or the value
			if f.Covers(o.Address)[0].Scope.Fold() == o.Address.Fold() {
				return fmt.Sprintf("%s has no such value, as %s shows", key, c.Item)
			}
			return fmt.Sprintf("%s is not there, as %s shows", key, c.Item)
		}
		item = " in " + o.Cites[0].Item
	}
	return fmt.Sprintf("%s was read as a whole%s", key, item)
}
