package audit

import (
	"fmt"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/check"
	"auditpack/evidence/compare"
)

// assembleBenchmarks judges the rules of every benchmark on one host. A benchmark for another version of Windows Server
// is named and not judged.
func assembleBenchmarks(in Input, h Host, after, before *side) []Benchmark {
	var all []Benchmark
	for i, b := range in.Benchmarks {
		out := Benchmark{
			ID: b.ID, Title: b.Title, Version: b.Version, Release: b.Release, ReleaseInfo: b.ReleaseInfo, File: b.File, Digest: b.Digest,
		}
		if of, ok := platformOf(b); ok && h.Platform != "" && of != h.Platform {
			out.NotJudged = fmt.Sprintf("written for %s, the host is %s", of, h.Platform)
			all = append(all, out)
			continue
		}
		for _, site := range sitesOf(b, after) {
			out.Site = site
			all = append(all, out.judge(in, b, in.carried.words(h.Name, site, i), after, before))
		}
	}
	return all
}

// maxSites is for how many sites of a host a benchmark is judged apart; of more, all are judged as one.
const maxSites = 100

// sitesOf returns the sites that a benchmark has to be judged for, one by one: those of the snapshot after if it is DISA's
// STIG of IIS sites. Of any other benchmark, or where no site is known, that is one that stands for the whole host.
func sitesOf(b evidence.Benchmark, after *side) []string {
	if !strings.Contains(b.ID, "_Site_STIG") {
		return []string{""}
	}
	if sites := check.Sites(after.facts); len(sites) > 0 && len(sites) <= maxSites {
		return sites
	}
	return []string{""}
}

// judge returns the Benchmark with its rules judged for its Site.
func (out Benchmark) judge(in Input, b evidence.Benchmark, words map[evidence.RuleID][]evidence.Carried, after, before *side) Benchmark {
	if before != nil {
		out.CountsBefore = &Counts{}
	}
	for _, r := range b.Rules {
		assessed := assessRule(in, r, words[r.RuleID], out.Site, after, before)
		out.Counts.count(assessed.After.Result, r.Severity, assessed.Exception != nil && !assessed.Expired)
		if assessed.Before != nil {
			out.CountsBefore.count(assessed.Before.Result, r.Severity, false)
		}
		out.Rules = append(out.Rules, assessed)
	}
	if before != nil {
		out.addEarlier(in, b, words, before)
	}
	return out
}

// platformOf returns the version of Windows Server that a benchmark is bound to, by the benchmark's own id
// (Windows_Server_2019_STIG, MS_Windows_Server_2022_STIG).
func platformOf(b evidence.Benchmark) (evidence.Platform, bool) {
	for year, platform := range map[string]evidence.Platform{"2016": evidence.WS2016, "2019": evidence.WS2019, "2022": evidence.WS2022} {
		if strings.Contains(b.ID, "Windows_Server_"+year) {
			return platform, true
		}
	}
	return "", false
}

// assessRule judges one rule on both snapshots. What people said in earlier checklists is held against both alike, so that only
// the server moves a verdict between them.
func assessRule(in Input, r evidence.Rule, words []evidence.Carried, site string, after, before *side) AssessedRule {
	out := AssessedRule{
		GroupID: r.GroupID, RuleID: r.RuleID, STIGID: r.STIGID, Title: r.Title, Severity: r.Severity, CCIs: r.CCIs,
		Undecided: r.Undecided, Caveats: r.Caveats,
	}
	out.After, out.Carried = carryTo(after.judgeRule(in, r, site), r, words)
	if before != nil {
		v, _ := carryTo(before.judgeRule(in, r, site), r, words)
		out.Before, out.Movement = &v, compare.Move(v.Result, out.After.Result)
	}
	out.Exception, out.Expired = exceptionOf(in, string(r.STIGID), string(r.GroupID), string(r.RuleID))
	out.Remediation = remediationOf(in, out.After, string(r.STIGID), string(r.GroupID), string(r.RuleID))
	out.Attestation, _ = attestationOfRule(in, r, in.AsOf)
	return out
}

// judgeRule judges one rule, for one site of IIS where site names it: whether it concerns a host of this role, then its Checks. A
// rule whose text gave no Checks, or one that cannot be prepared, is left to a person, and an attestation decides it.
func (s *side) judgeRule(in Input, r evidence.Rule, site string) evidence.Verdict {
	t, opposed := attestationOfRule(in, r, s.asOf)
	v := s.seenOfRule(in, r, site)
	if opposed != nil {
		return noted(v, fmt.Sprintf("%s attested that it %s, %s that it %s: neither counts", t.By, holds(t), opposed.By, holds(opposed)))
	}
	return attest(v, r.Title, t, s.asOf)
}

// seenOfRule is the Verdict of a rule by what was seen.
func (s *side) seenOfRule(in Input, r evidence.Rule, site string) evidence.Verdict {
	if reason, ok := s.outOfRole(r.Only); ok {
		return s.resting([]evidence.Reason{reason})
	}
	var judges []check.Judge
	for _, c := range r.Checks {
		judge, err := check.Prepare(c)
		if err != nil {
			return review("a check that this program knows", err.Error())
		}
		judges = append(judges, judge)
	}
	if len(judges) == 0 {
		return review("a person's judgement of the check text", r.Undecided)
	}
	return s.verdict(in, judges, site)
}

// review is the Verdict of what is left to a person.
func review(expected, actual string) evidence.Verdict {
	return evidence.Verdict{Result: evidence.NeedsReview, Basis: evidence.BasisNone, Reasons: []evidence.Reason{{
		Result: evidence.NeedsReview, Expected: expected, Actual: actual, ByPerson: true,
	}}}
}

// outOfRole returns a not-applicable Reason where the evidence shows that the host has not the role a rule is for.
// Where nothing shows the role, the rule is judged like any other, and cannot pass unseen.
func (s *side) outOfRole(only evidence.Role) (evidence.Reason, bool) {
	if only == evidence.AnyRole {
		return evidence.Reason{}, false
	}
	o := s.facts.Lookup("system:domain-role")
	if o.State != evidence.Found {
		if member := s.facts.Lookup("system:domain-member"); member.State == evidence.Found && member.Value().String() == "no" && only == evidence.DomainController {
			return evidence.Reason{Result: evidence.NotApplicable, Address: member.Address, Expected: "a " + string(only),
				Actual: "the host is in no domain", Cites: member.Cites}, true
		}
		return evidence.Reason{}, false
	}
	isController := o.Value().String() == string(evidence.DomainController)
	if isController == (only == evidence.DomainController) {
		return evidence.Reason{}, false
	}
	return evidence.Reason{Result: evidence.NotApplicable, Address: o.Address, Expected: "a " + string(only),
		Actual: o.Value().String(), Cites: o.Cites}, true
}
