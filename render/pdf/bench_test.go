package pdf

import (
	"bytes"
	"fmt"
	"io"
	"testing"

	"auditpack/evidence/audit"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// fleet is a Document of more than 500 pages: the sample host many times under other names.
func fleet() render.Document {
	a := rendertest.Audit()
	host := a.Hosts[0]
	a.Hosts = make([]audit.Host, 22)
	for i := range a.Hosts {
		a.Hosts[i] = host
		a.Hosts[i].Name = fmt.Sprintf("AUTOMATE%02d", i+1)
	}
	return render.Build(a)
}

func TestFleetHas500Pages(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	if pages, _ := layOut(fleet(), Options{}, fonts); len(pages) < 500 {
		t.Errorf("the benchmark's document has %d pages, want 500 or more", len(pages))
	}
}

// BenchmarkWrite500Pages draws a report of 500 pages; one operation is to take less than a second.
func BenchmarkWrite500Pages(b *testing.B) {
	d := fleet()
	b.ReportAllocs()
	for b.Loop() {
		if err := Write(io.Discard, d, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFinish5000Pages finishes a report of more than 5,000 pages that is drawn already: what is not the library's.
func BenchmarkFinish5000Pages(b *testing.B) {
	d := fleet()
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
	d := fleet()
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
