package attribute

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/evidence"
)

// survey is a map of counts to search: places by subjects.
type survey struct {
	ed       *catalog.Edition
	places   []catalog.RegionID // in the order of their ids
	subjects []evidence.Subject // in order
	count    []float64          // by place, then subject
	usual    []float64
	*ground
	lnFact []float64
	scratch
}

// node is a region of the tree, or an area beside it, with its places.
type node struct {
	region catalog.RegionID
	places []int
}

// survey lays out the cells; nil if there are none.
func (e *Engine) survey(cells []Cell) *survey {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool {
		return !(c.Count >= 0 && c.Expected >= 0) || math.IsInf(c.Count+c.Expected, 0) || e.ed.Region(c.Region) == nil
	})
	if len(cells) == 0 {
		return nil
	}
	slices.SortFunc(cells, func(a, b Cell) int { // sums must not depend on the order
		return cmp.Or(strings.Compare(string(a.Region), string(b.Region)), strings.Compare(string(a.Subject), string(b.Subject)),
			cmp.Compare(a.Count, b.Count), cmp.Compare(a.Expected, b.Expected))
	})
	s := &survey{ed: e.ed}
	for _, c := range cells {
		s.places, s.subjects = append(s.places, c.Region), append(s.subjects, c.Subject)
	}
	slices.Sort(s.subjects)
	s.places, s.subjects = slices.Compact(s.places), slices.Compact(s.subjects)
	m := len(s.subjects)
	s.count, s.usual = make([]float64, len(s.places)*m), make([]float64, len(s.places)*m)
	at := 0
	for _, c := range cells {
		for s.places[at] != c.Region {
			at++
		}
		j, _ := slices.BinarySearch(s.subjects, c.Subject)
		s.count[at*m+j] += c.Count
		s.usual[at*m+j] += c.Expected
	}
	n := max(len(s.places), m, nearest)
	s.lnFact = make([]float64, n+1)
	for i := 2; i <= n; i++ {
		s.lnFact[i] = s.lnFact[i-1] + math.Log(float64(i))
	}
	s.ground = e.groundOf(s.places)
	s.scratch = newScratch(len(s.places), m)
	return s
}

// above is the region that a region's small places are named by.
func (s *survey) above(id catalog.RegionID) catalog.RegionID {
	r, root := s.ed.Region(id), s.ed.Root()
	switch {
	case r.Parent != "" && s.ed.Region(r.Parent) != nil:
		return r.Parent
	case id != root:
		return root // an area, or the top of another tree
	}
	return ""
}

// small is a place, or several by the name of a region around them, that was
// picked.
type small struct {
	region       catalog.RegionID
	count, usual float64
	rolled       bool
}

// name gives the regions of an area. Places that were picked one by one, and
// are too small to speak for themselves, go by the region around them, up the
// tree until there is enough; rolled are those regions.
func (s *survey) name(f found) (regions, rolled []catalog.RegionID) {
	m := len(s.subjects)
	var picked []small
	for _, i := range f.places {
		p := small{region: s.places[i]}
		for _, j := range f.subjects {
			p.count, p.usual = p.count+s.count[i*m+j], p.usual+s.usual[i*m+j]
		}
		picked = append(picked, p)
	}
	for f.picked {
		i := s.quietest(picked)
		if i < 0 {
			break
		}
		p := picked[i]
		p.region, p.rolled = s.above(p.region), true
		picked = slices.Delete(picked, i, i+1)
		if k := slices.IndexFunc(picked, func(o small) bool { return o.region == p.region }); k >= 0 {
			p.count, p.usual = p.count+picked[k].count, p.usual+picked[k].usual
			picked = slices.Delete(picked, k, k+1)
		}
		picked = append(picked, p)
	}
	for _, p := range picked {
		regions = append(regions, p.region)
		if p.rolled {
			rolled = append(rolled, p.region)
		}
	}
	slices.Sort(regions)
	slices.Sort(rolled)
	return regions, rolled
}

// quietest finds the deepest place that is too small to speak for itself, -1 if
// there is none.
func (s *survey) quietest(picked []small) int {
	deepest, at := 0, -1
	for i, p := range picked {
		if p.usual >= smallPlace || p.count >= loudPlace {
			continue
		}
		depth := 0
		for id := s.above(p.region); id != ""; id = s.above(id) {
			depth++
		}
		if depth > deepest {
			deepest, at = depth, i
		}
	}
	return at
}

// whole names an area by the fewest regions: one of the tree in place of all
// that is counted inside it. What was rolled up keeps its name.
func (s *survey) whole(f found, regions, rolled []catalog.RegionID) []catalog.RegionID {
	in := make([]bool, len(s.places))
	for _, i := range f.places {
		in[i] = slices.Contains(regions, s.places[i])
	}
	var names []catalog.RegionID
	covered := make([]bool, len(s.places))
	for _, n := range s.nodes {
		full := !slices.ContainsFunc(n.places, func(i int) bool { return !in[i] })
		if full && slices.ContainsFunc(n.places, func(i int) bool { return !covered[i] }) {
			names = append(names, n.region)
			for _, i := range n.places {
				covered[i] = true
			}
		}
	}
	for _, i := range f.places {
		if in[i] && !covered[i] {
			names = append(names, s.places[i])
		}
	}
	names = append(names, rolled...)
	slices.Sort(names)
	return slices.Compact(names)
}

// ground is the geography of places: it depends on the edition alone.
type ground struct {
	regions []catalog.RegionID
	nodes   []node  // regions that hold several places, the widest first
	near    [][]int // the nearest places of each place, itself first and alone where its centre isn't known
}

// groundOf gives the geography of places, the last one's again if they are the
// same.
func (e *Engine) groundOf(places []catalog.RegionID) *ground {
	if e.ground == nil || !slices.Equal(e.ground.regions, places) {
		e.ground = &ground{regions: places, nodes: e.nodesOf(places), near: e.nearestPlaces(places)}
	}
	return e.ground
}

// nodesOf lists the regions that hold several places, each set of places once,
// by its narrowest region.
func (e *Engine) nodesOf(places []catalog.RegionID) []node {
	var nodes []node
	for _, r := range e.ed.Regions() {
		if r.Level == catalog.Division {
			continue
		}
		n := node{region: r.ID}
		for i, p := range places {
			if e.ed.Within(p, r.ID) {
				n.places = append(n.places, i)
			}
		}
		if len(n.places) < 2 {
			continue
		}
		same := slices.IndexFunc(nodes, func(o node) bool { return slices.Equal(o.places, n.places) })
		switch {
		case same < 0:
			nodes = append(nodes, n)
		case e.ed.Within(n.region, nodes[same].region):
			nodes[same] = n
		}
	}
	slices.SortFunc(nodes, func(a, b node) int {
		return cmp.Or(len(b.places)-len(a.places), strings.Compare(string(a.region), string(b.region)))
	})
	return nodes
}

// nearestPlaces lists for each place the places nearest to it, itself first,
// and nothing else where its centre isn't known.
func (e *Engine) nearestPlaces(places []catalog.RegionID) [][]int {
	type point struct{ x, y, z float64 }
	points := make([]point, len(places))
	near := make([][]int, len(places))
	var known []int
	for i, p := range places {
		r := e.ed.Region(p)
		if r.Lat == 0 && r.Lon == 0 {
			near[i] = []int{i} // the catalogue has no centre of it
			continue
		}
		known = append(known, i)
		lat, lon := r.Lat*math.Pi/180, r.Lon*math.Pi/180
		points[i] = point{math.Cos(lat) * math.Cos(lon), math.Cos(lat) * math.Sin(lon), math.Sin(lat)}
	}
	for _, i := range known {
		p := points[i]
		var top [nearest]int
		var far [nearest]float64
		n := 0
		for _, k := range known {
			q := points[k]
			d := (p.x-q.x)*(p.x-q.x) + (p.y-q.y)*(p.y-q.y) + (p.z-q.z)*(p.z-q.z)
			if k == i {
				d = -1 // itself first, whoever shares the spot
			}
			if n == nearest && d >= far[n-1] {
				continue
			}
			at := min(n, nearest-1)
			for ; at > 0 && far[at-1] > d; at-- {
				top[at], far[at] = top[at-1], far[at-1]
			}
			top[at], far[at] = k, d
			n = min(n+1, nearest)
		}
		near[i] = slices.Clone(top[:n])
	}
	return near
}
