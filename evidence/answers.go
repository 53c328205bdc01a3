package evidence

import "time"

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

// Attestation is a person's word about one Control.
type Attestation struct {
	Control    string    `yaml:"control" json:"control"`
	Holds      bool      `yaml:"holds" json:"holds"`
	By         string    `yaml:"by" json:"by"`
	On         time.Time `yaml:"on" json:"on"`
	ValidUntil time.Time `yaml:"valid_until" json:"valid_until"`
	Comment    string    `yaml:"comment,omitempty" json:"comment,omitempty"`
}

// Exception is a failing Control that somebody accepted for a time. It never changes the Verdict.
type Exception struct {
	Control  string    `yaml:"control" json:"control"`
	Reason   string    `yaml:"reason" json:"reason"`
	Approver string    `yaml:"approver" json:"approver"`
	On       time.Time `yaml:"on" json:"on"`
	Expires  time.Time `yaml:"expires" json:"expires"`
}
