package impact

import (
	"cmp"
	"slices"

	"tocsin/catalog"
	"tocsin/graph"
)

// ExactBreakIn is up to how many candidates the smallest break-in set is found by
// trying all sets: 4,096 of them at most.
const ExactBreakIn = 12

// Circle is a repair that waits for itself: nodes that are not up, each of which
// rests on the next or needs it for its repair, and the last on the first.
type Circle struct {
	Nodes []catalog.NodeID `json:"nodes"` // from the first name on
	// Cold tells that none of the ties is one of repair: the nodes need each other
	// to start. Such circles are listed only where they are stuck.
	Cold bool `json:"cold_start"`
	// Stuck tells that none of the nodes comes back by itself. Otherwise some tie
	// can be got round (see Tie.Around), and the circle only slows the repair.
	Stuck bool  `json:"stuck"`
	Ties  []Tie `json:"ties"` // Ties[i] leads from Nodes[i] to the next
}

// Tie is why one node of a circle waits for the next, and what breaking it
// does: another way for just that need.
type Tie struct {
	From   catalog.NodeID `json:"from"`
	To     catalog.NodeID `json:"to"`
	Repair bool           `json:"repair"` // From's repair needs To; otherwise From rests on it
	catalog.Provenance
	Around []catalog.NodeID `json:"around,omitempty"` // what else would do in To's place, and works or comes back
	Clears bool             `json:"clears"`           // breaking this tie alone ends this circle
	Frees  bool             `json:"frees"`            // and everything comes back
}

// waits is the graph of what waits for what now: nodes that are not up and what
// of these they rest on, roots and what of these their repair needs. Mend are
// the edges of the second kind.
func (h *healing) waits() (g *graph.Graph, mend []graph.Edge) {
	var edges []graph.Edge
	for slot, n := range h.reached {
		if !h.ails(slot) {
			continue
		}
		from := string(h.nodes[n].ID)
		for _, need := range h.needs[n] {
			for _, m := range need.members {
				if at := h.slot[m]; at >= 0 && h.ails(at) {
					edges = append(edges, graph.Edge{From: from, To: string(h.nodes[m].ID)})
				}
			}
		}
		for _, m := range h.helpers[slot] {
			if at := h.slot[m]; at >= 0 && h.ails(at) {
				mend = append(mend, graph.Edge{From: from, To: string(h.nodes[m].ID)})
			}
		}
	}
	return graph.New(append(edges, mend...)), mend
}

// ails tells whether a node is down or degraded anywhere.
func (h *healing) ails(slot int) bool {
	return slices.ContainsFunc(h.here[slot], func(c int) bool { return h.known.at[slot*len(h.cells)+c][degraded] <= 0 })
}

// held tells whether a node stays down somewhere.
func (h *healing) held(slot int) bool {
	return slices.ContainsFunc(h.here[slot], func(c int) bool { return h.back[h.point(slot, c, down)] == never })
}

// circles finds the circles of repair, and those of cold starts that are stuck.
// Broken is the way back without one tie.
func (h *healing) circles(broken func(from, to int) *healing) []Circle {
	g, mend := h.waits()
	var out []Circle
	for _, cycle := range shortest(g.CyclesWith(mend)) {
		out = append(out, h.circle(cycle, broken))
	}
	if h.stuck() == 0 {
		return out
	}
	cold := h.cold()
	for _, cycle := range shortest(cold.CyclesWith(cold.Edges())) {
		if c := h.circle(cycle, broken); c.Stuck && c.Cold {
			out = append(out, c)
		}
	}
	return out
}

// MostCircles is how many circles of a kind are told, the shortest first: every
// tie of each is broken to see what comes of it, and nobody reads more.
const MostCircles = 50

// shortest keeps the first of cycles, ordered by their lengths and then by their
// names.
func shortest(cycles [][]string) [][]string {
	slices.SortStableFunc(cycles, func(a, b []string) int { return cmp.Compare(len(a), len(b)) })
	return cycles[:min(len(cycles), MostCircles)]
}

// circle says why each node of a cycle waits for the next.
func (h *healing) circle(cycle []string, broken func(from, to int) *healing) Circle {
	c := Circle{Stuck: true, Cold: true}
	for i, name := range cycle {
		from, to := h.index[catalog.NodeID(name)], h.index[catalog.NodeID(cycle[(i+1)%len(cycle)])]
		c.Nodes = append(c.Nodes, catalog.NodeID(name))
		c.Stuck = c.Stuck && h.held(h.slot[from])
		tie := h.tie(from, to)
		c.Cold = c.Cold && !tie.Repair
		without := broken(from, to)
		left, _ := without.waits()
		tie.Clears = !runs(left, cycle)
		tie.Frees = without.stuck() == 0
		c.Ties = append(c.Ties, tie)
	}
	return c
}

// runs tells whether a graph holds all edges of a cycle.
func runs(g *graph.Graph, cycle []string) bool {
	for i, name := range cycle {
		if !slices.Contains(g.Next(name), cycle[(i+1)%len(cycle)]) {
			return false
		}
	}
	return true
}

// cold is the graph of what stays down and rests on what stays down.
func (h *healing) cold() *graph.Graph {
	var edges []graph.Edge
	for slot, n := range h.reached {
		for _, need := range h.needs[n] {
			for _, m := range need.members {
				if at := h.slot[m]; need.down && at >= 0 && h.held(slot) && h.held(at) {
					edges = append(edges, graph.Edge{From: string(h.nodes[n].ID), To: string(h.nodes[m].ID)})
				}
			}
		}
	}
	return graph.New(edges)
}

// tie says why a node waits for another.
func (h *healing) tie(from, to int) Tie {
	n := h.nodes[from]
	t := Tie{From: n.ID, To: h.nodes[to].ID, Provenance: n.Provenance}
	t.Repair = slices.Contains(h.helpers[h.slot[from]], to)
	first, must := true, t.Repair
	for i := range n.Needs {
		need := &n.Needs[i]
		if !slices.Contains(need.Members, t.To) {
			continue
		}
		if !t.Repair && first {
			t.Provenance, first = need.Provenance, false
		}
		if need.Lost == catalog.Degraded {
			continue // without it the node serves, if badly
		}
		around := h.around(need, to)
		must = must || len(around) < need.AtLeast
		t.Around = append(t.Around, around...)
	}
	if must {
		t.Around = nil
	}
	slices.Sort(t.Around)
	t.Around = slices.Compact(t.Around)
	return t
}

// around is what serves, or comes back, in a group besides one of its members.
func (h *healing) around(need *catalog.Requirement, but int) []catalog.NodeID {
	var out []catalog.NodeID
	for _, m := range h.Engine.known(need.Members) {
		if m != but && (h.slot[m] < 0 || !h.held(h.slot[m])) {
			out = append(out, h.nodes[m].ID)
		}
	}
	return out
}

// candidates are the slots whose freeing could help: those that never come back
// and lie on a circle of such; and those of them that are no roots. A slot behind
// a circle is freed with it, and frees nothing that waits in it.
func (h *healing) candidates() (all, helpers []int) {
	var edges []graph.Edge
	name := func(slot int) string { return string(h.nodes[h.reached[slot]].ID) }
	waiting := func(slot int) bool {
		return slices.ContainsFunc(h.here[slot], func(c int) bool {
			return h.back[h.point(slot, c, down)] == never || h.back[h.point(slot, c, degraded)] == never
		})
	}
	for slot, n := range h.reached {
		if !waiting(slot) {
			continue
		}
		on := slices.Clone(h.helpers[slot])
		for _, need := range h.needs[n] {
			on = append(on, need.members...)
		}
		for _, m := range on {
			if at := h.slot[m]; at >= 0 && waiting(at) {
				edges = append(edges, graph.Edge{From: name(slot), To: name(at)})
			}
		}
	}
	for _, set := range graph.New(edges).Components() {
		for _, id := range set {
			slot := h.slot[h.index[catalog.NodeID(id)]]
			if len(set) == 1 && !slices.Contains(edges, graph.Edge{From: id, To: id}) {
				continue
			}
			all = append(all, slot)
			if !h.own[slot] {
				helpers = append(helpers, slot)
			}
		}
	}
	byName := func(a, b int) int { return h.reached[a] - h.reached[b] }
	slices.SortFunc(all, byName)
	slices.SortFunc(helpers, byName)
	return all, helpers
}

// breakIn is a smallest set of candidates that, freed, let everything come back;
// among equals the one whose names come first. It is nil if even all of them
// wouldn't do. The healing is as before when it returns.
func (h *healing) breakIn(candidates []int) []catalog.NodeID {
	defer func() {
		clear(h.free)
		h.walk()
	}()
	if !h.frees(candidates) {
		return nil
	}
	var found []int
	if len(candidates) <= ExactBreakIn {
		for size := 1; found == nil; size++ {
			found = h.smallest(candidates, nil, size)
		}
	} else {
		found = h.spare(candidates)
	}
	ids := make([]catalog.NodeID, len(found))
	for i, slot := range found {
		ids[i] = h.nodes[h.reached[slot]].ID
	}
	return ids
}

// frees tells whether freeing some slots lets everything come back.
func (h *healing) frees(slots []int) bool {
	clear(h.free)
	for _, s := range slots {
		h.free[s] = true
	}
	h.walk()
	return h.stuck() == 0
}

// smallest tries all sets of a size, in the order of their names.
func (h *healing) smallest(candidates, chosen []int, size int) []int {
	if size == 0 {
		if h.frees(chosen) {
			return slices.Clone(chosen)
		}
		return nil
	}
	for i := range candidates {
		if found := h.smallest(candidates[i+1:], append(chosen, candidates[i]), size-1); found != nil {
			return found
		}
	}
	return nil
}

// spare chooses greedily: always the candidate for which most others wait, until
// all is free; then it leaves out whatever can be spared.
func (h *healing) spare(candidates []int) []int {
	var chosen []int
	for !h.frees(chosen) {
		best, most := -1, -1
		for _, s := range candidates {
			if slices.Contains(chosen, s) || !h.held(s) {
				continue
			}
			n := len(h.mends[s])
			for _, m := range h.needers[h.reached[s]] {
				if h.held(h.slot[m]) {
					n++
				}
			}
			if n > most {
				best, most = s, n
			}
		}
		if best < 0 {
			return h.least(candidates)
		}
		chosen = append(chosen, best)
	}
	return h.least(chosen)
}

// least leaves out of a set what can be spared, the last first.
func (h *healing) least(chosen []int) []int {
	chosen = slices.Clone(chosen)
	for i := len(chosen) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(chosen), i, i+1); h.frees(fewer) {
			chosen = fewer
		}
	}
	slices.SortFunc(chosen, func(a, b int) int { return h.reached[a] - h.reached[b] })
	return chosen
}
