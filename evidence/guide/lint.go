package guide

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
)

const maxStatement = 160

// Problem is something in a guide's data that is well-formed and wrong.
type Problem struct {
	Where string // tls10-server, or tls10-server, reading C19
	What  string
}

func (p Problem) String() string { return p.Where + ": " + p.What }

// The vocabularies and grammars of the fields.
var (
	severities = []evidence.Severity{evidence.High, evidence.Medium, evidence.Low}
	strengths  = []string{"exact", "partial", "related", "none"}
	benchmarks = []string{"ws2016", "ws2019", "ws2022", "iis10-server", "iis10-site", "firewall"}
	readers    = []string{"guide", "STIG"}

	idForm      = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	readingForm = regexp.MustCompile(`^[A-Z][0-9]{2,3}$`)
	releaseForm = regexp.MustCompile(`^V[0-9]+R[0-9]+$`)
	stigForm    = regexp.MustCompile(`^([A-Z][A-Z0-9]{3,5})-([A-Z0-9]{2}-)?[0-9]{6}$`)
	groupForm   = regexp.MustCompile(`^V-[0-9]{6}$`)
	ruleForm    = regexp.MustCompile(`^SV-([0-9]{6})r[0-9]+_rule$`)
	cciForm     = regexp.MustCompile(`^CCI-[0-9]{6}$`)
)

// linter collects Problems.
type linter struct {
	prepare  func(evidence.Check) error
	problems []Problem
}

func (l *linter) add(where, format string, args ...any) {
	l.problems = append(l.problems, Problem{where, fmt.Sprintf(format, args...)})
}

// Lint looks for what Load cannot refuse: ids used twice, unknown words, missing parts, ids of rules that are not of
// their form. Each Check is shown to prepare, which says what is wrong with it; kinds of Check are none of this
// package's business. Problems come in the order of the guide.
func Lint(g evidence.Guide, prepare func(evidence.Check) error) []Problem {
	l := &linter{prepare: prepare}
	l.id("guide", g.ID)
	l.line("guide", "title", g.Title)
	l.line("guide", "edition", g.Edition)
	sections, controls := map[string]bool{}, map[string]bool{}
	for _, s := range g.Sections {
		where := "section " + s.ID
		l.id(where, s.ID)
		if sections[s.ID] {
			l.add(where, "id is used twice")
		}
		sections[s.ID] = true
		l.line(where, "title", s.Title)
		l.line(where, "part", s.Part)
		if len(s.Controls) == 0 {
			l.add(where, "no controls")
		}
		for _, c := range s.Controls {
			if controls[c.ID] {
				l.add(c.ID, "id is used twice")
			}
			controls[c.ID] = true
			l.control(c)
		}
	}
	return l.problems
}

func (l *linter) control(c evidence.Control) {
	l.id(c.ID, c.ID)
	l.line(c.ID, "statement", c.Statement)
	if n := utf8.RuneCountInString(c.Statement); n > maxStatement {
		l.add(c.ID, "statement of %d characters, at most %d", n, maxStatement)
	}
	if strings.HasSuffix(c.Statement, ".") {
		l.add(c.ID, "statement ends with a full stop")
	}
	if !slices.Contains(severities, c.Severity) {
		l.add(c.ID, "severity %q, want high, medium or low", c.Severity)
	}
	l.line(c.ID, "fix", c.Fix)
	if len(c.Checks) == 0 && c.Manual == "" {
		l.add(c.ID, "neither checks nor manual")
	}
	if c.Manual != "" {
		l.line(c.ID, "manual", c.Manual)
	}
	l.checks(c.ID, c.Checks)
	l.rules(c)
	l.readings(c)
}

func (l *linter) rules(c evidence.Control) {
	type key struct {
		benchmark string
		id        evidence.STIGID
	}
	seen := map[key]bool{}
	for _, r := range c.STIG {
		where := fmt.Sprintf("%s, rule %s %s", c.ID, r.Benchmark, r.STIGID)
		if seen[key{r.Benchmark, r.STIGID}] {
			l.add(where, "listed twice")
		}
		seen[key{r.Benchmark, r.STIGID}] = true
		l.rule(where, r)
	}
}

func (l *linter) rule(where string, r evidence.RuleRef) {
	if !slices.Contains(benchmarks, r.Benchmark) {
		l.add(where, "benchmark %q, want one of %s", r.Benchmark, strings.Join(benchmarks, ", "))
	}
	if !releaseForm.MatchString(r.Release) {
		l.add(where, "release %q, want the form V2R8", r.Release)
	}
	if !slices.Contains(strengths, r.Strength) {
		l.add(where, "strength %q, want one of %s", r.Strength, strings.Join(strengths, ", "))
	}
	if r.STIGID == "" && r.GroupID == "" && r.RuleID == "" {
		if r.Severity != "" || len(r.CCIs) > 0 {
			l.add(where, "the benchmark as a whole has no severity and no ccis")
		}
		return
	}
	if !stigForm.MatchString(string(r.STIGID)) {
		l.add(where, "stig_id %q, want the form WN22-SO-000230", r.STIGID)
	}
	if !groupForm.MatchString(string(r.GroupID)) {
		l.add(where, "group_id %q, want the form V-254467", r.GroupID)
	}
	if m := ruleForm.FindStringSubmatch(string(r.RuleID)); m == nil {
		l.add(where, "rule_id %q, want the form SV-254467r991589_rule", r.RuleID)
	} else if "V-"+m[1] != string(r.GroupID) {
		l.add(where, "rule_id %s is not of group %s", r.RuleID, r.GroupID)
	}
	if !slices.Contains(severities, r.Severity) {
		l.add(where, "severity %q, want high, medium or low", r.Severity)
	}
	for _, cci := range r.CCIs {
		if !cciForm.MatchString(cci) {
			l.add(where, "cci %q, want the form CCI-000366", cci)
		}
	}
}

func (l *linter) readings(c evidence.Control) {
	seen := map[string]bool{}
	for _, r := range c.Readings {
		where := c.ID + ", reading " + r.ID
		if !readingForm.MatchString(r.ID) {
			l.add(where, "id %q, want the form C19", r.ID)
		}
		if seen[r.ID+r.Text] {
			l.add(where, "listed twice")
		}
		seen[r.ID+r.Text] = true
		if !slices.Contains(readers, r.Who) {
			l.add(where, "who %q, want guide or STIG", r.Who)
		}
		if len(r.Checks) == 0 || r.Text != "" {
			l.line(where, "text", r.Text)
		}
		l.checks(where, r.Checks)
	}
}

func (l *linter) checks(where string, checks []evidence.Check) {
	for _, c := range checks {
		if err := l.prepare(c); err != nil {
			l.add(where, "%v", err)
		}
	}
}

func (l *linter) id(where, id string) {
	if !idForm.MatchString(id) {
		l.add(where, "id %q, want lower case letters, digits and single \"-\"", id)
	}
}

// line demands a text of one line, since it is set into lines and cells.
func (l *linter) line(where, field, s string) {
	switch {
	case s == "":
		l.add(where, "%s is missing", field)
	case strings.TrimSpace(s) != s || strings.ContainsAny(s, "\r\n\t"):
		l.add(where, "%s has a line break, a tab, or blanks at an end", field)
	}
}
