package carry

import (
	"fmt"
	"regexp"
	"strings"

	"auditpack/evidence"
)

// index finds the rules of a benchmark by every number they have or had.
type index struct {
	byRule  map[string]*evidence.Rule // SV-205624r991589_rule
	byBase  map[string]*evidence.Rule // SV-205624
	byGroup map[string]*evidence.Rule
	bySTIG  map[string]*evidence.Rule
	legacy  map[string][]*evidence.Rule // V-73217, SV-87869
}

func newIndex(b evidence.Benchmark) index {
	x := index{
		byRule: map[string]*evidence.Rule{}, byBase: map[string]*evidence.Rule{}, byGroup: map[string]*evidence.Rule{},
		bySTIG: map[string]*evidence.Rule{}, legacy: map[string][]*evidence.Rule{},
	}
	for i := range b.Rules {
		r := &b.Rules[i]
		x.byRule[fold(string(r.RuleID))] = r
		x.byBase[base(string(r.RuleID))] = r
		x.byGroup[fold(string(r.GroupID))] = r
		if r.STIGID != "" {
			x.bySTIG[fold(string(r.STIGID))] = r
		}
		for _, id := range r.Legacy {
			x.legacy[base(id)] = append(x.legacy[base(id)], r)
		}
	}
	return x
}

func fold(id string) string { return strings.ToUpper(strings.TrimSpace(id)) }

var revision = regexp.MustCompile(`^(SV-[0-9]+)R[0-9]+(?:_RULE)?$`)

// base returns a rule's id without its revision, other ids as they are.
func base(id string) string {
	id = fold(id)
	if m := revision.FindStringSubmatch(id); m != nil {
		return m[1]
	}
	return id
}

// match is the rule that a carried one is now, by which number, or why there is none.
type match struct {
	rule *evidence.Rule
	by   string
	why  string
}

// find returns the rule that r is now. Rule and group IDs are unique among all STIGs, the other numbers within one.
func (x index) find(r Rule, sameSTIG bool) match {
	if r.RuleID == "" && r.GroupID == "" && !sameSTIG {
		return match{why: "it has neither a rule nor a group ID"}
	}
	if to := x.byRule[fold(string(r.RuleID))]; to != nil {
		return match{rule: to}
	}
	if to := x.byGroup[fold(string(r.GroupID))]; to != nil {
		return match{rule: to, by: "group ID"}
	}
	if to := x.byBase[base(string(r.RuleID))]; to != nil {
		return match{rule: to, by: "rule ID without its revision"}
	}
	if !sameSTIG {
		return match{why: "no rule of the benchmark has its rule or group ID"}
	}
	if to := x.bySTIG[fold(string(r.STIGID))]; to != nil {
		return match{rule: to, by: "STIG ID"}
	}
	return x.earlier(r)
}

// earlier matches by the numbers that one of the two rules names as its earlier ones.
func (x index) earlier(r Rule) match {
	var found []*evidence.Rule
	add := func(to *evidence.Rule) {
		if to == nil {
			return
		}
		for _, f := range found {
			if f == to {
				return
			}
		}
		found = append(found, to)
	}
	for _, id := range append([]string{string(r.GroupID), string(r.RuleID)}, r.Legacy...) {
		if id == "" {
			continue
		}
		for _, to := range x.legacy[base(id)] {
			add(to)
		}
	}
	for _, id := range r.Legacy { // the file is of a later release than the benchmark
		add(x.byGroup[fold(id)])
		add(x.byBase[base(id)])
	}
	switch len(found) {
	case 0:
		return match{why: "no rule of the benchmark has or had one of its ids"}
	case 1:
		return match{rule: found[0], by: "an earlier number"}
	}
	return match{why: fmt.Sprintf("its earlier numbers are those of several rules, %s and %s among them", found[0].RuleID, found[1].RuleID)}
}
