package audit

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf16"

	"auditpack/evidence"
	"auditpack/evidence/carry"
)

// list says of each checklist that was handed in what became of it.
func (c carried) list(in Input, hosts []Host) []evidence.CarriedChecklist {
	var all []evidence.CarriedChecklist
	for i, file := range c.files {
		l := lister{file: file, matched: c.matched[i], in: in, releases: make([]string, len(file.STIGs)), met: map[int]bool{}, why: "there is no benchmark to carry it to",
			out: evidence.CarriedChecklist{File: file.File, Digest: file.Digest, Path: file.Path, Form: file.Form, Host: file.Host, Site: file.Site}}
		for _, h := range hosts {
			for _, b := range h.Benchmarks {
				if b.NotJudged == "" {
					l.meet(h.Name, b)
				}
			}
		}
		all = append(all, l.finish())
	}
	return all
}

// lister gathers what became of one checklist.
type lister struct {
	file     carry.Checklist
	matched  []carry.Matched // by benchmark
	in       Input
	releases []string     // of the benchmark that each STIG is
	met      map[int]bool // benchmarks
	why      string       // nothing of it has a place
	out      evidence.CarriedChecklist
}

// meet takes in what became of it at one benchmark of one host.
func (l *lister) meet(host string, b Benchmark) {
	if why := l.file.Foreign(host, b.Site); why != "" {
		if !strings.HasPrefix(why, "it is about the host") || len(l.met) == 0 && strings.HasPrefix(l.why, "there is no") {
			l.why = why
		}
		return
	}
	at := slices.IndexFunc(l.in.Benchmarks, func(o evidence.Benchmark) bool { return o.ID == b.ID && o.Digest == b.Digest })
	m := l.matched[at]
	for i, belongs := range m.Belongs {
		if belongs {
			l.releases[i] = "V" + b.Version + "R" + b.Release
		}
	}
	if !l.met[at] {
		l.out.Left = append(l.out.Left, m.Left...)
	}
	l.met[at] = true
	for _, r := range b.Rules {
		for k, w := range r.Carried {
			if w.Cite.Item == l.file.Path {
				l.word(r.Carried, k)
			}
		}
	}
}

// keptText is how many UTF-16 units of a person's text have room in the checklists that are written, beside what this program
// says: STIG Manager keeps 32,767 of all.
const keptText = 30_767

// word counts what became of what the checklist says of one rule, which is one of all that checklists say of it.
func (l *lister) word(all []evidence.Carried, k int) {
	w := all[k]
	left := func(what, why string) {
		l.out.Left = append(l.out.Left, evidence.Uncarried{Rule: w.Rule, What: what, Why: why, Cite: w.Cite})
	}
	if w.Comment != "" || w.Details != "" {
		l.out.Comments++
	}
	for _, text := range []struct{ what, text string }{{"comment", w.Comment}, {"finding details", w.Details}} {
		if len(text.text) > keptText && len(utf16.Encode([]rune(text.text))) > keptText {
			left("end of its "+text.what, "longer than readers of checklists keep: it is whole in audit.json and in the file")
		}
	}
	status := "status " + cmp.Or(string(w.Status), w.Unknown)
	switch w.Use {
	case evidence.CarriedDecides:
		l.out.Statuses++
	case evidence.CarriedAgrees:
		l.out.Agrees++
	case evidence.CarriedContradict:
		l.out.Against++
		left(status, w.Why)
	case evidence.CarriedAside:
		left(status, w.Why)
	}
	if w.Severity != "" && Severity(all) == "" {
		left("severity "+string(w.Severity), "the checklists disagree: none is carried")
	}
}

// finish returns all that became of it, in the order of the file.
func (l *lister) finish() evidence.CarriedChecklist {
	for i, s := range l.file.STIGs {
		release := evidence.Carried{Version: s.Version, ReleaseInfo: s.ReleaseInfo}.Release()
		l.out.STIGs = append(l.out.STIGs, evidence.CarriedSTIG{ID: s.ID, Release: release, Now: l.releases[i]})
		if len(l.met) > 0 && l.releases[i] == "" {
			l.out.Left = append(l.out.Left, evidence.Uncarried{Rule: s.ID, What: "STIG", Why: "no benchmark of this audit has its rules"})
		}
	}
	slices.SortStableFunc(l.out.Left, func(a, b evidence.Uncarried) int { return cmp.Compare(a.Cite.Offset, b.Cite.Offset) })
	if len(l.met) == 0 {
		l.out.Left = []evidence.Uncarried{{Rule: "all rules", What: "checklist", Why: l.why}}
	}
	return l.out
}

// Severity returns the severity that people gave a Rule in checklists; "" where there is none, or they disagree.
func Severity(words []evidence.Carried) evidence.Severity {
	var one evidence.Severity
	for _, w := range words {
		if w.Severity != "" && one != "" && w.Severity != one {
			return ""
		}
		one = cmp.Or(w.Severity, one)
	}
	return one
}
