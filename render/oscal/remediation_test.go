package oscal_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/oscal"
)

// remediation is what the model of NIST calls a response of a risk: lifecycle planned, tasks of type milestone on a day.
type remediation struct {
	Lifecycle string `json:"lifecycle"`
	Title     string `json:"title"`
	Desc      string `json:"description"`
	Remarks   string `json:"remarks"`
	Props     []prop `json:"props"`
	Tasks     []struct {
		UUID   string `json:"uuid"`
		Type   string `json:"type"`
		Title  string `json:"title"`
		Timing struct {
			On struct {
				Date string `json:"date"`
			} `json:"on-date"`
		} `json:"timing"`
	} `json:"tasks"`
}

func TestRemediation(t *testing.T) {
	type document struct {
		Plan struct {
			Risks []struct {
				Title        string        `json:"title"`
				Deadline     string        `json:"deadline"`
				Remediations []remediation `json:"remediations"`
			} `json:"risks"`
			Items []struct {
				Title string `json:"title"`
				Props []prop `json:"props"`
			} `json:"poam-items"`
		} `json:"plan-of-action-and-milestones"`
	}
	read := func(a audit.Audit) (d document) {
		if err := json.Unmarshal(write(t, oscal.WritePOAM, a), &d); err != nil {
			t.Fatal(err)
		}
		return d
	}
	d := read(wide())
	planned := 0
	for _, r := range d.Plan.Risks {
		for _, m := range r.Remediations {
			if m.Lifecycle != "planned" {
				continue
			}
			planned++
			if r.Deadline != "2026-12-31T00:00:00Z" || len(m.Tasks) != 2 || m.Desc != "By network team, due on 2026-12-31." || m.Remarks != `ticket \[4711]` {
				t.Fatalf("%s: deadline %s, %+v", r.Title, r.Deadline, m)
			}
			for i, want := range []pair{{"ordered", "2026-10-31T00:00:00Z"}, {`\*moved\*`, "2026-12-31T00:00:00Z"}} {
				got := m.Tasks[i]
				if diff := cmp.Diff(want, pair{got.Title, got.Timing.On.Date}); diff != "" || got.Type != "milestone" || got.UUID == "" {
					t.Errorf("%+v: %s", got, diff)
				}
			}
		}
	}
	if planned != 2 {
		t.Errorf("%d plans, want one for each time that the benchmark was judged", planned)
	}
	state := func(d document) (list []string) {
		for _, i := range d.Plan.Items {
			for _, p := range i.Props {
				if i.Title[:9] == "SV-100001" && (p.Name == "state" || p.Name == "owner" || p.Name == "due") {
					list = append(list, p.Name+" "+p.Value)
				}
			}
		}
		return list[:3]
	}
	if diff := cmp.Diff([]string{"state open", "owner network team", "due 2026-12-31"}, state(d)); diff != "" {
		t.Error(diff)
	}
	a := wide()
	a.AsOf = mended().Due.AddDate(0, 0, 1)
	if diff := cmp.Diff([]string{"state open, overdue", "owner network team", "due 2026-12-31"}, state(read(a))); diff != "" {
		t.Error(diff)
	}
	// A promise is the deadline, whatever was accepted beside it.
	for i := range a.Hosts {
		for j := range a.Hosts[i].Benchmarks {
			for k := range a.Hosts[i].Benchmarks[j].Rules {
				a.Hosts[i].Benchmarks[j].Rules[k].Exception = &evidence.Exception{Approver: "x", On: asOf, Expires: asOf.AddDate(1, 0, 0)}
			}
		}
	}
	for _, r := range read(a).Plan.Risks {
		if len(r.Remediations) > 0 && r.Remediations[len(r.Remediations)-1].Lifecycle == "planned" && r.Deadline != "2026-12-31T00:00:00Z" {
			t.Errorf("%s: deadline %s", r.Title, r.Deadline)
		}
	}
}

type pair struct{ Name, Value string }
