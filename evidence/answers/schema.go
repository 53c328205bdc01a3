package answers

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of the file, for editors. What a schema cannot say, Parse alone refuses:
// a control that the guide does not have or that has an entry already, an end before the beginning, a milestone after the end, an IPv6 network that
// only looks like one.
func Schema() []byte { return slices.Clone(schema) }
