package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

func networkKinds() []*Kind {
	return []*Kind{firewallOn, portClosed, portOpen, portsOnly, portScope, technicianRange}
}

// firewallOn judges whether the host's firewall is on in each profile.
var firewallOn = &Kind{
	Name: "firewall-on",
	Doc:  "firewall-profile: without Want: Windows Defender Firewall is on in all three profiles; Group Policy beats the host's own value.",
	Prepare: func(c evidence.Check) (Judge, error) {
		if c.Address.Kind() != "firewall-profile" || len(c.Want) > 0 {
			return nil, fmt.Errorf("wants the address firewall-profile: and nothing else")
		}
		return judgeFirewallOn, nil
	},
}

func judgeFirewallOn(c Case) []evidence.Reason {
	var reasons []evidence.Reason
	service := disabledService(c.Facts)
	for _, name := range evidence.Profiles {
		v := lookupProfile(c.Facts, name, "EnableFirewall")
		shown := lookupShown(c.Facts, name, "EnableFirewall")
		r := evidence.Reason{
			Address:  evidence.Address("firewall-profile:" + strings.ToLower(name) + "@EnableFirewall"),
			Expected: "the firewall is on in the " + name + " profile",
			Cites:    v.cites,
		}
		switch {
		case shown.state == evidence.Found && v.state == evidence.Found && shown.n != v.n:
			r.Result = evidence.NeedsReview
			r.Actual = fmt.Sprintf("the items disagree: %s and %s", onOff(v), onOff(shown))
			r.Cites = append(r.Cites, shown.cites...)
		case v.state == evidence.Unknown:
			r.Result, r.Actual = evidence.NotCollected, v.why
		case v.is(1) && v.part:
			r.Result, r.Actual = evidence.NotCollected, "on by the host's own setting; "+unreadPolicy
		case v.is(1) && service.state == evidence.Found:
			r.Result, r.Actual = evidence.NeedsReview, "switched on, but "+service.why
			r.Cites = append(slices.Clone(service.cites), r.Cites...)
		case v.is(1):
			r.Result, r.Actual = evidence.Pass, "on in the "+name+" profile"
		case v.is(0) && v.part:
			r.Result, r.Actual = evidence.NeedsReview, "off by the host's own setting; "+unreadPolicy
		case v.is(0):
			r.Result, r.Actual = evidence.Fail, "off in the "+name+" profile"
		default:
			r.Result, r.Actual = evidence.NeedsReview, v.doubt("EnableFirewall")
		}
		reasons = append(reasons, r)
	}
	return reasons
}

func onOff(v profileValue) string {
	if v.n == 0 {
		return "off"
	}
	return "on"
}
