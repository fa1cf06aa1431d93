package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/app"
)

func TestBGPOutagesFlags(t *testing.T) {
	t.Parallel()
	none := filepath.Join(t.TempDir(), "none.gz")
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"--help", app.ExitDone, "--fail-on"},
		{"", app.ExitUsage, "at least one file"},
		{"--as x " + none, app.ExitUsage, "want 812 or AS812"},
		{"--as 0 " + none, app.ExitUsage, "want 812 or AS812"},
		{"--least -3 " + none, app.ExitUsage, "at least 1"},
		{"--depth 2 " + none, app.ExitUsage, "want a share"},
		{"--full nan " + none, app.ExitUsage, "want a share"},
		{"--format yaml " + none, app.ExitUsage, "yaml"},
		{none + " --as AS812 --as 577 --fail-on --depth 0.5 --full 0.3 --least 3", app.ExitInput, "none.gz"},
	} {
		var out, errs bytes.Buffer
		args := append([]string{"bgp", "outages"}, strings.Fields(c.args)...)
		if code := run(t.Context(), args, &out, &errs); code != c.code || !strings.Contains(out.String()+errs.String(), c.says) {
			t.Errorf("%q: exit code %d, want %d and %q:\n%s%s", c.args, code, c.code, c.says, out.String(), errs.String())
		}
	}
}

func TestServeTakesOneSource(t *testing.T) {
	t.Parallel()
	for args, says := range map[string]string{
		"serve --replay x --rislive http://127.0.0.1:1/": "one of them",
		"serve --rib x": "--rib without --rislive",
	} {
		var out, errs bytes.Buffer
		if code := run(t.Context(), strings.Fields(args), &out, &errs); code != app.ExitUsage || !strings.Contains(errs.String(), says) {
			t.Errorf("%s: exit code %d: %s", args, code, errs.String())
		}
	}
}
