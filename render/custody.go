package render

import (
	"fmt"
	"strings"
	"time"

	"auditpack/evidence/audit"
)

// custody is the page that says which way the evidence took.
func (b *builder) custody() Part {
	p := Part{Anchor: "custody", Title: "Custody", Report: true}
	add := func(blocks ...Block) { p.Blocks = append(p.Blocks, blocks...) }
	add(&Paragraph{Text: "Who had the evidence in hand on its way from the host to this page, with what, and when. Below each time stands what it " +
		"rests on: the host's own clock, that of whoever imported, or somebody's claim."}, b.custodyTable())
	add(b.snapshotChain()...)
	add(&Heading{Level: 1, Text: "What this does not show"})
	add(&Fields{List: b.custodyLimits()})
	return p
}

// custodyTable is the report's form: what is long stands in the workbook and in the evidence index.
func (b *builder) custodyTable() *Table {
	t := &Table{Empty: "Nothing is known of the way that the evidence took.", Columns: []Column{
		{"When", TextKind, 40}, {"What", TextKind, 50}, {"Who and with what", TextKind, 52}, {"SHA-256 of it", MonoKind, 32}}}
	for i := range b.audit.Custody {
		c := &b.audit.Custody[i]
		what := b.t(deedLine(c))
		what.Strong = true
		if c.Host != "" {
			what.Also = append(what.Also, b.t(c.Host+", "+b.sideOf(c)))
		}
		if c.Fault != "" {
			what.Also = append(what.Also, b.t(c.Fault))
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{b.deedTime(c), what, b.deedBy(c), stack(MonoKind, b.deedDigests(c)...)}})
	}
	return t
}

// deedLine says what was done with what: imported · 19 items.
func deedLine(c *audit.Custody) string {
	if c.Items > 0 {
		return fmt.Sprintf("%s · %d %s", c.Deed, c.Items, plural(c.Items, "item", "items"))
	}
	if c.Host == "" {
		return string(c.Deed) + " · this package"
	}
	return string(c.Deed) + " · the snapshot"
}

// sideOf says which of its host's snapshots a step was done with.
func (b *builder) sideOf(c *audit.Custody) string {
	text := "snapshot"
	b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
		if snapshot.Folder == c.Object {
			text = "snapshot " + sideTitle(s)
		}
	})
	return text
}

func (b *builder) deedTime(c *audit.Custody) Cell {
	var lines []Cell
	if c.From.Equal(c.To) {
		lines = append(lines, b.t(FormatTime(c.From)))
	} else {
		lines = append(lines, b.t(FormatTime(c.From)), b.t("to "+FormatTime(c.To)))
	}
	if c.From.IsZero() {
		lines = nil
	}
	lines = append(lines, b.t(groundText(c)))
	if z := b.zoneOf(c); z != nil && !c.From.IsZero() {
		lines = append(lines, b.t("there "+localTime(z, c.From)))
	}
	return stack(TextKind, lines...)
}

// groundText says what the time of a step rests on.
func groundText(c *audit.Custody) string {
	switch {
	case c.Ground == audit.ByHostClock:
		return "by the host's clock"
	case c.Ground == audit.ByVantage:
		return "by the prober's clock"
	case c.Ground == audit.ByImporter:
		return "by the importer's clock"
	case c.Ground == audit.ByAsOf:
		return "as-of time"
	case c.Deed == audit.DeedSigned:
		return "the signature says"
	}
	return string(c.Ground)
}

func (b *builder) deedBy(c *audit.Custody) Cell {
	var lines []Cell
	who := c.Who
	switch {
	case who != "":
	case c.Note != "":
		who = c.Note
	case c.Fault != "":
		who = "nobody is shown"
	default:
		who = "not said by whom"
	}
	lines = append(lines, b.t(who))
	if c.With != "" {
		lines = append(lines, b.t(c.With))
	}
	for _, text := range []string{rightsText(c), clockText(c)} {
		if text != "" {
			lines = append(lines, b.t(text))
		}
	}
	return stack(TextKind, lines...)
}

// rightsText says with which rights a capture ran that was auditpack's own or its script's; empty of every other step.
func rightsText(c *audit.Custody) string {
	if c.Deed != audit.DeedCaptured || c.Ground != audit.ByHostClock {
		return ""
	}
	return RightsText(c.Circumstances.Rights)
}

// clockText says how the host's clock was off; empty where nothing is known or nothing rests on it.
func clockText(c *audit.Custody) string {
	switch {
	case !c.Clock.IsZero():
	case c.Ground != audit.ByHostClock:
		return ""
	case TimeServiceText(c.Circumstances.TimeService) != "":
		return TimeServiceText(c.Circumstances.TimeService)
	case c.ClockItem != "":
		return "clock: as its time service said, in " + c.ClockItem
	default:
		return "clock not compared"
	}
	offset, behind := strings.CutPrefix(c.Clock.Offset, "-")
	how := "ahead of"
	if behind {
		how = "behind"
	}
	return fmt.Sprintf("clock %s s %s %s, asked %s", offset, how, c.Clock.Source, FormatTime(c.Clock.Asked))
}

// deedDigests are short; the full ones stand below the table and in the workbook.
func (b *builder) deedDigests(c *audit.Custody) []Cell {
	switch {
	case !c.Signer.IsZero() && c.Deed == audit.DeedSigned:
		return []Cell{b.mono("certificate " + c.Signer.Short())}
	case !c.Signer.IsZero():
		return []Cell{b.mono(c.Digest.Short()), b.mono("certificate " + c.Signer.Short())}
	case !c.Digest.IsZero():
		return []Cell{b.mono(c.Digest.Short())}
	}
	return []Cell{b.t("–")}
}

// snapshotChain gives the digest of each snapshot in full, and says whether it names the one before it.
func (b *builder) snapshotChain() []Block {
	var blocks []Block
	for i := range b.audit.Hosts {
		h := &b.audit.Hosts[i]
		name := b.line(h.Name)
		if name == "" {
			name = "host not known"
		}
		f := &Fields{List: []Field{{"Snapshot now", []Cell{b.mono(h.After.Digest.String())}}}}
		f.List = append(f.List, b.zoneField(h, after, &h.After)...)
		if h.Before != nil {
			f.List = append(f.List, Field{"Snapshot before", []Cell{b.mono(h.Before.Digest.String())}})
			f.List = append(f.List, b.zoneField(h, before, h.Before)...)
		}
		f.List = append(f.List, b.linkField(h))
		blocks = append(blocks, &Heading{Level: 2, Text: name}, f)
	}
	if len(blocks) == 0 {
		return nil
	}
	return append([]Block{&Heading{Level: 1, Text: "Chain of snapshots"}, &Paragraph{Text: "A snapshot can name the digest of the one before it, so that " +
		"none can be taken away or put in between later. The digest is the SHA-256 of the snapshot's tagmanifest-sha256.txt."}}, blocks...)
}

func (b *builder) linkField(h *audit.Host) Field {
	switch {
	case h.Before != nil && h.NotLinked != "":
		return Field{"Not linked", []Cell{b.t(h.NotLinked)}}
	case h.Before != nil:
		return Field{"Linked", []Cell{b.t("the snapshot now names the one before")}}
	case !h.After.Previous.IsZero():
		return Field{"Names before it", []Cell{b.mono(h.After.Previous.String()), b.t("which is not in this package")}}
	}
	return Field{"Not linked", []Cell{b.t("the snapshot names none before it")}}
}

// custodyLimits says what no step above proves.
func (b *builder) custodyLimits() []Field {
	field := func(label, text string) Field { return Field{label, []Cell{{Kind: TextKind, Text: text}}} }
	var claimed, clock, signed bool
	for _, c := range b.audit.Custody {
		signed = signed || c.Deed == audit.DeedSigned
		claimed = claimed || c.Ground == audit.ByClaim
		clock = clock || c.Ground == audit.ByHostClock && c.Clock.IsZero()
	}
	var list []Field
	if claimed {
		list = append(list, field("Claimed times", "Whoever imported the files said when they were captured, and of which host, or the files' own times were "+
			"taken. Nothing here shows that it was so, nor who had them before."))
	}
	if clock {
		list = append(list, field("The host's clock", "The capture did not compare it with another clock: its times may be off by any amount, whatever its own time service said."))
	}
	list = append(list, field("Names", "They are as people typed them or as a certificate states them. A certificate that its own holder made proves that "+
		"the same key was used, not whose it is: compare its SHA-256 with the one that its holder gives you by another way."))
	if signed {
		return append(list, field("Signing", "When this package was signed stands in its signatures, and is proven only by a timestamp of an authority that "+
			"you trust. The package's own digest cannot stand inside it."))
	}
	return append(list, field("Packing", "This package is not sealed: anybody could have made it anew from the same evidence, or from other evidence. The "+
		"package's own digest cannot stand inside it."))
}

// custodySheet has everything that is known of each step.
func (b *builder) custodySheet() Part {
	t := &Table{Anchor: "sheet-custody-table", Empty: "Nothing is known of the way that the evidence took.", Columns: []Column{
		{"Step", NumberKind, 1}, {"What", TextKind, 1}, {"Host", TextKind, 1.5}, {"Object", MonoKind, 3}, {"Items", NumberKind, 1},
		{"From (UTC)", TimeKind, 1.5}, {"To (UTC)", TimeKind, 1.5}, {"Time rests on", TextKind, 1.5}, {"Who", TextKind, 2}, {"With", TextKind, 2}, {"Rights", TextKind, 2},
		{"SHA-256 of the object", MonoKind, 5}, {"SHA-256 of the certificate", MonoKind, 5}, {"Names before it", MonoKind, 5},
		{"Clock", TextKind, 2}, {"Host's zone", TextKind, 1}, {"Remarks", TextKind, 3}}}
	full := func(d interface {
		IsZero() bool
		String() string
	}) Cell {
		if d.IsZero() {
			return Cell{Kind: MonoKind}
		}
		return b.mono(d.String())
	}
	moment := func(at time.Time) Cell {
		if at.IsZero() {
			return Cell{Kind: TimeKind}
		}
		return when(at)
	}
	for i := range b.audit.Custody {
		c := &b.audit.Custody[i]
		var remarks, previous []Cell
		for _, text := range []string{c.Fault, c.Note} {
			if text != "" {
				remarks = append(remarks, b.t(text))
			}
		}
		b.eachSnapshot(func(h *audit.Host, s side, snapshot *audit.Snapshot) {
			if snapshot.Folder != c.Object {
				return
			}
			previous = append(previous, full(snapshot.Previous))
			if s == after && h.NotLinked != "" {
				remarks = append(remarks, b.t("not linked: "+h.NotLinked))
			}
		})
		items := Cell{Kind: NumberKind}
		if c.Items > 0 {
			items = number(c.Items)
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{number(i + 1), b.t(string(c.Deed)), b.t(c.Host), b.mono(c.Object), items, moment(c.From), moment(c.To),
			b.t(groundText(c)), b.t(c.Who), b.t(c.With), b.t(rightsText(c)), full(c.Digest), full(c.Signer), stack(MonoKind, previous...), b.t(clockText(c)),
			b.t(zoneText(b.zoneOf(c))), stack(TextKind, remarks...)}})
	}
	return Part{Anchor: "sheet-custody", Title: "Custody", Sheet: SheetCustody, Blocks: []Block{t}}
}
