package audit

import (
	"slices"
	"testing"

	"auditpack/evidence"
)

// TestHostNames holds that a host with a long name does not contradict itself: the capture tells its DNS name, auditpol the
// first 15 characters of it.
func TestHostNames(t *testing.T) {
	for _, c := range []struct {
		claimed string
		shown   []string
		want    []string // empty: they agree
	}{
		{"AUTOMATE01.example.com", []string{"automate01"}, nil},
		{"CLIENT-AUTOMATE-PRODUCTION", []string{"CLIENT-AUTOMATE", "client-automate-production"}, nil},
		{"CLIENT-AUTOMATE", []string{"CLIENT-AUTOMATE-PRODUCTION"}, nil},
		{"AUTOMATE01", []string{"AUTOMATE"}, []string{"AUTOMATE", "AUTOMATE01"}}, // shorter than a name that is cut
		{"CLIENT-AUTOMATE-1", []string{"CLIENT-AUTOMATE", "CLIENT-AUTOMATE-2"}, []string{"CLIENT-AUTOMATE-1", "CLIENT-AUTOMATE-2"}},
		{"CLIENT-AUTOMATE-1", []string{"CLIENT-AUTOMAT3"}, []string{"CLIENT-AUTOMAT3", "CLIENT-AUTOMATE-1"}},
	} {
		content := evidence.Content{Item: evidence.Item{Path: "data/items/auditpol/auditpol.csv", Host: c.claimed}}
		for _, name := range c.shown {
			content.Settings = append(content.Settings, evidence.Setting{Address: "system:host-name", Value: evidence.Text(name)})
		}
		got, disagree := hostNames(evidence.NewFacts([]evidence.Content{content}))
		slices.Sort(got.Values)
		if disagree != (c.want != nil) || disagree && !slices.Equal(got.Values, c.want) {
			t.Errorf("%s and %q: %v %q, want %q", c.claimed, c.shown, disagree, got.Values, c.want)
		}
	}
}
