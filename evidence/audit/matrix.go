package audit

import "auditpack/evidence"

// MatrixLine is one Control over all hosts.
type MatrixLine struct {
	Section *Section  // of the first host that has the Control
	Control *Assessed // likewise: its words are the same on all of them
	Hosts   []Host
	Results []evidence.Result // one for each host; empty: it was not judged there
	Of      []*Assessed       // one for each host; nil: it was not judged there
	Counts  Counts            // of Results
}

// Matrix returns the Controls as lines over the hosts, in the order of the guide: the verdicts that stand at the hosts, and
// no other count.
func (a Audit) Matrix() []MatrixLine {
	var lines []MatrixLine
	at := map[string]int{}
	for i := range a.Hosts {
		for j := range a.Hosts[i].Sections {
			s := &a.Hosts[i].Sections[j]
			for k := range s.Controls {
				c := &s.Controls[k]
				n, ok := at[c.ID]
				if !ok {
					n = len(lines)
					at[c.ID] = n
					lines = append(lines, MatrixLine{Section: s, Control: c, Hosts: a.Hosts, Results: make([]evidence.Result, len(a.Hosts)), Of: make([]*Assessed, len(a.Hosts))})
				}
				result := c.After.Result
				if result == "" {
					result = evidence.NotCollected
				}
				lines[n].Results[i], lines[n].Of[i] = result, c
				lines[n].Counts.count(result, c.Severity, c.Exception != nil && !c.Expired)
			}
		}
	}
	return lines
}
