package evidence

import (
	"slices"
	"strings"
)

// Where firewall rules come from; the part of a rule's Address before the slash.
const (
	LocalRules  Address = "firewall-rule:local"  // set on the host
	PolicyRules Address = "firewall-rule:policy" // by Group Policy
	MDMRules    Address = "firewall-rule:mdm"    // by device management
	ShownRules  Address = "firewall-rule:shown"  // from whichever of these, as Get-NetFirewallRule shows them
)

// Profiles are the firewall's three profiles, as rules name them. Which of them is active follows from the networks a
// host is connected to at the moment, so that each must be judged.
var Profiles = []string{"Domain", "Private", "Public"}

// RuleToken is one name and value of a rule as the firewall writes it, [MS-GPFAS] 2.2.2.
type RuleToken struct{ Name, Value string }

// Protocol numbers that rules use.
const (
	AnyProtocol = -1
	TCP         = 6
	UDP         = 17
)

// FirewallRule is a rule of Windows Defender Firewall. A list that is empty restricts nothing.
type FirewallRule struct {
	Action    string // Allow, Block or ByPass
	Direction string // In or Out
	Active    bool
	Profiles  []string // of Profiles
	Protocol  int      // AnyProtocol or an IP protocol number

	LocalPorts      Ports
	PortWords       []string // ports that Windows finds out: RPC, RPC-EPMap, Teredo, IPHTTPSIn …
	RemotePorts     []string
	LocalAddresses  []AddressRange
	LocalWords      []string // local addresses that are no numbers
	RemoteAddresses []AddressRange
	RemoteWords     []string // LocalSubnet, DNS, DHCP, WINS, DefaultGateway, IntErnet …

	Program string // path with variables, or System
	Service string // name of a service, or "*" for any service
	Name    string // for people; may be a reference, @FirewallAPI.dll,-28753
	// Narrowing holds the tokens that make it a rule for some traffic only, in ways that ports and addresses do not
	// show: users, interfaces, packages, authenticated traffic, and every token that is not known.
	Narrowing []RuleToken
	// Older says that Group Policy sets it in the form of Windows XP, as an exception of a profile; whether it counts
	// beside rules of today's form only the host knows.
	Older  bool
	Tokens []RuleToken // all of them, in canonical order
}

// String returns the canonical form: all tokens with their canonical names, in the order of ruleTokenOrder.
// The version in front of a rule is left out: it says which Windows wrote the rule, and nothing about it.
func (r FirewallRule) String() string {
	var b strings.Builder
	for _, t := range r.Tokens {
		b.WriteString(t.Name + "=" + t.Value + "|")
	}
	return b.String()
}

// AnyPort reports whether the rule names no local ports, so that it covers all that its program listens on.
func (r FirewallRule) AnyPort() bool { return len(r.LocalPorts) == 0 && len(r.PortWords) == 0 }

// AnyRemote reports whether the rule is about traffic from everywhere.
func (r FirewallRule) AnyRemote() bool { return len(r.RemoteAddresses) == 0 && len(r.RemoteWords) == 0 }

// AnyLocal reports whether the rule is about traffic to each of the host's own addresses.
func (r FirewallRule) AnyLocal() bool { return len(r.LocalAddresses) == 0 && len(r.LocalWords) == 0 }

// In reports whether the rule counts in a profile.
func (r FirewallRule) In(profile string) bool {
	return len(r.Profiles) == 0 || slices.Contains(r.Profiles, profile)
}

// Covers reports whether the rule is about tcp or udp.
func (r FirewallRule) Covers(protocol string) bool {
	switch r.Protocol {
	case AnyProtocol:
		return true
	case TCP:
		return protocol == "tcp"
	case UDP:
		return protocol == "udp"
	}
	return false
}

// ruleTokenOrder is the canonical order of the tokens that most rules have; others follow in the order of their names.
var ruleTokenOrder = []string{
	"Action", "Active", "Dir", "Profile", "Protocol", "LPort", "LPort2_10", "RPort", "RPort2_10",
	"LA4", "LA6", "RA4", "RA6", "RA42", "RA62", "App", "Svc", "Name", "Desc", "EmbedCtxt",
}

// SortRuleTokens brings tokens into canonical order. Repeated ones are alternatives and are sorted by value.
func SortRuleTokens(tokens []RuleToken) {
	rank := func(t RuleToken) int {
		if i := slices.Index(ruleTokenOrder, t.Name); i >= 0 {
			return i
		}
		return len(ruleTokenOrder)
	}
	slices.SortStableFunc(tokens, func(a, b RuleToken) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		if d := strings.Compare(a.Name, b.Name); d != 0 {
			return d
		}
		return strings.Compare(a.Value, b.Value)
	})
}
