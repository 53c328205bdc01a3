package parse_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// The counts are of the values below SharedAccess\Parameters\FirewallPolicy\FirewallRules, counted in the files with
// another program; the stores of the same form beside it hold hundreds of texts that are no rules.
func TestFirewallRulesOfTheCorpus(t *testing.T) {
	for _, test := range []struct {
		file  string
		rules int
		some  map[string]string // parts of the canonical form, by Address
	}{
		{"firewallpolicy_win11.reg", 599, map[string]string{
			"firewall-rule:local/WiFiDirect-KM-Driver-In-TCP": "Active=TRUE|Dir=In|Protocol=6|App=System|",
			"firewall-rule:local/PNRP Allow Out":              ""}}, // below RestrictedServices
		{"sharedaccess_win11.reg", 318, nil},
		{"cut_firewallpolicy_win10.reg", 480, nil},
		{"firewallrules_small.reg", 31, nil},
		{"system_win10_33mb.reg.gz", 0, nil}, // the hive has ControlSet001 only, and nobody says that it was in use
	} {
		t.Run(test.file, func(t *testing.T) {
			data := readShared(t, "corpus/reg/"+test.file)
			if strings.HasSuffix(test.file, ".gz") {
				z, err := gzip.NewReader(bytes.NewReader(data))
				if err != nil {
					t.Fatal(err)
				}
				if data, err = io.ReadAll(z); err != nil {
					t.Fatal(err)
				}
			}
			want := func(a evidence.Address) bool { return a.Kind() == "firewall-rule" }
			content, err := parse.Read(evidence.Item{Path: "f"}, bytes.NewReader(data), want)
			if err != nil || content.Refused != "" {
				t.Fatal(content.Refused, err)
			}
			got := map[string]string{}
			for _, s := range content.Settings {
				got[string(s.Address)] = s.Value.String()
				if !bytes.Contains(data[s.Cite.Offset:s.Cite.Offset+s.Cite.Length], []byte("=")) {
					t.Errorf("%s cites %v", s.Address, s.Cite)
				}
			}
			if len(got) != test.rules {
				t.Errorf("%d rules, want %d", len(got), test.rules)
			}
			for _, p := range content.Problems {
				if p.Scope.Kind() == "firewall-rule" {
					t.Errorf("%s: %s", p.Scope, p.Message)
				}
			}
			for a, part := range test.some {
				if part == "" && got[a] != "" {
					t.Errorf("%s is %q, want nothing", a, got[a])
				}
				if !strings.Contains(got[a], part) {
					t.Errorf("%s is %q, want %q in it", a, got[a], part)
				}
			}
		})
	}
}

func TestNetEndpoints(t *testing.T) {
	// PowerShell 5.1 pads colons, writes enumerations as numbers and one object without an array.
	const tcp = "[\r\n    {\r\n        \"LocalAddress\":  \"0.0.0.0\",\r\n        \"LocalPort\":  443,\r\n        \"RemoteAddress\":  \"0.0.0.0\",\r\n" +
		"        \"RemotePort\":  0,\r\n        \"State\":  2,\r\n        \"OwningProcess\":  4\r\n    },\r\n" +
		"    {\"LocalAddress\": \"10.0.0.5\", \"LocalPort\": 443, \"RemoteAddress\": \"203.0.113.7\", \"RemotePort\": 50112, \"State\": 5},\r\n" +
		"    {\"LocalAddress\": \"::\", \"LocalPort\": 8484, \"RemoteAddress\": \"::\", \"RemotePort\": 0, \"State\": \"Listen\"}\r\n]\r\n"
	for _, test := range []struct {
		name, text string
		want       map[string]string
	}{
		{"TCP", tcp, map[string]string{"listener:tcp/0.0.0.0:443": "listening", "listener:tcp/0.0.0.0:443@process": "4", "listener:tcp/[::]:8484": "listening"}},
		{"TCP in UTF-16", inUTF16(tcp), map[string]string{"listener:tcp/0.0.0.0:443": "listening", "listener:tcp/0.0.0.0:443@process": "4", "listener:tcp/[::]:8484": "listening"}},
		{"one UDP", `{"LocalAddress":"0.0.0.0","LocalPort":75,"OwningProcess":900}`, map[string]string{"listener:udp/0.0.0.0:75": "listening", "listener:udp/0.0.0.0:75@process": "900"}},
		{"CSV", "#TYPE Selected.X\r\n\"LocalAddress\",\"LocalPort\",\"RemoteAddress\",\"RemotePort\",\"State\"\r\n\"0.0.0.0\",\"3389\",\"0.0.0.0\",\"0\",\"Listen\"\r\n\"10.0.0.5\",\"3389\",\"10.0.0.6\",\"50000\",\"Established\"\r\n",
			map[string]string{"listener:tcp/0.0.0.0:3389": "listening"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, content := texts(t, "x", []byte(test.text))
			if content.Format != "network endpoints" || content.Refused != "" || len(content.Problems) > 0 {
				t.Fatalf("%q refused %q, problems %v", content.Format, content.Refused, content.Problems)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
			if len(content.Covers) > 0 {
				t.Errorf("what somebody handed in vouches for nothing else: %v", content.Covers)
			}
			cite := content.Settings[0].Cite
			if shown := parse.Decode([]byte(test.text[cite.Offset : cite.Offset+cite.Length])); !strings.Contains(shown, "0.0.0.0") {
				t.Errorf("cites %q", shown)
			}
		})
	}
	_, content := texts(t, "x", []byte(tcp[:len(tcp)-20]))
	if !strings.Contains(content.Refused, "cut") {
		t.Errorf("cut JSON: refused %q", content.Refused)
	}
}

func TestNetEndpointsOfTheCorpus(t *testing.T) {
	got, content := texts(t, "x", readShared(t, "corpus/json/get_net_tcpconnection.json"))
	if diff := cmp.Diff(map[string]string{"listener:tcp/[::]:135": "listening", "listener:tcp/192.168.10.157:135": "listening"}, got); diff != "" {
		t.Error(content.Refused, diff)
	}
}

func TestNetFirewall(t *testing.T) {
	const rules = `[{"Name":"Heartbeat","DisplayName":"Heartbeat","Enabled":1,"Direction":1,"Action":2,"Profile":3,"Protocol":"UDP","LocalPort":["75","8000-8005"],"RemotePort":"Any","RemoteAddress":"LocalSubnet","Program":"Any"},
{"Name":"Odd","Enabled":9,"Direction":1,"Action":2,"Profile":0,"Protocol":"TCP","LocalPort":"80"}]`
	got, content := texts(t, "x", []byte(rules))
	if diff := cmp.Diff(map[string]string{"firewall-rule:shown/Heartbeat": "Action=Allow|Active=TRUE|Dir=In|Profile=Domain|Profile=Private|Protocol=17|LPort=75|LPort=8000-8005|RA4=LocalSubnet|Name=Heartbeat|"}, got); diff != "" {
		t.Error(content.Refused, diff)
	}
	if len(content.Problems) != 1 || content.Problems[0].Scope != "firewall-rule:shown/Odd" {
		t.Errorf("problems %v", content.Problems)
	}
	const csv = "\"Name\",\"DisplayName\",\"Enabled\",\"Direction\",\"Action\",\"Profile\",\"Protocol\",\"LocalPort\",\"Program\"\r\n" +
		"\"{1}\",\"Web, all\",\"True\",\"Inbound\",\"Allow\",\"Domain, Public\",\"TCP\",\"443\",\"System\"\r\n"
	got, content = texts(t, "x", []byte(csv))
	if diff := cmp.Diff(map[string]string{"firewall-rule:shown/{1}": "Action=Allow|Active=TRUE|Dir=In|Profile=Domain|Profile=Public|Protocol=6|LPort=443|App=System|Name=Web, all|"}, got); diff != "" {
		t.Error(content.Refused, diff)
	}
	_, content = texts(t, "x", []byte(`{"Name":"a","DisplayName":"a","Enabled":1,"Direction":1,"Action":2,"Profile":0}`))
	if !strings.Contains(content.Refused, "without their ports") {
		t.Errorf("rules without ports: refused %q", content.Refused)
	}
	const profiles = `[{"Name":"Domain","Enabled":1,"DefaultInboundAction":4,"AllowInboundRules":2},{"Name":"Public","Enabled":"False","DefaultInboundAction":"NotConfigured","AllowLocalFirewallRules":0}]`
	got, content = texts(t, "x", []byte(profiles))
	want := map[string]string{
		"firewall-profile:domain@EnableFirewall": "REG_DWORD 0x00000001 (1)", "firewall-profile:domain@DefaultInboundAction": "REG_DWORD 0x00000001 (1)",
		"firewall-profile:public@EnableFirewall": "REG_DWORD 0x00000000 (0)", "firewall-profile:public@AllowLocalPolicyMerge": "REG_DWORD 0x00000000 (0)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(content.Refused, diff)
	}
}

func TestNetsh(t *testing.T) {
	const german = "\r\nRegelname:                            Heartbeat\r\n----------------------------------------------------------------------\r\n" +
		"Aktiviert:                            Ja\r\nRichtung:                             Eingehend\r\nProfile:                              Domain,Private,Public\r\n" +
		"Gruppierung:                          \r\nLokales IP:                           Any\r\nRemote-IP:                            Any\r\n" +
		"Protokoll:                            UDP\r\nLokaler Port:                         75\r\nAktion:                               Zulassen\r\nOK.\r\n"
	_, content := texts(t, "x", []byte(german))
	if !strings.Contains(content.Refused, "copy for people") {
		t.Errorf("%q refused %q", content.Format, content.Refused)
	}
}

func TestNetshOfTheCorpus(t *testing.T) {
	_, content := texts(t, "x", readShared(t, "corpus/firewall/netsh_usage_error.txt"))
	if !strings.Contains(content.Refused, "wrong argument") {
		t.Errorf("%q refused %q", content.Format, content.Refused)
	}
}

func FuzzShownObjects(f *testing.F) {
	f.Add([]byte(`[{"LocalAddress":"::","LocalPort":135,"RemotePort":0,"State":2}]`))
	f.Add([]byte(inUTF16(`{"Name":"Domain","Enabled":1,"DefaultInboundAction":{"value":4}}`)))
	f.Add([]byte("Name,Enabled,Direction,Action,Protocol,LocalPort\r\na,True,Inbound,Allow,TCP,\"80,81\"\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range []*parse.Format{parse.NetEndpoints, parse.NetFirewallRules, parse.NetFirewallProfiles} {
			checkContent(t, format, data)
		}
	})
}
