package attribute

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// physical is what a cause makes of the signals of instruments and words: how
// much of each it accounts for, and since when.
type physical struct {
	parts []float64 // by signal
	since time.Time // the first anomaly that it accounts for
	sight bool      // an instrument saw a loss of the cause's own carrier
}

// apply lets a hypothesis account for the signals, in the room that is handed in.
func (sc *scene) apply(parts []float64, h hypothesis, bars func(*signal) bool) physical {
	shape := sc.e.shape(h)
	p := physical{parts: parts}
	for i := range sc.sigs {
		s := &sc.sigs[i]
		if p.parts[i] = 0; bars != nil && bars(s) {
			continue
		}
		if s.read != nil && s.cite.Plane == evidence.PlaneCrowd {
			p.parts[i] = sc.access(s, shape)
			continue // it dates nothing
		}
		p.parts[i] = accounts(sc.e.reach(shape, s.at), s)
		if p.parts[i] > 0 && s.weight > 0 {
			if p.since.IsZero() || s.onset.Before(p.since) {
				p.since = s.onset
			}
			p.sight = p.sight || (s.read != nil && s.org == h.node.Owner())
		}
	}
	return p
}

// Figures of what a failure shows of itself; see DESIGN.md.
const (
	// visible is how deep a loss must reach before an observer calls it one.
	visible = 0.2
	// shows is the share of what is gone that traffic and probes show.
	shows = 0.75
	// excused is how much more may be gone than a failure reaches: footprints and
	// populations are rough.
	excused = 0.65
	// vague is what a word about a whole carrier weighs when only a part fell.
	vague = 0.6
)

// accounts tells how much of a signal a failure accounts for, 0 to 1. Of a series
// that counts more than the failure reaches, the failure explains a loss that is
// no larger than its reach, and contradicts health only if its reach would show.
func accounts(r reach, s *signal) float64 {
	if r.hit == 0 {
		return 0
	}
	share := r.hit / float64(len(s.nodes))
	switch {
	case s.read == nil:
		return vague + (1-vague)*share
	case s.weight > 0:
		if loss := 1 - s.read.Ratio(); r.most < excused*loss {
			return 0
		}
		return 1
	}
	return math.Max(0, math.Min(1, (shows*r.most-visible)/(1-visible-0.25)))
}

// contradicts tells whether a signal that something is up counts against a
// cause: that it was well before it fell is no contradiction.
func (p *physical) contradicts(s *signal) bool {
	return p.since.IsZero() || !s.cite.At.Before(p.since)
}

// bin is the signals that fail together: those of one plane about one carrier.
type bin struct {
	org   catalog.OrgID
	plane evidence.Plane
}

// bins numbers the groups of the signals, in the order of the signals.
func bins(sigs []signal) (of []int, list []bin) {
	of = make([]int, len(sigs))
	for i, s := range sigs {
		b := bin{s.org, s.cite.Plane}
		k := slices.Index(list, b)
		if k < 0 {
			k = len(list)
			list = append(list, b)
		}
		of[i] = k
	}
	return of, list
}

// physics is the log-likelihood ratio of the signals under some causes against
// none: each group is summed, then capped.
func (sc *scene) physics(set []*cause) float64 {
	sums := make([]float64, len(sc.groups))
	for i := range sc.sigs {
		sums[sc.group[i]] += speaks(&sc.sigs[i]) * sc.part(set, i)
	}
	total := 0.0
	for k, sum := range sums {
		total += bound(sc.groups[k].plane, sum)
	}
	return total
}

// missed bounds what health on one plane says against a failure: about one
// failure in ten leaves no trace on a given plane (on 8 July 2022 routes stood
// again over a dead core, and probes saw fixed lines alone). ln 0.1 = -2.3.
const missed = 2.3

// speaks is the weight of one signal: health on a plane says no more for being
// whole.
func speaks(s *signal) float64 {
	if s.read == nil || s.cite.Plane == evidence.PlaneCrowd {
		return s.weight
	}
	return math.Max(-missed, s.weight)
}

// bound caps what a plane may say for and against a failure.
func bound(p evidence.Plane, sum float64) float64 {
	switch p {
	case evidence.PlaneCrowd:
		return math.Max(-capAccess, math.Min(capAccess, sum))
	case evidence.PlaneWords:
		return clip(p, sum)
	}
	return math.Max(-missed, math.Min(planeCap(p), sum))
}

// blinds tells whether a loss is what an observer that lost its own sight would
// show: of this feed, and not much deeper than what it shows of everybody.
func (c *cause) blinds(s *signal) bool {
	if c.kind != fault || s.weight <= 0 || s.read == nil || s.read.Series.Feed != c.feed || s.cite.Plane != c.plane {
		return false
	}
	left, chance := c.depth*s.read.Expected, 0.0
	if c.plane != evidence.PlaneTraffic { // of a few blocks or prefixes chance may take the rest
		chance = 1 + 2*math.Sqrt(math.Max(0, left))
	}
	return s.read.Value+chance >= deeper*left
}

// deeper is how far below what a blind observer shows of everybody one series may
// lie by the observer's fault alone: a collector doesn't see all alike.
const deeper = 0.5

// part is how much of a signal the best of some causes accounts for. What a held
// root explains is neutral: it neither accuses nor clears anybody else.
func (sc *scene) part(set []*cause, i int) float64 {
	s := &sc.sigs[i]
	best := 0.0
	for _, c := range set {
		if c.blinds(s) {
			return 1
		}
		if c.phys.parts == nil || c.phys.parts[i] <= best {
			continue
		}
		if c.fix {
			if s.weight > 0 {
				return 0
			}
			continue
		}
		if s.weight > 0 || c.phys.contradicts(s) {
			best = c.phys.parts[i]
		}
	}
	return best
}

// lead weighs the order of onsets: a root leads those that rest on it. It is
// weak, for people's clocks are loose.
func (sc *scene) lead(c *cause) float64 {
	var own, rest time.Time
	for _, w := range c.own {
		t := &sc.tallies[w.i]
		if !t.raised {
			continue
		}
		at := &rest
		if t.org == c.org {
			at = &own
		}
		if at.IsZero() || t.since.Before(*at) {
			*at = t.since
		}
	}
	if own.IsZero() || rest.IsZero() {
		return 0
	}
	return math.Max(-leadCap, math.Min(leadCap, leadPer*float64(rest.Sub(own))/float64(time.Minute)))
}

// Figures of the order of onsets: two bins of five minutes make the whole of it
// (shared method notes, §c).
const (
	leadCap = 1.5
	leadPer = leadCap / 10
)

func compareSeries(a, b evidence.SeriesID) int {
	return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Region, b.Region),
		cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Feed, b.Feed))
}
