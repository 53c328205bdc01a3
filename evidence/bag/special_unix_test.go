//go:build unix

package bag_test

import (
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"auditpack/evidence/bag"
)

// TestSpecialFiles refuses what is no file, and does not wait for a pipe that nobody writes to.
func TestSpecialFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	if err := syscall.Mkfifo(filepath.Join(dir, "data/pipe"), 0o600); err != nil {
		t.Skip(err)
	}
	if err := os.Remove(filepath.Join(dir, "data/b.txt")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "data/b.txt"), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{"data/b.txt: not a file", "data/pipe: not a file", "bag-info.txt: miscounted"}
	if l, err := net.Listen("unix", filepath.Join(dir, "data/socket")); err == nil {
		defer l.Close()
		want = []string{"data/b.txt: not a file", "data/pipe: not a file", "data/socket: not a file", "bag-info.txt: miscounted"}
	}
	wantFaults(t, dir, want)
}
