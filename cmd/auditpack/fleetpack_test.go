package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/evidence/bag"
	"auditpack/evidence/trend"
	"auditpack/render"
	"auditpack/render/pack"
)

const fleetAnswers = `client: Example
facts:
  - hosts: [member01.example.com]
    domain_member: true
attestations:
  - {control: "question:edr-server", hosts: [WEB01, files01], holds: true, by: service desk lead, on: 2026-10-15, valid_until: 2027-01-15}
exceptions:
  - {control: stig2-autoplay-nonvolume, hosts: [member01], reason: no devices, approver: head of operations, on: 2026-10-01, expires: 2026-12-18}
  - {control: stig2-autoplay-nonvolume, hosts: [GONE01], reason: no devices, approver: head of operations, on: 2026-10-01, expires: 2026-12-18}
`

// fleetSTIG has one rule that the sample's servers do not follow.
const fleetSTIG = `<?xml version="1.0" encoding="utf-8"?>
<Benchmark xmlns:dc="http://purl.org/dc/elements/1.1/" id="Fleet_STIG" xmlns="http://checklists.nist.gov/xccdf/1.1">
<status date="2026-01-02">accepted</status><title>Fleet Security Technical Implementation Guide</title><description>One rule.</description>
<plain-text id="release-info">Release: 1 Benchmark Date: 02 Jan 2026</plain-text><version>1</version>
<Group id="V-100001"><title>SRG</title><description></description><Rule id="SV-100001r1_rule" weight="10.0" severity="high"><version>FLEE-00-000001</version>
<title>RestrictAnonymous must be set.</title><description>&lt;VulnDiscussion&gt;x&lt;/VulnDiscussion&gt;</description>
<ident system="http://cyber.mil/cci">CCI-000366</ident><fixtext fixref="F-1_fix">Set it.</fixtext><fix id="F-1_fix" />
<check system="C-1_chk"><check-content-ref href="x.xml" name="M" /><check-content>If the following registry value does not exist or is not configured as specified, this is a finding:

Registry Hive: HKEY_LOCAL_MACHINE
Registry Path: \SYSTEM\CurrentControlSet\Control\Lsa\

Value Name: RestrictAnonymous

Type: REG_DWORD
Value: 0x00000001 (1)</check-content></check></Rule></Group>
</Benchmark>
`

// packThree packs the three hosts, two of them with an earlier snapshot, and returns the package and what was said.
func packThree(t *testing.T) (dest, said string) {
	t.Helper()
	dir := t.TempDir()
	var afters, befores []string
	for _, h := range threeHosts(t) {
		afters = append(afters, writeFleetHost(t, dir, h))
		if h.name != "FILES01" {
			h.folder = "before"
			befores = append(befores, writeFleetHost(t, dir, h))
		}
	}
	slices.Reverse(befores) // the order of flags does not count
	answers, stig := filepath.Join(dir, "answers.yaml"), filepath.Join(dir, "fleet-xccdf.xml")
	for name, text := range map[string]string{answers: fleetAnswers, stig: fleetSTIG} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out, talk bytes.Buffer
	dest = filepath.Join(dir, "package.zip")
	o := packOptions{inputFlags: inputFlags{answers: answers, asOf: "2026-10-21T09:00:00Z", stig: []string{stig}}, dest: dest, before: befores, unsigned: true, sets: []string{"insurance"}}
	if err := runPack(t.Context(), o, afters, &out, &talk); err != nil {
		t.Fatal(err)
	}
	return dest, talk.String()
}

func TestThreeHosts(t *testing.T) {
	dest, said := packThree(t)
	if !strings.Contains(said, `exception of stig2-autoplay-nonvolume: no host here is called "GONE01"`) {
		t.Errorf("that nobody is called GONE01 was not said: %s", said)
	}
	b, err := bag.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	read := func(path string) []byte {
		text, err := b.ReadFile(path, 1<<28)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	var a audit.Audit
	if err := json.Unmarshal(read("data/audit.json"), &a); err != nil {
		t.Fatal(err)
	}
	checkThree(t, a)
	checkMatrix(t, a, read("data/workbook.xlsx"))
	for _, h := range a.Hosts {
		name := strings.ToLower(h.Name)
		for _, path := range []string{"data/checklists/" + name + "-fleet_stig.ckl", "data/checklists/" + name + "-fleet_stig.cklb", "data/xccdf/" + name + "-fleet_stig.xml"} {
			if text := string(read(path)); !strings.Contains(text, h.Name) {
				t.Errorf("%s does not name its host", path)
			}
		}
		_, before := b.File("data/snapshots/" + name + "/before/bagit.txt")
		if want := h.Name != "FILES01"; before != want || (h.Before != nil) != want {
			t.Errorf("%s: an earlier snapshot: %t, want %t", h.Name, before, want)
		}
	}
	checkSubjects(t, a, read("data/oscal/assessment-results.json"))
	var weighed []int // five snapshots of three hosts, before they are judged again and after
	weigh := func(n int) func() {
		weighed = append(weighed, n)
		return func() { weighed = append(weighed, -n) }
	}
	report, err := pack.Verify(t.Context(), dest, pack.VerifyOptions{Replay: "auditpack " + version, Weigh: weigh})
	if replayed := report.Replay; err != nil || report.Err() != nil || replayed == nil || replayed.NotDone != "" || len(replayed.Differences) > 0 {
		t.Errorf("replay: %v, %v: %+v", err, report.Err(), replayed)
	}
	if !slices.Equal(weighed, []int{5, -5}) {
		t.Errorf("weighed %v, want 5 snapshots once", weighed)
	}
	later := a
	later.AsOf = a.AsOf.AddDate(0, 3, 0)
	followed, err := trend.Of("auditpack", []trend.Package{{Path: "1", Digest: evidence.DigestOf([]byte("1")), Audit: a}, {Path: "2", Digest: evidence.DigestOf([]byte("2")), Audit: later}})
	if err != nil || len(followed.Hosts) != 3 {
		t.Fatalf("%d hosts are followed: %v", len(followed.Hosts), err)
	}
	for _, x := range followed.Exceptions {
		if x.Hosts[0] == "member01" && !slices.Equal(x.Failing, []string{"MEMBER01"}) || x.Hosts[0] == "GONE01" && len(x.Failing) > 0 {
			t.Errorf("the exception for %v is said to cover failures on %v", x.Hosts, x.Failing)
		}
	}
}

// checkThree looks at verdicts, exceptions and answers that are not the same on all hosts.
func checkThree(t *testing.T, a audit.Audit) {
	of := map[string]*audit.MatrixLine{}
	for _, m := range a.Matrix() {
		of[m.Control.ID] = &m
	}
	for id, want := range map[string][]evidence.Result{ // WEB01, MEMBER01, FILES01
		"scope-iis10":               {evidence.Pass, evidence.NotCollected, evidence.Pass},
		"fw-only-listed-ports-open": {evidence.Fail, evidence.Fail, evidence.NotCollected},
		"fw-ad-tcp-445":             {evidence.Fail, evidence.NotApplicable, evidence.NotCollected},
		"stig2-autoplay-nonvolume":  {evidence.Fail, evidence.Fail, evidence.Fail},
	} {
		if got := of[id].Results; !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", id, got, want)
		}
	}
	for i, c := range of["stig2-autoplay-nonvolume"].Of {
		if accepted := c.Exception != nil; accepted != (a.Hosts[i].Name == "MEMBER01") {
			t.Errorf("%s: accepted: %t; the exception is for MEMBER01 only", a.Hosts[i].Name, accepted)
		}
	}
	partial := false
	for _, q := range a.Questionnaires[0].Answers {
		if p := q.Portion; p != nil && p.Unit == "servers" {
			partial = partial || p.M == 3
		}
		if q.ID == "edr-server" && q.Status == evidence.Confirmed {
			t.Errorf("edr-server is confirmed, and nobody spoke of MEMBER01: %s", q.Comment)
		}
		if len(q.Hosts) != 3 {
			t.Errorf("%s is answered over %d hosts", q.ID, len(q.Hosts))
		}
	}
	if !partial {
		t.Error("no answer is partial, n of 3 servers")
	}
}

// checkMatrix holds the workbook's sheet against the verdicts.
func checkMatrix(t *testing.T, a audit.Audit, workbook []byte) {
	f, err := excelize.OpenReader(bytes.NewReader(workbook))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows(render.SheetMatrix)
	if err != nil || len(rows) != 107 {
		t.Fatalf("%d rows: %v", len(rows), err)
	}
	for i, m := range a.Matrix() {
		row := rows[i+1]
		if row[0] != m.Control.ID {
			t.Fatalf("row %d is %s, want %s", i+2, row[0], m.Control.ID)
		}
		for j, h := range m.Hosts {
			column := slices.Index(rows[0], h.Name)
			if column < 0 || row[column] != render.Mark(m.Results[j]) {
				t.Errorf("%s on %s is %q in column %d, want %s", row[0], h.Name, row[column], column, m.Results[j])
			}
		}
	}
	if panes, err := f.GetPanes(render.SheetMatrix); err != nil || !panes.Freeze || panes.XSplit != 1 || panes.YSplit != 1 {
		t.Errorf("panes %+v: %v", panes, err)
	}
}

// checkSubjects holds that each observation is about one host, and that each host is there.
func checkSubjects(t *testing.T, a audit.Audit, text []byte) {
	var document struct {
		Results struct {
			Results []struct {
				Definitions struct {
					Items []struct {
						UUID string `json:"uuid"`
					} `json:"inventory-items"`
				} `json:"local-definitions"`
				Observations []struct {
					Subjects []struct {
						UUID string `json:"subject-uuid"`
					} `json:"subjects"`
				} `json:"observations"`
			} `json:"results"`
		} `json:"assessment-results"`
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	result := document.Results.Results[0]
	for _, item := range result.Definitions.Items {
		seen[item.UUID] = 0
	}
	for _, o := range result.Observations {
		if len(o.Subjects) != 1 {
			t.Fatalf("an observation has %d subjects", len(o.Subjects))
		}
		seen[o.Subjects[0].UUID]++
	}
	if len(seen) != len(a.Hosts) {
		t.Errorf("%d subjects, want %d", len(seen), len(a.Hosts))
	}
	for id, n := range seen {
		if n < 106 {
			t.Errorf("%d observations of %s", n, id)
		}
	}
}
