package parse

import (
	"fmt"
	"strings"

	"auditpack/evidence"
)

// Group Policy can set exceptions in the form of Windows XP too (Administrative Templates > Network > Network Connections >
// Windows Defender Firewall): not as rules but as lists and switches of a profile. Later versions of Windows still obey
// them, and they stand in none of the stores of rules.
//
//	…\WindowsFirewall\DomainProfile\GloballyOpenPorts\List       "3389:TCP:*:enabled:Remote Desktop"
//	…\WindowsFirewall\DomainProfile\AuthorizedApplications\List  "C:\x.exe:10.0.0.0/8,LocalSubnet:enabled:x"
//	…\WindowsFirewall\StandardProfile\Services\RemoteDesktop     Enabled = 1
const olderPolicy = `registry:hklm\software\policies\microsoft\windowsfirewall\`

// olderProfiles are the profiles of that form, and those that they became.
var olderProfiles = map[string][]string{"domainprofile": {"Domain"}, "standardprofile": {"Private", "Public"}}

// olderSwitches are the exceptions that one switch lets in, as the policy's own help names them.
var olderSwitches = map[string][]struct{ protocol, ports string }{
	`services\fileandprint`:  {{"tcp", "139,445"}, {"udp", "137,138"}},
	`services\remotedesktop`: {{"tcp", "3389"}, {"udp", "3389"}},
	`services\upnpframework`: {{"tcp", "2869"}, {"udp", "1900"}},
	`remoteadminsettings`:    {{"tcp", "135,445,RPC"}},
}

var protocolNumbers = map[string]string{"tcp": "6", "udp": "17"}

const (
	olderPorts    = `globallyopenports\list`
	olderPrograms = `authorizedapplications\list`
)

// olderKey takes a folded key apart into the profile and what stands there; ok is false for other keys.
func olderKey(key evidence.Address) (profile, what string, ok bool) {
	rest, ok := strings.CutPrefix(string(key), olderPolicy)
	if !ok {
		return "", "", false
	}
	profile, what, ok = strings.Cut(rest, `\`)
	_, isSwitch := olderSwitches[what]
	return profile, what, ok && olderProfiles[profile] != nil && (isSwitch || what == olderPorts || what == olderPrograms)
}

// deriveOlderExceptions hands on an exception of the older form as the rules that it amounts to.
func deriveOlderExceptions(s evidence.Setting, to evidence.Sink) {
	key, name, found := strings.Cut(string(s.Address), "!")
	profile, what, ok := olderKey(evidence.Address(key).Fold())
	if !found || !ok {
		return
	}
	value, isRegistry := s.Value.(evidence.Registry)
	id := key[strings.LastIndex(strings.ToLower(key), profile):]
	address := evidence.PolicyRules + evidence.Address("/"+id)
	var all []olderRule
	var err error
	switch {
	case !isRegistry:
		return
	case what == olderPorts || what == olderPrograms:
		address += evidence.Address(`\` + name)
		all, err = olderEntry(what, value)
	case strings.EqualFold(name, "Enabled"):
		all, err = olderSwitch(what, value)
	}
	for _, o := range all {
		for _, p := range olderProfiles[profile] {
			o.tokens = append(o.tokens, evidence.RuleToken{Name: "Profile", Value: p})
		}
		var rule evidence.FirewallRule
		if rule, err = newFirewallRule(o.tokens); err != nil {
			break
		}
		rule.Older = true
		to.Setting(evidence.Setting{Address: address + evidence.Address(o.suffix), Value: rule, Cite: s.Cite})
	}
	if err != nil {
		to.Problem(evidence.Problem{Scope: address, Message: "firewall exception " + id + ": " + err.Error(), Cite: s.Cite})
	}
}

// olderRule is what an exception amounts to; the suffix tells apart the rules of one switch.
type olderRule struct {
	suffix string
	tokens []evidence.RuleToken
}

// olderSwitch reads a switch: a rule for each protocol where it is on.
func olderSwitch(what string, value evidence.Registry) ([]olderRule, error) {
	n, ok := value.Number()
	if !ok {
		return nil, fmt.Errorf("its switch Enabled is %s, not a number", value)
	}
	if n == 0 {
		return nil, nil
	}
	var all []olderRule
	for _, part := range olderSwitches[what] {
		tokens := append(letsIn(true), evidence.RuleToken{Name: "Protocol", Value: protocolNumbers[part.protocol]})
		for port := range strings.SplitSeq(part.ports, ",") {
			tokens = append(tokens, evidence.RuleToken{Name: "LPort", Value: port})
		}
		all = append(all, olderRule{`\` + part.protocol, tokens})
	}
	return all, nil
}

func letsIn(active bool) []evidence.RuleToken {
	word := map[bool]string{true: "TRUE", false: "FALSE"}[active]
	return []evidence.RuleToken{{Name: "Action", Value: "Allow"}, {Name: "Active", Value: word}, {Name: "Dir", Value: "In"}}
}

// olderEntry reads PORT:PROTOCOL:SCOPE:STATUS:NAME or PROGRAM:SCOPE:STATUS:NAME.
func olderEntry(what string, value evidence.Registry) ([]olderRule, error) {
	texts, ok := value.Strings()
	if !ok || len(texts) != 1 {
		return nil, fmt.Errorf("not a text value")
	}
	var tokens []evidence.RuleToken
	rest := texts[0]
	if what == olderPorts {
		port, after, _ := strings.Cut(rest, ":")
		protocol, after, _ := strings.Cut(after, ":")
		number := protocolNumbers[strings.ToLower(strings.TrimSpace(protocol))]
		tokens = []evidence.RuleToken{{Name: "Protocol", Value: number}, {Name: "LPort", Value: strings.TrimSpace(port)}}
		rest = after
	} else {
		drive := 0
		if len(rest) > 1 && rest[1] == ':' {
			drive = 2
		}
		path, after, _ := strings.Cut(rest[drive:], ":")
		tokens = []evidence.RuleToken{{Name: "App", Value: rest[:drive] + path}}
		rest = after
	}
	part := strings.SplitN(rest, ":", 3)
	enabled := len(part) == 3 && strings.EqualFold(strings.TrimSpace(part[1]), "enabled")
	if len(part) != 3 || !enabled && !strings.EqualFold(strings.TrimSpace(part[1]), "disabled") {
		return nil, fmt.Errorf("%q is not understood", clip([]byte(texts[0])))
	}
	for scope := range strings.SplitSeq(part[0], ",") {
		if scope = strings.TrimSpace(scope); scope != "*" && scope != "" {
			tokens = append(tokens, evidence.RuleToken{Name: "RA4", Value: scope})
		}
	}
	return []olderRule{{"", append(append(letsIn(enabled), tokens...), evidence.RuleToken{Name: "Name", Value: part[2]})}}, nil
}
