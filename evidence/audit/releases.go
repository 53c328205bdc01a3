package audit

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/compare"
)

// pairReleases refuses two earlier releases of one Benchmark. One of a Benchmark that is not used now is not used either.
func pairReleases(in Input) error {
	for i, e := range in.Earlier {
		if slices.ContainsFunc(in.Earlier[:i], func(b evidence.Benchmark) bool { return b.ID == e.ID }) {
			return fmt.Errorf("%s: a second earlier release of %s", e.File, e.ID)
		}
	}
	return nil
}

// addEarlier judges the earlier snapshot by the rules of the earlier release, and lists the rules that ask something else
// now. A rule that fails by its new words on both snapshots, and did not fail by the old ones, is asked anew, not still failing.
func (out *Benchmark) addEarlier(in Input, b evidence.Benchmark, words map[evidence.RuleID][]evidence.Carried, before *side) {
	i := slices.IndexFunc(in.Earlier, func(e evidence.Benchmark) bool { return e.ID == b.ID })
	if i < 0 {
		return
	}
	from := in.Earlier[i]
	out.Earlier = &EarlierRelease{
		Version: from.Version, Release: from.Release, ReleaseInfo: from.ReleaseInfo, File: from.File, Digest: from.Digest,
	}
	assessed := map[evidence.RuleID]*AssessedRule{}
	for i := range out.Rules {
		assessed[out.Rules[i].RuleID] = &out.Rules[i]
	}
	for _, c := range in.Releases(from, b) {
		var then *evidence.Verdict
		if c.Old != nil {
			v := before.judgeRule(in, *c.Old, out.Site)
			if c.New != nil {
				v, _ = carryTo(v, *c.Old, words[c.New.RuleID])
			}
			then = &v
			out.Earlier.Counts.count(v.Result, c.Old.Severity, false)
		}
		if !c.Asks() {
			out.Earlier.Same++
		}
		if !c.Differs() {
			continue
		}
		var now *AssessedRule
		if c.New != nil {
			now = assessed[c.New.RuleID]
		}
		change := releaseChange(c, then, now, from.ReleaseName(), b.ReleaseName())
		if change.Movement == evidence.AskedAnew && now.Movement == evidence.StillFailing {
			now.Movement = evidence.AskedAnew
		}
		if out.Site != "" {
			change.Meaning = append([]string{"site " + out.Site}, change.Meaning...)
		}
		out.Earlier.Changes = append(out.Earlier.Changes, change)
	}
}

// releaseChange says what became of one rule; then is nil for a new one, now for one that was removed.
func releaseChange(c evidence.RuleChange, then *evidence.Verdict, now *AssessedRule, from, to string) evidence.Change {
	change := evidence.Change{Level: evidence.ReleaseLevel}
	var kinds []string
	for _, k := range c.Kinds {
		kinds = append(kinds, string(k))
	}
	change.Kind = strings.Join(kinds, ", ")
	if then != nil {
		change.Rules = []evidence.STIGID{c.Old.STIGID}
		change.Before, change.BeforeCites = string(then.Result), cites(*then)
	}
	var again *evidence.Verdict // the earlier snapshot, judged by the later words
	if now != nil {
		change.Rules = []evidence.STIGID{now.STIGID}
		change.After, change.AfterCites = string(now.After.Result), cites(now.After)
		again = now.Before
	}
	change.Movement = movedByRelease(then, again, now)
	change.Meaning = releaseMeaning(c, then, again, now, from, to)
	return change
}

// movedByRelease tells what the release alone did: the same evidence under other words.
func movedByRelease(then, again *evidence.Verdict, now *AssessedRule) evidence.Movement {
	failed, fails := then != nil && then.Result == evidence.Fail, now != nil && now.After.Result == evidence.Fail
	switch {
	case !failed && fails && again != nil && again.Result == evidence.Fail:
		return evidence.AskedAnew
	case failed && !fails && (again == nil || again.Result == evidence.Pass || again.Result == evidence.NotApplicable):
		return evidence.AskedNoMore
	case then != nil && again != nil && then.Result != again.Result:
		return evidence.OtherMovement
	}
	return ""
}

// releaseMeaning says in words what the release changed, and whether the server moved besides.
func releaseMeaning(c evidence.RuleChange, then, again *evidence.Verdict, now *AssessedRule, from, to string) []string {
	var lines []string
	if len(c.Texts) > 0 {
		lines = append(lines, "reworded: "+strings.Join(c.Texts, ", "))
	}
	if c.Old != nil && c.New != nil {
		if c.Old.Severity != c.New.Severity {
			lines = append(lines, fmt.Sprintf("severity %s, was %s", c.New.Severity, c.Old.Severity))
		}
		if c.Old.STIGID != c.New.STIGID || c.Old.GroupID != c.New.GroupID {
			lines = append(lines, fmt.Sprintf("was %s %s, matched by %s", c.Old.STIGID, c.Old.GroupID, c.MatchBy))
		}
	}
	switch {
	case then == nil:
		lines = append(lines, fmt.Sprintf("the earlier snapshot by this rule: %s", again.Result))
	case again != nil && then.Result != again.Result:
		lines = append(lines, fmt.Sprintf("the earlier snapshot by %s: %s; by %s: %s", from, then.Result, to, again.Result))
	}
	if again != nil && again.Result != now.After.Result {
		lines = append(lines, fmt.Sprintf("the server changed besides: by %s, before %s, now %s", to, again.Result, now.After.Result))
	}
	return lines
}

// Count counts the Changes by what became of the rule, of which there may be several, and by Movement.
func (e *EarlierRelease) Count() (map[evidence.RuleChangeKind]int, map[evidence.Movement]int) {
	kinds, moved := map[evidence.RuleChangeKind]int{}, map[evidence.Movement]int{}
	for _, c := range e.Changes {
		for _, k := range strings.Split(c.Kind, ", ") {
			kinds[evidence.RuleChangeKind(k)]++
		}
		moved[c.Movement]++
	}
	return kinds, moved
}

// ReleaseChanges are the rules of all benchmarks of which another release was used before.
func (h Host) ReleaseChanges() []evidence.Change {
	var all []evidence.Change
	for _, b := range h.Benchmarks {
		if b.Earlier != nil {
			all = append(all, b.Earlier.Changes...)
		}
	}
	return all
}

// RuleMovements are the verdicts of STIG rules that moved, by the words of one release on both sides, in the order of
// Movements. What another release asks anew or no more is not among them.
func (h Host) RuleMovements() []evidence.Change {
	var all []evidence.Change
	for _, b := range h.Benchmarks {
		for _, r := range b.Rules {
			if r.Movement == "" || r.Movement == evidence.AskedAnew {
				continue
			}
			c := evidence.Change{
				Level: evidence.VerdictLevel, Rules: []evidence.STIGID{r.STIGID}, Movement: r.Movement, Kind: compare.Changed,
				Before: string(r.Before.Result), After: string(r.After.Result), BeforeCites: cites(*r.Before), AfterCites: cites(r.After),
			}
			if b.Site != "" {
				c.Meaning = []string{"site " + b.Site}
			}
			all = append(all, c)
		}
	}
	compare.SortMovements(all)
	return all
}
