package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkDemo makes and verifies the whole demo package: two snapshots, all outputs. MB is the largest resident set of
// the process so far, where the system tells it; run it alone to read it.
func BenchmarkDemo(b *testing.B) {
	dir := b.TempDir()
	for b.Loop() {
		if err := runDemo(b.Context(), demoOptions{dest: filepath.Join(dir, "demo"), force: true}, io.Discard, io.Discard); err != nil {
			b.Fatal(err)
		}
	}
	if mb, ok := peakMemory(); ok {
		b.ReportMetric(mb, "peak-MB")
	}
}

// peakMemory returns the largest resident set of this process in MB, on Linux.
func peakMemory() (float64, bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kb float64
			for _, c := range strings.TrimSpace(rest) {
				if c < '0' || c > '9' {
					break
				}
				kb = kb*10 + float64(c-'0')
			}
			return kb / 1000, true
		}
	}
	return 0, false
}
