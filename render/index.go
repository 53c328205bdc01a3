package render

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

func day(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02")
}

func when(t time.Time) Cell { return Cell{Kind: TimeKind, Text: FormatTime(t), Time: t.UTC()} }

func size(n int64) Cell { return Cell{Kind: SizeKind, Text: FormatSize(n), Number: n} }

// contradictions is one Part if any host has some, else none.
func (b *builder) contradictions() []Part {
	t := b.contradictionsTable()
	if len(t.Rows) == 0 {
		return nil
	}
	p := Part{Anchor: "contradictions", Title: "Contradictions", Report: true, Blocks: []Block{&Paragraph{
		Text: "Items of one snapshot disagree about the following. Nothing was chosen: the statements concerned need review."}, t}}
	if n := len(t.Rows) - maxContradictions; n > 0 {
		t.Rows = t.Rows[:maxContradictions]
		p.Blocks = append(p.Blocks, &Paragraph{Text: fmt.Sprintf("And %d more, which stand in the workbook's sheet %s and in audit.json.", n, SheetContradictions)})
	}
	return []Part{p}
}

// maxContradictions is how many the report lists; the workbook lists all.
const maxContradictions = 60

func (b *builder) contradictionsTable() *Table {
	t := &Table{Anchor: "sheet-contradictions-table", Empty: "No items contradict each other.",
		Columns: []Column{{"Subject", MonoKind, 1.4}, {"Snapshot", TextKind, 0.6}, {"What the items say", MonoKind, 3}}}
	for _, h := range b.audit.Hosts {
		for _, c := range h.Contradictions {
			s := after
			if c.Before {
				s = before
			}
			var says []Cell
			for i, v := range c.Values {
				says = append(says, b.mono(v))
				if i < len(c.Cites) {
					says = append(says, b.cites(h.Name, s, c.Cites[i:i+1])...)
				}
			}
			snapshot := b.t(sideTitle(s))
			if b.manyHosts() {
				snapshot = b.t(h.Name + ", " + sideTitle(s))
			}
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.mono(evidence.Address(c.Subject).Label()), snapshot, stack(MonoKind, says...)}})
		}
	}
	return t
}

func (b *builder) contradictionsSheet() Part {
	return Part{Anchor: "sheet-contradictions", Title: "Contradictions", Sheet: SheetContradictions, Blocks: []Block{b.contradictionsTable()}}
}

// graveCallout says on the summary that the evidence may not be of one host.
func (b *builder) graveCallout() []Block {
	var subjects []string
	for _, h := range b.audit.Hosts {
		for _, c := range h.Contradictions {
			if c.Grave() {
				which := ""
				if c.Before {
					which = " in the snapshot before"
				}
				subjects = append(subjects, fmt.Sprintf("more than one %s%s: %s", evidence.Address(c.Subject).Label(), which, strings.Join(c.Values, ", ")))
			}
		}
	}
	if len(subjects) == 0 {
		return nil
	}
	return []Block{&Callout{Warn: true, Title: "The evidence contradicts itself", Text: b.line("The items name " + strings.Join(subjects, "; ") +
		". No verdict stands until that is settled: what would pass or fail needs review.")}}
}

// eachSnapshot calls f for the snapshots of every host, the newer one first.
func (b *builder) eachSnapshot(f func(h *audit.Host, s side, snapshot *audit.Snapshot)) {
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		f(h, after, &h.After)
		if h.Before != nil {
			f(h, before, h.Before)
		}
	}
}

func sideTitle(s side) string {
	if s == before {
		return "before"
	}
	return "now"
}

// evidenceIndex lists the items of the snapshots: all, or those whose anchors are in only.
func (b *builder) evidenceIndex(only map[string]bool) Part {
	which := "Every item of the snapshots"
	if only != nil {
		which = "The items that this report cites"
	}
	where := which + ", byte for byte as it was taken. "
	if b.audit.Reduced != nil {
		where = which + ". The items themselves are in the whole package only, byte for byte as they were taken. "
	}
	p := Part{Anchor: "evidence", Title: "Evidence index", Report: true, Blocks: []Block{&Paragraph{
		Text: where + "A citation in this report names the item, the line, and the first " +
			"byte and the number of bytes in the raw file; absent: the place that would hold the value, and does not. Captured: by auditpack on the host; script: by its PowerShell form on the host; " +
			"imported: handed in, with host and time as somebody claimed; probe: seen from outside."}}}
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		t, note := b.itemTable(h, s, snapshot), fmt.Sprintf("%d items", len(snapshot.Items))
		if only != nil {
			t.Rows = slices.DeleteFunc(t.Rows, func(r Row) bool { return !only[r.Anchor] })
			t.Empty, note = "None of its items is cited.", fmt.Sprintf("%d of %s", len(t.Rows), note)
		}
		p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: b.line(h.Name) + ", " + sideTitle(s), Note: note}, b.snapshotFields(snapshot), t)
	})
	return p
}

func (b *builder) snapshotFields(s *audit.Snapshot) *Fields {
	f := &Fields{List: []Field{{"Folder", []Cell{b.mono(s.Folder)}}, {"Snapshot SHA-256", []Cell{b.mono(s.Digest.String())}},
		{"Captured", []Cell{b.t(FormatPeriod(s.From, s.To))}}}}
	if s.Operator != "" {
		f.List = append(f.List, Field{"By", []Cell{b.t(s.Operator)}})
	}
	f.List = append(f.List, Field{"Written by", []Cell{b.t(s.Tool)}})
	if s.Stale {
		f.List = append(f.List, Field{"Stale", []Cell{b.t("older than the limit at the as-of time")}})
	}
	return f
}

func (b *builder) itemTable(h *audit.Host, s side, snapshot *audit.Snapshot) *Table {
	t := &Table{Empty: "The snapshot has no items.", Columns: []Column{
		{"Item and SHA-256", MonoKind, 98}, {"Status", TextKind, 22}, {"Taken", TimeKind, 35}, {"Size", SizeKind, 19}}}
	for i := range snapshot.Items {
		item := &snapshot.Items[i]
		name := b.mono(item.Path)
		name.Strong = true
		name.Also = append(name.Also, b.mono(item.Digest.String()))
		if item.Digest.IsZero() {
			name.Also[0].Text = "no bytes"
		}
		if item.Name != "" && item.Name != item.Path && b.audit.Reduced == nil {
			name.Also = append(name.Also, b.t("from "+strings.TrimPrefix(item.Source+": "+item.Name, ": ")))
		}
		if len(item.Command) > 0 {
			name.Also = append(name.Also, b.mono(commandLine(item)))
		}
		if why := whyNoEvidence(item); why != "" {
			name.Also = append(name.Also, b.t(why))
		} else if n := len(item.Problems); n > 0 {
			name.Also = append(name.Also, b.t(problemText(item)))
		}
		status := b.t(string(item.Status))
		status.Also = []Cell{b.t(string(item.Origin))}
		if item.Stale {
			status.Also = append(status.Also, b.t("stale"))
		}
		t.Rows = append(t.Rows, Row{Anchor: itemAnchor(h.Name, s, item.Path), Cells: []Cell{name, status, when(item.Taken), size(item.Size)}})
	}
	return t
}

func commandLine(item *audit.Item) string {
	line := strings.Join(item.Command, " ")
	if item.ExitCode != nil {
		line += fmt.Sprintf(" (exit code %d)", *item.ExitCode)
	}
	return line
}

func problemText(item *audit.Item) string {
	n, first := len(item.Problems), item.Problems[0]
	text := fmt.Sprintf("%d %s not understood: ", n, plural(n, "place", "places"))
	if first.Cite.Line > 0 {
		text += fmt.Sprintf("line %d: ", first.Cite.Line)
	}
	text += first.Message
	if n > 1 {
		text += fmt.Sprintf("; and %d more", n-1)
	}
	return text
}

func (b *builder) evidenceSheet() Part {
	t := &Table{Anchor: "sheet-evidence-table", Empty: "No items.", Columns: []Column{
		{"Item", MonoKind, 4}, {"Host", TextKind, 1}, {"Snapshot", TextKind, 1}, {"Name", MonoKind, 3}, {"Handed in as", MonoKind, 2},
		{"Read as", TextKind, 2}, {"Status", TextKind, 1}, {"Origin", TextKind, 1}, {"By", TextKind, 1.5}, {"Taken (UTC)", TimeKind, 1.5},
		{"Bytes", NumberKind, 1}, {"SHA-256", MonoKind, 5}, {"Settings", NumberKind, 1}, {"Problems", NumberKind, 1}, {"Remarks", TextKind, 4},
		{"Command", MonoKind, 3}}}
	b.rows(t, func(yield func(Row) bool) {
		more := true
		b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
			for i := 0; more && i < len(snapshot.Items); i++ {
				item := &snapshot.Items[i]
				cells := b.itemCells(h, s, item)
				if b.audit.Reduced == nil {
					cells[0].File = itemFile(snapshot, item)
				}
				more = yield(Row{Anchor: itemAnchor(h.Name, s, item.Path), Cells: cells})
			}
		})
	})
	return Part{Anchor: "sheet-evidence", Title: "Evidence", Sheet: SheetEvidence, Blocks: []Block{t}}
}

// itemFile is the path of an Item's bytes as seen from the workbook, which lies in data/ of the package: "" where the Item
// has no bytes, or the snapshot no place in the package.
func itemFile(snapshot *audit.Snapshot, item *audit.Item) string {
	folder, inData := strings.CutPrefix(snapshot.Folder, "data/")
	if item.Digest.IsZero() || !inData || !fs.ValidPath(item.Path) {
		return ""
	}
	return path.Join(folder, item.Path)
}

func (b *builder) itemCells(h *audit.Host, s side, item *audit.Item) []Cell {
	var remarks []Cell
	if why := whyNoEvidence(item); why != "" {
		remarks = append(remarks, b.t(why))
	}
	if len(item.Problems) > 0 {
		remarks = append(remarks, b.t(problemText(item)))
	}
	if item.Status == evidence.Captured && item.Note != "" {
		remarks = append(remarks, b.t(item.Note))
	}
	if item.Stale {
		remarks = append(remarks, b.t("stale at the as-of time"))
	}
	digest := b.mono(item.Digest.String())
	if item.Digest.IsZero() {
		digest.Text = ""
	}
	bytes := Cell{Kind: NumberKind, Text: fmt.Sprint(item.Size), Number: item.Size}
	return []Cell{b.mono(item.Path), b.t(h.Name), {Kind: TextKind, Text: sideTitle(s)}, b.mono(item.Name), b.mono(item.Source),
		b.t(item.ReadAs), b.t(string(item.Status)), b.t(string(item.Origin)), b.t(item.By), when(item.Taken), bytes, digest,
		number(item.Settings), number(len(item.Problems)), stack(TextKind, remarks...), b.mono(commandLine(item))}
}

// exceptionsSheet lists the opinions: what was accepted and what was attested, with what they are about.
func (b *builder) exceptionsSheet() Part {
	t := &Table{Anchor: "sheet-exceptions-table", Empty: "Nothing was accepted or attested.", Columns: []Column{
		{"Control", IDKind, 2}, {"What", TextKind, 1}, {"By", TextKind, 2}, {"On", TimeKind, 1}, {"Until", TimeKind, 1},
		{"State", TextKind, 1}, {"Text", TextKind, 5}, {"Source", CiteKind, 3}}}
	date := func(at time.Time) Cell { return Cell{Kind: TimeKind, Text: day(at), Time: at.UTC()} }
	source := func(cite evidence.Citation) Cell {
		return stack(CiteKind, b.cites("", after, []evidence.Citation{cite})...)
	}
	id := func(control string) Cell {
		for i := range b.audit.Hosts {
			if controlOf(&b.audit.Hosts[i], control) != nil {
				return b.id(b.audit.Hosts[i].Name, control)
			}
		}
		return Cell{Kind: IDKind, Text: b.line(control)}
	}
	limited := b.limitedAnswers()
	if limited {
		t.Columns = append(t.Columns, Column{"Hosts", TextKind, 3})
	}
	row := func(hosts []string, cells ...Cell) {
		if limited {
			cells = append(cells, b.concerned(hosts))
		}
		t.Rows = append(t.Rows, Row{Cells: cells})
	}
	for _, x := range b.audit.Exceptions {
		row(x.Hosts, id(x.Control), Cell{Kind: TextKind, Text: "accepted"}, b.t(x.Approver), date(x.On), date(x.Expires),
			b.t(string(x.At(b.audit.AsOf))), b.t(x.Reason), source(x.Cite))
	}
	for _, x := range b.audit.Attested {
		what := "attested: holds"
		if !x.Holds {
			what = "attested: does not hold"
		}
		text := b.t(x.Comment)
		if x.Attachment.Name != "" {
			text = b.t(strings.TrimSpace(fmt.Sprintf("%s (with %s, SHA-256 %s)", x.Comment, x.Attachment.Name, x.Attachment.Digest)))
		}
		row(x.Hosts, id(x.Control), Cell{Kind: TextKind, Text: what}, b.t(x.By), date(x.On), date(x.ValidUntil),
			b.t(string(x.At(b.audit.AsOf))), text, source(x.Cite))
	}
	return Part{Anchor: "sheet-exceptions", Title: "Exceptions", Sheet: SheetExceptions, Blocks: []Block{t}}
}

// limitedAnswers reports whether an entry of the answers may be about some hosts and not about others.
func (b *builder) limitedAnswers() bool {
	return b.manyHosts() || slices.ContainsFunc(b.audit.Exceptions, func(x evidence.Exception) bool { return len(x.Hosts) > 0 }) ||
		slices.ContainsFunc(b.audit.Attested, func(x evidence.Attestation) bool { return len(x.Hosts) > 0 })
}

// concerned lists the hosts that an entry names, and says which of them are not here.
func (b *builder) concerned(hosts []string) Cell {
	if len(hosts) == 0 {
		return Cell{Kind: TextKind, Text: "all"}
	}
	var cells []Cell
	for _, name := range hosts {
		c := b.t(name)
		if !slices.ContainsFunc(b.audit.Hosts, func(h audit.Host) bool { return evidence.SameHost(h.Name, name) }) {
			c.Text += " (no host here)"
		}
		cells = append(cells, c)
	}
	return stack(TextKind, cells...)
}
