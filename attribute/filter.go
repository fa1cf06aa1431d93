package attribute

import (
	"math"
	"time"

	"tocsin/evidence"
)

// planes is how many planes of evidence there are, in the order of allPlanes.
const planes = 5

// PlaneAt is the plane of a place in [Ratios].
func PlaneAt(k int) evidence.Plane { return allPlanes()[k] }

// LogOdds are the natural log-odds of a probability between 0 and 1.
func LogOdds(p float64) float64 { return math.Log(p / (1 - p)) }

// Probability is what some log-odds say.
func Probability(logOdds float64) float64 { return sigmoid(logOdds) }

// Ratio is what one plane says of a root at one moment: the log-likelihood ratio
// of "down" against "up", and the time of its newest evidence. A plane that has
// nothing to say, for its feeds are silent, is not Heard.
type Ratio struct {
	Nats  float64
	At    time.Time
	Heard bool
}

// Ratios are those of all planes, in a fixed order.
type Ratios [planes]Ratio

// ratios gathers what each plane says, by sums of nats.
func ratios(used []signal, sums map[evidence.Plane]float64) Ratios {
	var r Ratios
	for k, p := range allPlanes() {
		for i := range used {
			if c := &used[i].cite; c.Plane == p {
				at := c.At
				if used[i].read == nil {
					at = c.Heard
				}
				r[k].Heard = true
				if at.After(r[k].At) {
					r[k].At = at
				}
			}
		}
		r[k].Nats = once(p, sums[p])
	}
	return r
}

// How long a carrier takes to its first word: lognormal (shared method notes, §a4;
// 8 July 2022: 250 minutes, FirstNet in 2024: 180), and the most that its silence
// may say, as of the crowd's.
const (
	firstWord   = 90.0 // minutes, the median
	wordSpread  = 1.2
	mostSilence = quietCrowd
)

// Silence is what it says of a failure, in nats, that a carrier which is known to
// speak has not done so for some time since the onset: the chance that its first
// word takes longer.
func Silence(since time.Duration) float64 {
	if since <= 0 {
		return 0
	}
	z := math.Log(since.Minutes()/firstWord) / wordSpread
	return math.Max(-mostSilence, math.Log(math.Erfc(z/math.Sqrt2)/2))
}

// sight tells whether a signal is an instrument's view of a loss.
func (s *signal) sight() bool {
	return s.weight > 0 && s.read != nil && s.cite.Plane != evidence.PlaneCrowd
}

// Figures of the filter; see DESIGN.md.
const (
	// An outage of a carrier begins every 60 days and lasts twelve hours, as in
	// prior; half of them begin as a degradation. One state turns into the other
	// in four hours.
	begins = 1.0 / (60 * 24 * 60) // a minute
	ends   = 1.0 / (12 * 60)
	turns  = 1.0 / (4 * 60)
	// longest is the most that one step may forget: a gap of a day is no reason to
	// forget all.
	longest = 12 * 60.0 // minutes
	// faintest keeps belief off 0 and 1: what can't be doubted can't be unlearned.
	faintest = 1e-3
)

// Resting is the belief in an outage of a carrier of which nothing is heard.
const Resting = begins / (begins + ends)

// Tuning is what of the filter was measured or fitted.
type Tuning struct {
	// Memory is the time over which the noise of a plane forgets, in minutes: what
	// one observer gets wrong it gets wrong again a minute later.
	Memory [planes]float64
	// Weight is what of a plane's ratios counts.
	Weight [planes]float64
	// A and B calibrate: what is shown is A times the log-odds of the filter, plus B
	// (Platt, 1999).
	A, B float64
}

// Tuned is the tuning that judges. See DESIGN.md for how it was come by. Words
// never forget: who speaks again takes back what he said before.
func Tuned() Tuning {
	return Tuning{
		Memory: [planes]float64{45, 60, 60, 30, math.Inf(1)},
		Weight: [planes]float64{1, 1, 1, 1, 1},
		A:      1,
	}
}

// once is the most that one plane may say at once: the clips of the shared method
// notes, §b, without what lasting evidence adds, since that is for the filter. Of
// people it is half as much again, for theirs is the word of many series that are
// weighed together; see [Engine.Superpose]. Health says as little against a
// failure as it does there: some leave no trace on a plane.
func once(p evidence.Plane, nats float64) float64 {
	most := planeCap(p)
	if p != evidence.PlaneWords && p != evidence.PlaneCrowd {
		most /= 1 + persistence
	}
	least := -missed
	if p == evidence.PlaneCrowd {
		least = -quietCrowd
	}
	return math.Max(least, math.Min(most, nats))
}

// Filter follows one root through time: the forward pass of a hidden Markov model
// with the states up, degraded and down. The zero Filter knows nothing and begins
// with how often carriers fail. It is a value: to copy it is to keep it.
//
// The noise of a plane is taken as an autoregression of first order with
// correlation r between two readings. A reading whose ratio is L, after one whose
// ratio was K, then brings (L − r·K)/(1 + r): all of L if it is the first, and
// less of the same the sooner it is said again. That is the exact ratio of the
// innovations of Gaussian noise (own derivation; see DESIGN.md). The same evidence
// seen in another light replaces what it said before.
type Filter struct {
	degraded, down float64
	at             time.Time
	last           [planes]said
}

// said is what a plane said last, and how much of it counted.
type said struct {
	Ratio
	part float64
}

// Believe is a filter that has come to a probability by a time, by evidence that
// nobody remembers.
func Believe(p float64, at time.Time) Filter {
	p = math.Max(2*faintest, math.Min(p, 1-2*faintest))
	return Filter{degraded: p / 2, down: p / 2, at: at}
}

// Step moves the belief to now and takes what the evidence says there. Time never
// runs back: an earlier now counts as the present.
func (f *Filter) Step(now time.Time, r Ratios) {
	t := Tuned()
	f.StepBy(&t, now, r)
}

// StepBy is Step by another tuning, for whoever fits one.
func (f *Filter) StepBy(t *Tuning, now time.Time, r Ratios) {
	if f.at.IsZero() {
		f.degraded, f.down = Resting/2, Resting/2
		f.at = now
	}
	if now.After(f.at) {
		f.predict(math.Min(now.Sub(f.at).Minutes(), longest))
		f.at = now
	}
	less, more := 0.0, 0.0
	for k, p := range allPlanes() {
		if !r[k].Heard {
			continue // a dead feed changes nothing
		}
		was := f.last[k].Nats
		r[k].Nats = once(p, r[k].Nats)
		memory := t.Memory[k]
		if was <= 0 && r[k].Nats <= 0 {
			// What leaves no trace on a plane leaves none later: health that goes on
			// says nothing new.
			memory = math.Inf(1)
		}
		part, keeps := f.last[k].hear(r[k], memory)
		part *= t.Weight[k]
		more += part * (r[k].Nats - keeps*was)
		less += part * (partly(p, r[k].Nats) - keeps*partly(p, was))
	}
	f.update(less, more)
}

// hear takes what a plane says now and tells how it adds to what was said before:
// a part of what is left once so much of the former is kept.
func (s *said) hear(now Ratio, memory float64) (part, keeps float64) {
	was := *s
	switch {
	case !was.Heard:
		*s = said{now, 1}
		return 1, 0
	case !now.At.After(was.At):
		s.Nats = now.Nats
		return was.part, 1
	case math.IsInf(memory, 1):
		*s = said{now, 1}
		return 1, 1
	}
	corr := math.Exp(-now.At.Sub(was.At).Minutes() / memory)
	*s = said{now, 1 / (1 + corr)}
	return s.part, corr
}

// partly is what nats for "down" say for "degraded": all of them as far as a
// warning goes, and half of them beyond, or against.
func partly(p evidence.Plane, nats float64) float64 {
	warning := once(p, math.Inf(1)) / 2
	switch {
	case nats <= 0:
		return nats / 2
	case nats <= warning:
		return nats
	}
	return warning + (nats-warning)/2
}

// predict lets time pass, in minutes. The rates are constant, so both the belief
// in a failure and the difference between its kinds decay exponentially.
func (f *Filter) predict(minutes float64) {
	sick := Resting + (f.degraded+f.down-Resting)*math.Exp(-(begins+ends)*minutes)
	lean := (f.down - f.degraded) * math.Exp(-(ends+2*turns)*minutes)
	f.degraded, f.down = (sick-lean)/2, (sick+lean)/2
}

// update weighs the states by nats for degraded and for down, against up.
func (f *Filter) update(less, more float64) {
	top := math.Max(0, math.Max(less, more))
	up := (1 - f.degraded - f.down) * math.Exp(-top)
	d, x := f.degraded*math.Exp(less-top), f.down*math.Exp(more-top)
	sum := up + d + x
	f.degraded, f.down = math.Max(faintest, d/sum), math.Max(faintest, x/sum)
	if over := f.degraded + f.down; over > 1-faintest {
		f.degraded, f.down = f.degraded*(1-faintest)/over, f.down*(1-faintest)/over
	}
}

// P is the probability that the root is degraded or down, calibrated.
func (f *Filter) P() float64 {
	t := Tuned()
	return t.P(f)
}

// P is the probability by a tuning.
func (t *Tuning) P(f *Filter) float64 { return sigmoid(t.A*f.LogOdds() + t.B) }

// LogOdds are those of a failure before they are calibrated.
func (f *Filter) LogOdds() float64 { return LogOdds(f.degraded + f.down) }
