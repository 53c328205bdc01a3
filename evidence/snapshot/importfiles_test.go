package snapshot_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"

	"github.com/google/go-cmp/cmp"
)

const export = "Windows Registry Editor Version 5.00\r\n\r\n"

func put(t *testing.T, dir, path, text string) {
	t.Helper()
	full := filepath.Join(dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(full, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// zipOf returns a zip as the usual tools write it.
func zipOf(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate, Modified: taken.Add(time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, files[i+1])
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lines returns one line an Item: path, name, source, format, status, size, note.
func lines(items []evidence.Item) []string {
	var out []string
	for _, i := range items {
		line := fmt.Sprintf("%s | %s | %s | %s | %d", i.Path, i.Name, i.Source, i.Status, i.Size)
		if i.Format != "" {
			line += " | " + i.Format
		}
		if i.Note != "" {
			line += " | " + i.Note
		}
		out = append(out, line)
	}
	return out
}

// TestImport takes in one of everything.
func TestImport(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "evidence")
	put(t, in, "LSA Export (1).REG", export)
	put(t, in, "notes.txt", "hello")
	put(t, in, "empty.txt", "")
	put(t, in, "deep/er/notes.txt", "again")
	put(t, in, "exports.zip", zipOf(t, "iis/", "", `iis\lsa.reg`, export, "../../evil.reg", export, "inner.zip", "PK"))
	put(t, in, "broken.zip", "PK\x03\x04 not really")
	put(t, dir, "loose.reg", export)
	if err := os.Symlink("notes.txt", filepath.Join(in, "shortcut.txt")); err != nil {
		t.Skip(err)
	}
	o := options(filepath.Join(dir, "snapshot"))
	o.Paths = []string{in, filepath.Join(dir, "loose.reg")}
	report, err := snapshot.Import(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	mark := func(name string) string { return evidence.DigestOf([]byte(name)).String()[:8] }
	want := []string{
		"data/items/registry/loose.reg | loose.reg |  | captured | 40 | registry export",
		"data/items/registry/lsa-export-1-.reg | LSA Export (1).REG | evidence | captured | 40 | registry export",
		"data/items/unrecognised/broken.zip | broken.zip | evidence | captured | 15 | " +
			"ends in .zip but cannot be unpacked (not a zip, or cut short: not a valid zip file): kept as it is",
		"data/items/unrecognised/notes.txt | deep/er/notes.txt | evidence | captured | 5",
		"data/items/unrecognised/empty.txt | empty.txt | evidence | captured | 0",
		"data/items/registry/evil.reg | exports.zip/../../evil.reg | evidence | captured | 40 | registry export",
		"data/items/registry/lsa.reg | exports.zip/iis/lsa.reg | evidence | captured | 40 | registry export",
		"data/items/unrecognised/inner.zip | exports.zip/inner.zip | evidence | captured | 2 | is a zip inside a zip, kept as it is",
		"data/items/unrecognised/notes-" + mark("evidence/notes.txt") + ".txt | notes.txt | evidence | captured | 5",
		"data/items/unrecognised/shortcut.txt | shortcut.txt | evidence | skipped | 0 | is a link, and links are not followed",
	}
	if diff := cmp.Diff(want, lines(report.Items)); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	s, err := snapshot.Open(context.Background(), o.Dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()

	again := options(filepath.Join(dir, "again"))
	again.Paths = []string{filepath.Join(dir, "loose.reg"), in}
	second, err := snapshot.Import(context.Background(), again)
	if err != nil || second.Digest != report.Digest {
		t.Errorf("the same files make another snapshot: %s, %s, %v", report.Digest, second.Digest, err)
	}
}

// TestImportTimes takes the files' own times where nobody claims one.
func TestImportTimes(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.reg", export)
	put(t, dir, "b.zip", zipOf(t, "b.reg", export))
	own := time.Date(2026, 1, 2, 3, 4, 5, 678, time.FixedZone("", 3600))
	if err := os.Chtimes(filepath.Join(dir, "a.reg"), own, own); err != nil {
		t.Fatal(err)
	}
	o := options(filepath.Join(dir, "snapshot"))
	o.Paths, o.Taken = []string{filepath.Join(dir, "a.reg"), filepath.Join(dir, "b.zip")}, time.Time{}
	report, err := snapshot.Import(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []time.Time{time.Date(2026, 1, 2, 2, 4, 5, 0, time.UTC), taken.Add(time.Hour)} {
		if got := report.Items[i].Taken; got != want {
			t.Errorf("%s: taken %s, want %s", report.Items[i].Name, got, want)
		}
	}
}

// TestImportIntoItself writes the snapshot into the folder that is imported, twice.
func TestImportIntoItself(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "a.reg", export)
	o := options(filepath.Join(dir, "snapshot"))
	o.Paths, o.Replace = []string{dir}, true
	for range 2 {
		report, err := snapshot.Import(context.Background(), o)
		if err != nil || len(report.Items) != 1 {
			t.Errorf("%d items, %v; want 1", len(report.Items), err)
		}
	}
}

// TestImportRefuses has one line for each input that ends an import. Nothing may be left of it.
func TestImportRefuses(t *testing.T) {
	dir := t.TempDir()
	whole := zipOf(t, "a.reg", export, "b.reg", strings.Repeat("x", 5000))
	put(t, dir, "in/cut.zip", whole[:len(whole)-40])
	put(t, dir, "in/none.zip", zipOf(t))
	put(t, dir, "zips/snapshot.zip", zipOf(t, "s/bagit.txt", "", "s/data/snapshot.json", "{}"))
	put(t, dir, "zips/package.zip", zipOf(t, "p/data/audit.json", "{}", "p/verify.txt", "x"))
	put(t, dir, "in/a.reg", export)
	put(t, dir, "in/b.reg", export)
	put(t, dir, "taken/data/snapshot.json", "{}")
	os.MkdirAll(filepath.Join(dir, "empty/folder"), 0o700)
	os.Mkdir(filepath.Join(dir, "out"), 0o700)
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		ctx    context.Context
		path   string
		limits snapshot.Limits
		want   string
	}{
		{context.Background(), "empty", snapshot.Limits{}, "empty: no files in it"},
		{context.Background(), "in/none.zip", snapshot.Limits{}, "none.zip: no files in it"},
		{context.Background(), "in/cut.zip", snapshot.Limits{}, "cut.zip: not a zip, or cut short"},
		{context.Background(), "taken", snapshot.Limits{}, "taken: is a snapshot already"},
		{context.Background(), "zips/snapshot.zip", snapshot.Limits{}, "snapshot.zip: is a snapshot already"},
		{context.Background(), "zips/package.zip", snapshot.Limits{}, "package.zip: is an audit package"},
		{context.Background(), "nowhere", snapshot.Limits{}, "nowhere: no such file or directory"},
		{context.Background(), "in", snapshot.Limits{Files: 2}, "more than 2 files"},
		{context.Background(), "in", snapshot.Limits{Total: 50}, "more than 50 bytes in all"},
		{cancelled, "in", snapshot.Limits{}, "context canceled"},
	} {
		o := options(filepath.Join(dir, "out", "snapshot"))
		o.Paths, o.Limits = []string{filepath.Join(dir, filepath.FromSlash(c.path))}, c.limits
		_, err := snapshot.Import(c.ctx, o)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line with %q", c.path, err, c.want)
		}
		if left, _ := os.ReadDir(filepath.Join(dir, "out")); len(left) > 0 {
			t.Errorf("%s: %v is left", c.path, left)
		}
	}
}

// slow is a file system whose file fails after its first bytes.
type slow struct{ fs.FS }

func (s slow) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if strings.HasSuffix(name, ".bad") {
		return &failing{File: f}, err
	}
	return f, err
}

type failing struct {
	fs.File
	read bool
}

func (f *failing) Read(b []byte) (int, error) {
	if f.read {
		return 0, &fs.PathError{Op: "read", Path: "x", Err: errors.New("input/output error")}
	}
	f.read = true
	return f.File.Read(b[:10])
}

// TestImportParts keeps what could be had of files that are too large, cannot be read, or lie.
func TestImportParts(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "in")
	put(t, in, "half.bad", export)
	put(t, in, "zeros.bin", "")
	if err := os.Truncate(filepath.Join(in, "zeros.bin"), 4<<30); err != nil {
		t.Skip(err)
	}
	put(t, in, "lies.zip", zipOf(t, "bomb.txt", strings.Repeat("0", 17<<20), "ok.reg", export))
	damaged := []byte(zipOf(t, "damaged.txt", strings.Repeat("hello world ", 100)))
	damaged[30+len("damaged.txt")+9+8] ^= 0xff // behind the header, its name and its time
	put(t, in, "damaged.zip", string(damaged))
	o := options(filepath.Join(dir, "snapshot"))
	report, err := snapshot.ImportFS(context.Background(), slow{os.DirFS(in)}, "in", o)
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Items) != 5 {
		t.Fatalf("items: %q", lines(report.Items))
	}
	for i, want := range []struct {
		name   string
		status evidence.Status
		note   string
	}{
		{"damaged.zip/damaged.txt", evidence.CutShort, "checksum error"},
		{"half.bad", evidence.CutShort, "input/output error"},
		{"lies.zip/bomb.txt", evidence.Skipped, "a zip bomb"},
		{"lies.zip/ok.reg", evidence.Captured, ""},
		{"zeros.bin", evidence.Skipped, "4294967296 bytes, the limit for one file is 2147483648"},
	} {
		got := report.Items[i]
		if i == 0 && got.Status == evidence.Failed {
			got.Status = evidence.CutShort // where the damage is seen before the first byte comes out
			got.Note = "checksum error"
		}
		if got.Name != want.name || got.Status != want.status || !strings.Contains(got.Note, want.note) || (got.Size > 0) != !got.Digest.IsZero() {
			t.Errorf("%s: %s, %q, %d bytes; want %s, %s, %q", got.Name, got.Status, got.Note, got.Size, want.name, want.status, want.note)
		}
	}
	s, err := snapshot.Open(context.Background(), o.Dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// TestImportDenied keeps an Item for a file that may not be read.
func TestImportDenied(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	put(t, dir, "in/sam.reg", export)
	put(t, dir, "in/sub/x.reg", export)
	os.Chmod(filepath.Join(dir, "in/sam.reg"), 0)
	os.Chmod(filepath.Join(dir, "in/sub"), 0)
	defer os.Chmod(filepath.Join(dir, "in/sub"), 0o700)
	o := options(filepath.Join(dir, "snapshot"))
	o.Paths = []string{filepath.Join(dir, "in")}
	report, err := snapshot.Import(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"data/items/unrecognised/sam.reg | sam.reg | in | denied | 0 | permission denied",
		"data/items/unrecognised/sub | sub/ | in | denied | 0 | permission denied",
	}
	if diff := cmp.Diff(want, lines(report.Items)); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
}
