package bag

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"auditpack/evidence"
)

// TestAddFiles takes in files as what they hold, and makes them durable as every other file of a folder.
func TestAddFiles(t *testing.T) {
	durable := map[string]bool{}
	var noting sync.Mutex
	sync := flush
	flush = func(f *os.File) error {
		noting.Lock()
		defer noting.Unlock()
		info, err := f.Stat()
		durable[fmt.Sprint(filepath.Base(f.Name()), info.Size())] = true
		return errors.Join(err, sync(f))
	}
	defer func() { flush = sync }()
	for _, name := range []string{"bag", "bag.zip"} {
		dir := t.TempDir()
		w, err := Create(filepath.Join(dir, name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var files []Named
		for _, text := range []string{"first", "second"} {
			from := filepath.Join(dir, text)
			if err := os.WriteFile(from, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, Named{"data/" + text + ".txt", from})
		}
		if err := w.AddFiles(t.Context(), files); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			stated, ok := w.File(f.Path)
			text := filepath.Base(f.From)
			if !ok || stated.Digest != evidence.DigestOf([]byte(text)) || stated.Size != int64(len(text)) {
				t.Errorf("%s: %+v, %v", f.Path, stated, ok)
			}
		}
		if _, err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"first5", "second6"} {
			if _, folder := w.target.(*folderTarget); folder && !durable[name] {
				t.Errorf("%s: not made durable", name)
			}
		}
		b, err := Open(t.Context(), filepath.Join(dir, name), Limits{})
		if err != nil {
			t.Fatal(err)
		}
		b.Close()
	}
}

// TestAddFilesRefused: a file that is not there, a path twice or outside, and the bag cannot be committed.
func TestAddFilesRefused(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, files := range map[string][]Named{
		"missing": {{"data/a", there}, {"data/b", filepath.Join(dir, "missing")}},
		"twice":   {{"data/a", there}, {"data/a", there}},
		"below":   {{"data/a", there}, {"data/a/b", there}},
		"outside": {{"data/../../a", there}},
	} {
		for _, kind := range []string{"bag", "bag.zip"} {
			dest := filepath.Join(t.TempDir(), kind)
			w, err := Create(dest, Options{})
			if err != nil {
				t.Fatal(err)
			}
			err = w.AddFiles(t.Context(), files)
			if err == nil || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
			if _, err := w.Commit(t.Context()); err == nil {
				t.Errorf("%s, %s: committed", kind, name)
			}
			w.Abort()
			if _, err := os.Lstat(dest); err == nil {
				t.Errorf("%s, %s: there is a bag", kind, name)
			}
		}
	}
}
