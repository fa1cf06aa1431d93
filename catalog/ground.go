package catalog

import "slices"

// ground is which region lies in which, worked out once: judgement asks
// millions of times.
type ground struct {
	number map[RegionID]int
	within []uint64 // a row of bits for each region: those in which it lies
	words  int      // of a row
}

func (g *ground) set(id, in int) { g.within[id*g.words+in/64] |= 1 << (in % 64) }

func (g *ground) has(id, in int) bool { return g.within[id*g.words+in/64]>>(in%64)&1 == 1 }

// survey fills the ground. Most pairs are found by walking up the tree; those
// with an area by asking.
func (e *Edition) survey() ground {
	all := e.regions.all
	g := ground{number: make(map[RegionID]int, len(all)), words: (len(all) + 63) / 64}
	g.within = make([]uint64, len(all)*g.words)
	var areas []int
	for i, r := range all {
		g.number[r.ID] = i
		if r.Level == Area {
			areas = append(areas, i)
		}
	}
	for i, r := range all {
		for up := r; up != nil && up.Level != Area; up = e.regions.byID[up.Parent] {
			g.set(i, g.number[up.ID])
		}
	}
	for _, a := range areas {
		for i, r := range all {
			if e.lies(r.ID, all[a].ID) {
				g.set(i, a)
			}
			if e.lies(all[a].ID, r.ID) {
				g.set(a, i)
			}
		}
	}
	return g
}

// Within tells whether a place lies in another, or is it. An area lies in
// another region when all of its members do; a division lies in the areas that
// name it.
func (e *Edition) Within(id, in RegionID) bool {
	if id == in {
		return true
	}
	a, known := e.ground.number[id]
	if !known {
		return false
	}
	b, known := e.ground.number[in]
	return known && e.ground.has(a, b)
}

// lies is Within by its definition. Areas are made of regions, not of areas.
func (e *Edition) lies(id, in RegionID) bool {
	if id == in {
		return true
	}
	a, b := e.regions.byID[id], e.regions.byID[in]
	inner := func(m RegionID) bool { r := e.regions.byID[m]; return r != nil && r.Level != Area }
	switch {
	case a == nil || b == nil:
		return false
	case b.Level == Area:
		return slices.ContainsFunc(b.Members, func(m RegionID) bool { return inner(m) && e.lies(id, m) })
	case a.Level == Area:
		return !slices.ContainsFunc(a.Members, func(m RegionID) bool { return !inner(m) || !e.lies(m, in) })
	}
	return a.Parent != "" && e.lies(a.Parent, in)
}
