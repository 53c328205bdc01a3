package bag

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/sys/windows"
)

// TestPatientlyHeld opens a file as a scanner does that shares nothing, and lets it go after a moment.
func TestPatientlyHeld(t *testing.T) {
	dir, err := os.MkdirTemp("", "held") // not t.TempDir, which Wine cannot remove
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "written")
	t.Cleanup(func() {
		os.Remove(path + "-moved")
		os.Remove(dir)
	})
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, 0, nil, windows.OPEN_EXISTING, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(path, path+"-moved"); err == nil || !held(err) {
		t.Fatalf("a file that is held: %v", err)
	}
	time.AfterFunc(100*time.Millisecond, func() { windows.CloseHandle(h) })
	if err := patiently(func() error { return os.Rename(path, path+"-moved") }); err != nil {
		t.Error(err)
	}
}
