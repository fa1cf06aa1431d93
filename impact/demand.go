package impact

import (
	"slices"

	"tocsin/catalog"
)

// demand is whose users come to a node when those are down, and its room.
type demand struct {
	room  float64 // users that it serves well besides its own
	flows []flow  // in the order of the catalogue
}

// flow is the users of one node that come to another.
type flow struct {
	node   int
	users  float64 // how many they are, if its place were the other's
	part   float64 // of them come
	lag    instant
	trust  catalog.Confidence
	rivals []int     // to whom else they turn, in the order of their ids
	parts  []float64 // of rivals
}

// surge prepares the demand that failures move. It needs the footprints.
func (e *Engine) surge() {
	e.demand = make([]*demand, len(e.nodes))
	for i, n := range e.nodes {
		if n.Spare == nil {
			continue
		}
		d := &demand{room: float64(n.Spare.Users)}
		for _, s := range n.Shifts {
			if from, ok := e.index[s.From]; ok {
				d.flows = append(d.flows, e.flow(i, from, s))
			}
		}
		if len(d.flows) > 0 {
			e.demand[i] = d
		}
	}
}

// flow makes one flow ready. Users are taken to live as all people do: so many
// for each head of the node's place. Whether there is room for them is then the
// same everywhere that both nodes are, and a failure in one town counts there.
func (e *Engine) flow(to, from int, s catalog.Shift) flow {
	f := flow{node: from, part: s.Part, lag: instant(s.Lag), trust: s.Confidence}
	here, there := e.land.heads(e.footprint[to]), e.land.heads(e.footprint[from])
	if here == 0 || there == 0 {
		here, there = e.footprint[to].size(), max(e.footprint[from].size(), 1)
	}
	f.users = float64(e.nodes[from].People) * float64(here) / float64(there)
	for i, n := range e.nodes {
		k := slices.IndexFunc(n.Shifts, func(o catalog.Shift) bool { return o.From == s.From })
		if i != to && k >= 0 {
			f.rivals, f.parts = append(f.rivals, i), append(f.parts, n.Shifts[k].Part)
		}
	}
	return f
}

// flood is when more users come to a node in a cell than it has room for. Those
// whose choice is down too choose again, in the same proportions. So the more
// is down the more come, the sooner: demand keeps the order of worlds, as needs
// do.
func (s *study) flood(r *run, n, cell int) instant {
	d := s.demand[n]
	if d == nil {
		return never
	}
	var when []instant
	for i := range d.flows {
		f := &d.flows[i]
		gone := s.gone(r, f.node, cell)
		if gone == never {
			continue
		}
		when = append(when, gone.plus(f.lag))
		for _, rival := range f.rivals {
			if also := s.gone(r, rival, cell); also != never {
				when = append(when, max(gone, also).plus(f.lag))
			}
		}
	}
	slices.Sort(when)
	for _, t := range when {
		if s.come(r, d, cell, t) > d.room {
			return t
		}
	}
	return never
}

// come is how many users have come by a time, were the cell all of the node's
// place.
func (s *study) come(r *run, d *demand, cell int, t instant) float64 {
	sum := 0.0
	for i := range d.flows {
		f := &d.flows[i]
		gone := s.gone(r, f.node, cell)
		if gone == never || gone.plus(f.lag) > t {
			continue
		}
		rest := 1.0
		for k, rival := range f.rivals {
			if also := s.gone(r, rival, cell); also != never && max(gone, also).plus(f.lag) <= t {
				rest -= f.parts[k]
			}
		}
		sum += f.users * f.part / max(rest, f.part) // the floor is for what sums of fractions lose
	}
	return sum
}

// gone is when a node is down in a cell; never where it isn't.
func (s *study) gone(r *run, n, cell int) instant {
	slot := s.slot[n]
	if slot < 0 || !s.cells[cell].overlaps(s.footprint[n]) {
		return never
	}
	return r.at[slot*len(s.cells)+cell][down]
}
