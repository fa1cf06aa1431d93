package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
)

func clock(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// replayed gives the report of a replay.
func replayed(t *testing.T, o ReplayOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := Replay(t.Context(), &out, o); err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return out.String()
}

// Two runs give the same bytes, in every format and language; the large world
// beside the small one.
func TestReplayGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"en", "fr"} {
		for _, format := range []string{"text", "markdown", "html", "json"} {
			o := ReplayOptions{World: zz(), Outage: zzOutage, Style: Style{lang, format}}
			if a, b := replayed(t, o), replayed(t, o); a != b || a == "" {
				t.Errorf("%s, %s: two runs differ", lang, format)
			}
		}
	}
	if raced() {
		return
	}
	o := ReplayOptions{Outage: "rogers-2021-04-19", At: clock(t, "2021-04-19T12:00:00Z"), Style: Style{Format: "json"}}
	if a, b := replayed(t, o), replayed(t, o); a != b {
		t.Error("rogers-2021-04-19: two runs differ")
	}
}

// The same day on a later edition: what has come to rest on the carrier since
// falls too.
func TestReplayOnAnotherEdition(t *testing.T) {
	later := filepath.Join(t.TempDir(), "later.yaml")
	if err := os.WriteFile(later, []byte(`
dependents:
- id: harbour/pagers
  name: {en: pagers, fr: téléavertisseurs}
  regions: [zz]
  needs: [{all: [northtel/mobile-data], source: post}]
  source: post
  from: 2025-01-01
`), 0o600); err != nil {
		t.Fatal(err)
	}
	o := ReplayOptions{
		World:  World{Catalog: zzCatalog, Overlays: []string{filepath.Dir(later)}},
		Outage: zzOutage, At: clock(t, "2024-05-02T08:10:00Z"), Style: Style{Format: "json"},
	}
	for asOf, want := range map[string]map[string]bool{
		"2024-05-02T00:00:00Z": {"ferries/tickets": true},
		"2025-06-01T00:00:00Z": {"ferries/tickets": true, "harbour/pagers": true},
	} {
		o.Edition = clock(t, asOf)
		var r article
		if err := json.Unmarshal([]byte(replayed(t, o)), &r); err != nil {
			t.Fatal(err)
		}
		down := map[string]bool{}
		for _, l := range r.lines("affected", func(l told) bool { return l.State == "down" }) {
			down[l.Node] = true
		}
		if !maps.Equal(down, want) {
			t.Errorf("on the edition of %s these are down: %v; want %v", asOf, down, want)
		}
	}
}

// What a stranger needs to bring: a directory and a file.
func TestReplayOfAnotherCountry(t *testing.T) {
	o := ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, "2024-05-02T08:10:00Z")}
	for lang, words := range map[string][]string{
		"en": {"Northtel is down", "Examplia", "Ferry tickets by phone", "Patient records work only in part", "a failed router", "Buy a ticket at the pier"},
		"fr": {"Nordtel est en panne", "Examplie", "billets de traversier", "dossiers des patients", "une panne de routeur", "Achetez un billet sur le quai"},
	} {
		o.Lang = lang
		text := unwrapped(replayed(t, o))
		for _, word := range words {
			if !strings.Contains(text, word) {
				t.Errorf("%s: the report doesn't say %q:\n%s", lang, word, text)
			}
		}
		for _, word := range []string{"Canada", "Rogers", "Chandlery", "Shipchandler"} {
			if strings.Contains(text, word) {
				t.Errorf("%s: the report speaks of %q", lang, word)
			}
		}
	}
}

// A holdover delays, and the report before it ran out says nothing is lost yet.
func TestReplayBeforeTheHoldover(t *testing.T) {
	o := ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, "2024-05-02T07:30:00Z")}
	if text := unwrapped(replayed(t, o)); strings.Contains(text, "Patient records work only in part") {
		t.Errorf("half an hour before the holdover runs out:\n%s", text)
	}
}

// An overlay adds an organisation's own dependents to what is public.
func TestReplayWithAnOverlay(t *testing.T) {
	o := ReplayOptions{
		World:  World{Catalog: zzCatalog, Overlays: []string{zzOverlay}},
		Outage: zzOutage, At: clock(t, "2024-05-02T08:10:00Z"),
	}
	if text := unwrapped(replayed(t, o)); !strings.Contains(text, "The till is down") || !strings.Contains(text, "assumed") {
		t.Errorf("the overlay's dependent is missing, or passes for a known one:\n%s", text)
	}
	o.Lang = "fr"
	if text := unwrapped(replayed(t, o)); !strings.Contains(text, "la caisse") {
		t.Errorf("the overlay's dependent is missing in French:\n%s", text)
	}
}

// unwrapped undoes the line breaks and the no-break spaces of a plain text.
func unwrapped(text string) string {
	return regexp.MustCompile(`[\s\x{a0}\x{202f}]+`).ReplaceAllString(text, " ")
}

func TestReplayRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		o    ReplayOptions
		code int
		says []string
	}{
		"unknown name":   {ReplayOptions{Outage: "rogers-2022"}, ExitUsage, []string{`"rogers-2022"`, "rogers-2021-04-19", "rogers-2022-07-08"}},
		"no file":        {ReplayOptions{Outage: "nowhere/day.outage"}, ExitInput, []string{"nowhere/day.outage"}},
		"no file here":   {ReplayOptions{Outage: "day.outage"}, ExitInput, []string{"day.outage"}},
		"a directory":    {ReplayOptions{Outage: zzCatalog}, ExitInput, []string{zzCatalog}},
		"before":         {ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, "2024-04-30T23:59:59Z")}, ExitUsage, []string{"2024-04-30", "--at", "2024-05-01T00:00:00Z", "2024-05-02T12:00:00Z"}},
		"after":          {ReplayOptions{World: zz(), Outage: zzOutage, At: clock(t, "2024-05-02T12:00:01Z")}, ExitUsage, []string{"2024-05-02T12:00:01Z", "--at"}},
		"language":       {ReplayOptions{World: zz(), Outage: zzOutage, Style: Style{Lang: "de"}}, ExitUsage, []string{`"de"`, "--lang"}},
		"format":         {ReplayOptions{World: zz(), Outage: zzOutage, Style: Style{Format: "xml"}}, ExitUsage, []string{`"xml"`, "--format", "markdown"}},
		"wrong world":    {ReplayOptions{Outage: zzOutage}, ExitInput, []string{zzOutage + ":", `"northtel"`}},
		"no catalogue":   {ReplayOptions{World: World{Catalog: "nowhere"}, Outage: zzOutage}, ExitInput, []string{"nowhere", "--catalog"}},
		"catalogue file": {ReplayOptions{World: World{Catalog: zzOutage}, Outage: zzOutage}, ExitInput, []string{zzOutage, "--catalog", "directory"}},
		"no overlay":     {ReplayOptions{World: World{Overlays: []string{"nowhere"}}, Outage: zzOutage}, ExitInput, []string{"nowhere", "--overlay"}},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			complaint(t, Replay(t.Context(), &out, c.o), c.code, c.says)
			if out.Len() > 0 {
				t.Errorf("beside the error it printed %q", out.String())
			}
		})
	}
}

// broken is a copy of a file of the tests with one thing replaced, and the
// place of that.
func broken(t *testing.T, from, old, new string) (path, place string) {
	t.Helper()
	src, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	before, _, ok := bytes.Cut(src, []byte(old))
	if !ok {
		t.Fatalf("%s has no %q", from, old)
	}
	path = filepath.Join(t.TempDir(), filepath.Base(from))
	if err := os.WriteFile(path, bytes.Replace(src, []byte(old), []byte(new), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, fmt.Sprintf("%s:%d:", filepath.Base(from), 1+bytes.Count(before, []byte("\n")))
}

func TestReplayOfABrokenFile(t *testing.T) {
	for name, c := range map[string]struct {
		old, new string
		says     []string
	}{
		"torn":           {"\nend\n", "\n", []string{"torn", "end"}},
		"backwards":      {"anchor 2024-05-02T09:00:00Z 1 ix", "anchor 2024-05-02T05:00:00Z 1 ix", []string{"backwards", "2024-05-02T05:00:00Z"}},
		"window":         {"window 2024-05-01T00:00:00Z", "window 2024-05-03T00:00:00Z", []string{"window"}},
		"unknown node":   {"says down northtel/mobile-data", "says down northtel/mobile-date", []string{`"northtel/mobile-date"`, `"northtel/mobile-data"`}},
		"unknown region": {"as64500 zz", "as64500 zy", []string{`"zy"`, "zz"}},
		"newer format":   {"tocsin-outage 1", "tocsin-outage 2", []string{"2"}},
	} {
		t.Run(name, func(t *testing.T) {
			path, place := broken(t, zzOutage, c.old, c.new)
			if name == "torn" {
				place = path + ":" // where it stops
			}
			err := Replay(t.Context(), io.Discard, ReplayOptions{World: zz(), Outage: path})
			complaint(t, err, ExitInput, append(c.says, path, place, "outage-files.md"))
		})
	}
}

func TestReplayOntoAFullDisk(t *testing.T) {
	for _, format := range []string{"text", "markdown", "html", "json"} {
		o := ReplayOptions{World: zz(), Outage: zzOutage, Style: Style{Format: format}}
		complaint(t, Replay(t.Context(), &full{room: 100}, o), ExitInput, []string{"no space left"})
	}
}

func TestReplayStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	o := ReplayOptions{World: zz(), Outage: zzOutage, Progress: func(float64) { cancel() }}
	if err := Replay(ctx, io.Discard, o); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
}

func TestReplayTellsItsProgress(t *testing.T) {
	last := -1.0
	o := ReplayOptions{World: zz(), Outage: zzOutage, Progress: func(done float64) {
		if done < last || done > 1 {
			t.Errorf("progress %v after %v", done, last)
		}
		last = done
	}}
	replayed(t, o)
	if last != 1 {
		t.Errorf("the last progress was %v; want 1", last)
	}
}

// A picture has what was over before as its history, and nothing of the future.
func TestPictureHasItsHistory(t *testing.T) {
	t.Parallel()
	p := picture(t, "2022-07-08T08:00:00Z")
	if len(p.Incidents) != 1 || p.Incidents[0].ID != "2021-04-19-rogers" {
		t.Fatalf("before the outage its history is %v; want April 2021", p.Incidents)
	}
	if ed := p.EditionOf("2021-04-19-rogers"); ed.AsOf().Year() != 2021 {
		t.Errorf("the past is told with the edition of %v", ed.AsOf())
	}
	text := publishText(t, p, catalog.EN)
	if !strings.Contains(text, "Rogers") || strings.Contains(text, "is down across Canada") {
		t.Errorf("before the outage the report says:\n%s", text)
	}
}
