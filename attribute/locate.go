package attribute

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"tocsin/catalog"
	"tocsin/evidence"
)

// Figures of the search for areas; see DESIGN.md, "Localisation".
const (
	// smallPlace is the expected count below which a cell says nothing of its own
	// place: it is counted with the other small ones of the region above.
	smallPlace = 0.5
	// leastUsual keeps likelihoods finite where nothing was ever reported.
	leastUsual = 1e-3
	// nearest is how many places round a centre may make an area.
	nearest = 30
	// leastScore is the least score of an area: where nothing is wrong, one search
	// in a thousand goes beyond it, whatever the number of places, subjects and
	// reports. By replicas and a Gumbel fit; TestLeastScore measures it.
	leastScore = 4.0
	// mostAreas are looked for: a map with more is one of the whole country.
	mostAreas = 5
	// The multiplier of the usual counts, as Gamma(shape, rate): 1 give or take a
	// tenth where nothing is wrong, since no baseline is exact; 4 in the mean, and
	// from 1 to 9 in nine cases of ten, where something is.
	nullShape, nullRate   = 100.0, 100.0
	alarmShape, alarmRate = 2.0, 0.5
)

// Cell is what was counted about one subject in one region over a window,
// beside what is usual there at such a time.
type Cell struct {
	Region          catalog.RegionID
	Subject         evidence.Subject
	Count, Expected float64
}

// Area is a set of regions and subjects in which more is counted than usual.
type Area struct {
	// Regions are those of the cells, in the order of their ids. One that is in
	// RolledUp too stands for its small places together: something is wrong in at
	// least one of them, and the counts can't tell in which.
	Regions  []catalog.RegionID
	RolledUp []catalog.RegionID
	// Whole says the same as Regions in the fewest names: a province in place of
	// all of its divisions. AtLeast are those of them that are named for their
	// small places alone: "at least somewhere in this province".
	Whole           []catalog.RegionID
	AtLeast         []catalog.RegionID
	Subjects        []evidence.Subject
	Count, Expected float64
	Score           float64 // log-likelihood ratio, nats, less what the choice of the area costs
	P               float64 // probability that more is wrong here than chance
	People          int     // who live there, as far as it is known
	Severity        float64 // the part of the count that is beyond the usual, 0 to 1
	Share           float64 // People × Severity as a part of the country's population
}

// Factor is how many times the usual was counted.
func (a Area) Factor() float64 { return a.Count / math.Max(a.Expected, leastUsual) }

// Locate finds the areas in which more is counted than usual, the strongest
// first: expectation-based Poisson scan over the region tree, over discs round
// each place and over subsets of both, by subsets of the subjects. The order of
// the cells makes no difference; cells that stand twice are added.
func (e *Engine) Locate(cells []Cell) []Area {
	s := e.survey(cells)
	if s == nil {
		return nil
	}
	var areas []Area
	for len(areas) < mostAreas {
		f := s.search(leastScore)
		if len(f.places) == 0 {
			break
		}
		a := s.area(f)
		if a.P >= Possible {
			areas = append(areas, a)
		}
		s.remove(f)
	}
	return areas
}

// excess is the log-likelihood ratio of a count against what is usual, each
// Poisson: nothing unless it is more.
func excess(count, usual float64) float64 {
	usual = max(usual, leastUsual)
	if !(count > usual) {
		return 0
	}
	return count*math.Log(count/usual) + usual - count
}

// survey is a map of counts to search.
type survey struct {
	ed       *catalog.Edition
	places   []place
	subjects []evidence.Subject
	count    []float64 // by place, then subject
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

// place is where cells lie after small ones were rolled up.
type place struct {
	region catalog.RegionID
	rolled bool
	of     []catalog.RegionID // whose cells lie here
}

// survey lays out the cells; nil if there are none.
func (e *Engine) survey(cells []Cell) *survey {
	cells = slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool {
		return !(c.Count >= 0 && c.Expected >= 0) || math.IsInf(c.Count+c.Expected, 0) || e.ed.Region(c.Region) == nil
	})
	if len(cells) == 0 {
		return nil
	}
	s := &survey{ed: e.ed}
	for _, c := range cells {
		s.subjects = append(s.subjects, c.Subject)
	}
	slices.Sort(s.subjects)
	s.subjects = slices.Compact(s.subjects)
	s.roll(cells)
	n := max(len(s.places), len(s.subjects), nearest)
	s.lnFact = make([]float64, n+1)
	for i := 2; i <= n; i++ {
		s.lnFact[i] = s.lnFact[i-1] + math.Log(float64(i))
	}
	s.ground = e.groundOf(s.places)
	s.scratch = newScratch(len(s.places), len(s.subjects))
	return s
}

// roll fills the map from the cells, deepest regions first, and carries what is
// too small to speak for its own place up the tree.
func (s *survey) roll(cells []Cell) {
	at := map[catalog.RegionID]int{}
	var all []place
	var depth []int
	var add func(id catalog.RegionID) int
	add = func(id catalog.RegionID) int {
		if i, ok := at[id]; ok {
			return i
		}
		d := 0
		if up := s.above(id); up != "" {
			d = depth[add(up)] + 1
		}
		at[id] = len(all)
		all, depth = append(all, place{region: id}), append(depth, d)
		return at[id]
	}
	for _, c := range cells {
		add(c.Region)
	}
	m := len(s.subjects)
	count, usual := make([]float64, len(all)*m), make([]float64, len(all)*m)
	slices.SortFunc(cells, func(a, b Cell) int { // sums must not depend on the order
		return cmp.Or(strings.Compare(string(a.Region), string(b.Region)), strings.Compare(string(a.Subject), string(b.Subject)),
			cmp.Compare(a.Count, b.Count), cmp.Compare(a.Expected, b.Expected))
	})
	for _, c := range cells {
		i := at[c.Region]
		j, _ := slices.BinarySearch(s.subjects, c.Subject)
		count[i*m+j] += c.Count
		usual[i*m+j] += c.Expected
		if !slices.Contains(all[i].of, c.Region) {
			all[i].of = append(all[i].of, c.Region)
		}
	}
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(depth[b]-depth[a], strings.Compare(string(all[a].region), string(all[b].region)))
	})
	for _, i := range order {
		if up := s.above(all[i].region); up != "" {
			s.carry(all, i, at[up], count, usual)
		}
	}
	s.keep(all, order, count, usual)
}

// carry moves the small cells of one region to the region above it.
func (s *survey) carry(all []place, i, up int, count, usual []float64) {
	m := len(s.subjects)
	for j := range m {
		from, to := i*m+j, up*m+j
		if usual[from] >= smallPlace || (count[from] == 0 && usual[from] == 0) {
			continue
		}
		count[to] += count[from]
		usual[to] += usual[from]
		count[from], usual[from] = 0, 0
		all[up].rolled = true
		for _, id := range all[i].of {
			if !slices.Contains(all[up].of, id) {
				all[up].of = append(all[up].of, id)
			}
		}
	}
}

// keep takes over the places that still hold something, by their ids.
func (s *survey) keep(all []place, order []int, count, usual []float64) {
	m := len(s.subjects)
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(string(all[a].region), string(all[b].region)) })
	for _, i := range order {
		row, base := count[i*m:(i+1)*m], usual[i*m:(i+1)*m]
		if slices.ContainsFunc(row, positive) || slices.ContainsFunc(base, positive) {
			s.places = append(s.places, all[i])
			s.count = append(s.count, row...)
			s.usual = append(s.usual, base...)
		}
	}
}

func positive(v float64) bool { return v > 0 }

// above is the region that a region's small cells go to.
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

// area tells of what was found.
func (s *survey) area(f found) Area {
	a := Area{Count: f.count, Expected: f.usual, Score: f.score, P: belief(f.count, f.usual, f.cost)}
	var of []catalog.RegionID
	for _, i := range f.places {
		p := s.places[i]
		a.Regions = append(a.Regions, p.region)
		if p.rolled {
			a.RolledUp = append(a.RolledUp, p.region)
		}
		of = append(of, p.of...)
	}
	for _, j := range f.subjects {
		a.Subjects = append(a.Subjects, s.subjects[j])
	}
	a.Whole, a.AtLeast = s.whole(f.places)
	a.People = s.people(of)
	a.Severity = 1 - math.Min(1, f.usual/f.count)
	if r := s.ed.Region(s.ed.Root()); r != nil && r.Counted && r.Population > 0 {
		a.Share = float64(a.People) * a.Severity / float64(r.Population)
	}
	return a
}

// people counts who live in regions, nobody twice.
func (s *survey) people(of []catalog.RegionID) int {
	slices.Sort(of)
	of = slices.Compact(of)
	sum := 0
	for _, id := range of {
		inside := slices.ContainsFunc(of, func(o catalog.RegionID) bool { return o != id && s.ed.Within(id, o) })
		if r := s.ed.Region(id); r.Counted && !inside {
			sum += r.Population
		}
	}
	return sum
}

// belief is the probability that the multiplier of the usual counts is that of
// an alarm: the Gamma-Poisson odds in closed form, less what it costs to choose
// this area among all.
func belief(count, usual, cost float64) float64 {
	return 1 / (1 + math.Exp(cost-marginal(count, usual, alarmShape, alarmRate)+marginal(count, usual, nullShape, nullRate)))
}

// marginal is the log-likelihood of a count whose mean is the usual one times a
// Gamma multiplier, without the terms that every multiplier shares.
func marginal(count, usual, shape, rate float64) float64 {
	above, _ := math.Lgamma(shape + count)
	below, _ := math.Lgamma(shape)
	return above - below + shape*math.Log(rate) - (shape+count)*math.Log(rate+usual)
}

// whole names places by the fewest regions: one of the tree in place of all
// that is counted inside it. It tells too which are named for small places
// alone.
func (s *survey) whole(places []int) (names, atLeast []catalog.RegionID) {
	in := make([]bool, len(s.places))
	for _, i := range places {
		in[i] = true
	}
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
	for _, i := range places {
		if covered[i] {
			continue
		}
		names = append(names, s.places[i].region)
		if s.places[i].rolled {
			atLeast = append(atLeast, s.places[i].region)
		}
	}
	slices.Sort(names)
	return slices.Compact(names), atLeast
}
