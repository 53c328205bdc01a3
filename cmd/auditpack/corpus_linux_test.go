package main

import (
	"encoding/json"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// TestMixture judges and packs a snapshot of all of the corpus, which many hosts left: every contradiction is shown, and
// nothing passes, fails or is excused on such ground.
func TestMixture(t *testing.T) {
	dir := t.TempDir()
	unpackCorpus(t, filepath.Join(dir, "in"))
	const most = time.Minute
	bounded := func(r ran, code int) {
		t.Helper()
		if r.code != code {
			t.Fatalf("exit code %d, want %d: %s", r.code, code, r.stderr)
		}
		if r.took > most || r.memory > 400<<20 {
			t.Errorf("took %v and %d MB, want at most %v and 400 MB", r.took, r.memory>>20, most)
		}
	}
	bounded(start(t, dir, 0, "import", "in", "-o", "s", "--host", "AUTOMATE01", "--captured", "2026-10-20"), exitLook)
	judged := start(t, dir, 0, "assess", "s", "--as-of", "2026-10-21", "--format", "json")
	bounded(judged, exitDone)
	bounded(start(t, dir, 0, "assess", "s", "--as-of", "2026-10-21", "--fail-on", "low"), exitLook) // what contradicts itself is no pass
	bounded(start(t, dir, 0, "pack", "s", "-o", "p.zip", "--as-of", "2026-10-21"), exitDone)
	bounded(start(t, dir, 0, "verify", "p.zip"), exitLook) // signed by somebody who was not named

	var a audit.Audit
	if err := json.Unmarshal([]byte(judged.stdout), &a); err != nil {
		t.Fatal(err)
	}
	for _, s := range a.Hosts[0].Sections {
		for _, c := range s.Controls {
			if c.After.Result != evidence.NeedsReview && c.After.Result != evidence.NotCollected {
				t.Errorf("%s: %s on the ground of many hosts", c.ID, c.After.Result)
			}
		}
	}
	// The names and builds that systeminfo and auditpol show in the files, and the name that was claimed.
	for subject, want := range map[string][]string{
		"host name": {"AUTOMATE01", "MYSERVER", "OLI7-PC", "SRV12R2U1X64", "TESTLAPTOP", "WIN-IDKKFN87EL8", "WIN-K0AKLED332V", "WIN-O863JARO7CM", "WIN-RIBN7SM07BK"},
		"platform":  {"build 14393", "build 17134", "build 17763", "build 20348", "build 7601", "build 9600"},
	} {
		i := slices.IndexFunc(a.Hosts[0].Contradictions, func(c audit.Contradiction) bool { return c.Subject == subject })
		if i < 0 {
			t.Errorf("no contradiction on %s is shown", subject)
			continue
		}
		c := a.Hosts[0].Contradictions[i]
		if got := slices.Sorted(slices.Values(c.Values)); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", subject, got, want)
		}
		if len(c.Cites) != len(c.Values) {
			t.Errorf("%s: %d values, %d citations", subject, len(c.Values), len(c.Cites))
		}
	}
}
