package snapshot

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// holding makes as if another program held every file with this name, and counts how often it was to be removed.
func holding(t *testing.T, name string) *int {
	t.Helper()
	tries := 0
	removeOne = func(path string) error {
		if filepath.Base(path) == name {
			tries++
			return &os.PathError{Op: "remove", Path: path, Err: errors.New("is held")}
		}
		return os.Remove(path)
	}
	t.Cleanup(func() { removeOne = os.Remove })
	return &tries
}

func captureOf(t *testing.T) (*Gathering, string) {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "snapshot")
	g, err := Gather(dest, Header{Host: "AUTOMATE01", Tool: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.Close() })
	if err := os.WriteFile(filepath.Join(g.Scratch(), "export-1.tmp"), []byte("password=hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	item := evidence.Item{Path: "data/items/test/a.txt", Name: "a.txt", Collector: "test", Status: evidence.Captured, Origin: evidence.OriginCaptured,
		Taken: time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC)}
	if _, err := g.Put(item, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	return g, dest
}

// TestFinishHeld finishes a capture of which another program holds a file that is not cut: the snapshot is whole, and the
// folder is named. The next capture takes its place once the file is let go.
func TestFinishHeld(t *testing.T) {
	g, dest := captureOf(t)
	tries := holding(t, "export-1.tmp")
	digest, err := g.Finish(t.Context(), []string{"data/items/test/a.txt"})
	var left *LeftOverError
	if !errors.As(err, &left) || left.Dir != dest+".capture" || !strings.Contains(err.Error(), "is held") || digest.IsZero() || *tries == 0 {
		t.Fatalf("%v, %v after %d", digest, err, *tries)
	}
	if _, err := Open(t.Context(), dest, bag.Limits{}); err != nil {
		t.Errorf("the snapshot: %v", err)
	}
	removeOne = os.Remove
	if err := os.Rename(dest, dest+"-kept"); err != nil {
		t.Fatal(err)
	}
	next, err := Gather(dest, Header{Host: "AUTOMATE01", Tool: "test"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	next.Close()
	if _, err := os.Lstat(filepath.Join(next.Scratch(), "export-1.tmp")); err == nil {
		t.Error("it is still there")
	}
}

// TestClearScratch empties a capture that is interrupted of what is not cut, or says that it cannot; it can be resumed all the same.
func TestClearScratch(t *testing.T) {
	g, dest := captureOf(t)
	holding(t, "export-1.tmp")
	var left *LeftOverError
	if err := g.ClearScratch(); !errors.As(err, &left) || left.Dir != g.Scratch() {
		t.Errorf("held: %v", err)
	}
	removeOne = os.Remove
	for range 2 {
		if err := g.ClearScratch(); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Lstat(g.Scratch()); err == nil {
		t.Error("it is still there")
	}
	g.Close()
	var options any
	again, err := Resume(dest, &options)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if len(again.Items()) != 1 {
		t.Errorf("%d items", len(again.Items()))
	}
}
