package render_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/render"
)

// table reads a CSV as other programs do: a mark of UTF-8, then rows of one length, with the titles of the first.
func table(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	text, ok := bytes.CutPrefix(data, []byte("\xef\xbb\xbf"))
	if !ok || bytes.Count(text, []byte("\n")) != bytes.Count(text, []byte("\r\n")) {
		t.Fatal("no mark of UTF-8 at the beginning, or lines that do not end in CR LF")
	}
	all, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = cells[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestPlanCSV(t *testing.T) {
	var b bytes.Buffer
	if err := render.PlanCSV(&b, planned()); err != nil {
		t.Fatal(err)
	}
	rows := table(t, b.Bytes())
	if len(rows) != 5 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, want := range []map[string]string{
		{"POAM ID": "AUTOMATE01/high-expired", "Weakness Name": "High too", "Scheduled Completion Date": "2026-10-01", "Point of Contact": "service desk", "Planned Milestones": "",
			"Deviation Rationale": "expired: was accepted by The owner until 2026-09-01: a reason", "Status": "open, acceptance expired, overdue", "Status Date": "2026-11-01"},
		{"POAM ID": "AUTOMATE01/SMPL-1", "Controls": "CM-6", "Weakness Description": "one", "Point of Contact": "network team", "Scheduled Completion Date": "2027-01-01",
			"Planned Milestones": "2026-10-01: ordered (its day has gone by); 2026-12-01: moved", "Comments": "'=ticket 4711", "Original Risk Rating": "high"},
		{"POAM ID": "AUTOMATE01/high-accepted", "Scheduled Completion Date": "", "Deviation Rationale": "accepted by The owner until 2027-08-01: a reason", "Status": "accepted",
			"Original Detection Date": "2026-08-01", "Asset Identifier": "AUTOMATE01", "Overall Remediation Plan": "Fix high."},
	} {
		for name, text := range want {
			if rows[i][name] != text {
				t.Errorf("row %d: %s is %q, want %q", i, name, rows[i][name], text)
			}
		}
	}
}

// TestPlanCSVInert holds that what evidence or a person wrote is no formula to who opens the table, and stays in its cell.
func TestPlanCSVInert(t *testing.T) {
	for _, text := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1", "=cmd|' /C calc'!A0", "\uff1d1", `"=1,"` + "\n" + `"=2`, "a\u202eb"} {
		a := planned()
		c := &a.Hosts[0].Sections[0].Controls[2]
		c.Remediation = &evidence.Remediation{Owner: text, Comment: text, Milestones: []evidence.Milestone{{Text: text}}}
		c.Exception.Reason, c.Statement, c.Fix = text, text, text
		c.After.Reasons[0].Actual = text
		a.Tool, a.Hosts[0].Name = text, text
		var b bytes.Buffer
		if err := render.PlanCSV(&b, a); err != nil {
			t.Fatal(err)
		}
		rows := table(t, b.Bytes())
		if len(rows) != 5 {
			t.Fatalf("%q: %d rows", text, len(rows))
		}
		for _, row := range rows {
			for name, cell := range row {
				if strings.HasPrefix(cell, "=") || strings.IndexAny(cell, "+-@\t\r\n") == 0 || strings.ContainsAny(cell, "\r\n\t\u202e") || strings.TrimSpace(cell) != cell {
					t.Errorf("%q: %s is %q", text, name, cell)
				}
			}
		}
	}
}
