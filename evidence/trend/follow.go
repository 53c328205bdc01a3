package trend

import (
	"cmp"
	"slices"
	"time"

	"auditpack/evidence"
)

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }

// asked is whether a statement was judged at a Point.
type asked int

const (
	noSeries asked = iota // the guide or benchmark was not judged in that package: nothing is known
	notAsked              // its edition or release does not have the statement
	wasAsked
)

// look is one statement at one Point.
type look struct {
	asked     asked
	result    evidence.Result
	basis     evidence.Basis
	wording   string // what changes when the statement is worded anew
	same      bool   // the words are known to be those of the look before, whatever the wording says
	severity  evidence.Severity
	exception *evidence.Exception
}

// decided reports whether the look tells how things are.
func (l look) decided() bool {
	return l.asked == wasAsked && (l.result == evidence.Fail || l.holds())
}

// holds reports whether the statement does not fail, and that is known.
func (l look) holds() bool {
	return l.asked == wasAsked && (l.result == evidence.Pass || l.result == evidence.NotApplicable)
}

// add puts all that the track tells into the Series. asOf is the time by which exceptions are judged.
func (s *Series) add(points []Point, t *track, asOf time.Time) {
	for _, l := range t.looks {
		r := l.result
		if l.asked == wasAsked && r == "" {
			r = evidence.NotCollected
		}
		t.Results = append(t.Results, r)
	}
	s.Statements = append(s.Statements, t.Statement)
	closed, open := t.findings(points)
	s.Closed = append(s.Closed, closed...)
	last := t.looks[len(t.looks)-1]
	if open != nil {
		if x := last.exception; x != nil {
			open.Exception, open.Expired = x, x.At(asOf) == evidence.Expired
		}
		if last.asked == notAsked {
			s.Dropped = append(s.Dropped, *open)
		} else {
			s.Open = append(s.Open, *open)
		}
	}
	if lost, ok := t.lost(points); ok {
		s.Lost = append(s.Lost, lost)
	}
}

// findings returns the closed findings of a statement, and the open one or nil.
func (t *track) findings(points []Point) (closed []Finding, open *Finding) {
	for i, l := range t.looks {
		if open != nil {
			open.Packages++
		}
		switch {
		case l.asked == wasAsked && l.result == evidence.Fail:
			if open == nil {
				open = &Finding{ID: t.ID, Section: t.Section, Text: t.Text, Severity: t.Severity,
					Opened: points[i].AsOf, Cause: t.cause(i), Reopened: len(closed), Packages: 1}
			}
			open.Seen++
			open.LastSeen = points[i].AsOf
		case l.holds() && open != nil:
			open.Closed, open.Now, open.Basis = points[i].AsOf, l.result, l.basis
			open.Reworded = t.before(i).asked == wasAsked && t.before(i).wording != l.wording
			open.Days = days(open.Opened, open.Closed)
			closed, open = append(closed, *open), nil
		}
	}
	if open != nil {
		last := len(points) - 1
		open.Now, open.Basis = t.looks[last].result, t.looks[last].basis
		if open.Now == "" {
			open.Now = evidence.NotCollected
		}
		open.Days = days(open.Opened, points[last].AsOf)
	}
	return closed, open
}

// before returns the last look before Point i at which the guide or benchmark was judged.
func (t *track) before(i int) look {
	for i--; i >= 0; i-- {
		if t.looks[i].asked != noSeries {
			return t.looks[i]
		}
	}
	return look{}
}

// cause tells why the statement fails at Point i and was no open finding before.
func (t *track) cause(i int) Cause {
	switch was := t.before(i); {
	case was.asked == noSeries:
		return FromStart
	case was.asked == notAsked:
		return NewlyAsked
	case !was.holds():
		return Undecided
	case was.wording != t.looks[i].wording:
		return Reworded
	}
	return Regressed
}

// lost tells whether the statement is not decided at the newest Point and was before.
func (t *track) lost(points []Point) (Lost, bool) {
	last := len(t.looks) - 1
	if t.looks[last].asked != wasAsked || t.looks[last].decided() {
		return Lost{}, false
	}
	for i := last - 1; i >= 0; i-- {
		if !t.looks[i].decided() {
			continue
		}
		since := i + 1
		return Lost{ID: t.ID, Section: t.Section, Text: t.Text, Severity: t.Severity, Now: t.Results[last], Was: t.looks[i].result,
			Known: points[i].AsOf, Since: points[since].AsOf, New: since == last}, true
	}
	return Lost{}, false
}

// finish sorts what the tracks told, and counts.
func (s *Series) finish() {
	slices.SortStableFunc(s.Open, func(a, b Finding) int {
		return cmp.Or(a.Opened.Compare(b.Opened), grade(a.Severity)-grade(b.Severity))
	})
	slices.SortStableFunc(s.Closed, func(a, b Finding) int {
		return cmp.Or(b.Closed.Compare(a.Closed), a.Opened.Compare(b.Opened), grade(a.Severity)-grade(b.Severity))
	})
	slices.SortStableFunc(s.Lost, func(a, b Lost) int {
		return cmp.Or(b.Since.Compare(a.Since), grade(a.Severity)-grade(b.Severity))
	})
	var took []int
	for _, f := range s.Closed {
		if f.Now == evidence.Pass {
			took = append(took, f.Days)
		}
	}
	slices.Sort(took)
	if n := len(took); n > 0 {
		s.Fixes = Fixes{N: n, Median: took[(n-1)/2], Longest: took[n-1]}
	}
}

// grade orders severities, the gravest first.
func grade(s evidence.Severity) int {
	if i := slices.Index([]evidence.Severity{evidence.High, evidence.Medium, evidence.Low}, s); i >= 0 {
		return i
	}
	return 3
}
