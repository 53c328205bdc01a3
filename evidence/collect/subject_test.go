package collect_test

import (
	"slices"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// TestRunMissingSubject tells what does not exist, and is what a command failed for, from what may not be looked at and from a
// command that fails although it is there.
func TestRunMissingSubject(t *testing.T) {
	const (
		dll   = `C:\Program Files (x86)\ScreenConnect\bin\ScreenConnect.Server.dll`
		share = `HKLM\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares`
		agent = `HKLM\SOFTWARE\LabTech\Agent`
	)
	fails := []collect.RecordedCommand{{Run: "*", Exit: 1, Stderr: "no", Stdout: ""}}
	ltshare := []string{"acl/ltshare-get-acl.json", "acl/ltshare-icacls.txt", "acl/ltshare-icacls-save.txt", "acl/ltshare-folders.json"}
	for _, c := range []struct {
		name   string
		host   collect.Recording
		items  []string
		status evidence.Status

		missing evidence.Address
	}{
		{"no DLL", collect.Recording{}, []string{"control/screenconnect-server-dll.txt"}, evidence.Absent, ""},
		{"a DLL", collect.Recording{Files: map[string]string{dll: "no"}}, []string{"control/screenconnect-server-dll.txt"}, evidence.Failed, ""},
		{"a DLL that is closed", collect.Recording{Denied: []string{dll}}, []string{"control/screenconnect-server-dll.txt"}, evidence.Denied, ""},
		{"no LTShare", collect.Recording{}, ltshare, evidence.Absent, ""},
		{"LTShare", collect.Recording{Files: map[string]string{`C:\LTShare\Uploads\x.txt`: "no"}}, ltshare, evidence.Failed, ""},
		{"LTShare that is closed", collect.Recording{Denied: []string{`C:\LTShare`}}, ltshare, evidence.Denied, ""},
		{"a LTShare elsewhere", collect.Recording{Files: map[string]string{`E:\LT!Share\x.txt`: "no"}, Values: map[string]string{`HKLM\SOFTWARE\WOW6432Node\LabTech\Setup!Local LTShare`: `E:\LT!Share`}}, ltshare, evidence.Failed, ""},
		{"not shared", collect.Recording{}, []string{"shares/net-share-ltshare.txt"}, evidence.Absent, evidence.RegistryValue(share, "LTShare")},
		{"shared", collect.Recording{Values: map[string]string{share + "!LTShare": "Path=C:\\LTShare"}}, []string{"shares/net-share-ltshare.txt"}, evidence.Failed, ""},
		{"shares that are closed", collect.Recording{Denied: []string{share}}, []string{"shares/net-share-ltshare.txt"}, evidence.Denied, ""},
		{"an agent without a version", collect.Recording{Keys: []string{agent}}, []string{"automate/agent-version.txt"}, evidence.Absent, evidence.RegistryValue(agent, "Version")},
		{"an agent with one", collect.Recording{Keys: []string{agent}, Values: map[string]string{agent + "!Version": "220.145"}}, []string{"automate/agent-version.txt"}, evidence.Failed, ""},
		{"BitLocker that is not installed", collect.Recording{}, []string{"system/bitlocker.json"}, evidence.Absent, ""},
		{"BitLocker that is", collect.Recording{Files: map[string]string{`C:\Windows\System32\manage-bde.exe`: "no"}}, []string{"system/bitlocker.json"}, evidence.Failed, ""},
		{"the features of a client", collect.Recording{Values: map[string]string{productType: "WinNT"}}, []string{"system/features.json"}, evidence.Absent, ""},
		{"the features of a server", collect.Recording{Values: map[string]string{productType: "ServerNT"}}, []string{"system/features.json"}, evidence.Failed, ""},
		{"the features of what is not known", collect.Recording{}, []string{"system/features.json"}, evidence.Failed, ""},
	} {
		c.host.About, c.host.Commands = about(true), fails
		got, err := run(t, t.Context(), recorded(t, c.host, map[string]string{"no": "no"}), []*collect.Collector{collect.Control, collect.AccessLists, collect.Shares, collect.Automate, collect.System}, collect.Options{})
		for _, item := range c.items {
			if p := got[item]; err != nil || p.Status != c.status || p.text != "" {
				t.Errorf("%s: %s: %s (%s) %q, %v; want %s", c.name, item, p.Status, p.Note, p.text, err, c.status)
			}
			if want := c.missing; got[item].Missing != want {
				t.Errorf("%s: %s: %q is missing, want %q", c.name, item, got[item].Missing, want)
			}
		}
	}
}

// TestScriptSubjects holds that the script looks for the same after a failure, and that no Subject stands in a Source without use.
func TestScriptSubjects(t *testing.T) {
	text := script(t)
	for _, want := range []string{"-and -not (Test-Subject $Subject)) {", "Invoke-Program $source $program $arguments $subject $target $item", "$subject = $subject.Replace($source.Each, $value)", "if ($Subject.StartsWith('HKLM\\')) { $Item.missing = $Subject }"} {
		if !strings.Contains(text, want) {
			t.Errorf("the script has no %s", want)
		}
	}
	n := 0
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			if s.Subject == "" {
				continue
			}
			n++
			name := s.Subject[max(strings.LastIndexByte(s.Subject, '\\'), strings.LastIndexByte(s.Subject, '!'))+1:]
			if s.Program == "" || !slices.ContainsFunc(s.Args, func(a string) bool { return strings.Contains(a, name) }) {
				t.Errorf("%s/%s is not about %s", c.Name, s.Item, s.Subject)
			}
		}
	}
	if n < 7 {
		t.Errorf("%d Subjects", n)
	}
}
