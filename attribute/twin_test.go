package attribute

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
)

// The slow twin of a set's score: every tally by itself, every signal against every
// cause, nothing kept from one set to another.

// slowFit holds what a fit finds, by tally.
type slowFit struct {
	sc         *scene
	set        []*cause
	leak       [][]weight
	sev, stray []float64
	news       float64
	mean       []float64
	packs      []expected
}

// slowPost is the posterior of a set.
func slowPost(sc *scene, set []*cause) float64 {
	f := &slowFit{sc: sc, set: set, sev: make([]float64, len(set)), stray: make([]float64, len(set))}
	f.news = f.firstNews()
	for k, c := range set {
		f.leak = append(f.leak, slowLeak(sc, c))
		f.sev[k], f.stray[k] = f.firstSeverity(c), 1
	}
	f.expect()
	trust, hit := make([]float64, len(sc.packs)), make([]float64, len(sc.packs))
	for s := range sweeps {
		if s%4 == 0 {
			for k := range trust {
				_, trust[k], hit[k] = slowCount(&sc.packs[k], f.packs[k], f.news)
			}
		}
		f.sweep(trust, hit)
	}
	post := slowPhysics(sc, set) - sc.newsCost(f.news)
	for k := range sc.packs {
		post += f.likelihood(k)
	}
	for _, g := range f.stray {
		post += firmLeak * (math.Log(g) - g + 1)
	}
	for k, c := range set {
		if c.fix {
			continue
		}
		post -= sc.price(c) + outcry(f.sev[k])
		if c.kind == root {
			own, leak := f.without(c.own, f.sev[k], spreadOwn), f.without(f.leak[k], f.sev[k]*f.stray[k], spreadLeak)
			post -= math.Min(costCrowd, math.Max(0, own+leak)+quietCrowd*sc.quiet(c))
			if sc.rumour(c) {
				post -= math.Max(0, leak)
			}
			post += sc.lead(c)
			beside := func(o *cause) bool { return o != c && o.kind == root && !o.past }
			if !slowSees(sc, set, c) && slices.ContainsFunc(set, beside) {
				post -= edge
			}
		}
	}
	return post
}

func (f *slowFit) firstNews() float64 {
	var ratios []float64
	for k := range f.sc.packs {
		p := &f.sc.packs[k]
		owned := func(c *cause) bool {
			return slices.ContainsFunc(c.own, func(w weight) bool { return w.i >= p.from && w.i < p.to })
		}
		if !slices.ContainsFunc(f.set, owned) {
			ratios = append(ratios, p.y/p.pot-1)
		}
	}
	if len(ratios) == 0 {
		return 0.01
	}
	slices.Sort(ratios)
	return math.Max(0.01, ratios[len(ratios)/4])
}

func (f *slowFit) firstSeverity(c *cause) float64 {
	var asks []ask
	for _, w := range c.own {
		t := &f.sc.tallies[w.i]
		asks = append(asks, ask{math.Max(0, t.y-t.b*(1+f.news)) / w.w, w.w})
	}
	if len(asks) == 0 {
		for _, k := range c.hung {
			p := &f.sc.packs[k]
			asks = append(asks, ask{math.Max(0, p.y-p.b*(1+f.news)) / p.pot, p.pot})
		}
	}
	return math.Max(0.1, middle(asks))
}

func (f *slowFit) expect() {
	sc := f.sc
	f.mean, f.packs = make([]float64, len(sc.tallies)), make([]expected, len(sc.packs))
	for i := range sc.tallies {
		f.mean[i] = sc.tallies[i].b * (1 + f.news)
	}
	for k, p := range sc.packs {
		n := p.b * f.news
		f.packs[k] = expected{total: p.b + n, vari: spreadUsual*p.b*p.b + spreadNews*n*n}
	}
	for k, c := range f.set {
		f.add(c.own, f.sev[k], spreadOwn)
		f.add(f.leak[k], f.sev[k]*f.stray[k], spreadLeak)
		for _, p := range c.hung {
			f.packs[p].hang += f.sev[k] * sc.packs[p].pot
		}
	}
}

func (f *slowFit) add(ws []weight, sev, spread float64) {
	more := make([]float64, len(f.packs))
	for _, w := range ws {
		f.mean[w.i] += sev * w.w
		more[f.sc.of[w.i]] += sev * w.w
	}
	for k, m := range more {
		f.packs[k].total += m
		f.packs[k].vari += spread * m * m
	}
}

func (f *slowFit) sweep(trust, hit []float64) {
	sc := f.sc
	pull := func(k int) float64 { return trust[k] / (1 + f.packs[k].vari/f.packs[k].total) }
	num, den := 0.0, 0.0
	for i := range sc.tallies {
		p := pull(sc.of[i]) * sc.tallies[i].b
		k := sc.of[i]
		num += p * sc.packs[k].y / f.packs[k].total
		den += p
	}
	slope := (sc.tail + 2*math.Log(math.Max(1, (1+f.news)/newsMost))) / (1 + f.news)
	news := f.news * num / (den + slope)
	for k, c := range f.set {
		num, den = 0, 0
		for _, w := range c.own {
			p := pull(sc.of[w.i]) * w.w
			num += p * sc.tallies[w.i].y / f.mean[w.i]
			den += p
		}
		for _, k := range c.hung {
			x, p := f.packs[k], &sc.packs[k]
			all := x.total + x.hang
			w := hit[k] / (1 + (x.vari+spreadOwn*x.hang*x.hang)/all) * p.pot
			num += w * p.y / all
			den += w
		}
		astray, all := firmLeak, firmLeak
		for _, w := range f.leak[k] {
			p := pull(sc.of[w.i]) * w.w * f.sev[k]
			astray += p * f.stray[k] * sc.tallies[w.i].y / f.mean[w.i]
			all += p
		}
		if den > 0 {
			f.sev[k] *= num / den
		}
		f.stray[k] = math.Min(mostLeak, astray/all)
	}
	f.news = news
	f.expect()
}

func (f *slowFit) likelihood(k int) float64 {
	p := &f.sc.packs[k]
	ll, _, _ := slowCount(p, f.packs[k], f.news)
	if p.to-p.from > 1 && p.y > 0 {
		ll += f.sc.split(p, f.mean[p.from:p.to], p.y/f.packs[k].total)
	}
	return ll
}

// without is what the likelihood has by a column.
func (f *slowFit) without(ws []weight, sev, spread float64) float64 {
	less := *f
	less.mean, less.packs = slices.Clone(f.mean), slices.Clone(f.packs)
	less.add(ws, -sev, -spread)
	gain := 0.0
	for k := range f.packs {
		x := &less.packs[k]
		if *x != f.packs[k] {
			x.total, x.vari = math.Max(least, x.total), math.Max(0, x.vari)
			gain += f.likelihood(k) - less.likelihood(k)
		}
	}
	return gain
}

// slowCount is the likelihood of a pack's sum, with the chances that it is as
// expected and that it was hit by an edge that the graph lacks.
func slowCount(p *pack, x expected, news float64) (ll, trust, hit float64) {
	main := negBin(p.y, x.total, x.vari/(x.total*x.total))
	odd := oddMore - math.Log1p(p.y) - decades
	if bots := p.y - p.b; bots >= leastBots && bots <= mostBots+2*math.Sqrt(p.b) {
		odd = math.Log(math.Exp(odd) + math.Exp(oddBots)/mostBots)
	}
	if p.y <= x.total {
		odd = oddFewer + negBin(p.y, p.b*(1+news), spreadUsual)
	}
	ll = logSum(main, odd)
	if x.hang > 0 {
		all := x.total + x.hang
		hung := noEdge + negBin(p.y, all, (x.vari+spreadOwn*x.hang*x.hang)/(all*all))
		ll = logSum(ll, hung)
		hit = math.Exp(hung - ll)
	}
	return ll, math.Exp(main - ll), hit
}

func slowLeak(sc *scene, c *cause) []weight {
	total, size := 0.0, map[catalog.OrgID]float64{}
	falls := func(i int) bool { return slices.ContainsFunc(c.own, func(w weight) bool { return w.i == i }) }
	for _, w := range c.own {
		if sc.tallies[w.i].org == c.org {
			total += w.w
		}
	}
	if c.kind != root || total == 0 {
		return nil
	}
	for i := range sc.tallies {
		size[sc.tallies[i].org] += sc.tallies[i].pot
	}
	var out []weight
	for i := range sc.tallies {
		t := &sc.tallies[i]
		if t.org == "" || falls(i) || c.bars != nil && c.bars(t) {
			continue
		}
		if tie := sc.e.tied(c, t.org); tie > 0 {
			out = append(out, weight{i, tie * total * t.pot / math.Max(size[t.org], size[c.org])})
		}
	}
	return out
}

// slowPhysics is what the signals say of a set: by each, the best of the causes. What
// is held by an incident is neutral.
func slowPhysics(sc *scene, set []*cause) float64 {
	sums := map[bin]float64{}
	for i := range sc.sigs {
		s, best := &sc.sigs[i], 0.0
		for _, c := range set {
			if !c.fix && (s.weight > 0 || c.phys.contradicts(s)) && c.phys.parts != nil {
				best = math.Max(best, c.phys.parts[i])
			}
		}
		for _, c := range sc.held {
			if s.weight > 0 && c.phys.parts[i] > 0 {
				best = 0
			}
		}
		sums[bin{s.org, s.cite.Plane}] += best * speaks(s)
	}
	total := 0.0
	for b, sum := range sums {
		total += bound(b.plane, sum)
	}
	return total
}

func slowSees(sc *scene, set []*cause, c *cause) bool {
	for i := range sc.sigs {
		s := &sc.sigs[i]
		blind := func(o *cause) bool { return o.kind == fault && o.phys.parts[i] > 0 }
		if c.phys.parts[i] > 0 && s.sight() && s.org == c.org && !slices.ContainsFunc(set, blind) {
			return true
		}
	}
	return false
}

// someWorld makes an evening with whatever may happen: cuts, news, instruments, a
// blind observer, words, an incident that is open.
func someWorld(rng *rand.Rand, whole, cut *Engine) (*Engine, Input) {
	var in Input
	e := whole
	if rng.IntN(2) == 0 {
		var failed []catalog.NodeID
		for range rng.IntN(3) {
			failed = append(failed, catalog.NodeID(orgs()[rng.IntN(5)]+[]catalog.OrgID{"/core", "/access", "/voice"}[rng.IntN(3)]))
		}
		in = draw(rng, e, 8*rng.Float64()*rng.Float64(), rng.IntN(3) > 0, failed...)
		if rng.IntN(2) == 0 {
			for k := range orgs() {
				r := reads(evidence.Blocks, "as"+string(rune('1'+k)), 60+float64(rng.IntN(20)), 100)
				r.Level, r.Onset = evidence.Warning, eve.Add(-time.Duration(rng.IntN(50))*time.Minute)
				in.Readings = append(in.Readings, r)
			}
		}
	} else {
		e = cut
		in = counts(true, map[catalog.OrgID]float64{"ash": float64(rng.IntN(200)), "birch": float64(rng.IntN(20))})
		for i := range in.Readings {
			r := &in.Readings[i]
			if r.Series.Region == "xx" {
				continue
			}
			r.Expected = 0.95 + 0.2*rng.Float64() // no count is what is expected to the digit
			if rng.IntN(2) == 0 {
				region := r.Series.Region
				*r = reads(evidence.Reports, string(r.Series.Subject), math.Floor(r.Value*3*rng.Float64()), r.Expected)
				r.Series.Region = region
			}
		}
		r := reads(evidence.Blocks, "as1", float64(rng.IntN(100)), 100)
		if r.Series.Region = parts()[rng.IntN(4)]; r.Value < 80 {
			r.Level, r.Onset = evidence.Critical, eve.Add(-20*time.Minute)
		}
		in.Readings = append(in.Readings, r, reads(evidence.ReportsOwn, "ash", float64(rng.IntN(20)), 2.4))
	}
	if rng.IntN(4) == 0 {
		held := Root{Nodes: []catalog.NodeID{"birch/core"}, Carrier: "birch", Region: "xx"}
		if rng.IntN(2) == 0 {
			held.Ended = eve.Add(-time.Duration(rng.IntN(40)) * time.Minute)
			in.Past = append(in.Past, held)
		} else {
			in.Held = append(in.Held, held)
		}
	}
	return e, in
}

// TestScoreIsItsTwin: the score of a set, of what is kept by pack, by cause and by
// group, is the score from scratch. A look promises no more than there is room for.
func TestScoreIsItsTwin(t *testing.T) {
	t.Parallel()
	whole, cut := engine(country()), engine(provinces())
	kinds, uneven := map[kind]int{}, 0
	for seed := range uint64(600) {
		rng := rand.New(rand.NewPCG(seed, 41))
		e, in := someWorld(rng, whole, cut)
		sc := e.scene(in)
		set := slices.Clone(sc.held)
		for range 4 {
			if len(sc.cands) > 0 && rng.IntN(3) > 0 {
				if c := sc.cands[rng.IntN(len(sc.cands))]; !slices.Contains(set, c) {
					set = sc.admit(set, c)
				}
			}
			s := sc.judge(set)
			if want := slowPost(sc, set); math.Abs(s.post-want) > 1e-7*math.Max(1, math.Abs(want)) {
				t.Fatalf("seed %d: %d causes score %.9f, their twin %.9f", seed, len(set), s.post, want)
			}
			sc.measure(s.fitted)
			for _, c := range sc.cands {
				if gain, room := sc.quick(s.fitted, c), sc.roomFor(s.fitted, c); gain > room+1e-9 {
					t.Fatalf("seed %d: %s in %s promises %.3f nats where there is room for %.3f", seed, c.h.node, c.h.region, gain, room)
				}
			}
			uneven += len(slices.DeleteFunc(slices.Clone(s.uneven), func(u bool) bool { return !u }))
		}
		for _, c := range set {
			kinds[c.kind]++
		}
	}
	for k := root; k <= fault; k++ {
		if kinds[k] < 20 {
			t.Errorf("only %d causes of kind %d were tried", kinds[k], k)
		}
	}
	if uneven < 100 {
		t.Errorf("only %d packs were struck unevenly", uneven)
	}
}
