package audit

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/carry"
)

// carried are the checklists that were handed in, each held against each benchmark.
type carried struct {
	files   []carry.Checklist
	matched [][]carry.Matched // by file and benchmark
}

func prepareCarried(in Input) carried {
	c := carried{files: in.Carry}
	for _, file := range in.Carry {
		var of []carry.Matched
		for _, b := range in.Benchmarks {
			of = append(of, carry.Match(file, b))
		}
		c.matched = append(c.matched, of)
	}
	return c
}

// words returns what people said in the checklists of one host, and of one site of it, by the rules of a benchmark.
func (c carried) words(host, site string, benchmark int) map[evidence.RuleID][]evidence.Carried {
	all := map[evidence.RuleID][]evidence.Carried{}
	for i, file := range c.files {
		if file.Foreign(host, site) != "" {
			continue
		}
		for rule, words := range c.matched[i][benchmark].Words {
			all[rule] = append(all[rule], words...)
		}
	}
	return all
}

// carryTo lets the statuses that people gave in earlier checklists decide what is left to a person, and says of each what became
// of it. What evidence, a probe or an attestation decided stands. A finding that was reported stays reported also where evidence
// is missing; that a rule holds, or does not apply, where evidence was to show it, no earlier checklist says.
func carryTo(v evidence.Verdict, r evidence.Rule, words []evidence.Carried) (evidence.Verdict, []evidence.Carried) {
	words = slices.Clone(words)
	decided := v.Result == evidence.Pass || v.Result == evidence.Fail || v.Result == evidence.NotApplicable
	person := leftToPerson(v)
	var deciding []int
	for i := range words {
		w := &words[i]
		says := w.Status.Result()
		switch {
		case w.Unknown != "":
			w.Use, w.Why = evidence.CarriedAside, "no checklist has such a status"
		case w.Status == "":
		case decided && w.Own: // a verdict of another time: the comparison of snapshots tells of it
			w.Status, w.Own = "", false
		case decided && says == v.Result:
			w.Use = evidence.CarriedAgrees
		case decided:
			w.Use, w.Why = evidence.CarriedContradict, decidedBy(v)
		case w.Own:
			w.Use, w.Why = evidence.CarriedAside, "it was the verdict of then, no person's status; now "+undecidedBy(v)
		default:
			deciding = append(deciding, i)
		}
	}
	agree := !slices.ContainsFunc(deciding, func(i int) bool { return words[i].Status != words[deciding[0]].Status })
	for _, i := range deciding {
		switch w := &words[i]; {
		case !agree:
			w.Use, w.Why = evidence.CarriedAside, "the checklists disagree: "+statuses(words, deciding)
		case w.Status != evidence.StatusOpen && !person:
			w.Use, w.Why = evidence.CarriedAside, "this is for evidence to decide, and no earlier checklist stands in for it: "+undecidedBy(v)
		default:
			w.Use = evidence.CarriedDecides
		}
	}
	words = slices.DeleteFunc(words, func(w evidence.Carried) bool {
		return w.Use == "" && w.Comment == "" && w.Details == "" && w.Severity == ""
	})
	if len(deciding) > 0 && slices.ContainsFunc(words, func(w evidence.Carried) bool { return w.Use == evidence.CarriedDecides }) {
		v = carriedVerdict(v, r, words)
	}
	return v, words
}

// decidedBy says what a carried status is of another opinion than.
func decidedBy(v evidence.Verdict) string {
	by := "the evidence decides"
	switch v.Basis {
	case evidence.BasisProbe:
		by = "a probe decides"
	case evidence.BasisAttestation:
		by = "the answers decide"
	}
	return by + " " + string(evidence.StatusOf(v.Result)) + ", which stands"
}

// undecidedBy says what a Verdict without a decision is.
func undecidedBy(v evidence.Verdict) string {
	switch {
	case v.Result == evidence.NotCollected:
		return "it was not collected"
	case leftToPerson(v):
		return "it is left to a person"
	}
	return "what was seen needs review"
}

// statuses lists which checklist says what: a.ckl Open, b.ckl NotAFinding.
func statuses(words []evidence.Carried, of []int) string {
	var list []string
	for _, i := range of {
		list = append(list, words[i].File+" says "+string(words[i].Status))
	}
	return strings.Join(list, ", ")
}

// carriedVerdict is the Verdict by the status that people gave in earlier checklists. It stands first and cites them; what was
// seen stays below it, the reminder that a person has to look does not.
func carriedVerdict(v evidence.Verdict, r evidence.Rule, words []evidence.Carried) evidence.Verdict {
	first := evidence.Reason{Expected: r.Title}
	var from []string
	for _, w := range words {
		if w.Use == evidence.CarriedDecides {
			first.Result = w.Status.Result()
			first.Actual = string(w.Status)
			from = append(from, w.File+" of "+w.Release())
			first.Cites = append(first.Cites, w.Cite)
		}
	}
	first.Actual = fmt.Sprintf("%s by a person, in an earlier checklist: %s", first.Actual, strings.Join(from, ", "))
	reasons := []evidence.Reason{first}
	for _, seen := range v.Reasons {
		switch {
		case seen.ByPerson && len(seen.Cites) == 0:
			continue
		case seen.ByPerson:
			seen.Result, seen.Note = first.Result, joined(seen.Note, "listed; the earlier checklist decides")
		}
		reasons = append(reasons, seen)
	}
	return evidence.Verdict{Result: first.Result, Basis: evidence.BasisCarried, Reasons: reasons}
}
