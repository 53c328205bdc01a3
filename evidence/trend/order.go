package trend

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// Of compares packages, handed in in any order. It refuses what would make the result untrue: one package twice, two of
// one host at the same time, packages of different clients or guides. What can be compared only with care is in Notes.
func Of(tool string, packages []Package) (Trend, error) {
	if len(packages) == 0 {
		return Trend{}, errors.New("no package to compare")
	}
	list := slices.Clone(packages)
	slices.SortStableFunc(list, func(a, b Package) int { return a.Audit.AsOf.Compare(b.Audit.AsOf) })
	if err := comparable(list); err != nil {
		return Trend{}, err
	}
	newest := list[len(list)-1].Audit
	t := Trend{Version: Version, Tool: tool, From: list[0].Audit.AsOf.UTC(), AsOf: newest.AsOf.UTC(), Guide: newest.Guide}
	for _, p := range list {
		t.Demo = t.Demo || p.Audit.Demo
		t.Client = cmp.Or(p.Audit.Client, t.Client)
		s := Source{Path: p.Path, Digest: p.Digest, AsOf: p.Audit.AsOf.UTC(), Tool: p.Audit.Tool, Guide: p.Audit.Guide, Hosts: []string{}}
		for _, h := range p.Audit.Hosts {
			s.Hosts = append(s.Hosts, h.Name)
		}
		t.Packages = append(t.Packages, s)
	}
	t.notePackages(list)
	for _, name := range hostNames(list) {
		h, err := t.follow(list, name)
		if err != nil {
			return Trend{}, err
		}
		t.Hosts = append(t.Hosts, h)
	}
	if len(t.Hosts) == 0 {
		return Trend{}, errors.New("no package has a host with a known name: nothing can be followed")
	}
	t.count()
	t.exceptions(list)
	return t, nil
}

// count sums the hosts up.
func (t *Trend) count() {
	if len(t.Packages) > 1 {
		t.Before = &audit.Counts{}
	}
	for _, h := range t.Hosts {
		t.Counts.Add(h.Guide.Counts[len(h.Points)-1])
		if t.Before != nil {
			t.Before.Add(h.Guide.Counts[0])
		}
	}
}

// comparable refuses packages, in the order of time, that no trend can be made of.
func comparable(list []Package) error {
	for i, p := range list {
		switch first := list[0].Audit; {
		case p.Audit.AsOf.IsZero():
			return fmt.Errorf("%s: its audit has no as-of time", p.Path)
		case p.Audit.Guide.ID != first.Guide.ID:
			return fmt.Errorf("%s is judged by the guide %q, %s by %q: their statements have nothing in common",
				list[0].Path, first.Guide.ID, p.Path, p.Audit.Guide.ID)
		}
		seen := map[string]bool{}
		for _, h := range p.Audit.Hosts {
			if name := fold(h.Name); name != "" && seen[name] {
				return fmt.Errorf("%s: two of its hosts are called %s: which is which cannot be told", p.Path, h.Name)
			}
			seen[fold(h.Name)] = true
		}
		for _, q := range list[:i] {
			if err := apart(q, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// apart refuses two packages that are no two points in the time of one client.
func apart(a, b Package) error {
	if a.Digest == b.Digest {
		return fmt.Errorf("%s and %s are the same package (sha256 %s…)", a.Path, b.Path, b.Digest.Short())
	}
	if x, y := a.Audit.Client, b.Audit.Client; x != "" && y != "" && fold(x) != fold(y) {
		return fmt.Errorf("%s is of the client %q, %s of %q: hosts of two clients may have one name", a.Path, x, b.Path, y)
	}
	if !a.Audit.AsOf.Equal(b.Audit.AsOf) {
		return nil
	}
	for _, h := range a.Audit.Hosts {
		if other := hostOf(b.Audit, h.Name); other != nil && h.Name != "" {
			return fmt.Errorf("%s and %s both judge %s as of %s: which came first cannot be told",
				a.Path, b.Path, h.Name, b.Audit.AsOf.UTC().Format("2006-01-02 15:04:05 UTC"))
		}
	}
	return nil
}

// fold is a name without regard to case and blanks around it.
func fold(name string) string { return strings.ToLower(strings.TrimSpace(name)) }

func hostOf(a audit.Audit, name string) *audit.Host {
	for i := range a.Hosts {
		if fold(a.Hosts[i].Name) == fold(name) {
			return &a.Hosts[i]
		}
	}
	return nil
}

// hostNames returns the folded names of all hosts, sorted; a host without a name is none.
func hostNames(list []Package) []string {
	var names []string
	for _, p := range list {
		for _, h := range p.Audit.Hosts {
			if name := fold(h.Name); name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func (t *Trend) note(format string, args ...any) {
	t.Notes = append(t.Notes, fmt.Sprintf(format, args...))
}

// notePackages says what is different about the packages as a whole.
func (t *Trend) notePackages(list []Package) {
	if len(list) == 1 {
		t.note("There is only one package: it shows a state and no movement.")
	}
	demos := 0
	for i, p := range list {
		if p.Audit.Demo {
			demos++
		}
		for _, h := range p.Audit.Hosts {
			if fold(h.Name) == "" {
				t.note("%s: a host without a known name is left out.", p.Path)
			}
		}
		if i == 0 {
			continue
		}
		was, is := list[i-1].Audit, p.Audit
		if was.Tool != is.Tool {
			t.note("From %s on verdicts are by %s, before by %s: one may judge what the other did not.", day(is.AsOf), is.Tool, was.Tool)
		}
		switch {
		case was.Guide.Edition != is.Guide.Edition:
			t.note("From %s on the guide is edition %q, before %q: statements are matched by id, and what is new, gone or worded anew is told apart.",
				day(is.AsOf), is.Guide.Edition, was.Guide.Edition)
		case was.Guide.Digest != is.Guide.Digest:
			t.note("From %s on the guide's data are others (sha256 %s…, before %s…) of the same edition: a verdict may have moved because a check did.",
				day(is.AsOf), is.Guide.Digest.Short(), was.Guide.Digest.Short())
		}
	}
	if demos > 0 && demos < len(list) {
		t.note("Some packages are demonstrations and some are not.")
	}
}

// follow lines one host up over the packages that it is in.
func (t *Trend) follow(list []Package, name string) (Host, error) {
	var h Host
	var hosts []*audit.Host // by Point
	for i, p := range list {
		found := hostOf(p.Audit, name)
		if found == nil {
			if len(h.Points) > 0 {
				t.note("%s is not in the package of %s.", h.Name, day(p.Audit.AsOf))
			}
			continue
		}
		point := Point{Package: i, AsOf: p.Audit.AsOf.UTC(), From: found.After.From, To: found.After.To, Snapshot: found.After.Digest}
		if n := len(h.Points); n > 0 {
			point.Same = h.Points[n-1].Snapshot == point.Snapshot
			t.noteEvidence(*hosts[n-1], *found, point)
		}
		h.Name, h.OS = found.Name, found.OS
		h.Points, hosts = append(h.Points, point), append(hosts, found)
	}
	var err error
	if h.Guide, err = t.guide(h, hosts, list); err == nil {
		h.Benchmarks, err = t.benchmarks(h, hosts)
	}
	if err != nil {
		return h, fmt.Errorf("%s: %w", h.Name, err)
	}
	return h, nil
}

// noteEvidence says what is odd about the evidence of two neighbouring Points of a host.
func (t *Trend) noteEvidence(was, is audit.Host, p Point) {
	switch {
	case p.Same:
		t.note("%s: the package of %s judges the same snapshot as the one before: nothing was captured in between.", is.Name, day(p.AsOf))
	case !is.After.To.IsZero() && is.After.To.Before(was.After.To):
		t.note("%s: the evidence of the package of %s is older (%s) than that of the package before (%s).",
			is.Name, day(p.AsOf), day(is.After.To), day(was.After.To))
	}
	if was.Platform != "" && is.Platform != "" && was.Platform != is.Platform {
		t.note("%s: the system is another from %s on (%s, before %s): the name may have passed to another machine.",
			is.Name, day(p.AsOf), is.Platform, was.Platform)
	}
}

// tally counts Results anew, to hold them against the counts that stand beside them.
type tally struct{ audit.Counts }

// add refuses a Result that is none.
func (t *tally) add(id string, r evidence.Result) error {
	switch r {
	case evidence.Pass:
		t.Pass++
	case evidence.Fail:
		t.Fail++
	case evidence.NotApplicable:
		t.NotApplicable++
	case evidence.NeedsReview:
		t.NeedsReview++
	case evidence.NotCollected, "":
		t.NotCollected++
	default:
		return fmt.Errorf("%s: its result is %q, which is none", id, r)
	}
	return nil
}

// agrees refuses counts that are not those of the Results.
func (t *tally) agrees(of string, p Point, c audit.Counts) error {
	for _, r := range evidence.Results {
		if t.Of(r) != c.Of(r) {
			return fmt.Errorf("%s, as of %s: %d are said to be %q and %d are", of, day(p.AsOf), c.Of(r), r, t.Of(r))
		}
	}
	return nil
}
