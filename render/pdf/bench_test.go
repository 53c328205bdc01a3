package pdf

import (
	"fmt"
	"io"
	"testing"

	"auditpack/evidence/audit"
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
	return render.Build(a, render.Options{})
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
