package trend

import (
	"cmp"
	"slices"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// loom lines up the statements of one guide or benchmark over the Points.
type loom struct {
	tracks  []*track
	byID    map[string]*track
	byGroup map[evidence.GroupID]*track
	judged  []bool // by Point: whether the guide or benchmark was judged at all
}

// track is one statement over all Points.
type track struct {
	Statement
	looks       []look
	last, place int // the newest Point that has it, and its place there
}

func newLoom(points int) *loom {
	return &loom{byID: map[string]*track{}, byGroup: map[evidence.GroupID]*track{}, judged: make([]bool, points)}
}

// weave adds a statement as it was at Point i. Of two with one id the first one counts.
func (l *loom) weave(i, place int, s Statement, at look) {
	t := l.byID[s.ID]
	if t == nil {
		t = &track{looks: make([]look, len(l.judged))}
		l.tracks = append(l.tracks, t)
		l.byID[s.ID] = t
	}
	if t.looks[i].asked == wasAsked {
		return
	}
	at.asked = wasAsked
	for k := i - 1; k >= 0 && at.same; k-- {
		if t.looks[k].asked == wasAsked {
			at.wording, at.same = t.looks[k].wording, false
		}
	}
	t.Statement, t.looks[i], t.last, t.place = s, at, i, place
	if s.Group != "" {
		l.byGroup[s.Group] = t
	}
}

// weaveRules adds the rules of one release: by STIG ID first, so that a group ID never draws a rule away from its own. A rule
// with another revision is taken to be worded anew, unless sameWords knows better; nil knows of none. It returns how many of
// them have which Result.
func (l *loom) weaveRules(i int, rules []audit.AssessedRule, sameWords func(evidence.STIGID) bool) (all tally, err error) {
	add := func(place int, id string) {
		r := rules[place]
		l.weave(i, place, Statement{ID: id, Group: r.GroupID, Text: r.Title, Severity: r.Severity},
			look{result: r.After.Result, basis: r.After.Basis, wording: string(r.RuleID), same: sameWords != nil && sameWords(r.STIGID),
				severity: r.Severity, exception: r.Exception})
	}
	var renumbered []int
	for place, r := range rules {
		id := ruleID(r)
		if err := all.add(id, r.After.Result); err != nil {
			return all, err
		}
		if l.byID[id] == nil {
			renumbered = append(renumbered, place)
			continue
		}
		add(place, id)
	}
	for _, place := range renumbered {
		id, group := ruleID(rules[place]), rules[place].GroupID
		if t := l.byGroup[group]; t != nil && l.byID[id] == nil && t.looks[i].asked == noSeries {
			l.byID[id] = t
		}
		add(place, id)
	}
	return all, nil
}

func ruleID(r audit.AssessedRule) string {
	return cmp.Or(string(r.STIGID), string(r.GroupID), string(r.RuleID))
}

// finished returns the tracks in the order of the newest release, those that it does not have at the end.
func (l *loom) finished() []*track {
	for _, t := range l.tracks {
		for i := range t.looks {
			if l.judged[i] && t.looks[i].asked == noSeries {
				t.looks[i].asked = notAsked
			}
		}
	}
	slices.SortStableFunc(l.tracks, func(a, b *track) int { return cmp.Or(b.last-a.last, a.place-b.place) })
	return l.tracks
}

// scope tells where another edition or release asks other questions than the one before.
func scope(tracks []*track, points []Point, releases []string) []Scope {
	var all []Scope
	previous := -1
	for i := range points {
		if !slices.ContainsFunc(tracks, func(t *track) bool { return t.looks[i].asked != noSeries }) {
			continue
		}
		if previous >= 0 {
			c := Scope{AsOf: points[i].AsOf, From: releases[previous], To: releases[i]}
			for _, t := range tracks {
				c.compare(t.ID, t.looks[previous], t.looks[i])
			}
			if c.From != c.To || len(c.Added)+len(c.Removed)+len(c.Reworded)+len(c.Regraded) > 0 {
				all = append(all, c)
			}
		}
		previous = i
	}
	return all
}

func (s *Scope) compare(id string, was, is look) {
	switch {
	case was.asked == notAsked && is.asked == wasAsked:
		s.Added = append(s.Added, id)
	case was.asked == wasAsked && is.asked == notAsked:
		s.Removed = append(s.Removed, id)
	case was.asked == wasAsked && is.asked == wasAsked:
		if was.wording != is.wording {
			s.Reworded = append(s.Reworded, id)
		}
		if was.severity != is.severity {
			s.Regraded = append(s.Regraded, id)
		}
	}
}
