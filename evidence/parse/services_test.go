package parse

import (
	"strings"
	"testing"

	"auditpack/evidence"
)

// Objects of Win32_Service as ConvertTo-Json of Windows PowerShell 5.1 writes them: two blanks behind colons, null where
// nothing is told, and \u0027 for an apostrophe.
const (
	rpcService = `    {
        "Name":  "RpcSs",
        "DisplayName":  "Remote Procedure Call (RPC)",
        "State":  "Running",
        "StartMode":  "Auto",
        "StartName":  "NT AUTHORITY\\NetworkService",
        "PathName":  "C:\\Windows\\system32\\svchost.exe -k rpcss"
    }`
	eventService = `    {
        "Name":  "EventLog",
        "DisplayName":  "Windows-Ereignisprotokoll",
        "State":  "Running",
        "StartMode":  "Auto",
        "StartName":  "NT AUTHORITY\\LocalService",
        "PathName":  "C:\\Windows\\System32\\svchost.exe -k LocalServiceNetworkRestricted -p"
    }`
	backupService = `    {
        "Name":  "Backup",
        "DisplayName":  "Backup of \u0027D\u0027 \u0026 \u00c4ndern",
        "State":  "Stopped",
        "StartMode":  "Disabled",
        "StartName":  ".\\backup",
        "PathName":  "\"C:\\Program Files\\Backup\\agent.exe\" -key=(withheld)"
    }`
	userService = `    {
        "Name":  "CDPUserSvc_4c9d1",
        "DisplayName":  "CDPUserSvc_4c9d1",
        "State":  "Start Pending",
        "StartMode":  "Manual",
        "StartName":  null,
        "PathName":  null
    }`
)

func servicesOf(objects ...string) string {
	return strings.ReplaceAll("[\n"+strings.Join(objects, ",\n")+"\n]\n", "\n", "\r\n")
}

func TestServices(t *testing.T) {
	rpc := []string{`service:RpcSs = Remote Procedure Call (RPC), starts auto, as NT AUTHORITY\NetworkService: C:\Windows\system32\svchost.exe -k rpcss`, "service:RpcSs@state = Running"}
	backup := []string{`service:Backup = Backup of 'D' & Ändern, starts disabled, as .\backup: "C:\Program Files\Backup\agent.exe" -key=(withheld)`, "service:Backup@state = Stopped"}
	user := []string{"service:CDPUserSvc_4c9d1 = CDPUserSvc_4c9d1, starts manual", "service:CDPUserSvc_4c9d1@state = Start Pending"}
	all := append(append(append([]string{}, rpc...), backup...), user...)
	run(t, []sample{
		{"array", "Windows services", servicesOf(rpcService, backupService, userService), all},
		{"one object", "Windows services", strings.ReplaceAll(rpcService, "\n", "\r\n"), rpc},
		{"value and Count", "Windows services", "{\r\n    \"value\":  " + servicesOf(rpcService, backupService) + ",\r\n    \"Count\":  2\r\n}\r\n", append(append([]string{}, rpc...), backup...)},
		{"Export-Csv", "Windows services", "#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance\r\n\"Name\",\"DisplayName\",\"State\",\"StartMode\",\"StartName\",\"PathName\"\r\n" +
			"\"RpcSs\",\"Remote Procedure Call (RPC)\",\"Running\",\"Auto\",\"NT AUTHORITY\\NetworkService\",\"C:\\Windows\\system32\\svchost.exe -k rpcss\"\r\n", rpc},
		{"a name with an at sign is no facet of another", "Windows services", servicesOf(strings.Replace(rpcService, `"RpcSs"`, `"Sense@state"`, 1)),
			[]string{strings.Replace(rpc[0], "RpcSs", "Sense%40state", 1), "service:Sense%40state@state = Running"}},
		{"no name", "Windows services", servicesOf(strings.Replace(backupService, `"Backup"`, `""`, 1), rpcService), append(rpc[:2:2], "? service:")},
		{"a translated state", "Windows services", servicesOf(strings.Replace(backupService, "Stopped", "Beendet", 1), rpcService), append(rpc[:2:2], "? service:Backup")},
		{"a start mode that is a number", "Windows services", servicesOf(strings.Replace(backupService, `"Disabled"`, `4`, 1), rpcService), append(rpc[:2:2], "? service:Backup")},
		{"cut short", "Windows services", strings.TrimSuffix(servicesOf(rpcService, backupService), "\r\n    }\r\n]\r\n"), append(rpc[:2:2], "? service:")},
		{"an array that does not end", "Windows services", strings.TrimSuffix(servicesOf(rpcService), "]\r\n"), append(rpc[:2:2], "? service:")},
		{"not of services", "Windows services", servicesOf(rpcService, `"text"`), append(rpc[:2:2], "? service:")},
	})
}

// TestServicesWhole holds that absence is shown by a list only that was not narrowed down and was understood as a whole.
func TestServicesWhole(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       evidence.State
	}{
		{"whole", servicesOf(rpcService, eventService, backupService), evidence.Missing},
		{"some", servicesOf(rpcService, backupService), evidence.Unknown},
		{"one not understood", servicesOf(rpcService, eventService, strings.Replace(backupService, "Stopped", "Beendet", 1)), evidence.Unknown},
		{"cut short", strings.TrimSuffix(servicesOf(rpcService, eventService), "]\r\n"), evidence.Unclear},
	} {
		f := evidence.NewFacts([]evidence.Content{readAs(t, []byte(test.text))})
		if o := f.Lookup("service:Sense"); o.State != test.want {
			t.Errorf("%s: %v %s, want %v", test.name, o.State, o.Why, test.want)
		}
	}
}

// TestServicesCites holds that a citation is the service's own object, by line and bytes, also in UTF-16.
func TestServicesCites(t *testing.T) {
	text := servicesOf(rpcService, backupService)
	for name, raw := range map[string][]byte{"UTF-8": []byte(text), "UTF-16": utf16le(text, true)} {
		f := evidence.NewFacts([]evidence.Content{readAs(t, raw)})
		c := f.Lookup("service:Backup").Cites[0]
		got := Decode(raw[c.Offset : c.Offset+c.Length])
		if c.Line != 10 || !strings.HasPrefix(got, "{\r\n        \"Name\":  \"Backup\"") || !strings.HasSuffix(got, "}") {
			t.Errorf("%s: line %d: %q", name, c.Line, got)
		}
	}
}

func FuzzServices(f *testing.F) {
	fuzzFormat(f, windowsServices, servicesOf(rpcService, eventService, backupService, userService), servicesOf(), rpcService, "Name,State,StartMode,StartName\r\nA,Running,Auto,x\r\n")
}
