package pack

import (
	"bytes"
	"strings"
	"testing"
)

func TestDifferAudit(t *testing.T) {
	const audit = `{"counts":{"fail":1,"pass":2},"hosts":[{"sections":[{"id":"tls","controls":[` +
		`{"id":"tls10","statement":"off","after":{"result":"fail","reasons":[{"actual":"on"}]}},` +
		`{"id":"tls11","statement":"off","after":{"result":"pass"}}]}],` +
		`"benchmarks":[{"rules":[{"group_id":"V-1","rule_id":"SV-1","stig_id":"WN-1","after":{"result":"pass"}}]}]}]}`
	for _, c := range []struct{ name, old, new, want string }{
		{"nothing", "", "", ""},
		{"a verdict, with its counts", `"fail":1,"pass":2`, `"fail":0,"pass":3`, `counts.fail: the package has 0, its inputs make 1 (and 1 more)`},
		{"a verdict before all else", `"fail","reasons":[{"actual":"on"}]`, `"pass","reasons":[{"actual":"off"}]`,
			`control tls10, hosts[0].sections[0].controls[0].after.result: the package has "pass", its inputs make "fail" (and 1 more)`},
		{"a rule", `"WN-1","after":{"result":"pass"}`, `"WN-1","after":{"result":"fail"}`,
			`rule WN-1, hosts[0].benchmarks[0].rules[0].after.result: the package has "fail", its inputs make "pass"`},
		{"an id", `"tls11"`, `"tls12"`, `control tls11, hosts[0].sections[0].controls[1].id: the package has "tls12", its inputs make "tls11"`},
		{"one Control fewer", `,{"id":"tls11","statement":"off","after":{"result":"pass"}}`, "",
			`hosts[0].sections[0].controls: the package has 1 entries, its inputs make 2 entries`},
		{"a field more", `"pass":2`, `"pass":2,"perfect":true`, `counts.perfect: the package has true, its inputs make nothing`},
		{"a field fewer", `,"pass":2`, ``, `counts.pass: the package has nothing, its inputs make 2`},
		{"another type", `"pass":2`, `"pass":"2"`, `counts.pass: the package has "2", its inputs make 2`},
		{"another number of the same worth", `"pass":2`, `"pass":2.0`, `counts.pass: the package has 2.0, its inputs make 2`},
		{"an object for a list", `"controls":[`, `"controls":{},"x":[`, `hosts[0].sections[0].controls: the package has {}, its inputs make [{`},
		{"the same in other bytes", `"pass":2`, `"pass": 2`, `line 1: `},
		{"a field twice, the last one as it was", `"pass":2`, `"pass":9,"pass":2`, `line 1: `},
		{"something behind it", `]}]}]}`, `]}]}]}{}`, `line 1: `},
		{"no JSON", `{"counts"`, `{counts`, `line 1: `},
	} {
		d := differAudit([]byte(strings.Replace(audit, c.old, c.new, 1)), []byte(audit))
		switch {
		case d == nil && c.want != "", d != nil && c.want == "":
			t.Errorf("%s: %v, want %q", c.name, d, c.want)
		case d != nil && !strings.HasPrefix(d.String(), c.want):
			t.Errorf("%s: %q, want %q", c.name, d, c.want)
		}
	}
}

func TestDifferLines(t *testing.T) {
	long := strings.Repeat("x", 500)
	for _, c := range []struct{ sealed, again, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nc\n", "a\nb\n", "line 2: the package has c, its inputs make b"},
		{"a\n", "a\nb\n", "line 2: the package has nothing, its inputs make b"},
		{"a\nb", "a\nb\n", "the end of line 2: the package has the end of the file, its inputs make a line feed"},
		{"", "a", "line 1: the package has nothing, its inputs make a"},
		{long + "1", long + "2", "line 1: the package has " + long[:30] + "1, its inputs make " + long[:30] + "2"},
		{"1" + long, "2" + long, "line 1: the package has 1" + long[:119] + "…, its inputs make 2" + long[:119] + "…"},
	} {
		d := differLines([]byte(c.sealed), []byte(c.again))
		if got := ""; d != nil {
			if got = d.String(); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		} else if c.want != "" {
			t.Errorf("no difference, want %q", c.want)
		}
	}
}

// FuzzDiffer: whatever lies in the place of an output, the comparison ends, and says that it is the same only if it is.
func FuzzDiffer(f *testing.F) {
	again := []byte(`{"a":[1,{"id":"x","statement":"y"}]}`)
	f.Add(again)
	f.Add([]byte(`{"a":[1,{"id":[],"statement":"y"}]}`))
	f.Add([]byte("%PDF-1.7\n1 0 obj\n<</Type/Page/Contents 1 0 R>>\nendobj"))
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Fuzz(func(t *testing.T, sealed []byte) {
		for name, d := range map[string]*Difference{"audit": differAudit(sealed, again), "lines": differLines(sealed, again)} {
			if same := bytes.Equal(sealed, again); same != (d == nil) {
				t.Errorf("%s: %v", name, d)
			}
		}
		if differReport(sealed, again, true) == nil || differWorkbook(sealed, again) == nil {
			t.Error("these bytes are no report and no workbook")
		}
		differPages(sealed, again)
		differPart("xl/worksheets/sheet1.xml", []string{"A"}, sealed, again)
	})
}
