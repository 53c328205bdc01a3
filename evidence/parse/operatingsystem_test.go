package parse

import (
	"strings"
	"testing"
)

// operatingSystemJSON is as the collector's line prints it: an array of one, a DateTime as milliseconds since 1970.
const operatingSystemJSON = "[\r\n    {\r\n        \"CSName\":  \"automate01\",\r\n        \"Caption\":  \"Microsoft Windows Server 2019 Standard\",\r\n        \"Version\":  \"10.0.17763\",\r\n" +
	"        \"BuildNumber\":  \"17763\",\r\n        \"OSLanguage\":  1031,\r\n        \"MUILanguages\":  [\r\n                             \"de-DE\"\r\n                         ],\r\n" +
	"        \"CurrentTimeZone\":  120,\r\n        \"InstallDate\":  \"\\/Date(1560000000000)\\/\",\r\n        \"LastBootUpTime\":  \"\\/Date(1792379565123)\\/\"\r\n    }\r\n]\r\n"

func TestOperatingSystem(t *testing.T) {
	head := []string{"system:host-name = AUTOMATE01", "system:os-name = Windows Server 2019 Standard", "system:os-build = 17763"}
	boot := "system:last-boot = 2026-10-19 03:12:45 UTC" // date -u -d @1792379565
	all := append(head[:3:3], "system:time-zone = UTC+02:00", boot)
	zone := func(minutes string) string {
		return strings.Replace(operatingSystemJSON, `"CurrentTimeZone":  120`, `"CurrentTimeZone":  `+minutes, 1)
	}
	started := func(text string) string {
		return strings.Replace(operatingSystemJSON, `\/Date(1792379565123)\/`, text, 1)
	}
	with := func(tail ...string) []string { return append(head[:3:3], tail...) }
	const format = "Win32_OperatingSystem object"
	run(t, []sample{
		{"array of one", format, operatingSystemJSON, all},
		{"one object", format, strings.Trim(strings.TrimSpace(operatingSystemJSON), "[]"), all},
		{"Export-Csv, with a CIM time", format, "\"CSName\",\"Caption\",\"BuildNumber\",\"CurrentTimeZone\",\"LastBootUpTime\"\r\n" +
			"\"AUTOMATE01\",\"Microsoft Windows Server 2019 Standard\",\"17763\",\"120\",\"20261019051245.500000+120\"\r\n", all},
		{"behind UTC", format, zone("-210"), with("system:time-zone = UTC-03:30", boot)},
		{"at UTC", format, zone("0"), with("system:time-zone = UTC+00:00", boot)},
		{"a time as an object", format, strings.Replace(operatingSystemJSON, `"\/Date(1792379565123)\/"`, `{"value": "\/Date(1792379565123)\/", "DisplayHint": 2}`, 1), all},
		{"no zone told", format, zone("null"), with(boot)},
		{"a zone beyond the world", format, zone("900"), append(with(boot), "? system:time-zone")},
		{"a zone in words", format, zone(`"W. Europe"`), append(with(boot), "? system:time-zone")},
		{"a time in some language", format, started("19.10.2026 05:12:45"), append(with("system:time-zone = UTC+02:00"), "? system:last-boot")},
		{"a time beyond the calendar", format, started(`\/Date(999999999999999)\/`), append(with("system:time-zone = UTC+02:00"), "? system:last-boot")},
		{"cut short", format, operatingSystemJSON[:len(operatingSystemJSON)-3], append(all[:5:5], "? system:")},
	})
}

func TestWindowsVersion(t *testing.T) {
	const text = "[\r\n    {\r\n        \"ProductName\":  \"Windows Server 2019 Standard\",\r\n        \"EditionID\":  \"ServerStandard\",\r\n        \"InstallationType\":  \"Server\",\r\n        \"ReleaseId\":  \"1809\",\r\n        \"DisplayVersion\":  null,\r\n        \"CurrentBuildNumber\":  \"17763\",\r\n        \"UBR\":  6414\r\n    }\r\n]\r\n"
	want := []string{"system:os-name = Windows Server 2019 Standard", "system:os-build = 17763", "system:os-revision = 6414"}
	run(t, []sample{
		{"array of one", "Windows version values", text, want},
		{"cut short", "Windows version values", strings.TrimSuffix(text, "]\r\n"), append(want[:3:3], "? system:")},
		{"no revision", "Windows version values", strings.Replace(text, "6414", "null", 1), want[:2]},
	})
}

func FuzzOperatingSystem(f *testing.F) { fuzzFormat(f, operatingSystem, operatingSystemJSON) }
func FuzzWindowsVersion(f *testing.F) {
	fuzzFormat(f, windowsVersion, `[{"ProductName":"Windows Server 2019 Standard","CurrentBuildNumber":"17763","UBR":6414}]`)
}
