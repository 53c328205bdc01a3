package pdf

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	fonts, err := loadFonts()
	if err != nil {
		t.Fatal(err)
	}
	st := style{mono, 10, black} // every rune is 602/1000 of 10 pt wide
	width := func(runes int) float64 { return float64(runes)*0.602*10*mm + 0.01 }
	for _, tt := range []struct {
		name  string
		runes int
		in    string
		want  []string
	}{
		{"fits", 10, "0123456789", []string{"0123456789"}},
		{"empty", 10, "", []string{""}},
		{"behind blanks", 10, "one two three", []string{"one two ", "three"}},
		{"a blank hangs over", 7, "one two three", []string{"one two ", "three"}},
		{"a path behind separators", 10, `C:\Windows\System32`, []string{`C:\`, `Windows\`, `System32`}},
		{"anywhere at worst", 4, "abcdefghij", []string{"abcd", "efgh", "ij"}},
		{"a long word begins on its line's rest", 10, `see C:\Windows\x`, []string{`see C:\`, `Windows\x`}},
		{"a word that fits is not broken", 10, "aaa bb-cc-dd", []string{"aaa ", "bb-cc-dd"}},
		{"line breaks", 10, "a\n\nb", []string{"a", "", "b"}},
		{"letters of two bytes", 4, "öööööö", []string{"öööö", "öö"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, fonts.wrap(st, width(tt.runes), tt.in)); diff != "" {
				t.Errorf("wrap(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func FuzzWrap(f *testing.F) {
	fonts, err := loadFonts()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(`D:(A;OICI;FA;;;SY) C:\Windows  x`, 20.0)
	f.Add("aaaa bbbb\ncccc", 3.0)
	f.Fuzz(func(t *testing.T, s string, width float64) {
		if !(width > 4 && width < 500) {
			return
		}
		s, _ = fonts.drawable(sans, s)
		st := style{sans, 8, black}
		lines := fonts.wrap(st, width, s)
		if got, want := strings.Join(lines, ""), strings.ReplaceAll(s, "\n", ""); got != want {
			t.Fatalf("wrap(%q) loses something: %q", s, got)
		}
		for _, line := range lines {
			if w := fonts.measure(st, strings.TrimSuffix(line, " ")); w > width+0.05 && utf8.RuneCountInString(line) > 1 {
				t.Fatalf("line %q is %.2f wide, want at most %.2f", line, w, width)
			}
		}
	})
}
