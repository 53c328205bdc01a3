package render

import (
	"fmt"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/trend"
)

// BuildTrend lays t out: the report and the workbook of several packages.
func BuildTrend(t trend.Trend) Document {
	b := &trendBuilder{builder: &builder{counted: map[string]bool{}}, trend: t}
	d := Document{Title: "Hardening trend", Subject: b.subject(), AsOf: t.AsOf, Tool: b.line(t.Tool), Demo: t.Demo,
		Digest: fmt.Sprintf("trend of %d %s", len(t.Packages), plural(len(t.Packages), "package", "packages"))}
	d.Cover = b.cover(d)
	d.Parts = append(d.Parts, b.summary(), b.summarySheet())
	d.Parts = append(d.Parts, b.findings()...)
	d.Parts = append(d.Parts, b.compared())
	d.Parts = append(d.Parts, b.sheets()...)
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

// TrendSummary is t in a few sentences, and in numbers: one Field for the guide and each benchmark of each host, and one
// for the exceptions.
func TrendSummary(t trend.Trend) (string, []Field) {
	b := &trendBuilder{builder: &builder{counted: map[string]bool{}}, trend: t}
	return b.sentence(), b.keyFields().List
}

// trendBuilder is a builder whose audit is empty: what it shows is the trend.
type trendBuilder struct {
	*builder
	trend trend.Trend
}

func (b *trendBuilder) manyHosts() bool { return len(b.trend.Hosts) > 1 }

func (b *trendBuilder) subject() string {
	who := fmt.Sprintf("%d hosts", len(b.trend.Hosts))
	if len(b.trend.Hosts) == 1 {
		who = b.line(b.trend.Hosts[0].Name)
	}
	if b.trend.Client != "" {
		who = b.line(b.trend.Client) + " · " + who
	}
	return who
}

// each calls f for the guide and every benchmark of every host.
func (b *trendBuilder) each(f func(h *trend.Host, s *trend.Series)) {
	for i := range b.trend.Hosts {
		h := &b.trend.Hosts[i]
		f(h, &h.Guide)
		for j := range h.Benchmarks {
			f(h, &h.Benchmarks[j])
		}
	}
}

func (b *trendBuilder) cover(d Document) Cover {
	t := b.trend
	c := Cover{Title: d.Title, Subject: d.Subject, Guide: b.line(strings.TrimSpace(t.Guide.Title + " " + t.Guide.Edition)), Counts: countList(t.Counts)}
	if t.Before != nil {
		c.Before = countList(*t.Before)
	}
	add := func(label string, value ...Cell) { c.Lines = append(c.Lines, Field{label, value}) }
	for _, h := range t.Hosts[:min(len(t.Hosts), 8)] {
		host := []Cell{b.t(h.Name)}
		if h.OS != "" {
			host = append(host, b.t(h.OS))
		}
		add("Host", host...)
	}
	if n := len(t.Hosts) - 8; n > 0 {
		add("", b.t(fmt.Sprintf("and %d more", n)))
	}
	add("Packages", b.t(fmt.Sprintf("%d, as of %s to %s", len(t.Packages), day(t.From), day(t.AsOf))))
	add("As of", b.t(FormatTime(t.AsOf)))
	add("Made with", b.t(t.Tool))
	return c
}

// sentence is the trend in a few sentences.
func (b *trendBuilder) sentence() string {
	t := b.trend
	var s strings.Builder
	fmt.Fprintf(&s, "%d of %d statements fail as of %s", t.Counts.Fail, t.Counts.Total(), day(t.AsOf))
	if p := t.Before; p != nil {
		then := "on " + day(t.From)
		for _, h := range t.Hosts {
			if !h.Points[0].AsOf.Equal(t.From) {
				then = "in the oldest package of each host"
			}
		}
		switch d := t.Counts.Fail - p.Fail; {
		case d < 0:
			fmt.Fprintf(&s, ", %d fewer than %s", -d, then)
		case d > 0:
			fmt.Fprintf(&s, ", %d more than %s", d, then)
		default:
			fmt.Fprintf(&s, ", as many as %s", then)
		}
	}
	n := b.totals(func(s *trend.Series) bool { return len(s.Sections) > 0 })
	if n.unseen > 0 {
		fmt.Fprintf(&s, "; %d more failed when last seen, and nothing shows a fix", n.unseen)
	}
	s.WriteString(".")
	if t.Before == nil {
		return s.String()
	}
	fmt.Fprintf(&s, " %d %s fixed in between", n.fixed, plural(n.fixed, "was", "were"))
	if n.reopened > 0 {
		fmt.Fprintf(&s, ", %d of those that fail had been fixed before", n.reopened)
	}
	s.WriteString(".")
	if n.lost > 0 {
		fmt.Fprintf(&s, " %d %s known once and %s not now.", n.lost, plural(n.lost, "was", "were"), plural(n.lost, "is", "are"))
	}
	return s.String()
}

// trendTotals are numbers over several Series.
type trendTotals struct {
	open, accepted, reopened, unseen, fixed, closed, lost, newlyLost, dropped int

	oldest, longest int // days
	since           time.Time
}

func (b *trendBuilder) totals(of func(*trend.Series) bool) trendTotals {
	var n trendTotals
	b.each(func(_ *trend.Host, s *trend.Series) {
		if !of(s) {
			return
		}
		for _, f := range s.Open {
			n.open++
			if f.Exception != nil && !f.Expired {
				n.accepted++
			}
			if f.Reopened > 0 {
				n.reopened++
			}
			if f.Now != evidence.Fail {
				n.unseen++
			}
			if f.Days > n.oldest || n.since.IsZero() {
				n.oldest, n.since = f.Days, f.Opened
			}
		}
		for _, l := range s.Lost {
			n.lost++
			if l.New {
				n.newlyLost++
			}
		}
		n.fixed += s.Fixes.N
		n.closed += len(s.Closed)
		n.dropped += len(s.Dropped)
		n.longest = max(n.longest, s.Fixes.Longest)
	})
	return n
}

// keyFields are the numbers that the sentence has no room for.
func (b *trendBuilder) keyFields() *Fields {
	f := &Fields{}
	add := func(label, format string, args ...any) {
		f.List = append(f.List, Field{label, []Cell{b.t(fmt.Sprintf(format, args...))}})
	}
	b.each(func(h *trend.Host, s *trend.Series) {
		n := b.totals(func(o *trend.Series) bool { return o == s })
		label := "Guide"
		if len(s.Sections) == 0 {
			label = b.seriesName(s)
		}
		if b.manyHosts() {
			label = b.line(h.Name) + ": " + label
		}
		text := fmt.Sprintf("%d open", n.open)
		if n.open > 0 {
			text += fmt.Sprintf(", the oldest for %d days (since %s)", n.oldest, day(n.since))
		}
		for _, part := range []struct {
			n    int
			text string
		}{{n.accepted, "accepted"}, {n.reopened, "came back"}, {n.unseen, "not seen in the newest package"}} {
			if part.n > 0 {
				text += fmt.Sprintf("; %d %s", part.n, part.text)
			}
		}
		text += fmt.Sprintf(". %d fixed", n.fixed)
		if n.fixed > 0 {
			text += fmt.Sprintf(", within %d days by the median, %d at the longest", s.Fixes.Median, n.longest)
		}
		text += fmt.Sprintf(". %d no longer known", n.lost)
		if n.lost > 0 {
			text += fmt.Sprintf(", %d of them new", n.newlyLost)
		}
		add(label, "%s.", text)
	})
	if n := len(b.trend.Exceptions); n > 0 {
		expired, soon := 0, 0
		for _, x := range b.trend.Exceptions {
			if x.Standing == evidence.Expired {
				expired++
			}
			if x.Soon {
				soon++
			}
		}
		add("Exceptions", "%d in all, %d expired, %d %s within %d days.", n, expired, soon, plural(soon, "expires", "expire"), trend.Soon)
	}
	return f
}

// seriesName names a benchmark, or the guide, for people.
func (b *trendBuilder) seriesName(s *trend.Series) string {
	name := strings.Replace(s.Title, "Security Technical Implementation Guide", "STIG", 1)
	if name == "" {
		name = s.ID
	}
	if s.Site != "" {
		name += ", " + s.Site
	}
	return b.line(name)
}

// pointNames are the days of a host's packages, or the times where a day has two.
func pointNames(h *trend.Host) []string {
	var names []string
	for _, p := range h.Points {
		names = append(names, day(p.AsOf))
	}
	for i, p := range h.Points {
		if i > 0 && day(h.Points[i-1].AsOf) == day(p.AsOf) || i+1 < len(h.Points) && day(h.Points[i+1].AsOf) == day(p.AsOf) {
			names[i] = FormatTime(p.AsOf)
		}
	}
	return names
}

// overTime is a table and a chart with a line for each package that judged the guide or benchmark.
func (b *trendBuilder) overTime(h *trend.Host, s *trend.Series, anchor, title string) []Block {
	t := newCountsTable(anchor)
	t.Columns[0].Title, t.Columns[0].Weight = "As of", 1.6
	c := &Chart{Kind: StackedBars, Title: title, Table: anchor}
	var counts []audit.Counts
	var missing []string
	for i, name := range pointNames(h) {
		if s.Counts[i].Total() == 0 {
			missing = append(missing, name)
			continue
		}
		if i > 0 && s.Releases[i] != s.Releases[i-1] && len(s.Sections) == 0 || i == 0 && len(s.Sections) == 0 {
			name += " · " + b.line(s.Releases[i])
		}
		t.add(name, s.Counts[i])
		c.Categories = append(c.Categories, name)
		counts = append(counts, s.Counts[i])
	}
	c.Series = series(counts)
	blocks := []Block{c, t.Table}
	if len(missing) > 0 {
		blocks = append(blocks, &Paragraph{Text: "Not judged in the package of " + strings.Join(missing, ", ") + "."})
	}
	return blocks
}

func (b *trendBuilder) summary() Part {
	p := Part{Anchor: "summary", Title: "Summary", Report: true, Blocks: []Block{&Paragraph{Text: b.sentence(), Lead: true}, b.keyFields()}}
	if b.manyHosts() {
		return withBlocks(p, []Block{b.hostChart(), b.hostTable()})
	}
	h := &b.trend.Hosts[0]
	p.Blocks = append(p.Blocks, b.overTime(h, &h.Guide, "time", "Verdicts over time")...)
	if len(h.Points) > 1 {
		p.Blocks = append(p.Blocks, b.sectionChart(h))
	}
	return p
}

// hostChart compares the newest package of each host with its oldest.
func (b *trendBuilder) hostChart() *Chart {
	c := &Chart{Kind: StackedBars, Title: "Verdicts by host, oldest package and newest", Table: "hosts"}
	var now, then []audit.Counts
	for _, h := range b.trend.Hosts {
		c.Categories = append(c.Categories, b.line(h.Name))
		c.Links = append(c.Links, trendAnchor(&h, &h.Guide))
		now, then = append(now, h.Guide.Counts[len(h.Points)-1]), append(then, h.Guide.Counts[0])
	}
	c.Series = series(now)
	if b.trend.Before != nil {
		c.Before = series(then)
	}
	return c
}

func (b *trendBuilder) hostTable() *Table {
	t := countsByName("hosts", "", "Host")
	for i, weight := range []float64{2.2, 1.1, 1.5, 1.5, 1.1, 1.6, 0.6, 1.2} {
		t.Columns[i].Weight = weight
	}
	t.Columns[len(t.Columns)-1].Title = "failing at first"
	for _, h := range b.trend.Hosts {
		t.Rows = append(t.Rows, countsRow(b.t(h.Name), h.Guide.Counts[len(h.Points)-1], &h.Guide.Counts[0]))
	}
	return t
}

// sectionChart compares the sections of the guide in the oldest and the newest package of a host.
func (b *trendBuilder) sectionChart(h *trend.Host) *Chart {
	c := &Chart{Kind: StackedBars, Title: "By section of the guide: " + day(h.Points[0].AsOf) + " above, " + day(h.Points[len(h.Points)-1].AsOf) + " below",
		Table: "sections/" + h.Name}
	var now, then []audit.Counts
	for _, s := range h.Guide.Sections {
		is, was := s.Counts[len(h.Points)-1], s.Counts[0]
		if is.Total() == 0 {
			continue
		}
		c.Categories = append(c.Categories, b.line(s.Title))
		now, then = append(now, is), append(then, was)
	}
	c.Series = series(now)
	if len(h.Points) > 1 {
		c.Before = series(then)
	}
	return c
}

func trendAnchor(h *trend.Host, s *trend.Series) string {
	return "trend/" + h.Name + "/" + s.ID + "/" + s.Site
}

// sectionTable shows how many statements of each section fail, package by package; the newest ones where there are many.
func (b *trendBuilder) sectionTable(h *trend.Host) *Table {
	const most = 6
	names := pointNames(h)
	from := max(0, len(names)-most)
	t := &Table{Columns: []Column{{"Failing statements of the section", TextKind, 4}}, Empty: "The guide has no sections."}
	for _, name := range names[from:] {
		t.Columns = append(t.Columns, Column{name, NumberKind, 1.2})
	}
	t.Columns = append(t.Columns, Column{"of", NumberKind, 0.6}, Column{"not decided now", NumberKind, 1})
	for _, s := range h.Guide.Sections {
		row := Row{Cells: []Cell{b.t(s.Title)}}
		for _, c := range s.Counts[from:] {
			if c.Total() == 0 {
				row.Cells = append(row.Cells, Cell{Kind: NumberKind})
				continue
			}
			row.Cells = append(row.Cells, number(c.Fail))
		}
		now := s.Counts[len(s.Counts)-1]
		row.Cells = append(row.Cells, number(now.Total()), number(now.NeedsReview+now.NotCollected))
		t.Rows = append(t.Rows, row)
	}
	return t
}
