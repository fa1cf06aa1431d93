package impact_test

import (
	"slices"

	"tocsin/catalog"
)

// step is the length of the shortest explanation of a spot, and its first name.
type step struct {
	hops int
	next catalog.NodeID
}

// choice is the better of the first steps that were tried; none if there was none.
type choice struct {
	step
	some bool
}

func (c *choice) try(via step, m catalog.NodeID) {
	if !c.some || via.hops+1 < c.hops || via.hops+1 == c.hops && m < c.next {
		*c = choice{step{via.hops + 1, m}, true}
	}
}

// steps finds all shortest explanations at a level by going round until nothing
// gets shorter.
func (w *twin) steps(p *course, level int) map[spot]step {
	found := map[spot]step{}
	swept := found
	if level == 1 {
		swept = w.steps(p, 2) // users leave what is down
	}
	for again := true; again; {
		again = false
		for s, since := range p.since {
			t := since[level]
			if t.IsZero() {
				continue
			}
			old, had := found[s]
			best := choice{some: true} // by itself
			if !p.own[s][level].Equal(t) {
				best = choice{}
				w.nearest(p, s, level, found, &best)
				if level == 1 && t.Equal(p.flood[s][1]) {
					w.swept(p, s, swept, &best)
				}
			}
			if best.some && (!had || old != best.step) {
				found[s], again = best.step, true
			}
		}
	}
	return found
}

func (w *twin) swept(p *course, s spot, found map[spot]step, best *choice) {
	for _, shift := range w.ed.Node(s.node).Shifts {
		gone := spot{shift.From, s.leaf}
		t := p.since[gone][2]
		if via, is := found[gone]; is && !t.IsZero() && !t.Add(shift.Lag).After(p.flood[s][1]) {
			best.try(via, shift.From)
		}
	}
}

func (w *twin) nearest(p *course, s spot, level int, found map[spot]step, best *choice) {
	for g := range w.ed.Node(s.node).Needs {
		r := &w.ed.Node(s.node).Needs[g]
		felt := p.short[supply{s, g}][level]
		if level == 2 && r.Lost == catalog.Degraded || felt.IsZero() || !felt.Add(r.Holdover).Equal(p.since[s][level]) {
			continue
		}
		w.through(p, supply{s, g}, level, found, best)
	}
}

// through looks for the nearest member of a group that was so bad when the
// group became it.
func (w *twin) through(p *course, s supply, level int, found map[spot]step, best *choice) {
	r := &w.ed.Node(s.node).Needs[s.group]
	due := p.bare[s][level]
	for _, m := range r.Members {
		leaves := w.lookAt(m, w.place(r.At, s.leaf))
		late := func(l catalog.RegionID) bool {
			t := p.since[spot{m, l}][level]
			return t.IsZero() || t.After(due)
		}
		if level == 2 && slices.ContainsFunc(leaves, late) {
			continue // still alive somewhere, so not yet down
		}
		for _, l := range leaves {
			if via, is := found[spot{m, l}]; is && !late(l) {
				best.try(via, m)
			}
		}
	}
}

// lean is the first step from a spot that is up on a backup to what fell.
func (w *twin) lean(s spot) step {
	found := w.steps(w.known, 1)
	var best choice
	for g, r := range w.ed.Node(s.node).Needs {
		if r.Backup != nil && w.past(w.known.bare[supply{s, g}][1]) {
			w.through(w.known, supply{s, g}, 1, found, &best)
		}
	}
	return best.step
}
