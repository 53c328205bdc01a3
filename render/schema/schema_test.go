package schema_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"auditpack/evidence"
	"auditpack/render/schema"
)

type inner struct {
	Control evidence.NISTControl `json:"control"`
	Open    bool
}

// every has a field of each form that encoding/json writes in its own way.
type every struct {
	Version string `json:"version"`
	inner
	Digest  evidence.Digest `json:"digest"`
	Maybe   evidence.Digest `json:"maybe,omitzero"`
	At      time.Time       `json:"at"`
	Inner   inner           `json:"inner"`
	Pointer *inner          `json:"pointer"`
	None    *inner          `json:"none,omitempty"`
	List    []int           `json:"list"`
	Lists   [][]inner       `json:"lists,omitempty"`
	Share   float64         `json:"share"`
	Secret  func()          `json:"-"`
	hidden  int
}

func TestOf(t *testing.T) {
	text, err := schema.Of(reflect.TypeFor[every](), "urn:test:1", "a test", "test/1")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("urn:test:1", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("urn:test:1")
	if err != nil {
		t.Fatal(err)
	}
	valid := func(text string) error {
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return compiled.Validate(value)
	}
	at := time.Date(2026, 11, 22, 10, 15, 0, 0, time.UTC)
	empty := every{Version: "test/1", At: at, hidden: 1}
	full := every{Version: "test/1", At: at, Digest: evidence.DigestOf(nil), Maybe: evidence.DigestOf(nil), Pointer: &inner{}, None: &inner{},
		List: []int{1}, Lists: [][]inner{{{Open: true}}}, Share: 0.5}
	for name, v := range map[string]every{"empty": empty, "full": full} {
		written, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := valid(string(written)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	sound, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range [][2]string{{`"test/1"`, `"test/2"`}, {`"list":[1]`, `"list":[1.5]`}, {`"list":[1],`, ``}, {`"Open":false,`, `"Open":0,`},
		{`"share":0.5`, `"share":"0.5"`}, {`"2026-11-22T10:15:00Z"`, `"yesterday"`}, {`"digest":"e3b0`, `"digest":"E3B0`}, {`"share"`, `"more":1,"share"`},
		{`"pointer":{`, `"pointer":{"more":1,`}} {
		forged := strings.Replace(string(sound), c[0], c[1], 1)
		if forged == string(sound) {
			t.Errorf("%s is not in %s", c[0], sound)
		} else if valid(forged) == nil {
			t.Errorf("%s for %s is accepted", c[1], c[0])
		}
	}
}

// What has no one form has no schema.
func TestOfRefuses(t *testing.T) {
	for _, form := range []reflect.Type{reflect.TypeFor[struct{ X any }](), reflect.TypeFor[struct{ X map[string]int }](), reflect.TypeFor[chan int]()} {
		if text, err := schema.Of(form, "", "", ""); err == nil {
			t.Errorf("%s: %s", form, text)
		}
	}
}
