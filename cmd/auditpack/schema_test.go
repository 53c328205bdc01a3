package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"auditpack/evidence/snapshot"
)

var versions = regexp.MustCompile(`"(auditpack\.[a-z]+/)[0-9]+"`)

// compiled returns a schema as the program prints it.
func compiled(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(printed(t, exitDone, "schema", name)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("urn:test:"+name, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("urn:test:" + name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return schema
}

// printed runs the program and returns its result.
func printed(t *testing.T, code int, args ...string) []byte {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if got := run(t.Context(), args, &stdout, &stderr); got != code {
		t.Fatalf("%s: exit code %d, want %d: %s", strings.Join(args, " "), got, code, stderr.String())
	}
	return stdout.Bytes()
}

// TestSchemas holds that what is written fits what is said to be written, and that the schemas are no empty promise.
func TestSchemas(t *testing.T) {
	work := t.TempDir()
	dir, reduced := filepath.Join(work, "demo"), filepath.Join(work, "reduced")
	printed(t, exitDone, "demo", "-o", dir)
	before, after := filepath.Join(dir, "data/snapshots/automate01/before"), filepath.Join(dir, "data/snapshots/automate01/after")
	printed(t, exitDone, "pack", after, "--before", before, "--as-of", "2026-10-21T09:00:00Z", "--unsigned", "--without-evidence", "-o", reduced)
	host := writeHost(t, "after", sampleHost(t, "after"), nil)
	captured := capture(t, host, captureOptions{Only: []string{"clock", "netstat"}})
	record, err := os.ReadFile(filepath.Join(scriptFolder(t, captured), snapshot.ScriptRecord))
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	for _, c := range []struct {
		schema string
		text   []byte
	}{
		{"audit", read("data/audit.json")},
		{"audit", printed(t, exitDone, "assess", after, "--as-of", "2026-10-21", "--format", "json")},
		{"line", printed(t, exitLook, "assess", after, "--as-of", "2026-10-21", "--format", "line", "--fail-on", "high")},
		{"line", printed(t, exitDone, "assess", before, "--as-of", "2026-10-21", "--format", "line")},
		{"snapshot", read("data/snapshots/automate01/before/data/snapshot.json")},
		{"snapshot", read("data/snapshots/automate01/after/data/snapshot.json")},
		{"pack", read("data/inputs/pack.json")},
		{"plan", printed(t, exitDone, "capture", "--replay-host", host, "--dry-run", "--probe", "192.0.2.1", "--format", "json")},
		{"script", bytes.TrimPrefix(record, []byte("\xef\xbb\xbf"))},
		{"answered", read("data/questionnaire/insurance.json")},
		{"form", read("data/questionnaire/forms/1-application.json")},
		{"verify", printed(t, exitLook, "verify", dir, before, after, "--replay", "--format", "json")},
		{"verify", printed(t, exitFailed, "verify", filepath.Join(dir, "nowhere"), "--format", "json")},
		{"audit", read("../reduced/data/audit.json")},
		{"pack", read("../reduced/data/inputs/pack.json")},
		{"verify", printed(t, exitLook, "verify", dir, reduced, "--replay", "--format", "json")},
		{"diff", printed(t, exitLook, "diff", before, after, "--format", "json")},
		{"trend", printed(t, exitDone, "trend", dir, "--format", "json")},
		{"diff", printed(t, exitDone, "diff", after, after, "--format", "json")},
	} {
		schema := compiled(t, c.schema)
		valid := func(text []byte) error {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			return schema.Validate(value)
		}
		if err := valid(c.text); err != nil {
			t.Errorf("%s: %v", c.schema, err)
		}
		for what, forged := range map[string][]byte{
			"another version": versions.ReplaceAll(c.text, []byte(`"${1}0"`)),
			"another field":   bytes.Replace(c.text, []byte(`"version"`), []byte(`"more": 1, "version"`), 1),
			"a field less":    bytes.Replace(c.text, []byte(`"version"`), []byte(`"more"`), 1),
		} {
			if valid(forged) == nil {
				t.Errorf("%s: %s is accepted", c.schema, what)
			}
		}
	}
	compiled(t, "answers")
	compiled(t, "questions")
}

// TestEveryFormHasSchema holds that each version that a file of the program says has a schema, but for those named here.
func TestEveryFormHasSchema(t *testing.T) {
	without := map[string]string{
		"auditpack.gathering": "the journal of a capture that is not done: JSON Lines for the version that began it, gone when it is done",
		"auditpack.signer":    "YAML of four fields, written by 'key import'; what the command gets and gives are bytes",
	}
	var schemas strings.Builder
	for _, f := range fileForms() {
		text, err := f.text()
		if err != nil {
			t.Fatal(err)
		}
		schemas.Write(text)
	}
	said := regexp.MustCompile(`"(auditpack\.[a-z]+)/[0-9]+"`)
	goFiles(t, func(pkg, file string) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range said.FindAllStringSubmatch(string(text), -1) {
			if without[m[1]] == "" && !strings.Contains(schemas.String(), m[1]) && !strings.Contains(schemas.String(), strings.ReplaceAll(m[1], ".", ":")) {
				t.Errorf("%s writes %s, which has no schema", pkg, m[1])
			}
		}
	})
}
