package checklist_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/checklist"
)

var (
	asOf  = time.Date(2026, 6, 15, 8, 30, 0, 0, time.UTC)
	taken = time.Date(2026, 6, 14, 21, 5, 0, 0, time.UTC)
	host  = checklist.Target{HostName: "AUTOMATE01", IP: "192.0.2.10", FQDN: "automate01.example.com", MAC: "00:53:00:AA:BB:01", Role: "Member Server", TechArea: "Windows OS"}
)

const itemPath = "data/items/registry/lsa.reg"

// benchmark is a made-up release whose rules are in this project's own words.
func benchmark() evidence.Benchmark {
	rule := func(n int, title string, s evidence.Severity) evidence.Rule {
		return evidence.Rule{
			GroupID: evidence.GroupID(fmt.Sprintf("V-90000%d", n)), RuleID: evidence.RuleID(fmt.Sprintf("SV-90000%dr70%d_rule", n, n)),
			STIGID: evidence.STIGID(fmt.Sprintf("EX19-00-00%d", n)), GroupTitle: fmt.Sprintf("SRG-EX-00000%d", n),
			Title: title, Severity: s, Weight: "10.0", CCIs: []string{"CCI-000366", "CCI-000381"},
			Legacy:     []string{fmt.Sprintf("V-7000%d", n), fmt.Sprintf("SV-8000%d", n)},
			Discussion: "A reason why <" + title + "> & more matters.", CheckText: "Look.\n\nIf it is not so, this is a finding.", FixText: "Set it.",
			CheckID: fmt.Sprintf("C-1%dr1_chk", n), FixID: fmt.Sprintf("F-1%dr1_fix", n), CheckContentRef: "M", TargetKey: "4052",
			TargetSubject: "Example Server", TargetTitle: "DPMS Target Example Server",
			FalsePositives: "fp", FalseNegatives: "fn", Documentable: "false", Mitigations: "mit", SeverityOverrideGuidance: "sog",
			PotentialImpacts: "pi", ThirdPartyTools: "tpt", MitigationControl: "mc", Responsibility: "System Administrator", IAControls: "ECSC-1",
		}
	}
	b := evidence.Benchmark{
		ID: "Example_Server_2019_STIG", Title: "Example Server 2019 Security Technical Implementation Guide", Version: "3", Release: "8",
		ReleaseInfo: "Release: 8 Benchmark Date: 01 Apr 2026", Description: "Made up.", Notice: "terms-of-use", Source: "EXAMPLE.COM",
		Status: "accepted", StatusDate: "2026-02-26", File: "U_Example_Server_2019_STIG_V3R8_Manual-xccdf.xml", Digest: evidence.DigestOf([]byte("benchmark")),
		Rules: []evidence.Rule{
			rule(1, "Anonymous access must be restricted", evidence.High),
			rule(2, "The log must be large enough", evidence.Medium),
			rule(3, "Only domain members need this", evidence.Low),
			rule(4, "Somebody must have read the log", evidence.Medium),
			rule(5, "The other log must be large enough", evidence.Medium),
		},
	}
	b.Rules[3].Undecided = `the sentence "Ask the administrator." is not known`
	b.Rules[1].Caveats = []string{"If logs go to a collector, this is not applicable."}
	return b
}

func cite(line int) []evidence.Citation {
	return []evidence.Citation{{Item: itemPath, Line: line, Offset: int64(100 * line), Length: 35}}
}

// judged is the benchmark judged: pass, fail, not applicable, needs review, not collected.
func judged(b evidence.Benchmark) audit.Benchmark {
	a := audit.Benchmark{ID: b.ID, Title: b.Title, Version: b.Version, Release: b.Release, ReleaseInfo: b.ReleaseInfo, File: b.File, Digest: b.Digest}
	verdicts := []evidence.Verdict{
		evidence.Combine(evidence.BasisEvidence, evidence.Reason{Result: evidence.Pass, Address: `registry:HKLM\SYSTEM\Example!Restrict`, Expected: "1", Actual: "REG_DWORD 1", Cites: cite(12)}),
		evidence.Combine(evidence.BasisEvidence,
			evidence.Reason{Result: evidence.Pass, Expected: "a log", Actual: "there is one", Cites: cite(3)},
			evidence.Reason{Result: evidence.Fail, Expected: "196608 KB or more", Actual: "20480 KB", Note: "set by policy", Cites: cite(4)}),
		evidence.Combine(evidence.BasisEvidence, evidence.Reason{Result: evidence.NotApplicable, Expected: "a domain member", Actual: "no", Cites: cite(5)}),
		evidence.Combine(evidence.BasisNone, evidence.Reason{Result: evidence.NeedsReview, Expected: "a person's judgement", Actual: "none"}),
		evidence.Combine(evidence.BasisNone, evidence.Reason{Result: evidence.NotCollected, Expected: "196608 KB or more", Actual: "no item shows the value"}),
	}
	for i, r := range b.Rules {
		a.Rules = append(a.Rules, audit.AssessedRule{
			GroupID: r.GroupID, RuleID: r.RuleID, STIGID: r.STIGID, Title: r.Title, Severity: r.Severity, CCIs: r.CCIs,
			After: verdicts[i%len(verdicts)], Undecided: r.Undecided,
		})
	}
	return a
}

var wantStatuses = []evidence.ChecklistStatus{evidence.StatusNotAFinding, evidence.StatusOpen, evidence.StatusNotApplicable, evidence.StatusNotReviewed, evidence.StatusNotReviewed}

func options() checklist.Options {
	return checklist.Options{
		AsOf: asOf, Tool: "auditpack 0.1.0",
		Snapshot: audit.Snapshot{Digest: evidence.DigestOf([]byte("snapshot")), From: taken, To: taken, Items: []audit.Item{{
			Item: evidence.Item{Path: itemPath, Origin: evidence.OriginImported, Digest: evidence.DigestOf([]byte("lsa")), Taken: taken},
		}}},
		Exceptions:   []evidence.Exception{{Control: "EX19-00-002", Reason: "The disk is small.", Approver: "R. Example", On: taken, Expires: asOf.AddDate(0, 3, 0)}},
		Attestations: []evidence.Attestation{{Control: "V-900004", Holds: true, By: "P. Example", On: taken, ValidUntil: asOf.AddDate(0, -1, 0), Comment: "Read every Monday."}},
	}
}

type form struct {
	name  string
	write func(*bytes.Buffer, checklist.Target, audit.Benchmark, evidence.Benchmark, checklist.Options) error
}

var forms = []form{
	{"x.ckl", func(w *bytes.Buffer, t checklist.Target, a audit.Benchmark, b evidence.Benchmark, o checklist.Options) error {
		return checklist.WriteCKL(w, t, a, b, o)
	}},
	{"x.cklb", func(w *bytes.Buffer, t checklist.Target, a audit.Benchmark, b evidence.Benchmark, o checklist.Options) error {
		return checklist.WriteCKLB(w, t, a, b, o)
	}},
	{"x.xml", func(w *bytes.Buffer, t checklist.Target, a audit.Benchmark, b evidence.Benchmark, o checklist.Options) error {
		return checklist.WriteXCCDF(w, t, a, b, o)
	}},
}

func (f form) bytes(t testing.TB, to checklist.Target, a audit.Benchmark, b evidence.Benchmark, o checklist.Options) []byte {
	t.Helper()
	var w bytes.Buffer
	if err := f.write(&w, to, a, b, o); err != nil {
		t.Fatalf("%s: %v", f.name, err)
	}
	return w.Bytes()
}
