package impact_test

import (
	"time"

	"tocsin/catalog"
)

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
