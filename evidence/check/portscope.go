package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

// portScope judges from where a port is reached.
var portScope = &Kind{
	Name: "port-scope",
	Doc: "inbound:tcp/3306 with Want \"from ADDRESS …\" (addresses, prefixes, FIRST-LAST) or \"from private\": nobody else outside reaches the port. " +
		"Several lines are alternatives that add up. A further line \"where database-separate\": judged only where the answers say so.",
	Prepare: func(c evidence.Check) (Judge, error) {
		in, err := inboundOf(c)
		if err != nil {
			return nil, err
		}
		const onlySeparate = "where database-separate"
		scope := slices.DeleteFunc(slices.Clone(c.Want), func(w string) bool { return w == onlySeparate })
		allowed, err := parseScope(scope)
		if err != nil {
			return nil, err
		}
		return func(cs Case) []evidence.Reason {
			if slices.Contains(c.Want, onlySeparate) {
				if r, ok := whereDatabase(cs, databaseSeparate); !ok {
					return []evidence.Reason{r}
				}
			}
			return judgeScope(cs, in, allowed, strings.Join(scope, ", "))
		}, nil
	},
}

// privateNetworks are the addresses that no router of the Internet carries: RFC 1918, RFC 4193, link-local.
var privateNetworks = []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"}

func parseScope(want []string) ([]evidence.AddressRange, error) {
	var texts []string
	for _, w := range want {
		rest, ok := strings.CutPrefix(w, "from ")
		if !ok {
			return nil, fmt.Errorf("want %q does not begin with from", w)
		}
		for _, text := range strings.Fields(strings.ReplaceAll(rest, ",", " ")) {
			if text == "private" {
				texts = append(texts, privateNetworks...)
			} else {
				texts = append(texts, text)
			}
		}
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("wants from private or from ADDRESS")
	}
	var ranges []evidence.AddressRange
	for _, text := range texts {
		r, err := evidence.ParseAddressRange(text)
		if err != nil {
			return nil, err
		}
		ranges = append(ranges, r)
	}
	return ranges, nil
}

func judgeScope(c Case, in inbound, allowed []evidence.AddressRange, want string) []evidence.Reason {
	accept := func(o opening) (evidence.Result, string) { return scopeResult(o, allowed) }
	var reasons []evidence.Reason
	for _, protocol := range in.protocols {
		expected := portLabel(protocol, in.ports) + " is reached only " + want
		address := evidence.Address("inbound:" + protocol + "/" + in.ports.String())
		reasons = append(reasons, c.network(protocol).closed(address, in.ports, expected, accept))
	}
	return reasons
}

// scopeResult tells whether an opening lets in only addresses that are allowed.
func scopeResult(o opening, allowed []evidence.AddressRange) (evidence.Result, string) {
	if o.rule == nil || o.rule.AnyRemote() {
		return evidence.Fail, ""
	}
	for _, r := range o.rule.RemoteAddresses {
		if !evidence.CoverRange(allowed, r) {
			return evidence.Fail, ""
		}
	}
	words := o.rule.RemoteWords
	switch {
	case slices.ContainsFunc(words, func(word string) bool { return strings.EqualFold(word, "IntErnet") }):
		return evidence.Fail, ""
	case len(words) > 0:
		return evidence.NeedsReview, "which addresses " + remoteLabel(evidence.FirewallRule{RemoteWords: words}) + " has is not shown"
	}
	return evidence.Pass, ""
}

// technicianRange judges the range of ports that the guide sizes by the number of technicians.
var technicianRange = &Kind{
	Name: "technician-range",
	Doc: "inbound:tcp/40000 without Want: the firewall lets in the ports from there to four times the number of technicians above it, " +
		"and of the thousand ports above no more. The number stands in the answers (technicians).",
	Prepare: func(c evidence.Check) (Judge, error) {
		in, err := inboundOf(c)
		if err != nil {
			return nil, err
		}
		if len(c.Want) > 0 || len(in.protocols) != 1 || in.ports[0].From != in.ports[0].To {
			return nil, fmt.Errorf("wants one port of one protocol and nothing else")
		}
		return func(cs Case) []evidence.Reason {
			return []evidence.Reason{judgeTechnicians(cs, in.protocols[0], in.ports[0].From)}
		}, nil
	},
}

// portsPerTechnician is the guide's factor; beyondRange is how far above the range too wide a rule is looked for.
const (
	portsPerTechnician = 4
	beyondRange        = 1000
)

func judgeTechnicians(c Case, protocol string, first uint16) evidence.Reason {
	address := evidence.Address(fmt.Sprintf("inbound:%s/%d", protocol, first))
	if c.Answers == nil || c.Answers.Technicians == nil {
		return evidence.Reason{Result: evidence.NeedsReview, Address: address, Fact: "technicians",
			Expected: fmt.Sprintf("the firewall lets in %s %d to %d plus four times the number of technicians", strings.ToUpper(protocol), first, first),
			Actual:   "the number of technicians is not known: give it in the answers (technicians)"}
	}
	end := int(first) + portsPerTechnician**c.Answers.Technicians
	if *c.Answers.Technicians < 0 || end > 65535 {
		return evidence.Reason{Result: evidence.NeedsReview, Address: address,
			Expected: "a number of technicians whose ports fit",
			Actual:   fmt.Sprintf("the answers say %d technicians", *c.Answers.Technicians)}
	}
	wanted := evidence.NewPorts(evidence.PortRange{From: first, To: uint16(end)})
	n := c.network(protocol)
	r, sure := n.open(wanted, "the firewall lets in "+portLabel(protocol, wanted)+" and not more of the ports above")
	r.Address = address
	if r.Result == evidence.Pass || r.Result == evidence.NeedsReview {
		n.tooWide(&r, sure, evidence.NewPorts(evidence.PortRange{From: uint16(end), To: uint16(min(end+beyondRange, 65535))}).Minus(wanted))
	}
	return r
}

// tooWide turns r into a fail where something that lets in the range, or a part of it, lets in ports above it, too.
func (n network) tooWide(r *evidence.Reason, openings []opening, above evidence.Ports) {
	for _, o := range openings {
		more := above
		if o.rule != nil && !o.rule.AnyPort() {
			more = o.rule.LocalPorts.Intersect(above)
		}
		if len(more) > 0 {
			r.Result = evidence.Fail
			r.Actual = o.how() + ", and " + portLabel(n.protocol, more) + " as well"
			r.Cites = o.cites
			return
		}
	}
}
