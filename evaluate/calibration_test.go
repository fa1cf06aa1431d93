package evaluate

import (
	"math"
	"testing"
)

// told draws forecasts of which the log-odds that come true are a line of those
// that are stated.
func told(seed uint64, slope, offset float64, n int) []forecast {
	d := chance(seed, "told")
	var all []forecast
	for range n {
		x := 3 * d.NormFloat64()
		f := forecast{p: 1 / (1 + math.Exp(-x))}
		if d.happens(1 / (1 + math.Exp(-slope*x-offset))) {
			f.y = 1
		}
		all = append(all, f)
	}
	return all
}

// TestPlatt: the fit finds the line that forecasts were drawn from, and no point
// near it has less loss.
func TestPlatt(t *testing.T) {
	t.Parallel()
	for seed, line := range [][2]float64{{1, 0}, {0.5, 0}, {2, 0}, {1, 1}, {0.7, -0.8}} {
		all := told(uint64(seed), line[0], line[1], 20000)
		a, b := platt(all)
		if math.Abs(a-line[0]) > 0.1 || math.Abs(b-line[1]) > 0.15 {
			t.Errorf("drawn from %v, fitted %.3f and %.3f", line, a, b)
		}
		loss := func(a, b float64) float64 {
			sum := (a-1)*(a-1)/2 + b*b/2
			for _, f := range all {
				x := math.Log(f.p / (1 - f.p))
				q := 1 / (1 + math.Exp(-a*x-b))
				sum -= f.y*math.Log(q) + (1-f.y)*math.Log(1-q)
			}
			return sum
		}
		best := loss(a, b)
		for _, d := range [][2]float64{{0.01, 0}, {-0.01, 0}, {0, 0.01}, {0, -0.01}} {
			if l := loss(a+d[0], b+d[1]); l < best {
				t.Errorf("%v: less loss at %v from the fit: %v, not %v", line, d, l, best)
			}
		}
	}
}

// TestPlattEdges: nothing, the sure and the perfect have a fit.
func TestPlattEdges(t *testing.T) {
	t.Parallel()
	if a, b := platt(nil); a != 1 || b != 0 {
		t.Errorf("of nothing: %v, %v", a, b)
	}
	for name, all := range map[string][]forecast{
		"perfect":   {{0.9, 1}, {0.9, 1}, {0.1, 0}},
		"sure":      {{1, 1}, {1, 1}, {1, 0}},
		"all wrong": {{0.9, 0}, {0.8, 0}, {0.99, 0}},
	} {
		if a, b := platt(all); math.IsNaN(a+b) || math.IsInf(a+b, 0) {
			t.Errorf("%s: %v, %v", name, a, b)
		}
	}
}

// TestPooled: what nobody stated is no forecast; true probabilities lie in their
// bins' intervals, exaggerated ones don't.
func TestPooled(t *testing.T) {
	t.Parallel()
	off := func(slope float64) (n int) {
		m := mark{forecasts: append(told(7, slope, 0, 20000), forecast{0, 1}, forecast{0, 0})}
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
