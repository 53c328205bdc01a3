package oscal_test

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/render/oscal"
	"auditpack/render/rendertest"
)

// schema is NIST's. Its patterns use \p{L} and \p{N}, which Go's regular expressions have; its formats (uri,
// uri-reference, date-time) are asked for here, since the draft leaves them open.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	shared := os.Getenv("AUDITPACK_SHARED")
	if shared == "" {
		t.Skip("AUDITPACK_SHARED is not set")
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	s, err := c.Compile(filepath.Join(shared, "schemas", "oscal_complete_schema-1-1-3.json"))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSchema(t *testing.T) {
	s := schema(t)
	all := samples()
	all["hostile"] = hostile()
	all["empty texts"] = blank()
	for name, a := range all {
		for _, w := range []writer{oscal.WriteAssessmentResults, oscal.WritePOAM} {
			tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(write(t, w, a)))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Validate(tree); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestSchemaRefuses shows that the schema is really asked.
func TestSchemaRefuses(t *testing.T) {
	s := schema(t)
	text := write(t, oscal.WritePOAM, rendertest.Audit())
	for _, change := range []struct{ old, new string }{
		{`"oscal-version"`, `"oscal_version"`}, {`"2026-11-22T10:15:00Z"`, `"22.11.2026"`}, {`"not-satisfied"`, `"unsatisfied"`},
		{`"EXAMINE"`, `""`}, {`"severity"`, `"seve rity"`},
	} {
		tree, err := jsonschema.UnmarshalJSON(bytes.NewReader(bytes.ReplaceAll(text, []byte(change.old), []byte(change.new))))
		if err != nil {
			t.Fatal(err)
		}
		if s.Validate(tree) == nil {
			t.Errorf("%s instead of %s was accepted", change.new, change.old)
		}
	}
}

const deceit = " \u00a0\r\n# [x](javascript:1) <b>*a*</b>\x00\x1b[2J\u202e\u200b\xff\u2028`q` {{ insert: param, p }} &lt; \\* _u_ ^s^ ~t~ \U000e0001 end\n\t"

// hostile has a text that deceives in every place where one can be.
func hostile() audit.Audit { return everyText(deceit) }

// blank has a text of blanks in every place.
func blank() audit.Audit { return everyText(" \u00a0\n\t") }

func everyText(text string) audit.Audit {
	a := wide()
	setTexts(reflect.ValueOf(&a).Elem(), text)
	// What the project's own readers keep in order stays: paths, Results, distinct names.
	good := wide()
	for i := range a.Hosts {
		h := &a.Hosts[i]
		h.After.Folder, h.After.Items = good.Hosts[i].After.Folder, good.Hosts[i].After.Items
		for j := range h.After.Items {
			h.After.Items[j].Name, h.After.Items[j].Note = text, text
		}
		for j := range h.Sections {
			h.Sections[j].ID = good.Hosts[i].Sections[j].ID
			for k := range h.Sections[j].Controls {
				c, was := &h.Sections[j].Controls[k], good.Hosts[i].Sections[j].Controls[k]
				c.ID += was.ID
				c.After.Result = was.After.Result
			}
		}
		for j := range h.Benchmarks {
			for k := range h.Benchmarks[j].Rules {
				r := &h.Benchmarks[j].Rules[k]
				r.GroupID += good.Hosts[i].Benchmarks[j].Rules[k].GroupID
				r.After.Result = good.Hosts[i].Benchmarks[j].Rules[k].After.Result
			}
			h.Benchmarks[j].Digest = evidence.DigestOf([]byte{byte(j)})
		}
	}
	return a
}

// setTexts puts text into every string below v.
func setTexts(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Pointer:
		if !v.IsNil() {
			setTexts(v.Elem(), text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			setTexts(v.Index(i), text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				setTexts(v.Field(i), text)
			}
		}
	}
}

// TestHostileText: nothing in the documents can deceive a reader or is Markdown that somebody else wrote.
func TestHostileText(t *testing.T) {
	for _, w := range []writer{oscal.WriteAssessmentResults, oscal.WritePOAM} {
		text := string(write(t, w, hostile()))
		if !utf8.ValidString(text) {
			t.Error("not UTF-8")
		}
		for _, r := range text {
			if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r) || r == 0x2028) {
				t.Errorf("%U", r)
			}
		}
		for line := range strings.Lines(text) {
			name, s, _ := strings.Cut(strings.TrimSpace(line), ": ")
			switch name {
			case `"title"`, `"description"`, `"statement"`, `"remarks"`:
				// In JSON each backslash is written twice, and Markdown's own once before what it takes the meaning from.
				for _, bare := range []string{"[x]", "<b>", "*a*", "`q`", "{{", "&lt;", "^s^", "~t~", " _u_"} {
					if strings.Contains(strings.ReplaceAll(s, `\\`+bare[:1], ""), bare) {
						t.Errorf("%s is left in %s", bare, line)
					}
				}
			}
		}
	}
}
