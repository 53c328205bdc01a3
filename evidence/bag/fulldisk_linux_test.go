package bag_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"auditpack/evidence/bag"
)

// TestFullDisk writes to a file system of 256 KiB.
func TestFullDisk(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		disk := t.TempDir()
		if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"); err != nil {
			t.Skipf("no small disk can be mounted: %v", err)
		}
		t.Cleanup(func() { syscall.Unmount(disk, 0) })
		dest := filepath.Join(disk, name)
		write(t, dest, bag.Options{})
		w, err := bag.Create(dest, bag.Options{Replace: true})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		err = w.Add("data/large.bin", make([]byte, 1<<20))
		if !errors.Is(err, syscall.ENOSPC) || !strings.HasPrefix(err.Error(), dest+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("a full disk: %v", err)
		}
		if _, err := w.Commit(context.Background()); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("Commit after that: %v", err)
		}
		if err := w.Abort(); err != nil {
			t.Error(err)
		}
		wantOnly(t, disk, name)
		open(t, dest)
	})
}
