package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// Of more hosts than maxDetailed the report has no chapters of single hosts, so that its length does not grow with what
// was found on each: the workbook has all of it, and the report says where. maxNamed is how many hosts a line names.
const (
	maxDetailed = 4
	maxNamed    = 8
)

// fleet reports whether there are more hosts than the report can treat one by one.
func (b *builder) fleet() bool { return len(b.audit.Hosts) > maxDetailed }

// fleetParts are the report's pages about several hosts: what fails where, each host in a line, and the matrix.
func (b *builder) fleetParts() []Part {
	if !b.manyHosts() {
		return nil
	}
	return append([]Part{b.where(), b.hostsPart()}, b.from(Findings, inSheet(SheetMatrix), b.matrixPart())...)
}

// names lists hosts for people, as many as a line holds.
func (b *builder) names(hosts []string) string {
	list := hosts[:min(maxNamed, len(hosts))]
	text := b.line(strings.Join(list, ", "))
	if n := len(hosts) - maxNamed; n > 0 {
		text += fmt.Sprintf(" and %d more", n)
	}
	return text
}

// where is one line for each statement that fails on any host, with the hosts.
func (b *builder) where() Part {
	p := Part{Anchor: "where", Title: "What fails where", Report: true}
	lines := b.failingLines()
	if len(lines) == 0 {
		return withBlocks(p, []Block{&Paragraph{Text: "No statement fails on any host. What could not be decided stands in the matrix."}})
	}
	p.Blocks = append(p.Blocks, &Paragraph{Text: fmt.Sprintf("%d of the guide's statements %s on at least one host; the graver ones first, and among "+
		"them those that fail on the most hosts. What was found on each host, with the place in the evidence, and how to fix it, stands in the "+
		"workbook's sheet %s.", len(lines), plural(len(lines), "fails", "fail"), SheetToFix)})
	return withBlocks(p, []Block{b.whereTable("where-table", lines)})
}

func (b *builder) whereTable(anchor string, lines []audit.MatrixLine) *Table {
	t := &Table{Anchor: anchor, Columns: []Column{{"Control", IDKind, 2.9}, {"Severity", TextKind, 1}, {"Statement, and the hosts", TextKind, 6}, {"fails on", TextKind, 1.2}}}
	for _, m := range lines {
		t.Rows = append(t.Rows, Row{Cells: b.whereCells(m)})
	}
	return t
}

// failingLines are the statements that fail on any host: the graver ones first, then those that fail on the most hosts.
func (b *builder) failingLines() []audit.MatrixLine {
	lines := slices.DeleteFunc(b.matrix(), func(m audit.MatrixLine) bool { return m.Counts.Fail == 0 })
	slices.SortStableFunc(lines, func(x, y audit.MatrixLine) int {
		return cmp.Or(severityRank(x.Control.Severity)-severityRank(y.Control.Severity), y.Counts.Fail-x.Counts.Fail)
	})
	return lines
}

// firstToFixWhere is the summary's list of what to fix first on many hosts.
func (b *builder) firstToFixWhere() []Block {
	lines := b.failingLines()
	if len(lines) == 0 {
		return nil
	}
	most := 5
	if b.fleet() { // the hosts' bars need the room
		most = 3
	}
	return []Block{&Heading{Level: 2, Text: "To fix first"}, b.whereTable("", lines[:min(most, len(lines))])}
}

func (b *builder) whereCells(m audit.MatrixLine) []Cell {
	var failing, accepted []string
	for i, c := range m.Of {
		switch {
		case m.Results[i] != evidence.Fail:
		case c.Exception != nil && !c.Expired:
			accepted = append(accepted, m.Hosts[i].Name)
		default:
			failing = append(failing, m.Hosts[i].Name)
		}
	}
	id := Cell{Kind: IDKind, Text: b.line(m.Control.ID)}
	if !b.fleet() {
		id.Link = controlAnchor(m.Hosts[slices.Index(m.Results, evidence.Fail)].Name, m.Control.ID)
	}
	text := b.t(m.Control.Statement)
	text.Strong = true
	switch {
	case len(failing) == len(m.Hosts) && b.fleet():
		text.Also = append(text.Also, Cell{Kind: TextKind, Text: "on every host"})
	case len(failing) > 0:
		text.Also = append(text.Also, Cell{Kind: TextKind, Text: b.names(failing)})
	}
	if len(accepted) > 0 {
		text.Also = append(text.Also, Cell{Kind: TextKind, Text: "accepted on " + b.names(accepted)})
	}
	judged := 0
	for _, r := range m.Results {
		if r != "" {
			judged++
		}
	}
	count := Cell{Kind: TextKind, Text: fmt.Sprintf("%d of %d", m.Counts.Fail, judged)}
	if n := m.Counts.NeedsReview + m.Counts.NotCollected; n > 0 {
		count.Also = []Cell{{Kind: TextKind, Text: fmt.Sprintf("%d not decided", n)}}
	}
	return []Cell{id, b.t(string(m.Control.Severity)), text, count}
}

// hostsPart has each host in a line.
func (b *builder) hostsPart() Part {
	t := &Table{Anchor: "hosts", Columns: []Column{{"Host", TextKind, 2.7}, {"System", TextKind, 5.1}, {"Captured", TextKind, 1.7}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r), NumberKind, 0.75})
	}
	if b.hasBefore() {
		t.Columns = append(t.Columns, Column{Mark(evidence.Fail) + " before", NumberKind, 1})
	}
	without := 0
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		system, _, _ := strings.Cut(h.OS, " (build") // the sheet has all of it
		row := Row{Cells: []Cell{b.hostCell(h), b.t(system), b.t(day(h.After.To))}}
		if h.OS == "" {
			row.Cells[1] = Cell{Kind: TextKind, Text: "not known"}
		}
		if h.After.Stale {
			row.Cells[2].Also = []Cell{{Kind: TextKind, Text: "stale: passes nothing"}}
		}
		for _, r := range evidence.Results {
			row.Cells = append(row.Cells, number(h.Counts.Of(r)))
		}
		switch {
		case !b.hasBefore():
		case h.CountsBefore == nil:
			without++
			row.Cells = append(row.Cells, Cell{Kind: TextKind, Text: "–"})
		default:
			row.Cells = append(row.Cells, number(h.CountsBefore.Fail))
		}
		if b.fleet() {
			row.Anchor = hostAnchor(h.Name)
		}
		t.Rows = append(t.Rows, row)
	}
	p := Part{Anchor: "hosts-part", Title: "Hosts", Report: true, Follows: true, Blocks: []Block{&Paragraph{Text: fmt.Sprintf("One line a host: how many of the guide's "+
		"statements %s. Verdicts by section of the guide stand in the workbook's sheet %s.", legend(), SheetHosts)}}}
	if without > 0 {
		p.Blocks = append(p.Blocks, &Paragraph{Text: fmt.Sprintf("No earlier snapshot was handed in of %d of the %d hosts: nothing is said about what changed on %s.",
			without, len(b.audit.Hosts), plural(without, "it", "them"))})
	}
	return withBlocks(p, []Block{t})
}

// legend explains the marks.
func legend() string {
	var parts []string
	for _, r := range evidence.Results {
		parts = append(parts, Mark(r)+" "+Word(r))
	}
	return strings.Join(parts, ", ")
}

func (b *builder) hostCell(h *audit.Host) Cell {
	c := b.t(h.Name)
	c.Strong = true
	if c.Text == "" {
		c.Text = "host not known"
	}
	if !b.fleet() {
		c.Link = hostAnchor(h.Name)
	}
	return c
}

// matrix returns the statements over all hosts; they are laid out once.
func (b *builder) matrix() []audit.MatrixLine {
	if b.lines == nil {
		b.lines = b.audit.Matrix()
	}
	return slices.Clone(b.lines)
}

// fleetMovement is what changed on many hosts: each in a line, then what got worse and where.
func (b *builder) fleetMovement() []Part {
	if !b.hasBefore() {
		return nil
	}
	shown := []evidence.Movement{evidence.Fixed, evidence.Regressed, evidence.NewlyNotCollected, evidence.StillFailing}
	t := &Table{Columns: []Column{{"Host", TextKind, 3}, {"Compared with", TextKind, 2}, {"fixed", NumberKind, 1}, {"regressed", NumberKind, 1.2},
		{"no longer collected", NumberKind, 1.5}, {"still failing", NumberKind, 1.1}}}
	intro := "What the verdicts were in the earlier snapshots and are now. Every change of a verdict, of a setting and of an item stands in the workbook's sheet " +
		SheetChanges + "."
	reduced := b.audit.Reduced != nil
	if reduced {
		intro = "What the verdicts were in the earlier snapshots and are now. Which settings differ is withheld: only the whole package lists them."
	} else {
		t.Columns = append(t.Columns, Column{"settings differ", NumberKind, 1.2})
	}
	worse := map[string][]string{}
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		if h.Before == nil {
			continue
		}
		count := map[evidence.Movement]int{}
		for _, c := range h.Movements {
			count[c.Movement]++
			if c.Movement == evidence.Regressed {
				worse[c.Control] = append(worse[c.Control], h.Name)
			}
		}
		row := Row{Cells: []Cell{b.t(h.Name), b.t(day(h.Before.To))}}
		for _, m := range shown {
			row.Cells = append(row.Cells, number(count[m]))
		}
		if !reduced {
			row.Cells = append(row.Cells, number(len(h.Changes)))
		}
		t.Rows = append(t.Rows, row)
	}
	p := Part{Anchor: "movement", Title: "Movement", Report: true, Blocks: []Block{&Paragraph{Text: intro}}}
	if len(worse) > 0 {
		regressed := &Table{Columns: []Column{{"Control", IDKind, 3}, {"Statement, and the hosts", TextKind, 6}, {"on", NumberKind, 0.6}}}
		for _, m := range b.matrix() {
			if hosts := worse[m.Control.ID]; len(hosts) > 0 {
				text := b.t(m.Control.Statement)
				text.Also = []Cell{{Kind: TextKind, Text: b.names(hosts)}}
				regressed.Rows = append(regressed.Rows, Row{Cells: []Cell{b.mono(m.Control.ID), text, number(len(hosts))}})
			}
		}
		p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: movementOrder[0].title, Note: fmt.Sprint(len(regressed.Rows))}, regressed)
	}
	return []Part{withBlocks(p, []Block{&Heading{Level: 1, Text: "By host", Note: fmt.Sprint(len(t.Rows))}, t})}
}
