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

// movement is one Part for each host that has an earlier snapshot: the verdicts that moved, in one to three pages.
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
		parts = append(parts, withBlocks(p, b.ruleMovements(h)))
	}
	return parts
}

// changes is one Part for each host that has an earlier snapshot: what lies behind its movement. It is full of detail and
// stands behind the Controls.
func (b *builder) changes() []Part {
	var parts []Part
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		p := Part{Anchor: "changes/" + h.Name, Title: b.partTitle("Changes", h), Report: true}
		p = withBlocks(p, b.releaseChanges(h))
		p = withBlocks(p, b.settingChanges(h))
		if p = withBlocks(p, b.itemChanges(h)); len(p.Blocks) > 0 {
			parts = append(parts, p)
		}
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
	text += "Of each verdict the first place that shows it stands here; all stand in the workbook's sheet " + SheetChanges + ". "
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

// movementTable lists the Controls that moved so. Where the movement says both verdicts, they stand above the columns and not
// once more in every row.
func (b *builder) movementTable(h *audit.Host, m evidence.Movement) *Table {
	t := &Table{Columns: []Column{{"Control", IDKind, 1.9}, {"Before", TextKind, 2.35}, {"Now", TextKind, 2.35}}}
	of := b.movedCell
	if m == evidence.Fixed {
		t.Columns[1].Title, t.Columns[2].Title = verdict(evidence.Fail).Text+" before", verdict(evidence.Pass).Text+" now"
		of = b.movedBy
	}
	for _, c := range h.Movements {
		if c.Movement != m {
			continue
		}
		id, was, is := b.id(h.Name, c.Control), Cell{}, Cell{}
		if a := controlOf(h, c.Control); a != nil {
			id.Also = []Cell{b.t(a.Statement)}
			is = of(h, after, a.After)
			if a.Before != nil {
				was = of(h, before, *a.Before)
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

// maxMoved is how many characters Movement has of what was found: two lines.
const maxMoved = 84

// movedBy is the first of the Reasons that decided a Verdict, with the first place that shows it.
func (b *builder) movedBy(h *audit.Host, s side, v evidence.Verdict) Cell {
	reasons := deciding(v)
	if len(reasons) == 0 {
		return Cell{Kind: TextKind}
	}
	first := reasons[0]
	cell := b.t(shorten(first.Actual, maxMoved))
	cell.Also = b.cites(h.Name, s, first.Cites[:min(1, len(first.Cites))])
	return cell
}

// movedCell is movedBy below the Verdict itself.
func (b *builder) movedCell(h *audit.Host, s side, v evidence.Verdict) Cell {
	cell := verdict(v.Result)
	if by := b.movedBy(h, s, v); by.Text != "" {
		cell.Also = by.Lines()
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

// maxChanges is how many things of one effect the report lists; the workbook has all.
const maxChanges = 100

// settingChanges lists in the report what moved a verdict, and counts the rest; the workbook has all.
func (b *builder) settingChanges(h *audit.Host) []Block {
	var blocks []Block
	for _, e := range effectOrder {
		var list []evidence.Change
		for _, c := range h.Changes {
			if c.Effect == e.effect && len(c.Controls)+len(c.Rules) > 0 {
				list = append(list, c)
			}
		}
		if len(list) == 0 {
			continue
		}
		things := foldChanges(list)
		blocks = append(blocks, &Heading{Level: 1, Text: e.title, Note: fmt.Sprint(len(list))}, b.changesTable(h, things[:min(maxChanges, len(things))]))
		if n := countChanges(things[min(maxChanges, len(things)):]); n > 0 {
			blocks = append(blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more stand in the workbook's sheet Changes.", n)})
		}
	}
	return append(blocks, b.restOfChanges(h)...)
}

func (b *builder) changesTable(h *audit.Host, things []thing) *Table {
	t := &Table{Columns: []Column{{"Setting", MonoKind, 2}, {"Before", MonoKind, 1.5}, {"Now", MonoKind, 1.5}}}
	for _, x := range things {
		t.Rows = append(t.Rows, b.changeRow(h, x))
	}
	return t
}

// maxRules is how many STIG rules the report names that one Change touches.
const maxRules = 3

// maxMeaning is how many lines the report has of what a Change means.
const maxMeaning = 4

// changeRow is a thing with what changed of it, one below the other.
func (b *builder) changeRow(h *audit.Host, x thing) Row {
	address, c := b.mono(x.address.Label()), x.whole()
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
	was, is := x.values()
	return Row{Cells: []Cell{address, b.changeCell(h, before, was, c.BeforeCites), b.changeCell(h, after, is, c.AfterCites)}}
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
