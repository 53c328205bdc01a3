package parse

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"auditpack/evidence"
)

// operatingSystem is what Win32_OperatingSystem shows, among it the zone by which the host shows times to people.
var operatingSystem = &Format{
	Name:      "Win32_OperatingSystem object",
	Doc:       "name, build, time zone and last start of a system as Get-CimInstance Win32_OperatingSystem writes them with ConvertTo-Json or Export-Csv",
	Collector: "system",
	Kinds:     []string{"system"},
	Recognise: func(h Head) Match {
		if hasAll(rowNames(h), "caption", "buildnumber") && hasAny(rowNames(h), "currenttimezone", "lastbootuptime", "oslanguage") {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: func(source Source, sink evidence.Sink) error {
		return eachAccessRow(source, "system:", sink, func(row accessRow) {
			emit := systemEmitter(row, sink)
			emit("system:host-name", strings.ToUpper(row.get("csname")))
			emit("system:os-name", productName(row.get("caption")))
			emit("system:os-build", row.get("buildnumber"))
			emitZone(row, sink)
			emitLastBoot(row, sink)
		})
	},
}

// systemEmitter hands on texts that are not empty.
func systemEmitter(row accessRow, sink evidence.Sink) func(evidence.Address, string) {
	return func(a evidence.Address, text string) {
		if text = strings.TrimSpace(text); text != "" {
			sink.Setting(evidence.Setting{Address: a, Value: evidence.Text(strings.Join(strings.Fields(text), " ")), Cite: row.cite})
		}
	}
}

// maxZone is how many minutes a zone is off UTC at most: Kiribati is 14 hours ahead.
const maxZone = 14 * 60

// emitZone reads CurrentTimeZone: how many minutes local time is ahead of UTC, daylight saving included.
func emitZone(row accessRow, sink evidence.Sink) {
	text, told := row.fields["currenttimezone"]
	if !told || text == "" {
		return
	}
	minutes, err := strconv.Atoi(text)
	if err != nil || minutes < -maxZone || minutes > maxZone {
		sink.Problem(evidence.Problem{Scope: "system:time-zone", Message: fmt.Sprintf("CurrentTimeZone %q is no number of minutes", text), Cite: row.cite})
		return
	}
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	sink.Setting(evidence.Setting{Address: "system:time-zone", Cite: row.cite, Value: evidence.Text(fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60))})
}

// emitLastBoot reads LastBootUpTime in the two forms that no language changes.
func emitLastBoot(row accessRow, sink evidence.Sink) {
	text := row.get("lastbootuptime")
	if text == "" {
		return
	}
	at, ok := objectTime(text)
	if !ok {
		sink.Problem(evidence.Problem{Scope: "system:last-boot", Message: fmt.Sprintf("LastBootUpTime %q is in a form that depends on the language", text), Cite: row.cite})
		return
	}
	sink.Setting(evidence.Setting{Address: "system:last-boot", Cite: row.cite, Value: evidence.Text(at.Format("2006-01-02 15:04:05") + " UTC")})
}

var (
	jsonTime = regexp.MustCompile(`^/Date\((-?\d{1,15})\)/$`)
	cimTime  = regexp.MustCompile(`^(\d{14})\.\d{6}([+-]\d{3})$`)
)

// objectTime reads the milliseconds since 1970 that ConvertTo-Json of Windows PowerShell 5.1 writes, or a CIM datetime
// (DSP0004, 5.2.4), whose last part is minutes from UTC. It is returned in UTC.
func objectTime(text string) (time.Time, bool) {
	if m := jsonTime.FindStringSubmatch(text); m != nil {
		ms, err := strconv.ParseInt(m[1], 10, 64)
		at := time.UnixMilli(ms).UTC()
		return at, err == nil && at.Year() >= 1601 && at.Year() <= 9999
	}
	if m := cimTime.FindStringSubmatch(text); m != nil {
		at, err := time.Parse("20060102150405", m[1])
		minutes, _ := strconv.Atoi(m[2])
		return at.Add(-time.Duration(minutes) * time.Minute), err == nil
	}
	return time.Time{}, false
}

// windowsVersion is the registry's own account of the version, as Get-ItemProperty shows it.
var windowsVersion = &Format{
	Name:      "Windows version values",
	Doc:       `name, build and revision of a system as Get-ItemProperty of HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion writes them with ConvertTo-Json or Export-Csv`,
	Collector: "system",
	Kinds:     []string{"system"},
	Recognise: func(h Head) Match {
		if hasAll(rowNames(h), "productname", "currentbuildnumber", "ubr") {
			return Match{Sure: 90}
		}
		return Match{}
	},
	Read: func(source Source, sink evidence.Sink) error {
		return eachAccessRow(source, "system:", sink, func(row accessRow) {
			emit := systemEmitter(row, sink)
			emit("system:os-name", productName(row.get("productname")))
			emit("system:os-build", row.get("currentbuildnumber"))
			emit("system:os-revision", row.get("ubr"))
		})
	},
}
