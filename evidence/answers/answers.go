// Package answers reads the operator's file: YAML with the facts that no server can know, attestations, exceptions, and who
// mends what until when.
//
//	client: Example Company
//	prepared_by: head of operations
//	technicians: 25            # sessions that the range 40000 + 4 × technicians is sized for
//	domain_member: false       # what is intended, not what was found
//	database_host: same        # same or separate
//	allowed_networks: [192.0.2.0/24]
//	facts:                     # of some hosts, in place of those above
//	  - hosts: [DC01, DC02]
//	    domain_member: true
//	attestations:
//	  - control: pw-mysql-root
//	    hosts: [AUTOMATE01]    # may be left out: then it is about every host
//	    holds: true
//	    by: head of operations
//	    on: 2026-10-01
//	    valid_until: 2026-12-31
//	    comment: 20 characters, generated, in the vault     # may be left out
//	    attachment: vault-record.pdf                        # may be left out; a file beside this one
//	exceptions:
//	  - control: fw-closed-3389
//	    hosts: [JUMP01]        # may be left out: then it is about every host
//	    reason: jump host until the new one is delivered
//	    approver: head of operations
//	    on: 2026-10-01
//	    expires: 2026-12-31
//	remediation:               # who mends a finding, until when
//	  - control: ltshare-not-shared-everyone
//	    hosts: [AUTOMATE01]    # may be left out: then it is about every host
//	    owner: network team
//	    due: 2026-12-31        # may be the day of the last milestone, not before it
//	    milestones:            # may be left out
//	      - {text: share moved to the new host, date: 2026-11-30}
//	    comment: ticket 4711   # may be left out
//
// A date is the midnight (UTC) with which its day begins, or an RFC 3339 time. A host is named as its evidence names it, in
// any case of letters and with or without its domain. Two entries of a list that are about one Control are about different
// hosts, so that none has to win; in the same way no two entries of facts say the same of one host.
//
// A control is a statement of the guide, or a rule of a STIG by any of its three ids. An attestation may also name a
// question of a questionnaire (question:edr-watched). Unknown and duplicate keys are errors, and so are anchors, aliases and tags. An error is one line and begins with file,
// line and column. [Schema] is the same as a JSON Schema, as far as that can say it.
package answers

import (
	"errors"
	"fmt"
	"net/netip"
	"path"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"auditpack/evidence"
	"auditpack/evidence/manuscript"
)

// Limits of what Parse accepts.
const (
	MaxSize        = 1 << 20 // of the file, in bytes
	MaxText        = 4000    // of one text, in characters
	MaxTechnicians = 5000
	maxBrackets    = 8 // the format itself needs 2
)

// Parse reads an answers file. name stands in errors; controls are the ids that the guide has (nil: any is accepted).
// An empty file has no answers.
func Parse(name string, data []byte, controls map[string]bool) (evidence.Answers, error) {
	var a evidence.Answers
	file, err := manuscript.Parse(name, data, manuscript.Limits{Size: MaxSize, Brackets: maxBrackets})
	if err != nil || file.Root == nil {
		return a, err
	}
	r := reader{file: file, source: newSource(data), controls: controls}
	if err := r.answers(file.Root, &a); err != nil {
		return evidence.Answers{}, err
	}
	return a, nil
}

func (r *reader) answers(root ast.Node, a *evidence.Answers) error {
	if _, isList := root.(*ast.SequenceNode); isList {
		return r.file.Errorf(root, "a list without a name: is the line attestations:, exceptions: or remediation: above it missing?")
	}
	return r.object(root, "", []field{
		{name: "client", read: r.text(&a.Client)},
		{name: "prepared_by", read: r.text(&a.PreparedBy)},
		{name: "technicians", read: r.technicians(&a.Technicians)},
		{name: "domain_member", read: r.known(&a.DomainMember)},
		{name: "database_host", read: r.databaseHost(&a.DatabaseHost)},
		{name: "allowed_networks", read: r.list(func(n ast.Node) error { return r.network(n, &a.Networks) })},
		{name: "facts", read: r.list(func(n ast.Node) error { return r.facts(n, a) })},
		{name: "attestations", read: r.list(func(n ast.Node) error { return r.attestation(n, a) })},
		{name: "exceptions", read: r.list(func(n ast.Node) error { return r.exception(n, a) })},
		{name: "remediation", read: r.list(func(n ast.Node) error { return r.remediation(n, a) })},
	})
}

func (r *reader) technicians(into **int) func(ast.Node) error {
	return func(n ast.Node) error {
		i, ok := n.(*ast.IntegerNode)
		if !ok {
			return errors.New("a number is wanted")
		}
		value, isUint := i.Value.(uint64)
		if !isUint || value > MaxTechnicians {
			return fmt.Errorf("%s is not between 0 and %d", i.GetToken().Value, MaxTechnicians)
		}
		count := int(value)
		*into = &count
		return nil
	}
}

func (r *reader) databaseHost(into *string) func(ast.Node) error {
	return func(n ast.Node) error {
		if err := r.text(into)(n); err != nil {
			return err
		}
		if *into != "same" && *into != "separate" {
			return fmt.Errorf("%q is neither same nor separate", *into)
		}
		return nil
	}
}

func (r *reader) network(n ast.Node, into *[]string) error {
	var text string
	if err := r.text(&text)(n); err != nil {
		return r.file.Errorf(n, "allowed_networks: %v", err)
	}
	if _, err := netip.ParsePrefix(text); err != nil {
		if one, err := netip.ParseAddr(text); err == nil {
			return r.file.Errorf(n, "allowed_networks: %q is one address: write %s", text, netip.PrefixFrom(one.WithZone(""), one.BitLen()))
		}
		return r.file.Errorf(n, "allowed_networks: %q is not a network such as 192.0.2.0/24", text)
	}
	*into = append(*into, text)
	return nil
}

func (r *reader) attestation(n ast.Node, a *evidence.Answers) error {
	t := evidence.Attestation{Cite: r.cite(n)}
	what := "attestation of " + r.control(n)
	err := r.object(n, what, []field{
		{name: "control", required: true, read: r.attestedID(&t.Control)},
		{name: "hosts", read: r.hosts(&t.Hosts)},
		{name: "holds", required: true, read: r.boolean(&t.Holds)},
		{name: "by", required: true, read: r.text(&t.By)},
		{name: "on", required: true, read: r.date(&t.On)},
		{name: "valid_until", required: true, read: r.date(&t.ValidUntil)},
		{name: "comment", read: r.text(&t.Comment)},
		{name: "attachment", read: r.attachment(&t.Attachment.Name)},
	})
	if err != nil {
		return err
	}
	if t.ValidUntil.Before(t.On) {
		return r.file.Errorf(n, "%s: ends on %s, before it begins on %s", what, day(t.ValidUntil), day(t.On))
	}
	for _, other := range a.Attestations {
		if host, ok := overlap(other.Hosts, t.Hosts); ok && other.Control == t.Control {
			return r.file.Errorf(n, "%s: there is one already%s, in line %d", what, host, other.Cite.Line)
		}
	}
	a.Attestations = append(a.Attestations, t)
	return nil
}

func (r *reader) exception(n ast.Node, a *evidence.Answers) error {
	e := evidence.Exception{Cite: r.cite(n)}
	what := "exception of " + r.control(n)
	err := r.object(n, what, []field{
		{name: "control", required: true, read: r.controlID(&e.Control)},
		{name: "hosts", read: r.hosts(&e.Hosts)},
		{name: "reason", required: true, read: r.text(&e.Reason)},
		{name: "approver", required: true, read: r.text(&e.Approver)},
		{name: "on", required: true, read: r.date(&e.On)},
		{name: "expires", required: true, read: r.date(&e.Expires)},
	})
	if err != nil {
		return err
	}
	if e.Expires.Before(e.On) {
		return r.file.Errorf(n, "%s: ends on %s, before it begins on %s", what, day(e.Expires), day(e.On))
	}
	for _, other := range a.Exceptions {
		if host, ok := overlap(other.Hosts, e.Hosts); ok && other.Control == e.Control {
			return r.file.Errorf(n, "%s: there is one already%s, in line %d", what, host, other.Cite.Line)
		}
	}
	a.Exceptions = append(a.Exceptions, e)
	return nil
}

func day(t time.Time) string { return t.Format("2006-01-02") }

func (r *reader) controlID(into *string) func(ast.Node) error {
	return func(n ast.Node) error {
		if err := r.text(into)(n); err != nil {
			return err
		}
		if r.controls != nil && !r.controls[*into] && !ruleID.MatchString(*into) {
			return fmt.Errorf("the guide has no statement %q", *into)
		}
		return nil
	}
}

// attestedID reads what an attestation is about: a Control, a rule, or a question. Which questions there are depends on
// the questionnaires at hand.
func (r *reader) attestedID(into *string) func(ast.Node) error {
	return func(n ast.Node) error {
		var text string
		if err := r.text(&text)(n); err == nil && questionID.MatchString(text) {
			*into = text
			return nil
		}
		return r.controlID(into)(n)
	}
}

var questionID = regexp.MustCompile(`^` + evidence.QuestionPrefix + `[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// ruleID is the form of the three ids of a STIG rule: V-254467, SV-254467r991589_rule, WN22-SO-000230. Which of them exist
// depends on the benchmarks at hand, so that one file serves with and without them.
var ruleID = regexp.MustCompile(`^(V-[0-9]+|SV-[0-9]+r[0-9]+_rule|[A-Z][A-Z0-9]*(-[A-Z0-9]+)*-[0-9]{6})$`)

// date reads a day or a time. Years are bounded so that each has four digits in every zone.
func (r *reader) date(into *time.Time) func(ast.Node) error {
	return func(n ast.Node) error {
		var text string
		if err := r.text(&text)(n); err != nil {
			return err
		}
		for _, layout := range []string{"2006-01-02", time.RFC3339} {
			if t, err := time.Parse(layout, text); err == nil && !strings.Contains(text, ",") && t.Year() >= 2000 && t.Year() < 2200 {
				*into = t.UTC()
				return nil
			}
		}
		return fmt.Errorf("%q is not a date such as 2026-10-01", text)
	}
}

// attachment reads the name of a file below the folder of the answers file. The rules are those of every system, so that
// a file which is good on one is good on all.
func (r *reader) attachment(into *string) func(ast.Node) error {
	return func(n ast.Node) error {
		if err := r.text(into)(n); err != nil {
			return err
		}
		name := *into
		if strings.ContainsAny(name, "\\:") || strings.HasPrefix(name, "/") || path.Clean(name) != name || name == "." ||
			name == ".." || strings.HasPrefix(name, "../") || strings.ContainsFunc(name, func(c rune) bool { return c < ' ' || c == 0x7f }) {
			return fmt.Errorf("%q is not a file below the folder of the answers file, written with forward slashes", name)
		}
		return nil
	}
}

// text reads a string that is not blank.
func (r *reader) text(into *string) func(ast.Node) error {
	return func(n ast.Node) error {
		switch n := n.(type) {
		case *ast.StringNode:
			*into = n.Value
		case *ast.LiteralNode:
			*into = n.Value.Value
		case *ast.NullNode:
			return errors.New("nothing is filled in")
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
			return fmt.Errorf("a text is wanted: put %s in quotes", n.GetToken().Value)
		default:
			return errors.New("a text is wanted")
		}
		if strings.TrimSpace(*into) == "" {
			return errors.New("nothing is filled in")
		}
		if utf8.RuneCountInString(*into) > MaxText {
			return fmt.Errorf("longer than %d characters", MaxText)
		}
		return nil
	}
}

func (r *reader) boolean(into *bool) func(ast.Node) error {
	return func(n ast.Node) error {
		b, ok := n.(*ast.BoolNode)
		if !ok {
			return errors.New("true or false is wanted")
		}
		*into = b.Value
		return nil
	}
}
