package render

import (
	"fmt"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

func (b *builder) cover() Cover {
	c := Cover{
		Title:   "Hardening audit",
		Subject: b.subject(),
		Guide:   b.line(strings.TrimSpace(b.audit.Guide.Title + " " + b.audit.Guide.Edition)),
		Counts:  countList(b.audit.Counts),
	}
	if p := b.before(); p != nil {
		c.Before = countList(*p)
	}
	add := func(label string, value ...Cell) { c.Lines = append(c.Lines, Field{label, value}) }
	if r := b.audit.Reduced; r != nil {
		add("Withheld", b.t(fmt.Sprintf("%d %s of evidence; what evidence shows is masked", r.Items, plural(r.Items, "item", "items"))))
	}
	if b.fleet() {
		b.fleetCover(add)
	}
	for _, h := range b.audit.Hosts {
		if b.fleet() {
			break
		}
		host := []Cell{b.t(h.Name)}
		if h.OS != "" {
			host = append(host, b.t(h.OS))
		}
		add("Host", host...)
		add("Captured", b.t(FormatPeriod(h.After.From, h.After.To)))
		c.Lines = append(c.Lines, b.zoneField(&h, after, &h.After)...)
		if h.Before != nil {
			add("Compared with", b.t(FormatPeriod(h.Before.From, h.Before.To)))
		} else if b.hasBefore() {
			add("Compared with", b.t("nothing: no earlier snapshot of it is here"))
		}
		if !h.After.Digest.IsZero() && len(b.audit.Hosts) <= 4 {
			add("Snapshot SHA-256", b.mono(h.After.Digest.String()))
		}
	}
	add("As of", b.t(FormatTime(b.audit.AsOf)))
	if b.audit.PreparedBy != "" {
		add("Prepared by", b.t(b.audit.PreparedBy))
	}
	if !b.audit.Guide.Digest.IsZero() {
		add("Guide data SHA-256", b.mono(b.audit.Guide.Digest.String()))
	}
	add("Made with", b.t(b.audit.Tool))
	return c
}

func countList(c audit.Counts) []Count {
	var list []Count
	for _, r := range evidence.Results {
		list = append(list, Count{r, c.Of(r)})
	}
	return list
}

// sentence is the report in one sentence, and a second one for what is not known.
func (b *builder) sentence() string {
	c := b.audit.Counts
	if c.Total() == 0 {
		return "Nothing was assessed."
	}
	var s strings.Builder
	switch c.Fail {
	case 0:
		fmt.Fprintf(&s, "None of %d statements%s fails", c.Total(), b.onHosts())
	case 1:
		fmt.Fprintf(&s, "1 of %d statements%s fails", c.Total(), b.onHosts())
	default:
		fmt.Fprintf(&s, "%d of %d statements%s fail", c.Fail, c.Total(), b.onHosts())
	}
	if p := b.before(); p != nil {
		s.WriteString(", " + changed(c.Fail-p.Fail))
	}
	if c.FailHigh > 0 {
		fmt.Fprintf(&s, "; %d of high severity", c.FailHigh)
	}
	if c.Accepted > 0 {
		fmt.Fprintf(&s, "; %d accepted for a time", c.Accepted)
	}
	s.WriteString(".")
	if n, now := b.audit.Compared(); b.audit.Before != nil && b.before() == nil {
		fmt.Fprintf(&s, " On the %d %s with an earlier snapshot %d %s, %s.", n, plural(n, "host", "hosts"), now.Fail, plural(now.Fail, "fails", "fail"), changed(now.Fail-b.audit.Before.Fail))
	}
	if n := b.attestedVerdicts(); n > 0 {
		fmt.Fprintf(&s, " %d %s on a person's word, not on evidence.", n, plural(n, "verdict rests", "verdicts rest"))
	}
	if open := c.NeedsReview + c.NotCollected; open > 0 {
		fmt.Fprintf(&s, " %d more could not be decided from the evidence.", open)
	}
	return s.String()
}

// attestedVerdicts counts the verdicts that nothing but an attestation decided.
func (b *builder) attestedVerdicts() int {
	n := 0
	b.eachControl(func(h *audit.Host, s *audit.Section, c *audit.Assessed) {
		if c.After.Basis == evidence.BasisAttestation {
			n++
		}
	})
	return n
}

func (b *builder) summary() Part {
	p := Part{Anchor: "summary", Title: "Summary", Report: true}
	p.Blocks = append(p.Blocks, &Paragraph{Text: b.sentence(), Lead: true})
	p.Blocks = append(p.Blocks, b.reducedCallout()...)
	grave := b.graveCallout()
	p.Blocks = append(p.Blocks, grave...)
	p.Blocks = append(p.Blocks, b.countsTable(), b.resultChart())
	if grave == nil { // else no verdict stands, and nothing is known to need a fix
		p.Blocks = append(p.Blocks, b.firstToFix()...)
	}
	return withBlocks(p, b.notCollected())
}

func withBlocks(p Part, blocks []Block) Part {
	p.Blocks = append(p.Blocks, blocks...)
	return p
}

// countsTable has a row for each snapshot.
func (b *builder) countsTable() *Table {
	t := newCountsTable("counts")
	if b.audit.Before == nil {
		t.add("Statements", b.audit.Counts)
		return t.Table
	}
	t.add("Now", b.audit.Counts)
	if b.before() != nil {
		t.add("Before", *b.audit.Before)
		return t.Table
	}
	n, now := b.audit.Compared()
	of := fmt.Sprintf(", on %d of %d hosts", n, len(b.audit.Hosts))
	t.add("Now"+of, now)
	t.add("Before"+of, *b.audit.Before)
	return t.Table
}

// counts is a table with a column for each Result.
type counts struct{ *Table }

func newCountsTable(anchor string) counts {
	t := counts{&Table{Anchor: anchor, Columns: []Column{{"", TextKind, 1}}}}
	for _, r := range evidence.Results {
		t.Columns = append(t.Columns, Column{Mark(r) + " " + Word(r), NumberKind, 1.4})
	}
	t.Columns = append(t.Columns, Column{"all", NumberKind, 0.6})
	return t
}

func (t counts) add(label string, c audit.Counts) {
	row := Row{Cells: []Cell{{Kind: TextKind, Text: label}}}
	for _, r := range evidence.Results {
		row.Cells = append(row.Cells, number(c.Of(r)))
	}
	t.Rows = append(t.Rows, Row{Cells: append(row.Cells, number(c.Total()))})
}

// resultChart has a bar for each section of the guide, or for each host if there are several.
func (b *builder) resultChart() *Chart {
	if !b.manyHosts() && len(b.audit.Hosts) > 0 {
		c := b.sectionChart(&b.audit.Hosts[0])
		c.Title = "Verdicts by section of the guide"
		return c
	}
	if len(b.audit.Hosts) > maxBars {
		return b.allSectionsChart()
	}
	c := &Chart{Kind: StackedBars, Title: "Verdicts by host", Table: "hosts"}
	var now, then []audit.Counts
	for _, h := range b.audit.Hosts {
		c.Categories = append(c.Categories, b.line(h.Name))
		c.Links = append(c.Links, hostAnchor(h.Name))
		now = append(now, h.Counts)
		then = append(then, orZero(h.CountsBefore))
	}
	c.Series = series(now)
	if b.hasBefore() {
		c.Before = series(then)
	}
	return c
}

func hostAnchor(host string) string { return "host/" + host }

func (b *builder) sectionChart(h *audit.Host) *Chart {
	c := &Chart{Kind: StackedBars, Title: "Verdicts by section", Table: "sections"}
	var now, then []audit.Counts
	for _, s := range h.Sections {
		c.Categories = append(c.Categories, b.line(s.Title))
		c.Links = append(c.Links, sectionAnchor(h.Name, s.ID))
		now = append(now, s.Counts)
		then = append(then, orZero(s.CountsBefore))
	}
	c.Series = series(now)
	if h.Before != nil {
		c.Before = series(then)
	}
	return c
}

func orZero(c *audit.Counts) audit.Counts {
	if c == nil {
		return audit.Counts{}
	}
	return *c
}

func series(counts []audit.Counts) []Series {
	var list []Series
	for i, r := range evidence.Results {
		s := Series{Name: Word(r), Result: r, Column: i + 1}
		for _, c := range counts {
			s.Values = append(s.Values, c.Of(r))
		}
		list = append(list, s)
	}
	return list
}

func (b *builder) firstToFix() []Block {
	if b.manyHosts() { // one statement that fails on all of them is one thing to fix
		return b.firstToFixWhere()
	}
	findings := b.findings()
	if len(findings) == 0 {
		return nil
	}
	t := &Table{Columns: []Column{{"Severity", TextKind, 1}, {"Control", IDKind, 2.5}, {"Statement, and what was found", TextKind, 7.5}}}
	for _, f := range findings[:min(5, len(findings))] {
		found := Cell{Kind: TextKind, Text: shorten(b.line(f.control.Statement), 66), Strong: true}
		if r := decisive(f.control.After); r != nil {
			found.Also = []Cell{{Kind: TextKind, Text: shorten(b.line(r.Actual), 74)}}
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(string(f.control.Severity)), b.id(f.host.Name, f.control.ID), found}})
	}
	return []Block{&Heading{Level: 2, Text: "To fix first"}, t}
}

// shorten is for the summary page only, where the whole text stands elsewhere.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	cut := string(runes[:n])
	if i := strings.LastIndexByte(cut, ' '); i > n/2 {
		cut = cut[:i]
	}
	return cut + " …"
}

// notCollected tells what the snapshot lacks: Items that are no evidence, and the Controls that nothing decides.
func (b *builder) notCollected() []Block {
	most := 3
	if b.audit.Reduced != nil {
		most = 0 // what is said of the package takes their place on the page
	}
	t := &Table{Columns: []Column{{"Item", CiteKind, 1}, {"Why", TextKind, 1}}}
	total := 0
	for _, h := range b.audit.Hosts {
		for i := range h.After.Items {
			item := &h.After.Items[i]
			why := whyNoEvidence(item)
			if !lacking(item) {
				continue
			}
			if total++; total <= most {
				path := item.Path
				if b.manyHosts() {
					path = h.Name + ": " + path
				}
				t.Rows = append(t.Rows, Row{Cells: []Cell{
					{Kind: CiteKind, Text: b.line(path), Link: itemAnchor(h.Name, after, item.Path)},
					{Kind: TextKind, Text: shorten(b.line(why), 56)}}})
			}
		}
	}
	n := b.audit.Counts.NotCollected
	text := fmt.Sprintf("%d %s reached by no evidence.", n, plural(n, "statement was", "statements were"))
	switch {
	case b.audit.Counts.Total() == 0:
		text = "There is no statement that evidence could reach."
	case n == 0:
		text = "No check lacked the evidence that it asks for."
	}
	if total > 0 {
		text += fmt.Sprintf(" %d %s could not be used as evidence", total, plural(total, "item", "items"))
		where := "in the evidence index"
		if b.fleet() || !b.shows(Full) {
			where = "in the workbook's sheet " + SheetEvidence
		}
		switch {
		case most == 0:
			text += "; which and why stands " + where + "."
		case total > most:
			text += fmt.Sprintf("; the first %d, the others are %s:", most, where)
		default:
			text += ":"
		}
	}
	blocks := []Block{&Heading{Level: 2, Text: "What was not collected"}, &Paragraph{Text: text}}
	if len(t.Rows) > 0 {
		blocks = append(blocks, t)
	}
	return blocks
}

// lacking reports whether an Item was to be evidence and is none. What shows that something is not there is evidence of that.
func lacking(item *audit.Item) bool {
	return whyNoEvidence(item) != "" && !item.ForPeople() && (item.Status != evidence.Absent || item.Missing == "")
}

// whyNoEvidence says why an Item decides nothing, or returns "" if it may.
func whyNoEvidence(item *audit.Item) string {
	switch {
	case item.ForPeople() && item.Status == evidence.Captured && (item.ReadAs == "" || item.Refusal != ""):
		return "kept for people to read"
	case item.Refusal != "":
		return "refused: " + item.Refusal
	case item.Status != evidence.Captured && item.Note != "":
		return string(item.Status) + ": " + item.Note
	case item.Status != evidence.Captured:
		return string(item.Status)
	case item.ReadAs == "":
		return "not recognised; kept as it is"
	}
	return ""
}

func (b *builder) summarySheet() Part {
	p := Part{Anchor: "sheet-summary", Title: "Summary", Sheet: SheetSummary}
	p.Blocks = append(p.Blocks, &Paragraph{Text: b.sentence(), Lead: true})
	p.Blocks = append(p.Blocks, b.reducedCallout()...)
	p.Blocks = append(p.Blocks, &Fields{List: b.cover().Lines}, b.countsTable())
	p.Blocks = append(p.Blocks, b.columnsChart())
	switch {
	case len(b.audit.Hosts) > maxBars: // each host has its line in the sheet Hosts
		p.Blocks = append(p.Blocks, b.allSectionsTable(), b.allSectionsChart())
	case b.fleet():
		p.Blocks = append(p.Blocks, b.hostsTable(), b.resultChart(), b.allSectionsTable(), b.allSectionsChart())
	case b.manyHosts():
		p.Blocks = append(p.Blocks, b.hostsTable(), b.resultChart())
	}
	for i := range b.audit.Hosts {
		if b.fleet() {
			break
		}
		h := &b.audit.Hosts[i]
		t, c := b.sectionsTable(h), b.sectionChart(h)
		if b.manyHosts() {
			t.Title = "Verdicts by section: " + b.line(h.Name)
			t.Anchor += "/" + h.Name
			c.Title, c.Table = t.Title, t.Anchor
		}
		p.Blocks = append(p.Blocks, t, c)
	}
	return withBlocks(p, []Block{&Replaced{}})
}
