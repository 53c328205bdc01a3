package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// userRightSetKind judges who holds a user right where more than one answer is right.
var userRightSetKind = &Kind{
	Name: "user-right-set",
	Doc: "Address user-right:SeX. Want, either: includes SID … (all of these hold it; more lines are alternatives), where" +
		" S-1-5-21-*-512 stands for that account of any domain; or: only SID … (no holder but these) and review SID …" +
		" (holders that are right only on some hosts). A right that an export of the policy in force does not list is held by nobody.",
	Prepare: prepareUserRightSet,
}

// rightSet is the Want of a user-right-set.
type rightSet struct {
	includes [][]string
	only     []string
	review   []string
}

func prepareUserRightSet(c evidence.Check) (Judge, error) {
	if c.Address.Kind() != "user-right" || !strings.HasPrefix(c.Address.Rest(), "Se") {
		return nil, fmt.Errorf("address %q is not user-right:SeX", c.Address)
	}
	want, err := parseRightSet(c.Want)
	if err != nil {
		return nil, err
	}
	name := c.Address.Rest()
	expected := want.expected(name)
	return func(k Case) []evidence.Reason {
		o := lookupValue(k.Facts, c.Address)
		if r, ok := undecided(o, expected); ok {
			return []evidence.Reason{r}
		}
		r := evidence.Reason{Address: o.Address, Expected: expected, Cites: o.Cites}
		var holders evidence.Principals
		r.Actual = fmt.Sprintf("nobody holds %s: the policy in force does not list it", name)
		if o.State == evidence.Found {
			var ok bool
			if holders, ok = o.Value().(evidence.Principals); !ok {
				r.Result, r.Actual = evidence.NeedsReview, fmt.Sprintf("%s is no list of accounts: %s", name, o.Value())
				return []evidence.Reason{r}
			}
			r.Actual = fmt.Sprintf("%s: %s", name, shorten(withNames(holders)))
		}
		if len(want.only) > 0 {
			r.Result, r.Note = want.judgeOnly(holders)
		} else {
			r.Result, r.Note = want.judgeIncludes(holders)
		}
		return []evidence.Reason{r}
	}, nil
}

func parseRightSet(want []string) (rightSet, error) {
	var w rightSet
	for _, line := range want {
		words := strings.Fields(line)
		if len(words) < 2 {
			return w, fmt.Errorf("want %q names no SID", line)
		}
		for _, sid := range words[1:] {
			if !evidence.IsSID(strings.Replace(sid, "-*-", "-1-", 1)) {
				return w, fmt.Errorf("want %q: %q is no SID", line, sid)
			}
		}
		switch words[0] {
		case "includes":
			w.includes = append(w.includes, words[1:])
		case "only":
			w.only = append(w.only, words[1:]...)
		case "review":
			w.review = append(w.review, words[1:]...)
		default:
			return w, fmt.Errorf("want %q is none of includes SID …, only SID …, review SID …", line)
		}
	}
	if (len(w.includes) == 0) == (len(w.only) == 0) || len(w.includes) > 0 && len(w.review) > 0 {
		return w, fmt.Errorf("want needs either includes, or only with or without review")
	}
	return w, nil
}

// domainAccounts are the accounts of a domain that rules about rights speak of.
var domainAccounts = map[string]string{"S-1-5-21-*-512": "Domain Admins", "S-1-5-21-*-519": "Enterprise Admins"}

func (w rightSet) expected(name string) string {
	if len(w.only) > 0 {
		return fmt.Sprintf("nobody holds %s but %s", name, withNames(w.only))
	}
	var alternatives []string
	for _, sids := range w.includes {
		var names []string
		for _, s := range sids {
			if n, ok := domainAccounts[s]; ok {
				names = append(names, n)
			} else {
				names = append(names, withNames(evidence.Principals{s}))
			}
		}
		alternatives = append(alternatives, strings.Join(names, ", "))
	}
	return fmt.Sprintf("%s holds %s", strings.Join(alternatives, "; or "), name)
}

func (w rightSet) judgeOnly(holders evidence.Principals) (evidence.Result, string) {
	result, note := evidence.Pass, ""
	for _, h := range holders {
		switch {
		case slices.Contains(w.only, h):
		case slices.Contains(w.review, h):
			result, note = evidence.NeedsReview, withNames(evidence.Principals{h})+" may hold it only where a role of the server needs it"
		default:
			return evidence.Fail, ""
		}
	}
	return result, note
}

func (w rightSet) judgeIncludes(holders evidence.Principals) (evidence.Result, string) {
	mayBeNamed := false
	for _, sids := range w.includes {
		complete, explained, ofDomain := true, true, false
		for _, s := range sids {
			pattern := strings.Contains(s, "*")
			ofDomain = ofDomain || pattern
			if !slices.ContainsFunc(holders, func(h string) bool { return sidMatches(s, h) }) {
				complete = false
				explained = explained && pattern
			}
		}
		if complete {
			if ofDomain {
				return evidence.Pass, "of which domain these accounts are is not compared"
			}
			return evidence.Pass, ""
		}
		mayBeNamed = mayBeNamed || explained
	}
	if mayBeNamed && len(holders.Names()) > 0 {
		return evidence.NeedsReview, "an account is given by name and cannot be compared with a SID"
	}
	return evidence.Fail, ""
}

// sidMatches reports whether a SID is the wanted one; a wanted one with "*" is that account of any domain.
func sidMatches(want, sid string) bool {
	before, after, pattern := strings.Cut(want, "*")
	if !pattern {
		return want == sid
	}
	middle, ok := strings.CutPrefix(sid, before)
	if !ok {
		return false
	}
	middle, ok = strings.CutSuffix(middle, after)
	return ok && strings.Count(middle, "-") == 2 && evidence.IsSID("S-1-"+middle)
}
