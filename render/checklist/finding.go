package checklist

import (
	"fmt"
	"regexp"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// Options is what a checklist says beside the verdicts. The zero value but AsOf will do.
type Options struct {
	AsOf     time.Time      // every time in the output; expiry is judged by it
	Tool     string         // auditpack 0.1.0
	Snapshot audit.Snapshot // Host.After: the Items that Citations name

	// Attestations and Exceptions are noted at the rules whose group, rule or STIG ID their Control is.
	Attestations []evidence.Attestation
	Exceptions   []evidence.Exception
	// Strict leaves out of CKLB what STIG Viewer writes and DISA's published schema forbids: the version of a STIG. STIG
	// Manager then cannot tell its revision.
	Strict bool
}

// Finding is what a checklist says of one rule.
type Finding struct {
	Rule     evidence.Rule
	Status   evidence.ChecklistStatus
	Details  string // finding details: the verdict and what it rests on
	Comments string // attestations, exceptions, why undecided, and what was carried

	// CarriedFrom is the file whose status a person gave; empty where Status follows from the verdict.
	CarriedFrom string
	// Override and Justification are a severity that a person gave in an earlier checklist.
	Override      evidence.Severity
	Justification string
}

// maxID is what STIG Manager keeps of a rule's id.
const maxID = 45

// plainID is what may stand in every form as an id; DISA's are so.
var plainID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// Findings joins the verdicts with the texts of their rules, one Finding for each Rule, in the benchmark's order. A Rule
// that was not judged is Not_Reviewed.
func Findings(a audit.Benchmark, b evidence.Benchmark, o Options) ([]Finding, error) {
	if a.ID != b.ID || a.Version != b.Version || a.Release != b.Release {
		return nil, fmt.Errorf("%s V%sR%s was judged, the texts are of %s %s", line(a.ID), line(a.Version), line(a.Release), line(b.ID), line(b.ReleaseName()))
	}
	if err := fit(b); err != nil {
		return nil, fmt.Errorf("%s: %w", line(b.ID), err)
	}
	judged := make(map[evidence.RuleID]*audit.AssessedRule, len(a.Rules))
	for i := range a.Rules {
		judged[a.Rules[i].RuleID] = &a.Rules[i]
	}
	n := notes{o: o, notJudged: "this rule was not judged", items: make(map[string]*audit.Item, len(o.Snapshot.Items))}
	if a.NotJudged != "" {
		n.notJudged = "this benchmark was not judged: " + line(a.NotJudged)
	}
	for i := range o.Snapshot.Items {
		n.items[o.Snapshot.Items[i].Path] = &o.Snapshot.Items[i]
	}
	all := make([]Finding, 0, len(b.Rules))
	for _, rule := range b.Rules {
		all = append(all, n.finding(rule, judged[rule.RuleID]))
		delete(judged, rule.RuleID)
	}
	for _, r := range a.Rules {
		if _, left := judged[r.RuleID]; left {
			return nil, fmt.Errorf("%s: the judged rule %s is not in %s", line(b.ID), line(string(r.RuleID)), line(b.File))
		}
	}
	return all, nil
}

// fit refuses a benchmark that the forms cannot hold.
func fit(b evidence.Benchmark) error {
	if len(b.Rules) == 0 {
		return fmt.Errorf("no rules, and a checklist without rules is invalid")
	}
	if !plainID.MatchString(b.ID) {
		return fmt.Errorf("the benchmark's id holds characters that a checklist cannot")
	}
	groups, rules := map[evidence.GroupID]bool{}, map[evidence.RuleID]bool{}
	for _, r := range b.Rules {
		switch {
		case !plainID.MatchString(string(r.RuleID)) || len(r.RuleID) > maxID:
			return fmt.Errorf("rule %q: the id is empty, longer than %d characters, or holds characters that a checklist cannot", r.RuleID, maxID)
		case !plainID.MatchString(string(r.GroupID)):
			return fmt.Errorf("rule %s: the group id %q is empty or holds characters that a checklist cannot", r.RuleID, r.GroupID)
		case r.Severity != evidence.High && r.Severity != evidence.Medium && r.Severity != evidence.Low:
			return fmt.Errorf("rule %s: the severity %q is none of high, medium, low", r.RuleID, r.Severity)
		case groups[r.GroupID] || rules[r.RuleID]:
			return fmt.Errorf("rule %s: its id or that of its group %s was there before", r.RuleID, r.GroupID)
		}
		groups[r.GroupID], rules[r.RuleID] = true, true
	}
	return nil
}

// notes writes the texts of Findings.
type notes struct {
	o         Options
	notJudged string // why a rule has no verdict
	items     map[string]*audit.Item
}

func (n *notes) finding(rule evidence.Rule, judged *audit.AssessedRule) Finding {
	f := Finding{Rule: rule, Status: evidence.StatusNotReviewed}
	var words []evidence.Carried
	if judged != nil {
		f.Status, words = evidence.StatusOf(judged.After.Result), judged.Carried
	}
	for _, w := range words {
		if w.Use == evidence.CarriedDecides && f.CarriedFrom == "" {
			f.CarriedFrom = w.File
		}
		if w.Severity != "" && f.Override == "" && audit.Severity(words) != "" {
			f.Override, f.Justification = w.Severity, cut(clean(n.head(rule, w, "severity")+"\n"+w.Reason), maxText)
		}
	}
	f.Details = n.details(f, judged)
	f.Comments = n.comments(rule, judged, words)
	return f
}
