package bag_test

import (
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence/bag"
)

// both runs a test for a folder and for a zip.
func both(t *testing.T, f func(t *testing.T, name string)) {
	for _, name := range []string{"bag", "bag.zip"} {
		t.Run(name, func(t *testing.T) { f(t, name) })
	}
}

// wantOnly tests that a folder holds these names and nothing else.
func wantOnly(t *testing.T, dir string, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(names, " ") {
		t.Errorf("the folder holds %q, want %q", got, names)
	}
}

// TestSha256sum checks a written bag with the tool that an auditor has.
func TestSha256sum(t *testing.T) {
	peer, err := exec.LookPath("sha256sum")
	if err != nil {
		t.Skip("there is no sha256sum")
	}
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	check := exec.Command(peer, "-c", "manifest-sha256.txt", "tagmanifest-sha256.txt")
	check.Dir = dir
	out, err := check.Output()
	want := "data/a/one.reg: OK\ndata/b.txt: OK\ndata/empty.txt: OK\n" +
		"bag-info.txt: OK\nbagit.txt: OK\nmanifest-sha256.txt: OK\nverify.txt: OK\n"
	if err != nil || string(out) != want {
		t.Errorf("sha256sum -c says %q, %v; want %q", out, err, want)
	}
}

// TestInterrupted gives up in the middle and at the end; nothing may be left, and what was there before must stay.
func TestInterrupted(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dir := t.TempDir()
		dest := filepath.Join(dir, name)
		for _, old := range []bool{false, true} {
			names := []string{}
			if old {
				write(t, dest, bag.Options{})
				names = append(names, name)
			}
			w, err := bag.Create(dest, bag.Options{Replace: true})
			if err != nil {
				t.Fatal(err)
			}
			f, err := w.Create("data/half.txt") // never closed
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(f, "half")
			if err := w.Abort(); err != nil {
				t.Error(err)
			}
			wantOnly(t, dir, names...)

			w, err = bag.Create(dest, bag.Options{Replace: true})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Add("data/whole.txt", []byte("whole")); err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(context.Background())
			cancel()
			if _, err := w.Commit(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("Commit of a cancelled run: %v", err)
			}
			if err := w.Abort(); err != nil {
				t.Error(err)
			}
			wantOnly(t, dir, names...)
			if old {
				if _, err := open(t, dest).ReadFile("data/b.txt", 10); err != nil {
					t.Error(err)
				}
			}
		}
	})
}

// TestOpenInterrupted ends a verification with the reason for it and not with a fault.
func TestOpenInterrupted(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bag")
	write(t, dir, bag.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := bag.Open(ctx, dir, bag.Limits{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Open of a cancelled run: %v", err)
	}
}

func TestReplace(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dir := t.TempDir()
		dest := filepath.Join(dir, name)
		first := write(t, dest, bag.Options{})
		_, err := bag.Create(dest, bag.Options{})
		var exists *bag.ExistsError
		if !errors.As(err, &exists) || exists.Path != dest {
			t.Fatalf("an existing bag: %v", err)
		}
		if again := write(t, dest, bag.Options{Replace: true}); again != first {
			t.Errorf("the same bag has digests %s and %s", first, again)
		}
		wantOnly(t, dir, name)
		open(t, dest)
	})
}

// TestReplaceOther refuses to replace what is no bag, whatever was asked.
func TestReplaceOther(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "work/thesis.txt", "ten years")
	put(t, dir, "work.zip", "no zip")
	for _, name := range []string{"work", "work.zip"} {
		_, err := bag.Create(filepath.Join(dir, name), bag.Options{Replace: true})
		var exists *bag.ExistsError
		if !errors.As(err, &exists) || exists.Why == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	wantOnly(t, dir, "work", "work.zip")
}

func TestZipIsTheSame(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.zip"), filepath.Join(dir, "b.zip")
	o := bag.Options{Top: "auditpack-automate01-2026-10-20", Modified: time.Date(2026, 10, 20, 8, 30, 0, 0, time.UTC)}
	write(t, a, o)
	o.Modified = o.Modified.In(time.FixedZone("Kiritimati", 14*3600))
	write(t, b, o)
	one, err := os.ReadFile(a)
	if err != nil {
		t.Fatal(err)
	}
	two, err := os.ReadFile(b)
	if err != nil {
		t.Fatal(err)
	}
	if string(one) != string(two) {
		t.Error("equal content makes two zips")
	}
}

func TestWriterRefuses(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dir := t.TempDir()
		w, err := bag.Create(filepath.Join(dir, name), bag.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		if err := w.Add("data/a.txt", nil); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"", "data/a.txt", "data/a.txt/b", "data", "data/A.txt", "../x", "/x", "data/nul",
			"bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "bag-info.txt", "seal/signer.pem"} {
			if err := w.Add(path, nil); err == nil {
				t.Errorf("%q was taken", path)
			}
		}
		f, err := w.Create("data/b.txt")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Create("data/c.txt"); err == nil {
			t.Error("two files were open at once")
		}
		if _, err := w.Commit(context.Background()); err == nil {
			t.Error("committed with an open file")
		}
		f.Close()
		w.Info("Contact-Name", "two\nlines")
		if _, err := w.Commit(context.Background()); err == nil || !strings.Contains(err.Error(), "Contact-Name") {
			t.Errorf("committed with a line feed in bag-info.txt: %v", err)
		}
	})
	if _, err := bag.Create(filepath.Join(t.TempDir(), "missing", "bag"), bag.Options{}); err == nil || !strings.Contains(err.Error(), "missing: no such folder") {
		t.Errorf("no parent folder: %v", err)
	}
	w, err := bag.Create(filepath.Join(t.TempDir(), "bag"), bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := w.Commit(context.Background()); err == nil {
		t.Error("committed a bag without payload")
	}
}

// TestChanged changes a file after the bag was opened.
func TestChanged(t *testing.T) {
	for name, change := range map[string]func([]byte) []byte{
		"flipped": func(b []byte) []byte { b[0] ^= 1; return b },
		"longer":  func(b []byte) []byte { return append(b, "more"...) },
		"shorter": func(b []byte) []byte { return b[:2] },
		"empty":   func(b []byte) []byte { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "bag")
			write(t, dir, bag.Options{})
			b := open(t, dir)
			edit(t, dir, "data/b.txt", change)
			var changed *bag.ChangedError
			if _, err := b.ReadFile("data/b.txt", 100); !errors.As(err, &changed) || changed.Path != "data/b.txt" {
				t.Errorf("ReadFile: %v", err)
			}
			r, err := b.Open("data/b.txt")
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if _, err := io.Copy(io.Discard, r); !errors.As(err, &changed) {
				t.Errorf("Open: %v", err)
			}
		})
	}
}

// TestSub opens a bag that lies in another, and refuses one that was made wrong before it was put there.
func TestSub(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dir := t.TempDir()
		inner := filepath.Join(dir, "inner")
		digest := write(t, inner, bag.Options{})
		outer := filepath.Join(dir, name)
		w, err := bag.Create(outer, bag.Options{Top: "top"})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		b := open(t, inner)
		if err := w.Copy(context.Background(), "data/snapshots/automate01/after", b); err != nil {
			t.Fatal(err)
		}
		for _, f := range b.Files() {
			if text, err := b.ReadFile(f.Path, 1000); err != nil || f.Path == "data/b.txt" {
				continue
			} else if err := w.Add("data/bad/"+f.Path, text); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Commit(context.Background()); err != nil {
			t.Fatal(err)
		}
		whole := open(t, outer)
		sub, err := whole.Sub(context.Background(), "data/snapshots/automate01/after")
		if err != nil {
			t.Fatal(err)
		}
		if sub.Digest() != digest {
			t.Errorf("digest %s, want %s", sub.Digest(), digest)
		}
		if text, err := sub.ReadFile("data/b.txt", 100); err != nil || string(text) != "second\n" {
			t.Errorf("data/b.txt is %q, %v", text, err)
		}
		_, err = whole.Sub(context.Background(), "data/bad")
		if err == nil || !strings.Contains(err.Error(), `data/bad: "data/b.txt": is missing`) {
			t.Errorf("a bad inner bag: %v", err)
		}
		for _, dir := range []string{"data", "seal", "..", "data/../..", "data/nothing"} {
			if _, err := whole.Sub(context.Background(), dir); err == nil {
				t.Errorf("%s was opened as a bag", dir)
			}
		}
	})
}

// TestLimits has bags that are sound but larger than a reader allows.
func TestLimits(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dest := filepath.Join(t.TempDir(), name)
		write(t, dest, bag.Options{})
		for _, c := range []struct {
			limits bag.Limits
			ok     bool
		}{
			{bag.Limits{Files: 8}, true},
			{bag.Limits{Files: 7}, false},
			{bag.Limits{FileSize: 1000, Total: 1000, TagSize: 1000}, true},
			{bag.Limits{FileSize: 100}, false},
			{bag.Limits{Total: 600}, false},
			{bag.Limits{TagSize: 100}, false},
		} {
			b, err := bag.Open(context.Background(), dest, c.limits)
			if err == nil {
				b.Close()
			}
			var invalid *bag.InvalidError
			if (err == nil) != c.ok || err != nil && (!errors.As(err, &invalid) || !strings.Contains(err.Error(), "limit") && !strings.Contains(err.Error(), "more than")) {
				t.Errorf("%+v: %v", c.limits, err)
			}
		}
	})
}

// TestLongPath has a path of 100 bytes below a top folder of 40: the longest that there is.
func TestLongPath(t *testing.T) {
	both(t, func(t *testing.T, name string) {
		dest := filepath.Join(t.TempDir(), name)
		w, err := bag.Create(dest, bag.Options{Top: strings.Repeat("t", 40)})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Abort()
		path := "data/" + strings.Repeat("x", 95)
		if err := w.Add(path+"y", nil); err == nil {
			t.Error("a path of 101 bytes was taken")
		}
		if err := w.Add(path, []byte("x")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(context.Background()); err != nil {
			t.Fatal(err)
		}
		if text, err := open(t, dest).ReadFile(path, 1); err != nil || string(text) != "x" {
			t.Errorf("%q, %v", text, err)
		}
	})
	if _, err := bag.Create(filepath.Join(t.TempDir(), "a.zip"), bag.Options{Top: strings.Repeat("t", 41)}); err == nil {
		t.Error("a top folder of 41 bytes was taken")
	}
}
