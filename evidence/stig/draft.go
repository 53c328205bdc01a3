package stig

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// pattern is a family of check texts that are written alike.
type pattern struct {
	name string
	fits func(lines []string) bool
	read func(*draft) error // takes every line; the error says what was not understood
}

// patterns are tried in this order; the first that fits a text has to understand all of it.
func patterns() []pattern {
	return []pattern{registryBlocks, userRights, securityPolicy, auditPolicy, registryProse, iisSettings}
}

// draft is a Rule's text on its way to Checks.
type draft struct {
	stigID  evidence.STIGID
	lines   []string
	checks  []evidence.Check
	when    []evidence.Check
	caveats []string
	only    evidence.Role
	refers  []reference
}

// reference is another rule whose Checks have to hold too.
type reference struct {
	legacy string // V-17417
	words  string
	when   []evidence.Check // where the Rule that refers applies at all
}

// Derive sets Only, Checks, Undecided and Caveats of a Rule by its STIG ID and its text. A text that refers to another
// rule of its Benchmark remains Undecided here; Read resolves it.
func Derive(r *evidence.Rule) {
	if refers := derive(r); len(refers) > 0 {
		undecide(r, fmt.Sprintf("it refers to %s of its benchmark", refers[0].legacy))
	}
}

func undecide(r *evidence.Rule, why string) {
	r.Checks, r.Undecided = nil, why
}

func derive(r *evidence.Rule) []reference {
	r.Only, r.Checks, r.Undecided, r.Caveats = roleOf(r.STIGID), nil, "", nil
	d := &draft{stigID: r.STIGID, lines: splitText(r.CheckText), only: r.Only}
	if len(d.lines) == 0 {
		undecide(r, "the rule has no check text")
		return nil
	}
	for _, p := range patterns() {
		if !p.fits(d.lines) {
			continue
		}
		err := p.read(d)
		r.Only, r.Caveats = d.only, d.caveats
		switch {
		case err != nil:
			undecide(r, err.Error())
		case len(d.checks) == 0:
			undecide(r, "the text gives no value to check")
		default:
			r.Checks = d.checks
			for i := range r.Checks {
				r.Checks[i].When = append(r.Checks[i].When, d.when...)
			}
			for i := range d.refers {
				d.refers[i].when = d.when
			}
			return d.refers
		}
		return nil
	}
	undecide(r, "the check is made by a person: no form of text that is known here")
	return nil
}

// deriveAll derives the Rules of a Benchmark and adds the Checks of those that others refer to.
func deriveAll(rules []evidence.Rule) {
	refers := make([][]reference, len(rules))
	for i := range rules {
		refers[i] = derive(&rules[i])
	}
	type found struct {
		rule   int
		checks []evidence.Check
	}
	var more []found
	for i, list := range refers {
		for _, ref := range list {
			at := slices.IndexFunc(rules, func(r evidence.Rule) bool {
				return string(r.GroupID) == ref.legacy || slices.Contains(r.Legacy, ref.legacy)
			})
			if at < 0 || at == i || len(rules[at].Checks) == 0 || len(refers[at]) > 0 {
				undecide(&rules[i], fmt.Sprintf("it refers to %s, which gives no check here", ref.legacy))
				break
			}
			more = append(more, found{i, under(ref.when, rules[at].Checks)})
		}
	}
	for _, m := range more {
		if rules[m.rule].Undecided == "" {
			rules[m.rule].Checks = append(rules[m.rule].Checks, m.checks...)
		}
	}
}

// under returns Checks that hold only under the conditions too: a text that does not apply does not refer either.
func under(conditions, checks []evidence.Check) []evidence.Check {
	checks = slices.Clone(checks)
	for i := range checks {
		d := draft{when: slices.Clone(checks[i].When)}
		for _, c := range conditions {
			d.onlyWhere(c)
		}
		checks[i].When = d.when
	}
	return checks
}

// roleOf reads the role that a STIG ID names: WN19-DC-000010, WN19-MS-000010.
func roleOf(id evidence.STIGID) evidence.Role {
	switch parts := strings.Split(string(id), "-"); {
	case len(parts) == 3 && parts[1] == "DC":
		return evidence.DomainController
	case len(parts) == 3 && parts[1] == "MS":
		return evidence.MemberServer
	}
	return evidence.AnyRole
}

var (
	gap    = regexp.MustCompile(`[\s\x{a0}]{4,}`)
	quotes = strings.NewReplacer("“", `"`, "”", `"`, "’", "'", "‘", "'")
)

// splitText returns the lines of a text without empty ones, with single blanks and straight quotes. A wide gap parts
// two sentences too: it stands where a line break was lost.
func splitText(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		pieces := []string{line}
		if strings.Contains(line, "  ") || strings.Contains(line, "\u00a0") {
			pieces = gap.Split(line, -1)
		}
		for _, piece := range pieces {
			if piece = strings.Join(strings.Fields(quotes.Replace(piece)), " "); piece != "" {
				lines = append(lines, piece)
			}
		}
	}
	return lines
}

// sentence is one known form and what it means; a nil take is an instruction where to look.
type sentence struct {
	form *regexp.Regexp
	take func(d *draft, m []string) error
}

// say makes a sentence; the form must match a whole line.
func say(form string, take func(d *draft, m []string) error) sentence {
	return sentence{regexp.MustCompile(`^(?i:` + form + `)$`), take}
}

// understand takes a line by the first sentence that has its form.
func (d *draft) understand(line string, lists ...[]sentence) error {
	for _, list := range lists {
		for _, s := range list {
			m := s.form.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			if s.take == nil {
				return nil
			}
			return s.take(d, m)
		}
	}
	return fmt.Errorf("not understood: %s", short(line))
}

func short(line string) string {
	if r := []rune(line); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return line
}

// role limits the Rule to one role; a text that says the opposite of its STIG ID is an error.
func (d *draft) role(role evidence.Role) error {
	if d.only != evidence.AnyRole && d.only != role {
		return fmt.Errorf("the STIG ID %s is for a %s, the text for a %s", d.stigID, d.only, role)
	}
	d.only = role
	return nil
}

// onlyWhere adds a condition once.
func (d *draft) onlyWhere(c evidence.Check) {
	same := func(w evidence.Check) bool { return w.Kind == c.Kind && w.Address == c.Address }
	if !slices.ContainsFunc(d.when, same) {
		d.when = append(d.when, c)
	}
}

// caveat keeps a sentence that only people can claim.
func caveat(d *draft, m []string) error {
	d.caveats = append(d.caveats, m[0])
	return nil
}
