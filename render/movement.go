package render

import (
	"fmt"

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
		p = withBlocks(p, b.ruleMovements(h))
		p = withBlocks(p, b.releaseChanges(h))
		p = withBlocks(p, b.settingChanges(h))
		parts = append(parts, withBlocks(p, b.itemChanges(h)))
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
	text := fmt.Sprintf("Between %s and %s: %d fixed, %d regressed, %d newly not collected, %d still failing. ",
		FormatTime(h.Before.To), FormatTime(h.After.To), count[evidence.Fixed], count[evidence.Regressed],
		count[evidence.NewlyNotCollected], count[evidence.StillFailing])
	if b.audit.Reduced != nil {
		return text + "Which settings differ is withheld: only the whole package lists them."
	}
	text += fmt.Sprintf("%d %s", len(h.Changes), plural(len(h.Changes), "setting differs; it is", "settings differ; all of them are"))
	text += " in the workbook's sheet Changes."
	if h.SetAside > 0 {
		text += fmt.Sprintf(" %d more %s set aside by rule, being values that change by themselves (such as times and counters) or that another"+
			" row lists in its own form; the sheet names the rule.", h.SetAside, plural(h.SetAside, "is", "are"))
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

// effectOrder is the order in which the report lists the Changes that verdicts look at.
var effectOrder = []struct {
	effect evidence.Effect
	title  string
}{
	{evidence.Hurts, "Settings that hurt: a verdict fails now or cannot be decided"},
	{evidence.Helps, "Settings that help: a verdict was fail and is pass"},
	{evidence.Mixed, "Settings whose verdicts moved otherwise"},
	{"", "Settings that changed and that a verdict looks at"}, // by programs that did not say more
}

// maxChanges is how many Changes of one effect the report lists; the workbook has all.
const maxChanges = 100

// settingChanges lists in the report what moved a verdict, and counts the rest; the workbook has all.
func (b *builder) settingChanges(h *audit.Host) []Block {
	var blocks []Block
	for _, e := range effectOrder {
		t := b.changeTable()
		n := 0
		for _, c := range h.Changes {
			if c.Effect != e.effect || len(c.Controls)+len(c.Rules) == 0 {
				continue
			}
			if n++; n <= maxChanges {
				t.Rows = append(t.Rows, b.changeRow(h, c))
			}
		}
		if n == 0 {
			continue
		}
		blocks = append(blocks, &Heading{Level: 1, Text: e.title, Note: fmt.Sprint(n)}, t)
		if n > maxChanges {
			blocks = append(blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more stand in the workbook's sheet Changes.", n-maxChanges)})
		}
	}
	return append(blocks, b.restOfChanges(h)...)
}

func (b *builder) changeTable() *Table {
	return &Table{Columns: []Column{{"Setting", MonoKind, 2}, {"Before", MonoKind, 1.5}, {"Now", MonoKind, 1.5}}}
}

// maxRules is how many STIG rules the report names that one Change touches.
const maxRules = 3

// maxMeaning is how many lines the report has of what a Change means.
const maxMeaning = 4

func (b *builder) changeRow(h *audit.Host, c evidence.Change) Row {
	address := b.mono(c.Address.Label())
	for i, line := range c.Meaning {
		if i == maxMeaning {
			address.Also = append(address.Also, b.t(fmt.Sprintf("and %d more differences", len(c.Meaning)-i)))
			break
		}
		address.Also = append(address.Also, b.t(clipped(line)))
	}
	for _, id := range c.Controls {
		address.Also = append(address.Also, b.id(h.Name, id))
	}
	if n := len(c.Rules); n > maxRules {
		address.Also = append(address.Also, b.t(fmt.Sprintf("%s and %d more rules", c.Rules[0], n-1)))
	} else {
		for _, rule := range c.Rules {
			address.Also = append(address.Also, b.t(string(rule)))
		}
	}
	return Row{Cells: []Cell{address, b.changeCell(h, before, c.Before, c.BeforeCites), b.changeCell(h, after, c.After, c.AfterCites)}}
}

// maxChanged is how many characters the report has of a value that changed, and of a line about it; IIS collections have
// thousands.
const maxChanged = 220

func clipped(text string) string {
	runes := []rune(text)
	if len(runes) <= maxChanged {
		return text
	}
	return string(runes[:maxChanged]) + fmt.Sprintf(" … (%d characters more in the workbook)", len(runes)-maxChanged)
}

func (b *builder) changeCell(h *audit.Host, s side, value string, cites []evidence.Citation) Cell {
	c := b.mono(clipped(value))
	if value == "" {
		c = Cell{Kind: TextKind, Text: "was not there"}
		if s == after {
			c.Text = "is not there"
		}
	}
	c.Also = b.cites(h.Name, s, cites)
	return c
}

// changesSheet has every Change of every host: verdicts first, then rules of which another release asks something else, then
// settings, then Items, then what is set aside.
func (b *builder) changesSheet() Part {
	t := &Table{Anchor: "sheet-changes-table", Empty: "There is no earlier snapshot to compare with.", Columns: []Column{
		{"What", MonoKind, 4}, {"Host", TextKind, 1}, {"Level", TextKind, 1}, {"Change", TextKind, 1.5}, {"Effect", TextKind, 1}, {"Before", MonoKind, 3},
		{"Now", MonoKind, 3}, {"Meaning", TextKind, 3}, {"Controls", TextKind, 2}, {"Set aside by", TextKind, 1.5}, {"Source before", CiteKind, 3},
		{"Source now", CiteKind, 3}}}
	if b.hasBefore() {
		t.Empty = "Nothing changed."
	}
	b.rows(t, func(yield func(Row) bool) {
		for i := range b.audit.Hosts {
			h := &b.audit.Hosts[i]
			for _, list := range [][]evidence.Change{h.Movements, h.ReleaseChanges(), h.Changes, h.ItemChanges, h.Aside} {
				for _, c := range list {
					if !yield(b.sheetRow(h, c)) {
						return
					}
				}
			}
		}
	})
	return Part{Anchor: "sheet-changes", Title: "Changes", Sheet: SheetChanges, Blocks: []Block{t}}
}

func (b *builder) sheetRow(h *audit.Host, c evidence.Change) Row {
	what, kind, effect := b.mono(c.Address.Label()), c.Kind, string(c.Effect)
	switch c.Level {
	case evidence.VerdictLevel:
		what, kind = b.id(h.Name, c.Control), string(c.Movement)
	case evidence.ReleaseLevel:
		what, effect = b.t(string(c.Rules[0])), string(c.Movement)
	case evidence.RawLevel:
		what = b.mono(c.Item)
	}
	var controls, meaning []Cell
	for _, id := range c.Controls {
		controls = append(controls, b.id(h.Name, id))
	}
	for _, rule := range c.Rules {
		controls = append(controls, b.t(string(rule)))
	}
	for _, line := range c.Meaning {
		meaning = append(meaning, b.t(line))
	}
	return Row{Cells: []Cell{what, b.t(h.Name), b.t(string(c.Level)), b.t(kind), b.t(effect), b.mono(c.Before), b.mono(c.After),
		stack(TextKind, meaning...), stack(TextKind, controls...), b.t(c.Aside), stack(CiteKind, b.cites(h.Name, before, c.BeforeCites)...),
		stack(CiteKind, b.cites(h.Name, after, c.AfterCites)...)}}
}
