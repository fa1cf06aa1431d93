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
	bare   map[supply][3]time.Time // when a group got so bad, its backup not counted
	short  map[supply][3]time.Time // when it did for all that its backup can do, holdover not counted
	flood  map[spot][3]time.Time   // when more came than there was room for, at level 1
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

func (w *twin) place(at, leaf catalog.RegionID) func(catalog.RegionID) bool {
	return func(l catalog.RegionID) bool {
		if at != "" {
			return w.ed.Within(l, at)
		}
		return l == leaf
	}
}

func (w *twin) play(feared bool) *course {
	p := &course{
		level: map[spot]int{}, since: map[spot][3]time.Time{}, own: map[spot][3]time.Time{},
		bare: map[supply][3]time.Time{}, short: map[supply][3]time.Time{}, flood: map[spot][3]time.Time{}, events: map[time.Time]bool{},
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
			if w.flooded(p, s, at) {
				mark(p.flood, s, 1, at)
				bad = max(bad, 1)
			}
			if bad > p.level[s] {
				p.level[s] = bad
				mark(p.since, s, bad, at)
				worse = true
				for _, m := range w.ed.Nodes() {
					for _, shift := range m.Shifts {
						if at.Add(shift.Lag).After(at) {
							p.events[at.Add(shift.Lag)] = true
						}
					}
				}
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
	bad := w.supplied(p, r.Members, r.AtLeast, w.place(r.At, s.leaf))
	if bad == 0 && w.thin(p, r, s.leaf) {
		bad = 1
	}
	if mark(p.bare, s, bad, at) && r.Backup != nil && r.Backup.Holdover > 0 {
		p.events[at.Add(r.Backup.Holdover)] = true
	}
	for bad > 0 && w.relieved(p, s, bad, at) {
		bad--
	}
	if mark(p.short, s, bad, at) && r.Holdover > 0 {
		p.events[at.Add(r.Holdover)] = true
	}
	bad = 0
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

// relieved tells whether a group's backup keeps its needer above a level.
func (w *twin) relieved(p *course, s supply, level int, at time.Time) bool {
	b := w.ed.Node(s.node).Needs[s.group].Backup
	switch {
	case b == nil || level == 1 && b.Serves == catalog.Degraded:
		return false
	case b.Holdover > 0 && !at.Before(p.bare[s][level].Add(b.Holdover)):
		return false
	}
	return w.supplied(p, b.Members, b.AtLeast, w.place(b.At, s.leaf)) < level
}

// supplied is how bad a group is by counting its members.
func (w *twin) supplied(p *course, members []catalog.NodeID, atLeast int, in func(catalog.RegionID) bool) int {
	up, alive := 0, 0
	for _, m := range members {
		worst, best := w.standing(p, m, in)
		if worst == 0 {
			up++
		}
		if best < 2 {
			alive++
		}
	}
	switch {
	case up >= atLeast:
		return 0
	case alive >= atLeast:
		return 1
	}
	return 2
}

// standing is how bad a node is where it is worst and where it is best.
func (w *twin) standing(p *course, n catalog.NodeID, in func(catalog.RegionID) bool) (worst, best int) {
	best = 2
	for _, leaf := range w.lookAt(n, in) {
		worst = max(worst, p.level[spot{n, leaf}])
		best = min(best, p.level[spot{n, leaf}])
	}
	return worst, best
}

// thin tells whether what is up of a group carries less than is needed.
func (w *twin) thin(p *course, r *catalog.Requirement, leaf catalog.RegionID) bool {
	carried := 0
	for i, share := range r.Shares {
		if worst, _ := w.standing(p, r.Members[i], w.place(r.At, leaf)); worst == 0 {
			carried += share
		}
	}
	return carried < r.Enough
}

// flooded tells whether more users have come to a spot than it has room for.
func (w *twin) flooded(p *course, s spot, at time.Time) bool {
	n := w.ed.Node(s.node)
	if n.Spare == nil {
		return false
	}
	come := func(x, y catalog.NodeID, lag time.Duration) bool {
		a, b := p.since[spot{x, s.leaf}][2], p.since[spot{y, s.leaf}][2]
		return !a.IsZero() && !b.IsZero() && !at.Before(a.Add(lag)) && !at.Before(b.Add(lag))
	}
	sum := 0.0
	for _, shift := range n.Shifts {
		if !come(shift.From, shift.From, shift.Lag) {
			continue
		}
		rest := 1.0
		for _, other := range w.ed.Nodes() {
			for _, o := range other.Shifts {
				if o.From == shift.From && other.ID != n.ID && come(shift.From, other.ID, shift.Lag) {
					rest -= o.Part
				}
			}
		}
		here, there := w.heads(n.ID), w.heads(shift.From)
		if here == 0 || there == 0 {
			here, there = w.leavesOf(n.ID), w.leavesOf(shift.From)
		}
		sum += float64(w.ed.Node(shift.From).People) * float64(here) / float64(there) * shift.Part / max(rest, shift.Part)
	}
	return sum > float64(n.Spare.Users)
}

// heads is how many people live where a node is; 0 if some aren't counted.
func (w *twin) heads(n catalog.NodeID) int {
	sum := 0
	for _, leaf := range w.leaves {
		if r := w.ed.Region(leaf); w.exists(n, leaf) {
			if !r.Counted {
				return 0
			}
			sum += r.Population
		}
	}
	return sum
}

func (w *twin) leavesOf(n catalog.NodeID) int {
	count := 0
	for _, leaf := range w.leaves {
		if w.exists(n, leaf) {
			count++
		}
	}
	return count
}

// people is how many are behind a node in a region.
func (w *twin) people(n catalog.NodeID, region catalog.RegionID) int {
	part, outside := 0, 0
	for _, leaf := range w.leaves {
		if !w.exists(n, leaf) {
			continue
		}
		if w.ed.Within(leaf, region) {
			part += w.ed.Region(leaf).Population
		} else {
			outside++
		}
	}
	if people := w.ed.Node(n).People; outside == 0 {
		return people
	} else if all := w.heads(n); all > 0 {
		return int(float64(people)*float64(part)/float64(all) + 0.5)
	}
	return 0
}

// view is what the twin expects of a spot at the time asked for.
type view struct {
	state        catalog.State
	since, fails time.Time
	course       *course
	level        int
	backup       []catalog.NodeID // that carries it
}

// listed tells whether anything is to be said of the spot.
func (v view) listed() bool { return v.state != catalog.Up || !v.fails.IsZero() || v.backup != nil }

func (w *twin) view(s spot) view {
	k, f := w.known.since[s], w.feared.since[s]
	backup := w.carrying(s)
	switch {
	case w.past(k[2]):
		return view{catalog.Down, k[2], time.Time{}, w.known, 2, backup}
	case w.past(k[1]):
		return view{catalog.Degraded, k[1], k[2], w.known, 1, backup}
	case w.past(f[1]):
		return view{catalog.Unknown, f[1], k[1], w.feared, 1, backup}
	}
	return view{catalog.Up, time.Time{}, k[1], w.known, 1, backup}
}

func (w *twin) past(t time.Time) bool { return !t.IsZero() && !t.After(w.now) }

// carrying is what carries a spot in place of a group that is worse now than
// what the spot gets.
func (w *twin) carrying(s spot) []catalog.NodeID {
	var out []catalog.NodeID
	for g, r := range w.ed.Node(s.node).Needs {
		for l := 1; l <= 2 && r.Backup != nil; l++ {
			if k := (supply{s, g}); !w.past(w.known.bare[k][l]) || w.past(w.known.short[k][l]) {
				continue
			}
			for _, m := range r.Backup.Members {
				if !w.isDown(m, w.place(r.Backup.At, s.leaf)) {
					out = append(out, m)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// isDown tells whether a node is known to be down now, wherever it is looked at.
func (w *twin) isDown(n catalog.NodeID, in func(catalog.RegionID) bool) bool {
	return !slices.ContainsFunc(w.lookAt(n, in), func(l catalog.RegionID) bool { return !w.past(w.known.since[spot{n, l}][2]) })
}

// step is the length of the shortest explanation of a spot, and its first name.
type step struct {
	hops int
	next catalog.NodeID
}

// choice is the better of the first steps that were tried; none if there was none.
type choice struct {
	step
	some bool
}

func (c *choice) try(via step, m catalog.NodeID) {
	if !c.some || via.hops+1 < c.hops || via.hops+1 == c.hops && m < c.next {
		*c = choice{step{via.hops + 1, m}, true}
	}
}

// steps finds all shortest explanations at a level by going round until nothing
// gets shorter.
func (w *twin) steps(p *course, level int) map[spot]step {
	found := map[spot]step{}
	swept := found
	if level == 1 {
		swept = w.steps(p, 2) // users leave what is down
	}
	for again := true; again; {
		again = false
		for s, since := range p.since {
			t := since[level]
			if t.IsZero() {
				continue
			}
			old, had := found[s]
			best := choice{some: true} // by itself
			if !p.own[s][level].Equal(t) {
				best = choice{}
				w.nearest(p, s, level, found, &best)
				if level == 1 && t.Equal(p.flood[s][1]) {
					w.swept(p, s, swept, &best)
				}
			}
			if best.some && (!had || old != best.step) {
				found[s], again = best.step, true
			}
		}
	}
	return found
}

func (w *twin) swept(p *course, s spot, found map[spot]step, best *choice) {
	for _, shift := range w.ed.Node(s.node).Shifts {
		gone := spot{shift.From, s.leaf}
		t := p.since[gone][2]
		if via, is := found[gone]; is && !t.IsZero() && !t.Add(shift.Lag).After(p.flood[s][1]) {
			best.try(via, shift.From)
		}
	}
}

func (w *twin) nearest(p *course, s spot, level int, found map[spot]step, best *choice) {
	for g := range w.ed.Node(s.node).Needs {
		r := &w.ed.Node(s.node).Needs[g]
		felt := p.short[supply{s, g}][level]
		if level == 2 && r.Lost == catalog.Degraded || felt.IsZero() || !felt.Add(r.Holdover).Equal(p.since[s][level]) {
			continue
		}
		w.through(p, supply{s, g}, level, found, best)
	}
}

// through looks for the nearest member of a group that was so bad when the
// group became it.
func (w *twin) through(p *course, s supply, level int, found map[spot]step, best *choice) {
	r := &w.ed.Node(s.node).Needs[s.group]
	due := p.bare[s][level]
	for _, m := range r.Members {
		leaves := w.lookAt(m, w.place(r.At, s.leaf))
		late := func(l catalog.RegionID) bool {
			t := p.since[spot{m, l}][level]
			return t.IsZero() || t.After(due)
		}
		if level == 2 && slices.ContainsFunc(leaves, late) {
			continue // still alive somewhere, so not yet down
		}
		for _, l := range leaves {
			if via, is := found[spot{m, l}]; is && !late(l) {
				best.try(via, m)
			}
		}
	}
}

// lean is the first step from a spot that is up on a backup to what fell.
func (w *twin) lean(s spot) step {
	found := w.steps(w.known, 1)
	var best choice
	for g, r := range w.ed.Node(s.node).Needs {
		if r.Backup != nil && w.past(w.known.bare[supply{s, g}][1]) {
			w.through(w.known, supply{s, g}, 1, found, &best)
		}
	}
	return best.step
}

// advice checks a node's fallbacks in a region by the same counting.
func (w *twin) advice(n catalog.NodeID, region catalog.RegionID) []incident.Advice {
	in := func(l catalog.RegionID) bool { return w.ed.Within(l, region) }
	where := func(at catalog.RegionID) func(catalog.RegionID) bool {
		if at != "" {
			return w.place(at, "")
		}
		return in
	}
	gone := func(members []catalog.NodeID, at catalog.RegionID) (out []catalog.NodeID) {
		for _, m := range members {
			if w.isDown(m, where(at)) {
				out = append(out, m)
			}
		}
		return out
	}
	var out []incident.Advice
	for _, f := range w.ed.Node(n).Fallbacks {
		if !w.fits(f.OnlyIf, in) {
			continue
		}
		a := incident.Advice{Text: f.Text, Stands: true}
		for _, r := range f.Needs {
			lost := gone(r.Members, r.At)
			b := r.Backup
			helps := b != nil && len(b.Members)-len(gone(b.Members, b.At)) >= b.AtLeast
			if len(r.Members)-len(lost) < r.AtLeast && !helps {
				a.Stands = false
				a.Lost = append(a.Lost, lost...)
			}
		}
		slices.Sort(a.Lost)
		a.Lost = slices.Compact(a.Lost)
		out = append(out, a)
	}
	return out
}

// fits tells whether a situation is the one that advice is for.
func (w *twin) fits(c catalog.Condition, in func(catalog.RegionID) bool) bool {
	fits := true
	for _, m := range c.Up {
		fits = fits && !w.isDown(m, in)
	}
	for _, m := range c.Down {
		fits = fits && w.isDown(m, in)
	}
	for _, m := range c.Attached {
		fits = fits && !w.isDown(m, in) && w.isDown(w.ed.Node(m).Attaches, in)
	}
	return fits
}
