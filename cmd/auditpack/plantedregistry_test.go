package main

import "testing/fstest"

const (
	currentPolicies = "registry/currentversion-policies.reg"
	noAutorun       = "\"NoAutorun\"=dword:00000001\n"
	noDriveType     = "\"NoDriveTypeAutoRun\"=dword:000000ff\n"
	explorerKey     = `[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer]` + "\n"
	lsaExport       = "registry/lsa.reg"
	schannelExport  = "registry/securityproviders.reg"
	protocols       = `[HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Control\SecurityProviders\SCHANNEL\Protocols\`
	policiesExport  = "registry/policies-microsoft.reg"
)

// swap plants a replacement of one place in one file.
func swap(name, file, old, text, want string) plant {
	return plant{name, func(s *server) { s.replace(file, old, text) }, want}
}

func plantedRegistry() []plant {
	autorun := func(name, line, want string) plant { return swap(name, currentPolicies, noAutorun, line, want) }
	return []plant{
		autorun("reg value absent", "", "stig3-autorun-default=fail"),
		autorun("reg value is text", "\"NoAutorun\"=\"1\"\n", "stig3-autorun-default=fail"),
		autorun("reg value is other number", "\"NoAutorun\"=dword:00000002\n", "stig3-autorun-default=fail"),
		autorun("reg value as hex(4)", "\"NoAutorun\"=hex(4):01,00,00,00\n", ""),
		autorun("reg value as hex(4), too short", "\"NoAutorun\"=hex(4):01,00\n", "stig3-autorun-default=fail|review"),
		autorun("reg value as hex(b)", "\"NoAutorun\"=hex(b):01,00,00,00,00,00,00,00\n", "stig3-autorun-default=fail"),
		autorun("reg value as hex", "\"NoAutorun\"=hex:01,00,00,00\n", "stig3-autorun-default=fail"),
		autorun("reg value misspelt", "\"NoAutoRuns\"=dword:00000001\n", "stig3-autorun-default=fail"),
		autorun("reg value with a blank in its name", "\"NoAutorun \"=dword:00000001\n", "stig3-autorun-default=fail"),
		autorun("reg value in lower case", "\"noautorun\"=dword:00000001\n", ""),
		autorun("reg value with a broken number", "\"NoAutorun\"=dword:0000000g\n", "stig3-autorun-default=review"),
		autorun("reg value commented out", ";\"NoAutorun\"=dword:00000001\n", "stig3-autorun-default=fail"),
		autorun("reg value deleted by a script's dash", "\"NoAutorun\"=-\n",
			"stig3-autorun-default=review|uncollected stig4-autoplay-all-drives=pass|review|uncollected"),
		autorun("reg value twice in its key", noAutorun+"\"NoAutorun\"=dword:00000000\n", "stig3-autorun-default=fail"),
		{"reg value set back further down in the same file", func(s *server) {
			s.replace(currentPolicies, "UIPI]\n@=\"0\"\n", "UIPI]\n@=\"0\"\n\n"+explorerKey+"\"NoAutorun\"=dword:00000000\n")
		}, "stig3-autorun-default=fail"},
		{"reg second file says otherwise", func(s *server) {
			s.reg("registry/explorer.reg", explorerKey+"\"NoAutorun\"=dword:00000000\n"+noDriveType)
		}, "stig3-autorun-default=review"},
		{"reg second file of the key lacks the value", func(s *server) {
			s.reg("registry/explorer.reg", explorerKey+noDriveType)
		}, "stig3-autorun-default=review"},
		{"reg second file agrees", func(s *server) {
			s.reg("registry/explorer.reg", explorerKey+noAutorun+noDriveType)
		}, ""},
		swap("reg key of the 32-bit view", currentPolicies, explorerKey,
			`[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Policies\Explorer]`+"\n",
			"stig3-autorun-default=fail|review|uncollected stig4-autoplay-all-drives=fail|review|uncollected"),
		swap("reg key of the user", currentPolicies, explorerKey,
			`[HKEY_CURRENT_USER\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer]`+"\n",
			"stig3-autorun-default=fail|review|uncollected stig4-autoplay-all-drives=fail|review|uncollected"),
		swap("reg key deleted further down", currentPolicies, "UIPI]\n@=\"0\"\n",
			"UIPI]\n@=\"0\"\n\n"+`[-HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\Explorer]`+"\n",
			"stig3-autorun-default=fail|review|uncollected stig4-autoplay-all-drives=fail|review|uncollected"),
		swap("reg header of Wine", currentPolicies, "Windows Registry Editor Version 5.00", "WINE REGISTRY Version 2",
			"stig3-autorun-default=uncollected|review stig4-autoplay-all-drives=uncollected|review"),
		{"reg file missing", func(s *server) { delete(s.files, currentPolicies) },
			"stig3-autorun-default=uncollected stig4-autoplay-all-drives=uncollected"},
		{"reg file empty", func(s *server) { s.files[currentPolicies] = &fstest.MapFile{} },
			"stig3-autorun-default=uncollected|review stig4-autoplay-all-drives=uncollected|review"},
		{"reg file holds the tool's error", func(s *server) {
			s.put(currentPolicies, "ERROR: The system was unable to find the specified registry key or value.\n")
		}, "stig3-autorun-default=uncollected|review stig4-autoplay-all-drives=uncollected|review"},
		{"reg file in UTF-16BE", func(s *server) { s.swapped(currentPolicies) },
			"stig3-autorun-default=pass|uncollected|review stig4-autoplay-all-drives=pass|uncollected|review"},
		{"reg file ends inside the value", func(s *server) { s.cut(currentPolicies, "0001\n\"NoDriveTypeAutoRun\"") },
			"stig3-autorun-default=review|uncollected stig4-autoplay-all-drives=review|uncollected"},
		{"reg file ends before the value", func(s *server) { s.cut(currentPolicies, noAutorun) },
			"stig3-autorun-default=review|uncollected stig4-autoplay-all-drives=review|uncollected"},
		{"reg file ends after the value", func(s *server) { s.cut(currentPolicies, noDriveType) },
			"stig3-autorun-default=pass|review stig4-autoplay-all-drives=review|uncollected"},
		// Cut exactly between two keys a file has the form of a whole one; nothing in it tells.
		{"reg file ends between two keys", func(s *server) { s.cut(currentPolicies, explorerKey) },
			"stig3-autorun-default=fail stig4-autoplay-all-drives=fail"},
		swap("lsa value absent, secedit has it", lsaExport, "\"restrictanonymous\"=dword:00000001\n", "", "stig1-anon-enum-sam-shares=review"),
		swap("lsa value 0, secedit 1", lsaExport, "\"restrictanonymous\"=dword:00000001\n", "\"restrictanonymous\"=dword:00000000\n",
			"stig1-anon-enum-sam-shares=review"),
		{"lsa value 0 in both", func(s *server) {
			s.replace(lsaExport, "\"restrictanonymous\"=dword:00000001\n", "\"restrictanonymous\"=dword:00000000\n")
			s.replace(secedit, "RestrictAnonymous=4,1", "RestrictAnonymous=4,0")
		}, "stig1-anon-enum-sam-shares=fail"},
		swap("installer value not configured", policiesExport, "\"AlwaysInstallElevated\"=dword:00000000\n", "", ""),
		swap("installer value 1", policiesExport, "\"AlwaysInstallElevated\"=dword:00000000\n", "\"AlwaysInstallElevated\"=dword:00000001\n",
			"stig6-always-install-elevated=fail"),
		swap("tls 1.0 back in the defaults", schannelExport, protocols+"TLS 1.0\\Server]\n\"DisabledByDefault\"=dword:00000001",
			protocols+"TLS 1.0\\Server]\n\"DisabledByDefault\"=dword:00000000", "tls10-server=fail tls-legacy-disabled-overall=fail"),
		swap("tls key read word for word", schannelExport, protocols+"TLS 1.0\\Server]", protocols+"TLS 1.0 or 1.1\\Server]",
			"tls10-server=fail tls-legacy-disabled-overall=fail"),
		swap("tls value under Client only", schannelExport, protocols+"TLS 1.1\\Server]\n\"DisabledByDefault\"=dword:00000001\n",
			protocols+"TLS 1.1\\Server]\n", "tls11-server=fail tls-legacy-disabled-overall=fail"),
		swap("tls 1.2 switched off", schannelExport, protocols+"TLS 1.2\\Server]\n\"DisabledByDefault\"=dword:00000000\n\"Enabled\"=dword:00000001",
			protocols+"TLS 1.2\\Server]\n\"DisabledByDefault\"=dword:00000000\n\"Enabled\"=dword:00000000", "tls12-server=fail"),
		swap("rdp denied", "registry/terminal-server.reg", "\"fDenyTSConnections\"=dword:00000000", "\"fDenyTSConnections\"=dword:00000001",
			"rdp-disabled-after-control=pass"),
		{"rdp denied, allowed by policy", func(s *server) {
			s.replace("registry/terminal-server.reg", "\"fDenyTSConnections\"=dword:00000000", "\"fDenyTSConnections\"=dword:00000001")
			s.replace(policiesExport, "\"DisablePasswordSaving\"=dword:00000001\n", "\"DisablePasswordSaving\"=dword:00000001\n\"fDenyTSConnections\"=dword:00000000\n")
		}, ""},
		swap("rdp allowed, denied by policy", policiesExport, "\"DisablePasswordSaving\"=dword:00000001\n", "\"DisablePasswordSaving\"=dword:00000001\n\"fDenyTSConnections\"=dword:00000001\n",
			"rdp-disabled-after-control=pass"),
		swap("ip restriction role missing", "registry/inetstp.reg", "\"IPSecurity\"=dword:00000001\n", "", "ipr-module-installed=fail"),
	}
}
