package parse

import (
	"strings"

	"auditpack/evidence"
)

// ruleStores are the registry keys whose values are firewall rules. Others below SharedAccess hold texts of the same form
// that are none: the reset template (Defaults), the hardening of services and apps (RestrictedServices, AppIso), IPsec
// (ConSecRules, Phase1CryptoSets …).
var ruleStores = []struct{ key, rules evidence.Address }{
	{evidence.RegistryKey(`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules`), evidence.LocalRules},
	{evidence.RegistryKey(`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\Mdm\FirewallRules`), evidence.MDMRules},
	{evidence.RegistryKey(`HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules`), evidence.PolicyRules},
}

// ruleStore returns the rules that a registry key holds, or "".
func ruleStore(key evidence.Address) evidence.Address {
	for _, s := range ruleStores {
		if strings.EqualFold(string(s.key), string(key)) {
			return s.rules
		}
	}
	return ""
}

// deriveFirewall hands on a registry value of a rule store as the rule it is.
func deriveFirewall(s evidence.Setting, to evidence.Sink) {
	key, id, ok := strings.Cut(string(s.Address), "!")
	if !ok || id == "" {
		return
	}
	store := ruleStore(evidence.Address(key))
	if store == "" {
		deriveOlderExceptions(s, to)
		return
	}
	address := store + "/" + evidence.Address(id)
	problem := func(why string) {
		to.Problem(evidence.Problem{Scope: address, Message: "firewall rule " + id + ": " + why, Cite: s.Cite})
	}
	value, ok := s.Value.(evidence.Registry)
	if !ok || value.Type != evidence.RegSZ {
		problem("not a text value")
		return
	}
	texts, ok := value.Strings()
	if !ok {
		problem("text of odd length")
		return
	}
	rule, err := parseFirewallRule(texts[0])
	if err != nil {
		problem(err.Error())
		return
	}
	to.Setting(evidence.Setting{Address: address, Value: rule, Cite: s.Cite})
}

// deriveFirewallCoverage says that a store was read as a whole where its key was, alone or with a key above it.
func deriveFirewallCoverage(c evidence.Coverage, to evidence.Sink) {
	if c.Scope.Kind() != "registry" {
		return
	}
	scope := string(c.Scope.Fold())
	for _, s := range ruleStores {
		key := string(s.key.Fold())
		above := c.Deep && (scope == "registry:" || strings.HasPrefix(key, scope+`\`))
		if scope == key || above {
			to.Covered(evidence.Coverage{Scope: s.rules, Deep: true, Cite: c.Cite})
		}
	}
}

// derivableFirewall reports whether the values of key, which is folded, are rules.
func derivableFirewall(key evidence.Address) bool {
	_, _, older := olderKey(key)
	return older || ruleStore(key) != ""
}
