package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// mostPlanned is how many rows a table of the plan and of the roll-up has in the report; the workbook has all.
const mostPlanned = 60

// planned is a line of the plan of action: a failing Control, or a failing rule in the shape of one.
type planned struct {
	finding
	rule *audit.Benchmark // the rule's; nil of a Control
	ccis []string
}

// place is the host, and the site of IIS that a rule was judged for.
func (p planned) place() string {
	if p.rule != nil && p.rule.Site != "" {
		return p.host.Name + ", " + p.rule.Site
	}
	return p.host.Name
}

// plan returns what fails on any host, Controls and rules: by severity, accepted ones last within it.
func (b *builder) plan() []planned {
	var list []planned
	for _, f := range b.findings() {
		list = append(list, planned{f, nil, distinct(f.control.CCIs())})
	}
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		for j := range h.Benchmarks {
			m := &h.Benchmarks[j]
			for _, r := range m.Rules {
				if r.After.Result == evidence.Fail {
					list = append(list, planned{finding{h, nil, asControl(r)}, m, distinct(r.CCIs)})
				}
			}
		}
	}
	rank := func(p planned) int {
		n := 2 * severityRank(p.control.Severity)
		if p.accepted() {
			n++
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b planned) int { return rank(a) - rank(b) })
	return list
}

// asControl gives a rule the shape of a Control. Its fix text stays in its benchmark.
func asControl(r audit.AssessedRule) *audit.Assessed {
	return &audit.Assessed{ID: string(r.STIGID), Statement: r.Title, Severity: r.Severity, Fix: "See the STIG's fix text.",
		After: r.After, Before: r.Before, Movement: r.Movement, Exception: r.Exception, Expired: r.Expired, Attestation: r.Attestation, Remediation: r.Remediation}
}

// distinct returns the texts of a list in its order, each once.
func distinct(list []string) []string {
	var once []string
	for _, s := range list {
		if !slices.Contains(once, s) {
			once = append(once, s)
		}
	}
	return once
}

// state is open or accepted. What was accepted until a day that is over is open; what was to be mended by one is overdue.
func (p planned) state(asOf time.Time) string {
	state := "open"
	switch {
	case p.accepted():
		state = "accepted"
	case p.control.Exception != nil:
		state = "open, acceptance expired"
	}
	if m := p.control.Remediation; m != nil && m.Overdue(asOf) {
		state += ", overdue"
	}
	return state
}

// age says in a word what since says in a sentence.
func (p planned) age() string {
	switch {
	case p.control.Before == nil:
		return ""
	case p.control.Before.Result == evidence.Fail:
		return "failed before"
	}
	return "new"
}

// completion is the day by which somebody has promised to mend it. That an Exception ends mends nothing.
func (p planned) completion() Cell {
	if p.control.Remediation == nil {
		return Cell{Kind: TimeKind}
	}
	due := p.control.Remediation.Due
	return Cell{Kind: TimeKind, Text: day(due), Time: due}
}

// owner is who mends it, as far as anybody said.
func (p planned) owner() string {
	if p.control.Remediation == nil {
		return ""
	}
	return p.control.Remediation.Owner
}

// milestones are the steps on the way, each with its day.
func (p planned) milestones(asOf time.Time) []string {
	var list []string
	if m := p.control.Remediation; m != nil {
		for _, step := range m.Milestones {
			text := day(step.Date) + ": " + step.Text
			if step.Overdue(asOf) {
				text += " (its day has gone by)"
			}
			list = append(list, text)
		}
	}
	return list
}

func (p planned) comment() string {
	if p.control.Remediation == nil {
		return ""
	}
	return p.control.Remediation.Comment
}

// plannedID is the id of a line, linked where it is a Control's.
func (b *builder) plannedID(p planned) Cell {
	if p.rule != nil {
		return b.t(p.control.ID)
	}
	return b.id(p.host.Name, p.control.ID)
}

// nistOf returns the controls of NIST SP 800-53 for each CCI that anything judged names.
func (b *builder) nistOf() map[string][]evidence.NISTControl {
	known := map[string][]evidence.NISTControl{}
	for _, line := range b.audit.NIST {
		if line.CCI != "" && line.NIST != (evidence.NISTControl{}) {
			known[line.CCI] = append(known[line.CCI], line.NIST)
		}
	}
	return known
}

// nistNames lists the controls that CCIs stand for, in the publication's order: AC-2, AC-2 (4).
func nistNames(known map[string][]evidence.NISTControl, ccis []string) string {
	var controls []evidence.NISTControl
	for _, cci := range ccis {
		controls = append(controls, known[cci]...)
	}
	slices.SortFunc(controls, evidence.NISTControl.Compare)
	var names []string
	for _, c := range slices.Compact(controls) {
		names = append(names, c.String())
	}
	return strings.Join(names, ", ")
}

// planSheet has one row a host and failing Control or rule.
func (b *builder) planSheet() Part {
	t := &Table{Anchor: "sheet-plan-table", Empty: "No statement and no rule fails.", Columns: []Column{
		{"Control or rule", IDKind, 2}, {"Host", TextKind, 1}, {"Weakness", TextKind, 4}, {"Severity", TextKind, 1}, {"Found", TextKind, 4},
		{"Source", CiteKind, 4}, {"NIST 800-53", TextKind, 1.5}, {"CCIs", TextKind, 1.5}, {"How to fix", TextKind, 4}, {"Status", TextKind, 1.2},
		{"Accepted", TextKind, 2}, {"Owner", TextKind, 1.5}, {"Scheduled completion", TimeKind, 1.2}, {"Milestones", TextKind, 3}, {"Comment", TextKind, 2}, {"Since", TextKind, 2}}}
	known := b.nistOf()
	for _, p := range b.plan() {
		var found, source []Cell
		for _, r := range deciding(p.control.After) {
			found = append(found, b.t(r.Actual))
			source = append(source, b.cites(p.host.Name, after, r.Cites)...)
		}
		accepted := Cell{Kind: TextKind}
		if p.control.Exception != nil {
			accepted = b.exceptionField(p.control).Value[0]
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.plannedID(p), b.t(p.place()), b.t(p.control.Statement), b.t(string(p.control.Severity)),
			stack(TextKind, found...), stack(CiteKind, source...), b.t(nistNames(known, p.ccis)), b.t(strings.Join(p.ccis, " ")),
			b.t(p.control.Fix), b.t(p.state(b.audit.AsOf)), accepted, b.t(p.owner()), p.completion(), stack(TextKind, b.cells(p.milestones(b.audit.AsOf))...),
			b.t(p.comment()), b.t(b.since(p.finding))}})
	}
	return Part{Anchor: "sheet-plan", Title: "POA&M", Sheet: SheetPlan, Blocks: []Block{t}}
}

// cells is each text in a cell of its own.
func (b *builder) cells(texts []string) []Cell {
	var list []Cell
	for _, text := range texts {
		list = append(list, b.t(text))
	}
	return list
}

// planPart is the report's plan of action: what fails, in one table. There is none where nothing was assessed.
func (b *builder) planPart() []Part {
	total := b.counts()
	if total.Total() == 0 {
		return nil
	}
	list := b.plan()
	p := Part{Anchor: "plan", Title: "Plan of action", Report: true, Blocks: []Block{&Paragraph{Text: planText(list, total)}}}
	if len(list) == 0 {
		return []Part{p}
	}
	known := b.nistOf()
	t := &Table{Anchor: "plan-table", Columns: []Column{{"Control or rule", IDKind, 2.1}, {"Severity", TextKind, 1.2}, {"Weakness, and what was found", TextKind, 4.2},
		{"NIST 800-53", TextKind, 1.2}, {"Status", TextKind, 1.7}, {"Completion, and by whom", TimeKind, 2.8}}}
	for _, line := range list[:min(mostPlanned, len(list))] {
		t.Rows = append(t.Rows, Row{Cells: b.planCells(line, known)})
	}
	p.Blocks = append(p.Blocks, t)
	if n := len(list) - mostPlanned; n > 0 {
		p.Blocks = append(p.Blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more of lower rank %s in the workbook's sheet %s.", n, plural(n, "stands", "stand"), SheetPlan)})
	}
	return []Part{p}
}

// planText counts the plan, and what may belong into it and is not known to.
func planText(list []planned, total audit.Counts) string {
	if len(list) == 0 {
		return fmt.Sprintf("No statement and no rule fails. %d need review and %d were not collected: they may fail.", total.NeedsReview, total.NotCollected)
	}
	rules, accepted, promised := 0, 0, 0
	for _, p := range list {
		if p.rule != nil {
			rules++
		}
		if p.accepted() {
			accepted++
		}
		if p.control.Remediation != nil {
			promised++
		}
	}
	text := fmt.Sprintf("One line for each statement of the guide that fails on a host (%d)", len(list)-rules)
	if rules > 0 {
		text += fmt.Sprintf(" and each STIG rule that does (%d); both may ask for the same setting", rules)
	}
	who := "Nobody has said who mends any of it, or by which day"
	if promised > 0 {
		who = fmt.Sprintf("For %d of %d the answers say who mends it and by which day; for the others nobody has", promised, len(list))
	}
	return fmt.Sprintf("%s. %d accepted, %d open. %s. %d need review and %d were not collected: they may fail, and are not in this list. "+
		"How to fix it and where it was found stand in the workbook's sheet %s.", text, accepted, len(list)-accepted, who, total.NeedsReview, total.NotCollected, SheetPlan)
}

// counts adds up the Controls and the rules of all hosts.
func (b *builder) counts() audit.Counts {
	total := b.audit.Counts
	for _, h := range b.audit.Hosts {
		for _, m := range h.Benchmarks {
			total.Pass += m.Counts.Pass
			total.Fail += m.Counts.Fail
			total.NotApplicable += m.Counts.NotApplicable
			total.NotCollected += m.Counts.NotCollected
			total.NeedsReview += m.Counts.NeedsReview
		}
	}
	return total
}

func (b *builder) planCells(p planned, known map[string][]evidence.NISTControl) []Cell {
	id := b.plannedID(p)
	if b.manyHosts() || p.rule != nil && p.rule.Site != "" {
		id.Also = []Cell{b.t(p.place())}
	}
	weakness := b.t(p.control.Statement)
	weakness.Strong = true
	if reasons := deciding(p.control.After); len(reasons) > 0 {
		weakness.Also = []Cell{b.t(reasons[0].Actual)}
		if n := len(reasons) - 1; n > 0 {
			weakness.Also = append(weakness.Also, b.t(fmt.Sprintf("(%d more in the workbook)", n)))
		}
	}
	status := b.t(p.state(b.audit.AsOf))
	if x := p.control.Exception; x != nil {
		status.Also = append(status.Also, b.t(fmt.Sprintf("by %s until %s", x.Approver, day(x.Expires))))
	}
	if age := p.age(); age != "" {
		status.Also = append(status.Also, b.t(age))
	}
	return []Cell{id, b.t(string(p.control.Severity)), weakness, b.t(nistNames(known, p.ccis)), status, b.promise(p)}
}

// promise is the day of completion, with who gave it and the steps on the way.
func (b *builder) promise(p planned) Cell {
	c := p.completion()
	if p.control.Remediation == nil {
		return c
	}
	c.Also = append(b.cells([]string{"by " + p.owner()}), b.cells(p.milestones(b.audit.AsOf))...)
	if comment := p.comment(); comment != "" {
		c.Also = append(c.Also, b.t(comment))
	}
	return c
}

// nistPart is the report's roll-up by control of NIST SP 800-53, where benchmarks were judged.
func (b *builder) nistPart() []Part {
	if !b.judgedBenchmarks() {
		return nil
	}
	var lines []audit.ControlCount
	for _, line := range b.audit.NIST {
		if line.CCI == "" || line.NIST == (evidence.NISTControl{}) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return nil
	}
	slices.SortStableFunc(lines, func(a, b audit.ControlCount) int { return cmp.Compare(urgency(a.Counts), urgency(b.Counts)) })
	t := newCountsTable("nist-table")
	t.Columns[0] = Column{"Control", TextKind, 1.4}
	for _, line := range lines[:min(mostPlanned, len(lines))] {
		name := line.NIST.String()
		if line.CCI != "" {
			name = b.line(line.CCI)
		}
		t.add(name, line.Counts)
	}
	p := Part{Anchor: "nist", Title: "NIST SP 800-53", Report: true, Blocks: []Block{&Paragraph{Text: "Verdicts by control of NIST SP 800-53, " +
		"revision 5: first those with something that fails, then those that need review. A statement counts for every control that its CCIs " +
		"stand for, so the lines do not add up. Where all pass, a control is not thereby met: it asks for more than settings of a server. A " +
		"CCI stands here where no control is known for it. Which controls a CCI stands for: " + b.line(b.audit.NISTSource) + "."}, t.Table}}
	if n := len(lines) - mostPlanned; n > 0 {
		p.Blocks = append(p.Blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more %s, with all CCIs, in the workbook's sheet %s.", n, plural(n, "stands", "stand"), SheetNIST)})
	}
	return []Part{p}
}

// urgency orders counts: what fails, what needs review, the rest.
func urgency(c audit.Counts) int {
	switch {
	case c.Fail > 0:
		return 0
	case c.NeedsReview > 0:
		return 1
	}
	return 2
}

// judgedBenchmarks reports whether any benchmark was judged on any host.
func (b *builder) judgedBenchmarks() bool {
	for _, h := range b.audit.Hosts {
		for _, m := range h.Benchmarks {
			if m.NotJudged == "" {
				return true
			}
		}
	}
	return false
}
