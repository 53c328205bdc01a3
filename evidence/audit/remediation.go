package audit

import (
	"fmt"
	"slices"

	"auditpack/evidence"
)

// remediationOf returns the plan to mend what fails, by one of its ids; nil where nothing fails or nobody has planned it.
func remediationOf(in Input, v evidence.Verdict, ids ...string) *evidence.Remediation {
	if v.Result != evidence.Fail {
		return nil
	}
	for _, r := range in.Answers.Remediation {
		if slices.Contains(ids, r.Control) {
			return &r
		}
	}
	return nil
}

// unneeded lists the plans that nothing here needs: it is mended, or was never judged, or the id is another one. Those
// about other hosts alone are in another list.
func unneeded(a evidence.Answers, hosts []Host) []string {
	needed := map[evidence.Citation]bool{}
	for _, h := range hosts {
		for _, s := range h.Sections {
			for _, c := range s.Controls {
				if c.Remediation != nil {
					needed[c.Remediation.Cite] = true
				}
			}
		}
		for _, b := range h.Benchmarks {
			for _, r := range b.Rules {
				if r.Remediation != nil {
					needed[r.Remediation.Cite] = true
				}
			}
		}
	}
	var list []string
	for _, r := range a.Remediation {
		here := slices.ContainsFunc(hosts, func(h Host) bool { return evidence.Concerns(r.Hosts, h.Name) })
		if here && !needed[r.Cite] {
			list = append(list, fmt.Sprintf("line %d, remediation of %s: nothing here fails that it is about", r.Cite.Line, r.Control))
		}
	}
	return list
}
