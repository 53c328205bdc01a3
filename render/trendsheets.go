package render

import (
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/trend"
)

// summarySheet holds the same numbers as the report, each chart beside its table.
func (b *trendBuilder) summarySheet() Part {
	p := Part{Anchor: "sheet-summary", Title: "Summary", Sheet: SheetSummary}
	p.Blocks = append(p.Blocks, &Paragraph{Text: b.sentence(), Lead: true}, b.keyFields())
	if b.manyHosts() {
		t := b.hostTable()
		t.Title = "Verdicts by host"
		c := b.hostChart()
		c.Title, c.Before = t.Title, nil // the workbook draws the newest
		p.Blocks = append(p.Blocks, t, c)
	}
	b.each(func(h *trend.Host, s *trend.Series) {
		title := "Verdicts over time"
		if len(s.Sections) == 0 {
			title = b.seriesName(s)
		}
		if b.manyHosts() && len(s.Sections) > 0 {
			title = b.line(h.Name)
		} else if b.manyHosts() {
			title = b.line(h.Name) + ": " + title
		}
		var notes []Block
		for _, block := range b.overTime(h, s, "time/"+h.Name+"/"+s.ID+"/"+s.Site, title) {
			switch block := block.(type) {
			case *Chart: // below its table, which it looks up
				notes = append([]Block{block}, notes...)
			case *Table:
				block.Title = title
				p.Blocks = append(p.Blocks, block)
			default:
				notes = append(notes, block)
			}
		}
		p.Blocks = append(p.Blocks, notes...)
		if len(s.Sections) > 0 && !b.manyHosts() {
			p.Blocks = append(p.Blocks, b.sectionsNow(h), b.sectionsNowChart(h))
		}
	})
	return withBlocks(p, []Block{&Replaced{}})
}

// sectionsNow counts the newest package by section, and what failed in the oldest.
func (b *trendBuilder) sectionsNow(h *trend.Host) *Table {
	last := len(h.Points) - 1
	t := countsByName("sections/"+h.Name, "By section, "+day(h.Points[last].AsOf), "Section")
	t.Columns[len(t.Columns)-1].Title = "failing at first"
	for _, s := range h.Guide.Sections {
		if now := s.Counts[last]; now.Total() > 0 {
			t.Rows = append(t.Rows, countsRow(b.t(s.Title), now, &s.Counts[0]))
		}
	}
	return t
}

func (b *trendBuilder) sectionsNowChart(h *trend.Host) *Chart {
	c := b.sectionChart(h)
	c.Title, c.Before = "By section of the guide, as of "+day(h.Points[len(h.Points)-1].AsOf), nil
	return c
}

// sheets are the lists of the workbook, one row a finding.
func (b *trendBuilder) sheets() []Part {
	sheet := func(name string, t *Table) Part {
		return Part{Anchor: "sheet/" + name, Title: name, Sheet: name, Blocks: []Block{t}}
	}
	return []Part{
		sheet(SheetOpen, b.openSheet()), sheet(SheetClosed, b.closedSheet()), sheet(SheetLost, b.lostSheet()),
		sheet(SheetSections, b.sectionsSheet()), sheet(SheetVerdicts, b.verdictsSheet()), sheet(SheetExceptions, b.exceptionsSheet()),
		sheet(SheetScope, b.scopeSheet()), sheet(SheetPackages, b.packagesSheet()),
	}
}

// date is a day as the workbook keeps it.
func date(t time.Time) Cell {
	if t.IsZero() {
		return Cell{Kind: TimeKind}
	}
	return when(t)
}

// of names the guide or a benchmark in a list.
func (b *trendBuilder) of(s *trend.Series) Cell {
	if len(s.Sections) > 0 {
		return b.t("guide")
	}
	return b.t(b.seriesName(s))
}

func (b *trendBuilder) openSheet() *Table {
	t := &Table{Empty: "Nothing is known to fail.", Columns: []Column{{"Control or rule", IDKind, 3}, {"Host", TextKind, 2}, {"Of", TextKind, 3}, {"Severity", TextKind, 1},
		{"Section", TextKind, 3}, {"Statement", TextKind, 6}, {"Opened", TimeKind, 2}, {"Days open", NumberKind, 1}, {"Packages", NumberKind, 1}, {"Came back", NumberKind, 1},
		{"Cause", TextKind, 3}, {"Last seen failing", TimeKind, 2}, {"Now", VerdictKind, 2}, {"Accepted by", TextKind, 2}, {"Until", TimeKind, 2}, {"No longer asked", TextKind, 1}}}
	add := func(h *trend.Host, s *trend.Series, f trend.Finding, dropped string) {
		row := []Cell{b.findingID(f.ID), b.t(h.Name), b.of(s), b.t(string(f.Severity)), b.t(f.Section), b.t(f.Text), date(f.Opened), number(f.Days), number(f.Seen),
			number(f.Reopened), b.t(string(f.Cause)), date(f.LastSeen), verdict(f.Now), {Kind: TextKind}, {Kind: TimeKind}, b.t(dropped)}
		if f.Exception != nil {
			row[13], row[14] = b.t(f.Exception.Approver), date(f.Exception.Expires)
		}
		t.Rows = append(t.Rows, Row{Cells: row})
	}
	b.each(func(h *trend.Host, s *trend.Series) {
		for _, f := range s.Open {
			add(h, s, f, "")
		}
		for _, f := range s.Dropped {
			add(h, s, f, "not in the newest release")
		}
	})
	return t
}

func (b *trendBuilder) closedSheet() *Table {
	t := &Table{Empty: "No package shows anything fixed.", Columns: []Column{{"Control or rule", IDKind, 3}, {"Host", TextKind, 2}, {"Of", TextKind, 3}, {"Severity", TextKind, 1},
		{"Section", TextKind, 3}, {"Statement", TextKind, 6}, {"Opened", TimeKind, 2}, {"Closed", TimeKind, 2}, {"Days", NumberKind, 1}, {"Failed in packages", NumberKind, 1},
		{"Closed by", VerdictKind, 2}, {"Basis", TextKind, 1}, {"Notes", TextKind, 3}}}
	b.each(func(h *trend.Host, s *trend.Series) {
		for _, f := range s.Closed {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(f.ID), b.t(h.Name), b.of(s), b.t(string(f.Severity)), b.t(f.Section), b.t(f.Text), date(f.Opened), date(f.Closed),
				number(f.Days), number(f.Seen), verdict(f.Now), b.t(string(f.Basis)), b.t(strings.Join(f.Remarks(), "; "))}})
		}
	})
	return t
}

func (b *trendBuilder) lostSheet() *Table {
	t := &Table{Empty: "Whatever was decided once is decided by the newest package.", Columns: []Column{{"Control or rule", IDKind, 3}, {"Host", TextKind, 2}, {"Of", TextKind, 3},
		{"Severity", TextKind, 1}, {"Section", TextKind, 3}, {"Statement", TextKind, 6}, {"Now", VerdictKind, 2}, {"Was", VerdictKind, 2}, {"Known until", TimeKind, 2}, {"Not known since", TimeKind, 2}}}
	b.each(func(h *trend.Host, s *trend.Series) {
		for _, l := range s.Lost {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(l.ID), b.t(h.Name), b.of(s), b.t(string(l.Severity)), b.t(l.Section), b.t(l.Text),
				verdict(l.Now), verdict(l.Was), date(l.Known), date(l.Since)}})
		}
	})
	return t
}

// sectionsSheet is the long form, for pivot tables: a row for each host, section and package.
func (b *trendBuilder) sectionsSheet() *Table {
	t := &Table{Empty: "No section was judged.", Columns: []Column{{"Section", TextKind, 4}, {"Host", TextKind, 2}, {"As of", TimeKind, 2}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r) + " " + Word(r), NumberKind, 1})
	}
	t.Columns = append(t.Columns, Column{"all", NumberKind, 1})
	for i := range b.trend.Hosts {
		h := &b.trend.Hosts[i]
		for _, s := range h.Guide.Sections {
			for k, c := range s.Counts {
				if c.Total() == 0 {
					continue
				}
				row := Row{Cells: []Cell{b.t(s.Title), b.t(h.Name), when(h.Points[k].AsOf)}}
				for _, r := range evidence.Results {
					row.Cells = append(row.Cells, number(c.Of(r)))
				}
				t.Rows = append(t.Rows, Row{Cells: append(row.Cells, number(c.Total()))})
			}
		}
	}
	return t
}

// verdictsSheet has a row for each statement and a column for each package.
func (b *trendBuilder) verdictsSheet() *Table {
	t := &Table{Empty: "No statement was judged.", Columns: []Column{{"Control or rule", IDKind, 3}, {"Host", TextKind, 2}, {"Of", TextKind, 3}, {"Severity", TextKind, 1},
		{"Section", TextKind, 3}, {"Statement", TextKind, 6}}}
	const first = 6
	n := len(b.trend.Packages)
	for i := n - 1; i >= 0; i-- { // the newest first: it has the filled colours
		t.Columns = append(t.Columns, Column{day(b.trend.Packages[i].AsOf), VerdictKind, 1.5})
	}
	b.each(func(h *trend.Host, s *trend.Series) {
		for _, c := range s.Statements {
			row := []Cell{b.findingID(c.ID), b.t(h.Name), b.of(s), b.t(string(c.Severity)), b.t(c.Section), b.t(c.Text)}
			for range n {
				row = append(row, Cell{Kind: TextKind})
			}
			for k, r := range c.Results {
				if r != "" {
					row[first+n-1-h.Points[k].Package] = verdict(r)
				}
			}
			t.Rows = append(t.Rows, Row{Cells: row})
		}
	})
	return t
}

func (b *trendBuilder) exceptionsSheet() *Table {
	t := &Table{Empty: "The newest package has no exception.", Columns: []Column{{"Control or rule", IDKind, 3}, {"Standing", TextKind, 3}, {"Approved by", TextKind, 3}, {"On", TimeKind, 2},
		{"Expires", TimeKind, 2}, {"Days left", NumberKind, 1}, {"Put off", NumberKind, 1}, {"Fails on", TextKind, 3}, {"Reason", TextKind, 6}}}
	for _, x := range b.trend.Exceptions {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(x.Control), b.t(x.Remark()), b.t(x.Approver), date(x.On), date(x.Expires),
			number(x.Days), number(x.Renewed), b.t(strings.Join(x.Failing, ", ")), b.t(x.Reason)}})
	}
	return t
}

func (b *trendBuilder) scopeSheet() *Table {
	t := &Table{Empty: "Every package asks the same.", Columns: []Column{{"Control or rule", IDKind, 3}, {"Host", TextKind, 2}, {"Of", TextKind, 3}, {"Was", TextKind, 2},
		{"From", TimeKind, 2}, {"Release before", TextKind, 2}, {"Release", TextKind, 2}}}
	b.each(func(h *trend.Host, s *trend.Series) {
		for _, c := range s.Scope {
			for _, k := range scopeKinds(c) {
				for _, id := range k.ids {
					t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(id), b.t(h.Name), b.of(s), b.t(k.name), when(c.AsOf), b.t(c.From), b.t(c.To)}})
				}
			}
		}
	})
	return t
}

func (b *trendBuilder) packagesSheet() *Table {
	t := &Table{Columns: []Column{{"Package", MonoKind, 5}, {"As of", TimeKind, 2}, {"Hosts", TextKind, 3}, {"Made by", TextKind, 2}, {"Guide", TextKind, 4},
		{"Edition", TextKind, 2}, {"SHA-256 of tagmanifest-sha256.txt", MonoKind, 5}}}
	for _, s := range b.trend.Packages {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.mono(s.Path), when(s.AsOf), b.t(strings.Join(s.Hosts, ", ")), b.t(s.Tool), b.t(s.Guide.Title),
			b.t(s.Guide.Edition), b.mono(s.Digest.String())}})
	}
	return t
}
