package pack

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// ofHosts writes a snapshot for each name.
func ofHosts(t *testing.T, names ...string) []*snapshot.Snapshot {
	t.Helper()
	var list []*snapshot.Snapshot
	for i, name := range names {
		dest := filepath.Join(t.TempDir(), fmt.Sprint("s", i))
		w, err := snapshot.Create(dest, snapshot.Header{Host: name, Tool: "test"}, bag.Options{})
		if err != nil {
			t.Fatal(err)
		}
		item := evidence.Item{Name: "a.txt", Collector: "other", Status: evidence.Captured, Origin: evidence.OriginImported}
		if _, err := w.Put(item, strings.NewReader(name)); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(t.Context()); err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Open(t.Context(), dest, bag.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		list = append(list, s)
	}
	return list
}

func TestPairHosts(t *testing.T) {
	for _, c := range []struct {
		name          string
		after, before []string
		pairs         []string // of each host: after/before
		want          string   // of the error
	}{
		{name: "by name and not by order", after: []string{"A", "B", "C"}, before: []string{"c", "a.example.com"}, pairs: []string{"A/a.example.com", "B/", "C/c"}},
		{name: "one without a name", after: []string{""}, before: []string{"A"}, pairs: []string{"/A"}},
		{name: "one host twice", after: []string{"A", "a"}, want: `are both of the host "a": one snapshot a host is judged, an earlier one is compared with --before`},
		{name: "one host with and without its domain", after: []string{"A.example.com", "A"}, want: "are both of the host"},
		{name: "two domains", after: []string{"A.x.example", "A.y.example"}, before: []string{"A.y.example"}, pairs: []string{"A.x.example/", "A.y.example/A.y.example"}},
		{name: "one before of two", after: []string{"A.x.example", "A.y.example"}, before: []string{"A"}, want: `is of the host "A", which is more than one: there is "A.x.example", "A.y.example"`},
		{name: "two before of one", after: []string{"A"}, before: []string{"A", "a"}, want: "a host is compared with one earlier snapshot"},
		{name: "before of another", after: []string{"A"}, before: []string{"B"}, want: `is of the host "B", and no snapshot after it is: there is "A"`},
		{name: "no name among several", after: []string{"A", " "}, want: "does not say of which host it is: of several hosts each needs a name"},
		{name: "before without a name", after: []string{"A", "B"}, before: []string{""}, want: "does not say of which host it is, so that no snapshot can be compared with it"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hosts, err := PairHosts(ofHosts(t, c.after...), ofHosts(t, c.before...))
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
					t.Fatalf("%v, want %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var pairs []string
			for _, h := range hosts {
				pair := h.After.Host() + "/"
				if h.Before != nil {
					pair += h.Before.Host()
				}
				pairs = append(pairs, pair)
			}
			if diff := cmp.Diff(c.pairs, pairs); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever hosts are called, each has a folder of its own that a bag can hold on any system.
func TestFolders(t *testing.T) {
	names := []string{"AUTOMATE-SERVER-01", "automate-server-02", "AUTOMATE-SERVER-2", "host", "СЕРВЕР", "../../etc", "con", "NUL", "a\x1b[2J\u202eb", "host-2", "x.example.com", "x.example.org"}
	var in Inputs
	for _, s := range ofHosts(t, names...) {
		in.Hosts = append(in.Hosts, Host{After: s})
	}
	seen := map[string]bool{}
	for i, folder := range in.folders() {
		name := strings.TrimPrefix(folder, snapshotsFolder)
		if seen[strings.ToLower(name)] || name == "" || len(name) > maxHost || strings.Contains(name, "/") {
			t.Errorf("the folder of %q is %q", names[i], folder)
		}
		seen[strings.ToLower(name)] = true
		if err := bag.CheckPath(folder + "/after/data/snapshot.json"); err != nil {
			t.Errorf("the folder of %q: %v", names[i], err)
		}
	}
	want := []string{"automate-server", "automate-serv-2", "automate-serv-3", "host"}
	for i, w := range want {
		if got := in.folders()[i]; got != snapshotsFolder+w {
			t.Errorf("the folder of %q is %q, want %q", names[i], got, w)
		}
	}
}
