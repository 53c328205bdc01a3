package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/collect"
)

// factsHost is the demo's server with what only a capture asks for, and a few words for each source that people read.
func factsHost(t *testing.T) string {
	t.Helper()
	more := map[string][]byte{
		"people.txt":     []byte("For people to read.\r\n"),
		"machine.config": []byte(`<configuration><configSections><section name="appSettings" /></configSections><appSettings /></configuration>`),
		"services.json": []byte(`[{"Name":"RpcSs","DisplayName":"RPC","State":"Running","StartMode":"Auto","StartName":"NT AUTHORITY\\NetworkService","PathName":"C:\\x.exe"},` +
			`{"Name":"EventLog","DisplayName":"Event log","State":"Running","StartMode":"Auto","StartName":"NT AUTHORITY\\LocalService","PathName":"C:\\x.exe"},` +
			`{"Name":"HuntressAgent","DisplayName":"Huntress Agent","State":"Stopped","StartMode":"Auto","StartName":"LocalSystem","PathName":"C:\\x.exe"}]`),
		"operating-system.json": []byte(`[{"CSName":"AUTOMATE01","Caption":"Microsoft Windows Server 2019 Standard","BuildNumber":"17763","CurrentTimeZone":120,"LastBootUpTime":"\/Date(1792379565123)\/"}]`),
		"windows.json":          []byte(`[{"ProductName":"Windows Server 2019 Standard","CurrentBuildNumber":"17763","UBR":6414}]`),
		"bitlocker.json":        []byte(`[{"DriveLetter":"C:","VolumeType":0,"ProtectionStatus":0,"ConversionStatus":0,"EncryptionMethod":0}]`),
		"eventlog.xml":          []byte(`<channel name="Security" enabled="true" xmlns="http://schemas.microsoft.com/win/2004/08/events"><logging><retention>false</retention><autoBackup>false</autoBackup><maxSize>201326592</maxSize></logging></channel>`),
	}
	h := sampleHost(t, "after")
	h.Values[`HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions!ProductType`] = "ServerNT"
	answers := map[string]string{"services.json": "services.json", "operating-system.json": "operating-system.json", "windows.json": "windows.json",
		"bitlocker.json": "bitlocker.json", "eventlog-security.xml": "eventlog.xml"}
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			from := answers[s.Item]
			if from == "" && s.Format != "" {
				continue
			}
			if from == "" {
				from = "people.txt"
			}
			if s.File != "" {
				h.Files[strings.NewReplacer(collect.System32, `C:\Windows\System32`, collect.SystemRoot, `C:\Windows`).Replace(s.File)] = "machine.config"
				continue
			}
			program := s.Program[strings.LastIndexByte(s.Program, '\\')+1:]
			run := collect.Source{Program: program, Args: s.Args}
			recorded := collect.RecordedCommand{Run: run.Line(), Stdout: from}
			if strings.Contains(run.Line(), collect.OutFile) {
				recorded.Stdout, recorded.File = "", from
			}
			h.Commands = append(h.Commands, recorded)
		}
	}
	return writeHost(t, "after", h, more)
}

// TestCaptureFacts captures a recorded host and packs it: what people are to read is no hole in the evidence, the host's own
// time stands beside UTC, and the insurer's questions are answered by what the capture alone shows.
func TestCaptureFacts(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800") // 20 October 2026, 06:30, when the sample was taken
	host := factsHost(t)
	snapshot := capture(t, host, captureOptions{})
	dest := filepath.Join(t.TempDir(), "package")
	o := packOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z"}, dest: dest, unsigned: true, sets: []string{"insurance"}}
	var talk bytes.Buffer
	if err := runPack(t.Context(), o, []string{snapshot}, io.Discard, &talk); err != nil {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	text, err := os.ReadFile(filepath.Join(dest, "data", "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var a audit.Audit
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	people, after := 0, a.Hosts[0].After
	for _, item := range after.Items {
		if item.ForPeople() && item.Status == evidence.Captured {
			people++
			if item.Refused != "" {
				t.Errorf("%s was taken for people and is refused: %s", item.Path, item.Refused)
			}
		}
	}
	if people < 14 {
		t.Errorf("%d items for people", people)
	}
	if z := after.Zone; z == nil || z.Offset != "UTC+02:00" || z.Cite.Item != "data/items/system/operating-system.json" {
		t.Errorf("zone %+v", z)
	}
	for id, want := range map[string]struct {
		status evidence.AnswerStatus
		says   string
	}{
		"edr-server":        {evidence.AnswerNo, "Huntress Agent (HuntressAgent) is stopped, starts auto"},
		"service-logons":    {evidence.NotProvable, "3 of 3 services log on with accounts whose passwords Windows keeps"},
		"disk-encrypted":    {evidence.NotAnswered, "C: system volume, not encrypted, protection off"},
		"log-size":          {evidence.Confirmed, "may become at least 196,608 KB large"},
		"supported-windows": {evidence.Confirmed, "Windows Server is version 2016, 2019 or 2022"},
		"logs-central":      {evidence.NotAnswered, "Security max-bytes 201326592"},
	} {
		found := false
		for _, q := range a.Questionnaires[0].Answers {
			if q.ID == id {
				found = true
				if q.Status != want.status || !strings.Contains(q.Comment, want.says) {
					t.Errorf("%s: %s, want %s with %q: %s", id, q.Status, want.status, want.says, q.Comment)
				}
			}
		}
		if !found {
			t.Errorf("nobody asks %s", id)
		}
	}
}
