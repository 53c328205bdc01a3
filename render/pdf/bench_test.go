package pdf

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"testing"

	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// long is a Document of more than 500 pages: the sample host with its sections many times, under other names.
func long() render.Document {
	a := rendertest.Audit()
	host := &a.Hosts[0]
	sections := host.Sections
	host.Sections = nil
	for i := range 60 {
		for _, s := range sections {
			s.ID, s.Title = fmt.Sprintf("%s-%d", s.ID, i), fmt.Sprintf("%s, part %d", s.Title, i+1)
			s.Controls = slices.Clone(s.Controls)
			for k := range s.Controls {
				s.Controls[k].ID += fmt.Sprintf("-%d", i)
			}
			host.Sections = append(host.Sections, s)
		}
	}
	a.Hosts = a.Hosts[:1]
	return render.Build(a)
}

func TestLongHas500Pages(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	if pages, _ := layOut(long(), Options{}, fonts); len(pages) < 500 {
		t.Errorf("the benchmark's document has %d pages, want 500 or more", len(pages))
	}
}

// BenchmarkWrite500Pages draws a report of 500 pages; one operation is to take less than a second.
func BenchmarkWrite500Pages(b *testing.B) {
	d := long()
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, d, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFinish5000Pages finishes a report of more than 5,000 pages that is drawn already: what is not the library's.
func BenchmarkFinish5000Pages(b *testing.B) {
	d := long()
	for range 4 {
		d.Parts = append(d.Parts, d.Parts...)
	}
	fonts, err := loadFonts()
	if err != nil {
		b.Fatal(err)
	}
	pages, targets := layOut(d, Options{}, fonts)
	var drawn bytes.Buffer
	p := propertiesOf(d)
	if err := draw(&drawn, p, A4, pages, targets); err != nil {
		b.Fatal(err)
	}
	b.Logf("%d pages, %d bytes", len(pages), drawn.Len())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := finish(drawn.Bytes(), p, Options{}, pages); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSignVerify5000Pages signs a report of more than 5,000 pages and verifies it.
func BenchmarkSignVerify5000Pages(b *testing.B) {
	d := long()
	for range 4 {
		d.Parts = append(d.Parts, d.Parts...)
	}
	file, id := writeReport(b, d, Options{}), sealtest.Identity(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		f := verifyFile(b, signReport(b, file, id, SignOptions{}), sealtest.Trust(id, nil))
		if len(f.Signatures) != 1 || f.Signatures[0].Standing != seal.Trusted {
			b.Fatal(standings(f))
		}
	}
}
