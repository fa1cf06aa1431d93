package attribute

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/evidence"
)

// botEvening is an ordinary evening in the country on which bots report some series,
// as far as six blocks of addresses get through.
func botEvening(rng *rand.Rand, e *Engine, burst float64, subjects ...string) Input {
	in := draw(rng, e, 0, false)
	for i := range in.Readings {
		r := &in.Readings[i]
		if slices.Contains(subjects, string(r.Series.Subject)) {
			*r = reads(evidence.Reports, string(r.Series.Subject), r.Value+burst, r.Expected)
		}
	}
	return in
}

// TestBots: reports of a few blocks of addresses about one series or two hardly ever
// name anybody.
func TestBots(t *testing.T) {
	t.Parallel()
	e := engine(country())
	accused := 0
	const evenings = 200
	for seed := range uint64(evenings) {
		rng := rand.New(rand.NewPCG(seed, 51))
		org := string(orgs()[rng.IntN(5)])
		all := []string{org, org + "/voice", org + "/data", org + "/home", org + "/tv"}
		rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		accused += min(1, len(e.Superpose(botEvening(rng, e, mostBots, all[:1+rng.IntN(2)]...))))
	}
	if accused > evenings*8/100 { // 45 if bots were as odd as anything
		t.Errorf("bots make a root on %d of %d evenings", accused, evenings)
	}
}

// TestOddOfBots: so many as bots get through are likelier to be odd than fewer or more,
// beside their number.
func TestOddOfBots(t *testing.T) {
	t.Parallel()
	odd := func(y, usual float64) float64 {
		sc := &scene{tallies: []tally{{y: y, b: usual}}}
		p := &pack{to: 1, y: y, b: usual}
		sc.gauge(p)
		return p.odd + math.Log1p(y)
	}
	for _, tc := range []struct {
		y, usual float64
		bots     bool
	}{{7, 0, false}, {8, 0, true}, {18, 0.01, true}, {19, 0, false}, {12, 4, true}, {11, 4, false}, {26, 4, true}, {27, 4, false}} {
		if got := odd(tc.y, tc.usual) > odd(1, tc.usual)+0.1; got != tc.bots {
			t.Errorf("%v where %v are usual: bots %v", tc.y, tc.usual, got)
		}
	}
}
