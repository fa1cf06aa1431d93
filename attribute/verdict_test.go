package attribute

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/catalog"
)

// TestSuspects: the suspects begin with the roots; the rest are less likely than
// not, more likely than one in twenty, and each node stands once.
func TestSuspects(t *testing.T) {
	t.Parallel()
	e := engine(country())
	behind := 0
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 31))
		in := draw(rng, e, 6*rng.Float64(), seed%2 == 0, catalog.NodeID(orgs()[rng.IntN(5)]+"/access"))
		roots, all := e.Superpose(in), e.Suspects(in)
		if len(all) < len(roots) {
			t.Fatalf("seed %d: %d roots, %d suspects", seed, len(roots), len(all))
		}
		var seen []catalog.NodeID
		for i, r := range all {
			if i < len(roots) && (r.P != roots[i].P || !slices.Equal(r.Nodes, roots[i].Nodes)) {
				t.Errorf("seed %d: suspect %d is %v, the root %v", seed, i, r.Nodes, roots[i].Nodes)
			}
			if i >= len(roots) {
				if behind++; r.P >= Possible || len(r.Evidence) == 0 && r.P < doubtful {
					t.Errorf("seed %d: %v with P %v is no root", seed, r.Nodes, r.P)
				}
			}
			for _, n := range r.Nodes {
				if slices.Contains(seen, n) && len(r.Nodes) == 1 {
					t.Errorf("seed %d: %s stands twice", seed, n)
				}
				seen = append(seen, n)
			}
		}
	}
	if behind == 0 {
		t.Error("no suspect below the roots on 60 evenings")
	}
	if got := e.Suspects(Input{Now: eve}); len(got) != 0 {
		t.Errorf("%+v of nothing", got)
	}
}

// TestCalibrated: calibration keeps the order and the sign of what it is sure of, and
// is never surer than what came true.
func TestCalibrated(t *testing.T) {
	t.Parallel()
	for x := -20.0; x < 40; x += 0.25 {
		if calibrated(x) > calibrated(x+0.25) || x < mostSure-1 && calibrated(x) == calibrated(x+0.25) {
			t.Errorf("%v and more: %v, %v", x, calibrated(x), calibrated(x+0.25))
		}
		if math.Abs(x) > 2 && calibrated(x)*x <= 0 {
			t.Errorf("%v becomes %v", x, calibrated(x))
		}
	}
	if p := sigmoid(calibrated(1000)); p > 0.9985 || p < 0.99 {
		t.Errorf("the surest is %v", p)
	}
	if math.IsNaN(calibrated(math.Inf(-1))) {
		t.Error("of what can't be there is no number")
	}
}

// TestKnown: what was weighed before is what is weighed now.
func TestKnown(t *testing.T) {
	t.Parallel()
	e := engine(country())
	in := draw(rand.New(rand.NewPCG(3, 32)), e, 2, true, "birch/core", "elm/access")
	sc := e.scene(in)
	sc.search()
	for range 200 {
		rng := rand.New(rand.NewPCG(uint64(len(sc.known)), 33))
		set := []*cause{sc.cands[rng.IntN(len(sc.cands))], sc.cands[rng.IntN(len(sc.cands))]}
		if set[0] == set[1] {
			continue
		}
		if a, b := sc.weigh(set).post, sc.judge(set).post; math.Abs(a-b) > 1e-9 {
			t.Fatalf("known as %v, is %v", a, b)
		}
	}
}
