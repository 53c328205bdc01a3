package bag_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"auditpack/evidence/bag"
)

func TestFS(t *testing.T) {
	path := filepath.Join(t.TempDir(), "bag")
	w, err := bag.Create(path, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"data/guide/a.yaml", "data/guide/a/b.yaml", "data/guide/a/c/d.yaml", "data/guidelines.txt"} {
		if err := w.Add(name, []byte(name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := bag.Open(t.Context(), path, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	files := b.FS("data/guide")
	if err := fstest.TestFS(files, "a.yaml", "a/b.yaml", "a/c/d.yaml"); err != nil {
		t.Error(err)
	}
	if _, err := fs.Stat(files, "elines.txt"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v: a name that only begins like the folder is none of its files", err)
	}
	if entries, err := fs.ReadDir(files, "."); err != nil || len(entries) != 2 {
		t.Errorf("%v, %v: want a.yaml and a", entries, err)
	}
	// What was changed since is not handed out unnoticed.
	if err := os.WriteFile(filepath.Join(path, "data", "guide", "a.yaml"), []byte("data/guide/b.yaml"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := fs.ReadFile(files, "a.yaml"); err == nil {
		t.Error("a changed file was read without an error")
	}
}
