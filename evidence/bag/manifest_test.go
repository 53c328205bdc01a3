package bag

import (
	"bytes"
	"slices"
	"strings"
	"testing"
)

func TestCheckPath(t *testing.T) {
	for _, c := range []struct {
		path string
		ok   bool
	}{
		{"data/items/netstat/netstat-ano.txt", true},
		{"a", true},
		{"data/console.txt", true},
		{"data/com10.txt", true},
		{"data/x..y", true},
		{strings.Repeat("a", 100), true},
		{strings.Repeat("a", 101), false},
		{"", false},
		{"/etc/passwd", false},
		{"data//x", false},
		{"data/", false},
		{"./x", false},
		{"data/../x", false},
		{"data/.hidden", false},
		{"data/x.", false},
		{"data/X", false},
		{"data/a b", false},
		{`data\x`, false},
		{"c:x", false},
		{"data/ä", false},
		{"data/x\x00", false},
		{"data/con", false},
		{"nul.txt", false},
		{"data/lpt1.tar.gz", false},
		{"aux/x", false},
	} {
		if err := CheckPath(c.path); (err == nil) != c.ok {
			t.Errorf("%q: %v, want ok %v", c.path, err, c.ok)
		}
	}
}

// FuzzManifest holds that a manifest without fault is the only form of its list.
func FuzzManifest(f *testing.F) {
	digest := strings.Repeat("0123456789abcdef", 4)
	f.Add([]byte(digest + "  data/a.txt\n" + digest + "  data/b.txt\n"))
	f.Add([]byte(digest + " *data/a.txt\r\n"))
	f.Add([]byte(strings.ToUpper(digest) + "  data/a.txt"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var found faults
		files := parseManifest(manifestName, text, &found)
		for _, file := range files {
			if err := CheckPath(file.Path); err != nil {
				t.Error(err)
			}
		}
		sorted := slices.IsSortedFunc(files, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
		if !sorted {
			t.Error("not sorted")
		}
		if len(found) == 0 && !bytes.Equal(formatManifest(files), text) {
			t.Errorf("accepted %q, writes %q", text, formatManifest(files))
		}
	})
}

// FuzzInfo holds the same of bag-info.txt.
func FuzzInfo(f *testing.F) {
	f.Add([]byte("Contact-Name: A\nPayload-Oxum: 1.1\n"))
	f.Add([]byte("A: 1\n  folded\nB:2\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		var found faults
		lines := parseInfo(text, &found)
		if len(found) == 0 && !bytes.Equal(formatInfo(lines), text) {
			t.Errorf("accepted %q, writes %q", text, formatInfo(lines))
		}
	})
}
