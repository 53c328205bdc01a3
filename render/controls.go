package render

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// controls is one Part for each host: every Control with everything that is known about it.
func (b *builder) controls() []Part {
	var parts []Part
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		p := Part{Anchor: hostAnchor(h.Name), Title: b.partTitle("Controls", h), Report: true}
		if b.manyHosts() {
			p.Blocks = append(p.Blocks, b.sectionChart(h))
		}
		for j := range h.Sections {
			s := &h.Sections[j]
			p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: b.line(s.Title), Anchor: sectionAnchor(h.Name, s.ID), Note: b.sectionNote(s)})
			p = withBlocks(p, b.sectionBlocks(h, s))
		}
		parts = append(parts, p)
	}
	if b.shows(Findings) && !b.shows(Full) {
		b.leaves("Controls: of those that do not fail, more than a line", inSheet(SheetControls))
	}
	return parts
}

// sectionBlocks are the Controls of a section: each with everything, or where the report is not full those that fail, and the
// others in a line.
func (b *builder) sectionBlocks(h *audit.Host, s *audit.Section) []Block {
	entries := &Entries{}
	t := &Table{Columns: []Column{{"Verdict", VerdictKind, 1.5}, {"Control", IDKind, 4}, {"What decided it", TextKind, 4}}}
	for k := range s.Controls {
		c := &s.Controls[k]
		if b.shows(Full) || c.After.Result == evidence.Fail {
			entries.List = append(entries.List, b.controlEntry(h, c))
			continue
		}
		id := b.id(h.Name, c.ID)
		id.Link, id.Also = "", []Cell{b.t(c.Statement)}
		decided := b.movedBy(h, after, c.After)
		if decided.Text == "" {
			decided = b.t("a person has to look; the workbook says at what")
		}
		t.Rows = append(t.Rows, Row{Anchor: controlAnchor(h.Name, c.ID), Cells: []Cell{verdict(c.After.Result), id, decided}})
	}
	var blocks []Block
	if len(entries.List) > 0 {
		blocks = append(blocks, entries)
	}
	if len(t.Rows) > 0 {
		blocks = append(blocks, t)
	}
	return blocks
}

// sectionNote counts what matters in a section: 3 of 12 fail, 1 needs review.
func (b *builder) sectionNote(s *audit.Section) string {
	var parts []string
	for _, r := range evidence.Results {
		if n := s.Counts.Of(r); n > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", Mark(r), n))
		}
	}
	return b.line(s.Part) + "   " + strings.Join(parts, "   ")
}

func (b *builder) controlEntry(h *audit.Host, c *audit.Assessed) Entry {
	e := Entry{Anchor: controlAnchor(h.Name, c.ID), Result: c.After.Result, ID: b.line(c.ID), Text: b.text(c.Statement), Tags: b.controlTags(c)}
	add := func(label string, value ...Cell) {
		if len(value) > 0 && value[0].Text != "" {
			e.Fields = append(e.Fields, Field{label, value})
		}
	}
	attested := false
	for _, group := range byExpected(c.After) {
		if byAttestation(group[0], c.Attestation) {
			attested = true
			add("Attested", append([]Cell{b.attestation(c.Attestation)}, b.cites(h.Name, after, group[0].Cites)...)...)
			group = group[1:]
		}
		if len(group) == 0 {
			continue
		}
		// What a person has to look at is also what an undecided Reason says; it is not said twice.
		if group[0].Expected != c.Statement {
			add("Expected", b.t(group[0].Expected))
		}
		if len(group) > 1 || group[0].Actual != c.Manual {
			add("Found", b.reasons(h, after, c.After, group)...)
		}
	}
	if c.After.Result == evidence.NeedsReview || len(c.After.Reasons) == 0 {
		add("Look at", b.t(c.Manual))
	}
	if c.Before != nil && (c.Before.Result != c.After.Result || actuals(*c.Before) != actuals(c.After)) {
		add("Before", b.brief(h, before, *c.Before, nil)...)
	}
	if c.After.Result == evidence.Fail || c.After.Result == evidence.NeedsReview {
		add("Fix", b.t(c.Fix))
	}
	for _, r := range c.Readings {
		text := b.t(r.Text)
		text.Text = b.line(r.Who) + " (" + b.line(r.ID) + "): " + text.Text
		value := []Cell{text}
		if len(r.After.Reasons) > 0 { // else it is a remark that nothing was checked for
			value = append(value, b.brief(h, after, r.After, c.After.Reasons)...)
		}
		add("Also read", value...)
	}
	if c.Exception != nil {
		e.Fields = append(e.Fields, b.exceptionField(c))
	}
	if c.Attestation != nil && !attested {
		add("Attested", b.attestation(c.Attestation))
	}
	add("STIG", b.rules(c.STIG)...)
	return e
}

func (b *builder) controlTags(c *audit.Assessed) string {
	tags := []string{string(c.Severity)}
	if c.After.Basis != "" && c.After.Basis != evidence.BasisNone {
		tags = append(tags, "by "+string(c.After.Basis))
	}
	if c.Movement != "" && c.Movement != evidence.OtherMovement {
		tags = append(tags, string(c.Movement))
	}
	if c.Exception != nil && !c.Expired && c.After.Result == evidence.Fail {
		tags = append(tags, "accepted")
	}
	return b.line(strings.Join(tags, " · "))
}

// expectations lists what the Reasons expected, each once.
func (b *builder) expectations(v evidence.Verdict) []Cell {
	var cells []Cell
	seen := map[string]bool{}
	for _, r := range v.Reasons {
		if r.Expected != "" && !seen[r.Expected] {
			seen[r.Expected] = true
			cells = append(cells, b.t(r.Expected))
		}
	}
	return cells
}

// byExpected groups the Reasons that expected the same, in the order of their first.
func byExpected(v evidence.Verdict) [][]evidence.Reason {
	var groups [][]evidence.Reason
	for _, r := range v.Reasons {
		i := slices.IndexFunc(groups, func(g []evidence.Reason) bool { return g[0].Expected == r.Expected })
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], r)
	}
	return groups
}

// mixed reports whether some Reasons of v have another Result than v.
func mixed(v evidence.Verdict) bool {
	return slices.ContainsFunc(v.Reasons, func(r evidence.Reason) bool { return r.Result != v.Result })
}

// reasons lists what some Reasons of v found, with Citations. Where they differ in their Result, each says its own.
func (b *builder) reasons(h *audit.Host, s side, v evidence.Verdict, list []evidence.Reason) []Cell {
	var cells []Cell
	for _, r := range list {
		found := b.t(r.Actual)
		if r.Actual == "" {
			found.Text = Word(r.Result)
		}
		if mixed(v) {
			found.Text = Mark(r.Result) + " " + found.Text
		}
		if r.Note != "" {
			found.Text += " (" + b.text(r.Note) + ")"
		}
		cells = append(cells, found)
		cells = append(cells, b.cites(h.Name, s, r.Cites)...)
	}
	return cells
}

// brief is a Result with the first of the Reasons that decided it, leaving out those that are said above already.
func (b *builder) brief(h *audit.Host, s side, v evidence.Verdict, above []evidence.Reason) []Cell {
	const most = 3
	var fresh []evidence.Reason
	repeated := 0
	for _, r := range deciding(v) {
		if slices.ContainsFunc(above, func(a evidence.Reason) bool { return a.Result == r.Result && a.Actual == r.Actual }) {
			repeated++
			continue
		}
		fresh = append(fresh, r)
	}
	alone := v
	alone.Reasons = fresh
	cells := b.reasons(h, s, alone, fresh[:min(most, len(fresh))])
	first := verdict(v.Result)
	switch {
	case len(cells) > 0:
		first.Kind, first.Text = TextKind, first.Text+": "+cells[0].Text
		cells[0] = first
	case repeated > 0:
		first.Kind, first.Text = TextKind, first.Text+": see above"
		return []Cell{first}
	default:
		return []Cell{first}
	}
	if n := len(fresh) - most; n > 0 {
		cells = append(cells, b.t(fmt.Sprintf("and %d more, which stand in audit.json", n)))
	}
	if repeated > 0 {
		cells = append(cells, b.t(fmt.Sprintf("and %d that %s above", repeated, plural(repeated, "stands", "stand"))))
	}
	return cells
}

// more says that n further Reasons stand with the Control.
func (b *builder) more(n int) Cell {
	return b.t(fmt.Sprintf("and %d more, which %s with the Control", n, plural(n, "stands", "stand")))
}

func actuals(v evidence.Verdict) string {
	var s strings.Builder
	for _, r := range v.Reasons {
		s.WriteString(r.Actual + "\n")
	}
	return s.String()
}

// byAttestation reports whether a Reason is that person's word and nothing that was seen. Facts stand in the answers file, too:
// that it is cited does not tell.
func byAttestation(r evidence.Reason, a *evidence.Attestation) bool {
	return a != nil && len(r.Cites) > 0 && r.Cites[0] == a.Cite
}

// foundLabel is what the findings of a Verdict are called: what was attested never looks like what was seen.
func foundLabel(v evidence.Verdict) string {
	if v.Basis == evidence.BasisAttestation {
		return "Attested"
	}
	return "Found"
}

// attestation says who attested what, and first of all if it does not count.
func (b *builder) attestation(a *evidence.Attestation) Cell {
	text := fmt.Sprintf("by %s on %s, until %s: it holds", a.By, day(a.On), day(a.ValidUntil))
	if !a.Holds {
		text = strings.TrimSuffix(text, "holds") + "does not hold"
	}
	if a.Comment != "" {
		text += " (" + a.Comment + ")"
	}
	if a.Attachment.Name != "" {
		in := "in the package"
		if b.audit.Reduced != nil {
			in = "in the whole package"
		}
		text += fmt.Sprintf("; with %s, "+in+" as %s, SHA-256 %s", a.Attachment.Name, a.Attachment.Path, a.Attachment.Digest)
	}
	switch a.At(b.audit.AsOf) {
	case evidence.Expired:
		text = "expired, counts as nothing: " + text
	case evidence.NotYetValid:
		text = "not yet valid, counts as nothing: " + text
	}
	return b.t(text)
}

// rules lists STIG rules, one a line: WN19-SO-000230 · V-205915 · ws2019 V3R8 · medium · exact.
func (b *builder) rules(refs []evidence.RuleRef) []Cell {
	var cells []Cell
	for _, r := range refs {
		var parts []string
		for _, s := range []string{string(r.STIGID), string(r.GroupID), strings.TrimSpace(r.Benchmark + " " + r.Release), string(r.Severity), r.Strength} {
			if s != "" {
				parts = append(parts, s)
			}
		}
		cells = append(cells, b.t(strings.Join(parts, " · ")))
	}
	return cells
}

// controlsSheet is the long form: one row a host and Control.
func (b *builder) controlsSheet() Part {
	t := &Table{Anchor: "sheet-controls-table", Columns: []Column{
		{"Control", IDKind, 2}, {"Host", TextKind, 1}, {"Section", TextKind, 2}, {"Statement", TextKind, 4}, {"Severity", TextKind, 1},
		{"Verdict", VerdictKind, 1}, {"Basis", TextKind, 1}, {"Before", VerdictKind, 1}, {"Movement", TextKind, 1.2}, {"Expected", TextKind, 3},
		{"Found", TextKind, 4}, {"Source", CiteKind, 4}, {"Fix", TextKind, 4}, {"To look at", TextKind, 3}, {"STIG rules", TextKind, 3},
		{"Other readings", TextKind, 3}, {"Accepted", TextKind, 2}, {"Attested", TextKind, 2}}}
	b.rows(t, func(yield func(Row) bool) {
		b.controlsWhile(func(h *audit.Host, s *audit.Section, c *audit.Assessed) bool {
			return yield(Row{Anchor: controlAnchor(h.Name, c.ID), Cells: b.controlCells(h, s, c)})
		})
	})
	return Part{Anchor: "sheet-controls", Title: "Controls", Sheet: SheetControls, Blocks: []Block{t}}
}

func (b *builder) controlCells(h *audit.Host, s *audit.Section, c *audit.Assessed) []Cell {
	was := Cell{Kind: VerdictKind}
	if c.Before != nil {
		was = verdict(c.Before.Result)
	}
	var found, source, readings []Cell
	for _, r := range c.After.Reasons {
		actual := r.Actual
		if r.Note != "" {
			actual += " (" + r.Note + ")"
		}
		found = append(found, b.t(actual))
		source = append(source, b.cites(h.Name, after, r.Cites)...)
	}
	for _, r := range c.Readings {
		readings = append(readings, b.t(fmt.Sprintf("%s (%s): %s", r.Who, r.ID, r.Text)))
		if len(r.After.Reasons) > 0 {
			readings = append(readings, verdict(r.After.Result))
		}
	}
	accepted, attested := Cell{Kind: TextKind}, Cell{Kind: TextKind}
	if c.Exception != nil {
		field := b.exceptionField(c)
		accepted.Text = field.Label + " " + field.Value[0].Text
	}
	if c.Attestation != nil {
		attested = b.attestation(c.Attestation)
	}
	return []Cell{b.id(h.Name, c.ID), b.t(h.Name), b.t(s.Title), b.t(c.Statement), b.t(string(c.Severity)), verdict(c.After.Result),
		b.t(string(c.After.Basis)), was, b.t(string(c.Movement)), stack(TextKind, b.expectations(c.After)...), stack(TextKind, found...),
		stack(CiteKind, source...), b.t(c.Fix), b.t(c.Manual), stack(TextKind, b.rules(c.STIG)...), stack(TextKind, readings...), accepted, attested}
}

// stigSheet has one row for each rule that a Control names. The verdict is the Control's: the rule's own may differ.
func (b *builder) stigSheet() Part {
	if b.fleet() {
		return b.fleetSTIG()
	}
	t := &Table{Anchor: "sheet-stig-table", Empty: "No Control names a STIG rule.", Columns: []Column{
		{"STIG ID", IDKind, 1.5}, {"Group", TextKind, 1}, {"Rule", TextKind, 2}, {"Benchmark", TextKind, 1}, {"Release", TextKind, 1},
		{"Severity", TextKind, 1}, {"Covers", TextKind, 1}, {"CCIs", TextKind, 1.5}, {"Host", TextKind, 1}, {"Control", IDKind, 2},
		{"Statement", TextKind, 4}, {"Control's verdict", VerdictKind, 1.2}}}
	b.eachControl(func(h *audit.Host, s *audit.Section, c *audit.Assessed) {
		for _, r := range c.STIG {
			t.Rows = append(t.Rows, Row{Cells: []Cell{b.t(string(r.STIGID)), b.t(string(r.GroupID)), b.t(string(r.RuleID)), b.t(r.Benchmark),
				b.t(r.Release), b.t(string(r.Severity)), b.t(r.Strength), b.t(strings.Join(r.CCIs, " ")), b.t(h.Name), b.id(h.Name, c.ID),
				b.t(c.Statement), verdict(c.After.Result)}})
		}
	})
	return Part{Anchor: "sheet-stig", Title: "STIG map", Sheet: SheetSTIG, Blocks: []Block{t}}
}
