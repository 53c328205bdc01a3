package check

import (
	"fmt"

	"auditpack/evidence"
)

// where limits a Judge to where its conditions hold. Each condition is judged like any Check: where one of its Reasons
// fails the Check does not apply; where one is not known the Check may apply, so that only a pass is certain.
func where(conditions []evidence.Check, judge Judge) (Judge, error) {
	if len(conditions) == 0 {
		return judge, nil
	}
	var prepared []Judge
	for _, c := range conditions {
		if len(c.When) > 0 {
			return nil, fmt.Errorf("a condition has conditions of its own")
		}
		condition, err := Prepare(c)
		if err != nil {
			return nil, fmt.Errorf("when: %w", err)
		}
		prepared = append(prepared, condition)
	}
	return func(k Case) []evidence.Reason {
		var unknown []evidence.Reason
		for _, condition := range prepared {
			for _, r := range condition(k) {
				switch {
				case r.Result == evidence.Fail && len(r.Cites) > 0:
					r.Result, r.Note = evidence.NotApplicable, "it applies only where: "+r.Expected
					return []evidence.Reason{r}
				case r.Result != evidence.Pass:
					unknown = append(unknown, r)
				}
			}
		}
		reasons := judge(k)
		if len(unknown) == 0 {
			return reasons
		}
		for i := range reasons {
			if reasons[i].Result == evidence.Fail {
				reasons[i] = inDoubt(reasons[i], unknown[0])
			}
		}
		return reasons
	}, nil
}

// inDoubt turns a fail into needs review: whether the Check applies at all is not known.
func inDoubt(r, condition evidence.Reason) evidence.Reason {
	r.Result = evidence.NeedsReview
	r.Note = fmt.Sprintf("it applies only where: %s; that is not known: %s", condition.Expected, condition.Actual)
	r.Cites = append(r.Cites, condition.Cites...)
	return r
}
