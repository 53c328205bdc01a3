package checklist

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// carriedLine begins a text that was carried over and says from where.
const carriedLine = mark + " Carried "

// Sheet is one checklist to be: a benchmark that was judged on a target.
type Sheet struct {
	Target    Target
	Judged    audit.Benchmark
	Benchmark evidence.Benchmark
}

// Carryover is people's work on earlier checklists, by the rules of one Sheet.
type Carryover struct {
	rules map[evidence.RuleID]remark
}

// Left is one thing that could not be carried over.
type Left struct {
	File string
	Rule string // the rule's id in the file, or its STIG where all of it was left
	What string // status, comment, checklist …
	Why  string
}

// String returns the form that is printed: old.ckl: SV-1r1_rule: status Open: …
func (l Left) String() string {
	return line(fmt.Sprintf("%s: %s: %s: %s", l.File, l.Rule, l.What, l.Why))
}

// remark is what was carried to one rule.
type remark struct {
	status        Status
	statusFrom    string
	refused       bool // several files disagree on the status
	texts         []string
	bodies        []string // the texts without their heads: CKL and CKLB of one checklist say the same
	disputes      []string
	override      evidence.Severity
	justification string
}

// Carry matches the rules of existing checklists with those of new ones. It returns a Carryover for each Sheet and what
// could not be carried, in the order of the files. Comments are carried to every rule, statuses only where the verdict
// leaves Not_Reviewed and a person gave them. Each text is marked with its file and the as-of date.
//
// Rules are matched by rule, group and STIG ID, then by the numbers that either names as its earlier ones. STIG IDs and
// earlier numbers count only within the same STIG: the oldest were shared between STIGs.
func Carry(files []Carried, sheets []Sheet, asOf time.Time) ([]Carryover, []Left) {
	c := carrier{asOf: asOf}
	for _, s := range sheets {
		to := place{Sheet: s, index: newIndex(s.Benchmark), judged: map[evidence.RuleID]evidence.Verdict{}, rules: map[evidence.RuleID]remark{}}
		for _, r := range s.Judged.Rules {
			to.judged[r.RuleID] = r.After
		}
		c.places = append(c.places, to)
	}
	for _, file := range files {
		c.file(file)
	}
	overs := make([]Carryover, len(c.places))
	for i, to := range c.places {
		overs[i].rules = to.rules
	}
	return overs, c.left
}

// place is a Sheet and what is carried to it.
type place struct {
	Sheet
	index  index
	judged map[evidence.RuleID]evidence.Verdict
	rules  map[evidence.RuleID]remark
}

type carrier struct {
	places []place
	left   []Left
	asOf   time.Time
}

// file carries one checklist to all Sheets of its target.
func (c *carrier) file(file Carried) {
	var to []*place
	why := "there is no checklist to carry it to"
	for i := range c.places {
		no := foreign(file, c.places[i].Target)
		if no == "" {
			to = append(to, &c.places[i])
			continue
		}
		why = no
	}
	if len(to) == 0 {
		c.left = append(c.left, Left{File: file.File, Rule: "all rules", What: "checklist", Why: why})
		return
	}
	for _, s := range file.STIGs {
		met := false
		for _, p := range to {
			met = c.stig(file, s, p) || met
		}
		if !met {
			c.left = append(c.left, Left{File: file.File, Rule: s.ID, What: "STIG", Why: "no benchmark of this audit has its rules"})
		}
	}
}

// foreign says why a checklist is not about the target.
func foreign(c Carried, t Target) string {
	label := func(s string) string {
		s, _, _ = strings.Cut(strings.TrimSpace(s), ".")
		return strings.ToUpper(s)
	}
	switch {
	case c.Host == "":
		return "it names no host"
	case label(c.Host) != label(t.HostName):
		return fmt.Sprintf("it is about the host %s, not %s", c.Host, t.HostName)
	case !strings.EqualFold(strings.TrimSpace(c.Site), strings.TrimSpace(t.Site)):
		return fmt.Sprintf("it is about the site %q, not %q", c.Site, t.Site)
	case !strings.EqualFold(strings.TrimSpace(c.Inst), strings.TrimSpace(t.Instance)):
		return fmt.Sprintf("it is about the instance %q, not %q", c.Inst, t.Instance)
	}
	return ""
}

// stig carries the rules of one STIG to a place, and reports whether they belong there. A STIG of another name may hold
// a rule of this one; what it holds beside is then not missed.
func (c *carrier) stig(file Carried, s CarriedSTIG, p *place) bool {
	same := strings.EqualFold(s.ID, p.Benchmark.ID)
	matches := make([]match, len(s.Rules))
	found := 0
	for i, r := range s.Rules {
		if matches[i] = p.index.find(r, same); matches[i].rule != nil {
			found++
		}
	}
	if found == 0 {
		return false
	}
	mostly := same || 2*found >= len(s.Rules)
	taken := map[evidence.RuleID]string{}
	for i, r := range s.Rules {
		m := matches[i]
		if m.rule == nil {
			if mostly && !r.empty() {
				c.leave(file, r, "status "+string(r.Status)+" and comments", m.why)
			}
			continue
		}
		if other, twice := taken[m.rule.RuleID]; twice {
			if !r.empty() {
				c.leave(file, r, "status "+string(r.Status)+" and comments", fmt.Sprintf("it would go to %s like %s of the same file", m.rule.RuleID, other))
			}
			continue
		}
		taken[m.rule.RuleID] = r.name()
		c.rule(file, s, r, m, p)
	}
	return mostly
}

// leave lists something that is not carried.
func (c *carrier) leave(file Carried, r CarriedRule, what, why string) {
	c.left = append(c.left, Left{File: file.File, Rule: r.name(), What: what, Why: why})
}

func (r CarriedRule) name() string {
	for _, id := range []string{string(r.RuleID), string(r.GroupID), string(r.STIGID)} {
		if id != "" {
			return id
		}
	}
	return "a rule"
}

// empty reports whether no person said anything of the rule.
func (r CarriedRule) empty() bool {
	return r.Details == "" && r.Comments == "" && r.Override == "" && (r.Status == NotReviewed || r.Status == "" || r.Status == r.Made)
}

func (c *carrier) rule(file Carried, s CarriedSTIG, r CarriedRule, m match, p *place) {
	to := p.rules[m.rule.RuleID]
	c.texts(file, s, r, m, &to)
	c.status(file, r, StatusOf(p.judged[m.rule.RuleID].Result), &to)
	switch {
	case r.Override == "":
	case to.override != "" && to.override != r.Override:
		c.leave(file, r, "severity "+string(r.Override), "another file gives "+string(to.override))
	case to.override == "":
		to.override, to.justification = r.Override, c.head(file, s, r, m, "severity")+"\n"+r.Justification
	}
	p.rules[m.rule.RuleID] = to
}

// status carries a status or says why not.
func (c *carrier) status(file Carried, r CarriedRule, verdict Status, to *remark) {
	what := "status " + string(r.Status)
	if r.Status == NotReviewed || r.Status == "" {
		return
	}
	if !r.Status.known() {
		c.leave(file, r, what, "no status of this form")
		return
	}
	made := r.Status == r.Made
	switch {
	case verdict == r.Status:
	case verdict != NotReviewed && made: // our own verdict of another time: the comparison of snapshots tells of it
	case verdict != NotReviewed:
		to.disputes = append(to.disputes, fmt.Sprintf("%s says %s; the evidence decides %s, which stands.", file.File, r.Status, verdict))
		c.leave(file, r, what, "the evidence decides "+string(verdict))
	case made:
		c.leave(file, r, what, "evidence made it then, not a person; now the evidence does not decide")
	case to.refused:
		c.leave(file, r, what, "several files disagree")
	case to.status != "" && to.status != r.Status:
		c.leave(file, r, what, fmt.Sprintf("%s says %s; neither is carried", to.statusFrom, to.status))
		to.disputes = append(to.disputes, fmt.Sprintf("%s says %s and %s says %s; neither was carried.", to.statusFrom, to.status, file.File, r.Status))
		to.status, to.statusFrom, to.refused = "", "", true
	case to.status == "":
		to.status, to.statusFrom = r.Status, file.File
	}
}

// texts carries a rule's comments and finding details.
func (c *carrier) texts(file Carried, s CarriedSTIG, r CarriedRule, m match, to *remark) {
	for _, text := range []struct{ what, text string }{{"comment", r.Comments}, {"finding details", r.Details}} {
		if text.text == "" || slices.Contains(to.bodies, text.text) {
			continue
		}
		to.bodies = append(to.bodies, text.text)
		to.texts = append(to.texts, c.head(file, s, r, m, text.what)+"\n"+foreignMarks(text.text))
		if units(text.text) > maxText-2_000 {
			c.leave(file, r, "end of its "+text.what, "longer than readers keep; the file holds it")
		}
	}
}

// head is the line above what was carried.
func (c *carrier) head(file Carried, s CarriedSTIG, r CarriedRule, m match, what string) string {
	return fmt.Sprintf("%son %s from %s (SHA-256 %s)%s: %s", carriedLine, day(c.asOf), short(file.File, 300), file.Digest.Short(), origin(s, r, m), what)
}

// origin says for which wording of the rule a text was written, if not for this one, and when.
func origin(s CarriedSTIG, r CarriedRule, m match) string {
	var b strings.Builder
	if r.RuleID != m.rule.RuleID {
		fmt.Fprintf(&b, ", written for %s of %s", short(r.name(), 100), short(strings.TrimSpace(s.ID+" version "+s.Version+" "+s.ReleaseInfo), 200))
		if m.by != "" {
			b.WriteString(", matched by " + m.by)
		}
	}
	if r.Updated != "" {
		b.WriteString(", last changed there " + short(r.Updated, 40))
	}
	return b.String()
}

// foreignMarks keeps a person's line from looking like one of this program's.
func foreignMarks(s string) string {
	texts := strings.Split(s, "\n")
	for i, text := range texts {
		if strings.HasPrefix(text, mark) && !strings.HasPrefix(text, carriedLine) {
			texts[i] = " " + text
		}
	}
	return strings.Join(texts, "\n")
}
