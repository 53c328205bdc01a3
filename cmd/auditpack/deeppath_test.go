package main

import (
	"strings"
	"testing"
)

// TestDeepPath counts a path as Windows does: the longest that its usual programs take has 259 UTF-16 units.
func TestDeepPath(t *testing.T) {
	planned := []string{"data/items/clock/a.txt", "data/items/registry/" + strings.Repeat("x", 40)} // 60 characters
	folder := func(n int) string { return `D:\` + strings.Repeat("f", n-3) }
	const short = `D:\x.capture\scratch`
	for _, c := range []struct {
		name, dest, scratch string
		want                string
	}{
		{"usual", `D:\evidence\october`, `D:\evidence\october.capture\scratch`, ""},
		{"just short enough", folder(198), short, ""},
		{"one too long", folder(199), short, "its longest path has 260 characters, they take 259"},
		{"letters of two units", folder(100) + strings.Repeat("\U0001F4C1", 50), short, "its longest path has 261 characters"},
		{"letters of two bytes", folder(100) + strings.Repeat("é", 90), short, ""},
		{"a zip, which holds what is long", folder(230) + ".zip", short, ""},
		{"a zip that is itself too long", folder(256) + ".ZIP", short, "its longest path has 260"},
		{"a folder in which reg.exe cannot write", folder(190), folder(244), "programs such as reg.exe may fail"},
		{"one in which it just can", folder(190), folder(243), ""},
	} {
		got := deepPath(c.dest, c.scratch, planned)
		if c.want == "" && got != "" || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		if got != "" && !strings.HasPrefix(got, c.dest) {
			t.Errorf("%s: %q does not name the folder", c.name, got)
		}
	}
}
