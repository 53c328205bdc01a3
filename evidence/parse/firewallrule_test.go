package parse

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"auditpack/evidence"
)

func addressRange(t *testing.T, s string) evidence.AddressRange {
	t.Helper()
	r, err := evidence.ParseAddressRange(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestParseFirewallRule(t *testing.T) {
	tests := []struct {
		name, text string
		want       evidence.FirewallRule
		canonical  string
	}{
		{"heartbeat for everyone", `v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=75|Name=Heartbeat|`,
			evidence.FirewallRule{Action: "Allow", Direction: "In", Active: true, Protocol: 17, LocalPorts: evidence.Ports{{From: 75, To: 75}}, Name: "Heartbeat"},
			`Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=75|Name=Heartbeat|`},
		{"any protocol, inactive without Active", `v2.10|Dir=Out|Action=Block|`,
			evidence.FirewallRule{Action: "Block", Direction: "Out", Protocol: evidence.AnyProtocol},
			`Action=Block|Dir=Out|`},
		{"case, repeated tokens and ranges", `V2.31|action=allow|ACTIVE=True|dir=in|PROFILE=public|Profile=Domain|Protocol=6|LPort=8080|LPort2_10=80-90|Lport=91|Rport2_10=1024-65535|`,
			evidence.FirewallRule{Action: "Allow", Direction: "In", Active: true, Profiles: []string{"Domain", "Public"}, Protocol: 6,
				LocalPorts: evidence.Ports{{From: 80, To: 91}, {From: 8080, To: 8080}}, RemotePorts: []string{"1024-65535"}},
			`Action=Allow|Active=TRUE|Dir=In|Profile=Domain|Profile=Public|Protocol=6|LPort=8080|LPort=91|LPort2_10=80-90|RPort2_10=1024-65535|`},
		{"addresses in all forms", `v2.30|Action=Allow|Dir=In|Protocol=6|LPort=3306|LA4=10.0.0.5|RA4=10.0.0.0/255.0.0.0|RA4=192.0.2.1-192.0.2.9|RA6=2001:db8::/32|RA4=LocalSubnet|RA42=IntrAnet|`,
			evidence.FirewallRule{Action: "Allow", Direction: "In", Protocol: 6, LocalPorts: evidence.Ports{{From: 3306, To: 3306}},
				LocalAddresses:  []evidence.AddressRange{addressRange(t, "10.0.0.5")},
				RemoteAddresses: []evidence.AddressRange{addressRange(t, "10.0.0.0/8"), addressRange(t, "192.0.2.1-192.0.2.9"), addressRange(t, "2001:db8::/32")},
				RemoteWords:     []string{"LocalSubnet", "IntrAnet"}},
			`Action=Allow|Dir=In|Protocol=6|LPort=3306|LA4=10.0.0.5|RA4=10.0.0.0/255.0.0.0|RA4=192.0.2.1-192.0.2.9|RA4=LocalSubnet|RA6=2001:db8::/32|RA42=IntrAnet|`},
		{"program, service and words for ports", `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=rpc-epmap|LPort2_29=Future|App=%SystemRoot%\system32\svchost.exe|Svc=RPCSS|Name=@FirewallAPI.dll,-28753|`,
			evidence.FirewallRule{Action: "Allow", Direction: "In", Active: true, Protocol: 6, PortWords: []string{"RPC-EPMap", "Future"},
				Program: `%SystemRoot%\system32\svchost.exe`, Service: "RPCSS", Name: "@FirewallAPI.dll,-28753"},
			`Action=Allow|Active=TRUE|Dir=In|Protocol=6|LPort=RPC-EPMap|App=%SystemRoot%\system32\svchost.exe|Svc=RPCSS|Name=@FirewallAPI.dll,-28753|LPort2_29=Future|`},
		{"what narrows, known and unknown", `v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=System|Platform=2:6:2|Platform2=GTEQ|TTK2_27=WFDKmDriver|Later=1|`,
			evidence.FirewallRule{Action: "Allow", Direction: "In", Active: true, Protocol: 6, Program: "System",
				Narrowing: []evidence.RuleToken{{Name: "TTK2_27", Value: "WFDKmDriver"}, {Name: "Later", Value: "1"}}},
			`Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=System|Later=1|Platform=2:6:2|Platform2=GTEQ|TTK2_27=WFDKmDriver|`},
		{"another platform narrows", `v2.31|Action=Allow|Dir=In|Platform=2:6:1|Platform2=EQ|`,
			evidence.FirewallRule{Action: "Allow", Direction: "In", Protocol: evidence.AnyProtocol, Narrowing: []evidence.RuleToken{{Name: "Platform", Value: "2:6:1"}}},
			`Action=Allow|Dir=In|Platform=2:6:1|Platform2=EQ|`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseFirewallRule(test.text)
			if err != nil {
				t.Fatal(err)
			}
			if got.String() != test.canonical {
				t.Errorf("canonical form\n%s, want\n%s", got, test.canonical)
			}
			compare := cmp.Options{cmpopts.IgnoreFields(evidence.FirewallRule{}, "Tokens"), cmpopts.EquateEmpty(),
				cmp.Comparer(func(a, b evidence.AddressRange) bool { return a == b })}
			if diff := cmp.Diff(test.want, got, compare); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseFirewallRuleRefuses(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{``, "version"},
		{`Action=Allow|Dir=In|`, "version"},
		{`v2.30|Action=Allow|Dir=In|LPort=44`, "cut"},
		{`v2.30|`, "cut"},
		{`v2.30|Action=Allow|Dir|`, "name and value"},
		{`v2.30|Dir=In|`, "no action"},
		{`v2.30|Action=Allow|`, "no direction"},
		{`v2.33|Action=SecureServer|Name=Auth|Active=TRUE|Auth1Set={E5A5D32A-4BCE-4e4d-B07F-4AB1BA7E5FE3}|`, "Action=\"SecureServer\""},
		{`v2.30|Action=Allow|Dir=In|Protocol=6|LPort=70000|`, "LPort"},
		{`v2.30|Action=Allow|Dir=In|Protocol=6|LPort2_10=75-70|`, "LPort2_10"},
		{`v2.30|Action=Allow|Dir=In|Protocol=999|`, "Protocol"},
		{`v2.30|Action=Allow|Dir=In|Profile=Office|`, "Profile"},
		{`v2.30|Action=Allow|Action=Block|Active=TRUE|Dir=In|Protocol=6|LPort=8002|`, "which of them counts"},
		{`v2.30|Action=Allow|Active=TRUE|Active=FALSE|Dir=In|Protocol=6|LPort=8002|`, "which of them counts"},
		{`v2.30|Action=Allow|Active=TRUE|Dir=In|dir=Out|Protocol=6|LPort=8002|`, "which of them counts"},
		{`v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=6|Protocol=17|LPort=8002|`, "which of them counts"},
	} {
		if r, err := parseFirewallRule(test.text); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, %v; want an error about %s", test.text, r, err, test.want)
		}
	}
}

func registrySetting(key, name, text string) evidence.Setting {
	return evidence.Setting{Address: evidence.RegistryValue(key, name), Value: evidence.RegistryText(evidence.RegSZ, text), Cite: evidence.Citation{Item: "f", Line: 7}}
}

func TestDeriveFirewall(t *testing.T) {
	const policy = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`
	const rule = `v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=75|`
	for _, test := range []struct {
		key, name, text string
		want            evidence.Address // of a Setting
		problem         evidence.Address // scope
	}{
		{policy + `\FirewallRules`, "{0A1B}", rule, "firewall-rule:local/{0A1B}", ""},
		{strings.ToLower(policy) + `\FIREWALLRULES`, "x", rule, "firewall-rule:local/x", ""},
		{policy + `\Mdm\FirewallRules`, "x", rule, "firewall-rule:mdm/x", ""},
		{`HKLM\SOFTWARE\Policies\Microsoft\WindowsFirewall\FirewallRules`, "x", rule, "firewall-rule:policy/x", ""},
		{policy + `\FirewallRules`, "x", rule[:30], "", "firewall-rule:local/x"},
		{policy + `\FirewallRules`, "", rule, "", ""},
		{policy + `\RestrictedServices\AppIso\FirewallRules`, "x", rule, "", ""},
		{policy + `\RestrictedServices\Static\System`, "x", rule, "", ""},
		{policy + `\ConSecRules`, "x", rule, "", ""},
		{`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Defaults\FirewallPolicy\FirewallRules`, "x", rule, "", ""},
		{`HKLM\SYSTEM\ControlSet001\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules`, "x", rule, "", ""},
	} {
		var c evidence.Content
		deriveFirewall(registrySetting(test.key, test.name, test.text), &c)
		var got, problem evidence.Address
		if len(c.Settings) > 0 {
			got = c.Settings[0].Address
		}
		if len(c.Problems) > 0 {
			problem = c.Problems[0].Scope
		}
		if got != test.want || problem != test.problem {
			t.Errorf("%s!%s: setting %q, problem %q; want %q, %q", test.key, test.name, got, problem, test.want, test.problem)
		}
		if derives := derivableFirewall(evidence.RegistryKey(test.key)); test.want != "" && !derives {
			t.Errorf("%s is not derivable", test.key)
		}
	}
}

func TestDeriveFirewallCoverage(t *testing.T) {
	for _, test := range []struct {
		key  string
		deep bool
		want []evidence.Address
	}{
		{`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules`, false, []evidence.Address{evidence.LocalRules}},
		{`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`, false, nil},
		{`HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy`, true, []evidence.Address{evidence.LocalRules, evidence.MDMRules}},
		{`HKLM\SOFTWARE\Policies\Microsoft`, true, []evidence.Address{evidence.PolicyRules}},
		{`HKLM\SOFTWARE\Policies\Micro`, true, nil},
		{`HKLM`, true, []evidence.Address{evidence.LocalRules, evidence.MDMRules, evidence.PolicyRules}},
	} {
		var c evidence.Content
		deriveFirewallCoverage(evidence.Coverage{Scope: evidence.RegistryKey(test.key), Deep: test.deep}, &c)
		var got []evidence.Address
		for _, v := range c.Covers {
			got = append(got, v.Scope)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", test.key, diff)
		}
	}
}

func FuzzFirewallRule(f *testing.F) {
	f.Add(`v2.30|Action=Allow|Active=TRUE|Dir=In|Protocol=17|LPort=75|RA4=10.0.0.0/255.0.0.0|Name=Heartbeat|`)
	f.Add(`v2.31|Action=Block|Dir=Out|RPort2_10=1-2|LPort=RPC|Platform=2:6:1|Platform2=GTEQ|TTK=x|`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseFirewallRule(text)
		if err != nil {
			return
		}
		again, err := parseFirewallRule("v1.0|" + r.String())
		if err != nil {
			t.Fatalf("the canonical form of %q is no rule: %v", text, err)
		}
		if again.String() != r.String() {
			t.Errorf("%q has the canonical forms %q and %q", text, r, again)
		}
	})
}
