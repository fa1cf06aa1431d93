package evaluate

import (
	"fmt"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// lead is how much of the time before the failure a world holds: enough for
// the windows of every method to have seen normal minutes.
const lead = 90

// draw is a world being drawn.
type draw struct {
	*dice
	s      *stage
	sc     *Scenario
	w      *World
	zero   int // the minute of From at which the first failure begins
	bins   int // minutes from From to Now
	hour   float64
	roots  []root
	feeds  map[evidence.FeedID]feedHealth
	detail bool // reports are cut by the finest regions, not by province
}

// root is a true failure with what it does, minute by minute.
type root struct {
	Failure
	damage damage
	began  int
	shows  map[evidence.Plane]bool
	depth  map[evidence.Plane]float64 // how much of what is gone a plane shows
	rate   float64                    // reports of those hit, against their everyday measure
	back   []float64                  // share that is back, by minute; nil: none
}

// feedHealth is what ails a feed in a world.
type feedHealth struct {
	lag  int // minutes from the end of a bin until it is heard
	died int // the minute after which nothing comes; beyond the end: never
}

// world draws one. The number and the seed decide everything.
func (s *stage) world(sc *Scenario, seed uint64, number int) (*World, error) {
	d := &draw{dice: chance(seed, fmt.Sprintf("%s/%d", sc.Name, number)), s: s, sc: sc, detail: sc.Town}
	d.w = &World{Scenario: sc.Name, Number: number, Edition: s.given, Carriers: len(s.cells)}
	d.clock()
	if err := d.fail(); err != nil {
		return nil, err
	}
	d.sicken()
	d.crowd()
	d.routes()
	d.traffic()
	d.probes()
	d.input()
	d.localise()
	d.w.feeds = d.feeds
	return d.w, nil
}

// clock sets the time of day.
func (d *draw) clock() {
	zone, err := time.LoadLocation(d.s.truth.Zone(d.s.truth.Root()))
	if err != nil {
		zone = time.UTC // a machine without a zone database
	}
	day := d.s.truth.AsOf().AddDate(0, 0, d.IntN(28))
	d.hour = d.between(d.sc.Hour)
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zone)
	onset := midnight.Add(time.Duration(d.hour * float64(time.Hour))).UTC().Truncate(10 * time.Minute)
	d.w.From = onset.Add(-lead * time.Minute)
	d.bins = lead + int(d.between(d.sc.After))
	d.w.Now = d.w.From.Add(time.Duration(d.bins) * time.Minute)
	d.zero = lead
}

// at is a minute of the world as a time.
func (d *draw) at(minute int) time.Time { return d.w.From.Add(time.Duration(minute) * time.Minute) }

// fail chooses what fails, where and when.
func (d *draw) fail() error {
	if len(d.s.cells) == 0 {
		return unfit(d.sc.Name, "no carrier sells anything")
	}
	if d.happens(d.sc.Calm) {
		return nil
	}
	nodes := d.candidates()
	if len(nodes) == 0 {
		return unfit(d.sc.Name, "no component could fail and be seen to")
	}
	for range d.sc.Roots {
		for try := 0; ; try++ {
			node := pick(d.dice, pick(d.dice, nodes))
			r, ok := d.root(node)
			if ok && d.disjoint(r) {
				d.roots = append(d.roots, r)
				d.w.Truth = append(d.w.Truth, r.Failure)
				break
			}
			if try > 500 {
				return unfit(d.sc.Name, fmt.Sprintf("no %d components fail large and apart", d.sc.Roots))
			}
		}
	}
	return nil
}

// candidates are the components that may fail, by owner.
func (d *draw) candidates() [][]catalog.NodeID {
	if d.sc.Shared {
		return [][]catalog.NodeID{{hiddenNode}}
	}
	var out [][]catalog.NodeID
	for _, c := range d.s.truth.Carriers() {
		var own []catalog.NodeID
		for _, n := range d.s.truth.Nodes() {
			if n.Owner() == c.ID && (n.Kind == catalog.Core || n.Kind == catalog.Access) && d.s.sells(n.ID) {
				own = append(own, n.ID)
			}
		}
		if len(own) > 0 {
			out = append(out, own)
		}
	}
	return out
}

// sells tells whether a service of the node's own carrier falls with it.
func (s *stage) sells(node catalog.NodeID) bool {
	fall := s.fall(node, "")
	return slices.ContainsFunc(s.subjects, func(sub subject) bool {
		return sub.node != "" && sub.org == node.Owner() && fall[sub.node] != nil
	})
}

// root draws the rest of a failure of a node; false when it has no such ground.
func (d *draw) root(node catalog.NodeID) (root, bool) {
	r := root{Failure: Failure{Node: node, Alike: d.s.alike(node)}, began: d.zero}
	if len(d.roots) > 0 {
		r.began += d.IntN(11) // the second comes a little later
	}
	foot := d.s.land.ground(d.s.truth.Node(node).Regions)
	provinces := d.s.cut(foot, d.s.land.province)
	switch {
	case d.sc.Town:
		leaf := pick(d.dice, foot)
		if d.s.land.people[leaf] > smallTown {
			return r, false
		}
		r.Region = d.s.land.leaves[leaf]
	case len(provinces) > 1 && (d.happens(d.sc.Local) || d.sc.Roots > 1 && len(provinces) > 4):
		r.Region = pick(d.dice, provinces).region
	}
	r.damage = d.s.fall(node, r.Region)
	r.Onset = d.at(r.began)
	chances := map[evidence.Plane]float64{
		evidence.PlaneRoutes: d.sc.Planes.Routes, evidence.PlaneTraffic: d.sc.Planes.Traffic, evidence.PlaneProbes: d.sc.Planes.Probes,
	}
	depths := map[evidence.Plane][2]float64{
		evidence.PlaneRoutes: {0.3, 0.98}, evidence.PlaneTraffic: {0.8, 1}, evidence.PlaneProbes: {0.75, 1},
	}
	r.shows, r.depth = map[evidence.Plane]bool{}, map[evidence.Plane]float64{}
	for _, p := range []evidence.Plane{evidence.PlaneRoutes, evidence.PlaneTraffic, evidence.PlaneProbes} {
		r.shows[p], r.depth[p] = d.happens(chances[p]), d.between(depths[p])
	}
	r.rate = outcry * d.sc.Rate * d.about(0.7)
	if d.sc.Back {
		r.back = d.recovery(r.began)
	}
	least := d.s.least
	if d.sc.Town {
		least = min(leastTown, least)
	}
	return r, len(r.damage) > 0 && (d.sc.Shared || d.s.lost(r.damage, node.Owner()) >= least)
}

// outcry is how many times its everyday rate a hit service is reported at the
// height. Rogers 2022 drew about 1,300 a minute, some two thousand times the
// everyday rate here; the median outage is a tenth of that.
const outcry = 200

// Users of services that a failure must hit: to be more than a small town's, and
// to be a town's that anybody would hear of. A small town has so many people at
// most.
const (
	leastLost = 500_000
	leastTown = 40_000
	smallTown = 150_000
)

// disjoint tells whether a root shares no ground and no name with the others.
func (d *draw) disjoint(r root) bool {
	return !slices.ContainsFunc(d.roots, func(o root) bool {
		if o.Node.Owner() == r.Node.Owner() {
			return true
		}
		for node, lost := range r.damage {
			for leaf, part := range lost {
				if part > 0 && o.damage[node] != nil && o.damage[node][leaf] > 0 {
					return true
				}
			}
		}
		return slices.ContainsFunc(d.ground(o), func(leaf int) bool {
			_, shared := slices.BinarySearch(d.ground(r), leaf)
			return shared
		})
	})
}

// ground is where a root's own node is gone.
func (d *draw) ground(r root) []int {
	var out []int
	for leaf, part := range r.damage[r.Node] {
		if part > 0 {
			out = append(out, leaf)
		}
	}
	return out
}

// recovery draws how service returns: slowly, with relapses.
func (d *draw) recovery(began int) []float64 {
	back := make([]float64, d.bins)
	starts := began + 60 + d.IntN(60)
	level := 0.0
	for m := starts; m < d.bins; m++ {
		level += 0.9 / 300 * d.gamma(0.5) // five hours or more until nearly all is back
		if d.happens(1.0 / 120) {
			level = 0 // a false recovery
		}
		level = min(level, 0.9)
		back[m] = level
	}
	return back
}

// left is the share of a root's damage that stands at a minute.
func (r *root) left(minute int) float64 {
	switch {
	case minute < r.began:
		return 0
	case r.back != nil:
		return 1 - r.back[minute]
	}
	return 1
}

// sicken decides what ails the feeds.
func (d *draw) sicken() {
	lags := map[evidence.FeedID]int{FeedCrowd: 1, FeedTraffic: 1, FeedRoutes: 1, FeedProbes: 2, FeedWords: 1}
	d.feeds = map[evidence.FeedID]feedHealth{}
	for _, id := range []evidence.FeedID{FeedCrowd, FeedTraffic, FeedRoutes, FeedProbes, FeedWords} {
		h := feedHealth{lag: lags[id], died: d.bins + 1}
		if d.happens(d.sc.Ill.Dead) {
			if d.happens(0.5) {
				h.lag += 20 + d.IntN(40)
			} else {
				h.died = d.bins - d.IntN(90)
			}
		}
		d.feeds[id] = h
	}
}

// localise notes where the first root took services, and which.
func (d *draw) localise() {
	if len(d.roots) == 0 {
		return
	}
	r := &d.roots[0]
	org := r.Node.Owner()
	for _, c := range d.s.cells[org] {
		hit := false
		for _, sub := range d.s.subjects {
			if sub.org == org && sub.node != "" && d.s.part(r.damage, sub.node, c.leaves) > 0.5 {
				hit = true
			}
		}
		if hit {
			d.w.Hit = append(d.w.Hit, c.region)
		}
	}
	for _, sub := range d.s.subjects {
		if sub.org == org && sub.node != "" && d.s.part(r.damage, sub.node, sub.foot) > 0 {
			d.w.Services = append(d.w.Services, sub.node)
		}
	}
}
