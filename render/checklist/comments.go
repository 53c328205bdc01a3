package checklist

import (
	"fmt"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// comments writes what people say of a rule and what no evidence decides. Each line of this program begins with mark.
func (n *notes) comments(rule evidence.Rule, judged *audit.AssessedRule, carried remark) string {
	p := newPage(200)
	say := func(format string, args ...any) { p.add(mark + " " + fmt.Sprintf(format, args...) + "\n") }
	if why := n.undecided(rule, judged); why != "" {
		say("Not decided: %s", short(why, maxField))
	}
	for _, e := range n.o.Exceptions {
		if names(rule, e.Control) {
			say("Exception: accepted by %s%s%s: %s%s", short(e.Approver, 200), since(" on ", e.On), since(" until ", e.Expires), short(e.Reason, maxField), n.expired(e.Expires, " The status does not change by it."))
		}
	}
	for _, a := range n.o.Attestations {
		if names(rule, a.Control) {
			say("Attestation: %s says%s%s that it %s%s%s", short(a.By, 200), since(" on ", a.On), since(" until ", a.ValidUntil), holds(a.Holds), comment(a.Comment), n.expired(a.ValidUntil, ""))
		}
	}
	for _, c := range rule.Caveats {
		say("No evidence decides this condition of the check text: %s", short(c, maxField))
	}
	for _, d := range carried.disputes {
		say("%s", short(d, maxField))
	}
	for _, text := range carried.texts {
		p.addText(text)
	}
	text := p.b.String()
	if p.full > 0 {
		text += fmt.Sprintf("%s Shortened: what is said here is longer than readers keep (%d characters).\n", mark, maxText)
	}
	return strings.TrimSuffix(text, "\n")
}

// addText adds a person's text, or as much of it as has room.
func (p *page) addText(text string) {
	text = clean(text) + "\n"
	if p.full == 0 && units(text) > p.left && p.left > 0 {
		p.add(cut(text, p.left-2) + "…\n")
		p.full++
		return
	}
	p.add(text)
}

// undecided says why the evidence decides nothing.
func (n *notes) undecided(rule evidence.Rule, judged *audit.AssessedRule) string {
	if judged == nil {
		return n.notJudged
	}
	switch judged.After.Result {
	case evidence.Pass, evidence.Fail, evidence.NotApplicable:
		return ""
	}
	if judged.Undecided != "" {
		return judged.Undecided
	}
	if rule.Undecided != "" {
		return rule.Undecided
	}
	for _, want := range []evidence.Result{evidence.NeedsReview, evidence.NotCollected, ""} {
		for _, r := range judged.After.Reasons {
			if r.Result != want {
				continue
			}
			return strings.TrimSpace(strings.Join([]string{r.Actual, r.Note}, " "))
		}
	}
	return "no evidence was collected"
}

// names reports whether a Control's name in the answers is one of the rule's three ids.
func names(rule evidence.Rule, control string) bool {
	return control != "" && (strings.EqualFold(control, string(rule.STIGID)) ||
		strings.EqualFold(control, string(rule.GroupID)) || strings.EqualFold(control, string(rule.RuleID)))
}

func since(word string, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return word + day(t)
}

func (n *notes) expired(until time.Time, valid string) string {
	if !until.IsZero() && until.Before(n.o.AsOf) {
		return " (expired)"
	}
	return valid
}

func holds(yes bool) string {
	if yes {
		return "holds"
	}
	return "does not hold"
}

func comment(s string) string {
	if s == "" {
		return ""
	}
	return ": " + short(s, maxField)
}
