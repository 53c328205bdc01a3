package render

import (
	"bufio"
	"encoding/csv"
	"io"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// planColumns are the columns of FedRAMP's template of a plan of action and milestones, open items, in its order, so that
// rows can be put there as they are; Status stands behind them. A column in which nobody has said anything is empty.
var planColumns = []string{"POAM ID", "Controls", "Weakness Name", "Weakness Description", "Weakness Detector Source", "Weakness Source Identifier",
	"Asset Identifier", "Point of Contact", "Resources Required", "Overall Remediation Plan", "Original Detection Date", "Scheduled Completion Date",
	"Planned Milestones", "Milestone Changes", "Status Date", "Vendor Dependency", "Last Vendor Check-in Date", "Vendor Dependent Product Name",
	"Original Risk Rating", "Adjusted Risk Rating", "Risk Adjustment", "False Positive", "Operational Requirement", "Deviation Rationale",
	"Supporting Documents", "Comments", "Status"}

// PlanCSV writes the plan of action as a table for other programs: one row for each failing Control and rule on each host.
// It is CSV as RFC 4180 has it, UTF-8 with a mark at its beginning by which Excel knows that. No cell is a formula to a
// program that opens it.
func PlanCSV(to io.Writer, a audit.Audit) error {
	b := &builder{audit: a}
	out := bufio.NewWriter(to)
	if _, err := out.WriteString("\ufeff"); err != nil {
		return err
	}
	w := csv.NewWriter(out)
	w.UseCRLF = true
	if err := w.Write(planColumns); err != nil {
		return err
	}
	known := b.nistOf()
	for _, p := range b.plan() {
		row := make([]string, len(planColumns))
		for i, name := range planColumns {
			text, _ := Clean(b.planValue(p, known, name))
			row[i] = inert(strings.Join(strings.Fields(text), " "))
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return out.Flush()
}

// planValue is what stands in a column of a row.
func (b *builder) planValue(p planned, known map[string][]evidence.NISTControl, column string) string {
	switch column {
	case "POAM ID":
		return p.host.Name + "/" + p.siteID() + p.control.ID
	case "Controls":
		return nistNames(known, p.ccis)
	case "Weakness Name":
		return p.control.Statement
	case "Weakness Description":
		var found []string
		for _, r := range deciding(p.control.After) {
			found = append(found, r.Actual)
		}
		return strings.Join(found, "; ")
	case "Weakness Detector Source":
		return b.audit.Tool + ", " + p.source(b.audit)
	case "Weakness Source Identifier":
		return p.control.ID
	case "Asset Identifier":
		return p.place()
	case "Point of Contact":
		return p.owner()
	case "Overall Remediation Plan":
		return p.control.Fix
	case "Original Detection Date":
		return p.detected()
	case "Scheduled Completion Date":
		return p.completion().Text
	case "Planned Milestones":
		return strings.Join(p.milestones(b.audit.AsOf), "; ")
	case "Status Date":
		return day(b.audit.AsOf)
	case "Original Risk Rating":
		return string(p.control.Severity)
	case "Deviation Rationale":
		return p.deviation()
	case "Supporting Documents":
		return p.places()
	case "Comments":
		return p.comment()
	case "Status":
		return p.state(b.audit.AsOf)
	}
	return ""
}

// siteID tells apart the sites of IIS that one rule was judged for.
func (p planned) siteID() string {
	if p.rule == nil || p.rule.Site == "" {
		return ""
	}
	return p.rule.Site + "/"
}

// source is by what it was judged.
func (p planned) source(a audit.Audit) string {
	if p.rule == nil {
		return a.Guide.Title + ", " + a.Guide.Edition
	}
	return p.rule.Title + " V" + p.rule.Version + "R" + p.rule.Release
}

// detected is the day of the oldest snapshot at hand in which it fails: it may have failed before.
func (p planned) detected() string {
	at := p.host.After.To
	if p.control.Before != nil && p.control.Before.Result == evidence.Fail && p.host.Before != nil {
		at = p.host.Before.To
	}
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.DateOnly)
}

// deviation says who accepted it and until when, also where that is over.
func (p planned) deviation() string {
	x := p.control.Exception
	if x == nil {
		return ""
	}
	text := "accepted by " + x.Approver + " until " + day(x.Expires) + ": " + x.Reason
	if p.control.Expired {
		return "expired: was " + text
	}
	return text
}

// places are where in the evidence it is seen, the first of each reason.
func (p planned) places() string {
	var list []string
	for _, r := range deciding(p.control.After) {
		if len(r.Cites) > 0 {
			list = append(list, p.host.After.Folder+"/"+r.Cites[0].String())
		}
	}
	return strings.Join(distinct(list), "; ")
}

// inert returns text that no program takes for a formula: a quote goes before the signs that begin one.
func inert(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(text)[0]) {
		return "'" + text
	}
	return text
}
