package collect_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// TestRunCodePage records for each command the code page that it writes in where it does not write Unicode: the console's, and the
// system's for appcmd.
func TestRunCodePage(t *testing.T) {
	r := collect.Recording{About: about(true), Commands: []collect.RecordedCommand{{Run: "*", Stdout: "x", File: "x"}}}
	r.CodePage, r.ANSIPage = 850, 1252
	got, err := run(t, t.Context(), recorded(t, r, map[string]string{"x": "x"}), []*collect.Collector{collect.IIS, collect.Accounts, collect.Registry}, collect.Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int]int{}
	for path, p := range got {
		want := 850
		switch {
		case p.Status != evidence.Captured || len(p.Command) == 0:
			want = 0
		case strings.HasSuffix(p.Command[0], "appcmd.exe"):
			want = 1252
		}
		if p.CodePage != want {
			t.Errorf("%s: %d, want %d", path, p.CodePage, want)
		}
		seen[p.CodePage]++
	}
	if seen[850] < 5 || seen[1252] < 5 {
		t.Errorf("%v", seen)
	}
}
