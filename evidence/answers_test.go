package evidence_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
)

// TestOverdue holds that a day has gone by when it ends, and a time when it comes.
func TestOverdue(t *testing.T) {
	day := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		due, at time.Time
		want    bool
	}{
		{day, day, false}, {day, day.Add(24*time.Hour - time.Second), false}, {day, day.Add(24 * time.Hour), true},
		{day.Add(time.Hour), day.Add(time.Hour - time.Second), false}, {day.Add(time.Hour), day.Add(time.Hour), true},
	} {
		if got := (evidence.Remediation{Due: c.due}).Overdue(c.at); got != c.want {
			t.Errorf("due %v at %v: %v", c.due, c.at, got)
		}
	}
}

func TestAnswersOf(t *testing.T) {
	yes, no, few, many := true, false, 3, 40
	all := evidence.Answers{Client: "Example", DomainMember: &no, Technicians: &many, DatabaseHost: "same", Networks: []string{"192.0.2.0/24"},
		Facts: []evidence.HostFacts{
			{Hosts: []string{"DC01"}, DomainMember: &yes, Networks: []string{"198.51.100.0/24"}},
			{Hosts: []string{"WEB01", "dc01"}, Technicians: &few, DatabaseHost: "separate"}},
		Attestations: []evidence.Attestation{{Control: "a"}, {Control: "b", Hosts: []string{"dc01.example.com"}}},
		Exceptions:   []evidence.Exception{{Control: "c", Hosts: []string{"WEB01"}}, {Control: "d"}},
	}
	for host, want := range map[string]evidence.Answers{
		"DC01": {Client: "Example", DomainMember: &yes, Technicians: &few, DatabaseHost: "separate", Networks: []string{"198.51.100.0/24"},
			Attestations: all.Attestations, Exceptions: all.Exceptions[1:]},
		"web01.example.com": {Client: "Example", DomainMember: &no, Technicians: &few, DatabaseHost: "separate", Networks: []string{"192.0.2.0/24"},
			Attestations: all.Attestations[:1], Exceptions: all.Exceptions},
		"DB01": {Client: "Example", DomainMember: &no, Technicians: &many, DatabaseHost: "same", Networks: []string{"192.0.2.0/24"},
			Attestations: all.Attestations[:1], Exceptions: all.Exceptions[1:]},
		"": {Client: "Example", DomainMember: &no, Technicians: &many, DatabaseHost: "same", Networks: []string{"192.0.2.0/24"},
			Attestations: all.Attestations[:1], Exceptions: all.Exceptions[1:]},
	} {
		if diff := cmp.Diff(want, all.Of(host)); diff != "" {
			t.Errorf("of %q (-want +got):\n%s", host, diff)
		}
	}
	if len(all.Attestations) != 2 || len(all.Exceptions) != 2 || all.Facts == nil {
		t.Errorf("asking for one host changed the answers: %+v", all)
	}
}
