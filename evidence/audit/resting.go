package audit

import (
	"fmt"
	"strings"
	"time"

	"auditpack/evidence"
)

// stale reports whether something was captured too long ago, or nobody knows when.
func stale(taken, asOf time.Time) bool { return asOf.Sub(taken) > StaleAfter }

func capturedAt(taken time.Time) string {
	if taken.IsZero() {
		return "when it was captured is not known"
	}
	return "captured " + taken.UTC().Format("2006-01-02 15:04 UTC")
}

// resting returns the Verdict of Reasons, or needs review where what they cite is contradicted, stale or of the future. That
// a statement does not concern the host is no better founded than that it holds.
func (s *side) resting(reasons []evidence.Reason) evidence.Verdict {
	v := evidence.Combine(s.basis(reasons), reasons...)
	left := leftToPerson(v)
	if (v.Result == evidence.NeedsReview || v.Result == evidence.NotCollected) && !left {
		return v
	}
	for _, c := range s.contradictions {
		if c.Grave() {
			return doubt(v, "one host's evidence", fmt.Sprintf("the items name more than one %s: %s", c.Subject, strings.Join(c.Values, ", ")), c.Cites)
		}
	}
	if v.Result == evidence.Pass || v.Result == evidence.NotApplicable || left {
		if cite, taken, ok := s.cites(reasons, s.later); ok {
			return doubt(v, "evidence of before the as-of time", "said to be captured later: "+taken.UTC().Format("2006-01-02 15:04 UTC"), []evidence.Citation{cite})
		}
		if cite, taken, ok := s.cites(reasons, func(item Item) bool { return item.Stale }); ok {
			return doubt(v, fmt.Sprintf("evidence of the %d days before the as-of time", int(StaleAfter.Hours()/24)),
				capturedAt(taken), []evidence.Citation{cite})
		}
	}
	return v
}

// doubt turns a Verdict into needs review and says why first; what was found stays as further Reasons.
func doubt(v evidence.Verdict, expected, actual string, cites []evidence.Citation) evidence.Verdict {
	first := evidence.Reason{Result: evidence.NeedsReview, Expected: expected, Actual: actual, Cites: cites}
	if v.Result != evidence.NeedsReview {
		first.Note = "without this the verdict would be " + string(v.Result)
	}
	return evidence.Verdict{Result: evidence.NeedsReview, Basis: v.Basis, Reasons: append([]evidence.Reason{first}, v.Reasons...)}
}

// later reports whether an Item is said to be captured after the as-of time; a day is left for clocks and zones.
func (s *side) later(item Item) bool { return item.Taken.Sub(s.asOf) > 24*time.Hour }

// cites returns the first Citation of an Item of which odd holds.
func (s *side) cites(reasons []evidence.Reason, odd func(Item) bool) (evidence.Citation, time.Time, bool) {
	for _, r := range reasons {
		for _, c := range r.Cites {
			for _, item := range s.summary.Items {
				if item.Path == c.Item && odd(item) {
					return c, item.Taken, true
				}
			}
		}
	}
	return evidence.Citation{}, time.Time{}, false
}
