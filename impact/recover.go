package impact

import (
	"container/heap"
	"fmt"
	"slices"
	"time"

	"tocsin/catalog"
)

// AssumedRepair is how long a root is taken to need for its own repair when
// nobody says: 70 minutes, the median of the prior for the length of outages
// (lognormal, fitted to the p50 and p95 that Google's SRE workbook gives of one
// company's). It orders repairs more than it times them, and is marked assumed.
const AssumedRepair = 70 * time.Minute

// Repairs says how long roots take to mend, once what their repair needs is
// there. A node that it lacks takes [AssumedRepair].
type Repairs map[catalog.NodeID]time.Duration

// Length is a duration that machines read as people write it: "4h0m0s".
type Length time.Duration

// String is as [time.Duration] has it.
func (l Length) String() string { return time.Duration(l).String() }

// MarshalText gives what String does.
func (l Length) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText gives.
func (l *Length) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("length of time: %w", err)
	}
	*l = Length(d)
	return nil
}

// Recovery is the way back from failures, as seen at a moment.
type Recovery struct {
	// Returns are the nodes that are down or degraded then, in the order in
	// which they come back; those that never do by themselves stand last.
	Returns []Return `json:"returns"`
	Circles []Circle `json:"circles,omitempty"` // of repairs that wait for themselves; at most [MostCircles] of a kind
	// BreakIn is a smallest set of nodes that, brought back or reached by other
	// means than the catalogue knows, let everything come back: in person, say.
	// Helpers is a smallest such set without the roots: what to have in reserve
	// so that the roots' repairs can begin. Each is empty if nothing is stuck, or
	// if no such set would do.
	BreakIn []catalog.NodeID `json:"break_in,omitempty"`
	Helpers []catalog.NodeID `json:"helpers,omitempty"`
	// Exact tells that no smaller sets would do. Beyond [ExactBreakIn] candidates
	// they are found greedily, and no member of them can be spared.
	Exact bool `json:"exact"`
}

// Return is when a node comes back in a region. A zero time is never by itself.
type Return struct {
	Node    catalog.NodeID   `json:"node"`
	Region  catalog.RegionID `json:"region"`
	Back    time.Time        `json:"back,omitzero"` // no longer down; of one that isn't, the moment asked of
	Full    time.Time        `json:"full,omitzero"` // up
	Root    bool             `json:"root"`
	Repair  Length           `json:"repair,omitempty"`  // of a root
	Assumed bool             `json:"assumed,omitempty"` // nobody said how long Repair takes
	// Waits is what came last before it, and what came last before that: from
	// the node to the repair that all waits for.
	Waits []catalog.NodeID `json:"waits,omitempty"`
	// Hurry names helpers of this repair that still work, on a holdover that
	// runs out before it is done.
	Hurry []catalog.NodeID `json:"hurry,omitempty"`
}

// Recover works out the way back from failures as they stand at a time: when
// every repair could begin, in which order things return, and which never do
// since a repair waits for what it is to bring back.
//
// A root is back when its repair time has passed since the last of what it
// waits for came: the nodes that its repair needs, each at least serving, and
// its own requirements. What only fell with others is back with its
// requirements. Each group counts from the moment at which enough of its
// members are back. What holds out at that time on a holdover counts as there;
// Return.Hurry names it if it won't last. What is unknown counts as up.
func (e *Engine) Recover(fails []Failure, now time.Time, repairs Repairs) Recovery {
	h := e.heal(fails, now, repairs, nil)
	if h == nil {
		return Recovery{Returns: []Return{}, Exact: true}
	}
	r := Recovery{Returns: h.returns(), Exact: true}
	r.Circles = h.circles(func(from, to int) *healing {
		return e.without(from, to).heal(fails, now, repairs, &[2]int{from, to})
	})
	if h.stuck() > 0 {
		all, helpers := h.candidates()
		r.BreakIn = h.breakIn(all)
		r.Helpers = h.breakIn(helpers)
		r.Exact = len(all) <= ExactBreakIn
	}
	return r
}

// healing is the way back from a study. What is said of (slot, cell, level)
// stands at (slot × cells + cell) × 2 + level: a point below.
type healing struct {
	*study
	own     []bool  // by slot: a root
	repair  []int64 // by slot, in nanoseconds
	assumed []bool  // by slot: nobody said how long
	helpers [][]int // by slot: the nodes that the repair of a root needs
	mends   [][]int // by slot: the slots of roots whose repair needs it
	free    []bool  // by slot: taken as reached by other means

	back []instant // by point; never until it settles
	via  []int     // by point: the point that came last before it; -1 for none
}

// heal prepares the way back and walks it; nil if nothing is reached. Cut is a
// need for repair to leave out.
func (e *Engine) heal(fails []Failure, now time.Time, repairs Repairs, cut *[2]int) *healing {
	s := e.study(fails, now.Round(0))
	if len(s.reached) == 0 {
		return nil
	}
	n := len(s.reached)
	h := &healing{
		study: s, own: make([]bool, n), repair: make([]int64, n), assumed: make([]bool, n),
		helpers: make([][]int, n), mends: make([][]int, n), free: make([]bool, n),
	}
	for slot, node := range s.reached {
		for _, c := range s.here[slot] {
			h.own[slot] = h.own[slot] || s.known.own[slot*len(s.cells)+c][degraded] <= 0
		}
		if !h.own[slot] {
			continue
		}
		long, said := repairs[s.nodes[node].ID]
		if !said {
			long = AssumedRepair
		}
		h.repair[slot], h.assumed[slot] = int64(max(long, 0)), !said
		for _, m := range s.Engine.known(s.nodes[node].RecoversWith) {
			if cut != nil && cut[0] == node && cut[1] == m {
				continue
			}
			h.helpers[slot] = append(h.helpers[slot], m)
			if at := s.slot[m]; at >= 0 {
				h.mends[at] = append(h.mends[at], slot)
			}
		}
	}
	h.walk()
	return h
}

// without is the engine in which a node no longer rests on another: whatever the
// other gave is taken as given. The failures reach as many nodes as before, only
// later or never.
func (e *Engine) without(from, to int) *Engine {
	cut := *e
	cut.needs = slices.Clone(e.needs)
	cut.needs[from] = slices.Clone(e.needs[from])
	for i := range cut.needs[from] {
		g := &cut.needs[from][i]
		*g = g.without(to)
		if g.backup != nil {
			b := *g.backup
			b.group = b.group.without(to)
			g.backup = &b
		}
	}
	return &cut
}

// without is a group in which one member is taken as given.
func (g group) without(member int) group {
	for i := slices.Index(g.members, member); i >= 0; i = slices.Index(g.members, member) {
		g.members = slices.Delete(slices.Clone(g.members), i, i+1)
		if g.shares != nil {
			g.shares = slices.Delete(slices.Clone(g.shares), i, i+1)
		}
	}
	return g
}

// walk settles the points in the order of their times, the earliest first: a
// generalisation of Dijkstra's algorithm (Knuth 1977), exact since no point can
// come before the ones it waits for. What is in no order is in a circle, or
// behind one, and stays at never.
func (h *healing) walk() {
	h.begin()
	var open arrivals
	soonest := slices.Clone(h.back)
	look := func(slot, level int) {
		for _, c := range h.here[slot] {
			p := h.point(slot, c, level)
			if h.back[p] != never {
				continue
			}
			if at, via := h.returned(slot, c, level); at < soonest[p] {
				soonest[p] = at
				heap.Push(&open, arrival{at: at, point: p, via: via})
			}
		}
	}
	for slot := range h.reached {
		look(slot, degraded)
		look(slot, down)
	}
	for len(open) > 0 {
		next, _ := heap.Pop(&open).(arrival)
		if h.back[next.point] != never {
			continue
		}
		h.back[next.point], h.via[next.point] = next.at, next.via
		slot, level := next.point/2/len(h.cells), next.point%2
		for _, n := range h.needers[h.reached[slot]] {
			if level == down {
				look(h.slot[n], down)
			}
			if level == degraded || h.demand[n] != nil {
				look(h.slot[n], degraded)
			}
		}
		for _, root := range h.mends[slot] {
			look(root, degraded)
			look(root, down)
		}
	}
}

// begin settles what hasn't fallen, and nothing else.
func (h *healing) begin() {
	points := len(h.reached) * len(h.cells) * 2
	h.back, h.via = make([]instant, points), make([]int, points)
	for p := range points {
		h.via[p] = -1
		if h.known.at[p/2][p%2] <= 0 {
			h.back[p] = never
		}
	}
}

func (h *healing) point(slot, cell, level int) int { return (slot*len(h.cells)+cell)*2 + level }

// returned is when a node comes back from a level in a cell, as far as what it
// waits for has settled, and what came last.
func (h *healing) returned(slot, cell, level int) (instant, int) {
	i := slot*len(h.cells) + cell
	mine := h.known.own[i][level] <= 0
	switch {
	case h.known.at[i][level] > 0:
		return 0, -1
	case h.free[slot] && mine:
		return instant(h.repair[slot]), -1
	case h.free[slot]:
		return 0, -1
	}
	at, via := instant(0), -1
	for g := range h.needs[h.reached[slot]] {
		need := &h.needs[h.reached[slot]][g]
		if level == down && !need.down {
			continue
		}
		if t, last := h.restored(need, cell, level); t > at {
			at, via = t, last
		}
	}
	if level == degraded {
		if t, last := h.ebb(h.reached[slot], cell); t > at {
			at, via = t, last
		}
	}
	if !mine {
		return at, via
	}
	for _, m := range h.helpers[slot] {
		if member := h.slot[m]; member >= 0 {
			if t, last := h.seen(member, h.sight(member, nil, cell), down); t > at {
				at, via = t, last
			}
		}
	}
	return at.plus(instant(h.repair[slot])), via
}

// seen is when a node, looked at over some cells, is back from a level: from
// down as soon as it is in one of them, from degraded when it is in all.
func (h *healing) seen(slot int, cells []int, level int) (instant, int) {
	best := -1
	for _, c := range cells {
		p := h.point(slot, c, level)
		if best < 0 || level == down && h.back[p] < h.back[best] || level == degraded && h.back[p] > h.back[best] {
			best = p
		}
	}
	if best < 0 {
		return 0, -1
	}
	return h.back[best], best
}
