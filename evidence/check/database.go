package check

import (
	"fmt"

	"auditpack/evidence"
)

// What the answers say of the database's host.
const (
	databaseSame     = "same"
	databaseSeparate = "separate"
)

// databaseHost judges what the operator says of the database's host; it serves as a condition.
var databaseHost = &Kind{
	Name: "database-host",
	Doc:  "No address. Want: same or separate, where the database runs by the answers (database_host). Unanswered needs review.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != "" || len(c.Want) != 1 || (c.Want[0] != databaseSame && c.Want[0] != databaseSeparate) {
			return nil, fmt.Errorf("wants %q or %q and no address", databaseSame, databaseSeparate)
		}
		return func(k Case) []evidence.Reason { return []evidence.Reason{judgeDatabaseHost(k, c.Want[0])} }, nil
	},
}

func judgeDatabaseHost(k Case, want string) evidence.Reason {
	switch k.Answers.DatabaseHost {
	case "":
		return evidence.Reason{Result: evidence.NeedsReview, Expected: databaseText(want), Actual: "the answers do not say where the database runs (database_host)"}
	case want:
		return evidence.Reason{Result: evidence.Pass, Expected: databaseText(want), Actual: "the answers say so", Cites: answersCite()}
	}
	r := databaseElsewhere(want)
	r.Result = evidence.Fail
	return r
}

// databaseElsewhere is the not applicable Reason for what only concerns the wanted place of the database.
func databaseElsewhere(want string) evidence.Reason {
	other := databaseSame
	if want == databaseSame {
		other = databaseSeparate
	}
	return evidence.Reason{Result: evidence.NotApplicable, Expected: databaseText(want), Actual: "by the answers " + databaseText(other), Cites: answersCite()}
}

func databaseText(where string) string {
	if where == databaseSame {
		return "the database runs on the Automate server"
	}
	return "the database has a host of its own"
}

// answersCite cites the answers file as a whole: facts in it have no place of their own yet.
func answersCite() []evidence.Citation { return []evidence.Citation{{Item: evidence.AnswersPath}} }
