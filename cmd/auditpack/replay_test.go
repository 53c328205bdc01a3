package main

import (
	"encoding/json"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"auditpack/evidence/collect"
	"auditpack/templates"
)

// sampleHost is the demo's server as a recorded host: the files of the sample as what its commands answer.
func sampleHost(t testing.TB, side string) collect.Recording {
	t.Helper()
	line := func(collector, item string) string { // the command by which an item is captured
		for _, c := range collect.All() {
			for _, s := range c.Sources {
				if c.Name == collector && s.Item == item {
					s.Program = s.Program[strings.LastIndexByte(s.Program, '\\')+1:]
					text := strings.ReplaceAll(s.Line(), "{ltshare}", `C:\LTShare`)
					return strings.ReplaceAll(text, "{login}", "*")
				}
			}
		}
		t.Fatalf("%s/%s: nothing captures it any more", collector, item)
		return ""
	}
	h := collect.Recording{
		About: collect.About{Name: "AUTOMATE01", Operator: `AUTOMATE01\adm-tech1`, Elevated: true, CodePage: 437, Language: "en-US"},
		Files: map[string]string{},
		Values: map[string]string{
			`HKLM\SOFTWARE\WOW6432Node\LabTech\Setup!Local LTShare`: `C:\LTShare`,
		},
		Keys: []string{`HKLM\SOFTWARE`},
	}
	registry := map[string]string{}
	for _, name := range []string{"currentversion-policies.reg", "firewallpolicy.reg", "http-parameters.reg", "inetstp.reg", "labtech-setup.reg", "lanmanserver.reg", "lsa.reg", "netbt.reg", "policies-microsoft.reg", "securityproviders.reg", "tcpip-parameters.reg", "terminal-server.reg"} {
		registry[name] = "registry/" + name
	}
	for _, name := range slices.Sorted(maps.Keys(registry)) {
		h.Commands = append(h.Commands, collect.RecordedCommand{Run: line("registry", name), File: registry[name]})
	}
	for _, r := range []struct{ collector, item, from string }{
		{"auditpol", "auditpol.csv", "policy/auditpol.csv"},
		{"netstat", "netstat-abno.txt", "network/netstat-anob.txt"},
		{"firewall", "get-netfirewallprofile.json", "network/get-netfirewallprofile.json"},
		{"accounts", "get-localuser.json", "accounts/get-localuser.json"},
		{"accounts", "net-localgroup-administrators.txt", "accounts/net-localgroup-administrators.txt"},
		{"shares", "net-share-ltshare.txt", "ltshare/net-share-ltshare.txt"},
		{"shares", "get-smbshareaccess.json", "ltshare/get-smbshareaccess-ltshare.json"},
		{"acl", "ltshare-icacls.txt", "ltshare/icacls-ltshare.txt"},
		{"system", "systeminfo.txt", "system/systeminfo.txt"},
		{"system", "get-hotfix.csv", "system/get-hotfix.csv"},
		{"control", "screenconnect-server-dll.txt", "control/screenconnect-server-dll.txt"},
	} {
		h.Commands = append(h.Commands, collect.RecordedCommand{Run: line(r.collector, r.item), Stdout: r.from})
	}
	h.Commands = append(h.Commands,
		collect.RecordedCommand{Run: line("secedit", "secedit.cfg"), File: "policy/secedit.cfg"},
		collect.RecordedCommand{Run: line("acl", "ltshare-icacls-save.txt"), File: "ltshare/ltshare.sddl"},
		collect.RecordedCommand{Run: line("registry", "uninstall-32.reg"), File: "registry/uninstall-32.reg"},
	)
	for at, from := range map[string]string{
		`C:\Windows\System32\inetsrv\config\applicationHost.config`: "iis/applicationHost.config",
		`C:\Windows\System32\inetsrv\config\redirection.config`:     "iis/redirection.config",
		`C:\Program Files (x86)\ScreenConnect\web.config`:           "control/web.config",
		`C:\ProgramData\MySQL\MySQL Server 8.0\my.ini`:              "mysql/my.ini",
		`C:\Program Files\MySQL\MySQL Server 8.0\bin\mysql.exe`:     "mysql/my.ini",
	} {
		h.Files[at] = from
	}
	for _, r := range []struct{ begin, from string }{
		{"SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version'", "mysql/server.txt"}, {"SHOW GLOBAL", "mysql/variables.txt"}, {"SELECT user, host", "mysql/users.txt"},
		{"SELECT CONCAT", "automate/version.txt"}, {"SELECT u.UserID", "automate/users-classes.txt"},
	} {
		h.Commands = append(h.Commands, collect.RecordedCommand{Run: "mysql.exe *" + r.begin + "*", Stdout: r.from})
	}
	err := fs.WalkDir(templates.FS, "sample/"+side+"/inetpub", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			from := strings.TrimPrefix(path, "sample/"+side+"/")
			h.Files[`C:\`+strings.ReplaceAll(from, "/", `\`)] = from
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// writeHost writes a recorded host with the files of the sample and some more.
func writeHost(t testing.TB, side string, h collect.Recording, more map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	files, err := fs.Sub(templates.FS, "sample/"+side)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	// Two exports of a key's parts, as the operator of the sample made them, are one of the whole key in a capture.
	var both []byte
	for i, name := range []string{"uninstall-automate.reg", "uninstall-control.reg"} {
		text, err := os.ReadFile(filepath.Join(dir, "registry", name))
		if err != nil {
			continue
		}
		if i > 0 && both != nil {
			text = text[2+2*len("Windows Registry Editor Version 5.00\r\n\r\n"):]
		}
		both = append(both, text...)
	}
	more = maps.Clone(more)
	if more == nil {
		more = map[string][]byte{}
	}
	more["registry/uninstall-32.reg"] = both
	text, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	more[collect.ReplayFile] = text
	for name, text := range more {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
