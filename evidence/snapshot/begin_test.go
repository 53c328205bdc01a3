package snapshot_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence/snapshot"
)

// leftOver are the states in which a process can leave its folder when it is killed: before the first line of the journal is
// whole, and after the snapshot is at its destination.
var leftOver = []struct {
	name  string
	files []string // with a slash at the end: folders; after a blank the content
}{
	{"nothing but the folder", nil},
	{"the lock", []string{"lock"}},
	{"one folder", []string{"lock", "items/"}},
	{"both folders", []string{"lock", "items/", "scratch/"}},
	{"an empty journal", []string{"lock", "items/", "scratch/", "journal"}},
	{"half a first line", []string{"lock", "items/", "scratch/", `journal {"version":"auditpack.gath`}},
	{"done", []string{"lock", "items/", "items/1 bytes", "scratch/", `done {"version"`}},
	{"done, and a part removed", []string{"lock", "items/", `done {"version"`}},
}

func lay(t *testing.T, dir string, files []string) {
	t.Helper()
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name, text, _ := strings.Cut(f, " ")
		var err error
		if below, ok := strings.CutSuffix(name, "/"); ok {
			err = os.Mkdir(filepath.Join(dir, below), 0o777)
		} else {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// TestGatherLeftOver begins anew where a process was killed that had not begun, or was done: Resume says so, and nobody is sent
// in a circle. The folder is made anew: whoever could read the one before cannot read this one.
func TestGatherLeftOver(t *testing.T) {
	for _, c := range leftOver {
		dest := filepath.Join(t.TempDir(), "snapshot")
		lay(t, dest+".capture", c.files)
		want := "run it without --resume"
		if strings.HasPrefix(c.name, "done") {
			want = "there is nothing to go on with"
		}
		if _, err := snapshot.Resume(dest, &asked{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: resumed: %v; want %q", c.name, err, want)
		}
		g := gather(t, dest)
		if at, err := os.Stat(dest + ".capture"); err != nil || at.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", c.name, at.Mode(), err)
		}
		if _, err := fillIn(t, g); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if left, _ := os.ReadDir(filepath.Dir(dest)); len(left) != 1 {
			t.Errorf("%s: %v is left", c.name, left)
		}
	}
}

// TestGatherNotOurs leaves alone what it does not know.
func TestGatherNotOurs(t *testing.T) {
	for _, c := range []struct {
		name  string
		files []string
		want  string
	}{
		{"a folder of somebody else's", []string{"letters.txt dear"}, "holds other things (letters.txt)"},
		{"beside what we know", []string{"lock", "items/", "mine"}, "holds other things (mine)"},
		{"items without a journal", []string{"lock", "items/", "items/1 bytes"}, "no journal"},
		{"half a first line, and items", []string{"lock", "items/", "items/1 bytes", "journal {"}, "no journal"},
	} {
		dest := filepath.Join(t.TempDir(), "snapshot")
		lay(t, dest+".capture", c.files)
		var unfinished *snapshot.UnfinishedError
		_, err := snapshot.Gather(dest, snapshot.Header{}, asked{})
		if err == nil || errors.As(err, &unfinished) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want %q", c.name, err, c.want)
		}
		for _, f := range c.files {
			name, text, _ := strings.Cut(f, " ")
			if name == "journal" {
				continue // half a line is nothing
			}
			if got, err := os.ReadFile(filepath.Join(dest+".capture", name)); !strings.HasSuffix(name, "/") && (err != nil || string(got) != text) {
				t.Errorf("%s: %s is not left alone: %v", c.name, name, err)
			}
		}
	}
	dest := filepath.Join(t.TempDir(), "snapshot")
	elsewhere := t.TempDir()
	if err := os.Symlink(elsewhere, dest+".capture"); err != nil {
		t.Skip(err)
	}
	if _, err := snapshot.Gather(dest, snapshot.Header{}, asked{}); err == nil || !strings.Contains(err.Error(), "is no folder") {
		t.Errorf("a link to a folder: %v", err)
	}
	if left, _ := os.ReadDir(elsewhere); len(left) > 0 {
		t.Errorf("%v was written through a link", left)
	}
}

// TestResumeFinished tells what is left over where the process was killed between writing the snapshot and saying so.
func TestResumeFinished(t *testing.T) {
	dir := t.TempDir()
	dest := filepath.Join(dir, "snapshot")
	g := gather(t, dest)
	if err := os.CopyFS(filepath.Join(dir, "kept"), os.DirFS(dest+".capture")); err != nil {
		t.Fatal(err)
	}
	if _, err := fillIn(t, g); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, "kept"), dest+".capture"); err != nil {
		t.Fatal(err)
	}
	if _, err := snapshot.Resume(dest, &asked{}); err == nil || !strings.Contains(err.Error(), "it is whole, and "+dest+".capture is left over") {
		t.Errorf("%v", err)
	}
}
