package detect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"tocsin/evidence"
)

// start is midnight before a Friday morning.
func start() time.Time { return time.Date(2022, 7, 8, 0, 0, 0, 0, time.UTC) }

// clock gives the n-th bin of a length after start.
func clock(n int, bin time.Duration) time.Time { return start().Add(time.Duration(n) * bin) }

func seriesOf(m evidence.Measure) evidence.SeriesID {
	return evidence.SeriesID{Feed: "flow", Measure: m, Subject: "as812", Region: "ca"}
}

func value(at time.Time, v float64) evidence.Observation {
	return evidence.Observation{At: at, Heard: at.Add(time.Minute), Value: v, Basis: evidence.Measured}
}

func missing(at time.Time) evidence.Observation {
	return evidence.Observation{At: at, Heard: at.Add(time.Minute), Missing: true}
}

// method makes a detector by name.
func method(t testing.TB, name string) Detector {
	t.Helper()
	for _, b := range Baselines() {
		if b.Method == name {
			return b.New()
		}
	}
	t.Fatalf("no method %q", name)
	return nil
}

// trained is a detector that has seen a level in every bin up to a time.
func trained(t testing.TB, name string, level float64, bin, history time.Duration) (Detector, time.Time) {
	t.Helper()
	d := method(t, name)
	at := start()
	for ; at.Before(start().Add(history)); at = at.Add(bin) {
		take(d, value(at, level))
	}
	return d, at
}

func TestForGivesOneMethodPerMeasure(t *testing.T) {
	want := map[evidence.Measure]string{
		evidence.Prefixes:      "ioda-bgp",
		evidence.Blocks:        "ioda-probing",
		evidence.Reports:       "reports-15m",
		evidence.Traffic:       "ratio-bands",
		evidence.TrafficV4:     "ratio-bands",
		evidence.TrafficV6:     "ratio-bands",
		evidence.Withdrawals:   "count-bands",
		evidence.Announcements: "count-bands",
	}
	for m, name := range want {
		make, ok := For(m)
		if !ok {
			t.Errorf("no detector for %s", m)
			continue
		}
		if r := take(make(), value(start(), 1)); r.Method != name {
			t.Errorf("%s is read by %q, want %q", m, r.Method, name)
		}
	}
	if _, ok := For("nothing-we-know"); ok {
		t.Error("a detector for an unknown measure")
	}
}

func TestEveryMethodSignsItsReadings(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range Baselines() {
		if seen[b.Method] {
			t.Errorf("two methods are called %q", b.Method)
		}
		seen[b.Method] = true
		if r := take(b.New(), value(start(), 1)); r.Method != b.Method {
			t.Errorf("%s signs as %q", b.Method, r.Method)
		}
	}
}

func TestReadingCarriesItsObservation(t *testing.T) {
	o := evidence.Observation{
		Series: seriesOf(evidence.Traffic), At: start(), Heard: start().Add(time.Hour),
		Value: 0.4, Basis: evidence.Reconstructed,
	}
	r := take(method(t, "ratio-bands"), o)
	want := evidence.Reading{
		Series: o.Series, At: o.At, Heard: o.Heard, Value: 0.4, Expected: 1, Level: evidence.Critical,
		Onset: o.At, Peak: 0.4, Method: "ratio-bands", Basis: evidence.Reconstructed,
	}
	if fmt.Sprint(r) != fmt.Sprint(want) {
		t.Errorf("got %+v\nwant %+v", r, want)
	}
}

// Levels begin where the peers' do: a value on the line is still the better one.
func TestLevelsBeginAtTheirThresholds(t *testing.T) {
	const (
		n = evidence.Normal
		w = evidence.Warning
		c = evidence.Critical
	)
	rows := []struct {
		method  string
		level   float64
		bin     time.Duration
		history time.Duration
		at      []float64
		want    []evidence.Level
	}{
		{"ioda-bgp", 1000, 5 * time.Minute, 24 * time.Hour, []float64{1000, 990, 989, 500, 499, 0}, []evidence.Level{n, n, w, w, c, c}},
		{"ioda-probing", 1000, 10 * time.Minute, 7 * 24 * time.Hour, []float64{1000, 800, 799, 500, 499}, []evidence.Level{n, n, w, w, c}},
		{"count-bands", 800, 5 * time.Minute, 24 * time.Hour, []float64{800, 1600, 1601, 3200, 3201, 0}, []evidence.Level{n, n, w, w, c, n}},
		{"ratio-bands", 1, time.Minute, time.Hour, []float64{1, 1.4, 0.8, 0.79, 0.5, 0.49, 0}, []evidence.Level{n, n, n, w, w, c, c}},
		// Ten are expected in the window. 24 give a ratio of 2.4 and 7.01; 26, 8.84; 29, 11.87; 30, 12.96.
		{"reports-15m", 10, 15 * time.Minute, 24 * time.Hour, []float64{10, 0, 24, 26, 29, 30}, []evidence.Level{n, n, n, w, w, c}},
	}
	for _, row := range rows {
		t.Run(row.method, func(t *testing.T) {
			for i, v := range row.at {
				d, at := trained(t, row.method, row.level, row.bin, row.history)
				if r := take(d, value(at, v)); r.Level != row.want[i] {
					t.Errorf("%g of %g is %s, want %s", v, r.Expected, r.Level, row.want[i])
				}
			}
		})
	}
}

// pattern draws a series of readings as one letter each.
func pattern(readings []evidence.Reading) string {
	var b strings.Builder
	for _, r := range readings {
		b.WriteByte("bnwc"[r.Level])
	}
	return b.String()
}

func TestARunHasOneOnsetAndItsPeak(t *testing.T) {
	d := method(t, "ratio-bands")
	values := []float64{1, 0.7, 0.3, 0.6, 0.9, 0.75, 0.78}
	wantOnset := []int{-1, 1, 1, 1, -1, 5, 5}
	wantPeak := []float64{0, 0.7, 0.3, 0.3, 0, 0.75, 0.75}
	var got []evidence.Reading
	for i, v := range values {
		got = append(got, take(d, value(clock(i, time.Minute), v)))
	}
	if p := pattern(got); p != "nwcwnww" {
		t.Fatalf("levels %s", p)
	}
	for i, r := range got {
		onset := time.Time{}
		if wantOnset[i] >= 0 {
			onset = clock(wantOnset[i], time.Minute)
		}
		if !r.Onset.Equal(onset) || r.Peak != wantPeak[i] {
			t.Errorf("reading %d: onset %v, peak %g; want %v, %g", i, r.Onset, r.Peak, onset, wantPeak[i])
		}
	}
}

func TestMissingIsBlindAndEndsNoRun(t *testing.T) {
	d := method(t, "ratio-bands")
	take(d, value(clock(0, time.Minute), 0.2))
	for i, o := range []evidence.Observation{
		missing(clock(1, time.Minute)),
		value(clock(2, time.Minute), math.NaN()),
		value(clock(3, time.Minute), math.Inf(1)),
	} {
		r := take(d, o)
		if r.Level != evidence.Blind || !r.At.Equal(o.At) {
			t.Errorf("%d: %s at %v, want blind at %v", i, r.Level, r.At, o.At)
		}
		if !r.Onset.Equal(start()) || r.Peak != 0.2 {
			t.Errorf("%d: the run ended: onset %v, peak %g", i, r.Onset, r.Peak)
		}
	}
	if r := take(d, value(clock(4, time.Minute), 0.3)); !r.Onset.Equal(start()) {
		t.Errorf("the run began anew at %v", r.Onset)
	}
	if r := take(d, value(clock(5, time.Minute), 1)); r.Level != evidence.Normal || !r.Onset.IsZero() || r.Peak != 0 {
		t.Errorf("the run did not end: %+v", r)
	}
	if r := take(d, missing(clock(6, time.Minute))); !r.Onset.IsZero() {
		t.Errorf("a missing value after the end has an onset: %v", r.Onset)
	}
}

// random is a series with gaps, silence, outages and floods.
func random(rng *rand.Rand, n int, bin time.Duration, level float64) []evidence.Observation {
	var all []evidence.Observation
	factor := 1.0
	for i := range n {
		switch rng.IntN(60) {
		case 0:
			factor = []float64{0, 0.3, 0.9, 1, 1, 2.5, 8}[rng.IntN(7)]
		case 1:
			all = append(all, missing(clock(i, bin)))
			continue
		case 2:
			continue // nothing was heard
		}
		all = append(all, value(clock(i, bin), math.Round(level*factor*(0.9+0.2*rng.Float64()))))
	}
	return all
}

// What holds of every method on any series.
func TestProperties(t *testing.T) {
	levels := map[string]float64{"ratio-bands": 1, "reports-15m": 6, "reports-60m": 6}
	for _, b := range Baselines() {
		t.Run(b.Method, func(t *testing.T) {
			level := levels[b.Method]
			if level == 0 {
				level = 400
			}
			for seed := range uint64(8) {
				rng := rand.New(rand.NewPCG(seed, 1))
				series := random(rng, 1200, 15*time.Minute, level)
				checkSeries(t, b, series, rng)
			}
		})
	}
}

func checkSeries(t *testing.T, b Baseline, series []evidence.Observation, rng *rand.Rand) {
	t.Helper()
	plain, disturbed := b.New(), b.New()
	var before evidence.Reading
	for i, o := range series {
		r := take(plain, o)
		if anomalous := r.Level >= evidence.Warning; anomalous && (r.Onset.IsZero() || r.Onset.After(r.At)) {
			t.Fatalf("%d: an anomaly at %v with onset %v", i, r.At, r.Onset)
		}
		if r.Level == evidence.Normal && !r.Onset.IsZero() {
			t.Fatalf("%d: a normal reading with onset %v", i, r.Onset)
		}
		if !before.Onset.IsZero() && !r.Onset.IsZero() && !before.Onset.Equal(r.Onset) {
			t.Fatalf("%d: the onset moved from %v to %v within a run", i, before.Onset, r.Onset)
		}
		// Late and repeated observations leave no trace.
		again := take(disturbed, o)
		if fmt.Sprint(again) != fmt.Sprint(r) {
			t.Fatalf("%d: disturbed %+v\nplain %+v", i, again, r)
		}
		late := o
		late.At = o.At.Add(-time.Duration(rng.IntN(3)) * time.Hour)
		late.Value = 1e6
		if got := take(disturbed, late); fmt.Sprint(got) != fmt.Sprint(r) {
			t.Fatalf("%d: a late observation changed the reading to %+v", i, got)
		}
		before = r
	}
}

// A level that never changes is never an anomaly.
func TestSteadySeriesRaiseNothing(t *testing.T) {
	for _, b := range Baselines() {
		for _, level := range []float64{0, 1, 3, 19, 20, 21, 1000} {
			if b.Method == "ratio-bands" && level != 1 {
				continue
			}
			d := b.New()
			for i := range 1000 {
				if r := take(d, value(clock(i, 15*time.Minute), level)); r.Level >= evidence.Warning {
					t.Fatalf("%s: %s at a steady %g", b.Method, r.Level, level)
				}
			}
		}
	}
}

// Any bytes of time and value: no panic, no invented onset.
func FuzzStep(f *testing.F) {
	f.Add(int64(0), int64(60), 1.0, uint8(9))
	f.Add(int64(-1), int64(86400), 1e300, uint8(200))
	f.Add(int64(1<<60), int64(1<<60), math.Inf(-1), uint8(3))
	f.Add(int64(1657238400), int64(900), -5.0, uint8(255))
	f.Fuzz(func(t *testing.T, first, gap int64, v float64, n uint8) {
		for _, b := range Baselines() {
			d := b.New()
			at := first
			for i := range int64(n) {
				r := take(d, value(time.Unix(at, 0).UTC(), v*float64(i%7)))
				if r.Level >= evidence.Warning && r.Onset.After(r.At) {
					t.Fatalf("%s: onset %v after %v", b.Method, r.Onset, r.At)
				}
				at += gap
			}
		}
	})
}

// Steps do not allocate in the steady state.
func TestStepDoesNotAllocate(t *testing.T) {
	for _, b := range Baselines() {
		d := b.New()
		i := 0
		var o evidence.Observation
		step := func() {
			o = value(clock(i, time.Minute), float64(100+i%7))
			d.Step(&o)
			i++
		}
		for range 3 * dayMinutes {
			step()
		}
		if got := testing.AllocsPerRun(2000, step); got != 0 {
			t.Errorf("%s: %g allocations per step", b.Method, got)
		}
	}
}

func BenchmarkStep(b *testing.B) {
	for _, base := range Baselines() {
		b.Run(base.Method, func(b *testing.B) {
			d := base.New()
			rng := rand.New(rand.NewPCG(1, 2))
			values := make([]float64, 4096)
			for i := range values {
				values[i] = float64(400 + rng.IntN(40))
			}
			i := 0
			var o evidence.Observation
			step := func() {
				o = value(clock(i, time.Minute), values[i%len(values)])
				d.Step(&o)
				i++
			}
			for range 3 * dayMinutes {
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

// sortedCopy is for the slow twins.
func sortedCopy(values []float64) []float64 {
	values = slices.Clone(values)
	slices.Sort(values)
	return values
}

// The peak of a rise is its highest point, also on the way down.
func TestARiseKeepsItsPeak(t *testing.T) {
	d, at := trained(t, "count-bands", 100, 5*time.Minute, 24*time.Hour)
	for i, v := range []float64{250, 900, 300} {
		r := take(d, value(at.Add(time.Duration(i)*5*time.Minute), v))
		if want := []float64{2.5, 9, 9}[i]; r.Peak != want || !r.Onset.Equal(at) {
			t.Errorf("%g: peak %g since %v, want %g since %v", v, r.Peak, r.Onset, want, at)
		}
	}
}

// take is one step, and a copy of its reading.
func take(d Detector, o evidence.Observation) evidence.Reading { return *d.Step(&o) }
