package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// TestWrap breaks lines where nothing that is copied is cut.
func TestWrap(t *testing.T) {
	digest := strings.Repeat("0123456789abcdef", 4)
	sid := "S-1-5-82-4031826879-2264154351-3294156951-803206817-528297091"
	for _, test := range []struct{ name, text, want string }{
		{"blanks", "one two three four five six", "one two three four\n  five six"},
		{"exactly", "one two three four f", "one two three four f"},
		{"no blank and longer than a line", digest, digest},
		{"a long word after a short one", "sha256 " + digest + " of it", "sha256\n  " + digest + "\n  of it"},
		{"sids", sid + ", " + sid, sid + ",\n  " + sid},
		{"a rule", "Action=Allow|Active=TRUE|Dir=In|", "Action=Allow|\n  Active=TRUE|Dir=In|"},
		{"a separator before a comma", "Desc=@F.dll,-28|LocalPort=8,9", "Desc=@F.dll,-28|\n  LocalPort=8,9"},
		{"runes", "äöü äöü äöü äöü äöü äöü", "äöü äöü äöü äöü äöü\n  äöü"},
		{"lines of its own", "one\ntwo", "one\n  two"},
	} {
		if diff := cmp.Diff(test.want, wrap(test.text, 22, "  ")); diff != "" {
			t.Errorf("%s: %s", test.name, diff)
		}
	}
}

// TestWrapKeeps loses nothing but blanks at the breaks, and cuts no word.
func TestWrapKeeps(t *testing.T) {
	text := `acl:C:\LTShare S-1-5-82-2265531366-2377269834-1813117809-2627886491-3658881364 (IIS APPPOOL\LabTech WebCC) Modify OI CI; at data/items/acl/x.txt, line 12, byte 418+300`
	for columns := 20; columns < 200; columns++ {
		lines := strings.Split(wrap(text, columns, "   "), "\n")
		for i, l := range lines {
			lines[i] = strings.TrimPrefix(l, "   ")
			if n := utf8.RuneCountInString(l); n > columns && strings.Contains(strings.TrimSpace(l), " ") && columns > 23 {
				t.Errorf("%d columns: a line of %d that could be broken: %q", columns, n, l)
			}
		}
		if got := strings.Join(lines, " "); got != text {
			t.Fatalf("%d columns: %q", columns, got)
		}
	}
}

func TestWrapColoured(t *testing.T) {
	got := wrapColoured("verdicts  \x1b[31m5 regressed\x1b[0m, 0 fixed", 23, "  ")
	if diff := cmp.Diff("verdicts  \x1b[31m5 regressed\x1b[0m,\n  0 fixed", got); diff != "" {
		t.Error(diff)
	}
}
