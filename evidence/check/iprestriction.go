package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"auditpack/evidence"
)

func prepareAllowEntries(c evidence.Check) (Judge, error) {
	strict := slices.Equal(c.Want, []string{"answers"})
	if !strict && len(c.Want) > 0 {
		return nil, fmt.Errorf("want %q is not \"answers\"", c.Want)
	}
	expected := "address rules that allow the known networks, and nobody else"
	return prepareLocation(c, func(at Case, a addressRules) []evidence.Reason { return judgeAllowEntries(at, a, expected, strict) }, expected)
}

func judgeAllowEntries(at Case, a addressRules, expected string, strict bool) []evidence.Reason {
	r := a.reason(expected)
	var allowed []string
	for _, rule := range a.rules {
		if rule.allowed {
			allowed = append(allowed, rule.String())
			r.Cites = append(r.Cites, rule.entry.Cite)
		}
	}
	switch {
	case len(a.openings()) > 0:
		r.Result, r.Cites = evidence.Fail, nil
		for _, open := range a.openings() {
			r.Cites = append(r.Cites, open.entry.Cite)
		}
		r.Actual = fmt.Sprintf("at %s a rule allows every address: %s", a.location, a.openings()[0].entry)
	case len(allowed) == 0:
		r.Result, r.Cites = evidence.Fail, a.cites()
		r.Actual = fmt.Sprintf("no rule allows an address at %s", a.location)
	default:
		r.Result = evidence.Pass
		r.Actual = fmt.Sprintf("at %s these are allowed: %s", a.location, strings.Join(allowed, ", "))
	}
	if doubt, ok := a.doubtful(expected); ok && r.Result == evidence.Pass {
		return settle(doubt, a.entries)
	}
	if r.Result == evidence.Pass {
		r = compareNetworks(at, a, r, strict)
	}
	return settle(r, a.entries)
}

// compareNetworks sets the allowed addresses against those of the operator's answers.
func compareNetworks(at Case, a addressRules, r evidence.Reason, strict bool) evidence.Reason {
	networks, err := parseNetworks(at.Answers.Networks)
	switch {
	case err != nil:
		r.Result, r.Note = evidence.NeedsReview, err.Error()
		return r
	case len(networks) == 0 && strict:
		r.Result, r.Fact, r.Note = evidence.NeedsReview, "allowed_networks", "the answers name no allowed networks to compare with"
		return r
	case len(networks) == 0:
		r.Note = "the answers name no allowed networks to compare with"
		return r
	}
	var outside []string
	for _, rule := range a.rules {
		if rule.allowed && !rule.within(networks) {
			outside = append(outside, rule.String())
		}
	}
	if len(outside) == 0 {
		r.Note = "all of them lie in the networks of the answers"
		return r
	}
	r.Result = evidence.NeedsReview
	if strict {
		r.Result = evidence.Fail
	}
	r.Note = "not among the networks of the answers: " + strings.Join(outside, ", ")
	return r
}

// within reports whether all addresses of the rule are loopback or lie in one of networks.
func (r addressRule) within(networks []netip.Prefix) bool {
	if r.domain != "" || r.unclear != "" {
		return false
	}
	if r.prefix.Addr().IsLoopback() {
		return true
	}
	return slices.ContainsFunc(networks, func(n netip.Prefix) bool {
		return n.Bits() <= r.prefix.Bits() && n.Contains(r.prefix.Addr())
	})
}

func parseNetworks(texts []string) ([]netip.Prefix, error) {
	var networks []netip.Prefix
	for _, text := range texts {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			addr, addrErr := netip.ParseAddr(text)
			if addrErr != nil {
				return nil, fmt.Errorf("the answers name %q, which is no network", text)
			}
			prefix = netip.PrefixFrom(addr, addr.BitLen())
		}
		networks = append(networks, prefix.Masked())
	}
	return networks, nil
}

func prepareDenyUnlisted(c evidence.Check) (Judge, error) {
	if err := noWant(c); err != nil {
		return nil, err
	}
	expected := "clients that no rule names are refused"
	return prepareLocation(c, func(_ Case, a addressRules) []evidence.Reason { return judgeDenyUnlisted(a, expected) }, expected)
}

func judgeDenyUnlisted(a addressRules, expected string) []evidence.Reason {
	r := a.reason(expected)
	r.Cites = a.flag.cites
	switch {
	case a.unlisted && a.flag.set:
		r.Result = evidence.Fail
		r.Actual = fmt.Sprintf("at %s everybody may come who is not named (set in %s)", a.location, a.flag.where)
	case a.unlisted:
		r.Result = evidence.Fail
		r.Actual = fmt.Sprintf("at %s nothing is set, so everybody may come", a.location)
	case len(a.openings()) > 0:
		open := a.openings()[0]
		r.Result, r.Cites = evidence.Fail, append(slices.Clone(r.Cites), open.entry.Cite)
		r.Actual = fmt.Sprintf("at %s the unnamed are refused, but a rule allows every address: %s", a.location, open.entry)
	default:
		r.Result = evidence.Pass
		r.Actual = fmt.Sprintf("at %s clients that no rule names are refused (set in %s)", a.location, a.flag.where)
		r.Note = a.loopbackNote()
		if doubt, ok := a.doubtful(expected); ok {
			return settle(doubt, a.flag, a.entries, a.proxied)
		}
	}
	return settle(r, a.flag, a.entries, a.proxied)
}

// loopbackNote warns where the server keeps itself out: the guide also wants loopback open.
func (a addressRules) loopbackNote() string {
	for _, rule := range a.rules {
		if rule.allowed && rule.unclear == "" && rule.domain == "" && rule.prefix.Contains(netip.AddrFrom4([4]byte{127, 0, 0, 1})) {
			return ""
		}
	}
	return "127.0.0.1 is not listed, so the server's own requests to this location are refused too; the same holds for its own address"
}

func prepareUnrestricted(c evidence.Check) (Judge, error) {
	if err := noWant(c); err != nil {
		return nil, err
	}
	expected := "no address rule keeps clients away"
	return prepareLocation(c, func(_ Case, a addressRules) []evidence.Reason { return judgeUnrestricted(a, expected) }, expected)
}

func judgeUnrestricted(a addressRules, expected string) []evidence.Reason {
	r := a.reason(expected)
	r.Result, r.Cites = evidence.Pass, a.cites()
	r.Actual = fmt.Sprintf("at %s everybody may come", a.location)
	if !a.unlisted {
		r.Result, r.Cites = evidence.Fail, a.flag.cites
		r.Actual = fmt.Sprintf("at %s clients that no rule names are refused (set in %s)", a.location, a.flag.where)
	}
	var denied []string
	for _, rule := range a.rules {
		if !rule.allowed {
			denied = append(denied, rule.String())
			if r.Result == evidence.Pass {
				r.Cites = nil
			}
			r.Result, r.Cites = evidence.Fail, append(r.Cites, rule.entry.Cite)
		}
	}
	if len(denied) > 0 {
		r.Actual = fmt.Sprintf("at %s a rule refuses %s", a.location, strings.Join(denied, ", "))
	}
	return settle(r, a.flag, a.entries)
}

// moduleMissing returns a Reason where the module that enforces address rules is known not to be installed: then the
// section stands in the file and does nothing. Of a location that is to be open this does not matter.
func (v iisView) moduleMissing(passed evidence.Reason) []evidence.Reason {
	if strings.HasPrefix(passed.Expected, "no address rule") {
		return nil
	}
	return v.missingModule(passed, "IP and Domain Restrictions", "IpRestrictionModule")
}

// missingModule returns a Reason if a module is known not to be loaded, or not to be used.
func (v iisView) missingModule(passed evidence.Reason, feature, module string) []evidence.Reason {
	for _, section := range []string{"globalModules", "modules"} {
		modules := v.collection("", "system.webServer/"+section)
		named := func(e evidence.IISElement) bool {
			name, _ := e.Attribute("name")
			return strings.EqualFold(name, module)
		}
		if !modules.set || len(modules.doubts) > 0 || slices.ContainsFunc(modules.entries, named) {
			continue
		}
		r := evidence.Reason{Result: evidence.Fail, Address: passed.Address, Expected: passed.Expected,
			Actual: fmt.Sprintf("%s is not installed (no %s in <%s>), so this has no effect", feature, module, section)}
		for _, c := range modules.cites {
			c.Absence = true
			r.Cites = append(r.Cites, c)
		}
		return []evidence.Reason{r}
	}
	return nil
}
