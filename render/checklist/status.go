package checklist

import "auditpack/evidence"

// Status is the state of a rule in a checklist, in CKL's words.
type Status string

// The Statuses.
const (
	NotAFinding   Status = "NotAFinding"
	Open          Status = "Open"
	NotApplicable Status = "Not_Applicable"
	NotReviewed   Status = "Not_Reviewed"
)

// StatusOf returns the Status that a verdict's Result stands for.
func StatusOf(r evidence.Result) Status {
	switch r {
	case evidence.Pass:
		return NotAFinding
	case evidence.Fail:
		return Open
	case evidence.NotApplicable:
		return NotApplicable
	}
	return NotReviewed
}

func (s Status) known() bool {
	return s == NotAFinding || s == Open || s == NotApplicable || s == NotReviewed
}

// cklb returns the word of CKLB.
func (s Status) cklb() string {
	switch s {
	case NotAFinding:
		return "not_a_finding"
	case Open:
		return "open"
	case NotApplicable:
		return "not_applicable"
	}
	return "not_reviewed"
}

// fromCKLB returns the Status of CKLB's word; a word that CKLB has not is kept as it is.
func fromCKLB(word string) Status {
	for _, s := range []Status{NotAFinding, Open, NotApplicable, NotReviewed} {
		if s.cklb() == word {
			return s
		}
	}
	return Status(word)
}

// xccdf returns the word of XCCDF.
func (s Status) xccdf() string {
	switch s {
	case NotAFinding:
		return "pass"
	case Open:
		return "fail"
	case NotApplicable:
		return "notapplicable"
	}
	return "notchecked"
}
