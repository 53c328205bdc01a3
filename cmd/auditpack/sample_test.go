package main

import (
	"encoding/json"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/goccy/go-yaml"

	"auditpack/evidence"
	"auditpack/evidence/audit"
	"auditpack/templates"
)

// expectation is templates/sample/expected.yaml: what a person expects of every Control, written from the files and the
// guide without the program.
type expectation struct {
	Version  int               `yaml:"version"`
	Controls []expectedControl `yaml:"controls"`
}

type expectedControl struct {
	ID     string         `yaml:"id"`
	Before expectedResult `yaml:"before"`
	After  expectedResult `yaml:"after"`
}

// expectedResult is one result, or any of those that the documents leave open as well.
type expectedResult struct {
	Result evidence.Result   `yaml:"result"`
	Or     []evidence.Result `yaml:"or"`
	Why    string            `yaml:"why"`
}

func (e expectedResult) allows(r evidence.Result) bool {
	return r == e.Result || slices.Contains(e.Or, r)
}

// demoAudit runs the demo and reads its audit.json.
func demoAudit(t *testing.T) audit.Audit {
	t.Helper()
	dest := filepath.Join(t.TempDir(), "demo")
	if err := runDemo(t.Context(), demoOptions{dest: dest}, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dest, "data", "audit.json"))
	if err != nil {
		t.Fatal(err)
	}
	var a audit.Audit
	if err := json.Unmarshal(text, &a); err != nil {
		t.Fatal(err)
	}
	return a
}

// expected reads expected.yaml.
func expected(t testing.TB) expectation {
	t.Helper()
	text, err := fs.ReadFile(templates.FS, "sample/expected.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var want expectation
	if err := yaml.UnmarshalWithOptions(text, &want, yaml.DisallowUnknownField()); err != nil {
		t.Fatal(err)
	}
	return want
}

func TestSampleAsExpected(t *testing.T) {
	want := expected(t)
	got := map[string]audit.Assessed{}
	for _, s := range demoAudit(t).Hosts[0].Sections {
		for _, c := range s.Controls {
			got[c.ID] = c
		}
	}
	if len(want.Controls) != len(got) || len(got) != 106 {
		t.Errorf("%d Controls are expected, %d were assessed, the guide has 106", len(want.Controls), len(got))
	}
	for _, w := range want.Controls {
		c, ok := got[w.ID]
		if !ok {
			t.Errorf("%s was not assessed", w.ID)
			continue
		}
		if !w.Before.allows(c.Before.Result) {
			t.Errorf("%s before: %s, want %s: %s\n  %+v", w.ID, c.Before.Result, w.Before.Result, w.Before.Why, c.Before.Reasons)
		}
		if !w.After.allows(c.After.Result) {
			t.Errorf("%s after: %s, want %s: %s\n  %+v", w.ID, c.After.Result, w.After.Result, w.After.Why, c.After.Reasons)
		}
	}
}
