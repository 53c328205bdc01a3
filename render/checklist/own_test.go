package checklist_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/carry"
	"auditpack/render/checklist"
)

func read(t testing.TB, name string, data []byte) carry.Checklist {
	t.Helper()
	c, err := carry.Read(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestReadOwn reads what is written here: nothing in it is a person's.
func TestReadOwn(t *testing.T) {
	b := benchmark()
	for i, name := range []string{"x.ckl", "x.cklb"} {
		c := read(t, name, forms[i].bytes(t, host, judged(b), b, options()))
		if c.Host != "AUTOMATE01" || c.STIGs[0].ID != b.ID || c.STIGs[0].Version != "3" {
			t.Errorf("%+v", c)
		}
		for k, r := range c.STIGs[0].Rules {
			want := carry.Rule{
				GroupID: b.Rules[k].GroupID, RuleID: b.Rules[k].RuleID, STIGID: b.Rules[k].STIGID, Legacy: b.Rules[k].Legacy,
				Status: wantStatuses[k], Made: wantStatuses[k], Updated: r.Updated, Cite: r.Cite,
			}
			if diff := cmp.Diff(want, r); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
	to, a, bb, o := hostileInput()
	for i := range a.Rules {
		a.Rules[i].Carried = nil // which are people's
	}
	for i, name := range []string{"x.ckl", "x.cklb"} {
		for _, r := range read(t, name, forms[i].bytes(t, to, a, bb, o)).STIGs[0].Rules {
			if r.Details != "" || r.Comments != "" {
				t.Errorf("%s: a text of the evidence passes for a person's: %.200q %.200q", name, r.Details, r.Comments)
			}
		}
	}
}

// TestPeopleInDetails: what a person wrote into finding details is kept, wherever it stands.
func TestPeopleInDetails(t *testing.T) {
	b := benchmark()
	findings, err := checklist.Findings(judged(b), b, options())
	if err != nil {
		t.Fatal(err)
	}
	own := findings[0].Details
	end := strings.LastIndex(own, "\n")
	tests := []struct{ name, details, want string }{
		{"untouched", own, ""},
		{"around", "Before.\n" + own + "\nAfter.", "Before.\nAfter."},
		{"inside", strings.Replace(own, "Actual: ", "Really: ", 1), strings.Replace(own, "Actual: ", "Really: ", 1)},
		{"without its end", own[:end], own[:end]},
		{"of people alone", "Asked.\n[auditpack] End of it.", "Asked.\n[auditpack] End of it."},
	}
	text := forms[0].bytes(t, host, judged(b), b, options())
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := read(t, "x.ckl", bytes.Replace(text, []byte(own), []byte(test.details), 1)).STIGs[0].Rules[0]
			made := evidence.StatusNotAFinding
			if test.name == "of people alone" {
				made = ""
			}
			if r.Details != test.want || r.Made != made {
				t.Errorf("%+v", r)
			}
		})
	}
}
