package catalog

import (
	"bytes"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"
)

func compiled(t *testing.T) (*jsonschema.Schema, map[string]any) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("urn:tocsin:catalogue", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("urn:tocsin:catalogue")
	if err != nil {
		t.Fatal(err)
	}
	return s, doc.(map[string]any)
}

// plainValue is a YAML file as JSON has it: a date is a string there.
func plainValue(t *testing.T, content []byte) any {
	t.Helper()
	var doc yaml.Node
	if err := yaml.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if n.ShortTag() == "!!timestamp" {
			n.Tag = "!!str"
		}
		for _, c := range n.Content {
			walk(c)
		}
	}
	walk(&doc)
	var v any
	if err := doc.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestSchemaHoldsForCanada(t *testing.T) {
	schema, _ := compiled(t)
	names, err := fs.Glob(Canada(), "*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("files %v, error %v", names, err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(Canada(), name)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(plainValue(t, content)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	schema, _ := compiled(t)
	for _, c := range []struct{ what, text string }{
		{"an unknown list", "component: []"},
		{"an unknown key", "services: [{id: sms, name: {en: a, fr: b}, colour: red}]"},
		{"no French", "services: [{id: sms, name: {en: a}}]"},
		{"an id in capitals", "services: [{id: SMS, name: {en: a, fr: b}}]"},
		{"a number for a code", "regions: [{id: a, level: country, sgc: 35, name: {en: a, fr: b}}]"},
		{"a level that is none", "regions: [{id: a, level: county, name: {en: a, fr: b}}]"},
		{"no source", "organisations: [{id: a, name: {en: a, fr: b}}]"},
		{"kind service without one", "components: [{id: a/b, kind: service, name: {en: a, fr: b}, regions: [a], source: s}]"},
		{"a service of a core", "components: [{id: a/b, kind: core, service: sms, name: {en: a, fr: b}, regions: [a], source: s}]"},
		{"no regions", "dependents: [{id: a/b, name: {en: a, fr: b}, regions: [], source: s}]"},
		{"a group that is both", "dependents: [{id: a/b, name: {en: a, fr: b}, regions: [a], source: s, needs: [{all: [c/d], any: [c/e]}]}]"},
		{"a group of none", "dependents: [{id: a/b, name: {en: a, fr: b}, regions: [a], source: s, needs: [{lost: down}]}]"},
		{"a duration that is none", "dependents: [{id: a/b, name: {en: a, fr: b}, regions: [a], source: s, needs: [{all: [c/d], holdover: long}]}]"},
	} {
		if err := schema.Validate(plainValue(t, []byte(c.text))); err == nil {
			t.Errorf("%s was let through: %s", c.what, c.text)
		}
	}
}

// TestSchemaAndDecoderHaveOneVocabulary walks the structs that are decoded
// into and the schema side by side: neither may have a key that the other lacks.
func TestSchemaAndDecoderHaveOneVocabulary(t *testing.T) {
	_, doc := compiled(t)
	defs := doc["$defs"].(map[string]any)
	met := map[string]bool{}
	var same func(where string, typ reflect.Type, def map[string]any)
	same = func(where string, typ reflect.Type, def map[string]any) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice && def["items"] != nil {
			if typ.Kind() == reflect.Slice {
				def = def["items"].(map[string]any)
			}
			typ = typ.Elem()
		}
		if ref, ok := def["$ref"].(string); ok {
			name := strings.TrimPrefix(ref, "#/$defs/")
			if met[name+typ.Name()] {
				return
			}
			met[name+typ.Name()] = true
			def, where = defs[name].(map[string]any), name
		}
		if either, ok := def["anyOf"].([]any); ok && reflect.PointerTo(typ).Implements(reflect.TypeFor[brief]()) { // a bare word, or a mapping
			same(where, typ, either[1].(map[string]any))
			return
		}
		props, isObject := def["properties"].(map[string]any)
		keys := map[string]reflect.Value{}
		if typ.Kind() == reflect.Struct {
			fields(reflect.New(typ).Elem(), keys)
		}
		if !isObject && len(keys) == 0 {
			return
		}
		if got, want := sorted(props), sorted(keys); !slices.Equal(got, want) {
			t.Errorf("%s: the schema has %v, the decoder %v", where, got, want)
			return
		}
		if def["additionalProperties"] != false {
			t.Errorf("%s: the schema allows unknown keys", where)
		}
		for key, field := range keys {
			same(where+"."+key, field.Type(), props[key].(map[string]any))
		}
	}
	same("file", reflect.TypeFor[file](), doc)
	for name, def := range defs {
		_, object := def.(map[string]any)["properties"]
		if object && !slices.ContainsFunc(sorted(met), func(m string) bool { return strings.HasPrefix(m, name) }) {
			t.Errorf("$defs/%s is used by nothing that is decoded", name)
		}
	}
	if len(met) < 12 {
		t.Errorf("only %d definitions compared: %v", len(met), fmt.Sprint(sorted(met)))
	}
}
