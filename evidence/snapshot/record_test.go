package snapshot

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
)

// sound is a record of two Items, one of them without bytes, as it is written.
const sound = `{
  "version": "auditpack.snapshot/1",
  "host": "AUTOMATE01",
  "operator": "operator",
  "tool": "auditpack test",
  "items": [
    {
      "path": "data/items/netstat/ano.txt",
      "name": "ano.txt",
      "source": "after",
      "collector": "netstat",
      "status": "captured",
      "origin": "imported",
      "size": 3,
      "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      "taken": "2026-10-20T08:30:00Z"
    },
    {
      "path": "data/items/registry/sam.reg",
      "name": "sam.reg",
      "collector": "registry",
      "status": "denied",
      "origin": "imported",
      "size": 0,
      "sha256": "",
      "taken": "2026-10-20T08:30:00Z",
      "note": "permission denied"
    }
  ]
}
`

// bagOf writes a sound bag with this snapshot.json and opens it.
func bagOf(t *testing.T, record string, more ...string) *bag.Bag {
	t.Helper()
	path := filepath.Join(t.TempDir(), "snapshot")
	w, err := bag.Create(path, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	files := append([]string{"data/items/netstat/ano.txt", "abc"}, more...)
	if record != "" {
		files = append(files, recordPath, record)
	}
	for i := 0; i < len(files); i += 2 {
		if err := w.Add(files[i], []byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	b, err := bag.Open(context.Background(), path, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// TestRecordCheats has one line for each way in which snapshot.json can say something else than the bag, or say it twice.
func TestRecordCheats(t *testing.T) {
	if s, err := FromBag(bagOf(t, sound)); err != nil || len(s.Items()) != 2 {
		t.Fatalf("the sound one: %v", err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"no record", sound, "", "no snapshot"},
		{"not JSON", sound, "hello", "line 1: invalid character"},
		{"cut short", "    }\n  ]\n}\n", "", "ends early"},
		{"another version", "snapshot/1", "snapshot/2", `version "auditpack.snapshot/2"`},
		{"an unknown field", `  "tool"`, `  "verdict": "pass",` + "\n" + `  "tool"`, `unknown field "verdict"`},
		{"a field twice", `  "tool"`, `  "host": "OTHER",` + "\n" + `  "tool"`, "line 3: not in the form"},
		{"a field in other letters", `"host"`, `"Host"`, "line 3: not in the form"},
		{"something behind it", "  ]\n}\n", "  ]\n}\n{}", "not in the form"},
		{"another indent", "  \"host\"", "\t\"host\"", "line 3: not in the form"},
		{"no items", sound[strings.Index(sound, "[")+1 : len(sound)-4], "", "has no item for it"},
		{"items are null", sound[strings.Index(sound, "[") : len(sound)-3], "null", "no items"},
		{"an unknown status", `"denied"`, `"passed"`, `unknown status "passed"`},
		{"an unknown origin", `"imported"`, `"trusted"`, `unknown origin "trusted"`},
		{"captured without bytes", `"denied"`, `"captured"`, "captured, but without a digest"},
		{"a time in another zone", "08:30:00Z", "08:30:00+02:00", "not in UTC"},
		{"not sorted", "netstat/ano.txt", "services/ano.txt", "not sorted"},
		{"a path elsewhere", "data/items/netstat/ano.txt", "data/ano.txt", "want data/items/"},
		{"a path that leaves", "data/items/netstat/ano.txt", "data/items/../ano.txt", "begins or ends with a dot"},
		{"another file's path", "netstat/ano.txt", "netstat/an.txt", "is missing: snapshot.json has bytes for it"},
		{"another digest", "ba7816bf", "ba7816b0", "snapshot.json says 3 and ba7816b0"},
		{"another size", `"size": 3`, `"size": 4`, "snapshot.json says 4"},
		{"a negative size", `"size": 3`, `"size": -3`, "size -3"},
		{"a digest in upper case", "ba7816bf", "BA7816BF", "not a lower-case"},
		{"missing, and denied", `"note": "permission`, `"missing": "registry:HKLM\\SOFTWARE",` + "\n      " + `"note": "permission`, "is not there, and is denied"},
		{"bytes for what was denied", `"size": 0`, `"size": 9`, "9 bytes without a digest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if !strings.Contains(sound, c.old) {
				t.Fatalf("the sound record has no %q", c.old)
			}
			_, err := FromBag(bagOf(t, strings.Replace(sound, c.old, c.new, 1)))
			var invalid *bag.InvalidError
			if !errors.As(err, &invalid) || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v: want one line with %q", err, c.want)
			}
		})
	}
	for path, want := range map[string]string{
		"data/items/netstat/extra.txt": "has no item for it",
		"data/other.txt":               "has no item for it",
		"data/items/registry/sam.reg":  "snapshot.json says 0 and",
	} {
		if _, err := FromBag(bagOf(t, sound, path, "x")); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s added: %v", path, err)
		}
	}
}

func TestLayout(t *testing.T) {
	l := layout{map[string]bool{}}
	long := strings.Repeat("Long Name ", 20) + ".reg"
	for _, c := range []struct{ source, name, collector, want string }{
		{"in", "netstat -ano.txt", "netstat", "data/items/netstat/netstat-ano.txt"},
		{"in", "Sub/NETSTAT -ano.txt", "netstat", "data/items/netstat/netstat-ano-" + digits("in/Sub/NETSTAT -ano.txt") + ".txt"},
		{"in", "Sub/NETSTAT -ano.txt", "netstat", "data/items/netstat/netstat-ano-" + digits("in/Sub/NETSTAT -ano.txt") + "-2.txt"},
		{"in", "Sub/NETSTAT -ano.txt", "netstat", "data/items/netstat/netstat-ano-" + digits("in/Sub/NETSTAT -ano.txt") + "-3.txt"},
		{"in", "aux.reg", "registry", "data/items/registry/aux-.reg"},
		{"in", "NUL", "registry", "data/items/registry/nul-"},
		{"in", "...", "registry", "data/items/registry/file"},
		{"in", "Übersicht.txt", "registry", "data/items/registry/bersicht.txt"},
		{"in", long, "registry", "data/items/registry/long-name-long-name-long-name-long-n.reg"},
		{"in", "x/" + long, "registry", "data/items/registry/long-name-long-name-long-na-" + digits("in/x/"+long) + ".reg"},
		{"in", ".hidden", "Un/known", "data/items/un-known/hidden"},
	} {
		got := l.path(evidence.Item{Source: c.source, Name: c.name, Collector: c.collector})
		if got != c.want {
			t.Errorf("%q: %s, want %s", c.name, got, c.want)
		}
		if err := l.claim(got); err != nil {
			t.Error(err)
		}
	}
}

func digits(name string) string { return evidence.DigestOf([]byte(name)).String()[:8] }

// TestPutKeepsNames has two names that are no UTF-8 and may not become one.
func TestPutKeepsNames(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "snapshot")
	w, err := Create(dest, Header{Host: "AUTOMATE01"}, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for _, name := range []string{"caf\xe9.txt", "caf\xe8.txt", "caf\ufffd.txt"} {
		item := evidence.Item{Name: name, Status: evidence.Captured, Origin: evidence.OriginImported, Taken: time.Unix(0, 0)}
		if _, err := w.Put(item, strings.NewReader(name)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(context.Background(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names := map[string]bool{}
	for _, item := range s.Items() {
		names[item.Name] = true
	}
	if !names[`caf\xe9.txt`] || !names[`caf\xe8.txt`] || !names["caf\ufffd.txt"] {
		t.Errorf("names: %v", names)
	}
}

// FuzzRecord holds that a record that is accepted is the only form of what it says, and that every path is one.
func FuzzRecord(f *testing.F) {
	f.Add([]byte(sound))
	f.Add([]byte(`{"version":"auditpack.snapshot/1","items":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := decode(text)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
			return
		}
		again, err := r.encode()
		if err != nil || !bytes.Equal(text, again) {
			t.Errorf("accepted %q, writes %q, %v", text, again, err)
		}
		for _, item := range r.Items {
			if err := bag.CheckPath(item.Path); err != nil {
				t.Error(err)
			}
		}
	})
}

// FuzzPath holds that any names get paths that a bag may have, and no two the same.
func FuzzPath(f *testing.F) {
	f.Add("netstat", "a.txt", "A.TXT")
	f.Add("con", "con", "..")
	f.Add("x", strings.Repeat("x", 50)+".jpeg", "\xff.txt")
	f.Fuzz(func(t *testing.T, collector, one, two string) {
		l := layout{map[string]bool{}}
		for _, name := range []string{one, two, one, two, one} {
			if err := l.claim(l.path(evidence.Item{Name: name, Collector: collector})); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
}
