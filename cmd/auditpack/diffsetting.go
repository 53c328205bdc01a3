package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
)

// settings lists the settings with one effect, those first that touch the gravest verdicts that moved.
func (p *differencePrinter) settings(title string, changes []evidence.Change, effect evidence.Effect) {
	var group []evidence.Change
	for _, c := range changes {
		if c.Effect == effect {
			group = append(group, c)
		}
	}
	slices.SortStableFunc(group, func(a, b evidence.Change) int { return cmp.Compare(p.weight(b), p.weight(a)) })
	if len(group) > 0 {
		fmt.Fprintf(p, "\n%s\n", p.bold(title))
	}
	most := mostSettings
	if effect == evidence.Helps {
		most = mostBetter
	}
	for i, c := range group {
		if p.short(i, most, len(group), evidence.SettingLevel) {
			return
		}
		p.setting(c)
	}
}

func (p *differencePrinter) setting(c evidence.Change) {
	sign := map[string]string{compare.Added: "+", compare.Removed: "-", compare.Changed: "~", compare.NotCollected: "∅", compare.Moved: "→"}[c.Kind]
	address := clean(c.Address.Label())
	if c.Kind == compare.NotCollected {
		c.Meaning = append([]string{"one side did not collect this: no change is claimed"}, c.Meaning...)
	}
	if n := utf8.RuneCountInString(address); !p.full && n <= width()*2/5 { // one line, if enough of it is left
		fmt.Fprintf(p, "  %s %s  %s\n", sign, address, p.dim(p.clip(clean(inShort(c)), n+6)))
		return
	}
	fmt.Fprintf(p, "  %s %s\n", sign, wrap(address, width(), "    "))
	if !p.full {
		fmt.Fprintf(p, "      %s\n", p.dim(p.clip(clean(inShort(c)), 6)))
		return
	}
	p.value("before", c.Before, c.BeforeCites)
	p.value("after", c.After, c.AfterCites)
	for _, line := range c.Meaning {
		p.value("means", line, nil)
	}
	p.value("touches", strings.Join(touched(c), ", "), nil)
}

// value is one line of what is known of a setting; wrapped, with the first places that show it.
func (p *differencePrinter) value(label, text string, cites []evidence.Citation) {
	const indent, most = "               ", 2
	if text == "" {
		return
	}
	fmt.Fprintf(p, "      %-7s  %s\n", label, wrap(clean(text), width(), indent))
	for i, cite := range cites {
		if i == most {
			fmt.Fprintf(p, "%s%s\n", indent, p.dim(fmt.Sprintf("… and %d more places", len(cites)-i)))
			return
		}
		fmt.Fprintf(p, "%s%s\n", indent, p.dim(wrap("at "+clean(cite.String()), width(), indent)))
	}
}

// inShort says on one line what is different, and what it touches.
func inShort(c evidence.Change) string {
	what := c.Before + " → " + c.After
	switch {
	case len(c.Meaning) > 0:
		what = strings.Join(c.Meaning, "; ")
	case c.Before == "":
		what = "now " + c.After
	case c.After == "":
		what = "was " + c.Before
	}
	ids := touched(c)
	if len(ids) == 0 {
		return what
	}
	more := ""
	if len(ids) > 1 {
		more = fmt.Sprintf(" and %d more", len(ids)-1)
	}
	return ids[0] + more + ": " + what
}

// clip shortens a line to what is left of the width.
func (p *differencePrinter) clip(text string, indent int) string {
	if runes, room := []rune(text), width()-indent; len(runes) > room {
		return string(runes[:room-1]) + "…"
	}
	return text
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

// rest counts by place what the summary does not list.
func (p *differencePrinter) rest(changes []evidence.Change) {
	const most = 4
	var unlisted []evidence.Change
	for _, c := range changes {
		if c.Effect == evidence.Neutral || c.Effect == "" {
			unlisted = append(unlisted, c)
		}
	}
	if len(unlisted) == 0 {
		return
	}
	var texts []string
	groups := audit.Groups(unlisted)
	for i, g := range groups {
		if i == most && len(groups) > most+1 {
			texts = append(texts, fmt.Sprintf("and in %d other places", len(groups)-i))
			break
		}
		texts = append(texts, fmt.Sprintf("%d × %s", g.Total(), clean(g.Place)))
	}
	fmt.Fprintf(p, "\n%s\n  %s\n", p.bold("settings that moved no verdict"), wrap(strings.Join(texts, ", "), width(), "  "))
}
