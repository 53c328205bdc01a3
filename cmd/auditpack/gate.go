package main

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// severities lists what --fail-on covers.
var severities = map[string][]evidence.Severity{
	"high":   {evidence.High},
	"medium": {evidence.High, evidence.Medium},
	"low":    {evidence.High, evidence.Medium, evidence.Low},
}

// gate counts what --fail-on holds against one or more hosts: the Controls and rules of a severity or above that fail, and
// those that evidence should have decided and did not. What a valid exception accepts is not counted.
type gate struct {
	severity     string // of --fail-on; empty: nothing is held against anybody
	failing      int
	notCollected int
	unclear      int // contradicted, too old, not understood
}

func gateAt(a audit.Audit, severity string) gate {
	g := gate{severity: severity}
	for _, h := range a.Hosts {
		g.add(h)
	}
	return g
}

func (g *gate) add(h audit.Host) {
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			g.count(c.After, c.Severity, c.Exception != nil && !c.Expired, c.Unproven())
		}
	}
	for _, b := range h.Benchmarks {
		for _, r := range b.Rules {
			g.count(r.After, r.Severity, r.Exception != nil && !r.Expired, r.Unproven())
		}
	}
}

func (g *gate) count(v evidence.Verdict, s evidence.Severity, accepted, unproven bool) {
	switch {
	case accepted || !slices.Contains(severities[g.severity], s):
	case v.Result == evidence.Fail:
		g.failing++
	case unproven && v.Result == evidence.NeedsReview:
		g.unclear++
	case unproven:
		g.notCollected++
	}
}

// shut reports whether the command has to end with 3.
func (g gate) shut() bool { return g.failing+g.notCollected+g.unclear > 0 }

// String says on one line why the gate is shut.
func (g gate) String() string {
	text := fmt.Sprintf("%d statements of severity %s or above fail", g.failing, g.severity)
	if g.failing == 1 {
		text = fmt.Sprintf("1 statement of severity %s or above fails", g.severity)
	}
	undecided, link := g.notCollected+g.unclear, " and "
	if g.failing == 0 {
		text, link = fmt.Sprintf("no statement of severity %s or above fails", g.severity), ", but "
	}
	if undecided == 0 {
		return text
	}
	verb := "are"
	if undecided == 1 {
		verb = "is"
	}
	var why []string
	if g.notCollected > 0 {
		why = append(why, fmt.Sprintf("%d not collected", g.notCollected))
	}
	if g.unclear > 0 {
		why = append(why, fmt.Sprintf("%d contradicted, too old or not understood", g.unclear))
	}
	return text + fmt.Sprintf("%s%d %s not decided by the evidence: %s", link, undecided, verb, strings.Join(why, ", "))
}
