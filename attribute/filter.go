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
	// keeps is the most that one minute-long step may forget, so that a gap of a day
	// is no reason to forget all.
	longest = 12 * 60.0 // minutes
)

// memory is the time over which the noise of a plane forgets, in minutes: what
// one observer gets wrong it gets wrong again a minute later.
func memory(p evidence.Plane) float64 {
	switch p {
	case evidence.PlaneTraffic:
		return 45
	case evidence.PlaneRoutes, evidence.PlaneProbes:
		return 60
	case evidence.PlaneCrowd:
		return 30
	}
	return statementLives.Minutes()
}

// once is the most that one plane may say at once: the clips of the shared method
// notes, §b, without what lasting evidence adds, since that is for the filter. Of
// people it is half as much again, for theirs is the word of many series that are
// weighed together; see [Engine.Superpose].
func once(p evidence.Plane, nats float64) float64 {
	most := planeCap(p)
	if p != evidence.PlaneWords && p != evidence.PlaneCrowd {
		most /= 1 + persistence
	}
	least := -most
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
	last           Ratios
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
	if f.at.IsZero() {
		sick := begins / (begins + ends)
		f.degraded, f.down = sick/2, sick/2
	} else if gap := now.Sub(f.at).Minutes(); gap > 0 {
		f.predict(math.Min(gap, longest))
	}
	f.at = now
	less, more := 0.0, 0.0
	for k, p := range allPlanes() {
		if !r[k].Heard {
			continue // a dead feed changes nothing
		}
		l, was := once(p, r[k].Nats), f.last[k]
		add := l - was.Nats
		switch {
		case !was.Heard:
			add = l
		case r[k].At.After(was.At):
			corr := math.Exp(-r[k].At.Sub(was.At).Minutes() / memory(p))
			add = (l - corr*was.Nats) / (1 + corr)
		}
		f.last[k] = Ratio{Nats: l, At: r[k].At, Heard: true}
		more += add
		less += partly(p, l, add)
	}
	f.update(less, more)
}

// partly is what evidence that adds nats for "down" says for "degraded": all of
// it as far as a warning goes, and half of it beyond, or against.
func partly(p evidence.Plane, level, add float64) float64 {
	if level > 0 && add > 0 && level <= once(p, math.Inf(1))/2 {
		return add
	}
	return add / 2
}

// predict lets time pass, in minutes.
func (f *Filter) predict(minutes float64) {
	for left := minutes; left > 0; left -= 1 {
		dt := math.Min(left, 1)
		up := 1 - f.degraded - f.down
		d, x := f.degraded, f.down
		f.degraded = d + dt*(up*begins/2-d*(ends+turns)+x*turns)
		f.down = x + dt*(up*begins/2-x*(ends+turns)+d*turns)
	}
}

// update weighs the states by nats for degraded and for down, against up.
func (f *Filter) update(less, more float64) {
	top := math.Max(0, math.Max(less, more))
	up := (1 - f.degraded - f.down) * math.Exp(-top)
	d, x := f.degraded*math.Exp(less-top), f.down*math.Exp(more-top)
	sum := up + d + x
	// Nothing is ever certain: what can't be doubted can't be unlearned.
	f.degraded, f.down = math.Max(faintest, d/sum), math.Max(faintest, x/sum)
	if over := f.degraded + f.down; over > 1-faintest {
		f.degraded, f.down = f.degraded*(1-faintest)/over, f.down*(1-faintest)/over
	}
}

// faintest keeps belief off 0 and 1.
const faintest = 1e-3

// P is the probability that the root is degraded or down.
func (f *Filter) P() float64 { return f.degraded + f.down }

// Down is the probability that it is down.
func (f *Filter) Down() float64 { return f.down }

// Known tells whether the filter has taken any step.
func (f *Filter) Known() bool { return !f.at.IsZero() }
