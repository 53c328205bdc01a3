// Package answers reads the operator's file: YAML with the facts that no server can know, attestations and exceptions.
//
//	client: Example Company
//	technicians: 25            # sessions that the range 40000 + 4 × technicians is sized for
//	domain_member: false       # what is intended, not what was found
//	database_host: same        # same or separate
//	allowed_networks: [192.0.2.0/24]
//	exceptions:
//	  - control: fw-closed-3389
//	    reason: jump host until the new one is delivered
//	    approver: name of the person
//	    on: 2026-10-01
//	    expires: 2026-12-31
//
// Unknown and duplicate keys are errors; an error names line and column. Dates are midnight UTC.
package answers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"auditpack/evidence"
)

// MaxSize is the largest file that Parse accepts, in bytes.
const MaxSize = 1 << 20

// Parse reads an answers file. name stands in errors. An empty file has no answers.
func Parse(name string, data []byte) (evidence.Answers, error) {
	var a evidence.Answers
	if len(data) > MaxSize {
		return a, fmt.Errorf("%s: larger than %d bytes", name, MaxSize)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField())
	if err := decoder.Decode(&a); err != nil && !errors.Is(err, io.EOF) {
		return evidence.Answers{}, fmt.Errorf("%s: %s", name, strings.Join(strings.Fields(yaml.FormatError(err, false, false)), " "))
	}
	if err := validate(a); err != nil {
		return evidence.Answers{}, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}

func validate(a evidence.Answers) error {
	if a.Technicians != nil && (*a.Technicians < 0 || *a.Technicians > 5000) {
		return fmt.Errorf("technicians: %d is not between 0 and 5000", *a.Technicians)
	}
	if a.DatabaseHost != "" && a.DatabaseHost != "same" && a.DatabaseHost != "separate" {
		return fmt.Errorf("database_host: %q is neither same nor separate", a.DatabaseHost)
	}
	for _, n := range a.Networks {
		if _, err := netip.ParsePrefix(n); err != nil {
			return fmt.Errorf("allowed_networks: %q is not a network such as 192.0.2.0/24", n)
		}
	}
	for _, e := range a.Exceptions {
		if err := required("exception", e.Control, map[string]string{"reason": e.Reason, "approver": e.Approver}, e.On, e.Expires); err != nil {
			return err
		}
	}
	for _, t := range a.Attestations {
		if err := required("attestation", t.Control, map[string]string{"by": t.By}, t.On, t.ValidUntil); err != nil {
			return err
		}
	}
	return nil
}

// required checks what every entry must say: about what, by whom, from when until when.
func required(what, control string, texts map[string]string, from, until time.Time) error {
	if control == "" {
		return fmt.Errorf("%s without control", what)
	}
	for _, name := range []string{"reason", "approver", "by"} {
		if text, asked := texts[name]; asked && strings.TrimSpace(text) == "" {
			return fmt.Errorf("%s of %s: %s is missing", what, control, name)
		}
	}
	if from.IsZero() || until.IsZero() {
		return fmt.Errorf("%s of %s: both dates are needed", what, control)
	}
	if until.Before(from) {
		return fmt.Errorf("%s of %s: ends before it begins", what, control)
	}
	return nil
}
