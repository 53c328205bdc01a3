package collect_test

import (
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/collect"
)

// TestRunMissingKey tells a key that is not there from one that may not be read, and both from a program that does nothing. What
// reg.exe says is in the language of the system, and never read.
func TestRunMissingKey(t *testing.T) {
	const key = `HKLM\SYSTEM\CurrentControlSet\Services\NTDS\Parameters`
	list := []*collect.Collector{{Name: "registry", Shows: "a key", Timeout: time.Second, Sources: []collect.Source{
		{Item: "ntds.reg", Format: "registry export", Program: collect.System32 + `\reg.exe`, Args: []string{"export", key, collect.OutFile, "/y", "/reg:64"}, Console: true},
	}}}
	said := map[string]string{
		"de": "FEHLER: Der angegebene Registrierungsschl\x81ssel bzw. Wert wurde nicht gefunden.\r\n",
		"en": "ERROR: The system was unable to find the specified registry key or value.\r\n",
	}
	for _, c := range []struct {
		name    string
		host    collect.Recording
		status  evidence.Status
		missing evidence.Address
	}{
		{"not there", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", Exit: 1, Stderr: "de"}}, Keys: []string{`HKLM\SYSTEM`}}, evidence.Absent, evidence.RegistryKey(key)},
		{"there, whatever reg.exe says", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", Exit: 1, Stderr: "en"}}, Keys: []string{key}}, evidence.Failed, ""},
		{"a key below is there", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", Exit: 1, Stderr: "en"}}, Keys: []string{key + `\Below`}}, evidence.Failed, ""},
		{"may not be read", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", Exit: 1, Stderr: "en"}}, Denied: []string{`HKLM\SYSTEM`}}, evidence.Denied, ""},
		{"there, and reg.exe does nothing", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *"}}, Keys: []string{key}}, evidence.Failed, ""},
		{"reg.exe hangs", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", Behaviour: "hangs"}}}, evidence.TimedOut, ""},
		{"reg.exe is not there", collect.Recording{}, evidence.Absent, ""},
		{"reg.exe may not be run", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", Behaviour: "denied"}}}, evidence.Denied, ""},
		{"exported", collect.Recording{Commands: []collect.RecordedCommand{{Run: "reg.exe *", File: "en"}}}, evidence.Captured, ""},
	} {
		c.host.About = about(true)
		got, err := run(t, t.Context(), recorded(t, c.host, said), list, collect.Options{Grace: time.Millisecond})
		if p := got["registry/ntds.reg"]; err != nil || p.Status != c.status || p.Missing != c.missing {
			t.Errorf("%s: %s, missing %q (%s), %v; want %s, %q", c.name, p.Status, p.Missing, p.Note, err, c.status, c.missing)
		}
	}
}
