package attribute

import (
	"cmp"
	"math"
	"slices"
)

// found is the best area of a search.
type found struct {
	picked           bool  // places were picked one by one, not by a shape
	places, subjects []int // in ascending order
	count, usual     float64
	cost             float64 // of choosing it among all areas
	score            float64 // excess less cost
}

// scratch is what the search writes to, made once.
type scratch struct {
	byPlace, bySubject sums
	taken              []int       // subjects of the present step
	chosen             []int       // places of the present step
	choices            [][]float64 // see [survey.choice]
	kinds              []float64   // see [survey.services]
	most               []float64   // see [survey.bound]
}

// sums are counts along one dimension of the map, and the order of their
// ratios.
type sums struct {
	count, usual, ratio []float64
	order               []int
}

func newScratch(places, subjects int) scratch {
	make1 := func(n int) sums {
		return sums{
			count: make([]float64, 0, n), usual: make([]float64, 0, n), ratio: make([]float64, 0, n), order: make([]int, 0, n),
		}
	}
	return scratch{
		byPlace: make1(places), bySubject: make1(subjects),
		taken: make([]int, 0, subjects), chosen: make([]int, 0, places),
		choices: make([][]float64, max(places, subjects, nearest)+1), most: make([]float64, places),
	}
}

// reset empties the sums and makes room for n of them.
func (s *sums) reset(n int) {
	s.count, s.usual, s.ratio = s.count[:n], s.usual[:n], s.ratio[:n]
	clear(s.count)
	clear(s.usual)
}

// rank orders those sums that are more than usual by count over usual, the
// largest first; no others can add to a score. By the linear-time property of
// this score (Neill 2012), the best of all subsets is a prefix of that order.
func (s *sums) rank() {
	s.order = s.order[:0]
	for i, c := range s.count {
		if b := max(s.usual[i], leastUsual); c > b {
			s.ratio[i] = c / b
			s.order = append(s.order, i)
		}
	}
	if len(s.order) > 2*nearest {
		slices.SortFunc(s.order, func(a, b int) int { return cmp.Or(cmp.Compare(s.ratio[b], s.ratio[a]), a-b) })
		return
	}
	for k := 1; k < len(s.order); k++ { // few: a plain insertion is the fastest
		i := s.order[k]
		at := k
		for ; at > 0 && s.ratio[s.order[at-1]] < s.ratio[i]; at-- {
			s.order[at] = s.order[at-1]
		}
		s.order[at] = i
	}
}

// complete puts what is as usual behind the order of rank, so that all
// together may be chosen too.
func (s *sums) complete() {
	for i, c := range s.count {
		if !(c > max(s.usual[i], leastUsual)) {
			s.order = append(s.order, i)
		}
	}
}

// prefix finds the prefix of the order whose excess, less the cost of choosing
// so many, is the largest. It gives its length and that difference.
func (s *sums) prefix(cost []float64) (length int, score float64) {
	c, b, score := 0.0, 0.0, math.Inf(-1)
	for n, i := range s.order {
		c += s.count[i]
		b += s.usual[i]
		if v := excess(c, b) - cost[n+1]; v > score {
			length, score = n+1, v
		}
	}
	return length, score
}

// choice is the cost of choosing some of n places, by how many: how many, and
// which.
func (s *survey) choice(n int) []float64 {
	if s.choices[n] == nil {
		cost := make([]float64, n+1)
		for k := 1; k <= n; k++ {
			cost[k] = math.Log(float64(n)) + s.lnFact[n] - s.lnFact[k] - s.lnFact[n-k]
		}
		s.choices[n] = cost
	}
	return s.choices[n]
}

// services is the cost of choosing some of the subjects, by how many: all of
// them as likely as any fewer together, since a carrier mostly fails whole.
func (s *survey) services() []float64 {
	if s.kinds == nil {
		m := len(s.subjects)
		s.kinds = slices.Clone(s.choice(m))
		for k := range s.kinds {
			s.kinds[k] += math.Ln2
		}
		s.kinds[m] = math.Ln2
		if m == 1 {
			s.kinds[m] = 0
		}
	}
	return s.kinds
}

// discSum is 1 + 1/2 + … + 1/12, so that exp(-cost) of all sizes of discs adds
// up to 1.
const discSum = 3.1033

// families are the kinds of areas that are tried: whole regions of the tree,
// discs round a place, subsets of either. Each is as likely as the others.
const families = 3

// search finds the area whose excess over the cost of choosing it is the
// largest, and larger than least; the zero value if there is none. The costs
// are code lengths: over all areas, exp(-cost) adds up to no more than 1, so
// that no family wins by its size alone.
func (s *survey) search(least float64) found {
	best := found{score: least}
	kind := math.Log(families)
	s.bound()
	whole := kind + math.Log(float64(max(1, len(s.nodes))))
	subset := kind + math.Log(float64(len(s.places)+len(s.nodes)))
	sizes, disc := discs(), kind+math.Log(float64(len(s.places)))
	for _, n := range s.nodes {
		s.tryWhole(n.places, whole, &best)
		s.trySubsets(n.places, subset, &best)
	}
	for i, near := range s.near {
		if s.hopeful(i, near, min(disc, subset), best.score) {
			s.tryDiscs(near, sizes[:], disc, &best)
			s.trySubsets(near, subset, &best)
		}
	}
	slices.Sort(best.places)
	slices.Sort(best.subjects)
	return best
}

// hopeful tells whether an area round a place may beat a score. The strongest
// place of an area is a centre too, so quiet ones need not be; and an excess of
// parts together is at most the sum of theirs.
func (s *survey) hopeful(centre int, near []int, cost, score float64) bool {
	most := 0.0
	for _, i := range near {
		most += s.most[i]
	}
	return s.most[centre] > 0 && most-cost > score
}

// bound fills most with the excess of each place, cell by cell.
func (s *survey) bound() {
	m := len(s.subjects)
	for i := range s.most {
		s.most[i] = 0
		for j := i * m; j < (i+1)*m; j++ {
			s.most[i] += excess(s.count[j], s.usual[j])
		}
	}
}

// take makes an area the best one if it is.
func (s *survey) take(places, subjects []int, picked bool, cost float64, best *found) {
	f := found{cost: cost, picked: picked}
	m := len(s.subjects)
	for _, i := range places {
		for _, j := range subjects {
			f.count += s.count[i*m+j]
			f.usual += s.usual[i*m+j]
		}
	}
	f.score = excess(f.count, f.usual) - cost
	if f.count < loudPlace || f.score <= best.score || !picked && !s.even(places, subjects, f) {
		return
	}
	f.places, f.subjects = append(best.places[:0], places...), append(best.subjects[:0], subjects...)
	*best = f
}

// even tells whether a shape of several places holds without the few loudest
// ones that make up two thirds of its count. Else it would lend their
// complaints to their neighbours.
func (s *survey) even(places, subjects []int, f found) bool {
	if len(places) == 1 {
		return true
	}
	s.taken = append(s.taken[:0], subjects...)
	s.sumPlaces(places)
	by := &s.byPlace
	by.order = by.order[:0]
	for i := range by.count {
		by.order = append(by.order, i)
	}
	slices.SortFunc(by.order, func(a, b int) int { return cmp.Or(cmp.Compare(by.count[b], by.count[a]), a-b) })
	count, usual := f.count, f.usual
	for _, i := range by.order {
		if count <= f.count/3 {
			break
		}
		count, usual = count-by.count[i], usual-by.usual[i]
	}
	return belief(math.Max(0, count), math.Max(0, usual), 0) >= Possible
}

// tryWhole tries all places of a region, with the best subjects.
func (s *survey) tryWhole(places []int, cost float64, best *found) {
	s.sumSubjects(places)
	s.rankSubjects()
	s.pickSubjects(places, cost, best)
}

func (s *survey) rankSubjects() {
	s.bySubject.rank()
	s.bySubject.complete()
}

// pickSubjects tries places with the best prefix of the ranked subjects.
func (s *survey) pickSubjects(places []int, cost float64, best *found) {
	costs := s.services()
	if k, score := s.bySubject.prefix(costs); score-cost > best.score {
		s.take(places, s.bySubject.order[:k], false, cost+costs[k], best)
	}
}

// discs are the sizes of discs that are tried, in places. The n-th costs
// ln(n·discSum): small ones are likelier.
func discs() [12]int { return [...]int{1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 23, nearest} }

// tryDiscs tries the nearest places of a centre, more and more of them.
func (s *survey) tryDiscs(near, sizes []int, cost float64, best *found) {
	s.bySubject.reset(len(s.subjects))
	done := 0
	for n, size := range sizes {
		if size > len(near) {
			return
		}
		s.addSubjects(near[done:size])
		done = size
		s.rankSubjects()
		s.pickSubjects(near[:size], cost+math.Log(float64(n+1)*discSum), best)
	}
}

// trySubsets tries subsets of places and of subjects by turns: the best places
// for given subjects, then the best subjects for those places, until nothing
// changes. It starts from all subjects, and from each of the four strongest.
func (s *survey) trySubsets(places []int, cost float64, best *found) {
	m := len(s.subjects)
	s.taken = s.taken[:0]
	for j := range m {
		s.taken = append(s.taken, j)
	}
	s.alternate(places, cost, best)
	if m == 1 {
		return
	}
	s.sumSubjects(places)
	s.rankSubjects()
	var strongest [4]int
	for _, j := range strongest[:copy(strongest[:], s.bySubject.order)] {
		s.taken = append(s.taken[:0], j)
		s.alternate(places, cost, best)
	}
}

// pickTaken takes the best subjects for the chosen places.
func (s *survey) pickTaken() {
	s.sumSubjects(s.chosen)
	s.rankSubjects()
	t, _ := s.bySubject.prefix(s.services())
	s.taken = append(s.taken[:0], s.bySubject.order[:t]...)
}

// alternate climbs from the subjects in taken.
func (s *survey) alternate(places []int, cost float64, best *found) {
	last := math.Inf(-1)
	perPlace, perSubject := s.choice(len(places)), s.services()
	for {
		s.sumPlaces(places)
		s.byPlace.rank()
		k, score := s.byPlace.prefix(perPlace)
		if score -= perSubject[len(s.taken)]; score <= last+1e-9 {
			return
		}
		last = score
		s.chosen = s.chosen[:0]
		for _, i := range s.byPlace.order[:k] {
			s.chosen = append(s.chosen, places[i])
		}
		if score-cost > best.score {
			s.take(s.chosen, s.taken, true, cost+perPlace[k]+perSubject[len(s.taken)], best)
		}
		s.pickTaken()
	}
}

// sumSubjects adds up each subject over places.
func (s *survey) sumSubjects(places []int) {
	s.bySubject.reset(len(s.subjects))
	s.addSubjects(places)
}

func (s *survey) addSubjects(places []int) {
	m := len(s.subjects)
	count, usual := s.bySubject.count, s.bySubject.usual
	for _, i := range places {
		row, base := s.count[i*m:(i+1)*m], s.usual[i*m:(i+1)*m]
		for j, c := range row {
			count[j] += c
			usual[j] += base[j]
		}
	}
}

// sumPlaces adds up each place over the subjects in taken.
func (s *survey) sumPlaces(places []int) {
	m := len(s.subjects)
	s.byPlace.reset(len(places))
	for n, i := range places {
		for _, j := range s.taken {
			s.byPlace.count[n] += s.count[i*m+j]
			s.byPlace.usual[n] += s.usual[i*m+j]
		}
	}
}

// remove takes an area's counts off the map, so that the next search finds the
// next area.
func (s *survey) remove(f found) {
	m := len(s.subjects)
	for _, i := range f.places {
		for _, j := range f.subjects {
			s.count[i*m+j], s.usual[i*m+j] = 0, 0
		}
	}
}
