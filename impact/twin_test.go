package impact_test

import (
	"maps"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

// twin answers the same question slowly and obviously: it plays the time from
// the first failure on, leaf by leaf, and at every moment goes round all nodes
// until nothing changes. It knows no cells, no worklist and no k-th smallest.
type twin struct {
	ed     *catalog.Edition
	fails  []impact.Failure
	now    time.Time
	leaves []catalog.RegionID
	known  *course // the unknown is up
	feared *course // the unknown is down
}

// spot is a node in a leaf region.
type spot struct {
	node catalog.NodeID
	leaf catalog.RegionID
}

// supply is a requirement of a node in a leaf region.
type supply struct {
	spot
	group int
}

// course is how bad things are under one reading of the unknown (0 up,
// 1 degraded, 2 down), and since when.
type course struct {
	level  map[spot]int
	since  map[spot][3]time.Time // by level; the zero time is never
	own    map[spot][3]time.Time
	short  map[supply][3]time.Time // when a group got so bad, holdover not counted
	events map[time.Time]bool
}

func newTwin(ed *catalog.Edition, fails []impact.Failure, now time.Time) *twin {
	w := &twin{ed: ed, fails: fails, now: now}
	for _, r := range ed.Regions() {
		if r.Level != catalog.Area && len(ed.Children(r.ID)) == 0 {
			w.leaves = append(w.leaves, r.ID)
		}
	}
	w.known = w.play(false)
	w.feared = w.play(true)
	return w
}

func (w *twin) exists(n catalog.NodeID, leaf catalog.RegionID) bool {
	return slices.ContainsFunc(w.ed.Node(n).Regions, func(r catalog.RegionID) bool { return w.ed.Within(leaf, r) })
}

// lookAt is the leaves in which a member counts for a needer in some leaf.
func (w *twin) lookAt(n catalog.NodeID, in func(catalog.RegionID) bool) []catalog.RegionID {
	var there, all []catalog.RegionID
	for _, leaf := range w.leaves {
		if !w.exists(n, leaf) {
			continue
		}
		all = append(all, leaf)
		if in(leaf) {
			there = append(there, leaf)
		}
	}
	if len(there) == 0 {
		return all
	}
	return there
}

func (w *twin) place(r *catalog.Requirement, leaf catalog.RegionID) func(catalog.RegionID) bool {
	return func(l catalog.RegionID) bool {
		if r.At != "" {
			return w.ed.Within(l, r.At)
		}
		return l == leaf
	}
}

func (w *twin) play(feared bool) *course {
	p := &course{
		level: map[spot]int{}, since: map[spot][3]time.Time{}, own: map[spot][3]time.Time{},
		short: map[supply][3]time.Time{}, events: map[time.Time]bool{},
	}
	for _, f := range w.fails {
		if !f.Since.After(w.now) {
			p.events[f.Since] = true
		}
	}
	for len(p.events) > 0 {
		at := slices.SortedFunc(maps.Keys(p.events), time.Time.Compare)[0]
		delete(p.events, at)
		for w.round(p, at, feared) {
		}
	}
	return p
}

// round goes once over everything at a moment, and tells whether it got worse.
func (w *twin) round(p *course, at time.Time, feared bool) bool {
	worse := false
	for _, n := range w.ed.Nodes() {
		for _, leaf := range w.leaves {
			if !w.exists(n.ID, leaf) {
				continue
			}
			s := spot{n.ID, leaf}
			own := w.own(s, at, feared)
			mark(p.own, s, own, at)
			bad := own
			for g := range n.Needs {
				bad = max(bad, w.felt(p, supply{s, g}, at))
			}
			if bad > p.level[s] {
				p.level[s] = bad
				mark(p.since, s, bad, at)
				worse = true
			}
		}
	}
	return worse
}

// mark notes the first time that something was so bad.
func mark[K comparable](m map[K][3]time.Time, k K, bad int, at time.Time) bool {
	times, fresh := m[k], false
	for l := 1; l <= bad; l++ {
		if times[l].IsZero() {
			times[l], fresh = at, true
		}
	}
	m[k] = times
	return fresh
}

func (w *twin) own(s spot, at time.Time, feared bool) int {
	bad := 0
	for _, f := range w.fails {
		if f.Node != s.node || f.Since.After(at) || f.Since.After(w.now) || f.Region != "" && !w.ed.Within(s.leaf, f.Region) {
			continue
		}
		switch {
		case f.State == catalog.Degraded:
			bad = max(bad, 1)
		case f.State == catalog.Down, f.State == catalog.Unknown && feared:
			bad = 2
		}
	}
	return bad
}

// felt is what a group does to its needer at a moment.
func (w *twin) felt(p *course, s supply, at time.Time) int {
	r := &w.ed.Node(s.node).Needs[s.group]
	if mark(p.short, s, w.supplied(p, r, w.place(r, s.leaf)), at) {
		p.events[at.Add(r.Holdover)] = true
	}
	bad := 0
	for l := 1; l <= 2; l++ {
		if t := p.short[s][l]; !t.IsZero() && !at.Before(t.Add(r.Holdover)) {
			bad = l
		}
	}
	if r.Lost == catalog.Degraded {
		bad = min(bad, 1)
	}
	return bad
}

// supplied is how bad a group is by counting its members.
func (w *twin) supplied(p *course, r *catalog.Requirement, in func(catalog.RegionID) bool) int {
	up, alive := 0, 0
	for _, m := range r.Members {
		worst, best := 0, 2
		for _, leaf := range w.lookAt(m, in) {
			worst = max(worst, p.level[spot{m, leaf}])
			best = min(best, p.level[spot{m, leaf}])
		}
		if worst == 0 {
			up++
		}
		if best < 2 {
			alive++
		}
	}
	switch {
	case up >= r.AtLeast:
		return 0
	case alive >= r.AtLeast:
		return 1
	}
	return 2
}

// view is what the twin expects of a spot at the time asked for.
type view struct {
	state        catalog.State
	since, fails time.Time
	course       *course
	level        int
}

func (w *twin) view(s spot) view {
	k, f := w.known.since[s], w.feared.since[s]
	past := func(t time.Time) bool { return !t.IsZero() && !t.After(w.now) }
	switch {
	case past(k[2]):
		return view{catalog.Down, k[2], time.Time{}, w.known, 2}
	case past(k[1]):
		return view{catalog.Degraded, k[1], k[2], w.known, 1}
	case past(f[1]):
		return view{catalog.Unknown, f[1], k[1], w.feared, 1}
	}
	return view{catalog.Up, time.Time{}, k[1], w.known, 1}
}

// step is the length of the shortest explanation of a spot, and its first name.
type step struct {
	hops int
	next catalog.NodeID
}

// steps finds all shortest explanations at a level by going round until nothing
// gets shorter.
func (w *twin) steps(p *course, level int) map[spot]step {
	found := map[spot]step{}
	for again := true; again; {
		again = false
		for s, since := range p.since {
			t := since[level]
			if t.IsZero() {
				continue
			}
			old, had := found[s]
			best, ok := step{}, true
			if !p.own[s][level].Equal(t) {
				best, ok = w.nearest(p, s, level, found)
			}
			if ok && (!had || old != best) {
				found[s], again = best, true
			}
		}
	}
	return found
}

func (w *twin) nearest(p *course, s spot, level int, found map[spot]step) (best step, ok bool) {
	for g := range w.ed.Node(s.node).Needs {
		r := &w.ed.Node(s.node).Needs[g]
		due := p.short[supply{s, g}][level]
		if level == 2 && r.Lost == catalog.Degraded || due.IsZero() || !due.Add(r.Holdover).Equal(p.since[s][level]) {
			continue
		}
		for _, m := range r.Members {
			leaves := w.lookAt(m, w.place(r, s.leaf))
			late := func(l catalog.RegionID) bool {
				t := p.since[spot{m, l}][level]
				return t.IsZero() || t.After(due)
			}
			if level == 2 && slices.ContainsFunc(leaves, late) {
				continue // still alive somewhere, so not yet down
			}
			for _, l := range leaves {
				via, is := found[spot{m, l}]
				if late(l) || !is {
					continue
				}
				if !ok || via.hops+1 < best.hops || via.hops+1 == best.hops && m < best.next {
					best, ok = step{via.hops + 1, m}, true
				}
			}
		}
	}
	return best, ok
}

// advice checks a node's fallbacks in a region by the same counting.
func (w *twin) advice(n catalog.NodeID, region catalog.RegionID) []incident.Advice {
	in := func(l catalog.RegionID) bool { return w.ed.Within(l, region) }
	isDown := func(m catalog.NodeID, in func(catalog.RegionID) bool) bool {
		return !slices.ContainsFunc(w.lookAt(m, in), func(l catalog.RegionID) bool {
			t := w.known.since[spot{m, l}][2]
			return t.IsZero() || t.After(w.now)
		})
	}
	var out []incident.Advice
	for _, f := range w.ed.Node(n).Fallbacks {
		fits := true
		for _, m := range f.OnlyIf.Up {
			fits = fits && !isDown(m, in)
		}
		for _, m := range f.OnlyIf.Down {
			fits = fits && isDown(m, in)
		}
		if !fits {
			continue
		}
		a := incident.Advice{Text: f.Text, Stands: true}
		for _, r := range f.Needs {
			where := in
			if r.At != "" {
				where = w.place(&r, "")
			}
			var gone []catalog.NodeID
			for _, m := range r.Members {
				if isDown(m, where) {
					gone = append(gone, m)
				}
			}
			if len(r.Members)-len(gone) < r.AtLeast {
				a.Stands = false
				a.Lost = append(a.Lost, gone...)
			}
		}
		slices.Sort(a.Lost)
		a.Lost = slices.Compact(a.Lost)
		out = append(out, a)
	}
	return out
}
