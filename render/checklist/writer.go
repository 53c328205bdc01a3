package checklist

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// writer is what all three forms are written from.
type writer struct {
	target   Target
	stig     evidence.Benchmark
	findings []Finding
	o        Options
	id       string // UUID of the checklist
	stigID   string // UUID of the release of the STIG
}

func newWriter(t Target, a audit.Benchmark, b evidence.Benchmark, o Options) (*writer, error) {
	t, err := t.fit()
	if err != nil {
		return nil, err
	}
	findings, err := Findings(a, b, o)
	if err != nil {
		return nil, err
	}
	s := &writer{target: t, stig: b, findings: findings, o: o}
	s.stigID = uuid("stig", b.ID, b.Version, b.Release, b.Digest.String())
	s.id = uuid("checklist", s.stigID, t.HostName, t.Site, t.Instance, o.Snapshot.Digest.String(), stamp(o.AsOf))
	made := "Made"
	if o.Tool != "" {
		made += " by " + line(o.Tool)
	}
	s.target.Comment = strings.TrimSpace(fmt.Sprintf("%s as of %s. %s", made, stamp(o.AsOf), t.Comment))
	return s, nil
}

var disaRelease = regexp.MustCompile(`^Release:\s+(\S+)\s+\S`)

// releaseInfo returns the release in the form of which readers take its number: a word has to follow it.
func (s *writer) releaseInfo() string {
	info := strings.TrimSpace(line(s.stig.ReleaseInfo))
	if m := disaRelease.FindStringSubmatch(info); m != nil && m[1] == s.stig.Release {
		return info
	}
	date := "unknown"
	if d, err := time.Parse(time.DateOnly, s.stig.StatusDate); err == nil {
		date = d.Format("02 Jan 2006")
	}
	return fmt.Sprintf("Release: %s Benchmark Date: %s", line(s.stig.Release), date)
}

// ref is the reference to the release that STIG Viewer writes at each rule.
func (s *writer) ref() string {
	return fmt.Sprintf("%s :: Version %s, %s", line(s.stig.Title), line(s.stig.Version), s.releaseInfo())
}

// targetKey is the key of what the STIG is about, the same at all of its rules.
func (s *writer) targetKey() string { return line(s.stig.Rules[0].TargetKey) }

// ruleUUID tells the rule of this checklist from the same rule of another.
func (s *writer) ruleUUID(r evidence.Rule) string { return uuid(s.id, string(r.RuleID)) }
