package answers_test

import (
	"strings"
	"testing"

	"auditpack/evidence/answers"
)

// TestQuestionAttested holds that a person can answer a question of a questionnaire, and that nobody can accept one.
func TestQuestionAttested(t *testing.T) {
	const entry = "  - control: question:edr-watched\n    holds: true\n    by: x\n    on: 2026-10-01\n    valid_until: 2026-12-01\n"
	a, err := answers.Parse("a.yaml", []byte("attestations:\n"+entry), map[string]bool{"c": true})
	if err != nil || len(a.Attestations) != 1 || a.Attestations[0].Control != "question:edr-watched" {
		t.Fatalf("%v, %v", a.Attestations, err)
	}
	for _, bad := range []string{"question:", "question:Edr", "question:a b", "questions:a"} {
		_, err := answers.Parse("a.yaml", []byte("attestations:\n"+strings.Replace(entry, "question:edr-watched", `"`+bad+`"`, 1)), map[string]bool{"c": true})
		if err == nil || !strings.Contains(err.Error(), "a.yaml:2:") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	_, err = answers.Parse("a.yaml", []byte("exceptions:\n  - control: question:edr-watched\n    reason: r\n    approver: x\n    on: 2026-10-01\n    expires: 2026-12-01\n"), map[string]bool{"c": true})
	if err == nil {
		t.Error("an exception of a question was read")
	}
}
