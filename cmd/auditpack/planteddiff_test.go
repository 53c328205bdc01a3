package main

import (
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/compare"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

// plantDiffEvery keeps the suite short: every plant is judged by TestPlanted, and compared here in both directions, one
// in 24 by default.
func plantDiffEvery() int {
	if os.Getenv("AUDITPACK_PLANT") == "all" {
		return 1
	}
	return 24
}

// imported turns the files into a snapshot and opens it.
func (s *server) imported(t *testing.T, about sample) *snapshot.Snapshot {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "snapshot.zip")
	_, err := snapshot.ImportFS(t.Context(), s.files, "after", snapshot.ImportOptions{
		Dest: dest, Host: s.host, By: about.Operator, Tool: "auditpack test", Taken: s.taken, Recognise: recognise,
	})
	if err != nil {
		t.Fatal(err)
	}
	opened, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}

func compared(t *testing.T, about sample, before, after *snapshot.Snapshot) audit.Host {
	t.Helper()
	in := pack.Inputs{Tool: "auditpack test", AsOf: about.AsOf.UTC(), Guide: guideFiles(), Hosts: []pack.Host{{Before: before, After: after}}}
	a, err := in.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a.Hosts[0]
}

// TestPlantedDiff compares the sample's hardened server with each planted one, there and back: a plant that makes verdicts
// worse is a regression one way and hardening the other. What moved at the verdict level is what the plant is known to
// move; at the raw level the files that it touched; every Change at the setting level stands in one of these files, and
// names the Controls that moved.
func TestPlantedDiff(t *testing.T) {
	about, err := loadSample()
	if err != nil {
		t.Fatal(err)
	}
	clean := sampleServer(t, about)
	hardened := clean.imported(t, about)
	results := map[string]evidence.Result{}
	host := compared(t, about, hardened, hardened)
	if n := len(host.Changes) + len(host.Aside) + len(host.ItemChanges); n > 0 {
		t.Fatalf("the sample differs from itself in %d places", n)
	}
	for _, s := range host.Sections {
		for _, c := range s.Controls {
			results[c.ID] = c.After.Result
		}
	}
	worse := 0
	for i, p := range planted() {
		for id, allowed := range wanted(t, p.want, results) {
			if results[id] == evidence.Pass && !slices.Contains(allowed, evidence.Pass) {
				worse++
				break
			}
		}
		t.Run(p.name, func(t *testing.T) {
			if every := plantDiffEvery(); i%every != 0 {
				t.Skipf("one of %d is compared; AUDITPACK_PLANT=all compares all", every)
			}
			t.Parallel()
			s := sampleServer(t, about)
			p.edit(s)
			if len(edited(clean, s)) == 0 {
				t.Skip("touches no bytes: the host or the time is claimed to be another")
			}
			planted := s.imported(t, about)
			want := wanted(t, p.want, results)
			forth, back := compared(t, about, hardened, planted), compared(t, about, planted, hardened)
			checkMovements(t, forth, want, results, false)
			checkMovements(t, back, want, results, true)
			checkItems(t, clean, s, forth)
			checkSettings(t, forth)
			checkSettings(t, back)
			checkEffects(t, forth)
			checkEffects(t, back)
			checkNothingElse(t, clean, s, forth)
			checkNothingElse(t, s, clean, back)
			checkBack(t, forth, back)
		})
	}
	if worse < 100 {
		t.Errorf("%d plants make a verdict worse; want 100 regressions, and as many that are fixed", worse)
	}
}

// edited returns the names of the files that a plant touched.
func edited(clean, planted *server) map[string]bool {
	names := map[string]bool{}
	for name, f := range clean.files {
		if g, ok := planted.files[name]; !ok || string(g.Data) != string(f.Data) {
			names[name] = true
		}
	}
	for name := range planted.files {
		if _, ok := clean.files[name]; !ok {
			names[name] = true
		}
	}
	return names
}

// checkMovements holds the verdicts that moved against those that the plant moves.
func checkMovements(t *testing.T, h audit.Host, want map[string][]evidence.Result, results map[string]evidence.Result, back bool) {
	t.Helper()
	moved := map[string]evidence.Change{}
	for _, m := range h.Movements {
		moved[m.Control] = m
	}
	for id, allowed := range want {
		m, ok := moved[id]
		planted := m.After
		if back {
			planted = m.Before
		}
		switch still := slices.Contains(allowed, results[id]); {
		case !ok && !still:
			t.Errorf("%s: did not move, want it to be %v", id, allowed)
		case ok && m.Movement != evidence.StillFailing && !slices.Contains(allowed, evidence.Result(planted)):
			t.Errorf("%s: %s, %s → %s; the plant is known to make it %v", id, m.Movement, m.Before, m.After, allowed)
		case ok && m.Movement != compare.Move(evidence.Result(m.Before), evidence.Result(m.After)):
			t.Errorf("%s: %s, %s → %s", id, m.Movement, m.Before, m.After)
		}
	}
}

// checkItems holds the raw level against the files that the plant touched.
func checkItems(t *testing.T, clean, planted *server, h audit.Host) {
	t.Helper()
	names := map[string]string{}
	for _, item := range slices.Concat(h.Before.Items, h.After.Items) {
		names[item.Path] = item.Name
	}
	got := map[string]bool{}
	for _, c := range h.ItemChanges {
		for _, cite := range slices.Concat(c.BeforeCites, c.AfterCites) {
			got[names[cite.Item]] = true
		}
	}
	if diff := cmp.Diff(edited(clean, planted), got); diff != "" {
		t.Errorf("items that differ: %s", diff)
	}
}

// checkSettings holds that nothing is reported that stands in files which are equal, and that every verdict that moved
// has a Change that names it and goes its way.
func checkSettings(t *testing.T, h audit.Host) {
	t.Helper()
	touched := map[string]bool{}
	for _, c := range h.ItemChanges {
		for _, cite := range slices.Concat(c.BeforeCites, c.AfterCites) {
			touched[cite.Item] = true
		}
	}
	named := map[string]bool{}
	for _, c := range h.Changes {
		inside := c.Address.Kind() == "inbound" // worked out of several files
		for _, cite := range slices.Concat(c.BeforeCites, c.AfterCites) {
			inside = inside || touched[cite.Item]
		}
		if !inside {
			t.Errorf("%s: %s, though its files are equal: %v %v", c.Address, c.Kind, c.BeforeCites, c.AfterCites)
		}
		for _, id := range c.Controls {
			named[id] = true
		}
	}
	for _, m := range h.Movements {
		if decided := m.Movement == evidence.Regressed || m.Movement == evidence.Fixed; decided && !named[m.Control] && len(h.Changes) > 0 {
			t.Errorf("%s: %s, and no setting names it", m.Control, m.Movement)
		}
	}
	for _, c := range h.ItemChanges {
		for _, id := range c.Controls {
			named[id] = true
		}
	}
	for _, m := range h.Movements {
		if m.Movement != evidence.StillFailing && !named[m.Control] {
			t.Errorf("%s: %s, and no change names it", m.Control, m.Movement)
		}
	}
}

// checkBack holds that the way back is the way there with the sides swapped.
func checkBack(t *testing.T, forth, back audit.Host) {
	t.Helper()
	if len(forth.Changes) != len(back.Changes) || len(forth.Aside) != len(back.Aside) {
		t.Fatalf("%d changes and %d aside there, %d and %d back", len(forth.Changes), len(forth.Aside), len(back.Changes), len(back.Aside))
	}
	index := map[string]evidence.Change{}
	for _, c := range back.Changes {
		index[string(c.Address)+"|"+string(c.From)] = c
	}
	for _, c := range forth.Changes {
		address, from := c.Address, c.From
		if c.Kind == compare.Moved {
			address, from = from, address
		}
		b, ok := index[string(address)+"|"+string(from)]
		if !ok || b.Before != c.After || b.After != c.Before || strings.Join(b.Controls, " ") != strings.Join(c.Controls, " ") {
			t.Errorf("%s: %q → %q there, %q → %q back; %v and %v", c.Address, c.Before, c.After, b.Before, b.After, c.Controls, b.Controls)
		}
	}
}

// checkEffects holds the direction of the settings against that of the verdicts: what only makes verdicts worse hurts and
// helps nowhere, and the other way round.
func checkEffects(t *testing.T, h audit.Host) {
	t.Helper()
	moved := map[evidence.Movement]int{}
	for _, m := range h.Movements {
		moved[m.Movement]++
	}
	effects := map[evidence.Effect]int{}
	for _, c := range h.Changes {
		effects[c.Effect]++
	}
	worse, better := moved[evidence.Regressed]+moved[evidence.NewlyNotCollected], moved[evidence.Fixed]
	switch {
	case len(h.Changes) == 0: // the file says nothing any more, or is no evidence
	case worse > 0 && better == 0 && (effects[evidence.Helps] > 0 || moved[evidence.Regressed] > 0 && effects[evidence.Hurts] == 0):
		t.Errorf("verdicts got worse only, and settings say %v", effects)
	case better > 0 && worse == 0 && (effects[evidence.Hurts] > 0 || effects[evidence.Helps] == 0):
		t.Errorf("verdicts were fixed only, and settings say %v", effects)
	case worse+better == 0 && effects[evidence.Hurts]+effects[evidence.Helps] > 0:
		t.Errorf("no verdict moved, and settings say %v", effects)
	}
}

// checkNothingElse holds every Change against the lines that differ between the files themselves. A value that changed
// stands in a line that differs; what came, went or moved stands in one or below one that says where it is (a key, a
// section, the socket of a program). Of a file that is refused on one side the raw level says all that there is to say.
func checkNothingElse(t *testing.T, before, after *server, h audit.Host) {
	t.Helper()
	names, refused := map[string]string{}, map[string]bool{}
	for _, item := range slices.Concat(h.Before.Items, h.After.Items) {
		names[item.Path] = item.Name
		refused[item.Name] = refused[item.Name] || item.Refusal != ""
	}
	lines := map[string][2]map[int]bool{}
	for name := range edited(before, after) {
		lines[name] = differing(before.files[name], after.files[name])
	}
	whole := []string{"inbound", "file", "http"} // what is said of a file or a response as a whole, or worked out of several
	for _, c := range slices.Concat(h.Changes, h.Aside) {
		inside := slices.Contains(whole, c.Address.Kind()) || c.Kind == compare.NotCollected
		for side, cites := range [][]evidence.Citation{c.BeforeCites, c.AfterCites} {
			for _, cite := range cites {
				name := names[cite.Item]
				last := cite.Line + strings.Count(spanOf([]*server{before, after}[side], name, cite), "\n")
				inside = inside || refused[name] || cite.Line == 0
				for n := range lines[name][side] {
					inside = inside || n >= cite.Line && n <= last
				}
				for n := range lines[name][1-side] { // what says where it is may stand on the other side alone
					inside = inside || n <= last+1 && c.Kind != compare.Changed
				}
				for n := range lines[name][side] {
					inside = inside || n <= last && c.Kind != compare.Changed
				}
			}
		}
		if !inside {
			t.Errorf("%s: %s, %q → %q, though the lines that it cites are the same: %v %v", c.Address, c.Kind, c.Before, c.After, c.BeforeCites, c.AfterCites)
		}
	}
}

// differing returns the numbers of the lines in which two files differ, on each side. One that is not there has no lines.
func differing(before, after *fstest.MapFile) [2]map[int]bool {
	text := func(f *fstest.MapFile) string {
		if f == nil {
			return ""
		}
		return parse.Decode(f.Data)
	}
	numbers := [2]map[int]bool{{}, {}}
	for _, l := range compare.Text(text(before), text(after), compare.AsideLines{}, math.MaxInt).Lines {
		switch l.Sign() {
		case "-":
			numbers[0][l.Before] = true
		case "+":
			numbers[1][l.After] = true
		}
	}
	return numbers
}

// spanOf returns the text that a Citation covers.
func spanOf(s *server, name string, c evidence.Citation) string {
	f := s.files[name]
	if f == nil || c.Offset+c.Length > int64(len(f.Data)) {
		return ""
	}
	return strings.ReplaceAll(string(f.Data[c.Offset:c.Offset+c.Length]), "\x00", "")
}
