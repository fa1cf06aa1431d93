package attribute

import (
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
)

// Figures of the search for areas; see DESIGN.md, "Localisation".
const (
	// smallPlace is the expected count below which a place that was picked says
	// nothing of itself: it is named by the region around it, with others of its
	// kind. Unless loudPlace or more complain there: beyond what one block of
	// addresses may count for (three), it is no household. Fewer are no area.
	smallPlace = 0.5
	loudPlace  = 4
	// leastUsual keeps likelihoods finite where nothing was ever reported.
	leastUsual = 1e-3
	// nearest is how many places round a centre may make an area.
	nearest = 30
	// leastScore is the least score of an area: where nothing is wrong, one search
	// in a thousand goes beyond it, whatever the number of places, subjects and
	// reports. By replicas and a Gumbel fit; TestLeastScore measures it.
	leastScore = 3.5
	// mostAreas are looked for: a map with more is one of the whole country.
	mostAreas = 5
	// The multiplier of the usual counts, as Gamma(shape, rate): 1 give or take a
	// tenth where nothing is wrong, since no baseline is exact; where something
	// is, 50 in the mean, and anything from 1 to 200 in eight cases of ten. On 8
	// July 2022 it was 600 to 3,000.
	nullShape, nullRate   = 100.0, 100.0
	alarmShape, alarmRate = 0.5, 0.01
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
	// RolledUp too stands for small places inside it: something is wrong in at
	// least one of them, and the counts can't tell in which.
	Regions  []catalog.RegionID
	RolledUp []catalog.RegionID
	// Whole says the same as Regions in the fewest names: a province in place of
	// all of its divisions.
	Whole           []catalog.RegionID
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
// first: expectation-based Poisson scan over whole regions of the tree, discs
// round each place, and subsets of both, by subsets of the subjects. The order
// of the cells makes no difference; cells that stand twice are added.
func (e *Engine) Locate(cells []Cell) []Area {
	s := e.survey(cells)
	var areas []Area
	for s != nil && len(areas) < mostAreas {
		f := s.search(leastScore)
		if len(f.places) == 0 {
			break
		}
		if a := s.area(f); a.P >= Possible {
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

// area tells of what was found.
func (s *survey) area(f found) Area {
	a := Area{Count: f.count, Expected: f.usual, Score: f.score, P: belief(f.count, f.usual, f.cost)}
	a.Regions, a.RolledUp = s.name(f)
	a.Whole = s.whole(f, a.Regions, a.RolledUp)
	for _, j := range f.subjects {
		a.Subjects = append(a.Subjects, s.subjects[j])
	}
	a.People = s.people(f.places)
	a.Severity = 1 - math.Min(1, f.usual/f.count)
	if r := s.ed.Region(s.ed.Root()); r != nil && r.Counted && r.Population > 0 {
		a.Share = float64(a.People) * a.Severity / float64(r.Population)
	}
	return a
}

// people counts who live in places, nobody twice.
func (s *survey) people(places []int) int {
	sum := 0
	for _, i := range places {
		id := s.places[i]
		inside := slices.ContainsFunc(places, func(k int) bool { return k != i && s.ed.Within(id, s.places[k]) })
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
