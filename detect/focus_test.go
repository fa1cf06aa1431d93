package detect

import (
	"math"
	"math/rand/v2"
	"testing"

	"tocsin/evidence"
)

// slowFOCuS keeps every bin and tries every onset.
type slowFOCuS struct {
	opt       FOCuSOptions
	at        []int64
	seen, due []float64
}

func (s *slowFOCuS) step(at int64, seen, due float64) Change {
	s.at, s.seen, s.due = append(s.at, at), append(s.seen, seen), append(s.due, due)
	var c Change
	x, b := 0.0, 0.0
	for k := len(s.at) - 1; k >= 0 && at-s.at[k] <= s.opt.Longest; k-- {
		x += s.seen[k]
		b += s.due[k]
		if score := s.score(x, b); score > c.Score {
			c = Change{Score: score, Onset: s.at[k], Seen: x, Due: b}
		}
	}
	return c
}

// score climbs to the best ratio that is of interest.
func (s *slowFOCuS) score(x, b float64) float64 {
	ratio := math.Max(s.opt.Ratio, x/b)
	return x*math.Log(ratio) - (ratio-1)*b
}

// at gives the score of one onset.
func (s *slowFOCuS) from(onset int64) float64 {
	x, b := 0.0, 0.0
	for k := len(s.at) - 1; k >= 0 && s.at[k] >= onset; k-- {
		x += s.seen[k]
		b += s.due[k]
	}
	return s.score(x, b)
}

// poisson draws a count.
func poisson(rng *rand.Rand, mean float64) float64 {
	if mean > 60 {
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*rng.NormFloat64()))
	}
	limit, p, n := math.Exp(-mean), rng.Float64(), 0.0
	for p > limit {
		p *= rng.Float64()
		n++
	}
	return n
}

// gamma draws from a Gamma distribution of mean 1 (Marsaglia and Tsang).
func gamma(rng *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rng, shape+1) * (shape + 1) / shape * math.Pow(rng.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := rng.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(rng.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

// negbin draws a count of variance mean + alpha·mean².
func negbin(rng *rand.Rand, mean, alpha float64) float64 {
	if alpha == 0 {
		return poisson(rng, mean)
	}
	return poisson(rng, mean*gamma(rng, 1/alpha))
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

// The quick one says what trying every onset says, on random streams with rises
// of every length, falls, gaps and changing baselines.
func TestFOCuSAgreesWithEveryOnset(t *testing.T) {
	steps := 0
	for seed := range uint64(120) {
		rng := rand.New(rand.NewPCG(seed, 7))
		o := FOCuSOptions{
			Ratio:   []float64{1.01, 1.2, 1.5, 3}[rng.IntN(4)],
			Longest: []int64{300, 3600, focusLongest}[rng.IntN(3)],
		}
		quick := NewFOCuS(o)
		slow := &slowFOCuS{opt: quick.opt}
		base := math.Pow(10, 4*rng.Float64()-2.5)
		factor, at := 1.0, int64(1657238400)
		for range 1000 {
			if rng.IntN(80) == 0 {
				factor = []float64{0, 0.5, 1, 1, 1, 1.6, 2, 5, 40}[rng.IntN(9)]
			}
			at += 60
			if rng.IntN(200) == 0 {
				at += 60 * rng.Int64N(300) // nothing was heard
			}
			if rng.IntN(500) == 0 {
				quick.Reset()
				slow = &slowFOCuS{opt: quick.opt}
			}
			due := base * (0.7 + 0.6*rng.Float64())
			seen := negbin(rng, due*factor, 0.2) / 1.3
			got, want := quick.Step(at, seen, due), slow.step(at, seen, due)
			steps++
			if !near(got.Score, want.Score) {
				t.Fatalf("seed %d, step %d: %+v, want %+v", seed, steps, got, want)
			}
			if got.Score > 0 && (!near(slow.from(got.Onset), want.Score) || at-got.Onset > o.Longest) {
				t.Fatalf("seed %d, step %d: the onset %d is worth %g, the best is worth %g", seed, steps, got.Onset, slow.from(got.Onset), want.Score)
			}
		}
	}
	if steps < 100_000 {
		t.Errorf("only %d steps were compared", steps)
	}
}

func TestFOCuSSeesARiseAndDatesIt(t *testing.T) {
	f := NewFOCuS(FOCuSOptions{})
	var c Change
	for i := range int64(600) {
		x := 2.0
		if i >= 590 {
			x = 12
		}
		c = f.Step(i*60, x, 2)
	}
	if c.Onset != 590*60 || c.Seen != 120 || c.Due != 20 || !near(c.Score, 120*math.Log(6)-100) {
		t.Errorf("ten minutes of six times: %+v", c)
	}
	if f.Level(0) != evidence.Critical || f.Level(c.Score-10) != evidence.Warning || f.Level(c.Score) != evidence.Normal {
		t.Errorf("levels of %g: %s, %s, %s", c.Score, f.Level(0), f.Level(c.Score-10), f.Level(c.Score))
	}
}

// What is no count or no expectation does no harm.
func TestFOCuSStandsAnyNumber(t *testing.T) {
	f := NewFOCuS(FOCuSOptions{})
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -5, 0, 1e300, math.MaxFloat64, 1e-320, 3}
	at := int64(0)
	for _, x := range odd {
		for _, b := range odd {
			at += 60
			if c := f.Step(at, x, b); math.IsNaN(c.Score) || math.IsInf(c.Score, 0) || c.Score < 0 {
				t.Errorf("%g against %g: %+v", x, b, c)
			}
		}
	}
}

// More reports in the newest bin never make a rise less likely, and dividing all
// by the dispersion divides the score.
func TestFOCuSIsMonotoneAndScales(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	plain, half, more := NewFOCuS(FOCuSOptions{}), NewFOCuS(FOCuSOptions{}), NewFOCuS(FOCuSOptions{})
	for i := range int64(5000) {
		x := poisson(rng, 1+float64(i/100%3))
		a := plain.Step(i*60, x, 1)
		if b := half.Step(i*60, x/2, 0.5); !near(a.Score, 2*b.Score) {
			t.Fatalf("%d: %g, and halved %g", i, a.Score, b.Score)
		}
		if b := more.Step(i*60, x+float64(i%2), 1); b.Score < a.Score-1e-9 {
			t.Fatalf("%d: with more reports %g, before %g", i, b.Score, a.Score)
		}
	}
}

func TestFOCuSDoesNotAllocate(t *testing.T) {
	for _, x := range []float64{1, 9} {
		f := NewFOCuS(FOCuSOptions{})
		i := int64(0)
		step := func() {
			i++
			f.Step(i*60, x+float64(i%3), 2)
		}
		for range 1000 {
			step()
		}
		if got := testing.AllocsPerRun(2000, step); got != 0 {
			t.Errorf("at %g: %g allocations a step", x, got)
		}
	}
}

// benchCounts are counts of a series at rest, or in an outage.
func benchCounts(mean float64) []float64 {
	rng := rand.New(rand.NewPCG(1, 1))
	xs := make([]float64, 1<<14)
	for i := range xs {
		xs[i] = poisson(rng, mean)
	}
	return xs
}

func BenchmarkFOCuS(b *testing.B) {
	rows := []struct {
		name      string
		mean, due float64
	}{{"b=0.02", 0.02, 0.02}, {"b=0.2", 0.2, 0.2}, {"b=2", 2, 2}, {"b=20", 20, 20}, {"outage", 20, 2}}
	for _, row := range rows {
		xs := benchCounts(row.mean)
		b.Run(row.name, func(b *testing.B) {
			f := NewFOCuS(FOCuSOptions{})
			b.ReportAllocs()
			at, n := int64(0), 0
			for b.Loop() {
				at += 60
				n++
				f.Step(at, xs[n&(len(xs)-1)], row.due)
			}
		})
		b.Run(row.name+"/every-onset", func(b *testing.B) {
			f := &slowFOCuS{opt: NewFOCuS(FOCuSOptions{}).opt}
			at, n := int64(0), 0
			for b.Loop() {
				at += 60
				n++
				f.step(at, xs[n&(len(xs)-1)], row.due)
				if len(f.at) > 1<<12 {
					k := len(f.at) - 181
					f.at, f.seen, f.due = append(f.at[:0], f.at[k:]...), append(f.seen[:0], f.seen[k:]...), append(f.due[:0], f.due[k:]...)
				}
			}
		})
	}
}

// The quick logarithm is that of the library, whatever numbers FOCuS can hold.
func TestLogRatio(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	for range 300_000 {
		b := math.Exp(rng.Float64()*140 - 100)
		for _, a := range []float64{b * math.Exp(rng.Float64()*100-10), b * (1.01 + rng.Float64()), b * (1 + rng.Float64()*1e-6), b} {
			got, want := logRatio(a, b), math.Log(a/b)
			if math.Abs(got-want) > 1e-15*(1+20*math.Abs(want)) {
				t.Fatalf("ln(%g/%g) is %v, want %v", a, b, got, want)
			}
		}
	}
}
