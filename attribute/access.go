package attribute

import (
	"math"

	"tocsin/evidence"
)

// Figures of the counter of reports that arrive through the accused itself.
const (
	// throughDown is how much of the usual share still comes through a network that
	// is down: users on their way back, other services of the same carrier.
	throughDown = 0.1
	// capAccess bounds what the counter may say, as for other reports.
	capAccess = capCrowd
	// usualOwn is the share that comes through the carrier's own network when the
	// counter has no history of its own.
	usualOwn = 0.5
)

// ownAccess turns the counters of reports that came in through the accused
// carrier's own network into signals. A network that is down carries no
// complaints about it: many of them clear its access, none at all of many is a
// sign of its fall.
func (e *Engine) ownAccess(in Input) []signal {
	var out []signal
	for i := range in.Readings {
		own := &in.Readings[i]
		if own.Series.Measure != evidence.ReportsOwn || own.Level == evidence.Blind || silent(in, own) || in.Now.Sub(own.At) > fresh+stale {
			continue
		}
		org := ownerOf(string(own.Series.Subject))
		if e.ed.Carrier(org) == nil {
			continue
		}
		all, usual := e.about(in, own)
		w := accessWeight(own.Value, own.Expected, all, usual)
		if w == 0 {
			continue
		}
		at := e.target(evidence.Subject(org), own.Series.Region)
		c := Cite(own, in.Now)
		c.Weight = w
		out = append(out, signal{
			nodes: at.nodes, whole: true, region: own.Series.Region, weight: w,
			onset: own.Onset, org: org, cite: c, read: own, at: at,
		})
	}
	return out
}

// about sums the reports about the same subject, by whatever network they came.
func (e *Engine) about(in Input, own *evidence.Reading) (all, usual float64) {
	for i := range in.Readings {
		r := &in.Readings[i]
		if r.Series.Measure == evidence.Reports && r.Series.Subject == own.Series.Subject && r.Series.Region == own.Series.Region && r.Level != evidence.Blind {
			all += r.Value
			usual += r.Expected
		}
	}
	return all, usual
}

// accessWeight is the log-likelihood ratio of the own counter for "down": of all
// reports, how many come through it when it is up, and when it is down.
func accessWeight(own, ownUsual, all, usual float64) float64 {
	share := usualOwn
	if usual > 0 && ownUsual > 0 {
		share = math.Max(0.05, math.Min(0.95, ownUsual/usual))
	}
	all = math.Max(all, own)
	// Few reports say little, and many no more than a few dozen: the share of a day
	// is not that of another.
	scale := math.Min(1, steady/math.Max(all, 1))
	up, down := share, share*throughDown
	llr := scale * (own*math.Log(down/up) + (all-own)*math.Log((1-down)/(1-up)))
	return math.Max(-capAccess, math.Min(capAccess, llr))
}

// steady is the number of reports beyond which their share is no better known: a
// Beta-binomial of that weight.
const steady = 20
