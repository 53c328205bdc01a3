package render_test

import (
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render"
	"auditpack/render/rendertest"
)

// attestedAudit has one Control that a person's word decided, beside what its Check saw.
func attestedAudit(result evidence.Result, holds bool) (audit.Audit, string) {
	a := rendertest.Audit()
	c := &a.Hosts[0].Sections[0].Controls[0]
	word := evidence.Citation{Item: evidence.AnswersPath, Line: 7, Offset: 90, Length: 120}
	c.Attestation = &evidence.Attestation{Control: c.ID, Holds: holds, By: "head of operations", On: a.AsOf.AddDate(0, -1, 0), ValidUntil: a.AsOf.AddDate(0, 1, 0),
		Attachment: evidence.Attachment{Name: "vault.pdf", Path: "data/inputs/attachments/0123456789abcdef.pdf", Digest: evidence.DigestOf(nil)}, Cite: word}
	c.After = evidence.Verdict{Result: result, Basis: evidence.BasisAttestation, Reasons: []evidence.Reason{
		{Result: result, Expected: c.Statement, Actual: "attested by head of operations", Cites: []evidence.Citation{word}},
		{Result: result, Expected: "seen", Actual: "what the Check saw", Cites: []evidence.Citation{{Item: a.Hosts[0].After.Items[0].Path, Line: 1, Length: 1}}},
	}}
	a.Attested = append(a.Attested, *c.Attestation)
	return a, c.ID
}

// TestAttestedLooksDifferent holds that what was attested never looks like what was seen.
func TestAttestedLooksDifferent(t *testing.T) {
	for _, holds := range []bool{true, false} {
		result := map[bool]evidence.Result{true: evidence.Pass, false: evidence.Fail}[holds]
		a, id := attestedAudit(result, holds)
		text := dump(render.Build(a))
		_, entry, ok := strings.Cut(text, "entry {control/AUTOMATE01/"+id+"}")
		if !ok {
			t.Fatalf("%s is not in the document", id)
		}
		entry, _, _ = strings.Cut(entry, "\nentry ")
		says := "it holds"
		if !holds {
			says = "it does not hold"
		}
		for _, want := range []string{"by attestation", "\n    Attested: by head of operations on ", says + "; with vault.pdf, in the package as data/inputs/attachments/0123456789abcdef.pdf",
			"data/inputs/answers.yaml, line 7, byte 90+120", "\n    Found: what the Check saw"} {
			if !strings.Contains(entry, want) {
				t.Errorf("holds %t: no %q in%s", holds, want, entry)
			}
		}
		if strings.Count(entry, "\n    Attested:") != 1 || strings.Contains(entry, "Found: attested") {
			t.Errorf("holds %t: what was attested is shown as what was found, or twice:%s", holds, entry)
		}
		if want := "1 verdict rests on a person's word, not on evidence."; !strings.Contains(text, want) {
			t.Errorf("holds %t: the summary does not say %q", holds, want)
		}
		if strings.Contains(text, "| head -c 120") {
			t.Errorf("holds %t: the answers file is shown as an example of an Item", holds)
		}
	}
}

// TestExpiredAttestationSaysSo holds that a word that does not count any more is not shown as if it did.
func TestExpiredAttestationSaysSo(t *testing.T) {
	a, _ := attestedAudit(evidence.NeedsReview, true)
	c := &a.Hosts[0].Sections[0].Controls[0]
	c.After = evidence.Verdict{Result: evidence.NeedsReview, Basis: evidence.BasisNone, Reasons: []evidence.Reason{{Result: evidence.NeedsReview, Expected: c.Statement, Actual: "look"}}}
	c.Attestation.ValidUntil = a.AsOf.AddDate(0, 0, -1)
	a.Attested[len(a.Attested)-1] = *c.Attestation
	text := dump(render.Build(a))
	for _, want := range []string{"Attested: expired, counts as nothing: by head of operations", "| attested: holds | head of operations |", "| expired | (with vault.pdf, SHA-256 "} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q", want)
		}
	}
	if strings.Contains(text, "on a person's word") {
		t.Error("the summary counts a verdict that does not rest on the attestation")
	}
}

// TestFactIsNoAttestation holds that a verdict by a fact of the answers file, that the database runs on a host of its own say,
// is shown as found there, and as nobody's attestation, whether the statement has one or not.
func TestFactIsNoAttestation(t *testing.T) {
	for _, attested := range []bool{false, true} {
		a, id := attestedAudit(evidence.NotApplicable, true)
		c := &a.Hosts[0].Sections[0].Controls[0]
		if !attested {
			c.Attestation = nil
		}
		c.After = evidence.Verdict{Result: evidence.NotApplicable, Basis: evidence.BasisEvidence, Reasons: []evidence.Reason{{Result: evidence.NotApplicable,
			Expected: "the database has a host of its own", Actual: "by the answers it has none", Cites: []evidence.Citation{{Item: evidence.AnswersPath}}}}}
		_, entry, _ := strings.Cut(dump(render.Build(a)), "entry {control/AUTOMATE01/"+id+"}")
		entry, _, _ = strings.Cut(entry, "\nentry ")
		if want := "\n    Found: by the answers it has none"; !strings.Contains(entry, want) {
			t.Errorf("attested %t: no %q in%s", attested, want, entry)
		}
	}
}
