package detect

import (
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tocsin/evidence"
)

// keepers are the methods that the program runs: those whose memory is kept.
func keepers() []Baseline {
	all := Deep()
	for _, b := range Baselines() {
		if _, ok := b.New().(Keeper); ok {
			all = append(all, b)
		}
	}
	return all
}

// lively is a series of a method with outages, floods, gaps, silence and late bins.
func lively(method string, rng *rand.Rand, n int) []evidence.Observation {
	level := map[string]float64{"reports-focus": 2, "sustained-drop": 1, "ratio-bands": 1, "trinocular": 1}[method]
	if level == 0 {
		level = 400
	}
	bin := []time.Duration{20 * time.Second, time.Minute, 15 * time.Minute}[rng.IntN(3)]
	all := make([]evidence.Observation, 0, n)
	factor, at := 1.0, start().Add(time.Duration(rng.IntN(1e6))*time.Second)
	for len(all) < n {
		at = at.Add(bin)
		o := value(at, level*factor*(1+0.02*rng.NormFloat64()))
		switch method {
		case "reports-focus":
			o.Value = negbin(rng, level*factor, 0.2)
		case "trinocular":
			o.Value = math.Round(min(1, factor*rng.Float64()+0.4))
		case "sustained-drop", "ratio-bands":
		default:
			o.Value = math.Round(o.Value)
		}
		switch rng.IntN(150) {
		case 0:
			factor = []float64{0, 0.3, 0.9, 1, 1, 2.5, 8}[rng.IntN(7)]
		case 1:
			o = missing(at)
		case 2:
			at = at.Add(bin * time.Duration(rng.IntN(100)))
		case 3:
			o.At = at.Add(-time.Duration(rng.IntN(3600)) * time.Second)
		}
		o.Series = evidence.SeriesID{Feed: "f", Measure: "m", Subject: "s", Region: "r"}
		all = append(all, o)
	}
	return all
}

// A detector that is stopped and given back what was kept of it goes on, to the
// last bit, as one that was never stopped.
func TestStateGoesOn(t *testing.T) {
	for _, b := range keepers() {
		t.Run(b.Method, func(t *testing.T) {
			for seed := range uint64(4) {
				rng := rand.New(rand.NewPCG(seed, 3))
				one, two := b.New().(Keeper), b.New().(Keeper)
				stops := 0
				for i, o := range lively(b.Method, rng, 2000) {
					want, got := take(one, o), take(two, o)
					if !reflect.DeepEqual(got, want) {
						t.Fatalf("seed %d, %d, after %d stops: %+v\nwant %+v", seed, i, stops, got, want)
					}
					if rng.IntN(100) > 0 {
						continue
					}
					state := two.AppendState(nil)
					two = b.New().(Keeper)
					if err := two.Restore(state, got); err != nil {
						t.Fatalf("seed %d, %d: %v", seed, i, err)
					}
					stops++
				}
				if stops == 0 {
					t.Error("it was never stopped")
				}
			}
		})
	}
}

// A day of reports takes some kilobytes.
func TestStateIsSmall(t *testing.T) {
	most := map[string]int{"reports-focus": 6000, "routes-focus": 5000, "trinocular": 64, "sustained-drop": 64, "similar-days": 16000, "ratio-bands": 4}
	for _, b := range keepers() {
		d := b.New().(Keeper)
		for _, o := range lively(b.Method, rand.New(rand.NewPCG(1, 1)), 3000) {
			d.Step(&o)
		}
		size := len(d.AppendState(nil))
		if limit := most[b.Method]; limit > 0 && size > limit {
			t.Errorf("%s keeps %d bytes, want at most %d", b.Method, size, limit)
		}
		t.Logf("%s: %d bytes", b.Method, size)
	}
}

// What is cut short, longer, of another version or of another method is refused.
func TestStateRefused(t *testing.T) {
	for _, b := range keepers() {
		d := b.New().(Keeper)
		var last evidence.Reading
		for _, o := range lively(b.Method, rand.New(rand.NewPCG(2, 2)), 2000) {
			last = take(d, o)
		}
		state := d.AppendState(nil)
		other, wild := last, last
		other.Method, wild.Level = "another", 7
		infinite := last
		infinite.Peak = math.Inf(1)
		rows := map[string]struct {
			state []byte
			last  evidence.Reading
		}{
			"nothing":           {nil, last},
			"cut short":         {state[:len(state)-1], last},
			"longer":            {append(slices.Clone(state), 0), last},
			"another version":   {append([]byte{stateVersion + 1}, state[1:]...), last},
			"another method":    {state, other},
			"a level":           {state, wild},
			"an infinite peak":  {state, infinite},
			"no reading before": {state, evidence.Reading{}},
		}
		for name, row := range rows {
			if err := b.New().(Keeper).Restore(row.state, row.last); !errors.Is(err, ErrState) {
				t.Errorf("%s, %s: %v", b.Method, name, err)
			}
		}
	}
}

// Any bytes as a state: refused, or a detector that reads as soundly as any.
func FuzzState(f *testing.F) {
	all := keepers()
	for i, b := range all {
		d := b.New().(Keeper)
		for _, o := range lively(b.Method, rand.New(rand.NewPCG(3, 3)), 400) {
			d.Step(&o)
		}
		f.Add(uint8(i), d.AppendState(nil), int64(60), 3.0)
	}
	f.Fuzz(func(t *testing.T, which uint8, state []byte, gap int64, v float64) {
		b := all[int(which)%len(all)]
		d := b.New().(Keeper)
		at := start()
		if d.Restore(state, evidence.Reading{Method: b.Method, At: at, Level: evidence.Normal}) != nil {
			return
		}
		again := b.New().(Keeper)
		if err := again.Restore(d.AppendState(nil), evidence.Reading{Method: b.Method, At: at}); err != nil {
			t.Fatalf("%s: what was taken is refused: %v", b.Method, err)
		}
		for range 40 {
			at = at.Add(time.Duration(min(max(gap, 1), 1e6)) * time.Second)
			r := take(d, value(at, v))
			if math.IsNaN(r.Score) || math.IsInf(r.Score, 0) || math.IsNaN(r.Expected) {
				t.Fatalf("%s: %+v", b.Method, r)
			}
		}
	})
}
