package attribute

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/evidence"
)

// dawn is when the filters of these tests begin.
var dawn = time.Date(2030, 5, 1, 4, 0, 0, 0, time.UTC)

func after(minutes float64) time.Time {
	return dawn.Add(time.Duration(minutes * float64(time.Minute)))
}

// place is where a plane stands in Ratios.
func place(t testing.TB, p evidence.Plane) int {
	t.Helper()
	for k := range planes {
		if PlaneAt(k) == p {
			return k
		}
	}
	t.Fatalf("no plane %q", p)
	return -1
}

// one are the ratios of a moment at which a single plane speaks.
func one(t testing.TB, p evidence.Plane, nats, at float64) Ratios {
	t.Helper()
	var r Ratios
	r[place(t, p)] = Ratio{Nats: nats, At: after(at), Heard: true}
	return r
}

// twin is the filter the slow way: three states in the log domain, the matrix of
// rates written out and multiplied many times, every evidence kept.
type twin struct {
	logs [3]float64 // up, degraded, down
	at   time.Time
	past [planes][]heard // in the order of their times
}

func newTwin(at time.Time) *twin {
	rest := begins / (begins + ends)
	return &twin{logs: [3]float64{math.Log(1 - rest), math.Log(rest / 2), math.Log(rest / 2)}, at: at}
}

func (w *twin) wait(minutes float64) {
	rates := [3][3]float64{ // from, to; a minute
		{-begins, begins / 2, begins / 2},
		{ends, -ends - turns, turns},
		{ends, turns, -ends - turns},
	}
	const parts = 2000
	var p [3]float64
	for i, l := range w.logs {
		p[i] = math.Exp(l)
	}
	for range parts {
		next := p
		for i := range 3 {
			for j := range 3 {
				next[j] += p[i] * rates[i][j] * minutes / parts
			}
		}
		p = next
	}
	for i := range p {
		w.logs[i] = math.Log(p[i])
	}
}

// heard is what a plane said at one time, as clipped.
type heard struct {
	Ratio
	whole bool // it takes the place of what came before
}

// keep adds to what a plane has said: the same time told again replaces what was
// told of it.
func keep(p evidence.Plane, past []heard, r Ratio) []heard {
	n := len(past)
	if n > 0 && !r.At.After(past[n-1].At) {
		past[n-1].Nats = r.Nats
		return past
	}
	goesOn := n > 0 && r.Nats <= 0 && past[n-1].Nats <= 0 // health that goes on is no news
	return append(past, heard{r, p == evidence.PlaneWords || goesOn})
}

// sum is what all evidence of one plane has brought for a state, from its whole
// past.
func sum(memory float64, past []heard, says func(nats float64) float64) (total float64) {
	for i, r := range past {
		switch {
		case i == 0:
			total += says(r.Nats)
		case r.whole:
			total += says(r.Nats) - says(past[i-1].Nats)
		default:
			corr := math.Exp(-r.At.Sub(past[i-1].At).Minutes() / memory)
			total += (says(r.Nats) - corr*says(past[i-1].Nats)) / (1 + corr)
		}
	}
	return total
}

func (w *twin) step(now time.Time, r Ratios) {
	if gap := now.Sub(w.at).Minutes(); gap > 0 {
		w.wait(gap)
		w.at = now
	}
	tuned := Tuned()
	for k, p := range allPlanes() {
		if !r[k].Heard {
			continue
		}
		top := once(p, 1e9)
		degraded := func(nats float64) float64 {
			return math.Max(0, math.Min(nats, top/2)) + math.Max(0, nats-top/2)/2 + math.Min(0, nats)/2
		}
		down := func(nats float64) float64 { return nats }
		w.logs[1] -= sum(tuned.Memory[k], w.past[k], degraded)
		w.logs[2] -= sum(tuned.Memory[k], w.past[k], down)
		said := r[k]
		said.Nats = once(p, said.Nats)
		w.past[k] = keep(p, w.past[k], said)
		w.logs[1] += sum(tuned.Memory[k], w.past[k], degraded)
		w.logs[2] += sum(tuned.Memory[k], w.past[k], down)
	}
	all := logSum(w.logs[0], logSum(w.logs[1], w.logs[2]))
	for i := range w.logs {
		w.logs[i] -= all
	}
	for i := range 2 {
		w.logs[i+1] = math.Max(w.logs[i+1], math.Log(faintest))
	}
	if over := math.Exp(w.logs[1]) + math.Exp(w.logs[2]); over > 1-faintest {
		w.logs[1] += math.Log((1 - faintest) / over)
		w.logs[2] += math.Log((1 - faintest) / over)
	}
	w.logs[0] = math.Log(1 - math.Exp(w.logs[1]) - math.Exp(w.logs[2]))
}

// chances draws the ratios of a moment: planes that are silent, planes that say
// again what they said, evidence that is late.
func chances(rng *rand.Rand, now float64) Ratios {
	var r Ratios
	for k := range r {
		if rng.Float64() < 0.4 {
			continue
		}
		r[k] = Ratio{Nats: 4 * rng.NormFloat64(), At: after(math.Floor(now - 6*rng.Float64())), Heard: true}
	}
	return r
}

// TestFilterIsItsTwin: 300 lives of chance, to the seventh digit.
func TestFilterIsItsTwin(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var f Filter
		slow, last := newTwin(dawn), [planes]time.Time{}
		now := 0.0
		for range 40 {
			r := chances(rng, now)
			for k := range r {
				if r[k].At.Before(last[k]) {
					r[k].At = last[k] // the twin keeps no order: older evidence is the newest in another light
				}
				if r[k].Heard {
					last[k] = r[k].At
				}
			}
			f.Step(after(now), r)
			slow.step(after(now), r)
			if a, b := f.P(), 1-math.Exp(slow.logs[0]); math.Abs(a-b) > 1e-5 {
				t.Fatalf("seed %d, minute %.1f: P %v, the twin has %v", seed, now, a, b)
			}
			if a, b := f.down, math.Exp(slow.logs[2]); math.Abs(a-b) > 1e-5 {
				t.Fatalf("seed %d, minute %.1f: down %v, the twin has %v", seed, now, a, b)
			}
			now += 8 * rng.Float64()
		}
	}
}

// gauss is the log-density of values under a mean and the covariance of an
// autoregression seen at some times, by Gaussian elimination.
func gauss(y, at []float64, mean, memory float64) float64 {
	n := len(y)
	m := make([][]float64, n) // covariance, then what is left of the values
	for i := range m {
		m[i] = make([]float64, n+1)
		for j := range n {
			m[i][j] = math.Exp(-math.Abs(at[i]-at[j]) / memory)
		}
		m[i][n] = y[i] - mean
	}
	logDet, quad := 0.0, 0.0
	for i := range n {
		logDet += math.Log(m[i][i])
		quad += m[i][n] * m[i][n] / m[i][i]
		for j := i + 1; j < n; j++ {
			part := m[j][i] / m[i][i]
			for k := i; k <= n; k++ {
				m[j][k] -= part * m[i][k]
			}
		}
	}
	return -(logDet + quad + float64(n)*math.Log(2*math.Pi)) / 2
}

// TestIncrementsAreExact: of an autoregression that is seen at uneven times, what
// the readings bring one after the other is the likelihood ratio of them all
// together.
func TestIncrementsAreExact(t *testing.T) {
	t.Parallel()
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 5))
		memory, shift := 2+60*rng.Float64(), 0.2+2*rng.Float64()
		var y, at []float64
		var s said
		total, now, noise := 0.0, 0.0, rng.NormFloat64()
		for range 8 {
			value := noise + shift*float64(seed%2)
			y, at = append(y, value), append(at, now)
			was, nats := s.Nats, shift*(value-shift/2)
			part, keeps := s.hear(Ratio{Nats: nats, At: after(now), Heard: true}, memory)
			total += part * (nats - keeps*was)
			gap := math.Ceil(600*rng.Float64()) / 60 // whole seconds: times are exact
			corr := math.Exp(-gap / memory)
			noise, now = corr*noise+math.Sqrt(1-corr*corr)*rng.NormFloat64(), now+gap
		}
		if want := gauss(y, at, shift, memory) - gauss(y, at, 0, memory); math.Abs(total-want) > 1e-6 {
			t.Fatalf("seed %d: %v in steps, %v together", seed, total, want)
		}
	}
}

// TestHear: the first reading counts whole; the same time in another light
// replaces; a word takes back the word before it.
func TestHear(t *testing.T) {
	t.Parallel()
	at := func(minute, nats float64) Ratio { return Ratio{Nats: nats, At: after(minute), Heard: true} }
	corr := math.Exp(-1.0 / 45)
	for name, c := range map[string]struct {
		memory float64
		said   []Ratio
		want   float64 // of all
	}{
		"first":                  {45, []Ratio{at(0, 3)}, 3},
		"again":                  {45, []Ratio{at(0, 3), at(0, 3), at(0, 3)}, 3},
		"in another light":       {45, []Ratio{at(0, 3), at(0, -1)}, -1},
		"second":                 {45, []Ratio{at(0, 3), at(1, 3)}, 3 + 3*(1-corr)/(1+corr)},
		"second, other light":    {45, []Ratio{at(0, 3), at(1, -2), at(1, 3)}, 3 + 3*(1-corr)/(1+corr)},
		"older is another light": {45, []Ratio{at(5, 3), at(4, 2)}, 2},
		"long after":             {45, []Ratio{at(0, 3), at(45000, 3)}, 6},
		"words":                  {math.Inf(1), []Ratio{at(0, 5.3), at(90, -2.3)}, -2.3},
		"words again":            {math.Inf(1), []Ratio{at(0, 5.3), at(90, 5.3), at(200, 5.3)}, 5.3},
	} {
		var s said
		sum := 0.0
		for _, r := range c.said {
			was := s.Nats
			part, keeps := s.hear(r, c.memory)
			sum += part * (r.Nats - keeps*was)
		}
		if math.Abs(sum-c.want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, sum, c.want)
		}
	}
}

// TestFilterProperties: whatever is heard, belief stays off 0 and 1, and what is
// dead changes nothing.
func TestFilterProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		rng := rand.New(rand.NewPCG(seed, 7))
		var f Filter
		now := 0.0
		for range 60 {
			r := chances(rng, now)
			dead := f
			dead.Step(after(now), Ratios{})
			still := dead
			still.Step(after(now), Ratios{})
			f.Step(after(now), r)
			if p := f.P(); !(p >= 2*faintest-1e-9 && p <= 1-faintest+1e-9) || f.down > p || f.down < faintest*(1-faintest) {
				t.Fatalf("seed %d: P %v, down %v", seed, p, f.down)
			}
			if dead != still {
				t.Fatalf("seed %d: nothing was heard and %+v became %+v", seed, dead, still)
			}
			now += 3 * rng.Float64()
		}
	}
}

// TestOrderOfPlanes: away from the floor one order is any order, exactly.
func TestOrderOfPlanes(t *testing.T) {
	t.Parallel()
	var r Ratios
	for k := range r {
		r[k] = Ratio{Nats: 0.7 * float64(k-1), At: dawn, Heard: true}
	}
	var f Filter
	f.Step(dawn, r)
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 {
		var apart Filter
		for _, k := range rng.Perm(planes) {
			var alone Ratios
			alone[k] = r[k]
			apart.Step(dawn, alone)
		}
		if math.Abs(apart.P()-f.P()) > 1e-9 || math.Abs(apart.down-f.down) > 1e-9 {
			t.Fatalf("together %v, one by one %v", f.P(), apart.P())
		}
	}
}

// TestWaiting: many steps forget as much as one; a long silence ends in the prior;
// a gap of a day is not forgotten altogether.
func TestWaiting(t *testing.T) {
	t.Parallel()
	var begun Filter
	begun.Step(dawn, one(t, evidence.PlaneProbes, 5, 0))
	whole := begun
	whole.Step(after(240), Ratios{})
	for _, step := range []float64{0.25, 1, 7, 60} {
		f := begun
		for m := step; m < 240; m += step {
			f.Step(after(m), Ratios{})
		}
		f.Step(after(240), Ratios{})
		if math.Abs(f.P()-whole.P()) > 1e-6 || math.Abs(f.down-whole.down) > 1e-6 {
			t.Errorf("in steps of %v minutes P is %v, at once %v", step, f.P(), whole.P())
		}
	}
	day, half := begun, begun
	day.Step(after(24*60), Ratios{})
	half.Step(after(12*60), Ratios{})
	if day.P() != half.P() {
		t.Errorf("after a gap of a day P is %v, after half a day %v", day.P(), half.P())
	}
	for m := 0.0; m < 20*24*60; m += 60 {
		begun.Step(after(m), Ratios{})
	}
	if rest := begins / (begins + ends); math.Abs(begun.P()-rest) > 1e-3 {
		t.Errorf("after 20 days of silence P is %v, the prior is %v", begun.P(), rest)
	}
}

// TestTimeRunsBackwards: an earlier now is the present, and costs nothing later.
func TestTimeRunsBackwards(t *testing.T) {
	t.Parallel()
	var f Filter
	f.Step(dawn, one(t, evidence.PlaneTraffic, 4, 0))
	f.Step(after(30), Ratios{})
	want := f
	f.Step(after(10), Ratios{})
	if f.P() != want.P() {
		t.Errorf("P is %v, after a step back %v", want.P(), f.P())
	}
	f.Step(after(31), Ratios{})
	want.Step(after(31), Ratios{})
	if f.P() != want.P() {
		t.Errorf("a minute later P is %v, want %v", f.P(), want.P())
	}
}

// TestHealthThatGoesOn says no more than health: a failure that leaves no trace on
// a plane leaves none later.
func TestHealthThatGoesOn(t *testing.T) {
	t.Parallel()
	var once, long, silent Filter
	for m := range 60 {
		now := float64(m)
		r := one(t, evidence.PlaneProbes, -9, now)
		if m == 0 {
			once.Step(dawn, r)
		}
		once.Step(after(now), Ratios{})
		long.Step(after(now), r)
		silent.Step(after(now), Ratios{})
	}
	if math.Abs(long.P()-once.P()) > 1e-6 || long.P() >= silent.P() {
		t.Errorf("after an hour of health P is %v, after a word of it %v, after silence %v", long.P(), once.P(), silent.P())
	}
}

// TestSilence: the first hour says almost nothing, half of all first words come
// within 90 minutes, and no silence says more than the crowd's.
func TestSilence(t *testing.T) {
	t.Parallel()
	last := 0.0
	for m := 0; m < 3000; m += 10 {
		s := Silence(time.Duration(m) * time.Minute)
		if s > last || s < -mostSilence {
			t.Errorf("after %d minutes %v, before it was %v", m, s, last)
		}
		last = s
	}
	for minutes, want := range map[int]float64{-5: 0, 0: 0, 30: math.Log(0.82), 90: math.Log(0.5), 250: -mostSilence, 9999: -mostSilence} {
		if got := Silence(time.Duration(minutes) * time.Minute); math.Abs(got-want) > 0.01 {
			t.Errorf("after %d minutes %v, want %v", minutes, got, want)
		}
	}
}

// TestMoreIsMoreBelief: a plane that says more never makes it less likely.
func TestMoreIsMoreBelief(t *testing.T) {
	t.Parallel()
	for k := range planes {
		last := Filter{}
		for nats := -8.0; nats <= 8; nats += 0.25 {
			var f Filter
			f.Step(dawn, Ratios{})
			f.Step(after(1), one(t, PlaneAt(k), nats, 1))
			if f.P() < last.P() || f.down < last.down-1e-12 {
				t.Errorf("%s: at %v nats P is %v and down %v, before it was %v and %v", PlaneAt(k), nats, f.P(), f.down, last.P(), last.down)
			}
			last = f
		}
	}
}
