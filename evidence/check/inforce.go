package check

import "auditpack/evidence"

// InForce is what holds at one location of IIS, all files merged.
type InForce struct {
	Location string // for people: server level, Default Web Site/cwa
	Text     string // the value; "not sure" where files disagree or were not collected
}

// maxInForce is the most locations that InForce looks at.
const maxInForce = 200

// InForceOf returns what is in force, at the server level and every configured location, for the attribute or the
// collection that a speaks of: iis:[location]/element@attribute or #entries, whichever file says it. It returns nil for
// another Address, and where there are very many locations.
func InForceOf(f *evidence.Facts, a evidence.Address) []InForce {
	_, rest, ok := evidence.IISPlaceOf(a)
	if !ok {
		return nil
	}
	element, what := splitElement(rest)
	if what == "" {
		return nil
	}
	v := iisView{facts: f}
	locations := append([]string{""}, v.locations()...)
	if len(locations) > maxInForce {
		return nil
	}
	var all []InForce
	for _, location := range locations {
		value := v.value(location, element, what)
		text := value.text
		switch {
		case len(value.doubts) > 0:
			text = "not sure"
		case !value.set:
			text = "not set"
			if assumed, known := schemaDefault(element, what[1:]); known && what[0] == '@' {
				text = assumed
			}
		case what == "#entries":
			text = evidence.IISCollection{Entries: value.entries}.String()
		}
		all = append(all, InForce{iisLocationName(location), text})
	}
	return all
}

// splitElement parts an element from the attribute or the entries behind it.
func splitElement(s string) (element, what string) {
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case '@':
			return s[:i], s[i:]
		case '#':
			if s[i:] == "#entries" {
				return s[:i], s[i:]
			}
			return s, ""
		case '!':
			return s, ""
		}
	}
	return s, ""
}
