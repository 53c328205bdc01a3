package check

import (
	"fmt"
	"slices"
	"strings"

	"auditpack/evidence"
)

const (
	policyFirewall = `HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\`
	localFirewall  = `HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\`
)

// storeKeys are the registry keys that hold the rules.
var storeKeys = map[evidence.Address]string{
	evidence.LocalRules:  localFirewall + "FirewallRules",
	evidence.PolicyRules: policyFirewall + "FirewallRules",
}

// profileKeys are the names that a profile's key has, by store. The private profile was once called standard.
var profileKeys = map[string]struct{ policy, local []string }{
	"Domain":  {[]string{"DomainProfile"}, []string{"DomainProfile"}},
	"Private": {[]string{"PrivateProfile", "StandardProfile"}, []string{"StandardProfile"}},
	"Public":  {[]string{"PublicProfile"}, []string{"PublicProfile"}},
}

// firewall is what the Facts show of the host's firewall: its profiles and the rules that may count.
type firewall struct {
	profiles []profile
	rules    []rule              // active, for what comes in
	missing  []string            // parts of the view that nobody collected, for people
	covers   []evidence.Citation // of the places that hold the rules
	problems []evidence.Problem  // rules that were not understood
}

// profile is one of the firewall's profiles.
type profile struct {
	name         string
	enabled      profileValue
	defaultIn    profileValue // 0: what no rule blocks is let in
	noExceptions profileValue // 1: no rule lets anything in
	mergeLocal   profileValue // 0: the host's own rules do not count
	disabled     profileValue // Found: a service of the firewall is disabled
}

// profileValue is a number of a profile, from the store that wins.
type profileValue struct {
	state evidence.State // Found, Missing in all stores, or why it is not known
	n     uint64
	why   string
	cites []evidence.Citation
	part  bool // Group Policy's store was not read, so that it may say otherwise
}

// is reports whether the value is there and n.
func (v profileValue) is(n uint64) bool { return v.state == evidence.Found && v.n == n }

// rule is a rule and where it stands.
type rule struct {
	evidence.FirewallRule
	address   evidence.Address
	cites     []evidence.Citation
	contested bool // Items disagree about it
}

// label names the rule for people.
func (r rule) label() string {
	_, id, _ := strings.Cut(r.address.Rest(), "/")
	name := r.Name
	if name == "" || strings.HasPrefix(name, "@") {
		name = id
	}
	from := "rule"
	if strings.HasPrefix(string(r.address), string(evidence.PolicyRules)) {
		from = "Group Policy rule"
	}
	return fmt.Sprintf("%s %q", from, name)
}

// missingPolicy names for people the store that was not read.
var missingPolicy = "Group Policy's settings (" + strings.TrimSuffix(policyFirewall, `\`) + ")"

// viewFirewall gathers the firewall's view.
func viewFirewall(f *evidence.Facts) *firewall {
	fw := &firewall{}
	localCounts, policyUnread, ownStore := false, false, false
	var unknown []string // profiles
	var why string
	for _, name := range evidence.Profiles {
		p := profile{name: name}
		p.enabled = lookupProfile(f, name, "EnableFirewall")
		p.disabled = disabledService(f)
		p.defaultIn = lookupProfile(f, name, "DefaultInboundAction")
		p.noExceptions = lookupProfile(f, name, "DoNotAllowExceptions")
		p.mergeLocal = lookupPolicy(f, name, "AllowLocalPolicyMerge")
		if p.enabled.state == evidence.Unknown {
			unknown = append(unknown, name)
			why = orElse(why, p.enabled.why)
		}
		ownStore = ownStore || p.enabled.part
		policyUnread = policyUnread || p.enabled.part || p.mergeLocal.state == evidence.Unknown
		localCounts = localCounts || !p.mergeLocal.is(0)
		fw.profiles = append(fw.profiles, p)
	}
	if len(unknown) > 0 {
		fw.missing = append(fw.missing, fmt.Sprintf("whether it is on in the %s profile (%s)", strings.Join(unknown, " and "), why))
	}
	if len(f.Covers(evidence.LocalRules+"/?")) == 0 {
		fw.addStore(f, evidence.ShownRules, "")
		if len(f.Covers(evidence.ShownRules+"/?")) > 0 {
			if ownStore {
				fw.missing = append(fw.missing, missingPolicy)
			}
			return fw // the cmdlet shows what comes of all stores
		}
	}
	if localCounts {
		fw.addStore(f, evidence.LocalRules, "the host's own rules ("+storeKeys[evidence.LocalRules]+")")
	}
	if policyUnread {
		fw.missing = append(fw.missing, missingPolicy)
		fw.addStore(f, evidence.PolicyRules, "")
	} else {
		fw.addStore(f, evidence.PolicyRules, "Group Policy's rules ("+storeKeys[evidence.PolicyRules]+")")
	}
	fw.addStore(f, evidence.MDMRules, "")
	return fw
}

// addStore adds the rules of a store; a store with a name for people is missed where it was not read as a whole.
func (fw *firewall) addStore(f *evidence.Facts, store evidence.Address, missed string) {
	covers := f.Covers(store + "/?")
	readers := map[string]bool{}
	for _, c := range covers {
		readers[c.Cite.Item] = true
		fw.covers = appendNew(fw.covers, citeAbsence(c.Cite))
	}
	if len(covers) == 0 && missed != "" {
		fw.missing = append(fw.missing, missed)
	}
	var last evidence.Address
	for _, s := range f.Under(store + "/") {
		if s.Address.Fold() == last {
			continue
		}
		last = s.Address.Fold()
		o := f.Lookup(s.Address)
		variants := map[string]bool{}
		for _, s := range o.Settings {
			value, ok := s.Value.(evidence.FirewallRule)
			if !ok || variants[value.String()] {
				continue
			}
			variants[value.String()] = true
			if !value.Active || value.Direction != "In" {
				continue // says nothing about what comes in
			}
			fw.rules = append(fw.rules, rule{FirewallRule: value, address: s.Address, cites: []evidence.Citation{s.Cite},
				contested: o.State == evidence.Conflicting || lacksRule(readers, o.Settings)})
		}
	}
	fw.problems = appendNew(fw.problems, f.ProblemsAt(store)...)
	if key := storeKeys[store]; key != "" { // a line of an export that is not understood may have been a rule
		fw.problems = appendNew(fw.problems, f.ProblemsAt(evidence.RegistryKey(key))...)
	}
}

// lacksRule reports whether an Item that read the whole store does not have the rule that others show.
func lacksRule(readers map[string]bool, settings []evidence.Setting) bool {
	for item := range readers {
		if !slices.ContainsFunc(settings, func(s evidence.Setting) bool { return s.Cite.Item == item }) {
			return true
		}
	}
	return false
}

// citeAbsence returns c as the place that does not hold what was looked for.
func citeAbsence(c evidence.Citation) evidence.Citation {
	c.Absence = true
	return c
}

// lookupProfile finds a value of a profile: Group Policy's, else the host's own, value by value.
func lookupProfile(f *evidence.Facts, name, value string) profileValue {
	policy := lookupPolicy(f, name, value)
	if policy.state != evidence.Missing && policy.state != evidence.Unknown {
		return policy
	}
	local := lookupKeys(f, localFirewall, profileKeys[name].local, value)
	if local.state == evidence.Unknown {
		if shown := lookupShown(f, name, value); shown.state != evidence.Unknown {
			return shown
		}
	}
	local.part = policy.state == evidence.Unknown
	if older := olderPublic(f, name, value); policy.state == evidence.Missing && older.state == evidence.Found && !local.is(older.n) {
		return profileValue{state: evidence.Unclear, cites: append(older.cites, local.cites...), why: fmt.Sprintf(
			"Group Policy's %s is %d in the older form (StandardProfile), which may count for the public profile too", value, older.n)}
	}
	local.cites = append(local.cites, policy.cites...)
	return local
}

// firewallServices do the filtering: the firewall itself and the engine that it hands its rules to.
var firewallServices = []string{"MpsSvc", "BFE"}

// disabledService finds a service without which nothing is filtered and that is known to be disabled: why says so. It may
// run still, until the next start of Windows.
func disabledService(f *evidence.Facts) profileValue {
	const disabled = 4 // Start of a service that nothing may start
	for _, service := range firewallServices {
		start := lookupKeys(f, `HKLM\SYSTEM\CurrentControlSet\Services\`, []string{service}, "Start")
		if start.is(disabled) {
			start.why = "its service " + service + " is disabled"
			return start
		}
	}
	return profileValue{}
}

// olderPublic finds what Group Policy says in the form of Windows XP, whose standard profile became the private one and
// the public one. For the private one lookupPolicy finds it.
func olderPublic(f *evidence.Facts, name, value string) profileValue {
	if name != "Public" {
		return profileValue{}
	}
	return lookupKeys(f, policyFirewall, []string{"StandardProfile"}, value)
}

func lookupPolicy(f *evidence.Facts, name, value string) profileValue {
	return lookupKeys(f, policyFirewall, profileKeys[name].policy, value)
}

// lookupKeys looks for a value in keys that mean the same; the first that has it counts.
func lookupKeys(f *evidence.Facts, root string, keys []string, value string) profileValue {
	var v profileValue
	for i, key := range keys {
		o := lookupValue(f, evidence.RegistryValue(root+key, value))
		found := profileValue{state: o.State, why: o.Why, cites: o.Cites}
		if o.State == evidence.Found {
			number, ok := o.Value().(evidence.Registry)
			if !ok {
				found.state, found.why = evidence.Unclear, "not a registry value"
			} else if found.n, ok = number.Number(); !ok {
				found.state, found.why = evidence.Unclear, fmt.Sprintf("%s is %s, not a number", value, number)
			}
		}
		if found.state != evidence.Missing && found.state != evidence.Unknown {
			return found
		}
		if i == 0 || found.state == evidence.Unknown {
			found.cites = append(v.cites, found.cites...)
			v = found
		}
	}
	return v
}

// lookupShown finds what Get-NetFirewallProfile showed.
func lookupShown(f *evidence.Facts, name, value string) profileValue {
	o := f.Lookup(evidence.Address("firewall-profile:" + strings.ToLower(name) + "@" + value))
	v := profileValue{state: o.State, why: o.Why, cites: o.Cites}
	if o.State == evidence.Found {
		number, ok := o.Value().(evidence.Registry)
		if ok {
			v.n, ok = number.Number()
		}
		if !ok {
			v.state, v.why = evidence.Unclear, "not a number"
		}
		v.part = !activeStore(f, o.Cites[0].Item)
	}
	return v
}

// activeStore reports whether an Item was asked for what comes of all stores; a cmdlet shows the host's own otherwise.
func activeStore(f *evidence.Facts, path string) bool {
	for _, c := range f.Contents() {
		if c.Item.Path == path {
			return strings.Contains(strings.ToLower(strings.Join(c.Item.Command, " ")), "activestore")
		}
	}
	return false
}
