package snapshot_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
)

// digest stands for a snapshot by one letter; a blank is none.
func digest(name string) evidence.Digest {
	if name == "" {
		return evidence.Digest{}
	}
	return evidence.DigestOf([]byte(name))
}

func TestChains(t *testing.T) {
	// A link is written as host, name, the one before it, and the days of its oldest and newest item.
	link := func(host, name, previous string, from, to int) snapshot.Link {
		return snapshot.Link{Host: host, Digest: digest(name), Previous: digest(previous), From: taken.AddDate(0, 0, from),
			To: taken.AddDate(0, 0, to), Found: []string{name}}
	}
	for _, c := range []struct {
		name  string
		given []snapshot.Link
		want  []string // host: found joint, in order
	}{
		{"nothing", nil, nil},
		{"in any order", []snapshot.Link{link("H", "c", "b", 2, 2), link("H", "a", "", 0, 0), link("H", "b", "a", 1, 1)},
			[]string{"H: a start", "H: b linked", "H: c linked"}},
		{"the same one twice", []snapshot.Link{link("H", "a", "", 0, 0), link("H", "b", "a", 1, 1), link("H", "b", "a", 1, 1)},
			[]string{"H: a start", "H: b,b linked"}},
		{"it reaches further back", []snapshot.Link{link("H", "b", "a", 1, 1), link("H", "c", "b", 2, 2)},
			[]string{"H: b earlier", "H: c linked"}},
		{"one is missing", []snapshot.Link{link("H", "a", "", 0, 0), link("H", "c", "b", 2, 2)},
			[]string{"H: a start", "H: c gap broken"}},
		{"two successors", []snapshot.Link{link("H", "a", "", 0, 0), link("H", "b", "a", 1, 1), link("H", "x", "a", 2, 2)},
			[]string{"H: a start", "H: b fork broken", "H: x fork broken"}},
		{"two successors of one that is missing", []snapshot.Link{link("H", "b", "a", 1, 1), link("H", "x", "a", 2, 2)},
			[]string{"H: b fork broken", "H: x fork broken"}},
		{"none names another", []snapshot.Link{link("H", "b", "", 1, 1), link("H", "a", "", 0, 0)},
			[]string{"H: a start", "H: b loose"}},
		{"backwards", []snapshot.Link{link("H", "a", "", 5, 6), link("H", "b", "a", 5, 9)},
			[]string{"H: a start", "H: b linked backwards broken"}},
		{"a time that nobody knows", []snapshot.Link{link("H", "a", "", 5, 6), {Host: "H", Digest: digest("b"), Previous: digest("a"), Found: []string{"b"}}},
			[]string{"H: a start", "H: b linked"}},
		{"two hosts, one of them by its whole name", []snapshot.Link{link("web.example.com", "w", "", 0, 0), link("DB", "d", "", 0, 0),
			link("WEB", "x", "w", 1, 1)}, []string{"DB: d start", "WEB: w start", "WEB: x linked"}},
		{"one by its NetBIOS name", []snapshot.Link{link("AUTOMATE-SERVER", "a", "", 0, 0), link("automate-server01.example.com", "b", "a", 1, 1)},
			[]string{"AUTOMATE-SERVER: a start", "AUTOMATE-SERVER: b linked"}},
		{"a shorter name that begins alike", []snapshot.Link{link("AUTOMATE", "a", "", 0, 0), link("AUTOMATE-SERVER01", "b", "a", 1, 1)},
			[]string{"AUTOMATE: a start", "AUTOMATE-SERVER01: b linked after AUTOMATE broken"}},
		{"of another host", []snapshot.Link{link("DB", "d", "", 0, 0), link("WEB", "w", "d", 1, 1)},
			[]string{"DB: d start", "WEB: w linked after DB broken"}},
		{"a circle, which no digest can make", []snapshot.Link{link("H", "a", "b", 0, 0), link("H", "b", "a", 1, 1)},
			[]string{"H: a linked backwards broken", "H: b linked"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, chain := range snapshot.Chains(c.given) {
				broken := false
				for _, j := range chain.Links {
					line := fmt.Sprintf("%s: %s %s", chain.Host, strings.Join(j.Found, ","), j.Joint)
					if j.Backwards {
						line += " backwards"
					}
					if j.OtherHost != "" {
						line += " after " + j.OtherHost
					}
					if j.Broken() {
						line, broken = line+" broken", true
					}
					got = append(got, line)
				}
				if chain.Broken() != broken {
					t.Errorf("%s: broken %v", chain.Host, chain.Broken())
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Everything that a header can say is there again when the snapshot is opened.
func TestHeaderIsKept(t *testing.T) {
	for name, h := range map[string]snapshot.Header{
		"imported": {Host: "AUTOMATE01", Operator: "operator", Tool: "auditpack test"},
		"captured": {Host: "AUTOMATE01", Operator: "operator", Tool: "auditpack test", Previous: digest("a"),
			Clock: snapshot.Clock{Offset: "-0.25", Source: "w32tm /stripchart of time.example.com", Asked: taken}},
	} {
		dest := filepath.Join(t.TempDir(), "snapshot")
		w, err := snapshot.Create(dest, h, bag.Options{})
		if err != nil {
			t.Fatal(err)
		}
		item := evidence.Item{Name: "a.reg", Collector: "registry", Status: evidence.Captured, Origin: evidence.OriginCaptured, Taken: taken}
		if _, err := w.Put(item, strings.NewReader("a")); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Commit(context.Background()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s, err := snapshot.Open(context.Background(), dest, bag.Limits{})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff(h, s.Header()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		want := snapshot.Link{Host: "AUTOMATE01", Digest: s.Digest(), Previous: h.Previous, From: taken, To: taken, Found: []string{"here"}}
		if diff := cmp.Diff(want, s.Link("here")); diff != "" {
			t.Errorf("%s, link (-want +got):\n%s", name, diff)
		}
		s.Close()
	}
}

// A clock is written in one form, or not at all.
func TestClockCheats(t *testing.T) {
	for _, c := range []struct {
		clock snapshot.Clock
		want  string // empty: it is sound
	}{
		{snapshot.Clock{Offset: "0", Source: "desk", Asked: taken}, ""},
		{snapshot.Clock{Offset: "-12", Source: "desk", Asked: taken}, ""},
		{snapshot.Clock{Offset: "86400.000001", Source: "desk", Asked: taken}, ""},
		{snapshot.Clock{Offset: "-0.5", Source: "desk", Asked: taken}, ""},
		{snapshot.Clock{Offset: "-0", Source: "desk", Asked: taken}, `offset "-0"`},
		{snapshot.Clock{Offset: "+1", Source: "desk", Asked: taken}, `offset "+1"`},
		{snapshot.Clock{Offset: "01", Source: "desk", Asked: taken}, `offset "01"`},
		{snapshot.Clock{Offset: "1.50", Source: "desk", Asked: taken}, `offset "1.50"`},
		{snapshot.Clock{Offset: "1s", Source: "desk", Asked: taken}, `offset "1s"`},
		{snapshot.Clock{Offset: "1", Asked: taken}, "without the source"},
		{snapshot.Clock{Offset: "1", Source: "desk"}, "its time is missing"},
		{snapshot.Clock{Offset: "1", Source: "desk", Asked: taken.In(time.FixedZone("", 3600))}, "not in UTC"},
		{snapshot.Clock{Source: "desk"}, `offset ""`},
	} {
		w, err := snapshot.Create(filepath.Join(t.TempDir(), "snapshot"), snapshot.Header{Clock: c.clock}, bag.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err = w.Put(evidence.Item{Name: "a", Status: evidence.Captured, Origin: evidence.OriginCaptured}, strings.NewReader("a")); err != nil {
			t.Fatal(err)
		}
		_, err = w.Commit(context.Background())
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%+v: %v, want %q", c.clock, err, c.want)
		}
		w.Abort()
	}
}

func TestImportPrevious(t *testing.T) {
	dest := filepath.Join(t.TempDir(), "snapshot")
	o := options(dest)
	o.Previous = digest("the one before")
	if _, err := snapshot.ImportFS(context.Background(), fstest.MapFS{"a.reg": {Data: []byte("?")}}, "after", o); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(context.Background(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if h := s.Header(); h.Previous != o.Previous || !h.Clock.IsZero() {
		t.Errorf("%+v: want the digest before it, and a clock that nothing is known of", h)
	}
}
