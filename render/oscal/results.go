package oscal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
)

// WriteAssessmentResults writes what was seen and found on all hosts. controls gives the controls of NIST SP 800-53 that
// a CCI stands for, as DISA's list names them (AC-2 (4)); nil if none are known. The document's own identifier is made of its content; of stands for that content where it is not zero
// (the digest of audit.json), so that a large document need not be made twice.
func WriteAssessmentResults(w io.Writer, a audit.Audit, controls func(cci string) []string, of evidence.Digest) error {
	b, err := newBuilder(a, controls)
	if err != nil {
		return err
	}
	statements := b.statements()
	r := result{
		UUID: space.name("result", instant(a.AsOf), b.hostSet()), Title: "Hardening audit",
		Description: "Every statement of the guide and of the benchmarks, judged on the captured evidence of each host.",
		Props:       countProps(statements), LocalDefinitions: b.definitions(), ReviewedControls: b.reviewed(statements),
	}
	r.Start, r.End = b.span()
	r.Observations, r.Risks, r.Findings = b.observations(statements, b.hosts), b.risks(statements), b.findings(statements)
	back := b.backMatter()
	document := struct {
		Results assessmentResults `json:"assessment-results"`
	}{assessmentResults{
		Metadata: b.metadata("Hardening audit: assessment results", notDecided(statements)),
		ImportAP: reference{Href: "#" + string(b.assessmentPlan().UUID), Remarks: b.assessmentPlan().Description},
		Results:  []result{r}, BackMatter: back,
	}}
	return b.write(w, &document, "assessment-results", of, func(id uuid) { document.Results.UUID = id },
		r.Observations, r.Risks, r.Findings, back.Resources)
}

// hostSet names the hosts as they were captured.
func (b *builder) hostSet() string {
	all := space
	for _, h := range b.hosts {
		all = all.name(string(h.uuid))
	}
	return string(all)
}

// count returns how many statements have one of the Results.
func count(statements []*statement, results ...evidence.Result) int {
	n := 0
	for _, s := range statements {
		if slices.Contains(results, s.result()) {
			n++
		}
	}
	return n
}

// countProps are the statements by Result, over all hosts.
func countProps(statements []*statement) []property {
	var list []property
	for _, r := range evidence.Results {
		list = append(list, props("count-"+strings.ReplaceAll(string(r), " ", "-"), fmt.Sprint(count(statements, r)))...)
	}
	return list
}

// notDecided says what the findings leave open.
func notDecided(statements []*statement) string {
	return fmt.Sprintf("Of %d statements, over all hosts, %d need review and %d were not collected: their findings are not satisfied for the reason \"other\". "+
		"The %d that do not apply have observations and no finding.", len(statements), count(statements, evidence.NeedsReview),
		count(statements, evidence.NotCollected), count(statements, evidence.NotApplicable))
}

// reviewed says what was assessed: the statements as objectives, and the controls of NIST SP 800-53 that they stand for.
func (b *builder) reviewed(statements []*statement) reviewedControls {
	var objectives []objectiveRef
	var ccis []string
	seen := map[string]bool{}
	for _, s := range statements {
		if id := token(s.id); !seen[id] {
			seen[id] = true
			objectives = append(objectives, objectiveRef{id})
		}
		ccis = append(ccis, s.ccis...)
	}
	slices.Sort(ccis)
	selection := controlSelection{Description: "No control of NIST SP 800-53 is named by the statements: all that the objectives touch.", All: &struct{}{}}
	if controls := evidence.NISTControls(b.controls, slices.Compact(ccis)...); len(controls) > 0 {
		selection = controlSelection{Description: "The controls of NIST SP 800-53 that the statements stand for by their CCIs. Each is touched, none is assessed as a whole."}
		for _, c := range controls {
			selection.Include = append(selection.Include, controlRef{c.OSCAL()})
		}
	}
	r := reviewedControls{Description: paragraphs(b.scope()...), Controls: []controlSelection{selection}}
	if len(objectives) > 0 {
		r.Objectives = []objectiveSelection{{Description: "The guide's controls and the benchmarks' rules, by their own identifiers.", Include: objectives}}
	}
	return r
}

// scope names the guide and the benchmarks, and those that were set aside.
func (b *builder) scope() []string {
	list := []string{labelled("Guide", b.guide())}
	for _, h := range b.hosts {
		for i := range h.Benchmarks {
			k := &h.Benchmarks[i]
			text := judged(k) + " on " + h.Name
			if k.NotJudged != "" {
				text += ", not judged: " + k.NotJudged
			}
			list = append(list, labelled("Benchmark", text))
		}
	}
	return list
}
