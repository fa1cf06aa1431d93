package main

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestEvaluateImpact(t *testing.T) {
	t.Parallel()
	var res map[string]any
	if err := json.Unmarshal([]byte(done(t, "evaluate", "impact", "--format", "json")), &res); err != nil || res["outage"] != "rogers-2022-07-08" || res["recall"] == nil {
		t.Errorf("%v, %v", res["outage"], err)
	}
	if text := done(t, "evaluate", "impact", "--edition", "2026-01-01", "--lang", "fr"); !strings.Contains(text, "sur l’édition du 2026-01-01") {
		t.Errorf("text:\n%s", text)
	}
}
