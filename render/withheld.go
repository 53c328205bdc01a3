package render

import (
	"fmt"
	"strings"

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
	add(&Paragraph{Text: fmt.Sprintf("This package is made for readers outside. It holds every verdict with its citation, and the manifests of "+
		"the snapshots; it does not hold the %d %s that the citations name, nor the answers file and what else the verdicts were made from. What evidence has "+
		"put into a text is masked by these rules.", r.Items, plural(r.Items, "item", "items"))},
		&Heading{Level: 1, Text: "What is masked"},
		&Paragraph{Text: "A mask names its rule. Within this package one text always has one mask, so that two findings about one account can be seen to be. " +
			"The numbers say nothing: they are given in the order in which the texts stand."}, masksTable(r))
	if none := unusedMasks(r); none != "" {
		add(&Paragraph{Ends: true, Text: none})
	}
	add(&Heading{Level: 1, Text: "What is left out as a whole"}, leftOutTable(r))
	if none := nothingOf(r); none != "" {
		add(&Paragraph{Ends: true, Text: none})
	}
	add(&Heading{Level: 1, Text: "What stays by name"}, &Fields{List: b.staying()})
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
	t := &Table{Empty: "Nothing had to be masked.", Columns: []Column{{"Mask", MonoKind, 1}, {"Stands for", TextKind, 6.4}, {"Texts", NumberKind, 0.6}, {"Places", NumberKind, 0.7}}}
	for _, m := range r.Masks {
		if m.Places > 0 {
			t.Rows = append(t.Rows, Row{Cells: []Cell{{Kind: MonoKind, Text: m.Rule + "-n"}, {Kind: TextKind, Text: m.Covers}, number(m.Texts), number(m.Places)}})
		}
	}
	return t
}

// unusedMasks names the rules that found nothing.
func unusedMasks(r *audit.Reduction) string {
	var none []string
	for _, m := range r.Masks {
		if m.Places == 0 {
			none = append(none, m.Rule)
		}
	}
	if len(none) == 0 || len(none) == len(r.Masks) {
		return ""
	}
	return "Nothing had to be masked as " + strings.Join(none, " or ") + "."
}

func leftOutTable(r *audit.Reduction) *Table {
	t := &Table{Columns: []Column{{"What", TextKind, 6}, {"Places", NumberKind, 1}}}
	add := func(what string, n int) {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Kind: TextKind, Text: what}, number(n)}})
	}
	add("items of evidence; their paths, sizes and digests stay", r.Items)
	add("settings that differ between the two snapshots; verdicts that moved and items that changed stay", r.Changes)
	for _, l := range r.LeftOut {
		if l.Places > 0 {
			add(l.What, l.Places)
		}
	}
	return t
}

// nothingOf names what would have been left out too, had anything of it been there.
func nothingOf(r *audit.Reduction) string {
	var none []string
	for _, l := range r.LeftOut {
		if l.Places == 0 {
			none = append(none, l.What)
		}
	}
	if len(none) == 0 {
		return ""
	}
	return "Nothing of these was there, which are left out in the same way: " + strings.Join(none, "; ") + "."
}

// staying says what is not masked, so that nobody believes that it were.
func (b *builder) staying() []Field {
	field := func(label, text string) Field { return Field{label, []Cell{{Kind: TextKind, Text: text}}} }
	list := []Field{
		field("Servers", "The first label of the names of the servers that were assessed; not their domain."),
		field("People", "The client, who prepared, packs and signs, who attests to something and who accepts an exception: they say so in their own name."),
		field("Known words", "Words of the guide, the benchmarks, the questions and this program; names that every Windows has; numbers; loopback and "+
			"unspecified addresses. One that happens to be a name stays too, unless the evidence shows it as an account."),
		field("Items", "Their paths, as in the manifests; those of imported files are made of their names."),
		field("Digests", "They tie this package to the whole one. Who can guess every byte of an item can see that the guess is right: thinkable of a short "+
			"file with only common names in it."),
	}
	if b.audit.Reduced.Comments {
		list = append(list, field("Comments", "Of attestations, and reasons of exceptions, as the sender has chosen. Accounts, addresses, hosts and paths in them are masked."))
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
		digests = append(digests, b.mono(snapshot.Digest.String()+"  "+h.Name+", "+sideTitle(s)))
	})
	return []Field{
		{"Snapshots", digests},
		{"Who holds both", []Cell{{Kind: TextKind, Text: "auditpack verify WHOLE THIS compares their snapshots and their verdict counts."}}},
		{"Replay", []Cell{{Kind: TextKind, Text: "The whole one can be made once more, this one cannot: auditpack verify WHOLE --replay."}}},
	}
}
