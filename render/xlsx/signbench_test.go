package xlsx_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/seal"
	"auditpack/render/xlsx"
)

const signLarge = "AUDITPACK_XLSX_SIGN" // set in the process that signs the large workbook, to its path

// BenchmarkSignLarge signs and verifies a workbook of 200,000 rows of ten columns in a process of its own, which reads
// it from disk, and reports how long each took and the most memory that the process ever held.
func BenchmarkSignLarge(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("no /proc: the peak cannot be read")
	}
	at := b.TempDir() + "/large.xlsx"
	if err := os.WriteFile(at, write(b, largeDocument(manyRows)), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(os.Args[0], "-test.run=^TestSignLargeChild$", "-test.v")
		cmd.Env = append(os.Environ(), signLarge+"="+at)
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			var before, signing, verifying, peak, size float64
			if n, _ := fmt.Sscanf(line, "signed: %f %f %f %f %f", &before, &signing, &verifying, &peak, &size); n == 5 {
				b.ReportMetric(before, "MB-before")
				b.ReportMetric(signing, "s-sign")
				b.ReportMetric(verifying, "s-verify")
				b.ReportMetric(peak, "MB-peak")
				b.ReportMetric(size, "MB-file")
			}
		}
	}
}

// TestSignLargeChild is the process of BenchmarkSignLarge.
func TestSignLargeChild(t *testing.T) {
	at := os.Getenv(signLarge)
	if at == "" {
		t.Skip(signLarge + " is not set")
	}
	file, err := os.ReadFile(at)
	if err != nil {
		t.Fatal(err)
	}
	id := identities()["EC"]
	before, start := peakMB(t), time.Now()
	signed := sign(t, file, id)
	signing := time.Since(start)
	start = time.Now()
	f, err := xlsx.Verify(bytes.NewReader(signed), int64(len(signed)), trusting(id))
	if err != nil || f.Signatures[0].Standing != seal.Trusted {
		t.Fatalf("%v, %+v", err, f)
	}
	fmt.Printf("signed: %.1f %.2f %.2f %.1f %.1f\n", before, signing.Seconds(), time.Since(start).Seconds(), peakMB(t), float64(len(signed))/1e6)
}
