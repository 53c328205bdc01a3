package check

import (
	"fmt"
	"strings"
	"time"

	"auditpack/evidence"
)

// updatesRecentKind judges how long before the capture the newest update was installed.
var updatesRecentKind = &Kind{
	Name: "updates-recent",
	Doc: "Address hotfix:; want: one \"<= DAYS\" before the capture. An update within them passes. It fails where the whole list is known, with a date " +
		"for each update, and the newest is older. Dates count that are in a form which no language changes.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != "hotfix:" || len(c.Want) != 1 || !strings.HasPrefix(c.Want[0], "<= ") {
			return nil, fmt.Errorf(`wants the address hotfix: and one "<= DAYS"`)
		}
		bounds, err := parseBounds(c.Want[0])
		if err != nil {
			return nil, err
		}
		if bounds.high < 1 || bounds.high > 3650 {
			return nil, fmt.Errorf("want %q: expected 1 to 3650 days", c.Want[0])
		}
		return func(k Case) []evidence.Reason { return []evidence.Reason{judgeUpdates(k.Facts, int(bounds.high))} }, nil
	},
}

func judgeUpdates(f *evidence.Facts, most int) evidence.Reason {
	r := evidence.Reason{Address: "hotfix:", Expected: fmt.Sprintf("an update was installed at most %d days before the capture", most)}
	whole := f.Lookup("hotfix:?")
	newest, undated, listed := newestUpdate(f)
	switch {
	case listed == 0:
		r.Result, r.Actual, r.Cites = evidence.NotCollected, whole.Why, whole.Cites
		if whole.State == evidence.Missing {
			r.Actual = "no update is listed"
		}
		return r
	case newest == nil:
		r.Result, r.Actual = evidence.NotCollected, "no update has a date in a form that no language changes"
		return r
	}
	taken := takenOf(f, newest.Cite)
	on, err := time.Parse(time.DateOnly, newest.Value.String())
	days := int(taken.Sub(on).Hours() / 24)
	r.Cites = []evidence.Citation{newest.Cite}
	r.Actual = fmt.Sprintf("the newest of %d updates with a date, %s, was installed on %s, %d days before the capture", listed-undated, newest.Address.Rest(), newest.Value, days)
	switch {
	case err != nil || taken.IsZero():
		r.Result, r.Note = evidence.NeedsReview, "when the list was captured is not known"
	case days < -1: // the list has days of the host's zone
		r.Result, r.Note = evidence.NeedsReview, "the date lies behind the capture"
	case days <= most:
		r.Result = evidence.Pass
	case undated > 0:
		r.Result, r.Note = evidence.NeedsReview, fmt.Sprintf("%d more updates have no date that is certain", undated)
	case whole.State != evidence.Missing:
		r.Result, r.Note = evidence.NeedsReview, "the list of updates is not known to be whole"
	default:
		r.Result = evidence.Fail
		r.Cites = append(r.Cites, whole.Cites...)
	}
	return r
}

// newestUpdate returns the date of the update that was installed last, and how many are listed, and without a date.
func newestUpdate(f *evidence.Facts) (newest *evidence.Setting, undated, listed int) {
	var last evidence.Address
	for _, s := range f.Under("hotfix:") {
		if s.Address.Fold() == last {
			continue
		}
		last = s.Address.Fold()
		listed++
		o := f.Lookup("hotfix-date:" + evidence.Address(s.Address.Rest()))
		switch {
		case o.State != evidence.Found:
			undated++
		case newest == nil || o.Value().String() > newest.Value.String():
			newest = &o.Settings[0]
		}
	}
	return newest, undated, listed
}

// takenOf returns when the Item of a Citation was captured.
func takenOf(f *evidence.Facts, c evidence.Citation) time.Time {
	for _, content := range f.Contents() {
		if content.Item.Path == c.Item {
			return content.Item.Taken
		}
	}
	return time.Time{}
}
