package impact

import (
	"cmp"
	"slices"
)

// restored is when what a group gives, as needed in a cell, is back from a level:
// its own members, or its backup where that still helps.
func (h *healing) restored(g *group, cell, level int) (instant, int) {
	at, via := h.regained(g, cell, level)
	b := g.backup
	if b == nil || level == degraded && !b.full {
		return at, via
	}
	if b.fuel > 0 && h.lost(h.known, g, cell, level).plus(b.fuel) <= 0 {
		return at, via // it has run dry
	}
	if t, last := h.regained(&b.group, cell, level); t < at {
		return t, last
	}
	return at, via
}

// regained is when so many of a group are back that it has enough again, in
// number and in their shares.
func (h *healing) regained(g *group, cell, level int) (instant, int) {
	var times []arrival
	missing := 0
	for i, m := range g.members {
		slot := h.slot[m]
		if slot < 0 {
			continue
		}
		t, last := h.seen(slot, h.sight(slot, g.at, cell), level)
		a := arrival{at: t, point: last}
		if g.shares != nil {
			a.part = g.shares[i]
			missing += a.part
		}
		times = append(times, a)
	}
	slices.SortFunc(times, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.point, b.point))
	})
	at, via := instant(0), -1
	if enough := len(times) - (g.loss - 1); enough > 0 {
		at, via = times[enough-1].at, times[enough-1].point
	}
	if level == down || g.shares == nil {
		return at, via
	}
	for _, a := range times {
		if missing <= g.slack {
			break
		}
		if missing -= a.part; a.at > at {
			at, via = a.at, a.point
		}
	}
	return at, via
}

// ebb is when so many of the nodes whose users have come to another one are back
// that it has room for the rest. Who goes back goes at once; nobody comes who
// hasn't come yet.
func (h *healing) ebb(n, cell int) (instant, int) {
	d := h.demand[n]
	if d == nil || h.crowd(d, cell, 0) <= d.room {
		return 0, -1
	}
	var times []arrival
	for i := range d.flows {
		for _, other := range append([]int{d.flows[i].node}, d.flows[i].rivals...) {
			if slot := h.slot[other]; slot >= 0 && h.gone(h.known, other, cell) != never {
				p := h.point(slot, cell, down)
				times = append(times, arrival{at: h.back[p], point: p})
			}
		}
	}
	slices.SortFunc(times, func(a, b arrival) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.point, b.point))
	})
	for _, a := range times {
		if a.at != never && h.crowd(d, cell, a.at) <= d.room {
			return a.at, a.point
		}
	}
	return never, -1
}

// crowd is how many users have come to a node by now and are still there at a
// time, were the cell all of the node's place.
func (h *healing) crowd(d *demand, cell int, t instant) float64 {
	came := func(f *flow, other int) bool { // and hasn't gone back
		slot, gone := h.slot[other], h.gone(h.known, other, cell)
		return slot >= 0 && gone != never && max(gone, h.gone(h.known, f.node, cell)).plus(f.lag) <= 0 && h.back[h.point(slot, cell, down)] > t
	}
	sum := 0.0
	for i := range d.flows {
		f := &d.flows[i]
		if !came(f, f.node) {
			continue
		}
		rest := 1.0
		for k, rival := range f.rivals {
			if came(f, rival) {
				rest -= f.parts[k]
			}
		}
		sum += f.users * f.part / max(rest, f.part) // as in come
	}
	return sum
}

// arrival is a point that can be back at a time, and what came last before it.
type arrival struct {
	at    instant
	point int
	via   int
	part  int // of a load; see regained
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
