package render

import (
	"fmt"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/trend"
)

// findings is one Part for the guide and each benchmark of each host.
func (b *trendBuilder) findings() []Part {
	var parts []Part
	b.each(func(h *trend.Host, s *trend.Series) {
		p := Part{Anchor: trendAnchor(h, s), Title: "Findings", Report: true}
		if len(s.Sections) == 0 {
			p.Title = b.seriesName(s)
		}
		if b.manyHosts() {
			p.Title += ": " + b.line(h.Name)
		}
		if len(s.Sections) == 0 || b.manyHosts() {
			p.Blocks = append(p.Blocks, b.overTime(h, s, "", "Verdicts over time")...)
		}
		p.Blocks = append(p.Blocks, b.openFindings(h, s)...)
		p.Blocks = append(p.Blocks, b.lostStatements(s)...)
		p.Blocks = append(p.Blocks, b.closedFindings(s)...)
		p.Blocks = append(p.Blocks, b.droppedFindings(s)...)
		p.Blocks = append(p.Blocks, b.scope(s)...)
		if len(s.Sections) > 0 {
			p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: "By section"}, b.sectionTable(h))
		}
		parts = append(parts, p)
	})
	return parts
}

// openFindings is a table of what fails, oldest first, with a line for each day on which findings opened.
func (b *trendBuilder) openFindings(h *trend.Host, s *trend.Series) []Block {
	heading := &Heading{Level: 1, Text: "Open findings, oldest first", Note: fmt.Sprint(len(s.Open))}
	if len(s.Open) == 0 {
		return []Block{heading, &Paragraph{Text: "Nothing is known to fail."}}
	}
	t := &Table{Columns: []Column{{"Control or rule", IDKind, 2.6}, {"Severity", TextKind, 1.2}, {"Statement", TextKind, 5}, {"Failed in", TextKind, 1.15}, {"Now", VerdictKind, 1.9}}}
	for i, f := range s.Open[:min(len(s.Open), mostFindings)] {
		if i == 0 || !f.Opened.Equal(s.Open[i-1].Opened) {
			n := 0
			for _, g := range s.Open[i:] {
				if g.Opened.Equal(f.Opened) {
					n++
				}
			}
			t.Rows = append(t.Rows, Row{Group: groupText(f, n, f.Opened.Equal(h.First(*s)))})
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(f.ID), b.t(string(f.Severity)),
			b.statement(f.Text, f.Section, f.Remarks()), b.t(fmt.Sprintf("%d of %d", f.Seen, f.Packages)), verdict(f.Now)}})
	}
	return append([]Block{heading, t}, moreFindings(len(s.Open), SheetOpen)...)
}

// mostFindings is how many findings of one kind, of the guide or one benchmark, the report lists.
const mostFindings = 150

func moreFindings(n int, sheet string) []Block {
	if n <= mostFindings {
		return nil
	}
	return []Block{&Paragraph{Ends: true, Text: fmt.Sprintf("%d more stand in the workbook's sheet %s.", n-mostFindings, sheet)}}
}

// groupText is the line above findings that opened on one day.
func groupText(f trend.Finding, n int, orEarlier bool) string {
	text := fmt.Sprintf("Since %s", day(f.Opened))
	if orEarlier {
		text += " or earlier"
	}
	return text + fmt.Sprintf(" · %d %s · %d %s", f.Days, plural(f.Days, "day", "days"), n, plural(n, "finding", "findings"))
}

func (b *trendBuilder) findingID(id string) Cell { return Cell{Kind: IDKind, Text: b.line(id)} }

// statement is a text with its section and notes below it.
func (b *trendBuilder) statement(text, section string, notes []string) Cell {
	c := b.t(text)
	if section != "" {
		notes = append([]string{section}, notes...)
	}
	if len(notes) > 0 {
		c.Also = []Cell{{Kind: TextKind, Text: b.line(strings.Join(notes, " · "))}}
	}
	return c
}

func (b *trendBuilder) lostStatements(s *trend.Series) []Block {
	if len(s.Lost) == 0 {
		return nil
	}
	t := &Table{Columns: []Column{{"Control or rule", IDKind, 2.6}, {"Severity", TextKind, 1.2}, {"Statement", TextKind, 4.6}, {"Was", VerdictKind, 1.7}, {"Now", VerdictKind, 1.8}}}
	for i, l := range s.Lost[:min(len(s.Lost), mostFindings)] {
		if i == 0 || !l.Since.Equal(s.Lost[i-1].Since) {
			text := "Known until " + day(l.Known) + ", not since " + day(l.Since)
			if l.New {
				text += " · new in the newest package"
			}
			t.Rows = append(t.Rows, Row{Group: text})
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(l.ID), b.t(string(l.Severity)), b.statement(l.Text, l.Section, nil), verdict(l.Was), verdict(l.Now)}})
	}
	return append([]Block{&Heading{Level: 1, Text: "No longer known", Note: fmt.Sprint(len(s.Lost))},
		&Paragraph{Text: "These were decided by an earlier package and are not by the newest one. A hole is not a fix: what failed counts as open above."}, t},
		moreFindings(len(s.Lost), SheetLost)...)
}

func (b *trendBuilder) closedFindings(s *trend.Series) []Block {
	heading := &Heading{Level: 1, Text: "Fixed", Note: fmt.Sprint(len(s.Closed))}
	if len(s.Closed) == 0 {
		return []Block{heading, &Paragraph{Text: "No package shows anything fixed that an earlier one showed failing."}}
	}
	t := &Table{Columns: []Column{{"Control or rule", IDKind, 2.6}, {"Severity", TextKind, 1.2}, {"Statement", TextKind, 6.2}, {"Closed by", VerdictKind, 1.8}}}
	for i, f := range s.Closed[:min(len(s.Closed), mostFindings)] {
		if i == 0 || !f.Closed.Equal(s.Closed[i-1].Closed) || !f.Opened.Equal(s.Closed[i-1].Opened) {
			t.Rows = append(t.Rows, Row{Group: fmt.Sprintf("%s to %s · %d %s", day(f.Opened), day(f.Closed), f.Days, plural(f.Days, "day", "days"))})
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(f.ID), b.t(string(f.Severity)), b.statement(f.Text, f.Section, f.Remarks()), verdict(f.Now)}})
	}
	text := "Days lie between the first package that showed it failing and the first that showed it otherwise; the change itself is somewhere before that."
	return append([]Block{heading, &Paragraph{Text: text}, t}, moreFindings(len(s.Closed), SheetClosed)...)
}

func (b *trendBuilder) droppedFindings(s *trend.Series) []Block {
	if len(s.Dropped) == 0 {
		return nil
	}
	t := &Table{Columns: []Column{{"Control or rule", IDKind, 2.6}, {"Severity", TextKind, 1.2}, {"Statement", TextKind, 5}, {"Opened", TextKind, 1.5}, {"Last failed", TextKind, 1.5}}}
	for _, f := range s.Dropped[:min(len(s.Dropped), mostFindings)] {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(f.ID), b.t(string(f.Severity)), b.statement(f.Text, f.Section, nil), b.t(day(f.Opened)), b.t(day(f.LastSeen))}})
	}
	return append([]Block{&Heading{Level: 1, Text: "No longer asked", Note: fmt.Sprint(len(s.Dropped))},
		&Paragraph{Text: "These failed, and the newest edition or release does not have them any more. Nothing shows that they were fixed."}, t},
		moreFindings(len(s.Dropped), SheetOpen)...)
}

func (b *trendBuilder) scope(s *trend.Series) []Block {
	if len(s.Scope) == 0 {
		return nil
	}
	t := &Table{Columns: []Column{{"From", TextKind, 1.2}, {"Release", TextKind, 1.6}, {"What it changed", MonoKind, 6}}}
	for _, c := range s.Scope {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(day(c.AsOf)), b.t(c.From + " → " + c.To), b.scopeCell(c)}})
	}
	return []Block{&Heading{Level: 1, Text: "Asked anew"}, &Paragraph{Text: "What another edition or release changed is no drift of the server."}, t}
}

func (b *trendBuilder) scopeCell(c trend.Scope) Cell {
	const most = 40 // ids of one kind; the workbook has all
	var lines []Cell
	for _, k := range scopeKinds(c) {
		if len(k.ids) == 0 {
			continue
		}
		text := fmt.Sprintf("%d %s: %s", len(k.ids), k.name, strings.Join(k.ids[:min(most, len(k.ids))], " "))
		if n := len(k.ids) - most; n > 0 {
			text += fmt.Sprintf(" … and %d more, in the workbook's sheet %s", n, SheetScope)
		}
		lines = append(lines, b.mono(text))
	}
	if len(lines) == 0 {
		return b.t("no statement")
	}
	return stack(MonoKind, lines...)
}

type scopeKind struct {
	name string
	ids  []string
}

func scopeKinds(c trend.Scope) []scopeKind {
	return []scopeKind{{"added", c.Added}, {"removed", c.Removed}, {"worded anew", c.Reworded}, {"of another severity", c.Regraded}}
}

func (b *trendBuilder) exceptions() []Block {
	t := &Table{Columns: []Column{{"Control or rule", IDKind, 2.2}, {"Expires", TextKind, 1.4}, {"Standing", TextKind, 2.2}, {"Approved by", TextKind, 1.8}, {"Reason", TextKind, 3.6}},
		Empty: "The newest package has no exception."}
	for _, x := range b.trend.Exceptions {
		standing := b.t(x.Remark())
		standing.Strong = x.Soon || x.Standing == evidence.Expired
		if x.Renewed > 0 {
			standing.Also = append(standing.Also, b.t(fmt.Sprintf("put off %d %s", x.Renewed, plural(x.Renewed, "time", "times"))))
		}
		if len(x.Failing) == 0 {
			standing.Also = append(standing.Also, b.t("nothing fails that it accepts"))
		} else if b.manyHosts() {
			standing.Also = append(standing.Also, b.t("fails on "+strings.Join(x.Failing, ", ")))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.findingID(x.Control), b.t(day(x.Expires)), standing, b.t(x.Approver), b.t(x.Reason)}})
	}
	return []Block{&Heading{Level: 1, Text: "Exceptions"}, t}
}

// compared says what the trend is made from and what it cannot tell.
func (b *trendBuilder) compared() Part {
	p := Part{Anchor: "compared", Title: "Exceptions and sources", Report: true, Blocks: b.exceptions()}
	t := &Table{Columns: []Column{{"As of", TimeKind, 2.1}, {"Package", MonoKind, 2}, {"Made by, guide", TextKind, 2.9}, {"SHA-256 of its tagmanifest-sha256.txt", MonoKind, 3.2}}}
	for _, s := range b.trend.Packages {
		by := b.t(s.Tool)
		by.Also = []Cell{b.t("guide " + s.Guide.Edition)}
		if b.manyHosts() {
			by.Also = append(by.Also, b.t(strings.Join(s.Hosts, ", ")))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{when(s.AsOf), b.mono(s.Path), by, b.mono(s.Digest.String())}})
	}
	p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: "Packages"}, t)
	if len(b.trend.Notes) > 0 {
		p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: "What cannot be compared, or only with care"})
		for _, n := range b.trend.Notes {
			p.Blocks = append(p.Blocks, &Paragraph{Text: "– " + b.line(n)})
		}
	}
	return withBlocks(p, []Block{&Heading{Level: 1, Text: "How it is counted"}, &Paragraph{Text: trendMethod}, &Replaced{}})
}

const trendMethod = "Every package was verified, byte by byte and with its seal if it has one, before it was read; whose seal that is was not asked: auditpack verify tells. " +
	"Ages are days between the as-of times of packages: the true day of a change lies between two of them, and what failed in the first package may have failed before. " +
	"A finding closes only where a package shows that the statement passes or does not apply. Not collected and needs review close nothing. " +
	"Statements are matched by id; the rules of a STIG by STIG ID, or by group ID where a release renumbers them."
