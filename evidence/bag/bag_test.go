package bag_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"

	"github.com/google/go-cmp/cmp"
)

// write makes a small bag at dest and returns its digest.
func write(t testing.TB, dest string, o bag.Options) evidence.Digest {
	t.Helper()
	w, err := bag.Create(dest, o)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	w.Info("Source-Organization", "Example Ltd")
	w.Info("Contact-Name", "Operator")
	for _, f := range []struct{ path, text string }{
		{"data/b.txt", "second\n"},
		{"data/a/one.reg", "first\n"},
		{"data/empty.txt", ""},
		{"verify.txt", "how to verify\n"},
	} {
		if err := w.Add(f.path, []byte(f.text)); err != nil {
			t.Fatal(err)
		}
	}
	d, err := w.Commit(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func open(t testing.TB, path string) *bag.Bag {
	t.Helper()
	b, err := bag.Open(context.Background(), path, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func TestRoundTrip(t *testing.T) {
	dir := t.TempDir()
	folder, zip := filepath.Join(dir, "bag"), filepath.Join(dir, "bag.zip")
	d1 := write(t, folder, bag.Options{})
	d2 := write(t, zip, bag.Options{Top: "auditpack-automate01"})
	if d1 != d2 {
		t.Errorf("folder %s, zip %s: the same content has two digests", d1, d2)
	}
	wantPaths := []string{"bag-info.txt", "bagit.txt", "data/a/one.reg", "data/b.txt", "data/empty.txt",
		"manifest-sha256.txt", "tagmanifest-sha256.txt", "verify.txt"}
	for _, path := range []string{folder, zip} {
		b := open(t, path)
		if b.Digest() != d1 {
			t.Errorf("%s: digest %s, want %s", path, b.Digest(), d1)
		}
		var paths []string
		for _, f := range b.Files() {
			paths = append(paths, f.Path)
		}
		if diff := cmp.Diff(wantPaths, paths); diff != "" {
			t.Errorf("%s: files (-want +got):\n%s", path, diff)
		}
		text, err := b.ReadFile("data/a/one.reg", 100)
		if err != nil || string(text) != "first\n" {
			t.Errorf("%s: data/a/one.reg is %q, %v", path, text, err)
		}
		wantInfo := []bag.InfoLine{{"Contact-Name", "Operator"}, {"Payload-Oxum", "13.3"}, {"Source-Organization", "Example Ltd"}}
		if diff := cmp.Diff(wantInfo, b.Info()); diff != "" {
			t.Errorf("%s: info (-want +got):\n%s", path, diff)
		}
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("beside the two bags: %v, %v", left, err)
	}
}
