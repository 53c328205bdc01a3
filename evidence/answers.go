package evidence

import (
	"cmp"
	"slices"
	"time"
)

// AnswersPath is where the answers file lies in a package. Citations of attestations and exceptions name it as their
// item.
const AnswersPath = "data/inputs/answers.yaml"

// Answers is what the operator's file says: facts no server can know, attestations, exceptions, who mends what until when.
type Answers struct {
	Client       string        `yaml:"client,omitempty" json:"client,omitempty"`
	PreparedBy   string        `yaml:"prepared_by,omitempty" json:"prepared_by,omitempty"`
	Technicians  *int          `yaml:"technicians,omitempty" json:"technicians,omitempty"`
	DomainMember *bool         `yaml:"domain_member,omitempty" json:"domain_member,omitempty"`       // intended, not found
	DatabaseHost string        `yaml:"database_host,omitempty" json:"database_host,omitempty"`       // same or separate
	Networks     []string      `yaml:"allowed_networks,omitempty" json:"allowed_networks,omitempty"` // CIDR, technicians and integrations
	Facts        []HostFacts   `yaml:"facts,omitempty" json:"facts,omitempty"`                       // of some hosts, in place of those above
	Attestations []Attestation `yaml:"attestations,omitempty" json:"attestations,omitempty"`
	Exceptions   []Exception   `yaml:"exceptions,omitempty" json:"exceptions,omitempty"`
	Remediation  []Remediation `yaml:"remediation,omitempty" json:"remediation,omitempty"`
}

// HostFacts are the facts of the named hosts, where they are others than those of all hosts.
type HostFacts struct {
	Hosts        []string `yaml:"hosts" json:"hosts"`
	Technicians  *int     `yaml:"technicians,omitempty" json:"technicians,omitempty"`
	DomainMember *bool    `yaml:"domain_member,omitempty" json:"domain_member,omitempty"`
	DatabaseHost string   `yaml:"database_host,omitempty" json:"database_host,omitempty"`
	Networks     []string `yaml:"allowed_networks,omitempty" json:"allowed_networks,omitempty"`
	Cite         Citation `yaml:"-" json:"citation"` // of its entry in the answers file
}

// Concerns reports whether an entry that names these hosts is about the one of that name; one that names none is about all.
func Concerns(hosts []string, host string) bool {
	return len(hosts) == 0 || slices.ContainsFunc(hosts, func(h string) bool { return SameHost(h, host) })
}

// Of returns what the answers say of one host: its facts, and the attestations, exceptions and plans that concern it.
func (a Answers) Of(host string) Answers {
	for _, f := range a.Facts {
		if !Concerns(f.Hosts, host) {
			continue
		}
		a.Technicians, a.DomainMember = cmp.Or(f.Technicians, a.Technicians), cmp.Or(f.DomainMember, a.DomainMember)
		a.DatabaseHost = cmp.Or(f.DatabaseHost, a.DatabaseHost)
		if f.Networks != nil {
			a.Networks = f.Networks
		}
	}
	a.Facts = nil
	a.Attestations = slices.DeleteFunc(slices.Clone(a.Attestations), func(t Attestation) bool { return !Concerns(t.Hosts, host) })
	a.Exceptions = slices.DeleteFunc(slices.Clone(a.Exceptions), func(e Exception) bool { return !Concerns(e.Hosts, host) })
	a.Remediation = slices.DeleteFunc(slices.Clone(a.Remediation), func(r Remediation) bool { return !Concerns(r.Hosts, host) })
	return a
}

// Attestation is a person's word about one Control or Rule. It decides only what evidence cannot.
type Attestation struct {
	Control    string     `yaml:"control" json:"control"`
	Hosts      []string   `yaml:"hosts,omitempty" json:"hosts,omitempty"` // that it is about; none: all of them
	Holds      bool       `yaml:"holds" json:"holds"`
	By         string     `yaml:"by" json:"by"`
	On         time.Time  `yaml:"on" json:"on"`
	ValidUntil time.Time  `yaml:"valid_until" json:"valid_until"`
	Comment    string     `yaml:"comment,omitempty" json:"comment,omitempty"`
	Attachment Attachment `yaml:"attachment,omitempty" json:"attachment,omitzero"`
	Cite       Citation   `yaml:"-" json:"citation"` // of its entry in the answers file
}

// Exception is a failing Control or Rule that somebody accepted for a time. It never changes the Verdict.
type Exception struct {
	Control  string    `yaml:"control" json:"control"`
	Hosts    []string  `yaml:"hosts,omitempty" json:"hosts,omitempty"` // that it is about; none: all of them
	Reason   string    `yaml:"reason" json:"reason"`
	Approver string    `yaml:"approver" json:"approver"`
	On       time.Time `yaml:"on" json:"on"`
	Expires  time.Time `yaml:"expires" json:"expires"`
	Cite     Citation  `yaml:"-" json:"citation"` // of its entry in the answers file
}

// Remediation is the plan to mend a failing Control or rule: who does it until when. It changes no Verdict.
type Remediation struct {
	Control    string      `yaml:"control" json:"control"`
	Hosts      []string    `yaml:"hosts,omitempty" json:"hosts,omitempty"` // that it is about; none: all of them
	Owner      string      `yaml:"owner" json:"owner"`
	Due        time.Time   `yaml:"due" json:"due"` // the day by which it is mended
	Milestones []Milestone `yaml:"milestones,omitempty" json:"milestones,omitempty"`
	Comment    string      `yaml:"comment,omitempty" json:"comment,omitempty"`
	Cite       Citation    `yaml:"-" json:"citation"` // of its entry in the answers file
}

// Milestone is one step of a Remediation.
type Milestone struct {
	Text string    `yaml:"text" json:"text"`
	Date time.Time `yaml:"date" json:"date"` // the day by which it is done
}

// Overdue reports whether the day has gone by. A day that is written without a time has gone by when it ends, in UTC.
func (r Remediation) Overdue(at time.Time) bool { return overdue(r.Due, at) }

// Overdue is as for the whole.
func (m Milestone) Overdue(at time.Time) bool { return overdue(m.Date, at) }

func overdue(due, at time.Time) bool {
	if due.Equal(due.UTC().Truncate(24 * time.Hour)) {
		due = due.Add(24 * time.Hour)
	}
	return !at.Before(due)
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
