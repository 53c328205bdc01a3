package oscal_test

import (
	"fmt"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/rendertest"
)

// samples are the Audits that every structural test looks at.
func samples() map[string]audit.Audit {
	return map[string]audit.Audit{"one host": rendertest.Audit(), "two hosts, a benchmark": wide(), "nothing fails": clean(), "no host": {AsOf: asOf}, "many hosts": many()}
}

var asOf = time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)

// wide has a second host without an earlier snapshot, and a benchmark on it.
func wide() audit.Audit {
	a, b := rendertest.Audit(), rendertest.Audit()
	h := b.Hosts[0]
	h.Name, h.After.Folder, h.Before = "AUTOMATE02", "data/snapshots/automate02/after", nil
	h.After.Digest = evidence.DigestOf([]byte("AUTOMATE02"))
	cite := []evidence.Citation{{Item: "data/items/http/aspnet-client.txt", Line: 2, Offset: 9, Length: 4}}
	verdict := func(r evidence.Result) evidence.Verdict {
		return evidence.Verdict{Result: r, Basis: evidence.BasisProbe, Reasons: []evidence.Reason{{Result: r, Expected: "so", Actual: "not so", Cites: cite}}}
	}
	h.Benchmarks = []audit.Benchmark{
		{ID: "Windows_Server_2022_STIG", Version: "2", Release: "8", NotJudged: "written for ws2022, the host is ws2019"},
		{ID: "IIS_10-0_Site_STIG", Version: "2", Release: "15", Rules: []audit.AssessedRule{
			{GroupID: "V-100001", RuleID: "SV-100001r1_rule", STIGID: "XX-00-000001", Title: "One", Severity: evidence.High, CCIs: []string{"CCI-000366"}, After: verdict(evidence.Fail), Remediation: mended()},
			{GroupID: "V-100002", RuleID: "SV-100002r1_rule", STIGID: "XX-00-000002", Title: "Two", Severity: evidence.Low, After: verdict(evidence.Pass)},
			{GroupID: "V-100003", RuleID: "SV-100003r1_rule", STIGID: "XX-00-000003", Title: "Three", Severity: evidence.Low, Undecided: "a person has to read it"},
		}}}
	h.Benchmarks = append(h.Benchmarks, h.Benchmarks[1]) // handed in twice
	h.Contradictions = append(h.Contradictions, audit.Contradiction{Subject: "platform", Before: true, Values: []string{"then", "there"}})
	a.Hosts = append(a.Hosts, h)
	return a
}

// mended is the plan to mend what fails: due after the as-of time, with a step before it.
func mended() *evidence.Remediation {
	day := time.Date(2026, 12, 31, 0, 0, 0, 0, time.UTC)
	return &evidence.Remediation{Control: "V-100001", Owner: "network team", Due: day, Comment: "ticket [4711]", Milestones: []evidence.Milestone{
		{Text: "ordered", Date: day.AddDate(0, -2, 0)}, {Text: "*moved*", Date: day}}}
}

// many has more hosts than a document is indented for.
func many() audit.Audit {
	a := rendertest.Audit()
	for i := range 5 {
		h := rendertest.Audit().Hosts[0]
		h.Name = fmt.Sprintf("FLEET%02d", i)
		h.After.Folder, h.Before = fmt.Sprintf("data/snapshots/fleet%02d/after", i), nil
		h.After.Digest = evidence.DigestOf([]byte(h.Name))
		a.Hosts = append(a.Hosts, h)
	}
	return a
}

// clean has only what passes.
func clean() audit.Audit {
	a := rendertest.Audit()
	eachControl(&a, func(_ *audit.Host, c *audit.Assessed) { c.After.Result = evidence.Pass })
	return a
}

func eachControl(a *audit.Audit, f func(*audit.Host, *audit.Assessed)) {
	for i := range a.Hosts {
		for j := range a.Hosts[i].Sections {
			for k := range a.Hosts[i].Sections[j].Controls {
				f(&a.Hosts[i], &a.Hosts[i].Sections[j].Controls[k])
			}
		}
	}
}
