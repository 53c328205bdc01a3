package parse

import (
	"encoding/csv"
	"fmt"
	"html"
	"strconv"
	"strings"

	"auditpack/evidence"
)

// auditpolCSV reads the audit policy in force.
var auditpolCSV = &Format{
	Name:      "auditpol table",
	Doc:       "the audit policy in force by subcategory, as auditpol /get /category:* /r or auditpol /backup writes it",
	Collector: "auditpol",
	Kinds:     []string{"audit-policy", "system"},
	Recognise: recogniseAuditpol,
	Read:      readAuditpol,
}

// auditpolText is what auditpol prints for people. It has no identifiers, only words in the language of the system.
var auditpolText = &Format{
	Name:      "auditpol text",
	Doc:       "the audit policy as auditpol /get prints it for people; kept, not judged",
	Collector: "auditpol",
	Kinds:     []string{"audit-policy"},
	Recognise: recogniseAuditpolText,
	Read: func(Source, evidence.Sink) error {
		return refuse("%s", auditpolTextReason)
	},
}

const (
	auditpolTextReason = "the audit policy in words for people, without identifiers: use auditpol /get /category:* /r or auditpol /backup"
	maxAuditpolRows    = 10_000
)

func recogniseAuditpolText(h Head) Match {
	rest := strings.TrimSpace(h.Text)
	first, rest, _ := strings.Cut(rest, "\n")
	second, _, _ := strings.Cut(strings.TrimSpace(rest), "\n")
	for _, heading := range []string{"Category/Subcategory", "Kategorie/Unterkategorie"} {
		if strings.HasPrefix(strings.TrimSpace(first), heading) || strings.HasPrefix(strings.TrimSpace(second), heading) {
			return Match{Sure: 90, Refused: auditpolTextReason}
		}
	}
	return Match{}
}

// recogniseAuditpol looks for a subcategory's identifier in the fourth column; the headings are translated.
func recogniseAuditpol(h Head) Match {
	rows := 0
	for line := range strings.Lines(h.Text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		if rows++; rows > 5 {
			break
		}
		row, err := auditpolRow(line)
		if err != nil || len(row) < 6 || len(row) > 7 || subcategory(row[3]) == "" {
			continue
		}
		if strings.TrimSpace(row[0]) == "" {
			return Match{Sure: 95, Refused: "a policy for audit settings (no machine is named): what a group policy sets, not what is in force"}
		}
		return Match{Sure: 95}
	}
	return Match{}
}

func auditpolRow(line string) ([]string, error) {
	reader := csv.NewReader(strings.NewReader(line))
	reader.FieldsPerRecord, reader.LazyQuotes = -1, true
	return reader.Read()
}

// subcategory returns the identifier in upper case with braces, or "" if s is none of the audit policy's.
func subcategory(s string) string {
	const end = "-69AE-11D9-BED3-505054503030}"
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) != len("{0CCE9210")+len(end) || s[0] != '{' || !strings.HasSuffix(s, end) {
		return ""
	}
	for _, c := range []byte(s[1:9]) {
		if _, ok := hexDigit(c); !ok {
			return ""
		}
	}
	return s
}

// auditpolReader reads one table.
type auditpolReader struct {
	Source
	to      evidence.Sink
	columns int
	machine string
	any     bool
}

func readAuditpol(source Source, to evidence.Sink) error {
	r := &auditpolReader{Source: source, to: to}
	lines := NewLineReader(source)
	err := lines.each(func(l Line) error {
		if l.Number > maxAuditpolRows {
			return refuse("more than %d lines: no table of auditpol", maxAuditpolRows)
		}
		return r.line(l, lines.Ended())
	})
	if err != nil {
		return err
	}
	if !r.any {
		return refuse("the table has no subcategory")
	}
	return nil
}

func (r *auditpolReader) line(l Line, ended bool) error {
	if strings.TrimSpace(l.Text) == "" {
		return nil
	}
	row, err := auditpolRow(l.Text)
	if err == nil && r.columns == 0 && (len(row) == 6 || len(row) == 7) {
		r.columns = len(row)
		if subcategory(row[3]) == "" {
			return nil // the headings
		}
	}
	switch {
	case err != nil || len(row) != r.columns:
		return r.problem("audit-policy:", l, "is no row of %d columns", r.columns)
	case strings.TrimSpace(row[3]) == "" && (strings.HasPrefix(row[2], "Option:") || strings.HasSuffix(row[2], "GlobalSacl")):
		return nil // options of the computer, which belong to no subcategory
	case subcategory(row[3]) == "":
		return r.problem("audit-policy:", l, "has no subcategory's identifier in its fourth column")
	}
	return r.row(l, row, ended)
}

// row reads the row of one subcategory.
func (r *auditpolReader) row(l Line, row []string, ended bool) error {
	machine := strings.TrimSpace(html.UnescapeString(row[0]))
	switch {
	case machine == "":
		return refuse("a policy for audit settings (line %d names no machine): what a group policy sets, not what is in force", l.Number)
	case r.machine == "":
		r.machine = machine
		r.to.Setting(evidence.Setting{Address: "system:host-name", Value: evidence.Text(machine), Cite: l.Cite(r.Item)})
	case !strings.EqualFold(r.machine, machine):
		return refuse("rows of two machines: %s, and in line %d %s", clip([]byte(r.machine)), l.Number, clip([]byte(machine)))
	}
	if target := strings.TrimSpace(row[1]); evidence.IsSID(target) || strings.Contains(target, `\`) {
		return nil // what applies to one account adds to the system's policy and is not the system's
	}
	scope := evidence.Address("audit-policy:" + subcategory(row[3]))
	r.any = true
	if !ended && r.columns == 6 && row[5] == "" && !strings.HasSuffix(strings.TrimRight(l.Text, " \t"), ",") {
		return r.problem(scope, l, "is cut short")
	}
	setting, ok := auditSetting(row)
	if !ok {
		return r.problem(scope, l, "says %q, a word that is not English: auditpol /backup writes a number", clip([]byte(row[len(row)-1]+row[4])))
	}
	r.to.Setting(evidence.Setting{Address: scope, Value: setting, Cite: l.Cite(r.Item)})
	return nil
}

// auditSetting reads the number of the seventh column or, where there is none, the English words of the fifth.
func auditSetting(row []string) (evidence.AuditSetting, bool) {
	if len(row) == 7 {
		n, err := strconv.ParseUint(strings.TrimSpace(row[6]), 10, 8)
		return evidence.AuditSetting(n), err == nil && n <= uint64(evidence.AuditBoth)
	}
	switch strings.ToLower(strings.TrimSpace(row[4])) {
	case "no auditing":
		return evidence.AuditNone, true
	case "success":
		return evidence.AuditSuccess, true
	case "failure":
		return evidence.AuditFailure, true
	case "success and failure":
		return evidence.AuditBoth, true
	}
	return 0, false
}

func (r *auditpolReader) problem(scope evidence.Address, l Line, format string, args ...any) error {
	r.to.Problem(evidence.Problem{Scope: scope, Message: fmt.Sprintf("line %d ", l.Number) + fmt.Sprintf(format, args...), Cite: l.Cite(r.Item)})
	return nil
}
