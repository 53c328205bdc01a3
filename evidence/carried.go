package evidence

import (
	"cmp"
	"regexp"
	"strings"
)

// ChecklistsFolder is where carried checklists lie in a package. Citations of what people said in them name a file below it
// as their item.
const ChecklistsFolder = "data/inputs/checklists/"

// ChecklistStatus is the state of a Rule in a checklist, in CKL's words.
type ChecklistStatus string

// The ChecklistStatuses.
const (
	StatusNotAFinding   ChecklistStatus = "NotAFinding"
	StatusOpen          ChecklistStatus = "Open"
	StatusNotApplicable ChecklistStatus = "Not_Applicable"
	StatusNotReviewed   ChecklistStatus = "Not_Reviewed"
)

// StatusOf returns the ChecklistStatus that a Result stands for.
func StatusOf(r Result) ChecklistStatus {
	switch r {
	case Pass:
		return StatusNotAFinding
	case Fail:
		return StatusOpen
	case NotApplicable:
		return StatusNotApplicable
	}
	return StatusNotReviewed
}

// Result returns what the ChecklistStatus says of its Rule; of one that was not reviewed, that it needs review.
func (s ChecklistStatus) Result() Result {
	switch s {
	case StatusNotAFinding:
		return Pass
	case StatusOpen:
		return Fail
	case StatusNotApplicable:
		return NotApplicable
	}
	return NeedsReview
}

// Known reports whether s is one of the four.
func (s ChecklistStatus) Known() bool { return StatusOf(s.Result()) == s }

// Carried is what people said of a Rule in an earlier checklist. Who they were, checklists do not say.
type Carried struct {
	File        string          `json:"file"` // base name of the checklist
	Digest      Digest          `json:"sha256"`
	STIG        string          `json:"stig"` // its id in the file
	Version     string          `json:"version,omitempty"`
	ReleaseInfo string          `json:"release_info,omitempty"`
	Rule        string          `json:"rule"`                 // the Rule's id in the file
	MatchedBy   string          `json:"matched_by,omitempty"` // if the file has it by another id; empty: by its rule id
	Updated     string          `json:"updated,omitempty"`    // when it was last changed there, as the file has it
	Status      ChecklistStatus `json:"status,omitempty"`     // that a person gave; empty: none
	Use         CarriedUse      `json:"use,omitempty"`        // what becomes of the status; empty: there is none
	Why         string          `json:"why,omitempty"`        // it is not more than that
	Comment     string          `json:"comment,omitempty"`
	Details     string          `json:"details,omitempty"`  // finding details, without what this program wrote into them
	Severity    Severity        `json:"severity,omitempty"` // that a person gave in place of the benchmark's
	Reason      string          `json:"severity_reason,omitempty"`
	Cite        Citation        `json:"citation"` // of the rule's entry in the checklist
	// Own says that the status is that of this program's own verdict of then, which was written into the checklist.
	Own bool `json:"own,omitempty"`
	// Unknown is a status that no form of checklists has.
	Unknown string `json:"unknown_status,omitempty"`
}

// CarriedUse is what becomes of a carried status.
type CarriedUse string

// The CarriedUses.
const (
	CarriedDecides    CarriedUse = "decides"      // the Verdict rests on it
	CarriedAgrees     CarriedUse = "agrees"       // the Verdict is the same without it
	CarriedContradict CarriedUse = "contradicted" // the Verdict is another one, and stands
	CarriedAside      CarriedUse = "not carried"
)

// Release returns the release of the STIG in the checklist: V3R7, as far as it can be told.
func (c Carried) Release() string { return releaseOf(c.Version, c.ReleaseInfo) }

var releaseNumber = regexp.MustCompile(`^\s*Release:\s*(\S+)`)

// releaseOf returns version and release as DISA writes them, out of what a checklist holds of both.
func releaseOf(version, info string) string {
	if m := releaseNumber.FindStringSubmatch(info); m != nil && version != "" {
		return "V" + version + "R" + m[1]
	}
	return cmp.Or(strings.TrimSpace(version+" "+info), "unnamed release")
}

// CarriedChecklist is an existing checklist that was handed in, and what became of it.
type CarriedChecklist struct {
	File     string        `json:"file"`
	Digest   Digest        `json:"sha256"`
	Path     string        `json:"path"` // in the package
	Form     string        `json:"form"` // CKL or CKLB
	Host     string        `json:"host"` // that it says it is about
	Site     string        `json:"site,omitempty"`
	STIGs    []CarriedSTIG `json:"stigs"`
	Comments int           `json:"comments"` // rules to which a comment or finding details were carried
	Statuses int           `json:"statuses"` // rules whose Verdict rests on its status
	Agrees   int           `json:"statuses_agree"`
	Against  int           `json:"statuses_contradicted"`
	Left     []Uncarried   `json:"not_carried,omitempty"`
}

// CarriedSTIG is one STIG of a CarriedChecklist: its release there, and that of the Benchmark which was judged.
type CarriedSTIG struct {
	ID      string `json:"id"`
	Release string `json:"release"`
	Now     string `json:"release_judged,omitempty"` // empty: it was not judged
}

// Differs reports whether the checklist is of another release than what was judged.
func (s CarriedSTIG) Differs() bool { return s.Now != "" && s.Now != s.Release }

// Uncarried is one thing in a checklist that found no place, or that does not count.
type Uncarried struct {
	Rule string   `json:"rule"` // its id in the file, or the STIG's where all of it was left
	What string   `json:"what"` // status, comment, checklist …
	Why  string   `json:"why"`
	Cite Citation `json:"citation,omitzero"`
}

// String returns the form that is printed: SV-1r1_rule: status Open: …
func (u Uncarried) String() string { return u.Rule + ": " + u.What + ": " + u.Why }
