package page

import (
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
	"tocsin/publish"
)

// drawing is a view over the small country, as pages have it.
func drawing(t *testing.T, lang catalog.Lang) *view {
	t.Helper()
	b, err := newBuilder(picture(4), fake())
	if err != nil {
		t.Fatal(err)
	}
	return b.view(lang, "")
}

func TestSubjectsHaveNames(t *testing.T) {
	v := drawing(t, catalog.FR)
	for subject, want := range map[evidence.Subject]string{
		"as812":               "AS812",
		"asparagus":           "asparagus",
		"rogers":              "Rogers",
		"rogers/mobile-voice": "Appels cellulaires",
		"any/home-internet":   "Internet à la maison",
		"any/telepathy":       "telepathy",
		"collector/rrc04":     "rrc04",
		"country/ca":          "Canada",
		"country/xx":          "xx",
		"nobody/nothing":      "nobody/nothing",
	} {
		if got := v.subject(subject); got != want {
			t.Errorf("%s: %q, want %q", subject, got, want)
		}
	}
}

func TestWhereAfterAName(t *testing.T) {
	v := drawing(t, catalog.EN)
	for _, c := range []struct {
		region catalog.RegionID
		all    []string
		want   string
	}{
		{"ca", []string{"Canada"}, ""},
		{"ca-qc", nil, ", Quebec"},
		{"", []string{"Ontario", "Quebec"}, ", Ontario, Quebec"},
		{"", []string{"a", "b", "c", "d"}, ", in 4 regions"},
		{"", nil, ""},
		{"ca-zz", nil, ", ca-zz"},
	} {
		if got := v.where(c.region, c.all); got != c.want {
			t.Errorf("%q %v: %q, want %q", c.region, c.all, got, c.want)
		}
	}
}

// The lines of a report about one node come together in one row of the table.
func TestLinesOfANodeComeTogether(t *testing.T) {
	v := drawing(t, catalog.EN)
	lines := []publish.Line{
		{Topic: "people", Text: "first"},
		{Topic: "effect", Node: "interac/debit", Region: "ca", State: catalog.Down, Value: 12000, Until: at(20, 0), Path: []catalog.NodeID{"interac/debit"}},
		{Topic: "effect-scope", Node: "interac/debit", State: catalog.Down, Text: "For everybody."},
		{Topic: "effect", Node: dependent(0), Region: "ca-on", State: catalog.Degraded},
		{Topic: "statement", Node: "interac/debit", Kind: incident.Stated, ByName: "Interac", Text: "We know."},
		{Topic: "statement", Node: "elsewhere/thing", Text: "last"},
	}
	rows, rest, more := v.effects(lines, nil, 24)
	if len(rows) != 2 || len(rest) != 2 || more != 0 || rest[0].Text != "first" || rest[1].Text != "last" {
		t.Fatalf("rows %v, rest %v, %d more", rows, rest, more)
	}
	debit := rows[0]
	if debit.People != "about 12,000 people" || debit.Fails != "holds until about 4:00 p.m. ET" || debit.Why != "" || debit.Who != "Interac debit" {
		t.Errorf("row %+v", debit)
	}
	if len(debit.Notes) != 2 || debit.Notes[0].Text != "For everybody." || debit.Notes[1].Mark.Word != "stated by Interac" || debit.Notes[0].Tag.Word != "" {
		t.Errorf("notes %+v", debit.Notes)
	}
	if len(rows[1].Notes) != 0 {
		t.Errorf("notes of another node: %+v", rows[1].Notes)
	}
}

// A node in two states has a row for each, and what was said of it once.
func TestANodeInTwoStates(t *testing.T) {
	v := drawing(t, catalog.EN)
	lines := []publish.Line{
		{Topic: "effect", Node: dependent(0), Region: "ca-on", State: catalog.Down},
		{Topic: "effect", Node: dependent(0), Region: "ca-qc", State: catalog.Degraded},
		{Topic: "statement", Node: dependent(0), Text: "We know."},
	}
	all := []incident.Effect{
		{Node: dependent(0), Region: "ca-on", State: catalog.Down, Advice: []incident.Advice{{Text: both("one", "un"), Stands: true}, {Text: both("one", "un"), Stands: true}}},
		{Node: dependent(0), Region: "ca-qc", State: catalog.Degraded, Assumed: true},
	}
	rows, _, _ := v.effects(lines, all, 24)
	if len(rows) != 2 || len(rows[0].Notes)+len(rows[1].Notes) != 1 {
		t.Fatalf("rows %+v", rows)
	}
	if len(rows[0].Advice) != 1 || len(rows[1].Advice) != 0 {
		t.Errorf("advice %v and %v", rows[0].Advice, rows[1].Advice)
	}
	if rows[0].Mark.Basis != "" || !strings.Contains(rows[1].Mark.Basis, "assumed") {
		t.Errorf("basis %q and %q", rows[0].Mark.Basis, rows[1].Mark.Basis)
	}
}

// Of a series that is cited often, the newest reading stands.
func TestNewestReadingOfASeries(t *testing.T) {
	v := drawing(t, catalog.EN)
	old, now, said := reads("kentik", evidence.Traffic, "as812", 0.5, 1), reads("kentik", evidence.Traffic, "as812", 0.02, 1), reads("x", evidence.Traffic, "as1", 0, 0)
	old.At, said.Series = at(9, 0), nil
	in := incident.Incident{
		Evidence: []incident.Citation{old, said},
		Verdicts: []incident.Verdict{{Evidence: []incident.Citation{now}}},
		Effects:  []incident.Effect{{Evidence: []incident.Citation{reads("isi", evidence.Blocks, "any/home-internet", 4000, 21000), old}}},
	}
	rows, more := v.readings(in, 8)
	if len(rows) != 2 || more != 0 {
		t.Fatalf("%d rows: %+v", len(rows), rows)
	}
	if rows[0].Value != "4,000" || rows[0].Usual != "21,000" || rows[0].About != "Home internet" || rows[1].Value != "2%" {
		t.Errorf("rows %+v", rows)
	}
	later := reads("new", "moon-phase", "as812", 1, 2)
	later.Basis = "dreamt"
	if r := v.reading(later); r.What != "Traffic" || r.Basis != "dreamt" {
		t.Errorf("a measure that the page doesn't know: %+v", r)
	}
}

func TestSharesFollowTheLines(t *testing.T) {
	v := drawing(t, catalog.FR)
	all := []incident.Share{
		{Region: "ca-on", Count: 71.6, Total: 100.2, From: at(9, 0), Until: at(10, 0)},
		{Region: "ca-qc", Count: 1, Total: 100.2},
	}
	lines := []publish.Line{
		{Topic: "report-share", Region: "ca-on", Value: 0.714, Kind: incident.Observed},
		{Topic: "report-share", Region: "ca-zz", Value: 0.2}, // of a share that the incident no longer holds
		{Topic: "region-state", Region: "ca-on"},
	}
	rows, rest := v.shares(lines, all)
	if len(rows) != 1 || len(rest) != 2 {
		t.Fatalf("rows %+v, rest %+v", rows, rest)
	}
	if r := rows[0]; r.Part != "71\u00a0%" || r.Of != "72 sur 100" || r.Width != 71 || strings.ReplaceAll(r.Window, "\u00a0", " ") != "5 h (HE) et 6 h (HE)" {
		t.Errorf("row %q %q %d %q", r.Part, r.Of, r.Width, r.Window)
	}
}

func TestStamps(t *testing.T) {
	v := drawing(t, catalog.EN)
	for _, c := range []struct {
		t    time.Time
		want stamp
	}{
		{at(8, 45), stamp{"4:45 a.m. ET", "2022-07-08T08:45:00Z"}},
		{at(2, 0), stamp{"July 7, 2022, 10:00 p.m. ET", "2022-07-08T02:00:00Z"}},
		{at(8, 45).AddDate(-1, 0, 0), stamp{"July 8, 2021, 4:45 a.m. ET", "2021-07-08T08:45:00Z"}},
		{time.Time{}, stamp{}},
	} {
		if got := v.stamp(c.t); got != c.want {
			t.Errorf("%v: %v, want %v", c.t, got, c.want)
		}
	}
}

func TestHowLong(t *testing.T) {
	v := drawing(t, catalog.EN)
	for want, life := range map[string]incident.Life{
		"10 h 10 min": {},
		"3 h":         {Resolved: at(12, 0)},
		"2 h":         {Resolved: at(12, 0), Ended: at(11, 0)},
	} {
		if got := v.lasted(incident.Incident{Onset: at(9, 0), Life: life}); got != want {
			t.Errorf("%+v: %q, want %q", life, got, want)
		}
	}
}

func TestCapital(t *testing.T) {
	for in, want := range map[string]string{"text": "Text", "événement": "Événement", "911 calls": "911 calls", "": "", "Été": "Été"} {
		if got := capital(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
