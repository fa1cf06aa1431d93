package impact

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

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
