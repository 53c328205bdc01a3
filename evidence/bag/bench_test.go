package bag_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"auditpack/evidence/bag"
)

// BenchmarkVerify measures the verification of a bag of 1,000 files and 950 MB beside sha256sum -c on the same files, in
// turns, so that both meet the same machine. The ratio of the two is reported as "of-sha256sum"; at most 0.35 is wanted.
func BenchmarkVerify(b *testing.B) {
	if testing.Short() {
		b.Skip("writes 950 MB")
	}
	peer, err := exec.LookPath("sha256sum")
	if err != nil {
		b.Skip("there is no sha256sum to compare with")
	}
	dir := filepath.Join(b.TempDir(), "bag")
	writeLarge(b, dir, 1000, 950_000)
	b.SetBytes(1000 * 950_000)
	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		opened, err := bag.Open(context.Background(), dir, bag.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		opened.Close()
		ours += time.Since(start)

		b.StopTimer()
		start = time.Now()
		check := exec.Command(peer, "-c", "--quiet", "manifest-sha256.txt")
		check.Dir = dir
		if out, err := check.CombinedOutput(); err != nil {
			b.Fatalf("sha256sum: %v\n%s", err, out)
		}
		theirs += time.Since(start)
		b.StartTimer()
	}
	b.ReportMetric(theirs.Seconds()/float64(b.N), "sha256sum-s/op")
	b.ReportMetric(ours.Seconds()/theirs.Seconds(), "of-sha256sum")
}

// writeLarge writes a bag of n files of size bytes each.
func writeLarge(b *testing.B, dir string, n, size int) {
	b.Helper()
	w, err := bag.Create(dir, bag.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Abort()
	random := rand.NewChaCha8([32]byte{})
	data := make([]byte, size)
	for i := range n {
		random.Read(data)
		if err := w.Add(fmt.Sprintf("data/items/%02d/file-%04d.bin", i%20, i), data); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := w.Commit(context.Background()); err != nil {
		b.Fatal(err)
	}
}
