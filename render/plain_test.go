package render

import "testing"

// What takes the short way is what the long one leaves as it is.
func TestPlain(t *testing.T) {
	for r := rune(0); r < 0x3000; r++ {
		s := "a" + string(r) + "b"
		if plain(s) && (deceptive(r) && r != '\n' || r == '\t' || r == '\r') {
			t.Errorf("%U is taken for plain", r)
		}
	}
	for _, s := range []string{"\xc2", "a\xc3", "\xc3\x28", "\xc2\xc2\xb7", "\xb7", "\xc2\xad"} {
		if plain(s) {
			t.Errorf("%q is taken for plain", s)
		}
	}
	if !plain("item · captured é") {
		t.Error("Latin-1 is not taken for plain")
	}
}
