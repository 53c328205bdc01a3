package main

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/render/pdf"
)

// TestDemoTwice holds that two demos, with another key each and in another zone and language, differ in signatures only: in
// seal/, in the signature's revision of the report, in the signature's parts of the workbook, and in the manifests and the
// count of bytes, which follow from these.
func TestDemoTwice(t *testing.T) {
	dir := t.TempDir()
	if r := start(t, dir, 0, "demo", "-o", "one"); r.code != exitDone {
		t.Fatal(r.stderr)
	}
	t.Setenv("TZ", "Pacific/Kiritimati")
	t.Setenv("LC_ALL", "tr_TR.UTF-8")
	if r := start(t, dir, 0, "demo", "-o", "two"); r.code != exitDone {
		t.Fatal(r.stderr)
	}
	one, two := folderFiles(t, filepath.Join(dir, "one")), folderFiles(t, filepath.Join(dir, "two"))
	follow := []string{"bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"}
	for name, text := range one {
		switch {
		case two[name] == nil:
			t.Errorf("%s: only one has it", name)
		case strings.HasPrefix(name, "seal/"), slices.Contains(follow, name):
		case name == "data/report.pdf":
			if !bytes.Equal(firstRevision(t, text), firstRevision(t, two[name])) {
				t.Errorf("%s: differs before the signature", name)
			}
		case name == "data/workbook.xlsx":
			compareParts(t, text, two[name])
		case !bytes.Equal(text, two[name]):
			t.Errorf("%s differs", name)
		}
	}
	if len(one) != len(two) {
		t.Errorf("%d files and %d", len(one), len(two))
	}
}

// folderFiles returns every file below a folder.
func folderFiles(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		all[filepath.ToSlash(rel)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func firstRevision(t *testing.T, file []byte) []byte {
	t.Helper()
	n, err := pdf.FirstRevision(file)
	if err != nil || n <= 0 || n >= int64(len(file)) {
		t.Fatalf("first revision: %d of %d bytes, %v", n, len(file), err)
	}
	return file[:n]
}

// compareParts compares two workbooks part by part, but for the signature's own.
func compareParts(t *testing.T, one, two []byte) {
	t.Helper()
	left, right := parts(t, one), parts(t, two)
	for name, text := range left {
		if !strings.HasPrefix(name, "_xmlsignatures/") && text != right[name] {
			t.Errorf("data/workbook.xlsx: %s differs", name)
		}
	}
	if len(left) != len(right) {
		t.Errorf("data/workbook.xlsx: %d parts and %d", len(left), len(right))
	}
}

func parts(t *testing.T, file []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
	}
	return all
}
