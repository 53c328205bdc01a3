package checklist_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/checklist"
)

func TestFindings(t *testing.T) {
	b := benchmark()
	got, err := checklist.Findings(judged(b), b, options())
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range got {
		if f.Rule.RuleID != b.Rules[i].RuleID || f.Status != wantStatuses[i] {
			t.Errorf("rule %d: %s %s, want %s", i, f.Rule.RuleID, f.Status, wantStatuses[i])
		}
	}
	wantFail := `[auditpack] Status Open: verdict fail, basis evidence.

Reason 1 of 2: fail
Expected: 196608 KB or more
Actual: 20480 KB
Note: set by policy
Evidence: data/items/registry/lsa.reg, line 4, byte 400+35; SHA-256 ` + evidence.DigestOf([]byte("lsa")).String() + `; imported 2026-06-14T21:05:00Z

Reason 2 of 2: pass
Expected: a log
Actual: there is one
Evidence: data/items/registry/lsa.reg, line 3, byte 300+35; SHA-256 ` + evidence.DigestOf([]byte("lsa")).String() + `; imported 2026-06-14T21:05:00Z
Snapshot: SHA-256 ` + evidence.DigestOf([]byte("snapshot")).String() + ` of its tagmanifest-sha256.txt
`
	wantFail += "[auditpack] End " + evidence.DigestOf([]byte(wantFail)).Short() + "."
	if diff := cmp.Diff(wantFail, got[1].Details); diff != "" {
		t.Errorf("details (-want +got):\n%s", diff)
	}
	wantComments := []string{
		"",
		"[auditpack] Exception: accepted by R. Example on 2026-06-14 until 2026-09-15: The disk is small. The status does not change by it.\n" +
			"[auditpack] No evidence decides this condition of the check text: If logs go to a collector, this is not applicable.",
		"",
		`[auditpack] Not decided: the sentence "Ask the administrator." is not known` + "\n" +
			"[auditpack] Attestation: P. Example says on 2026-06-14 until 2026-05-15 that it holds: Read every Monday. (expired)",
		"[auditpack] Not decided: no item shows the value",
	}
	for i, want := range wantComments {
		if diff := cmp.Diff(want, got[i].Comments); diff != "" {
			t.Errorf("comments of rule %d (-want +got):\n%s", i+1, diff)
		}
	}
}

func TestRuleThatWasNotJudged(t *testing.T) {
	b := benchmark()
	a := judged(b)
	a.Rules = a.Rules[1:]
	got, err := checklist.Findings(a, b, options())
	if err != nil {
		t.Fatal(err)
	}
	if got[0].Status != evidence.StatusNotReviewed || !strings.Contains(got[0].Comments, "was not judged") {
		t.Errorf("%+v", got[0])
	}
	a.Rules, a.NotJudged = nil, "written for ws2019, the host is ws2016"
	if got, err = checklist.Findings(a, b, options()); err != nil {
		t.Fatal(err)
	}
	for _, f := range got {
		if f.Status != evidence.StatusNotReviewed || !strings.Contains(f.Comments, "this benchmark was not judged: written for ws2019, the host is ws2016") {
			t.Errorf("%+v", f)
		}
	}
}

// ckl is the schema, strictly: every element that must be there, in its order.
type ckl struct {
	XMLName xml.Name `xml:"CHECKLIST"`
	Asset   struct {
		Fields []struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		} `xml:",any"`
	} `xml:"ASSET"`
	STIG struct {
		Info []struct {
			Name string  `xml:"SID_NAME"`
			Data *string `xml:"SID_DATA"`
		} `xml:"STIG_INFO>SI_DATA"`
		Rules []struct {
			Data []struct {
				Name string `xml:"VULN_ATTRIBUTE"`
				Text string `xml:"ATTRIBUTE_DATA"`
			} `xml:"STIG_DATA"`
			Status        string  `xml:"STATUS"`
			Details       *string `xml:"FINDING_DETAILS"`
			Comments      *string `xml:"COMMENTS"`
			Override      *string `xml:"SEVERITY_OVERRIDE"`
			Justification *string `xml:"SEVERITY_JUSTIFICATION"`
		} `xml:"VULN"`
	} `xml:"STIGS>iSTIG"`
}

func readStrictly(t testing.TB, data []byte) ckl {
	t.Helper()
	var c ckl
	d := xml.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	if token, err := d.Token(); err == nil {
		if text, ok := token.(xml.CharData); !ok || strings.TrimSpace(string(text)) != "" {
			t.Fatalf("%v follows", token)
		}
	} else if err != io.EOF {
		t.Fatal(err)
	}
	return c
}

func TestCKL(t *testing.T) {
	b := benchmark()
	findings, err := checklist.Findings(judged(b), b, options())
	if err != nil {
		t.Fatal(err)
	}
	c := readStrictly(t, forms[0].bytes(t, host, judged(b), b, options()))
	var asset []string
	for _, f := range c.Asset.Fields {
		asset = append(asset, f.XMLName.Local+"="+f.Text)
	}
	want := []string{
		"ROLE=Member Server", "ASSET_TYPE=Computing", "HOST_NAME=AUTOMATE01", "HOST_IP=192.0.2.10", "HOST_MAC=00:53:00:AA:BB:01",
		"HOST_FQDN=automate01.example.com", "TARGET_COMMENT=Made by auditpack 0.1.0 as of 2026-06-15T08:30:00Z.", "TECH_AREA=Windows OS",
		"TARGET_KEY=4052", "WEB_OR_DATABASE=false", "WEB_DB_SITE=", "WEB_DB_INSTANCE=",
	}
	if diff := cmp.Diff(want, asset); diff != "" {
		t.Errorf("asset (-want +got):\n%s", diff)
	}
	names := strings.Fields(`Vuln_Num Severity Group_Title Rule_ID Rule_Ver Rule_Title Vuln_Discuss IA_Controls Check_Content Fix_Text
		False_Positives False_Negatives Documentable Mitigations Potential_Impact Third_Party_Tools Mitigation_Control Responsibility
		Security_Override_Guidance Check_Content_Ref Weight Class STIGRef TargetKey STIG_UUID LEGACY_ID LEGACY_ID CCI_REF CCI_REF`)
	if len(c.STIG.Rules) != len(b.Rules) {
		t.Fatalf("%d rules", len(c.STIG.Rules))
	}
	for i, r := range c.STIG.Rules {
		var got []string
		data := map[string]string{}
		for _, d := range r.Data {
			got = append(got, d.Name)
			data[d.Name] = d.Text
		}
		if diff := cmp.Diff(names, got); diff != "" {
			t.Errorf("attributes (-want +got):\n%s", diff)
		}
		rule := b.Rules[i]
		for name, want := range map[string]string{
			"Vuln_Num": string(rule.GroupID), "Rule_ID": string(rule.RuleID), "Rule_Ver": string(rule.STIGID), "Severity": string(rule.Severity),
			"Vuln_Discuss": rule.Discussion, "Check_Content": rule.CheckText, "Fix_Text": rule.FixText, "Potential_Impact": "pi",
			"Security_Override_Guidance": "sog", "LEGACY_ID": rule.Legacy[1], "CCI_REF": "CCI-000381",
			"STIGRef": "Example Server 2019 Security Technical Implementation Guide :: Version 3, Release: 8 Benchmark Date: 01 Apr 2026",
		} {
			if data[name] != want {
				t.Errorf("%s = %q, want %q", name, data[name], want)
			}
		}
		if r.Status != string(wantStatuses[i]) || *r.Details != findings[i].Details || *r.Comments != findings[i].Comments || *r.Override != "" || *r.Justification != "" {
			t.Errorf("rule %d: %+v", i, r)
		}
	}
}

func TestRuleWithoutLists(t *testing.T) {
	b := benchmark()
	b.Rules[0].CCIs, b.Rules[0].Legacy = nil, nil
	c := readStrictly(t, forms[0].bytes(t, host, judged(b), b, options()))
	names := map[string]bool{}
	for _, d := range c.STIG.Rules[0].Data {
		names[d.Name] = true
	}
	if len(names) != 27 || !names["CCI_REF"] || !names["LEGACY_ID"] {
		t.Errorf("%d attributes: %v", len(names), names)
	}
}

func TestCKLB(t *testing.T) {
	b := benchmark()
	findings, err := checklist.Findings(judged(b), b, options())
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		STIGs []struct {
			Version     any    `json:"version"`
			ReleaseInfo string `json:"release_info"`
			Size        int    `json:"size"`
			Rules       []struct {
				RuleIDSource string   `json:"rule_id_src"`
				RuleID       string   `json:"rule_id"`
				Status       string   `json:"status"`
				Details      string   `json:"finding_details"`
				Comments     string   `json:"comments"`
				Discussion   string   `json:"discussion"`
				Legacy       []string `json:"legacy_ids"`
				Updated      string   `json:"updatedAt"`
			} `json:"rules"`
		} `json:"stigs"`
	}
	if err := json.Unmarshal(forms[1].bytes(t, host, judged(b), b, options()), &file); err != nil {
		t.Fatal(err)
	}
	stig := file.STIGs[0]
	if stig.Version != "3" || stig.ReleaseInfo != b.ReleaseInfo || stig.Size != len(b.Rules) {
		t.Errorf("%+v", stig)
	}
	words := []string{"not_a_finding", "open", "not_applicable", "not_reviewed", "not_reviewed"}
	for i, r := range stig.Rules {
		if r.RuleIDSource != string(b.Rules[i].RuleID) || r.RuleID+"_rule" != r.RuleIDSource || r.Status != words[i] ||
			r.Details != findings[i].Details || r.Comments != findings[i].Comments || r.Discussion != b.Rules[i].Discussion ||
			!slices.Equal(r.Legacy, b.Rules[i].Legacy) || r.Updated != "2026-06-15T08:30:00.000Z" {
			t.Errorf("rule %d: %+v", i, r)
		}
	}
	o := options()
	o.Strict = true
	if strict := forms[1].bytes(t, host, judged(b), b, o); bytes.Contains(strict, []byte(`"version"`)) {
		t.Error("a strict file has the member version")
	}
}

func TestXCCDF(t *testing.T) {
	b := benchmark()
	var file struct {
		ID     string   `xml:"id,attr"`
		Rules  []string `xml:"Group>Rule>version"`
		Result struct {
			System string `xml:"test-system,attr"`
			Start  string `xml:"start-time,attr"`
			Target string `xml:"target"`
			Score  struct {
				Max   int `xml:"maximum,attr"`
				Value int `xml:",chardata"`
			} `xml:"score"`
			Rules []struct {
				ID      string `xml:"idref,attr"`
				Result  string `xml:"result"`
				Message string `xml:"message"`
				Comment string `xml:"check>check-content>comment"`
			} `xml:"rule-result"`
		} `xml:"TestResult"`
	}
	if err := xml.Unmarshal(forms[2].bytes(t, host, judged(b), b, options()), &file); err != nil {
		t.Fatal(err)
	}
	r := file.Result
	if file.ID != "xccdf_mil.disa.stig_benchmark_Example_Server_2019_STIG" || r.System != "cpe:/a:auditpack:auditpack:0.1.0" ||
		r.Start != "2026-06-14T21:05:00Z" || r.Target != "AUTOMATE01" || r.Score.Max != 2 || r.Score.Value != 1 || len(file.Rules) != 5 {
		t.Errorf("%+v", file)
	}
	findings, _ := checklist.Findings(judged(b), b, options())
	for i, want := range []string{"pass", "fail", "notapplicable", "notchecked", "notchecked"} {
		got := r.Rules[i]
		if got.ID != "xccdf_mil.disa.stig_rule_"+string(b.Rules[i].RuleID) || got.Result != want || got.Message != findings[i].Details || got.Comment != findings[i].Comments {
			t.Errorf("rule %d: %+v", i, got)
		}
	}
}

func TestSameBytes(t *testing.T) {
	for _, f := range forms {
		b := benchmark()
		if one, two := f.bytes(t, host, judged(b), b, options()), f.bytes(t, host, judged(b), b, options()); !bytes.Equal(one, two) {
			t.Errorf("%s: two runs differ", f.name)
		}
	}
}

func TestRefusals(t *testing.T) {
	tests := []struct {
		name string
		edit func(*checklist.Target, *audit.Benchmark, *evidence.Benchmark)
		want string
	}{
		{"no host", func(t *checklist.Target, _ *audit.Benchmark, _ *evidence.Benchmark) { t.HostName = " " }, "target: no host name"},
		{"long host", func(t *checklist.Target, _ *audit.Benchmark, _ *evidence.Benchmark) {
			t.HostName = strings.Repeat("a", 256)
		}, "target: a host name of more than 255 characters"},
		{"role", func(t *checklist.Target, _ *audit.Benchmark, _ *evidence.Benchmark) { t.Role = "Server" }, `target: the role "Server" is none of None, Workstation, Member Server, Domain Controller`},
		{"area", func(t *checklist.Target, _ *audit.Benchmark, _ *evidence.Benchmark) { t.TechArea = "Servers" }, `target: the technology area "Servers" is none of the schema's`},
		{"no rules", func(_ *checklist.Target, a *audit.Benchmark, b *evidence.Benchmark) { a.Rules, b.Rules = nil, nil }, "Example_Server_2019_STIG: no rules, and a checklist without rules is invalid"},
		{"other release", func(_ *checklist.Target, a *audit.Benchmark, _ *evidence.Benchmark) { a.Release = "7" }, "Example_Server_2019_STIG V3R7 was judged, the texts are of Example_Server_2019_STIG V3R8"},
		{"unknown rule", func(_ *checklist.Target, a *audit.Benchmark, _ *evidence.Benchmark) {
			a.Rules[0].RuleID = "SV-1r1_rule"
		}, "Example_Server_2019_STIG: the judged rule SV-1r1_rule is not in U_Example_Server_2019_STIG_V3R8_Manual-xccdf.xml"},
		{"long id", func(_ *checklist.Target, _ *audit.Benchmark, b *evidence.Benchmark) {
			b.Rules[0].RuleID = evidence.RuleID(strings.Repeat("S", 46))
		}, `Example_Server_2019_STIG: rule "` + strings.Repeat("S", 46) + `": the id is empty, longer than 45 characters, or holds characters that a checklist cannot`},
		{"severity", func(_ *checklist.Target, _ *audit.Benchmark, b *evidence.Benchmark) { b.Rules[0].Severity = "" }, `Example_Server_2019_STIG: rule SV-900001r701_rule: the severity "" is none of high, medium, low`},
		{"twice", func(_ *checklist.Target, _ *audit.Benchmark, b *evidence.Benchmark) { b.Rules[1] = b.Rules[0] }, "Example_Server_2019_STIG: rule SV-900001r701_rule: its id or that of its group V-900001 was there before"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			to, b := host, benchmark()
			a := judged(b)
			test.edit(&to, &a, &b)
			for _, f := range forms {
				var w bytes.Buffer
				if err := f.write(&w, to, a, b, options()); err == nil || err.Error() != test.want {
					t.Errorf("%s: %v, want %s", f.name, err, test.want)
				}
				if w.Len() != 0 {
					t.Errorf("%s: %d bytes were written", f.name, w.Len())
				}
			}
		})
	}
}
