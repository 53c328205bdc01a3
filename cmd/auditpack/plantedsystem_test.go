package main

import (
	"strings"
	"time"
)

func plantedSystem() []plant {
	const (
		info       = "system/systeminfo.txt"
		nt         = "registry/windows-nt-currentversion.reg"
		platforms  = "scope-windows-server=review|fail ipr-prereq-ws2008=review|fail"
		automate12 = "ipr-prereq-automate-2021-12="
	)
	return []plant{
		swap("another build in systeminfo", info, "10.0.17763 N/A Build 17763", "10.0.20348 N/A Build 20348", "all=review"),
		{"another build in the registry", func(s *server) {
			s.replace(nt, `"CurrentBuildNumber"="17763"`, `"CurrentBuildNumber"="14393"`)
			s.replace(nt, `"CurrentBuild"="17763"`, `"CurrentBuild"="14393"`)
		}, "all=review"},
		swap("two build values", nt, `"CurrentBuildNumber"="17763"`, `"CurrentBuildNumber"="17134"`, "all=review"),
		swap("another system of the build", info, "Microsoft Windows Server 2019 Standard", "Microsoft Windows 10 Enterprise", platforms),
		swap("another host in systeminfo", info, "Host Name:                 AUTOMATE01", "Host Name:                 AUTOMATE02", "all=review"),
		{"another host in auditpol", func(s *server) {
			s.editText("policy/auditpol.csv", func(t string) string { return strings.ReplaceAll(t, "AUTOMATE01,", "OTHER,") })
		}, "all=review"},
		{"evidence claimed for another host", func(s *server) { s.host = "OTHER" }, "all=review"},
		{"evidence claimed for the full name", func(s *server) { s.host = "automate01.example.com" }, ""},
		{"evidence forty days old", func(s *server) { s.taken = s.taken.Add(-40 * 24 * time.Hour) }, "passes=review"},
		{"evidence of next year", func(s *server) { s.taken = s.taken.Add(300 * 24 * time.Hour) }, "passes=review"},
		swap("member of a domain", info, "OS Configuration:          Standalone Server", "OS Configuration:          Member Server", "fw-ad-tcp-445=n/a"),
		swap("older version in the database", "automate/version.txt", "2022.10", "2021.8", automate12+"fail|review"),
		swap("version as text", "automate/version.txt", "2022.10", "unknown", automate12+"review|pass "+
			"scope-automate-2020=pass|review control-automate-min-version=pass|review"),
		swap("older iis", "registry/inetstp.reg", `"MajorVersion"=dword:0000000a`, `"MajorVersion"=dword:00000007`, "scope-iis10=fail ipr-prereq-iis8=fail"),
	}
}
