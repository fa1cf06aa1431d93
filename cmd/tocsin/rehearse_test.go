package main

import (
	"strings"
	"testing"

	"tocsin/app"
)

// Wrong words of a plan are refused as wrong use, with what would be right.
func TestRehearseRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		code int
		says string
	}{
		"nothing":      {nil, app.ExitUsage, "say what fails: fail rogers/ip-core"},
		"no state":     {[]string{"--fail", "rogers/ip-core=up"}, app.ExitUsage, "=degraded"},
		"no name":      {[]string{"--fail", "rogers/ip-cor"}, app.ExitUsage, `did you mean "rogers/ip-core"?`},
		"no time":      {[]string{"--fail", "rogers", "--for", "ever"}, app.ExitUsage, "write 90m, 6h or 2d"},
		"no argument":  {[]string{"rogers"}, app.ExitUsage, "0 argument(s)"},
		"bad news":     {[]string{"--fail", "rogers/ip-core", "--edition", "2022-07-08", "--fail-on", "circular"}, app.ExitBadNews, "a repair waits for itself"},
		"no plan file": {[]string{"--plan", "nowhere.plan"}, app.ExitInput, "nowhere.plan"},
	} {
		r := tocsin(t, append([]string{"rehearse"}, c.args...)...)
		if r.code != c.code || !strings.Contains(r.errs, c.says) {
			t.Errorf("%s: exit code %d: %s", name, r.code, r.errs)
		}
	}
}
