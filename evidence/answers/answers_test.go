package answers_test

import (
	"strings"
	"testing"
	"time"

	"auditpack/evidence/answers"
)

func TestParse(t *testing.T) {
	a, err := answers.Parse("a.yaml", []byte(`client: Example
technicians: 25
domain_member: false
allowed_networks: [192.0.2.0/24]
exceptions:
  - control: fw-closed-3389
    reason: jump host
    approver: head of operations
    on: 2026-10-01
    expires: 2026-12-31
`))
	if err != nil {
		t.Fatal(err)
	}
	if a.Client != "Example" || a.Technicians == nil || *a.Technicians != 25 || a.DomainMember == nil || *a.DomainMember {
		t.Errorf("%+v", a)
	}
	if want := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC); len(a.Exceptions) != 1 || !a.Exceptions[0].Expires.Equal(want) {
		t.Errorf("exceptions %+v", a.Exceptions)
	}
	if _, err := answers.Parse("empty", nil); err != nil {
		t.Errorf("no answers at all: %v", err)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"clinet: x\n", "clinet"},
		{"client: a\nclient: b\n", "client"},
		{"technicians: -1\n", "technicians"},
		{"database_host: moon\n", "database_host"},
		{"allowed_networks: [everywhere]\n", "everywhere"},
		{"exceptions:\n  - control: x\n    approver: y\n    on: 2026-01-01\n    expires: 2026-02-01\n", "reason"},
		{"exceptions:\n  - control: x\n    reason: r\n    approver: y\n    on: 2026-03-01\n    expires: 2026-02-01\n", "ends before"},
		{"attestations:\n  - control: x\n    by: y\n", "dates"},
		{"a: [\n", "a.yaml"},
	} {
		_, err := answers.Parse("a.yaml", []byte(test.text))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: %v, want one line with %q", test.text, err, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("client: x\ntechnicians: 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) < 4096 {
			_, _ = answers.Parse("f", data)
		}
	})
}
