package snapshot_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// asked stands for the options of a caller.
type asked struct {
	Profile string `json:"profile"`
}

// gathered are three Items: two with bytes and one without.
func gathered() []evidence.Item {
	item := func(path string, status evidence.Status) evidence.Item {
		return evidence.Item{Path: path, Name: filepath.Base(path), Collector: "test", Status: status, Origin: evidence.OriginCaptured,
			Taken: time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC), Stderr: "Zugriff \xff", Withheld: []evidence.Withheld{{Rule: "r", Line: 3, What: "w"}}}
	}
	return []evidence.Item{item("data/items/test/b.txt", evidence.Captured), item("data/items/test/a.txt", evidence.Absent), item("data/items/test/c.txt", evidence.Captured)}
}

// fillIn puts what is not there yet, and finishes.
func fillIn(t testing.TB, g *snapshot.Gathering) (evidence.Digest, error) {
	t.Helper()
	var planned []string
	for _, item := range gathered() {
		planned = append(planned, item.Path)
		if g.Done(item.Path) {
			continue
		}
		var r io.Reader
		if item.Status == evidence.Captured {
			r = strings.NewReader("bytes of " + item.Path)
		}
		if _, err := g.Put(item, r); err != nil {
			t.Fatal(err)
		}
	}
	return g.Finish(context.Background(), planned)
}

func gather(t testing.TB, dest string) *snapshot.Gathering {
	t.Helper()
	g, err := snapshot.Gather(dest, snapshot.Header{Host: "AUTOMATE01", Tool: "test"}, asked{"automate"})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestGather makes a snapshot that verifies, and leaves nothing beside it.
func TestGather(t *testing.T) {
	for _, name := range []string{"folder", "one.zip"} {
		dest := filepath.Join(t.TempDir(), name)
		digest, err := fillIn(t, gather(t, dest))
		if err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
		if err != nil || s.Digest() != digest || len(s.Items()) != 3 || s.Host() != "AUTOMATE01" || s.Items()[1].Stderr != `Zugriff \xff` {
			t.Errorf("%s: %v, %+v", name, err, s.Items())
		}
		s.Close()
		if left, _ := os.ReadDir(filepath.Dir(dest)); len(left) != 1 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
}

// TestGatherKilled cuts the journal at many a byte, as if the process had been killed there, with the bytes of Items that
// no line is about yet. It is gone on with, and the snapshot is the same each time; or it says that nothing was begun.
func TestGatherKilled(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "first")
	g := gather(t, first)
	var want evidence.Digest
	for _, item := range gathered() {
		var r io.Reader
		if item.Status == evidence.Captured {
			r = strings.NewReader("bytes of " + item.Path)
		}
		if _, err := g.Put(item, r); err != nil {
			t.Fatal(err)
		}
	}
	g.Close()
	journal, err := os.ReadFile(filepath.Join(first+".capture", "journal"))
	if err != nil {
		t.Fatal(err)
	}
	head := bytes.IndexByte(journal, '\n') + 1
	for cut := 0; cut <= len(journal); cut += 1 + cut%7*13 {
		dest := filepath.Join(dir, fmt.Sprint(cut))
		if err := os.CopyFS(dest+".capture", os.DirFS(first+".capture")); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dest+".capture", "journal"), int64(cut)); err != nil {
			t.Fatal(err)
		}
		os.WriteFile(filepath.Join(dest+".capture", "scratch", "out-1"), []byte("half"), 0o600)
		os.MkdirAll(filepath.Join(dest+".capture", "partial", "data"), 0o700) // killed while the snapshot was written
		var o asked
		g, err := snapshot.Resume(dest, &o)
		if cut < head {
			if err == nil || !strings.Contains(err.Error(), "run it without --resume") {
				t.Errorf("cut at %d: %v", cut, err)
			}
			continue
		}
		if err != nil || o.Profile != "automate" {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		if n := bytes.Count(journal[head:cut], []byte("\n")); len(g.Items()) != n {
			t.Errorf("cut at %d: %d items, want %d", cut, len(g.Items()), n)
		}
		if left, _ := os.ReadDir(g.Scratch()); len(left) > 0 {
			t.Errorf("cut at %d: %v is left", cut, left)
		}
		digest, err := fillIn(t, g)
		if want.IsZero() {
			want = digest
		}
		if err != nil || digest != want {
			t.Errorf("cut at %d: %s, %v, want %s", cut, digest, err, want)
		}
	}
}

// TestGatherRefuses has one line for each way in which a capture must not become a snapshot.
func TestGatherRefuses(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(dir string) error
		want   string
	}{
		{"a line is no JSON", func(dir string) error { return change(dir, `{"item":{"path"`, `{"item":{"path`) }, "line 2"},
		{"a field that nobody knows", func(dir string) error { return change(dir, `{"item"`, `{"x":1,"item"`) }, "line 2"},
		{"an item twice", func(dir string) error { return change(dir, "test/a.txt", "test/b.txt") }, "two items have this path"},
		{"another version", func(dir string) error { return change(dir, "gathering/1", "gathering/2") }, "version"},
		{"a file outside", func(dir string) error { return change(dir, `"file":"1"`, `"file":"../1"`) }, "no such file of an item"},
	} {
		dest := filepath.Join(t.TempDir(), "snapshot")
		g := gather(t, dest)
		for _, item := range gathered() {
			var r io.Reader
			if item.Status == evidence.Captured {
				r = strings.NewReader("x")
			}
			if _, err := g.Put(item, r); err != nil {
				t.Fatal(err)
			}
		}
		g.Close()
		if err := c.change(dest + ".capture"); err != nil {
			t.Fatal(err)
		}
		var o asked
		g, err := snapshot.Resume(dest, &o)
		if err == nil {
			_, err = g.Finish(t.Context(), nil)
			g.Close()
		}
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v; want one line with %q", c.name, err, c.want)
		}
		if _, err := os.Stat(dest); err == nil {
			t.Errorf("%s: there is a snapshot", c.name)
		}
	}
}

// TestGatherLost: what the power took, or somebody changed, is no part of a capture that is gone on with: it is asked for again,
// and may be put again. After that the capture cannot be told from one that was never interrupted.
func TestGatherLost(t *testing.T) {
	whole := gather(t, filepath.Join(t.TempDir(), "snapshot"))
	want, err := fillIn(t, whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(file string) error
	}{
		{"other bytes", func(file string) error {
			return os.WriteFile(file, []byte(strings.Repeat("z", 1<<10))[:fileSize(file)], 0o600)
		}},
		{"fewer bytes", func(file string) error { return os.Truncate(file, 1) }},
		{"no bytes", os.Remove},
		{"a folder", func(file string) error { return errors.Join(os.Remove(file), os.Mkdir(file, 0o700)) }},
	} {
		dest := filepath.Join(t.TempDir(), "snapshot")
		g := gather(t, dest)
		var captured []evidence.Item
		for _, item := range gathered() {
			var r io.Reader
			if item.Status == evidence.Captured {
				r = strings.NewReader("bytes of " + item.Path)
				captured = append(captured, item)
			}
			if _, err := g.Put(item, r); err != nil {
				t.Fatal(err)
			}
		}
		g.Close()
		if err := c.change(filepath.Join(dest+".capture", "items", "1")); err != nil {
			t.Fatal(err)
		}
		for range 2 { // it may be interrupted once more
			var o asked
			if g, err = snapshot.Resume(dest, &o); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if g.Done(captured[0].Path) || !g.Done(captured[1].Path) || len(g.Items()) != len(gathered())-1 {
				t.Errorf("%s: %d items are taken for whole, among them %s: %v", c.name, len(g.Items()), captured[0].Path, g.Done(captured[0].Path))
			}
			g.Close()
		}
		var o asked
		if g, err = snapshot.Resume(dest, &o); err != nil {
			t.Fatal(err)
		}
		if digest, err := fillIn(t, g); err != nil || digest != want {
			t.Errorf("%s: %s, %v, want %s", c.name, digest, err, want)
		}
	}
}

func fileSize(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// TestGatherChanged: what is changed while a capture runs does not get into its snapshot.
func TestGatherChanged(t *testing.T) {
	for want, change := range map[string]func(file string) error{
		"changed since it was captured": func(file string) error { return os.WriteFile(file, []byte("forged"), 0o600) },
		"no such file":                  os.Remove,
	} {
		dest := filepath.Join(t.TempDir(), "snapshot")
		g := gather(t, dest)
		for _, item := range gathered() {
			var r io.Reader
			if item.Status == evidence.Captured {
				r = strings.NewReader("x")
			}
			if _, err := g.Put(item, r); err != nil {
				t.Fatal(err)
			}
		}
		if err := change(filepath.Join(dest+".capture", "items", "1")); err != nil {
			t.Fatal(err)
		}
		_, err := g.Finish(t.Context(), nil)
		g.Close()
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v; want one line with %q", err, want)
		}
		if _, err := os.Stat(dest); err == nil {
			t.Error("there is a snapshot")
		}
	}
}

func change(dir, old, with string) error {
	path := filepath.Join(dir, "journal")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, bytes.Replace(text, []byte(old), []byte(with), 1), 0o600)
}

// TestGatherOnce lets one process at a time capture to one destination, and does not finish what lacks something.
func TestGatherOnce(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "snapshot")
	g := gather(t, dest)
	if _, err := snapshot.Gather(dest, snapshot.Header{}, asked{}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("a second capture: %v", err)
	}
	if _, err := snapshot.Resume(dest, &asked{}); err == nil || !strings.Contains(err.Error(), "another process") {
		t.Errorf("resumed while it runs: %v", err)
	}
	if _, err := g.Finish(t.Context(), []string{"data/items/test/a.txt"}); err == nil || !strings.Contains(err.Error(), "was planned, and is not captured") {
		t.Errorf("finished without a planned item: %v", err)
	}
	g.Close()
	var unfinished *snapshot.UnfinishedError
	if _, err := snapshot.Gather(dest, snapshot.Header{}, asked{}); !errors.As(err, &unfinished) {
		t.Errorf("another one, where one was begun: %v", err)
	}
	if _, err := snapshot.Resume(filepath.Join(t.TempDir(), "nothing"), &asked{}); err == nil || !strings.Contains(err.Error(), "no capture was begun") {
		t.Errorf("resumed out of nothing: %v", err)
	}
}

// TestGatherSideBySide puts Items from several goroutines, as a capture with several workers does, and asks meanwhile what is done.
// Of two with one path one is refused; nothing is lost, not even when the capture is gone on with.
func TestGatherSideBySide(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "s")
	g := gather(t, dest)
	const n = 40
	text := func(path string) string { return strings.Repeat(path, 1000) }
	var refused atomic.Int64
	var putting sync.WaitGroup
	for i := range 2 * n {
		putting.Go(func() {
			item := gathered()[0]
			item.Path = fmt.Sprintf("data/items/test/%d.txt", i%n)
			if _, err := g.Put(item, strings.NewReader(text(item.Path))); err != nil {
				refused.Add(1)
				return
			}
			if !g.Done(item.Path) {
				t.Errorf("%s was put and is not done", item.Path)
			}
		})
	}
	putting.Wait()
	g.Close()
	g, err := snapshot.Resume(dest, &asked{})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	if got := len(g.Items()); refused.Load() != n || got != n {
		t.Fatalf("%d were refused and %d were kept, want %d and %d", refused.Load(), got, n, n)
	}
	last := gathered()[0]
	last.Path = "data/items/test/last.txt"
	if _, err := g.Put(last, strings.NewReader(text(last.Path))); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Finish(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, item := range s.Items() {
		if item.Digest != evidence.DigestOf([]byte(text(item.Path))) {
			t.Errorf("%s has the bytes of another one", item.Path)
		}
	}
}

// TestGatherFailingReader keeps what could be read, as cut short.
func TestGatherFailingReader(t *testing.T) {
	g := gather(t, filepath.Join(t.TempDir(), "snapshot"))
	defer g.Close()
	item, err := g.Put(gathered()[0], io.MultiReader(strings.NewReader("half"), &failing{read: true}))
	if err != nil || item.Status != evidence.CutShort || item.Size != 4 || !strings.Contains(item.Note, "input/output error") {
		t.Errorf("%+v, %v", item, err)
	}
}
