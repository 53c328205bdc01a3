package questionnaire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"auditpack/evidence"
	"auditpack/evidence/questionnaire"
)

var known = questionnaire.Known{
	Controls: map[string]bool{"c1": true, "c2": true},
	Rules:    map[evidence.STIGID]bool{"WN22-SO-000230": true},
	Kinds:    func(kind string) bool { return kind == "product" },
	Prepare: func(c evidence.Check) error {
		if c.Kind != "registry" {
			return errors.New("no kind of check is called " + c.Kind)
		}
		return nil
	},
}

const head = "version: 1\nid: own\ntitle: Own\nquestions:\n"

const question = "  - id: a\n    topic: T\n    text: Is it?\n    scope: host\n    controls: [c1]\n"

// sets are good and bad; want is the error without its file name, or empty. A schema cannot say what readerOnly is about.
var sets = []struct {
	name, text, want string
	readerOnly       bool
}{
	{"good", head + question, "", false},
	{"good, all keys", head + question + "    rules: [WN22-SO-000230]\n    settings: ['product:*']\n    parts: true\n    person: P\n    attach: A\n    limit: 500\n" +
		"    checks:\n      - {id: k, statement: S, kind: registry, address: 'registry:HKLM\\A!B', want: ['= 1'], supports_only: true, optional: true, until: 2027-01-12}\n", "", false},
	{"nobody asked beside optional checks", head + strings.Replace(question, "    controls: [c1]\n", "", 1) + "    checks:\n      - {id: k, statement: S, kind: registry, optional: true}\n", `:5:5: a: person is missing: all of its checks are optional`, true},
	{"good, company", head + "  - {id: a, topic: T, text: Q, scope: company, person: P}\n", "", false},
	{"unknown key", head + question + "    control: c1\n", `:10:5: unknown field "control"`, false},
	{"unknown key above", head + question + "extra: 1\n", `:10:1: unknown field "extra"`, false},
	{"key twice", head + question + "    topic: U\n", `:10:5: mapping key "topic" already defined at [6:5]`, true},
	{"unknown control", head + strings.Replace(question, "[c1]", "[c1, c3]", 1), `:9:20: a: the guide has no statement "c3"`, true},
	{"control twice", head + strings.Replace(question, "[c1]", "[c1, c1]", 1), `:9:20: a: c1 is listed twice`, false},
	{"unknown rule", head + question + "    rules: [WN22-SO-999999]\n", `:10:13: a: neither the guide nor a benchmark at hand has a rule "WN22-SO-999999"`, true},
	{"unknown setting", head + question + "    settings: [prodct:x]\n", `:10:16: a: "prodct:x" is no address of a setting`, true},
	{"unknown check", head + question + "    checks:\n      - {id: k, statement: S, kind: registri}\n", `:11:37: a: no kind of check is called registri`, true},
	{"question twice", head + question + question, `:10:9: a: the id is used twice`, true},
	{"check twice", head + question + "    checks:\n      - {id: k, statement: S, kind: registry}\n      - {id: k, statement: S, kind: registry}\n", `:12:14: a: the id of the check k is used twice`, true},
	{"bad id", head + strings.Replace(question, "id: a", "id: A b", 1), `:5:9: question: id "A b", want lower case letters, digits and single "-", at most 60`, false},
	{"no text", head + strings.Replace(question, "    text: Is it?\n", "", 1), `:5:5: a: text is missing`, false},
	{"too long", head + strings.Replace(question, "Is it?", strings.Repeat("é", 601), 1), `:7:11: a: text of 601 characters, at most 600`, false},
	{"two lines", head + strings.Replace(question, "text: Is it?", "text: |\n      Is\n      it?", 1), `:7:11: a: text has a line break or blanks at an end: write it with >-`, false},
	{"bad scope", head + strings.Replace(question, "scope: host", "scope: all", 1), `:8:12: a: scope "all", want host or company`, false},
	{"company without a person", head + strings.Replace(question, "scope: host", "scope: company", 1), `:5:5: a: person is missing: no server answers for the company`, false},
	{"nothing answers", head + strings.Replace(question, "    controls: [c1]\n", "", 1), `:5:5: a: nothing answers it: neither controls, checks or rules, nor a person`, true},
	{"limit too small", head + question + "    limit: 12\n", `:10:12: a: limit 12, want 120 to 32000 characters`, false},
	{"parts of one", head + question + "    parts: true\n", `:10:12: a: parts of fewer than two controls, checks and rules`, true},
	{"another version", strings.Replace(head, "version: 1", "version: 2", 1) + question, `:1:10: version 2, want 1`, false},
	{"no questions", "version: 1\nid: own\ntitle: Own\nquestions: []\n", `:4:12: set: no questions`, false},
	{"anchor", head + strings.Replace(question, "topic: T", "topic: &x T", 1), `:6:12: "&" is not used in this file: put a text that begins so in quotes`, true},
	{"tag", head + strings.Replace(question, "topic: T", "topic: !!str T", 1), `:6:12: "!!str" is not used in this file: put a text that begins so in quotes`, true},
	{"tab", head + "\t" + question, `:5:1: a tab or another control character`, true},
	{"not UTF-8", head + "  - id: \xff\n", `:5:9: not UTF-8 text: save the file as UTF-8`, true},
	{"two documents", head + question + "---\n" + head + question, `:11:1: a second document: one file has one`, true},
	{"empty", "", `:1:1: holds nothing`, true},
	{"brackets", "questions: " + strings.Repeat("[", 30), `:1:32: nested too deep`, true},
}

func TestParse(t *testing.T) {
	for _, s := range sets {
		t.Run(s.name, func(t *testing.T) {
			q, err := questionnaire.Parse("folder/own.yaml", []byte(s.text), known)
			got := ""
			if err != nil {
				got = strings.TrimPrefix(err.Error(), "folder/own.yaml")
			} else if q.File != "own.yaml" || q.Digest != evidence.DigestOf([]byte(s.text)) || len(q.Questions) == 0 {
				t.Errorf("file %s, %d questions", q.File, len(q.Questions))
			}
			if diff := cmp.Diff(s.want, got); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// TestLintNamesAll holds that lint goes on behind the first problem.
func TestLintNamesAll(t *testing.T) {
	text := head + strings.Replace(question, "[c1]", "[c8, c9]", 1) + question
	_, problems, err := questionnaire.Lint("own.yaml", []byte(text), known)
	want := []string{`own.yaml:9:16: a: the guide has no statement "c8"`, `own.yaml:9:20: a: the guide has no statement "c9"`, "own.yaml:10:9: a: the id is used twice"}
	if err != nil || len(problems) != len(want) {
		t.Fatalf("%v, %v", problems, err)
	}
	for i := range want {
		if problems[i].String() != want[i] {
			t.Errorf("problem %d is %s, want %s", i, problems[i], want[i])
		}
	}
}

func schemaOf(t *testing.T, data []byte) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("urn:test", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("urn:test")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchemaAgrees holds that an editor with the schema and the reader accept and refuse the same files.
func TestSchemaAgrees(t *testing.T) {
	schema := schemaOf(t, questionnaire.Schema())
	for _, s := range sets {
		if s.readerOnly {
			continue
		}
		var value any
		if err := yaml.Unmarshal([]byte(s.text), &value); err != nil {
			t.Errorf("%s: %v", s.name, err)
			continue
		}
		if err := schema.Validate(value); (err == nil) != (s.want == "") {
			t.Errorf("%s: the schema says %v, the reader %q", s.name, err, s.want)
		}
	}
}

// TestAnsweredSchema holds that answers of every shape are as the schema says.
func TestAnsweredSchema(t *testing.T) {
	schema := schemaOf(t, questionnaire.AnsweredSchema())
	h := host("A", fail, pass)
	h.Bearings[0].Exception = &evidence.Exception{Control: "c1", Approver: "x", Expires: asOf}
	h.Shown, h.More = []evidence.Shown{{Address: "product:x", Value: "1"}}, 3
	for _, q := range []evidence.Question{hostQuestion(2), parts(hostQuestion(2)), company(hostQuestion(2)), withPerson(hostQuestion(0))} {
		for _, said := range [][]evidence.Attestation{nil, yes, no, expired} {
			hosts := []evidence.HostBearings{h, host("B", pass, pass)}
			if len(q.Controls) == 0 {
				hosts = []evidence.HostBearings{host("A")}
			}
			set := evidence.Questionnaire{ID: "own", Title: "Own", File: "own.yaml", Digest: evidence.DigestOf(nil), Questions: []evidence.Question{q}}
			text, err := json.Marshal(questionnaire.Answer(set, questionnaire.Case{AsOf: asOf, Client: "Example", Attestations: said, Bearings: [][]evidence.HostBearings{hosts}}))
			if err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%v\n%s", err, text)
			}
		}
	}
}

// FuzzParse holds that no bytes make the reader panic, that an error is one line with a place, and that what is read once
// is read again alike.
func FuzzParse(f *testing.F) {
	for _, s := range sets {
		f.Add([]byte(s.text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		q, err := questionnaire.Parse("own.yaml", data, known)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\r\n") || !strings.HasPrefix(err.Error(), "own.yaml:") {
				t.Errorf("%q", err)
			}
			return
		}
		again, err := questionnaire.Parse("own.yaml", data, known)
		if diff := cmp.Diff(q, again); err != nil || diff != "" {
			t.Errorf("%v\n%s", err, diff)
		}
		if len(q.Questions) == 0 || len(q.Questions) > questionnaire.MaxQuestions {
			t.Errorf("%d questions", len(q.Questions))
		}
	})
}
