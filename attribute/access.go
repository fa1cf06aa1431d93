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
		n := newCounter(own, all, usual)
		w := n.nats(1)
		if w == 0 {
			continue
		}
		at := e.target(evidence.Subject(org), own.Series.Region)
		c := Cite(own, in.Now)
		c.Weight = w
		out = append(out, signal{
			nodes: at.nodes, whole: true, region: own.Series.Region, weight: w,
			onset: own.Onset, org: org, cite: c, read: own, at: at, count: n,
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

// counter holds of all reports about a carrier those that came through it.
type counter struct {
	own, all float64
	share    float64 // that comes through it when it is up
}

func newCounter(own *evidence.Reading, all, usual float64) counter {
	c := counter{own: own.Value, all: math.Max(all, own.Value), share: usualOwn}
	if usual > 0 && own.Expected > 0 {
		c.share = math.Max(0.05, math.Min(0.95, own.Expected/usual))
	}
	return c
}

// nats is the log-likelihood ratio of the counter for "down": of all reports, how
// many come through the network when it is up, and when that part of those who
// report has lost it.
func (c counter) nats(part float64) float64 {
	// Few reports say little, and many no more than a few dozen: the share of a day
	// is not that of another.
	scale := math.Min(1, steady/math.Max(c.all, 1))
	up, down := c.share, c.share*(1-part*(1-throughDown))
	llr := scale * (c.own*math.Log(down/up) + (c.all-c.own)*math.Log((1-down)/(1-up)))
	return math.Max(-capAccess, math.Min(capAccess, llr))
}

// steady is the number of reports beyond which their share is no better known: a
// Beta-binomial of that weight.
const steady = 20

// access is how much of what the counter of a carrier says about its whole
// network holds for one failure, 0 to 1: those who report from elsewhere, or who
// lost another service, still come through it.
func (sc *scene) access(s *signal, sh *shape, services *reach) float64 {
	if sh.h.node.Owner() != s.org {
		return 0
	}
	all, lost := 0.0, 0.0
	for _, k := range sc.packsOf[s.org] {
		for i := sc.packs[k].from; i < sc.packs[k].to; i++ {
			t := &sc.tallies[i]
			if t.read.Series.Subject != s.read.Series.Subject || t.y == 0 {
				continue
			}
			all += t.y
			if most := sh.most(t.at); most > 0 {
				lost += t.y * math.Max(most, 1-t.b/t.y)
			}
		}
	}
	part := services.named / float64(len(s.nodes))
	if all > 0 {
		part *= lost / all
	}
	return math.Max(0, math.Min(1, s.count.nats(part)/s.weight))
}

// cutOff tells whether the counter of a carrier says that its network is down, by
// more reports than bots of a few blocks of addresses get through.
func (sc *scene) cutOff(c *cause) bool {
	for i := range sc.sigs {
		s := &sc.sigs[i]
		if s.read == nil || s.org != c.org || s.read.Series.Measure != evidence.ReportsOwn || s.weight*c.phys.parts[i] <= tells {
			continue
		}
		return s.count.all > manyBots
	}
	return false
}

// mostBots is what a burst of bots gets through: six blocks, by the three reports
// that count of each (shared method notes, §a1 and scenario 4 of §g). Fewer than
// leastBots alarm nobody (§a1: eight reporters). manyBots is twice the most.
const (
	leastBots = 8
	mostBots  = 18
	manyBots  = 2 * mostBots
)
