package checklist_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/checklist"
)

// judgedCarried is the benchmark judged, with what people said in an earlier checklist: against the evidence, beside it, and
// about what is left to a person.
func judgedCarried(b evidence.Benchmark) audit.Benchmark {
	old := evidence.Carried{File: "old.ckl", Digest: evidence.DigestOf([]byte("old")), STIG: "Example_Server_2019_STIG", Version: "1",
		ReleaseInfo: "Release: 5 Benchmark Date: 17 Jun 2020", Cite: evidence.Citation{Item: "data/inputs/checklists/1-old.ckl", Line: 7, Offset: 70, Length: 5}}
	a := judged(b)
	against, beside, decides := old, old, old
	against.Rule, against.MatchedBy, against.Status, against.Comment = "SV-900001r600_rule", "group ID", evidence.StatusOpen, "Was open in spring."
	against.Use, against.Why = evidence.CarriedContradict, "the evidence decides NotAFinding, which stands"
	beside.Rule, beside.Status, beside.Use, beside.Details, beside.Severity, beside.Reason = "SV-900002r702_rule", evidence.StatusOpen, evidence.CarriedAgrees, "Asked the owner.", evidence.Low, "Behind a firewall."
	decides.Rule, decides.MatchedBy, decides.Status, decides.Use, decides.Comment = "SV-80004r1_rule", "an earlier number", evidence.StatusNotAFinding, evidence.CarriedDecides, "Read by the night shift."
	for i, w := range map[int]evidence.Carried{0: against, 1: beside, 3: decides} {
		a.Rules[i].Carried = []evidence.Carried{w}
	}
	a.Rules[3].After = evidence.Verdict{Result: evidence.Pass, Basis: evidence.BasisCarried, Reasons: []evidence.Reason{{
		Result: evidence.Pass, Expected: b.Rules[3].Title, Actual: "NotAFinding by a person, in an earlier checklist: old.ckl of V1R5", Cites: []evidence.Citation{decides.Cite}}}}
	return a
}

func carriedSample() *sample {
	b := benchmark()
	s := &sample{name: "carried", target: host, benchmark: b, judged: judgedCarried(b), options: options()}
	s.options.Exceptions, s.options.Attestations = nil, nil
	return s
}

func TestCarriedFindings(t *testing.T) {
	s := carriedSample()
	got, err := checklist.Findings(s.judged, s.benchmark, s.options)
	if err != nil {
		t.Fatal(err)
	}
	var statuses []evidence.ChecklistStatus
	var comments []string
	for _, f := range got {
		statuses = append(statuses, f.Status)
		comments = append(comments, f.Comments)
	}
	wantStatuses := []evidence.ChecklistStatus{evidence.StatusNotAFinding, evidence.StatusOpen, evidence.StatusNotApplicable, evidence.StatusNotAFinding, evidence.StatusNotReviewed}
	if diff := cmp.Diff(wantStatuses, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	from := "[auditpack] Carried on 2026-06-15 from old.ckl (SHA-256 " + evidence.DigestOf([]byte("old")).Short() + ")"
	const release = " of Example_Server_2019_STIG version 1 Release: 5 Benchmark Date: 17 Jun 2020"
	wantComments := []string{
		"[auditpack] old.ckl says Open; the evidence decides NotAFinding, which stands.\n" +
			from + ", written for SV-900001r600_rule" + release + ", matched by group ID: comment\nWas open in spring.",
		"[auditpack] No evidence decides this condition of the check text: If logs go to a collector, this is not applicable.\n" +
			from + ": finding details\nAsked the owner.",
		"",
		from + ", written for SV-80004r1_rule" + release + ", matched by an earlier number: comment\nRead by the night shift.",
		"[auditpack] Not decided: no item shows the value",
	}
	if diff := cmp.Diff(wantComments, comments); diff != "" {
		t.Errorf("comments (-want +got):\n%s", diff)
	}
	if got[1].Override != evidence.Low || got[1].Justification != from+": severity\nBehind a firewall." {
		t.Errorf("override %q, %q", got[1].Override, got[1].Justification)
	}
	details := got[3].Details
	if !strings.HasPrefix(details, "[auditpack] Status NotAFinding, carried: verdict pass, basis carried.\nThe status was given by a person in old.ckl;") ||
		!strings.Contains(details, "\nSaid in: data/inputs/checklists/1-old.ckl, line 7, byte 70+5\n") || strings.Contains(details, "Evidence:") {
		t.Errorf("details: %s", details)
	}
	if got[3].CarriedFrom != "old.ckl" || got[0].CarriedFrom != "" {
		t.Errorf("carried from %q and %q", got[3].CarriedFrom, got[0].CarriedFrom)
	}
}

// TestCarriedAgain writes a checklist, lets a person work on it, and reads it: what is the person's comes back, and nothing else
// does, also when it was carried once before.
func TestCarriedAgain(t *testing.T) {
	s := carriedSample()
	for i, name := range []string{"two.ckl", "two.cklb"} {
		c := read(t, name, forms[i].bytes(t, s.target, s.judged, s.benchmark, s.options))
		rules := c.STIGs[0].Rules
		if r := rules[3]; r.Status != evidence.StatusNotAFinding || r.Made != "" || r.Details != "" || !strings.HasSuffix(r.Comments, "comment\nRead by the night shift.") {
			t.Errorf("%s: the carried status is no person's: %+v", name, r)
		}
		if r := rules[0]; r.Status != evidence.StatusNotAFinding || r.Made != evidence.StatusNotAFinding || strings.Contains(r.Comments, "says Open") {
			t.Errorf("%s: the verdict is taken for a person's: %+v", name, r)
		}
		if r := rules[1]; r.Override != evidence.Low || r.Justification != "Behind a firewall." {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestAttestedFinding: what was attested is not written down as what was found, and is not a person's status when it is read:
// its end must not be outlived so.
func TestAttestedFinding(t *testing.T) {
	b := benchmark()
	a := judged(b)
	a.Rules[3].After = evidence.Verdict{Result: evidence.Pass, Basis: evidence.BasisAttestation, Reasons: []evidence.Reason{{Result: evidence.Pass,
		Expected: b.Rules[3].Title, Actual: "attested by P. Example", Cites: []evidence.Citation{{Item: evidence.AnswersPath, Line: 3, Offset: 20, Length: 90}}}}}
	o := options()
	o.Attestations[0].ValidUntil = asOf.AddDate(0, 1, 0)
	got, err := checklist.Findings(a, b, o)
	if err != nil {
		t.Fatal(err)
	}
	f := got[3]
	if f.Status != evidence.StatusNotAFinding || !strings.HasPrefix(f.Details, "[auditpack] Status NotAFinding: verdict pass, basis attestation.\nThe status rests on a person's word in the answers;") ||
		!strings.Contains(f.Details, "\nSaid in: data/inputs/answers.yaml, line 3, byte 20+90\n") || strings.Contains(f.Details, "Evidence:") {
		t.Errorf("%s: %s", f.Status, f.Details)
	}
	if want := "[auditpack] Attestation: P. Example says on 2026-06-14 until 2026-07-15 that it holds: Read every Monday."; f.Comments != want {
		t.Errorf("%q", f.Comments)
	}
	for i, name := range []string{"a.ckl", "a.cklb"} {
		if r := read(t, name, forms[i].bytes(t, host, a, b, o)).STIGs[0].Rules[3]; r.Status != r.Made || r.Comments != "" || r.Details != "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
}
