package check

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

func TestServiceRunning(t *testing.T) {
	type state struct{ name, start, state string }
	for _, test := range []struct {
		name     string
		services []state
		whole    bool
		want     evidence.Result
		says     string
	}{
		{"one runs", []state{{"csfalconservice", "Auto", "Running"}}, true, evidence.Pass, "csfalconservice) is running"},
		{"one runs, another is left over", []state{{"CSFalconService", "Auto", "Running"}, {"SentinelAgent", "Disabled", "Stopped"}}, true, evidence.Pass, "SentinelAgent) is stopped, starts disabled"},
		{"Windows' own runs", []state{{"Sense", "Manual", "Running"}}, true, evidence.Pass, "Sense"},
		{"one runs, of a list that is not whole", []state{{"SentinelAgent", "Auto", "Running"}}, false, evidence.Pass, "SentinelAgent"},
		{"stopped", []state{{"SentinelAgent", "Auto", "Stopped"}, {"Sense", "Manual", "Stopped"}}, true, evidence.Fail, "SentinelAgent) is stopped"},
		{"disabled", []state{{"SentinelAgent", "Disabled", "Stopped"}}, true, evidence.Fail, "starts disabled"},
		{"stopped, of a list that is not whole", []state{{"SentinelAgent", "Auto", "Stopped"}}, false, evidence.NeedsReview, "SentinelAgent"},
		{"starting", []state{{"SentinelAgent", "Auto", "Start Pending"}}, true, evidence.NeedsReview, "start pending"},
		{"started by hand, and not now", []state{{"SentinelAgent", "Manual", "Stopped"}}, true, evidence.NeedsReview, "starts manual"},
		{"Windows' own, not in use", []state{{"Sense", "Auto", "Stopped"}}, true, evidence.NeedsReview, "Sense"},
		{"none of them", []state{{"Other", "Auto", "Running"}}, true, evidence.NeedsReview, "another product"},
		{"none of them, of a list that is not whole", []state{{"Other", "Auto", "Running"}}, false, evidence.NeedsReview, "not known to be whole"},
		{"no list", nil, false, evidence.NotCollected, "nothing that was collected"},
	} {
		h := &host{}
		c := h.item("services.json")
		for _, s := range test.services {
			a := evidence.ServiceAddress(s.name)
			c.Setting(evidence.Setting{Address: a, Value: evidence.Service{Display: s.name + " of somebody", Start: s.start}, Cite: cite("services.json")})
			c.Setting(evidence.Setting{Address: a + "@state", Value: evidence.Text(s.state), Cite: cite("services.json")})
		}
		if test.whole {
			c.Covered(evidence.Coverage{Scope: evidence.Services, Deep: true, Cite: cite("services.json")})
		}
		v := h.judge(t, evidence.Check{Kind: "service-running", Address: evidence.Services, Want: []string{"CSFalconService", "SentinelAgent", "own Sense"}})
		if v.Result != test.want || !strings.Contains(told(v), test.says) {
			t.Errorf("%s: %s, want %s with %q: %s", test.name, v.Result, test.want, test.says, told(v))
		}
	}
}

func TestServiceKindsGrammar(t *testing.T) {
	for _, c := range []evidence.Check{
		{Kind: "service-running", Address: evidence.Services}, {Kind: "service-running", Address: "service:A", Want: []string{"A"}},
		{Kind: "service-running", Address: evidence.Services, Want: []string{"own "}},
		{Kind: "service-logons", Address: "service:A"}, {Kind: "service-logons", Address: evidence.Services, Want: []string{"A"}},
	} {
		if _, err := Prepare(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
