package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/parse"
	"auditpack/evidence/questionnaire"
)

// asked gathers what the hosts show to the questions of all sets.
type asked struct {
	sets   []evidence.Questionnaire
	judges map[string]check.Judge // by set, question and check
	// bearings are by set, question and host.
	bearings [][][]evidence.HostBearings
}

// bearings are what one host shows, by set and question.
type bearings [][]evidence.HostBearings

func prepareQuestions(sets []evidence.Questionnaire) (*asked, error) {
	a := &asked{sets: sets, judges: map[string]check.Judge{}}
	for _, set := range sets {
		for _, q := range set.Questions {
			for _, c := range q.Checks {
				judge, err := check.Prepare(c.Check)
				if err != nil {
					return nil, fmt.Errorf("questionnaire %s, %s: %w", set.ID, q.ID, err)
				}
				a.judges[set.ID+"/"+q.ID+"/"+c.ID] = judge
			}
		}
		a.bearings = append(a.bearings, make([][]evidence.HostBearings, len(set.Questions)))
	}
	return a, nil
}

// add adds what one host shows.
func (a *asked) add(shown bearings) {
	for i, set := range shown {
		for j, b := range set {
			a.bearings[i][j] = append(a.bearings[i][j], b)
		}
	}
}

// host returns what one host shows. Its Controls and rules are judged already.
func (a *asked) host(in Input, h *Host, s *side) bearings {
	var all bearings
	for _, set := range a.sets {
		var ofSet []evidence.HostBearings
		for _, q := range set.Questions {
			b := evidence.HostBearings{Host: cmp.Or(h.Name, "a host without a name"), From: h.After.From, To: h.After.To}
			for _, id := range q.Controls {
				b.Bearings = append(b.Bearings, controlBearing(in, h, id)...)
			}
			for _, c := range q.Checks {
				b.Bearings = append(b.Bearings, a.checkBearing(in, s, set.ID+"/"+q.ID+"/"+c.ID, c))
			}
			for _, id := range q.Rules {
				b.Bearings = append(b.Bearings, ruleBearings(in, h, id)...)
			}
			b.Shown, b.More = shown(s.facts, q.Settings)
			ofSet = append(ofSet, b)
		}
		all = append(all, ofSet)
	}
	return all
}

// answer answers all sets.
func (a *asked) answer(in Input) []evidence.AnsweredQuestionnaire {
	var all []evidence.AnsweredQuestionnaire
	for i, set := range a.sets {
		all = append(all, questionnaire.Answer(set, questionnaire.Case{
			AsOf: in.AsOf, Client: in.Answers.Client, Attestations: in.Answers.Attestations, Bearings: a.bearings[i],
		}))
	}
	return all
}

func controlBearing(in Input, h *Host, id string) []evidence.Bearing {
	for _, s := range h.Sections {
		for _, c := range s.Controls {
			if c.ID != id {
				continue
			}
			b := evidence.Bearing{Kind: evidence.ControlBearing, ID: id, Statement: c.Statement, Verdict: brief(c.After)}
			if c.Exception != nil && !c.Expired {
				b.Exception = c.Exception
			}
			if t := c.Attestation; t != nil && t.At(in.AsOf) == evidence.Valid {
				b.Attestation = t
			}
			return []evidence.Bearing{b}
		}
	}
	// A statement that was not judged is a hole, not nothing.
	return []evidence.Bearing{{Kind: evidence.ControlBearing, ID: id, Statement: id, Verdict: evidence.Combine(evidence.BasisNone)}}
}

func (a *asked) checkBearing(in Input, s *side, key string, c evidence.QuestionCheck) evidence.Bearing {
	v := s.verdict(in, []check.Judge{a.judges[key]}, "")
	if !c.Until.IsZero() && !in.AsOf.Before(c.Until) && (v.Result == evidence.Pass || v.Result == evidence.Fail) {
		v = doubt(v, "a fact that still holds", "what the check rests on ended on "+day(c.Until), nil)
	}
	return evidence.Bearing{Kind: evidence.CheckBearing, ID: c.ID, Statement: c.Statement, Verdict: brief(v), SupportsOnly: c.SupportsOnly, Optional: c.Optional}
}

// maxReasons is how many Reasons a Bearing has; all of them stand at the Control.
const maxReasons = 3

// brief keeps of a Verdict the first Reasons that made it what it is.
func brief(v evidence.Verdict) evidence.Verdict {
	var reasons []evidence.Reason
	for _, r := range v.Reasons {
		if r.Result == v.Result && len(reasons) < maxReasons {
			reasons = append(reasons, r)
		}
	}
	v.Reasons = reasons
	return v
}

// ruleBearings returns the rule as each benchmark at hand judged it: of several sites of IIS, once for each.
func ruleBearings(in Input, h *Host, id evidence.STIGID) []evidence.Bearing {
	var all []evidence.Bearing
	for _, bench := range h.Benchmarks {
		for _, r := range bench.Rules {
			if r.STIGID != id {
				continue
			}
			b := evidence.Bearing{Kind: evidence.RuleBearing, ID: string(id), Statement: r.Title, Verdict: brief(r.After)}
			if bench.Site != "" {
				b.ID += " (" + bench.Site + ")"
			}
			if r.Exception != nil && !r.Expired {
				b.Exception = r.Exception
			}
			if t := r.Attestation; t != nil && t.At(in.AsOf) == evidence.Valid {
				b.Attestation = t
			}
			all = append(all, b)
		}
	}
	return all
}

// maxShown is how many Settings of one question and host are listed; further ones are counted.
const maxShown = 40

// shown returns the Settings that are asked for, in the order of their patterns and addresses.
func shown(f *evidence.Facts, patterns []evidence.Address) (list []evidence.Shown, more int) {
	for _, pattern := range patterns {
		for _, s := range f.Under(prefixOf(pattern)) {
			same := func(x evidence.Shown) bool {
				return x.Address.Fold() == s.Address.Fold() && x.Value == s.Value.String()
			}
			switch {
			case !matches(pattern.Fold(), s.Address.Fold()) || slices.ContainsFunc(list, same):
			case len(list) == maxShown:
				more++
			default:
				list = append(list, evidence.Shown{Address: s.Address, Value: s.Value.String(), Cite: s.Cite})
			}
		}
	}
	return list, more
}

// prefixOf is what stands before the first "*".
func prefixOf(pattern evidence.Address) evidence.Address {
	prefix, _, _ := strings.Cut(string(pattern), "*")
	return evidence.Address(prefix)
}

// matches reports whether a is what a pattern stands for, in which "*" is anything. Both are folded.
func matches(pattern, a evidence.Address) bool {
	parts := strings.Split(string(pattern), "*")
	rest, ok := strings.CutPrefix(string(a), parts[0])
	if len(parts) == 1 {
		return ok && rest == ""
	}
	for _, middle := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, middle)
		if i < 0 {
			return false
		}
		rest = rest[i+len(middle):]
	}
	return ok && strings.HasSuffix(rest, parts[len(parts)-1])
}

// shownKeys returns the registry keys whose values a question asks to be shown.
func shownKeys(in Input) []evidence.Address {
	var keys []evidence.Address
	for _, set := range in.Questionnaires {
		for _, q := range set.Questions {
			for _, a := range q.Settings {
				if key, _, _ := strings.Cut(string(prefixOf(a)), "!"); a.Kind() == "registry" {
					keys = append(keys, evidence.Address(key))
				}
			}
		}
	}
	return keys
}

// Known returns what the links of a questionnaire are held against: the guide, the benchmarks at hand, the kinds of Check
// and of Settings.
func Known(g evidence.Guide, benchmarks []evidence.Benchmark) questionnaire.Known {
	rules := map[evidence.STIGID]bool{}
	for _, s := range g.Sections {
		for _, c := range s.Controls {
			for _, r := range c.STIG {
				rules[r.STIGID] = true
			}
		}
	}
	for _, b := range benchmarks {
		for _, r := range b.Rules {
			rules[r.STIGID] = true
		}
	}
	delete(rules, "") // a reference to a benchmark as a whole
	return questionnaire.Known{
		Controls: g.ControlIDs(), Rules: rules,
		Prepare: func(c evidence.Check) error {
			_, err := check.Prepare(c)
			return err
		},
		Kinds: func(kind string) bool {
			return slices.ContainsFunc(parse.Formats(), func(f *parse.Format) bool { return slices.Contains(f.Kinds, kind) })
		},
	}
}
