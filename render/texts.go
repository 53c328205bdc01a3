package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/compare"
)

// How much of the texts the report shows: lines of one Item, and of all; the workbook has what the audit holds.
const (
	maxItemLines = 16
	maxLines     = 160
)

// itemChanges are the files that came, went or are different, and the lines of those that verdicts which moved rest on.
func (b *builder) itemChanges(h *audit.Host) []Block {
	if len(h.ItemChanges) == 0 {
		return nil
	}
	blocks := []Block{
		&Heading{Level: 1, Text: "Files that differ", Note: fmt.Sprint(len(h.ItemChanges))},
		&Paragraph{Text: b.itemsText(h)},
	}
	left := maxLines
	for _, effect := range []evidence.Effect{evidence.Hurts, evidence.Mixed, evidence.Helps} {
		for _, c := range h.ItemChanges {
			if c.Effect != effect || c.Text == nil || len(c.Text.Lines) == 0 {
				continue
			}
			if left <= 0 {
				return append(blocks, &Paragraph{Ends: true, Text: "The lines of more files stand in the workbook's sheet " + SheetTexts + "."})
			}
			t := b.textTable(h, c, min(left, maxItemLines))
			left -= len(t.Rows)
			blocks = append(blocks, &Heading{Level: 2, Text: b.line(c.Item), Note: fmt.Sprintf("-%d +%d", c.Text.Removed, c.Text.Added)}, t)
			if n := len(c.Text.Lines) - len(t.Rows) + c.Text.Left; n > 0 {
				blocks = append(blocks, &Paragraph{Ends: true, Text: fmt.Sprintf("%d more lines of this difference stand in the workbook's sheet %s%s.", n, SheetTexts, cutAt(c.Text.Left))})
			}
		}
	}
	return blocks
}

// cutAt says how much even the workbook leaves out.
func cutAt(left int) string {
	if left == 0 {
		return ""
	}
	return fmt.Sprintf(", but for the last %d, which only the files themselves show", left)
}

// itemsText counts the files, and the lines that are set aside.
func (b *builder) itemsText(h *audit.Host) string {
	n := map[string]int{}
	aside, cut := 0, 0
	for _, c := range h.ItemChanges {
		n[c.Kind]++
		if c.Text == nil {
			continue
		}
		aside += c.Text.Aside
		if c.Text.Left > 0 || len(c.Text.Lines) == 0 {
			cut++
		}
	}
	text := fmt.Sprintf("%d were added, %d removed, %d changed, %d moved, and %d have another status.",
		n[compare.Added], n[compare.Removed], n[compare.Changed], n[compare.Moved], n[compare.StatusChanged])
	if b.audit.Reduced != nil {
		return text + " How they differ is withheld: only the whole package shows it."
	}
	if aside > 0 {
		text += fmt.Sprintf(" %d lines differ in nothing but values that change by themselves; they are set aside.", aside)
	}
	text += " The lines that differ, decoded, stand in the workbook's sheet " + SheetTexts
	if cut > 0 {
		text += fmt.Sprintf("; of %d files it says how many more there are, or why they are not shown", cut)
	}
	return text + ". Those that verdicts which moved rest on follow here, as far as there is room."
}

// textTable shows of a difference the lines in which Settings stand that moved verdicts, else the first ones.
func (b *builder) textTable(h *audit.Host, c evidence.Change, most int) *Table {
	t := &Table{Columns: []Column{{"Before", NumberKind, 0.8}, {"Now", NumberKind, 0.8}, {"Line", MonoKind, 8}}}
	for _, l := range linesThatMatter(h, c, most) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{lineNumber(l.Before), lineNumber(l.After), b.mono(l.Sign() + " " + clipped(l.Text))}})
	}
	return t
}

// linesThatMatter returns at most so many lines of a difference: those that Changes cite which moved verdicts, with two lines
// on each side.
func linesThatMatter(h *audit.Host, c evidence.Change, most int) []evidence.DiffLine {
	const around = 2
	var cited [2]map[int]bool
	for i := range cited {
		cited[i] = map[int]bool{}
	}
	for _, change := range h.Changes {
		if change.Effect == "" || change.Effect == evidence.Neutral {
			continue
		}
		for i, cites := range [][]evidence.Citation{change.BeforeCites, change.AfterCites} {
			for _, cite := range cites {
				if cite.Item == c.Item && !cite.Absence {
					cited[i][cite.Line] = true
				}
			}
		}
	}
	all := c.Text.Lines
	keep := make([]bool, len(all))
	for i, l := range all {
		if l.Sign() != " " && (cited[0][l.Before] || cited[1][l.After]) {
			for k := max(0, i-around); k <= min(len(all)-1, i+around); k++ {
				keep[k] = true
			}
		}
	}
	if !slices.Contains(keep, true) {
		return all[:min(most, len(all))]
	}
	var lines []evidence.DiffLine
	for i, l := range all {
		if keep[i] && len(lines) < most {
			lines = append(lines, l)
		}
	}
	return lines
}

func lineNumber(n int) Cell {
	if n == 0 {
		return Cell{Kind: NumberKind}
	}
	return number(n)
}

// textsSheet has the lines of every text that differs, as far as the audit holds them.
func (b *builder) textsSheet() Part {
	t := &Table{Anchor: "sheet-texts-table", Empty: "There is no earlier snapshot to compare with.", Columns: []Column{
		{"Item", MonoKind, 4}, {"Host", TextKind, 1}, {"Before", NumberKind, 1}, {"Now", NumberKind, 1}, {"Change", TextKind, 1}, {"Line", MonoKind, 8}}}
	if b.hasBefore() {
		t.Empty = "No text differs."
	}
	if b.audit.Reduced != nil {
		t.Empty = "Withheld: only the whole package shows how files differ."
	}
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		changes := slices.Clone(h.ItemChanges)
		slices.SortStableFunc(changes, func(a, b evidence.Change) int { return cmp.Compare(a.Item, b.Item) })
		for _, c := range changes {
			if c.Text != nil {
				b.textRows(t, h, c)
			}
		}
	}
	return Part{Anchor: "sheet-texts", Title: "Text changes", Sheet: SheetTexts, Blocks: []Block{t}}
}

func (b *builder) textRows(t *Table, h *audit.Host, c evidence.Change) {
	add := func(l evidence.DiffLine, change string) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.mono(c.Item), b.t(h.Name), lineNumber(l.Before), lineNumber(l.After), b.t(change), b.mono(l.Text)}})
	}
	for _, l := range c.Text.Lines {
		add(l, map[string]string{"-": compare.Removed, "+": compare.Added, " ": "same"}[l.Sign()])
	}
	if c.Text.Note != "" {
		add(evidence.DiffLine{Text: c.Text.Note}, "note")
	}
	if c.Text.Aside > 0 {
		add(evidence.DiffLine{Text: fmt.Sprintf("%d lines differ in nothing but what changes by itself: %s", c.Text.Aside, strings.Join(c.Text.AsideBy, ", "))}, "set aside")
	}
	if c.Text.Left > 0 {
		add(evidence.DiffLine{Text: fmt.Sprintf("%d more lines differ: compare %s/%s with %s/%s", c.Text.Left, h.Before.Folder, c.Item, h.After.Folder, c.Item)}, "left out")
	}
}
