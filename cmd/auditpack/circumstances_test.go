package main

import (
	"bytes"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence/collect"
)

// germanStatus is what w32tm prints on a German system, in the code page of its console; germanRights what whoami does.
const (
	germanStatus = "Sprungindikator: 0(keine Warnung)\r\nStratum: 4 (Sekund\x84rreferenz - synchr. \x81ber (S)NTP)\r\nPr\x84zision: -23 (119.209ns pro Tick)\r\nStammverz\x94gerung: 0.0054700s\r\n" +
		"Stammabweichung: 0.2811642s\r\nReferenz-ID: 0xC0000207 (Quell-IP:  192.0.2.7)\r\nLetzte erfolgr. Synchronisierungszeit: 20.10.2026 08:23:17\r\nQuelle: time.example.com,0x9 \r\nAbrufintervall: 14 (16384s)\r\n\r\n" +
		"Phasenoffset: -0.0038147s\r\nTaktrate: 0.0156250s\r\nStatuscomputer: 2 (Synchron.)\r\nZeitquellenflags: 0 (Kein)\r\nServerrolle: 0 (Kein)\r\nLetzter Synchronisierungsfehler: 0 (Der Befehl wurde\r\nerfolgreich ausgef\x81hrt.)\r\n" +
		"Zeit seit der letzten erfolgr. Synchronisierung: 402.9152337s\r\n"
	germanRights = "\r\nBENUTZERINFORMATIONEN\r\n---------------------\r\n\r\nBenutzername: automate01\\adm-tech1\r\nSID:          S-1-5-21-1004336348-1177238915-682003330-1001\r\n\r\n\r\nGRUPPENINFORMATIONEN\r\n-----------------\r\n\r\n" +
		"Gruppenname: VORDEFINIERT\\Administratoren\r\nTyp:         Alias\r\nSID:         S-1-5-32-544\r\nAttribute:   Verbindliche Gruppe, Standardm\x84\xe1ig aktiviert, Aktivierte Gruppe, Gruppenbesitzer\r\n\r\n" +
		"Gruppenname: Verbindliche Beschriftung\\Hohe Verbindlichkeitsstufe\r\nTyp:         Bezeichnung\r\nSID:         S-1-16-12288\r\nAttribute:   \r\n"
)

// TestCaptureCircumstances says at the end of a capture and of a script's import alike, when it is judged, with which rights it ran
// and what the time service said of the clock, with the lines that show it. A capture that does not show it says nothing of it.
func TestCaptureCircumstances(t *testing.T) {
	t.Setenv("SOURCE_DATE_EPOCH", "1792477800")
	h := sampleHost(t, "after")
	h.Commands = append([]collect.RecordedCommand{
		{Run: "w32tm.exe /query /status /verbose", Stdout: "w32tm.txt"}, {Run: "whoami.exe *", Stdout: "whoami.txt"},
	}, h.Commands...)
	host := writeHost(t, "after", h, map[string][]byte{"w32tm.txt": []byte(germanStatus), "whoami.txt": []byte(germanRights)})
	want := []string{
		"captured with administrator's rights (data/items/accounts/whoami.txt, line 19, byte ",
		"clock 0.0038147 s ahead of or behind time.example.com,0x9 (Windows' documentation does not say which), last synchronised 402 s before, says its own time service (data/items/clock/w32tm-status.txt, line 11, byte ",
	}
	flat := func(b *bytes.Buffer) string { return strings.Join(strings.Fields(b.String()), " ") }
	holds := func(what, text string, want []string) {
		t.Helper()
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s does not say %q: %.1500s", what, w, text)
			}
		}
	}
	var out, talk bytes.Buffer
	captured := filepath.Join(t.TempDir(), "snapshot")
	err := runCapture(t.Context(), captureOptions{replay: host, format: "text", Profile: "automate", dest: captured}, func(string) bool { return false }, &out, &talk)
	if _, look := err.(*lookError); err != nil && !look {
		t.Fatal(err)
	}
	holds("the capture", flat(&out), want)
	imported := filepath.Join(t.TempDir(), "snapshot")
	runImportAny(t, scriptFolder(t, captured), imported)
	for _, snapshot := range []string{captured, imported} {
		out.Reset()
		if err := runAssess(t.Context(), assessOptions{inputFlags: inputFlags{asOf: "2026-10-21T09:00:00Z"}, format: "text"}, []string{snapshot}, &out, &out); err != nil {
			t.Fatal(err)
		}
		holds("the verdicts", flat(&out), want)
	}

	out.Reset()
	without := captureOptions{replay: host, format: "text", Profile: "automate", Skip: []string{"accounts", "clock"}, dest: filepath.Join(t.TempDir(), "snapshot")}
	if err := runCapture(t.Context(), without, func(string) bool { return false }, &out, &talk); err != nil {
		if _, look := err.(*lookError); !look {
			t.Fatal(err)
		}
	}
	if text := flat(&out); slices.ContainsFunc([]string{"time service", "administrator's rights ("}, func(s string) bool { return strings.Contains(text, s) }) {
		t.Errorf("a capture without the items says it all the same: %s", text)
	}
}
