package bag_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
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

// BenchmarkSeal measures what a seal costs beside the hashing of a bag of 1,000 files and 950 MB: AddSeal, which verifies the
// bag and adds files, and Open of the sealed bag, each beside an Open of the same bag without a seal, in turns. The ratios
// are reported as "seal-of-hashing" and "verify-of-hashing"; at most 1.10 is wanted. The signature itself is not in here: it
// is over 200 bytes, whatever the bag holds.
func BenchmarkSeal(b *testing.B) {
	if testing.Short() {
		b.Skip("writes 950 MB")
	}
	dir := filepath.Join(b.TempDir(), "bag")
	writeLarge(b, dir, 1000, 950_000)
	b.SetBytes(3 * 1000 * 950_000)
	timed := func(total *time.Duration, do func() error) {
		start := time.Now()
		if err := do(); err != nil {
			b.Fatal(err)
		}
		*total += time.Since(start)
	}
	verified := func() error {
		opened, err := bag.Open(context.Background(), dir, bag.Limits{})
		if err != nil {
			return err
		}
		return opened.Close()
	}
	var hashing, sealing, verifying time.Duration
	for b.Loop() {
		timed(&hashing, verified)
		timed(&sealing, func() error {
			return bag.AddSeal(context.Background(), dir, bag.Limits{}, func(context.Context, *bag.Bag) ([]bag.SealFile, error) {
				return []bag.SealFile{{Name: bag.SealName(1, "p7s"), Data: make([]byte, 2000)}, {Name: bag.SignerName, Data: make([]byte, 2000)}}, nil
			})
		})
		timed(&verifying, verified)
		b.StopTimer()
		if err := os.RemoveAll(filepath.Join(dir, "seal")); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	b.ReportMetric(sealing.Seconds()/hashing.Seconds(), "seal-of-hashing")
	b.ReportMetric(verifying.Seconds()/hashing.Seconds(), "verify-of-hashing")
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
