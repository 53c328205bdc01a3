package render

import (
	"fmt"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// movementOrder is the order of the groups in the report. What still fails stands in To fix and is only counted here.
var movementOrder = []struct {
	movement evidence.Movement
	title    string
}{
	{evidence.Regressed, "Regressed: fails now, did not before"},
	{evidence.NewlyNotCollected, "Newly not collected: was decided before"},
	{evidence.Fixed, "Fixed: failed before, passes now"},
	{evidence.OtherMovement, "Other changes of verdict"},
}

// movement is one Part for each host that has an earlier snapshot.
func (b *builder) movement() []Part {
	var parts []Part
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		if h.Before == nil {
			continue
		}
		p := Part{Anchor: "movement/" + h.Name, Title: b.partTitle("Movement", h), Report: true}
		p.Blocks = append(p.Blocks, &Paragraph{Text: b.movementText(h)})
		for _, m := range movementOrder {
			if t := b.movementTable(h, m.movement); len(t.Rows) > 0 {
				p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: m.title, Note: fmt.Sprint(len(t.Rows))}, t)
			}
		}
		parts = append(parts, withBlocks(p, b.settingChanges(h)))
	}
	return parts
}

func (b *builder) partTitle(title string, h *audit.Host) string {
	if !b.manyHosts() {
		return title
	}
	return title + ": " + b.line(h.Name)
}

func (b *builder) movementText(h *audit.Host) string {
	count := map[evidence.Movement]int{}
	for _, c := range h.Movements {
		count[c.Movement]++
	}
	text := fmt.Sprintf("Between %s and %s: %d fixed, %d regressed, %d newly not collected, %d still failing. %d %s",
		FormatTime(h.Before.To), FormatTime(h.After.To), count[evidence.Fixed], count[evidence.Regressed],
		count[evidence.NewlyNotCollected], count[evidence.StillFailing],
		len(h.Changes), plural(len(h.Changes), "setting differs; it is", "settings differ; all of them are"))
	text += " in the workbook's sheet Changes."
	if h.SetAside > 0 {
		text += fmt.Sprintf(" %d %s that change by themselves (such as times and counters) %s counted and not listed.",
			h.SetAside, plural(h.SetAside, "value", "values"), plural(h.SetAside, "is", "are"))
	}
	return text
}

func (b *builder) movementTable(h *audit.Host, m evidence.Movement) *Table {
	t := &Table{Columns: []Column{{"Control", IDKind, 1.5}, {"Before", TextKind, 2.5}, {"Now", TextKind, 2.5}}}
	for _, c := range h.Movements {
		if c.Movement != m {
			continue
		}
		id, was, is := b.id(h.Name, c.Control), Cell{}, Cell{}
		if a := controlOf(h, c.Control); a != nil {
			id.Also = []Cell{b.t(a.Statement)}
			is = b.verdictCell(h, after, a.After)
			if a.Before != nil {
				was = b.verdictCell(h, before, *a.Before)
			}
		} else {
			was = stack(TextKind, append([]Cell{b.t(c.Before)}, b.cites(h.Name, before, c.BeforeCites)...)...)
			is = stack(TextKind, append([]Cell{b.t(c.After)}, b.cites(h.Name, after, c.AfterCites)...)...)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{id, was, is}})
	}
	return t
}

func controlOf(h *audit.Host, id string) *audit.Assessed {
	for i := range h.Sections {
		for j := range h.Sections[i].Controls {
			if c := &h.Sections[i].Controls[j]; c.ID == id {
				return c
			}
		}
	}
	return nil
}

// verdictCell is a Verdict with what decided it and its Citations.
func (b *builder) verdictCell(h *audit.Host, s side, v evidence.Verdict) Cell {
	cell := verdict(v.Result)
	const most = 3
	reasons := deciding(v)
	for _, r := range reasons[:min(most, len(reasons))] {
		cell.Also = append(cell.Also, b.t(r.Actual))
		cell.Also = append(cell.Also, b.cites(h.Name, s, r.Cites)...)
	}
	if n := len(reasons) - most; n > 0 {
		cell.Also = append(cell.Also, b.more(n))
	}
	return cell
}

// settingChanges lists in the report only what some Control looks at; the workbook has all.
func (b *builder) settingChanges(h *audit.Host) []Block {
	t := &Table{Columns: []Column{{"Setting", MonoKind, 2}, {"Before", MonoKind, 1.5}, {"Now", MonoKind, 1.5}}}
	for _, c := range h.Changes {
		if len(c.Controls) == 0 {
			continue
		}
		address := b.mono(string(c.Address))
		for _, id := range c.Controls {
			address.Also = append(address.Also, b.id(h.Name, id))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{address, b.changeCell(h, before, c.Before, c.BeforeCites),
			b.changeCell(h, after, c.After, c.AfterCites)}})
	}
	if len(t.Rows) == 0 {
		return nil
	}
	return []Block{&Heading{Level: 1, Text: "Settings that changed and that a Control looks at", Note: fmt.Sprint(len(t.Rows))}, t}
}

func (b *builder) changeCell(h *audit.Host, s side, value string, cites []evidence.Citation) Cell {
	c := b.mono(value)
	if value == "" {
		c = Cell{Kind: TextKind, Text: "was not there"}
		if s == after {
			c.Text = "is not there"
		}
	}
	c.Also = b.cites(h.Name, s, cites)
	return c
}

// changesSheet has every Change of every host, verdicts first.
func (b *builder) changesSheet() Part {
	t := &Table{Anchor: "sheet-changes-table", Empty: "There is no earlier snapshot to compare with.", Columns: []Column{
		{"What", MonoKind, 4}, {"Host", TextKind, 1}, {"Level", TextKind, 1}, {"Change", TextKind, 1.5}, {"Before", MonoKind, 3}, {"Now", MonoKind, 3},
		{"Controls", TextKind, 2}, {"Source before", CiteKind, 3}, {"Source now", CiteKind, 3}}}
	if b.hasBefore() {
		t.Empty = "Nothing changed."
	}
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		for _, c := range slices.Concat(h.Movements, h.Changes) {
			what, kind := b.mono(string(c.Address)), c.Kind
			var controls []Cell
			if c.Level == evidence.VerdictLevel {
				what, kind = b.id(h.Name, c.Control), string(c.Movement)
			}
			for _, id := range c.Controls {
				controls = append(controls, b.id(h.Name, id))
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{what, b.t(h.Name), b.t(string(c.Level)), b.t(kind), b.mono(c.Before), b.mono(c.After),
				stack(TextKind, controls...), stack(CiteKind, b.cites(h.Name, before, c.BeforeCites)...),
				stack(CiteKind, b.cites(h.Name, after, c.AfterCites)...)}})
		}
	}
	return Part{Anchor: "sheet-changes", Title: "Changes", Sheet: SheetChanges, Blocks: []Block{t}}
}
