package render

import (
	"fmt"

	"auditpack/evidence/audit"
)

// reducedWords is what every page and sheet of a reduced package says of it.
const reducedWords = "Reduced: evidence withheld"

// reducedCallout says it where nobody can miss it; of a whole package nothing.
func (b *builder) reducedCallout() []Block {
	r := b.audit.Reduced
	if r == nil {
		return nil
	}
	return []Block{&Callout{Warn: true, Title: "Reduced package: evidence withheld", Text: fmt.Sprintf("The verdicts are those of the whole package. "+
		"%d %s of evidence %s not here, and what evidence shows is masked (ACCOUNT-1, ADDRESS-2 …): the page Withheld says by which rules. "+
		"The sender has the whole package, with the same digests of the snapshots.", r.Items, plural(r.Items, "item", "items"), plural(r.Items, "is", "are"))}}
}

// withheld is the page, and the sheet, that says what is not in a reduced package and what is masked in it.
func (b *builder) withheld() []Part {
	r := b.audit.Reduced
	if r == nil {
		return nil
	}
	p := Part{Anchor: "withheld", Title: "Withheld", Report: true}
	add := func(blocks ...Block) { p.Blocks = append(p.Blocks, blocks...) }
	add(&Paragraph{Text: fmt.Sprintf("This package is made for readers outside of the house. It holds every verdict with its citation, and the manifests of "+
		"the snapshots; it does not hold the %d %s that the citations name, nor the answers file and what else the verdicts were made from. What evidence has "+
		"put into a text is masked by the rules below.", r.Items, plural(r.Items, "item", "items"))},
		&Heading{Level: 1, Text: "What is masked"},
		&Paragraph{Text: "A mask names its rule. Within this package one text always has one mask, so that two findings about one account can be seen to be. " +
			"The numbers say nothing: they are given in the order in which the texts stand."}, masksTable(r),
		&Heading{Level: 1, Text: "What is left out as a whole"}, leftOutTable(r),
		&Heading{Level: 1, Text: "What stays by name"}, &Fields{List: b.staying()})
	if len(r.Paths) > 0 {
		t := &Table{Columns: []Column{{"Item", MonoKind, 3}, {"Tells what is masked as", TextKind, 1}}}
		for _, path := range r.Paths {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.mono(path.Path), b.t(path.Mask)}})
		}
		add(&Heading{Level: 1, Text: "Paths that tell what is masked"},
			&Paragraph{Text: "The manifests list these paths, so they stay as they are."}, t)
	}
	add(&Heading{Level: 1, Text: "The whole package"}, &Fields{List: b.tying()})
	return []Part{p, b.withheldSheet()}
}

// withheldSheet is the same page as one list.
func (b *builder) withheldSheet() Part {
	r := b.audit.Reduced
	t := &Table{Anchor: "sheet-withheld-table", Columns: []Column{{"What", TextKind, 1.2}, {"Which", MonoKind, 1.5}, {"Text", TextKind, 6},
		{"Texts", NumberKind, 0.8}, {"Places", NumberKind, 0.8}}}
	plain := func(s string) Cell { return Cell{Kind: TextKind, Text: s} }
	none := Cell{Kind: NumberKind}
	for _, m := range r.Masks {
		t.Rows = append(t.Rows, Row{Cells: []Cell{plain("masked"), {Kind: MonoKind, Text: m.Rule + "-n"}, plain(m.Covers), number(m.Texts), number(m.Places)}})
	}
	for _, row := range leftOutTable(r).Rows {
		t.Rows = append(t.Rows, Row{Cells: []Cell{plain("left out"), {Kind: MonoKind}, row.Cells[0], none, row.Cells[1]}})
	}
	for _, f := range b.staying() {
		t.Rows = append(t.Rows, Row{Cells: []Cell{plain("stays"), plain(f.Label), stack(TextKind, f.Value...), none, none}})
	}
	for _, path := range r.Paths {
		t.Rows = append(t.Rows, Row{Cells: []Cell{plain("tells what is masked"), b.t(path.Mask), b.mono(path.Path), none, none}})
	}
	for _, f := range b.tying() {
		t.Rows = append(t.Rows, Row{Cells: []Cell{plain("whole package"), plain(f.Label), stack(TextKind, f.Value...), none, none}})
	}
	return Part{Anchor: "sheet-withheld", Title: "Withheld", Sheet: SheetWithheld, Blocks: []Block{t}}
}

func masksTable(r *audit.Reduction) *Table {
	t := &Table{Columns: []Column{{"Mask", MonoKind, 1}, {"Stands for", TextKind, 5}, {"Texts", NumberKind, 0.8}, {"Places", NumberKind, 0.8}}}
	for _, m := range r.Masks {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Kind: MonoKind, Text: m.Rule + "-n"}, {Kind: TextKind, Text: m.Covers}, number(m.Texts), number(m.Places)}})
	}
	return t
}

func leftOutTable(r *audit.Reduction) *Table {
	t := &Table{Columns: []Column{{"What", TextKind, 6}, {"Places", NumberKind, 1}}}
	add := func(what string, n int) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Kind: TextKind, Text: what}, number(n)}})
	}
	add("items of evidence; their paths, sizes and digests stay", r.Items)
	add("settings that differ between the two snapshots; verdicts that moved and items that changed stay", r.Changes)
	for _, l := range r.LeftOut {
		add(l.What, l.Places)
	}
	return t
}

// staying says what is not masked, so that nobody believes that it were.
func (b *builder) staying() []Field {
	field := func(label, text string) Field { return Field{label, []Cell{{Kind: TextKind, Text: text}}} }
	list := []Field{
		field("Servers", "The first label of the names of the servers that were assessed; not their domain."),
		field("People", "The client, who prepared, packs and signs, who attests to something and who accepts an exception: they say so in their own name."),
		field("Known words", "Words of the guide, the benchmarks, the questions and the program itself, names that every Windows has, numbers, port numbers, loopback and "+
			"unspecified addresses. A word of these that happens to be a name stays too, unless the evidence shows it as an account."),
		field("Items", "The paths of the items, as the manifests list them. Paths of imported files are made of their names."),
		field("Digests", "They tie this package to the whole one. Who can guess every byte of an item can see that the guess is right: of a short file with "+
			"nothing but common names in it that is thinkable."),
	}
	if len(b.audit.Forms) > 0 {
		list = append(list, field("Insurers' forms", "Each form as it was handed in, with all that stood in it and its author, save the name of its file; only what was filled in "+
			"from the answers is masked."))
	}
	return list
}

// tying says how this package and the whole one are held together.
func (b *builder) tying() []Field {
	var digests []Cell
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		digests = append(digests, b.mono(snapshot.Digest.String()), b.t(h.Name+", "+sideTitle(s)))
	})
	return []Field{
		{"Snapshots", digests},
		{"Who holds both", []Cell{{Kind: TextKind, Text: "auditpack verify WHOLE THIS says whether both are of these snapshots and count the same verdicts."}}},
		{"Replay", []Cell{{Kind: TextKind, Text: "This package cannot be made once more from what is in it. The whole one can: auditpack verify WHOLE --replay."}}},
	}
}
