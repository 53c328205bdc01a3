package evidence

import "strings"

// Severity is how much a failing Control matters, in the STIG's words.
type Severity string

// The Severities: CAT I, II and III.
const (
	High   Severity = "high"
	Medium Severity = "medium"
	Low    Severity = "low"
)

// The three identifiers of a STIG rule look alike and never mix.
type (
	// GroupID is the vulnerability's number, V-254467.
	GroupID string
	// RuleID names one wording of the rule, SV-254467r991589_rule.
	RuleID string
	// STIGID is the rule's number inside its STIG, WN22-SO-000230.
	STIGID string
)

// Platform is a version of Windows Server that the guide covers.
type Platform string

// The Platforms, named after the year in their product name.
const (
	WS2016 Platform = "ws2016"
	WS2019 Platform = "ws2019"
	WS2022 Platform = "ws2022"
)

// Guide is the vendor's hardening guide as data.
type Guide struct {
	ID       string    `yaml:"id" json:"id"`
	Title    string    `yaml:"title" json:"title"`
	Edition  string    `yaml:"edition" json:"edition"`
	Sections []Section `yaml:"-" json:"-"`
}

// ControlIDs returns the set of the ids of all Controls.
func (g Guide) ControlIDs() map[string]bool {
	ids := map[string]bool{}
	for _, s := range g.Sections {
		for _, c := range s.Controls {
			ids[c.ID] = true
		}
	}
	return ids
}

// Section is a chapter of the guide with its Controls, in the guide's order.
type Section struct {
	ID       string    `yaml:"id" json:"id"`       // stable, lower case: tls
	Title    string    `yaml:"title" json:"title"` // as the guide names it: Disable TLS 1.0 and 1.1
	Part     string    `yaml:"part" json:"part"`   // Operating System, Network, Application …
	Controls []Control `yaml:"controls" json:"controls"`
}

// Control is one checkable statement of the guide.
type Control struct {
	ID        string    `yaml:"id" json:"id"` // tls10-server
	Statement string    `yaml:"statement" json:"statement"`
	Severity  Severity  `yaml:"severity" json:"severity"`
	Fix       string    `yaml:"fix" json:"fix"` // how to fix it, one or two sentences
	STIG      []RuleRef `yaml:"stig,omitempty" json:"stig,omitempty"`
	Checks    []Check   `yaml:"checks,omitempty" json:"checks,omitempty"` // all must hold
	// Manual says what a person has to look at where no evidence can decide; the Verdict is then needs review. Beside
	// Checks it covers the part that they cannot see: they can make the Control fail, and cannot alone make it pass.
	Manual string `yaml:"manual,omitempty" json:"manual,omitempty"`
	// Readings are other ways to read the statement (a contradiction inside the guide, or what the STIG asks), judged
	// and shown beside the Control's own Verdict and never mixed into it.
	Readings []Reading `yaml:"readings,omitempty" json:"readings,omitempty"`
}

// Reading is another way to read a Control's statement.
type Reading struct {
	ID     string  `yaml:"id" json:"id"`     // the contradiction's number, C19
	Who    string  `yaml:"who" json:"who"`   // guide or STIG
	Text   string  `yaml:"text" json:"text"` // what this reading asks
	Checks []Check `yaml:"checks,omitempty" json:"checks,omitempty"`
}

// RuleRef names the rule of a STIG that a Control stands for or is near to.
type RuleRef struct {
	Benchmark string   `yaml:"benchmark" json:"benchmark"` // ws2016, ws2019, ws2022, iis10-server, iis10-site, firewall
	Release   string   `yaml:"release" json:"release"`     // V2R8
	STIGID    STIGID   `yaml:"stig_id" json:"stig_id"`
	GroupID   GroupID  `yaml:"group_id" json:"group_id"`
	RuleID    RuleID   `yaml:"rule_id" json:"rule_id"`
	Severity  Severity `yaml:"severity" json:"severity"`
	Strength  string   `yaml:"strength" json:"strength"` // exact, partial, related …, as far as the rule covers the statement
	CCIs      []string `yaml:"ccis,omitempty" json:"ccis,omitempty"`
}

// Check is what must hold, as data. The grammar of Want belongs to the kind (package check).
type Check struct {
	Kind    string   `yaml:"kind" json:"kind"`
	Address Address  `yaml:"address,omitempty" json:"address,omitempty"`
	Want    []string `yaml:"want,omitempty" json:"want,omitempty"`
	// When says where the Check applies: where all of these hold. Where one fails the Check is not applicable; where that
	// is not known, a fail becomes needs review.
	When []Check `yaml:"when,omitempty" json:"when,omitempty"`
}

// Addresses returns every Address that the Check looks at: its own, the further ones that some kinds name in Want (alone
// or behind "else" or "at"), and those of its conditions.
func (c Check) Addresses() []Address {
	all := []Address{c.Address}
	for _, w := range c.Want {
		a := Address(strings.TrimPrefix(strings.TrimPrefix(w, "else "), "at "))
		if a.Kind() == "registry" {
			all = append(all, a)
		}
	}
	for _, w := range c.When {
		all = append(all, w.Addresses()...)
	}
	return all
}
