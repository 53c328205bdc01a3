package evidence

import "time"

// AnswersPath is where the answers file lies in a package. Citations of attestations and exceptions name it as their
// item.
const AnswersPath = "data/inputs/answers.yaml"

// Answers is what the operator's file says: facts no server can know, attestations, exceptions.
type Answers struct {
	Client       string        `yaml:"client,omitempty" json:"client,omitempty"`
	PreparedBy   string        `yaml:"prepared_by,omitempty" json:"prepared_by,omitempty"`
	Technicians  *int          `yaml:"technicians,omitempty" json:"technicians,omitempty"`
	DomainMember *bool         `yaml:"domain_member,omitempty" json:"domain_member,omitempty"`       // intended, not found
	DatabaseHost string        `yaml:"database_host,omitempty" json:"database_host,omitempty"`       // same or separate
	Networks     []string      `yaml:"allowed_networks,omitempty" json:"allowed_networks,omitempty"` // CIDR, technicians and integrations
	Attestations []Attestation `yaml:"attestations,omitempty" json:"attestations,omitempty"`
	Exceptions   []Exception   `yaml:"exceptions,omitempty" json:"exceptions,omitempty"`
}

// Attestation is a person's word about one Control. It decides only what evidence cannot.
type Attestation struct {
	Control    string     `yaml:"control" json:"control"`
	Holds      bool       `yaml:"holds" json:"holds"`
	By         string     `yaml:"by" json:"by"`
	On         time.Time  `yaml:"on" json:"on"`
	ValidUntil time.Time  `yaml:"valid_until" json:"valid_until"`
	Comment    string     `yaml:"comment,omitempty" json:"comment,omitempty"`
	Attachment Attachment `yaml:"attachment,omitempty" json:"attachment,omitzero"`
	Cite       Citation   `yaml:"-" json:"citation"` // of its entry in the answers file
}

// Exception is a failing Control that somebody accepted for a time. It never changes the Verdict.
type Exception struct {
	Control  string    `yaml:"control" json:"control"`
	Reason   string    `yaml:"reason" json:"reason"`
	Approver string    `yaml:"approver" json:"approver"`
	On       time.Time `yaml:"on" json:"on"`
	Expires  time.Time `yaml:"expires" json:"expires"`
	Cite     Citation  `yaml:"-" json:"citation"` // of its entry in the answers file
}

// Attachment is a file that somebody put beside an Attestation. In the answers file only its name stands; Path, Size and
// Digest are known once it was read.
type Attachment struct {
	Name   string `json:"name"`           // relative to the folder of the answers file
	Path   string `json:"path,omitempty"` // in the package
	Size   int64  `json:"size,omitempty"`
	Digest Digest `json:"sha256,omitzero"`
}

// Standing says whether an Attestation or an Exception counts at a time.
type Standing string

// The Standings. What counts until a date that is written without a time ends as that day begins, in UTC.
const (
	Valid       Standing = "valid"
	Expired     Standing = "expired"
	NotYetValid Standing = "not yet valid"
)

// At returns how the Attestation stands at a time.
func (a Attestation) At(t time.Time) Standing { return standing(a.On, a.ValidUntil, t) }

// At returns how the Exception stands at a time.
func (e Exception) At(t time.Time) Standing { return standing(e.On, e.Expires, t) }

func standing(from, until, at time.Time) Standing {
	switch {
	case at.Before(from):
		return NotYetValid
	case at.After(until):
		return Expired
	}
	return Valid
}
