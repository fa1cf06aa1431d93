package evaluate

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
)

// Spot is a kind of place where a carrier fails, as data.
type Spot struct {
	Name     string
	Extent   string     // nowhere, town, city, metro, province, country, apart
	Hour     [2]float64 // local time of the reports
	Minutes  int        // of reports that are counted
	Services int        // how many of the carrier's services fail; 0: all
	Rate     float64    // against the median outcry
}

// Spots are the kinds of places of the evaluation of localisation.
func Spots() []Spot {
	day, night := [2]float64{9, 21}, [2]float64{2, 5}
	return []Spot{
		{"quiet", "nowhere", day, 30, 0, 1},
		{"small-town", "town", day, 60, 0, 1},
		{"city", "city", day, 30, 0, 1},
		{"metro", "metro", day, 30, 0, 1},
		{"metro-faint", "metro", day, 15, 0, 0.1},
		{"province", "province", day, 30, 0, 1},
		{"province-night", "province", night, 30, 0, 1},
		{"one-service", "province", day, 30, 1, 1},
		{"two-places", "apart", day, 30, 0, 1},
		{"country", "country", day, 30, 0, 1},
	}
}

// SpotNames lists the kinds of places in their order.
func SpotNames() []string {
	var names []string
	for _, s := range Spots() {
		names = append(names, s.Name)
	}
	return names
}

// Tally is what was counted about a subject in one of the finest regions.
type Tally struct {
	Region          catalog.RegionID
	Subject         evidence.Subject
	Count, Expected float64
}

// Place is an answer: the regions that are hit, those of which some are but it
// can't be told which, and the subjects.
type Place struct {
	Regions, Unsure []catalog.RegionID
	Subjects        []evidence.Subject
}

// Locator finds the places in which more is counted than usual.
type Locator struct {
	Name   string
	Locate func([]Tally) Place
}

// Localisation is how well places are found.
type Localisation struct {
	Seed      uint64            `json:"seed"`
	Scenarios []LocalisationRow `json:"scenarios"`
}

// LocalisationRow is how one method did at one kind of place. Cells are the
// finest regions in which the carrier has users.
type LocalisationRow struct {
	Scenario   string   `json:"scenario"`
	Method     string   `json:"method"`
	Worlds     int      `json:"worlds"`
	Found      float64  `json:"found"`     // worlds in which any area was named
	Precision  float64  `json:"precision"` // of all cells named, those hit
	Recall     float64  `json:"recall"`    // of all cells hit, those named
	F1         float64  `json:"f1"`
	Overlap    float64  `json:"overlap"` // shared cells over all of either, mean
	ServiceF1  float64  `json:"service_f1"`
	Distance   float64  `json:"distance_km"` // between the centres of people, mean over worlds found
	FoundRange Interval `json:"found_interval"`
}

// spotMark is how one method did in one world.
type spotMark struct {
	found, named, hit, right, covered float64
	overlap, serviceF1, distance      float64
}

// LocalisationOf draws places and scores every locator.
func LocalisationOf(ctx context.Context, o Options) (Localisation, error) {
	for _, name := range o.Scenario {
		if !slices.Contains(SpotNames(), name) {
			return Localisation{}, fmt.Errorf("no kind of place is called %q: %w", name, ErrUnknown)
		}
	}
	s := newStage(survey(o.Edition), o.Edition, o.Edition)
	if len(s.sellers()) == 0 {
		return Localisation{}, unfit("of places", "no carrier sells anything")
	}
	near := s.land.neighbours()
	locators := locatorsOf(s, near)
	res := Localisation{Seed: o.Seed}
	spots := slices.DeleteFunc(Spots(), func(k Spot) bool { return len(o.Scenario) > 0 && !slices.Contains(o.Scenario, k.Name) })
	marks := make([][]spotMark, len(spots)*len(locators))
	var jobs []job
	const chunk = 20
	for i := range spots {
		for l := range locators {
			marks[i*len(locators)+l] = make([]spotMark, o.Worlds)
		}
		for from := 0; from < o.Worlds; from += chunk {
			jobs = append(jobs, func() error {
				own := newStage(s.land, o.Edition, o.Edition) // a stage is for one goroutine
				found := locatorsOf(own, near)
				for n := from; n < min(from+chunk, o.Worlds) && ctx.Err() == nil; n++ {
					w := own.spot(&spots[i], chance(o.Seed, fmt.Sprintf("spot/%s/%d", spots[i].Name, n)))
					for l, locator := range found {
						marks[i*len(locators)+l][n] = w.score(own.land, locator.Locate(w.tallies))
					}
				}
				return ctx.Err()
			})
		}
	}
	if err := share(ctx, jobs, o.Workers, o.Progress); err != nil {
		return Localisation{}, err
	}
	for i := range spots {
		for l, locator := range locators {
			res.Scenarios = append(res.Scenarios, spotRow(spots[i].Name, locator.Name, marks[i*len(locators)+l], chance(o.Seed, "bootstrap")))
		}
	}
	return res, nil
}

// sellers are the carriers that sell something.
func (s *stage) sellers() []catalog.OrgID {
	var out []catalog.OrgID
	for _, sub := range s.subjects {
		if sub.org != "" && sub.node == "" {
			out = append(out, sub.org)
		}
	}
	return out
}

// spotWorld is one draw: the counts, and what is hit.
type spotWorld struct {
	tallies  []Tally
	cells    int
	hit      []catalog.RegionID
	services []evidence.Subject
}

// spot draws the reports about one carrier, by region and service, while it
// fails somewhere.
func (s *stage) spot(k *Spot, d *dice) *spotWorld {
	org := pick(d, s.sellers())
	var foot []int
	var subs []*subject
	for i := range s.subjects {
		if sub := &s.subjects[i]; sub.org == org {
			subs = append(subs, sub)
			if sub.node == "" {
				foot = sub.foot
			}
		}
	}
	hit := s.extent(k.Extent, d, foot)
	hour := d.between(k.Hour)
	outcries := outcry * k.Rate * d.about(0.7)
	services := some(d, slices.DeleteFunc(slices.Clone(subs), func(sub *subject) bool { return sub.node == "" }), len(subs))
	if k.Services > 0 {
		services = services[:min(k.Services, len(services))]
	}
	w := &spotWorld{cells: len(foot)}
	local, learnt := make([]float64, len(s.land.leaves)), make([]float64, len(s.land.leaves))
	for _, leaf := range foot {
		local[leaf], learnt[leaf] = d.about(0.3), d.about(0.1)
	}
	for _, sub := range subs {
		fails := sub.node == "" || slices.Contains(services, sub)
		loud := d.about(0.5) // how many report this service when it fails
		if sub.node == "" {
			loud *= float64(len(services)) / float64(max(1, len(subs)-1))
		}
		all := s.land.count(sub.foot)
		for _, leaf := range sub.foot {
			usual := s.everyday * sub.users * s.land.people[leaf] / all * local[leaf] * habit(hour) * float64(k.Minutes)
			mean := usual * d.gamma(6)
			if _, struck := slices.BinarySearch(hit, leaf); struck && fails {
				mean += usual * outcries * loud * 0.7 // not all of the window is at the height
			}
			w.tallies = append(w.tallies, Tally{s.land.leaves[leaf], evidence.Subject(sub.name), d.poisson(mean), usual * learnt[leaf]})
		}
	}
	for _, leaf := range hit {
		w.hit = append(w.hit, s.land.leaves[leaf])
	}
	for _, sub := range services {
		if len(hit) > 0 && slices.ContainsFunc(sub.foot, func(leaf int) bool { return slices.Contains(hit, leaf) }) {
			w.services = append(w.services, evidence.Subject(sub.name))
		}
	}
	slices.Sort(w.services)
	return w
}

// extent draws the cells that are hit, in order.
func (s *stage) extent(kind string, d *dice, foot []int) []int {
	least, most := 0.0, math.Inf(1)
	switch kind {
	case "nowhere":
		return nil
	case "country":
		return foot
	case "province":
		cells := s.cut(foot, s.land.province)
		return pick(d, cells).leaves
	case "town":
		most = 60_000
	case "city", "metro", "apart":
		least = 150_000
	}
	centre := func(but int) int {
		leaf := pick(d, foot)
		for try := 0; try < 200 && (s.land.people[leaf] < least || s.land.people[leaf] > most || leaf == but); try++ {
			leaf = pick(d, foot)
		}
		return leaf
	}
	first := centre(-1)
	out := []int{first}
	switch kind {
	case "metro":
		out = s.land.near(first, foot)[:min(len(foot), 3+d.IntN(6))]
	case "apart":
		out = append(out, centre(first))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// near orders cells by their distance from one.
func (l *land) near(centre int, foot []int) []int {
	out := slices.Clone(foot)
	slices.SortStableFunc(out, func(a, b int) int { return cmp.Compare(l.apart(centre, a), l.apart(centre, b)) })
	return out
}

// apart is the distance of two cells, in kilometres.
func (l *land) apart(a, b int) float64 {
	p, q := l.ed.Region(l.leaves[a]), l.ed.Region(l.leaves[b])
	return kilometres(p.Lat, p.Lon, q.Lat, q.Lon)
}

// kilometres is the way along a great circle, by the haversine.
func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	const radius, degree = 6371, math.Pi / 180
	dLat, dLon := (lat2-lat1)*degree/2, (lon2-lon1)*degree/2
	h := math.Sin(dLat)*math.Sin(dLat) + math.Cos(lat1*degree)*math.Cos(lat2*degree)*math.Sin(dLon)*math.Sin(dLon)
	return 2 * radius * math.Asin(math.Sqrt(min(1, h)))
}
