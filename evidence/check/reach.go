package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"auditpack/evidence"
)

// opening is one way in: listeners that others can reach because of a rule, or because the firewall stops nothing.
type opening struct {
	rule      *rule // nil: no rule is needed
	because   string
	profiles  []string
	listeners []listener
	sure      bool
	doubt     string // why not sure
	notes     []string
	cites     []evidence.Citation
}

// openings lists the ways in to some listeners, the sure ones first and otherwise in the order of profiles and rules.
func (fw *firewall) openings(listeners []listener) []opening {
	var found []opening
	add := func(o opening, profile string, l listener) {
		for i := range found {
			same := &found[i]
			if same.rule == o.rule && same.because == o.because && same.sure == o.sure && same.doubt == o.doubt {
				if !slices.Contains(same.profiles, profile) {
					same.profiles = append(same.profiles, profile)
				}
				if !slices.ContainsFunc(same.listeners, func(have listener) bool { return have.Endpoint == l.Endpoint }) {
					same.listeners = append(same.listeners, l)
				}
				same.notes = appendNew(same.notes, o.notes...)
				same.cites = appendNew(same.cites, o.cites...)
				return
			}
		}
		o.profiles, o.listeners = []string{profile}, []listener{l}
		found = append(found, o)
	}
	for _, p := range fw.profiles {
		for _, l := range listeners {
			for _, o := range fw.into(p, l) {
				if l.contested && o.sure {
					o.sure, o.doubt = false, "the items disagree whether anything listens there"
				}
				add(o, p.name, l)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b opening) int {
		switch {
		case a.sure == b.sure:
			return 0
		case a.sure:
			return -1
		}
		return 1
	})
	return found
}

// into lists the ways in to one listener in one profile.
func (fw *firewall) into(p profile, l listener) []opening {
	var found []opening
	switch {
	case p.enabled.is(0):
		return []opening{{because: "the firewall is off", sure: !p.enabled.part, doubt: partDoubt(p.enabled), cites: p.enabled.cites}}
	case !p.enabled.is(1) && p.enabled.state != evidence.Unknown: // and if it is on, what a rule lets in is open all the same
		found = append(found, opening{because: "the firewall may be off", doubt: p.enabled.doubt("EnableFirewall"), cites: p.enabled.cites})
	case p.enabled.is(1) && p.disabled.state == evidence.Found:
		found = append(found, opening{because: "the firewall is switched on", doubt: p.disabled.why, cites: p.disabled.cites})
	}
	if p.noExceptions.is(1) {
		return found
	}
	blocks := fw.matching(p, l, "Block")
	if p.defaultIn.is(0) {
		o := opening{because: "the profile lets in what no rule blocks", sure: !p.defaultIn.part, doubt: partDoubt(p.defaultIn), cites: p.defaultIn.cites}
		if everything := (evidence.FirewallRule{}); !blockedBy(blocks, everything, l, &o) {
			found = append(found, o)
		}
	} else if p.defaultIn.state == evidence.Conflicting || p.defaultIn.state == evidence.Unclear {
		found = append(found, opening{because: "the profile may let in what no rule blocks",
			doubt: p.defaultIn.doubt("DefaultInboundAction"), cites: p.defaultIn.cites})
	}
	for _, m := range fw.matching(p, l, "Allow") {
		o := opening{rule: m.rule, sure: m.doubt == "", doubt: m.doubt, cites: m.rule.cites}
		if o.sure && m.rule.Action == "ByPass" {
			o.sure, o.doubt = false, "it is for authenticated computers only"
		}
		if o.sure && (p.enabled.part || strings.HasPrefix(string(m.rule.address), string(evidence.LocalRules)) && p.mergeLocal.state == evidence.Unknown) {
			o.sure, o.doubt = false, unreadPolicy
		}
		if m.rule.Action == "ByPass" || !blockedBy(blocks, m.rule.FirewallRule, l, &o) {
			found = append(found, o)
		}
	}
	return found
}

const unreadPolicy = "Group Policy was not collected and may say otherwise"

func partDoubt(v profileValue) string {
	if v.part {
		return unreadPolicy
	}
	return ""
}

// doubt says why a value that was looked at decides nothing.
func (v profileValue) doubt(name string) string {
	switch v.state {
	case evidence.Found:
		return fmt.Sprintf("%s is %d", name, v.n)
	case evidence.Missing:
		return name + " is in no store"
	}
	return v.why
}

// ruleMatch is a rule that concerns a listener.
type ruleMatch struct {
	rule    *rule
	doubt   string // why it may not
	assumed bool   // the program that listens is not known and taken for the rule's
}

// matching lists the active inbound rules with an action that concern a listener in a profile. ByPass goes with Allow.
func (fw *firewall) matching(p profile, l listener, action string) []ruleMatch {
	var found []ruleMatch
	for i := range fw.rules {
		r := &fw.rules[i]
		if r.Action != action && !(action == "Allow" && r.Action == "ByPass") || !r.In(p.name) {
			continue
		}
		if strings.HasPrefix(string(r.address), string(evidence.LocalRules)) && p.mergeLocal.is(0) {
			continue
		}
		if m, ok := concerns(r, l); ok {
			found = append(found, m)
		}
	}
	return found
}

// concerns tells whether a rule concerns a listener.
func concerns(r *rule, l listener) (ruleMatch, bool) {
	m := ruleMatch{rule: r}
	if !r.Covers(l.Protocol) || !touchesFamily(r.RemoteAddresses, r.RemoteWords, l) || onlyLoopback(r) {
		return m, false
	}
	if !r.AnyLocal() {
		if len(r.LocalWords) > 0 {
			m.doubt = "it is for some of the host's addresses only"
		} else if !l.Addr().IsUnspecified() && !anyHolds(r.LocalAddresses, l.Addr()) || !touchesFamily(r.LocalAddresses, nil, l) {
			return m, false
		}
	}
	port, named, doubt := portMatch(r.FirewallRule, l)
	if !port {
		return m, false
	}
	m.doubt = orElse(m.doubt, doubt)
	if !m.program(l, named) {
		return m, false
	}
	if len(r.Narrowing) > 0 {
		m.doubt = orElse(m.doubt, "it is for some traffic only ("+narrowingNames(r.Narrowing)+")")
	}
	if r.contested {
		m.doubt = orElse(m.doubt, "the items disagree about it")
	}
	if r.Older {
		m.doubt = orElse(m.doubt, "it is an exception of the older form, and whether it counts beside today's rules is not shown")
	}
	return m, true
}

// program joins the rule's program and service with those that listen. A rule that names the port and a program is
// taken to be about the listener there unless another program is known to be it.
func (m *ruleMatch) program(l listener, portNamed bool) bool {
	r := m.rule
	if r.Program != "" {
		is, known := l.runs(r.Program)
		switch {
		case known && !is:
			return false
		case !known:
			m.assumed = true
			if !portNamed {
				m.doubt = orElse(m.doubt, "it is for "+r.Program+", and which program listens was not shown")
			}
		}
	}
	if r.Service != "" && r.Service != "*" && !portNamed {
		// netstat names one service of a process that can host many, so that another name proves nothing.
		if is, _ := l.hosts(r.Service); !is {
			m.assumed = true
			m.doubt = orElse(m.doubt, "it is for the service "+r.Service+", which is not shown to be the one that listens")
		}
	}
	if r.Program == "" && packaged(r.Narrowing) && l.isInbox() {
		return false
	}
	return true
}

// packaged reports whether a rule is for a packaged app.
func packaged(narrowing []evidence.RuleToken) bool {
	return slices.ContainsFunc(narrowing, func(t evidence.RuleToken) bool { return t.Name == "AppPkgId" || t.Name == "PFN" })
}

// inbox are programs that host services or belong to the system and never run as a packaged app.
var inbox = []string{"system", "svchost.exe", "services.exe", "lsass.exe", "wininit.exe", "spoolsv.exe", "mysqld.exe"}

func (l listener) isInbox() bool {
	names := l.names()
	return len(names) > 0 && !slices.ContainsFunc(names, func(n string) bool { return !slices.Contains(inbox, n) })
}

// Ports that Windows gives to programs that ask for none, unless it was told otherwise.
var dynamicPorts = evidence.PortRange{From: 49152, To: 65535}

// portMatch tells whether a rule is about the listener's port, and whether it names it.
func portMatch(r evidence.FirewallRule, l listener) (is, named bool, doubt string) {
	if r.AnyPort() {
		return true, false, ""
	}
	if r.LocalPorts.Contains(l.Port()) {
		return true, true, ""
	}
	for _, word := range r.PortWords {
		switch word {
		case "RPC-EPMap":
			is = l.Protocol == "tcp" && l.Port() == 135
		case "IPTLSIn", "IPHTTPSIn":
			is = l.Protocol == "tcp" && l.Port() == 443
		case "mDNS":
			is = l.Protocol == "udp" && l.Port() == 5353
		case "RPC", "Teredo", "Ply2Disc", "TcpCDPSvc", "UdpCDPSvc":
			if dynamicPorts.From <= l.Port() {
				return true, false, "it is for the ports that Windows gives out (" + word + ")"
			}
		default:
			return true, false, "it is for ports that it calls " + word
		}
		if is {
			return true, true, ""
		}
	}
	return false, false, ""
}

// blockedBy reports whether a block rule takes away all that an allow rule lets in. What takes away a part is noted; what
// takes away all if the program or service that listens is the rule's own leaves a doubt.
func blockedBy(blocks []ruleMatch, allow evidence.FirewallRule, l listener, o *opening) bool {
	for _, b := range blocks {
		service, known := l.hosts(b.rule.Service)
		others := b.rule.Service != "" && known && !service
		all := (b.doubt == "" || b.assumed) && !others && len(b.rule.RemotePorts) == 0 && len(b.rule.Narrowing) == 0 &&
			!b.rule.contested && coversLocal(b.rule.FirewallRule, l) && coversRemote(b.rule.FirewallRule, allow, l)
		switch {
		case all && !b.assumed && coversProgram(b.rule.FirewallRule, allow):
			return true
		case all:
			o.sure, o.doubt = false, orElse(o.doubt, b.rule.label()+" blocks it if its program or service is the one that listens")
		default:
			o.notes = appendNew(o.notes, b.rule.label()+" blocks a part of it")
		}
		o.cites = appendNew(o.cites, b.rule.cites...)
	}
	return false
}

// coversProgram reports whether a block rule is about every program that an allow rule lets in. A listener's program is
// known by the name of its file alone, and by one of its services: a rule for a path or a service may be another's.
func coversProgram(b, allow evidence.FirewallRule) bool {
	program := b.Program == "" || strings.EqualFold(b.Program, "System") || strings.EqualFold(b.Program, allow.Program)
	return program && (b.Service == "" || strings.EqualFold(b.Service, allow.Service))
}

// coversLocal reports whether a block rule is about each address that the listener is bound to.
func coversLocal(b evidence.FirewallRule, l listener) bool {
	return b.AnyLocal() || !l.Addr().IsUnspecified() && anyHolds(b.LocalAddresses, l.Addr())
}

// coversRemote reports whether a block rule is about all the remote addresses that an allow rule lets in.
func coversRemote(b, allow evidence.FirewallRule, l listener) bool {
	if b.AnyRemote() {
		return true
	}
	for _, word := range allow.RemoteWords {
		if !slices.ContainsFunc(b.RemoteWords, func(w string) bool { return strings.EqualFold(w, word) }) {
			return false
		}
	}
	ranges := allow.RemoteAddresses
	if allow.AnyRemote() {
		ranges = []evidence.AddressRange{evidence.PrefixRange(netip.MustParsePrefix("0.0.0.0/0"))}
		if l.Addr().Is6() {
			ranges = append(ranges, evidence.PrefixRange(netip.MustParsePrefix("::/0")))
		}
	}
	for _, r := range ranges {
		if !evidence.CoverRange(b.RemoteAddresses, r) {
			return false
		}
	}
	return true
}

// touchesFamily reports whether addresses leave room for the family of the listener. A listener on [::] can take both.
func touchesFamily(ranges []evidence.AddressRange, words []string, l listener) bool {
	if len(ranges) == 0 || len(words) > 0 || l.Addr() == netip.IPv6Unspecified() {
		return true
	}
	return slices.ContainsFunc(ranges, func(r evidence.AddressRange) bool { return r.From.Is4() == l.Addr().Unmap().Is4() })
}

// onlyLoopback reports whether a rule is about traffic of the host with itself.
func onlyLoopback(r *rule) bool {
	loop := func(ranges []evidence.AddressRange, words []string) bool {
		return len(ranges) > 0 && len(words) == 0 && !slices.ContainsFunc(ranges, func(r evidence.AddressRange) bool {
			return !r.From.IsLoopback() || !r.To.IsLoopback()
		})
	}
	return loop(r.RemoteAddresses, r.RemoteWords) || loop(r.LocalAddresses, r.LocalWords)
}

func anyHolds(ranges []evidence.AddressRange, a netip.Addr) bool {
	return slices.ContainsFunc(ranges, func(r evidence.AddressRange) bool { return r.Holds(a) })
}

func narrowingNames(tokens []evidence.RuleToken) string {
	var names []string
	for _, t := range tokens {
		names = appendNew(names, t.Name)
	}
	return strings.Join(names, ", ")
}

func orElse(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// appendNew appends those of add that are not there yet. It never writes into the array behind to, which may be shared.
func appendNew[T comparable](to []T, add ...T) []T {
	to = slices.Clip(to)
	for _, a := range add {
		if !slices.Contains(to, a) {
			to = append(to, a)
		}
	}
	return to
}
