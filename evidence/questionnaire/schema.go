package questionnaire

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

//go:embed answered.json
var answered []byte

// Schema returns the JSON Schema (draft 2020-12) of a set of questions, for editors. What a schema cannot say, Parse
// alone refuses: links to what does not exist, ids used twice, a check that its kind does not understand.
func Schema() []byte { return slices.Clone(schema) }

// AnsweredSchema returns the JSON Schema of an answered set, data/questionnaire/ID.json in a package.
func AnsweredSchema() []byte { return slices.Clone(answered) }
