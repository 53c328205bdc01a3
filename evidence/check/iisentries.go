package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

func prepareVerbDenied(c evidence.Check) (Judge, error) {
	pattern, element, _, err := iisAddress(c.Address)
	if err != nil {
		return nil, err
	}
	if len(c.Want) == 0 {
		return nil, fmt.Errorf("no verb is wanted")
	}
	return func(at Case) []evidence.Reason {
		v := iisView{at.Facts, at.Site}
		var reasons []evidence.Reason
		for _, verb := range c.Want {
			expected := "requests with the verb " + verb + " are denied"
			reasons = append(reasons, v.eachTarget(c.Address, pattern, element, expected, func(location string) []evidence.Reason {
				denied := v.verbDenied(location, element, verb, expected)
				if location == "" && denied[0].Result == evidence.Pass {
					denied = append(denied, v.missingModule(denied[0], "Request Filtering", "RequestFilteringModule")...)
				}
				return denied
			})...)
		}
		return reasons
	}, nil
}

// verbDenied judges one verb at one location. Verbs differ by case: an entry for options says nothing about OPTIONS.
func (v iisView) verbDenied(location, element, verb, expected string) []evidence.Reason {
	entries, unlisted := v.collection(location, element), v.attribute(location, element, "allowUnlisted")
	r := evidence.Reason{Result: evidence.Fail, Address: evidence.IISPlace{Location: location}.Address(element), Expected: expected}
	at := iisLocationName(location)
	for _, e := range entries.entries {
		name, _ := e.Attribute("verb")
		allowed, given := e.Attribute("allowed")
		if name != verb {
			if strings.EqualFold(name, verb) {
				r.Note = fmt.Sprintf("an entry for %q does not concern %s: verbs differ by case", name, verb)
			}
			continue
		}
		r.Cites = []evidence.Citation{e.Cite}
		switch {
		case !given:
			r.Result, r.Actual = evidence.NeedsReview, fmt.Sprintf("at %s the entry for %s does not say whether it is allowed", at, verb)
		case strings.EqualFold(allowed, "false"):
			r.Result, r.Actual = evidence.Pass, fmt.Sprintf("at %s %s is denied (%s)", at, verb, entries.where)
		default:
			r.Actual = fmt.Sprintf("at %s %s is expressly allowed (%s)", at, verb, entries.where)
		}
		return settle(r, entries)
	}
	r.Cites = addCites(slices.Clone(entries.cites), unlisted.cites...)
	if strings.EqualFold(unlisted.text, "false") {
		r.Result, r.Cites = evidence.Pass, unlisted.cites
		r.Actual = fmt.Sprintf("at %s only listed verbs are allowed, and %s is not (%s)", at, verb, unlisted.where)
	} else {
		r.Actual = fmt.Sprintf("at %s no entry denies %s, and verbs that are not listed are allowed", at, verb)
	}
	return settle(r, entries, unlisted)
}

func prepareNoCustomHeaders(c evidence.Check) (Judge, error) {
	pattern, element, _, err := iisAddress(c.Address)
	if err != nil {
		return nil, err
	}
	var except []string
	serverLevel := false
	for _, want := range c.Want {
		name, isExcept := strings.CutPrefix(want, "except ")
		switch {
		case isExcept && name != "":
			except = append(except, strings.TrimSpace(name))
		case want == "server-level":
			serverLevel = true
		default:
			return nil, fmt.Errorf("want %q is neither \"except NAME\" nor \"server-level\"", want)
		}
	}
	return func(at Case) []evidence.Reason {
		v := iisView{at.Facts, at.Site}
		expected := "no custom response headers"
		if len(except) > 0 {
			expected += " but " + strings.Join(except, ", ")
		}
		judge := func(location string) []evidence.Reason { return v.customHeaders(location, element, expected, except) }
		if serverLevel || pattern != "" {
			return v.eachTarget(c.Address, pattern, element, expected, judge)
		}
		reasons := judge("")
		all := v.locations()
		if r, ok := tooMany(all, c.Address, expected); ok {
			return append(reasons, r)
		}
		for _, location := range v.applications(all, element) {
			reasons = append(reasons, judge(location)...)
		}
		return onlyTelling(reasons)
	}, nil
}

// applications lists the sites and applications, and where anybody says something about element below them.
func (v iisView) applications(all []string, element string) []string {
	var found []string
	for _, l := range all {
		isApp := len(v.facts.Under(evidence.IISApps+evidence.Address(l))) > 0
		if isApp || v.speaksAt(l, element) {
			found = append(found, l)
		}
	}
	return found
}

func (v iisView) customHeaders(location, element, expected string, except []string) []evidence.Reason {
	value := v.collection(location, element)
	r := evidence.Reason{Result: evidence.Pass, Address: evidence.IISPlace{Location: location}.Address(element), Expected: expected, Cites: value.cites}
	var names []string
	var cites []evidence.Citation
	for _, e := range value.entries {
		name, _ := e.Attribute("name")
		same := func(x string) bool { return strings.EqualFold(x, name) }
		if !slices.ContainsFunc(except, same) {
			text, _ := e.Attribute("value")
			names = append(names, fmt.Sprintf("%s: %s", name, text))
			cites = append(cites, e.Cite)
		}
	}
	r.Actual = "none at " + iisLocationName(location)
	if len(names) > 0 {
		r.Result, r.Cites = evidence.Fail, cites
		r.Actual = fmt.Sprintf("at %s IIS adds %s", iisLocationName(location), strings.Join(names, "; "))
	}
	return settle(r, value)
}

// onlyTelling drops Reasons that repeat another (the same outcome shown by the same bytes, as where a site inherits what
// the server sets) and makes one of all files that are missing.
func onlyTelling(reasons []evidence.Reason) []evidence.Reason {
	var kept []evidence.Reason
	var missing []string
	var cites []evidence.Citation
	for _, r := range reasons {
		if file, ok := strings.CutSuffix(r.Actual, notCollectedFile); ok && r.Result == evidence.NotCollected {
			if !slices.Contains(missing, file) {
				missing, cites = append(missing, file), append(cites, r.Cites...)
			}
			continue
		}
		repeats := func(k evidence.Reason) bool {
			return k.Result == r.Result && (k.Actual == r.Actual || len(r.Cites) > 0 && slices.Equal(k.Cites, r.Cites))
		}
		if !slices.ContainsFunc(kept, repeats) {
			kept = append(kept, r)
		}
	}
	if len(missing) > 0 && len(reasons) > 0 {
		kept = append(kept, evidence.Reason{Result: evidence.NotCollected, Address: reasons[0].Address, Expected: reasons[0].Expected, Cites: cites,
			Actual: "these may add headers and were not collected: " + strings.Join(missing, ", ")})
	}
	return kept
}
