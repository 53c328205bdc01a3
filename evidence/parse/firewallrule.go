package parse

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// maxRuleTokens bounds a rule; real ones have up to some dozens of tokens, rules with long address lists some thousands.
const maxRuleTokens = 20000

// plainTokens are the tokens whose meaning is known and that do not narrow a rule in a way that only the host knows.
// Their spelling here is the canonical one; rules are written with others, too.
var plainTokens = []string{
	"Action", "Active", "Dir", "Profile", "Protocol", "LPort", "LPort2_10", "LPort2_20", "LPort2_24", "LPort2_29",
	"RPort", "RPort2_10", "LA4", "LA6", "RA4", "RA6", "RA42", "RA62", "App", "Svc", "Name", "Desc", "EmbedCtxt",
	"Edge", "Defer", "ICMP4", "ICMP6",
}

// narrowingTokens are the known tokens that do. An unknown token narrows as well: nobody can tell what it takes away.
var narrowingTokens = []string{
	"IF", "IFType", "Platform", "Platform2", "SkipVer", "Security", "Security2", "Security2_9", "RMAuth", "RUAuth",
	"LUAuth", "LUAuth2_24", "LUOwn", "AuthByPassOut", "AppPkgId", "PFN", "TTK", "TTK2_22", "TTK2_27", "TTK2_28",
	"NNm", "LSM", "LOM", "PCross", "SecurityRealmId",
}

// portWords are the words that stand for local ports.
var portWords = []string{"RPC", "RPC-EPMap", "Teredo", "IPTLSIn", "IPHTTPSIn", "Ply2Disc", "mDNS", "TcpCDPSvc", "UdpCDPSvc"}

// parseFirewallRule reads a rule as the registry holds it: v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=75|
func parseFirewallRule(s string) (evidence.FirewallRule, error) {
	version, rest, ok := strings.Cut(s, "|")
	if !ok || !isRuleVersion(version) {
		return evidence.FirewallRule{}, fmt.Errorf("rule begins with %.20q, not with its version", s)
	}
	if rest == "" || !strings.HasSuffix(rest, "|") {
		return evidence.FirewallRule{}, fmt.Errorf("rule does not end in %q: it was cut", "|")
	}
	if strings.Count(rest, "|") > maxRuleTokens {
		return evidence.FirewallRule{}, fmt.Errorf("rule has more than %d parts", maxRuleTokens)
	}
	var tokens []evidence.RuleToken
	for part := range strings.SplitSeq(strings.TrimSuffix(rest, "|"), "|") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || name == "" {
			return evidence.FirewallRule{}, fmt.Errorf("rule part %.40q is no name and value", part)
		}
		tokens = append(tokens, evidence.RuleToken{Name: name, Value: value})
	}
	return newFirewallRule(tokens)
}

// isRuleVersion reports whether s is v2.30 or the like.
func isRuleVersion(s string) bool {
	if len(s) < 4 || (s[0] != 'v' && s[0] != 'V') {
		return false
	}
	major, minor, ok := strings.Cut(s[1:], ".")
	_, errMajor := strconv.ParseUint(major, 10, 16)
	_, errMinor := strconv.ParseUint(minor, 10, 16)
	return ok && errMajor == nil && errMinor == nil
}

// newFirewallRule gives tokens their meaning. A rule without a known action or direction is no rule that Windows obeys.
func newFirewallRule(tokens []evidence.RuleToken) (evidence.FirewallRule, error) {
	r := ruleReader{rule: evidence.FirewallRule{Protocol: evidence.AnyProtocol}}
	said := map[string]string{}
	for i := range tokens {
		t := &tokens[i]
		if name, ok := oneOf(t.Name, plainTokens); ok {
			t.Name = name
		} else if name, ok := oneOf(t.Name, narrowingTokens); ok {
			t.Name = name
		}
		if !r.take(t) {
			return r.rule, fmt.Errorf("rule has %s=%.40q, which is not understood", t.Name, t.Value)
		}
		if before, ok := said[t.Name]; ok && before != t.Value && slices.Contains(onceTokens, t.Name) {
			return r.rule, fmt.Errorf("rule has %s=%.40q and %s=%.40q: which of them counts is not known", t.Name, before, t.Name, t.Value)
		}
		said[t.Name] = t.Value
	}
	rule := r.rule
	if rule.Action == "" {
		return rule, fmt.Errorf("rule has no action")
	}
	if rule.Direction == "" {
		return rule, fmt.Errorf("rule has no direction")
	}
	if r.platform != "" && !everyServer(r.platform, r.platformOp) {
		rule.Narrowing = append(rule.Narrowing, evidence.RuleToken{Name: "Platform", Value: r.platform})
	}
	slices.Sort(rule.Profiles)
	rule.Profiles = slices.Compact(rule.Profiles)
	rule.LocalPorts = evidence.NewPorts(r.ports...)
	rule.Tokens = tokens
	evidence.SortRuleTokens(rule.Tokens)
	return rule, nil
}

// onceTokens are those of which a rule holds one ([MS-FASP] 2.2.37); the grammar ([MS-GPFAS] 2.2.2.19) does not say which of two
// counts.
var onceTokens = []string{"Action", "Dir", "Active", "Protocol", "App", "Svc"}

// ruleReader is a rule and what of it is only known when all tokens were met.
type ruleReader struct {
	rule                 evidence.FirewallRule
	ports                []evidence.PortRange
	platform, platformOp string
}

// take gives one token its meaning and its value the canonical spelling; false: the value is not understood.
func (r *ruleReader) take(t *evidence.RuleToken) (understood bool) {
	rule := &r.rule
	understood = true
	switch t.Name {
	case "Action":
		t.Value, understood = oneOf(t.Value, []string{"Allow", "Block", "ByPass"})
		rule.Action = t.Value
	case "Dir":
		t.Value, understood = oneOf(t.Value, []string{"In", "Out"})
		rule.Direction = t.Value
	case "Active":
		t.Value, understood = oneOf(t.Value, []string{"TRUE", "FALSE"})
		rule.Active = t.Value == "TRUE"
	case "Profile":
		t.Value, understood = oneOf(t.Value, evidence.Profiles)
		rule.Profiles = append(rule.Profiles, t.Value)
	case "Protocol":
		n, err := strconv.ParseUint(t.Value, 10, 16)
		understood = err == nil && n <= wireAnyProtocol
		if rule.Protocol = int(n); n == wireAnyProtocol {
			rule.Protocol = evidence.AnyProtocol
		}
	case "LPort", "LPort2_10", "LPort2_20", "LPort2_24", "LPort2_29":
		return r.takePort(t)
	case "RPort", "RPort2_10":
		rule.RemotePorts = append(rule.RemotePorts, t.Value)
	case "LA4", "LA6":
		rule.LocalAddresses, rule.LocalWords = appendAddress(t.Value, rule.LocalAddresses, rule.LocalWords)
	case "RA4", "RA6", "RA42", "RA62":
		rule.RemoteAddresses, rule.RemoteWords = appendAddress(t.Value, rule.RemoteAddresses, rule.RemoteWords)
	case "App":
		rule.Program = t.Value
	case "Svc":
		rule.Service = t.Value
	case "Name":
		rule.Name = t.Value
	case "Desc", "EmbedCtxt", "Edge", "Defer", "ICMP4", "ICMP6":
	case "Platform":
		r.platform = t.Value
	case "Platform2":
		r.platformOp = t.Value
	default:
		rule.Narrowing = append(rule.Narrowing, *t)
	}
	return understood
}

// wireAnyProtocol is how the firewall's own interface writes any protocol; the registry leaves the token out.
const wireAnyProtocol = 256

// takePort reads a local port: a number, a range, or a word of this or a later Windows.
func (r *ruleReader) takePort(t *evidence.RuleToken) (understood bool) {
	if word, ok := oneOf(t.Value, portWords); ok {
		t.Value = word
		r.rule.PortWords = append(r.rule.PortWords, word)
		return true
	}
	if p, err := evidence.ParsePortRange(t.Value); err == nil {
		r.ports = append(r.ports, p)
		return true
	}
	if t.Value == "" || strings.ContainsAny(t.Value[:1], "0123456789-") {
		return false
	}
	r.rule.PortWords = append(r.rule.PortWords, t.Value)
	return true
}

// oneOf finds s among words in any case and returns the canonical spelling.
func oneOf(s string, words []string) (string, bool) {
	for _, w := range words {
		if strings.EqualFold(w, s) {
			return w, true
		}
	}
	return s, false
}

func appendAddress(s string, ranges []evidence.AddressRange, words []string) ([]evidence.AddressRange, []string) {
	if r, err := evidence.ParseAddressRange(s); err == nil {
		return append(ranges, r), words
	}
	return ranges, append(words, s)
}

// everyServer reports whether a condition on the platform holds on all versions of Windows Server that the guide
// covers: 2:6:2 with GTEQ means NT 6.2 and later.
func everyServer(platform, op string) bool {
	parts := strings.Split(platform, ":")
	if len(parts) != 3 || parts[0] != "2" || !strings.EqualFold(op, "GTEQ") {
		return false
	}
	major, err := strconv.Atoi(parts[1])
	minor, err2 := strconv.Atoi(parts[2])
	return err == nil && err2 == nil && (major < 10 || major == 10 && minor == 0)
}
