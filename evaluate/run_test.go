package evaluate

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"

	"tocsin/detect"
	"tocsin/evidence"
	"tocsin/pipeline"
)

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func first(id evidence.SeriesID) pipeline.Detector {
	if build, ok := detect.For(id.Measure); ok {
		return build()
	}
	return nil
}

// TestDice: draws have the means and spreads of their distributions.
func TestDice(t *testing.T) {
	t.Parallel()
	const n = 60000
	moments := func(draw func(d *dice) float64) (mean, variance float64) {
		d := chance(7, "dice")
		sum, squares := 0.0, 0.0
		for range n {
			v := draw(d)
			sum += v
			squares += v * v
		}
		mean = sum / n
		return mean, squares/n - mean*mean
	}
	for _, r := range []struct {
		name           string
		draw           func(d *dice) float64
		mean, variance float64
	}{
		{"poisson 0.3", func(d *dice) float64 { return d.poisson(0.3) }, 0.3, 0.3},
		{"poisson 8", func(d *dice) float64 { return d.poisson(8) }, 8, 8},
		{"poisson 200", func(d *dice) float64 { return d.poisson(200) }, 200, 200},
		{"gamma 0.5", func(d *dice) float64 { return d.gamma(0.5) }, 1, 2},
		{"gamma 4", func(d *dice) float64 { return d.gamma(4) }, 1, 0.25},
		{"beta .6 of 20", func(d *dice) float64 { return d.beta(0.6, 20) }, 0.6, 0.6 * 0.4 / 21},
		{"lognormal .5", func(d *dice) float64 { return d.about(0.5) }, math.Exp(0.125), math.Exp(0.25) * (math.Exp(0.25) - 1)},
		{"thin 30", func(d *dice) float64 { return d.thin(30, 0.2) }, 6, 30 * 0.2 * 0.8},
		{"thin 900", func(d *dice) float64 { return d.thin(900, 0.2) }, 180, 900 * 0.2 * 0.8},
		{"between", func(d *dice) float64 { return d.between([2]float64{2, 4}) }, 3, 4.0 / 12},
	} {
		mean, variance := moments(r.draw)
		if math.Abs(mean-r.mean) > 0.03*r.mean+0.005 || math.Abs(variance-r.variance) > 0.08*r.variance+0.005 {
			t.Errorf("%s has mean %.3f and variance %.3f, want %.3f and %.3f", r.name, mean, variance, r.mean, r.variance)
		}
	}
	d := chance(1, "x")
	if d.poisson(0) != 0 || d.thin(0, 0.5) != 0 || d.happens(0) {
		t.Error("something comes of nothing")
	}
	if got := some(d, []int{1, 2, 3}, 9); len(got) != 3 {
		t.Errorf("9 of 3 gives %v", got)
	}
}

func TestHabit(t *testing.T) {
	t.Parallel()
	if habit(-1) != habit(23) || habit(25) != habit(1) || habit(48.5) != habit(0.5) {
		t.Error("a day is not a day long")
	}
	if r := habit(3.5) / habit(15); r < 0.05 || r > 0.15 {
		t.Errorf("the night has %.2f of the afternoon, want a tenth", r)
	}
}

// TestWindowChart: the running sum is what adding up would give.
func TestWindowChart(t *testing.T) {
	t.Parallel()
	d := chance(2, "window")
	step := fixed(15)(0.2)
	var xs, bs []float64
	for range 500 {
		x, b := d.poisson(3), 0.1+2*d.Float64()
		phi := 1 + 0.2*b
		xs, bs = append(xs, x/phi), append(bs, b/phi)
		sx, sb := 0.0, 0.0
		for i := max(0, len(xs)-15); i < len(xs); i++ {
			sx, sb = sx+xs[i], sb+bs[i]
		}
		if got, want := step(x, b), excess(sx, sb); math.Abs(got-want) > 1e-9 {
			t.Fatalf("minute %d: %v, want %v", len(xs), got, want)
		}
	}
}

// TestDetection: few onsets, and still the shape of the published table: the
// chart without a window is near the better window in every row.
func TestDetection(t *testing.T) {
	t.Parallel()
	run := func(workers int) Detection {
		r, err := DetectionOf(t.Context(), Options{Seed: 3, Worlds: 40, Workers: workers, Scenario: []string{"city-x10", "carrier-x10", "routes-half"}})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := run(2)
	if text(t, r) != text(t, run(1)) {
		t.Error("the workers decide")
	}
	by := map[string]DetectionRow{}
	for _, row := range r.Scenarios {
		by[row.Scenario+" "+row.Method] = row
		if row.Precision < 0 || row.Precision > 1 || row.Recall < 0 || row.Recall > 1 || row.Median > row.P90 {
			t.Errorf("%+v", row)
		}
		if !row.Shipped && row.FalseAlarms > budget {
			t.Errorf("%s %s raises %.2f false alarms a month", row.Scenario, row.Method, row.FalseAlarms)
		}
	}
	for _, kind := range []string{"city-x10", "carrier-x10"} {
		ours, short, long := by[kind+" focus"].Median, by[kind+" window-15m"].Median, by[kind+" window-60m"].Median
		if ours == 0 || ours > min(short, long)+2 {
			t.Errorf("%s: focus takes %v minutes, windows %v and %v", kind, ours, short, long)
		}
	}
	if row := by["routes-half ioda-bgp"]; row.Median > 10 || row.Recall != 1 || !row.Shipped {
		t.Errorf("IODA's bands on half of the routes: %+v", row)
	}
}

// TestLocalisation: one answer per scenario and method, whoever works.
func TestLocalisation(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	run := func(workers int) Localisation {
		r, err := LocalisationOf(t.Context(), Options{Edition: ed, Seed: 3, Worlds: 8, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	r := run(3)
	if text(t, r) != text(t, run(1)) {
		t.Error("the workers decide")
	}
	if len(r.Scenarios) != 4*len(SpotNames()) {
		t.Fatalf("%d rows", len(r.Scenarios))
	}
	for _, row := range r.Scenarios {
		if row.Scenario == "quiet" && row.Found > 0.25 {
			t.Errorf("%s finds places in %.2f of the quiet worlds", row.Method, row.Found)
		}
		if row.Scenario == "city" && row.Method == "circles" && row.Overlap < 0.3 {
			t.Errorf("circles miss cities: %+v", row)
		}
	}
}

// TestQuietDays: the same days whoever looks, and no feed ahead of its time.
func TestQuietDays(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	run := func() Quiet {
		q, err := QuietYear(t.Context(), QuietOptions{Options: Options{Edition: ed, Seed: 5}, Days: 1, Learn: 1, Detector: first})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	q := run()
	if text(t, q) != text(t, run()) {
		t.Error("one seed, two stories")
	}
	if q.Series < 200 || q.Days != 1 || q.Public != len(q.Incidents) {
		t.Errorf("%+v", q)
	}
	if !strings.Contains(q.Text(), "False incidents that a reader would have seen") {
		t.Error(q.Text())
	}
}

// TestYear: what is lived is sound: nothing comes from the future, counts are
// counts, silent feeds are silent.
func TestYear(t *testing.T) {
	t.Parallel()
	y := newYear(&QuietOptions{Options: Options{Edition: canadian(t), Seed: 9}, Days: 30, Learn: 1})
	kinds := map[string]bool{}
	for _, d := range y.disturbed {
		kinds[d.kind] = true
		if d.to <= d.from {
			t.Errorf("%+v ends before it begins", d)
		}
	}
	if len(kinds) < 5 {
		t.Errorf("a month is disturbed by %v alone", kinds)
	}
	seen := map[evidence.FeedID]int{}
	steps := 600
	for step := range steps {
		now := y.at(step + 1)
		for _, o := range y.live(step, now) {
			seen[o.Series.Feed]++
			if o.At.After(now) || o.Heard.After(now) || o.Value < 0 || math.IsNaN(o.Value) {
				t.Fatalf("at %s: %+v", now, o)
			}
			if o.Series.Measure != evidence.Traffic && o.Value != math.Trunc(o.Value) {
				t.Fatalf("%s counts %v", o.Series, o.Value)
			}
		}
	}
	for _, f := range []evidence.FeedID{FeedCrowd, FeedRoutes, FeedTraffic, FeedProbes} {
		if seen[f] == 0 {
			t.Errorf("feed %s says nothing in %d steps", f, steps)
		}
	}
}

// TestDrawings are well-formed, have words for those who can't see them, and no
// number that is none.
func TestDrawings(t *testing.T) {
	t.Parallel()
	ed := canadian(t)
	a, err := Attribution(t.Context(), Options{Edition: ed, Seed: 1, Worlds: 4, Scenario: []string{"carrier-day", "news-only"}})
	if err != nil {
		t.Fatal(err)
	}
	d := Detection{Scenarios: []DetectionRow{{Scenario: "<a> & b", Method: "focus", Median: 3, P90: 9}, {Scenario: "<a> & b", Method: "x", Median: 5, P90: 240}}}
	l := Localisation{Scenarios: []LocalisationRow{{Scenario: "city", Method: "tocsin", Overlap: 0.5}}}
	var all []Plot
	for _, r := range []interface{ Plots() []Plot }{a, d, l, Quiet{}, Result{}, Detection{}, Localisation{}} {
		all = append(all, r.Plots()...)
	}
	if len(all) != 8 {
		t.Errorf("%d drawings", len(all))
	}
	for _, p := range all {
		dec := xml.NewDecoder(strings.NewReader(p.SVG))
		for {
			if _, err := dec.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", p.Name, err)
			}
		}
		for _, want := range []string{"<title", "<desc", "prefers-color-scheme:dark", "viewBox"} {
			if !strings.Contains(p.SVG, want) {
				t.Errorf("%s has no %s", p.Name, want)
			}
		}
		for _, bad := range []string{"NaN", "Inf", "<a>"} {
			if strings.Contains(p.SVG, bad) {
				t.Errorf("%s holds %s", p.Name, bad)
			}
		}
	}
}

// TestTexts: each row stands once under its scenario.
func TestTexts(t *testing.T) {
	t.Parallel()
	r := Result{Seed: 5, Scenarios: []Row{{Scenario: "s", Method: "m", Worlds: 9, Top1: 0.5}, {Scenario: "s", Method: "n", Worlds: 9}}}
	got := r.Text()
	for _, want := range []string{"9 simulated worlds a scenario, seed 5", "top-1", "0.500"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in:\n%s", want, got)
		}
	}
	if strings.Count(got, "\ns ") != 1 {
		t.Errorf("the scenario is named more than once:\n%s", got)
	}
	d := Detection{Scenarios: []DetectionRow{{Scenario: "k", Method: "m", P90: longest, Shipped: true}}}
	if got := d.Text(); !strings.Contains(got, ">240") || !strings.Contains(got, "its own") {
		t.Error(got)
	}
	if worldsOf(nil) != 0 {
		t.Error("worlds of nothing")
	}
}

// TestUnknownNames are told by name.
func TestUnknownNames(t *testing.T) {
	t.Parallel()
	o := Options{Edition: canadian(t), Worlds: 1, Scenario: []string{"nix"}}
	_, a := Attribution(t.Context(), o)
	_, d := DetectionOf(t.Context(), o)
	_, l := LocalisationOf(t.Context(), o)
	w := Worlds(t.Context(), o, func(*World) bool { return true })
	for _, err := range []error{a, d, l, w} {
		if !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), "nix") {
			t.Errorf("%v", err)
		}
	}
}

// TestStops: who waits no longer is heard.
func TestStops(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	ed := canadian(t)
	if _, err := Attribution(ctx, Options{Edition: ed, Worlds: 400}); !errors.Is(err, context.Canceled) {
		t.Errorf("attribution: %v", err)
	}
	if _, err := DetectionOf(ctx, Options{Worlds: 400}); !errors.Is(err, context.Canceled) {
		t.Errorf("detection: %v", err)
	}
	if _, err := QuietYear(ctx, QuietOptions{Options: Options{Edition: ed}, Days: 365, Detector: first}); !errors.Is(err, context.Canceled) {
		t.Errorf("quiet: %v", err)
	}
}

// TestShare: an error of a job comes out, the first job's first.
func TestShare(t *testing.T) {
	t.Parallel()
	one, two := errors.New("one"), errors.New("two")
	done := 0.0
	err := share(t.Context(), []job{
		func() error { return nil }, func() error { return one }, func() error { return two },
	}, 2, func(f float64) { done = f })
	if !errors.Is(err, one) || done != 1 {
		t.Errorf("%v after %v", err, done)
	}
}
