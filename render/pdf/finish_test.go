package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"auditpack/render"
	"auditpack/render/cos"
	"auditpack/render/rendertest"
)

// open reads a file by its tables.
func open(t *testing.T, file []byte) *cos.File {
	t.Helper()
	xref, err := cos.LastTable(file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := cos.Open(file, xref, &cos.Effort{})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func rootOf(f *cos.File) cos.Dict { return f.Resolve(f.Trailers[0]["Root"]).(cos.Dict) }

func TestFinishedReport(t *testing.T) {
	d := render.Build(rendertest.Audit())
	file := writeReport(t, d, Options{Attachments: []Attachment{
		{Name: "b.json", MediaType: "application/json", Data: []byte("{}"), Relationship: "Data"},
		{Name: "ä.json", MediaType: "application/json", Data: []byte("{}")},
		{Name: "a(10).txt", MediaType: "text/plain", Description: "ten", Relationship: "Supplement"}}})
	f := open(t, file)
	c := rootOf(f)

	// The ID is the digest of what stands before the table.
	xref, _ := cos.LastTable(file)
	for _, id := range f.Trailers[0]["ID"].(cos.Array) {
		if want := fmt.Sprintf("%x", sha256.Sum256(file[:xref])); fmt.Sprintf("%x", id.(cos.String).Data) != want {
			t.Errorf("ID %x, want %s", id.(cos.String).Data, want)
		}
	}
	// Every annotation is to be printed and to be seen (ISO 19005-3, 6.3.2), and what is no link has a look.
	links, widgets := 0, 0
	pages := f.Resolve(c["Pages"]).(cos.Dict)["Kids"].(cos.Array)
	for _, p := range pages {
		list, _ := f.Resolve(p).(cos.Dict)["Annots"].(cos.Array)
		for _, a := range list {
			annotation := f.Resolve(a).(cos.Dict)
			if annotation["F"].(int64)&0b100111 != 4 {
				t.Errorf("flags %v of %v", annotation["F"], annotation)
			}
			switch annotation["Subtype"] {
			case cos.Name("Link"):
				links++
			case cos.Name("Widget"):
				widgets++
				look, ok := f.Resolve(annotation["AP"].(cos.Dict)["N"]).(cos.Stream)
				if !ok || look.Dict["Subtype"] != cos.Name("Form") || annotation["P"] != p {
					t.Errorf("widget %v", annotation)
				}
			}
		}
	}
	if links < 100 || widgets != 2 {
		t.Errorf("%d links, %d widgets", links, widgets)
	}
	// Names of attachments are sorted as bytes: UTF-16 begins with FE.
	names := c["Names"].(cos.Dict)["EmbeddedFiles"].(cos.Dict)["Names"].(cos.Array)
	var got []string
	for i := 0; i < len(names); i += 2 {
		specification := f.Resolve(names[i+1]).(cos.Dict)
		data, err := f.Inflate(f.Resolve(specification["EF"].(cos.Dict)["F"]).(cos.Stream))
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(names[i].(cos.String).Spoken(), " ", specification["UF"].(cos.String).Spoken(), " ", specification["AFRelationship"], " ", len(data)))
	}
	if want := "a(10).txt a(10).txt Supplement 0, b.json b.json Data 2, ä.json ä.json Unspecified 2"; strings.Join(got, ", ") != want || len(c["AF"].(cos.Array)) != 3 {
		t.Errorf("attachments %s, want %s", got, want)
	}
	fonts := regexp.MustCompile(`/(?:BaseFont|FontName) /([A-Z]{6}\+DejaVuSans(?:-Bold|Mono)?)\n`).FindAllSubmatch(file, -1)
	if len(fonts) != 9 || bytes.Contains(file, []byte("/utf8dejavu")) {
		t.Errorf("names of fonts: %q", fonts)
	}
	form := c["AcroForm"].(cos.Dict)
	if form["SigFlags"] != int64(3) || len(form["Fields"].(cos.Array)) != 2 {
		t.Errorf("form %v", form)
	}
}

// The numbers below the bookmarks: each says how many lie directly below it, closed, and the root how many are seen.
func TestOutlineCounts(t *testing.T) {
	f := open(t, writeReport(t, render.Build(rendertest.Audit()), Options{}))
	root := f.Resolve(rootOf(f)["Outlines"]).(cos.Dict)
	siblings := func(first cos.Value) (n int64, nested int) {
		for v := first; v != nil; n++ {
			item := f.Resolve(v).(cos.Dict)
			below := int64(0)
			for k := item["First"]; k != nil; k = f.Resolve(k).(cos.Dict)["Next"] {
				below++
			}
			count, _ := item["Count"].(int64)
			if count != -below {
				t.Errorf("%s: count %d, and %d below it", item["Title"].(cos.String).Spoken(), count, below)
			}
			if below > 0 {
				nested++
			}
			v = item["Next"]
		}
		return n, nested
	}
	n, nested := siblings(root["First"])
	if root["Count"] != n || n < 8 || nested < 2 {
		t.Errorf("root counts %v; there are %d, %d with others below", root["Count"], n, nested)
	}
}

// A report without panels has no form; one with two panels of a role has one field for it.
func TestPanels(t *testing.T) {
	if f := open(t, writeReport(t, render.Document{Title: "t"}, Options{})); rootOf(f)["AcroForm"] != nil {
		t.Error("a form without fields")
	}
	d := onePage()
	d.Parts[0].Blocks = append(d.Parts[0].Blocks, d.Parts[0].Blocks...)
	if f := open(t, writeReport(t, d, Options{})); len(rootOf(f)["AcroForm"].(cos.Dict)["Fields"].(cos.Array)) != 2 {
		t.Error("a field twice")
	}
	hostile := &Signer{Name: "Eve\x1b[2J\u202egpj\n" + strings.Repeat("long ", 100), Fingerprint: strings.Repeat("AB:", 200), Demo: true}
	for _, paper := range []Paper{A4, Letter} {
		pages := strings.Join(readBack(t, writeReport(t, onePage(), Options{paper: paper, Signer: hostile})), "")
		for _, c := range []string{"\x1b", "\u202e"} {
			if strings.Contains(pages, c) {
				t.Errorf("%q is on the page", c)
			}
		}
		if !strings.Contains(pages, "DEMO") || !strings.Contains(pages, "Eve") {
			t.Errorf("the panel does not say who signs: %s", pages)
		}
	}
	if unsigned := strings.Join(readBack(t, writeReport(t, onePage(), Options{})), ""); !strings.Contains(unsigned, "Not signed") {
		t.Errorf("the panel does not say that nobody signs: %s", unsigned)
	}
}

func TestAttachmentsRefused(t *testing.T) {
	good := Attachment{Name: "a", MediaType: "text/plain"}
	for want, list := range map[string][]Attachment{
		"two attachments are named a":            {good, good},
		`attachment "": not the name of a file`:  {{MediaType: "text/plain"}},
		`attachment "../a": not the name`:        {{Name: "../a", MediaType: "text/plain"}},
		`attachment "a\n": not the name`:         {{Name: "a\n", MediaType: "text/plain"}},
		"its media type is not given":            {{Name: "a"}},
		`relationship "Friend" is not one of`:    {{Name: "a", MediaType: "text/plain", Relationship: "Friend"}},
		`attachment "a\xff": not the name of`:    {{Name: "a\xff", MediaType: "text/plain"}},
		`attachment "COM1:x": not the name of a`: {{Name: "COM1:x", MediaType: "text/plain"}},
	} {
		err := Write(new(bytes.Buffer), onePage(), Options{Attachments: list})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Info and XMP say the same (ISO 19005-3, 6.6.3), whatever the texts are.
func TestProperties(t *testing.T) {
	d := onePage()
	d.Title, d.Subject = `<&> "é" 𝔘 \)(`+"\x01", strings.Repeat("long ", 100)
	file := writeReport(t, d, Options{})
	f := open(t, file)
	info := f.Resolve(f.Trailers[0]["Info"]).(cos.Dict)
	title := info["Title"].(cos.String).Spoken()
	xmp, err := f.Inflate(f.Resolve(rootOf(f)["Metadata"]).(cos.Stream))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`<dc:title><rdf:Alt><rdf:li xml:lang="x-default">(.*)</rdf:li>`).FindSubmatch(xmp)
	unescaped := strings.NewReplacer("&lt;", "<", "&gt;", ">", "&#34;", `"`, "&amp;", "&").Replace(string(m[1]))
	if title != unescaped || !strings.HasPrefix(title, `<&> "é" 𝔘 \)( · long long`) || len([]rune(title)) != 201 {
		t.Errorf("Info %q, XMP %q", title, unescaped)
	}
	if at := info["ModDate"].(cos.String).Spoken(); at != "D:20261122120000+00'00'" || !strings.Contains(string(xmp), "<xmp:ModifyDate>2026-11-22T12:00:00Z<") {
		t.Errorf("date %s", at)
	}
}

// The colorants again, from the chromaticities of IEC 61966-2-1 and Bradford's matrix.
func TestProfileIsSRGB(t *testing.T) {
	type vector [3]float64
	type matrix [3]vector
	times := func(m matrix, v vector) (out vector) {
		for i := range m {
			for j := range v {
				out[i] += m[i][j] * v[j]
			}
		}
		return out
	}
	xyz := func(x, y float64) vector { return vector{x / y, 1, (1 - x - y) / y} }
	white := xyz(0.3127, 0.3290)
	primaries := []vector{xyz(0.64, 0.33), xyz(0.30, 0.60), xyz(0.15, 0.06)}
	det := func(a, b, c vector) float64 {
		return a[0]*(b[1]*c[2]-b[2]*c[1]) - b[0]*(a[1]*c[2]-a[2]*c[1]) + c[0]*(a[1]*b[2]-a[2]*b[1])
	}
	bradford := matrix{{0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}}
	back := matrix{{0.9869929, -0.1470543, 0.1599627}, {0.4323053, 0.5183603, 0.0492912}, {-0.0085287, 0.0400428, 0.9684867}}
	from, to := times(bradford, white), times(bradford, vector{0.9642, 1, 0.8249})
	whole := det(primaries[0], primaries[1], primaries[2])
	for i, p := range primaries {
		columns := []vector{primaries[0], primaries[1], primaries[2]}
		columns[i] = white
		share := det(columns[0], columns[1], columns[2]) / whole // Cramer's rule: the primaries add up to white
		cone := times(bradford, vector{p[0] * share, p[1] * share, p[2] * share})
		for j := range cone {
			cone[j] *= to[j] / from[j]
		}
		for j, v := range times(back, cone) {
			if got := float64(colorants[i][j]) / 65536; math.Abs(got-v) > 0.0002 {
				t.Errorf("colorant %d, %d: %.5f, want %.5f", i, j, got, v)
			}
		}
	}
	// No point of the curve is so near to a half that another machine could round it the other way.
	for i := range curveSteps {
		v := 65535 * transfer(float64(i)/(curveSteps-1))
		if f := math.Abs(v - math.Floor(v) - 0.5); f < 1e-7 {
			t.Errorf("point %d is %v", i, v)
		}
	}
	p := srgbProfile()
	if len(p) != int(p[2])<<8|int(p[3]) || string(p[36:40]) != "acsp" {
		t.Errorf("a profile of %d bytes does not say so", len(p))
	}
}

func TestFirstRevision(t *testing.T) {
	first := smallReport(t)
	if n, err := FirstRevision(first); err != nil || n != int64(len(first)) {
		t.Errorf("%d, %v", n, err)
	}
	for _, file := range [][]byte{nil, []byte("%PDF-1.7\n"), first[:40], first[:len(first)-1], bytes.Replace(first, []byte("revision 0"), []byte("revision x"), 1)} {
		if n, err := FirstRevision(file); err == nil {
			t.Errorf("%.60q…: %d", file, n)
		}
	}
}
