package evaluate

import (
	"math"
	"strings"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// TestKnownIsReading: bin after bin, the detector comes to what the reading of the
// whole series says, and hears it at the same time.
func TestKnownIsReading(t *testing.T) {
	t.Parallel()
	each(t, canadian(t), 2, func(t *testing.T, w *World) {
		var list []*known
		build := w.knowing(&list)
		by := map[evidence.SeriesID]*known{}
		for minute, heard := range w.minutes() {
			now := w.From.Add(time.Duration(minute) * time.Minute)
			for _, o := range heard.Observations {
				if by[o.Series] == nil {
					by[o.Series] = build(o.Series).(*known)
				}
				by[o.Series].Step(&o)
				by[o.Series].Step(&o) // told twice
				if o.Heard.After(now) || now.Sub(o.Heard) >= time.Minute {
					t.Fatalf("%s of %s is heard at %s in the minute of %s", o.Series, o.At, o.Heard, now)
				}
			}
			for _, st := range heard.Statements {
				if st.Heard.After(now) {
					t.Fatalf("%s is heard %s before it is said", st.ID, st.Heard.Sub(now))
				}
			}
		}
		if len(list) != len(w.Input.Readings) {
			t.Fatalf("%d series are heard, %d are read", len(list), len(w.Input.Readings))
		}
		for _, want := range w.Input.Readings {
			got := by[want.Series].read
			if !nearly(got.Peak, want.Peak) || !nearly(got.Expected, want.Expected) {
				t.Fatalf("%s: peak %v and expected %v, want %v and %v", want.Series, got.Peak, got.Expected, want.Peak, want.Expected)
			}
			got.Peak, got.Expected = want.Peak, want.Expected
			if text(t, got) != text(t, want) {
				t.Fatalf("%s reads\n%+v\nwant\n%+v", want.Series, got, want)
			}
		}
	})
}

func nearly(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(b)) }

// TestKnownStrangers: a series that the world doesn't hold stays blind.
func TestKnownStrangers(t *testing.T) {
	t.Parallel()
	w := &World{}
	var list []*known
	d := w.knowing(&list)(evidence.SeriesID{Measure: evidence.Reports})
	r := d.Step(&evidence.Observation{Series: evidence.SeriesID{Subject: "nobody"}, Value: 1e6})
	if r.Level != evidence.Blind || len(list) != 1 {
		t.Errorf("%+v of %d", r, len(list))
	}
}

// TestSteps: every minute round an onset, every fifth elsewhere, and each moment at
// which forecasts are scored.
func TestSteps(t *testing.T) {
	t.Parallel()
	for m := range 400 {
		near := m >= lead-early && m < lead+nearby
		if due(m) != (near || m%5 == 0) || m%every == opening%every && !due(m) {
			t.Errorf("minute %d: %v", m, due(m))
		}
	}
	for _, sc := range Scenarios() {
		if w := watched(sc); w.After[0] <= soonLate || w.After[1] < sc.After[1] {
			t.Errorf("%s is watched for %v minutes", sc.Name, w.After)
		}
	}
}

// TestTrail: what a method holds from step to step becomes alarms.
func TestTrail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		told string // by tens of minutes: . nothing, s suspected, c confirmed
		want []alarm
	}{
		"nothing":           {"......", nil},
		"suspected":         {"..ss", []alarm{{told: 20, sure: -1}}},
		"confirmed later":   {".sscc", []alarm{{told: 10, sure: 30}}},
		"confirmed at once": {".c", []alarm{{told: 10, sure: 10}}},
		"over":              {".ss..", []alarm{{told: 10, sure: -1}}},
		"flickers":          {".s.s..c", []alarm{{told: 10, sure: 60, relapses: 2}}},
		"anew":              {"s........s", []alarm{{told: 0, sure: -1}, {told: 90, sure: -1}}},
		"within the hour":   {"s......s", []alarm{{told: 0, sure: -1, relapses: 1}}},
	} {
		tr := newTrail()
		for i, r := range c.told {
			tr.minute("red", 10*i, stance{told: r != '.', sure: r == 'c'})
			tr.minute("blue", 10*i, stance{})
		}
		for i := range c.want {
			c.want[i].org = "red"
		}
		if len(tr.alarms) != len(c.want) {
			t.Errorf("%s: %+v", name, tr.alarms)
			continue
		}
		for i, want := range c.want {
			if tr.alarms[i] != want {
				t.Errorf("%s: %+v, want %+v", name, tr.alarms[i], want)
			}
		}
	}
}

// truths makes a world of failures of carriers at minutes.
func truths(at map[catalog.OrgID]int) *World {
	w := &World{From: time.Date(2030, 5, 1, 0, 0, 0, 0, time.UTC)}
	for _, org := range []catalog.OrgID{"red", "blue"} {
		if m, ok := at[org]; ok {
			w.Truth = append(w.Truth, Failure{Node: catalog.NodeID(org + "/core"), Onset: w.From.Add(time.Duration(m) * time.Minute)})
		}
	}
	return w
}

// TestFusionScore: an alarm is right from five minutes before to an hour after, of
// the carrier that failed; a late one is no accusation.
func TestFusionScore(t *testing.T) {
	t.Parallel()
	one := map[catalog.OrgID]int{"red": 90}
	for name, c := range map[string]struct {
		truth                   map[catalog.OrgID]int
		alarms                  []alarm
		hits, wrong, wrongSure  float64
		suspected, confirmed    float64
		relapses, right, alarmN float64
	}{
		"missed":        {truth: one, suspected: 240, confirmed: 240},
		"in time":       {truth: one, alarms: []alarm{{"red", 93, 99, 0}}, hits: 1, right: 1, alarmN: 1, suspected: 3, confirmed: 9},
		"a bit early":   {truth: one, alarms: []alarm{{"red", 86, -1, 0}}, hits: 1, right: 1, alarmN: 1, confirmed: 240},
		"too early":     {truth: one, alarms: []alarm{{"red", 80, 95, 0}}, wrong: 1, wrongSure: 1, alarmN: 1, suspected: 240, confirmed: 240},
		"late":          {truth: one, alarms: []alarm{{"red", 151, -1, 0}}, alarmN: 1, suspected: 61, confirmed: 240},
		"just in time":  {truth: one, alarms: []alarm{{"red", 150, -1, 0}}, hits: 1, right: 1, alarmN: 1, suspected: 60, confirmed: 240},
		"another":       {truth: one, alarms: []alarm{{"blue", 93, -1, 0}}, wrong: 1, alarmN: 1, suspected: 240, confirmed: 240},
		"told twice":    {truth: one, alarms: []alarm{{"red", 93, -1, 2}, {"red", 120, 121, 1}}, hits: 1, right: 1, alarmN: 2, suspected: 3, confirmed: 31, relapses: 3},
		"nothing there": {alarms: []alarm{{"red", 5, 5, 0}, {"blue", 9, -1, 0}}, wrong: 2, wrongSure: 1, alarmN: 2},
	} {
		tr := newTrail()
		tr.alarms = c.alarms
		f := tr.score(truths(c.truth))
		if f.hits != c.hits || f.wrong != c.wrong || f.wrongSure != c.wrongSure || f.relapses != c.relapses || f.right != c.right || f.alarms != c.alarmN {
			t.Errorf("%s: %+v", name, f)
		}
		if len(c.truth) > 0 && (f.suspected[0] != c.suspected || f.confirmed[0] != c.confirmed) {
			t.Errorf("%s: suspected after %v, confirmed after %v", name, f.suspected, f.confirmed)
		}
	}
}

// TestFusionRow adds up two worlds by hand.
func TestFusionRow(t *testing.T) {
	t.Parallel()
	r := fusionRow("s", "m", []fused{
		{truths: 1, hits: 1, alarms: 2, right: 1, wrong: 1, relapses: 2, suspected: []float64{4}, confirmed: []float64{240}, points: []forecast{{0.8, 1}, {0.1, 0}}},
		{truths: 1, alarms: 0, suspected: []float64{240}, confirmed: []float64{240}, points: []forecast{{0, 1}, {0, 0}}},
	}, chance(1, "x"))
	if r.Worlds != 2 || r.Truths != 2 || r.Precision != 0.5 || r.Recall != 0.5 || r.F1 != 0.5 || r.False != 0.5 || r.Relapses != 1 {
		t.Errorf("%+v", r)
	}
	if want := (0.04 + 0.01 + 1) / 4; !nearly(r.Brier, want) {
		t.Errorf("Brier %v, want %v", r.Brier, want)
	}
	if r.Suspected != (Delay{4, 240}) || r.Confirmed != (Delay{240, 240}) {
		t.Errorf("delays %v and %v", r.Suspected, r.Confirmed)
	}
	m := r.Murphy
	if n := len(r.Reliability); n != 3 || m.Uncertainty != 0.25 {
		t.Errorf("%d bins, %+v", n, m)
	}
	if empty := fusionRow("s", "m", nil, chance(1, "x")); empty.Recall != 1 || math.IsNaN(empty.Brier) {
		t.Errorf("of nothing: %+v", empty)
	}
}

// shown makes a view in which planes of one carrier stand at some levels.
func shown(passed float64, levels map[evidence.Plane]departure) *view {
	return &view{passed: passed, planes: map[catalog.OrgID]map[evidence.Plane]departure{"red": levels}}
}

// TestIODAProduct: areas grow while a signal alerts, are multiplied over signals,
// and begin anew once it has stopped.
func TestIODAProduct(t *testing.T) {
	t.Parallel()
	f := iodaProduct()
	full := departure{heard: true, alarm: true, gone: 1}
	half := departure{heard: true, alarm: true, gone: 0.5}
	for i, c := range []struct {
		passed float64
		levels map[evidence.Plane]departure
		score  float64
	}{
		{1, nil, 0},
		{1, map[evidence.Plane]departure{evidence.PlaneRoutes: full}, 100},
		{5, map[evidence.Plane]departure{evidence.PlaneRoutes: full}, 600},
		{1, map[evidence.Plane]departure{evidence.PlaneRoutes: full, evidence.PlaneProbes: half}, 700 * 50},
		{1, map[evidence.Plane]departure{evidence.PlaneProbes: half, evidence.PlaneCrowd: full}, 100},
		{1, map[evidence.Plane]departure{evidence.PlaneRoutes: full}, 100},
	} {
		got := f(shown(c.passed, c.levels))["red"]
		want := c.score / (c.score + iodaHalf)
		if !nearly(got.p, want) || got.told != (want >= 0.5) || got.sure != (want >= 0.95) {
			t.Errorf("step %d: %+v, want %v", i, got, want)
		}
	}
}

func TestVote(t *testing.T) {
	t.Parallel()
	heard, alarm := departure{heard: true}, departure{heard: true, alarm: true}
	for name, c := range map[string]struct {
		levels map[evidence.Plane]departure
		want   stance
	}{
		"nobody is heard": {nil, stance{}},
		"all is well":     {map[evidence.Plane]departure{evidence.PlaneRoutes: heard}, stance{}},
		"one of two":      {map[evidence.Plane]departure{evidence.PlaneRoutes: alarm, evidence.PlaneCrowd: heard}, stance{p: 0.5}},
		"two of four": {map[evidence.Plane]departure{
			evidence.PlaneRoutes: alarm, evidence.PlaneCrowd: alarm, evidence.PlaneTraffic: heard, evidence.PlaneProbes: heard,
		}, stance{p: 0.5, told: true}},
		"three": {map[evidence.Plane]departure{
			evidence.PlaneRoutes: alarm, evidence.PlaneCrowd: alarm, evidence.PlaneWords: alarm,
		}, stance{p: 1, told: true, sure: true}},
	} {
		if got := vote(shown(1, c.levels))["red"]; got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestLook: each plane is gathered once for the carrier it is about; what is silent
// or blind is not heard.
func TestLook(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	now := time.Date(2022, 7, 8, 9, 0, 0, 0, time.UTC)
	read := func(feed evidence.FeedID, m evidence.Measure, subject string, level evidence.Level, value float64) *known {
		return &known{read: evidence.Reading{
			Series: evidence.SeriesID{Feed: feed, Measure: m, Subject: evidence.Subject(subject), Region: ed.Root()},
			Heard:  now, Level: level, Value: value, Expected: 100,
		}}
	}
	dead := read(FeedProbes, evidence.Blocks, "as812", evidence.Critical, 0)
	dead.read.Heard = now.Add(-time.Hour)
	cut := read(FeedCrowd, evidence.Reports, "rogers", evidence.Critical, 900)
	cut.read.Series.Region = "ca-on"
	v := &view{now: now, ed: ed, quiet: quiet(), known: []*known{
		read(FeedRoutes, evidence.Prefixes, "as812", evidence.Critical, 10),
		read(FeedTraffic, evidence.Traffic, "as812", evidence.Normal, 100),
		read(FeedCrowd, evidence.Reports, "bell", evidence.Warning, 300),
		read(FeedCrowd, evidence.ReportsOwn, "telus", evidence.Critical, 300),
		read(FeedRoutes, evidence.Prefixes, "as64512", evidence.Critical, 0),
		read(FeedRoutes, evidence.Prefixes, "asylum", evidence.Critical, 0),
		dead, cut,
	}, said: []evidence.Statement{{By: "rogers", Claims: []evidence.Claim{{Kind: evidence.SaysDown, Target: "rogers"}}}}}
	v.look()
	rogers := v.planes["rogers"]
	if d := rogers[evidence.PlaneRoutes]; !d.alarm || !nearly(d.gone, 0.9) {
		t.Errorf("routes %+v", d)
	}
	if d := rogers[evidence.PlaneTraffic]; !d.heard || d.alarm {
		t.Errorf("traffic %+v", d)
	}
	if !rogers[evidence.PlaneWords].alarm || rogers[evidence.PlaneProbes].heard || rogers[evidence.PlaneCrowd].heard {
		t.Errorf("%+v", rogers)
	}
	if !v.planes["bell"][evidence.PlaneCrowd].alarm || v.planes["telus"] != nil || len(v.planes) != 2 {
		t.Errorf("%+v", v.planes)
	}
}

// TestFusion: the same whoever works, a row for each method, an innocent country
// when nothing fails.
func TestFusion(t *testing.T) {
	t.Parallel()
	run := func(workers int) Fusion {
		r, err := FusionOf(t.Context(), Options{
			Edition: canadian(t), Seed: 3, Worlds: 1, Workers: workers, Scenario: []string{"carrier-day", "collector-reset"},
		})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := run(2)
	if text(t, r) != text(t, run(1)) {
		t.Error("the workers decide")
	}
	if len(r.Scenarios) != 2*len(fusers()) || len(r.Overall) != len(fusers()) {
		t.Fatalf("%d rows, %d over all", len(r.Scenarios), len(r.Overall))
	}
	for _, row := range r.Scenarios {
		if row.Scenario == "carrier-day" && row.Truths != 1 {
			t.Errorf("%d failures", row.Truths)
		}
		if row.Method == "tocsin" && (row.Recall < 1 || row.False > 0 || row.Brier > 0.05) {
			t.Errorf("%+v", row)
		}
		n := 0
		for _, b := range row.Reliability {
			n += b.Count
		}
		if n < 8 {
			t.Errorf("%d forecasts in %s", n, row.Scenario)
		}
	}
	for _, want := range []string{"seed 3", "carrier-day", "ioda-product", "could be", "misleading pairs"} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("no %q in\n%s", want, r.Text())
		}
	}
	plots := r.Plots()
	for _, p := range plots {
		if !strings.HasPrefix(p.SVG, "<svg") || strings.Contains(p.SVG, "NaN") || !strings.Contains(p.SVG, "vote") {
			t.Errorf("%s:\n%.300s", p.Name, p.SVG)
		}
	}
	if len(plots) != 3 {
		t.Errorf("%d plots", len(plots))
	}
}

// TestHonest: the bars of a bin hold what was forecast, or they don't.
func TestHonest(t *testing.T) {
	t.Parallel()
	for p, want := range map[float64]bool{0.55: true, 0.62: false, 0.38: false} {
		if b := (Bin{Count: 400, Forecast: p, Observed: 0.5, Range: wilson(0.5, 400)}); b.honest() != (math.Abs(p-0.5) < 0.05) && b.honest() != want {
			t.Errorf("%v of 200 in 400: %v", p, b.honest())
		}
	}
	for p, want := range map[float64]string{0: "0.00 to 0.05", 0.5: "0.50 to 0.65", 1: "0.98 to 1.00"} {
		if got := band(p); got != want {
			t.Errorf("%v is in %q, want %q", p, got, want)
		}
	}
}
