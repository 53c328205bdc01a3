package evidence_test

import (
	"testing"

	"auditpack/evidence"
)

func TestSameHost(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"AUTOMATE01", "automate01", true},
		{" AUTOMATE01 ", "automate01", true},
		{"automate01.example.com", "AUTOMATE01", true},
		{"AUTOMATE01", "automate01.example.com", true},
		{"dc01.a.example", "dc01.b.example", false},
		{"dc01", "dc010", false},
		{"192.0.2.1", "192.0.2.10", false},
		{"dc01.a", "dc01.a.example", false},
		{"", "", false},
		{"", "dc01", false},
		{".example.com", "", false},
	} {
		if got := evidence.SameHost(c.a, c.b); got != c.same {
			t.Errorf("SameHost(%q, %q) = %t", c.a, c.b, got)
		}
	}
}
