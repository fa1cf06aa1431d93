package replay

import (
	"errors"
	"math"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// whole is a small file with one of everything. Tests change a line of it.
const whole = `tocsin-outage 1
# a comment
id small-2024-05-02
title en "Small" fr "Petit"
edition 2024-05-02
window 2024-05-01T00:00:00Z 2024-05-03T00:00:00Z
play 2024-05-02T05:30:00Z
source ix "An exchange" https://ix.example/?day=2
source post "The \"Post\""
feed flow quiet=15m
  name en "Traffic" fr "Débit"
  blind en "Places" fr "Les lieux"
feed crowd quiet=1h
  name en "Reports" fr "Signalements"
series traffic as64500 zz feed=flow every=1h lag=5m kind=reconstructed source=ix name=all
  basis "A rule."
  linear
    anchor 2024-05-02T00:00:00Z 1 ix
    anchor 2024-05-02T04:00:00Z 0 assumed
series traffic country/zz zz feed=flow kind=measured source=post lag=5m
  row 2024-05-02T00:00:00Z 0.75
  row 2024-05-02T01:00:00Z - heard=2024-05-02T03:00:00Z
series reports north * feed=crowd every=1h kind=reconstructed source=post
  basis "By place."
  of all by=100
  spread 0.7 zz-a
  spread 0.3 zz
  leaves zz-a
statement north-0700 ~2024-05-02T07:00:00Z by=north kind=stated source=post
  en "Out" fr "En panne"
  says down north/mobile-data in=zz because=north/core
  says cause en "A router" fr "Un routeur"
  says eta 2024-05-02T12:00:00Z north/core
statement post-day 2024-05-02 heard=2024-05-02T23:00:00Z by=post kind=reported source=post
  en "Silence"
  fr "Silence"
  says progress
  says advice en "Wait" fr "Attendez" north/mobile-data
truth
  root north/core 2024-05-02T06:01:00Z 2024-05-02T09:30:00Z source=post
  up south zz 2024-05-02T06:01:00Z 2024-05-02T09:30:00Z source=post,assumed
  hit north/mobile-data degraded source=post backup=north/core
  stood post/press source=post
  back ipv4 north/core 2024-05-02T09:00:00Z source=ix
  relapse north/core ~2024-05-02T08:00:00Z source=ix
end
`

// world is a country of two provinces, one of them with two divisions, and of
// whatever else a test wants.
func world(more ...catalog.Region) *catalog.Edition {
	region := func(id, parent string, level catalog.Level, people int) catalog.Region {
		return catalog.Region{ID: catalog.RegionID(id), Parent: catalog.RegionID(parent), Level: level, Population: people, Counted: true}
	}
	area := region("zz-south", "zz-a", catalog.Area, 400)
	area.Members = []catalog.RegionID{"zz-a-1"}
	return catalog.New(time.Date(2024, 5, 2, 0, 0, 0, 0, time.UTC), "test", catalog.World{
		Regions: append(more,
			region("zz", "", catalog.Country, 1000),
			region("zz-a", "zz", catalog.Province, 500), region("zz-b", "zz", catalog.Province, 500),
			region("zz-a-1", "zz-a", catalog.Division, 400), region("zz-a-2", "zz-a", catalog.Division, 100),
			region("zz-b-1", "zz-b", catalog.Division, 500), area),
		Services:      []catalog.Service{{ID: "mobile-data"}, {ID: "home-internet"}},
		Carriers:      []catalog.Carrier{{ID: "north", Networks: []catalog.Network{{ASN: 64500}}}, {ID: "south"}},
		Organisations: []catalog.Organisation{{ID: "post"}},
		Nodes: []catalog.Node{
			{ID: "north/core", Kind: catalog.Core, ASNs: []catalog.ASN{64500}},
			{ID: "north/mobile-data", Kind: catalog.Offering, Service: "mobile-data"},
			{ID: "post/press", Kind: catalog.Dependent},
		},
	})
}

// at is a time of 2 May 2024.
func at(clock string) time.Time {
	t, err := time.Parse(time.RFC3339, "2024-05-02T"+clock+"Z")
	if err != nil {
		panic(err)
	}
	return t
}

func parsed(t *testing.T, src string) *Outage {
	t.Helper()
	o, err := Parse("small.outage", []byte(src), world())
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// values are the rows of one series, in the order of their times.
func values(o *Outage, feed evidence.FeedID, subject evidence.Subject, region catalog.RegionID) []float64 {
	var out []float64
	for _, v := range o.Observations {
		if v.Series.Feed == feed && v.Series.Subject == subject && v.Series.Region == region {
			out = append(out, v.Value)
		}
	}
	return out
}

func near(a, b float64) bool { return math.Abs(a-b) < 1e-9 }

func TestParseHead(t *testing.T) {
	o := parsed(t, whole)
	want := Head{
		ID: "small-2024-05-02", Title: catalog.Text{EN: "Small", FR: "Petit"},
		Edition: time.Date(2024, 5, 2, 0, 0, 0, 0, time.UTC),
		From:    time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), Until: time.Date(2024, 5, 3, 0, 0, 0, 0, time.UTC),
		Play: at("05:30:00"),
	}
	if o.Head != want {
		t.Errorf("head is %+v, want %+v", o.Head, want)
	}
	if h, err := Header("small.outage", []byte(whole)); err != nil || h != want {
		t.Errorf("Header gives %+v, %v", h, err)
	}
}

func TestHeaderTellsOnlyOfTheHead(t *testing.T) {
	src := strings.Replace(whole, "series traffic as64500", "series nonsense as64500", 1)
	if _, err := Header("x", []byte(src)); err != nil {
		t.Errorf("a trouble of a series came up: %v", err)
	}
	_, err := Header("x", []byte(strings.Replace(whole, "edition 2024-05-02\n", "", 1)))
	if err == nil || !strings.Contains(err.Error(), "the head has no edition") {
		t.Errorf("got %v", err)
	}
}

func TestParseFeedsAndSources(t *testing.T) {
	o := parsed(t, whole)
	flow := evidence.Feed{
		ID: "flow", Quiet: 15 * time.Minute,
		Name: catalog.Text{EN: "Traffic", FR: "Débit"}, Blind: catalog.Text{EN: "Places", FR: "Les lieux"},
	}
	if len(o.Feeds) != 2 || o.Feeds[0] != flow {
		t.Errorf("feeds are %+v", o.Feeds)
	}
	want := []catalog.Source{{ID: "ix", Title: "An exchange", URL: "https://ix.example/?day=2"}, {ID: "post", Title: `The "Post"`}}
	if !slices.Equal(o.Sources, want) {
		t.Errorf("sources are %+v", o.Sources)
	}
}

func TestParseStatements(t *testing.T) {
	o := parsed(t, whole)
	post := []catalog.Source{{ID: "post", Title: `The "Post"`}}
	want := []evidence.Statement{{
		ID: "north-0700", By: "north", At: at("07:00:00"), Approx: true, Heard: at("07:00:00"),
		Text: catalog.Text{EN: "Out", FR: "En panne"}, Basis: evidence.Stated, Sources: post,
		Claims: []evidence.Claim{
			{Kind: evidence.SaysDown, Target: "north/mobile-data", Region: "zz", Because: "north/core"},
			{Kind: evidence.SaysCause, Text: catalog.Text{EN: "A router", FR: "Un routeur"}},
			{Kind: evidence.SaysETA, Target: "north/core", Time: at("12:00:00")},
		},
	}, {
		ID: "post-day", By: "post", At: at("00:00:00"), DayOnly: true, Heard: at("23:00:00"),
		Text: catalog.Text{EN: "Silence", FR: "Silence"}, Basis: evidence.Reported, Sources: post,
		Claims: []evidence.Claim{
			{Kind: evidence.SaysProgress},
			{Kind: evidence.SaysAdvice, Target: "north/mobile-data", Text: catalog.Text{EN: "Wait", FR: "Attendez"}},
		},
	}}
	if !reflect.DeepEqual(o.Statements, want) {
		t.Errorf("statements are %+v\nwant %+v", o.Statements, want)
	}
}

func TestParseTruth(t *testing.T) {
	truth := parsed(t, whole).Truth
	post := catalog.Source{ID: "post", Title: `The "Post"`}
	ix := []catalog.Source{{ID: "ix", Title: "An exchange", URL: "https://ix.example/?day=2"}}
	want := Truth{
		Roots: []Span{{Target: "north/core", State: catalog.Down, From: at("06:01:00"), Until: at("09:30:00"), Sources: []catalog.Source{post}}},
		Stood: []Span{{Target: "south", State: catalog.Up, Region: "zz", From: at("06:01:00"), Until: at("09:30:00"), Sources: []catalog.Source{post, assumed()}}},
		Dependents: []Fate{
			{Node: "north/mobile-data", State: catalog.Degraded, Backup: "north/core", Sources: []catalog.Source{post}},
			{Node: "post/press", State: catalog.Up, Sources: []catalog.Source{post}},
		},
		Returns:  []Moment{{Node: "north/core", Family: evidence.IPv4, At: at("09:00:00"), Sources: ix}},
		Relapses: []Moment{{Node: "north/core", At: at("08:00:00"), Sources: ix}},
	}
	if !reflect.DeepEqual(truth, want) {
		t.Errorf("truth is %+v\nwant %+v", truth, want)
	}
}

func TestParseRows(t *testing.T) {
	o := parsed(t, whole)
	var got []evidence.Observation
	for _, v := range o.Observations {
		if v.Series.Subject == "country/zz" {
			got = append(got, v)
		}
	}
	if len(got) != 2 {
		t.Fatalf("%d rows, want 2", len(got))
	}
	if v := got[0]; v.Value != 0.75 || v.Missing || !v.Heard.Equal(at("00:05:00")) || v.Basis != evidence.Measured {
		t.Errorf("first row is %+v", v)
	}
	if v := got[1]; !v.Missing || v.Value != 0 || !v.Heard.Equal(at("03:00:00")) {
		t.Errorf("second row is %+v", v)
	}
}

func TestSeriesNotesCarryTheRule(t *testing.T) {
	o := parsed(t, whole)
	if len(o.Series) != 3 {
		t.Fatalf("%d notes, want 3", len(o.Series))
	}
	n := o.Series[0]
	if n.Rule != "A rule." || n.Basis != evidence.Reconstructed || n.Rows != 5 || n.Line != 15 {
		t.Errorf("the first note is %+v", n)
	}
	if ids := sourceIDs(n.Sources); !slices.Equal(ids, []string{"ix", "assumed"}) {
		t.Errorf("an anchor's source is missing: %v", ids)
	}
	if n := o.Series[2]; n.Series.Region != "*" || n.Rows != 3*5 {
		t.Errorf("the spread note is %+v", n)
	}
}

func sourceIDs(all []catalog.Source) []string {
	return ids(all, func(s catalog.Source) string { return string(s.ID) })
}

func TestObservationsAreInTheOrderHeard(t *testing.T) {
	o := parsed(t, whole)
	for i := 1; i < len(o.Observations); i++ {
		a, b := o.Observations[i-1], o.Observations[i]
		if a.Heard.After(b.Heard) {
			t.Fatalf("row %d was heard at %s, after row %d at %s", i-1, a.Heard, i, b.Heard)
		}
		if a.Heard.Equal(b.Heard) && a.Series.Compare(b.Series) > 0 {
			t.Errorf("rows %d and %d stand in no canonical order", i-1, i)
		}
	}
}

func TestParseIsDeterministic(t *testing.T) {
	first := parsed(t, whole)
	for range 3 {
		if again := parsed(t, whole); !reflect.DeepEqual(first, again) {
			t.Fatal("two readings of one file differ")
		}
	}
}

func TestOrderOfBlocksIsFree(t *testing.T) {
	// The series that others rest on may stand below them.
	cut := strings.Index(whole, "series traffic as64500")
	end := strings.Index(whole, "series traffic country")
	moved := whole[:cut] + whole[end:strings.Index(whole, "truth")] + whole[cut:end] + whole[strings.Index(whole, "truth"):]
	a, b := parsed(t, whole), parsed(t, moved)
	if !reflect.DeepEqual(a.Observations, b.Observations) {
		t.Error("the rows depend on the order of the series blocks")
	}
}

func TestCarriageReturnsAndTabs(t *testing.T) {
	src := strings.ReplaceAll(strings.ReplaceAll(whole, "\n  ", "\n\t"), "\n", "\r\n")
	if !reflect.DeepEqual(parsed(t, whole), parsed(t, src)) {
		t.Error("a file with CRLF and tabs reads differently")
	}
}

func TestWithoutAnEdition(t *testing.T) {
	_, err := Parse("x", []byte(whole), nil)
	var pe *ParseError
	if !errors.As(err, &pe) || len(pe.Troubles) != 1 || pe.Troubles[0].Line != 23 {
		t.Fatalf("a spread needs an edition; got %v", err)
	}
	cut, end := strings.Index(whole, "series reports"), strings.Index(whole, "statement north")
	o, err := Parse("x", []byte(strings.ReplaceAll(whole[:cut]+whole[end:], "as64500", "as7")), nil)
	if err != nil || len(o.Observations) != 7 {
		t.Errorf("names are taken as they are without an edition; got %v", err)
	}
}

func TestTheDocumentsExampleParses(t *testing.T) {
	text, err := os.ReadFile("../docs/outage-files.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(text), "```outage\n")
	example, _, closed := strings.Cut(rest, "```")
	if !ok || !closed {
		t.Fatal("docs/outage-files.md has no ```outage example")
	}
	o, err := Parse("docs/outage-files.md", []byte(example), nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(example, "\n"); n > 30 {
		t.Errorf("the example has %d lines; keep it to a glance", n)
	}
	if got := values(o, "flow", "as64500", "zz"); len(got) != 2*24*12 || got[len(got)-1] != 1 || slices.Min(got) != 0 {
		t.Errorf("the example expands to %d rows", len(got))
	}
	if len(o.Statements) != 1 || len(o.Statements[0].Claims) != 2 || len(o.Truth.Roots) != 1 {
		t.Errorf("the example says %+v", o.Statements)
	}
}

// The document names every keyword that the parser knows.
func TestTheDocumentNamesEveryKeyword(t *testing.T) {
	text, err := os.ReadFile("../docs/outage-files.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range [][]string{blockKeys(), measures(), bases(), claimKinds(), truthKeys(), {"linear", "hold", "daily", "of", "anchor", "spread", "leaves", "row", "basis", "lag", "every", "quiet", "heard", "because"}} {
		for _, word := range list {
			if !strings.Contains(string(text), word) {
				t.Errorf("docs/outage-files.md doesn't mention %s", word)
			}
		}
	}
}
