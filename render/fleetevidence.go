package render

import (
	"cmp"
	"fmt"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// fleetEvidence is the evidence index of many hosts: the snapshots, each with the digest that stands for all its items.
func (b *builder) fleetEvidence() Part {
	t := &Table{Columns: []Column{{"Host, folder and snapshot SHA-256", TextKind, 98}, {"Captured", TextKind, 38}, {"Items", NumberKind, 14}, {"no evidence", NumberKind, 24}}}
	linked, compared := 0, 0
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		if s == before {
			compared++
		}
		cell := b.t(h.Name + ", " + sideTitle(s) + ", in " + snapshot.Folder)
		cell.Also = []Cell{b.mono(snapshot.Digest.String())}
		switch {
		case s == after && h.Before != nil && h.NotLinked != "":
			cell.Also = append(cell.Also, b.t("not linked: "+h.NotLinked))
		case s == after && h.Before != nil:
			linked++
		}
		unusable := 0
		for i := range snapshot.Items {
			if lacking(&snapshot.Items[i]) {
				unusable++
			}
		}
		taken := b.t(day(snapshot.From))
		if day(snapshot.From) != day(snapshot.To) {
			taken.Text += " to " + day(snapshot.To)
		}
		if snapshot.Stale {
			taken.Also = []Cell{{Kind: TextKind, Text: "stale"}}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{cell, taken, number(len(snapshot.Items)), number(unusable)}})
	})
	p := Part{Anchor: "evidence", Title: "Evidence", Report: true, Blocks: []Block{&Paragraph{Text: "The snapshots that the verdicts rest on. The SHA-256 is that of " +
		"the snapshot's tagmanifest-sha256.txt, which covers every item in it. The items, each with its own digest, time, origin and what became of it, " +
		"stand in the workbook's sheet " + SheetEvidence + "; a citation there names item, line, first byte and number of bytes."}}}
	if compared > 0 {
		p.Blocks = append(p.Blocks, &Paragraph{Text: fmt.Sprintf("Of %d hosts that are compared with an earlier snapshot, the newer one of %d names the earlier one, so "+
			"that none can be taken away or put in between later.", compared, linked)})
	}
	return withBlocks(p, []Block{t})
}

// fleetCustody sums steps up that differ in nothing but the host and the time.
func (b *builder) fleetCustody() Part {
	p := Part{Anchor: "custody", Title: "Custody", Report: true}
	var steps []audit.Custody
	hosts := map[int]map[string]bool{}
	for _, c := range b.audit.Custody {
		side := b.sideOf(&c)
		c.Circumstances = ofAll(c.Circumstances)
		i := slices.IndexFunc(steps, func(s audit.Custody) bool {
			return s.Deed == c.Deed && s.Who == c.Who && s.With == c.With && s.Ground == c.Ground && s.Signer == c.Signer && s.Fault == c.Fault &&
				s.Note == c.Note && s.Object == side && clockText(&s) == clockText(&c) && rightsText(&s) == rightsText(&c)
		})
		if i < 0 {
			i = len(steps)
			steps = append(steps, c)
			steps[i].Object, steps[i].Items, hosts[i] = side, 0, map[string]bool{}
		}
		s := &steps[i]
		s.Items += c.Items
		hosts[i][c.Host] = true
		if !c.From.IsZero() && (s.From.IsZero() || c.From.Before(s.From)) {
			s.From = c.From
		}
		if c.To.After(s.To) {
			s.To = c.To
		}
	}
	t := &Table{Empty: "Nothing is known of the way that the evidence took.", Columns: []Column{{"When", TextKind, 40}, {"What", TextKind, 62}, {"Who and with what", TextKind, 72}}}
	for i := range steps[:min(maxSteps, len(steps))] {
		c := &steps[i]
		text := fmt.Sprintf("%s · %s", c.Deed, "this package")
		if c.Host != "" {
			text = fmt.Sprintf("%s · %d %s", c.Deed, len(hosts[i]), plural(len(hosts[i]), "host", "hosts"))
		}
		what := b.t(text)
		what.Strong = true
		if c.Host != "" {
			what.Also = []Cell{b.t(c.Object)}
			if c.Items > 0 {
				what.Also[0].Text += fmt.Sprintf(", %d %s in all", c.Items, plural(c.Items, "item", "items"))
			}
		}
		if c.Fault != "" {
			what.Also = append(what.Also, b.t(c.Fault))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.deedTime(c), what, b.deedBy(c)}})
	}
	p.Blocks = append(p.Blocks, &Paragraph{Text: "Who had the evidence in hand on its way from the hosts to this page, with what, and when. Steps that differ in " +
		"nothing but the host and the time stand in one line; the workbook's sheet " + SheetCustody + " has each of them."}, t)
	if n := len(steps) - maxSteps; n > 0 {
		p.Blocks = append(p.Blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more kinds of steps stand there.", n)})
	}
	return withBlocks(p, []Block{&Heading{Level: 1, Text: "What this does not show"}, &Fields{List: b.custodyLimits()}})
}

// maxSteps is how many kinds of steps the report lists of many hosts.
const maxSteps = 80

// fleetBenchmarks is the STIG of many hosts: counts by host and benchmark, and the rules that fail, with the hosts.
func (b *builder) fleetBenchmarks() []Part {
	if !b.judgedBenchmarks() {
		return nil
	}
	rules := b.failingRules()
	p := Part{Anchor: "benchmarks", Title: "STIG", Report: true, Blocks: []Block{&Paragraph{Text: "Each rule is judged by the checks that its own check text gives. A text " +
		"that was not fully understood gives none: the rule needs a person. Every rule on every host, with what was found and where, stands in the workbook's sheet " +
		SheetRules + "; a benchmark that does not concern a host is named there as not judged."}, &Heading{Level: 1, Text: "Rules that fail, and where", Note: fmt.Sprint(len(rules))},
		b.failingRulesTable(rules[:min(maxFailingRules, len(rules))])}}
	if n := len(rules) - maxFailingRules; n > 0 {
		p.Blocks = append(p.Blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more of lower rank stand in the workbook.", n)})
	}
	return []Part{withBlocks(p, []Block{&Heading{Level: 1, Text: "Verdicts by host", Note: legend()}, b.ruleCountsTable()})}
}

// failingRule is a rule of a benchmark that fails, and where it does.
type failingRule struct {
	rule                   audit.AssessedRule
	places, accepted, said []string // hosts, or sites of them: all, and those where it is accepted or rests on a person's word
}

// eachJudged calls f for each benchmark that was judged, with the host, or the site of it, that it was judged for.
func (b *builder) eachJudged(f func(place string, m audit.Benchmark)) {
	for _, h := range b.audit.Hosts {
		for _, m := range h.Benchmarks {
			place := h.Name
			if m.Site != "" {
				place += " (" + m.Site + ")"
			}
			if m.NotJudged == "" {
				f(place, m)
			}
		}
	}
}

// failingRules are the rules that fail anywhere: the graver ones first, then those that fail in the most places.
func (b *builder) failingRules() []*failingRule {
	var rules []*failingRule
	at := map[string]*failingRule{}
	b.eachJudged(func(place string, m audit.Benchmark) {
		for _, r := range m.Rules {
			if r.After.Result != evidence.Fail {
				continue
			}
			f := at[m.ID+"/"+string(r.STIGID)]
			if f == nil {
				f = &failingRule{rule: r}
				at[m.ID+"/"+string(r.STIGID)] = f
				rules = append(rules, f)
			}
			f.places = append(f.places, place)
			if r.Exception != nil && !r.Expired {
				f.accepted = append(f.accepted, place)
			}
			if r.After.Basis.ByPerson() {
				f.said = append(f.said, place)
			}
		}
	})
	slices.SortStableFunc(rules, func(x, y *failingRule) int {
		return cmp.Or(severityRank(x.rule.Severity)-severityRank(y.rule.Severity), len(y.places)-len(x.places))
	})
	return rules
}

func (b *builder) failingRulesTable(rules []*failingRule) *Table {
	t := &Table{Empty: "No rule fails.", Columns: []Column{{"Rule", IDKind, 1.8}, {"Severity", TextKind, 0.9}, {"Title, and the hosts", TextKind, 6.5}, {"on", NumberKind, 0.6}}}
	for _, f := range rules {
		title := b.t(f.rule.Title)
		title.Strong = true
		title.Also = []Cell{{Kind: TextKind, Text: b.names(f.places)}}
		if len(f.accepted) > 0 {
			title.Also = append(title.Also, Cell{Kind: TextKind, Text: "accepted on " + b.names(f.accepted)})
		}
		if len(f.said) > 0 {
			title.Also = append(title.Also, Cell{Kind: TextKind, Text: "by a person's word on " + b.names(f.said)})
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(string(f.rule.STIGID)), b.t(string(f.rule.Severity)), title, number(len(f.places))}})
	}
	return t
}

// ruleCountsTable counts the rules of each benchmark on each host by verdict.
func (b *builder) ruleCountsTable() *Table {
	t := &Table{Columns: []Column{{"Host", TextKind, 2.4}, {"Benchmark", TextKind, 4}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r), NumberKind, 0.7})
	}
	b.eachJudged(func(place string, m audit.Benchmark) {
		row := Row{Cells: []Cell{b.t(place), b.t(shortTitle(m.Title) + " V" + m.Version + "R" + m.Release)}}
		for _, r := range evidence.Results {
			row.Cells = append(row.Cells, number(m.Counts.Of(r)))
		}
		t.Rows = append(t.Rows, row)
	})
	if n := len(t.Rows) - maxMatrix; n > 0 {
		t.Rows = append(t.Rows[:maxMatrix], Row{Group: fmt.Sprintf("and %d more, which stand in the workbook", n)})
	}
	return t
}

// maxFailingRules is how many failing rules the report lists of many hosts.
const maxFailingRules = 150
