package carry_test

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"auditpack/evidence"
	"auditpack/evidence/carry"
)

// smallCKL is as another program writes it: other order of attributes, CDATA, character references, CR LF.
const smallCKL = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<!--DISA STIG Viewer :: 2.17-->\r\n<CHECKLIST><ASSET><ROLE>None</ROLE><HOST_NAME> AUTOMATE01 </HOST_NAME>" +
	"<WEB_DB_SITE>Default Web Site</WEB_DB_SITE><WEB_DB_INSTANCE/></ASSET><STIGS><iSTIG><STIG_INFO>" +
	"<SI_DATA><SID_NAME>version</SID_NAME><SID_DATA>2</SID_DATA></SI_DATA><SI_DATA><SID_NAME>customname</SID_NAME></SI_DATA>" +
	"<SI_DATA><SID_NAME>stigid</SID_NAME><SID_DATA>xccdf_mil.disa.stig_benchmark_Example</SID_DATA></SI_DATA>" +
	"<SI_DATA><SID_NAME>releaseinfo</SID_NAME><SID_DATA>Release: 4 Benchmark Date: 01 Jan 2026</SID_DATA></SI_DATA></STIG_INFO>" +
	"<VULN><STIG_DATA><VULN_ATTRIBUTE>Rule_ID</VULN_ATTRIBUTE><ATTRIBUTE_DATA>SV-1r2_rule</ATTRIBUTE_DATA></STIG_DATA>" +
	"<STIG_DATA><VULN_ATTRIBUTE>Vuln_Num</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-1</ATTRIBUTE_DATA></STIG_DATA>" +
	"<STIG_DATA><VULN_ATTRIBUTE>Rule_Ver</VULN_ATTRIBUTE><ATTRIBUTE_DATA>EX-1</ATTRIBUTE_DATA></STIG_DATA>" +
	"<STIG_DATA><VULN_ATTRIBUTE>LEGACY_ID</VULN_ATTRIBUTE><ATTRIBUTE_DATA></ATTRIBUTE_DATA></STIG_DATA>" +
	"<STIG_DATA><VULN_ATTRIBUTE>LEGACY_ID</VULN_ATTRIBUTE><ATTRIBUTE_DATA>V-7</ATTRIBUTE_DATA></STIG_DATA>" +
	"<STATUS>Open</STATUS><FINDING_DETAILS><![CDATA[a < b]]></FINDING_DETAILS><COMMENTS>one\r\ntwo &amp; \u00fc &#x1F600;</COMMENTS>" +
	"<SEVERITY_OVERRIDE>low</SEVERITY_OVERRIDE><SEVERITY_JUSTIFICATION>why</SEVERITY_JUSTIFICATION></VULN></iSTIG></STIGS></CHECKLIST>\r\n"

const smallCKLB = `{"title":"x","id":"y","evaluate-stig":{"version":"1"},"target_data":{"host_name":"AUTOMATE01","web_db_site":"Default Web Site"},
"stigs":[{"stig_id":"Example","version":2,"release_info":"Release: 4 Benchmark Date: 01 Jan 2026","rules":[
{"group_id":"V-1","group_id_src":"V-1","rule_id":"SV-1r2","rule_id_src":"SV-1r2_rule","rule_version":"EX-1","legacy_ids":["V-7"],"status":"open",
"finding_details":"a < b","comments":"one\r\ntwo & ü 😀","overrides":{"severity":{"severity":"low","reason":"why"}},"check_content":null}]}]}`

func wantSmall(form, file string, data []byte) carry.Checklist {
	return carry.Checklist{
		File: file, Digest: evidence.DigestOf(data), Form: form, Host: "AUTOMATE01", Site: "Default Web Site",
		STIGs: []carry.STIG{{ID: "Example", Version: "2", ReleaseInfo: "Release: 4 Benchmark Date: 01 Jan 2026", Rules: []carry.Rule{{
			GroupID: "V-1", RuleID: "SV-1r2_rule", STIGID: "EX-1", Legacy: []string{"V-7"}, Status: evidence.StatusOpen,
			Details: "a < b", Comments: "one\ntwo & ü 😀", Override: evidence.Low, Justification: "why",
		}}}},
	}
}

func utf16Bytes(s string, big bool) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

// cited returns the bytes of a file that a Citation is of, as text.
func cited(t *testing.T, data []byte, c evidence.Citation) string {
	t.Helper()
	part := data[c.Offset : c.Offset+c.Length]
	switch {
	case part[0] == 0:
		return fromUTF16(part, true)
	case part[1] == 0:
		return fromUTF16(part, false)
	}
	return string(part)
}

func fromUTF16(b []byte, big bool) string {
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		u := uint16(b[i]) | uint16(b[i+1])<<8
		if big {
			u = u<<8 | u>>8
		}
		units = append(units, u)
	}
	return string(utf16.Decode(units))
}

func TestRead(t *testing.T) {
	in16 := strings.Replace(smallCKL, "UTF-8", "UTF-16", 1)
	tests := []struct {
		name, form string
		data       []byte
	}{
		{"plain", "CKL", []byte(smallCKL)},
		{"mark", "CKL", []byte("\xef\xbb\xbf" + smallCKL)},
		{"UTF-16LE", "CKL", append([]byte("\xff\xfe"), utf16Bytes(in16, false)...)},
		{"UTF-16BE", "CKL", append([]byte("\xfe\xff"), utf16Bytes(in16, true)...)},
		{"UTF-16 without a mark", "CKL", utf16Bytes(in16, false)},
		{"CKLB", "CKLB", []byte(smallCKLB)},
		{"CKLB with a mark", "CKLB", []byte("\xef\xbb\xbf" + smallCKLB + "\n")},
		{"CKLB in UTF-16", "CKLB", append([]byte("\xff\xfe"), utf16Bytes(smallCKLB, false)...)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := carry.Read(`C:\old\x.file`, test.data)
			if err != nil {
				t.Fatal(err)
			}
			rule := &got.STIGs[0].Rules[0]
			if text := cited(t, test.data, rule.Cite); test.form == "CKL" && (!strings.HasPrefix(text, "<VULN>") || !strings.HasSuffix(text, "</VULN>") || rule.Cite.Line != 3) ||
				test.form == "CKLB" && (!strings.HasPrefix(text, `{"group_id":"V-1"`) || !strings.HasSuffix(text, `"check_content":null}`) || rule.Cite.Line != 3) {
				t.Errorf("cites line %d: %.80q", rule.Cite.Line, text)
			}
			rule.Cite = evidence.Citation{}
			if diff := cmp.Diff(wantSmall(test.form, "x.file", test.data), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadRefuses(t *testing.T) {
	laughs := "<?xml version=\"1.0\"?>\n<!DOCTYPE CHECKLIST [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]>\n<CHECKLIST>&b;</CHECKLIST>"
	tests := []struct{ name, data, want string }{
		{"empty", " \r\n", "x: empty"},
		{"text", "Status: open", "x: neither CKL nor CKLB"},
		{"zip", "PK\x03\x04", "x: a zip: the checklists in it have to be unpacked first"},
		{"document type", laughs, "x: line 2: a document type declaration is not accepted"},
		{"XCCDF", "<?xml version=\"1.0\"?>\n<Benchmark/>", "x: line 2: not a CKL: the first element is Benchmark, not CHECKLIST"},
		{"cut off", smallCKL[:900], "x: line 3: not well-formed XML: unexpected EOF"},
		{"unknown entity", "<CHECKLIST>\n&x;</CHECKLIST>", "x: line 2: not well-formed XML: invalid character entity &x;"},
		{"no STIG", "<CHECKLIST></CHECKLIST>", "x: the CKL holds no STIG"},
		{"no rules", strings.ReplaceAll(strings.ReplaceAll(smallCKL, "<VULN>", "<X>"), "</VULN>", "</X>"), "x: the STIG Example has no rules"},
		{"no STIG id", strings.Replace(smallCKL, ">stigid<", ">other<", 1), "x: STIG 1 has no id"},
		{"depth", "<CHECKLIST>" + strings.Repeat("<a>", 30), "x: line 1: more than 16 elements inside each other"},
		{"long text", "<CHECKLIST>" + strings.Repeat("a", 1<<20+1) + "</CHECKLIST>", "x: line 1: a text longer than 1048576 bytes"},
		{"character set", `<?xml version="1.0" encoding="EBCDIC"?><CHECKLIST/>`, `x: line 1: xml: opening charset "EBCDIC": the character set "EBCDIC" is neither UTF-8 nor UTF-16`},
		{"odd UTF-16", "\xff\xfe<", "x: UTF-16 of an odd number of bytes: the file is cut off"},
		{"JSON of another kind", `{"a": 1}`, "x: not a CKLB: no member stigs"},
		{"JSON cut off", smallCKLB[:300], "x: line 3: the file is cut off"},
		{"JSON syntax", "{\n\"stigs\": [}", "x: line 2: not JSON: invalid character '}' looking for beginning of value"},
		{"JSON type", "{\n\"stigs\": [{\"stig_id\": 5}]}", "x: line 2: not a CKLB: stigs.stig_id is a number"},
		{"two JSON values", smallCKLB + "\n{}", "x: line 5: something follows the checklist's end"},
		{"no id", `{"stigs":[{"stig_id":"a","rules":[{}]}]}`, "x: rule 1 of a has no id"},
		{"JSON type within a rule", "{\"stigs\": [{\"stig_id\": \"a\", \"rules\": [{},\n{\"status\": 5}]}]}", "x: line 2: not a CKLB: stigs.rules.status is a number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if _, err := carry.Read("x", []byte(test.data)); err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	if _, err := carry.Read("x", make([]byte, 64<<20+1)); err == nil || err.Error() != "x: larger than 64 MB" {
		t.Errorf("%v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(smallCKL))
	f.Add([]byte(smallCKLB))
	f.Add(utf16Bytes(smallCKL, true))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := carry.Read("f", data)
		if err != nil {
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("an error of several lines: %v", err)
			}
			return
		}
		for _, s := range c.STIGs {
			if s.ID == "" || len(s.Rules) == 0 {
				t.Errorf("%+v", s)
			}
			for _, r := range s.Rules {
				if r.Cite.Offset < 0 || r.Cite.Length < 0 || r.Cite.Offset+r.Cite.Length > int64(len(data)) {
					t.Errorf("cites %+v of %d bytes", r.Cite, len(data))
				}
			}
		}
		carry.Match(c, benchmark())
	})
}
