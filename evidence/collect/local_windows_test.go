package collect

import "testing"

// TestLocalText reads what a console program of a German server writes, and what PowerShell does.
func TestLocalText(t *testing.T) {
	h := &local{about: About{CodePage: 850}}
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"denied", "denied"}, {"f\x81r", "f\u00fcr"}, {"f\u00fcr", "f\u00fcr"},
	} {
		if got := h.Text([]byte(c.in)); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
