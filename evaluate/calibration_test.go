package evaluate

import (
	"math"
	"testing"
)

// curve is a calibration as a function.
func (b Beta) curve(p float64) float64 {
	return 1 / (1 + math.Exp(-b.Doubt*math.Log(p)+b.Sure*math.Log1p(-p)-b.Offset))
}

// told draws forecasts that come true by a curve.
func told(seed uint64, by Beta, n int) []forecast {
	d := chance(seed, "told")
	var all []forecast
	for range n {
		f := forecast{p: 1 / (1 + math.Exp(-3*d.NormFloat64()))}
		if d.happens(by.curve(f.p)) {
			f.y = 1
		}
		all = append(all, f)
	}
	return all
}

// TestFitBeta: the fit finds the curve that forecasts were drawn from, and no point
// near it has less loss.
func TestFitBeta(t *testing.T) {
	t.Parallel()
	for seed, by := range []Beta{{1, 1, 0}, {0.5, 0.5, 0}, {2, 2, 0}, {1, 0.6, 0.7}, {0.7, 1.2, -0.8}} {
		all := told(uint64(seed), by, 20000)
		got := fitBeta(all)
		if math.Abs(got.Doubt-by.Doubt)+math.Abs(got.Sure-by.Sure)+math.Abs(got.Offset-by.Offset) > 0.4 {
			t.Errorf("drawn from %v, fitted %v", by, got)
		}
		loss := func(b Beta) float64 {
			sum := ((b.Doubt-1)*(b.Doubt-1) + (b.Sure-1)*(b.Sure-1) + b.Offset*b.Offset) / 2
			for _, f := range all {
				q := b.curve(f.p)
				sum -= f.y*math.Log(q) + (1-f.y)*math.Log(1-q)
			}
			return sum
		}
		best := loss(got)
		for _, d := range []Beta{{0.01, 0, 0}, {-0.01, 0, 0}, {0, 0.01, 0}, {0, -0.01, 0}, {0, 0, 0.01}, {0, 0, -0.01}} {
			if l := loss(Beta{got.Doubt + d.Doubt, got.Sure + d.Sure, got.Offset + d.Offset}); l < best {
				t.Errorf("%v: less loss at %v from the fit: %v, not %v", by, d, l, best)
			}
		}
	}
}

// TestFitBetaEdges: nothing, the sure and the perfect have a fit.
func TestFitBetaEdges(t *testing.T) {
	t.Parallel()
	if b := fitBeta(nil); b != (Beta{1, 1, 0}) {
		t.Errorf("of nothing: %v", b)
	}
	for name, all := range map[string][]forecast{
		"perfect":   {{0.9, 1}, {0.9, 1}, {0.1, 0}},
		"sure":      {{1, 1}, {1, 1}, {1, 0}},
		"all wrong": {{0.9, 0}, {0.8, 0}, {0.99, 0}},
	} {
		if b := fitBeta(all); math.IsNaN(b.Doubt+b.Sure+b.Offset) || math.IsInf(b.Doubt+b.Sure+b.Offset, 0) {
			t.Errorf("%s: %v", name, b)
		}
	}
}

// TestPooled: what nobody stated is no forecast; true probabilities lie in their
// bins' intervals, exaggerated ones don't.
func TestPooled(t *testing.T) {
	t.Parallel()
	off := func(slope float64) (n int) {
		m := mark{forecasts: append(told(7, Beta{slope, slope, 0}, 20000), forecast{0, 1}, forecast{0, 0})}
		p := pooled("ours", []mark{m, {}})
		if p.Count != 20000 || p.Method != "ours" {
			t.Fatalf("%d forecasts of %s", p.Count, p.Method)
		}
		for _, b := range p.Reliability {
			if !b.holds() {
				n++
			}
		}
		return n
	}
	if n := off(1); n > 1 {
		t.Errorf("true probabilities are off in %d bins", n)
	}
	if n := off(0.5); n < 5 {
		t.Errorf("exaggerated ones are off in %d bins only", n)
	}
}
