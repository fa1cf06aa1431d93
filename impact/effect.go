package impact

import (
	"math"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
)

// outcome is how a node stands in a cell at the time asked for. Cells of equal
// outcome and equal explanation make one effect.
type outcome struct {
	state  catalog.State
	at     instant // when it came or, still up, will come to what the path explains
	fails  instant // when it is known to worsen
	feared bool    // explained by the feared run, otherwise by the known one
	level  int     // that the path explains
}

// outcome reads off a (slot, cell). Nothing is said of what is up and stays up
// unless a backup carries it, nor of what is up and may become unknown: nobody
// could act on it.
func (s *study) outcome(i int) (outcome, bool) {
	known, feared := s.known.at[i], s.feared.at[i]
	switch {
	case known[down] <= 0:
		return outcome{state: catalog.Down, at: known[down], fails: never, level: down}, true
	case known[degraded] <= 0:
		return outcome{state: catalog.Degraded, at: known[degraded], fails: known[down]}, true
	case feared[degraded] <= 0:
		return outcome{state: catalog.Unknown, at: feared[degraded], fails: known[degraded], feared: true}, true
	case known[degraded] != never:
		return outcome{state: catalog.Up, at: known[degraded], fails: known[degraded]}, true
	case s.known.why[i][degraded].hops > 0: // see lean
		return outcome{state: catalog.Up, at: never, fails: never}, true
	}
	return outcome{}, false
}

// class is the cells of a node that fare alike and for the same reason.
type class struct {
	outcome
	backup []catalog.NodeID // that carries it
	cells  []int
}

// effects appends how one node fares, in as few regions as tell it all.
func (s *study) effects(out []incident.Effect, slot int) []incident.Effect {
	var classes []class
	for _, c := range s.here[slot] {
		o, ok := s.outcome(slot*len(s.cells) + c)
		if !ok {
			continue
		}
		carrying := s.carrying(slot, c)
		k := slices.IndexFunc(classes, func(k class) bool {
			return k.outcome == o && slices.Equal(k.backup, carrying) && s.sameWay(s.reading(o), slot, k.cells[0], c, o.level)
		})
		if k < 0 {
			k = len(classes)
			classes = append(classes, class{outcome: o, backup: carrying})
		}
		classes[k].cells = append(classes[k].cells, c)
	}
	for _, k := range classes {
		e := s.effect(slot, k)
		for _, region := range s.regions(slot, k.cells) {
			e.Region = region
			e.People = s.people(s.reached[slot], s.land.of[region])
			e.Advice = s.advise(s.reached[slot], s.land.of[region])
			out = append(out, e)
		}
	}
	return out
}

// effect is what a class says, but for its place.
func (s *study) effect(slot int, k class) incident.Effect {
	t := s.path(s.reading(k.outcome), slot, k.cells[0], k.level)
	e := incident.Effect{
		Node: s.nodes[s.reached[slot]].ID, State: k.state, Since: s.time(k.at), Path: t.ids,
		Confidence: t.trust, Assumed: t.trust == catalog.Assumed, Load: t.load, Backup: k.backup,
	}
	if k.state == catalog.Up {
		e.Since = s.time(t.began)
	}
	if k.fails != never {
		e.Fails = s.time(k.fails)
	}
	return e
}

// people is how many of a node's people are behind it in a region: its part of
// the people who live where the node exists; 0 if that isn't known.
func (e *Engine) people(n int, region ground) int {
	whole, part := e.footprint[n], region.and(e.footprint[n])
	if part.size() == whole.size() {
		return e.nodes[n].People
	}
	all := e.land.heads(whole)
	if all == 0 {
		return 0
	}
	return int(math.Round(float64(e.nodes[n].People) * float64(e.land.heads(part)) / float64(all)))
}

// regions names the ground that a node has in some cells.
func (s *study) regions(slot int, cells []int) []catalog.RegionID {
	n := s.reached[slot]
	if len(cells) == len(s.here[slot]) {
		return s.home[n]
	}
	g := s.land.none()
	for _, c := range cells {
		g.add(s.cells[c])
	}
	return s.land.cover(g.and(s.footprint[n]))
}

// reading is the run that explains an outcome.
func (s *study) reading(o outcome) *run {
	if o.feared {
		return s.feared
	}
	return s.known
}

// time turns an instant back into a time, in UTC.
func (s *study) time(t instant) time.Time { return s.now.Add(time.Duration(t)).UTC() }
