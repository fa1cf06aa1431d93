package catalog

import (
	_ "embed"
	"slices"
)

//go:embed schema.json
var schema []byte

// Schema is the JSON Schema (2020-12) of one catalogue file. It checks how a
// file is written; what the files say together is checked by [Load].
func Schema() []byte { return slices.Clone(schema) }
