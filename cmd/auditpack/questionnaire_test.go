package main

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// TestSampleQuestionnaire holds the rows Q1 to Q11 of templates/sample/README.md: what the demo answers an insurer.
func TestSampleQuestionnaire(t *testing.T) {
	sets := demoAudit(t).Questionnaires
	if len(sets) != 1 || sets[0].ID != "insurance" {
		t.Fatalf("%d sets", len(sets))
	}
	got := map[string]evidence.QuestionAnswer{}
	for _, q := range sets[0].Answers {
		got[q.ID] = q
		if len([]rune(q.Comment)) > 1000 {
			t.Errorf("%s: a comment of %d characters", q.ID, len([]rune(q.Comment)))
		}
		if q.Reach == evidence.OfCompany && q.Status == evidence.Confirmed && q.Attestation == nil {
			t.Errorf("%s: a server says yes for the company", q.ID)
		}
	}
	for _, want := range []struct {
		row, id  string
		status   evidence.AnswerStatus
		basis    evidence.AnswerBasis
		discords int
		comment  string
	}{
		{"Q1", "mfa-email", evidence.Confirmed, evidence.ByAttestation, 0, "Yes, by the word of a person. Basis: attestation. Attested by head of operations on 2026-10-15, until 2027-01-15: yes."},
		{"Q1", "mfa-remote-access", evidence.Confirmed, evidence.ByAttestation, 0, "there is no other way in"},
		{"Q1", "backup-offline", evidence.Confirmed, evidence.ByAttestation, 0, "a lock of 30 days"},
		{"Q1", "incident-plan", evidence.Confirmed, evidence.ByAttestation, 0, "table-top exercise"},
		{"Q2", "backup-restore-test", evidence.NotAnswered, evidence.ByNothing, 0, "ended on 2026-09-30 and counts as nothing"},
		{"Q3", "edr-everywhere", evidence.AnswerNo, evidence.ByAttestation, 0, "No, by the word of a person."},
		{"Q4", "edr-server", evidence.Confirmed, evidence.ByAttestation, 0, "Listed on AUTOMATE01: "},
		{"Q5", "database-closed", evidence.AnswerNo, evidence.ByEvidence, 2, "Contradiction: server engineer on duty attested on 2026-10-12: yes; the evidence of AUTOMATE01 shows: anyone can reach TCP 3306"},
		{"Q6", "retired-systems", evidence.NotProvable, evidence.ByNothing, 0, "no server can say yes for the company"},
		{"Q7", "rdp-off", evidence.AnswerNo, evidence.ByEvidence, 0, "Accepted by head of operations until 2026-12-18: "},
		{"Q8", "events-logged", evidence.Partial, evidence.ByEvidence, 0, "In part: 4 of 5 points hold for AUTOMATE01. Basis: evidence. Does not hold: Failed logins are logged (found: Logon writes success to the security log)."},
		{"Q9", "lockout", evidence.AnswerNo, evidence.ByEvidence, 0, "LockoutBadCount is 0"},
		{"Q9", "supported-database", evidence.AnswerNo, evidence.ByEvidence, 0, "8.0.35"},
		{"Q10", "rdp-closed", evidence.AnswerNo, evidence.ByEvidence, 0, "anyone can reach TCP 3390"},
		{"Q10", "rdp-everywhere", evidence.AnswerNo, evidence.ByEvidence, 0, "anyone can reach TCP 3390"},
		{"Q11", "tls-current", evidence.NotProvable, evidence.ByNothing, 0, "Not known: Schannel has TLS 1.1 switched off for the server side"},
	} {
		q := got[want.id]
		if q.Status != want.status || q.Basis != want.basis || len(q.Discords) != want.discords || !strings.Contains(q.Comment, want.comment) {
			t.Errorf("%s %s: %s by %s, %d contradictions: %s", want.row, want.id, q.Status, q.Basis, len(q.Discords), q.Comment)
		}
	}
}
