package collect

import (
	"testing"

	"golang.org/x/sys/windows"
)

// TestLocalOperator looks the operator's name up again: it is that of the account the program runs in.
func TestLocalOperator(t *testing.T) {
	who, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	if sid, _, _, err := windows.LookupSID("", operator()); err != nil || !sid.Equals(who.User.Sid) {
		t.Errorf("%s: %v %v, want %v", operator(), sid, err, who.User.Sid)
	}
}

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
