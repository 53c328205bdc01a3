package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

func TestParseNISTControl(t *testing.T) {
	for _, c := range []struct{ in, text, oscal string }{
		{"AC-2", "AC-2", "ac-2"},
		{"AC-2 (4)", "AC-2 (4)", "ac-2.4"},
		{"IA-5 (1) (d)", "IA-5 (1)", "ia-5.1"},
		{"AC-1 a 1", "AC-1", "ac-1"},
		{"AC-1 a 1 (a)", "AC-1", "ac-1"},
		{"CM-6 b", "CM-6", "cm-6"},
		{"SC-8(1)", "SC-8 (1)", "sc-8.1"},
		{"sc-8.1", "SC-8 (1)", "sc-8.1"},
		{"AC-2 (a)", "AC-2", "ac-2"},
	} {
		got, ok := evidence.ParseNISTControl(c.in)
		if !ok || got.String() != c.text || got.OSCAL() != c.oscal {
			t.Errorf("%q: %v, %v, %v", c.in, got, got.OSCAL(), ok)
		}
	}
	for _, in := range []string{"", "AC", "AC-", "AC-0", "AC-2x", "ACX-2", "A1-2", "CCI-000366", "ac-2.", "ac-2.x", "AC-1234", "ä-2"} {
		if got, ok := evidence.ParseNISTControl(in); ok {
			t.Errorf("%q was read as %v", in, got)
		}
	}
}

func TestNISTControlOrder(t *testing.T) {
	list := []string{"AC-2", "AC-2 (1)", "AC-2 (12)", "AC-10", "AU-1"}
	for i := 1; i < len(list); i++ {
		a, _ := evidence.ParseNISTControl(list[i-1])
		b, _ := evidence.ParseNISTControl(list[i])
		if a.Compare(b) >= 0 || b.Compare(a) <= 0 || a.Compare(a) != 0 {
			t.Errorf("%v and %v are out of order", a, b)
		}
	}
}
