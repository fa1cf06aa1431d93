package impact

import (
	"tocsin/catalog"
)

// cause is why a (slot, cell) is degraded and why it is down: the next step of
// the shortest explanation, for each level.
type cause [2]step

// step leads from one (slot, cell) towards a root.
type step struct {
	hops  int // to the root; 0 is a root itself, -1 not explained
	slot  int // the member that comes next
	cell  int
	level int                // that it has reached
	trust catalog.Confidence // in that it is needed
	load  bool               // it isn't needed: its users came
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
	s.lean(r)
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
		if own, felt := s.supply(r, g, cell, level); felt.plus(g.holdover) == r.at[i][level] && s.through(r, g, reaching{cell, level, own}, best) {
			found = true
		}
	}
	if level == degraded && s.flood(r, s.reached[slot], cell) == r.at[i][degraded] && s.swept(r, s.reached[slot], cell, best) {
		found = true
	}
	return found
}

// reaching is when a group, as needed in a cell, reached a level.
type reaching struct {
	cell, level int
	at          instant
}

// through looks for a better first step over the members of a group that had
// reached its level when it did, and tells whether it found one. That a backup is
// gone too is no part of the explanation: it is why nothing hides it.
func (s *study) through(r *run, g *group, due reaching, best *step) bool {
	found := false
	for _, m := range g.members {
		member := s.slot[m]
		if member < 0 {
			continue
		}
		cells := s.sight(member, g.at, due.cell)
		if s.fails(r, member, cells, due.level) > due.at {
			continue
		}
		for _, c := range cells {
			if j := member*len(s.cells) + c; r.at[j][due.level] <= due.at {
				next := step{hops: r.why[j][due.level].hops + 1, slot: member, cell: c, level: due.level, trust: g.trust}
				found = s.take(next, best) || found
			}
		}
	}
	return found
}

// swept looks for a better first step over the nodes whose users had come when
// a node was flooded, and tells whether it found one.
func (s *study) swept(r *run, n, cell int, best *step) bool {
	found := false
	due := s.flood(r, n, cell)
	for i := range s.demand[n].flows {
		f := &s.demand[n].flows[i]
		if gone := s.gone(r, f.node, cell); gone != never && gone.plus(f.lag) <= due {
			from := s.slot[f.node]
			hops := r.why[from*len(s.cells)+cell][down].hops + 1
			found = s.take(step{hops: hops, slot: from, cell: cell, level: down, trust: f.trust, load: true}, best) || found
		}
	}
	return found
}

// take replaces the best step by one that is shorter and explained itself.
func (s *study) take(next step, best *step) bool {
	if next.hops <= 0 || !s.shorter(next, *best) {
		return false
	}
	*best = next
	return true
}

// shorter orders first steps: fewest hops, then the first name, then a need
// before demand, then what is known best. Of two cells of one member the first
// met stays, which is the first in the order of the land.
func (s *study) shorter(a, b step) bool {
	switch {
	case b.hops < 0 || a.hops != b.hops:
		return b.hops < 0 || a.hops < b.hops
	case a.slot != b.slot:
		return s.reached[a.slot] < s.reached[b.slot]
	case a.load != b.load:
		return b.load
	}
	return doubt(a.trust) < doubt(b.trust)
}

// lean explains the nodes that are up and stay so on a backup, by what the
// backup stands in for. It writes to where a state of never has no explanation.
func (s *study) lean(r *run) {
	for slot, n := range s.reached {
		for _, c := range s.here[slot] {
			i := slot*len(s.cells) + c
			if r.at[i][degraded] != never {
				continue
			}
			for gi := range s.needs[n] {
				g := &s.needs[n][gi]
				if g.backup == nil {
					continue
				}
				if own, _ := s.supply(r, g, c, degraded); own <= 0 {
					s.through(r, g, reaching{c, degraded, own}, &r.why[i][degraded])
				}
			}
		}
	}
}

// doubt orders claims by how little is known of them; a world that says nothing
// of sources is not doubted.
func doubt(c catalog.Confidence) int {
	switch c {
	case catalog.Reported:
		return 1
	case catalog.Assumed:
		return 2
	}
	return 0
}

// trail is an explanation, from a node to its root.
type trail struct {
	ids   []catalog.NodeID
	began instant            // when the root failed
	trust catalog.Confidence // of the weakest claim on it
	load  catalog.NodeID     // the first node on it that is flooded by others' users
}

// path follows an explanation from a (slot, cell) to its root.
func (s *study) path(r *run, slot, cell, level int) trail {
	var t trail
	doubted := func(c catalog.Confidence) {
		if t.trust == "" || doubt(c) > doubt(t.trust) {
			t.trust = c
		}
	}
	for {
		n := s.nodes[s.reached[slot]]
		t.ids = append(t.ids, n.ID)
		doubted(n.Confidence)
		i := slot*len(s.cells) + cell
		next := r.why[i][level]
		if next.hops <= 0 {
			t.began = r.at[i][level]
			return t
		}
		doubted(next.trust)
		if next.load && t.load == "" {
			t.load = n.ID
		}
		slot, cell, level = next.slot, next.cell, next.level
	}
}

// sameWay tells whether two cells of a node are explained by the same steps.
func (s *study) sameWay(r *run, slot, a, b, level int) bool {
	other := slot
	for {
		p := r.why[slot*len(s.cells)+a][level]
		q := r.why[other*len(s.cells)+b][level]
		if p.hops != q.hops || p.trust != q.trust || p.load != q.load {
			return false
		}
		if p.hops <= 0 {
			return true
		}
		if p.slot != q.slot || p.level != q.level {
			return false
		}
		if p.cell == q.cell {
			return true
		}
		slot, a = p.slot, p.cell
		other, b = q.slot, q.cell
		level = p.level
	}
}
