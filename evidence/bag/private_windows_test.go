package bag

import (
	"testing"

	"golang.org/x/sys/windows"
)

// TestKeepsAccessLists asks for the volume that Windows is on, which is NTFS, and for one that is not there.
func TestKeepsAccessLists(t *testing.T) {
	root, err := windows.GetWindowsDirectory()
	if err != nil {
		t.Fatal(err)
	}
	if keeps, err := KeepsAccessLists(root); err != nil || !keeps {
		t.Errorf("%s: %v, %v", root, keeps, err)
	}
	if _, err := KeepsAccessLists("not\x00a path"); err == nil {
		t.Error("a path that is none is asked for")
	}
}
