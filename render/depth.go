package render

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence/audit"
)

// Depth is how much of an Audit the report holds. The workbook and audit.json hold all of it at every Depth.
type Depth string

// The Depths, the shortest first. What a report leaves out stands on a page of it, with the place where it is.
const (
	Brief    Depth = "summary"  // for who decides: how it stands, what moved, what is planned
	Findings Depth = "findings" // for who has it fixed: also each finding with its evidence, and every verdict in a line
	Full     Depth = "full"     // for who checks it: every statement, change and item
)

// Depths are all of them, the shortest first.
var Depths = []Depth{Brief, Findings, Full}

// ParseDepth reads the name of a Depth; none is full.
func ParseDepth(name string) (Depth, error) {
	d := cmp.Or(Depth(name), Full)
	if !slices.Contains(Depths, d) {
		return "", fmt.Errorf("%q is no depth of a report: summary, findings or full", name)
	}
	return d, nil
}

// leftOut is a chapter that the report has not, or not whole, and where it stands instead.
type leftOut struct{ chapter, where string }

// shows reports whether the report is of Depth d or a deeper one.
func (b *builder) shows(d Depth) bool {
	return slices.Index(Depths, b.depth) >= slices.Index(Depths, d)
}

// from returns the chapters of a report of Depth d or a deeper one. Of any other it notes that they are left out.
func (b *builder) from(d Depth, where string, parts ...Part) []Part {
	if b.shows(d) {
		return parts
	}
	for _, p := range parts {
		b.leaves(p.Title, where)
	}
	return nil
}

// leaves notes what the report leaves out.
func (b *builder) leaves(chapter, where string) {
	b.left = append(b.left, leftOut{chapter, where})
}

// inSheet is where something stands that the report leaves out.
func inSheet(names ...string) string {
	return fmt.Sprintf("workbook, %s %s; audit.json", plural(len(names), "sheet", "sheets"), strings.Join(names, " and "))
}

// changesElsewhere is where the chapter Changes stands: a reduced package has no lines of files that differ.
func (b *builder) changesElsewhere() string {
	if b.audit.Reduced != nil {
		return inSheet(SheetChanges)
	}
	return inSheet(SheetChanges, SheetTexts)
}

// leftOutAnchor is the page that says what is left out.
const leftOutAnchor = "left-out"

// depthLine says on the cover that the report is not the whole of it.
func (b *builder) depthLine() []Field {
	if b.shows(Full) {
		return nil
	}
	return []Field{{"Depth", []Cell{{Kind: TextKind, Text: string(b.depth) + ": this report leaves out what the page “" + leftOutTitle + "” lists", Link: leftOutAnchor}}}}
}

const leftOutTitle = "What this report leaves out"

// leftOutPart says what the report leaves out and where it stands: nothing is shortened silently.
func (b *builder) leftOutPart() []Part {
	if b.shows(Full) {
		return nil
	}
	t := &Table{Empty: "Nothing: of this audit there is no more.", Columns: []Column{{"What", TextKind, 5}, {"Where it stands", TextKind, 4}}}
	for _, l := range b.left {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Kind: TextKind, Text: l.chapter}, {Kind: TextKind, Text: l.where}}})
	}
	return []Part{{Anchor: leftOutAnchor, Title: leftOutTitle, Report: true, Blocks: []Block{
		&Paragraph{Text: fmt.Sprintf("This is the report at the depth “%s”. It was drawn from the same audit as a full one would be, and the verdicts and "+
			"their numbers are the same. What it leaves out lies beside it in the package: workbook.xlsx and audit.json have all of it, whatever the depth. "+
			"audit.json and the SHA-256 of every item also travel within this file, as attachments. The same evidence packed with --depth full gives the whole report.", b.depth)}, t}}}
}

// evidencePart is the evidence index; others are the chapters before it. A report that is not full lists the items that it
// cites, so that each of its citations has its digest and its time.
func (b *builder) evidencePart(others []Part) Part {
	switch {
	case b.fleet():
		return b.fleetEvidence()
	case b.shows(Full):
		return b.evidenceIndex(nil)
	}
	links := cited(others)
	cites, all := 0, 0
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		for i := range snapshot.Items {
			all++
			if links[itemAnchor(h.Name, s, snapshot.Items[i].Path)] {
				cites++
			}
		}
	})
	if cites < all {
		b.leaves(fmt.Sprintf("Evidence index: the %d of %d items that this report does not cite", all-cites, all), inSheet(SheetEvidence)+"; "+evidenceList)
	}
	return b.evidenceIndex(links)
}

// evidenceList is the attachment of the report that has the digests of all items.
const evidenceList = "evidence-sha256.txt, attached to this file"

// cited returns the anchors that the report's chapters link to.
func cited(parts []Part) map[string]bool {
	links := map[string]bool{}
	for _, p := range parts {
		if p.Report {
			eachLink(p, func(link *string) { links[*link] = true })
		}
	}
	return links
}

// unlink takes away the links of a report that lead to what it leaves out.
func unlink(parts []Part) {
	there := map[string]bool{}
	for _, p := range parts {
		if p.Report {
			eachAnchor(p, func(anchor string) { there[anchor] = true })
		}
	}
	for _, p := range parts {
		if p.Report {
			eachLink(p, func(link *string) {
				if !there[*link] {
					*link = ""
				}
			})
		}
	}
}

// eachAnchor calls f for every anchor of a chapter.
func eachAnchor(p Part, f func(anchor string)) {
	f(p.Anchor)
	for _, block := range p.Blocks {
		switch block := block.(type) {
		case *Heading:
			f(block.Anchor)
		case *Entries:
			for _, e := range block.List {
				f(e.Anchor)
			}
		case *Table:
			f(block.Anchor)
			for _, r := range block.Rows {
				f(r.Anchor)
			}
		}
	}
}

// eachLink calls f for every link of a chapter.
func eachLink(p Part, f func(link *string)) {
	cells := func(list []Cell) {
		for i := range list {
			f(&list[i].Link)
			for j := range list[i].Also {
				f(&list[i].Also[j].Link)
			}
		}
	}
	fields := func(list []Field) {
		for _, field := range list {
			cells(field.Value)
		}
	}
	for _, block := range p.Blocks {
		switch block := block.(type) {
		case *Fields:
			fields(block.List)
		case *Entries:
			for i := range block.List {
				f(&block.List[i].Link)
				fields(block.List[i].Fields)
			}
		case *Table:
			for _, r := range block.Rows {
				cells(r.Cells)
			}
		case *Chart:
			for i := range block.Links {
				f(&block.Links[i])
			}
		}
	}
}
