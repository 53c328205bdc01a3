package pack_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/render"
	"auditpack/render/pack"
)

// saidRule is a rule, what people say of it, and what has to stand in every output.
type saidRule struct {
	name   string
	check  string // good, bad, unseen: a value in the evidence; empty: the text asks for a person
	status string // in the carried checklist
	text   string // comment in it
	attest string // an entry of the answers, but for its control
	accept string

	result evidence.Result
	basis  evidence.Basis
	marks  []string // in the row of the workbook, and in the finding's comments
}

const (
	holdsNow    = "{holds: true, by: P. Example, on: 2026-11-01, valid_until: 2026-12-31, comment: Asked every owner of it.}"
	holdsNot    = "{holds: false, by: P. Example, on: 2026-11-01, valid_until: 2026-12-31}"
	heldOnce    = "{holds: true, by: P. Example, on: 2026-01-01, valid_until: 2026-10-31}"
	acceptedNow = "{reason: The new one is on its way., approver: R. Example, on: 2026-11-01, expires: 2026-12-31}"
	wasAccepted = "{reason: The new one is on its way., approver: R. Example, on: 2026-01-01, expires: 2026-10-31}"
)

var saidRules = []saidRule{
	{name: "as the evidence", check: "good", status: "NotAFinding", result: evidence.Pass, basis: evidence.BasisEvidence, marks: []string{"old words.ckl (V1R1) says NotAFinding, as the verdict does"}},
	{name: "Open against the evidence", check: "good", status: "Open", text: "It was open in spring, said the night shift.", result: evidence.Pass, basis: evidence.BasisEvidence,
		marks: []string{"old words.ckl (V1R1) says Open; contradicted: the evidence decides NotAFinding, which stands", "It was open in spring"}},
	{name: "NotAFinding against the evidence", check: "bad", status: "NotAFinding", result: evidence.Fail, basis: evidence.BasisEvidence, marks: []string{"contradicted: the evidence decides Open, which stands"}},
	{name: "NotAFinding, not collected", check: "unseen", status: "NotAFinding", result: evidence.NotCollected, basis: evidence.BasisNone,
		marks: []string{"not carried: this is for evidence to decide, and no earlier checklist stands in for it"}},
	{name: "Open, not collected", check: "unseen", status: "Open", result: evidence.Fail, basis: evidence.BasisCarried, marks: []string{"says Open, a person's status, which decides"}},
	{name: "nobody said anything", result: evidence.NeedsReview, basis: evidence.BasisNone},
	{name: "carried NotAFinding", status: "NotAFinding", text: "Looked at each share by hand.", result: evidence.Pass, basis: evidence.BasisCarried, marks: []string{"says NotAFinding, a person's status, which decides", "Looked at each share by hand."}},
	{name: "carried Open", status: "Open", result: evidence.Fail, basis: evidence.BasisCarried, marks: []string{"says Open, a person's status, which decides"}},
	{name: "carried Not_Applicable", status: "Not_Applicable", result: evidence.NotApplicable, basis: evidence.BasisCarried, marks: []string{"says Not_Applicable, a person's status, which decides"}},
	{name: "attested", attest: holdsNow, result: evidence.Pass, basis: evidence.BasisAttestation, marks: []string{"P. Example", "Asked every owner of it."}},
	{name: "attested not to hold, accepted", attest: holdsNot, accept: acceptedNow, result: evidence.Fail, basis: evidence.BasisAttestation, marks: []string{"P. Example", "Accepted by R. Example"}},
	{name: "attestation expired", attest: heldOnce, status: "Not_Reviewed", text: "Nobody knows any more.", result: evidence.NeedsReview, basis: evidence.BasisNone, marks: []string{"expired, counts as nothing", "Nobody knows any more."}},
	{name: "accepted", check: "bad", accept: acceptedNow, result: evidence.Fail, basis: evidence.BasisEvidence, marks: []string{"Accepted by R. Example"}},
	{name: "exception expired", check: "bad", accept: wasAccepted, result: evidence.Fail, basis: evidence.BasisEvidence, marks: []string{"Expired was accepted by R. Example"}},
	{name: "attested, and carried otherwise", attest: holdsNow, status: "Open", result: evidence.Pass, basis: evidence.BasisAttestation, marks: []string{"contradicted: the answers decide NotAFinding, which stands"}},
	{name: "attested against the evidence", check: "good", attest: holdsNot, result: evidence.Pass, basis: evidence.BasisEvidence, marks: []string{"the evidence says otherwise and stands"}},
	{name: "attested, not collected", check: "unseen", attest: holdsNow, result: evidence.NotCollected, basis: evidence.BasisNone, marks: []string{"no attestation stands in for it"}},
	{name: "carried Open, accepted", status: "Open", accept: acceptedNow, result: evidence.Fail, basis: evidence.BasisCarried, marks: []string{"Accepted by R. Example", "which decides"}},
	{name: "attestation expired, carried", attest: heldOnce, status: "NotAFinding", result: evidence.Pass, basis: evidence.BasisCarried, marks: []string{"expired, counts as nothing", "which decides"}},
	{name: "this program's own status of then", status: "own", result: evidence.NeedsReview, basis: evidence.BasisNone, marks: []string{"not carried: it was the verdict of then, no person's status"}},
	{name: "no status of any form", status: "Erledigt", result: evidence.NeedsReview, basis: evidence.BasisNone, marks: []string{"says Erledigt; not carried: no checklist has such a status"}},
}

func saidID(i int) string { return fmt.Sprint(200_000 + i) }

// saidBenchmark is the benchmark of saidRules, in its second release.
func saidBenchmark() []byte {
	var s strings.Builder
	s.WriteString(`<?xml version="1.0" encoding="utf-8"?>
<Benchmark xmlns:dc="http://purl.org/dc/elements/1.1/" id="Said_STIG" xmlns="http://checklists.nist.gov/xccdf/1.1">
<status date="2026-01-02">accepted</status><title>Said Security Technical Implementation Guide</title><description>Rules that people speak of.</description>
<plain-text id="release-info">Release: 2 Benchmark Date: 02 Jan 2026</plain-text><version>1</version>
`)
	for i, r := range saidRules {
		check := "Ask whoever runs it. If nobody knows, this is a finding."
		if r.check != "" {
			check = fmt.Sprintf("If the following registry value does not exist or is not configured as specified, this is a finding:\n\n"+
				"Registry Hive: HKEY_LOCAL_MACHINE\nRegistry Path: \\SOFTWARE\\%s\\\n\nValue Name: Level\n\nType: REG_DWORD\nValue: 0x00000001 (1)", r.check)
		}
		fmt.Fprintf(&s, `<Group id="V-%[1]s"><title>SRG-SAID-%[1]s</title><description>&lt;GroupDescription&gt;&lt;/GroupDescription&gt;</description>
<Rule id="SV-%[1]sr2_rule" weight="10.0" severity="medium"><version>SAID-00-%[1]s</version><title>Rule %[1]s must hold.</title>
<description>&lt;VulnDiscussion&gt;Somebody must care.&lt;/VulnDiscussion&gt;&lt;Documentable&gt;false&lt;/Documentable&gt;</description>
<reference><dc:title>DPMS Target Said</dc:title><dc:subject>Said</dc:subject><dc:identifier>77</dc:identifier></reference>
<ident system="http://cyber.mil/cci">CCI-000366</ident><fixtext fixref="F-%[1]s_fix">Do it.</fixtext><fix id="F-%[1]s_fix" />
<check system="C-%[1]s_chk"><check-content-ref href="x.xml" name="M" /><check-content>%[2]s</check-content></check></Rule></Group>
`, saidID(i), check)
	}
	return []byte(s.String() + "</Benchmark>\n")
}

// saidChecklist is a CKL of its first release, as people filled it in, with a rule that is gone.
func saidChecklist() []byte {
	var s strings.Builder
	s.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<CHECKLIST><ASSET><HOST_NAME>AUTOMATE01</HOST_NAME></ASSET><STIGS><iSTIG><STIG_INFO>
<SI_DATA><SID_NAME>version</SID_NAME><SID_DATA>1</SID_DATA></SI_DATA><SI_DATA><SID_NAME>stigid</SID_NAME><SID_DATA>Said_STIG</SID_DATA></SI_DATA>
<SI_DATA><SID_NAME>releaseinfo</SID_NAME><SID_DATA>Release: 1 Benchmark Date: 01 Jan 2025</SID_DATA></SI_DATA></STIG_INFO>
`)
	rule := func(id, status, details, comment string) {
		fmt.Fprintf(&s, `<VULN><STIG_DATA><VULN_ATTRIBUTE>Vuln_Num</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-%[1]s</ATTRIBUTE_DATA></STIG_DATA>
<STIG_DATA><VULN_ATTRIBUTE>Rule_ID</VULN_ATTRIBUTE><ATTRIBUTE_DATA>SV-%[1]sr1_rule</ATTRIBUTE_DATA></STIG_DATA>
<STATUS>%[2]s</STATUS><FINDING_DETAILS>%[3]s</FINDING_DETAILS><COMMENTS>%[4]s</COMMENTS></VULN>
`, id, status, details, comment)
	}
	for i, r := range saidRules {
		switch r.status {
		case "own":
			own := "[auditpack] Status NotAFinding: verdict pass, basis attestation.\n"
			rule(saidID(i), "NotAFinding", own+"[auditpack] End "+evidence.DigestOf([]byte(own)).Short()+".", "")
		case "":
			rule(saidID(i), "Not_Reviewed", "", r.text)
		default:
			rule(saidID(i), r.status, "", r.text)
		}
	}
	rule("300000", "Open", "", "This rule is gone.")
	s.WriteString("</iSTIG></STIGS></CHECKLIST>\n")
	return []byte(s.String())
}

func saidAnswers() []byte {
	var s strings.Builder
	s.WriteString("client: Example Dental Group\n")
	ids := []string{"V-%s", "SV-%sr2_rule", "SAID-00-%s"} // a rule may be named by any of its ids
	for _, kind := range []struct {
		name  string
		entry func(saidRule) string
	}{{"attestations", func(r saidRule) string { return r.attest }}, {"exceptions", func(r saidRule) string { return r.accept }}} {
		s.WriteString(kind.name + ":\n")
		for i, r := range saidRules {
			if entry := kind.entry(r); entry != "" {
				fields := strings.ReplaceAll(strings.Trim(entry, "{}"), ", ", "\n    ")
				fmt.Fprintf(&s, "  - control: "+ids[i%3]+"\n    %s\n", saidID(i), fields)
			}
		}
	}
	return []byte(s.String())
}

func saidInputs(t *testing.T) pack.Inputs {
	const values = "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\good]\r\n\"Level\"=dword:00000001\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\bad]\r\n\"Level\"=dword:00000002\r\n\r\n"
	return pack.Inputs{Tool: "auditpack test", AsOf: replayTime, Guide: oneControl(), Answers: saidAnswers(),
		Benchmarks: []pack.File{{Name: "said-xccdf.xml", Data: saidBenchmark()}}, Carry: []pack.File{{Name: "old words.ckl", Data: saidChecklist()}},
		Hosts: []pack.Host{{After: snapshotOf(t, "after.reg", values, replayTime.AddDate(0, 0, -1)), Before: snapshotOf(t, "before.reg", values, replayTime.AddDate(0, -3, 0))}}}
}

// TestSaidReachesEveryOutput: whatever people said of a rule, all outputs of one package give it one status, and say on whose word.
func TestSaidReachesEveryOutput(t *testing.T) {
	in := saidInputs(t)
	path := packed(t, in, nil)
	files := contents(t, path)
	want := map[string]string{}
	var wantPlanned []string
	for i, r := range saidRules {
		want[saidID(i)] = string(evidence.StatusOf(r.result))
		if r.result == evidence.Fail {
			wantPlanned = append(wantPlanned, "SV-"+saidID(i)+"r2_rule")
		}
	}
	all := statusesOf(t, files)
	for _, output := range []string{"CKL", "CKLB", "XCCDF", "audit.json", "workbook", "OSCAL", "report"} {
		if diff := cmp.Diff(want, all[output]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", output, diff)
		}
	}
	got := planned(t, files)
	slices.Sort(got)
	if diff := cmp.Diff(wantPlanned, got); diff != "" {
		t.Errorf("plan of action (-want +got):\n%s", diff)
	}
	a := auditOf(t, files)
	rows, findings := ruleRows(t, files), oscalFindings(t, files)
	for i, r := range saidRules {
		of := a.Hosts[0].Benchmarks[0].Rules[i]
		if of.After.Basis != r.basis || rows[i]["Basis"] != string(r.basis) {
			t.Errorf("%s: basis %q, in the workbook %q, want %q", r.name, of.After.Basis, rows[i]["Basis"], r.basis)
		}
		if r.attest == "" && of.Movement != "" && of.Movement != evidence.StillFailing { // the same words, and the same server
			t.Errorf("%s: moved: %s", r.name, of.Movement)
		}
		row := fmt.Sprint(rows[i])
		for _, mark := range r.marks {
			if !strings.Contains(row, mark) {
				t.Errorf("%s: the workbook does not say %q: %s", r.name, mark, row)
			}
		}
		f, ok := findings["SV-"+saidID(i)+"r2_rule"]
		props := fmt.Sprint(f.Props)
		if ok && r.basis != "" && !strings.Contains(props, "{basis "+string(r.basis)+"}") {
			t.Errorf("%s: OSCAL: %s", r.name, props)
		}
		if r.accept == acceptedNow && !strings.Contains(props, "{exception accepted}") || r.accept == wasAccepted && !strings.Contains(props, "{exception expired}") {
			t.Errorf("%s: OSCAL's exception: %s", r.name, props)
		}
		if strings.Contains(row, "contradicted: ") && !strings.Contains(f.Remarks, "contradicted") {
			t.Errorf("%s: OSCAL says nothing of the contradiction: %s", r.name, f.Remarks)
		}
	}
	if c := a.Hosts[0].Benchmarks[0].Counts; c.Accepted != 3 {
		t.Errorf("%d accepted, want 3", c.Accepted)
	}
}

// TestSaidFleet: of many hosts, what people said of one is said of that one alone, and the report says on whose word a rule fails.
func TestSaidFleet(t *testing.T) {
	in := saidInputs(t)
	for i := range 5 {
		in.Hosts = append(in.Hosts, pack.Host{After: snapshotOn(t, fmt.Sprintf("SERVER0%d", i), "a.reg", levelIs+"1\r\n\r\n", replayTime.AddDate(0, 0, -1))})
	}
	files := contents(t, packed(t, in, nil))
	a := auditOf(t, files)
	for _, h := range a.Hosts {
		words := 0
		for _, r := range h.Benchmarks[0].Rules {
			words += len(r.Carried)
		}
		if (words > 0) != (h.Name == "AUTOMATE01") {
			t.Errorf("%s: %d words", h.Name, words)
		}
	}
	if c := a.Carried[0]; c.Statuses != 6 || c.Comments != 3 {
		t.Errorf("%+v", c)
	}
	report := map[string]string{}
	for _, p := range render.Build(a).Parts {
		text, _ := json.Marshal(p.Blocks)
		report[p.Title] += string(text)
	}
	for part, text := range map[string]string{"STIG": "by a person's word on AUTOMATE01", "Carried checklists": "SV-300000r1_rule"} {
		if !strings.Contains(report[part], text) {
			t.Errorf("the report's part %s does not say %q", part, text)
		}
	}
	if n := len(ruleRows(t, files)); n != 6*len(saidRules) {
		t.Errorf("%d rows of rules", n)
	}
}

// TestSaidIsListed: what was carried of the checklist, and what was not, stands in the package.
func TestSaidIsListed(t *testing.T) {
	files := contents(t, packed(t, saidInputs(t), nil))
	list := auditOf(t, files).Carried
	if len(list) != 1 {
		t.Fatalf("%+v", list)
	}
	c := list[0]
	if c.File != "old words.ckl" || c.Path != "data/inputs/checklists/1-oldwords.ckl" || c.Digest != evidence.DigestOf([]byte(files[c.Path])) || c.Form != "CKL" || c.Host != "AUTOMATE01" ||
		!slices.Equal(c.STIGs, []evidence.CarriedSTIG{{ID: "Said_STIG", Release: "V1R1", Now: "V1R2"}}) || c.Comments != 3 || c.Statuses != 6 || c.Agrees != 1 || c.Against != 3 {
		t.Errorf("%+v", c)
	}
	var left []string
	for _, l := range c.Left {
		part := files[c.Path][l.Cite.Offset : l.Cite.Offset+l.Cite.Length]
		if !strings.HasPrefix(part, "<VULN>") || !strings.Contains(part, l.Rule) || 1+strings.Count(files[c.Path][:l.Cite.Offset], "\n") != l.Cite.Line {
			t.Errorf("%s cites line %d, %.60q", l, l.Cite.Line, part)
		}
		left = append(left, l.Rule+" "+l.What)
	}
	want := []string{"SV-200001r1_rule status Open", "SV-200002r1_rule status NotAFinding", "SV-200003r1_rule status NotAFinding", "SV-200014r1_rule status Open",
		"SV-200019r1_rule status NotAFinding", "SV-200020r1_rule status Erledigt", "SV-300000r1_rule status Open and comments"}
	if diff := cmp.Diff(want, left); diff != "" {
		t.Errorf("left (-want +got):\n%s", diff)
	}
	book, err := excelize.OpenReader(strings.NewReader(files["data/workbook.xlsx"]))
	decode(t, err)
	defer book.Close()
	rows, err := book.GetRows(render.SheetCarried)
	decode(t, err)
	report := ""
	for _, p := range render.Build(auditOf(t, files)).Parts {
		if p.Title == "Carried checklists" && p.Report {
			text, _ := json.Marshal(p.Blocks)
			report = string(text)
		}
	}
	for _, text := range []string{"another release, V1R1 there and V1R2 judged", "SV-300000r1_rule", "no rule of the benchmark has or had one of its ids", c.Digest.String()} {
		if !strings.Contains(fmt.Sprint(rows), text) || !strings.Contains(report, text) {
			t.Errorf("%q: in the workbook %t, in the report %t", text, strings.Contains(fmt.Sprint(rows), text), strings.Contains(report, text))
		}
	}
	if len(rows) != 2+len(want) {
		t.Errorf("%d rows in the sheet", len(rows))
	}
}

// TestSaidReplays: the package is made again out of its own inputs, and one in which somebody changed a word is not.
func TestSaidReplays(t *testing.T) {
	in := saidInputs(t)
	in.CCI, in.CKLBStrict = &pack.File{Name: "cci.xml", Data: []byte(oneCCI)}, true
	path := packed(t, in, nil)
	r, err := replayed(t, path, "auditpack test")
	if err != nil || r.NotDone != "" || len(r.Differences) > 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	const checklist = "data/inputs/checklists/1-oldwords.ckl"
	for _, test := range []struct{ name, file, old, new string }{
		{"another status in the checklist", checklist, "<STATUS>Open</STATUS>", "<STATUS>NotAFinding</STATUS>"},
		{"another comment in the checklist", checklist, "Looked at each share by hand.", "Looked at no share."},
		{"another status in audit.json", "data/audit.json", `"use": "decides"`, `"use": "agrees"`},
		{"a comment in audit.json", "data/audit.json", "Looked at each share by hand.", "Looked at each share twice."},
		{"a status in the CKL", "data/checklists/automate01-said_stig.ckl", "<STATUS>Open</STATUS>", "<STATUS>NotAFinding</STATUS>"},
		{"an attestation of longer", evidence.AnswersPath, "valid_until: 2026-10-31", "valid_until: 2026-12-31"},
		{"CKLB of the other kind", "data/inputs/pack.json", "\n  \"cklb_strict\": true,", ""},
		{"another list of CCIs", "data/inputs/cci/1-cci.xml", "CM-6 b", "CM-7 b"},
	} {
		forgery := forged(t, path, func(files map[string][]byte) {
			if !bytes.Contains(files[test.file], []byte(test.old)) {
				t.Fatalf("%s: %s has no %q", test.name, test.file, test.old)
			}
			files[test.file] = bytes.Replace(files[test.file], []byte(test.old), []byte(test.new), 1)
		})
		if r, err := replayed(t, forgery, "auditpack test"); err == nil && len(r.Differences) == 0 {
			t.Errorf("%s: nothing differs", test.name)
		}
	}
}

// TestSaidReduced: in a package without evidence verdicts stand on the same words, and nothing that people wrote is in it.
func TestSaidReduced(t *testing.T) {
	in := saidInputs(t)
	whole := contents(t, packed(t, in, nil))
	in.WithoutEvidence = true
	path := packed(t, in, nil)
	files := contents(t, path)
	if diff := cmp.Diff(statusesOf(t, whole), statusesOf(t, files)); diff != "" {
		t.Errorf("the whole one says otherwise (-whole +reduced):\n%s", diff)
	}
	book, err := excelize.OpenReader(strings.NewReader(files["data/workbook.xlsx"]))
	decode(t, err)
	defer book.Close()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		decode(t, err)
		files["sheet "+sheet] = fmt.Sprint(rows)
	}
	for name, text := range files {
		for _, secret := range []string{"share by hand", "night shift", "Nobody knows", "old words", "oldwords", "every owner", "on its way", "Erledigt"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s holds %q", name, secret)
			}
		}
	}
	in.WithComments = true
	said := contents(t, packed(t, in, nil))
	if text := said["data/checklists/automate01-said_stig.ckl"]; !strings.Contains(text, "Looked at each share by hand.") || strings.Contains(text, "old words") {
		t.Error("with comments: the words of people do not stay, or the name of their file does")
	}
	a := auditOf(t, files)
	if c := a.Carried; len(c) != 1 || c[0].STIGs[0].Release != "V1R1" || c[0].Path != "data/inputs/checklists/1" || c[0].Host != "AUTOMATE01" || c[0].Statuses != 6 {
		t.Errorf("%+v", c)
	}
	r, err := pack.Verify(t.Context(), path, pack.VerifyOptions{})
	if err != nil || !r.Intact() {
		t.Errorf("%v %v", err, r.Err())
	}
	if r, err := pack.Verify(t.Context(), packed(t, saidInputs(t), nil), pack.VerifyOptions{}); err != nil || !r.Intact() {
		t.Errorf("whole: %v %v", err, r.Err())
	}
}

// TestCKLBStrict: by DISA's published schema a STIG in a CKLB has no version.
func TestCKLBStrict(t *testing.T) {
	for _, strict := range []bool{false, true} {
		in := saidInputs(t)
		in.CKLBStrict = strict
		files := contents(t, packed(t, in, nil))
		if has := strings.Contains(files["data/checklists/automate01-said_stig.cklb"], `"version":"1"`); has == strict {
			t.Errorf("strict %t: the version is there: %t", strict, has)
		}
		if has := strings.Contains(files["data/inputs/pack.json"], `"cklb_strict": true`); has != strict {
			t.Errorf("strict %t: pack.json says so: %t", strict, has)
		}
	}
}

const oneCCI = `<?xml version="1.0" encoding="utf-8"?>
<cci_list xmlns="http://iase.disa.mil/cci"><metadata><version>2030-01-02</version></metadata><cci_items>
<cci_item id="CCI-000366"><references>
<reference creator="NIST" title="NIST SP 800-53 Revision 4" version="4" location="x" index="CM-6 b"/>
<reference creator="NIST" title="NIST SP 800-53 Revision 5" version="5" location="x" index="CM-6 b"/>
</references></cci_item>
</cci_items></cci_list>`
