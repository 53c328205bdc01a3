package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// NetFirewallRules is what Get-NetFirewallRule shows, joined with its filters.
var NetFirewallRules = &Format{
	Name:      "firewall rules",
	Doc:       "Get-NetFirewallRule as JSON or CSV, joined with the filters for ports, addresses and programs",
	Collector: "firewall",
	Kinds:     []string{"firewall-rule"},
	Recognise: func(h Head) Match {
		if !shows(h.Text, "Enabled", "Direction", "Action") || !shows(h.Text, "DisplayName") && !shows(h.Text, "Name") {
			return Match{}
		}
		if !shows(h.Text, "Protocol", "LocalPort") {
			return Match{Sure: 80, Refused: firewallUnjoined}
		}
		return Match{Sure: 80}
	},
	Read: readNetFirewallRules,
}

const firewallUnjoined = "it shows firewall rules without their ports: join Get-NetFirewallPortFilter, or export the registry key FirewallPolicy"

func readNetFirewallRules(s Source, to evidence.Sink) error {
	objects, err := shownObjects(s)
	if err != nil {
		return err
	}
	if len(objects) == 0 {
		return refuse("it shows no rule")
	}
	for _, o := range objects {
		if !o.has("Protocol", "LocalPort") {
			return refuse(firewallUnjoined)
		}
		id := o.one("InstanceID")
		for _, name := range []string{"ID", "Name", "DisplayName"} {
			if id == "" {
				id = o.one(name)
			}
		}
		address := evidence.ShownRules + "/" + evidence.Address(id)
		rule, err := shownRule(o)
		if err != nil {
			to.Problem(evidence.Problem{Scope: address, Message: "firewall rule " + id + ": " + err.Error(), Cite: o.cite})
			continue
		}
		to.Setting(evidence.Setting{Address: address, Value: rule, Cite: o.cite})
	}
	if ownCapture(s.Item) {
		to.Covered(evidence.Coverage{Scope: evidence.ShownRules, Deep: true, Cite: objects[0].cite})
	}
	return nil
}

// shownWords are the values that cmdlets show, as numbers (JSON) and words (CSV), in the words of a rule.
var shownWords = map[string]map[string]string{
	"Enabled":   {"1": "TRUE", "true": "TRUE", "2": "FALSE", "false": "FALSE"},
	"Direction": {"1": "In", "inbound": "In", "2": "Out", "outbound": "Out"},
	"Action":    {"2": "Allow", "allow": "Allow", "4": "Block", "block": "Block"},
	"Protocol":  {"tcp": "6", "udp": "17", "icmpv4": "1", "icmpv6": "58"},
}

// shownTokens are the properties that become tokens, in the order of a rule.
var shownTokens = []struct{ property, token string }{
	{"LocalPort", "LPort"}, {"RemotePort", "RPort"}, {"LocalAddress", "LA4"}, {"RemoteAddress", "RA4"},
	{"Program", "App"}, {"Service", "Svc"}, {"Package", "AppPkgId"}, {"InterfaceAlias", "IF"}, {"InterfaceType", "IFType"},
	{"Owner", "LUOwn"}, {"LocalUser", "LUAuth"}, {"RemoteUser", "RUAuth"}, {"RemoteMachine", "RMAuth"},
}

// shownRule says in the words of a rule what a cmdlet shows.
func shownRule(o shownObject) (evidence.FirewallRule, error) {
	var tokens []evidence.RuleToken
	add := func(name, value string) { tokens = append(tokens, evidence.RuleToken{Name: name, Value: value}) }
	for _, p := range []struct{ property, token string }{{"Action", "Action"}, {"Enabled", "Active"}, {"Direction", "Dir"}} {
		value, ok := shownWords[p.property][strings.ToLower(o.one(p.property))]
		if !ok {
			return evidence.FirewallRule{}, fmt.Errorf("%s is %q, which is not understood", p.property, o.one(p.property))
		}
		add(p.token, value)
	}
	profiles, err := shownProfiles(o.all("Profile"))
	if err != nil {
		return evidence.FirewallRule{}, err
	}
	for _, p := range profiles {
		add("Profile", p)
	}
	protocol := strings.ToLower(o.one("Protocol"))
	if number, ok := shownWords["Protocol"][protocol]; ok {
		protocol = number
	}
	if protocol != "" && protocol != "any" {
		add("Protocol", protocol)
	}
	for _, p := range shownTokens {
		for _, value := range o.all(p.property) {
			for part := range strings.SplitSeq(value, ",") {
				part = strings.TrimSpace(part)
				if part == "" || strings.EqualFold(part, "Any") {
					continue
				}
				if strings.EqualFold(part, "RPCEPMap") {
					part = "RPC-EPMap"
				}
				add(p.token, part)
			}
		}
	}
	for _, property := range []string{"Authentication", "Encryption"} {
		if got := o.one(property); got != "" && got != "0" && !strings.EqualFold(got, "NotRequired") {
			add("Security", property+" "+got)
		}
	}
	if name := o.one("DisplayName"); name != "" {
		add("Name", name)
	}
	return newFirewallRule(tokens)
}

// shownProfiles reads Any, "Domain, Private" or a sum of 1, 2 and 4.
func shownProfiles(values []string) ([]string, error) {
	var profiles []string
	for _, value := range values {
		for part := range strings.SplitSeq(value, ",") {
			part = strings.TrimSpace(part)
			if part == "" || part == "0" || strings.EqualFold(part, "Any") {
				continue
			}
			if name, ok := oneOf(part, evidence.Profiles); ok {
				profiles = append(profiles, name)
				continue
			}
			if len(part) != 1 || part[0] < '1' || part[0] > '7' {
				return nil, fmt.Errorf("profile is %q, which is not understood", part)
			}
			for i, name := range evidence.Profiles {
				if (part[0]-'0')&(1<<i) != 0 {
					profiles = append(profiles, name)
				}
			}
		}
	}
	return profiles, nil
}

// NetFirewallProfiles is what Get-NetFirewallProfile shows.
var NetFirewallProfiles = &Format{
	Name:      "firewall profiles",
	Doc:       "Get-NetFirewallProfile -PolicyStore ActiveStore as JSON or CSV",
	Collector: "firewall",
	Kinds:     []string{"firewall-profile"},
	Recognise: func(h Head) Match {
		if shows(h.Text, "Enabled", "DefaultInboundAction") {
			return Match{Sure: 80}
		}
		return Match{}
	},
	Read: readNetFirewallProfiles,
}

// profileFacets are a profile's properties and the registry values that they stand for, with the numbers these have.
var profileFacets = []struct {
	property, value string
	numbers         map[string]uint32
}{
	{"Enabled", "EnableFirewall", map[string]uint32{"1": 1, "true": 1, "0": 0, "false": 0}},
	{"DefaultInboundAction", "DefaultInboundAction", map[string]uint32{"2": 0, "allow": 0, "4": 1, "block": 1}},
	{"AllowInboundRules", "DoNotAllowExceptions", map[string]uint32{"1": 0, "true": 0, "0": 1, "false": 1}},
	{"AllowLocalFirewallRules", "AllowLocalPolicyMerge", map[string]uint32{"1": 1, "true": 1, "0": 0, "false": 0}},
}

func readNetFirewallProfiles(s Source, to evidence.Sink) error {
	objects, err := shownObjects(s)
	if err != nil {
		return err
	}
	found := false
	for _, o := range objects {
		name, ok := oneOf(firstValue(o, "Name", "Profile", "InstanceID"), evidence.Profiles)
		if !ok {
			to.Problem(evidence.Problem{Scope: "firewall-profile:", Message: "an object that does not say which profile it is", Cite: o.cite})
			continue
		}
		found = true
		for _, f := range profileFacets {
			if n, ok := f.numbers[strings.ToLower(o.one(f.property))]; ok { // else not configured
				to.Setting(evidence.Setting{Address: evidence.Address("firewall-profile:" + strings.ToLower(name) + "@" + f.value),
					Value: evidence.RegistryDWord(n), Cite: o.cite})
			}
		}
	}
	if !found {
		return refuse("it shows no profile of the firewall")
	}
	return nil
}

func firstValue(o shownObject, names ...string) string {
	for _, name := range names {
		if v := o.one(name); v != "" {
			return v
		}
	}
	return ""
}

// NetshFirewall is what netsh advfirewall prints: translated, cut at the width of a console, its names often damaged.
// It is a copy for people, and kept as one; judging takes the registry.
var NetshFirewall = &Format{
	Name:      "netsh advfirewall",
	Doc:       "what netsh advfirewall prints; kept as a copy for people, not judged",
	Collector: "firewall",
	Kinds:     []string{"firewall-rule", "firewall-profile"},
	Recognise: recogniseNetsh,
	Read:      func(Source, evidence.Sink) error { return refuse(netshCopy) },
}

const (
	netshCopy  = "the text of netsh advfirewall is translated and incomplete, a copy for people: export the registry key FirewallPolicy"
	netshUsage = "netsh printed how it is used, because it was called with a wrong argument: it shows nothing of the firewall"
)

// recogniseNetsh knows rules by their shape in any language: paragraphs of "label:   value" whose first line is
// underlined with hyphens, with values that are not translated.
func recogniseNetsh(h Head) Match {
	if strings.Contains(h.Text, "netsh advfirewall") && (strings.Contains(h.Text, "Usage:") || strings.Contains(h.Text, "set global")) {
		return Match{Sure: 90, Refused: netshUsage}
	}
	labels, rules, ruled := 0, 0, false
	for line := range strings.Lines(h.Text) {
		text := strings.TrimSpace(line)
		if len(text) > 40 && strings.Trim(text, "-") == "" {
			ruled = true
			continue
		}
		label, value, ok := strings.Cut(text, ":")
		if !ok || !ruled || label == "" {
			continue
		}
		if strings.HasPrefix(value, "   ") {
			labels++
		}
		switch strings.TrimSpace(value) {
		case "TCP", "UDP", "ICMPv4", "ICMPv6", "LocalSubnet", "Domain,Private,Public", "RPC-EPMap":
			rules++
		}
	}
	if ruled && rules > 0 && labels >= 6 {
		return Match{Sure: 70, Refused: netshCopy}
	}
	return Match{}
}
