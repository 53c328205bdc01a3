package rendertest

import (
	"fmt"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

const (
	low    = evidence.Low
	medium = evidence.Medium
	high   = evidence.High

	lsa      = "data/items/registry/lsa.reg"
	schannel = "data/items/registry/schannel.reg"
	policy   = "data/items/secedit/secpol.inf"
	netstat  = "data/items/netstat/netstat-ano.txt"
	firewall = "data/items/firewall/rules.reg"
	iis      = "data/items/iis/applicationhost.config"
	icacls   = "data/items/acl/ltshare-icacls.txt"
	probe    = "data/items/http/aspnet-client.txt"
)

func chapters() []chapter {
	return []chapter{
		{"platform", "Operating System", "Supported versions of Windows Server and IIS", []seed{
			{"os-supported", "The server runs Windows Server 2016, 2019 or 2022", high, p, p, "2016, 2019 or 2022", "Windows Server 2019 (build 17763)", "Windows Server 2019 (build 17763)", "data/items/system/systeminfo.txt", 3, ""},
			{"iis10", "IIS 10 serves the web sites", medium, p, p, "IIS 10.0", "IIS 10.0.17763.1", "IIS 10.0.17763.1", "data/items/registry/inetstp.reg", 9, ""},
		}},
		{"accounts", "Operating System", "User Accounts and Permissions", accounts()},
		{"stig-items", "Operating System", "STIG Items to Modify", stigItems()},
		{"firewall", "Network", "Windows Defender Firewall", ports()},
		{"tls", "Network", "Disable TLS 1.0 and 1.1", tls()},
		{"automate", "Application", "Additional Automate Hardening Items", many("automate", "Automate setting %d is as the guide asks", 8, c, c)},
		{"ltshare", "Application", "Permissions (LTShare)", ltshare()},
		{"headers", "Application", "IIS: HTTP Headers", []seed{
			{"server-header", "IIS does not send the Server header", low, f, f, "removeServerHeader is true", "removeServerHeader is false: the header “Server: Microsoft-IIS/10.0” is sent with every answer", "removeServerHeader is false", iis, 512, ""},
			{"powered-by", "IIS does not send X-Powered-By", low, p, f, "no custom header on any level", "no custom header on any level", "X-Powered-By: ASP.NET at the server level", iis, 530, ""},
		}},
		{"options", "Application", "IIS: OPTIONS", []seed{
			{"options-denied", "The verb OPTIONS is denied", low, p, f, "OPTIONS is denied at the server level", "OPTIONS is denied at the server level", "not set: no verb is denied", iis, 610, ""}}},
		{"aspnet-client", "Application", "IIS: aspnet_client", []seed{
			{"aspnet-rewrite", "The rewrite rule of aspnet_client hides the address", medium, p, p, "the guide's outbound rule", "rule “Remove IP” is enabled", "rule “Remove IP” is enabled", "data/items/iis/aspnet-client-web.config", 6, ""},
			{"aspnet-no-ip", "An HTTP/1.0 request without a Host header shows no internal address", medium, r, p, "no address in the Location header", "the answer has no Location header at all", "Location has no address", probe, 2, ""},
		}},
		{"integrations", "API Integrations", "API Integrations", many("integrator", "Integrator account %d is restricted", 6, r, r)},
		{"permissions", "API Integrations", "Permissions matrix", many("permission", "User class %d has the listed permissions and no others", 16, c, p)},
		{"ip-prerequisites", "IP restriction", "Prerequisites", many("ip-prerequisite", "Prerequisite %d of the address restriction is installed", 4, p, p)},
		{"ip-prepare", "IP restriction", "Prepare the Server", many("ip-prepare", "Preparation %d is done", 2, a, a)},
		{"ip-required", "IP restriction", "Required Configuration", many("ip-required", "Required application %d stays reachable", 4, p, p)},
		{"ip-allow", "IP restriction", "Add Allow Rules", many("ip-allow", "Application %d has allow entries", 3, f, f)},
		{"ip-deny", "IP restriction", "Add Deny Rules", many("ip-deny", "Application %d denies whoever is not listed", 3, f, f)},
		{"ip-verify", "IP restriction", "Restrict Administrative Access by IP: Verify the Rules", many("ip-verify", "From an address that is not listed, path %d is refused", 3, c, c)},
	}
}

// many makes n Controls that differ only in their number.
func many(id, statement string, n int, is, was evidence.Result) []seed {
	var seeds []seed
	for i := 1; i <= n; i++ {
		s := seed{fmt.Sprintf("%s-%d", id, i), fmt.Sprintf(statement, i), medium, is, was, "as the guide lists it", found(is), found(was), iis, 40 * i, ""}
		seeds = append(seeds, s)
	}
	return seeds
}

func found(result evidence.Result) string {
	switch result {
	case p:
		return "it is so"
	case f:
		return "it is missing"
	case c:
		return "nothing that was collected shows it"
	case a:
		return "the host is no domain member"
	}
	return "cannot be seen in files"
}

func accounts() []seed {
	return []seed{
		{"admins", "Only named administrators are members of the local Administrators", high, r, r, "every member is known and needed", "AUTOMATE01\\Administrator, EXAMPLE\\Domain Admins, EXAMPLE\\svc-автомат, AUTOMATE01\\Müller", "AUTOMATE01\\Administrator, EXAMPLE\\Domain Admins", "data/items/groups/administrators.txt", 6, "00-000010"},
		{"guest-disabled", "The Guest account is disabled", medium, p, p, "EnableGuestAccount = 0", "0", "0", policy, 15, "SO-000010"},
		{"min-password", "Passwords have at least 14 characters", medium, p, f, "at least 14", "14", "8", policy, 5, "AC-000070"},
		{"lockout", "Accounts lock after at most 3 failed attempts", medium, f, f, "1 to 3", "10", "10", policy, 9, "AC-000020"},
		{"debug-right", "Only Administrators may debug programs", high, f, p, "only S-1-5-32-544", "S-1-5-32-544, S-1-5-21-1004336348-1177238915-682003330-1013", "S-1-5-32-544", policy, 31, "UR-000110"},
		{"tcb-right", "Nobody acts as part of the operating system", high, p, p, "nobody", "nobody: the section was read as a whole and does not list SeTcbPrivilege", "nobody", policy, 26, "UR-000020"},
	}
}

func stigItems() []seed {
	reg := func(id, statement, expected, found, before string, is, was evidence.Result, line int, stig string) seed {
		return seed{id, statement, medium, is, was, expected, found, before, lsa, line, stig}
	}
	return []seed{
		reg("restrict-anonymous", "Anonymous users cannot list accounts and shares", "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa!RestrictAnonymous = 1", "REG_DWORD 0x00000001 (1)", "REG_DWORD 0x00000000 (0)", p, f, 12, "SO-000230"),
		reg("lm-level", "Only NTLMv2 answers are sent; LM and NTLM are refused", "LmCompatibilityLevel = 5", "REG_DWORD 0x00000003 (3)", "REG_DWORD 0x00000003 (3)", f, f, 14, "SO-000310"),
		reg("no-lm-hash", "No LAN Manager hashes are stored", "NoLMHash = 1", "REG_DWORD 0x00000001 (1)", "REG_DWORD 0x00000001 (1)", p, p, 15, "SO-000300"),
		reg("smb-signing", "The SMB server always signs", "RequireSecuritySignature = 1", "not set: the key was exported and has no such value", "not set: the key was exported and has no such value", f, f, 44, "SO-000190"),
		reg("uac-admin", "Administrators are asked in the secure desktop", "ConsentPromptBehaviorAdmin = 2 or 1", "REG_DWORD 0x00000002 (2)", "REG_DWORD 0x00000005 (5)", p, f, 63, "SO-000400"),
		reg("wdigest", "WDigest keeps no clear text passwords", "UseLogonCredential = 0", "REG_SZ \"0\": a text, not a number", "REG_DWORD 0x00000000 (0)", r, p, 71, "CC-000020"),
		reg("legal-notice", "A notice is shown before logon", "LegalNoticeText is set", "text of 1,300 characters: "+notice, "not set: the key was exported and has no such value", p, f, 80, "SO-000130"),
		reg("remote-sam", "Remote calls to SAM are limited to Administrators", "RestrictRemoteSAM is O:BAG:BAD:(A;;RC;;;BA)", "REG_SZ \""+LongSDDL+"\"", "not set: the key was exported and has no such value", f, f, 91, "MS-000060"),
		reg("fips", "FIPS algorithms are used", "Enabled = 1", "found in two items with different values", "found in two items with different values", r, r, 95, "SO-000360"),
		reg("inactivity", "The session locks after 15 minutes", "InactivityTimeoutSecs is 1..900", "REG_DWORD 0x00000384 (900)", "not set: the key was exported and has no such value", p, f, 99, "SO-000120"),
	}
}

const notice = "This system is for authorised use only. By using it you consent to monitoring and recording, for purposes that include testing, " +
	"the protection of the network, conduct, law enforcement and counterintelligence. At any time, what is stored on it may be inspected and seized."

func ports() []seed {
	seeds := []seed{
		{"rdp-closed", "RDP (TCP 3389) cannot be reached from outside", high, f, f, "closed, or allowed from listed networks only", "Anyone can reach TCP 3389: rule “Remote Desktop - User Mode (TCP-In)” allows it from any address, and TermService (pid 1044) listens on 0.0.0.0:3389", "Anyone can reach TCP 3389: rule “Remote Desktop - User Mode (TCP-In)” allows it from any address", firewall, 211, ""},
		{"mysql-closed", "MySQL (TCP 3306) cannot be reached from outside", high, f, p, "closed from outside", "Anyone can reach TCP 3306: rule “mysql tmp” in the profile Public allows it from any address; mysqld (pid 2210) listens on [::]:3306", "no rule allows TCP 3306", firewall, 340, ""},
		{"firewall-on", "The firewall is on in every profile", high, p, f, "on in domain, private and public", "on in domain, private and public", "off in public", firewall, 12, "00-000280"},
	}
	for i, n := range []int{21, 23, 25, 70, 75, 135, 137, 139, 161, 389, 445, 1433, 5357, 5985, 8000, 8002, 8484, 40000} {
		is, was := p, p
		if i%7 == 2 {
			was = f
		}
		seeds = append(seeds, seed{fmt.Sprintf("tcp-%d-closed", n), fmt.Sprintf("TCP %d cannot be reached from outside", n), medium, is, was, "closed",
			fmt.Sprintf("no rule allows TCP %d inbound in an active profile", n), fmt.Sprintf("rule “allow %d” allows it from any address", n), netstat, 8 + i, ""})
	}
	return append(seeds, seed{"ports-only", "Nothing but the listed ports is reachable", medium, c, f, "only TCP 80, 443, 8484, UDP 75",
		"netstat was refused: names are resolved (-n is missing), so the ports cannot be told", "TCP 5357 is reachable too", netstat, 3, ""})
}

func tls() []seed {
	var seeds []seed
	for _, v := range []string{"1.0", "1.1"} {
		for _, role := range []string{"server", "client"} {
			seeds = append(seeds, seed{"tls" + v[:1] + v[2:] + "-" + role, "TLS " + v + " is off for the " + role + " role", high, p, f, "DisabledByDefault = 1",
				"REG_DWORD 0x00000001 (1)", "not set: the protocol is on by default", schannel, 20 + 4*len(seeds), ""})
		}
	}
	return append(seeds, seed{"tls12-server", "TLS 1.2 stays on for the server role", high, p, p, "not disabled", "Enabled = 0xffffffff", "Enabled = 0xffffffff", schannel, 44, ""},
		seed{"ssl30-server", "SSL 3.0 is off for the server role", high, p, f, "Enabled = 0", "REG_DWORD 0x00000000 (0)", "not set: the protocol is on by default", schannel, 52, ""})
}

func ltshare() []seed {
	seeds := many("ltshare", "Application pool %d has at least Modify on LTShare", 4, p, p)
	for i := range seeds {
		seeds[i].item = icacls
	}
	return append(seeds,
		seed{"ltshare-rights", "No one but the listed principals has rights on LTShare", high, f, f, "SYSTEM, Administrators, IIS_IUSRS and the four application pools, at most Modify",
			"BUILTIN\\Users may read and execute; CREATOR OWNER has full control below; the descriptor is " + LongSDDL, "Everyone has full control", icacls, 2, "00-000140"},
		seed{"ltshare-share", "No share gives Everyone access to LTShare", high, p, f, "no grant to Everyone, Users or Authenticated Users", "share LTShare grants EXAMPLE\\Automate Admins full control, and nobody else",
			"share LTShare grants Everyone full control", "data/items/shares/net-share-ltshare.txt", 7, ""})
}

// extras adds what the seeds cannot say: readings, an exception, an attestation, several reasons, contradictions.
func extras(h *audit.Host) {
	for i := range h.Sections {
		for j := range h.Sections[i].Controls {
			extra(&h.Sections[i].Controls[j])
		}
	}
	h.Contradictions = []audit.Contradiction{
		{Subject: "host name", Values: []string{"AUTOMATE01", "AUTOMATE-OLD"}, Cites: []evidence.Citation{
			{Item: "data/items/system/systeminfo.txt", Line: 2, Offset: 2, Length: 42}, {Item: "data/items/system/computer-info.json", Line: 88, Offset: 4031, Length: 29}}},
		{Subject: `registry:HKLM\SYSTEM\CurrentControlSet\Control\Lsa\FipsAlgorithmPolicy!Enabled`, Values: []string{"REG_DWORD 0x00000000 (0)", "REG_DWORD 0x00000001 (1)"},
			Cites: []evidence.Citation{{Item: lsa, Line: 95, Offset: 7030, Length: 19}, {Item: "data/items/registry/lsa-2.reg", Line: 4, Offset: 210, Length: 38}}},
	}
}

func extra(a *audit.Assessed) {
	switch a.ID {
	case "rdp-closed":
		x := exception()
		a.Exception = &x
		first := &a.After.Reasons[0]
		first.Cites = append(first.Cites, evidence.Citation{Item: netstat, Line: 17, Offset: 1102, Length: 74})
	case "lockout":
		x := exception()
		x.Control, x.Expires = a.ID, then.AddDate(0, 1, 0)
		a.Exception, a.Expired = &x, true
	case "integrator-1":
		x := attestation()
		a.Attestation = &x
	case "firewall-on":
		a.After.Reasons = append(a.After.Reasons, evidence.Reason{Result: p, Expected: "no policy turns it off", Actual: "policy says nothing about it",
			Cites: []evidence.Citation{{Item: firewall, Line: 4, Offset: 120, Length: 66, Absence: true}}})
	case "tls10-server":
		a.Readings = []audit.AssessedReading{{ID: "C19", Who: "STIG", Text: "Enabled = 0 is asked too", After: evidence.Verdict{Result: f, Basis: evidence.BasisEvidence,
			Reasons: []evidence.Reason{{Result: f, Expected: "Enabled = 0", Actual: "not set: the key was exported and has no such value",
				Cites: []evidence.Citation{{Item: schannel, Line: 20, Offset: 1480, Length: 96, Absence: true}}}}}}}
	case "admins":
		a.After.Reasons[0].Note = "one name was " + Hostile
	}
}
