package check

import (
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
)

// content returns what netHost's facts were made from, as an Item of its own.
func (h netHost) content(path string) evidence.Content {
	c := h.facts().Contents()[0]
	c.Item.Path = path
	for i := range c.Settings {
		c.Settings[i].Cite.Item = path
	}
	for i := range c.Covers {
		c.Covers[i].Cite.Item = path
	}
	return c
}

func judgeRDP(t *testing.T, contents ...evidence.Content) evidence.Verdict {
	t.Helper()
	judge, err := Prepare(evidence.Check{Kind: "port-closed", Address: "inbound:tcp/3389"})
	if err != nil {
		t.Fatal(err)
	}
	return evidence.Combine(evidence.BasisEvidence, judge(Case{Facts: evidence.NewFacts(contents), Answers: &evidence.Answers{}})...)
}

// What one Item shows and another, which shows all, does not is decided by neither.
func TestPortsContested(t *testing.T) {
	open := netHost{tcp: []string{"0.0.0.0:3389"}, local: ruleList{allowRule("RDP", 6, "3389")}}
	for _, test := range []struct {
		name   string
		other  netHost
		result evidence.Result
		actual string
	}{
		{"the same", open, wantFail, "anyone can reach"},
		{"no listener there", netHost{local: open.local}, wantReview, "disagree whether anything listens"},
		{"no rule there", netHost{tcp: open.tcp}, wantReview, "disagree about it"},
		{"firewall off there", netHost{tcp: open.tcp, local: open.local, profile: map[string]uint32{"local Public EnableFirewall": 0}}, wantFail, "anyone can reach"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := judgeRDP(t, open.content("a"), test.other.content("b"))
			if v.Result != test.result || !strings.Contains(v.Reasons[0].Actual, test.actual) {
				t.Errorf("%s: %+v", v.Result, v.Reasons)
			}
		})
	}
	shut := netHost{tcp: open.tcp}
	off := netHost{tcp: open.tcp, profile: map[string]uint32{"local Public EnableFirewall": 0}}
	if v := judgeRDP(t, shut.content("a"), off.content("b")); v.Result != wantReview {
		t.Errorf("profile on and off: %s: %+v", v.Result, v.Reasons)
	}
}

// A place that was not understood may hide a way in: no pass, but what is open stays open.
func TestPortsProblems(t *testing.T) {
	shut := netHost{tcp: []string{"0.0.0.0:3389"}}
	cite := evidence.Citation{Item: "a", Line: 3, Length: 1}
	for _, test := range []struct {
		name   string
		host   netHost
		scope  evidence.Address
		result evidence.Result
	}{
		{"a rule", shut, "firewall-rule:local/x", wantReview},
		{"a rule of Group Policy", shut, "firewall-rule:policy/x", wantReview},
		{"a line of the registry", shut, evidence.RegistryValue(localFirewall+"FirewallRules", "x"), wantReview},
		{"another line of the registry", shut, evidence.RegistryValue(`HKLM\SYSTEM\CurrentControlSet\Services\Tcpip`, "x"), wantPass},
		{"a rule, nothing listens", netHost{}, "firewall-rule:local/x", wantPass},
		{"a row", netHost{}, "listener:tcp/?:3389", wantReview},
		{"a row for another port", netHost{}, "listener:tcp/?:1900", wantPass},
		{"a row of which not even the port is clear", netHost{}, "listener:tcp/?", wantReview},
		{"all rows", netHost{}, "listener:", wantReview},
		{"a rule beside an open port", netHost{tcp: shut.tcp, local: ruleList{allowRule("RDP", 6, "3389")}}, "firewall-rule:local/x", wantFail},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := test.host.content("a")
			c.Problem(evidence.Problem{Scope: test.scope, Message: "not understood", Cite: cite})
			if v := judgeRDP(t, c); v.Result != test.result {
				t.Errorf("%s: %+v", v.Result, v.Reasons)
			}
		})
	}
}

// A list of listeners that vouches for nothing, as somebody picked it out of a larger one, still shows what is open.
func TestPortsByPartOfTheListeners(t *testing.T) {
	for _, test := range []struct {
		name   string
		rules  ruleList
		result evidence.Result
	}{
		{"open", ruleList{allowRule("RDP", 6, "3389")}, wantFail},
		{"closed", nil, wantNone},
	} {
		c := netHost{tcp: []string{"0.0.0.0:3389"}, local: test.rules}.content("a")
		c.Covers = slices.DeleteFunc(c.Covers, func(v evidence.Coverage) bool { return v.Scope.Kind() == "listener" })
		if v := judgeRDP(t, c); v.Result != test.result {
			t.Errorf("%s: %s: %+v", test.name, v.Result, v.Reasons)
		}
	}
}

func TestNetworkKindsRefuse(t *testing.T) {
	for _, c := range []evidence.Check{
		{Kind: "port-closed", Address: "inbound:icmp/1"},
		{Kind: "port-closed", Address: "inbound:tcp/70000"},
		{Kind: "port-closed", Address: "inbound:tcp/74-70"},
		{Kind: "port-closed", Address: "port:tcp/1"},
		{Kind: "port-closed", Address: "inbound:tcp/1", Want: []string{"sometimes"}},
		{Kind: "port-open", Address: "inbound:udp/75", Want: []string{"x"}},
		{Kind: "ports-only", Address: "inbound:tcp/1"},
		{Kind: "ports-only", Address: "inbound:", Want: []string{"443"}},
		{Kind: "port-closed", Address: "inbound:tcp/3306", Want: []string{"at inbound:tcp/1"}},
		{Kind: "port-closed", Address: "inbound:tcp/3306", Want: []string{"with"}},
		{Kind: "port-scope", Address: "inbound:tcp/3306"},
		{Kind: "port-scope", Address: "inbound:tcp/3306", Want: []string{"private"}},
		{Kind: "port-scope", Address: "inbound:tcp/3306", Want: []string{"from nowhere"}},
		{Kind: "technician-range", Address: "inbound:tcp/40000-40050"},
		{Kind: "technician-range", Address: "inbound:any/40000"},
		{Kind: "firewall-on", Address: "registry:HKLM"},
	} {
		if _, err := Prepare(c); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

// The firewall as cmdlets show it stands in for the registry, if the store that holds what is in force was asked.
func TestPortsByCmdlets(t *testing.T) {
	for _, test := range []struct {
		name, command string
		rules         ruleList
		result        evidence.Result
	}{
		{"open", "powershell.exe Get-NetFirewallProfile -PolicyStore ActiveStore", ruleList{allowRule("RDP", 6, "3389")}, wantFail},
		{"closed", "powershell.exe Get-NetFirewallProfile -PolicyStore ActiveStore", nil, wantPass},
		{"the host's own store, closed", "powershell.exe Get-NetFirewallProfile", nil, wantNone},
		{"the host's own store, open", "powershell.exe Get-NetFirewallProfile", ruleList{allowRule("RDP", 6, "3389")}, wantReview},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := netHost{tcp: []string{"0.0.0.0:3389"}, without: "local policy"}.content("a")
			c.Item.Command = strings.Fields(test.command)
			cite := evidence.Citation{Item: "a", Line: 1}
			for _, name := range evidence.Profiles {
				c.Setting(evidence.Setting{Address: evidence.Address("firewall-profile:" + strings.ToLower(name) + "@EnableFirewall"), Value: evidence.RegistryDWord(1), Cite: cite})
			}
			for _, r := range test.rules {
				c.Setting(evidence.Setting{Address: evidence.ShownRules + evidence.Address("/"+r.Name), Value: r, Cite: cite})
			}
			c.Covered(evidence.Coverage{Scope: evidence.ShownRules, Deep: true, Cite: cite})
			if v := judgeRDP(t, c); v.Result != test.result {
				t.Errorf("%s: %+v", v.Result, v.Reasons)
			}
		})
	}
}
