package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
)

// How much of a group the summary shows, so that it fits a screen: more of what got worse, less of what got better. --level
// and --all show all. Where few settings differ the summary has them all.
const (
	mostWorse    = 6
	mostBetter   = 3
	mostSettings = 5
	mostReleases = 3
)

// differencePrinter lays the differences out.
type differencePrinter struct {
	io.Writer
	style
	options    diffOptions
	full       bool              // everything about a level, not the summary
	statements map[string]string // by Control and by rule
	weights    map[string]int    // of the Controls and rules that moved, by severity
}

func showDifferences(w io.Writer, o diffOptions, h audit.Host, d diffResult) error {
	p := &differencePrinter{Writer: w, style: newStyle(w), options: o, full: o.level != "" || o.all, statements: map[string]string{}, weights: map[string]int{}}
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			p.statement(c.ID, c.Statement, c.Severity, c.Movement)
		}
	}
	for _, b := range h.Benchmarks {
		for _, r := range b.Rules {
			p.statement(string(r.STIGID), r.Title, r.Severity, r.Movement)
		}
	}
	const stamp = "2006-01-02 15:04 UTC"
	fmt.Fprintf(p, "%s  before %s  after %s\n", p.bold(orUnknown(d.Host)), d.Before.To.UTC().Format(stamp), d.After.To.UTC().Format(stamp))
	p.counts(d)
	p.verdicts(d.Movements, evidence.Regressed, evidence.NewlyNotCollected)
	p.settings("settings that hurt", d.Changes, evidence.Hurts)
	p.releases(d)
	p.verdicts(d.Movements, evidence.Fixed)
	p.settings("settings that help", d.Changes, evidence.Helps)
	p.verdicts(d.Movements, evidence.OtherMovement)
	few := len(d.Changes) <= mostSettings
	if p.full || few {
		p.settings("settings whose verdicts moved otherwise", d.Changes, evidence.Mixed)
	}
	if o.level == string(evidence.VerdictLevel) || o.all {
		p.verdicts(d.Movements, evidence.StillFailing)
	}
	if p.full || few {
		p.settings("settings that verdicts look at, none of which moved", d.Changes, evidence.Neutral)
		p.settings("settings that nothing looks at", d.Changes, "")
	}
	if !p.full && !few {
		p.rest(d.Changes)
	}
	p.aside(d.Aside)
	if o.level == string(evidence.RawLevel) || o.all {
		p.items(d.Items)
	}
	p.next(d)
	return nil
}

// statement notes what a Control or rule states, and how much it weighs that its verdict moved.
func (p *differencePrinter) statement(id, text string, severity evidence.Severity, moved evidence.Movement) {
	p.statements[id] = text
	if moved != "" && moved != evidence.StillFailing {
		p.weights[id] = map[evidence.Severity]int{evidence.High: 3, evidence.Medium: 2, evidence.Low: 1}[severity]
	}
}

// weight is that of the gravest verdict that moved where a Change touches it.
func (p *differencePrinter) weight(c evidence.Change) int {
	heaviest := 0
	for _, id := range touched(c) {
		heaviest = max(heaviest, p.weights[id])
	}
	return heaviest
}

func touched(c evidence.Change) []string {
	ids := append([]string{}, c.Controls...)
	for _, r := range c.Rules {
		ids = append(ids, string(r))
	}
	return ids
}

func orUnknown(host string) string {
	if host == "" {
		return "host not known"
	}
	return clean(host)
}

// counts is the summary: a line for each level, directions first.
func (p *differencePrinter) counts(d diffResult) {
	asked := func(l evidence.Level) bool { return p.options.level == "" || p.options.level == string(l) }
	if asked(evidence.VerdictLevel) {
		n := map[evidence.Movement]int{}
		for _, m := range d.Movements {
			n[m.Movement]++
		}
		p.counted("verdicts  %s, %s, %s, %d still failing, %d moved otherwise",
			p.count(evidence.Fail, n[evidence.Regressed], "regressed"), p.count(evidence.NotCollected, n[evidence.NewlyNotCollected], "newly not collected"),
			p.count(evidence.Pass, n[evidence.Fixed], "fixed"), n[evidence.StillFailing], n[evidence.OtherMovement])
	}
	p.releaseCounts(d)
	if asked(evidence.SettingLevel) {
		n := map[evidence.Effect]int{}
		for _, c := range d.Changes {
			n[c.Effect]++
		}
		aside := 0
		for _, a := range d.AsideBy {
			aside += a.Count
		}
		p.counted("settings  %d differ: %s, %s, %d mixed, %d neutral, %d that nothing looks at; %d set aside", len(d.Changes),
			p.count(evidence.Fail, n[evidence.Hurts], "hurt"), p.count(evidence.Pass, n[evidence.Helps], "help"), n[evidence.Mixed], n[evidence.Neutral], n[""], aside)
		var rules []string
		for _, a := range d.AsideBy {
			rules = append(rules, fmt.Sprintf("%d × %s", a.Count, a.Rule))
		}
		if len(rules) > 0 {
			fmt.Fprintf(p, "          %s\n", p.dim(wrap("set aside: "+strings.Join(rules, ", "), width(), "          ")))
		}
	}
	if asked(evidence.RawLevel) {
		n := map[string]int{}
		for _, c := range d.Items {
			n[c.Kind]++
		}
		p.counted("items     %d added, %d removed, %d changed, %d moved, %d with another status",
			n[compare.Added], n[compare.Removed], n[compare.Changed], n[compare.Moved], n[compare.StatusChanged])
	}
}

// counted prints a line of counts, broken at blanks.
func (p *differencePrinter) counted(format string, args ...any) {
	fmt.Fprintln(p, wrapColoured(fmt.Sprintf(format, args...), width(), "          "))
}

// count colours a number that is not zero.
func (p *differencePrinter) count(r evidence.Result, n int, what string) string {
	text := fmt.Sprintf("%d %s", n, what)
	if n == 0 {
		return text
	}
	return p.result(r, text)
}

// short reports whether a list ends here in the summary, and then says how much is left.
func (p *differencePrinter) short(i, most, n int, level evidence.Level) bool {
	if p.full || i < most {
		return false
	}
	fmt.Fprintf(p, "  %s\n", p.dim(fmt.Sprintf("… and %d more: --level %s lists all", n-i, level)))
	return true
}

// verdicts lists the verdicts that moved in some directions, under one heading for each.
func (p *differencePrinter) verdicts(movements []evidence.Change, which ...evidence.Movement) {
	for _, movement := range which {
		var group []evidence.Change
		for _, m := range movements {
			if m.Movement == movement {
				group = append(group, m)
			}
		}
		if len(group) > 0 {
			heading := string(movement)
			if movement == evidence.OtherMovement {
				heading = "moved otherwise"
			}
			fmt.Fprintf(p, "\n%s\n", p.bold(heading))
		}
		most := mostBetter
		if movement == evidence.Regressed || movement == evidence.NewlyNotCollected {
			most = mostWorse
		}
		for i, m := range group {
			if p.short(i, most, len(group), evidence.VerdictLevel) {
				break
			}
			p.verdict(m)
		}
	}
}

func (p *differencePrinter) verdict(m evidence.Change) {
	id := m.Control
	if id == "" && len(m.Rules) > 0 {
		id = string(m.Rules[0])
	}
	after := evidence.Result(m.After)
	line := fmt.Sprintf("  %s %s  %s → %s", p.result(after, mark(after)), clean(id), m.Before, p.result(after, m.After))
	if !p.full { // one line each
		p.withStatement(line, id)
		return
	}
	fmt.Fprintln(p, line)
	fmt.Fprintf(p, "      %s\n", wrap(clean(p.statements[id]), width(), "      "))
}

// withStatement prints a line and, in what is left of the width, what the Control or rule states.
func (p *differencePrinter) withStatement(line, id string) {
	const least = 10
	used := utf8.RuneCountInString(colours.ReplaceAllString(line, "")) + 2
	if text := clean(p.statements[id]); text != "" && width()-used > least {
		line += "  " + p.dim(p.clip(text, used))
	}
	fmt.Fprintln(p, line)
}

// items lists the files that differ, with the texts where they were asked for.
func (p *differencePrinter) items(items []itemDiff) {
	if len(items) > 0 {
		fmt.Fprintf(p, "\n%s\n", p.bold("items"))
	}
	for _, c := range items {
		fmt.Fprintf(p, "  %s  %s\n", clean(c.Item), c.Kind)
		for _, side := range []struct{ label, text string }{{"before", c.Before}, {"after ", c.After}, {"means ", strings.Join(c.Meaning, "; ")}} {
			if side.text != "" {
				fmt.Fprintf(p, "      %s  %s\n", side.label, p.dim(wrap(clean(side.text), width(), "              ")))
			}
		}
		for line := range strings.Lines(c.Diff) {
			line = clean(strings.TrimSuffix(line, "\n"))
			switch {
			case strings.HasPrefix(line, "+"):
				line = p.result(evidence.Pass, line)
			case strings.HasPrefix(line, "-"):
				line = p.result(evidence.Fail, line)
			case strings.HasPrefix(line, "@"):
				line = p.dim(line)
			}
			fmt.Fprintln(p, line)
		}
	}
}

// next says where the rest is.
func (p *differencePrinter) next(d diffResult) {
	if p.full {
		return
	}
	if !differs(d) {
		fmt.Fprintf(p, "no difference\n")
		return
	}
	fmt.Fprintf(p, "\n%s\n", wrap("next: --level verdict, --level setting or --level raw lists one level in full; --all lists everything", width(), "      "))
}
