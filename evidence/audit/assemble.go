package audit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/carry"
	"auditpack/evidence/check"
	"auditpack/evidence/compare"
	"auditpack/evidence/snapshot"
)

// StaleAfter is how old evidence may be at the as-of time; older evidence cannot pass.
const StaleAfter = 30 * 24 * time.Hour

// Input is what an Audit is made from.
type Input struct {
	Tool        string
	AsOf        time.Time
	Demo        bool
	Guide       evidence.Guide
	GuideDigest evidence.Digest
	Answers     evidence.Answers
	Benchmarks  []evidence.Benchmark // judged on every host that they concern
	// Earlier are the releases of them that were used before: what another release asks is told apart from what changed on a host.
	Earlier []evidence.Benchmark
	// Releases pairs the rules of two releases; needed with Earlier.
	Releases func(before, after evidence.Benchmark) []evidence.RuleChange
	// Carry are existing checklists whose words are carried to the rules, each with its path in the package.
	Carry []carry.Checklist
	// NIST gives the controls of NIST SP 800-53 that a CCI stands for; nil: none are known.
	NIST func(cci string) []string
	// NIST4 gives those of revision 4, which are shown beside; nil: none are known.
	NIST4 func(cci string) []string
	// NISTSource says where both are from, for people.
	NISTSource string
	Hosts      []HostInput
	// Packing is who makes a package of the Audit; nil: nobody does.
	Packing *Packing
	// Questionnaires are the sets of questions to be answered.
	Questionnaires []evidence.Questionnaire
	// Seen, if not nil, is handed what each snapshot was found to hold: one at a time, in no stated order.
	Seen func(*evidence.Facts)

	carried carried
}

// HostInput is one machine: its snapshot and, to compare with, an earlier one.
type HostInput struct {
	After        *snapshot.Snapshot
	AfterFolder  string // where the snapshot lies inside the package
	Before       *snapshot.Snapshot
	BeforeFolder string
}

// Assemble judges every Control on every host, compares, and counts.
func Assemble(ctx context.Context, in Input) (Audit, error) {
	a := Audit{
		Version: Version, Tool: in.Tool, AsOf: in.AsOf.UTC(), Demo: in.Demo,
		Client: in.Answers.Client, PreparedBy: in.Answers.PreparedBy,
		Guide:      GuideInfo{ID: in.Guide.ID, Title: in.Guide.Title, Edition: in.Guide.Edition, Digest: in.GuideDigest},
		Exceptions: in.Answers.Exceptions, Attested: in.Answers.Attestations, Planned: in.Answers.Remediation,
	}
	prepared, err := prepare(in.Guide)
	if err != nil {
		return Audit{}, err
	}
	if err := pairReleases(in); err != nil {
		return Audit{}, err
	}
	asked, err := prepareQuestions(in.Questionnaires)
	if err != nil {
		return Audit{}, err
	}
	in.carried = prepareCarried(in)
	if a.Hosts, err = assembleHosts(ctx, in, prepared, asked); err != nil {
		return Audit{}, err
	}
	for _, host := range a.Hosts {
		a.Counts.Add(host.Counts)
		if host.CountsBefore != nil {
			if a.Before == nil {
				a.Before = &Counts{}
			}
			a.Before.Add(*host.CountsBefore)
		}
	}
	a.Carried = in.carried.list(in, a.Hosts)
	a.Unconcerned, a.Unneeded = unconcerned(in.Answers, a.Hosts), unneeded(in.Answers, a.Hosts)
	a.NIST, a.NISTSource = RollUp(a, in.NIST), in.NISTSource
	addRevision4(a.NIST, in.NIST4)
	if a.Custody, err = custody(in, a.Hosts); err != nil {
		return Audit{}, err
	}
	a.Questionnaires = asked.answer(in)
	return a, nil
}

// judges holds the prepared Checks of one Control and of its Readings.
type judges struct {
	control  []check.Judge
	readings [][]check.Judge
}

func prepare(guide evidence.Guide) (map[string]judges, error) {
	all := func(checks []evidence.Check) ([]check.Judge, error) {
		var out []check.Judge
		for _, c := range checks {
			judge, err := check.Prepare(c)
			if err != nil {
				return nil, err
			}
			out = append(out, judge)
		}
		return out, nil
	}
	prepared := map[string]judges{}
	for _, s := range guide.Sections {
		for _, c := range s.Controls {
			var j judges
			var err error
			if j.control, err = all(c.Checks); err != nil {
				return nil, fmt.Errorf("%s: %w", c.ID, err)
			}
			for _, r := range c.Readings {
				reading, err := all(r.Checks)
				if err != nil {
					return nil, fmt.Errorf("%s, reading %s: %w", c.ID, r.ID, err)
				}
				j.readings = append(j.readings, reading)
			}
			prepared[c.ID] = j
		}
	}
	return prepared, nil
}

// side is one snapshot, read.
type side struct {
	snapshot       *snapshot.Snapshot
	facts          *evidence.Facts
	summary        Snapshot
	contradictions []Contradiction
	asOf           time.Time
	views          check.Views
}

func assembleSide(ctx context.Context, in Input, want func(evidence.Address) bool, s *snapshot.Snapshot, folder string, asOf time.Time) (*side, error) {
	contents, err := Read(ctx, s, want)
	if err != nil {
		return nil, err
	}
	out := &side{snapshot: s, facts: evidence.NewFacts(contents)}
	if in.Seen != nil {
		in.Seen(out.facts)
	}
	from, to := s.Span()
	if asOf.IsZero() {
		asOf = to // an earlier snapshot is judged by its own time
	}
	out.asOf = asOf
	out.summary = Snapshot{
		Digest: s.Digest(), Tool: s.Tool(), Operator: s.Operator(), From: from, To: to, Folder: folder,
		Stale: !from.IsZero() && stale(from, asOf), Previous: s.Header().Previous,
		Zone: zoneOf(out.facts), Circumstances: CircumstancesOf(out.facts),
	}
	for _, c := range out.facts.Contents() {
		out.summary.Items = append(out.summary.Items, Item{
			Item: c.Item, ReadAs: c.Format, Refusal: c.Refused, Settings: len(c.Settings), Problems: c.Problems,
			Stale: stale(c.Item.Taken, asOf) && (!c.Item.Taken.IsZero() || c.Item.Status == evidence.Captured),
		})
	}
	out.contradictions = contradictions(out.facts)
	return out, nil
}

// assembleHost judges one host; what was read of its snapshots is given up when it returns.
func assembleHost(ctx context.Context, in Input, want func(evidence.Address) bool, prepared map[string]judges, asked *asked, h HostInput) (Host, bearings, error) {
	after, err := assembleSide(ctx, in, want, h.After, h.AfterFolder, in.AsOf)
	if err != nil {
		return Host{}, nil, err
	}
	var before *side
	if h.Before != nil {
		if before, err = assembleSide(ctx, in, want, h.Before, h.BeforeFolder, time.Time{}); err != nil {
			return Host{}, nil, err
		}
	}
	host := Host{After: after.summary, Contradictions: after.contradictions, NotLinked: notLinked(h)}
	host.Name, host.Platform, host.OS = identity(after.facts, h.After.Host())
	in.Answers = in.Answers.Of(host.Name)
	if role := after.facts.Lookup("system:domain-role").Value(); role != nil {
		host.Role = role.String()
	}
	if before != nil {
		host.Before, host.CountsBefore = &before.summary, &Counts{}
		for _, c := range before.contradictions {
			c.Before = true
			host.Contradictions = append(host.Contradictions, c)
		}
	}
	for _, s := range in.Guide.Sections {
		section := assembleSection(in, s, prepared, host.Platform, after, before)
		host.Counts.Add(section.Counts)
		if section.CountsBefore != nil {
			host.CountsBefore.Add(*section.CountsBefore)
		}
		host.Sections = append(host.Sections, section)
	}
	host.Benchmarks = assembleBenchmarks(in, host, after, before)
	if before != nil {
		if err := compareSides(ctx, in, &host, before, after); err != nil {
			return Host{}, nil, err
		}
	}
	return host, asked.host(in, &host, after), nil
}

func assembleSection(in Input, s evidence.Section, prepared map[string]judges, platform evidence.Platform, after, before *side) Section {
	out := Section{ID: s.ID, Part: s.Part, Title: s.Title}
	if before != nil {
		out.CountsBefore = &Counts{}
	}
	for _, c := range s.Controls {
		j := prepared[c.ID]
		a := Assessed{
			ID: c.ID, Statement: c.Statement, Severity: c.Severity, Fix: c.Fix, Manual: c.Manual,
			STIG: rulesFor(platform, c.STIG), After: after.judge(in, c, j.control),
		}
		for i, r := range c.Readings {
			reading := AssessedReading{ID: r.ID, Who: r.Who, Text: r.Text}
			if len(j.readings[i]) > 0 {
				reading.After = after.verdict(in, j.readings[i], "")
			}
			a.Readings = append(a.Readings, reading)
			a.After = deniedFromOutside(a.After, c, reading.After)
		}
		a.accept(in)
		if before != nil {
			v := before.judge(in, c, j.control)
			a.Before, a.Movement = &v, compare.Move(v.Result, a.After.Result)
			out.CountsBefore.count(v.Result, c.Severity, false)
		}
		out.Counts.count(a.After.Result, c.Severity, a.Exception != nil && !a.Expired)
		out.Controls = append(out.Controls, a)
	}
	return out
}

// judge returns the Verdict of a Control: by its Checks, or needs review where only a person can decide. Where a person
// has to look beside the Checks, these can make the Control fail, and cannot alone make it pass.
// What is left to a person, an attestation decides.
func (s *side) judge(in Input, c evidence.Control, checks []check.Judge) evidence.Verdict {
	t := attestationOf(in, c.ID)
	if len(checks) == 0 {
		return attest(review(c.Statement, c.Manual), c.Statement, t, s.asOf)
	}
	v := s.verdict(in, checks, "")
	if v.Result == evidence.Pass && c.Manual != "" {
		v = doubt(v, c.Statement, c.Manual, nil)
		v.Reasons[0].ByPerson = true
	}
	return attest(v, c.Statement, t, s.asOf)
}

// verdict judges by Checks, then takes back what rests on contradicted or stale ground.
func (s *side) verdict(in Input, checks []check.Judge, site string) evidence.Verdict {
	ofCase := check.Case{Facts: s.facts, Answers: &in.Answers, AsOf: s.asOf, Site: site, Views: &s.views}
	var reasons []evidence.Reason
	for _, judge := range checks {
		reasons = append(reasons, judge(ofCase)...)
	}
	return s.resting(reasons)
}

// basis says what the Reasons rest on: evidence if any of it is cited, else a probe, else a fact of the answers, which is somebody's
// word as an attestation is.
func (s *side) basis(reasons []evidence.Reason) evidence.Basis {
	basis := evidence.BasisNone
	for _, r := range reasons {
		for _, c := range r.Cites {
			i := slices.IndexFunc(s.summary.Items, func(item Item) bool { return item.Path == c.Item })
			switch {
			case i >= 0 && s.summary.Items[i].Origin != evidence.OriginProbe:
				return evidence.BasisEvidence
			case i >= 0:
				basis = evidence.BasisProbe
			case basis == evidence.BasisNone:
				basis = evidence.BasisAttestation
			}
		}
	}
	return basis
}

// accept attaches the exception and the attestation that the answers hold for the Control. The Verdict stays. An exception
// that has not begun accepts nothing yet; it stands in the list of all exceptions only.
func (a *Assessed) accept(in Input) {
	a.Exception, a.Expired = exceptionOf(in, a.ID)
	a.Attestation = attestationOf(in, a.ID)
	a.Remediation = remediationOf(in, a.After, a.ID)
}

// exceptionOf returns the Exception that names a statement by one of its ids, and whether it has expired; nil without one. One
// that counts goes before one that has expired.
func exceptionOf(in Input, ids ...string) (found *evidence.Exception, expired bool) {
	for _, e := range in.Answers.Exceptions {
		standing := e.At(in.AsOf)
		if slices.Contains(ids, e.Control) && standing != evidence.NotYetValid && (found == nil || expired) {
			found, expired = &e, standing == evidence.Expired
		}
	}
	return found, expired
}

// rulesFor returns the rules of the host's platform and those that are not bound to one; all while it is unknown.
func rulesFor(platform evidence.Platform, rules []evidence.RuleRef) []evidence.RuleRef {
	var out []evidence.RuleRef
	for _, r := range rules {
		if platform == "" || !strings.HasPrefix(r.Benchmark, "ws20") || r.Benchmark == string(platform) {
			out = append(out, r)
		}
	}
	return out
}

func (c *Counts) count(r evidence.Result, s evidence.Severity, accepted bool) {
	switch r {
	case evidence.Pass:
		c.Pass++
	case evidence.NotApplicable:
		c.NotApplicable++
	case evidence.NeedsReview:
		c.NeedsReview++
	case evidence.Fail:
		c.Fail++
		if accepted {
			c.Accepted++
		}
		switch s {
		case evidence.High:
			c.FailHigh++
		case evidence.Medium:
			c.FailMedium++
		default:
			c.FailLow++
		}
	default:
		c.NotCollected++
	}
}

// Add adds the counts of another host, section or benchmark.
func (c *Counts) Add(o Counts) {
	c.Pass += o.Pass
	c.Fail += o.Fail
	c.NotApplicable += o.NotApplicable
	c.NotCollected += o.NotCollected
	c.NeedsReview += o.NeedsReview
	c.Accepted += o.Accepted
	c.FailHigh += o.FailHigh
	c.FailMedium += o.FailMedium
	c.FailLow += o.FailLow
}
