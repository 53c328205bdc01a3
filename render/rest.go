package render

import (
	"fmt"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
)

// maxGroups is how many places of Changes the report names; what stands in others is counted together.
const maxGroups = 15

// maxListed is how many Changes that moved no verdict the report lists; of more it counts where they are.
const maxListed = 40

// restOfChanges lists or counts what moved no verdict, by place, and what is set aside, by rule.
func (b *builder) restOfChanges(h *audit.Host) []Block {
	var neutral, unseen []evidence.Change
	for _, c := range h.Changes {
		switch {
		case c.Effect == evidence.Neutral:
			neutral = append(neutral, c)
		case c.Effect == "" && len(c.Controls)+len(c.Rules) == 0:
			unseen = append(unseen, c)
		}
	}
	var blocks []Block
	if n := len(neutral) + len(unseen); n > 0 {
		rest := append(neutral, unseen...)
		table := b.groupsTable(audit.Groups(rest))
		if n <= maxListed {
			table = b.changesTable(h, foldChanges(rest))
		}
		blocks = append(blocks, &Heading{Level: 1, Text: "Settings that moved no verdict", Note: fmt.Sprint(n)},
			&Paragraph{Text: fmt.Sprintf("Verdicts look at %d of them, and at %d none does. Each stands in the workbook's sheet %s.", len(neutral), len(unseen), SheetChanges)},
			table)
	}
	if len(h.Aside) > 0 {
		blocks = append(blocks, &Heading{Level: 1, Text: "Set aside by rule", Note: fmt.Sprint(h.SetAside)}, b.asideTable(h.Aside))
	}
	return blocks
}

func (b *builder) groupsTable(groups []audit.Group) *Table {
	t := &Table{Columns: []Column{{"Where", MonoKind, 5}, {"Added", NumberKind, 1}, {"Removed", NumberKind, 1.1}, {"Changed", NumberKind, 1.1},
		{"Moved", NumberKind, 1}, {"Not collected", NumberKind, 1.2}}}
	add := func(where Cell, g audit.Group) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{where, number(g.Added), number(g.Removed), number(g.Changed), number(g.Moved), number(g.NotCollected)}})
	}
	most := len(groups)
	if most > maxGroups {
		most = maxGroups - 1
	}
	for _, g := range groups[:most] {
		add(b.mono(g.Place), g)
	}
	var others audit.Group
	for _, g := range groups[most:] {
		others.Add(g)
	}
	if n := len(groups) - most; n > 0 {
		add(b.t(fmt.Sprintf("%d other places", n)), others)
	}
	return t
}

// asideTable counts by rule.
func (b *builder) asideTable(changes []evidence.Change) *Table {
	t := &Table{Columns: []Column{{"Rule", TextKind, 5}, {"Changes", NumberKind, 1}}}
	for _, a := range compare.CountAside(changes) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(a.Rule), number(a.Count)}})
	}
	return t
}
