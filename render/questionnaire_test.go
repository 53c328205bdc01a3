package render_test

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// asked is the sample with answers of every kind.
func asked() audit.Audit {
	a := rendertest.Audit()
	h := &a.Hosts[0]
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC) }
	bearing := func(i int, result evidence.Result) evidence.HostBearings {
		c := h.Sections[0].Controls[i]
		return evidence.HostBearings{Host: h.Name, From: h.After.From, To: h.After.To, Bearings: []evidence.Bearing{{Kind: evidence.ControlBearing, ID: c.ID, Statement: c.Statement,
			Verdict: evidence.Verdict{Result: result, Basis: evidence.BasisEvidence, Reasons: []evidence.Reason{{Result: result, Actual: "found", Cites: c.After.Reasons[0].Cites}}}}}}
	}
	said := &evidence.Attestation{Control: "question:mfa", Holds: true, By: "head of operations", On: day(1), ValidUntil: day(30), Cite: evidence.Citation{Item: evidence.AnswersPath, Line: 3, Offset: 20, Length: 90}}
	discord := []evidence.Discord{{Said: "head of operations attested on 2026-11-01: yes", Seen: "the evidence of AUTOMATE01 shows: found", Host: h.Name, Cites: h.Sections[0].Controls[0].After.Reasons[0].Cites}}
	set := evidence.AnsweredQuestionnaire{Version: "auditpack.questionnaire/1", ID: "own", Title: "Our own", About: "About it.", AsOf: a.AsOf, Client: "Example", Answers: []evidence.QuestionAnswer{
		{ID: "mfa", Topic: "Access", Text: "Is it so?", Reach: evidence.OfCompany, Status: evidence.Confirmed, Basis: evidence.ByAttestation, Comment: "Yes, by the word of a person.",
			Attestation: said, Standing: evidence.Valid, Person: "who", Attach: "the policy"},
		{ID: "rdp", Topic: "Access", Text: "Is it closed?", Reach: evidence.OfHost, Status: evidence.AnswerNo, Basis: evidence.ByEvidence, Comment: "Contradiction: …", Discords: discord,
			Hosts: []evidence.HostBearings{bearing(0, evidence.Fail)}, Attestation: said, Standing: evidence.Valid},
		{ID: "tls", Topic: "Encryption", Text: "Is it current?", Reach: evidence.OfHost, Status: evidence.Partial, Portion: &evidence.Portion{N: 2, M: 3, Unit: "points"}, Basis: evidence.ByEvidence,
			Comment: "In part.", Hosts: []evidence.HostBearings{bearing(1, evidence.Pass)}},
		{ID: "seen", Topic: "Encryption", Text: "Is it seen?", Reach: evidence.OfHost, Status: evidence.Confirmed, Basis: evidence.ByEvidence, Comment: "Yes.", Hosts: []evidence.HostBearings{bearing(1, evidence.Pass)}},
		{ID: "unknown", Topic: "Encryption", Text: "Is it known?", Reach: evidence.OfHost, Status: evidence.NotProvable, Basis: evidence.ByNothing, Comment: "Not provable."},
		{ID: "plan", Topic: "Plans", Text: "Is there one?", Reach: evidence.OfCompany, Status: evidence.NotAnswered, Basis: evidence.ByNothing, Comment: "Not answered.", Person: "when", Attach: "the plan"},
	}, Counts: evidence.AnswerCounts{Confirmed: 2, Attested: 1, Partial: 1, No: 1, NotProvable: 1, NotAnswered: 1, Contradictions: 1}}
	a.Questionnaires = []evidence.AnsweredQuestionnaire{set}
	return a
}

// TestQuestionnaireGolden holds the part of the report and the sheet.
func TestQuestionnaireGolden(t *testing.T) {
	d := render.Build(asked())
	var parts []render.Part
	for _, p := range d.Parts {
		if strings.HasPrefix(p.Title, "Questionnaire") {
			parts = append(parts, p)
		}
	}
	d.Parts = parts
	golden(t, "questionnaire", d)
}

// TestContradictionsComeFirst holds the order inside the part, and that a person's word never looks like what was seen.
func TestContradictionsComeFirst(t *testing.T) {
	var marks []string
	callouts, entries := 0, 0
	for _, p := range render.Build(asked()).Parts {
		if !p.Report || !strings.HasPrefix(p.Title, "Questionnaire") {
			continue
		}
		for _, b := range p.Blocks {
			switch b := b.(type) {
			case *render.Callout:
				callouts++
				if entries > 0 || !strings.Contains(b.Text, "attested on 2026-11-01: yes; the evidence of AUTOMATE01 shows: found. Shown by data/items/") {
					t.Errorf("after %d entries: %s", entries, b.Text)
				}
			case *render.Entries:
				for _, e := range b.List {
					entries++
					marks = append(marks, e.Mark+" "+e.Word)
				}
			}
		}
	}
	want := []string{"✎ attested", "✗ no", "◐ partial", "✓ confirmed", "∅ not provable here", "? not answered"}
	if diff := cmp.Diff(want, marks); diff != "" || callouts != 1 {
		t.Errorf("%d contradictions; marks (-want +got):\n%s", callouts, diff)
	}
}

// TestQuestionnaireIsSafe holds that links lead somewhere and hostile text is made visible.
func TestQuestionnaireIsSafe(t *testing.T) {
	a := asked()
	set := &a.Questionnaires[0]
	q := &set.Answers[1]
	for _, s := range []*string{&set.Title, &set.About, &set.Client, &q.ID, &q.Topic, &q.Text, &q.Comment, &q.Person, &q.Attach, &q.Discords[0].Said, &q.Discords[0].Seen,
		&q.Hosts[0].Bearings[0].ID, &q.Hosts[0].Bearings[0].Verdict.Reasons[0].Cites[0].Item} {
		*s = rendertest.Hostile
	}
	for _, m := range media(t, render.Build(a)) {
		for link, text := range m.links {
			if !m.anchors[link] {
				t.Errorf("%s: the link of %q leads to %s, which is nowhere", m.name, text, link)
			}
		}
		for _, s := range m.texts {
			for _, r := range s {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r)) {
					t.Fatalf("%s: %q holds %U", m.name, s, r)
				}
			}
		}
	}
}

// TestContradictionOnce holds that an answer which two statements contradict has one box, with what was said once and both
// that show otherwise.
func TestContradictionOnce(t *testing.T) {
	a := asked()
	for i := range a.Questionnaires[0].Answers {
		if q := &a.Questionnaires[0].Answers[i]; len(q.Discords) > 0 {
			second := q.Discords[0]
			second.Seen = "the evidence of AUTOMATE01 shows: something else"
			q.Discords = append(q.Discords, second)
		}
	}
	text := partText(render.Build(a), "questionnaire/"+a.Questionnaires[0].ID)
	for what, want := range map[string]int{"callout Contradiction: rdp": 1, "attested on 2026-11-01: yes;": 1, "shows: found": 1, "Besides, the evidence of AUTOMATE01 shows: something else.": 1} {
		if n := strings.Count(text, what); n != want {
			t.Errorf("%d times %q, want %d:\n%s", n, what, want, text)
		}
	}
}
