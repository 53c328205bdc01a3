package check

import (
	"fmt"
	"math/bits"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

const (
	ipSecurity = "system.webServer/security/ipSecurity"
	fullMask   = "255.255.255.255"
)

func ipSecurityKinds() []*Kind {
	return []*Kind{
		{
			Name: "iis-allow-entries",
			Doc: "iis:[LOCATION] (*/cwa: every application called cwa). The location has address rules that allow somebody and none that allows everybody. " +
				"Want: nothing, or \"answers\": every allowed address lies in the networks of the operator's answers",
			Prepare: prepareAllowEntries,
		},
		{
			Name:    "iis-deny-unlisted",
			Doc:     "iis:[LOCATION]. Clients that no address rule names are refused there, and no rule names everybody. Want: nothing",
			Prepare: prepareDenyUnlisted,
		},
		{
			Name:    "iis-unrestricted",
			Doc:     "iis:[LOCATION]. No address rule keeps anybody away there. Want: nothing",
			Prepare: prepareUnrestricted,
		},
	}
}

// addressRules is the effective ipSecurity of one location.
type addressRules struct {
	location string
	unlisted bool // clients that no rule names are let in
	rules    []addressRule
	entries  iisValue
	flag     iisValue
	proxied  iisValue // whether the client's address is taken from a header, which clients can write themselves
}

// addressRule is one entry of ipSecurity.
type addressRule struct {
	prefix  netip.Prefix
	domain  string // a rule by name, which needs reverse look-ups
	allowed bool
	unclear string // why the rule was not understood
	entry   evidence.IISElement
}

func (r addressRule) String() string {
	switch {
	case r.unclear != "":
		return r.entry.String()
	case r.domain != "":
		return r.domain
	case r.prefix.IsSingleIP():
		return r.prefix.Addr().String()
	}
	return r.prefix.String()
}

// all reports whether the rule names every client (of its address family).
func (r addressRule) all() bool { return r.unclear == "" && r.domain == "" && r.prefix.Bits() == 0 }

// wide reports whether the rule names so much of the Internet that it is hardly a list: more than a /8 of IPv4, more
// than a /16 of IPv6.
func (r addressRule) wide() bool {
	if r.unclear != "" || r.domain != "" {
		return false
	}
	return r.prefix.Bits() < 8 || r.prefix.Addr().Is6() && r.prefix.Bits() < 16
}

func (v iisView) addressRules(location string) addressRules {
	a := addressRules{location: location, unlisted: true}
	a.flag = v.attribute(location, ipSecurity, "allowUnlisted")
	a.entries = v.collection(location, ipSecurity)
	a.proxied = v.attribute(location, ipSecurity, "enableProxyMode")
	if a.flag.set {
		a.unlisted = !strings.EqualFold(a.flag.text, "false")
	}
	for _, e := range a.entries.entries {
		a.rules = append(a.rules, parseAddressRule(e))
	}
	return a
}

// parseAddressRule reads <add ipAddress subnetMask domainName allowed>. Without "allowed" the rule denies.
func parseAddressRule(e evidence.IISElement) addressRule {
	r := addressRule{entry: e}
	allowed, _ := e.Attribute("allowed")
	r.allowed = strings.EqualFold(allowed, "true")
	if r.domain, _ = e.Attribute("domainName"); r.domain != "" {
		return r
	}
	text, _ := e.Attribute("ipAddress")
	addr, err := netip.ParseAddr(text)
	if err != nil {
		r.unclear = fmt.Sprintf("%q is no address", text)
		return r
	}
	length := addr.BitLen()
	if mask, given := e.Attribute("subnetMask"); given {
		if length, err = maskLength(mask, addr); err != nil {
			r.unclear = err.Error()
			return r
		}
	}
	r.prefix = netip.PrefixFrom(addr, length).Masked()
	return r
}

// maskLength reads a mask: 255.255.255.0, or the length of a prefix. The full mask of IPv4 is also the schema's default
// beside an IPv6 address.
func maskLength(mask string, addr netip.Addr) (int, error) {
	if n, err := strconv.Atoi(mask); err == nil && n >= 0 && n <= addr.BitLen() {
		return n, nil
	}
	m, err := netip.ParseAddr(mask)
	if err == nil && addr.Is6() && mask == fullMask {
		return addr.BitLen(), nil
	}
	if err != nil || m.BitLen() != addr.BitLen() {
		return 0, fmt.Errorf("mask %q does not fit the address %s", mask, addr)
	}
	n, ended := 0, false
	for _, b := range m.AsSlice() {
		ones := bits.LeadingZeros8(^b)
		if b<<ones != 0 || ended && b != 0 {
			return 0, fmt.Errorf("mask %q has holes", mask)
		}
		ended = ended || ones < 8
		n += ones
	}
	return n, nil
}

// reason begins a Reason about a.
func (a addressRules) reason(expected string) evidence.Reason {
	return evidence.Reason{Address: evidence.IISPlace{Location: a.location}.Address(ipSecurity), Expected: expected}
}

// cites are the bytes that show all of a; where nobody sets anything, those that would.
func (a addressRules) cites() []evidence.Citation {
	return addCites(slices.Clone(a.flag.cites), a.entries.cites...)
}

// openings returns the rules that let everybody in.
func (a addressRules) openings() []addressRule {
	return slices.DeleteFunc(slices.Clone(a.rules), func(r addressRule) bool { return !r.allowed || !r.all() })
}

// manyAddresses is how many of IPv4 a list may allow in all: as many as four networks of the length 8 have.
const manyAddresses = 4 << 24

// allowedAddresses counts the addresses of IPv4 that the rules allow, those of equal rules once.
func (a addressRules) allowedAddresses() uint64 {
	seen := map[netip.Prefix]bool{}
	total := uint64(0)
	for _, r := range a.rules {
		if r.allowed && r.unclear == "" && r.domain == "" && r.prefix.Addr().Is4() && !seen[r.prefix] {
			seen[r.prefix] = true
			total += 1 << (32 - r.prefix.Bits())
		}
	}
	return total
}

// doubtful returns a Reason for rules whose effect is not sure, or none: not understood, by name, or allow and deny
// mixed, where their order decides.
func (a addressRules) doubtful(expected string) (evidence.Reason, bool) {
	r := a.reason(expected)
	r.Result = evidence.NeedsReview
	var allow, deny int
	for _, rule := range a.rules {
		if rule.allowed && rule.wide() {
			r.Actual = fmt.Sprintf("at %s a rule allows a great part of the Internet: %s", a.location, rule)
			r.Cites = append(r.Cites, rule.entry.Cite)
		}
		if rule.allowed && rule.domain != "" {
			r.Actual = fmt.Sprintf("at %s a rule allows by name, which whoever owns an address can give it: %s", a.location, rule)
			r.Cites = append(r.Cites, rule.entry.Cite)
		}
		if rule.unclear != "" {
			r.Actual = fmt.Sprintf("at %s a rule is not understood: %s (%s)", a.location, rule.entry, rule.unclear)
			r.Cites = append(r.Cites, rule.entry.Cite)
		}
		if rule.allowed {
			allow++
		} else {
			deny++
		}
	}
	if r.Actual == "" && a.allowedAddresses() > manyAddresses {
		r.Actual = fmt.Sprintf("at %s %d rules together allow a great part of the Internet", a.location, allow)
		r.Cites = a.entries.cites
	}
	if r.Actual == "" && strings.EqualFold(a.proxied.text, "true") {
		r.Actual = fmt.Sprintf("at %s the client's address may be taken from X-Forwarded-For (enableProxyMode), which a client can write itself", a.location)
		r.Cites = a.proxied.cites
	}
	if r.Actual == "" && a.unlisted && allow > 0 && deny > 0 {
		r.Actual = fmt.Sprintf("at %s rules that allow and rules that deny are mixed; their order decides", a.location)
		r.Cites = a.entries.cites
	}
	return r, r.Actual != ""
}

// prepareLocation reads the Address of a kind that judges address rules.
func prepareLocation(c evidence.Check, judge func(Case, addressRules) []evidence.Reason, expected string) (Judge, error) {
	pattern, element, _, err := iisAddress(c.Address)
	if err != nil {
		return nil, err
	}
	if element != "" && element != ipSecurity {
		return nil, fmt.Errorf("address %q names another section than %s", c.Address, ipSecurity)
	}
	return func(at Case) []evidence.Reason {
		v := iisView{at.Facts, at.Site}
		return v.eachTarget(c.Address, pattern, ipSecurity, expected, func(location string) []evidence.Reason {
			rules := v.addressRules(location)
			reasons := judge(at, rules)
			if len(reasons) == 1 && reasons[0].Result == evidence.Pass {
				reasons = append(reasons, v.moduleMissing(reasons[0])...)
				reasons = append(reasons, v.unseenBelow(location, ipSecurity, expected)...)
			}
			return reasons
		})
	}, nil
}

func noWant(c evidence.Check) error {
	if len(c.Want) > 0 {
		return fmt.Errorf("want %q has no meaning here", c.Want)
	}
	return nil
}
