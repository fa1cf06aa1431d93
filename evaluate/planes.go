package evaluate

import (
	"math"
	"slices"
	"strconv"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// loss is how much of a network is gone on some ground at a minute, as a plane
// shows it.
func (d *draw) loss(p evidence.Plane, w *network, foot []int, minute int) float64 {
	gone := 0.0
	for j := range d.roots {
		r := &d.roots[j]
		if r.shows[p] && minute >= r.began {
			gone = max(gone, d.s.dark(r.damage, *w, foot)*r.depth[p]*r.left(minute))
		}
	}
	return gone
}

// routes draws the visible prefixes of each network. A collector that loses its
// sessions takes some of everybody's with it.
func (d *draw) routes() {
	from, until, dip := 0, 0, 0.0
	if d.happens(d.sc.Ill.Reset) {
		from = d.bins - 5 - d.IntN(40)
		until, dip = from+5+d.IntN(15), d.between([2]float64{0.05, 0.6})
	}
	for i := range d.s.networks {
		w := &d.s.networks[i]
		s := d.series(FeedRoutes, evidence.Prefixes, w.name, d.s.truth.Root(), 5*time.Minute)
		count := max(25, math.Round(300*d.about(1.2)))
		own := d.between([2]float64{0.5, 1.2}) // how much this network is seen through the collector
		for b := range s.Values {
			minute := b*5 + 4 // the state at the end of the bin
			seen := count * (1 - d.loss(evidence.PlaneRoutes, w, w.foot, minute))
			if minute >= from && minute < until {
				seen *= 1 - min(0.95, dip*own)
			}
			s.Values[b] = math.Round(max(0, seen-math.Abs(d.NormFloat64())*0.002*count))
			s.Expected[b] = count
		}
		d.w.Series = append(d.w.Series, s)
	}
}

// traffic draws each network's volume against the usual.
func (d *draw) traffic() {
	for i := range d.s.networks {
		w := &d.s.networks[i]
		if !d.happens(0.7) {
			continue // nobody shares this network's volume
		}
		s := d.series(FeedTraffic, evidence.Traffic, w.name, d.s.truth.Root(), time.Minute)
		slow := 0.0
		for b := range s.Values {
			slow = 0.95*slow + 0.01*d.NormFloat64()
			level := 1 + slow + 0.02*d.NormFloat64() + 0.05*d.sc.Ill.Shift
			s.Values[b] = max(0, level*(1-d.loss(evidence.PlaneTraffic, w, w.foot, b)))
			s.Expected[b] = 1
		}
		d.w.Series = append(d.w.Series, s)
	}
}

// probes draws the answering blocks of each network in each province. A vantage
// that is cut off takes a part of everybody's answers with it.
func (d *draw) probes() {
	from, dip := d.bins+1, 0.0
	if d.happens(d.sc.Ill.Vantage) {
		from, dip = d.bins-10-d.IntN(60), d.between([2]float64{0.2, 1})
	}
	for i := range d.s.networks {
		w := &d.s.networks[i]
		for _, c := range w.cells {
			blocks := math.Round(d.s.land.count(c.leaves) / 2000 * d.about(0.5))
			if blocks < 25 {
				continue
			}
			s := d.series(FeedProbes, evidence.Blocks, w.name, c.region, 10*time.Minute)
			for b := range s.Values {
				minute := b*10 + 9
				up := blocks * (1 - d.loss(evidence.PlaneProbes, w, c.leaves, minute))
				if minute >= from {
					up *= 1 - dip
				}
				s.Values[b] = math.Round(max(0, up-math.Abs(d.NormFloat64())*0.01*blocks))
				s.Expected[b] = blocks
			}
			d.w.Series = append(d.w.Series, s)
		}
	}
}

// statements draws who says what by the time of the question.
func (d *draw) statements() []evidence.Statement {
	var out []evidence.Statement
	say := func(by catalog.OrgID, minute float64, c evidence.Claim) {
		at := d.w.From.Add(time.Duration(minute * float64(time.Minute))).Truncate(time.Second)
		heard := at.Add(time.Duration(d.feeds[FeedWords].lag) * time.Minute)
		if heard.After(d.w.Now) || at.After(d.at(d.feeds[FeedWords].died)) {
			return
		}
		out = append(out, evidence.Statement{
			ID: string(by) + "-" + strconv.Itoa(len(out)), By: by, At: at, Heard: heard,
			Claims: []evidence.Claim{c}, Basis: evidence.Stated,
		})
	}
	for j := range d.roots {
		r := &d.roots[j]
		owner := r.Node.Owner()
		// The first word: lognormal, median 90 minutes (8 July 2022: 250; FirstNet
		// in 2024: 180).
		lag := 90 * d.about(1.2)
		kind := evidence.SaysDegraded
		if d.happens(0.5) {
			kind = evidence.SaysDown
		}
		if !d.sc.Shared {
			say(owner, float64(r.began)+lag, evidence.Claim{Kind: kind, Target: string(owner)})
		}
		for i := range d.s.subjects {
			sub := &d.s.subjects[i]
			if sub.org != "" || r.damage[sub.node] == nil {
				continue
			}
			c := evidence.Claim{Kind: evidence.SaysDegraded, Target: sub.name}
			if d.happens(0.4) {
				c.Because = string(owner)
			}
			say(sub.node.Owner(), float64(r.began)+150*d.about(1), c)
		}
	}
	for _, c := range d.s.truth.Carriers() {
		guilty := slices.ContainsFunc(d.roots, func(r root) bool { return r.Node.Owner() == c.ID })
		if !guilty && d.s.cells[c.ID] != nil && d.happens(0.15) {
			say(c.ID, float64(d.zero)+100*d.about(1), evidence.Claim{Kind: evidence.SaysUp, Target: string(c.ID)})
		}
	}
	slices.SortStableFunc(out, func(a, b evidence.Statement) int { return a.Heard.Compare(b.Heard) })
	return out
}

// input puts together what methods are asked about: how each series reads at
// Now, as far as its feed has told.
func (d *draw) input() {
	in := &d.w.Input
	in.Now, in.Quiet = d.w.Now, quiet()
	for i := range d.w.Series {
		s := &d.w.Series[i]
		if r, ok := d.reading(s); ok {
			in.Readings = append(in.Readings, r)
		}
	}
	slices.SortFunc(in.Readings, func(a, b evidence.Reading) int {
		return a.Series.Compare(b.Series)
	})
	in.Statements = d.statements()
}
