package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

const outboundRules = "system.webServer/rewrite/outboundRules"

func prepareRewriteLocation(c evidence.Check) (Judge, error) {
	file := c.Address.Rest()
	if c.Address.Kind() != "file" || file == "" {
		return nil, fmt.Errorf("address %q is not of the form file:PATH", c.Address)
	}
	if err := noWant(c); err != nil {
		return nil, err
	}
	return func(at Case) []evidence.Reason {
		v := iisView{at.Facts, at.Site}
		r := v.rewriteLocation(file)
		reasons := []evidence.Reason{r}
		if r.Result == evidence.Pass {
			reasons = append(reasons, v.missingModule(r, "URL Rewrite", "RewriteModule")...)
			reasons = append(reasons, v.notServed(r, file)...)
		}
		return reasons
	}, nil
}

// notServed returns a Reason where the sites and their folders are known and none of them is or holds the folder of a file:
// then the file does nothing, and the folder that is served may have none.
func (v iisView) notServed(passed evidence.Reason, file string) []evidence.Reason {
	folders := v.facts.Under(evidence.IISVDirs)
	if _, served := v.fileLocation(file); served || len(folders) == 0 {
		return nil
	}
	r := evidence.Reason{Result: evidence.NeedsReview, Address: passed.Address, Expected: passed.Expected,
		Actual: "no site of this server has its content where " + file + " is"}
	for _, s := range folders {
		r.Cites = addCites(r.Cites, s.Cite)
	}
	r.Cites = fewCites(r.Cites)
	return []evidence.Reason{r}
}

func (v iisView) rewriteLocation(file string) evidence.Reason {
	address := evidence.Address("file:" + file)
	expected := "an outbound rule that empties the Location header of an answer 301"
	if o := v.facts.Lookup(address); o.State != evidence.Found {
		return v.noWebConfig(file, expected, o)
	}
	o := v.said(evidence.IISPlace{File: file}.Address(outboundRules) + "#entries")
	if r, ok := undecided(o, expected); ok {
		return r
	}
	r := evidence.Reason{Result: evidence.Fail, Address: o.Address, Expected: expected, Cites: o.Cites, Actual: file + " has no outbound rule"}
	rules, _ := o.Value().(evidence.IISCollection)
	for _, rule := range mergeEntries(nil, rules.Entries) {
		result, why := judgeOutboundRule(rule)
		if result == evidence.NotApplicable { // another header's rule
			continue
		}
		name, _ := rule.Attribute("name")
		if r.Result == evidence.Fail || result == evidence.Pass {
			r.Result, r.Actual, r.Cites = result, fmt.Sprintf("rule %q %s", name, why), []evidence.Citation{rule.Cite}
		}
		if result == evidence.Pass {
			break
		}
	}
	return r
}

// noWebConfig says what is known where the file itself was not found among the evidence.
func (v iisView) noWebConfig(file, expected string, o evidence.Observation) evidence.Reason {
	r, _ := undecided(o, expected)
	r.Address, r.Expected = o.Address, expected
	if cite, absent := v.absent(file); absent {
		r.Result, r.Actual, r.Cites = evidence.Fail, file+" does not exist", []evidence.Citation{cite}
		return r
	}
	if o.State == evidence.Conflicting {
		return r
	}
	if doubt, ok := v.unseen(file); ok && doubt.Result == evidence.NeedsReview {
		r.Result, r.Actual, r.Cites = doubt.Result, doubt.Actual, doubt.Cites
		return r
	}
	r.Result, r.Actual = evidence.NotCollected, file+" was not collected"
	return r
}

// judgeOutboundRule judges one rule; not applicable if it is not about the Location header.
func judgeOutboundRule(rule evidence.IISElement) (evidence.Result, string) {
	match, _ := rule.Child("match")
	variable, _ := match.Attribute("serverVariable")
	if !strings.EqualFold(variable, "RESPONSE_Location") {
		return evidence.NotApplicable, ""
	}
	action, _ := rule.Child("action")
	kind, _ := action.Attribute("type")
	text, _ := action.Attribute("value")
	enabled, given := rule.Attribute("enabled")
	pattern, _ := match.Attribute("pattern")
	negate, _ := match.Attribute("negate")
	precondition, _ := rule.Attribute("preCondition")
	switch {
	case given && !strings.EqualFold(enabled, "true"):
		return evidence.Fail, "is switched off"
	case !strings.EqualFold(kind, "Rewrite"):
		return evidence.Fail, fmt.Sprintf("does not rewrite the header (action %q)", kind)
	case text != "":
		return evidence.NeedsReview, fmt.Sprintf("rewrites the header to %q instead of emptying it", text)
	case strings.EqualFold(negate, "true") || !matchesAll(pattern):
		return evidence.NeedsReview, fmt.Sprintf("empties the header only where it matches the pattern %q", pattern)
	case precondition != "":
		return evidence.NeedsReview, "applies only under the precondition " + precondition
	}
	return judgeConditions(rule)
}

// matchesAll reports whether a pattern of a rule matches whatever a header may hold.
func matchesAll(pattern string) bool {
	return slices.Contains([]string{"", ".*", ".+", "(.*)", "(.+)", "^.*", "^.*$", "^(.*)$", "^.+$", "^(.+)$", "^(.*)", "^(.+)"}, pattern)
}

func judgeConditions(rule evidence.IISElement) (evidence.Result, string) {
	conditions, _ := rule.Child("conditions")
	adds := slices.DeleteFunc(slices.Clone(conditions.Children), func(e evidence.IISElement) bool { return e.Name != "add" })
	if len(adds) == 0 {
		return evidence.Pass, "empties the Location header of every answer"
	}
	input, _ := adds[0].Attribute("input")
	pattern, _ := adds[0].Attribute("pattern")
	negate, _ := adds[0].Attribute("negate")
	if len(adds) > 1 || strings.EqualFold(negate, "true") || !strings.EqualFold(input, "{RESPONSE_STATUS}") {
		return evidence.NeedsReview, "has conditions that are not those of the guide: " + conditions.String()
	}
	switch strings.TrimSuffix(pattern, "$") {
	case "^301", "301", "^30[12]", "^30[1278]", "^30", "^3", "^3\\d\\d":
		return evidence.Pass, fmt.Sprintf("empties the Location header where the status matches %s", pattern)
	}
	return evidence.NeedsReview, fmt.Sprintf("has a condition on the status that is not the guide's: %q", pattern)
}
