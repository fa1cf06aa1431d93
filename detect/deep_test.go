package detect

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tocsin/evidence"
)

func TestForDeepNamesTheDeepMethod(t *testing.T) {
	want := map[evidence.Measure]string{
		evidence.Reports:     "reports-focus",
		evidence.Prefixes:    "routes-focus",
		evidence.Replies:     "trinocular",
		evidence.Traffic:     "sustained-drop",
		evidence.TrafficV4:   "sustained-drop",
		evidence.TrafficV6:   "sustained-drop",
		evidence.Blocks:      "ioda-probing", // no deep one: the baseline stays
		evidence.Withdrawals: "count-bands",
	}
	for m, name := range want {
		build, ok := ForDeep(m)
		if !ok {
			t.Errorf("no detector for %s", m)
			continue
		}
		if r := take(build(), value(start(), 1)); r.Method != name {
			t.Errorf("%s is read by %q, want %q", m, r.Method, name)
		}
	}
	if _, ok := ForDeep("nothing-we-know"); ok {
		t.Error("a detector for an unknown measure")
	}
	names := map[string]bool{}
	for _, b := range append(Deep(), Baselines()...) {
		if names[b.Method] {
			t.Errorf("two methods are called %q", b.Method)
		}
		names[b.Method] = true
		if r := take(b.New(), value(start(), 1)); r.Method != b.Method {
			t.Errorf("%s signs as %q", b.Method, r.Method)
		}
	}
}

// levelOf is a level at which a method has something to do.
func levelOf(method string) float64 {
	switch method {
	case "sustained-drop", "trinocular":
		return 1
	case "reports-focus":
		return 6
	}
	return 400
}

// What holds of every deep method on any series. A late observation never
// changes a reading that was given; only a learned late one may change the next.
func TestDeepProperties(t *testing.T) {
	for _, b := range Deep() {
		t.Run(b.Method, func(t *testing.T) {
			for seed := range uint64(8) {
				rng := rand.New(rand.NewPCG(seed, 1))
				series := random(rng, 3000, 15*time.Minute, levelOf(b.Method))
				checkDeep(t, b, series, rng)
			}
		})
	}
}

func checkDeep(t *testing.T, b Baseline, series []evidence.Observation, rng *rand.Rand) {
	t.Helper()
	plain, disturbed := b.New(), b.New()
	var before evidence.Reading
	for i, o := range series {
		r := take(plain, o)
		switch {
		case r.Level >= evidence.Warning && (r.Onset.IsZero() || r.Onset.After(r.At)):
			t.Fatalf("%d: an anomaly at %v with onset %v", i, r.At, r.Onset)
		case r.Level == evidence.Normal && !r.Onset.IsZero():
			t.Fatalf("%d: a normal reading with onset %v", i, r.Onset)
		case !before.Onset.IsZero() && !r.Onset.IsZero() && !before.Onset.Equal(r.Onset):
			t.Fatalf("%d: the onset moved from %v to %v within a run", i, before.Onset, r.Onset)
		case !(r.Score >= 0) || math.IsInf(r.Score, 0):
			t.Fatalf("%d: a score of %g", i, r.Score)
		case math.IsNaN(r.Expected) || math.IsNaN(r.Peak) || math.IsInf(r.Peak, 0):
			t.Fatalf("%d: expected %g, peak %g", i, r.Expected, r.Peak)
		}
		// What is told twice leaves no trace at all.
		if again := take(disturbed, o); fmt.Sprint(again) != fmt.Sprint(r) {
			t.Fatalf("%d: disturbed %+v\nplain %+v", i, again, r)
		}
		if got := take(disturbed, series[max(0, i-rng.IntN(20))]); fmt.Sprint(got) != fmt.Sprint(r) {
			t.Fatalf("%d: told twice, it reads %+v", i, got)
		}
		before = r
	}
	late := series[len(series)-1]
	late.At, late.Value = late.At.Add(-30*time.Minute-time.Second), 1e6
	if got := take(disturbed, late); fmt.Sprint(got) != fmt.Sprint(before) {
		t.Fatalf("a late observation changed the reading to %+v", got)
	}
}

// A level that never changes is never an anomaly.
func TestDeepSteadySeriesRaiseNothing(t *testing.T) {
	for _, b := range Deep() {
		for _, level := range []float64{0, 1, 3, 20, 1000} {
			if levelOf(b.Method) == 1 && level != 1 {
				continue
			}
			for _, bin := range []time.Duration{time.Minute, 15 * time.Minute} {
				d := b.New()
				for i := range 4000 {
					if r := take(d, value(clock(i, bin), level)); r.Level >= evidence.Warning {
						t.Fatalf("%s: %s at a steady %g, bin %d", b.Method, r.Level, level, i)
					}
				}
			}
		}
	}
}

func TestDeepMissingIsBlindAndEndsNoRun(t *testing.T) {
	d := newDrop()
	for i, v := range []float64{1, 1, 0.1, 0.1, 0.1} {
		take(d, value(clock(i, time.Minute), v))
	}
	for i, o := range []evidence.Observation{missing(clock(5, time.Minute)), value(clock(6, time.Minute), math.NaN())} {
		if r := take(d, o); r.Level != evidence.Blind || !r.Onset.Equal(clock(2, time.Minute)) {
			t.Errorf("%d: %s since %v", i, r.Level, r.Onset)
		}
	}
	if r := take(d, value(clock(7, time.Minute), 0.1)); r.Level != evidence.Critical || !r.Onset.Equal(clock(2, time.Minute)) {
		t.Errorf("after the gap: %s since %v", r.Level, r.Onset)
	}
}

// Any bytes of time and value: no panic, no invented onset, nothing infinite.
func FuzzDeepStep(f *testing.F) {
	f.Add(int64(0), int64(60), 1.0, uint8(9))
	f.Add(int64(-1), int64(86400), 1e300, uint8(200))
	f.Add(int64(1<<60), int64(1<<60), math.Inf(-1), uint8(3))
	f.Add(int64(1657238400), int64(900), -5.0, uint8(255))
	f.Fuzz(func(t *testing.T, first, gap int64, v float64, n uint8) {
		for _, b := range Deep() {
			d := b.New()
			at := first
			for i := range int64(n) {
				r := take(d, value(time.Unix(at, 0).UTC(), v*float64(i%7)))
				if r.Level >= evidence.Warning && r.Onset.After(r.At) {
					t.Fatalf("%s: onset %v after %v", b.Method, r.Onset, r.At)
				}
				if math.IsNaN(r.Score) || math.IsInf(r.Score, 0) {
					t.Fatalf("%s: score %g", b.Method, r.Score)
				}
				at += gap
			}
		}
	})
}

func TestDeepStepDoesNotAllocate(t *testing.T) {
	for _, b := range Deep() {
		d, i := b.New(), 0
		level := levelOf(b.Method)
		var o evidence.Observation
		step := func() {
			v := level * (1 + 0.02*float64(i%7-3))
			if i%2000 > 1900 {
				v = level * 3 * float64(i%2)
			}
			o = value(clock(i, time.Minute), v)
			d.Step(&o)
			i++
		}
		for range 5 * dayMinutes {
			step()
		}
		if got := testing.AllocsPerRun(4000, step); got != 0 {
			t.Errorf("%s: %g allocations per step", b.Method, got)
		}
	}
}

// BenchmarkDeep steps a method through quiet minutes.
func BenchmarkDeep(b *testing.B) {
	for _, base := range Deep() {
		b.Run(base.Method, func(b *testing.B) {
			d := base.New()
			level := levelOf(base.Method)
			rng := rand.New(rand.NewPCG(1, 2))
			values := make([]float64, 4096)
			for i := range values {
				switch base.Method {
				case "reports-focus":
					values[i] = poisson(rng, 0.2)
				case "trinocular":
					values[i] = 1
				default:
					values[i] = math.Round(level*100*(1+0.001*rng.NormFloat64())) / 100
				}
				if base.Method == "routes-focus" { // they stand still, and seldom one goes
					values[i] = 900
					if i%500 < 5 {
						values[i] = 899
					}
				}
			}
			o := value(start(), 0)
			o.Series = seriesOf(evidence.Reports)
			i := 0
			step := func() {
				o.At, o.Heard, o.Value = o.At.Add(time.Minute), o.Heard.Add(time.Minute), values[i&4095]
				d.Step(&o)
				i++
			}
			for range 10 * dayMinutes {
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

// A country of 50,000 series of reports, one of which is busy: what share of one
// core a minute of it takes. It wants 250 MB.
func BenchmarkCountry(b *testing.B) {
	const series = 50_000
	rng := rand.New(rand.NewPCG(1, 2))
	all := make([]*Crowd, series)
	xs := benchCounts(0.2)
	for i := range all {
		all[i] = NewCrowd(CrowdOptions{Season: SeasonalOptions{Bin: 60}})
		st := all[i].season.State()
		st.Begun, st.First, st.Newest = true, 1657238400-30*daySeconds, 1657238400
		st.Bin, st.Count, st.Minutes, st.Weekly = 60, 4032, 20160, true
		st.Day, st.Recent = int32(1657238400/daySeconds), 8064
		for d := range st.Daily {
			st.Daily[d] = 288
		}
		if err := all[i].season.Restore(st); err != nil {
			b.Fatal(err)
		}
	}
	at := time.Unix(1657238400, 0).UTC()
	var o evidence.Observation
	minute := func() {
		at = at.Add(time.Minute)
		off := rng.IntN(len(xs))
		for i, d := range all {
			o = value(at, xs[(off+i)&(len(xs)-1)])
			d.Step(&o)
		}
	}
	for range 70 {
		minute()
	}
	b.ReportAllocs()
	for b.Loop() {
		minute()
	}
	perMinute := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(perMinute/60*100, "%core")
	b.ReportMetric(perMinute/series*1e9, "ns/series-min")
}

// transcript plays minutes, written as runs of "value*count", and draws the
// levels, one letter for each change with how long it held.
func transcript(t *testing.T, d Detector, at time.Time, bin time.Duration, script string) string {
	t.Helper()
	var out strings.Builder
	last, held := byte(0), 0
	flush := func() {
		if held > 0 {
			fmt.Fprintf(&out, "%c%d ", last, held)
		}
	}
	for part := range strings.FieldsSeq(script) {
		var v float64
		n := 1
		text, count, many := strings.Cut(part, "*")
		if many {
			if _, err := fmt.Sscan(count, &n); err != nil {
				t.Fatal(err)
			}
		}
		gap := text == "-"
		if !gap {
			if _, err := fmt.Sscan(text, &v); err != nil {
				t.Fatal(err)
			}
		}
		for range n {
			o := value(at, v)
			if gap {
				o = missing(at)
			}
			if l := "bnwc"[take(d, o).Level]; l != last {
				flush()
				last, held = l, 0
			}
			held++
			at = at.Add(bin)
		}
	}
	flush()
	return strings.TrimSpace(out.String())
}

func TestDropTranscripts(t *testing.T) {
	rows := []struct {
		name, script, want string
		bin                time.Duration
	}{
		{"a death by the minute", "1*60 0.01*30 1*10", "n61 w1 c28 w1 n9", time.Minute},
		{"one odd minute", "1*60 0*1 1*60", "n121", time.Minute},
		{"a tenth less is not told", "1*60 0.9*300", "n360", time.Minute},
		{"a quarter less", "1*60 0.75*30 1*10", "n61 w30 n9", time.Minute},
		{"bins of five minutes", "1*60 0.01*3 1*3", "n60 c3 n3", 5 * time.Minute},
		{"a return that fails", "1*60 0.1*20 0.6*10 0.1*20", "n61 w1 c18 w10 c20", time.Minute},
		{"one good minute in an outage", "1*60 0.1*20 1 0.1*20", "n61 w1 c18 w1 c20", time.Minute},
		{"a gap within", "1*60 0.1*20 -*5 0.1*20", "n61 w1 c18 b5 c20", time.Minute},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := transcript(t, newDrop(), start(), row.bin, row.script); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

func TestRouteTranscripts(t *testing.T) {
	rows := []struct {
		name, script, want string
		bin                time.Duration
	}{
		{"a death by the minute", "970*300 100*60 970*10", "b60 n240 c60 n10", time.Minute},
		{"nine of 970, too few for IODA", "970*3000 961*30 970*10", "b60 n2940 w30 n10", time.Minute},
		{"one prefix", "970*3000 969*600", "b60 n3540", time.Minute},
		{"a slow leak is the bands' to tell", "970*300 965*10 958*30", "b60 n250 w30", time.Minute},
		{"bins of five minutes", "970*300 300*20 970*10", "b12 n288 c20 n10", 5 * time.Minute},
		{"a network too small", "12*300 0*20", "b320", 5 * time.Minute},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := transcript(t, newRoutes(), start(), row.bin, row.script); got != row.want {
				t.Errorf("%s\nwant %s", got, row.want)
			}
		})
	}
}

// Event by event, FOCuS knows within seconds, and dates the first withdrawal.
func TestRoutesByTheEvent(t *testing.T) {
	d := newRoutes()
	at := start()
	for ; at.Before(start().Add(24 * time.Hour)); at = at.Add(5 * time.Minute) {
		take(d, value(at, 970))
	}
	onset := at
	count := 970.0
	var r evidence.Reading
	for r.Level < evidence.Warning {
		count--
		r = take(d, value(at, count))
		at = at.Add(200 * time.Millisecond)
	}
	if took := at.Sub(onset); took > 10*time.Second || r.Onset.After(onset.Add(time.Second)) {
		t.Errorf("told after %v and %g prefixes, since %v", took, 970-count, r.Onset)
	}
	if r.Level != evidence.Warning {
		t.Errorf("%g of 970 are %s", count, r.Level)
	}
	for count > 700 {
		count--
		at = at.Add(200 * time.Millisecond)
		r = take(d, value(at, count))
	}
	if r.Level != evidence.Critical || !r.Onset.Equal(onset.Truncate(time.Second)) {
		t.Errorf("with 700 of 970 left: %s since %v", r.Level, r.Onset)
	}
}

// A series that loses prefixes in batches every day learns that it does.
func TestRoutesLearnTheirBatches(t *testing.T) {
	d := newRoutes().(*losses)
	rng := rand.New(rand.NewPCG(4, 4))
	alarms := [2]int{}
	for i := range 20 * dayMinutes {
		v := 2000.0
		if rng.IntN(300) == 0 {
			v = 1990 // a customer flaps
		}
		if take(d, value(clock(i, time.Minute), v)).Level >= evidence.Warning {
			alarms[i/(10*dayMinutes)]++
		}
	}
	if alarms[1] > 2 || d.phi < 5 {
		t.Errorf("%d alarms in the first ten days, %d in the next; dispersion %g", alarms[0], alarms[1], d.phi)
	}
}

// A count that wavers all the time is noise, and soon taken as such; a fall out
// of it is still seen.
func TestRoutesLearnTheirNoise(t *testing.T) {
	d := newRoutes()
	rng := rand.New(rand.NewPCG(5, 5))
	alarms := [4]int{}
	for i := range 4 * dayMinutes {
		v := math.Round(10000 + 8*rng.NormFloat64())
		if take(d, value(clock(i, time.Minute), v)).Level >= evidence.Warning {
			alarms[i/dayMinutes]++
		}
	}
	if alarms[1]+alarms[2]+alarms[3] > 5 {
		t.Errorf("minutes of alarm by day: %v", alarms)
	}
	if r := take(d, value(clock(4*dayMinutes, time.Minute), 9950)); r.Level != evidence.Normal {
		t.Errorf("fifty of ten thousand less are %s", r.Level)
	}
	if r := take(d, value(clock(4*dayMinutes+1, time.Minute), 9500)); r.Level != evidence.Warning {
		t.Errorf("five hundred of ten thousand less are %s", r.Level)
	}
}

// slowSimilar keeps every slot for ever and reads the rule off them.
type slowSimilar struct{ slots map[int64]float64 }

func (s *slowSimilar) predict(slot int64) float64 {
	type day struct {
		back int64
		far  float64
	}
	var days []day
	now := floorDiv(slot, 4) * 4
	for back := int64(1); back <= similarPast; back++ {
		sum, n := 0.0, 0.0
		for i := now - daySlots; i < now; i++ {
			a, known := s.slots[i]
			b, both := s.slots[i-back*daySlots]
			if known && both {
				sum += (a - b) * (a - b)
				n++
			}
		}
		if n >= leastAlike {
			days = append(days, day{back, sum / n})
		}
	}
	for i := range days { // the nearest first, the later of equals
		for j := i + 1; j < len(days); j++ {
			if days[j].far < days[i].far || days[j].far == days[i].far && days[j].back < days[i].back {
				days[i], days[j] = days[j], days[i]
			}
		}
	}
	var values []float64
	for _, d := range days[:min(len(days), similarBest)] {
		if v, ok := s.slots[slot-d.back*daySlots]; ok {
			values = append(values, v)
		}
	}
	if len(values) < leastDays {
		return 0
	}
	values = sortedCopy(values)
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

func TestSimilarDaysAgreeWithTheirSlowTwin(t *testing.T) {
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(seed, 9))
		quick, slow := newSimilar().(*similar), &slowSimilar{slots: map[int64]float64{}}
		for i := range 40 * daySlots {
			if rng.IntN(50) == 0 {
				continue
			}
			at := clock(i, 15*time.Minute)
			slot := floorDiv(at.Unix(), similarSlot)
			day := float64(i / daySlots % 7)
			v := math.Round(1000 * (1 + 0.3*math.Sin(float64(i%daySlots)/15) + 0.1*day + 0.05*rng.NormFloat64()))
			r := take(quick, value(at, v))
			want := slow.predict(slot)
			if r.Level != evidence.Blind && r.Expected != want || r.Level == evidence.Blind && want != 0 {
				t.Fatalf("seed %d, slot %d: %s against %g, want %g", seed, i, r.Level, r.Expected, want)
			}
			slow.slots[slot] = float64(*quick.at(slot)) // what it learned
		}
	}
}

// Weekdays and weekends differ; the similar days tell them apart after a few
// hours, and an outage is seen and not learned.
func TestSimilarDaysSeeAnOutage(t *testing.T) {
	d := newSimilar().(*similar)
	rng := rand.New(rand.NewPCG(5, 5))
	volume := func(i int) float64 {
		v := 1000 * (1.2 + math.Sin(float64(i%daySlots)/daySlots*2*math.Pi))
		if day := i / daySlots % 7; day >= 5 {
			v *= 0.85
		}
		return v * (1 + 0.03*rng.NormFloat64())
	}
	i := 0
	for ; i < 35*daySlots; i++ {
		take(d, value(clock(i, 15*time.Minute), volume(i)))
	}
	var r evidence.Reading
	for onset := i; i < onset+40; i++ {
		r = take(d, value(clock(i, 15*time.Minute), volume(i)*0.02))
	}
	if r.Level != evidence.Critical || r.Expected < 100 || !r.Onset.Equal(clock(35*daySlots, 15*time.Minute)) {
		t.Errorf("ten hours into an outage: %s against %g since %v", r.Level, r.Expected, r.Onset)
	}
	for end := i + daySlots; i < end; i++ {
		r = take(d, value(clock(i, 15*time.Minute), volume(i)))
	}
	if r.Level != evidence.Normal || math.Abs(r.Ratio()-1) > 0.25 {
		t.Errorf("a day after it: %s, %g against %g", r.Level, r.Value, r.Expected)
	}
}
