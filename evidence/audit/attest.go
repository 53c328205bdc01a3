package audit

import (
	"fmt"
	"slices"
	"time"

	"auditpack/evidence"
)

// attestationOf returns what a person says about a Control, or nil.
func attestationOf(in Input, control string) *evidence.Attestation {
	for _, t := range in.Answers.Attestations {
		if t.Control == control {
			return &t
		}
	}
	return nil
}

// attestationOfRule returns what a person says about a Rule, by any of its three ids, or nil. One that counts at the time goes
// before one that does not. Of two that count and say the opposite of each other, both are returned: neither decides.
func attestationOfRule(in Input, r evidence.Rule, asOf time.Time) (t, opposed *evidence.Attestation) {
	ids := []string{string(r.STIGID), string(r.GroupID), string(r.RuleID)}
	for _, a := range in.Answers.Attestations {
		counts := a.At(asOf) == evidence.Valid
		switch {
		case !slices.Contains(ids, a.Control):
		case t == nil, counts && t.At(asOf) != evidence.Valid:
			t = &a
		case counts && a.Holds != t.Holds:
			opposed = &a
		}
	}
	return t, opposed
}

// attest lets a person's word decide what is left to a person, and nothing else: where evidence can decide, what was seen
// stands, and so does that it was not collected. A word that does not count, or that the evidence contradicts, is noted.
func attest(v evidence.Verdict, statement string, t *evidence.Attestation, asOf time.Time) evidence.Verdict {
	if t == nil {
		return v
	}
	standing := t.At(asOf)
	open := leftToPerson(v)
	switch {
	case open && standing == evidence.Valid:
		return attested(v, statement, t)
	case open && standing == evidence.Expired:
		return noted(v, fmt.Sprintf("the attestation by %s expired on %s and counts as nothing", t.By, day(t.ValidUntil)))
	case open:
		return noted(v, fmt.Sprintf("the attestation by %s is of %s and counts as nothing before", t.By, day(t.On)))
	case standing != evidence.Valid || v.Result == evidence.NotApplicable:
		return v
	case v.Result == evidence.Fail && t.Holds || v.Result == evidence.Pass && !t.Holds:
		return noted(v, fmt.Sprintf("%s attested on %s that it %s; the evidence says otherwise and stands", t.By, day(t.On), holds(t)))
	case v.Result == evidence.NotCollected || v.Result == evidence.NeedsReview:
		return noted(v, fmt.Sprintf("%s attested on %s that it %s; this is for evidence to decide, and no attestation stands in for it", t.By, day(t.On), holds(t)))
	}
	return v
}

// leftToPerson reports whether a person's word is all that a Verdict lacks.
func leftToPerson(v evidence.Verdict) bool {
	if v.Result != evidence.NeedsReview {
		return false
	}
	found := false
	for _, r := range v.Reasons {
		switch {
		case r.ByPerson && r.Result == evidence.NeedsReview:
			found = true
		case r.Result != evidence.Pass && r.Result != evidence.NotApplicable:
			return false
		}
	}
	return found
}

// attested is the Verdict by a person's word. It stands first and cites the answers file; what was seen stays below it,
// the reminder that a person has to look does not.
func attested(v evidence.Verdict, statement string, t *evidence.Attestation) evidence.Verdict {
	result := evidence.Fail
	if t.Holds {
		result = evidence.Pass
	}
	first := evidence.Reason{Result: result, Expected: statement, Cites: []evidence.Citation{t.Cite},
		Actual: fmt.Sprintf("attested by %s on %s, until %s: it %s", t.By, day(t.On), day(t.ValidUntil), holds(t))}
	if t.Comment != "" {
		first.Actual += " (" + t.Comment + ")"
	}
	if t.Attachment.Name != "" {
		first.Note = fmt.Sprintf("with %s, SHA-256 %s", t.Attachment.Name, t.Attachment.Digest)
	}
	reasons := []evidence.Reason{first}
	for _, r := range v.Reasons {
		switch {
		case r.ByPerson && len(r.Cites) == 0:
			continue
		case r.ByPerson:
			r.Result, r.Note = result, joined(r.Note, "listed; the attestation decides")
		}
		reasons = append(reasons, r)
	}
	return evidence.Verdict{Result: result, Basis: evidence.BasisAttestation, Reasons: reasons}
}

// deniedFromOutside takes back what passes by a person's word alone where a reading of the same statement fails by what a
// probe saw: who says that nobody reaches a port, and who reached it, have to agree first.
func deniedFromOutside(v evidence.Verdict, c evidence.Control, reading evidence.Verdict) evidence.Verdict {
	if v.Basis != evidence.BasisAttestation || v.Result != evidence.Pass || reading.Result != evidence.Fail {
		return v
	}
	for _, r := range reading.Reasons {
		if kind := r.Address.Kind(); r.Result == evidence.Fail && (kind == "port" || kind == "tls" || kind == "http") {
			return doubt(v, c.Statement, fmt.Sprintf("attested, and a probe saw otherwise: %s: %s", r.Address.Rest(), r.Actual), r.Cites)
		}
	}
	return v
}

// noted adds a note to the first Reason that has the Verdict's own Result.
func noted(v evidence.Verdict, note string) evidence.Verdict {
	v.Reasons = slices.Clone(v.Reasons)
	for i := range v.Reasons {
		if v.Reasons[i].Result == v.Result {
			v.Reasons[i].Note = joined(v.Reasons[i].Note, note)
			return v
		}
	}
	v.Reasons = append(v.Reasons, evidence.Reason{Result: v.Result, Note: note})
	return v
}

func joined(note, more string) string {
	if note == "" {
		return more
	}
	return note + "; " + more
}

func holds(t *evidence.Attestation) string {
	if t.Holds {
		return "holds"
	}
	return "does not hold"
}

func day(t time.Time) string { return t.UTC().Format("2006-01-02") }
