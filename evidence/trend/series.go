package trend

import (
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// guide follows the guide's Controls on one host; hosts are by Point.
func (t *Trend) guide(h Host, hosts []*audit.Host, list []Package) (Series, error) {
	newest := list[h.Points[len(h.Points)-1].Package].Audit.Guide
	s := Series{ID: newest.ID, Title: newest.Title}
	l := newLoom(len(hosts))
	for i, host := range hosts {
		var all tally
		place := 0
		s.Releases = append(s.Releases, list[h.Points[i].Package].Audit.Guide.Edition)
		s.Counts = append(s.Counts, host.Counts)
		s.addSections(i, len(hosts), host.Sections)
		for _, section := range host.Sections {
			var own tally
			for _, c := range section.Controls {
				if err := own.add(c.ID, c.After.Result); err != nil {
					return s, err
				}
				place++
				l.weave(i, place, Statement{ID: c.ID, Section: section.Title, Text: c.Statement, Severity: c.Severity},
					look{result: c.After.Result, basis: c.After.Basis, wording: c.Statement, severity: c.Severity, exception: c.Exception})
			}
			if err := own.agrees("section "+section.ID, h.Points[i], section.Counts); err != nil {
				return s, err
			}
			all.Counts.Add(own.Counts)
		}
		if err := all.agrees("the guide", h.Points[i], host.Counts); err != nil {
			return s, err
		}
		l.judged[i] = true
	}
	slices.SortStableFunc(s.Sections, func(a, b Section) int { return placeOf(a, hosts) - placeOf(b, hosts) })
	s.take(h.Points, l, t)
	return s, nil
}

// addSections notes the counts of each section at Point i.
func (s *Series) addSections(i, n int, sections []audit.Section) {
	for _, section := range sections {
		at := slices.IndexFunc(s.Sections, func(o Section) bool { return o.ID == section.ID })
		if at < 0 {
			at = len(s.Sections)
			s.Sections = append(s.Sections, Section{ID: section.ID, Counts: make([]audit.Counts, n)})
		}
		s.Sections[at].Part, s.Sections[at].Title, s.Sections[at].Counts[i] = section.Part, section.Title, section.Counts
	}
}

// placeOf is where the newest guide has the section; what it does not have comes last.
func placeOf(s Section, hosts []*audit.Host) int {
	newest := hosts[len(hosts)-1].Sections
	if i := slices.IndexFunc(newest, func(o audit.Section) bool { return o.ID == s.ID }); i >= 0 {
		return i
	}
	return len(newest)
}

// benchmarkID is what is followed as one benchmark.
type benchmarkID struct{ id, site string }

// benchmarks follows the rules of each benchmark on one host.
func (t *Trend) benchmarks(h Host, hosts []*audit.Host) ([]Series, error) {
	var ids []benchmarkID
	for i := len(hosts) - 1; i >= 0; i-- { // in the order of the newest package
		for _, b := range hosts[i].Benchmarks {
			if id := (benchmarkID{b.ID, b.Site}); !slices.Contains(ids, id) && b.NotJudged == "" {
				ids = append(ids, id)
			}
		}
	}
	var all []Series
	for _, id := range ids {
		s, err := t.benchmark(h, hosts, id)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

func (t *Trend) benchmark(h Host, hosts []*audit.Host, id benchmarkID) (Series, error) {
	s := Series{ID: id.id, Site: id.site, Releases: make([]string, len(hosts)), Counts: make([]audit.Counts, len(hosts))}
	l := newLoom(len(hosts))
	var before evidence.Digest // of the release that was judged last
	for i, host := range hosts {
		for _, b := range host.Benchmarks {
			if (benchmarkID{b.ID, b.Site}) != id || b.NotJudged != "" {
				continue
			}
			if s.Releases[i] != "" {
				t.note("%s: the package of %s judges the benchmark %s in more than one release: only %s is followed.",
					h.Name, day(h.Points[i].AsOf), id.id, s.Releases[i])
				break
			}
			s.Title, s.Releases[i], s.Counts[i] = b.Title, "V"+b.Version+"R"+b.Release, b.Counts
			all, err := l.weaveRules(i, b.Rules, sameWords(b, before))
			before = b.Digest
			if err == nil {
				err = all.agrees(b.ID, h.Points[i], b.Counts)
			}
			if err != nil {
				return s, err
			}
			l.judged[i] = true
		}
	}
	if last := len(hosts) - 1; s.Releases[last] == "" {
		t.note("%s: %s was not judged in the newest package of this host: its open findings are as they were last seen.", h.Name, id.id)
	}
	s.take(h.Points, l, t)
	return s, nil
}

// sameWords tells which rules ask what they asked in the release before, where the package was made with that very file beside
// its own; else nil.
func sameWords(b audit.Benchmark, before evidence.Digest) func(evidence.STIGID) bool {
	if b.Earlier == nil || before.IsZero() || b.Earlier.Digest != before {
		return nil
	}
	reworded := map[evidence.STIGID]bool{}
	for _, c := range b.Earlier.Changes {
		for _, id := range c.Rules {
			reworded[id] = reworded[id] || strings.Contains(c.Kind, string(evidence.RuleReworded)) || c.Kind == string(evidence.RuleAdded)
		}
	}
	return func(id evidence.STIGID) bool { return !reworded[id] }
}

// take makes the Series of what was woven.
func (s *Series) take(points []Point, l *loom, t *Trend) {
	tracks := l.finished()
	s.Scope = scope(tracks, points, s.Releases)
	for _, track := range tracks {
		s.add(points, track, t.AsOf)
	}
	s.finish()
}
