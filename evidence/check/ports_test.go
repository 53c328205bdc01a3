package check

import (
	"net/netip"
	"strings"
	"testing"

	"auditpack/evidence"
)

// server builds Facts of a server by hand; the zero server has both views whole, the firewall on, no rules and no listeners.
type server struct {
	local, policy []evidence.FirewallRule
	profile       map[string]uint32 // "local Domain EnableFirewall" or "policy Public AllowLocalPolicyMerge"
	tcp, udp      []string          // address:port, or address:port process program component
	without       string            // parts that nobody collected: local policy netstat
	member        string
}

func (h server) facts() *evidence.Facts {
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
		if part[0] == "policy" {
			root, key = policyFirewall, profileKeys[part[1]].policy[0]
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

func from(addresses ...string) ruleChange {
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

func block(r *evidence.FirewallRule) { r.Action = "Block" }
func inactive(r *evidence.FirewallRule) {
	r.Active = false
}
func outbound(r *evidence.FirewallRule) { r.Direction = "Out" }
func app(path string) ruleChange        { return func(r *evidence.FirewallRule) { r.Program = path } }
func svc(name string) ruleChange        { return func(r *evidence.FirewallRule) { r.Service = name } }
func words(w ...string) ruleChange      { return func(r *evidence.FirewallRule) { r.PortWords = w } }
func only(profile ...string) ruleChange {
	return func(r *evidence.FirewallRule) { r.Profiles = profile }
}
func narrow(token string) ruleChange {
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
	pass   = evidence.Pass
	fail   = evidence.Fail
	review = evidence.NeedsReview
	none   = evidence.NotCollected
	na     = evidence.NotApplicable
)

type rules = []evidence.FirewallRule

func TestPorts(t *testing.T) {
	rdp := []string{"0.0.0.0:3389 1668 svchost.exe TermService"}
	three, forty := 3, 4
	_ = forty
	tests := []struct {
		name    string
		server    server
		kind    string
		address evidence.Address
		want    []string
		answers evidence.Answers
		result  evidence.Result
		actual  string // part of the first Reason of that result
	}{
		{"nothing at all", server{}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "nothing listens on TCP 3389"},
		{"listener without rule", server{tcp: rdp}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "the firewall lets nobody in"},
		{"rule without listener", server{local: rules{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "nothing listens"},
		{"rule and listener", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail,
			`anyone can reach TCP 3389: rule "RDP" allows it from any address; svchost.exe (TermService) listens on TCP 0.0.0.0:3389`},
		{"range swallows the port", server{udp: []string{"0.0.0.0:72"}, local: rules{allowRule("Tunnels", 17, "70-75")}}, "port-closed", "inbound:udp/70-74", nil, evidence.Answers{}, fail, "anyone can reach UDP 70-74"},
		{"neighbour is open", server{udp: []string{"0.0.0.0:75"}, local: rules{allowRule("Heartbeat", 17, "75")}}, "port-closed", "inbound:udp/70-74", nil, evidence.Answers{}, pass, "nothing listens"},
		{"any protocol, any port", server{tcp: rdp, local: rules{allowRule("All", evidence.AnyProtocol, "")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "anyone can reach"},
		{"udp rule, tcp listener", server{tcp: rdp, local: rules{allowRule("RDP", 17, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "lets nobody in"},
		{"inactive, outbound and block rules are mentions", server{tcp: rdp, local: rules{
			allowRule("A", 6, "3389", inactive), allowRule("B", 6, "3389", outbound), allowRule("C", 6, "3389", block)}},
			"port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "lets nobody in"},
		{"one profile is enough", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389", only("Public"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "in the Public profile"},
		{"local subnet is not closed", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389", from("LocalSubnet"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "from the local subnet"},
		{"loopback scope is closed", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389", from("127.0.0.1"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "lets nobody in"},
		{"loopback listener", server{tcp: []string{"127.0.0.1:3306", "[::1]:3306"}, local: rules{allowRule("SQL", 6, "3306")}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, pass, "only the host itself"},
		{"IPv6 listener", server{tcp: []string{"[::]:3306"}, local: rules{allowRule("SQL", 6, "3306")}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, fail, "TCP [::]:3306"},
		{"rule for the other family", server{tcp: []string{"0.0.0.0:3306"}, local: rules{allowRule("SQL", 6, "3306", from("2001:db8::/32"))}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, pass, ""},
		{"rule for another local address", server{tcp: []string{"10.0.0.5:3306"}, local: rules{allowRule("SQL", 6, "3306", localAddress("10.0.0.6"))}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, pass, ""},
		{"block wins", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", block)}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"block of a part", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", block, from("10.0.0.0/8"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, `rule "No" blocks a part of it`},
		{"block of all that is allowed", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389", from("10.1.0.0/16")), allowRule("No", 6, "3389", block, from("10.0.0.0/8"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"block for another program", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", block, app(`C:\other.exe`))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "anyone can"},
		{"block in one profile", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389"), allowRule("No", 6, "3389", block, only("Domain"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "in the Private and Public profile"},
		{"narrowed", server{tcp: []string{"0.0.0.0:445 4"}, local: rules{allowRule("WiFiDirect", 6, "", app("System"), narrow("TTK2_27"))}}, "port-closed", "inbound:tcp/445", nil, evidence.Answers{}, review, "for some traffic only (TTK2_27)"},
		{"narrowed for another program", server{tcp: rdp, local: rules{allowRule("WiFiDirect", 6, "", app("System"), narrow("TTK2_27"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"packaged app and a service", server{tcp: rdp, local: rules{allowRule("App", evidence.AnyProtocol, "", narrow("AppPkgId"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"packaged app and a program", server{tcp: []string{"0.0.0.0:3389 9 other.exe"}, local: rules{allowRule("App", evidence.AnyProtocol, "", narrow("AppPkgId"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, review, "AppPkgId"},
		{"program rule joined", server{tcp: []string{"0.0.0.0:8040 9 ScreenConnect.Service.exe"}, local: rules{allowRule("SC", 6, "", app(`%ProgramFiles%\ScreenConnect\screenconnect.service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, fail, "anyone can"},
		{"program rule, program unknown", server{tcp: []string{"0.0.0.0:8040"}, local: rules{allowRule("SC", 6, "", app(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, review, "which program listens was not shown"},
		{"port and program, program unknown", server{tcp: []string{"0.0.0.0:8040"}, local: rules{allowRule("SC", 6, "8040", app(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, fail, "anyone can"},
		{"port and another program", server{tcp: []string{"0.0.0.0:80 9 httpd.exe"}, local: rules{allowRule("SC", 6, "80", app(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/80", nil, evidence.Answers{}, pass, ""},
		{"RPC endpoint mapper", server{tcp: []string{"0.0.0.0:135 832 svchost.exe RpcEptMapper"}, local: rules{allowRule("EPM", 6, "", words("RPC-EPMap"), app(`%SystemRoot%\system32\svchost.exe`), svc("RPCSS"))}}, "port-closed", "inbound:tcp/135", nil, evidence.Answers{}, fail, "TCP 135"},
		{"RPC dynamic", server{tcp: []string{"0.0.0.0:49670 832 svchost.exe Schedule"}, local: rules{allowRule("RPC", 6, "", words("RPC"))}}, "port-closed", "inbound:tcp/49670", nil, evidence.Answers{}, review, "gives out"},
		{"firewall off", server{tcp: rdp, profile: map[string]uint32{"local Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "the firewall is off in the Public profile"},
		{"firewall off, nothing listens", server{profile: map[string]uint32{"local Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"policy turns it on", server{tcp: rdp, profile: map[string]uint32{"local Public EnableFirewall": 0, "policy Public EnableFirewall": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"policy turns it off", server{tcp: rdp, profile: map[string]uint32{"policy Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "is off"},
		{"default allow", server{tcp: rdp, profile: map[string]uint32{"local Domain DefaultInboundAction": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "lets in what no rule blocks in the Domain profile"},
		{"no exceptions", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389", only("Public"))}, profile: map[string]uint32{"local Public DoNotAllowExceptions": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"local rules do not count", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389", only("Domain"))}, profile: map[string]uint32{"policy Domain AllowLocalPolicyMerge": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"policy rules count then", server{tcp: rdp, policy: rules{allowRule("RDP", 6, "3389", only("Domain"))}, profile: map[string]uint32{"policy Domain AllowLocalPolicyMerge": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, `Group Policy rule "RDP"`},
		{"no netstat", server{without: "netstat"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "listeners"},
		{"no netstat, a rule", server{without: "netstat", local: rules{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "listeners"},
		{"no firewall", server{without: "local policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "firewall"},
		{"no policy, closed", server{tcp: rdp, without: "policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "Group Policy"},
		{"no policy, open", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389")}, without: "policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, review, "Group Policy was not collected"},
		{"any protocol", server{udp: []string{"0.0.0.0:8002"}, local: rules{allowRule("M", 17, "8002")}}, "port-closed", "inbound:any/8002", nil, evidence.Answers{}, fail, "UDP 8002"},

		{"domain member", server{tcp: rdp, member: "yes", local: rules{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, na, ""},
		{"no domain member", server{tcp: rdp, member: "no", local: rules{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, fail, ""},
		{"membership unknown", server{tcp: rdp, local: rules{allowRule("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, review, ""},

		{"open", server{udp: []string{"0.0.0.0:75"}, local: rules{allowRule("Heartbeat", 17, "75")}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, pass, `rule "Heartbeat" allows it from any address`},
		{"open, nothing listens", server{local: rules{allowRule("Heartbeat", 17, "75")}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, pass, ""},
		{"not open", server{udp: []string{"0.0.0.0:75"}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, fail, "no active rule"},
		{"open in one profile", server{local: rules{allowRule("Heartbeat", 17, "75", only("Domain"))}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, review, "not in the Private and Public profile"},
		{"open without firewall view", server{without: "local"}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, none, ""},

		{"only", server{tcp: []string{"0.0.0.0:443 4", "127.0.0.1:3306"}, local: rules{allowRule("HTTPS", 6, "443")}}, "ports-only", "inbound:", []string{"tcp/443", "udp/75"}, evidence.Answers{}, pass, ""},
		{"not only", server{tcp: []string{"0.0.0.0:443 4", "0.0.0.0:8040"}, local: rules{allowRule("HTTPS", 6, "443"), allowRule("SC", 6, "8040-8041")}}, "ports-only", "inbound:", []string{"tcp/443"}, evidence.Answers{}, fail, "TCP 8040"},
		{"only, no netstat", server{without: "netstat"}, "ports-only", "inbound:", []string{"tcp/443"}, evidence.Answers{}, none, ""},

		{"scope holds", server{tcp: []string{"0.0.0.0:3306"}, local: rules{allowRule("SQL", 6, "3306", from("10.0.0.7"))}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, pass, "from 10.0.0.7"},
		{"scope too wide", server{tcp: []string{"0.0.0.0:3306"}, local: rules{allowRule("SQL", 6, "3306", from("10.0.0.0/8"))}}, "port-scope", "inbound:tcp/3306", []string{"from 10.0.0.7"}, evidence.Answers{}, fail, "from 10.0.0.0/8"},
		{"scope any", server{tcp: []string{"0.0.0.0:3306"}, local: rules{allowRule("SQL", 6, "3306")}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, fail, "anyone"},
		{"scope subnet", server{tcp: []string{"0.0.0.0:3306"}, local: rules{allowRule("SQL", 6, "3306", from("LocalSubnet"))}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, review, "the local subnet"},

		{"technicians unknown", server{}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{}, review, "technicians"},
		{"technicians", server{local: rules{allowRule("T", 6, "40000-40012")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, pass, ""},
		{"range too short", server{local: rules{allowRule("T", 6, "40000-40011")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, fail, ""},
		{"range too long", server{local: rules{allowRule("T", 6, "40000-40050")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, fail, "TCP 40013-40050"},

		{"on", server{}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, pass, "on"},
		{"off", server{profile: map[string]uint32{"local Private EnableFirewall": 0}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, fail, "off"},
		{"on by policy", server{profile: map[string]uint32{"local Private EnableFirewall": 0, "policy Private EnableFirewall": 1}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, pass, "on"},
		{"off by policy", server{profile: map[string]uint32{"policy Private EnableFirewall": 0}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, fail, "off"},
		{"on, policy unread", server{without: "policy"}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, none, "Group Policy"},
		{"nothing read", server{without: "local policy"}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, none, ""},
	}
	for _, tt := range tests {
		t.Run(tt.kind+" "+tt.name, func(t *testing.T) {
			judge, err := Prepare(evidence.Check{Kind: tt.kind, Address: tt.address, Want: tt.want})
			if err != nil {
				t.Fatal(err)
			}
			v := evidence.Combine(evidence.BasisEvidence, judge(Case{Facts: tt.server.facts(), Answers: &tt.answers})...)
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
