package pack_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence/bag"
	"auditpack/evidence/seal"
	"auditpack/evidence/seal/sealtest"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

// TestItemCalledBagit packs evidence that is called as the files are by which a bag is known.
func TestItemCalledBagit(t *testing.T) {
	s := sealedSample(t)
	dir := put(t, map[string]string{"bagit.txt": "BagIt-Version: 0.97\n", "after/bagit.txt": "somebody's", "sample.reg": "Windows Registry Editor Version 5.00\r\n"})
	at := filepath.Join(t.TempDir(), "s")
	if _, err := snapshot.Import(t.Context(), snapshot.ImportOptions{Paths: []string{dir}, Dest: at, Host: "AUTOMATE01", Tool: "auditpack test",
		Taken: sealtest.Time, Recognise: func(string, []byte) (string, string, string) { return "", "", "" }}); err != nil {
		t.Fatal(err)
	}
	after, err := snapshot.Open(t.Context(), at, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	in := s.in
	in.Hosts = []pack.Host{{After: after}}
	path := filepath.Join(t.TempDir(), "p")
	if _, err := pack.Write(t.Context(), in, s.by, pack.Destination{Path: path}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(path, "data/snapshots/automate01/after/data/items/unrecognised/bagit.txt")); err != nil {
		t.Fatal(err)
	}
	if r := verify(t, path, s.trust); r.Standing != seal.Trusted || len(r.Snapshots) != 1 {
		t.Errorf("%s: %v, %d snapshots", r.Standing, r.Err(), len(r.Snapshots))
	}
}

// TestSnapshotElsewhere: a snapshot that no verdict is about cannot lie where none is looked for.
func TestSnapshotElsewhere(t *testing.T) {
	s := sealedSample(t)
	for _, folder := range []string{"data/snapshots/automate01/later/", "data/snapshots/other/", "data/snapshots/a/b/after/"} {
		a := &attack{t: t, s: s, files: contents(t, s.folder)}
		for path, text := range contents(t, filepath.Join(s.folder, "data/snapshots/automate01/after")) {
			a.files[folder+path] = text
		}
		a.relist(s.by)
		r := verify(t, put(t, a.files), s.trust)
		if r.Standing != seal.Broken || !strings.Contains(r.Err().Error(), "no snapshot lies here") {
			t.Errorf("%s: %s: %v", folder, r.Standing, r.Err())
		}
	}
}
