package pack_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"auditpack/evidence"
	"auditpack/evidence/bag"
	"auditpack/evidence/snapshot"
	"auditpack/render/pack"
)

// Both benchmarks make every output of one host (audit.json, PDF, XLSX, CKL, CKLB, XCCDF, OSCAL and the bag around them)
// from evidence and a benchmark whose rules look for one registry value each; one in ten needs a person.

func BenchmarkRules300(b *testing.B)  { benchmarkRules(b, 300) }
func BenchmarkRules3000(b *testing.B) { benchmarkRules(b, 3000) }

// benchmarkRules reports the seconds of one package, and as MB the largest resident set of the process so far, where the
// system tells it; run one benchmark alone to read it.
func benchmarkRules(b *testing.B, n int) {
	asOf := time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
	in := pack.Inputs{Tool: "auditpack test", AsOf: asOf, Guide: oneControl(),
		Benchmarks: []pack.File{{Name: "many-xccdf.xml", Data: manyRules(n)}},
		Hosts:      []pack.Host{{After: valuesOf(b, n, asOf)}}}
	dest := filepath.Join(b.TempDir(), "package")
	for b.Loop() {
		written, err := pack.Write(b.Context(), in, nil, pack.Destination{Path: dest, Replace: true})
		if err != nil {
			b.Fatal(err)
		}
		c := written.Audit.Hosts[0].Benchmarks[0].Counts
		if c.Total() != n || c.Pass != n*7/10 || c.Fail != n*2/10 || c.NeedsReview != n/10 {
			b.Fatalf("%+v: want of %d rules seven in ten to pass, two to fail and one to need review", c, n)
		}
	}
	for _, name := range []string{"report.pdf", "workbook.xlsx", "checklists/automate01-many_rules_stig.ckl", "checklists/automate01-many_rules_stig.cklb",
		"xccdf/automate01-many_rules_stig.xml", "oscal/assessment-results.json", "oscal/poam.json"} {
		if _, err := os.Stat(filepath.Join(dest, "data", name)); err != nil {
			b.Error(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/op")
	if mb, ok := peakMemory(); ok {
		b.ReportMetric(mb, "peak-MB")
	}
}

// oneControl is the smallest guide.
func oneControl() fstest.MapFS {
	return fstest.MapFS{
		"guide.yaml": {Data: []byte("id: small\ntitle: Small guide\nedition: \"1\"\nsections: [only.yaml]\n")},
		"only.yaml": {Data: []byte(`id: only
part: Only
title: Only
controls:
  - id: level-0
    statement: Level 0 is set
    severity: low
    fix: Set it.
    checks:
      - {kind: registry, address: 'registry:HKLM\SOFTWARE\Sample\Part 0!Level', want: ["= 1"]}
`)},
	}
}

// manyRules is a benchmark of n rules in DISA's form, with about 1,400 bytes of text each.
func manyRules(n int) []byte {
	var s strings.Builder
	s.WriteString(`<?xml version="1.0" encoding="utf-8"?>
<Benchmark xmlns:dc="http://purl.org/dc/elements/1.1/" id="Many_Rules_STIG" xmlns="http://checklists.nist.gov/xccdf/1.1">
<status date="2026-01-02">accepted</status><title>Many Rules Security Technical Implementation Guide</title><description>Rules to measure with.</description>
<plain-text id="release-info">Release: 1 Benchmark Date: 02 Jan 2026</plain-text><version>1</version>
`)
	discussion := strings.Repeat("A setting that nobody looks at is a setting that somebody else chooses. ", 8)
	fix := strings.Repeat("Set the value as the check asks, by policy where there is one. ", 8)
	for i := range n {
		fmt.Fprintf(&s, `<Group id="V-%[1]d"><title>SRG-MANY-%[1]d</title><description>&lt;GroupDescription&gt;&lt;/GroupDescription&gt;</description>
<Rule id="SV-%[1]dr1_rule" weight="10.0" severity="%[2]s"><version>MANY-00-%06[1]d</version><title>Part %[3]d of the sample must have its level set.</title>
<description>&lt;VulnDiscussion&gt;%[4]s&lt;/VulnDiscussion&gt;&lt;Documentable&gt;false&lt;/Documentable&gt;</description>
<reference><dc:title>DPMS Target Many</dc:title><dc:subject>Many</dc:subject><dc:identifier>77</dc:identifier></reference>
<ident system="http://cyber.mil/cci">%[5]s</ident><fixtext fixref="F-%[1]d_fix">%[6]s</fixtext><fix id="F-%[1]d_fix" />
<check system="C-%[1]d_chk"><check-content-ref href="x.xml" name="M" /><check-content>%[7]s</check-content></check></Rule></Group>
`, 100_000+i, []evidence.Severity{evidence.High, evidence.Medium, evidence.Medium, evidence.Low}[i%4], i, discussion,
			[]string{"CCI-000366", "CCI-000185", "CCI-001453", "CCI-000067"}[i%4], fix, checkText(i))
	}
	s.WriteString("</Benchmark>\n")
	return []byte(s.String())
}

// checkText asks for one value, or for a person's eyes.
func checkText(i int) string {
	if i%10 == 9 {
		return fmt.Sprintf("Ask whoever runs part %d whether it is still used. If nobody knows, this is a finding.", i)
	}
	return fmt.Sprintf("If the following registry value does not exist or is not configured as specified, this is a finding:\n\n"+
		"Registry Hive: HKEY_LOCAL_MACHINE\nRegistry Path: \\SOFTWARE\\Sample\\Part %d\\\n\nValue Name: Level\n\nType: REG_DWORD\nValue: 0x00000001 (1)", i)
}

// valuesOf is a snapshot of one registry export with a value for each rule, two in ten of them wrong.
func valuesOf(b *testing.B, n int, taken time.Time) *snapshot.Snapshot {
	b.Helper()
	s := writeValues(b, filepath.Join(b.TempDir(), "snapshot"), n, taken)
	b.Cleanup(func() { s.Close() })
	return s
}

// writeValues writes the snapshot that valuesOf returns at dest; whoever calls closes it.
func writeValues(b testing.TB, dest string, n int, taken time.Time) *snapshot.Snapshot {
	b.Helper()
	var s strings.Builder
	s.WriteString("Windows Registry Editor Version 5.00\r\n\r\n")
	for i := range n {
		level := 1
		if i%10 == 3 || i%10 == 6 {
			level = 2
		}
		fmt.Fprintf(&s, "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Sample\\Part %d]\r\n\"Level\"=dword:%08x\r\n\r\n", i, level)
	}
	w, err := snapshot.Create(dest, snapshot.Header{Host: "AUTOMATE01", Operator: "operator", Tool: "auditpack test"}, bag.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer w.Abort()
	item := evidence.Item{Name: "sample.reg", Collector: "registry", Status: evidence.Captured, Origin: evidence.OriginImported, Host: "AUTOMATE01",
		By: "operator", Taken: taken}
	if _, err := w.Put(item, strings.NewReader(s.String())); err != nil {
		b.Fatal(err)
	}
	if _, err := w.Commit(b.Context()); err != nil {
		b.Fatal(err)
	}
	opened, err := snapshot.Open(b.Context(), dest, bag.Limits{})
	if err != nil {
		b.Fatal(err)
	}
	return opened
}

// peakMemory returns the largest resident set of this process in MB, on Linux.
func peakMemory() (float64, bool) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(status)) {
		var kB float64
		if n, _ := fmt.Sscanf(line, "VmHWM: %f kB", &kB); n == 1 {
			return kB / 1000, true
		}
	}
	return 0, false
}
