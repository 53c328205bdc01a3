// Package schema draws the JSON Schema (draft 2020-12) of a Go type that is written with encoding/json, so that the schema
// of a file cannot say anything else than what is written.
//
// A field without omitempty or omitzero is required; no others are allowed. A struct is a definition of its own, under
// the name of its package and its own. What marshals itself as text is a string; a SHA-256 and a time have their form.
package schema

import (
	"encoding"
	"encoding/json"
	"fmt"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"auditpack/evidence"
)

// node is a schema. Its fields stand in the order in which they are written.
type node struct {
	Schema      string           `json:"$schema,omitempty"`
	ID          string           `json:"$id,omitempty"`
	Title       string           `json:"title,omitempty"`
	Ref         string           `json:"$ref,omitempty"`
	Type        any              `json:"type,omitempty"` // a string, or two of them
	Const       string           `json:"const,omitempty"`
	Format      string           `json:"format,omitempty"`
	Pattern     string           `json:"pattern,omitempty"`
	AnyOf       []*node          `json:"anyOf,omitempty"`
	Items       *node            `json:"items,omitempty"`
	Properties  map[string]*node `json:"properties,omitempty"` // written in the order of their names
	Required    []string         `json:"required,omitempty"`
	Closed      *bool            `json:"additionalProperties,omitempty"`
	Definitions map[string]*node `json:"$defs,omitempty"`
}

// Of returns the schema of what encoding/json writes of a value of type t. id names it; version is what its field version
// holds, or that of each of its elements.
func Of(t reflect.Type, id, title, version string) ([]byte, error) {
	d := &drawing{definitions: map[string]*node{}}
	root := *d.of(t)
	if err := d.err; err != nil {
		return nil, err
	}
	top := t
	if t.Kind() == reflect.Slice {
		top = t.Elem()
	}
	if n := d.definitions[name(top)]; n != nil && n.Properties["version"] != nil {
		n.Properties["version"] = &node{Const: version}
	}
	root.Schema, root.ID, root.Title, root.Definitions = "https://json-schema.org/draft/2020-12/schema", id, title, d.definitions
	text, err := json.MarshalIndent(root, "", "  ")
	return append(text, '\n'), err
}

// drawing collects the definitions of the structs that were met.
type drawing struct {
	definitions map[string]*node
	err         error
}

var (
	digestType = reflect.TypeFor[evidence.Digest]()
	timeType   = reflect.TypeFor[time.Time]()
	textType   = reflect.TypeFor[encoding.TextMarshaler]()
)

func (d *drawing) of(t reflect.Type) *node {
	switch {
	case t == digestType:
		return &node{Type: "string", Pattern: "^([0-9a-f]{64})?$"}
	case t == timeType:
		return &node{Type: "string", Format: "date-time"}
	case t.Implements(textType):
		return &node{Type: "string"}
	}
	switch t.Kind() {
	case reflect.String:
		return &node{Type: "string"}
	case reflect.Bool:
		return &node{Type: "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uint:
		return &node{Type: "integer"}
	case reflect.Float32, reflect.Float64:
		return &node{Type: "number"}
	case reflect.Pointer:
		return d.of(t.Elem())
	case reflect.Slice:
		return &node{Type: "array", Items: d.of(t.Elem())}
	case reflect.Struct:
		return d.structOf(t)
	}
	d.err = fmt.Errorf("%s: no schema for a %s", t, t.Kind())
	return &node{}
}

func (d *drawing) structOf(t reflect.Type) *node {
	ref := &node{Ref: "#/$defs/" + name(t)}
	if d.definitions[name(t)] != nil {
		return ref
	}
	closed := false
	n := &node{Type: "object", Properties: map[string]*node{}, Closed: &closed}
	d.definitions[name(t)] = n
	d.fields(n, t)
	slices.Sort(n.Required)
	return ref
}

// fields adds the fields of t to n, those of embedded structs too, as encoding/json does.
func (d *drawing) fields(n *node, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case key == "-":
		case f.Anonymous && key == "" && f.Type.Kind() == reflect.Struct:
			d.fields(n, f.Type)
		case !f.IsExported():
		default:
			if key == "" {
				key = f.Name
			}
			may := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
			if !may {
				n.Required = append(n.Required, key)
			}
			n.Properties[key] = d.field(f.Type, may)
		}
	}
}

// field is the schema of a field's value. One that is always written is null where there is no list or nothing pointed to.
func (d *drawing) field(t reflect.Type, omitted bool) *node {
	n := d.of(t)
	switch {
	case omitted || t.Kind() != reflect.Pointer && t.Kind() != reflect.Slice:
	case n.Ref != "":
		return &node{AnyOf: []*node{n, {Type: "null"}}}
	default:
		n.Type = []any{n.Type, "null"}
	}
	return n
}

// name is that of a struct among the definitions: audit.Host.
func name(t reflect.Type) string { return path.Base(t.PkgPath()) + "." + t.Name() }
