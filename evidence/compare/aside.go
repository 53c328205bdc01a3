package compare

import (
	"slices"
	"strings"

	"auditpack/evidence"
)

// Ephemeral is the first port that Windows gives to outgoing and dynamic endpoints (RFC 6335 §6).
const Ephemeral = 49152

// clocks are the registry values that Windows writes by itself: times, leases, counters, seeds. A part between two stars
// stands anywhere in the folded Address, the first and last part at its ends unless a star does.
var clocks = []struct{ pattern, rule string }{
	{`registry:hklm\system\*\control\windows!shutdowntime`, "time of the last shutdown"},
	{`registry:hklm\system\*\services\tcpip\parameters\interfaces\*!lease*`, "times of a DHCP lease"},
	{`registry:hklm\system\*\services\tcpip\parameters\interfaces\*!t1`, "times of a DHCP lease"},
	{`registry:hklm\system\*\services\tcpip\parameters\interfaces\*!t2`, "times of a DHCP lease"},
	{`registry:hklm\system\*\services\bam\*\usersettings\*`, "last start of programs"},
	{`registry:hklm\system\*\services\w32time\config!lastknowngoodtime`, "time of the clock service"},
	{`registry:hklm\system\*\services\w32time\securetimelimits*`, "time of the clock service"},
	{`registry:hklm\system\*\control\session manager\memory management\prefetchparameters!boot*`, "counter of starts"},
	{`registry:hklm\system\*\control\wmi\autologger\*!filecounter`, "counter of trace files"},
	{`registry:hklm\system\*\control\wmi\autologger\*!status`, "counter of trace files"},
	{`registry:hklm\system\rng!*`, "seed of random numbers"},
	{`registry:hklm\software\microsoft\cryptography\rng!*`, "seed of random numbers"},
	{`registry:hklm\software\microsoft\windows nt\currentversion\perflib!last*`, "counter of performance data"},
	{`registry:hklm\software\microsoft\windows nt\currentversion\schedule\taskcache\tasks\*!dynamicinfo`, "last run of a task"},
	{`registry:hklm\software\microsoft\windows nt\currentversion\winlogon!lastlogofffendtimeperfcounter`, "counter of logons"},
	{`registry:hklm\software\microsoft\windows nt\currentversion\prefetcher!*`, "counter of starts"},
}

// volatile returns the rule by which a Change happens by itself, or "".
func volatile(c evidence.Change, s *sides) string {
	switch c.Address.Kind() {
	case "listener":
		e, facet, ok := evidence.ParseEndpoint(c.Address)
		if ok && e.Port() >= Ephemeral { // also of its processes and programs
			return "ephemeral port"
		} else if facet == "process" {
			return processNumber
		}
	case "system":
		if rest := c.Address.Rest(); strings.EqualFold(rest, "boot-time") || strings.EqualFold(rest, "last-boot") {
			return "time of the last start"
		}
	case "clock":
		if c.Address == "clock:phase-offset" || c.Address == "clock:since-last-sync" {
			return "time of the clock service"
		}
	case "acl", "share-security":
		if sameRights(s) {
			return "order of access entries" // a rewritten list that gives everybody the same
		}
	case "registry":
		fold := string(c.Address.Fold())
		for _, clock := range clocks {
			if matches(fold, clock.pattern) {
				return clock.rule
			}
		}
	}
	return ""
}

// matches reports whether text has the form of pattern, in which a star stands for anything.
func matches(text, pattern string) bool {
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(text, parts[0]) {
		return false
	}
	text = text[len(parts[0]):]
	for i, part := range parts[1:] {
		if i == len(parts)-2 {
			return strings.HasSuffix(text, part)
		}
		_, rest, ok := strings.Cut(text, part)
		if !ok {
			return false
		}
		text = rest
	}
	return text == ""
}

// Aside is how many Changes one rule has set aside.
type Aside struct {
	Rule  string `json:"rule"`
	Count int    `json:"count"`
}

// CountAside counts the Changes that are set aside by rule, in the order of the rules' names.
func CountAside(changes []evidence.Change) []Aside {
	var all []Aside
	for _, c := range changes {
		if c.Aside == "" {
			continue
		}
		at, found := slices.BinarySearchFunc(all, c.Aside, func(a Aside, rule string) int { return strings.Compare(a.Rule, rule) })
		if !found {
			all = slices.Insert(all, at, Aside{Rule: c.Aside})
		}
		all[at].Count++
	}
	return all
}

// Again sets aside the registry values that other Changes list in their own language: a value that is a firewall rule,
// a share or a product, by the same bytes.
func Again(changes []evidence.Change) {
	place := func(c evidence.Change) string {
		var b strings.Builder
		for _, cites := range [][]evidence.Citation{c.BeforeCites, c.AfterCites} {
			for _, cite := range cites {
				b.WriteString(cite.String() + "\n")
			}
			b.WriteString("\n")
		}
		return b.String()
	}
	own := map[string]bool{}
	for _, c := range changes {
		if c.Address.Kind() != "registry" {
			own[place(c)] = true
		}
	}
	for i := range changes {
		if c := &changes[i]; c.Aside == "" && c.Address.Kind() == "registry" && own[place(*c)] {
			c.Aside = ListedAgain
		}
	}
}

// ListedAgain is the rule of what is listed in another form.
const ListedAgain = "registry value of what is listed under its own address"

// processNumber is the rule of numbers that a program gets anew with each start; the listener itself and its program are
// Settings of their own.
const processNumber = "process number"

// ByItself reports whether what a rule sets aside could all the same be what moved a verdict: an ephemeral port, say, but
// not the number of a process, and not what is listed in another form.
func ByItself(rule string) bool { return rule != "" && rule != ListedAgain && rule != processNumber }
