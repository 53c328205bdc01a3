package audit

import (
	"cmp"
	"slices"
	"strings"

	"auditpack/evidence"
)

// ControlCount counts what was judged for one CCI, and for one control of NIST SP 800-53, over all hosts.
type ControlCount struct {
	NIST   evidence.NISTControl `json:"control"`              // the zero value: no control is known for the CCI
	CCI    string               `json:"cci,omitempty"`        // empty: the whole of NIST
	Rev4   string               `json:"revision_4,omitempty"` // the controls of revision 4 that the CCI stands for
	Counts Counts               `json:"counts"`               // of the statements that stand for it, each once on a host
}

// RollUp counts verdicts by control of NIST SP 800-53, in the publication's order: for each control one line over all of
// its CCIs, then one for each of them; at the end the CCIs of no known control. controls gives the controls that a CCI
// stands for (AC-2 (4)); it may be nil.
//
// Counted are the Rules of the benchmarks, and the guide's Controls by the Rules that they stand for (see [Assessed.CCIs]). Both ask for the same
// setting now and then: each is one statement all the same, with a Verdict of its own. One that stands for several CCIs
// is counted for each of them, and once for a control that several of its CCIs belong to.
func RollUp(a Audit, controls func(cci string) []string) []ControlCount {
	r := rollUp{controls: controls, lines: map[ControlCount]*Counts{}}
	for _, h := range a.Hosts {
		for _, s := range h.Sections {
			for _, c := range s.Controls {
				r.add(c.CCIs(), c.After.Result, c.Severity, c.Exception != nil && !c.Expired)
			}
		}
		for _, b := range h.Benchmarks {
			for _, rule := range b.Rules {
				r.add(rule.CCIs, rule.After.Result, rule.Severity, rule.Exception != nil && !rule.Expired)
			}
		}
	}
	return r.list()
}

// addRevision4 sets the controls of revision 4 at each line of a CCI, in the publication's order.
func addRevision4(lines []ControlCount, controls func(cci string) []string) {
	if controls == nil {
		return
	}
	for i := range lines {
		if lines[i].CCI == "" {
			continue
		}
		var names []string
		for _, c := range evidence.NISTControls(controls, lines[i].CCI) {
			names = append(names, c.String())
		}
		lines[i].Rev4 = strings.Join(names, ", ")
	}
}

// CCIs returns those of the Rules that the Control stands for or asks a part of. A Rule that it is merely near to lends
// it none.
func (c Assessed) CCIs() []string {
	var all []string
	for _, r := range c.STIG {
		if r.Strength == "exact" || r.Strength == "partial" {
			all = append(all, r.CCIs...)
		}
	}
	return all
}

// rollUp counts by line; a line's key is its ControlCount without Counts.
type rollUp struct {
	controls func(cci string) []string
	lines    map[ControlCount]*Counts
}

// add counts one Verdict in every line that it belongs to, once.
func (r *rollUp) add(ccis []string, result evidence.Result, severity evidence.Severity, accepted bool) {
	seen := map[ControlCount]bool{}
	count := func(key ControlCount) {
		if seen[key] {
			return
		}
		seen[key] = true
		if r.lines[key] == nil {
			r.lines[key] = &Counts{}
		}
		r.lines[key].count(result, severity, accepted)
	}
	for _, cci := range ccis {
		known := evidence.NISTControls(r.controls, cci)
		if len(known) == 0 {
			count(ControlCount{CCI: cci})
		}
		for _, c := range known {
			count(ControlCount{NIST: c})
			count(ControlCount{NIST: c, CCI: cci})
		}
	}
}

func (r *rollUp) list() []ControlCount {
	var list []ControlCount
	for key, n := range r.lines {
		key.Counts = *n
		list = append(list, key)
	}
	unknown := evidence.NISTControl{}
	slices.SortFunc(list, func(a, b ControlCount) int {
		if (a.NIST == unknown) != (b.NIST == unknown) {
			return -a.NIST.Compare(b.NIST) // the unknown ones are the least, and stand last
		}
		return cmp.Or(a.NIST.Compare(b.NIST), cmp.Compare(a.CCI, b.CCI))
	})
	return list
}
