package answers_test

import (
	"bytes"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"auditpack/evidence/answers"
)

func compileSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(answers.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("urn:auditpack:answers:1", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("urn:auditpack:answers:1")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// TestSchemaAgrees holds that an editor with the schema and the reader accept and refuse the same files.
func TestSchemaAgrees(t *testing.T) {
	schema := compileSchema(t)
	for _, f := range files {
		if f.readerOnly {
			continue
		}
		var value any
		if err := yaml.Unmarshal([]byte(f.text), &value); err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		err := schema.Validate(value)
		if accepted := err == nil; accepted != (f.want == "") {
			t.Errorf("%s: the schema says %v, the reader %q", f.name, err, f.want)
		}
	}
}
