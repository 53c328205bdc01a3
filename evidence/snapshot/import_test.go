package snapshot_test

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"

	"github.com/google/go-cmp/cmp"
)

var taken = time.Date(2026, 10, 20, 8, 30, 0, 0, time.UTC)

// recognise knows one form: a file that begins with "Windows Registry".
func recognise(name string, head []byte) (collector, format, refused string) {
	if bytes.HasPrefix(head, []byte("Windows Registry")) {
		return "registry", "registry export", ""
	}
	return "", "", ""
}

func options(dest string) snapshot.ImportOptions {
	return snapshot.ImportOptions{Dest: dest, Host: "AUTOMATE01", By: "operator", Tool: "auditpack test", Taken: taken, Recognise: recognise}
}

func TestImportFS(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "snapshot")
	files := fstest.MapFS{
		"LSA export.reg":     {Data: []byte("Windows Registry Editor Version 5.00\r\n")},
		"sub/lsa-export.reg": {Data: []byte("Windows Registry Editor Version 5.00\r\n\r\n")},
		"con.txt":            {Data: []byte("?")},
	}
	report, err := snapshot.ImportFS(context.Background(), files, "after", options(dest))
	if err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(context.Background(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.Digest() != report.Digest || s.Host() != "AUTOMATE01" || s.Operator() != "operator" || s.Tool() != "auditpack test" {
		t.Errorf("the snapshot is %s of %s by %s with %s", s.Digest(), s.Host(), s.Operator(), s.Tool())
	}
	item := func(path, name, collector, format, bytes string) evidence.Item {
		return evidence.Item{Path: path, Name: name, Source: "after", Collector: collector, Format: format,
			Status: evidence.Captured, Origin: evidence.OriginImported, Host: "AUTOMATE01", By: "operator",
			Size: int64(len(bytes)), Digest: evidence.DigestOf([]byte(bytes)), Taken: taken}
	}
	mark := evidence.DigestOf([]byte("after/sub/lsa-export.reg")).String()[:8]
	want := []evidence.Item{
		item("data/items/registry/lsa-export-"+mark+".reg", "sub/lsa-export.reg", "registry", "registry export", "Windows Registry Editor Version 5.00\r\n\r\n"),
		item("data/items/registry/lsa-export.reg", "LSA export.reg", "registry", "registry export", "Windows Registry Editor Version 5.00\r\n"),
		item("data/items/unrecognised/con-.txt", "con.txt", "unrecognised", "", "?"),
	}
	if diff := cmp.Diff(want, s.Items()); diff != "" {
		t.Errorf("items (-want +got):\n%s", diff)
	}
	r, err := s.Open(want[0])
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if text, err := io.ReadAll(r); err != nil || string(text) != "Windows Registry Editor Version 5.00\r\n\r\n" {
		t.Errorf("read %q, %v", text, err)
	}
}
