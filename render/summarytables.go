package render

import (
	"fmt"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// before is what counted on all hosts before; nil where a host has no earlier snapshot, since what counts on other hosts is
// no measure of what counts on these.
func (b *builder) before() *audit.Counts {
	if n, _ := b.audit.Compared(); n < len(b.audit.Hosts) {
		return nil
	}
	return b.audit.Before
}

// changed says how many fail more or fewer than before.
func changed(d int) string {
	switch {
	case d < 0:
		return fmt.Sprintf("%d fewer than before", -d)
	case d > 0:
		return fmt.Sprintf("%d more than before", d)
	}
	return "as many as before"
}

// columnsChart shows all verdicts, before and now.
func (b *builder) columnsChart() *Chart {
	c := &Chart{Kind: Columns, Title: "Verdicts", Table: "counts"}
	add := func(name string, counts audit.Counts) {
		s := Series{Name: name}
		for _, r := range evidence.Results {
			s.Values = append(s.Values, counts.Of(r))
		}
		c.Series = append(c.Series, s)
	}
	for _, r := range evidence.Results {
		c.Categories = append(c.Categories, Mark(r)+" "+Word(r))
	}
	if p := b.before(); p != nil {
		add("Before", *p)
	}
	add("Now", b.audit.Counts)
	return c
}

func (b *builder) hostsTable() *Table {
	t := countsByName("hosts", "Verdicts by host", "Host")
	for _, h := range b.audit.Hosts {
		t.Rows = append(t.Rows, countsRow(Cell{Kind: TextKind, Text: b.line(h.Name)}, h.Counts, h.CountsBefore))
	}
	return t
}

func (b *builder) sectionsTable(h *audit.Host) *Table {
	t := countsByName("sections", "Verdicts by section of the guide", "Section")
	for _, s := range h.Sections {
		t.Rows = append(t.Rows, countsRow(Cell{Kind: TextKind, Text: b.line(s.Title)}, s.Counts, s.CountsBefore))
	}
	return t
}

func countsByName(anchor, title, name string) *Table {
	t := &Table{Anchor: anchor, Title: title, Columns: []Column{{name, TextKind, 4}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r) + " " + Word(r), NumberKind, 1})
	}
	t.Columns = append(t.Columns, Column{"all", NumberKind, 1}, Column{"failing before", NumberKind, 1})
	return t
}

func countsRow(name Cell, now audit.Counts, then *audit.Counts) Row {
	row := Row{Cells: []Cell{name}}
	for _, r := range evidence.Results {
		row.Cells = append(row.Cells, number(now.Of(r)))
	}
	row.Cells = append(row.Cells, number(now.Total()))
	if then == nil {
		return Row{Cells: append(row.Cells, Cell{Kind: NumberKind})}
	}
	return Row{Cells: append(row.Cells, number(then.Fail))}
}

// maxBars is how many hosts have a bar in a chart; of more the chart is by section, over all hosts.
const maxBars = 20

// onHosts says of several hosts that they are counted together.
func (b *builder) onHosts() string {
	if !b.manyHosts() {
		return ""
	}
	return fmt.Sprintf(" on %d hosts", len(b.audit.Hosts))
}

// fleetCover says of many hosts what is said of each of a few.
func (b *builder) fleetCover(add func(label string, value ...Cell)) {
	var from, to time.Time
	stale, compared := 0, 0
	for _, h := range b.audit.Hosts {
		if from.IsZero() || !h.After.From.IsZero() && h.After.From.Before(from) {
			from = h.After.From
		}
		if h.After.To.After(to) {
			to = h.After.To
		}
		if h.After.Stale {
			stale++
		}
		if h.Before != nil {
			compared++
		}
	}
	add("Hosts", Cell{Kind: TextKind, Text: fmt.Sprintf("%d, each with its own line on the page Hosts", len(b.audit.Hosts))})
	add("Captured", b.t(FormatPeriod(from, to)))
	if stale > 0 {
		add("Stale", Cell{Kind: TextKind, Text: fmt.Sprintf("the evidence of %d %s: it passes nothing", stale, plural(stale, "host", "hosts"))})
	}
	if compared > 0 {
		add("Compared", Cell{Kind: TextKind, Text: fmt.Sprintf("%d of the hosts with an earlier snapshot", compared)})
	}
}

// sums adds the sections of all hosts up, in the order of the guide.
func (b *builder) sums() (sections []audit.Section) {
	at := map[string]int{}
	for i := range b.audit.Hosts {
		for _, s := range b.audit.Hosts[i].Sections {
			n, ok := at[s.ID]
			if !ok {
				n = len(sections)
				at[s.ID] = n
				sections = append(sections, audit.Section{ID: s.ID, Title: s.Title})
			}
			sections[n].Counts.Add(s.Counts)
			if s.CountsBefore != nil && b.before() != nil {
				if sections[n].CountsBefore == nil {
					sections[n].CountsBefore = &audit.Counts{}
				}
				sections[n].CountsBefore.Add(*s.CountsBefore)
			}
		}
	}
	return sections
}

func (b *builder) allSectionsTable() *Table {
	t := countsByName("sections", "Verdicts by section, all hosts", "Section")
	for _, s := range b.sums() {
		t.Rows = append(t.Rows, countsRow(Cell{Kind: TextKind, Text: b.line(s.Title)}, s.Counts, s.CountsBefore))
	}
	return t
}

func (b *builder) allSectionsChart() *Chart {
	c := &Chart{Kind: StackedBars, Title: "Verdicts by section of the guide, over all hosts", Table: "sections"}
	var now, then []audit.Counts
	for _, s := range b.sums() {
		c.Categories = append(c.Categories, b.line(s.Title))
		now = append(now, s.Counts)
		then = append(then, orZero(s.CountsBefore))
	}
	c.Series = series(now)
	if b.before() != nil {
		c.Before = series(then)
	}
	return c
}
