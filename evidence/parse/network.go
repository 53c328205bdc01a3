package parse

// networkFormats lists the forms in which listeners and the firewall are shown.
func networkFormats() []*Format {
	return []*Format{Netstat, NetEndpoints, NetFirewallRules, NetFirewallProfiles, NetshFirewall}
}
