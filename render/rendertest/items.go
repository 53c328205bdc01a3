package rendertest

import (
	"fmt"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

func snapshot(at time.Time, folder string, variant byte) audit.Snapshot {
	s := audit.Snapshot{Digest: evidence.DigestOf([]byte(folder)), Tool: "auditpack 0.1.0", Operator: "EXAMPLE\\field.engineer", From: at,
		To: at.Add(4 * time.Minute), Folder: "data/snapshots/automate01/" + folder, Stale: variant > 0}
	for i, path := range []string{"acl/ltshare-icacls.txt", "auditpol/auditpol.csv", "firewall/rules.reg", "groups/administrators.txt",
		"http/aspnet-client.txt", "iis/applicationhost.config", "iis/aspnet-client-web.config", "iis/default-web-site-web.config", "iis/ws-web-config.config", "mysql/my.ini", "netstat/netstat-ano.txt",
		"registry/inetstp.reg", "registry/lsa-2.reg", "registry/lsa.reg", "registry/schannel.reg", "registry/uninstall.reg", "secedit/secpol.inf",
		"shares/net-share-ltshare.txt", "system/computer-info.json", "system/systeminfo.txt", "unrecognised/notes-from-last-visit.txt"} {
		s.Items = append(s.Items, item(path, i, at, variant))
	}
	return s
}

func item(path string, i int, at time.Time, variant byte) audit.Item {
	it := audit.Item{Item: evidence.Item{Path: "data/items/" + path, Name: `C:/Windows/System32/` + path, Status: evidence.Captured, Origin: evidence.OriginCaptured,
		Host: "AUTOMATE01", By: "EXAMPLE\\field.engineer", Size: int64(900 + i*i*i*197), Digest: evidence.DigestOf([]byte{byte(i), variant}),
		Format: "registry export", Taken: at.Add(time.Duration(i) * 11 * time.Second)}, ReadAs: "registry export", Settings: 40 * i}
	switch path {
	case "netstat/netstat-ano.txt":
		code := 0
		it.Command, it.ExitCode = []string{`C:\Windows\System32\NETSTAT.EXE`, "-ao"}, &code
		if variant == 0 {
			it.Refusal = "names are resolved (-n is missing), so the ports cannot be told"
		}
	case "http/aspnet-client.txt":
		it.Origin, it.By = evidence.OriginProbe, "192.0.2.10"
	case "registry/lsa-2.reg":
		it.Origin, it.Source = evidence.OriginImported, "from-client.zip"
		it.Name = "Export of the registry/HKEY_LOCAL_MACHINE/SYSTEM/CurrentControlSet/Control/a very long folder name that somebody typed/lsa (2).reg"
	case "mysql/my.ini":
		it.Status, it.Note, it.Digest, it.Size, it.ReadAs = evidence.Denied, "access is denied", evidence.Digest{}, 0, ""
	case "registry/uninstall.reg":
		it.Problems = []evidence.Problem{{Message: "a continuation line without a value", Cite: evidence.Citation{Item: it.Path, Line: 4411, Offset: 271004, Length: 80}},
			{Message: "another", Cite: evidence.Citation{Item: it.Path, Line: 4412, Offset: 271084, Length: 3}}}
	case "system/computer-info.json": // the capture takes it for people
		it.Format, it.ReadAs, it.Settings, it.Refusal = "", "", 0, "not recognised as any kind of evidence"
	case "unrecognised/notes-from-last-visit.txt":
		it.Origin, it.Format, it.ReadAs, it.Name = evidence.OriginImported, "", "", "notes "+Hostile+".txt"
	}
	return it
}

func changes() []evidence.Change {
	var list []evidence.Change
	for i := range 60 {
		c := evidence.Change{Level: evidence.SettingLevel, Address: evidence.Address(fmt.Sprintf(`registry:HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\{0CCE92%02d-69AE-11D9-BED3-505054503030}!DisplayVersion`, i)),
			Kind: "changed", Before: `REG_SZ "22.0.1"`, After: `REG_SZ "22.0.2"`, BeforeCites: []evidence.Citation{{Item: lsa, Line: 10 + i, Offset: 700, Length: 30}},
			AfterCites: []evidence.Citation{{Item: lsa, Line: 11 + i, Offset: 730, Length: 30}}}
		switch i {
		case 3:
			c.Address, c.Controls, c.Before = `acl:C:\LTShare`, []string{"ltshare-rights"}, "O:BAG:SYD:(A;OICI;FA;;;WD)"
			c.Effect, c.Meaning = evidence.Helps, []string{"S-1-1-0 (Everyone) on this folder, subfolders, files: Full control → nothing"}
			c.After = LongSDDL
		case 7:
			c.Address, c.Controls, c.Before, c.Kind = "firewall-rule:local/{9F3C0F2E-7C2B-4E1B-8A53-0D4D8F0A6A11}", []string{"mysql-closed", "ports-only"}, "", "added"
			c.BeforeCites, c.Effect = nil, evidence.Hurts
			c.After = "allow in tcp 3306 from any, profiles public, enabled, “mysql tmp”"
		case 9:
			c.Address, c.Controls, c.After, c.Kind = "http:https://automate.example.com/aspnet_client#HEAD/HTTP/1.0,no-host", []string{"aspnet-no-ip"}, "", "removed"
			c.AfterCites, c.Effect = nil, evidence.Neutral
			c.Before = "301 Moved Permanently, Location https://automate.example.com/aspnet_client/"
		}
		list = append(list, c)
	}
	return list
}
