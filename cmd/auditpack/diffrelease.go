package main

import (
	"fmt"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// releaseCounts is a line for each STIG of which another release was used before.
func (p *differencePrinter) releaseCounts(d diffResult) {
	for i, r := range d.Releases {
		label := "releases"
		if i > 0 {
			label = "        "
		}
		name := r.Benchmark
		if r.Site != "" {
			name += ", " + r.Site
		}
		if r.Before == r.After && len(r.Rules) == 0 {
			fmt.Fprintf(p, "%s  %s\n", label, clean(fmt.Sprintf("%s: %s was used before too", name, r.After)))
			continue
		}
		kinds, moved := (&audit.EarlierRelease{Changes: r.Rules}).Count()
		text := fmt.Sprintf("%s %s → %s: %d new, %d removed, %d reworded, %d worded the same", name, r.Before, r.After,
			kinds[evidence.RuleAdded], kinds[evidence.RuleRemoved], kinds[evidence.RuleReworded], r.Same)
		fmt.Fprintf(p, "%s  %s\n", label, wrap(clean(text), width(), "          "))
		if n, m := moved[evidence.AskedAnew], moved[evidence.AskedNoMore]; n+m > 0 {
			fmt.Fprintf(p, "          by the release alone, and not by the server: %s, %s\n",
				p.count(evidence.Fail, n, "fail"), p.count(evidence.Pass, m, "fail no more"))
		}
	}
}

// releases lists the rules that another release asks otherwise: in the summary those whose verdict it moved by itself.
func (p *differencePrinter) releases(d diffResult) {
	headings := []struct {
		movement evidence.Movement
		text     string
	}{
		{evidence.AskedAnew, "asked anew: fail by another release of the STIG, not by a change of the server"},
		{evidence.AskedNoMore, "asked no more: failed by the earlier release, and do not by this one"},
		{evidence.OtherMovement, "judged otherwise by another release"},
		{"", "new, removed or reworded, and no verdict moved by it"},
	}
	for _, h := range headings {
		var group []evidence.Change
		for _, r := range d.Releases {
			for _, c := range r.Rules {
				if c.Movement == h.movement {
					group = append(group, c)
				}
			}
		}
		if len(group) == 0 || !p.full && h.movement == "" {
			continue
		}
		fmt.Fprintf(p, "\n%s\n", p.bold(h.text))
		for i, c := range group {
			if p.short(i, mostReleases, len(group), evidence.ReleaseLevel) {
				break
			}
			p.rule(c)
		}
	}
}

// rule is one rule of which another release asks something else.
func (p *differencePrinter) rule(c evidence.Change) {
	id, was, is := string(c.Rules[0]), orDash(c.Before), orDash(c.After)
	result := evidence.Result(c.After)
	if c.After == "" {
		result = evidence.NotApplicable
	}
	line := fmt.Sprintf("  %s %s  %s → %s  %s", p.result(result, mark(result)), clean(id), was, p.result(result, is), clean(c.Kind))
	if !p.full {
		p.withStatement(line, id)
		return
	}
	fmt.Fprintln(p, line)
	if text := p.statements[id]; text != "" {
		fmt.Fprintf(p, "      %s\n", wrap(clean(text), width(), "      "))
	}
	p.value("before", c.Before, c.BeforeCites)
	p.value("after", c.After, c.AfterCites)
	for _, line := range c.Meaning {
		p.value("means", line, nil)
	}
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
