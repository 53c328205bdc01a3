package pack

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/carry"
	"auditpack/render"
	"auditpack/render/checklist"
	"auditpack/render/oscal"
)

// addChecklists writes a checklist in each form for every benchmark that was judged on a host, and the OSCAL documents and
// the plan of action of the whole audit.
func addChecklists(w sink, in Inputs, all assembled) error {
	names := map[string]bool{}
	for _, s := range checklistSheets(all) {
		said := all.answers.Of(s.host.Name)
		o := checklist.Options{
			AsOf: in.AsOf, Tool: in.Tool, Snapshot: s.host.After, Attestations: said.Attestations, Exceptions: said.Exceptions, Strict: in.CKLBStrict,
		}
		name := checklistName(s, names)
		for _, form := range []struct {
			path  string
			write func(io.Writer, checklist.Target, audit.Benchmark, evidence.Benchmark, checklist.Options) error
		}{
			{"data/checklists/" + name + ".ckl", checklist.WriteCKL},
			{"data/checklists/" + name + ".cklb", checklist.WriteCKLB},
			{"data/xccdf/" + name + ".xml", checklist.WriteXCCDF},
		} {
			err := draw(w, form.path, func(out io.Writer) error { return form.write(out, s.target, s.judged, s.benchmark, o) })
			if err != nil {
				return err
			}
		}
	}
	if err := draw(w, "data/oscal/assessment-results.json", func(out io.Writer) error {
		return oscal.WriteAssessmentResults(out, all.audit, all.nist.rev5, all.standsFor)
	}); err != nil {
		return err
	}
	if err := draw(w, "data/oscal/poam.json", func(out io.Writer) error { return oscal.WritePOAM(out, all.audit, all.nist.rev5, all.standsFor) }); err != nil {
		return err
	}
	return draw(w, planPath, func(out io.Writer) error { return render.PlanCSV(out, all.audit) })
}

// readCarried reads the checklists that are carried over, each with its path in the package.
func (in Inputs) readCarried() ([]carry.Checklist, error) {
	var all []carry.Checklist
	for i, f := range in.Carry {
		c, err := carry.Read(f.Name, f.Data)
		if err != nil {
			return nil, err
		}
		c.Path = checklistsFolder + inputName(i, f.Name)
		all = append(all, c)
	}
	return all, nil
}

// sheet is one checklist to be: a benchmark that was judged on a host, with its texts.
type sheet struct {
	host      audit.Host
	target    checklist.Target
	judged    audit.Benchmark
	benchmark evidence.Benchmark
}

// checklistSheets pairs every judged benchmark with its texts and its host.
func checklistSheets(all assembled) []sheet {
	var sheets []sheet
	for _, h := range all.audit.Hosts {
		for _, judged := range h.Benchmarks {
			if judged.NotJudged == "" {
				sheets = append(sheets, sheet{host: h, target: checklistTarget(h, judged), judged: judged, benchmark: all.textsOf(judged)})
			}
		}
	}
	return sheets
}

// textsOf returns the benchmark with the texts of the rules that were judged.
func (all assembled) textsOf(judged audit.Benchmark) evidence.Benchmark {
	at := slices.IndexFunc(all.benchmarks, func(b evidence.Benchmark) bool { return b.ID == judged.ID && b.Digest == judged.Digest })
	return all.benchmarks[at]
}

func checklistTarget(h audit.Host, b audit.Benchmark) checklist.Target {
	t := checklist.TargetOf(h)
	if t.HostName == "" {
		t.HostName = carry.UnknownHost
	}
	t.Role = "None"
	switch h.Role {
	case "domain controller":
		t.Role = "Domain Controller"
	case "server":
		t.Role = "Member Server"
	case "workstation":
		t.Role = "Workstation"
	}
	t.TechArea = "Windows OS"
	if strings.HasPrefix(b.ID, "IIS_") {
		t.TechArea = "Web Review"
	}
	t.Site = b.Site
	return t
}

// slug keeps of a text what a path in a bag may hold, at most length characters.
func slug(text string, length int) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_':
			b.WriteRune(r)
		case r == ' ':
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String()[:min(b.Len(), length)], "-_")
}

// checklistName returns the name of a checklist without its ending; no two are alike.
func checklistName(s sheet, taken map[string]bool) string {
	stem := fmt.Sprintf("%s-%s", hostFolder(s.target.HostName), slug(s.judged.ID, 44))
	if site := slug(s.target.Site, 20); site != "" {
		stem += "-" + site
	}
	name := stem
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", stem, n)
	}
	taken[name] = true
	return name
}
