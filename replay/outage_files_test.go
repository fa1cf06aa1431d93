package replay

import (
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// The two recorded outages.
const (
	july2022  = "rogers-2022-07-08"
	april2021 = "rogers-2021-04-19"
)

// recorded reads one of our own files with the edition that it names.
func recorded(t *testing.T, id string) (*Outage, *catalog.Edition) {
	t.Helper()
	name := id + Extension
	src, err := os.ReadFile(filepath.Join("..", "testdata", "outages", name))
	if err != nil {
		t.Fatal(err)
	}
	head, err := Header(name, src)
	if err != nil {
		t.Fatal(err)
	}
	ed, err := catalog.Load(catalog.Canada(), head.Edition)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Parse(name, src, ed)
	if err != nil {
		t.Fatal(err)
	}
	if o.ID != id {
		t.Errorf("%s calls itself %s", name, o.ID)
	}
	return o, ed
}

// instant is a time as the files write it.
func instant(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// key names a series without its feed.
type key struct {
	measure evidence.Measure
	subject evidence.Subject
	region  catalog.RegionID
}

// sum adds up a series over [from, until).
func sum(t *testing.T, o *Outage, k key, from, until string) float64 {
	t.Helper()
	total := 0.0
	for _, v := range rowsOf(o, k) {
		if !v.At.Before(instant(t, from)) && v.At.Before(instant(t, until)) {
			total += v.Value
		}
	}
	return total
}

// value is the row of a series whose bin starts at a time.
func value(t *testing.T, o *Outage, k key, at string) float64 {
	t.Helper()
	for _, v := range rowsOf(o, k) {
		if v.At.Equal(instant(t, at)) {
			return v.Value
		}
	}
	t.Fatalf("%v has no row at %s", k, at)
	return 0
}

func rowsOf(o *Outage, k key) []evidence.Observation {
	var out []evidence.Observation
	for _, v := range o.Observations {
		if v.Series.Measure == k.measure && v.Series.Subject == k.subject && v.Series.Region == k.region {
			out = append(out, v)
		}
	}
	return out
}

// spoken finds a statement.
func spoken(t *testing.T, o *Outage, id string) evidence.Statement {
	t.Helper()
	i := slices.IndexFunc(o.Statements, func(s evidence.Statement) bool { return s.ID == id })
	if i < 0 {
		t.Fatalf("no statement %s", id)
	}
	return o.Statements[i]
}

// says tells whether a statement makes a claim of a target.
func says(s evidence.Statement, kind evidence.ClaimKind, target string) bool {
	return slices.ContainsFunc(s.Claims, func(c evidence.Claim) bool { return c.Kind == kind && c.Target == target })
}

func TestRecordedRowsAreWellKnown(t *testing.T) {
	for _, id := range []string{july2022, april2021} {
		o, ed := recorded(t, id)
		fed := map[evidence.FeedID]bool{}
		for _, v := range o.Observations {
			fed[v.Series.Feed] = true
			switch {
			case v.Basis == "" || len(v.Sources) == 0:
				t.Fatalf("%s: %s at %s has no basis or no source", id, v.Series, v.At)
			case v.Heard.Before(v.At) || v.At.Before(o.From) || v.At.After(o.Until):
				t.Fatalf("%s: %s at %s, heard %s", id, v.Series, v.At, v.Heard)
			case math.IsNaN(v.Value) || v.Value < 0:
				t.Fatalf("%s: %s at %s is %g", id, v.Series, v.At, v.Value)
			case ed.Region(v.Series.Region) == nil:
				t.Fatalf("%s: %s is nowhere", id, v.Series)
			}
		}
		for _, f := range o.Feeds {
			if !fed[f.ID] || f.Name.EN == "" || f.Name.FR == "" || f.Blind.EN == "" {
				t.Errorf("%s: feed %s says nothing, or nothing of itself", id, f.ID)
			}
		}
		for _, n := range o.Series {
			if n.Basis == evidence.Reconstructed && len(n.Rule) < 20 {
				t.Errorf("%s:%d: the rule is %q", id, n.Line, n.Rule)
			}
		}
	}
}

func TestRecordedSourcesAreUsed(t *testing.T) {
	for _, id := range []string{july2022, april2021} {
		o, _ := recorded(t, id)
		used := map[catalog.SourceID]bool{}
		cite := func(all []catalog.Source) {
			for _, s := range all {
				used[s.ID] = true
			}
		}
		for _, n := range o.Series {
			cite(n.Sources)
		}
		for _, s := range o.Statements {
			cite(s.Sources)
		}
		for _, s := range slices.Concat(o.Truth.Roots, o.Truth.Stood) {
			cite(s.Sources)
		}
		for _, m := range slices.Concat(o.Truth.Returns, o.Truth.Relapses) {
			cite(m.Sources)
		}
		for _, f := range o.Truth.Dependents {
			cite(f.Sources)
		}
		for _, s := range o.Sources {
			if !used[s.ID] {
				t.Errorf("%s: nothing rests on the source %s", id, s.ID)
			}
		}
	}
}

// French text has no-break spaces where French puts them, and its own apostrophe.
func TestRecordedFrenchIsFrench(t *testing.T) {
	for _, id := range []string{july2022, april2021} {
		o, _ := recorded(t, id)
		texts := []catalog.Text{o.Title}
		for _, f := range o.Feeds {
			texts = append(texts, f.Name, f.Blind)
		}
		for _, s := range o.Statements {
			texts = append(texts, s.Text)
			for _, c := range s.Claims {
				texts = append(texts, c.Text)
			}
		}
		for _, x := range texts {
			for _, bad := range []string{" :", " ;", " ?", " !", " %", "« ", " »", "'"} {
				if strings.Contains(x.FR, bad) {
					t.Errorf("%s: %q in %q", id, bad, x.FR)
				}
			}
			if x.FR == x.EN && x.EN != "" {
				t.Errorf("%s: %q is the same in both languages", id, x.EN)
			}
		}
	}
}

func TestRecordedFilesReadTheSameTwice(t *testing.T) {
	for _, id := range []string{july2022, april2021} {
		a, _ := recorded(t, id)
		b, _ := recorded(t, id)
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: two readings differ", id)
		}
	}
}

func TestAprilIsWirelessAlone(t *testing.T) {
	o, _ := recorded(t, april2021)
	for k, want := range map[key]float64{{evidence.Traffic, "as812", "ca"}: 1, {evidence.Prefixes, "as812", "ca"}: 970} {
		for _, v := range rowsOf(o, k) {
			if v.Value != want {
				t.Fatalf("%v is %g at %s", k, v.Value, v.At)
			}
		}
	}
	home := key{evidence.Reports, "rogers/home-internet", "ca"}
	for _, v := range rowsOf(o, home) {
		if v.Value > 1.5 {
			t.Fatalf("%g reports of home internet at %s", v.Value, v.At)
		}
	}
	if !says(spoken(t, o, "rogers-1740"), evidence.SaysUp, "rogers/home-internet") {
		t.Error("Rogers said that wireline was not affected")
	}
	for _, id := range []string{"peel-police-1514", "winnipeg-police-1514"} {
		if !says(spoken(t, o, id), evidence.SaysUp, "rogers/emergency-calls") {
			t.Errorf("%s said that 911 can be reached", id)
		}
	}
}

func TestAprilReports(t *testing.T) {
	o, _ := recorded(t, april2021)
	const from, until = "2021-04-19T11:30:00Z", "2021-04-19T12:30:00Z"
	voice := sum(t, o, key{evidence.Reports, "rogers/mobile-voice", "ca"}, from, until)
	data := sum(t, o, key{evidence.Reports, "rogers/mobile-data", "ca"}, from, until)
	signal := sum(t, o, key{evidence.Reports, "rogers", "ca"}, from, until)
	total := voice / 0.5
	if total < 13_000 || total > 13_030 {
		t.Errorf("%.1f reports in the hour to 12:30Z, want 13,000 and the everyday level", total)
	}
	if math.Abs(data/total-0.35) > 1e-9 || math.Abs(signal/total-0.13) > 1e-9 {
		t.Errorf("data %.3f, no network %.3f", data/total, signal/total)
	}
	after := sum(t, o, key{evidence.Reports, "rogers/mobile-voice", "ca"}, "2021-04-20T04:00:00Z", "2021-04-20T05:00:00Z")
	before := sum(t, o, key{evidence.Reports, "rogers/mobile-voice", "ca"}, "2021-04-18T04:00:00Z", "2021-04-18T05:00:00Z")
	if !near(after, before) {
		t.Errorf("%.2f reports after the return, %.2f on another day", after, before)
	}
}
