package checklist

import "auditpack/evidence"

// cklb returns the word of CKLB.
func cklb(s evidence.ChecklistStatus) string {
	switch s {
	case evidence.StatusNotAFinding:
		return "not_a_finding"
	case evidence.StatusOpen:
		return "open"
	case evidence.StatusNotApplicable:
		return "not_applicable"
	}
	return "not_reviewed"
}

// xccdf returns the word of XCCDF.
func xccdf(s evidence.ChecklistStatus) string {
	switch s {
	case evidence.StatusNotAFinding:
		return "pass"
	case evidence.StatusOpen:
		return "fail"
	case evidence.StatusNotApplicable:
		return "notapplicable"
	}
	return "notchecked"
}
