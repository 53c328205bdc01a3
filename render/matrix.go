package render

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// The report's matrix has maxAcross hosts beside each other, and at most maxMatrix in all.
const (
	maxAcross = 25
	maxMatrix = 300
)

func markCell(r evidence.Result) Cell {
	if r == "" {
		return Cell{Kind: MarkKind}
	}
	return Cell{Kind: MarkKind, Text: Mark(r), Result: r}
}

// matrixPart is the report's matrix: statements as lines, in blocks of hosts. Of many hosts it has what does not hold on all.
func (b *builder) matrixPart() Part {
	p := Part{Anchor: "matrix", Title: "Matrix", Report: true}
	lines, hosts := b.matrix(), len(b.audit.Hosts)
	text := fmt.Sprintf("The verdict on each statement of the guide on each host: %s; a blank: not judged there.", legend())
	if b.fleet() {
		all := len(lines)
		lines = slices.DeleteFunc(lines, func(m audit.MatrixLine) bool { return m.Counts.Pass+m.Counts.NotApplicable == m.Counts.Total() })
		n := all - len(lines)
		if n > 0 {
			text += fmt.Sprintf(" %d %s on every host or %s not apply to it, and %s left out here.", n, plural(n, "statement holds", "statements hold"),
				plural(n, "does", "do"), plural(n, "is", "are"))
		}
		lines = slices.DeleteFunc(lines, func(m audit.MatrixLine) bool { return m.Counts.NeedsReview == m.Counts.Total() })
		if r := all - n - len(lines); r > 0 {
			text += fmt.Sprintf(" %d that %s review on every host %s listed below.", r, plural(r, "needs", "need"), plural(r, "is", "are"))
		}
	}
	text += fmt.Sprintf(" The workbook's sheet %s has all of it, to be filtered.", SheetMatrix)
	p.Blocks = append(p.Blocks, &Paragraph{Text: text})
	shown := min(hosts, maxMatrix)
	blocks := (shown + maxAcross - 1) / maxAcross
	for i := range blocks {
		from, to := i*shown/blocks, (i+1)*shown/blocks
		if blocks > 1 {
			p.Blocks = append(p.Blocks, &Heading{Level: 2, Text: fmt.Sprintf("Hosts %d to %d of %d", from+1, to, hosts)})
		}
		p.Blocks = append(p.Blocks, b.matrixTable(lines, from, to))
	}
	if shown < hosts {
		p.Blocks = append(p.Blocks, &Paragraph{Text: fmt.Sprintf("The other %d hosts stand in the workbook's sheet %s.", hosts-shown, SheetMatrix)})
	}
	if b.fleet() {
		p.Blocks = append(p.Blocks, b.reviewedEverywhere()...)
	}
	return p
}

// idWidth is the share of a matrix that ids take; a host takes 1 of maxAcross of the rest, few hosts no more than that.
const idWidth = 48.0

func (b *builder) matrixTable(lines []audit.MatrixLine, from, to int) *Table {
	const all = 174.0
	mark := min((all-idWidth)/float64(to-from), 12)
	t := &Table{Columns: []Column{{"Control", IDKind, idWidth}}, Empty: "Every statement holds on every host, needs review on all or does not apply."}
	for _, h := range b.audit.Hosts[from:to] {
		name := b.line(h.Name)
		if name == "" {
			name = "host not known"
		}
		t.Columns = append(t.Columns, Column{name, MarkKind, mark})
	}
	if rest := all - idWidth - mark*float64(to-from); rest > 30 { // a few hosts: room for the words
		t.Columns = slices.Insert(t.Columns, 1, Column{"Statement", TextKind, rest})
	}
	section := ""
	for _, m := range lines {
		if m.Section.ID != section {
			section = m.Section.ID
			t.Rows = append(t.Rows, Row{Group: b.line(m.Section.Title)})
		}
		id := Cell{Kind: MonoKind, Text: b.line(m.Control.ID)}
		row := Row{Cells: []Cell{id}}
		if len(t.Columns) > 1+to-from {
			row.Cells = append(row.Cells, b.t(m.Control.Statement))
		}
		for i := from; i < to; i++ {
			cell := markCell(m.Results[i])
			if !b.fleet() && m.Of[i] != nil {
				cell.Link = controlAnchor(m.Hosts[i].Name, m.Control.ID)
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// reviewedEverywhere lists what needs a person on every host, once and not for each.
func (b *builder) reviewedEverywhere() []Block {
	t := &Table{Columns: []Column{{"Control", MonoKind, 2.8}, {"Statement", TextKind, 7}}}
	for _, m := range b.matrix() {
		if m.Counts.NeedsReview == m.Counts.Total() {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.mono(m.Control.ID), b.t(m.Control.Statement)}})
		}
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{&Heading{Level: 1, Text: Mark(evidence.NeedsReview) + " Needs review on every host", Note: fmt.Sprint(len(t.Rows))}, t}
}

// matrixSheet has a line a statement and a narrow column a host.
func (b *builder) matrixSheet() Part {
	t := &Table{Anchor: "sheet-matrix-table", Empty: "Nothing was assessed.", Columns: []Column{
		{"Control", IDKind, 3}, {"Section", TextKind, 2}, {"Severity", TextKind, 1}, {"Statement", TextKind, 4}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r), NumberKind, 0.5})
	}
	for _, h := range b.audit.Hosts {
		t.Columns = append(t.Columns, Column{b.line(h.Name), MarkKind, 0.5})
	}
	for _, m := range b.matrix() {
		row := Row{Cells: []Cell{{Kind: IDKind, Text: b.line(m.Control.ID), Strong: true}, b.t(m.Section.Title), b.t(string(m.Control.Severity)), b.t(m.Control.Statement)}}
		for _, r := range evidence.Results {
			row.Cells = append(row.Cells, number(m.Counts.Of(r)))
		}
		for _, r := range m.Results {
			row.Cells = append(row.Cells, markCell(r))
		}
		t.Rows = append(t.Rows, row)
	}
	return Part{Anchor: "sheet-matrix", Title: "Matrix", Sheet: SheetMatrix, Blocks: []Block{t}}
}

// hostsSheet has a line a host: all counts, and how many statements of each section fail and are not decided there.
func (b *builder) hostsSheet() Part {
	t := &Table{Anchor: "sheet-hosts-table", Columns: []Column{{"Host", TextKind, 2}, {"System", TextKind, 3}, {"Role", TextKind, 1}, {"Captured (UTC)", TimeKind, 1.5}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r) + " " + Word(r), NumberKind, 1})
	}
	t.Columns = append(t.Columns, Column{"all", NumberKind, 0.5}, Column{"failing before", NumberKind, 1}, Column{"accepted", NumberKind, 1},
		Column{"high severity", NumberKind, 1})
	var sections []string
	for _, m := range b.matrix() {
		if !slices.Contains(sections, m.Section.ID) {
			sections = append(sections, m.Section.ID)
			title := b.line(m.Section.Title)
			t.Columns = append(t.Columns, Column{Mark(evidence.Fail) + " " + title, NumberKind, 1}, Column{"not decided: " + title, NumberKind, 1})
		}
	}
	t.Columns = append(t.Columns, Column{"Snapshot SHA-256", MonoKind, 5})
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		row := countsRow(Cell{}, h.Counts, h.CountsBefore)
		cells := append([]Cell{b.t(h.Name), b.t(h.OS), b.t(h.Role), when(h.After.To)}, row.Cells[1:]...)
		cells = append(cells, number(h.Counts.Accepted), number(h.Counts.FailHigh))
		for _, id := range sections {
			at := slices.IndexFunc(h.Sections, func(s audit.Section) bool { return s.ID == id })
			if at < 0 {
				cells = append(cells, Cell{Kind: NumberKind}, Cell{Kind: NumberKind})
				continue
			}
			c := h.Sections[at].Counts
			cells = append(cells, number(c.Fail), number(c.NeedsReview+c.NotCollected))
		}
		t.Rows = append(t.Rows, Row{Anchor: hostAnchor(h.Name), Cells: append(cells, b.mono(h.After.Digest.String()))})
	}
	return Part{Anchor: "sheet-hosts", Title: "Hosts", Sheet: SheetHosts, Blocks: []Block{t}}
}

// fleetSTIG has one row for each rule and the Control that names it, with the Control's verdicts on all hosts: the rules
// are the same on each.
func (b *builder) fleetSTIG() Part {
	t := &Table{Anchor: "sheet-stig-table", Empty: "No Control names a STIG rule.", Columns: []Column{
		{"STIG ID", IDKind, 1.5}, {"Group", TextKind, 1}, {"Rule", TextKind, 2}, {"Benchmark", TextKind, 1}, {"Release", TextKind, 1},
		{"Severity", TextKind, 1}, {"Covers", TextKind, 1}, {"CCIs", TextKind, 1.5}, {"Control", IDKind, 2}, {"Statement", TextKind, 4}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{"Control's verdict: " + Mark(r) + " " + Word(r), NumberKind, 1})
	}
	for _, m := range b.matrix() {
		var rules []evidence.RuleRef
		counts := map[[3]string]*[5]int{}
		for i, c := range m.Of {
			if c == nil {
				continue
			}
			for _, r := range c.STIG {
				key := [3]string{r.Benchmark, r.Release, string(r.RuleID)}
				if counts[key] == nil {
					counts[key] = new([5]int)
					rules = append(rules, r)
				}
				counts[key][slices.Index(evidence.Results, m.Results[i])]++
			}
		}
		for _, r := range rules {
			row := Row{Cells: []Cell{b.t(string(r.STIGID)), b.t(string(r.GroupID)), b.t(string(r.RuleID)), b.t(r.Benchmark), b.t(r.Release), b.t(string(r.Severity)),
				b.t(r.Strength), b.t(strings.Join(r.CCIs, " ")), b.mono(m.Control.ID), b.t(m.Control.Statement)}}
			for _, n := range counts[[3]string{r.Benchmark, r.Release, string(r.RuleID)}] {
				row.Cells = append(row.Cells, number(n))
			}
			t.Rows = append(t.Rows, row)
		}
	}
	return Part{Anchor: "sheet-stig", Title: "STIG map", Sheet: SheetSTIG, Blocks: []Block{t}}
}
