package catalog

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocumentedCatalogue loads the example that docs/catalogue.md gives to
// strangers, and finds in it what the text says.
func TestDocumentedCatalogue(t *testing.T) {
	page, err := os.ReadFile("../docs/catalogue.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("no example")
	}
	if _, err := Check(layer(example)); err != nil {
		t.Fatal(err)
	}
	schema, _ := compiled(t)
	if err := schema.Validate(plainValue(t, []byte(example))); err != nil {
		t.Error(err)
	}
	found := mustLoad(t, "2024-05-03", layer(example)).Findings()
	if len(found) == 0 || found[0].Kind != CircularRecovery || found[0].Nodes[0] != "red/core" {
		t.Errorf("findings %v", found)
	}
	_, doc := compiled(t)
	for _, key := range vocabulary(doc) {
		if !regexp.MustCompile("[`{ ]" + key + "[`:,}]").Match(page) {
			t.Errorf("the key %s is not written about", key)
		}
	}
}

// vocabulary is every key of a JSON Schema, at any depth.
func vocabulary(v any) (keys []string) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			if props, ok := inner.(map[string]any); ok && name == "properties" {
				keys = append(keys, sorted(props)...)
			}
			keys = append(keys, vocabulary(inner)...)
		}
	case []any:
		for _, inner := range v {
			keys = append(keys, vocabulary(inner)...)
		}
	}
	return keys
}
