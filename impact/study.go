package impact

import (
	"slices"
	"time"

	"tocsin/catalog"
)

// study is one question put to an engine: the nodes within reach of the
// failures, the land cut into cells, and when each node fails in each cell.
//
// A node that is reached has a slot. What is said of (slot, cell) stands at
// slot × number of cells + cell.
type study struct {
	*Engine
	now     time.Time
	reached []int    // nodes, in the engine's order
	slot    []int    // of each node; -1 when no failure reaches it: it is up
	cells   []ground // see [land.split]
	here    [][]int  // the cells in which each slot's node exists

	// Two runs bound what can't be known. In the first, what is unknown is up:
	// whatever fails there is known to fail. In the second it is down: whatever
	// stays up there is known to be up. Each is monotone by itself, so cycles
	// have one greatest fixed point; unknown is where the two differ.
	known, feared *run

	seen  []int     // scratch of sight
	when  []instant // scratch of lost
	loads []load    // the same
}

// run is when each (slot, cell) fails under one reading of the unknown.
type run struct {
	own []onset // by itself
	at  []onset // by itself or by its needs
	why []cause // see trace
}

// onset is when something becomes degraded or worse, and when down.
type onset [2]instant

const (
	degraded = iota
	down
)

// root is a failure that holds at the time asked for.
type root struct {
	node   int
	ground ground
	state  catalog.State
	at     instant
}

// study works out all times that the failures lead to.
func (e *Engine) study(fails []Failure, now time.Time) *study {
	s := &study{Engine: e, now: now}
	roots := s.roots(fails)
	s.reach(roots)
	if len(s.reached) == 0 {
		return s
	}
	s.cut(roots)
	s.known = s.run(roots, false)
	s.feared = s.known
	if slices.ContainsFunc(roots, func(r root) bool { return r.state == catalog.Unknown }) {
		s.feared = s.run(roots, true)
	}
	return s
}

// roots takes the failures that the engine knows and that have begun.
func (s *study) roots(fails []Failure) []root {
	var out []root
	for _, f := range fails {
		n, ok := s.index[f.Node]
		if !ok || f.State == catalog.Up || f.Since.After(s.now) {
			continue
		}
		r := root{node: n, ground: s.footprint[n], state: f.State}
		if f.Region != "" {
			place, ok := s.land.of[f.Region]
			if !ok || !place.overlaps(r.ground) {
				continue
			}
			r.ground = place.and(r.ground)
		}
		if !f.Since.IsZero() {
			r.at = instant(f.Since.Sub(s.now))
		}
		out = append(out, r)
	}
	return out
}

// reach finds the nodes that rest on a root, directly or not.
func (s *study) reach(roots []root) {
	s.slot = make([]int, len(s.nodes))
	for i := range s.slot {
		s.slot[i] = -1
	}
	var open []int
	enter := func(n int) {
		if s.slot[n] < 0 {
			s.slot[n] = 0
			open = append(open, n)
		}
	}
	for _, r := range roots {
		enter(r.node)
	}
	for len(open) > 0 {
		n := open[len(open)-1]
		open = open[:len(open)-1]
		for _, m := range s.needers[n] {
			enter(m)
		}
	}
	for _, n := range s.order {
		if s.slot[n] == 0 {
			s.slot[n] = len(s.reached)
			s.reached = append(s.reached, n)
		}
	}
}

// cut lays the cells: along the failures and along the footprints of whatever
// others rest on. The footprint of a node that nobody needs makes no
// difference to anyone else, so a thousand hospitals cost no more cells.
func (s *study) cut(roots []root) {
	var cuts []ground
	add := func(g ground) {
		if !slices.ContainsFunc(cuts, func(h ground) bool { return slices.Equal(g, h) }) {
			cuts = append(cuts, g)
		}
	}
	for _, r := range roots {
		add(r.ground)
	}
	for _, n := range s.reached {
		if len(s.needers[n]) > 0 {
			add(s.footprint[n])
		}
	}
	s.cells = s.land.split(cuts)
	for _, n := range s.reached {
		var here []int
		for c, cell := range s.cells {
			if cell.overlaps(s.footprint[n]) {
				here = append(here, c)
			}
		}
		s.here = append(s.here, here)
	}
}

// run works out the times under one reading of the unknown: as down when it is
// feared, otherwise as up.
func (s *study) run(roots []root, feared bool) *run {
	r := &run{own: make([]onset, len(s.reached)*len(s.cells))}
	for i := range r.own {
		r.own[i] = onset{never, never}
	}
	for _, root := range roots {
		if root.state == catalog.Unknown && !feared {
			continue
		}
		slot := s.slot[root.node]
		for _, c := range s.here[slot] {
			if !s.cells[c].meets(root.ground, s.footprint[root.node]) {
				continue
			}
			at := &r.own[slot*len(s.cells)+c]
			at[degraded] = min(at[degraded], root.at)
			if root.state != catalog.Degraded {
				at[down] = min(at[down], root.at)
			}
		}
	}
	s.settle(r)
	s.trace(r)
	return r
}

// settle lowers the times from never until every one follows from its causes.
// Starting from never is what makes a cycle that supports itself stay up.
func (s *study) settle(r *run) {
	r.at = slices.Clone(r.own)
	stale := make([]bool, len(s.reached))
	for slot := range stale {
		stale[slot] = true
	}
	for again := true; again; {
		again = false
		for slot, n := range s.reached {
			if !stale[slot] {
				continue
			}
			stale[slot] = false
			if !s.lower(r, slot) {
				continue
			}
			for _, m := range s.needers[n] {
				stale[s.slot[m]] = true
				again = again || s.slot[m] <= slot
			}
		}
	}
}

// lower works out one node's times anew, and tells whether any changed.
func (s *study) lower(r *run, slot int) bool {
	changed := false
	for _, c := range s.here[slot] {
		i := slot*len(s.cells) + c
		at := r.own[i]
		for g := range s.needs[s.reached[slot]] {
			need := &s.needs[s.reached[slot]][g]
			_, felt := s.supply(r, need, c, degraded)
			at[degraded] = min(at[degraded], felt.plus(need.holdover))
			if need.down {
				_, felt = s.supply(r, need, c, down)
				at[down] = min(at[down], felt.plus(need.holdover))
			}
		}
		at[degraded] = min(at[degraded], s.flood(r, s.reached[slot], c))
		changed = changed || at != r.at[i]
		r.at[i] = at
	}
	return changed
}

// lost is when so many members have reached a level that the group, as needed
// in a cell, no longer has enough that are better, in number or in their shares.
func (s *study) lost(r *run, g *group, cell, level int) instant {
	s.when, s.loads = s.when[:0], s.loads[:0]
	for i, m := range g.members {
		if slot := s.slot[m]; slot >= 0 {
			t := s.fails(r, slot, s.sight(slot, g.at, cell), level)
			s.when = append(s.when, t)
			if g.shares != nil {
				s.loads = append(s.loads, load{t, g.shares[i]})
			}
		}
	}
	t := nth(s.when, g.loss)
	if level == degraded && g.shares != nil {
		t = min(t, g.thin(s.loads))
	}
	return t
}

// nth is the n-th earliest time; it sorts them.
func nth(times []instant, n int) instant {
	if n > len(times) {
		return never
	}
	slices.Sort(times)
	return times[n-1]
}

// sight is the cells in which a member is looked at: the needer's cell, or, if
// the member isn't there, all of its own; with a place named, those of its cells
// that lie there, or, if none does, all of its own. The answer holds until sight
// is next asked.
func (s *study) sight(slot int, at ground, cell int) []int {
	foot := s.footprint[s.reached[slot]]
	s.seen = s.seen[:0]
	if at == nil {
		if !s.cells[cell].overlaps(foot) {
			return s.here[slot]
		}
		s.seen = append(s.seen, cell)
		return s.seen
	}
	for _, c := range s.here[slot] {
		if s.cells[c].meets(foot, at) {
			s.seen = append(s.seen, c)
		}
	}
	if len(s.seen) == 0 {
		return s.here[slot]
	}
	return s.seen
}

// fails is when a node, looked at over some cells, reaches a level: it is down
// when it is down in all of them, and degraded as soon as one suffers.
func (s *study) fails(r *run, slot int, cells []int, level int) instant {
	at := r.at[slot*len(s.cells):]
	if len(cells) == 0 {
		return never
	}
	t := at[cells[0]][level]
	for _, c := range cells[1:] {
		if level == down {
			t = max(t, at[c][down])
		} else {
			t = min(t, at[c][degraded])
		}
	}
	return t
}
