package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"tocsin/app"
)

func TestEvaluateCommands(t *testing.T) {
	for _, args := range [][]string{
		{"attribution", "--worlds", "2", "--scenario", "carrier-day", "--scenario", "news-only"},
		{"detection", "--worlds", "4", "--scenario", "routes-half"},
		{"localisation", "--worlds", "2", "--scenario", "city"},
		{"quiet", "--days", "1", "--catalog", country},
	} {
		t.Run(args[0], func(t *testing.T) {
			t.Parallel()
			args := append([]string{"evaluate"}, args...)
			var res map[string]any
			if err := json.Unmarshal([]byte(done(t, append(args, "--seed", "5", "--format", "json")...)), &res); err != nil || res["seed"] != 5.0 {
				t.Errorf("seed %v, %v", res["seed"], err)
			}
			if text := done(t, args...); !regexp.MustCompile(`seed \d+`).MatchString(text) {
				t.Errorf("a seed from the clock isn't printed:\n%s", text)
			}
		})
	}
}

func TestEvaluateWrongUse(t *testing.T) {
	for _, args := range [][]string{
		{"attribution", "--worlds", "many"},
		{"attribution", "--seed", "-1"},
		{"attribution", "--scenario", "nix"},
		{"attribution", "surplus"},
		{"detection", "--format", "xml"},
		{"quiet", "--days", "0"},
		{"quiet", "--worlds", "4"},
		{"nothing"},
	} {
		r := tocsin(t, append([]string{"evaluate"}, args...)...)
		if r.code != app.ExitUsage || !strings.Contains(r.errs, "→") || r.out != "" {
			t.Errorf("%v: exit code %d, %q, printed %q", args, r.code, r.errs, r.out)
		}
	}
}
