package audit

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/compare"
)

// compareSides fills the host's movements and changes.
func compareSides(ctx context.Context, in Input, host *Host, before, after *side) error {
	for _, s := range host.Sections {
		for _, c := range s.Controls {
			if c.Movement == "" {
				continue
			}
			host.Movements = append(host.Movements, evidence.Change{
				Level: evidence.VerdictLevel, Control: c.ID, Movement: c.Movement, Kind: compare.Changed,
				Before: string(c.Before.Result), After: string(c.After.Result),
				BeforeCites: cites(*c.Before), AfterCites: cites(c.After),
			})
		}
	}
	compare.SortMovements(host.Movements)
	host.ItemChanges = compare.Items(before.snapshot.Items(), after.snapshot.Items())
	changes, err := compareSettings(ctx, before, after)
	if err != nil {
		return err
	}
	sayInForce(changes, before.facts, after.facts)
	compare.Again(changes)
	relate(in, host, changes, host.ItemChanges)
	for _, c := range changes {
		if c.Aside != "" {
			host.Aside = append(host.Aside, c)
		} else {
			host.Changes = append(host.Changes, c)
		}
	}
	host.SetAside = len(host.Aside)
	return addTexts(host, before, after)
}

func compareSettings(ctx context.Context, before, after *side) ([]evidence.Change, error) {
	from, to, err := exports(before, after)
	if err != nil {
		return nil, err
	}
	var failed error
	changes := compare.Moves(compare.Settings(
		before.comparable(ctx, from, &failed),
		after.comparable(ctx, to, &failed),
	))
	return changes, failed
}

// comparable returns what a snapshot says: its Settings, and those that are worked out of many of them.
func (s *side) comparable(ctx context.Context, differ map[string]compare.Stretches, failed *error) compare.Side {
	reachable, known := check.Reachable(s.facts, compare.Ephemeral)
	stream := s.stream(ctx, differ, failed)
	return compare.Side{
		Settings: func() iter.Seq[evidence.Setting] {
			return func(yield func(evidence.Setting) bool) {
				for v := range stream() {
					if !yield(v) {
						return
					}
				}
				slices.Values(reachable)(yield)
			}
		},
		Elsewhere: s.skipped(ctx, differ, failed),
		Covered: func(a evidence.Address) bool {
			if a.Kind() == "inbound" {
				protocol, _, _ := strings.Cut(a.Rest(), "/")
				return slices.Contains(known, protocol)
			}
			return len(s.facts.Covers(a)) > 0
		},
	}
}

const (
	maxInForce  = 8   // locations that are named at which another value is in force
	maxOfIIS    = 500 // Changes of IIS configuration: with more, what is in force is not worked out for each
	inForceNote = "what is in force was not worked out: more than 500 such settings differ"
)

// sayInForce adds to each Change of IIS configuration what it puts in force.
func sayInForce(changes []evidence.Change, before, after *evidence.Facts) {
	var ofIIS []int
	for i, c := range changes {
		if _, _, ok := evidence.IISPlaceOf(c.Address); ok {
			ofIIS = append(ofIIS, i)
		}
	}
	for _, i := range ofIIS {
		lines := []string{inForceNote}
		if len(ofIIS) <= maxOfIIS {
			lines = inForce(changes[i], before, after)
		}
		changes[i].Meaning = append(changes[i].Meaning, lines...)
	}
}

// inForce says where a Change of what a configuration file says changes what is in force: a value that a location below
// sets anew, or that nothing hands on, changes nothing there.
func inForce(c evidence.Change, before, after *evidence.Facts) []string {
	was, is := check.InForceOf(before, c.Address), check.InForceOf(after, c.Address)
	if len(was) == 0 || len(is) == 0 {
		return nil
	}
	var lines []string
	for _, w := range was {
		i := slices.IndexFunc(is, func(v check.InForce) bool { return strings.EqualFold(v.Location, w.Location) })
		if i >= 0 && is[i].Text != w.Text {
			lines = append(lines, fmt.Sprintf("in force at %s: %s → %s", w.Location, orNothing(w.Text), orNothing(is[i].Text)))
		}
	}
	if len(lines) == 0 {
		return []string{"what is in force stays the same at every location"}
	}
	if left := len(lines) - maxInForce; left > 0 {
		lines = append(lines[:maxInForce], fmt.Sprintf("and at %d more locations", left))
	}
	return lines
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func cites(v evidence.Verdict) []evidence.Citation {
	var all []evidence.Citation
	for _, r := range v.Reasons {
		if r.Result == v.Result {
			all = append(all, r.Cites...)
		}
	}
	return all
}
