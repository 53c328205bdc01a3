package main

import (
	"fmt"
	"io"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
)

// How many lines of a group the summary shows, so that it fits a screen; --level and --all show all.
const (
	mostVerdicts = 8
	mostSettings = 4
)

// differencePrinter lays the differences out.
type differencePrinter struct {
	io.Writer
	style
	options    diffOptions
	statements map[string]string // by Control and by rule
}

func showDifferences(w io.Writer, o diffOptions, h audit.Host, d diffResult) error {
	p := &differencePrinter{Writer: w, style: newStyle(w), options: o, statements: map[string]string{}}
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			p.statements[c.ID] = c.Statement
		}
	}
	for _, b := range h.Benchmarks {
		for _, r := range b.Rules {
			p.statements[string(r.STIGID)] = r.Title
		}
	}
	const stamp = "2006-01-02 15:04 UTC"
	fmt.Fprintf(p, "%s  before %s  after %s\n", p.bold(orUnknown(d.Host)), d.Before.To.UTC().Format(stamp), d.After.To.UTC().Format(stamp))
	p.counts(d)
	p.verdicts(d.Movements, evidence.Regressed, evidence.NewlyNotCollected)
	p.settings("settings that hurt", d.Changes, evidence.Hurts)
	p.verdicts(d.Movements, evidence.Fixed)
	p.settings("settings that help", d.Changes, evidence.Helps)
	p.settings("settings whose verdicts moved otherwise", d.Changes, evidence.Mixed)
	p.verdicts(d.Movements, evidence.OtherMovement)
	if o.level == string(evidence.VerdictLevel) || o.all {
		p.verdicts(d.Movements, evidence.StillFailing)
	}
	if o.level == string(evidence.SettingLevel) || o.all {
		p.settings("settings that verdicts look at, none of which moved", d.Changes, evidence.Neutral)
		p.settings("settings that nothing looks at", d.Changes, "")
	}
	p.aside(d.Aside)
	if o.level == string(evidence.RawLevel) || o.all {
		p.items(d.Items)
	}
	p.next(d)
	return nil
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
		fmt.Fprintf(p, "verdicts  %s, %s, %s, %d still failing, %d moved otherwise\n",
			p.count(evidence.Fail, n[evidence.Regressed], "regressed"), p.count(evidence.NotCollected, n[evidence.NewlyNotCollected], "newly not collected"),
			p.count(evidence.Pass, n[evidence.Fixed], "fixed"), n[evidence.StillFailing], n[evidence.OtherMovement])
	}
	if asked(evidence.SettingLevel) {
		n := map[evidence.Effect]int{}
		for _, c := range d.Changes {
			n[c.Effect]++
		}
		aside := 0
		for _, a := range d.AsideBy {
			aside += a.Count
		}
		fmt.Fprintf(p, "settings  %d differ: %s, %s, %d mixed, %d neutral, %d that nothing looks at; %d set aside\n", len(d.Changes),
			p.count(evidence.Fail, n[evidence.Hurts], "hurt"), p.count(evidence.Pass, n[evidence.Helps], "help"), n[evidence.Mixed], n[evidence.Neutral], n[""], aside)
		for _, a := range d.AsideBy {
			fmt.Fprintf(p, "          %s\n", p.dim(fmt.Sprintf("set aside: %d × %s", a.Count, a.Rule)))
		}
	}
	if asked(evidence.RawLevel) {
		n := map[string]int{}
		for _, c := range d.Items {
			n[c.Kind]++
		}
		fmt.Fprintf(p, "items     %d added, %d removed, %d changed, %d moved, %d with another status\n",
			n[compare.Added], n[compare.Removed], n[compare.Changed], n[compare.Moved], n[compare.StatusChanged])
	}
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
	if p.options.level != "" || p.options.all || i < most {
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
			fmt.Fprintf(p, "\n%s\n", p.bold(string(movement)))
		}
		for i, m := range group {
			if p.short(i, mostVerdicts, len(group), evidence.VerdictLevel) {
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
	if p.options.level == "" && !p.options.all { // one line each
		room := width() - 2 - 2 - len([]rune(id)) - 2 - len(m.Before) - 3 - len(m.After) - 2
		text := []rune(clean(p.statements[id]))
		if len(text) > room && room > 1 {
			text = append(text[:room-1], '…')
		}
		if room > 10 {
			line += "  " + p.dim(string(text))
		}
		fmt.Fprintln(p, line)
		return
	}
	fmt.Fprintln(p, line)
	fmt.Fprintf(p, "      %s\n", wrap(clean(p.statements[id]), width(), "      "))
}

// settings lists the settings with one effect.
func (p *differencePrinter) settings(title string, changes []evidence.Change, effect evidence.Effect) {
	var group []evidence.Change
	for _, c := range changes {
		if c.Effect == effect {
			group = append(group, c)
		}
	}
	if len(group) > 0 {
		fmt.Fprintf(p, "\n%s\n", p.bold(title))
	}
	for i, c := range group {
		if p.short(i, mostSettings, len(group), evidence.SettingLevel) {
			return
		}
		p.setting(c)
	}
}

func (p *differencePrinter) setting(c evidence.Change) {
	sign := map[string]string{compare.Added: "+", compare.Removed: "-", compare.Changed: "~", compare.NotCollected: "∅", compare.Moved: "→"}[c.Kind]
	fmt.Fprintf(p, "  %s %s\n", sign, wrap(clean(string(c.Address)), width(), "    "))
	full := p.options.level != "" || p.options.all
	value := func(label, text string, cites []evidence.Citation) {
		if text == "" {
			return
		}
		if most := 2 * width(); !full && len([]rune(text)) > most {
			text = string([]rune(text)[:most]) + "…"
		}
		fmt.Fprintf(p, "      %s  %s\n", label, wrap(clean(text), width(), "              "))
		for i, cite := range cites {
			if !full || i == 2 {
				break
			}
			fmt.Fprintf(p, "      %s\n", p.dim("at      "+wrap(clean(cite.String()), width(), "              ")))
		}
	}
	value("before", c.Before, c.BeforeCites)
	value("after ", c.After, c.AfterCites)
	for i, line := range c.Meaning {
		if !full && i == 3 {
			fmt.Fprintf(p, "              %s\n", p.dim(fmt.Sprintf("… and %d more", len(c.Meaning)-i)))
			break
		}
		value("means ", line, nil)
	}
	if c.Kind == compare.NotCollected {
		value("means ", "one side did not collect this: no change is claimed", nil)
	}
	touches := append([]string{}, c.Controls...)
	for _, r := range c.Rules {
		touches = append(touches, string(r))
	}
	if most := 6; !full && len(touches) > most {
		touches = append(touches[:most], fmt.Sprintf("… and %d more", len(touches)-most))
	}
	value("touches", strings.Join(touches, ", "), nil)
}

// aside lists what is set aside, under the rule that did it.
func (p *differencePrinter) aside(changes []evidence.Change) {
	for _, rule := range compare.CountAside(changes) {
		fmt.Fprintf(p, "\n%s\n", p.bold("set aside: "+rule.Rule))
		for _, c := range changes {
			if c.Aside == rule.Rule {
				p.setting(c)
			}
		}
	}
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
	if p.options.level != "" || p.options.all {
		return
	}
	if !differs(d) {
		fmt.Fprintf(p, "no difference\n")
		return
	}
	fmt.Fprintf(p, "\nnext: --level verdict, --level setting or --level raw lists one level in full; --all lists everything\n")
}
