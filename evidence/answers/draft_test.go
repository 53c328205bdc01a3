package answers_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/answers"
)

// hostile is what evidence may hold: line ends of every kind, an escape, a direction override, YAML.
const hostile = "x\nclient: evil\r\ntechnicians: 1\u2028domain_member: true\u0085database_host: same\v\x1b[31m\u202e - control: fw-closed-3389"

func draft() answers.Draft {
	reason := evidence.Reason{Result: evidence.NeedsReview, Actual: hostile, Note: "noted", Cites: []evidence.Citation{{Item: "data/items/a.txt", Line: 1}}}
	return answers.Draft{
		Host: "AUTOMATE01" + hostile, Captured: "2026-10-20 06:30 UTC",
		Guide: evidence.Guide{Sections: []evidence.Section{{ID: "all", Part: "Application", Title: "Passwords", Controls: []evidence.Control{
			{ID: "pw-mysql-root", Statement: "The password is long " + strings.Repeat("and good ", 30), Severity: evidence.High, Manual: "Ask."},
			{ID: "fw-closed-3389", Statement: "closed", Severity: evidence.High, Checks: []evidence.Check{{Kind: "port-closed"}}},
			{ID: "pw-automate-system", Statement: "The password is long", Severity: evidence.Low},
			{ID: "range", Statement: "range", Checks: []evidence.Check{{Kind: "technician-range"}}},
		}}}},
		Found: map[string][]evidence.Reason{"pw-mysql-root": {reason, reason, reason, reason}, "range": {reason}, "fw-closed-3389": {reason}},
		Open:  map[string]bool{"pw-mysql-root": true, "pw-automate-system": true},
		Sets: []evidence.AnsweredQuestionnaire{
			{Title: "Insurance" + hostile, Answers: []evidence.QuestionAnswer{
				{ID: "mail", Topic: "MFA", Text: "Is there MFA?", Reach: evidence.OfCompany, Status: evidence.NotAnswered, Person: "Who checked it." + hostile, Attach: "the policy"},
				{ID: "seen", Status: evidence.Confirmed, Basis: evidence.ByEvidence}, {ID: "denied", Status: evidence.AnswerNo}, {ID: "some", Status: evidence.Partial},
				{ID: "tls", Text: "Is TLS new?", Reach: evidence.OfHost, Status: evidence.NotProvable, Comment: "Not provable." + hostile, Person: "never shown twice",
					Hosts: []evidence.HostBearings{{Outcome: evidence.CannotTell, Bearings: []evidence.Bearing{{}}}}},
				{ID: "plan", Text: "Is there a plan?", Reach: evidence.OfHost, Status: evidence.NotAnswered, Hosts: []evidence.HostBearings{{Outcome: evidence.NoEvidence}}}}},
			{Title: "Own", Answers: []evidence.QuestionAnswer{{ID: "mail", Text: "once only", Status: evidence.NotAnswered}}},
		},
	}
}

// TestDraftChangesNothing holds that an untouched file answers nothing, whatever was found in the evidence.
func TestDraftChangesNothing(t *testing.T) {
	text := draft().YAML()
	a, err := answers.Parse("a.yaml", text, guide)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(evidence.Answers{}, a); diff != "" {
		t.Error(diff)
	}
	for i, line := range strings.Split(string(text), "\n") {
		if line != "" && line[0] != '#' && line != "attestations:" && line != "exceptions:" && line != "remediation:" {
			t.Errorf("line %d is no comment: %q", i+1, line)
		}
		if len([]rune(line)) > 130 || strings.ContainsAny(line, "\x1b\u202e\u2028\u0085\v") {
			t.Errorf("line %d: %q", i+1, line)
		}
	}
	again := draft().YAML()
	if string(again) != string(text) {
		t.Error("the same draft gives other bytes")
	}
}

// TestDraftHasEveryQuestion holds that the open Controls are in the file once, in the guide's order, with what helps.
func TestDraftHasEveryQuestion(t *testing.T) {
	text := string(draft().YAML())
	var ids []string
	for _, m := range regexp.MustCompile(`(?m)^#- control: ([^\s:]+)$`).FindAllStringSubmatch(text, -1) {
		ids = append(ids, m[1])
	}
	if diff := cmp.Diff([]string{"pw-mysql-root", "pw-automate-system"}, ids); diff != "" {
		t.Error(diff)
	}
	var asked []string
	for _, m := range regexp.MustCompile(`(?m)^#- control: question:(\S+)$`).FindAllStringSubmatch(text, -1) {
		asked = append(asked, m[1])
	}
	if diff := cmp.Diff([]string{"mail", "tls", "plan"}, asked); diff != "" {
		t.Error(diff)
	}
	if strings.Contains(text, "never shown twice") || strings.Contains(text, "once only") || strings.Count(text, "Only a no counts") != 1 {
		t.Errorf("questions of the sets:\n%s", text)
	}
	for _, want := range []string{"# mail (company), MFA\n#     Is there MFA?\n#     to say: Who checked it.x client: evil", "#     attachment: the policy\n#- control: question:mail\n#  holds: ",
		"#     found: Not provable.x client", "# Questions that the evidence does not decide, of: Insurance", "#     The password is long", "#     look at: Ask.", "#     found: x client: evil", `\u{1B}[31m\u{202E}`, "in data/items/a.txt",
		"#     and 1 more", "#technicians: 25", "#     range: x client", "#allowed_networks: ["} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestDraftFilledIn does what the file's head tells: deletes the # before entries and fills them in.
func TestDraftFilledIn(t *testing.T) {
	text := string(draft().YAML())
	text = regexp.MustCompile(`(?m)^#(- control: \S|  [a-z_]+: |[a-z_]+: )`).ReplaceAllString(text, "$1")
	if _, err := answers.Parse("a.yaml", []byte(text), guide); err == nil || !strings.Contains(err.Error(), "attestation of pw-mysql-root: holds: true or false is wanted") {
		t.Errorf("nothing is filled in yet: %v", err)
	}
	for from, to := range map[string]string{"holds:": "holds: true", "by:": "by: head of operations", "on:": "on: 2026-10-01", "valid_until:": "valid_until: 2026-12-31"} {
		text = regexp.MustCompile(`(?m)^  `+from+`.*$`).ReplaceAllString(text, "  "+to)
	}
	before, _, _ := strings.Cut(text, "exceptions:")
	a, err := answers.Parse("a.yaml", []byte(before), guide)
	if err != nil {
		t.Fatalf("%v\n%s", err, before)
	}
	if len(a.Attestations) != 5 || a.Attestations[4].Control != "question:plan" || a.Technicians == nil || *a.Technicians != 25 || a.DatabaseHost != "same" || len(a.Networks) != 1 {
		t.Errorf("%+v", a)
	}
}
