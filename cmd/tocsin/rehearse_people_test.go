package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tocsin/app"
)

// TestRehearsePeople goes through the flags for people, as typed.
func TestRehearsePeople(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	people := write("people.csv", "id,role,data\n1,nurse,northtel\n2,nurse,\n")
	least := write("least.csv", "role,minimum\nnurse,1\n")
	day := write("day.csv", "start,minutes,kind\n2024-05-02 07:00,30,virtual\n")
	plan := []string{"rehearse", "--catalog", country, "--edition", "2024-05-02", "--fail", "northtel/core", "--from", "2024-05-02T06:00:00Z", "--for", "3h"}
	text := done(t, append(plan, "--roster", people, "--minimums", least, "--roster-now", "--appointments", day, "--zone", "UTC", "--rests-on", "northtel/mobile-data",
		"--notices", filepath.Join(dir, "notices"))...)
	for _, want := range []string{"nurse: 1 SHORT", "1 fall into the outage", "ferries_tickets.fr.html", "EXERCISE"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in:\n%s", want, text)
		}
	}
	answered := func(args ...string) ran { // the answer comes first, of what could be read
		r := tocsin(t, append(plan, args...)...)
		if !strings.Contains(r.out, "of 1 people") && !strings.Contains(r.out, "of 2 people") {
			t.Errorf("no answer: %s", r.out)
		}
		r.out = ""
		return r
	}
	refused(t, answered("--roster", write("bad.csv", "id,role,data\n1,zqcanary,nothtel\n")), app.ExitInput,
		"bad.csv:2: data: no carrier", "did you mean “northtel”?", "mend these lines")
	refused(t, answered("--roster", people, "--minimums", least, "--fail-on", "lost"), app.ExitBadNews, "exercise")
	refused(t, tocsin(t, append(plan, "--roster-now")...), app.ExitUsage, "--roster")
	help := done(t, "rehearse", "--help")
	for _, want := range []string{"--roster FILE", "--minimums FILE", "--roster-now", "--appointments FILE", "--zone ZONE", "--rests-on NODE", "--notices DIR"} {
		if !strings.Contains(help, want) {
			t.Errorf("the help has no %s", want)
		}
	}
}
