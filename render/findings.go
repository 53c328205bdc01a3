package render

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// finding is a failing Control on a host.
type finding struct {
	host    *audit.Host
	section *audit.Section
	control *audit.Assessed
}

// accepted reports whether a valid Exception covers the finding. It stays a finding all the same.
func (f finding) accepted() bool { return f.control.Exception != nil && !f.control.Expired }

var severities = []evidence.Severity{evidence.High, evidence.Medium, evidence.Low}

func severityRank(s evidence.Severity) int {
	if i := slices.Index(severities, s); i >= 0 {
		return i
	}
	return len(severities)
}

// findings returns all failing Controls: by severity, accepted ones last within it, regressed ones first, else in the
// order of hosts and of the guide.
func (b *builder) findings() []finding {
	var list []finding
	b.eachControl(func(h *audit.Host, s *audit.Section, c *audit.Assessed) {
		if c.After.Result == evidence.Fail {
			list = append(list, finding{h, s, c})
		}
	})
	rank := func(f finding) int {
		n := 4 * severityRank(f.control.Severity)
		if f.accepted() {
			n += 2
		}
		if f.control.Movement != evidence.Regressed {
			n++
		}
		return n
	}
	slices.SortStableFunc(list, func(a, b finding) int { return rank(a) - rank(b) })
	return list
}

// decisive returns the first Reason that made the Verdict what it is, or nil.
func decisive(v evidence.Verdict) *evidence.Reason {
	for i := range v.Reasons {
		if v.Reasons[i].Result == v.Result {
			return &v.Reasons[i]
		}
	}
	return nil
}

// deciding returns all Reasons that made the Verdict what it is.
func deciding(v evidence.Verdict) []evidence.Reason {
	var list []evidence.Reason
	for _, r := range v.Reasons {
		if r.Result == v.Result {
			list = append(list, r)
		}
	}
	return list
}

func (b *builder) toFix() Part {
	p := Part{Anchor: "to-fix", Title: "To fix", Report: true}
	findings := b.findings()
	if len(findings) == 0 {
		text := "No statement fails. What could not be decided is listed with the Controls."
		if b.audit.Counts.Total() == 0 {
			text = "Nothing was assessed."
		}
		return withBlocks(p, []Block{&Paragraph{Text: text}})
	}
	for i, f := range findings {
		if i == 0 || f.control.Severity != findings[i-1].control.Severity {
			n := 0
			for _, g := range findings[i:] {
				if g.control.Severity == f.control.Severity {
					n++
				}
			}
			p.Blocks = append(p.Blocks, &Heading{Level: 1, Text: b.line(severityTitle(f.control.Severity)),
				Note: fmt.Sprintf("%d %s", n, plural(n, "finding", "findings"))}, &Entries{})
		}
		entries := p.Blocks[len(p.Blocks)-1].(*Entries)
		entries.List = append(entries.List, b.findingEntry(f))
	}
	return p
}

func severityTitle(s evidence.Severity) string {
	if s == "" {
		return "Without severity"
	}
	return strings.ToUpper(string(s)[:1]) + string(s)[1:] + " severity"
}

func (b *builder) findingEntry(f finding) Entry {
	e := Entry{Result: f.control.After.Result, ID: b.line(f.control.ID), Link: controlAnchor(f.host.Name, f.control.ID),
		Text: b.text(f.control.Statement), Tags: b.line(f.section.Title)}
	if b.manyHosts() {
		e.Tags = b.line(f.host.Name) + " · " + e.Tags
	}
	const most = 8
	var found, expected []Cell
	reasons := deciding(f.control.After)
	for i, r := range reasons {
		if i < most {
			found = append(found, b.t(r.Actual))
		}
		if c := b.t(r.Expected); r.Expected != "" && !slices.ContainsFunc(expected, func(e Cell) bool { return e.Text == c.Text }) {
			expected = append(expected, c)
		}
	}
	if n := len(reasons) - most; n > 0 {
		found = append(found, b.more(n))
	}
	e.Fields = append(e.Fields, Field{foundLabel(f.control.After), found}, Field{"Expected", expected}, Field{"Fix", []Cell{b.t(f.control.Fix)}})
	if since := b.since(f); since != "" {
		e.Fields = append(e.Fields, Field{"Since", []Cell{b.t(since)}})
	}
	if f.control.Exception != nil {
		e.Fields = append(e.Fields, b.exceptionField(f.control))
	}
	e.Fields = slices.DeleteFunc(e.Fields, func(f Field) bool { return len(f.Value) == 0 || f.Value[0].Text == "" })
	return e
}

// since tells how long a finding is known to exist, as far as two snapshots can tell.
func (b *builder) since(f finding) string {
	if f.host.Before == nil || f.control.Before == nil {
		return ""
	}
	then := FormatTime(f.host.Before.To)
	switch f.control.Before.Result {
	case evidence.Fail:
		return "failed already on " + then
	case evidence.Pass:
		return "new: passed on " + then
	}
	return "new: was " + Word(f.control.Before.Result) + " on " + then
}

func (b *builder) exceptionField(c *audit.Assessed) Field {
	return b.acceptance(c.Exception, c.Expired)
}

func (b *builder) acceptance(x *evidence.Exception, expired bool) Field {
	text := fmt.Sprintf("by %s on %s until %s: %s", x.Approver, day(x.On), day(x.Expires), x.Reason)
	if expired {
		return Field{"Expired", []Cell{b.t("was accepted " + text)}}
	}
	return Field{"Accepted", []Cell{b.t(text)}}
}

func (b *builder) toFixSheet() Part {
	t := &Table{Anchor: "sheet-to-fix-table", Empty: "No statement fails.", Columns: []Column{
		{"Control", IDKind, 2}, {"Host", TextKind, 1}, {"Severity", TextKind, 1}, {"Section", TextKind, 2}, {"Statement", TextKind, 4},
		{"Found", TextKind, 4}, {"Expected", TextKind, 3}, {"Fix", TextKind, 4}, {"Since", TextKind, 2}, {"Accepted", TextKind, 2},
		{"Source", CiteKind, 4}}}
	for _, f := range b.findings() {
		var found, expected, source []Cell
		for _, r := range deciding(f.control.After) {
			found = append(found, b.t(r.Actual))
			if c := b.t(r.Expected); !slices.ContainsFunc(expected, func(e Cell) bool { return e.Text == c.Text }) {
				expected = append(expected, c)
			}
			source = append(source, b.cites(f.host.Name, after, r.Cites)...)
		}
		accepted := Cell{Kind: TextKind}
		if f.control.Exception != nil {
			field := b.exceptionField(f.control)
			accepted = field.Value[0]
			accepted.Text = field.Label + " " + accepted.Text
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.id(f.host.Name, f.control.ID), b.t(f.host.Name), b.t(string(f.control.Severity)),
			b.t(f.section.Title), b.t(f.control.Statement), stack(TextKind, found...), stack(TextKind, expected...), b.t(f.control.Fix),
			b.t(b.since(f)), accepted, stack(CiteKind, source...)}})
	}
	return Part{Anchor: "sheet-to-fix", Title: "To fix", Sheet: SheetToFix, Blocks: []Block{t}}
}
