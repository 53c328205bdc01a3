package main

import (
	"encoding/json"
	"io"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// lineVersion is the format of what `assess --format line` prints.
const lineVersion = "auditpack.line/1"

// assessLine is one host on one line, short enough for a text field of a monitoring program: about 400 characters with the rules of
// a STIG. There is no score: a number would say of what was not collected that it is better than a fail.
type assessLine struct {
	Version       string          `json:"version"`
	Host          string          `json:"host"`
	AsOf          time.Time       `json:"as_of"`
	Captured      time.Time       `json:"captured,omitzero"` // the oldest item; none: nothing was captured
	Fail          int             `json:"fail"`
	FailHigh      int             `json:"fail_high"`
	Accepted      int             `json:"accepted"` // of fail
	NeedsReview   int             `json:"needs_review"`
	NotCollected  int             `json:"not_collected"`
	Pass          int             `json:"pass"`
	NotApplicable int             `json:"not_applicable"`
	Rules         *ruleCounts     `json:"rules,omitempty"` // of the STIGs, where any were judged
	FailOn        string          `json:"fail_on,omitempty"`
	Exit          int             `json:"exit"` // 3 where --fail-on holds something against this host, else 0
	Snapshot      evidence.Digest `json:"snapshot_sha256"`
}

// ruleCounts counts the rules of all benchmarks that were judged on a host.
type ruleCounts struct {
	Fail          int `json:"fail"`
	NeedsReview   int `json:"needs_review"`
	NotCollected  int `json:"not_collected"`
	Pass          int `json:"pass"`
	NotApplicable int `json:"not_applicable"`
}

// writeLines writes a line for each host.
func writeLines(w io.Writer, a audit.Audit, failOn string) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, h := range a.Hosts {
		if err := e.Encode(lineOf(h, a.AsOf, failOn)); err != nil {
			return err
		}
	}
	return nil
}

func lineOf(h audit.Host, asOf time.Time, failOn string) assessLine {
	c := h.Counts
	line := assessLine{
		Version: lineVersion, Host: clean(h.Name), AsOf: asOf, Captured: h.After.From.UTC(), Snapshot: h.After.Digest, FailOn: failOn,
		Fail: c.Fail, FailHigh: c.FailHigh, Accepted: c.Accepted, NeedsReview: c.NeedsReview, NotCollected: c.NotCollected, Pass: c.Pass, NotApplicable: c.NotApplicable,
	}
	var rules audit.Counts
	for _, b := range h.Benchmarks {
		rules.Add(b.Counts)
	}
	if rules.Total() > 0 {
		line.Rules = &ruleCounts{rules.Fail, rules.NeedsReview, rules.NotCollected, rules.Pass, rules.NotApplicable}
	}
	g := gate{severity: failOn}
	if g.add(h); g.shut() {
		line.Exit = exitLook
	}
	return line
}
