package parse

import "auditpack/evidence"

// derive hands on what a registry Setting says in another language than the registry's: firewall rules, shares,
// installed products, the system's name and build. Every format that yields registry Settings calls it once for each,
// asked for or not, and once for each Coverage of a key.
func derive(s evidence.Setting, to evidence.Sink) {
	deriveFirewall(s, to)
	deriveShares(s, to)
	deriveSystem(s, to)
}

// deriveCoverage hands on what a registry Coverage says about derived Addresses.
func deriveCoverage(c evidence.Coverage, to evidence.Sink) {
	deriveFirewallCoverage(c, to)
	deriveSharesCoverage(c, to)
	deriveSystemCoverage(c, to)
}

// derivable reports whether derive makes anything of the values of this key, so that a parser must decode them even
// where the registry Address itself is not asked for. The key is folded: a hive has tens of thousands.
func derivable(key evidence.Address) bool {
	return derivableFirewall(key) || derivableShares(key) || derivableSystem(key)
}
