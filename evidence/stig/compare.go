package stig

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// Compare pairs the rules of two releases and says what changed, in the order of the new release, removed ones at the
// end. Rules are paired by STIG ID, then by rule ID or group ID, then by the legacy numbers that the newer release
// gives; a number that would pair two rules with one pairs none. White space does not count as wording.
func Compare(before, after evidence.Benchmark) []evidence.RuleChange {
	p := pairing{before: before.Rules, after: after.Rules, of: make([]int, len(after.Rules)), by: make([]string, len(after.Rules)), used: make([]bool, len(before.Rules))}
	for i := range p.of {
		p.of[i] = -1
	}
	p.match("STIG ID", func(r evidence.Rule) []string { return []string{string(r.STIGID)} }, nil)
	p.match("rule ID", func(r evidence.Rule) []string { return []string{string(r.RuleID)} }, nil)
	p.match("group ID", func(r evidence.Rule) []string { return []string{string(r.GroupID)} }, nil)
	p.match("legacy ID", numbers, numbers)
	var changes []evidence.RuleChange
	for i := range after.Rules {
		c := evidence.RuleChange{New: &after.Rules[i], MatchBy: p.by[i]}
		if p.of[i] < 0 {
			c.Kinds = []evidence.RuleChangeKind{evidence.RuleAdded}
		} else {
			c.Old = &before.Rules[p.of[i]]
			compareRules(&c)
		}
		changes = append(changes, c)
	}
	for i := range before.Rules {
		if !p.used[i] {
			changes = append(changes, evidence.RuleChange{Old: &before.Rules[i], Kinds: []evidence.RuleChangeKind{evidence.RuleRemoved}})
		}
	}
	return changes
}

// pairing finds for each new rule the old one.
type pairing struct {
	before, after []evidence.Rule
	of            []int // by index of after: index of before, or -1
	by            []string
	used          []bool
}

// match pairs what is still single by numbers that both have, where that is clear.
func (p *pairing) match(by string, numbersOf, oldNumbersOf func(evidence.Rule) []string) {
	if oldNumbersOf == nil {
		oldNumbersOf = numbersOf
	}
	old := map[string][]int{}
	for i, r := range p.before {
		if !p.used[i] {
			for _, n := range oldNumbersOf(r) {
				old[n] = append(old[n], i)
			}
		}
	}
	taken := map[int][]int{}
	for i, r := range p.after {
		if p.of[i] >= 0 {
			continue
		}
		var candidates []int
		for _, n := range numbersOf(r) {
			candidates = append(candidates, old[n]...)
		}
		slices.Sort(candidates)
		if candidates = slices.Compact(candidates); len(candidates) == 1 {
			taken[candidates[0]] = append(taken[candidates[0]], i)
		}
	}
	for i := range p.before {
		if new := taken[i]; len(new) == 1 {
			p.of[new[0]], p.by[new[0]], p.used[i] = i, by, true
		}
	}
}

// numbers are the V- and SV- numbers of a rule, today's and earlier ones, without revisions.
func numbers(r evidence.Rule) []string {
	all := []string{string(r.GroupID), withoutRevision(string(r.RuleID))}
	for _, l := range r.Legacy {
		all = append(all, withoutRevision(l))
	}
	return slices.DeleteFunc(all, func(n string) bool { return n == "" })
}

// withoutRevision cuts SV-103049r1_rule to SV-103049.
func withoutRevision(id string) string {
	if i := strings.IndexByte(id, 'r'); i > 0 {
		return id[:i]
	}
	return id
}

// compareRules notes what is different between the two sides.
func compareRules(c *evidence.RuleChange) {
	add := func(k evidence.RuleChangeKind) { c.Kinds = append(c.Kinds, k) }
	if c.Old.STIGID != c.New.STIGID || c.Old.GroupID != c.New.GroupID {
		add(evidence.RuleRenumbered)
	}
	if c.Old.Severity != c.New.Severity {
		add(evidence.RuleSeverity)
	}
	for _, text := range []struct{ name, old, new string }{
		{"title", c.Old.Title, c.New.Title}, {"discussion", c.Old.Discussion, c.New.Discussion},
		{"check", c.Old.CheckText, c.New.CheckText}, {"fix", c.Old.FixText, c.New.FixText},
	} {
		if !sameWords(text.old, text.new) {
			c.Texts = append(c.Texts, text.name)
		}
	}
	if len(c.Texts) > 0 {
		add(evidence.RuleReworded)
	}
	if len(c.Kinds) == 0 && c.Old.RuleID != c.New.RuleID {
		add(evidence.RuleRevised)
	}
	if len(c.Kinds) == 0 {
		add(evidence.RuleSame)
	}
}

func sameWords(a, b string) bool {
	return a == b || slices.Equal(strings.Fields(a), strings.Fields(b))
}
