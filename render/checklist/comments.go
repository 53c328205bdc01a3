package checklist

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/carry"
)

// comments writes what people say of a rule and what no evidence decides. Each line of this program begins with mark.
func (n *notes) comments(rule evidence.Rule, judged *audit.AssessedRule, words []evidence.Carried) string {
	p := newPage(200)
	say := func(format string, args ...any) { p.add(carry.Mark + " " + fmt.Sprintf(format, args...) + "\n") }
	if why := n.undecided(rule, judged); why != "" {
		say("Not decided: %s", short(why, maxField))
	}
	for _, e := range n.o.Exceptions {
		if names(rule, e.Control) {
			say("Exception: accepted by %s%s%s: %s%s", short(e.Approver, 200), since(" on ", e.On), since(" until ", e.Expires), short(e.Reason, maxField), standing(e.At(n.o.AsOf), " The status does not change by it."))
		}
	}
	for _, a := range n.o.Attestations {
		if names(rule, a.Control) {
			say("Attestation: %s says%s%s that it %s%s%s", short(a.By, 200), since(" on ", a.On), since(" until ", a.ValidUntil), holds(a.Holds), comment(a.Comment), standing(a.At(n.o.AsOf), ""))
		}
	}
	for _, c := range rule.Caveats {
		say("No evidence decides this condition of the check text: %s", short(c, maxField))
	}
	for _, w := range words {
		if w.Use == evidence.CarriedContradict || w.Use == evidence.CarriedAside {
			say("%s says %s; %s.", short(w.File, 300), short(cmp.Or(string(w.Status), w.Unknown), 100), short(w.Why, maxField))
		}
	}
	for _, text := range n.carried(rule, words) {
		p.addText(text)
	}
	text := p.b.String()
	if p.full > 0 {
		text += fmt.Sprintf("%s Shortened: what is said here is longer than readers keep (%d characters).\n", carry.Mark, maxText)
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

func standing(s evidence.Standing, valid string) string {
	if s != evidence.Valid {
		return " (" + string(s) + ")"
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

// carried are the texts that people wrote in earlier checklists, each below a line that says from where. CKL and CKLB of one
// checklist say the same, which is said once.
func (n *notes) carried(rule evidence.Rule, words []evidence.Carried) []string {
	var texts, bodies []string
	for _, w := range words {
		for _, text := range []struct{ what, text string }{{"comment", w.Comment}, {"finding details", w.Details}} {
			if text.text == "" || slices.Contains(bodies, text.text) {
				continue
			}
			bodies = append(bodies, text.text)
			texts = append(texts, n.head(rule, w, text.what)+"\n"+text.text)
		}
	}
	return texts
}

// head is the line above what was carried: from where, for which wording of the rule it was written if not for this one, and when.
func (n *notes) head(rule evidence.Rule, w evidence.Carried, what string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%son %s from %s (SHA-256 %s)", carry.CarriedLine, day(n.o.AsOf), short(w.File, 300), w.Digest.Short())
	if w.Rule != string(rule.RuleID) {
		fmt.Fprintf(&b, ", written for %s of %s", short(w.Rule, 100), short(strings.TrimSpace(w.STIG+" version "+w.Version+" "+w.ReleaseInfo), 200))
		if w.MatchedBy != "" {
			b.WriteString(", matched by " + w.MatchedBy)
		}
	}
	if w.Updated != "" {
		b.WriteString(", last changed there " + short(w.Updated, 40))
	}
	return b.String() + ": " + what
}
