package seal_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence/seal"
)

func TestFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "keys")
	folder := seal.Folder(dir)
	if places, err := folder.List(); err != nil || len(places) != 0 {
		t.Errorf("a folder that is not there: %v, %v", places, err)
	}
	if _, err := folder.Find("default"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error is %v, want %v", err, fs.ErrNotExist)
	}
	save := func(name string, form seal.Form, text string, replace bool) error {
		_, err := folder.Save(name, form, []byte(text), replace)
		return err
	}
	if err := errors.Join(save("default", seal.FormPEM, "1", false), save("a-2", seal.FormPKCS12, "2", false), save("card", seal.FormExternal, "3", false)); err != nil {
		t.Fatal(err)
	}
	for _, form := range []seal.Form{seal.FormPEM, seal.FormPKCS12, seal.FormExternal} {
		if err := save("default", form, "lost", false); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), "identity default exists: ") {
			t.Errorf("%s over an identity: error is %v, want %v", form, err, fs.ErrExist)
		}
	}
	want := []seal.Place{
		{Name: "a-2", Path: filepath.Join(dir, "a-2.p12"), Form: seal.FormPKCS12},
		{Name: "card", Path: filepath.Join(dir, "card.signer"), Form: seal.FormExternal},
		{Name: "default", Path: filepath.Join(dir, "default.pem"), Form: seal.FormPEM},
	}
	if err := os.WriteFile(filepath.Join(dir, "Notes.pem"), nil, 0o600); err != nil { // no name of an identity
		t.Fatal(err)
	}
	places, err := folder.List()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, places); diff != "" {
		t.Error(diff)
	}
	if runtime.GOOS != "windows" {
		for path, mode := range map[string]fs.FileMode{dir: 0o700, filepath.Join(dir, "default.pem"): 0o600, filepath.Join(dir, "card.signer"): 0o600} {
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.Mode().Perm() != mode || seal.OpenToOthers(info) {
				t.Errorf("%s: mode %o, want %o", path, info.Mode().Perm(), mode)
			}
		}
	}

	if err := save("default", seal.FormPKCS12, "4", true); err != nil { // replaced, in another form
		t.Fatal(err)
	}
	p, err := folder.Find("default")
	if err != nil || p.Form != seal.FormPKCS12 {
		t.Errorf("after it was replaced: %v, %v", p, err)
	}
	if text, err := os.ReadFile(p.Path); err != nil || string(text) != "4" {
		t.Errorf("it holds %q, %v", text, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "default.pem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Find("default"); err == nil || !strings.Contains(err.Error(), "identity default is there twice") {
		t.Errorf("two of a name: %v", err)
	}
	for _, name := range []string{"", "a/b", "..", "A", "a.b", "ä", "a b", `a\b`, "default\n", strings.Repeat("a", 41)} {
		if err := save(name, seal.FormPEM, "x", true); err == nil || !strings.Contains(err.Error(), "a name has 1 to 40 of a-z, 0-9 and -") {
			t.Errorf("name %q: error is %v", name, err)
		}
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 5 {
		t.Errorf("%d files, want the 5 that were written and nothing half-written: %v", len(entries), err)
	}
}

// TestFolderRace: of many that make an identity of the same name at once, one wins, and the others are told.
func TestFolderRace(t *testing.T) {
	folder := seal.Folder(t.TempDir())
	won := make([]bool, 16)
	var all sync.WaitGroup
	for i := range won {
		all.Go(func() {
			_, err := folder.Save("default", seal.FormPEM, []byte{byte(i)}, false)
			if won[i] = err == nil; err != nil && !errors.Is(err, fs.ErrExist) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	p, err := folder.Find("default")
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(p.Path)
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range won {
		if w != (data[0] == byte(i)) {
			t.Errorf("%d was told %t, the file is of %d", i, w, data[0])
		}
	}
}
