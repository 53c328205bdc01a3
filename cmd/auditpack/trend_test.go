package main

import (
	"encoding/json"
	"io"
	"testing"
	"time"
	"unicode/utf8"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/trend"
	"auditpack/render"
)

// FuzzTrend follows whatever audit.json may hold over two packages: nothing panics, and what is told can be.
func FuzzTrend(f *testing.F) {
	f.Add([]byte(`{"as_of":"2026-01-15T00:00:00Z","hosts":[{"name":"A","counts":{"fail":1},"sections":[{"id":"s","counts":{"fail":1},"controls":[{"id":"c","after":{"result":"fail"}}]}]}]}`),
		[]byte(`{"as_of":"2026-04-15T00:00:00Z","hosts":[{"name":"a","counts":{"pass":1},"sections":[{"id":"s","counts":{"pass":1},"controls":[{"id":"c","after":{"result":"pass"}}]}]}]}`))
	f.Add([]byte(`{"as_of":"2026-01-15T00:00:00Z","hosts":[{"name":"A","benchmarks":[{"id":"b","counts":{"fail":1},"rules":[{"stig_id":"R","group_id":"V-1","after":{"result":"fail"}}]}]}]}`),
		[]byte(`{"as_of":"9999-04-15T00:00:00Z","exceptions":[{"control":"R"}],"hosts":[{"name":"A","benchmarks":[{"id":"b","counts":{"not_collected":1},"rules":[{"stig_id":"S","group_id":"V-1","after":{}}]}]}]}`))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var packages []trend.Package
		for i, data := range [][]byte{one, two} {
			var a audit.Audit
			if json.Unmarshal(data, &a) != nil {
				return
			}
			packages = append(packages, trend.Package{Path: "p", Digest: evidence.DigestOf([]byte{byte(i)}), Audit: a})
		}
		got, err := trend.Of("auditpack", packages)
		if err != nil {
			return
		}
		for _, h := range got.Hosts {
			for _, s := range append(h.Benchmarks, h.Guide) {
				checkSeries(t, h, s)
			}
		}
		showTrend(io.Discard, got)
		render.BuildTrend(got)
	})
}

// checkSeries looks at what holds for every Series.
func checkSeries(t *testing.T, h trend.Host, s trend.Series) {
	if len(s.Releases) != len(h.Points) || len(s.Counts) != len(h.Points) {
		t.Errorf("%d releases and %d counts for %d packages", len(s.Releases), len(s.Counts), len(h.Points))
	}
	for _, c := range s.Statements {
		if len(c.Results) != len(h.Points) {
			t.Errorf("%s has %d results for %d packages", c.ID, len(c.Results), len(h.Points))
		}
	}
	for i, f := range append(append(append([]trend.Finding{}, s.Open...), s.Closed...), s.Dropped...) {
		closed := i >= len(s.Open) && i < len(s.Open)+len(s.Closed)
		if f.Seen < 1 || f.Packages < f.Seen || f.Days < 0 || f.LastSeen.Before(f.Opened) || f.Closed.IsZero() == closed || f.Cause == "" {
			t.Errorf("a finding that cannot be: %+v", f)
		}
		if closed && (f.Now != evidence.Pass && f.Now != evidence.NotApplicable || !f.Closed.After(f.LastSeen)) {
			t.Errorf("closed by what closes nothing: %+v", f)
		}
	}
}

// A bar is as long as there is room or as there are statements, and what occurs is in it.
func TestBar(t *testing.T) {
	for _, c := range []audit.Counts{{}, {Fail: 1}, {Pass: 106}, {Fail: 1, Pass: 1000, NeedsReview: 1, NotCollected: 1, NotApplicable: 1}, {Fail: 53, Pass: 53},
		{Fail: 500, NeedsReview: 1, NotCollected: 499}} {
		for _, room := range []int{8, 10, 60} {
			marks, seen := 0, shares(c, room)
			for i, r := range evidence.Results {
				marks += seen[i]
				if (seen[i] > 0) != (c.Of(r) > 0) {
					t.Errorf("%+v in %d: %d marks of %s", c, room, seen[i], r)
				}
			}
			if marks != min(c.Total(), room) || utf8.RuneCountInString(bar(style{}, c, room)) != room {
				t.Errorf("%+v in %d: %d marks", c, room, marks)
			}
		}
	}
}

func TestDays(t *testing.T) {
	if got := day(time.Date(2026, 1, 15, 23, 30, 0, 0, time.FixedZone("", -3600))); got != "2026-01-16" {
		t.Errorf("the day in UTC is %s", got)
	}
}
