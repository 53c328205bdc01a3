package render_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// dump writes a Document as text: one line a field or row, long tables up to their tenth row.
func dump(d render.Document) string {
	var s strings.Builder
	out := func(format string, args ...any) { fmt.Fprintf(&s, format+"\n", args...) }
	out("%s | %s | %s | %s | %s | demo %v | escaped %d", d.Title, d.Subject, render.FormatTime(d.AsOf), d.Digest, d.Tool, d.Demo, d.Escaped)
	out("cover: %s | %s | %s", d.Cover.Title, d.Cover.Subject, d.Cover.Guide)
	out("  now %v before %v", d.Cover.Counts, d.Cover.Before)
	for _, f := range d.Cover.Lines {
		out("  %s: %s", f.Label, cells(f.Value))
	}
	for _, p := range d.Parts {
		out("\n== %s (%s) report %v sheet %q", p.Title, p.Anchor, p.Report, p.Sheet)
		for _, b := range p.Blocks {
			dumpBlock(out, b)
		}
	}
	return s.String()
}

func dumpBlock(out func(string, ...any), b render.Block) {
	switch b := b.(type) {
	case *render.Heading:
		out("%s %s {%s} %s", strings.Repeat("#", b.Level), b.Text, b.Anchor, b.Note)
	case *render.Paragraph:
		out("lead %v: %s", b.Lead, b.Text)
	case *render.Fields:
		for _, f := range b.List {
			out("  %s: %s", f.Label, cells(f.Value))
		}
	case *render.Table:
		out("table %q {%s}", b.Title, b.Anchor)
		for _, c := range b.Columns {
			out("  column %s: %s %g", c.Title, c.Kind, c.Weight)
		}
		for i, r := range b.Rows {
			if i == 10 {
				out("  … %d rows", len(b.Rows))
				break
			}
			out("  row {%s} %s%s", r.Anchor, r.Group, cells(r.Cells))
		}
	case *render.Entries:
		for _, e := range b.List {
			out("entry {%s}->{%s} %s %s: %s [%s]", e.Anchor, e.Link, e.Result, e.ID, e.Text, e.Tags)
			for _, f := range e.Fields {
				out("    %s: %s", f.Label, cells(f.Value))
			}
		}
	case *render.Chart:
		out("chart %s %q of %s", b.Kind, b.Title, b.Table)
		for i, c := range b.Categories {
			line := c + ":"
			for _, s := range b.Before {
				line += fmt.Sprintf(" (%d)", s.Values[i])
			}
			for _, s := range b.Series {
				line += fmt.Sprintf(" %d", s.Values[i])
			}
			out("  %s", line)
		}
	case *render.Code:
		out("code\n  %s", strings.Join(b.Lines, "\n  "))
	case *render.Callout:
		out("callout %s (warn %v): %s", b.Title, b.Warn, b.Text)
	case *render.SignaturePanel:
		out("signature panel %s: %s", b.Role, b.Duty)
	case *render.Replaced:
		out("replaced: %s", b.Text(0))
	}
}

func cells(list []render.Cell) string {
	var parts []string
	for _, c := range list {
		var lines []string
		for _, l := range c.Lines() {
			text := l.Text
			if l.Link != "" {
				text += "->{" + l.Link + "}"
			}
			lines = append(lines, text)
		}
		parts = append(parts, strings.Join(lines, " / "))
	}
	return strings.Join(parts, " | ")
}

func TestBuildGolden(t *testing.T) {
	single := rendertest.Audit()
	forgetBefore(&single)
	single.Hosts[0].Contradictions = nil
	single.Custody = single.Custody[:len(single.Custody)-1] // not signed
	for name, d := range map[string]render.Document{
		"compared": render.Build(rendertest.Audit()),
		"single":   render.Build(single),
		"empty":    render.Build(audit.Audit{}),
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, d)
		})
	}
}

// golden compares a Document with testdata/NAME.golden, or with -update writes it.
func golden(t *testing.T, name string, d render.Document) {
	t.Helper()
	got, path := dump(d), filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("document differs (-want +got):\n%s", diff)
	}
}

// forgetBefore removes the earlier snapshot.
func forgetBefore(a *audit.Audit) {
	a.Before = nil
	for i := range a.Hosts {
		h := &a.Hosts[i]
		h.Before, h.CountsBefore, h.Movements, h.Changes, h.SetAside = nil, nil, nil, nil, 0
		for j := range h.Sections {
			h.Sections[j].CountsBefore = nil
			for k := range h.Sections[j].Controls {
				h.Sections[j].Controls[k].Before, h.Sections[j].Controls[k].Movement = nil, ""
			}
		}
	}
}

// twoHosts is the sample and a second host.
func twoHosts() audit.Audit {
	a := rendertest.Audit()
	second := rendertest.Audit().Hosts[0]
	second.Name, second.Before, second.CountsBefore = "AUTOMATE02", nil, nil
	a.Hosts = append(a.Hosts, second)
	return a
}

// medium is what one pen sees of a Document.
type medium struct {
	name    string
	anchors map[string]bool
	links   map[string]string // link to its text
	texts   []string
}

func (m *medium) cell(c render.Cell) {
	for _, l := range c.Lines() {
		m.texts = append(m.texts, l.Text)
		if l.Link != "" {
			m.links[l.Link] = l.Text
		}
	}
}

func (m *medium) fields(list []render.Field) {
	for _, f := range list {
		for _, c := range f.Value {
			m.cell(c)
		}
	}
}

func walk(t *testing.T, d render.Document, name string, of func(render.Part) bool) *medium {
	m := &medium{name: name, anchors: map[string]bool{}, links: map[string]string{}}
	m.fields(d.Cover.Lines)
	for _, p := range d.Parts {
		if !of(p) {
			continue
		}
		m.anchors[p.Anchor] = true
		for _, b := range p.Blocks {
			switch b := b.(type) {
			case *render.Heading:
				m.anchors[b.Anchor] = true
				m.texts = append(m.texts, b.Text, b.Note)
			case *render.Paragraph:
				m.texts = append(m.texts, b.Text)
			case *render.Fields:
				m.fields(b.List)
			case *render.Table:
				m.anchors[b.Anchor] = true
				for i, r := range b.Rows {
					if r.Group == "" && len(r.Cells) != len(b.Columns) {
						t.Errorf("%s: row %d has %d cells, want %d", p.Title, i, len(r.Cells), len(b.Columns))
					}
					m.anchors[r.Anchor] = true
					for _, c := range r.Cells {
						m.cell(c)
					}
				}
			case *render.Entries:
				for _, e := range b.List {
					m.anchors[e.Anchor] = true
					m.texts = append(m.texts, e.ID, e.Text, e.Tags)
					if e.Link != "" {
						m.links[e.Link] = e.ID
					}
					m.fields(e.Fields)
				}
			case *render.Chart:
				m.texts = append(m.texts, b.Categories...)
				if p.Report {
					for _, l := range b.Links {
						m.links[l] = b.Title
					}
				}
			}
		}
	}
	return m
}

func media(t *testing.T, d render.Document) []*medium {
	return []*medium{
		walk(t, d, "report", func(p render.Part) bool { return p.Report }),
		walk(t, d, "workbook", func(p render.Part) bool { return p.Sheet != "" }),
	}
}

func TestLinksHaveTargets(t *testing.T) {
	for _, a := range []audit.Audit{rendertest.Audit(), twoHosts()} {
		for _, m := range media(t, render.Build(a)) {
			for link, text := range m.links {
				if !m.anchors[link] {
					t.Errorf("%s: the link of %q leads to %s, which is nowhere", m.name, text, link)
				}
			}
			if len(m.links) < 30 {
				t.Errorf("%s has %d links only", m.name, len(m.links))
			}
		}
	}
}

func TestEveryTextIsClean(t *testing.T) {
	a := twoHosts()
	h := &a.Hosts[0]
	for _, s := range []*string{&a.Client, &a.PreparedBy, &a.Tool, &a.Guide.Title, &h.Name, &h.OS, &h.After.Operator, &h.After.Folder, &h.After.Tool,
		&h.Sections[0].ID, &h.Sections[0].Title, &h.Sections[0].Part, &h.Contradictions[0].Subject, &h.Contradictions[0].Values[0]} {
		*s = rendertest.Hostile
	}
	c := &h.Sections[0].Controls[0]
	for _, s := range []*string{&c.ID, &c.Statement, &c.Fix, &c.Manual, &c.After.Reasons[0].Actual, &c.After.Reasons[0].Expected, &c.After.Reasons[0].Note} {
		*s = rendertest.Hostile
	}
	c.After.Result, c.Severity = evidence.Fail, rendertest.Hostile
	it := &h.After.Items[0]
	for _, s := range []*string{&it.Path, &it.Name, &it.Source, &it.By, &it.ReadAs, &it.Refusal, &it.Note} {
		*s = rendertest.Hostile
	}
	it.Command = []string{rendertest.Hostile}
	h.Changes[3].Before, h.Changes[3].Address = rendertest.Hostile, rendertest.Hostile
	a.Exceptions[0].Reason = rendertest.Hostile
	d := render.Build(a)
	if d.Escaped == 0 {
		t.Error("no replacement is counted")
	}
	for _, m := range media(t, d) {
		for _, s := range append(m.texts, d.Subject, d.Title, d.Tool, d.Cover.Guide) {
			for _, r := range s {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
					t.Fatalf("%s: %q holds %U", m.name, s, r)
				}
			}
		}
	}
}

// Every failing Control stands in To fix once, and every Control in the workbook's long form.
func TestNothingIsLeftOut(t *testing.T) {
	a := rendertest.Audit()
	d := render.Build(a)
	rows := map[string]int{}
	entries := map[string]int{}
	for _, p := range d.Parts {
		for _, b := range p.Blocks {
			switch b := b.(type) {
			case *render.Table:
				rows[p.Sheet] += len(b.Rows)
			case *render.Entries:
				entries[p.Anchor] += len(b.List)
			}
		}
	}
	items := len(a.Hosts[0].After.Items) + len(a.Hosts[0].Before.Items)
	if diff := cmp.Diff(map[string]int{"to-fix": a.Counts.Fail, "host/AUTOMATE01": a.Counts.Total()}, entries); diff != "" {
		t.Errorf("entries of the report (-want +got):\n%s", diff)
	}
	for sheet, want := range map[string]int{render.SheetToFix: a.Counts.Fail, render.SheetPlan: a.Counts.Fail, render.SheetControls: a.Counts.Total(), render.SheetEvidence: items,
		render.SheetChanges: len(a.Hosts[0].Changes) + len(a.Hosts[0].Movements), render.SheetExceptions: 2} {
		if rows[sheet] != want {
			t.Errorf("sheet %s has %d rows, want %d", sheet, rows[sheet], want)
		}
	}
}

func TestFormatSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 1000: "1.0 kB", 1234567: "1.2 MB", 999_949: "999.9 kB", 999_950: "1.0 MB", 1 << 62: "4.6 EB"} {
		if got := render.FormatSize(n); got != want {
			t.Errorf("FormatSize(%d) = %q, want %q", n, got, want)
		}
	}
}
