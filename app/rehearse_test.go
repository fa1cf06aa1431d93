package app

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/rehearse"
)

// rehearsed gives what tocsin rehearse prints.
func rehearsed(t *testing.T, o RehearseOptions) string {
	t.Helper()
	text, err := tryRehearse(o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return text
}

func tryRehearse(o RehearseOptions) (string, error) {
	o.Now = time.Date(2026, 11, 28, 3, 0, 0, 0, time.UTC)
	var out bytes.Buffer
	err := Rehearse(&out, o)
	return out.String(), err
}

func words(pairs ...string) []Setting {
	var list []Setting
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, Setting{pairs[i], pairs[i+1]})
	}
	return list
}

// rogers lets the core of 2022 fail as it did.
func rogers() RehearseOptions {
	return RehearseOptions{Words: words("fail", "rogers/ip-core", "from", "2022-07-08T08:44:00Z", "edition", "2022-07-08")}
}

// The day of 2022 from the graph alone, in both languages and forms: each says
// that it is an exercise, first and last.
func TestRehearseSaysThatItIsOne(t *testing.T) {
	t.Parallel()
	for lang, row := range map[string]struct {
		mark string
		says []string
	}{
		"en": {"EXERCISE: a rehearsal. Nothing has failed.", []string{
			"down: GO Transit ticket sales by debit or credit, Ontario [metrolinx/card-sales] (assumed)",
			"because it rests on Interac Debit, that on Rogers business internet, that on Rogers IP core",
			"still works: Pay with PRESTO or in cash.",
			"never by itself: Rogers IP core, Canada [rogers/ip-core]; its own repair takes 1 h 10 min*",
			"the repair waits for itself: rogers/ip-core → rogers/management-network → rogers/ip-core",
			"the repair waits for itself, but there is a way round: rogers/ip-core → rogers/staff-phones → rogers/wireless-core → rogers/ip-core",
			"or on emergency SIM cards from Bell and Telus, which works",
			"break in at: Rogers IP core [rogers/ip-core]",
			"or have another way to: Rogers management network [rogers/management-network], Rogers network operations centre [rogers/noc]",
		}},
		"fr": {"EXERCICE : une répétition. Rien n’est en panne.", []string{
			"Dépendants : en panne 21, dégradés 27, état inconnu 0, tiennent encore 1",
			"en panne : Débit Interac, Canada [interac/debit]",
			"marche encore : Payez en argent comptant.",
			"la réparation s’attend elle-même : rogers/ip-core → rogers/noc → rogers/ip-core",
			"aucun ensemble plus petit ne suffirait (tous ont été essayés)",
		}},
	} {
		o := rogers()
		o.Lang = lang
		for _, format := range []string{"text", "markdown"} {
			o.Format = format
			text := rehearsed(t, o)
			lines := strings.Split(strings.TrimSpace(text), "\n")
			if !strings.Contains(lines[0], row.mark) || !strings.Contains(lines[len(lines)-1], row.mark) {
				t.Errorf("%s %s begins %q and ends %q", lang, format, lines[0], lines[len(lines)-1])
			}
			for _, line := range lines {
				heading := strings.HasPrefix(line, "## ") || format == "text" && line != "" && line[0] != ' ' && strings.HasSuffix(line, ":")
				if heading && !strings.Contains(line, strings.Split(row.mark, ":")[0][:7]) && !strings.Contains(line, "Exerci") {
					t.Errorf("%s: a heading without the mark: %q", lang, line)
				}
			}
			for _, want := range row.says {
				if !strings.Contains(text, want) {
					t.Errorf("%s %s doesn't say %q", lang, format, want)
				}
			}
		}
		if text := rehearsed(t, o); text != rehearsed(t, o) {
			t.Error("two runs differ")
		}
	}
}

// On today's edition the same day leaves Interac up and the management network
// reachable, and says which change did it.
func TestTheSameDayToday(t *testing.T) {
	t.Parallel()
	o := RehearseOptions{Words: words("day", "rogers-2022-07-08")}
	o.Format = "json"
	var c rehearse.Comparison
	if err := json.Unmarshal([]byte(rehearsed(t, o)), &c); err != nil {
		t.Fatal(err)
	}
	if !c.Exercise || len(c.Results) != 2 || c.Results[0].Edition != "2022-07-08" || c.Results[1].Edition != "2026-11-28" {
		t.Fatalf("results of %d editions", len(c.Results))
	}
	since := map[catalog.NodeID]string{}
	for _, d := range c.Pairs[0].Spared {
		if len(d.Changes) == 1 && d.Changes[0].Node == d.Node && d.Changes[0].Kind == rehearse.NeedEnded && d.Was == catalog.Down && d.Is == catalog.Up {
			since[d.Node] = d.Changes[0].Since
		}
	}
	for id, want := range map[catalog.NodeID]string{
		"interac/debit": "2022-10-01", "interac/e-transfer": "2022-10-01",
		"rogers/management-network": "2023-12-12", "rogers/noc": "2023-12-12",
	} {
		if since[id] != want {
			t.Errorf("%s stands since %q, want %s", id, since[id], want)
		}
	}
	stuck := func(r rehearse.Result) (n int) {
		for _, circle := range r.Recovery.Circles {
			if circle.Stuck {
				n++
			}
		}
		return n
	}
	if stuck(c.Results[0]) != 2 || stuck(c.Results[1]) != 0 {
		t.Errorf("%d repairs wait for themselves in 2022, %d today", stuck(c.Results[0]), stuck(c.Results[1]))
	}
	for format, says := range map[string][]string{
		"text": {
			"since 2022-10-01, Interac Debit no longer needs Rogers business internet, but any of Rogers business internet, Interac’s second network supplier (assumed, finx, interac); new: Interac’s second network supplier",
			"undoing any one of these alone brings the loss back", "Interac Debit: down, now stands [interac/debit]",
			"since 2023-12-12, Rogers management network no longer needs Rogers IP core (reported, natpost, carttx, lt1222)",
			"EXERCISE: what no longer falls, 2026-11-28 beside 2022-07-08", "No repair waits for itself.",
		},
		"csv": {
			"true,2022-07-08,2026-11-28,interac/debit,Interac Debit,service,down,up,interac/debit <- rogers/business-internet <- rogers/ip-core,requirement-ended,interac/debit,2022-10-01,false",
		},
	} {
		o.Format = format
		text := rehearsed(t, o)
		for _, want := range says {
			if !strings.Contains(text, want) {
				t.Errorf("%s doesn't say %q:\n%s", format, want, text)
			}
		}
	}
	o.Format, o.Lang = "text", "fr"
	if text := rehearsed(t, o); !strings.Contains(text, "Débit Interac n’a plus besoin d’Internet d’affaires de Rogers, mais de l’un ou l’autre d’Internet d’affaires") {
		t.Errorf("no elision in:\n%s", text)
	}
	if text := rehearsed(t, o); !strings.Contains(text, "depuis le 2023-12-12, réseau de gestion de Rogers n’a plus besoin de cœur IP de Rogers (rapporté, natpost, carttx, lt1222)") {
		t.Errorf("French:\n%s", text)
	}
}

// Facebook's day of 2021 stands beside the program as a catalogue.
func TestRehearseFacebook(t *testing.T) {
	t.Parallel()
	o := RehearseOptions{World: World{Catalog: "../testdata/catalogues/facebook-2021"}, Words: words("fail", "facebook/backbone")}
	text := rehearsed(t, o)
	for _, want := range []string{
		"facebook/backbone → facebook/router-access → facebook/on-site-access → facebook/badges → facebook/dns → facebook/backbone",
		"door badges rests on Facebook’s name servers (reported, mspu)",
		"Facebook’s name servers rests on Facebook’s backbone (confirmed, ap, sujeet)\n      breaking this tie lets everything come back",
		"or have another way to: Facebook’s name servers [facebook/dns]",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("doesn't say %q:\n%s", want, text)
		}
	}
	o.FailOn = "circular"
	_, err := tryRehearse(o)
	complaint(t, err, ExitBadNews, []string{"exercise: a repair waits for itself: facebook/backbone → facebook/internal-tools"})
}

// Every row of a table is marked, wherever it is pasted, and holds what the text
// tells.
func TestRehearseCSV(t *testing.T) {
	t.Parallel()
	o := rogers()
	o.Format = "csv"
	rows, err := csv.NewReader(strings.NewReader(rehearsed(t, o))).ReadAll()
	if err != nil || len(rows) < 50 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		if row[0] != "true" || row[1] != "2022-07-08" || row[2] != "2022-07-08T08:44:00Z" {
			t.Fatalf("row %q", row)
		}
	}
	if !slices.ContainsFunc(rows, func(row []string) bool {
		return row[3] == "interac/debit" && row[7] == "down" && row[12] == "interac/debit <- rogers/business-internet <- rogers/ip-core" && strings.Contains(row[15], "Pay in cash.")
	}) {
		t.Errorf("no row of Interac's debit: %q", rows[1])
	}
}

// A plan file says what flags say; flags add to it, or replace what stands once.
func TestRehearsePlanFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "friday.plan")
	text := "title A Friday\nfail rogers/ip-core\nedition 2022-07-08\nfrom 2022-07-08T08:44:00Z\nfor 1h\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var r rehearse.Result
	o := RehearseOptions{Plan: file, Words: words("fail", "bell/core", "for", "2h", "edition", "2026-01-01")}
	o.Format = "json"
	if err := json.Unmarshal([]byte(rehearsed(t, o)), &r); err != nil {
		t.Fatal(err)
	}
	if r.Title != "A Friday" || len(r.Roots) != 2 || r.Edition != "2026-01-01" || r.Until.Sub(r.From) != 2*time.Hour {
		t.Errorf("%+v", r)
	}
}

// A day may be moved, or played on one edition only.
func TestRehearseADayElsewhen(t *testing.T) {
	t.Parallel()
	var r rehearse.Result
	o := RehearseOptions{Words: words("day", "rogers-2021-04-19", "edition", "2022-07-08", "from", "2022-01-01", "at", "3h")}
	o.Format = "json"
	if err := json.Unmarshal([]byte(rehearsed(t, o)), &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Roots) != 1 || r.Roots[0].Node != "rogers/wireless-core" || r.Roots[0].From.Year() != 2022 || !r.Until.IsZero() || r.Look.Sub(r.From) != 3*time.Hour {
		t.Errorf("roots %+v, until %v, at %v", r.Roots, r.Until, r.Look)
	}
}

// What is unknown doesn't come back: nobody knows that it went.
func TestRehearseUnknown(t *testing.T) {
	t.Parallel()
	o := RehearseOptions{Words: words("fail", "rogers:radio@ca-on=unknown", "edition", "2022-07-08", "title", "Fog")}
	o.Format = "markdown"
	text := rehearsed(t, o)
	for _, want := range []string{
		"**\n\n# Exercise: Fog\n\n- Fails: Rogers radio network (rogers/radio-access), unknown, Ontario\n- From ",
		"nobody counted them", "- unknown: Rogers mobile calls, Ontario [rogers/mobile-voice]",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("doesn't say %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "the way back") {
		t.Errorf("there is a way back:\n%s", text)
	}
}

func TestRehearseRefuses(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "broken.plan")
	if err := os.WriteFile(broken, []byte("fail a/b\nfro 2022\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(change func(*RehearseOptions)) RehearseOptions {
		o := rogers()
		change(&o)
		return o
	}
	for _, tc := range []struct {
		o    RehearseOptions
		code int
		says []string
	}{
		{RehearseOptions{}, ExitUsage, []string{"lets nothing fail", "fail rogers/ip-core"}},
		{RehearseOptions{Words: words("fail", "rogers/ip-cor")}, ExitUsage, []string{`nothing is called "rogers/ip-cor"`, `did you mean "rogers/ip-core"?`}},
		{RehearseOptions{Words: words("fail", "rogers/ip-cor", "fail", "bel/core")}, ExitUsage, []string{`"rogers/ip-cor"`, `"bel/core"`, `did you mean "bell/core"?`}},
		{RehearseOptions{Words: words("day", "rogers-2022")}, ExitUsage, []string{"no outage is called", "rogers-2022-07-08"}},
		{RehearseOptions{Plan: broken}, ExitInput, []string{broken + `:2: a plan knows no word "fro"`, `did you mean "from"?`}},
		{RehearseOptions{Plan: broken + "x"}, ExitInput, []string{"no such file", "fail rogers/ip-core"}},
		{with(func(o *RehearseOptions) { o.Lang = "de" }), ExitUsage, []string{"--lang en"}},
		{with(func(o *RehearseOptions) { o.Format = "pdf" }), ExitUsage, []string{"text, markdown, json or csv"}},
		{with(func(o *RehearseOptions) { o.FailOn = "all" }), ExitUsage, []string{"--fail-on lost or --fail-on circular"}},
		{with(func(o *RehearseOptions) { o.FailOn = "lost" }), ExitBadNews, []string{"exercise: ", "dependents don't stand"}},
		{with(func(o *RehearseOptions) { o.Catalog = "nowhere" }), ExitInput, []string{"--catalog"}},
		{with(func(o *RehearseOptions) { o.Words = append(o.Words, Setting{"at", "2021-01-01"}) }), ExitUsage, []string{"nothing has failed"}},
	} {
		_, err := tryRehearse(tc.o)
		complaint(t, err, tc.code, tc.says)
	}
}

func TestRehearseSetRefuses(t *testing.T) {
	t.Parallel()
	var o RehearseOptions
	err := o.Set("for", "ever")
	if p, ok := errors.AsType[catalog.Problem](err); !ok || p.Cure == "" {
		t.Errorf("%v", err)
	}
	if err := o.Set("fail", "a/b=degraded"); err != nil || len(o.Words) != 2 {
		t.Errorf("%v, %v", err, o.Words)
	}
}

// What holds out is told with how long, and what outlasts the failure as that.
func TestRehearseHoldovers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	own := `organisations: [{id: ward, name: {en: Ward, fr: Aile}, sector: hospital, confidence: assumed}]
dependents:
- id: ward/monitors
  name: {en: Monitors, fr: Moniteurs}
  regions: [ca-on]
  people: 30
  needs: [{all: [rogers/business-internet], holdover: 4h}]
  confidence: assumed
`
	if err := os.WriteFile(filepath.Join(dir, "own.yaml"), []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	o := rogers()
	o.Overlays = []string{dir}
	for lasts, says := range map[string][]string{
		"": {
			"holds out: Monitors, Ontario [ward/monitors] (assumed)", "worsens in 4 h, at 2022-07-08T12:44:00Z", "people: 30",
			"EXERCISE: as holdovers run out", "+4 h  down: Monitors, Ontario [ward/monitors]", "Monitors: suffers after 4 h, down after 4 h",
		},
		"2h": {"its reserves outlast the failure"},
	} {
		o := o
		if lasts != "" {
			o.Words = append(slices.Clone(o.Words), Setting{"for", lasts})
		}
		text := rehearsed(t, o)
		for _, want := range says {
			if !strings.Contains(text, want) {
				t.Errorf("for %q it doesn't say %q:\n%s", lasts, want, text)
			}
		}
	}
}

// The plan that the documentation shows can be played on the catalogue built in.
func TestRehearseThePlanOfTheDocs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "docs", "rehearsal.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```\n# An exercise")
	plan, _, found := strings.Cut(rest, "```")
	if !found {
		t.Fatal("no plan is shown")
	}
	file := filepath.Join(t.TempDir(), "docs.plan")
	if err := os.WriteFile(file, []byte("#"+plan), 0o600); err != nil {
		t.Fatal(err)
	}
	if text := rehearsed(t, RehearseOptions{Plan: file}); !strings.Contains(text, "The core fails before the shops open") {
		t.Errorf("another exercise:\n%s", text)
	}
}
