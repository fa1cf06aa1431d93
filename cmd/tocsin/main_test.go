package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/app"
)

// The small world of package app's tests.
const (
	country = "../../app/testdata/zz"
	overlay = "../../app/testdata/overlay"
	outage  = "../../app/testdata/northtel-2024-05-02.outage"
)

// ran is what one run of the program printed.
type ran struct {
	code      int
	out, errs string
}

// tocsin runs the program in this process. A run that should have been refused
// and serves instead is stopped before the tests' own time is up.
func tocsin(t *testing.T, args ...string) ran {
	t.Helper()
	ctx := t.Context()
	if end, ok := t.Deadline(); ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, end.Add(-time.Minute))
		defer cancel()
	}
	var out, errs bytes.Buffer
	code := run(ctx, args, &out, &errs)
	if ctx.Err() != nil {
		t.Fatalf("tocsin %s: it didn't end", strings.Join(args, " "))
	}
	return ran{code, out.String(), errs.String()}
}

// done runs the program where it must succeed, and gives what it printed.
func done(t *testing.T, args ...string) string {
	t.Helper()
	r := tocsin(t, args...)
	if r.code != app.ExitDone || r.errs != "" {
		t.Fatalf("tocsin %s: exit code %d: %s", strings.Join(args, " "), r.code, r.errs)
	}
	return r.out
}

func TestHelpListsEveryCommand(t *testing.T) {
	for _, args := range [][]string{nil, {"help"}, {"--help"}, {"-help"}, {"-h"}} {
		text := done(t, args...)
		for _, c := range commands() {
			if !strings.Contains(text, c.name) || !strings.Contains(text, c.brief) {
				t.Errorf("tocsin %v doesn't list %q", args, c.name)
			}
		}
		for _, code := range []string{"0 done", "1 the answer", "2 wrong use", "3 broken input"} {
			if !strings.Contains(text, code) {
				t.Errorf("tocsin %v doesn't tell of exit code %q", args, code)
			}
		}
	}
}

// Every command explains itself, however it is asked.
func TestEveryCommandHasHelp(t *testing.T) {
	for _, c := range commands() {
		words := strings.Fields(c.name)
		want := done(t, append(words, "--help")...)
		for _, part := range []string{"tocsin " + c.name, c.brief, "Example:\n  tocsin " + c.name} {
			if !strings.Contains(want, part) {
				t.Errorf("%s --help doesn't say %q:\n%s", c.name, part, want)
			}
		}
		for _, args := range [][]string{append(words, "-h"), append(words, "something", "--help"), append([]string{"help"}, words...)} {
			if got := done(t, args...); got != want {
				t.Errorf("tocsin %v says something else than %s --help:\n%s", args, c.name, got)
			}
		}
	}
}

// The help of a command shows the flags that it takes, and each with a word on
// what it is.
func TestHelpShowsTheFlags(t *testing.T) {
	for name, flags := range map[string][]string{
		"serve":           {"catalog DIR", "overlay DIR", "listen HOST:PORT", "data DIR", "replay OUTAGE", "speed TIMES"},
		"replay":          {"catalog DIR", "overlay DIR", "at TIME", "edition DATE", "lang en|fr", "format text|markdown|html|json"},
		"sitrep":          {"catalog DIR", "overlay DIR", "data DIR", "incident ID", "lang en|fr", "format text|markdown|html|json"},
		"rehearse":        {"catalog DIR", "overlay DIR", "fail NODE[@REGION][=degraded|unknown]", "day OUTAGE", "from TIME", "for DURATION", "at TIME|DURATION", "edition DATE", "repair NODE=DURATION", "plan FILE", "fail-on lost|circular", "lang en|fr", "format text|markdown|json|csv"},
		"catalog check":   {"catalog DIR", "overlay DIR", "edition DATE", "format text|json"},
		"catalog show":    {"catalog DIR", "overlay DIR", "edition DATE", "lang en|fr", "format text|json"},
		"catalog explain": {"catalog DIR", "overlay DIR", "edition DATE", "lang en|fr", "format text|json"},
		"catalog schema":  nil,
	} {
		text := done(t, append(strings.Fields(name), "--help")...)
		for _, f := range flags {
			if !regexp.MustCompile(`(?m)^  --` + regexp.QuoteMeta(f) + `\n +\S`).MatchString(text) {
				t.Errorf("%s --help doesn't explain --%s:\n%s", name, f, text)
			}
		}
	}
}

// The examples of the help can be read: only what they name may be missing.
func TestExamplesParse(t *testing.T) {
	for _, c := range commands() {
		words := strings.Fields(strings.Split(c.example, " > ")[0])
		k := &call{command: c, flags: flag.NewFlagSet("", flag.ContinueOnError), args: append(words[1+len(strings.Fields(c.name)):], "--help"), out: &bytes.Buffer{}}
		if err := c.run(t.Context(), k); !errors.Is(err, flag.ErrHelp) {
			t.Errorf("%s: its example %q: %v", c.name, c.example, err)
		}
	}
}

// Flags stand before the arguments or after them.
func TestFlagsStandAnywhere(t *testing.T) {
	before := done(t, "replay", "--catalog", country, "--at=2024-05-02T08:00:00Z", outage)
	for _, args := range [][]string{
		{"replay", outage, "--catalog", country, "--at", "2024-05-02T08:00:00Z"},
		{"replay", "--catalog", country, outage, "-at", "2024-05-02T08:00:00Z"},
		{"replay", "--catalog", country, "--at", "2024-05-02T10:00:00+02:00", "--", outage},
	} {
		if got := done(t, args...); got != before {
			t.Errorf("tocsin %v: another answer", args)
		}
	}
}

func TestJSONParses(t *testing.T) {
	for _, args := range [][]string{
		{"replay", outage, "--catalog", country},
		{"replay", outage, "--catalog", country, "--lang", "fr", "--at", "2024-05-02"},
		{"rehearse", "--fail", "rogers", "--at", "6h"},
		{"rehearse", "--fail", "rogers/ip-core", "--edition", "2022-07-08", "--edition", "2026-11-28"},
		{"catalog", "check"},
		{"catalog", "check", "--catalog", country},
		{"catalog", "show", "--edition", "2022-07-08"},
		{"catalog", "explain", "interac/debit", "--edition", "2022-07-08"},
		{"catalog", "explain", "rogers"},
		{"catalog", "explain", "ca-on"},
	} {
		if text := done(t, append(args, "--format", "json")...); !json.Valid([]byte(text)) {
			t.Errorf("tocsin %v --format json is no JSON:\n%.500s", args, text)
		}
	}
	if text := done(t, "catalog", "schema"); !json.Valid([]byte(text)) {
		t.Error("catalog schema is no JSON")
	}
}

func TestCatalogAnswers(t *testing.T) {
	for name, c := range map[string]struct{ args, says []string }{
		"check":             {[]string{"check", "--edition", "2022-07-08"}, []string{"2022-07-08", "holds together", "recovery waits for itself"}},
		"explain":           {[]string{"explain", "interac/debit", "--edition", "2022-07-08"}, []string{"rogers/business-internet"}},
		"explain in French": {[]string{"explain", "interac/debit", "--lang", "fr"}, []string{"Interac"}},
		"show an overlay":   {[]string{"show", "--catalog", country, "--overlay", overlay}, []string{"chandler/till", "northtel/core"}},
	} {
		text := done(t, append([]string{"catalog"}, c.args...)...)
		for _, word := range c.says {
			if !strings.Contains(text, word) {
				t.Errorf("%s: doesn't say %q:\n%.2000s", name, word, text)
			}
		}
	}
}

// Two overlays are both taken, the later one over the earlier.
func TestOverlaysAddUp(t *testing.T) {
	second := t.TempDir()
	src := "dependents:\n- {id: chandler/till, name: {en: the new till, fr: la nouvelle caisse}, regions: [zz], confidence: assumed}\n"
	if err := os.WriteFile(second+"/later.yaml", []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	text := done(t, "catalog", "show", "--catalog", country, "--overlay", overlay, "--overlay", second)
	if !strings.Contains(text, "the new till") || !strings.Contains(text, "northtel/core") {
		t.Errorf("of two overlays:\n%s", text)
	}
}
