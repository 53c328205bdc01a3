package questionnaire

import (
	"fmt"

	"auditpack/evidence"
)

// discords lists where a person's word and the evidence do not agree: about the question itself, then about what it is
// linked to.
func discords(q evidence.Question, a evidence.QuestionAnswer, seen tally, said word) []evidence.Discord {
	var list []evidence.Discord
	for _, h := range a.Hosts {
		for _, b := range h.Bearings {
			if said == saysYes && bears(b) == evidence.Contradicts {
				list = append(list, evidence.Discord{Host: h.Host, Said: saidText(a.Attestation, "yes"), Seen: seenText(h, b), Cites: cites(b)})
			}
		}
	}
	if said == saysNo && q.Reach == evidence.OfHost && seen.m > 0 && seen.n == seen.m {
		list = append(list, evidence.Discord{Said: saidText(a.Attestation, "no"), Seen: "the evidence of " + hostNames(a.Hosts) + " supports it"})
	}
	for _, h := range a.Hosts {
		for _, b := range h.Bearings {
			t := b.Attestation
			if t == nil || b.Verdict.Basis == evidence.BasisAttestation {
				continue
			}
			o := bears(b)
			if o == evidence.Contradicts && t.Holds || o == evidence.Supports && !t.Holds {
				what := "this does not hold: "
				if t.Holds {
					what = "this holds: "
				}
				list = append(list, evidence.Discord{Host: h.Host, Said: saidText(t, what+plain(b.Statement)), Seen: seenText(h, b), Cites: cites(b)})
			}
		}
	}
	return list
}

func saidText(t *evidence.Attestation, what string) string {
	return fmt.Sprintf("%s attested on %s: %s", plain(t.By), day(t.On), what)
}

func seenText(h evidence.HostBearings, b evidence.Bearing) string {
	switch b.Verdict.Basis {
	case evidence.BasisCarried:
		return fmt.Sprintf("for %s an earlier checklist says: %s", h.Host, plain(actual(b.Verdict)))
	case evidence.BasisAttestation:
		return fmt.Sprintf("for %s it stands otherwise in the answers file: %s", h.Host, plain(actual(b.Verdict)))
	}
	return fmt.Sprintf("the evidence of %s shows: %s", h.Host, plain(actual(b.Verdict)))
}

func cites(b evidence.Bearing) []evidence.Citation {
	for _, r := range b.Verdict.Reasons {
		if r.Result == b.Verdict.Result && len(r.Cites) > 0 {
			return r.Cites
		}
	}
	return nil
}
