package render_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"auditpack/render"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string
		n              int
	}{
		{"plain", `HKLM\SYSTEM = 1`, `HKLM\SYSTEM = 1`, 0},
		{"letters of the world", "Müller автомат 日本 ✓ ‘’", "Müller автомат 日本 ✓ ‘’", 0},
		{"terminal colours", "\x1b[31mred\x1b[0m", `\x1B[31mred\x1B[0m`, 2},
		{"nul, bell, delete", "a\x00b\x07c\x7f", `a\x00b\x07c\x7F`, 3},
		{"C1 control", "a\u009bb", `a\u009Bb`, 1},
		{"tab and line break stay readable", "a\tb\nc\r\nd", "a b\nc\nd", 0},
		{"lone carriage return", "real\rfake", `real\x0Dfake`, 1},
		{"bidi override", "exe\u202Etxt", `exe\u202Etxt`, 1},
		{"bidi isolates and marks", "\u2066a\u2069\u200e\u200f\u061c", `\u2066a\u2069\u200E\u200F\u061C`, 5},
		{"zero width", "pass\u200b\u200d\ufeff\u2060", `pass\u200B\u200D\uFEFF\u2060`, 4},
		{"soft hyphen", "fa\u00adil", `fa\u00ADil`, 1},
		{"line separators", "a\u2028b\u2029c", `a\u2028b\u2029c`, 2},
		{"tags beyond the BMP", "a\U000E0041b", `a\U000E0041b`, 1},
		{"variation selector", "a\ufe0f", `a\uFE0F`, 1},
		{"no UTF-8", "a\xffb\xc3", `a\xFFb\xC3`, 2},
		{"emoji stays: the pen decides", "\U0001F600", "\U0001F600", 0},
		{"noncharacter", "\ufffe\U0001ffff", `\uFFFE\U0001FFFF`, 2},
		{"private use", "\ue000", `\uE000`, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, n := render.Clean(tt.in)
			if got != tt.want || n != tt.n {
				t.Errorf("Clean(%q) = %q, %d, want %q, %d", tt.in, got, n, tt.want, tt.n)
			}
		})
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[2J\u202E\xff\r\n")
	f.Fuzz(func(t *testing.T, s string) {
		clean, n := render.Clean(s)
		if !utf8.ValidString(clean) {
			t.Fatalf("Clean(%q) is not UTF-8", s)
		}
		for _, r := range clean {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
				t.Fatalf("Clean(%q) leaves %U", s, r)
			}
		}
		if again, m := render.Clean(clean); again != clean || m != 0 {
			t.Fatalf("Clean(%q) is not stable", s)
		}
		if n == 0 && strings.NewReplacer("\r\n", "\n", "\t", " ").Replace(s) != clean {
			t.Fatalf("Clean(%q) = %q counts no replacement", s, clean)
		}
	})
}

func TestReplacedText(t *testing.T) {
	for _, tt := range []struct {
		escaped, missing int
		want             string
	}{
		{0, 0, ""},
		{1, 0, `In this document 1 control or invisible character is from the evidence written out visibly (such as \x1B or \u202E). The evidence files hold the original bytes.`},
	} {
		if got := (&render.Replaced{Escaped: tt.escaped}).Text(tt.missing); got != tt.want {
			t.Errorf("Text(%d) with %d escaped = %q, want %q", tt.missing, tt.escaped, got, tt.want)
		}
	}
}
