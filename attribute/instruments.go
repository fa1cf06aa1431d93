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

	says   []weight // the parts that count, group by group
	sights []int    // signals by which an instrument saw a loss of the cause's own carrier
}

// apply lets a hypothesis account for the signals.
func (sc *scene) apply(shape *shape, bars func(*signal) bool) physical {
	p := physical{parts: make([]float64, len(sc.sigs))}
	for j := range shape.reach {
		r := &shape.reach[j]
		for _, i := range sc.about[r.target].sigs {
			s := &sc.sigs[i]
			switch {
			case bars != nil && bars(s):
			case s.read != nil && s.cite.Plane == evidence.PlaneCrowd:
				p.parts[i] = sc.access(s, shape, r) // it dates nothing
			default:
				p.parts[i] = accounts(r, s)
				if p.parts[i] > 0 && s.weight > 0 {
					if p.since.IsZero() || s.onset.Before(p.since) {
						p.since = s.onset
					}
					p.sight = p.sight || (s.read != nil && s.org == shape.h.node.Owner())
				}
			}
		}
	}
	return p
}

// concerns tells whether anything speaks for a hypothesis: a count that is raised
// falls with it, or it accounts for something that instruments or words say.
func (sc *scene) concerns(shape *shape) bool {
	for j := range shape.reach {
		r := &shape.reach[j]
		at := &sc.about[r.target]
		if at.raised && r.struck > 0 {
			return true
		}
		for _, i := range at.sigs {
			s := &sc.sigs[i]
			if s.weight > 0 && (s.read == nil || s.cite.Plane != evidence.PlaneCrowd) && accounts(r, s) > 0 {
				return true
			}
		}
	}
	return false
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
func accounts(r *reach, s *signal) float64 {
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

// view is what the signals say of some causes.
type view struct {
	parts []float64 // how much of each the best of the causes accounts for
	sums  []float64 // by group
	sum   float64   // of the groups, each capped
}

// view is the log-likelihood ratio of the signals under some causes against none:
// each group is summed, then capped.
func (sc *scene) view(set []*cause) view {
	v := view{parts: make([]float64, len(sc.sigs)), sums: make([]float64, len(sc.groups))}
	for _, c := range set {
		v.sum += sc.adds(&v, c)
		for _, w := range c.phys.says {
			if more := w.w - v.parts[w.i]; more > 0 {
				v.sums[sc.group[w.i]] += sc.loud[w.i] * more
				v.parts[w.i] = w.w
			}
		}
	}
	return v
}

// adds is what one more cause adds to a view.
func (sc *scene) adds(v *view, c *cause) float64 {
	gain := 0.0
	for j := 0; j < len(c.phys.says); {
		group := sc.group[c.phys.says[j].i]
		was := v.sums[group]
		sum := was
		for ; j < len(c.phys.says) && sc.group[c.phys.says[j].i] == group; j++ {
			w := c.phys.says[j]
			sum += sc.loud[w.i] * max(0, w.w-v.parts[w.i])
		}
		plane := sc.groups[group].plane
		gain += bound(plane, sum) - bound(plane, was)
	}
	return gain
}

// physics is the sum of a view.
func (sc *scene) physics(set []*cause) float64 { return sc.view(set).sum }

// listen settles what each signal weighs once what incidents explain has been taken
// out, which neither accuses nor clears anybody else; and what a cause makes of them.
func (sc *scene) listen() {
	sc.loud = make([]float64, len(sc.sigs))
	for i := range sc.sigs {
		s := &sc.sigs[i]
		held := func(c *cause) bool { return s.weight > 0 && c.phys.parts[i] > 0 }
		if !slices.ContainsFunc(sc.held, held) {
			sc.loud[i] = speaks(s)
		}
	}
	for i := range sc.group {
		sc.order = append(sc.order, i)
	}
	slices.SortStableFunc(sc.order, func(a, b int) int { return cmp.Compare(sc.group[a], sc.group[b]) })
}

// hear notes what a cause accounts for.
func (sc *scene) hear(c *cause) {
	for _, i := range sc.order {
		s, part := &sc.sigs[i], c.phys.parts[i]
		if part == 0 || s.weight <= 0 && !c.phys.contradicts(s) {
			continue
		}
		c.phys.says = append(c.phys.says, weight{i, part})
		if c.kind == root && s.sight() && s.org == c.org {
			c.phys.sights = append(c.phys.sights, i)
		}
	}
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
		return max(-capAccess, min(capAccess, sum))
	case evidence.PlaneWords:
		return clip(p, sum)
	}
	return max(-missed, min(planeCap(p), sum))
}

// observer is the cause that a feed lost its sight of a plane, which leaves so much of
// the middle series. It accounts for the losses that would show then: of this feed,
// and not much deeper than what it shows of everybody.
func (sc *scene) observer(feed evidence.FeedID, plane evidence.Plane, depth float64) *cause {
	c := &cause{kind: fault, org: catalog.OrgID("feed " + string(feed) + " " + string(plane)), worth: worth{cost: costFault}}
	c.phys.parts = make([]float64, len(sc.sigs))
	for i := range sc.sigs {
		s := &sc.sigs[i]
		if !s.sight() || s.read.Series.Feed != feed || s.cite.Plane != plane {
			continue
		}
		left, chance := depth*s.read.Expected, 0.0
		if plane != evidence.PlaneTraffic { // of a few blocks or prefixes chance may take the rest
			chance = 1 + 2*math.Sqrt(math.Max(0, left))
		}
		if s.read.Value+chance >= deeper*left {
			c.phys.parts[i] = 1
		}
	}
	sc.hear(c)
	return c
}

// deeper is how far below what a blind observer shows of everybody one series may
// lie by the observer's fault alone: a collector doesn't see all alike.
const deeper = 0.5

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
