package evaluate

import (
	"math"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// Figures of the crowd. They are the simulator's own: no method is told them.
const (
	everyday = 2e-8 // reports per user and minute, on an ordinary afternoon, in a large country
	// everydayLargest is what the largest carrier draws at least, a minute.
	everydayLargest = 0.3
	sympathy        = 0.03 // of a failed carrier's reports, about each rival: AT&T, 22 February 2024, 1 to 5 %
	blame           = 0.3  // how readily people report an app that a carrier took down
	ramp            = 8.0  // minutes in which two thirds of those who will report begin to
	tire            = 240  // minutes after which a third of them still report
	botBlocks       = 6    // address blocks of a bot burst
	botCap          = 3    // reports that count per block, subject and six hours
	block           = 10   // minutes for which a burst of talk lasts
)

// habit is how much people report at an hour of the day, the afternoon being
// about 1. At night it is a tenth.
func habit(hour float64) float64 {
	table := [24]float64{
		0.35, 0.2, 0.12, 0.08, 0.06, 0.08, 0.2, 0.5, 0.85, 1, 1.05, 1.05,
		1.05, 1.05, 1, 1, 1.05, 1.1, 1.15, 1.2, 1.2, 1.1, 0.9, 0.6,
	}
	whole := math.Floor(hour)
	i := ((int(whole) % 24) + 24) % 24
	f := hour - whole
	return table[i]*(1-f) + table[(i+1)%24]*f
}

// talk is what people say about one subject in a world.
type talk struct {
	sub    *subject
	level  float64 // its everyday rate against its size
	phase  float64 // hours by which its people keep other hours
	learnt float64 // the error of the baseline
	excess float64 // misspecified weight of everything that comes on top
	own    float64 // share of its reports through its own network
	mood   []float64
	bots   []float64 // by minute; nil for none
}

// crowd draws all reports.
func (d *draw) crowd() {
	shared := d.mood(20)
	news := d.news()
	talks := make([]talk, len(d.s.subjects))
	for i := range d.s.subjects {
		talks[i] = talk{
			sub: &d.s.subjects[i], level: d.about(0.5), phase: 0.7 * d.NormFloat64(), learnt: d.about(0.1),
			excess: d.about(0.5), own: d.beta(0.6, 20), mood: d.mood(1 / (0.1 + 0.2*d.Float64())),
		}
		for j := range talks[i].mood {
			talks[i].mood[j] *= shared[j]
		}
	}
	d.bot(talks)
	spill := d.spill(talks)
	for i := range talks {
		t := &talks[i]
		attention := 0.0
		if t.sub.org != "" || d.happens(0.5) {
			attention = d.about(0.5)
		}
		d.reports(t, func(minute int) float64 {
			extra := attention * news[minute] * d.s.everyday * t.sub.users * t.level
			for j := range d.roots {
				extra += spill[j][i] * d.fever(&d.roots[j], minute)
			}
			return extra
		})
	}
}

// mood draws how talkative people are, in blocks of time.
func (d *draw) mood(shape float64) []float64 {
	out := make([]float64, d.bins/block+1)
	for i := range out {
		out[i] = d.gamma(shape)
		if d.happens(0.002) {
			out[i] *= 3 + 5*d.Float64() // something was passed around
		}
	}
	return out
}

// news draws everybody's attention, beyond the ordinary, by minute.
func (d *draw) news() []float64 {
	out := make([]float64, d.bins)
	if d.sc.News[1] == 0 {
		return out
	}
	peak := d.between(d.sc.News)
	begins := d.zero - 15 + d.IntN(30)
	for m := max(0, begins); m < d.bins; m++ {
		out[m] = peak * (1 - math.Exp(-float64(m-begins)/10))
	}
	return out
}

// bot lets bots report innocent subjects, as far as the feed's cap lets them.
func (d *draw) bot(talks []talk) {
	var innocent []int
	for i, t := range talks {
		guilty := slices.ContainsFunc(d.roots, func(r root) bool { return r.Node.Owner() == t.sub.org || r.damage[t.sub.node] != nil })
		if t.sub.org != "" && !guilty {
			innocent = append(innocent, i)
		}
	}
	for _, i := range some(d.dice, innocent, d.sc.Bots) {
		talks[i].bots = make([]float64, d.bins)
		from, length := d.bins-3-d.IntN(30), 3+d.IntN(12)
		for range botBlocks * botCap {
			if m := from + d.IntN(length); m < d.bins {
				talks[i].bots[m]++
			}
		}
	}
}

// spill draws, for each root and subject, the reports at the height that land
// on those who did not fail: rivals whose users can't reach the failed, apps
// that are blamed.
func (d *draw) spill(talks []talk) [][]float64 {
	out := make([][]float64, len(d.roots))
	for j := range d.roots {
		r := &d.roots[j]
		out[j] = make([]float64, len(talks))
		loud, size := 0.0, d.s.size[r.Node.Owner()]
		for _, t := range talks {
			if t.sub.org == r.Node.Owner() {
				loud += d.anger(r, t.sub, t.sub.foot) * r.rate
			}
		}
		weight := map[catalog.OrgID]float64{}
		for i, t := range talks {
			switch {
			case t.sub.org == "":
				if r.damage[t.sub.node] == nil && d.happens(0.03) {
					out[j][i] = 0.05 * r.rate * d.s.everyday * t.sub.users
				}
			case t.sub.org != r.Node.Owner() && size > 0:
				w, ok := weight[t.sub.org]
				if !ok {
					w = d.beta(min(0.3, sympathy*d.sc.Spill), 15)
					weight[t.sub.org] = w
				}
				// Rivals larger than the failed draw no more than its equals do.
				rival := d.s.size[t.sub.org]
				out[j][i] = w * loud * min(1, rival/size) * t.sub.users / rival
			}
		}
	}
	return out
}

// anger is the reports a minute, per unit of the root's rate, that users of a
// subject on some ground would make.
func (d *draw) anger(r *root, sub *subject, foot []int) float64 {
	all := d.s.land.count(sub.foot)
	if sub.node != "" {
		w := d.s.everyday * sub.users * d.s.part(r.damage, sub.node, foot) * d.s.land.count(foot) / all
		if sub.org == "" {
			w *= blame
		}
		return w
	}
	hit, services := 0.0, 0.0
	for i := range d.s.subjects {
		if o := &d.s.subjects[i]; o.org == sub.org && o.node != "" {
			services += o.users
			hit += o.users * d.s.part(r.damage, o.node, foot)
		}
	}
	return d.s.everyday * sub.users * hit / services * d.s.land.count(foot) / all
}

// fever is how far the outcry about a root has come at a minute.
func (d *draw) fever(r *root, minute int) float64 {
	if minute < r.began {
		return 0
	}
	since := float64(minute - r.began)
	return (1 - math.Exp(-since/ramp)) * math.Exp(-since/tire) * (0.2 + 0.8*r.left(minute))
}

// reports draws the series of one subject: whole, cut by region, and those that
// came through its own network.
func (d *draw) reports(t *talk, extra func(minute int) float64) {
	cells := []cell{{leaves: t.sub.foot, share: 1}}
	if t.sub.node == "" {
		cells = d.s.cells[t.sub.org]
		if d.detail && slices.ContainsFunc(d.roots, func(r root) bool { return r.Node.Owner() == t.sub.org }) {
			cells = d.s.cut(t.sub.foot, func(leaf int) catalog.RegionID { return d.s.land.leaves[leaf] })
		}
	}
	root := d.s.truth.Root()
	whole := d.series(FeedCrowd, evidence.Reports, t.sub.name, root, time.Minute)
	own := d.series(FeedCrowd, evidence.ReportsOwn, t.sub.name, root, time.Minute)
	for _, c := range cells {
		part := d.series(FeedCrowd, evidence.Reports, t.sub.name, c.region, time.Minute)
		local := d.about(0.3)
		angers := make([]float64, len(d.roots))
		gone := 0.0
		for j := range d.roots {
			angers[j] = d.anger(&d.roots[j], t.sub, c.leaves) * d.roots[j].rate * t.excess
			gone = max(gone, d.cutOff(&d.roots[j], t.sub, c.leaves))
		}
		for m := range d.bins {
			hour := d.hour + float64(m-d.zero)/60 + t.phase
			usual := d.s.everyday * t.sub.users * t.level * c.share * local
			base := usual * habit(hour) * t.mood[m/block]
			burst := extra(m) * c.share * habit(hour) * t.mood[m/block]
			cry := 0.0
			for j := range d.roots {
				cry += angers[j] * d.fever(&d.roots[j], m) * habit(hour) * t.mood[m/block]
			}
			share := t.own
			if m >= d.zero {
				share *= 1 - gone
			}
			n, mine := d.poisson(base+burst), 0.0
			angry := d.poisson(cry)
			if t.sub.node == "" {
				mine = d.thin(n, share) + d.thin(angry, share*0.8+0.02)
			}
			part.Values[m] = n + angry
			part.Expected[m] = usual * habit(hour-d.sc.Ill.Shift) * t.learnt
			whole.Values[m] += n + angry
			whole.Expected[m] += part.Expected[m]
			own.Values[m] += mine
			own.Expected[m] += part.Expected[m] * t.own
		}
		if t.sub.node == "" && len(cells) > 1 {
			d.w.Series = append(d.w.Series, part)
		}
	}
	for m, n := range t.bots {
		whole.Values[m] += n
	}
	d.w.Series = append(d.w.Series, whole)
	if t.sub.node == "" {
		d.w.Series = append(d.w.Series, own)
	}
}

// cutOff is the share of a carrier's users on some ground who have lost their
// way to the internet.
func (d *draw) cutOff(r *root, sub *subject, foot []int) float64 {
	if sub.org != r.Node.Owner() {
		return 0
	}
	gone, all := 0.0, 0.0
	for i := range d.s.subjects {
		if o := &d.s.subjects[i]; o.org == sub.org && o.node != "" {
			all += o.users
			gone += o.users * d.s.part(r.damage, o.node, foot)
		}
	}
	return 0.97 * gone / max(all, 1)
}

// series begins a series of a world.
func (d *draw) series(feed evidence.FeedID, m evidence.Measure, subject string, region catalog.RegionID, step time.Duration) Series {
	n := d.bins / int(step/time.Minute)
	return Series{
		ID:   evidence.SeriesID{Feed: feed, Measure: m, Subject: evidence.Subject(subject), Region: region},
		Step: step, Values: make([]float64, n), Expected: make([]float64, n),
	}
}
