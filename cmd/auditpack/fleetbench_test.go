package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"auditpack/evidence/audit"
)

// BenchmarkFleet packs 200 hosts with 2 MB of evidence each, judged by all statements of the guide, with every output, into a
// folder and into a zip. Making the snapshots is not measured. MB is the largest resident set while packing, where the system tells it.
func BenchmarkFleet(b *testing.B) {
	const hosts, size = 200, 2_000_000
	dir := b.TempDir()
	var paths []string
	for i := range hosts {
		paths = append(paths, writeFleetHost(b, dir, fleetHost{fmt.Sprintf("SERVER%03d", i), "after", func(files fstest.MapFS) {
			if i%3 == 0 {
				without(files, "iis", "inetpub", "registry/inetstp.reg")
			}
			ballast(files, i, size)
		}}))
	}
	about, err := loadSample()
	if err != nil {
		b.Fatal(err)
	}
	dest := filepath.Join(dir, "package")
	o := packOptions{inputFlags: inputFlags{asOf: about.AsOf.Format("2006-01-02T15:04:05Z07:00")}, unsigned: true, force: true}
	for _, ending := range []string{"", ".zip"} {
		b.Run(cmp.Or(strings.TrimPrefix(ending, "."), "folder"), func(b *testing.B) {
			o.dest = dest + ending
			forgetPeak()
			for b.Loop() {
				if err := runPack(b.Context(), o, paths, io.Discard, io.Discard); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
			if mb, ok := peakMemory(); ok {
				b.ReportMetric(mb, "peak-MB")
			}
		})
	}
	text, err := os.ReadFile(filepath.Join(dest, "data", "audit.json"))
	if err != nil {
		b.Fatal(err)
	}
	var a audit.Audit
	if err := json.Unmarshal(text, &a); err != nil {
		b.Fatal(err)
	}
	if n := a.Counts.Total(); len(a.Hosts) != hosts || n != hosts*106 {
		b.Errorf("%d verdicts on %d hosts, want 106 on each of %d", n, len(a.Hosts), hosts)
	}
}

// forgetPeak lets the peak of memory begin anew, on Linux.
func forgetPeak() { os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }
