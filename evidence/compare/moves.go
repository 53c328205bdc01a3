package compare

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// Moves joins what is gone at one Address and new at another where that is certain: the same firewall rule in the same
// store under another identifier, and all that changed in a registry key, two values or more, under another key. Certain
// means that each side has exactly one candidate. The joined Change has the new Address, and From is the old one.
func Moves(changes []evidence.Change) []evidence.Change {
	drop := map[int]bool{}
	join := func(from, to int) {
		was, is := &changes[from], &changes[to]
		is.Kind, is.From, is.Before, is.BeforeCites = Moved, was.Address, was.Before, was.BeforeCites
		is.Meaning = []string{"the same, before at " + string(was.Address)}
		drop[from] = true
	}
	pair(changes, ruleIdentity, func(from, to []int) {
		if len(from) == 1 && len(to) == 1 {
			join(from[0], to[0])
		}
	})
	lost, gained := keyContents(changes, Removed), keyContents(changes, Added)
	for content, from := range lost {
		to := gained[content]
		if len(from) != 1 || len(to) != 1 || len(from[0]) < 2 {
			continue
		}
		for i := range from[0] { // both in the order of their names
			join(from[0][i], to[0][i])
		}
	}
	var left []evidence.Change
	for i, c := range changes {
		if !drop[i] {
			left = append(left, c)
		}
	}
	return left
}

// pair calls f with the removed and the added Changes of one identity; those with an empty one have none.
func pair(changes []evidence.Change, identity func(evidence.Change) string, f func(from, to []int)) {
	from, to := map[string][]int{}, map[string][]int{}
	for i, c := range changes {
		id := identity(c)
		switch {
		case id == "":
		case c.Kind == Removed:
			from[id] = append(from[id], i)
		case c.Kind == Added:
			to[id] = append(to[id], i)
		}
	}
	for id := range from {
		f(from[id], to[id])
	}
}

// ruleIdentity is what a firewall rule does, in which store: its canonical form without its name.
func ruleIdentity(c evidence.Change) string {
	if c.Address.Kind() != "firewall-rule" {
		return ""
	}
	store, _, _ := strings.Cut(c.Address.Rest(), "/")
	return store + " " + withoutName(c.Before+c.After)
}

// withoutName leaves out of a rule what is only for people.
func withoutName(rule string) string {
	tokens := slices.DeleteFunc(strings.Split(rule, "|"), func(t string) bool {
		return strings.HasPrefix(t, "Name=") || strings.HasPrefix(t, "Desc=") || strings.HasPrefix(t, "EmbedCtxt=")
	})
	return strings.Join(tokens, "|")
}

// keyContents gathers the values of each registry key that all changed in one way: by what they are, the keys, and of
// each the Changes in the order of the values' names.
func keyContents(changes []evidence.Change, kind string) map[string][][]int {
	byKey := map[string][]int{}
	for i, c := range changes {
		if c.Address.Kind() == "registry" && c.Kind == kind {
			key, _, _ := strings.Cut(string(c.Address.Fold()), "!")
			byKey[key] = append(byKey[key], i)
		}
	}
	contents := map[string][][]int{}
	for _, values := range byKey {
		name := func(i int) string {
			_, name, _ := strings.Cut(string(changes[i].Address.Fold()), "!")
			return name
		}
		slices.SortFunc(values, func(a, b int) int { return strings.Compare(name(a), name(b)) })
		var content strings.Builder
		for _, i := range values {
			content.WriteString(name(i) + "\x00" + changes[i].Before + changes[i].After + "\x00")
		}
		contents[content.String()] = append(contents[content.String()], values)
	}
	return contents
}
