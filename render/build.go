package render

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// Build lays a out, with a report of full Depth.
func Build(a audit.Audit) Document { return BuildAt(a, Full) }

// BuildAt lays a out, with a report of that Depth; none is full.
func BuildAt(a audit.Audit, depth Depth) Document {
	b := &builder{audit: a, depth: cmp.Or(depth, Full), counted: map[string]bool{}, items: map[itemKey]*audit.Item{}}
	for i := range a.Hosts {
		h := &a.Hosts[i]
		b.index(h.Name, after, &h.After)
		if h.Before != nil {
			b.index(h.Name, before, h.Before)
		}
	}
	d := Document{
		Title: "Hardening audit", Subject: b.subject(), AsOf: a.AsOf, Digest: b.digestLine(),
		Tool: b.line(a.Tool), Demo: a.Demo, Cover: b.cover(),
	}
	d.Cover.Lines = append(d.Cover.Lines, b.depthLine()...)
	d.Parts = append(d.Parts, b.summary(), b.summarySheet())
	d.Parts = append(d.Parts, b.withheld()...)
	d.Parts = append(d.Parts, b.fleetParts()...)
	if b.manyHosts() {
		d.Parts = append(d.Parts, b.matrixSheet(), b.hostsSheet())
	}
	if !b.fleet() {
		d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetToFix), b.toFix())...)
	}
	d.Parts = append(d.Parts, b.toFixSheet(), b.planSheet())
	if b.fleet() {
		d.Parts = append(d.Parts, b.fleetMovement()...)
		d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetRules), b.fleetBenchmarks()...)...)
	} else {
		d.Parts = append(d.Parts, b.movement()...)
		d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetControls), b.controls()...)...)
		d.Parts = append(d.Parts, b.from(Full, b.changesElsewhere(), b.changes()...)...)
		d.Parts = append(d.Parts, b.benchmarks()...)
		d.Parts = append(d.Parts, b.planPart()...)
	}
	d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetCarried), b.carried()...)...)
	d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetQuestionnaire)+"; data/questionnaire", b.questionnaires()...)...)
	d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetForms)+"; data/questionnaire/forms", b.forms()...)...)
	d.Parts = append(d.Parts, b.from(Findings, inSheet(SheetNIST), b.nistPart()...)...)
	d.Parts = append(d.Parts, b.controlsSheet(), b.stigSheet(), b.rulesSheet(), b.nistSheet(), b.changesSheet(), b.textsSheet())
	d.Parts = append(d.Parts, b.contradictions()...)
	custody := b.custody
	if b.fleet() {
		custody = b.fleetCustody
	}
	d.Parts = append(d.Parts, b.evidencePart(d.Parts))
	d.Parts = append(d.Parts, b.leftOutPart()...)
	d.Parts = append(d.Parts, b.evidenceSheet(), b.contradictionsSheet(), b.exceptionsSheet())
	d.Parts = append(d.Parts, b.carriedSheet()...)
	d.Parts = append(d.Parts, custody(), b.custodySheet())
	d.Parts = append(d.Parts, b.questionnaireSheets()...)
	d.Parts = append(d.Parts, b.formSheets()...)
	d.Parts = append(d.Parts, b.signOff(), b.limits(), b.howToVerify()) // whoever signs has the limits before their eyes
	if !b.shows(Full) {
		unlink(d.Parts)
		b.escaped = Build(a).Escaped // the workbook, which says so too, is the same at every depth
	}
	d.Escaped = b.escaped
	for _, p := range d.Parts {
		for _, block := range p.Blocks {
			if r, ok := block.(*Replaced); ok {
				r.Escaped = b.escaped
			}
		}
	}
	return d
}

// builder holds what all parts need. It is used once.
type builder struct {
	audit   audit.Audit
	depth   Depth
	left    []leftOut // what the report leaves out, as far as it is known yet
	items   map[itemKey]*audit.Item
	lines   []audit.MatrixLine // once they were asked for
	escaped int
	counted map[string]bool // texts whose replacements are in escaped, so that a repeated text counts once
}

// side is one of the two snapshots of a host.
type side string

const (
	after  side = "after"
	before side = "before"
)

type itemKey struct {
	host string
	side side
	path string
}

func (b *builder) index(host string, s side, snapshot *audit.Snapshot) {
	for i := range snapshot.Items {
		item := &snapshot.Items[i]
		b.items[itemKey{host, s, item.Path}] = item
	}
}

// text cleans a text that may have several lines.
func (b *builder) text(s string) string {
	clean, n := Clean(s)
	return b.count(s, clean, n)
}

// line cleans a text that is shown on one line, or wrapped by a pen.
func (b *builder) line(s string) string {
	clean, n := oneLine(s)
	return b.count(s, clean, n)
}

func (b *builder) count(raw, clean string, n int) string {
	if n > 0 && !b.counted[raw] {
		b.counted[raw] = true
		b.escaped += n
	}
	return clean
}

func (b *builder) t(s string) Cell    { return Cell{Kind: TextKind, Text: b.text(s)} }
func (b *builder) mono(s string) Cell { return Cell{Kind: MonoKind, Text: b.line(s)} }

func (b *builder) id(host, control string) Cell {
	return Cell{Kind: IDKind, Text: b.line(control), Link: controlAnchor(host, control)}
}

// cites is the printed form of Citations: one Cell for each Item with its places and its Origin, linked to the evidence
// index.
func (b *builder) cites(host string, s side, cites []evidence.Citation) []Cell {
	var cells []Cell
	for i, c := range cites {
		if slices.ContainsFunc(cites[:i], func(e evidence.Citation) bool { return e.Item == c.Item }) {
			continue
		}
		var places []string
		for _, same := range cites[i:] {
			place := strings.TrimPrefix(strings.TrimPrefix(same.String(), same.Item), ", ")
			if same.Absence {
				place = strings.TrimSpace(place + " (absent)")
			}
			if same.Item == c.Item && place != "" && !slices.Contains(places, place) {
				places = append(places, place)
			}
		}
		text := strings.TrimSuffix(c.Item+", "+strings.Join(places, "; "), ", ")
		cell := Cell{Kind: CiteKind}
		if item, ok := b.items[itemKey{host, s, c.Item}]; ok {
			text += " · " + string(item.Origin)
			cell.Link = itemAnchor(host, s, c.Item)
		}
		cell.Text = b.line(text)
		cells = append(cells, cell)
	}
	return cells
}

func controlAnchor(host, control string) string { return "control/" + host + "/" + control }

func itemAnchor(host string, s side, path string) string {
	return "item/" + host + "/" + string(s) + "/" + path
}

func sectionAnchor(host, section string) string { return "section/" + host + "/" + section }

func number(n int) Cell { return Cell{Kind: NumberKind, Text: fmt.Sprint(n), Number: int64(n)} }

func verdict(r evidence.Result) Cell {
	if r == "" {
		r = evidence.NotCollected
	}
	return Cell{Kind: VerdictKind, Text: Mark(r) + " " + Word(r), Result: r}
}

// stack puts cells below each other into one.
func stack(kind Kind, cells ...Cell) Cell {
	switch len(cells) {
	case 0:
		return Cell{Kind: kind}
	case 1:
		return cells[0]
	}
	first := cells[0]
	first.Also = append(append([]Cell(nil), first.Also...), cells[1:]...)
	return first
}

// subject is who was assessed: the client, with the host if there is one.
func (b *builder) subject() string {
	var parts []string
	if b.audit.Reduced != nil { // first: what is too long for its place is cut at the end
		parts = append(parts, reducedWords)
	}
	if b.audit.Client != "" {
		parts = append(parts, b.line(b.audit.Client))
	}
	switch n := len(b.audit.Hosts); {
	case n == 1:
		name := b.line(b.audit.Hosts[0].Name)
		if name == "" {
			name = "host not known"
		}
		parts = append(parts, name)
	case n > 1:
		parts = append(parts, fmt.Sprintf("%d hosts", n))
	}
	return strings.Join(parts, " · ")
}

// digestLine names the evidence, not the package: a report cannot hold the digest of the package that it lies in.
func (b *builder) digestLine() string {
	if len(b.audit.Hosts) != 1 || b.audit.Hosts[0].After.Digest.IsZero() {
		return ""
	}
	return "snapshot " + b.audit.Hosts[0].After.Digest.Short()
}

// eachControl calls f for every Control of every host, in the guide's order.
func (b *builder) eachControl(f func(h *audit.Host, s *audit.Section, c *audit.Assessed)) {
	b.controlsWhile(func(h *audit.Host, s *audit.Section, c *audit.Assessed) bool {
		f(h, s, c)
		return true
	})
}

// controlsWhile is eachControl as long as f wants more.
func (b *builder) controlsWhile(f func(h *audit.Host, s *audit.Section, c *audit.Assessed) bool) {
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		for j := range h.Sections {
			s := &h.Sections[j]
			for k := range s.Controls {
				if !f(h, s, &s.Controls[k]) {
					return
				}
			}
		}
	}
}

// hasBefore reports whether anything can be compared.
func (b *builder) hasBefore() bool {
	for _, h := range b.audit.Hosts {
		if h.Before != nil {
			return true
		}
	}
	return false
}

// rows fills a table with rows that each yields. Of many hosts they are too many to be held: they are made whenever a pen
// asks for them, and once here, since what is made visible in them has to be counted.
func (b *builder) rows(t *Table, each iter.Seq[Row]) {
	if !b.fleet() {
		t.Rows = slices.Collect(each)
		return
	}
	t.Long = &Long{Each: each}
	for range each {
		t.Long.N++
	}
}

func (b *builder) manyHosts() bool { return len(b.audit.Hosts) > 1 }
