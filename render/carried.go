package render

import (
	"fmt"

	"auditpack/evidence"
)

// maxUncarried is how many things that found no place the report lists; the workbook lists all.
const maxUncarried = 60

// carried is the report's page of earlier checklists: what was carried of each, and what was not. There is none where none was
// handed in.
func (b *builder) carried() []Part {
	if len(b.audit.Carried) == 0 {
		return nil
	}
	p := Part{Anchor: "carried", Title: "Carried checklists", Report: true, Blocks: []Block{&Paragraph{Text: "What people said in earlier checklists. A status " +
		"of theirs decides what is left to a person, and \"Open\" also what was not collected; what evidence decided stands. It is shown at the rule as carried. " +
		"Who gave it, checklists do not say. Each lies in the package as it was handed in."}}}
	for i := range b.audit.Carried {
		p.Blocks = append(p.Blocks, b.carriedFields(&b.audit.Carried[i]))
	}
	t := b.uncarried()
	if n := len(t.Rows); n > 0 {
		p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: "Not carried", Note: fmt.Sprint(n)}, t)
		if n > maxUncarried {
			t.Rows = t.Rows[:maxUncarried]
			p.Blocks = append(p.Blocks, &Paragraph{Text: fmt.Sprintf("And %d more, which stand in the workbook's sheet %s and in audit.json.", n-maxUncarried, SheetCarried)})
		}
	}
	return []Part{p}
}

func (b *builder) carriedFields(c *evidence.CarriedChecklist) *Fields {
	f := &Fields{List: []Field{{"Checklist", []Cell{b.mono(c.File), b.mono(c.Digest.String())}}, {"About", []Cell{b.t(about(c))}}}}
	for _, s := range c.STIGs {
		f.List = append(f.List, Field{"STIG", []Cell{b.t(releases(s))}})
	}
	return &Fields{List: append(f.List, Field{"Carried", []Cell{b.t(carriedCounts(c))}})}
}

func about(c *evidence.CarriedChecklist) string {
	text := c.Form
	if c.Host != "" {
		text += " of " + c.Host
	}
	if c.Site != "" {
		text += ", site " + c.Site
	}
	return text
}

// releases says of which release a STIG was there, and of which it was judged.
func releases(s evidence.CarriedSTIG) string {
	switch {
	case s.Now == "":
		return s.ID + " " + s.Release + ": not judged here"
	case s.Differs():
		return fmt.Sprintf("%s: another release, %s there and %s judged", s.ID, s.Release, s.Now)
	}
	return s.ID + " " + s.Release + ", as judged"
}

func carriedCounts(c *evidence.CarriedChecklist) string {
	return fmt.Sprintf("%d rules got a comment, %d verdicts rest on its status; %d statuses are like the verdict, %d are against it", c.Comments, c.Statuses, c.Agrees, c.Against)
}

func (b *builder) uncarried() *Table {
	t := &Table{Columns: []Column{{"Rule", TextKind, 1.8}, {"What", TextKind, 1.8}, {"Why it was not carried", TextKind, 5.4}}}
	for i := range b.audit.Carried {
		c := &b.audit.Carried[i]
		for _, left := range c.Left {
			why := b.t(left.Why)
			if len(b.audit.Carried) > 1 {
				why.Also = append(why.Also, b.mono(c.File))
			}
			if left.Cite.Item != "" {
				why.Also = append(why.Also, b.cites("", after, []evidence.Citation{left.Cite})...)
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(left.Rule), b.t(left.What), why}})
		}
	}
	return t
}

// carriedSheet has a row for each checklist, with what was carried, and one for each thing that was not.
func (b *builder) carriedSheet() []Part {
	if len(b.audit.Carried) == 0 {
		return nil
	}
	t := &Table{Anchor: "sheet-carried-table", Columns: []Column{{"Checklist", MonoKind, 2}, {"Rule", TextKind, 2}, {"What", TextKind, 2}, {"What became of it", TextKind, 5},
		{"Source", CiteKind, 4}, {"SHA-256", MonoKind, 5}}}
	for i := range b.audit.Carried {
		c := &b.audit.Carried[i]
		row := func(rule, what string, became []Cell, source Cell) {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.mono(c.File), b.t(rule), b.t(what), stack(TextKind, became...), source, b.mono(c.Digest.String())}})
		}
		said := []Cell{b.t(carriedCounts(c))}
		for _, s := range c.STIGs {
			said = append(said, b.t(releases(s)))
		}
		row("all rules", about(c), said, Cell{Kind: CiteKind, Text: b.line(c.Path)})
		for _, left := range c.Left {
			source := Cell{Kind: CiteKind}
			if left.Cite.Item != "" {
				source = stack(CiteKind, b.cites("", after, []evidence.Citation{left.Cite})...)
			}
			row(left.Rule, left.What, []Cell{b.t("not carried: " + left.Why)}, source)
		}
	}
	return []Part{{Anchor: "sheet-carried", Title: "Carried checklists", Sheet: SheetCarried, Blocks: []Block{t}}}
}
