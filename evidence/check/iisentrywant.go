package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// iisEntriesKind judges the entries of a collection as it is in force.
var iisEntriesKind = &Kind{
	Name: "iis-entries",
	Doc: "Address iis:[LOCATION]/COLLECTION, LOCATION as for iis-value. Want, all of which must hold: with ATTRIBUTE=TEXT, ATTRIBUTE=TEXT" +
		" (an entry has these); without ATTRIBUTE=TEXT (no entry has this).",
	Prepare: prepareIISEntries,
}

// entryWant is one line of Want.
type entryWant struct {
	without    bool
	attributes []evidence.IISAttribute
	text       string
}

func parseEntryWant(want []string) ([]entryWant, error) {
	var all []entryWant
	for _, line := range want {
		word, rest, _ := strings.Cut(line, " ")
		if word != "with" && word != "without" {
			return nil, fmt.Errorf("want %q is neither with nor without ATTRIBUTE=TEXT", line)
		}
		w := entryWant{without: word == "without", text: rest}
		for part := range strings.SplitSeq(rest, ", ") {
			name, text, ok := strings.Cut(part, "=")
			if !ok || name == "" || text == "" {
				return nil, fmt.Errorf("want %q: %q is not ATTRIBUTE=TEXT", line, part)
			}
			w.attributes = append(w.attributes, evidence.IISAttribute{Name: name, Text: text})
		}
		all = append(all, w)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("nothing is wanted")
	}
	return all, nil
}

func (w entryWant) matches(e evidence.IISElement) bool {
	return !slices.ContainsFunc(w.attributes, func(a evidence.IISAttribute) bool {
		text, ok := e.Attribute(a.Name)
		return !ok || !strings.EqualFold(strings.TrimSpace(text), a.Text)
	})
}

func prepareIISEntries(c evidence.Check) (Judge, error) {
	pattern, element, attribute, err := iisAddress(c.Address)
	if err != nil {
		return nil, err
	}
	if attribute != "" || element == "" || pattern != "" && pattern != "*" {
		return nil, fmt.Errorf("address %q is neither iis:[]/COLLECTION nor iis:[*]/COLLECTION", c.Address)
	}
	wants, err := parseEntryWant(c.Want)
	if err != nil {
		return nil, err
	}
	words := map[bool]string{true: "no entry with ", false: "an entry with "}
	var parts []string
	for _, w := range wants {
		parts = append(parts, words[w.without]+w.text)
	}
	expected := lastOf(element) + " has " + strings.Join(parts, " and ")
	return func(k Case) []evidence.Reason {
		v := iisView{k.Facts, k.Site}
		return v.eachLevel(c.Address, pattern, element, expected, func(location string) []evidence.Reason {
			return v.judgeEntries(location, element, expected, wants)
		})
	}, nil
}

func (v iisView) judgeEntries(location, element, expected string, wants []entryWant) []evidence.Reason {
	value := v.collection(location, element)
	r := evidence.Reason{Result: evidence.Pass, Address: evidence.IISPlace{Location: location}.Address(element), Expected: expected, Cites: value.cites}
	r.Actual = fmt.Sprintf("at %s it is so, among %d entries", iisLocationName(location), len(value.entries))
	var faults []string
	for _, w := range wants {
		i := slices.IndexFunc(value.entries, w.matches)
		switch {
		case w.without && i >= 0:
			faults = append(faults, "there is "+shorten(value.entries[i].String()))
			if cite := value.entries[i].Cite; cite.Item != "" {
				r.Cites = append([]evidence.Citation{cite}, r.Cites...)
			}
		case !w.without && i < 0:
			faults = append(faults, "no entry has "+w.text)
		}
	}
	if len(faults) > 0 {
		r.Result, r.Actual = evidence.Fail, fmt.Sprintf("at %s %s", iisLocationName(location), strings.Join(faults, "; "))
	}
	return settle(r, value)
}
