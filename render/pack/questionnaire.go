package pack

import (
	"fmt"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/questionnaire"
)

// answeredFolder is where the answers to sets of questions lie in a package.
const answeredFolder = "data/questionnaire/"

// readQuestionnaires reads the sets of questions and holds their links against the guide and the benchmarks. No two sets
// have one id, since their answers are named by it.
func (in Inputs) readQuestionnaires(g evidence.Guide, benchmarks []evidence.Benchmark) ([]evidence.Questionnaire, error) {
	var sets []evidence.Questionnaire
	known := audit.Known(g, benchmarks)
	for _, f := range in.Questionnaires {
		set, err := questionnaire.Parse(f.Name, f.Data, known)
		if err != nil {
			return nil, err
		}
		for _, other := range sets {
			if other.ID == set.ID {
				return nil, fmt.Errorf("%s: the set %q is in %s already", f.Name, set.ID, other.File)
			}
		}
		sets = append(sets, set)
	}
	return sets, nil
}

// addAnswered writes the answers of each set.
func addAnswered(w sink, a audit.Audit) error {
	for _, q := range a.Questionnaires {
		text, err := encode(q)
		if err != nil {
			return err
		}
		if err := w.Add(answeredFolder+q.ID+".json", text); err != nil {
			return err
		}
	}
	return nil
}
