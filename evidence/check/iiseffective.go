package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// iisView works out what is in force at a location of IIS from what each configuration file says.
//
// A value is inherited: the server level first, then the location tags of applicationHost.config from the outermost to
// the innermost, then the web.config files from the site's folder down to the location's own, each with its location
// tags. A section whose override mode is Deny belongs to applicationHost.config alone. Where the order of two places is
// not sure and matters, where a lock is broken, where a web.config that may speak was not collected, the value
// carries a doubt and no Check passes on it.
type iisView struct {
	facts *evidence.Facts
	site  string // what "each site" means: this one; empty: all
}

// iisValue is what is in force for one attribute or collection at one location.
type iisValue struct {
	set     bool // somebody gives it; otherwise the schema's default holds
	text    string
	entries []evidence.IISElement
	cites   []evidence.Citation // of what gave it; if nothing did, of the places that would have
	where   string              // for people: who gave it
	doubts  []evidence.Reason
}

// said is Facts.Lookup with a sharper eye: a place that was not understood outweighs a value beside it, and an Item
// that was read as a whole and does not hold what another Item holds contradicts it.
func (v iisView) said(a evidence.Address) evidence.Observation {
	o := v.facts.Lookup(a)
	if o.State != evidence.Found {
		return o
	}
	if problems := v.facts.ProblemsAt(a); len(problems) > 0 {
		o.State, o.Why, o.Cites = evidence.Unclear, problems[0].Message, nil
		for _, p := range problems {
			o.Cites = append(o.Cites, p.Cite)
		}
		return o
	}
	return contradicted(v.facts, o)
}

// attribute returns what is in force for an attribute of an element at a location.
func (v iisView) attribute(location, element, name string) iisValue {
	return v.value(location, element, "@"+name)
}

// collection returns what is in force for the entries of an element at a location.
func (v iisView) collection(location, element string) iisValue {
	return v.value(location, element, "#entries")
}

func (v iisView) value(location, element, what string) iisValue {
	if o := v.facts.Lookup(evidence.IISRules + "?"); o.State == evidence.Unknown {
		why := "applicationHost.config was not collected"
		if len(o.Cites) > 0 {
			why = o.Why
		}
		unknown := iisValue{doubts: []evidence.Reason{{Result: evidence.NotCollected, Actual: why, Cites: o.Cites}}}
		return v.secondOpinion(unknown, location, element, what)
	}
	levels, doubts := v.levels(location, element)
	value := v.merge(levels, element, what)
	value.doubts = append(value.doubts, doubts...)
	value.doubts = append(value.doubts, v.notInherited(levels, location, element, what)...)
	byPath := slices.Clone(levels)
	slices.SortStableFunc(byPath, func(a, b iisLevel) int { return a.depth - b.depth })
	if other := v.merge(byPath, element, what); other.text != value.text {
		value.doubts = append(value.doubts, evidence.Reason{
			Result: evidence.NeedsReview,
			Actual: fmt.Sprintf("applicationHost.config and web.config both set %s%s; which of them wins at %s is not sure: %s or %s",
				element, what, iisLocationName(location), value.text, other.text),
			Cites: append(slices.Clone(value.cites), other.cites...),
		})
	}
	return v.secondOpinion(value, location, element, what)
}

// notInherited returns a doubt for each level that keeps what it says from the applications below it, where the location
// is in one of those.
func (v iisView) notInherited(levels []iisLevel, location, element, what string) []evidence.Reason {
	var doubts []evidence.Reason
	path := segments(location)
	for _, level := range levels {
		address := level.place.Address(element)
		if v.facts.Lookup(address+evidence.Address(what)).State != evidence.Found {
			continue
		}
		kept := v.facts.Lookup(address + "!inheritInChildApplications")
		if kept.State != evidence.Found || !strings.EqualFold(kept.Value().String(), "false") {
			continue
		}
		for depth := level.depth + 1; depth <= len(path); depth++ {
			if v.facts.Lookup(evidence.IISApps+evidence.Address(strings.Join(path[:depth], "/"))).State == evidence.Found {
				doubts = append(doubts, evidence.Reason{Result: evidence.NeedsReview, Cites: kept.Cites,
					Actual: level.name() + " keeps its settings from the applications below it"})
				break
			}
		}
	}
	return doubts
}

// secondOpinion sets what appcmd found merged at the location, if that was collected, against the value that was worked
// out: it stands in for files that were not collected, and where both are known they have to agree.
func (v iisView) secondOpinion(value iisValue, location, element, what string) iisValue {
	o := v.said(evidence.IISPlace{Location: location, Merged: true}.Address(element) + evidence.Address(what))
	if o.State != evidence.Found && o.State != evidence.Missing {
		return value
	}
	merged := iisValue{set: o.State == evidence.Found, cites: o.Cites, where: "force there, as appcmd says"}
	if merged.set {
		merged.text = o.Value().String()
		if c, ok := o.Value().(evidence.IISCollection); ok {
			merged.entries = mergeEntries(nil, c.Entries)
		}
	}
	uncollected := func(r evidence.Reason) bool { return r.Result == evidence.NotCollected }
	switch {
	case len(value.doubts) > 0 && !slices.ContainsFunc(value.doubts, func(r evidence.Reason) bool { return !uncollected(r) }):
		return merged
	case len(value.doubts) == 0 && what != "#entries" && !strings.EqualFold(merged.text, value.text):
		value.doubts = []evidence.Reason{{Result: evidence.NeedsReview, Cites: append(slices.Clone(value.cites), merged.cites...),
			Actual: fmt.Sprintf("by the configuration files %s is %q at %s, by appcmd %q", what[1:], value.text, iisLocationName(location), merged.text)}}
	}
	return value
}

// merge applies what the levels say, one after the other.
func (v iisView) merge(levels []iisLevel, element, what string) iisValue {
	var value iisValue
	var looked []evidence.Citation
	locked := ""
	for _, level := range levels {
		address := level.place.Address(element)
		o := v.said(address + evidence.Address(what))
		switch o.State {
		case evidence.Found:
			if locked != "" {
				value.doubts = append(value.doubts, evidence.Reason{Result: evidence.NeedsReview, Cites: o.Cites,
					Actual: level.name() + " sets what " + locked + " may have locked; IIS then answers with an error"})
			}
			value.set, value.where = true, level.name()
			if c, ok := o.Value().(evidence.IISCollection); ok {
				value.entries = mergeEntries(value.entries, c.Entries)
				value.cites = append(value.cites, o.Cites...)
				value.text = evidence.IISCollection{Entries: value.entries}.String()
			} else {
				value.text, value.cites = o.Value().String(), o.Cites
			}
		case evidence.Missing:
			seen := map[string]bool{}
			for _, c := range o.Cites { // of each Item the closest comes first
				if !seen[c.Item] {
					seen[c.Item] = true
					looked = append(looked, c)
				}
			}
		case evidence.Conflicting, evidence.Unclear:
			value.doubts = append(value.doubts, evidence.Reason{Result: evidence.NeedsReview, Actual: o.Why, Cites: o.Cites})
		case evidence.Unknown:
			value.doubts = append(value.doubts, evidence.Reason{Result: evidence.NotCollected, Actual: o.Why, Cites: o.Cites})
		}
		if locked == "" && v.locks(address) {
			locked = level.name()
		}
	}
	if !value.set {
		value.cites = v.nearest(looked)
	}
	return value
}

// locks reports whether the element carries one of the lock attributes, by which a level forbids those below to change
// parts of it.
func (v iisView) locks(element evidence.Address) bool {
	for _, name := range []string{"lockAttributes", "lockAllAttributesExcept", "lockElements", "lockAllElementsExcept", "lockItem"} {
		if v.facts.Lookup(element+evidence.Address("@"+name)).State == evidence.Found {
			return true
		}
	}
	return false
}

// nearest returns of the places that enclose an absent value the closest one of each Item. The outermost element, which
// encloses everything, is kept only where nothing closer was found.
func (v iisView) nearest(looked []evidence.Citation) []evidence.Citation {
	outermost := v.facts.Covers(evidence.IISRules + "?")
	isOutermost := func(c evidence.Citation) bool {
		return slices.ContainsFunc(outermost, func(o evidence.Coverage) bool { return o.Cite.Item == c.Item && o.Cite.Offset == c.Offset })
	}
	var near, far []evidence.Citation
	for _, c := range looked {
		switch {
		case isOutermost(c):
			far = addCites(far, c)
		default:
			near = addCites(near, c)
		}
	}
	for _, c := range far {
		if !slices.ContainsFunc(near, func(n evidence.Citation) bool { return n.Item == c.Item }) {
			near = append(near, c)
		}
	}
	return near
}

// addCites appends the Citations that are not there yet.
func addCites(cites []evidence.Citation, more ...evidence.Citation) []evidence.Citation {
	for _, c := range more {
		if !slices.Contains(cites, c) {
			cites = append(cites, c)
		}
	}
	return cites
}

// mergeEntries applies the entries of a deeper level to those inherited.
func mergeEntries(inherited, entries []evidence.IISElement) []evidence.IISElement {
	merged := slices.Clone(inherited)
	for _, e := range entries {
		switch e.Name {
		case "clear":
			merged = nil
		case "remove":
			merged = slices.DeleteFunc(merged, func(m evidence.IISElement) bool { return removes(e, m) })
		default:
			merged = append(merged, e)
		}
	}
	return merged
}

// removes reports whether a remove element names the entry e: all attributes it has are equal. The mask of an address
// rule is the full one where it is not written.
func removes(remove, e evidence.IISElement) bool {
	for _, a := range remove.Attributes {
		text, ok := e.Attribute(a.Name)
		if !ok && a.Name == "subnetMask" {
			text, ok = fullMask, true
		}
		if !ok || !strings.EqualFold(text, a.Text) {
			return false
		}
	}
	if mask, ok := e.Attribute("subnetMask"); ok && mask != fullMask {
		if _, named := remove.Attribute("subnetMask"); !named {
			return false
		}
	}
	return len(remove.Attributes) > 0
}

// settle returns the Reasons for a judgement made on values: the judgement, or if a value is in doubt the doubts, each
// with what the judgement would have been.
func settle(judged evidence.Reason, values ...iisValue) []evidence.Reason {
	var reasons []evidence.Reason
	for _, value := range values {
		for _, doubt := range value.doubts {
			doubt.Address, doubt.Expected = judged.Address, judged.Expected
			doubt.Note = "without this it would be a " + string(judged.Result) + ": " + judged.Actual
			same := func(r evidence.Reason) bool { return r.Actual == doubt.Actual }
			if !slices.ContainsFunc(reasons, same) {
				reasons = append(reasons, doubt)
			}
		}
	}
	if len(reasons) == 0 {
		return []evidence.Reason{judged}
	}
	return reasons
}
