package parse

import (
	"encoding/csv"
	"regexp"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
)

// hotfixTable reads the table of `wmic qfe` and of Get-HotFix: a heading with HotFixID, a row an update.
var hotfixTable = &Format{
	Name: "hotfix table", Doc: "Installed updates as a table, from wmic qfe or Get-HotFix.",
	Collector: "hotfix", Kinds: []string{"hotfix"},
	Recognise: func(h Head) Match {
		first, _, _ := strings.Cut(strings.TrimLeft(h.Text, "\r\n "), "\n")
		if strings.Contains(first, "HotFixID") && strings.Contains(first, "Description") && !strings.Contains(first, ",") {
			return Match{Sure: 85}
		}
		return Match{}
	},
	Read: readHotfixTable,
}

var update = regexp.MustCompile(`\b(KB\d{5,8})\b`)

func readHotfixTable(src Source, sink evidence.Sink) error {
	heading := true
	var head Line
	err := eachLine(src, func(line Line) error {
		text := strings.TrimSpace(line.Text)
		switch {
		case text == "":
		case heading:
			heading, head = false, line
		case strings.Trim(text, "- ") == "":
		default:
			if m := update.FindStringSubmatch(text); m != nil {
				sink.Setting(evidence.Setting{Address: evidence.Address("hotfix:" + m[1]), Value: evidence.Text("installed"), Cite: line.Cite(src.Item)})
			} else {
				sink.Problem(evidence.Problem{Scope: "hotfix:", Message: "a row without the number of an update", Cite: line.Cite(src.Item)})
			}
		}
		return nil
	})
	if err == nil && !heading {
		sink.Covered(evidence.Coverage{Scope: "hotfix:", Deep: true, Cite: head.Cite(src.Item)})
	}
	return err
}

// hotfixCSV reads Get-HotFix | Export-Csv.
var hotfixCSV = &Format{
	Name: "hotfix CSV", Doc: "Installed updates, Get-HotFix | Export-Csv.",
	Collector: "hotfix", Kinds: []string{"hotfix", "hotfix-date"},
	Recognise: func(h Head) Match {
		for line := range strings.Lines(h.Text) {
			if strings.HasPrefix(line, "#TYPE") {
				continue
			}
			if strings.Contains(line, "HotFixID") && strings.Contains(line, ",") {
				return Match{Sure: 85}
			}
			break
		}
		return Match{}
	},
	Read: readHotfixCSV,
}

func readHotfixCSV(src Source, sink evidence.Sink) error {
	column, machine, installed := -1, -1, -1
	var head Line
	err := eachLine(src, func(line Line) error {
		text := strings.TrimSpace(line.Text)
		if text == "" || strings.HasPrefix(text, "#TYPE") {
			return nil
		}
		fields, err := csv.NewReader(strings.NewReader(text)).Read()
		if err != nil {
			sink.Problem(evidence.Problem{Scope: "hotfix:", Message: "not a row of comma-separated values: " + err.Error(), Cite: line.Cite(src.Item)})
			return nil
		}
		if column < 0 {
			column, machine, head = slices.Index(fields, "HotFixID"), slices.Index(fields, "PSComputerName"), line
			installed = slices.Index(fields, "InstalledOn")
			if column < 0 {
				return refuse("line %d: no column HotFixID", line.Number)
			}
			return nil
		}
		if column >= len(fields) || !update.MatchString(fields[column]) {
			sink.Problem(evidence.Problem{Scope: "hotfix:", Message: "a row without the number of an update", Cite: line.Cite(src.Item)})
			return nil
		}
		sink.Setting(evidence.Setting{Address: evidence.Address("hotfix:" + strings.TrimSpace(fields[column])), Value: evidence.Text("installed"), Cite: line.Cite(src.Item)})
		if installed >= 0 && installed < len(fields) {
			if on, ok := plainDate(fields[installed]); ok {
				sink.Setting(evidence.Setting{Address: evidence.Address("hotfix-date:" + strings.TrimSpace(fields[column])), Value: evidence.Text(on), Cite: line.Cite(src.Item)})
			}
		}
		if machine >= 0 && machine < len(fields) && fields[machine] != "" {
			sink.Setting(evidence.Setting{Address: "system:host-name", Value: evidence.Text(strings.ToUpper(fields[machine])), Cite: line.Cite(src.Item)})
		}
		return nil
	})
	if err == nil && column >= 0 {
		sink.Covered(evidence.Coverage{Scope: "hotfix:", Deep: true, Cite: head.Cite(src.Item)})
	}
	return err
}

// plainDate returns the day, 2026-10-14, of a date in a form that no language changes: ISO 8601 or a CIM datetime. Of
// 10/11/2026, which Get-HotFix prints by itself, nobody can tell which month that is.
func plainDate(text string) (string, bool) {
	text = strings.TrimSpace(text)
	for _, layout := range []string{time.DateOnly, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.Format(time.DateOnly), true
		}
	}
	if m := cimTime.FindStringSubmatch(text); m != nil { // the day is that of the host's zone
		at, err := time.Parse("20060102150405", m[1])
		return at.Format(time.DateOnly), err == nil
	}
	return "", false
}
