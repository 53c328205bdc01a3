package check

import "auditpack/evidence"

// What the answers say of the database's host (database_host).
const (
	databaseSame     = "same"
	databaseSeparate = "separate"
)

// whereDatabase tells whether a Check concerns the host by what the answers say of the database's place. Where it does
// not, or the answers are silent, the Reason says so and ok is false.
func whereDatabase(k Case, want string) (r evidence.Reason, ok bool) {
	r = evidence.Reason{Expected: databaseText(want)}
	switch k.Answers.DatabaseHost {
	case want:
		return evidence.Reason{}, true
	case "":
		r.Result, r.Fact, r.Actual = evidence.NeedsReview, "database_host", "the answers do not say where the database runs (database_host)"
	default:
		// Facts in the answers have no place of their own: the file is cited as a whole.
		r.Result, r.Actual, r.Cites = evidence.NotApplicable, "by the answers "+databaseText(k.Answers.DatabaseHost), []evidence.Citation{{Item: evidence.AnswersPath}}
	}
	return r, false
}

func databaseText(where string) string {
	if where == databaseSame {
		return "the database runs on the Automate server"
	}
	return "the database has a host of its own"
}
