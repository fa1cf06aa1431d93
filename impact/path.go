package impact

import (
	"tocsin/catalog"
)

// cause is why a (slot, cell) is degraded and why it is down: the next step of
// the shortest explanation, for each level.
type cause [2]step

// step leads from one (slot, cell) towards a root.
type step struct {
	hops    int // to the root; 0 is a root itself, -1 not explained
	slot    int // the member that comes next
	cell    int
	assumed bool // nobody is known to say that the member is needed
}

// trace finds the shortest explanation of every time in a run: fewest hops,
// then the name that comes first. An explanation never uses what failed too
// late to be a cause.
func (s *study) trace(r *run) {
	r.why = make([]cause, len(r.at))
	for i := range r.why {
		for _, level := range [...]int{degraded, down} {
			r.why[i][level].hops = -1
			if t := r.at[i][level]; t != never && r.own[i][level] == t {
				r.why[i][level].hops = 0
			}
		}
	}
	for again := true; again; {
		again = false
		for slot := range s.reached {
			for _, c := range s.here[slot] {
				for _, level := range [...]int{degraded, down} {
					if s.shorten(r, slot, c, level) {
						again = true
					}
				}
			}
		}
	}
}

// shorten looks for a better first step, and tells whether it found one.
func (s *study) shorten(r *run, slot, cell, level int) bool {
	i := slot*len(s.cells) + cell
	best := &r.why[i][level]
	if r.at[i][level] == never || best.hops == 0 {
		return false
	}
	found := false
	for gi := range s.needs[s.reached[slot]] {
		g := &s.needs[s.reached[slot]][gi]
		if level == down && !g.down {
			continue
		}
		due := s.lost(r, g, cell, level)
		if due.plus(g.holdover) != r.at[i][level] {
			continue
		}
		for _, m := range g.members {
			member := s.slot[m]
			if member < 0 {
				continue
			}
			cells := s.sight(member, g.at, cell)
			if s.fails(r, member, cells, level) > due {
				continue
			}
			for _, c := range cells {
				j := member*len(s.cells) + c
				next := step{hops: r.why[j][level].hops + 1, slot: member, cell: c, assumed: g.assumed}
				if next.hops > 0 && r.at[j][level] <= due && s.shorter(next, *best) {
					*best, found = next, true
				}
			}
		}
	}
	return found
}

// shorter orders first steps: fewest hops, then the first name, then a need that
// has a source. Of two cells of one member the first met stays, which is the
// first in the order of the land.
func (s *study) shorter(a, b step) bool {
	switch {
	case b.hops < 0 || a.hops != b.hops:
		return b.hops < 0 || a.hops < b.hops
	case a.slot != b.slot:
		return s.reached[a.slot] < s.reached[b.slot]
	}
	return !a.assumed && b.assumed
}

// path follows an explanation from a (slot, cell) to its root. It tells when
// the root failed, and whether any part of the path is only assumed.
func (s *study) path(r *run, slot, cell, level int) (ids []catalog.NodeID, since instant, assumed bool) {
	for {
		n := s.nodes[s.reached[slot]]
		ids = append(ids, n.ID)
		assumed = assumed || n.Confidence == catalog.Assumed
		i := slot*len(s.cells) + cell
		next := r.why[i][level]
		if next.hops <= 0 {
			return ids, r.at[i][level], assumed
		}
		assumed = assumed || next.assumed
		slot, cell = next.slot, next.cell
	}
}

// sameWay tells whether two cells of a node are explained by the same steps.
func (s *study) sameWay(r *run, slot, a, b, level int) bool {
	other := slot
	for {
		p := r.why[slot*len(s.cells)+a][level]
		q := r.why[other*len(s.cells)+b][level]
		if p.hops != q.hops || p.assumed != q.assumed {
			return false
		}
		if p.hops <= 0 {
			return true
		}
		if p.slot != q.slot {
			return false
		}
		if p.cell == q.cell {
			return true
		}
		slot, a = p.slot, p.cell
		other, b = q.slot, q.cell
	}
}
