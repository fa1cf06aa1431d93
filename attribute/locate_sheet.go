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
