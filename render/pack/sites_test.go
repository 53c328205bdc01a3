package pack_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

const twoSites = `<configuration>
<configSections><sectionGroup name="system.applicationHost"><section name="sites" overrideModeDefault="Deny"/></sectionGroup></configSections>
<system.applicationHost><sites>
 <site name="Default Web Site" id="1"><application path="/"><virtualDirectory path="/" physicalPath="D:\www"/></application>
  <bindings><binding protocol="http" bindingInformation="*:80:"/></bindings></site>
 <site name="Reports" id="2"><application path="/"><virtualDirectory path="/" physicalPath="D:\reports"/></application>
  <bindings><binding protocol="http" bindingInformation="*:8080:"/></bindings></site>
</sites></system.applicationHost>
</configuration>
`

const siteBenchmark = `<?xml version="1.0" encoding="utf-8"?>
<Benchmark xmlns:dc="http://purl.org/dc/elements/1.1/" id="Sample_Site_STIG" xmlns="http://checklists.nist.gov/xccdf/1.1">
<status date="2026-01-02">accepted</status><title>Sample Site Security Technical Implementation Guide</title><description>One rule.</description>
<plain-text id="release-info">Release: 1 Benchmark Date: 02 Jan 2026</plain-text><version>1</version>
<Group id="V-100001"><title>SRG-SAMPLE-1</title><description>&lt;GroupDescription&gt;&lt;/GroupDescription&gt;</description>
<Rule id="SV-100001r1_rule" weight="10.0" severity="medium"><version>SAMPLE-00-000001</version><title>The site must have an owner.</title>
<description>&lt;VulnDiscussion&gt;Somebody must care.&lt;/VulnDiscussion&gt;&lt;Documentable&gt;false&lt;/Documentable&gt;</description>
<reference><dc:title>DPMS Target Sample</dc:title><dc:subject>Sample</dc:subject><dc:identifier>77</dc:identifier></reference>
<ident system="http://cyber.mil/cci">CCI-000366</ident><fixtext fixref="F-1_fix">Name one.</fixtext><fix id="F-1_fix" />
<check system="C-1_chk"><check-content-ref href="x.xml" name="M" /><check-content>Ask who owns the site. If nobody does, this is a finding.</check-content></check></Rule></Group>
</Benchmark>
`

const siteChecklist = `<CHECKLIST><ASSET><HOST_NAME>automate01.example.com</HOST_NAME><WEB_DB_SITE>reports</WEB_DB_SITE></ASSET><STIGS><iSTIG><STIG_INFO>
<SI_DATA><SID_NAME>stigid</SID_NAME><SID_DATA>Sample_Site_STIG</SID_DATA></SI_DATA></STIG_INFO>
<VULN><STIG_DATA><VULN_ATTRIBUTE>Vuln_Num</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-100001</ATTRIBUTE_DATA></STIG_DATA><STATUS>NotAFinding</STATUS></VULN>
</iSTIG></STIGS></CHECKLIST>`

// TestChecklistOfEachSite packs a host with two sites: a benchmark of sites is judged for each, and each has its checklist.
func TestChecklistOfEachSite(t *testing.T) {
	asOf := time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
	in := pack.Inputs{Tool: "auditpack test", AsOf: asOf, Guide: oneControl(),
		Benchmarks: []pack.File{{Name: "site-xccdf.xml", Data: []byte(siteBenchmark)}}, Carry: []pack.File{{Name: "reports.ckl", Data: []byte(siteChecklist)}},
		Hosts: []pack.Host{{After: snapshotOf(t, "applicationHost.config", twoSites, asOf)}}}
	dest := filepath.Join(t.TempDir(), "package")
	written, err := pack.Write(t.Context(), in, nil, pack.Destination{Path: dest})
	if err != nil {
		t.Fatal(err)
	}
	var sites []string
	for _, b := range written.Audit.Hosts[0].Benchmarks {
		sites = append(sites, b.Site)
	}
	if diff := cmp.Diff([]string{"Default Web Site", "Reports"}, sites); diff != "" {
		t.Fatal(diff)
	}
	for _, b := range written.Audit.Hosts[0].Benchmarks {
		if want := map[string]evidence.Result{"Reports": evidence.Pass, "Default Web Site": evidence.NeedsReview}[b.Site]; b.Rules[0].After.Result != want {
			t.Errorf("%s: %s, want %s: the earlier checklist is about one site", b.Site, b.Rules[0].After.Result, want)
		}
	}
	for name, site := range map[string]string{"automate01-sample_site_stig-default-web-site": "Default Web Site", "automate01-sample_site_stig-reports": "Reports"} {
		ckl, err := os.ReadFile(filepath.Join(dest, "data/checklists", name+".ckl"))
		if err != nil || !bytes.Contains(ckl, []byte("<WEB_DB_SITE>"+site+"</WEB_DB_SITE>")) {
			t.Errorf("%s.ckl: %v: does not name its site", name, err)
		}
		var cklb struct {
			Target struct {
				Site string `json:"web_db_site"`
			} `json:"target_data"`
		}
		data, err := os.ReadFile(filepath.Join(dest, "data/checklists", name+".cklb"))
		if err != nil || json.Unmarshal(data, &cklb) != nil || cklb.Target.Site != site {
			t.Errorf("%s.cklb: %v: is about the site %q", name, err, cklb.Target.Site)
		}
		if _, err := os.Stat(filepath.Join(dest, "data/xccdf", name+".xml")); err != nil {
			t.Error(err)
		}
	}
}

// snapshotOf is a snapshot of AUTOMATE01 with one file.
func snapshotOf(t *testing.T, name, text string, taken time.Time) *snapshot.Snapshot {
	t.Helper()
	return snapshotOn(t, "AUTOMATE01", name, text, taken)
}

// snapshotOn is a snapshot of the host with this name.
func snapshotOn(t *testing.T, host, name, text string, taken time.Time) *snapshot.Snapshot {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "snapshot")
	w, err := snapshot.Create(dest, snapshot.Header{Host: host, Operator: "operator", Tool: "auditpack test"}, bag.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	item := evidence.Item{Name: name, Collector: "iis", Status: evidence.Captured, Origin: evidence.OriginImported, Host: host, By: "operator", Taken: taken}
	if _, err := w.Put(item, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	opened, err := snapshot.Open(t.Context(), dest, bag.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { opened.Close() })
	return opened
}
