package check

import (
	"strings"
	"testing"
	"time"

	"auditpack/evidence"
)

func TestUpdatesRecent(t *testing.T) {
	taken := time.Date(2026, 10, 20, 6, 30, 0, 0, time.UTC)
	for _, test := range []struct {
		name  string
		dates map[string]string // by update; empty: none
		whole bool
		taken time.Time
		want  evidence.Result
		says  string
	}{
		{"3 days", map[string]string{"KB5066738": "2026-10-17", "KB4589208": "2021-09-11"}, true, taken, evidence.Pass, "KB5066738, was installed on 2026-10-17, 3 days before the capture"},
		{"as many days as may be", map[string]string{"KB5066738": "2026-08-15"}, true, taken, evidence.Pass, "66 days"},
		{"one day more", map[string]string{"KB5066738": "2026-08-14"}, true, taken, evidence.Fail, "67 days"},
		{"recent beside one without a date", map[string]string{"KB5066738": "2026-10-17", "KB1": ""}, true, taken, evidence.Pass, "3 days"},
		{"old beside one without a date", map[string]string{"KB5066738": "2026-05-17", "KB1": ""}, true, taken, evidence.NeedsReview, "1 more updates have no date"},
		{"old, of a list that may be cut", map[string]string{"KB5066738": "2026-05-17"}, false, taken, evidence.NeedsReview, "not known to be whole"},
		{"no dates", map[string]string{"KB5066738": ""}, true, taken, evidence.NotCollected, "no update has a date"},
		{"nobody knows when it was captured", map[string]string{"KB5066738": "2026-10-17"}, true, time.Time{}, evidence.NeedsReview, "not known"},
		{"the next day of the host's zone", map[string]string{"KB5066738": "2026-10-21"}, true, taken, evidence.Pass, "0 days"},
		{"behind the capture", map[string]string{"KB5066738": "2026-11-17"}, true, taken, evidence.NeedsReview, "behind the capture"},
		{"nothing installed", nil, true, taken, evidence.NotCollected, "no update is listed"},
		{"no list", nil, false, taken, evidence.NotCollected, "nothing that was collected"},
	} {
		h := &host{}
		c := h.item("get-hotfix.csv")
		c.Item.Taken = test.taken
		for kb, on := range test.dates {
			c.Setting(evidence.Setting{Address: evidence.Address("hotfix:" + kb), Value: evidence.Text("installed"), Cite: cite("get-hotfix.csv")})
			if on != "" {
				c.Setting(evidence.Setting{Address: evidence.Address("hotfix-date:" + kb), Value: evidence.Text(on), Cite: cite("get-hotfix.csv")})
			}
		}
		if test.whole {
			c.Covered(evidence.Coverage{Scope: "hotfix:", Deep: true, Cite: cite("get-hotfix.csv")})
		}
		v := h.judge(t, evidence.Check{Kind: "updates-recent", Address: "hotfix:", Want: []string{"<= 66"}})
		if v.Result != test.want || !strings.Contains(told(v), test.says) {
			t.Errorf("%s: %s, want %s with %q: %s", test.name, v.Result, test.want, test.says, told(v))
		}
	}
	for _, c := range []evidence.Check{{Address: "hotfix:"}, {Address: "hotfix:KB1", Want: []string{"<= 66"}}, {Address: "hotfix:", Want: []string{"= 66"}}, {Address: "hotfix:", Want: []string{"<= 0"}}} {
		c.Kind = "updates-recent"
		if _, err := Prepare(c); err == nil {
			t.Errorf("%+v is taken", c)
		}
	}
}
