package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestEvaluateFusion: few worlds unless more are asked for, since each is played
// from beginning to end.
func TestEvaluateFusion(t *testing.T) {
	t.Parallel()
	args := []string{"evaluate", "fusion", "--catalog", country, "--worlds", "1", "--scenario", "collector-reset", "--seed", "5"}
	var res map[string]any
	if err := json.Unmarshal([]byte(done(t, append(args, "--format", "json")...)), &res); err != nil || res["seed"] != 5.0 || res["overall"] == nil {
		t.Errorf("%v, %v", res, err)
	}
	if help := done(t, "evaluate", "fusion", "--help"); !strings.Contains(help, "(default 20)") {
		t.Errorf("help:\n%s", help)
	}
}
