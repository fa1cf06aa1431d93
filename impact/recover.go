package impact

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"
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
		g.members = slices.DeleteFunc(slices.Clone(g.members), func(m int) bool { return m == to })
	}
	return &cut
}

// walk settles the points in the order of their times, the earliest first: a
// generalisation of Dijkstra's algorithm (Knuth 1977), exact since no point can
// come before the ones it waits for. What is in no order is in a circle, or
// behind one, and stays at never.
func (h *healing) walk() {
	points := len(h.reached) * len(h.cells) * 2
	h.back, h.via = make([]instant, points), make([]int, points)
	for p := range points {
		h.back[p], h.via[p] = never, -1
	}
	var open arrivals
	look := func(slot int) {
		for _, c := range h.here[slot] {
			for level := range 2 {
				p := h.point(slot, c, level)
				if h.back[p] != never {
					continue
				}
				if at, via := h.returned(slot, c, level); at != never {
					heap.Push(&open, arrival{at, p, via})
				}
			}
		}
	}
	for slot := range h.reached {
		look(slot)
	}
	for len(open) > 0 {
		next, _ := heap.Pop(&open).(arrival)
		if h.back[next.point] != never {
			continue
		}
		h.back[next.point], h.via[next.point] = next.at, next.via
		slot := next.point / 2 / len(h.cells)
		for _, n := range h.needers[h.reached[slot]] {
			look(h.slot[n])
		}
		for _, root := range h.mends[slot] {
			look(root)
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

// restored is when so many of a group are back that it has enough again.
func (h *healing) restored(g *group, cell, level int) (instant, int) {
	var times []arrival
	for _, m := range g.members {
		if slot := h.slot[m]; slot >= 0 {
			t, last := h.seen(slot, h.sight(slot, g.at, cell), level)
			times = append(times, arrival{at: t, point: last})
		}
	}
	enough := len(times) - (g.loss - 1)
	if enough <= 0 {
		return 0, -1
	}
	slices.SortFunc(times, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.point, b.point))
	})
	return times[enough-1].at, times[enough-1].point
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

// stuck counts the points that never settle.
func (h *healing) stuck() int {
	n := 0
	for slot := range h.reached {
		for _, c := range h.here[slot] {
			for level := range 2 {
				if h.back[h.point(slot, c, level)] == never {
					n++
				}
			}
		}
	}
	return n
}

// returns lists what is down or degraded now, cells that fare alike as one.
func (h *healing) returns() []Return {
	out := []Return{}
	for _, slot := range h.slot {
		if slot < 0 {
			continue
		}
		type fate struct {
			back, full instant
			own        bool
		}
		var fates []fate
		var cells [][]int
		for _, c := range h.here[slot] {
			i := slot*len(h.cells) + c
			if h.known.at[i][degraded] > 0 {
				continue
			}
			f := fate{h.back[2*i+down], h.back[2*i+degraded], h.known.own[i][degraded] <= 0}
			k := slices.Index(fates, f)
			if k < 0 {
				k = len(fates)
				fates, cells = append(fates, f), append(cells, nil)
			}
			cells[k] = append(cells[k], c)
		}
		for k, f := range fates {
			r := h.comes(slot, cells[k][0], f.own)
			for _, region := range h.regions(slot, cells[k]) {
				r.Region = region
				out = append(out, r)
			}
		}
	}
	last := func(t time.Time) int {
		if t.IsZero() {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b Return) int {
		return cmp.Or(
			cmp.Compare(last(a.Back), last(b.Back)), a.Back.Compare(b.Back),
			cmp.Compare(last(a.Full), last(b.Full)), a.Full.Compare(b.Full),
			cmp.Compare(len(a.Waits), len(b.Waits)),
			strings.Compare(string(a.Node), string(b.Node)), strings.Compare(string(a.Region), string(b.Region)))
	})
	return out
}

// comes is what one cell says of a node's return, but for its place.
func (h *healing) comes(slot, cell int, own bool) Return {
	r := Return{Node: h.nodes[h.reached[slot]].ID, Root: own}
	p := h.point(slot, cell, down)
	if h.back[p] != never {
		r.Back = h.time(h.back[p])
	}
	if q := h.point(slot, cell, degraded); h.back[q] != never {
		r.Full = h.time(h.back[q])
	}
	if own {
		r.Repair, r.Assumed = Length(h.repair[slot]), h.assumed[slot]
		for _, m := range h.helpers[slot] {
			if fails := h.lasts(m, cell); fails > 0 && fails < h.back[h.point(slot, cell, degraded)] {
				r.Hurry = append(r.Hurry, h.nodes[m].ID)
			}
		}
	}
	if h.known.at[p/2][down] > 0 {
		p = h.point(slot, cell, degraded)
	}
	for ; p >= 0 && h.back[p] != never; p = h.via[p] {
		if id := h.nodes[h.reached[p/2/len(h.cells)]].ID; len(r.Waits) == 0 || r.Waits[len(r.Waits)-1] != id {
			r.Waits = append(r.Waits, id)
		}
	}
	if len(r.Waits) == 1 {
		r.Waits = nil
	}
	return r
}

// lasts is when a node, as needed in a cell, goes down.
func (h *healing) lasts(n, cell int) instant {
	slot := h.slot[n]
	if slot < 0 {
		return never
	}
	return h.fails(h.known, slot, h.sight(slot, nil, cell), down)
}

// arrival is a point that can be back at a time, and what came last before it.
type arrival struct {
	at    instant
	point int
	via   int
}

// arrivals is a heap of them, the earliest first.
type arrivals []arrival

func (a arrivals) Len() int { return len(a) }
func (a arrivals) Less(i, j int) bool {
	return cmp.Or(cmp.Compare(a[i].at, a[j].at), cmp.Compare(a[i].point, a[j].point), cmp.Compare(a[i].via, a[j].via)) < 0
}
func (a arrivals) Swap(i, j int) { a[i], a[j] = a[j], a[i] }

// Push and Pop are those of [heap.Interface].
func (a *arrivals) Push(x any) {
	next, _ := x.(arrival)
	*a = append(*a, next)
}

// Pop takes the last.
func (a *arrivals) Pop() any {
	last := (*a)[len(*a)-1]
	*a = (*a)[:len(*a)-1]
	return last
}
