package main

import (
	"slices"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/collect"
	"auditpack/evidence/parse"
	"auditpack/evidence/snapshot"
)

// TestCollectorFormats holds that what a collector says its items are is something that package parse reads.
func TestCollectorFormats(t *testing.T) {
	var names []string
	for _, f := range parse.Formats() {
		names = append(names, f.Name)
	}
	for _, c := range collect.All() {
		for _, s := range c.Sources {
			if s.Format != "" && !slices.Contains(names, s.Format) {
				t.Errorf("%s/%s: nothing reads the format %q", c.Name, s.Item, s.Format)
			}
		}
	}
}

// TestProfiles reads every profile.
func TestProfiles(t *testing.T) {
	if !slices.Contains(profileNames(), "automate") {
		t.Error("there is no profile automate")
	}
	for _, name := range profileNames() {
		if _, err := loadProfile(name); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := loadProfile("../guide/guide"); err == nil {
		t.Error("a profile outside of the folder is read")
	}
}

// netstatOf is netstat -abno of a system in some language, in the code page of its console, with three listeners.
func netstatOf(heading, state, unknown string) string {
	return "\r\n" + heading + "\r\n\r\n" +
		"  TCP    0.0.0.0:443            0.0.0.0:0              " + state + "       4\r\n " + unknown + "\r\n" +
		"  TCP    127.0.0.1:3306         0.0.0.0:0              " + state + "       2204\r\n [mysqld.exe]\r\n" +
		"  UDP    0.0.0.0:75             *:*                                    3120\r\n [LTAgent.exe]\r\n"
}

// TestCaptureLanguages captures from systems in German, French and Japanese, with the bytes of their consoles: the bytes are
// kept, code page and language are noted, and the listeners are read.
func TestCaptureLanguages(t *testing.T) {
	for _, c := range []struct {
		language string
		codePage int
		netstat  string // the bytes in that code page
		denied   string
	}{
		{"de-DE", 850, netstatOf("Aktive Verbindungen\r\n\r\n  Proto  Lokale Adresse         Remoteadresse          Status           PID", "ABH\x99REN", "Es konnten keine Besitzerinformationen abgerufen werden."), "Zugriff verweigert\r\n"},
		{"fr-FR", 850, netstatOf("Connexions actives\r\n\r\n  Proto  Adresse locale         Adresse distante       \x90tat", "LISTENING", "Impossible d'obtenir les informations de propri\x82taire"), "Acc\x8as refus\x82.\r\n"},
		{"ja-JP", 932, netstatOf("\x83A\x83N\x83e\x83B\x83u\x82\xc8\x90\xda\x91\xb1\r\n\r\n  \x83v\x83\x8d\x83g\x83R\x83\x8b  \x83\x8d\x81[\x83J\x83\x8b \x83A\x83h\x83\x8c\x83X          \x8aO\x95\x94\x83A\x83h\x83\x8c\x83X        \x8f\xf3\x91\xd4           PID", "LISTENING", "\x8f\x8a\x97L\x8e\xd2\x8f\xee\x95\xf1\x82\xf0\x8e\xe6\x93\xbe\x82\xc5\x82\xab\x82\xdc\x82\xb9\x82\xf1"), "\x83A\x83N\x83Z\x83X\x82\xaa\x8b\x91\x94\xdb\x82\xb3\x82\xea\x82\xdc\x82\xb5\x82\xbd\x81B\r\n"},
	} {
		h := collect.Recording{
			About: collect.About{Name: "SERVER1", Operator: `SERVER1\adm`, Elevated: true, CodePage: c.codePage, Language: c.language},
			Commands: []collect.RecordedCommand{
				{Run: "NETSTAT.EXE -abno", Stdout: "netstat.txt"},
				{Run: "auditpol.exe /get*", Stderr: "denied.txt", Exit: 5},
			},
		}
		host := writeHost(t, "after", h, map[string][]byte{"netstat.txt": []byte(c.netstat), "denied.txt": []byte(c.denied)})
		s, err := snapshot.Open(t.Context(), capture(t, host, captureOptions{Only: []string{"netstat", "auditpol"}}), bag.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for _, item := range s.Items() {
			switch item.Path {
			case "data/items/netstat/netstat-abno.txt":
				if item.Status != evidence.Captured || item.CodePage != c.codePage || item.Language != c.language || item.Format != "netstat" || item.Digest != evidence.DigestOf([]byte(c.netstat)) {
					t.Errorf("%s: %+v", c.language, item)
				}
				r, err := s.Open(item)
				if err != nil {
					t.Fatal(err)
				}
				content, err := parse.Read(item, r, nil)
				if err != nil {
					t.Fatal(err)
				}
				f := evidence.NewFacts([]evidence.Content{content})
				for _, at := range []evidence.Address{"listener:tcp/0.0.0.0:443", "listener:tcp/127.0.0.1:3306", "listener:udp/0.0.0.0:75"} {
					if o := f.Lookup(at); o.State != evidence.Found {
						t.Errorf("%s: %s is not found: %s", c.language, at, o.Why)
					}
				}
			case "data/items/auditpol/auditpol.csv":
				if item.Status != evidence.Failed || item.Stderr == "" || item.ExitCode == nil || *item.ExitCode != 5 {
					t.Errorf("%s: %+v", c.language, item)
				}
			}
		}
	}
}

// TestCaptureDenied judges a host that shows nothing to a user without rights: no statement passes.
func TestCaptureDenied(t *testing.T) {
	h := collect.Recording{
		About: collect.About{Name: "SERVER1", Operator: `SERVER1\user`, CodePage: 437, Language: "en-US"}, Denied: []string{`C:\`, "HK"},
		Commands: []collect.RecordedCommand{{Run: "*", Exit: 5, Stderr: "denied.txt"}},
	}
	host := writeHost(t, "after", h, map[string][]byte{"denied.txt": []byte("Access is denied.\r\n")})
	for id, c := range judged(t, capture(t, host, captureOptions{}), assessOptions{}) {
		if c.After.Result == evidence.Pass || c.After.Result == evidence.Fail || c.After.Result == evidence.NotApplicable {
			t.Errorf("%s: %s, of nothing", id, c.After.Result)
		}
	}
}
