package app

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEvaluateFusion: one row a scenario and method, the fit beside them, drawings
// where they are asked for; a catalogue of one carrier has worlds too.
func TestEvaluateFusion(t *testing.T) {
	t.Parallel()
	plots := filepath.Join(t.TempDir(), "drawings")
	o := tiny(t, EvaluateOptions{World: zz(), Format: "json", Worlds: 2, Scenario: []string{"carrier-day", "bot-surge"}, Plots: plots})
	o.AsOf = clock(t, "2024-05-02T00:00:00Z")
	var out, again bytes.Buffer
	if err := EvaluateFusion(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	if err := EvaluateFusion(t.Context(), &again, o); err != nil || out.String() != again.String() {
		t.Errorf("one seed, two answers: %v", err)
	}
	var res struct {
		Seed      uint64           `json:"seed"`
		Scenarios []map[string]any `json:"scenarios"`
		Overall   []map[string]any `json:"overall"`
		Fit       map[string]any   `json:"fit"`
	}
	if err := json.Unmarshal(out.Bytes(), &res); err != nil || res.Seed != 7 || len(res.Scenarios) != 8 || len(res.Overall) != 4 {
		t.Fatalf("%v: %s", err, out.String())
	}
	for _, row := range append(res.Scenarios, res.Overall...) {
		for _, key := range []string{
			"scenario", "method", "worlds", "precision", "recall", "f1", "suspected", "confirmed", "relapses_per_world",
			"false_incidents_per_world", "false_confirmations_per_world", "brier", "murphy", "log_loss", "reliability",
		} {
			if row[key] == nil {
				t.Fatalf("no %s in %v", key, row)
			}
		}
	}
	for _, key := range []string{"a", "b", "planes", "log_loss"} {
		if res.Fit[key] == nil {
			t.Errorf("no %s in the fit: %v", key, res.Fit)
		}
	}
	for _, name := range []string{"reliability.svg", "suspected.svg", "confirmed.svg"} {
		if svg, err := os.ReadFile(filepath.Join(plots, name)); err != nil || !strings.HasPrefix(string(svg), "<svg") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEvaluateFusionRefuses(t *testing.T) {
	t.Parallel()
	err := EvaluateFusion(t.Context(), &bytes.Buffer{}, tiny(t, EvaluateOptions{Format: "text", Scenario: []string{"nix"}}))
	if Code(err) != ExitUsage || !strings.Contains(err.Error(), "nix") {
		t.Errorf("code %d: %v", Code(err), err)
	}
}
