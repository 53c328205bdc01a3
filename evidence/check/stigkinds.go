package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// stigKinds judge what the check texts of a STIG ask for and no statement of the guide does.
func stigKinds() []*Kind {
	return []*Kind{
		registryFirstKind, domainMemberKind, userRightSetKind, renamedKind,
		iisValueKind, iisEntriesKind, iisPoolKind, iisPoolSitesKind, iisPoolRecyclingKind, iisSiteVolumeKind, iisBindingsKind,
	}
}

// domainMemberKind judges whether the host is in a domain; it is a condition of other Checks.
var domainMemberKind = &Kind{
	Name: "domain-member",
	Doc:  "Address system:domain-member. Want: yes or no: whether the host is a member of a domain (a domain controller is).",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != "system:domain-member" || len(c.Want) != 1 || c.Want[0] != "yes" && c.Want[0] != "no" {
			return nil, fmt.Errorf("wants the address system:domain-member and one of yes, no")
		}
		words := map[string]string{"yes": "the host is a member of a domain", "no": "the host is in no domain"}
		expected := words[c.Want[0]]
		return func(k Case) []evidence.Reason {
			o := lookupValue(k.Facts, c.Address)
			if r, ok := undecided(o, expected); ok {
				return []evidence.Reason{r}
			}
			r := evidence.Reason{Result: evidence.Fail, Address: c.Address, Expected: expected, Cites: o.Cites}
			text, _ := o.Value().(evidence.Text)
			actual, known := words[string(text)]
			switch {
			case !known:
				r.Result, r.Actual = evidence.NeedsReview, "whether the host is in a domain is not shown"
			case actual == expected:
				r.Result, r.Actual = evidence.Pass, actual
			default:
				r.Actual = actual
			}
			return []evidence.Reason{r}
		}, nil
	},
}

// registryFirstKind judges the first of several registry values that is there.
var registryFirstKind = &Kind{
	Name: "registry-first",
	Doc: "Address registry:KEY!NAME. Want: as for registry, and: else registry:KEY!NAME (the value decides only where those before" +
		" it are absent, as a policy's value decides before the local one); words TEXT (a text, white space and case not" +
		" counted); list NAME=VALUE, … (a text with commas that has all of these, in any order, among others or not);" +
		" review ALTERNATIVE (such a value neither passes nor fails), review any text. An absent value fails unless absent is listed.",
	Prepare: prepareRegistryFirst,
}

// firstWant is the Want of a registry-first.
type firstWant struct {
	addresses []evidence.Address
	plain     expectation // has no alternatives where only words or lists are wanted
	review    expectation
	anyText   bool // any text that is not accepted needs review
	words     []string
	lists     [][]string
}

func prepareRegistryFirst(c evidence.Check) (Judge, error) {
	w, err := parseFirst(c)
	if err != nil {
		return nil, err
	}
	for _, a := range w.addresses {
		if _, _, err := registryName(a); err != nil {
			return nil, err
		}
	}
	name, _, _ := registryName(c.Address)
	expected := fmt.Sprintf("%s %s", name, w)
	return func(k Case) []evidence.Reason {
		var looked []evidence.Citation
		for i, a := range w.addresses {
			o := lookupValue(k.Facts, a)
			if r, ok := undecided(o, expected); ok {
				return []evidence.Reason{r}
			}
			if o.State == evidence.Missing {
				looked = append(looked, o.Cites...)
				continue
			}
			r := evidence.Reason{Address: a, Expected: expected, Cites: append(slices.Clone(o.Cites), looked...)} // the value first
			r.Result, r.Actual = w.judge(o.Value())
			r.Actual = name + " " + r.Actual
			if i == 0 && len(w.addresses) > 1 {
				r.Actual += ", by policy"
			}
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Result: evidence.Fail, Address: c.Address, Expected: expected, Cites: looked,
			Actual: fmt.Sprintf("%s is not set anywhere", name)}
		if w.plain.absent {
			r.Result = evidence.Pass
		}
		return []evidence.Reason{r}
	}, nil
}

func parseFirst(c evidence.Check) (firstWant, error) {
	w := firstWant{addresses: []evidence.Address{c.Address}}
	var plain, review []string
	for _, line := range c.Want {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch word {
		case "else":
			w.addresses = append(w.addresses, evidence.Address(rest))
		case "words":
			w.words = append(w.words, rest)
		case "list":
			w.lists = append(w.lists, listEntries(rest))
		case "review":
			if rest == "any text" {
				w.anyText = true
			} else {
				review = append(review, rest)
			}
		default:
			plain = append(plain, line)
		}
	}
	if len(plain)+len(w.words)+len(w.lists) == 0 {
		return w, fmt.Errorf("want accepts nothing")
	}
	var err error
	if len(plain) > 0 {
		if w.plain, err = parseExpectation(plain); err != nil {
			return w, err
		}
	}
	if len(review) > 0 {
		if w.review, err = parseExpectation(review); err != nil {
			return w, err
		}
	}
	if w.plain.never || w.review.never || w.review.absent {
		return w, fmt.Errorf("never belongs to account-policy, and absent is no value to review")
	}
	return w, nil
}

func (w firstWant) String() string {
	var parts []string
	if plain := w.plain.String(); plain != "" {
		parts = append(parts, plain)
	}
	for _, text := range w.words {
		parts = append(parts, fmt.Sprintf("is the text %q", shorten(text)))
	}
	for _, list := range w.lists {
		parts = append(parts, "lists "+strings.Join(list, " and "))
	}
	return strings.Join(parts, " or ")
}

// judge compares a value that is there.
func (w firstWant) judge(v evidence.Value) (evidence.Result, string) {
	holds, actual := w.plain.registry(v)
	text, isText := oneText(v)
	switch {
	case holds, isText && w.accepts(text):
		return evidence.Pass, strings.Split(actual, " and has the wrong type")[0]
	case isText && slices.ContainsFunc(w.lists, func(l []string) bool { return listTwice(l, text) }):
		return evidence.NeedsReview, actual + ", which says something twice"
	}
	if maybe, _ := w.review.registry(v); maybe {
		return evidence.NeedsReview, actual + ", on which the rule's text is not clear"
	}
	if w.anyText && isText && strings.TrimSpace(text) != "" {
		return evidence.NeedsReview, actual + ": a person has to read it"
	}
	return evidence.Fail, actual
}

// oneText returns the text of a REG_SZ or REG_EXPAND_SZ.
func oneText(v evidence.Value) (string, bool) {
	r, ok := v.(evidence.Registry)
	if !ok || r.Type != evidence.RegSZ && r.Type != evidence.RegExpandSZ {
		return "", false
	}
	texts, ok := r.Strings()
	if !ok || len(texts) != 1 {
		return "", false
	}
	return texts[0], true
}

func (w firstWant) accepts(text string) bool {
	for _, words := range w.words {
		if strings.EqualFold(squeeze(words), squeeze(text)) {
			return true
		}
	}
	for _, list := range w.lists {
		has := listEntries(text)
		missing := func(entry string) bool {
			return !slices.ContainsFunc(has, func(h string) bool { return strings.EqualFold(h, entry) })
		}
		if !slices.ContainsFunc(list, missing) && !listTwice(list, text) {
			return true
		}
	}
	return false
}

// squeeze drops all white space.
func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

// listEntries splits NAME=VALUE, NAME=VALUE; blanks around a comma or an equals sign do not count.
func listEntries(text string) []string {
	var entries []string
	for entry := range strings.SplitSeq(text, ",") {
		if name, value, ok := strings.Cut(entry, "="); ok {
			entry = strings.TrimSpace(name) + "=" + strings.TrimSpace(value)
		}
		if entry = strings.TrimSpace(entry); entry != "" {
			entries = append(entries, entry)
		}
	}
	return entries
}

// listTwice reports whether text gives one of the names of list more than once.
func listTwice(list []string, text string) bool {
	for _, entry := range list {
		name, _, _ := strings.Cut(entry, "=")
		n := 0
		for _, other := range listEntries(text) {
			if o, _, _ := strings.Cut(other, "="); strings.EqualFold(o, name) {
				n++
			}
		}
		if n > 1 {
			return true
		}
	}
	return false
}
