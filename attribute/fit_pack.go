package attribute

import (
	"cmp"
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
)

// pack is one series of reports with its cuts by region, which stand for it: the
// tallies from one index to before another. Whatever makes people talk about one
// subject makes them talk everywhere, so that its cuts are off together: they are
// one witness of how much, and many of where.
type pack struct {
	from, to int
	y, b     float64
	pot      float64
	size     float64 // what all packs of its carrier could make
	org      catalog.OrgID
	logY     float64 // of y
	rootY    float64
	odd      float64 // chance of so many for reasons of its own
	even     float64 // of how its sum falls on its cuts, if as the usual is spread
	best     float64 // the most that this may be
}

// pack joins the cuts of each feed and subject. The tallies are in their order.
func (sc *scene) pack() {
	tallies := sc.tallies
	var list []pack
	of := make([]int, len(tallies))
	var last evidence.SeriesID
	for i := range tallies {
		t := &tallies[i]
		id := t.read.Series
		if i == 0 || id.Subject != last.Subject || id.Feed != last.Feed {
			list = append(list, pack{from: i, org: t.org})
		}
		last = id
		p := &list[len(list)-1]
		p.to = i + 1
		p.y, p.b = p.y+t.y, p.b+t.b
		of[i] = len(list) - 1
	}
	sc.packs, sc.of = list, of
	sc.packsOf = map[catalog.OrgID][]int{}
	size := map[catalog.OrgID]float64{}
	for k := range list {
		sc.gauge(&list[k])
		sc.packsOf[list[k].org] = append(sc.packsOf[list[k].org], k)
		size[list[k].org] += list[k].pot
		sc.byNews = append(sc.byNews, k)
	}
	for k := range list {
		list[k].size = size[list[k].org]
	}
	slices.SortStableFunc(sc.byNews, func(a, b int) int { return cmp.Compare(list[a].y/list[a].pot, list[b].y/list[b].pot) })
	sc.room = newRooms(len(list))
}

// gauge works out what of a pack's likelihood is the same under all causes.
func (sc *scene) gauge(p *pack) {
	p.pot = p.b + rare
	usual := make([]float64, 0, p.to-p.from)
	for i := p.from; i < p.to; i++ {
		t := &sc.tallies[i]
		t.pot = t.b * p.pot / p.b
		usual = append(usual, t.b)
		p.best += logSum(-rootOf(t.y), oddFewer)
	}
	p.logY, p.rootY, p.odd = math.Log(p.y), rootOf(p.y), oddMore-math.Log1p(p.y)-decades
	if more := p.y - p.b; more >= leastBots && more <= mostBots+2*math.Sqrt(p.b) {
		p.odd = logSum(p.odd, oddBots-math.Log(mostBots))
	}
	if p.y > 0 {
		p.even = sc.split(p, usual, p.y/p.b)
		p.best += rootOf(p.y + spreadCut*p.y*p.y)
	}
}

// hung lists what of a carrier's series doesn't fall with a component of it, as
// far as the graph knows.
func (sc *scene) hung(c *cause) []int {
	var out []int
	falls := c.falls
	for _, k := range sc.packsOf[c.org] {
		for len(falls) > 0 && falls[0].k < k {
			falls = falls[1:]
		}
		if len(falls) == 0 || falls[0].k != k {
			out = append(out, k)
		}
	}
	return out
}

// strip is what a column adds to one pack: so much to its sum, spread over its cuts
// as the usual is, unless cuts say how.
type strip struct {
	k    int
	w    float64
	cuts []weight
}

// strips gathers the weights on tallies by pack.
func (sc *scene) strips(ws []weight) []strip {
	var out []strip
	for j := 0; j < len(ws); {
		from, k := j, sc.of[ws[j].i]
		p := &sc.packs[k]
		s := strip{k: k}
		for ; j < len(ws) && sc.of[ws[j].i] == k; j++ {
			s.w += ws[j].w
		}
		like := func(w weight) bool { return math.Abs(w.w*p.b-s.w*sc.tallies[w.i].b) < 1e-12*s.w*p.b }
		for _, w := range ws[from:j] {
			if j-from < p.to-p.from || !like(w) {
				s.cuts = ws[from:j]
				break
			}
		}
		out = append(out, s)
	}
	return out
}

// lay adds a strip to the expected counts of the cuts of its pack.
func (sc *scene) lay(mean []float64, s *strip, sev float64) {
	p := &sc.packs[s.k]
	for _, w := range s.cuts {
		mean[w.i-p.from] += sev * w.w
	}
	if s.cuts == nil {
		for i := p.from; i < p.to; i++ {
			mean[i-p.from] += sev * s.w * sc.tallies[i].b / p.b
		}
	}
}

// asked is what a strip's counts are of what is expected of them with so much of it
// more, by its weights.
func (sc *scene) asked(mean []float64, s *strip, sev float64) float64 {
	p, num := &sc.packs[s.k], 0.0
	for _, w := range s.cuts {
		num += w.w * sc.tallies[w.i].y / (mean[w.i-p.from] + sev*w.w)
	}
	if s.cuts == nil {
		for i := p.from; i < p.to; i++ {
			w := s.w * sc.tallies[i].b / p.b
			num += w * sc.tallies[i].y / (mean[i-p.from] + sev*w)
		}
	}
	return num
}

// spread gives the expected counts of a pack's cuts under a fit, in a room of its own.
func (sc *scene) spread(f *fitted, k int) []float64 {
	p := &sc.packs[k]
	if f.uneven[k] {
		sc.room.cuts = append(sc.room.cuts[:0], f.mean[p.from:p.to]...)
		return sc.room.cuts
	}
	sc.room.cuts = sc.room.cuts[:0]
	for i := p.from; i < p.to; i++ {
		sc.room.cuts = append(sc.room.cuts, sc.tallies[i].b*f.packs[k].total/p.b)
	}
	return sc.room.cuts
}

// expected is what a pack is expected to count under some causes.
type expected struct {
	total, vari float64
	hang        float64 // more, if it fell by an edge that the graph lacks
}

// likelihood is the log-likelihood of a pack of which each cut is expected to
// count so much; nil where they share its sum as the usual is spread.
func (sc *scene) likelihood(k int, x *expected, cuts []float64, news float64) float64 {
	p := &sc.packs[k]
	main, odd, hung := p.ways(news, x)
	ll := logSum(main, odd)
	if x.hang > 0 {
		ll = logSum(ll, hung)
	}
	switch {
	case p.to-p.from == 1 || p.y == 0:
		return ll
	case cuts == nil:
		return ll + p.even
	}
	return ll + sc.split(p, cuts, p.y/x.total)
}

// split is the log-likelihood of how a sum falls on its cuts, their means scaled
// to give that sum: the product of the cuts over what the sum has by itself.
func (sc *scene) split(p *pack, cuts []float64, scale float64) float64 {
	ll, vari := 0.0, 0.0
	for j, m := range cuts {
		m = max(m*scale, least)
		y := sc.tallies[p.from+j].y
		one := negBin(y, m, spreadCut)
		if y > m {
			one = logSum(one, oddMore-math.Log1p(y)-decades)
		} else {
			one = logSum(one, oddFewer)
		}
		ll += one
		vari += m + spreadCut*m*m
	}
	return ll + rootOf(vari)
}

// ways are the log-chances of a pack's count: as expected; more or fewer than that
// for reasons of its own; and, where something hangs over it, hit by an edge that
// the graph lacks.
func (p *pack) ways(news float64, x *expected) (main, odd, hung float64) {
	main, odd = p.negBin(x.total, x.vari/(x.total*x.total)), p.odd
	if p.y <= x.total {
		odd = oddFewer + p.negBin(p.b*(1+news), spreadUsual)
	}
	if x.hang > 0 {
		all := x.total + x.hang
		hung = noEdge + p.negBin(all, (x.vari+spreadOwn*x.hang*x.hang)/(all*all))
	}
	return main, odd, hung
}

func (p *pack) negBin(mean, alpha float64) float64 {
	return negBinOf(p.y, p.logY, p.rootY, mean, alpha)
}

// shift is what the likelihood of a fit gains when a column is added to it, or
// taken from it, all else equal.
func (sc *scene) shift(f *fitted, column []strip, sev, spread float64) float64 {
	gain := 0.0
	for j := range column {
		s := &column[j]
		x, more := f.packs[s.k], sev*s.w
		x.total = max(least, x.total+more)
		x.vari = max(0, x.vari+math.Copysign(spread*more*more, sev))
		var cuts []float64
		if f.uneven[s.k] || s.cuts != nil {
			cuts = sc.spread(f, s.k)
			sc.lay(cuts, s, sev)
		}
		gain += sc.likelihood(s.k, &x, cuts, f.news) - f.ll[s.k]
	}
	return gain
}

// measure bounds how much likelier each pack would be, at the most, if one more column
// made its count the expected one: by its sum, and by its cuts as well. It gives the
// first of all packs together.
func (sc *scene) measure(f *fitted) (all float64) {
	for k := range sc.packs {
		p, x := &sc.packs[k], &f.packs[k]
		most := 0.0
		if p.y > 0 {
			// The least dispersion that a column can lead to.
			alpha := spreadOwn * x.vari / (spreadOwn*x.total*x.total + x.vari)
			most = logSum(-p.rootY-math.Log(1+alpha*p.y)/2, math.Max(p.odd, oddFewer-p.rootY))
			if x.hang > 0 {
				most = logSum(most, noEdge-p.rootY)
			}
		}
		most -= f.ll[k]
		sc.room.sum[k], sc.room.cuttings[k] = most, most
		if p.to-p.from > 1 && p.y > 0 {
			sc.room.sum[k] += p.even
			sc.room.cuttings[k] += p.best
		}
		all += max(0, sc.room.sum[k])
	}
	return all
}

// roomFor is the most that a cause may gain by its column, the rest as it stands.
func (sc *scene) roomFor(f *fitted, c *cause) float64 {
	most := 0.0
	for j := range c.falls {
		s := &c.falls[j]
		if s.cuts != nil || f.uneven[s.k] {
			most += max(0, sc.room.cuttings[s.k])
		} else {
			most += max(0, sc.room.sum[s.k])
		}
	}
	return most
}

// sortTallies puts the cuts of one series together.
func sortTallies(out []tally) {
	slices.SortStableFunc(out, func(a, b tally) int {
		x, y := a.read.Series, b.read.Series
		x.Region, y.Region = "", ""
		if d := compareSeries(x, y); d != 0 {
			return d
		}
		return compareSeries(a.read.Series, b.read.Series)
	})
}
