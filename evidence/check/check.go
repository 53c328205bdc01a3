// Package check judges Facts: each Kind says what the Address and Want of a Check of that kind mean, and turns Facts
// into a Verdict with Citations. Kinds are listed by Kinds; a Check is prepared (its grammar checked) once and judged
// against as many snapshots as there are.
//
// Silence is never a pass: a Kind passes only where the Facts show the value (evidence.Found) or show its absence
// (evidence.Missing) and that is what is wanted. Unknown is not collected; Conflicting and Unclear are needs review.
package check

import (
	"fmt"
	"slices"
	"time"

	"auditpack/evidence"
)

// Kind is one way to judge.
type Kind struct {
	Name string
	Doc  string // what Address and Want mean, for people who write guides; its grammar
	// Prepare reads a Check of this kind and returns how to judge it; the error says what is wrong with the data.
	Prepare func(evidence.Check) (Judge, error)
}

// Case is what a Check is judged against.
type Case struct {
	Facts   *evidence.Facts
	Answers *evidence.Answers // never nil
	AsOf    time.Time
	// Site is the one site of IIS that Checks of each site (iis:[*]/…) and of its pools and bindings are about; empty: all.
	Site string
	// Views holds what was worked out from the Facts for an earlier Check; nil: it is worked out for each.
	Views *Views
}

// Judge returns the Reasons for one Check; they must all hold.
type Judge func(Case) []evidence.Reason

// Kinds lists all kinds of Check.
func Kinds() []*Kind {
	return slices.Concat(registryKinds(), networkKinds(), accessKinds(), webKinds(), systemKinds(), outsideKinds(), stigKinds())
}

// Prepare finds the Kind of c and prepares it.
func Prepare(c evidence.Check) (Judge, error) {
	for _, k := range Kinds() {
		if k.Name == c.Kind {
			judge, err := k.Prepare(c)
			if err == nil {
				judge, err = where(c.When, judge)
			}
			if err != nil {
				return nil, fmt.Errorf("check %s: %w", c.Kind, err)
			}
			return judge, nil
		}
	}
	return nil, fmt.Errorf("no kind of check is called %q", c.Kind)
}

// undecided returns the Reason for an Observation that shows neither a value nor its absence; ok is false for Found and
// Missing, which the Kind has to judge.
func undecided(o evidence.Observation, expected string) (r evidence.Reason, ok bool) {
	r = evidence.Reason{Address: o.Address, Expected: expected, Actual: o.Why, Cites: o.Cites}
	switch o.State {
	case evidence.Unknown:
		r.Result = evidence.NotCollected
	case evidence.Conflicting, evidence.Unclear:
		r.Result = evidence.NeedsReview
	default:
		return evidence.Reason{}, false
	}
	return r, true
}
