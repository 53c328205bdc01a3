package form_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render/form"
)

// TestBasis holds that each filled field says what its answer rests on and what it is about, so that what was attested
// never looks like what was seen, and that what only a word stands for is listed once.
func TestBasis(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 10, d, 0, 0, 0, 0, time.UTC) }
	word := func(by string, line int) *evidence.Attestation {
		return &evidence.Attestation{By: by, Holds: true, On: day(1), ValidUntil: day(31), Cite: evidence.Citation{Line: line}}
	}
	host := func(name string, t *evidence.Attestation) evidence.HostBearings {
		return evidence.HostBearings{Host: name, Attestation: t, Standing: evidence.Valid}
	}
	linked := host("A", nil)
	linked.Bearings = []evidence.Bearing{{Verdict: evidence.Verdict{Basis: evidence.BasisAttestation}, Attestation: word("the clerk", 9)}}
	var many []evidence.HostBearings
	for i := range 12 {
		many = append(many, host("S"+string(rune('A'+i)), nil))
	}
	sets := []evidence.AnsweredQuestionnaire{{ID: "own", AsOf: day(21), Client: "Example", Answers: []evidence.QuestionAnswer{
		{ID: "seen", Reach: evidence.OfHost, Status: evidence.Confirmed, Basis: evidence.ByEvidence, Hosts: []evidence.HostBearings{host("A", nil), host("B", nil)}},
		{ID: "said", Reach: evidence.OfCompany, Status: evidence.Confirmed, Basis: evidence.ByAttestation, Attestation: word("the owner", 1), Standing: evidence.Valid, Hosts: []evidence.HostBearings{host("A", nil)}},
		{ID: "denied", Reach: evidence.OfCompany, Status: evidence.AnswerNo, Basis: evidence.ByAttestation, Attestation: word("the owner", 1), Standing: evidence.Valid, Hosts: []evidence.HostBearings{host("A", nil)}},
		{ID: "shown", Reach: evidence.OfCompany, Status: evidence.AnswerNo, Basis: evidence.ByEvidence, Hosts: []evidence.HostBearings{host("A", nil)}},
		{ID: "both", Reach: evidence.OfHost, Status: evidence.Confirmed, Basis: evidence.ByBoth, Hosts: []evidence.HostBearings{host("A", word("the owner", 1)), host("B", word("the clerk", 7))}},
		{ID: "linked", Reach: evidence.OfHost, Status: evidence.Confirmed, Basis: evidence.ByAttestation, Hosts: []evidence.HostBearings{linked}},
		{ID: "many", Reach: evidence.OfHost, Status: evidence.Confirmed, Basis: evidence.ByEvidence, Hosts: many},
	}}}
	m := cells(at("B3", "seen", "answer"), at("B10", "said", "answer"), at("B11", "said", "by"), at("B12", "denied", "answer"), at("B13", "shown", "answer"),
		at("B14", "both", "answer"), at("B15", "both", "by"), at("B16", "linked", "answer"), at("B17", "many", "answer"), at("B18", "", "client"))
	filled, err := form.Fill("form.xlsx", insurersForm(t), m, sets)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range filled.Form.Fields {
		got = append(got, strings.Join([]string{f.Question, f.Put, f.Text, string(f.Basis), f.Scope, f.Attested}, "|"))
	}
	const owner, clerk = "the owner on 2026-10-01, until 2026-10-31", "the clerk on 2026-10-01, until 2026-10-31"
	want := []string{"seen|answer|Yes|evidence|A, B|", "said|answer|Yes|attestation|company|" + owner, "said|by|the owner|attestation|company|" + owner,
		"denied|answer|No|attestation|company|" + owner, "shown|answer|No|evidence|A|", "both|answer|Yes|evidence and attestation|A, B|" + owner + "; " + clerk,
		"both|by|the owner; the clerk|evidence and attestation|A, B|" + owner + "; " + clerk, "linked|answer|Yes|attestation|A|" + clerk,
		"many|answer|Yes|evidence|SA, SB, SC, SD, SE, SF, SG, SH, SI, SJ and 2 more servers|", "|client|Example|||"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var confirm []string
	for _, f := range filled.Form.ToConfirm() {
		confirm = append(confirm, f.Where+" "+f.Question)
	}
	if diff := cmp.Diff([]string{"Application!B10 said", "Application!B12 denied", "Application!B14 both", "Application!B16 linked"}, confirm); diff != "" {
		t.Error(diff)
	}
}

// TestDraftBeside holds that a draft offers what stands beside an answer: who says it, of when, about what, and a comment.
func TestDraftBeside(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	for cell, text := range map[string]string{"A1": "Applicant:", "A2": "Answers as of:", "A4": "Question", "B4": "Answer", "C4": "Comments", "D4": "Confirmed by", "E4": "As of",
		"F4": "Systems covered", "G4": "Reference", "A5": "Is RDP closed?", "A6": "Do you have details of who confirms it?", "H5": "x"} {
		if err := f.SetCellStr("Sheet1", cell, text); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	text, n, err := form.Draft("form.xlsx", b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	entry := func(cell, label, question, put string) string {
		return "#    cell: " + cell + "\n#    label: \"" + label + "\"\n" + question + "#    put: " + put + "\n"
	}
	const asks = "#    question:\n"
	for _, want := range []string{entry("B1", "Applicant:", "", "client"), entry("B2", "Answers as of:", "", "as of"), entry("B5", "Is RDP closed?", asks, "answer"),
		entry("C5", "Comments: Is RDP closed?", asks, "comment"), entry("D5", "Confirmed by: Is RDP closed?", asks, "by"), entry("E5", "As of: Is RDP closed?", "", "as of"),
		entry("F5", "Systems covered: Is RDP closed?", asks, "scope"), entry("B6", "Do you have details of who confirms it?", asks, "answer"),
		entry("D6", "Confirmed by: Do you have details of who confirms it?", asks, "by")} {
		if !strings.Contains(string(text), want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if n != 12 {
		t.Errorf("%d cells, want 12:\n%s", n, text)
	}
}
