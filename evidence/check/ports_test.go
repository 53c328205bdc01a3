package check

import (
	"net/netip"
	"strings"
	"testing"

	"auditpack/evidence"
)

// host builds Facts of a host by hand; the zero host has both views whole, the firewall on, no rules and no listeners.
type host struct {
	local, policy []evidence.FirewallRule
	profile       map[string]uint32 // "local Domain EnableFirewall" or "policy Public AllowLocalPolicyMerge"
	tcp, udp      []string          // address:port, or address:port process program component
	without       string            // parts that nobody collected: local policy netstat
	member        string
}

func (h host) facts() *evidence.Facts {
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

// allow returns an active inbound allow rule for ports of a protocol; change changes it.
func allow(name string, protocol int, ports string, change ...func(*evidence.FirewallRule)) evidence.FirewallRule {
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
		host    host
		kind    string
		address evidence.Address
		want    []string
		answers evidence.Answers
		result  evidence.Result
		actual  string // part of the first Reason of that result
	}{
		{"nothing at all", host{}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "nothing listens on TCP 3389"},
		{"listener without rule", host{tcp: rdp}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "the firewall lets nobody in"},
		{"rule without listener", host{local: rules{allow("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "nothing listens"},
		{"rule and listener", host{tcp: rdp, local: rules{allow("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail,
			`anyone can reach TCP 3389: rule "RDP" allows it from any address; svchost.exe (TermService) listens on TCP 0.0.0.0:3389`},
		{"range swallows the port", host{udp: []string{"0.0.0.0:72"}, local: rules{allow("Tunnels", 17, "70-75")}}, "port-closed", "inbound:udp/70-74", nil, evidence.Answers{}, fail, "anyone can reach UDP 70-74"},
		{"neighbour is open", host{udp: []string{"0.0.0.0:75"}, local: rules{allow("Heartbeat", 17, "75")}}, "port-closed", "inbound:udp/70-74", nil, evidence.Answers{}, pass, "nothing listens"},
		{"any protocol, any port", host{tcp: rdp, local: rules{allow("All", evidence.AnyProtocol, "")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "anyone can reach"},
		{"udp rule, tcp listener", host{tcp: rdp, local: rules{allow("RDP", 17, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "lets nobody in"},
		{"inactive, outbound and block rules are mentions", host{tcp: rdp, local: rules{
			allow("A", 6, "3389", inactive), allow("B", 6, "3389", outbound), allow("C", 6, "3389", block)}},
			"port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "lets nobody in"},
		{"one profile is enough", host{tcp: rdp, local: rules{allow("RDP", 6, "3389", only("Public"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "in the Public profile"},
		{"local subnet is not closed", host{tcp: rdp, local: rules{allow("RDP", 6, "3389", from("LocalSubnet"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "from the local subnet"},
		{"loopback scope is closed", host{tcp: rdp, local: rules{allow("RDP", 6, "3389", from("127.0.0.1"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, "lets nobody in"},
		{"loopback listener", host{tcp: []string{"127.0.0.1:3306", "[::1]:3306"}, local: rules{allow("SQL", 6, "3306")}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, pass, "only the host itself"},
		{"IPv6 listener", host{tcp: []string{"[::]:3306"}, local: rules{allow("SQL", 6, "3306")}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, fail, "TCP [::]:3306"},
		{"rule for the other family", host{tcp: []string{"0.0.0.0:3306"}, local: rules{allow("SQL", 6, "3306", from("2001:db8::/32"))}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, pass, ""},
		{"rule for another local address", host{tcp: []string{"10.0.0.5:3306"}, local: rules{allow("SQL", 6, "3306", localAddress("10.0.0.6"))}}, "port-closed", "inbound:tcp/3306", nil, evidence.Answers{}, pass, ""},
		{"block wins", host{tcp: rdp, local: rules{allow("RDP", 6, "3389"), allow("No", 6, "3389", block)}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"block of a part", host{tcp: rdp, local: rules{allow("RDP", 6, "3389"), allow("No", 6, "3389", block, from("10.0.0.0/8"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, `rule "No" blocks a part of it`},
		{"block of all that is allowed", host{tcp: rdp, local: rules{allow("RDP", 6, "3389", from("10.1.0.0/16")), allow("No", 6, "3389", block, from("10.0.0.0/8"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"block for another program", host{tcp: rdp, local: rules{allow("RDP", 6, "3389"), allow("No", 6, "3389", block, app(`C:\other.exe`))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "anyone can"},
		{"block in one profile", host{tcp: rdp, local: rules{allow("RDP", 6, "3389"), allow("No", 6, "3389", block, only("Domain"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "in the Private and Public profile"},
		{"narrowed", host{tcp: []string{"0.0.0.0:445 4"}, local: rules{allow("WiFiDirect", 6, "", app("System"), narrow("TTK2_27"))}}, "port-closed", "inbound:tcp/445", nil, evidence.Answers{}, review, "for some traffic only (TTK2_27)"},
		{"narrowed for another program", host{tcp: rdp, local: rules{allow("WiFiDirect", 6, "", app("System"), narrow("TTK2_27"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"packaged app and a service", host{tcp: rdp, local: rules{allow("App", evidence.AnyProtocol, "", narrow("AppPkgId"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"packaged app and a program", host{tcp: []string{"0.0.0.0:3389 9 other.exe"}, local: rules{allow("App", evidence.AnyProtocol, "", narrow("AppPkgId"))}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, review, "AppPkgId"},
		{"program rule joined", host{tcp: []string{"0.0.0.0:8040 9 ScreenConnect.Service.exe"}, local: rules{allow("SC", 6, "", app(`%ProgramFiles%\ScreenConnect\screenconnect.service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, fail, "anyone can"},
		{"program rule, program unknown", host{tcp: []string{"0.0.0.0:8040"}, local: rules{allow("SC", 6, "", app(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, review, "which program listens was not shown"},
		{"port and program, program unknown", host{tcp: []string{"0.0.0.0:8040"}, local: rules{allow("SC", 6, "8040", app(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/8040", nil, evidence.Answers{}, fail, "anyone can"},
		{"port and another program", host{tcp: []string{"0.0.0.0:80 9 httpd.exe"}, local: rules{allow("SC", 6, "80", app(`C:\SC\ScreenConnect.Service.exe`))}}, "port-closed", "inbound:tcp/80", nil, evidence.Answers{}, pass, ""},
		{"RPC endpoint mapper", host{tcp: []string{"0.0.0.0:135 832 svchost.exe RpcEptMapper"}, local: rules{allow("EPM", 6, "", words("RPC-EPMap"), app(`%SystemRoot%\system32\svchost.exe`), svc("RPCSS"))}}, "port-closed", "inbound:tcp/135", nil, evidence.Answers{}, fail, "TCP 135"},
		{"RPC dynamic", host{tcp: []string{"0.0.0.0:49670 832 svchost.exe Schedule"}, local: rules{allow("RPC", 6, "", words("RPC"))}}, "port-closed", "inbound:tcp/49670", nil, evidence.Answers{}, review, "gives out"},
		{"firewall off", host{tcp: rdp, profile: map[string]uint32{"local Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "the firewall is off in the Public profile"},
		{"firewall off, nothing listens", host{profile: map[string]uint32{"local Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"policy turns it on", host{tcp: rdp, profile: map[string]uint32{"local Public EnableFirewall": 0, "policy Public EnableFirewall": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"policy turns it off", host{tcp: rdp, profile: map[string]uint32{"policy Public EnableFirewall": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "is off"},
		{"default allow", host{tcp: rdp, profile: map[string]uint32{"local Domain DefaultInboundAction": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, "lets in what no rule blocks in the Domain profile"},
		{"no exceptions", host{tcp: rdp, local: rules{allow("RDP", 6, "3389", only("Public"))}, profile: map[string]uint32{"local Public DoNotAllowExceptions": 1}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"local rules do not count", host{tcp: rdp, local: rules{allow("RDP", 6, "3389", only("Domain"))}, profile: map[string]uint32{"policy Domain AllowLocalPolicyMerge": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, pass, ""},
		{"policy rules count then", host{tcp: rdp, policy: rules{allow("RDP", 6, "3389", only("Domain"))}, profile: map[string]uint32{"policy Domain AllowLocalPolicyMerge": 0}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, fail, `Group Policy rule "RDP"`},
		{"no netstat", host{without: "netstat"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "listeners"},
		{"no netstat, a rule", host{without: "netstat", local: rules{allow("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "listeners"},
		{"no firewall", host{without: "local policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "firewall"},
		{"no policy, closed", host{tcp: rdp, without: "policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, none, "Group Policy"},
		{"no policy, open", host{tcp: rdp, local: rules{allow("RDP", 6, "3389")}, without: "policy"}, "port-closed", "inbound:tcp/3389", nil, evidence.Answers{}, review, "Group Policy was not collected"},
		{"any protocol", host{udp: []string{"0.0.0.0:8002"}, local: rules{allow("M", 17, "8002")}}, "port-closed", "inbound:any/8002", nil, evidence.Answers{}, fail, "UDP 8002"},

		{"domain member", host{tcp: rdp, member: "yes", local: rules{allow("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, na, ""},
		{"no domain member", host{tcp: rdp, member: "no", local: rules{allow("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, fail, ""},
		{"membership unknown", host{tcp: rdp, local: rules{allow("RDP", 6, "3389")}}, "port-closed", "inbound:tcp/3389", []string{"unless domain-member"}, evidence.Answers{}, review, ""},

		{"open", host{udp: []string{"0.0.0.0:75"}, local: rules{allow("Heartbeat", 17, "75")}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, pass, `rule "Heartbeat" allows it from any address`},
		{"open, nothing listens", host{local: rules{allow("Heartbeat", 17, "75")}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, pass, ""},
		{"not open", host{udp: []string{"0.0.0.0:75"}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, fail, "no active rule"},
		{"open in one profile", host{local: rules{allow("Heartbeat", 17, "75", only("Domain"))}}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, review, "not in the Private and Public profile"},
		{"open without firewall view", host{without: "local"}, "port-open", "inbound:udp/75", nil, evidence.Answers{}, none, ""},

		{"only", host{tcp: []string{"0.0.0.0:443 4", "127.0.0.1:3306"}, local: rules{allow("HTTPS", 6, "443")}}, "ports-only", "inbound:", []string{"tcp/443", "udp/75"}, evidence.Answers{}, pass, ""},
		{"not only", host{tcp: []string{"0.0.0.0:443 4", "0.0.0.0:8040"}, local: rules{allow("HTTPS", 6, "443"), allow("SC", 6, "8040-8041")}}, "ports-only", "inbound:", []string{"tcp/443"}, evidence.Answers{}, fail, "TCP 8040"},
		{"only, no netstat", host{without: "netstat"}, "ports-only", "inbound:", []string{"tcp/443"}, evidence.Answers{}, none, ""},

		{"scope holds", host{tcp: []string{"0.0.0.0:3306"}, local: rules{allow("SQL", 6, "3306", from("10.0.0.7"))}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, pass, "from 10.0.0.7"},
		{"scope too wide", host{tcp: []string{"0.0.0.0:3306"}, local: rules{allow("SQL", 6, "3306", from("10.0.0.0/8"))}}, "port-scope", "inbound:tcp/3306", []string{"from 10.0.0.7"}, evidence.Answers{}, fail, "from 10.0.0.0/8"},
		{"scope any", host{tcp: []string{"0.0.0.0:3306"}, local: rules{allow("SQL", 6, "3306")}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, fail, "anyone"},
		{"scope subnet", host{tcp: []string{"0.0.0.0:3306"}, local: rules{allow("SQL", 6, "3306", from("LocalSubnet"))}}, "port-scope", "inbound:tcp/3306", []string{"from private"}, evidence.Answers{}, review, "the local subnet"},

		{"technicians unknown", host{}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{}, review, "technicians"},
		{"technicians", host{local: rules{allow("T", 6, "40000-40012")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, pass, ""},
		{"range too short", host{local: rules{allow("T", 6, "40000-40011")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, fail, ""},
		{"range too long", host{local: rules{allow("T", 6, "40000-40050")}}, "technician-range", "inbound:tcp/40000", nil, evidence.Answers{Technicians: &three}, fail, "TCP 40013-40050"},

		{"on", host{}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, pass, "on"},
		{"off", host{profile: map[string]uint32{"local Private EnableFirewall": 0}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, fail, "off"},
		{"on by policy", host{profile: map[string]uint32{"local Private EnableFirewall": 0, "policy Private EnableFirewall": 1}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, pass, "on"},
		{"off by policy", host{profile: map[string]uint32{"policy Private EnableFirewall": 0}}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, fail, "off"},
		{"on, policy unread", host{without: "policy"}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, none, "Group Policy"},
		{"nothing read", host{without: "local policy"}, "firewall-on", "firewall-profile:", nil, evidence.Answers{}, none, ""},
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
