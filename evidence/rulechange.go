package evidence

import "slices"

// RuleChange is what became of one rule between two releases of a benchmark.
type RuleChange struct {
	Kinds    []RuleChangeKind
	Old, New *Rule    // nil where the rule was added or removed; they point into the benchmarks
	MatchBy  string   // STIG ID, rule ID, group ID, legacy ID; empty where there is only one
	Texts    []string // which texts were reworded: title, discussion, check, fix
}

// RuleChangeKind is one way in which a rule can differ.
type RuleChangeKind string

// The RuleChangeKinds.
const (
	RuleAdded      RuleChangeKind = "added"
	RuleRemoved    RuleChangeKind = "removed"
	RuleReworded   RuleChangeKind = "reworded"
	RuleSeverity   RuleChangeKind = "severity changed"
	RuleRenumbered RuleChangeKind = "renumbered" // its STIG ID or group ID is another; a new revision of the rule ID alone is none
	RuleRevised    RuleChangeKind = "revised"    // only its rule ID is another
	RuleSame       RuleChangeKind = "unchanged"
)

// Differs reports whether a reader of the later release finds another rule: what is only revised is the same rule.
func (c RuleChange) Differs() bool { return c.has(RuleRenumbered) || c.Asks() }

// Asks reports whether the two releases ask something else: other words, another severity, or one of them does not ask.
func (c RuleChange) Asks() bool {
	return c.has(RuleAdded) || c.has(RuleRemoved) || c.has(RuleReworded) || c.has(RuleSeverity)
}

func (c RuleChange) has(kind RuleChangeKind) bool { return slices.Contains(c.Kinds, kind) }
