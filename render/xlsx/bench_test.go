package xlsx_test

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"auditpack/render"
	"auditpack/render/xlsx"
)

const (
	manyRows = 200_000
	large    = "AUDITPACK_XLSX_LARGE" // set in the process that draws the large workbook
)

// BenchmarkLarge draws 200,000 rows of ten columns in a process of its own and reports the most memory that process ever
// held, the test program itself included. The rows repeat a thousand different ones: this measures the pen and not the
// Document, whose cells take about 150 bytes each.
func BenchmarkLarge(b *testing.B) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		b.Skip("no /proc: the peak cannot be read")
	}
	for b.Loop() {
		cmd := exec.Command(os.Args[0], "-test.run=^TestLargeChild$", "-test.v")
		cmd.Env = append(os.Environ(), large+"=1")
		out, err := cmd.CombinedOutput()
		if err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		for line := range strings.Lines(string(out)) {
			var before, peak, size float64
			if n, _ := fmt.Sscanf(line, "large: %f %f %f", &before, &peak, &size); n == 3 {
				b.ReportMetric(before, "MB-before")
				b.ReportMetric(peak, "MB-peak")
				b.ReportMetric(size, "MB-file")
			}
		}
	}
}

// TestLargeChild is the process of BenchmarkLarge.
func TestLargeChild(t *testing.T) {
	if os.Getenv(large) == "" {
		t.Skip(large + " is not set")
	}
	d := largeDocument(manyRows)
	before := peakMB(t)
	f, err := os.Create(t.TempDir() + "/large.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := xlsx.Write(f, d); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("large: %.1f %.1f %.1f\n", before, peakMB(t), float64(info.Size())/1e6)
}

// peakMB returns the largest resident set of this process so far.
func peakMB(t *testing.T) float64 {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(status))
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			kB, err := strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(v, "kB")))
			if err != nil {
				t.Fatal(err)
			}
			return float64(kB) / 1000
		}
	}
	t.Skip("no VmHWM")
	return 0
}

func largeDocument(rows int) render.Document {
	table := &render.Table{}
	for i := range 10 {
		table.Columns = append(table.Columns, render.Column{Title: fmt.Sprintf("Column %d", i+1), Kind: render.TextKind, Weight: 3})
	}
	const different = 1000
	for i := range rows {
		if i >= different {
			table.Rows = append(table.Rows, table.Rows[i%different])
			continue
		}
		row := render.Row{}
		for j := range 10 {
			c := render.Cell{Kind: render.MonoKind, Text: fmt.Sprintf(`registry:HKLM\SOFTWARE\Example\Key %d!Value %d`, i, j)}
			switch j {
			case 0:
				c = render.Cell{Kind: render.IDKind, Text: fmt.Sprintf("id-%d", i), Link: "target"}
			case 7:
				c = render.Cell{Kind: render.NumberKind, Text: strconv.Itoa(i), Number: int64(i)}
			case 8:
				c = render.Cell{Kind: render.TimeKind, Text: "2026-11-22 10:15 UTC", Time: asOf.Add(time.Duration(i) * time.Second)}
			case 9:
				c = render.Cell{Kind: render.VerdictKind, Text: "✓ pass", Result: "pass"}
			}
			row.Cells = append(row.Cells, c)
		}
		table.Rows = append(table.Rows, row)
	}
	d := oneTable(table)
	target := texts("here")
	target.Rows[0].Anchor = "target"
	d.Parts = append(d.Parts, render.Part{Sheet: "Target", Blocks: []render.Block{target}})
	return d
}
