package trend

import (
	"fmt"
	"time"

	"auditpack/evidence"
)

// First returns the as-of time of the first package that judged s on h. What failed then may be older.
func (h Host) First(s Series) time.Time {
	for i, release := range s.Releases {
		if release != "" {
			return h.Points[i].AsOf
		}
	}
	return h.Points[0].AsOf
}

// Remarks are what is special about the finding, for people. What they quote of answers is not cleaned.
func (f Finding) Remarks() []string {
	if !f.Closed.IsZero() {
		return f.closedRemarks()
	}
	var list []string
	switch {
	case f.Reopened == 1:
		list = append(list, "came back: had been closed once")
	case f.Reopened > 1:
		list = append(list, fmt.Sprintf("came back: had been closed %d times", f.Reopened))
	case f.Cause != FromStart:
		list = append(list, string(f.Cause))
	}
	if f.Now != evidence.Fail {
		list = append(list, "last seen failing "+day(f.LastSeen))
	}
	if x := f.Exception; x != nil && f.Expired {
		list = append(list, "exception expired "+day(x.Expires))
	} else if x != nil {
		list = append(list, fmt.Sprintf("accepted by %s until %s", x.Approver, day(x.Expires)))
	}
	return list
}

func (f Finding) closedRemarks() []string {
	var list []string
	if f.Now == evidence.NotApplicable {
		list = append(list, "no longer applies")
	}
	if f.Basis.ByPerson() {
		list = append(list, "on a person's word")
	}
	if f.Reworded {
		list = append(list, "worded anew in the package that closed it")
	}
	if f.Reopened > 0 {
		list = append(list, "had come back")
	}
	return list
}

// Remark says how the exception stands at the Trend's as-of time.
func (x Exception) Remark() string {
	switch {
	case x.Standing == evidence.Expired:
		return "expired " + inDays(-x.Days) + " ago"
	case x.Standing == evidence.NotYetValid:
		return "not yet valid, from " + day(x.On)
	case x.Soon:
		return "expires in " + inDays(x.Days)
	}
	return "valid for " + inDays(x.Days)
}

func inDays(n int) string {
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%d days", n)
}
