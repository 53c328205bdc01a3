package main

const (
	firewallExport = "registry/firewallpolicy.reg"
	firewallKey    = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\`
	rulesKey       = firewallKey + "FirewallRules]\n"
	policyKey      = `[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\`
	svchost        = `App=%SystemRoot%\\system32\\svchost.exe|`
	allowIn        = "Action=Allow|Active=TRUE|Dir=In|"
	blockIn        = "Action=Block|Active=TRUE|Dir=In|"
	noMerge        = "\"AllowLocalPolicyMerge\"=dword:00000000\n"
)

// rule is a line of the rules' key.
func rule(id, text string) string { return `"` + id + `"="v2.29|` + text + "\"\n" }

// rules plants lines in the host's own rules.
func rules(name, lines, want string) plant {
	return swap(name, firewallExport, rulesKey, rulesKey+lines, want)
}

// policy plants lines and keys in the store of Group Policy.
func policy(name, lines, want string) plant {
	const at = policyKey + "PublicProfile\\Logging]\n"
	return swap(name, policiesExport, at, lines+"\n"+at, want)
}

func plantedFirewall() []plant {
	const (
		both    = "fw-ad-tcp-135=fail fw-ad-tcp-139=fail"
		anyTCP  = allowIn + "Protocol=6|"
		doubted = "fw-ad-tcp-135=fail|review fw-ad-tcp-139=fail"
	)
	return []plant{
		rules("rule for every port of every program", rule("{X}", anyTCP+"Name=x|"), both),
		rules("rule without protocol", rule("{X}", allowIn+"Name=x|"), both),
		rules("rule of one profile", rule("{X}", anyTCP+"Profile=Domain|Name=x|"), both),
		rules("rule without Active", rule("{X}", "Action=Allow|Dir=In|Protocol=6|Name=x|"), ""),
		rules("rule inactive", rule("{X}", "Action=Allow|Active=FALSE|Dir=In|Protocol=6|Name=x|"), ""),
		rules("rule active in mixed case", rule("{X}", "action=allow|active=True|dir=in|protocol=6|lport=135|Name=x|"), "fw-ad-tcp-135=fail"),
		rules("rule outbound", rule("{X}", "Action=Allow|Active=TRUE|Dir=Out|Protocol=6|LPort=135|Name=x|"), ""),
		rules("rule of an old version", "\"{X}\"=\"v2.0|"+anyTCP+"LPort=135|\"\n", "fw-ad-tcp-135=fail"),
		rules("rule for a program without ports", rule("{X}", anyTCP+svchost+"Name=x|"), "fw-ad-tcp-135=fail"),
		rules("rule for another program", rule("{X}", anyTCP+`App=C:\\tools\\x.exe|Name=x|`), ""),
		rules("rule for RPC-EPMap", rule("{X}", anyTCP+"LPort=RPC-EPMap|"+svchost+"Svc=Rpcss|Name=x|"), "fw-ad-tcp-135=fail"),
		rules("rule for dynamic RPC ports", rule("{X}", anyTCP+"LPort=RPC|"+svchost+"Svc=Eventlog|Name=x|"), ""),
		rules("rule for a range around", rule("{X}", anyTCP+"LPort2_10=100-140|Name=x|"), both),
		rules("rule for ranges that end beside", rule("{X}", anyTCP+"LPort2_10=100-134|LPort2_10=136-138|LPort=140|Name=x|"), ""),
		rules("rule for UDP of the same number", rule("{X}", allowIn+"Protocol=17|LPort=135|Name=x|"), ""),
		rules("rule from the local subnet", rule("{X}", anyTCP+"LPort=135|RA4=LocalSubnet|Name=x|"), "fw-ad-tcp-135=fail"),
		rules("rule from loopback", rule("{X}", anyTCP+"RA4=127.0.0.1|Name=x|"), ""),
		rules("rule for one interface", rule("{X}", anyTCP+"LPort=135|IF={11111111-2222-3333-4444-555555555555}|Name=x|"), "fw-ad-tcp-135=review"),
		rules("rule with an unknown token", rule("{X}", anyTCP+"LPort=135|New9=1|Name=x|"), "fw-ad-tcp-135=review"),
		rules("rule for authenticated computers", rule("{X}", "Action=ByPass|Active=TRUE|Dir=In|Protocol=6|LPort=135|Security=Authenticate|Name=x|"),
			"fw-ad-tcp-135=review|fail"),
		rules("rule in hex(1)", "\"{X}\"=hex(1):"+hex16("v2.29|"+anyTCP+"LPort=135|\x00")+"\n", "fw-ad-tcp-135=fail"),
		rules("rule cut", "\"{X}\"=\"v2.29|"+anyTCP+"LPort=13\"\n", "fw-ad-tcp-135=review fw-ad-tcp-139=review"),
		rules("rule of another type", "\"{X}\"=hex(7):"+hex16("v2.29|"+anyTCP+"\x00\x00")+"\n", "fw-ad-tcp-135=review|fail fw-ad-tcp-139=review|fail"),

		rules("block beats allow", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|Name=y|"), "fw-ad-tcp-139=fail"),
		rules("block in one profile", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|Profile=Public|Name=y|"), both),
		rules("block for some addresses", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|RA4=203.0.113.0/24|Name=y|"), both),
		rules("block for all IPv4", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|RA4=0.0.0.0/0|Name=y|"), both),
		rules("block for another address of the host", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=139|LA4=10.99.0.1|Name=y|"), both),
		rules("block for another service", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|"+svchost+"Svc=Dnscache|Name=y|"), doubted),
		rules("block for another program of the name", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+`Protocol=6|LPort=135|App=C:\\other\\svchost.exe|Name=y|`), doubted),
		rules("block for some source ports", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|RPort=4000|Name=y|"), both),
		rules("block for one interface", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", blockIn+"Protocol=6|LPort=135|IFType=Wireless|Name=y|"), both),
		rules("block inactive", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", "Action=Block|Active=FALSE|Dir=In|Protocol=6|Name=y|"), both),
		rules("block outbound", rule("{X}", anyTCP+"Name=x|")+rule("{Y}", "Action=Block|Active=TRUE|Dir=Out|Protocol=6|Name=y|"), both),

		swap("rule switched on further down in the same file", firewallExport, "\n"+firewallKey+"Mdm]\n",
			rule("WMI-RPCSS-In-TCP", anyTCP+"LPort=135|"+svchost+"Svc=rpcss|")+"\n"+firewallKey+"Mdm]\n", "fw-ad-tcp-135=fail"),
		{"rule switched on in a second file", func(s *server) {
			s.reg("registry/rules.reg", rulesKey+rule("WMI-RPCSS-In-TCP", anyTCP+"LPort=135|"+svchost+"Svc=rpcss|"))
		}, "fw-ad-tcp-135=review|fail fw-open-udp-75=review fw-open-tcp-443=review fw-ad-tcp-445=fail|review fw-3306-single-host-local-only=fail|review " +
			"fw-closed-udp-70-74=fail|review fw-closed-3389=fail|review fw-only-listed-ports-open=fail|review"},
		swap("rule of device management", firewallExport, firewallKey+"Mdm]\n", firewallKey+"Mdm\\FirewallRules]\n"+rule("{X}", anyTCP+"LPort=135|"), "fw-ad-tcp-135=fail"),
		swap("rule of service hardening", firewallExport, "\"Teredo-In\"=", rule("x", anyTCP+"LPort=135|")+"\"Teredo-In\"=", ""),
		policy("rule of Group Policy", "\n"+policyKey+"FirewallRules]\n"+rule("{X}", anyTCP+"LPort=135|"), "fw-ad-tcp-135=fail"),
		{"rule of Group Policy in the 32-bit view", func(s *server) {
			s.reg("registry/wow.reg", `[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Policies\Microsoft\WindowsFirewall\FirewallRules]`+"\n"+rule("{X}", anyTCP+"LPort=135|"))
		}, ""},

		policy("local rules off in one profile", noMerge, "fw-open-udp-75=review fw-open-tcp-443=review"),
		policy("local rules off as text", "\"AllowLocalPolicyMerge\"=\"0\"\n", "fw-open-udp-75=pass|review fw-open-tcp-443=pass|review"),
		policy("local rules off everywhere", noMerge+"\n"+policyKey+"DomainProfile]\n"+noMerge+"\n"+policyKey+"PrivateProfile]\n"+noMerge,
			"fw-open-udp-75=fail fw-open-tcp-443=fail fw-open-tcp-8484=fail fw-3306-single-host-local-only=pass fw-ad-tcp-445=pass "+
				"fw-closed-udp-70-74=pass fw-closed-3389=pass fw-only-listed-ports-open=pass fw-tcp-40000-technician-range=review|fail"),
		swap("policy no longer switches it on", policiesExport, "\"DisableNotifications\"=dword:00000001\n\"EnableFirewall\"=dword:00000001\n",
			"\"DisableNotifications\"=dword:00000001\n", "fw-host-firewall=review "+both), // Get-NetFirewallProfile was asked too, and says on
		{"policy no longer switches it on, and nobody says otherwise", func(s *server) {
			delete(s.files, "network/get-netfirewallprofile.json")
			s.replace(policiesExport, "\"DisableNotifications\"=dword:00000001\n\"EnableFirewall\"=dword:00000001\n", "\"DisableNotifications\"=dword:00000001\n")
		}, "fw-host-firewall=fail " + both},
		{"policy of one profile in a second file without the value", func(s *server) {
			s.reg("registry/public.reg", policyKey+"PublicProfile]\n\"DisableNotifications\"=dword:00000001\n\"DefaultInboundAction\"=dword:00000001\n")
		}, "fw-host-firewall=review fw-ad-tcp-135=review fw-ad-tcp-139=review fw-open-udp-75=pass|review fw-open-tcp-443=pass|review"},
		swap("policy switches it on with a text", policiesExport, "\"DisableNotifications\"=dword:00000001\n\"EnableFirewall\"=dword:00000001\n",
			"\"DisableNotifications\"=dword:00000001\n\"EnableFirewall\"=\"1\"\n",
			"fw-host-firewall=review|fail fw-ad-tcp-135=review|fail fw-ad-tcp-139=review|fail fw-open-udp-75=pass|review fw-open-tcp-443=pass|review"),
		policy("policy switches private off", "\n"+policyKey+"StandardProfile]\n\"EnableFirewall\"=dword:00000000\n", "fw-host-firewall=fail|review fw-ad-tcp-135=fail fw-ad-tcp-139=fail"),
		policy("older exception of Group Policy for a port", "\n"+policyKey+"StandardProfile\\GloballyOpenPorts\\List]\n\"135:TCP:*:Enabled:RPC\"=\"135:TCP:*:Enabled:RPC\"\n", "fw-ad-tcp-135=review|fail"),
		policy("older exception of Group Policy switched off", "\n"+policyKey+"DomainProfile\\Services\\FileAndPrint]\n\"Enabled\"=dword:00000000\n", ""),
		policy("older exception of Group Policy for file sharing", "\n"+policyKey+"DomainProfile\\Services\\FileAndPrint]\n\"Enabled\"=dword:00000001\n", "fw-ad-tcp-139=review|fail"),
		policy("older exception of Group Policy for a program", "\n"+policyKey+"DomainProfile\\AuthorizedApplications\\List]\n\"x\"=\"%SystemRoot%\\\\system32\\\\svchost.exe:*:enabled:x\"\n", "fw-ad-tcp-135=review|fail"),
		{"the firewall's service is disabled", func(s *server) {
			s.reg("registry/mpssvc.reg", `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\mpssvc]`+"\n\"Start\"=dword:00000004\n")
		}, "fw-host-firewall=review|fail fw-ad-tcp-135=review fw-ad-tcp-139=review"},
		{"the firewall's service starts by itself", func(s *server) {
			s.reg("registry/mpssvc.reg", `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\mpssvc]`+"\n\"Start\"=dword:00000002\n")
		}, ""},
		{"policy not collected", func(s *server) { delete(s.files, policiesExport) },
			"stig2-autoplay-nonvolume=uncollected stig6-always-install-elevated=uncollected fw-host-firewall=uncollected|review|fail " +
				"fw-only-listed-ports-open=uncollected|review|fail fw-open-udp-75=uncollected|review fw-open-tcp-443=uncollected|review " +
				"fw-open-tcp-8484=review|uncollected fw-closed-tcp-70=uncollected|review|pass fw-closed-udp-70-74=uncollected|review|fail fw-closed-tcp-udp-8002=uncollected|pass " +
				"fw-closed-tcp-40000-40050=uncollected|pass fw-closed-udp-40000-41000=uncollected|pass fw-closed-3389=uncollected|review " +
				"fw-3306-single-host-local-only=uncollected|review|fail fw-closed-tcp-12413=uncollected|pass " +
				"fw-ad-tcp-135=uncollected|review fw-ad-tcp-139=uncollected|review fw-ad-tcp-445=uncollected|review|fail rdp-disabled-after-control=fail|uncollected"},
		swap("what no rule blocks is let in", firewallExport, firewallKey+"DomainProfile]\n", firewallKey+"DomainProfile]\n\"DefaultInboundAction\"=dword:00000000\n", both),
		swap("no exceptions in one profile", firewallExport, firewallKey+"DomainProfile]\n", firewallKey+"DomainProfile]\n\"DoNotAllowExceptions\"=dword:00000001\n",
			"fw-open-udp-75=review fw-open-tcp-443=review"),
		{"rule for IPv6 alone", func(s *server) {
			s.replace(netstat, "  TCP    0.0.0.0:135            0.0.0.0:0              LISTENING       932\n  RpcSs\n [svchost.exe]\n", "")
			s.replace(firewallExport, rulesKey, rulesKey+rule("{X}", anyTCP+"LPort=135|RA6=2001:db8::/32|"))
		}, "fw-ad-tcp-135=fail"},
	}
}

// hex16 writes text in UTF-16LE as an export does.
func hex16(text string) string {
	out := ""
	for i, b := range inUTF16(text) {
		if i > 0 {
			out += ","
		}
		out += string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15])
	}
	return out
}
