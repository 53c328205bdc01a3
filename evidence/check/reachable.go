package check

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// Reachable returns who reaches each port on which something listens that is not for the host alone: a Setting
// inbound:tcp/443 with the addresses that the firewall lets in, by profile. What is not sure says perhaps. It is worked
// out from all rules and listeners together, as the Checks of kind port-closed do it, so that a rule which is renamed,
// split or shadowed by another changes nothing here. protocols are those of which both views were collected.
//
// Ports from first up are left out: those are given to programs as they come.
func Reachable(f *evidence.Facts, first uint16) (settings []evidence.Setting, protocols []string) {
	for _, protocol := range []string{"tcp", "udp"} {
		n := viewNetwork(f, protocol)
		if n.missing() != "" {
			continue
		}
		protocols = append(protocols, protocol)
		outside, _ := n.listening.on(evidence.NewPorts(evidence.PortRange{From: 1, To: first - 1}))
		byPort := map[uint16][]listener{}
		var ports []uint16
		for _, l := range outside {
			if byPort[l.Port()] == nil {
				ports = append(ports, l.Port())
			}
			byPort[l.Port()] = append(byPort[l.Port()], l)
		}
		slices.Sort(ports)
		for _, port := range ports {
			openings := n.firewall.openings(byPort[port])
			cites := citesOf(openings)
			for _, l := range byPort[port] {
				cites = append(cites, l.cites...)
			}
			if len(cites) == 0 {
				continue
			}
			only := evidence.PortRange{From: port, To: port}
			settings = append(settings, evidence.Setting{
				Address: evidence.Address("inbound:" + protocol + "/" + only.String()), Value: reach(openings), Cite: cites[0],
			})
		}
	}
	return settings, protocols
}

// reach says in one line who is let in, by profile.
func reach(openings []opening) evidence.Text {
	var parts []string
	for _, profile := range evidence.Profiles {
		var sure, doubtful []string
		for _, o := range openings {
			if !slices.Contains(o.profiles, profile) {
				continue
			}
			from := "any address"
			if o.rule != nil {
				from = remoteLabel(o.rule.FirewallRule)
			}
			if o.sure {
				sure = appendNew(sure, from)
			} else {
				doubtful = appendNew(doubtful, "perhaps "+from)
			}
		}
		slices.Sort(sure)
		slices.Sort(doubtful)
		switch {
		case slices.Contains(sure, "any address"):
			parts = append(parts, profile+": any address")
		case len(sure)+len(doubtful) > 0:
			parts = append(parts, profile+": "+strings.Join(append(sure, doubtful...), ", "))
		}
	}
	if len(parts) == 0 {
		return "nobody is let in"
	}
	return evidence.Text(strings.Join(parts, "; "))
}
