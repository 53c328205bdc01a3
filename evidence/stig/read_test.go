package stig_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"auditpack/evidence"
	"auditpack/evidence/stig"

	"github.com/google/go-cmp/cmp"
)

// xccdf writes a small benchmark around some groups.
func xccdf(groups ...string) string {
	return `<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet type='text/xsl' href='x.xsl'?>
<Benchmark xmlns:dc="http://purl.org/dc/elements/1.1/" id="Sample_STIG" xmlns="http://checklists.nist.gov/xccdf/1.1">
<status date="2030-01-02">accepted</status><title>Sample Guide</title><description>About samples &amp; more</description>
<notice id="terms-of-use"></notice><reference href="x"><dc:publisher>Somebody</dc:publisher><dc:source>SOURCE.EXAMPLE</dc:source></reference>
<plain-text id="release-info">Release: 3.1 Benchmark Date: 03 Jan 2030</plain-text><plain-text id="generator">9</plain-text><version>2</version>
<Profile id="p"><title>A profile</title><description>ignored</description><select idref="V-900001" selected="true" /></Profile>
` + strings.Join(groups, "\n") + `</Benchmark>`
}

// group writes a group with one rule.
func group(n int, stigID, check string) string {
	return fmt.Sprintf(`<Group id="V-90000%[1]d"><title>SRG-SAMPLE-%[1]d</title><description>&lt;GroupDescription&gt;&lt;/GroupDescription&gt;</description>
<Rule id="SV-90000%[1]dr1_rule" weight="10.0" severity="medium"><version>%[2]s</version><title>Sample %[1]d must hold.</title>
<description>&lt;VulnDiscussion&gt;a &lt; b &amp; c&lt;/VulnDiscussion&gt;&lt;FalsePositives&gt;&lt;/FalsePositives&gt;&lt;Documentable&gt;false&lt;/Documentable&gt;&lt;Mitigations&gt;none&lt;/Mitigations&gt;&lt;IAControls&gt;X-1&lt;/IAControls&gt;</description>
<reference><dc:title>DPMS Target Sample</dc:title><dc:subject>Sample</dc:subject><dc:identifier>77</dc:identifier></reference>
<ident system="http://cyber.mil/legacy">SV-1%[1]d</ident><ident system="http://cyber.mil/legacy">V-1%[1]d</ident><ident system="http://cyber.mil/cci">CCI-000366</ident>
<fixtext fixref="F-%[1]d_fix">Do it.</fixtext><fix id="F-%[1]d_fix" />
<check system="C-%[1]d_chk"><check-content-ref href="x.xml" name="M" /><check-content>%[3]s</check-content></check></Rule></Group>`, n, stigID, check)
}

func readText(name, text string) ([]evidence.Benchmark, error) {
	return stig.Read(name, strings.NewReader(text), int64(len(text)))
}

func TestRead(t *testing.T) {
	text := xccdf(group(1, "SMPL-DC-000010", "Look at it.\n\nThen think."))
	want := evidence.Benchmark{
		ID: "Sample_STIG", Title: "Sample Guide", Version: "2", Release: "3.1", ReleaseInfo: "Release: 3.1 Benchmark Date: 03 Jan 2030",
		Description: "About samples & more", Notice: "terms-of-use", Source: "SOURCE.EXAMPLE", Status: "accepted", StatusDate: "2030-01-02",
		File: "sample-xccdf.xml", Digest: sha256.Sum256([]byte(text)),
		Rules: []evidence.Rule{{
			GroupID: "V-900001", RuleID: "SV-900001r1_rule", STIGID: "SMPL-DC-000010", GroupTitle: "SRG-SAMPLE-1", Title: "Sample 1 must hold.",
			Severity: evidence.Medium, Weight: "10.0", CCIs: []string{"CCI-000366"}, Legacy: []string{"SV-11", "V-11"},
			Discussion: "a < b & c", Documentable: "false", Mitigations: "none", IAControls: "X-1",
			CheckText: "Look at it.\n\nThen think.", FixText: "Do it.", CheckID: "C-1_chk", FixID: "F-1_fix", CheckContentRef: "M",
			TargetSubject: "Sample", TargetTitle: "DPMS Target Sample", TargetKey: "77", Only: evidence.DomainController,
			Undecided: "the check is made by a person: no form of text that is known here",
		}},
	}
	got, err := readText(`C:\in\sample-xccdf.xml`, text)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]evidence.Benchmark{want}, got); diff != "" {
		t.Error(diff)
	}
	marked, err := readText("sample-xccdf.xml", "\xef\xbb\xbf"+text)
	if err != nil || len(marked) != 1 || len(marked[0].Rules) != 1 {
		t.Errorf("with a byte order mark: %v", err)
	}
}

// TestDescription reads descriptions that are not as they should be.
func TestDescription(t *testing.T) {
	tests := map[string]struct{ description, discussion, mitigations string }{
		"no parts":           {"only words", "only words", ""},
		"not closed":         {"&lt;VulnDiscussion&gt;open &lt;Mitigations&gt;m&lt;/Mitigations&gt;", "open ", "m"},
		"escaped twice":      {"&lt;VulnDiscussion&gt;a &amp;lt;b&amp;gt; &amp;amp; c&lt;/VulnDiscussion&gt;", "a <b> & c", ""},
		"tags in the middle": {"&lt;VulnDiscussion&gt;write &lt;name&gt; here&lt;/VulnDiscussion&gt;", "write <name> here", ""},
		"empty":              {"", "", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			g := group(1, "SMPL-000010", "x")
			from, to := strings.Index(g, "<description>&lt;Vuln"), strings.LastIndex(g, "</description>")
			got, err := readText("x.xml", xccdf(g[:from]+"<description>"+test.description+g[to:]))
			if err != nil {
				t.Fatal(err)
			}
			if r := got[0].Rules[0]; r.Discussion != test.discussion || r.Mitigations != test.mitigations {
				t.Errorf("discussion %q, mitigations %q", r.Discussion, r.Mitigations)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	whole := xccdf(group(1, "S-1", "x"), group(2, "S-2", "y"))
	without := func(text string) string { return strings.ReplaceAll(whole, text, "") }
	tests := map[string]struct{ in, want string }{
		"empty":              {"", "x.xml: not XCCDF: there is no element in it"},
		"words":              {"hello", "x.xml: not XCCDF: there is no element in it"},
		"html":               {"<html></html>", "x.xml: line 1: not XCCDF: the first element is html, not Benchmark"},
		"another Benchmark":  {"<Benchmark/>", "x.xml: line 1: not XCCDF: the first element is Benchmark, not Benchmark"},
		"cut off":            {whole[:strings.LastIndex(whole, "Do it.")+2], "x.xml: line 19: the file is cut off inside Benchmark/Group/Rule/fixtext"},
		"cut off in a tag":   {whole[:strings.Index(whole, "<version>2")+4], "x.xml: line 5: the file is cut off inside Benchmark"},
		"billion laughs":     {"<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;\">]>\n" + whole[40:], "x.xml: line 2: a document type declaration is not accepted"},
		"an entity":          {strings.Replace(whole, "Do it.", "&secret;", 1), "x.xml: line 12: not well-formed XML: invalid character entity &secret;"},
		"SCAP":               {strings.NewReplacer("<check-content>x</check-content>", "", "<check-content>y</check-content>", "").Replace(whole), "x.xml: the benchmark Sample_STIG is SCAP content, whose rules have no check text: the manual XCCDF is needed"},
		"SCAP data stream":   {`<data-stream-collection xmlns="http://scap.nist.gov/schema/scap/source/1.2"/>`, "x.xml: line 1: a SCAP data stream, whose rules have no check text: the manual XCCDF is needed"},
		"nothing inside":     {xccdf(), "x.xml: the benchmark Sample_STIG has no rules"},
		"group twice":        {xccdf(group(1, "S-1", "x"), strings.Replace(group(2, "S-2", "x"), "V-900002", "V-900001", 1)), "x.xml: line 14: the group V-900001 was there before, in line 7"},
		"rule twice":         {xccdf(group(1, "S-1", "x"), strings.Replace(group(2, "S-2", "x"), "SV-900002r1_rule", "SV-900001r1_rule", 1)), "x.xml: line 15: the rule SV-900001r1_rule was there before, in line 8"},
		"STIG ID twice":      {xccdf(group(1, "S-1", "x"), group(2, "S-1", "x")), "x.xml: line 15: the STIG ID S-1 was there before, in line 8"},
		"no STIG ID":         {without("<version>S-1</version>"), "x.xml: line 13: rule SV-900001r1_rule has no version, which is its STIG ID"},
		"no id":              {without(` id="V-900001"`), "x.xml: line 7: a group without an id"},
		"severity":           {strings.Replace(whole, `"medium"`, `"urgent"`, 1), `x.xml: line 8: rule SV-900001r1_rule: the severity "urgent" is none of high, medium, low`},
		"rule without group": {xccdf(`<Rule id="SV-1r1_rule" severity="low"/>`), "x.xml: line 7: rule SV-1r1_rule stands in no group"},
		"character set":      {strings.Replace(whole, "utf-8", "utf-7", 1), `x.xml: xml: opening charset "utf-7": the character set is "utf-7", not UTF-8`},
		"deep":               {xccdf(strings.Repeat("<a>", 40)), "x.xml: line 7: more than 32 elements inside each other"},
		"long text":          {xccdf(group(1, "S-1", strings.Repeat("x", 2<<20))), "x.xml: line 13: a text longer than 1048576 bytes"},
		"after the end":      {whole + "<Benchmark/>", "x.xml: line 20: Benchmark follows the benchmark's end"},
		"zip cut off":        {"PK\x03\x04rest", "x.xml: not a whole zip: zip: not a valid zip file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := readText("x.xml", test.in)
			if err == nil {
				t.Fatalf("read %d benchmarks", len(got))
			}
			if err.Error() != test.want {
				t.Errorf("\n got %s\nwant %s", err, test.want)
			}
			if strings.Contains(err.Error(), "\n") {
				t.Error("the error has more than one line")
			}
		})
	}
}

// archive writes a zip; a name and its text follow each other.
func archive(t testing.TB, files ...string) string {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		f, err := w.Create(files[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(files[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestReadZip(t *testing.T) {
	one := xccdf(group(1, "S-1", "x"))
	two := strings.Replace(one, "Sample_STIG", "Other_STIG", 1)
	tests := map[string]struct {
		zip  string
		want string // ids, or the error
	}{
		"as published":  {archive(t, "U_S_V2R3_Manual_STIG/readme.txt", "x", "U_S_V2R3_Manual_STIG/U_S-xccdf.xml", one, "U_S_V2R3_Manual_STIG/other.xml", "<x/>"), "Sample_STIG"},
		"library":       {archive(t, "a.zip", archive(t, "A-xccdf.xml", one), "b.ZIP", archive(t, "B-xccdf.xml", two)), "Sample_STIG Other_STIG"},
		"none inside":   {archive(t, "readme.txt", "x"), "x.zip: the zip holds no XCCDF file"},
		"twice":         {archive(t, "a-xccdf.xml", one, "b/a-xccdf.xml", one), "x.zip: b/a-xccdf.xml: the benchmark Sample_STIG V2R3.1 is in a-xccdf.xml too"},
		"bad inside":    {archive(t, "a-xccdf.xml", "<x/>"), "x.zip: a-xccdf.xml: line 1: not XCCDF: the first element is x, not Benchmark"},
		"too deep":      {archive(t, "a.zip", archive(t, "b.zip", archive(t, "c-xccdf.xml", one))), "x.zip: the zip holds no XCCDF file"},
		"nested broken": {archive(t, "a.zip", "PK\x03\x04"), "x.zip: a.zip: not a whole zip: zip: not a valid zip file"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			all, err := readText("x.zip", test.zip)
			var ids []string
			for _, b := range all {
				ids = append(ids, b.ID)
				if !strings.HasSuffix(b.File, "-xccdf.xml") || strings.Contains(b.File, "/") {
					t.Errorf("file %q", b.File)
				}
			}
			got := strings.Join(ids, " ")
			if err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("\n got %s\nwant %s", got, test.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(xccdf(group(1, "S-1", "Registry Hive: HKEY_LOCAL_MACHINE\nValue Name: A"))))
	f.Add([]byte("<!DOCTYPE a><Benchmark/>"))
	f.Add([]byte(archive(f, "a-xccdf.xml", xccdf(group(1, "S-1", "x")))))
	f.Fuzz(func(t *testing.T, data []byte) {
		all, err := stig.Read("x", bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if len(all) > 0 || strings.ContainsAny(err.Error(), "\n\r") {
				t.Errorf("%d benchmarks and %q", len(all), err)
			}
			return
		}
		for _, b := range all {
			seen := map[evidence.STIGID]bool{}
			for _, r := range b.Rules {
				if r.STIGID == "" || r.GroupID == "" || r.RuleID == "" || seen[r.STIGID] {
					t.Errorf("ids %q %q %q", r.GroupID, r.RuleID, r.STIGID)
				}
				seen[r.STIGID] = true
				if (len(r.Checks) == 0) == (r.Undecided == "") {
					t.Errorf("%s: %d checks and undecided %q", r.STIGID, len(r.Checks), r.Undecided)
				}
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	big := read(b, ws2019)
	b.Logf("%d rules", len(big.Rules))
	for b.Loop() {
		read(b, ws2019)
	}
}
