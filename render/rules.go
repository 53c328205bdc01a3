package render

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// benchmarks are the report's pages of STIG rules, one Part a host and benchmark: counts, then the rules that fail, need
// a person or were not collected with what was found, then those that hold, by number.
func (b *builder) benchmarks() []Part {
	var parts []Part
	others := &Fields{}
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		for j := range h.Benchmarks {
			m := &h.Benchmarks[j]
			if m.NotJudged != "" {
				others.List = append(others.List, Field{"Not judged", []Cell{b.t(m.Title + ", " + m.ReleaseInfo), b.t(m.NotJudged)}})
				continue
			}
			parts = append(parts, b.benchmark(h, m, len(parts) == 0))
		}
	}
	if !b.shows(Findings) && len(parts) > 0 {
		parts = []Part{b.benchmarkCounts(parts)}
	}
	switch {
	case len(others.List) == 0:
	case len(parts) == 0:
		parts = append(parts, Part{Anchor: "benchmarks", Title: "STIG", Report: true, Blocks: []Block{others}})
	default:
		parts[0].Blocks = append(parts[0].Blocks, &Heading{Level: 1, Text: "Benchmarks handed in that do not concern the host"}, others)
	}
	return parts
}

func benchmarkAnchor(host string, m *audit.Benchmark) string {
	return strings.TrimSuffix("benchmark/"+host+"/"+m.ID+"/"+m.Site, "/")
}

func (b *builder) benchmark(h *audit.Host, m *audit.Benchmark, first bool) Part {
	p := Part{Anchor: benchmarkAnchor(h.Name, m), Title: "STIG: " + shortTitle(b.line(m.Title)), Report: true}
	if m.Site != "" {
		p.Title += ", " + b.line(m.Site)
	}
	if b.manyHosts() {
		p.Title += ", " + b.line(h.Name)
	}
	p.Blocks = append(p.Blocks, &Fields{List: []Field{
		{"Benchmark", []Cell{b.t(m.ID + ", version " + m.Version + ", " + m.ReleaseInfo)}},
		{"File", []Cell{b.mono(m.File), b.mono(m.Digest.String())}},
	}})
	if first {
		p.Blocks = append(p.Blocks, &Paragraph{Text: "Each rule is judged by the checks that its own check text gives. A text that was not " +
			"fully understood gives none: the rule needs a person, and says why. The verdicts are the STIG's reading, which may differ from the guide's."})
	}
	p.Blocks = append(p.Blocks, b.ruleCounts(m))
	inFull, byNumber := []evidence.Result{evidence.Fail, evidence.NeedsReview, evidence.NotCollected}, []evidence.Result{evidence.Pass, evidence.NotApplicable}
	if !b.shows(Full) {
		if b.shows(Findings) {
			b.leaves(p.Title+": what was found where a rule needs a person or was not collected", inSheet(SheetRules))
		}
		inFull, byNumber = inFull[:1], append(inFull[1:], byNumber...)
	}
	for _, r := range inFull {
		if t := b.listRules(h, m, r, func(*audit.AssessedRule) bool { return true }); len(t.Rows) > 0 {
			p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: Mark(r) + " " + Word(r), Note: fmt.Sprintf("%d rules", len(t.Rows))}, t)
		}
	}
	for _, r := range byNumber {
		ids, t := seenRules(m, r), b.listRules(h, m, r, told)
		if len(ids)+len(t.Rows) > 0 {
			p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: Mark(r) + " " + Word(r), Note: fmt.Sprintf("%d rules", len(ids)+len(t.Rows))})
		}
		if len(ids) > 0 {
			p.Blocks = append(p.Blocks, &Paragraph{Text: b.line(strings.Join(ids, ", ")) + ". What was found stands in the workbook's sheet " + SheetRules + "."})
		}
		if len(t.Rows) > 0 {
			p.Blocks = append(p.Blocks, &Paragraph{Text: "By a person's word, or against one:"}, t)
		}
	}
	return p
}

// benchmarkCounts is the STIG in numbers, one table for the benchmarks whose chapters are given.
func (b *builder) benchmarkCounts(chapters []Part) Part {
	t := newCountsTable("")
	t.Columns[0] = Column{"Benchmark", TextKind, 4}
	i := 0
	for _, h := range b.audit.Hosts {
		for _, m := range h.Benchmarks {
			if m.NotJudged == "" {
				t.add(strings.TrimPrefix(chapters[i].Title, "STIG: ")+" "+releaseName(m.Version, m.Release), m.Counts)
				b.leaves(chapters[i].Title+": the rules one by one", inSheet(SheetRules))
				i++
			}
		}
	}
	return Part{Anchor: "benchmarks", Title: "STIG", Report: true, Blocks: []Block{t.Table, &Paragraph{Text: "The rules that fail are lines of the plan of action."}}}
}

// shortTitle drops what every DISA title ends in.
func shortTitle(title string) string {
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(title, "Security Technical Implementation Guide"), "STIG"))
}

func (b *builder) ruleCounts(m *audit.Benchmark) *Table {
	t := newCountsTable("")
	t.add("Now", m.Counts)
	if m.CountsBefore != nil {
		t.add("Before", *m.CountsBefore)
	}
	if e := m.Earlier; e != nil {
		t.add("Before, by "+releaseName(e.Version, e.Release), e.Counts)
	}
	return t.Table
}

// listRules lists the rules with one Result of which want holds: what was expected and found, and where, and what people said.
func (b *builder) listRules(h *audit.Host, m *audit.Benchmark, result evidence.Result, want func(*audit.AssessedRule) bool) *Table {
	const most = 2
	t := &Table{Columns: []Column{{"Rule", IDKind, 1.7}, {"Severity", TextKind, 0.9}, {"Title, and what was found", TextKind, 7.4}}}
	for i := range m.Rules {
		r := &m.Rules[i]
		if r.After.Result != result || !want(r) {
			continue
		}
		id := b.t(string(r.STIGID))
		id.Also = []Cell{b.t(string(r.GroupID))}
		title := b.t(r.Title)
		title.Strong = true
		if r.Movement == evidence.AskedAnew {
			title.Also = append(title.Also, b.t("asked anew by this release: the earlier snapshot fails it too, and did not fail the earlier release"))
		}
		reasons := deciding(r.After)
		for _, reason := range reasons[:min(most, len(reasons))] {
			if said(reason) {
				continue // it stands below, as a person's word
			}
			actual := reason.Actual
			if reason.Note != "" {
				actual += " (" + reason.Note + ")"
			}
			if r.After.Basis == evidence.BasisNone {
				title.Also = append(title.Also, b.t(actual)) // nothing was looked at: only why
				continue
			}
			title.Also = append(title.Also, b.t("expected: "+reason.Expected), b.t("found: "+actual))
			title.Also = append(title.Also, b.cites(h.Name, after, reason.Cites)...)
		}
		if n := len(reasons) - most; n > 0 {
			title.Also = append(title.Also, b.t(fmt.Sprintf("and %d more, which stand in the workbook", n)))
		}
		if result == evidence.Fail {
			for _, caveat := range r.Caveats {
				title.Also = append(title.Also, b.t("by the text, a person may hold against it: "+caveat))
			}
		}
		title.Also = append(title.Also, b.ruleWords(h, r)...)
		severity := b.t(string(r.Severity))
		if r.After.Basis.ByPerson() {
			severity.Also = append(severity.Also, b.t(byWhom(r.After.Basis)))
		}
		if result == evidence.Fail && r.Exception != nil && !r.Expired {
			severity.Also = append(severity.Also, b.t("accepted"))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{id, severity, title}})
	}
	return t
}

// said reports whether a Reason is a person's word about the rule, in the answers or in an earlier checklist.
func said(r evidence.Reason) bool {
	return slices.ContainsFunc(r.Cites, func(c evidence.Citation) bool {
		return c.Item == evidence.AnswersPath || strings.HasPrefix(c.Item, evidence.ChecklistsFolder)
	})
}

// byWhom is the word for a Basis that is a person's.
func byWhom(basis evidence.Basis) string {
	if basis == evidence.BasisCarried {
		return "carried"
	}
	return "attested"
}

// seenRules are the rules with one Result of which no person's word has to be shown.
func seenRules(m *audit.Benchmark, result evidence.Result) []string {
	var ids []string
	for i := range m.Rules {
		if r := &m.Rules[i]; r.After.Result == result && !told(r) {
			ids = append(ids, string(r.STIGID))
		}
	}
	return ids
}

// rulesSheet has one row a host and rule of every benchmark that was judged.
func (b *builder) rulesSheet() Part {
	t := &Table{Anchor: "sheet-rules-table", Empty: "No STIG benchmark was handed in: pack with --stig.", Columns: []Column{
		{"STIG ID", IDKind, 1.5}, {"Group", TextKind, 1}, {"Rule", TextKind, 2}, {"Benchmark", TextKind, 2}, {"Release", TextKind, 1},
		{"Host", TextKind, 1}, {"Site", TextKind, 1}, {"Severity", TextKind, 1}, {"Title", TextKind, 4}, {"Verdict", VerdictKind, 1.2}, {"Basis", TextKind, 1},
		{"Before", VerdictKind, 1.2}, {"Movement", TextKind, 1}, {"Expected", TextKind, 3}, {"Found", TextKind, 4}, {"Source", CiteKind, 4}, {"CCIs", TextKind, 1.5},
		{"Accepted", TextKind, 2}, {"Attested", TextKind, 2}, {"Earlier checklists", TextKind, 3}}}
	b.rows(t, func(yield func(Row) bool) {
		for i := range b.audit.Hosts {
			h := &b.audit.Hosts[i]
			for j := range h.Benchmarks {
				for k := range h.Benchmarks[j].Rules {
					if !yield(Row{Cells: b.ruleCells(h, &h.Benchmarks[j], &h.Benchmarks[j].Rules[k])}) {
						return
					}
				}
			}
		}
	})
	return Part{Anchor: "sheet-rules", Title: "STIG rules", Sheet: SheetRules, Blocks: []Block{t}}
}

func (b *builder) ruleCells(h *audit.Host, m *audit.Benchmark, r *audit.AssessedRule) []Cell {
	was := Cell{Kind: VerdictKind}
	if r.Before != nil {
		was = verdict(r.Before.Result)
	}
	var found, source []Cell
	for _, reason := range r.After.Reasons {
		actual := reason.Actual
		if reason.Note != "" {
			actual += " (" + reason.Note + ")"
		}
		found = append(found, b.t(actual))
		source = append(source, b.cites(h.Name, after, reason.Cites)...)
	}
	for _, caveat := range r.Caveats {
		found = append(found, b.t("caveat of the text: "+caveat))
	}
	accepted, attested := Cell{Kind: TextKind}, Cell{Kind: TextKind}
	if r.Exception != nil {
		field := b.acceptance(r.Exception, r.Expired)
		accepted.Text = field.Label + " " + field.Value[0].Text
	}
	if r.Attestation != nil {
		attested = b.attestation(r.Attestation)
	}
	return []Cell{b.t(string(r.STIGID)), b.t(string(r.GroupID)), b.t(string(r.RuleID)), b.t(m.ID), b.t("V" + m.Version + "R" + m.Release),
		b.t(h.Name), b.t(m.Site), b.t(string(r.Severity)), b.t(r.Title), verdict(r.After.Result), b.t(string(r.After.Basis)), was, b.t(string(r.Movement)),
		stack(TextKind, b.expectations(r.After)...), stack(TextKind, found...), stack(CiteKind, source...), b.t(strings.Join(r.CCIs, " ")), accepted, attested, b.carriedWords(r)}
}

// nistSheet counts verdicts by control of NIST SP 800-53 and by CCI.
func (b *builder) nistSheet() Part {
	t := &Table{Anchor: "sheet-nist-table", Empty: "No rule names a CCI.", Columns: []Column{{"Control", TextKind, 1}, {"CCI", TextKind, 1}, {"Revision 4", TextKind, 1}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r) + " " + Word(r), NumberKind, 1})
	}
	t.Columns = append(t.Columns, Column{"all", NumberKind, 1})
	for _, line := range b.audit.NIST {
		name := "not known"
		if line.NIST != (evidence.NISTControl{}) {
			name = line.NIST.String()
		}
		cci := line.CCI
		if cci == "" {
			cci = "all"
		}
		row := Row{Cells: []Cell{b.t(name), b.t(cci), b.t(line.Rev4)}}
		for _, r := range evidence.Results {
			row.Cells = append(row.Cells, number(line.Counts.Of(r)))
		}
		t.Rows = append(t.Rows, Row{Cells: append(row.Cells, number(line.Counts.Total()))})
	}
	return Part{Anchor: "sheet-nist", Title: "NIST 800-53", Sheet: SheetNIST, Blocks: []Block{t}}
}
