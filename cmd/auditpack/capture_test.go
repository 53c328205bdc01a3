package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// capture runs a capture of a recorded host and returns the snapshot's path.
func capture(t testing.TB, host string, o captureOptions) string {
	t.Helper()
	o.replay, o.format = host, "text"
	if o.Profile == "" {
		o.Profile = "automate"
	}
	if o.dest == "" {
		o.dest = filepath.Join(t.TempDir(), "snapshot")
	}
	var out, talk bytes.Buffer
	err := runCapture(t.Context(), o, func(string) bool { return false }, &out, &talk)
	if _, look := err.(*lookError); err != nil && !look {
		t.Fatalf("%v\n%s%s", err, out.String(), talk.String())
	}
	return o.dest
}

// judged returns the results of a snapshot's Controls.
func judged(t testing.TB, snapshot string, o assessOptions) map[string]audit.Assessed {
	t.Helper()
	o.format = "json"
	var out bytes.Buffer
	if err := runAssess(t.Context(), o, []string{snapshot}, &out, &out); err != nil {
		t.Fatal(err)
	}
	var a audit.Audit
	if err := json.Unmarshal(out.Bytes(), &a); err != nil {
		t.Fatal(err)
	}
	all := map[string]audit.Assessed{}
	for _, s := range a.Hosts[0].Sections {
		for _, c := range s.Controls {
			all[c.ID] = c
		}
	}
	return all
}

// probed are the Controls that need an answer of the web server, which no capture has by itself.
var probed = []string{"iis-aspnet-client-no-ip"}

// TestCaptureSample captures the demo's server, recorded, and expects the verdicts of the demo.
func TestCaptureSample(t *testing.T) {
	login := filepath.Join(t.TempDir(), "login.cnf")
	if err := os.WriteFile(login, []byte("[client]\nuser=reader\npassword=not-kept\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800") // 20 October 2026, 06:30, when the sample was taken
	host := writeHost(t, "after", sampleHost(t, "after"), nil)
	got := judged(t, capture(t, host, captureOptions{MySQLLogin: login}), assessOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z", answers: "../../templates/sample/answers.yaml"}})
	for _, w := range expected(t).Controls {
		c, ok := got[w.ID]
		switch {
		case !ok:
			t.Errorf("%s was not judged", w.ID)
		case slices.Contains(probed, w.ID) && c.After.Result == evidence.NotCollected:
		case !w.After.allows(c.After.Result):
			t.Errorf("%s: %s, want %s: %s\n  %+v", w.ID, c.After.Result, w.After.Result, w.After.Why, c.After.Reasons)
		}
	}
}

// TestCaptureSystemFolder holds that nothing is written into the folder of Windows, where an elevated prompt begins, unless -o
// says so.
func TestCaptureSystemFolder(t *testing.T) {
	root := t.TempDir()
	inside := filepath.Join(root, "System32")
	beside := root + "-beside"
	host := filepath.Join(t.TempDir(), "host")
	for _, dir := range []string{inside, beside, host} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(map[string]any{"name": "AUTOMATE01", "folders": map[string]string{"%SystemRoot%": root}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(host, "host.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		dir  string
		want bool // a capture begins
	}{{inside, false}, {root, false}, {beside, true}} {
		t.Chdir(c.dir)
		var out, talk bytes.Buffer
		o := captureOptions{replay: host, format: "text", Profile: "automate", Only: []string{"clock"}}
		err := runCapture(t.Context(), o, func(string) bool { return false }, &out, &talk)
		var usage *usageError
		if errors.As(err, &usage) == c.want {
			t.Errorf("in %s: %v", c.dir, err)
		}
		left, err := os.ReadDir(c.dir)
		if begun := slices.ContainsFunc(left, func(e os.DirEntry) bool { return strings.HasPrefix(e.Name(), "auditpack-automate01-") }); err != nil || begun != c.want {
			t.Errorf("in %s: %v %v", c.dir, left, err)
		}
	}
}
