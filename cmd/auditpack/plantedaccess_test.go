package main

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"testing/fstest"

	"auditpack/templates"
)

const (
	aclSDDL   = "ltshare/ltshare.sddl"
	aclIcacls = "ltshare/icacls-ltshare.txt"
	aclCmdlet = "ltshare/get-acl-ltshare.txt"
	netShare  = "ltshare/net-share-ltshare.txt"
	smbAccess = "ltshare/get-smbshareaccess-ltshare.json"
	labtech   = "S-1-5-82-4031826879-2264154351-3294156951-803206817-528297091"
)

// sddl plants a replacement in icacls /save, where that alone shows the rights of LTShare.
func sddl(name, old, text, want string) plant {
	return plant{name, func(s *server) {
		delete(s.files, aclIcacls)
		delete(s.files, aclCmdlet)
		s.replace(aclSDDL, old, text)
	}, want}
}

// icacls plants a replacement in the output of icacls, where that alone shows the rights of LTShare.
func icacls(name, old, text, want string) plant {
	return plant{name, func(s *server) {
		delete(s.files, aclSDDL)
		delete(s.files, aclCmdlet)
		s.replace(aclIcacls, old, text)
	}, want}
}

// rights returns what is wanted of the Controls about the rights on LTShare: of the whole list, and of each principal.
func rights(minimum string, each string) string {
	want := "ltshare-acl-minimum=" + minimum
	for _, who := range []string{"labtech", "labtech-webcc", "cwarestapi", "system"} {
		want += " ltshare-acl-" + who + "=" + each
	}
	return want
}

func plantedFolder() []plant {
	const (
		ofLabtech = "(A;OICI;0x1301bf;;;" + labtech + ")"
		first     = "D:PAI"
		oneFails  = "ltshare-acl-labtech=fail ltshare-acl-minimum=fail"
		minFails  = "ltshare-acl-minimum=fail"
		poolFails = minFails + " ltshare-acl-labtech=fail ltshare-acl-labtech-webcc=fail ltshare-acl-cwarestapi=fail"
	)
	return []plant{
		sddl("acl by SDDL alone", first, first, ""),
		sddl("acl denies everybody", first, first+"(D;OICI;FA;;;WD)", rights("fail", "fail")),
		sddl("acl denies the pools' group to write", first, first+"(D;OICI;0x2;;;S-1-5-32-568)", poolFails),
		sddl("acl lets Everyone read", first, first+"(A;OICI;0x1200a9;;;WD)", minFails),
		sddl("acl lets Everyone in below only", first, first+"(A;OICIIO;0x1200a9;;;WD)", minFails),
		sddl("acl lets Authenticated Users in", first, first+"(A;;0x1200a9;;;AU)", minFails),
		sddl("acl lets Users in by inheritance", first, first+"(A;OICIID;0x1200a9;;;BU)", minFails),
		sddl("acl lets Domain Users in", first, first+"(A;OICI;0x1200a9;;;S-1-5-21-1-2-3-513)", "ltshare-acl-minimum=fail|review"),
		sddl("acl lets NETWORK in", first, first+"(A;OICI;0x1200a9;;;NU)", "ltshare-acl-minimum=fail|review"),
		sddl("acl lets all pools in", first, first+"(A;OICI;0x1200a9;;;S-1-5-82-0)", "ltshare-acl-minimum=fail|review"),
		sddl("acl names an unknown SID", first, first+"(A;OICI;FA;;;S-1-5-21-1-2-3-1105)", "ltshare-acl-minimum=review"),
		sddl("acl has a conditional entry", first, first+"(XA;OICI;FA;;;WD;(@User.x == 1))", "ltshare-acl-minimum=review|fail ltshare-acl-labtech=pass|review "+
			"ltshare-acl-labtech-webcc=pass|review ltshare-acl-cwarestapi=pass|review ltshare-acl-system=pass|review"),
		sddl("acl entry for below only", ofLabtech, "(A;OICIIO;0x1301bf;;;"+labtech+")", oneFails),
		sddl("acl entry for the folder only", ofLabtech, "(A;;0x1301bf;;;"+labtech+")", oneFails),
		sddl("acl entry without subfolders", ofLabtech, "(A;OI;0x1301bf;;;"+labtech+")", oneFails),
		sddl("acl entry without files", ofLabtech, "(A;CI;0x1301bf;;;"+labtech+")", oneFails),
		sddl("acl entry one level deep", ofLabtech, "(A;OICINP;0x1301bf;;;"+labtech+")", "ltshare-acl-labtech=fail|review ltshare-acl-minimum=fail|review"),
		sddl("acl entry reads only", ofLabtech, "(A;OICI;0x1200a9;;;"+labtech+")", oneFails),
		sddl("acl entry without delete", ofLabtech, "(A;OICI;0x1201bf;;;"+labtech+")", oneFails),
		sddl("acl entry inherited", ofLabtech, "(A;OICIID;0x1301bf;;;"+labtech+")", ""),
		sddl("acl entry of another pool", ofLabtech, "(A;OICI;0x1301bf;;;S-1-5-82-1-2-3-4-5)", oneFails),
		sddl("acl entry in two halves", ofLabtech, "(A;OI;0x1301bf;;;"+labtech+")(A;CI;0x1301bf;;;"+labtech+")", ""),
		sddl("acl pool has full control", ofLabtech, "(A;OICI;FA;;;"+labtech+")", minFails),
		sddl("acl entry denied behind itself", ofLabtech, ofLabtech+"(D;OICI;0x1301bf;;;"+labtech+")", "ltshare-acl-labtech=pass|review|fail ltshare-acl-minimum=pass|review|fail"),
		sddl("acl without SYSTEM", "(A;OICI;FA;;;SY)", "", "ltshare-acl-system=fail "+minFails),
		sddl("acl generic rights of SYSTEM", "(A;OICI;FA;;;SY)", "(A;OICI;GA;;;SY)", ""),
		sddl("acl without Administrators", "(A;OICI;FA;;;BA)", "", ""),
		sddl("acl cut inside an entry", "(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)", "(A;OICI;FA;;;SY)(A;OI", rights("review|uncollected|fail", "review|uncollected")),
		sddl("acl of another folder", "LTShare\n", "LTShareOld\n", rights("uncollected|review", "uncollected|review")),
		icacls("acl by icacls alone", "LTShare IIS", "LTShare IIS", ""),
		icacls("icacls lets Everyone in", "           NT AUTHORITY", "           Everyone:(OI)(CI)(RX)\n           NT AUTHORITY", minFails),
		icacls("icacls lets Jeder in", "           NT AUTHORITY", "           Jeder:(OI)(CI)(RX)\n           NT AUTHORITY", "ltshare-acl-minimum=fail|review"),
		icacls("icacls denies a pool", "C:\\LTShare IIS", "C:\\LTShare IIS APPPOOL\\LabTech:(OI)(CI)(DENY)(W)\n           IIS", oneFails),
		icacls("icacls denies a pool by (N)", "C:\\LTShare IIS", "C:\\LTShare IIS APPPOOL\\LabTech:(N)\n           IIS", "ltshare-acl-labtech=fail ltshare-acl-minimum=fail"),
		icacls("icacls grants below only", "APPPOOL\\LabTech:(OI)(CI)(M)", "APPPOOL\\LabTech:(OI)(CI)(IO)(M)", oneFails),
		icacls("icacls failed", "Successfully processed 1 files; Failed processing 0 files", "Successfully processed 0 files; Failed processing 1 files",
			rights("pass|review|uncollected", "pass|review|uncollected")),
		icacls("icacls usage", "\n\nSuccessfully", "\n\nPublic\\x: Access is denied.\nSuccessfully", rights("pass|review|uncollected", "pass|review|uncollected")),
		{"icacls cut", func(s *server) {
			delete(s.files, aclSDDL)
			delete(s.files, aclCmdlet)
			s.cut(aclIcacls, "           BUILTIN")
		}, rights("review|uncollected", "review|uncollected")},
		swap("icacls says more than the rest", aclIcacls, "           NT AUTHORITY", "           Everyone:(OI)(CI)(RX)\n           NT AUTHORITY", rights("review|fail", "review")),
		swap("SDDL says less than the rest", aclSDDL, ofLabtech, "", rights("review|fail", "review")),
		{"a folder below lets Everyone in", func(s *server) {
			s.put("ltshare/folders.json", `[{"Path":"Microsoft.PowerShell.Core\\FileSystem::C:\\LTShare\\Transfer","Owner":"BUILTIN\\Administrators","Sddl":"O:BAG:SYD:AI(A;OICI;FA;;;WD)"}]`)
		}, minFails},
		swap("another owner", aclCmdlet, "Sddl   : O:BAG", "Sddl   : O:S-1-5-21-1-2-3-1105G", "ltshare-acl-minimum=review"),
		swap("LTShare is elsewhere", "registry/labtech-setup.reg", `"Local LTShare"="C:\\LTShare"`, `"Local LTShare"="D:\\LTShare"`,
			rights("uncollected|review", "uncollected|review")+" ltshare-not-shared-everyone=pass|review|uncollected"),
		{"no access list", func(s *server) {
			delete(s.files, aclIcacls)
			delete(s.files, aclCmdlet)
			delete(s.files, aclSDDL)
		}, rights("uncollected", "uncollected")},
	}
}

// share is a share as its two registry keys hold it; an empty list of entries: no descriptor of its own.
type share struct{ name, path, entries string }

// shares replaces the export of the shares.
func (s *server) shares(all ...share) {
	const key = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares`
	entries, security := key+"]\n", key+"\\Security]\n"
	for _, sh := range all {
		entries += `"` + sh.name + `"=hex(7):` + hex16("CATimeout=0\x00CSCFlags=0\x00MaxUses=4294967295\x00Path="+sh.path+"\x00Permissions=0\x00ShareName="+sh.name+"\x00Type=0\x00\x00") + "\n"
		if sh.entries != "" {
			security += `"` + sh.name + `"=hex:` + hexBytes(descriptor(sh.entries)) + "\n"
		}
	}
	s.reg("registry/lanmanserver.reg", entries+"\n"+security)
	delete(s.files, netShare)
}

// descriptor builds a self-relative security descriptor of "A S-1-1-0 0x1200a9;D …".
func descriptor(entries string) []byte {
	var list []byte
	n := 0
	for e := range strings.SplitSeq(entries, ";") {
		f := strings.Fields(e)
		mask, _ := strconv.ParseUint(f[2], 0, 32)
		parts := strings.Split(f[1], "-")
		authority, _ := strconv.Atoi(parts[2])
		sid := []byte{1, byte(len(parts) - 3), 0, 0, 0, 0, 0, byte(authority)}
		for _, p := range parts[3:] {
			sub, _ := strconv.ParseUint(p, 10, 32)
			sid = binary.LittleEndian.AppendUint32(sid, uint32(sub))
		}
		kind := byte(0)
		if f[0] == "D" {
			kind = 1
		}
		ace := binary.LittleEndian.AppendUint16([]byte{kind, 0}, uint16(8+len(sid)))
		list = append(list, append(binary.LittleEndian.AppendUint32(ace, uint32(mask)), sid...)...)
		n++
	}
	d := []byte{1, 0, 4, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 2, 0}
	d = binary.LittleEndian.AppendUint16(d, uint16(8+len(list)))
	d = binary.LittleEndian.AppendUint16(d, uint16(n))
	return append(append(d, 0, 0), list...)
}

func hexBytes(data []byte) string {
	parts := make([]string, len(data))
	for i := range data {
		parts[i] = hex.EncodeToString(data[i : i+1])
	}
	return strings.Join(parts, ",")
}

func plantedShares() []plant {
	const (
		admins   = "A S-1-5-32-544 0x1f01ff"
		everyone = admins + ";A S-1-1-0 0x1200a9"
		not      = "ltshare-not-shared-everyone="
	)
	ours := share{"LTShare", `C:\LTShare`, admins}
	of := func(name, want string, all ...share) plant {
		return plant{name, func(s *server) { s.shares(all...) }, not + want}
	}
	return []plant{
		of("share for administrators alone", "pass", ours),
		of("no share at all", "pass"),
		of("share open to Everyone", "fail", share{"LTShare", `C:\LTShare`, everyone}),
		of("share open to Authenticated Users", "fail", share{"LTShare", `C:\LTShare`, admins + ";A S-1-5-11 0x1301bf"}),
		of("share open to Domain Users", "fail|review", share{"LTShare", `C:\LTShare`, admins + ";A S-1-5-21-1-2-3-513 0x1301bf"}),
		of("share open to INTERACTIVE", "fail|review", share{"LTShare", `C:\LTShare`, admins + ";A S-1-5-4 0x1301bf"}),
		of("share with the default descriptor", "fail", share{"LTShare", `C:\LTShare`, ""}),
		of("share of the system's folder with the default descriptor", "pass", ours, share{"ADMIN$", `C:\Windows`, ""}),
		of("share named like an administrative one, with the default descriptor", "fail", ours, share{"ADMIN$", `C:\`, ""}),
		{"share has no descriptor in the registry, net share shows one", func(s *server) {
			shown := s.files[netShare]
			s.shares(share{"LTShare", `C:\LTShare`, ""})
			s.files[netShare] = shown
		}, not + "review|fail"},
		{"share lists of registry and net share differ", func(s *server) {
			shown := s.files[netShare]
			s.shares(ours)
			s.files[netShare] = shown
		}, not + "review"},
		of("share of a parent", "fail", ours, share{"Data", `C:\`, everyone}),
		of("share of a child, hidden", "fail", ours, share{"in$", `C:\LTShare\Transfer`, everyone}),
		of("share of the folder in other spelling", "fail", ours, share{"x", `c:\ltshare\`, everyone}),
		of("share of the folder in the long form", "fail", ours, share{"x", `\\?\C:\LTShare`, everyone}),
		of("share of a neighbour", "pass", ours, share{"old", `C:\LTShareOld`, everyone}),
		of("share named like an administrative one", "fail", ours, share{"ADMIN$", `C:\`, everyone}),
		of("share named C$, open", "fail|review", ours, share{"C$", `C:\`, everyone}),
		of("share named D$ of C", "fail", ours, share{"D$", `C:\`, everyone}),
		of("share denies Everyone before it allows", "pass|review", share{"LTShare", `C:\LTShare`, "D S-1-1-0 0x1f01ff;A S-1-1-0 0x1200a9;" + admins}),
		of("share denies Everyone behind", "fail", share{"LTShare", `C:\LTShare`, "A S-1-1-0 0x1200a9;D S-1-1-0 0x1f01ff"}),
		{"share descriptors not exported", func(s *server) {
			s.shares(ours)
			s.cut("registry/lanmanserver.reg", `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\LanmanServer\Shares\Security`)
		}, not + "review|uncollected"},
		{"share cmdlet says Everyone", func(s *server) {
			s.shares(ours)
			data, err := templates.FS.ReadFile("sample/before/" + smbAccess)
			if err != nil {
				s.t.Fatal(err)
			}
			s.files[smbAccess] = &fstest.MapFile{Data: data}
		}, not + "review|fail"},
		{"share list missing", func(s *server) { delete(s.files, "registry/lanmanserver.reg") }, not + "uncollected|review"},
	}
}
