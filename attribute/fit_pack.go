package attribute

import (
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
	org      catalog.OrgID
}

// packs joins the cuts of each feed and subject. The tallies are in their order.
func packs(tallies []tally) (list []pack, of []int) {
	of = make([]int, len(tallies))
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
	for k := range list {
		p := &list[k]
		p.pot = p.b + rare
		for i := p.from; i < p.to; i++ {
			tallies[i].pot = tallies[i].b * p.pot / p.b
		}
	}
	return list, of
}

// hung lists what of a carrier's series doesn't fall with a component of it, as
// far as the graph knows.
func hung(c *cause, list []pack, of []int) []int {
	reached := make([]bool, len(list))
	for _, w := range c.own {
		reached[of[w.i]] = true
	}
	var out []int
	for k := range list {
		if list[k].org == c.org && !reached[k] {
			out = append(out, k)
		}
	}
	return out
}

// expected is what a pack is expected to count under some causes.
type expected struct {
	total, vari float64
	hang        float64 // more, if it fell by an edge that the graph lacks
}

// likelihood is the log-likelihood of a pack of which each cut is expected to
// count so much.
func (sc *scene) likelihood(k int, x expected, cuts []float64, news float64) float64 {
	p := &sc.packs[k]
	ll, _, _ := robust(p.y, p.b*(1+news), x)
	if p.to-p.from > 1 && p.y > 0 {
		ll += sc.split(p, cuts, p.y/x.total)
	}
	return ll
}

// split is the log-likelihood of how a sum falls on its cuts, their means scaled
// to give that sum: the product of the cuts over what the sum has by itself.
func (sc *scene) split(p *pack, cuts []float64, scale float64) float64 {
	ll, vari := 0.0, 0.0
	for j, m := range cuts {
		m = math.Max(m*scale, least)
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
	return ll + 0.5*math.Log(2*math.Pi*math.Max(vari, 1/(2*math.Pi)))
}

// robust mixes the negative binomial with the ways of being odd: more or fewer
// than expected for reasons of its own, or hit by an edge that the graph lacks.
// It gives the chances of the first and of the last.
func robust(y, usual float64, x expected) (ll, trust, hit float64) {
	main := negBin(y, x.total, x.vari/(x.total*x.total))
	odd := oddMore
	if y > x.total {
		odd -= math.Log1p(y) + decades
	} else {
		odd = oddFewer + negBin(y, usual, spreadUsual)
	}
	ll = logSum(main, odd)
	if x.hang > 0 {
		all := x.total + x.hang
		hung := noEdge + negBin(y, all, (x.vari+spreadOwn*x.hang*x.hang)/(all*all))
		ll = logSum(ll, hung)
		hit = math.Exp(hung - ll)
	}
	return ll, math.Exp(main - ll), hit
}

// shift is what the likelihood of a fit gains when a column is added to it, or
// taken from it, all else equal.
func (sc *scene) shift(f *fitted, ws []weight, sev, spread float64) float64 {
	gain := 0.0
	for j := 0; j < len(ws); {
		k := sc.of[ws[j].i]
		p := &sc.packs[k]
		sc.room = append(sc.room[:0], f.mean[p.from:p.to]...)
		x, more := f.packs[k], 0.0
		for ; j < len(ws) && sc.of[ws[j].i] == k; j++ {
			m := sev * ws[j].w
			sc.room[ws[j].i-p.from] += m
			more += m
		}
		x.total = math.Max(least, x.total+more)
		x.vari = math.Max(0, x.vari+math.Copysign(spread*more*more, sev))
		gain += sc.likelihood(k, x, sc.room, f.news) - f.ll[k]
	}
	return gain
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
