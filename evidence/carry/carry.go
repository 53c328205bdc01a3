package carry

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// UnknownHost is what a checklist calls a host of which nothing says how it is called: readers need a name.
const UnknownHost = "host-not-known"

// Foreign says why the checklist is not about a host, or a site of IIS on it; "": it is.
func (c Checklist) Foreign(host, site string) string {
	label := func(s string) string {
		s, _, _ = strings.Cut(strings.TrimSpace(s), ".")
		return strings.ToUpper(s)
	}
	if label(host) == "" {
		host = UnknownHost
	}
	switch {
	case strings.TrimSpace(c.Host) == "":
		return "it names no host"
	case label(c.Host) != label(host):
		return fmt.Sprintf("it is about the host %s, not %s", c.Host, host)
	case !strings.EqualFold(strings.TrimSpace(c.Site), strings.TrimSpace(site)):
		return fmt.Sprintf("it is about the site %q, not %q", c.Site, site)
	case strings.TrimSpace(c.Inst) != "":
		return fmt.Sprintf("it is about the instance %q", c.Inst)
	}
	return ""
}

// Matched is a checklist held against the rules of a benchmark.
type Matched struct {
	// Words are what people said, by the rules of the benchmark.
	Words map[evidence.RuleID][]evidence.Carried
	// Belongs says of each STIG of the checklist whether it is this benchmark: by its id, or since most of its rules are here.
	Belongs []bool
	// Left is what found no place although its STIG is this benchmark.
	Left []evidence.Uncarried
}

// Match finds which rule of a benchmark each rule of a checklist is now: by rule, group and STIG ID, then by the numbers that
// either names as its earlier ones. STIG IDs and earlier numbers count only within the same STIG: the oldest were shared
// between STIGs.
func Match(c Checklist, b evidence.Benchmark) Matched {
	m := Matched{Words: map[evidence.RuleID][]evidence.Carried{}, Belongs: make([]bool, len(c.STIGs))}
	x := newIndex(b)
	for i, s := range c.STIGs {
		m.Belongs[i] = m.stig(c, s, b, x)
	}
	return m
}

// stig matches the rules of one STIG, and reports whether it is the benchmark. A STIG of another name may hold a rule of
// this one; what it holds beside is then not missed.
func (m *Matched) stig(c Checklist, s STIG, b evidence.Benchmark, x index) bool {
	same := strings.EqualFold(s.ID, b.ID)
	matches := make([]match, len(s.Rules))
	found := 0
	for i, r := range s.Rules {
		if matches[i] = x.find(r, same); matches[i].rule != nil {
			found++
		}
	}
	if found == 0 {
		return false
	}
	mostly := same || 2*found >= len(s.Rules)
	taken := map[evidence.RuleID]string{}
	for i, r := range s.Rules {
		to := matches[i].rule
		switch {
		case to == nil && mostly && r.byPerson():
			m.leave(c, r, matches[i].why)
		case to == nil || !r.byPerson() && !r.decided():
		case taken[to.RuleID] != "" && r.byPerson():
			m.leave(c, r, fmt.Sprintf("it would go to %s like %s of the same file", to.RuleID, taken[to.RuleID]))
		case taken[to.RuleID] == "":
			m.Words[to.RuleID] = append(m.Words[to.RuleID], word(c, s, r, matches[i]))
		}
		if to != nil && taken[to.RuleID] == "" {
			taken[to.RuleID] = r.name()
		}
	}
	return mostly
}

// leave lists a rule that has no place.
func (m *Matched) leave(c Checklist, r Rule, why string) {
	what := "status " + string(r.Status)
	if r.Comments != "" || r.Details != "" {
		what += " and comments"
	}
	m.Left = append(m.Left, evidence.Uncarried{Rule: r.name(), What: what, Why: why, Cite: r.cite(c)})
}

func (r Rule) name() string {
	for _, id := range []string{string(r.RuleID), string(r.GroupID), string(r.STIGID)} {
		if id != "" {
			return id
		}
	}
	return "a rule"
}

func (r Rule) cite(c Checklist) evidence.Citation {
	cite := r.Cite
	cite.Item = c.Path
	return cite
}

// decided reports whether the rule has a status that says anything.
func (r Rule) decided() bool { return r.Status != evidence.StatusNotReviewed && r.Status != "" }

// byPerson reports whether a person said anything of the rule.
func (r Rule) byPerson() bool {
	return r.Details != "" || r.Comments != "" || r.Override != "" || r.decided() && r.Status != r.Made
}

// word is what people said of a rule in a checklist, to the rule that it is now.
func word(c Checklist, s STIG, r Rule, m match) evidence.Carried {
	w := evidence.Carried{
		File: c.File, Digest: c.Digest, STIG: s.ID, Version: s.Version, ReleaseInfo: s.ReleaseInfo, Rule: r.name(), MatchedBy: m.by,
		Updated: r.Updated, Comment: foreignMarks(r.Comments), Details: foreignMarks(r.Details), Severity: r.Override, Reason: r.Justification,
		Cite: r.cite(c),
	}
	switch {
	case !r.decided():
	case !r.Status.Known():
		w.Unknown = string(r.Status)
	default:
		w.Status, w.Own = r.Status, r.Status == r.Made
	}
	return w
}

// foreignMarks keeps a person's line from looking like one of this program's.
func foreignMarks(s string) string {
	texts := strings.Split(s, "\n")
	for i, text := range texts {
		if strings.HasPrefix(text, Mark) && !strings.HasPrefix(text, CarriedLine) {
			texts[i] = " " + text
		}
	}
	return strings.Join(texts, "\n")
}
