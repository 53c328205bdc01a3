package check

import (
	"net/netip"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
)

// netHost builds Facts of a host by hand; the zero host has both views whole, the firewall on, no rules and no listeners.
type netHost struct {
	local, policy ruleList
	profile       map[string]uint32 // "local Domain EnableFirewall" or "policy Public AllowLocalPolicyMerge"
	tcp, udp      []string          // address:port, or address:port process program component
	without       string            // parts that nobody collected: local policy netstat
	member        string
	port          uint32 // of Remote Desktop, as the registry says
}

const rdpPort = evidence.Address(`registry:HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp!PortNumber`)

func (h netHost) facts() *evidence.Facts {
	c := evidence.Content{Item: evidence.Item{Path: "data/items/x", Status: evidence.Captured}}
	line := 0
	set := func(a evidence.Address, v evidence.Value) {
		line++
		c.Setting(evidence.Setting{Address: a, Value: v, Cite: evidence.Citation{Item: c.Item.Path, Line: line}})
	}
	cover := func(a evidence.Address) {
		c.Covered(evidence.Coverage{Scope: a, Deep: true, Cite: evidence.Citation{Item: c.Item.Path}})
	}
	values := map[string]uint32{"local Domain EnableFirewall": 1, "local Private EnableFirewall": 1, "local Public EnableFirewall": 1}
	for k, v := range h.profile {
		values[k] = v
	}
	for k, v := range values {
		part := strings.Fields(k)
		root, key := localFirewall, profileKeys[part[1]].local[0]
		switch part[0] {
		case "policy":
			root, key = policyFirewall, profileKeys[part[1]].policy[0]
		case "older": // Group Policy in the form of Windows XP
			root = policyFirewall
		}
		if !strings.Contains(h.without, part[0]) {
			set(evidence.RegistryValue(root+key, part[2]), evidence.RegistryDWord(v))
		}
	}
	if !strings.Contains(h.without, "local") {
		cover(evidence.RegistryKey(localFirewall))
		cover(evidence.LocalRules)
	}
	if !strings.Contains(h.without, "policy") {
		cover(evidence.RegistryKey(policyFirewall))
		cover(evidence.PolicyRules)
	}
	for _, r := range h.local {
		set(evidence.LocalRules+evidence.Address("/"+r.Name), r)
	}
	for _, r := range h.policy {
		set(evidence.PolicyRules+evidence.Address("/"+r.Name), r)
	}
	if !strings.Contains(h.without, "netstat") {
		cover("listener:tcp")
		cover("listener:udp")
		for protocol, rows := range map[string][]string{"tcp": h.tcp, "udp": h.udp} {
			for _, row := range rows {
				part := append(strings.Fields(row), "", "", "")
				a := evidence.Endpoint{Protocol: protocol, AddrPort: netip.MustParseAddrPort(part[0])}.Address()
				set(a, evidence.Listening)
				if part[1] == "4" {
					set(a+"@process", evidence.Processes{4})
				}
				if part[2] != "" {
					set(a+"@program", evidence.Programs{{Name: part[2], Component: part[3]}})
				}
			}
		}
	}
	if h.port != 0 {
		set(rdpPort, evidence.RegistryDWord(h.port))
	}
	if h.member != "" {
		set("system:domain-member", evidence.Text(h.member))
	}
	return evidence.NewFacts([]evidence.Content{c})
}

// allowRule returns an active inbound allow rule for ports of a protocol; change changes it.
func allowRule(name string, protocol int, ports string, change ...func(*evidence.FirewallRule)) evidence.FirewallRule {
	r := evidence.FirewallRule{Action: "Allow", Direction: "In", Active: true, Protocol: protocol, Name: name}
	if ports != "" {
		p, err := evidence.ParsePortRange(ports)
		if err != nil {
			panic(err)
		}
		r.LocalPorts = evidence.NewPorts(p)
	}
	for _, f := range change {
		f(&r)
	}
	r.Tokens = []evidence.RuleToken{{Name: "Name", Value: name}}
	return r
}

type ruleChange = func(*evidence.FirewallRule)

func fromOnly(addresses ...string) ruleChange {
	return func(r *evidence.FirewallRule) {
		for _, a := range addresses {
			if v, err := evidence.ParseAddressRange(a); err == nil {
				r.RemoteAddresses = append(r.RemoteAddresses, v)
			} else {
				r.RemoteWords = append(r.RemoteWords, a)
			}
		}
	}
}

func blocks(r *evidence.FirewallRule) { r.Action = "Block" }
func switchedOff(r *evidence.FirewallRule) {
	r.Active = false
}
func older(r *evidence.FirewallRule)    { r.Older = true }
func goingOut(r *evidence.FirewallRule) { r.Direction = "Out" }
func program(path string) ruleChange    { return func(r *evidence.FirewallRule) { r.Program = path } }
func service(name string) ruleChange    { return func(r *evidence.FirewallRule) { r.Service = name } }
func portWords(w ...string) ruleChange  { return func(r *evidence.FirewallRule) { r.PortWords = w } }
func inProfiles(profile ...string) ruleChange {
	return func(r *evidence.FirewallRule) { r.Profiles = profile }
}
func narrowed(token string) ruleChange {
	return func(r *evidence.FirewallRule) { r.Narrowing = []evidence.RuleToken{{Name: token, Value: "x"}} }
}
func localAddress(a string) ruleChange {
	return func(r *evidence.FirewallRule) {
		v, err := evidence.ParseAddressRange(a)
		if err != nil {
			panic(err)
		}
		r.LocalAddresses = append(r.LocalAddresses, v)
	}
}

const (
	wantPass   = evidence.Pass
	wantFail   = evidence.Fail
	wantReview = evidence.NeedsReview
	wantNone   = evidence.NotCollected
	wantNa     = evidence.NotApplicable
)

type ruleList = []evidence.FirewallRule

func TestPorts(t *testing.T) {
	rdp := []string{"0.0.0.0:3389 1668 svchost.exe TermService"}
	three := 3
	tests := []struct {
		name    string
		host    netHost
		kind    string
		address evidence.Address
		want    []string
		answers evidence.Answers
		result  evidence.Result
		actual  string // part of the first Reason of that result
	}{
		{"nothing at all", netHost{}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, "nothing listens on TCP 3389"},
		{"listener without rule", netHost{tcp: rdp}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, "the firewall lets nobody in"},
		{"rule without listener", netHost{local: ruleList{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, "nothing listens"},
		{"rule and listener", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail,
			`anyone can reach TCP 3389: rule "RDP" allows it from any address; svchost.exe (TermService) listens on TCP 0.0.0.0:3389`},
		{"range swallows the port", netHost{udp: []string{"0.0.0.0:72"}, local: ruleList{allowRule("Tunnels", 17, "70-75")}}, "port-closed", "inbound:udp/70-74", nil, evidence.Answers{}, wantFail, "anyone can reach UDP 70-74"},
		{"neighbour is open", netHost{udp: []string{"0.0.0.0:75"}, local: ruleList{allowRule("Heartbeat", 17, "75")}}, "port-closed", "inbound:udp/70-74", nil, evidence.Answers{}, wantPass, "nothing listens"},
		{"any protocol, any port", netHost{tcp: rdp, local: ruleList{allowRule("All", evidence.AnyProtocol, "")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "anyone can reach"},
		{"udp rule, tcp listener", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 17, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, "lets nobody in"},
		{"inactive, outbound and block rules are mentions", netHost{tcp: rdp, local: ruleList{
			allowRule("A", 6, "3389", switchedOff), allowRule("B", 6, "3389", goingOut), allowRule("C", 6, "3389", blocks)}},
			"port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, "lets nobody in"},
		{"one profile is enough", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389", inProfiles("Public"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "in the Public profile"},
		{"local subnet is not closed", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389", fromOnly("LocalSubnet"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "from the local subnet"},
		{"loopback scope is closed", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389", fromOnly("127.0.0.1"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, "lets nobody in"},
		{"loopback listener", netHost{tcp: []string{"127.0.0.1:3306", "[::1]:3306"}, local: ruleList{allowRule("SQL", 6, "3306")}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, wantPass, "only the host itself"},
		{"IPv6 listener", netHost{tcp: []string{"[::]:3306"}, local: ruleList{allowRule("SQL", 6, "3306")}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, wantFail, "TCP [::]:3306"},
		{"rule for the other family", netHost{tcp: []string{"0.0.0.0:3306"}, local: ruleList{allowRule("SQL", 6, "3306", fromOnly("2001:db8::/32"))}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, wantPass, ""},
		{"rule for another local address", netHost{tcp: []string{"10.0.0.5:3306"}, local: ruleList{allowRule("SQL", 6, "3306", localAddress("10.0.0.6"))}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, wantPass, ""},
		{"block wins", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", blocks)}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"block of a part", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", blocks, fromOnly("10.0.0.0/8"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, `rule "No" blocks a part of it`},
		{"block of all that is allowed", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389", fromOnly("10.1.0.0/16")), allowRule("No", 6, "3389", blocks, fromOnly("10.0.0.0/8"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"block of both halves", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", blocks, fromOnly("128.0.0.0/1", "0.0.0.0/1"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"block of both halves of one family", netHost{tcp: []string{"[::]:3389"}, local: ruleList{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", blocks, fromOnly("0.0.0.0/1", "128.0.0.0/1"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "anyone can"},
		{"block for another program", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", blocks, program(`C:\other.exe`))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "anyone can"},
		{"block in one profile", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", blocks, inProfiles("Domain"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "in the Private and Public profile"},
		{"narrowed", netHost{tcp: []string{"0.0.0.0:445 4"}, local: ruleList{allowRule("WiFiDirect", 6, "", program("System"), narrowed("TTK2_27"))}}, "port-closed", "inbound:tcp/445", nil, evidence.Answers{}, wantReview, "for some traffic only (TTK2_27)"},
		{"narrowed for another program", netHost{tcp: rdp, local: ruleList{allowRule("WiFiDirect", 6, "", program("System"), narrowed("TTK2_27"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"packaged app and a service", netHost{tcp: rdp, local: ruleList{allowRule("App", evidence.AnyProtocol, "", narrowed("AppPkgId"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"packaged app and a program", netHost{tcp: []string{"0.0.0.0:3389 9 other.exe"}, local: ruleList{allowRule("App", evidence.AnyProtocol, "", narrowed("AppPkgId"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantReview, "AppPkgId"},
		{"program rule joined", netHost{tcp: []string{"0.0.0.0:8040 9 ScreenConnect.Service.exe"}, local: ruleList{allowRule("SC", 6, "", program(`%ProgramFiles%\ScreenConnect\screenconnect.service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, wantFail, "anyone can"},
		{"program rule, program unknown", netHost{tcp: []string{"0.0.0.0:8040"}, local: ruleList{allowRule("SC", 6, "", program(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, wantReview, "which program listens was not shown"},
		{"port and program, program unknown", netHost{tcp: []string{"0.0.0.0:8040"}, local: ruleList{allowRule("SC", 6, "8040", program(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, wantFail, "anyone can"},
		{"program rule by a short name", netHost{tcp: []string{"0.0.0.0:8040 9 ScreenConnect.Service.exe"}, local: ruleList{allowRule("SC", 6, "", program(`C:\PROGRA~2\SCREEN~1\SCREEN~1.EXE`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, wantReview, "may reach"},
		{"port and a short name", netHost{tcp: []string{"0.0.0.0:8040 9 ScreenConnect.Service.exe"}, local: ruleList{allowRule("SC", 6, "8040", program(`C:\PROGRA~2\SCREEN~1\SCREEN~1.EXE`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, wantFail, "anyone can"},
		{"port and another program", netHost{tcp: []string{"0.0.0.0:80 9 httpd.exe"}, local: ruleList{allowRule("SC", 6, "80", program(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/80", nil, evidence.Answers{}, wantPass, ""},
		{"RPC endpoint mapper", netHost{tcp: []string{"0.0.0.0:135 832 svchost.exe RpcEptMapper"}, local: ruleList{allowRule("EPM", 6, "", portWords("RPC-EPMap"), program(`%SystemRoot%\system32\svchost.exe`), service("RPCSS"))}}, "port-closed", "inbound:tcp/135", nil, evidence.Answers{}, wantFail, "TCP 135"},
		{"RPC dynamic", netHost{tcp: []string{"0.0.0.0:49670 832 svchost.exe Schedule"}, local: ruleList{allowRule("RPC", 6, "", portWords("RPC"))}}, "port-closed", "inbound:tcp/49670", nil, evidence.Answers{}, wantReview, "gives out"},
		{"firewall off", netHost{tcp: rdp, profile: map[string]uint32{"local Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "the firewall is off in the Public profile"},
		{"firewall off, nothing listens", netHost{profile: map[string]uint32{"local Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"policy turns it on", netHost{tcp: rdp, profile: map[string]uint32{"local Public EnableFirewall": 0, "policy Public EnableFirewall": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"policy turns it off", netHost{tcp: rdp, profile: map[string]uint32{"policy Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "is off"},
		{"older policy turns it off", netHost{tcp: rdp, profile: map[string]uint32{"older Private EnableFirewall": 0, "policy Private EnableFirewall": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantReview, "may count for the public profile"},
		{"today's policy beside the older", netHost{tcp: rdp, profile: map[string]uint32{"older Private EnableFirewall": 0, "policy Private EnableFirewall": 1, "policy Public EnableFirewall": 1}},
			"port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"older policy says the same", netHost{tcp: rdp, profile: map[string]uint32{"older Private EnableFirewall": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"exception of the older form", netHost{tcp: rdp, policy: ruleList{allowRule("RDP", 6, "3389", older)}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantReview, "exception of the older form"},
		{"default allow", netHost{tcp: rdp, profile: map[string]uint32{"local Domain DefaultInboundAction": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, "lets in what no rule blocks in the Domain profile"},
		{"no exceptions", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389", inProfiles("Public"))}, profile: map[string]uint32{"local Public DoNotAllowExceptions": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"local rules do not count", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389", inProfiles("Domain"))}, profile: map[string]uint32{"policy Domain AllowLocalPolicyMerge": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantPass, ""},
		{"policy rules count then", netHost{tcp: rdp, policy: ruleList{allowRule("RDP", 6, "3389", inProfiles("Domain"))}, profile: map[string]uint32{"policy Domain AllowLocalPolicyMerge": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantFail, `Group Policy rule "RDP"`},
		{"no netstat", netHost{without: "netstat"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantNone, "listeners"},
		{"no netstat, a rule", netHost{without: "netstat", local: ruleList{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantNone, "listeners"},
		{"no firewall", netHost{without: "local policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantNone, "firewall"},
		{"no policy, closed", netHost{tcp: rdp, without: "policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantNone, "Group Policy"},
		{"no policy, open", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389")}, without: "policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, wantReview, "Group Policy was not collected"},
		{"any protocol", netHost{udp: []string{"0.0.0.0:8002"}, local: ruleList{allowRule("M", 17, "8002")}}, "port-closed", "inbound:any/8002", nil, evidence.Answers{}, wantFail, "UDP 8002"},

		{"moved to another port", netHost{tcp: []string{"0.0.0.0:3390 9 svchost.exe TermService"}, local: ruleList{allowRule("RDP", 6, "3390")}, port: 3390}, "port-closed", "inbound:tcp/3389", []string{"at " + string(rdpPort)}, evidence.Answers{}, wantFail, "anyone can reach TCP 3390"},
		{"moved and closed", netHost{tcp: []string{"0.0.0.0:3390 9 svchost.exe TermService"}, port: 3390}, "port-closed", "inbound:tcp/3389", []string{"at " + string(rdpPort)}, evidence.Answers{}, wantPass, "listens on TCP 0.0.0.0:3390"},
		{"where it moved is not collected", netHost{}, "port-closed", "inbound:tcp/3389", []string{"at " + string(rdpPort)}, evidence.Answers{}, wantNone, "no export holds"},
		{"moved to no port", netHost{port: 70000}, "port-closed", "inbound:tcp/3389", []string{"at " + string(rdpPort)}, evidence.Answers{}, wantReview, "no port"},
		{"moved, and that counts too", netHost{tcp: []string{"0.0.0.0:3390 9 svchost.exe TermService"}, local: ruleList{allowRule("RDP", 6, "3390")}, port: 3390}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantFail, "anyone can reach TCP 3389-3390"},
		{"not moved", netHost{tcp: []string{"0.0.0.0:3390"}, local: ruleList{allowRule("X", 6, "3390")}, port: 3389}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantPass, ""},
		{"moved, and the usual port open", netHost{tcp: []string{"0.0.0.0:3389"}, local: ruleList{allowRule("X", 6, "3389")}, port: 3390}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantFail, "TCP 3389"},
		{"moved and closed on both", netHost{tcp: []string{"0.0.0.0:3390 9 svchost.exe TermService"}, port: 3390}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantPass, "listens on TCP 0.0.0.0:3390"},
		{"moved over UDP", netHost{udp: []string{"0.0.0.0:3390"}, local: ruleList{allowRule("RDP", 17, "3390")}, port: 3390}, "port-closed", "inbound:udp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantFail, "UDP 3389-3390"},
		{"the other port is not collected, the usual one closed", netHost{}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantPass, "nothing listens on TCP 3389"},
		{"the other port is no port, the usual one closed", netHost{port: 70000}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantReview, "no port"},
		{"the other port is no port, the usual one open", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389")}, port: 70000}, "port-closed", "inbound:tcp/3389", []string{"also at " + string(rdpPort)}, evidence.Answers{}, wantFail, "TCP 3389"},
		{"a program's other port", netHost{tcp: []string{"127.0.0.1:3306 9 mysqld.exe", "[::]:33060 9 MySQLd.exe"}, local: ruleList{allowRule("X", 6, "33060")}}, "port-closed", "inbound:tcp/3306", []string{"with mysqld.exe"}, evidence.Answers{}, wantFail, "anyone can reach TCP 3306, 33060"},
		{"another program's port", netHost{tcp: []string{"127.0.0.1:3306 9 mysqld.exe", "[::]:33060 9 x.exe"}, local: ruleList{allowRule("X", 6, "33060")}}, "port-closed", "inbound:tcp/3306", []string{"with mysqld.exe"}, evidence.Answers{}, wantPass, ""},
		{"a service's other port", netHost{tcp: []string{"0.0.0.0:3390 9 svchost.exe TermService"}, local: ruleList{allowRule("RDP", 6, "3390")}}, "port-closed", "inbound:tcp/3389", []string{"with TermService"}, evidence.Answers{}, wantFail, "TCP 3389-3390"},

		{"domain member", netHost{tcp: rdp, member: "yes", local: ruleList{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, wantNa, ""},
		{"no domain member", netHost{tcp: rdp, member: "no", local: ruleList{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, wantFail, ""},
		{"membership unknown", netHost{tcp: rdp, local: ruleList{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, wantReview, ""},

		{"open", netHost{udp: []string{"0.0.0.0:75"}, local: ruleList{allowRule("Heartbeat", 17, "75")}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, wantPass, `rule "Heartbeat" allows it from any address`},
		{"open, nothing listens", netHost{local: ruleList{allowRule("Heartbeat", 17, "75")}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, wantPass, ""},
		{"not open", netHost{udp: []string{"0.0.0.0:75"}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, wantFail, "no active rule lets in UDP 75"},
		{"open in one profile", netHost{local: ruleList{allowRule("Heartbeat", 17, "75", inProfiles("Domain"))}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, wantReview, "UDP 75 is let in, but not in the Private and Public profile"},
		{"open without firewall view", netHost{without: "local"}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, wantNone, ""},

		{"only", netHost{tcp: []string{"0.0.0.0:443 4", "127.0.0.1:3306"}, local: ruleList{allowRule("HTTPS", 6, "443")}}, "ports-only", "inbound:", []string{"tcp/443", "udp/75"}, evidence.Answers{}, wantPass, ""},
		{"not only", netHost{tcp: []string{"0.0.0.0:443 4", "0.0.0.0:8040"}, local: ruleList{allowRule("HTTPS", 6, "443"), allowRule("SC", 6, "8040-8041")}}, "ports-only", "inbound:", []string{"tcp/443"}, evidence.Answers{}, wantFail, "TCP 8040"},
		{"only, no netstat", netHost{without: "netstat"}, "ports-only", "inbound:", []string{"tcp/443"}, evidence.Answers{}, wantNone, ""},

		{"scope holds", netHost{tcp: []string{"0.0.0.0:3306"}, local: ruleList{allowRule("SQL", 6, "3306", fromOnly("10.0.0.7"))}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, wantPass, "from 10.0.0.7"},
		{"scope too wide", netHost{tcp: []string{"0.0.0.0:3306"}, local: ruleList{allowRule("SQL", 6, "3306", fromOnly("10.0.0.0/8"))}}, "port-scope", "inbound:tcp/3306", []string{"from 10.0.0.7"}, evidence.Answers{}, wantFail, "from 10.0.0.0/8"},
		{"scope any", netHost{tcp: []string{"0.0.0.0:3306"}, local: ruleList{allowRule("SQL", 6, "3306")}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, wantFail, "anyone"},
		{"scope subnet", netHost{tcp: []string{"0.0.0.0:3306"}, local: ruleList{allowRule("SQL", 6, "3306", fromOnly("LocalSubnet"))}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, wantReview, "the local subnet"},

		{"technicians unknown", netHost{}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{}, wantReview, "technicians"},
		{"technicians", netHost{local: ruleList{allowRule("T", 6, "40000-40012")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, wantPass, ""},
		{"range too short", netHost{local: ruleList{allowRule("T", 6, "40000-40011")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, wantFail, ""},
		{"range too long", netHost{local: ruleList{allowRule("T", 6, "40000-40050")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, wantFail, "TCP 40013-40050 as well"},

		{"range, firewall off", netHost{profile: map[string]uint32{"local Domain EnableFirewall": 0, "local Private EnableFirewall": 0, "local Public EnableFirewall": 0}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, wantFail, "the firewall is off, and TCP 40013-41012 as well"},
		{"open for a program that does not listen", netHost{local: ruleList{allowRule("Agent", evidence.AnyProtocol, "", program(`C:\agent.exe`))}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, wantFail, "no active rule lets in UDP 75"},

		{"on", netHost{}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, wantPass, "on"},
		{"off", netHost{profile: map[string]uint32{"local Private EnableFirewall": 0}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, wantFail, "off"},
		{"on by policy", netHost{profile: map[string]uint32{"local Private EnableFirewall": 0, "policy Private EnableFirewall": 1}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, wantPass, "on"},
		{"off by policy", netHost{profile: map[string]uint32{"policy Private EnableFirewall": 0}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, wantFail, "off"},
		{"on, policy unread", netHost{without: "policy"}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, wantNone, "Group Policy"},
		{"nothing read", netHost{without: "local policy"}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, wantNone, ""},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.name, func(t *testing.T) {
			judge, err := Prepare(evidence.Check{Kind: tt.kind, Address: tt.address, Want: tt.want})
			if err != nil {
				t.Fatal(err)
			}
			v := evidence.Combine(evidence.BasisEvidence, judge(Case{Facts: tt.host.facts(), Answers: &tt.answers})...)
			if v.Result != tt.result {
				t.Fatalf("got %s, want %s: %+v", v.Result, tt.result, v.Reasons)
			}
			for _, r := range v.Reasons {
				if r.Result != v.Result {
					continue
				}
				if !strings.Contains(r.Actual, tt.actual) {
					t.Errorf("actual %q does not contain %q", r.Actual, tt.actual)
				}
				return
			}
		})
	}
}

// TestMovedPortIsCited: where a service was moved to is shown by the value that says so, and said in words.
func TestMovedPortIsCited(t *testing.T) {
	judge, err := Prepare(evidence.Check{Kind: "port-closed", Address: "inbound:tcp/3389", Want: []string{"also at " + string(rdpPort)}})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range []netHost{
		{port: 3390},
		{port: 3390, tcp: []string{"0.0.0.0:3390"}, local: ruleList{allowRule("RDP", 6, "3390")}},
	} {
		f := h.facts()
		r := judge(Case{Facts: f, Answers: &evidence.Answers{}})[0]
		if !slices.Contains(r.Cites, f.Lookup(rdpPort).Cites[0]) || !strings.Contains(r.Note, "moved to port 3390, as PortNumber says") {
			t.Errorf("%s: note %q, cites %v", r.Result, r.Note, r.Cites)
		}
	}
	if r := judge(Case{Facts: netHost{}.facts(), Answers: &evidence.Answers{}})[0]; !strings.Contains(r.Note, "PortNumber was not collected") {
		t.Errorf("%s: note %q", r.Result, r.Note)
	}
}
