package checklist_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/stig"
	"auditpack/render/checklist"
)

// These tests hand the files to programs that others wrote. Each is skipped where its program is not installed.

func shared(t *testing.T, elem ...string) string {
	t.Helper()
	dir := os.Getenv("AUDITPACK_SHARED")
	if dir == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	return filepath.Join(append([]string{dir}, elem...)...)
}

func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	return path
}

// peers is the folder of npm packages that holds the readers.
func peers(t *testing.T, pkg string) string {
	t.Helper()
	dir := os.Getenv("AUDITPACK_PEERS")
	if dir == "" {
		home, err := os.UserHomeDir()
		if err != nil {
			t.Skip(err)
		}
		dir = filepath.Join(home, ".cache", "auditpack-peers")
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules", pkg)); err != nil {
		t.Skipf("%s is not installed", pkg)
	}
	return dir
}

// sample is one checklist in its three forms, on disk.
type sample struct {
	name             string
	findings         []checklist.Finding
	revision         string
	ckl, cklb, xccdf string
	target           checklist.Target
	benchmark        evidence.Benchmark
	judged           audit.Benchmark
	options          checklist.Options
}

// samples are the made-up benchmark with hostile texts and without, one with carried statuses, and each of DISA's current
// benchmarks.
func samples(t *testing.T) []*sample {
	t.Helper()
	b := benchmark()
	all := []*sample{{name: "made-up", target: host, benchmark: b, judged: judged(b), options: options()}}
	h := &sample{name: "hostile"}
	h.target, h.judged, h.benchmark, h.options = hostileInput()
	h.target.HostName = "AUTOMATE01"
	all = append(all, h, carriedSample())
	files, err := filepath.Glob(shared(t, "stig", "U_MS_*-xccdf.xml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		b := published(t, name)
		to := host
		if strings.Contains(b.ID, "IIS") {
			to.Site, to.TechArea = "Default Web Site", "Web Review"
		}
		all = append(all, &sample{name: b.ID, target: to, benchmark: b, judged: judged(b), options: options()})
	}
	dir := t.TempDir()
	for _, s := range all {
		if s.findings, err = checklist.Findings(s.judged, s.benchmark, s.options); err != nil {
			t.Fatal(err)
		}
		s.revision = s.benchmark.ReleaseName()
		for i, path := range []*string{&s.ckl, &s.cklb, &s.xccdf} {
			*path = filepath.Join(dir, s.name+filepath.Ext(forms[i].name))
			if err := os.WriteFile(*path, forms[i].bytes(t, s.target, s.judged, s.benchmark, s.options), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return all
}

func published(t testing.TB, name string) evidence.Benchmark {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b, err := stig.Read(name, f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return b[0]
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = t.TempDir() // some leave logs where they run
	var out, talk bytes.Buffer
	c.Stdout, c.Stderr = &out, &talk
	if err := c.Run(); err != nil {
		t.Errorf("%s: %v: %.2000s %.2000s", filepath.Base(name), err, out.String(), talk.String())
	}
	return out.String()
}

func TestSchemaOfCKL(t *testing.T) {
	xsd, lint := shared(t, "schemas", "U_Checklist_Schema_V2.xsd"), program(t, "xmllint")
	for _, s := range samples(t) {
		run(t, lint, "--noout", "--schema", xsd, s.ckl)
	}
}

func TestSchemaOfXCCDF(t *testing.T) {
	_ = shared(t)
	oscap := program(t, "oscap")
	for _, s := range samples(t) {
		run(t, oscap, "xccdf", "validate", s.xccdf)
	}
	s := samples(t)[0]
	report := filepath.Join(t.TempDir(), "report.html")
	run(t, oscap, "xccdf", "generate", "report", "--output", report, s.xccdf)
	if html, err := os.ReadFile(report); err != nil || !bytes.Contains(html, []byte("The log must be large enough")) {
		t.Errorf("the report of oscap does not show the rules: %v", err)
	}
}

// cklbSchema is DISA's schema with the two members that STIG Viewer itself adds, or without them.
func cklbSchema(t *testing.T, strict bool) *jsonschema.Schema {
	t.Helper()
	text, err := os.ReadFile(shared(t, "schemas", "SV3_CKLB_1_0_JSON_SCHEMA.json"))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if !strict {
		defs := tree.(map[string]any)["$defs"].(map[string]any)
		for def, member := range map[string]string{"stig": "version", "target_data": "classification"} {
			defs[def].(map[string]any)["properties"].(map[string]any)[member] = map[string]any{"type": []any{"string", "null"}}
		}
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("cklb.json", tree); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("cklb.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func TestSchemaOfCKLB(t *testing.T) {
	usual, strict := cklbSchema(t, false), cklbSchema(t, true)
	for _, s := range samples(t) {
		tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(forms[1].bytes(t, s.target, s.judged, s.benchmark, s.options)))
		if err != nil {
			t.Fatal(err)
		}
		if err := usual.Validate(tree); err != nil {
			t.Errorf("%s: %v", s.name, err)
		}
		if strict.Validate(tree) == nil {
			t.Error("the published schema now takes the member version: strict is not needed any more")
		}
		s.options.Strict = true
		tree, err = jsonschema.UnmarshalJSON(bytes.NewReader(forms[1].bytes(t, s.target, s.judged, s.benchmark, s.options)))
		if err != nil {
			t.Fatal(err)
		}
		if err := strict.Validate(tree); err != nil {
			t.Errorf("%s, strict: %v", s.name, err)
		}
	}
}

// manager prints what STIG Manager's reader makes of each file.
const manager = `
import fs from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
const require = createRequire(process.argv[2] + '/package.json')
const m = await import(pathToFileURL(require.resolve('@nuwcdivnpt/stig-manager-client-modules')).href)
const fieldSettings = { detail: { enabled: 'always', required: 'always' }, comment: { enabled: 'findings', required: 'findings' } }
const importOptions = { autoStatus: 'saved', unreviewed: 'always', unreviewedCommented: 'notchecked', emptyDetail: 'import', emptyComment: 'import' }
for (const f of process.argv.slice(3)) {
  const read = f.endsWith('.cklb') ? m.reviewsFromCklb : f.endsWith('.ckl') ? m.reviewsFromCkl : m.reviewsFromXccdf
  const r = read({ data: fs.readFileSync(f, 'utf8'), fieldSettings, importOptions, allowAccept: true, scapBenchmarkMap: new Map(), sourceRef: f })
  const c = r.checklists[0]
  console.log(JSON.stringify({ host: r.target.name, fqdn: r.target.fqdn, id: c.benchmarkId, revision: c.revisionStr,
    reviews: c.reviews.map(v => ({ ruleId: v.ruleId, result: v.result, detail: v.detail, comment: v.comment })) }))
}
`

type managed struct {
	Host, FQDN, ID, Revision string
	Reviews                  []struct{ RuleID, Result, Detail, Comment string }
}

func TestSTIGManager(t *testing.T) {
	_ = shared(t)
	node, dir := program(t, "node"), peers(t, "@nuwcdivnpt/stig-manager-client-modules")
	script := filepath.Join(t.TempDir(), "read.mjs")
	if err := os.WriteFile(script, []byte(manager), 0o600); err != nil {
		t.Fatal(err)
	}
	all := samples(t)
	args := []string{script, dir}
	for _, s := range all {
		args = append(args, s.ckl, s.cklb, s.xccdf)
	}
	d := json.NewDecoder(strings.NewReader(run(t, node, args...)))
	for _, s := range all {
		for i, form := range []string{"ckl", "cklb", "xccdf"} {
			var got managed
			if err := d.Decode(&got); err != nil {
				t.Fatal(err)
			}
			where := s.name + " " + form
			if got.Host != s.target.HostName || got.ID != s.benchmark.ID {
				t.Errorf("%s: %s %s", where, got.Host, got.ID)
			}
			if i < 2 && got.Revision != s.revision { // its reader takes none from XCCDF
				t.Errorf("%s: revision %q, want %s", where, got.Revision, s.revision)
			}
			if s.name == "made-up" && got.FQDN != host.FQDN {
				t.Errorf("%s: FQDN %q", where, got.FQDN)
			}
			if len(got.Reviews) != len(s.findings) {
				t.Errorf("%s: %d of %d rules", where, len(got.Reviews), len(s.findings))
				continue
			}
			for k, f := range s.findings {
				r := got.Reviews[k]
				if r.RuleID != string(f.Rule.RuleID) || r.Result != managerWord(f.Status) {
					t.Errorf("%s: rule %s: %s %s, want %s", where, f.Rule.RuleID, r.RuleID, r.Result, managerWord(f.Status))
				}
				if s.name != "hostile" && (r.Detail != f.Details || r.Comment != f.Comments) { // it decodes HTML in texts once more
					t.Errorf("%s: rule %s: texts differ:\n%s", where, f.Rule.RuleID, cmp.Diff(f.Details+"\n"+f.Comments, r.Detail+"\n"+r.Comment))
				}
			}
		}
	}
	if _, err := d.Token(); err != io.EOF {
		t.Error("more answers than files")
	}
}

func managerWord(s evidence.ChecklistStatus) string {
	return map[evidence.ChecklistStatus]string{evidence.StatusNotAFinding: "pass", evidence.StatusOpen: "fail", evidence.StatusNotApplicable: "notapplicable", evidence.StatusNotReviewed: "notchecked"}[s]
}

type hdf struct {
	Profiles []struct {
		Controls []struct {
			ID      string
			Impact  float64
			Tags    struct{ RID string }
			Results []struct{ Status string }
		}
	}
}

// convert runs MITRE SAF's command line for one file after the other, in one process: it takes seconds to start.
const convert = `
const { createRequire } = require('node:module')
const root = process.argv[2] + '/node_modules/@mitre/saf'
const { run } = createRequire(root + '/package.json')('@oclif/core')
async function all(args) {
  for (; args.length > 0; args = args.slice(3)) await run(['convert', args[0], '-i', args[1], '-o', args[2]], root + '/package.json')
}
all(process.argv.slice(3)).catch(e => { console.error(e); process.exit(1) })
`

func TestSAF(t *testing.T) {
	_ = shared(t)
	node, dir := program(t, "node"), peers(t, "@mitre/saf")
	script := filepath.Join(t.TempDir(), "convert.cjs")
	if err := os.WriteFile(script, []byte(convert), 0o600); err != nil {
		t.Fatal(err)
	}
	all := samples(t)
	args := []string{script, dir}
	for _, s := range all {
		args = append(args, "ckl2hdf", s.ckl, s.ckl+".hdf", "xccdf_results2hdf", s.xccdf, s.xccdf+".hdf")
	}
	run(t, node, args...)
	for _, s := range all {
		for _, from := range []string{s.ckl, s.xccdf} {
			text, err := os.ReadFile(from + ".hdf.json") // it ends without an error when it fails
			if err != nil {
				t.Errorf("%s: nothing was written of it", filepath.Base(from))
				continue
			}
			compareHDF(t, filepath.Base(from), text, s.findings)
		}
	}
}

// compareHDF compares status by status. HDF has no not-applicable: it is a skipped control of no impact.
func compareHDF(t *testing.T, where string, text []byte, findings []checklist.Finding) {
	t.Helper()
	var got hdf
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Profiles) != 1 || len(got.Profiles[0].Controls) != len(findings) {
		t.Errorf("%s: not every rule came through", where)
		return
	}
	for i, c := range got.Profiles[0].Controls {
		want := map[evidence.ChecklistStatus]string{evidence.StatusNotAFinding: "passed", evidence.StatusOpen: "failed", evidence.StatusNotApplicable: "skipped", evidence.StatusNotReviewed: "skipped"}[findings[i].Status]
		status := fmt.Sprint(len(c.Results), " results")
		if len(c.Results) == 1 {
			status = c.Results[0].Status
		}
		if status != want || (c.Impact == 0) != (findings[i].Status == evidence.StatusNotApplicable) {
			t.Errorf("%s: rule %s (%s): %s, impact %v, want %s", where, c.ID, findings[i].Rule.RuleID, status, c.Impact, want)
		}
	}
}
