package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// tiny is an evaluation that is over at once.
func tiny(t *testing.T, o EvaluateOptions) EvaluateOptions {
	t.Helper()
	o.AsOf = clock(t, "2022-07-08T00:00:00Z")
	if o.Seed == nil && o.Format == "json" {
		seed := uint64(7)
		o.Seed = &seed
	}
	if o.Worlds == 0 {
		o.Worlds = 8
	}
	return o
}

func TestEvaluate(t *testing.T) {
	for name, c := range map[string]struct {
		run      func(context.Context, io.Writer, EvaluateOptions) error
		scenario string
		keys     []string
		plot     string
	}{
		"attribution":  {EvaluateAttribution, "carrier-day", []string{"top1", "set_recall", "set_precision", "false_accusation", "brier"}, "accusation.svg"},
		"detection":    {EvaluateDetection, "carrier-x10", []string{"median_delay", "p90_delay", "false_alarms_per_series_month"}, "delay.svg"},
		"localisation": {EvaluateLocalisation, "city", []string{"precision", "recall", "overlap", "service_f1"}, "overlap.svg"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plots := filepath.Join(t.TempDir(), "drawings")
			o := tiny(t, EvaluateOptions{Format: "json", Scenario: []string{c.scenario}, Plots: plots})
			var out, again, text bytes.Buffer
			for _, w := range []io.Writer{&out, &again} {
				if err := c.run(t.Context(), w, o); err != nil {
					t.Fatal(err)
				}
			}
			if out.String() != again.String() {
				t.Error("one seed, two answers")
			}
			var res struct {
				Seed      uint64           `json:"seed"`
				Scenarios []map[string]any `json:"scenarios"`
			}
			if err := json.Unmarshal(out.Bytes(), &res); err != nil || res.Seed != 7 || len(res.Scenarios) < 3 {
				t.Fatalf("%v: %s", err, out.String())
			}
			for _, row := range res.Scenarios {
				for _, key := range append([]string{"scenario", "method", "worlds"}, c.keys...) {
					if row[key] == nil {
						t.Fatalf("no %s in %v", key, row)
					}
				}
			}
			if svg, err := os.ReadFile(filepath.Join(plots, c.plot)); err != nil || !strings.HasPrefix(string(svg), "<svg") {
				t.Errorf("%s: %v", c.plot, err)
			}
			o.Format = "text"
			if err := c.run(t.Context(), &text, o); err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{"seed 7", c.scenario, "method"} {
				if !strings.Contains(text.String(), want) {
					t.Errorf("no %q in:\n%s", want, text.String())
				}
			}
		})
	}
}

// TestEvaluateAnyCatalogue: a country with one carrier has worlds too, and what
// it can't carry is said.
func TestEvaluateAnyCatalogue(t *testing.T) {
	o := tiny(t, EvaluateOptions{World: zz(), Format: "text"})
	o.AsOf = clock(t, "2024-05-02T00:00:00Z")
	var out bytes.Buffer
	if err := EvaluateAttribution(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"carrier-day", "news-only", "Skipped: scenario two-roots"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}

func TestEvaluateQuiet(t *testing.T) {
	o := tiny(t, EvaluateOptions{World: zz(), Format: "json", Days: 2})
	o.AsOf = clock(t, "2024-05-02T00:00:00Z")
	var out bytes.Buffer
	if err := EvaluateQuiet(t.Context(), &out, o); err != nil {
		t.Fatal(err)
	}
	var res map[string]any
	if err := json.Unmarshal(out.Bytes(), &res); err != nil || res["days"] != 2.0 || res["public_false"] == nil {
		t.Errorf("%v: %s", err, out.String())
	}
}

func TestEvaluateRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		o    EvaluateOptions
		code int
		say  string
	}{
		"format":   {EvaluateOptions{Format: "yaml"}, ExitUsage, "yaml"},
		"no world": {EvaluateOptions{Format: "text", Worlds: -1}, ExitUsage, "-1"},
		"too many": {EvaluateOptions{Format: "text", Worlds: most + 1}, ExitUsage, "worlds"},
		"scenario": {EvaluateOptions{Format: "text", Scenario: []string{"nix"}}, ExitUsage, "nix"},
		"catalog":  {EvaluateOptions{Format: "text", World: World{Catalog: "nowhere"}}, ExitInput, "nowhere"},
		"plots":    {EvaluateOptions{Format: "text", Scenario: []string{"news-only"}, Worlds: 1, Plots: "evaluate_test.go"}, ExitInput, "plots"},
		"unfit":    {EvaluateOptions{Format: "text", World: zz(), Scenario: []string{"two-roots"}}, ExitInput, "two-roots"},
	} {
		t.Run(name, func(t *testing.T) {
			err := EvaluateAttribution(t.Context(), io.Discard, tiny(t, c.o))
			if err == nil || Code(err) != c.code || !strings.Contains(err.Error(), c.say) {
				t.Errorf("code %d: %v", Code(err), err)
			}
			var f *Failure
			if !errors.As(err, &f) || f.Cure == "" {
				t.Errorf("no cure in %v", err)
			}
		})
	}
	for _, days := range []int{0, -1, mostDays + 1} {
		if err := EvaluateQuiet(t.Context(), io.Discard, tiny(t, EvaluateOptions{Format: "text", Days: days})); Code(err) != ExitUsage {
			t.Errorf("%d days: %v", days, err)
		}
	}
}

// TestEvaluateInterrupted: an answer that was not finished is none.
func TestEvaluateInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var out bytes.Buffer
	err := EvaluateAttribution(ctx, &out, tiny(t, EvaluateOptions{Format: "text"}))
	if Code(err) == ExitDone || out.Len() > 0 {
		t.Errorf("%v, printed %q", err, out.String())
	}
}
