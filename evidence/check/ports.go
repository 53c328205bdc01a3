package check

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"auditpack/evidence"
)

// portClosed judges that nobody outside reaches a port.
var portClosed = &Kind{
	Name: "port-closed",
	Doc: "inbound:tcp/3389, inbound:udp/70-74 or inbound:any/8002. The port is closed if no effective rule lets anyone in, in any profile, " +
		"or nothing that listens there can be reached from outside. Want: \"unless domain-member\" or \"unless database-separate\" (then it does not apply; the second by the answers), " +
		"\"except loopback\" (always so; for the reader). \"at registry:KEY!NAME\": the port is the number of this value, which has to be known; the Address's own where it is absent. " +
		"\"also at registry:KEY!NAME\": so is the number of this value where it is known, besides the Address's own. " +
		"\"with NAME\": so are the ports on which a program or service of that name is shown to listen.",
	Prepare: func(c evidence.Check) (Judge, error) {
		in, err := inboundOf(c)
		if err != nil {
			return nil, err
		}
		unlessMember, unlessSeparate := false, false
		var follow portFollow
		for _, want := range c.Want {
			word, rest, _ := strings.Cut(want, " ")
			switch {
			case want == "unless domain-member":
				unlessMember = true
			case want == "unless database-separate":
				unlessSeparate = true
			case want == "except loopback":
			case word == "at" && evidence.Address(rest).Kind() == "registry" && follow.at == "":
				follow.at = evidence.Address(rest)
			case strings.HasPrefix(want, "also at ") && evidence.Address(want[len("also at "):]).Kind() == "registry" && follow.at == "":
				follow.at, follow.also = evidence.Address(want[len("also at "):]), true
			case word == "with" && rest != "":
				follow.with = append(follow.with, rest)
			default:
				return nil, fmt.Errorf("want %q is none of %q, %q, %q, at registry:KEY!NAME, also at registry:KEY!NAME, with NAME", want, "unless domain-member", "unless database-separate", "except loopback")
			}
		}
		return func(cs Case) []evidence.Reason {
			if unlessSeparate && cs.Answers.DatabaseHost == databaseSeparate {
				r, _ := whereDatabase(cs, databaseSame)
				return []evidence.Reason{r}
			}
			return judgeClosed(cs, in, unlessMember, follow)
		}, nil
	},
}

func judgeClosed(c Case, in inbound, unlessMember bool, follow portFollow) []evidence.Reason {
	moved := follow.port(c.Facts, in.ports)
	var reasons []evidence.Reason
	if moved.doubt != nil {
		if reasons = append(reasons, *moved.doubt); !follow.also {
			return reasons
		}
	}
	for _, protocol := range in.protocols {
		n := c.network(protocol)
		ports := follow.programs(n.listening, moved.ports)
		label := portLabel(protocol, ports)
		address := evidence.Address("inbound:" + protocol + "/" + strings.ReplaceAll(ports.String(), ", ", ","))
		r := n.closed(address, ports, "nobody outside reaches "+label, nil)
		r.Cites = appendNew(r.Cites, moved.cites...)
		r.Note = strings.Trim(r.Note+"; "+moved.note, "; ")
		if unlessMember {
			r = exceptMember(c, r)
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// exceptMember turns the Reason about an open port into not applicable on a member of a domain. What is closed stays a
// pass: that needs no excuse.
func exceptMember(c Case, r evidence.Reason) evidence.Reason {
	if r.Result == evidence.Pass {
		return r
	}
	o := c.Facts.Lookup("system:domain-member")
	intended := c.Answers != nil && c.Answers.DomainMember != nil
	switch {
	case o.State == evidence.Found && strings.EqualFold(o.Value().String(), "yes"):
		if intended && !*c.Answers.DomainMember {
			r.Result, r.Note = evidence.NeedsReview, "the host is a member of a domain; the answers say that it is not meant to be"
		} else {
			r.Result, r.Note = evidence.NotApplicable, "the host is a member of a domain, which may use this port"
		}
		r.Cites = append(slices.Clone(r.Cites), o.Cites...)
	case o.State == evidence.Found:
	case r.Result == evidence.Fail:
		r.Result, r.Note = evidence.NeedsReview, "whether the host is a member of a domain, which may use this port, is not shown"
		if intended && !*c.Answers.DomainMember {
			r.Note += "; the answers say that it is not meant to be"
		}
	}
	return r
}

// portOpen judges that a port is let in.
var portOpen = &Kind{
	Name: "port-open",
	Doc:  "inbound:udp/75 without Want: the firewall lets the port in, in every profile. Whether something listens is noted.",
	Prepare: func(c evidence.Check) (Judge, error) {
		in, err := inboundOf(c)
		if err != nil {
			return nil, err
		}
		if len(c.Want) > 0 {
			return nil, fmt.Errorf("wants nothing but the address")
		}
		return func(cs Case) []evidence.Reason { return judgeOpen(cs, in) }, nil
	},
}

func judgeOpen(c Case, in inbound) []evidence.Reason {
	var reasons []evidence.Reason
	for _, protocol := range in.protocols {
		n := c.network(protocol)
		label := portLabel(protocol, in.ports)
		r, _ := n.open(in.ports, "the firewall lets in "+label)
		r.Address = evidence.Address("inbound:" + protocol + "/" + in.ports.String())
		outside, _ := n.listening.on(in.ports)
		switch {
		case len(outside) > 0:
			r.Note = strings.TrimPrefix(r.Note+"; "+outside[0].label(), "; ")
			r.Cites = appendNew(slices.Clone(r.Cites), outside[0].cites...)
		case n.listening.missing == "":
			r.Note = strings.TrimPrefix(r.Note+"; nothing listens there that could be reached", "; ")
		default:
			r.Note = strings.TrimPrefix(r.Note+"; "+n.listening.missing, "; ")
		}
		reasons = append(reasons, r)
	}
	return reasons
}

// open judges that the firewall lets in each of ports in every profile, whatever listens there. The openings are those
// that are sure.
func (n network) open(ports evidence.Ports, expected string) (evidence.Reason, []opening) {
	r := evidence.Reason{Expected: expected}
	var shut []string // profiles in which a port is not let in
	var shutPorts []evidence.PortRange
	var sure, doubts []opening
	for _, p := range n.firewall.profiles {
		for _, l := range probes(n.protocol, ports, n.listening) {
			way, ok := n.firewall.bestInto(p, l)
			switch {
			case !ok:
				shut = appendNew(shut, p.name)
				shutPorts = append(shutPorts, evidence.PortRange{From: l.Port(), To: l.Port()})
			case way.sure:
				sure = append(sure, way)
			default:
				doubts = append(doubts, way)
			}
		}
		r.Cites = appendNew(r.Cites, p.enabled.cites...)
	}
	problems := n.firewall.problems
	label := portLabel(n.protocol, evidence.NewPorts(shutPorts...))
	switch {
	case len(n.firewall.missing) > 0:
		r.Result, r.Actual = evidence.NotCollected, "of the firewall nobody collected "+strings.Join(n.firewall.missing, ", ")
	case len(shut) > 0 && len(problems) > 0:
		r.Result, r.Actual = evidence.NeedsReview, problems[0].Message
		r.Cites = []evidence.Citation{problems[0].Cite}
	case len(shut) == len(evidence.Profiles):
		r.Result, r.Actual = evidence.Fail, "no active rule lets in "+label
		r.Cites = appendNew(n.firewall.covers, r.Cites...)
	case len(shut) > 0:
		r.Result = evidence.NeedsReview
		r.Actual = label + " is let in, but not in the " + strings.Join(shut, " and ") + " profile; which profile is active is not shown"
		r.Cites = appendNew(citesOf(append(sure, doubts...)), r.Cites...)
	case len(doubts) > 0:
		r.Result, r.Actual = evidence.NeedsReview, doubts[0].how()+", but "+doubts[0].doubt
		r.Cites = appendNew(citesOf(doubts), r.Cites...)
	default:
		r.Result, r.Actual = evidence.Pass, sure[0].how()
		r.Cites = appendNew(citesOf(sure), r.Cites...)
	}
	r.Cites = fewCites(r.Cites)
	return r, sure
}

// bestInto returns the surest way in to a listener in a profile. Where nothing listens, a rule that names no port is
// for other traffic and no answer to whether this port is let in.
func (fw *firewall) bestInto(p profile, l listener) (opening, bool) {
	var best opening
	found := false
	for _, o := range fw.into(p, l) {
		if len(l.cites) == 0 && !o.sure && o.rule != nil && o.rule.AnyPort() {
			continue
		}
		if !found || o.sure && !best.sure {
			best, found = o, true
		}
	}
	best.profiles = []string{p.name}
	return best, found
}

// how says by what an opening is one.
func (o opening) how() string {
	if o.rule == nil {
		return o.because
	}
	return o.rule.label() + " allows it from " + remoteLabel(o.rule.FirewallRule)
}

// probes returns what listens on ports, and a listener of an unknown program for each port on which nothing does.
func probes(protocol string, ports evidence.Ports, v *listening) []listener {
	outside, _ := v.on(ports)
	taken := evidence.Ports{}
	for _, l := range outside {
		taken = append(taken, evidence.PortRange{From: l.Port(), To: l.Port()})
	}
	for _, r := range ports.Minus(evidence.NewPorts(taken...)) {
		for port := int(r.From); port <= int(r.To); port++ {
			e := evidence.Endpoint{Protocol: protocol, AddrPort: netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(port))}
			outside = append(outside, listener{Endpoint: e})
		}
	}
	return outside
}

// portsOnly judges that nothing but the listed ports is reached from outside.
var portsOnly = &Kind{
	Name: "ports-only",
	Doc:  "inbound: with the ports that may be reached as Want: udp/75, tcp/443. Every listener that can be reached from outside on another port fails.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address != "inbound:" {
			return nil, fmt.Errorf("address %q where inbound: is wanted", c.Address)
		}
		allowed := map[string][]evidence.PortRange{}
		for _, want := range c.Want {
			in, err := parseInbound(want)
			if err != nil {
				return nil, err
			}
			for _, protocol := range in.protocols {
				allowed[protocol] = append(allowed[protocol], in.ports...)
			}
		}
		return func(cs Case) []evidence.Reason { return judgeOnly(cs, allowed, strings.Join(c.Want, ", ")) }, nil
	},
}

func judgeOnly(c Case, allowed map[string][]evidence.PortRange, listed string) []evidence.Reason {
	expected := "nothing but " + listed + " is reached from outside"
	var reasons []evidence.Reason
	for _, protocol := range []string{"tcp", "udp"} {
		n := c.network(protocol)
		others := evidence.NewPorts(evidence.PortRange{To: 65535}).Minus(evidence.NewPorts(allowed[protocol]...))
		whole := n.closed(evidence.Address("inbound:"+protocol), others, expected, nil)
		if whole.Result != evidence.Fail && whole.Result != evidence.NeedsReview {
			if whole.Result == evidence.Pass {
				whole.Actual = "nothing else can be reached over " + strings.ToUpper(protocol)
				whole.Cites = fewCites(whole.Cites)
			}
			reasons = append(reasons, whole)
			continue
		}
		found := false
		outside, _ := n.listening.on(others)
		var ports []evidence.PortRange
		for _, l := range outside {
			ports = append(ports, evidence.PortRange{From: l.Port(), To: l.Port()})
		}
		slices.SortFunc(ports, func(a, b evidence.PortRange) int { return int(a.From) - int(b.From) })
		for _, port := range slices.Compact(ports) {
			address := evidence.Address("inbound:" + protocol + "/" + port.String())
			r := n.closed(address, evidence.NewPorts(port), expected, nil)
			if r.Result == evidence.Fail || r.Result == evidence.NeedsReview {
				reasons = append(reasons, r)
				found = true
			}
		}
		if !found {
			reasons = append(reasons, whole)
		}
	}
	return reasons
}
