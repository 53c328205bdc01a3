package parse_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/parse"
)

// Exceptions that Group Policy sets in the form of Windows XP, as its administrative template writes them.
func TestOlderFirewallExceptions(t *testing.T) {
	const key = `[HKEY_LOCAL_MACHINE\SOFTWARE\Policies\Microsoft\WindowsFirewall\`
	file := "Windows Registry Editor Version 5.00\n\n" +
		key + "StandardProfile\\Services\\RemoteDesktop]\n\"Enabled\"=dword:00000001\n\"RemoteAddresses\"=\"*\"\n\n" +
		key + "StandardProfile\\Services\\UPnPFramework]\n\"Enabled\"=dword:00000000\n\n" +
		key + "DomainProfile\\RemoteAdminSettings]\n\"Enabled\"=dword:00000001\n\n" +
		key + "DomainProfile\\GloballyOpenPorts]\n\"Enabled\"=dword:00000001\n\n" +
		key + "DomainProfile\\GloballyOpenPorts\\List]\n" +
		"\"a\"=\"8002:TCP:*:enabled:Mediator\"\n\"b\"=\"75:udp:10.0.0.0/8,LocalSubnet:Disabled:x:y\"\n\"c\"=\"70:TCP:*\"\n\n" +
		key + "DomainProfile\\AuthorizedApplications\\List]\n" +
		"\"d\"=\"C:\\\\x\\\\y.exe:10.0.0.1:enabled:y\"\n\"e\"=\"%ProgramFiles%\\\\z.exe:*:enabled:z\"\n\n" +
		`[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\StandardProfile\GloballyOpenPorts\List]` + "\n\"f\"=\"1:TCP:*:enabled:left over from Windows XP\"\n\n"
	content, err := parse.Read(evidence.Item{Path: "f"}, strings.NewReader(strings.ReplaceAll(file, "\n", "\r\n")), func(a evidence.Address) bool { return a.Kind() == "firewall-rule" })
	if err != nil || content.Refused != "" {
		t.Fatal(content.Refused, err)
	}
	got, older := map[string]string{}, 0
	for _, s := range content.Settings {
		if s.Address.Kind() == "firewall-rule" {
			got[strings.TrimPrefix(string(s.Address), "firewall-rule:policy/")] = s.Value.String()
			if s.Value.(evidence.FirewallRule).Older {
				older++
			}
		}
	}
	const on = "Action=Allow|Active=TRUE|Dir=In|"
	want := map[string]string{
		`StandardProfile\Services\RemoteDesktop\tcp`:  on + "Profile=Private|Profile=Public|Protocol=6|LPort=3389|",
		`StandardProfile\Services\RemoteDesktop\udp`:  on + "Profile=Private|Profile=Public|Protocol=17|LPort=3389|",
		`DomainProfile\RemoteAdminSettings\tcp`:       on + "Profile=Domain|Protocol=6|LPort=135|LPort=445|LPort=RPC|",
		`DomainProfile\GloballyOpenPorts\List\a`:      on + "Profile=Domain|Protocol=6|LPort=8002|Name=Mediator|",
		`DomainProfile\GloballyOpenPorts\List\b`:      "Action=Allow|Active=FALSE|Dir=In|Profile=Domain|Protocol=17|LPort=75|RA4=10.0.0.0/8|RA4=LocalSubnet|Name=x:y|",
		`DomainProfile\AuthorizedApplications\List\d`: on + `Profile=Domain|RA4=10.0.0.1|App=C:\x\y.exe|Name=y|`,
		`DomainProfile\AuthorizedApplications\List\e`: on + `Profile=Domain|App=%ProgramFiles%\z.exe|Name=z|`,
	}
	if diff := cmp.Diff(want, got); diff != "" || older != len(want) {
		t.Errorf("%d of the older form (-want +got):\n%s", older, diff)
	}
	var problems []string
	for _, p := range content.Problems {
		problems = append(problems, string(p.Scope))
	}
	if diff := cmp.Diff([]string{`firewall-rule:policy/DomainProfile\GloballyOpenPorts\List\c`}, problems); diff != "" {
		t.Errorf("problems (-want +got):\n%s", diff)
	}
}
