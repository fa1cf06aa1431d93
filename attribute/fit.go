package attribute

import (
	"cmp"
	"math"
	"slices"
)

// Figures of the likelihood of counts; see DESIGN.md.
const (
	// least is the smallest count expected of a series.
	least = 1e-3
	// sweeps of the multiplicative EM (shared method notes, §c).
	sweeps = 12
	// Dispersion, as the variance of a weight over its square: everyday counts,
	// attention, own reports (weights known to a factor of e^0.5) and leaks (a
	// Beta of mean 0.03 and weight 15 deviates by 1.4 times its mean).
	spreadUsual = 0.2
	spreadNews  = 0.6
	spreadOwn   = 0.4
	spreadLeak  = 1.0
	// firmLeak and mostLeak are the prior of how much of a carrier's reports goes
	// astray, against the usual: a Gamma of mode 1 that may well be near nothing.
	firmLeak = 0.5
	mostLeak = 3.0
	// A series may be off for reasons of its own: bots, a local cause, an edge
	// that the graph lacks. More of them is so at e^-5, fewer at e^-6.
	oddMore  = -5.0
	oddFewer = -6.0
	// A burst of bots hits one series at e^-6, and brings from leastBots to mostBots.
	oddBots = -6.0
	// newsTail makes attention likelier the smaller it is: a density that falls as
	// (1+news)^-1.5. It decides only where nobody stands by.
	newsTail  = 0.5
	newsAlone = 2.0
	// newsMost is attention beyond which it is hard to believe that nothing failed
	// (assumed: no measured surge of mere attention was found).
	newsMost = 30.0
	// spreadCut is that of a cut around its part of the whole.
	spreadCut = 0.15
	// noEdge is the chance that a carrier's service falls with a component on which
	// the graph doesn't rest it.
	noEdge = -3.0
	// decades is ln ln of the range of counts that an odd series may take, a million:
	// its count is even on a log scale.
	decades = 2.6247
)

// fitted is the best superposition of some causes.
type fitted struct {
	set    []*cause
	sev    []float64 // severity of each cause
	stray  []float64 // how much goes astray of each, against the usual
	news   float64
	packs  []expected
	uneven []bool    // by pack: some cause strikes its cuts otherwise than the usual is spread
	mean   []float64 // expected count by tally, of uneven packs
	ll     []float64 // log-likelihood by pack
	sum    float64
}

// fit finds the severities and the news by multiplicative EM (Richardson-Lucy):
// they stay positive, and each sweep makes the counts likelier. Tallies that are
// odd in any case pull less.
func (sc *scene) fit(set []*cause) *fitted {
	n := len(sc.packs)
	f := &fitted{
		set: set, sev: make([]float64, len(set)), stray: make([]float64, len(set)), ll: make([]float64, n),
		packs: make([]expected, n), uneven: make([]bool, n),
	}
	f.news = sc.firstNews(set)
	for k, c := range set {
		sc.ready(c)
		f.sev[k], f.stray[k] = sc.firstSeverity(f, c), 1
		f.bend(sc, c.falls)
		f.bend(sc, c.leak)
	}
	f.expect(sc)
	for s := range sweeps {
		if s%4 == 0 {
			f.doubt(sc)
		}
		f.sweep(sc)
	}
	for k := range f.ll {
		f.ll[k] = sc.likelihood(k, &f.packs[k], f.cuts(sc, k), f.news)
		f.sum += f.ll[k]
	}
	f.sum -= sc.newsCost(f.news)
	for _, g := range f.stray {
		f.sum += firmLeak * (math.Log(g) - g + 1)
	}
	return f
}

// bend notes the packs of whose cuts a column takes no even share.
func (f *fitted) bend(sc *scene, column []strip) {
	for j := range column {
		if s := &column[j]; s.cuts != nil {
			if f.mean == nil {
				f.mean = make([]float64, len(sc.tallies))
			}
			f.uneven[s.k] = true
		}
	}
}

// cuts are the expected counts of a pack's cuts; nil where they are as the usual is
// spread, times a factor.
func (f *fitted) cuts(sc *scene, k int) []float64 {
	if !f.uneven[k] {
		return nil
	}
	return f.mean[sc.packs[k].from:sc.packs[k].to]
}

// newsCost is the cost of attention, in nats.
func (sc *scene) newsCost(news float64) float64 {
	over := math.Log(math.Max(1, (1+news)/newsMost))
	return sc.tail*math.Log1p(news) + over*over
}

// newsSlope is the tail of attention: where reports of one carrier alone are
// counted, attention to all can't be told from attention to it.
func newsSlope(list []pack) float64 {
	for i := range list {
		if list[i].org != "" && list[i].org != list[0].org {
			return newsTail
		}
	}
	return newsAlone
}

// firstNews begins with what the lower quarter of the bystanders show.
func (sc *scene) firstNews(set []*cause) float64 {
	clear(sc.room.owned)
	bystanders := len(sc.packs)
	for _, c := range set {
		for _, s := range c.falls {
			if !sc.room.owned[s.k] {
				sc.room.owned[s.k] = true
				bystanders--
			}
		}
	}
	nth := bystanders / 4
	for _, k := range sc.byNews {
		if sc.room.owned[k] {
			continue
		}
		if nth == 0 {
			return math.Max(0.01, sc.packs[k].y/sc.packs[k].pot-1)
		}
		nth--
	}
	return 0.01
}

// firstSeverity begins with the median of what the own tallies ask for, by
// weight; what no tally falls with begins with what its carrier's series ask for.
func (sc *scene) firstSeverity(f *fitted, c *cause) float64 {
	asks := sc.room.asks[:0]
	for _, w := range c.own {
		t := &sc.tallies[w.i]
		asks = append(asks, ask{math.Max(0, t.y-t.b*(1+f.news)) / w.w, w.w})
	}
	if len(asks) == 0 {
		for _, k := range c.hung {
			p := &sc.packs[k]
			asks = append(asks, ask{math.Max(0, p.y-p.b*(1+f.news)) / p.pot, p.pot})
		}
	}
	sc.room.asks = asks
	return math.Max(0.1, middle(asks))
}

// ask is the severity that would explain a count, and its weight.
type ask struct{ sev, w float64 }

// middle is the median by weight.
func middle(asks []ask) float64 {
	slices.SortFunc(asks, func(a, b ask) int { return cmp.Compare(a.sev, b.sev) })
	total, run := 0.0, 0.0
	for _, a := range asks {
		total += a.w
	}
	for _, a := range asks {
		if run += a.w; run >= total/2 {
			return a.sev
		}
	}
	return 0
}

// expect computes the expected counts and their variances.
func (f *fitted) expect(sc *scene) {
	for k := range sc.packs {
		p := &sc.packs[k]
		n := p.b * f.news
		f.packs[k] = expected{total: p.b + n, vari: spreadUsual*p.b*p.b + spreadNews*n*n}
		if f.uneven[k] {
			for i := p.from; i < p.to; i++ {
				f.mean[i] = sc.tallies[i].b * (1 + f.news)
			}
		}
	}
	for k, c := range f.set {
		f.add(sc, c.falls, f.sev[k], spreadOwn)
		f.add(sc, c.leak, f.sev[k]*f.stray[k], spreadLeak)
		for _, p := range c.hung {
			f.packs[p].hang += f.sev[k] * sc.packs[p].pot
		}
	}
}

func (f *fitted) add(sc *scene, column []strip, sev, spread float64) {
	for j := range column {
		s := &column[j]
		x, more := &f.packs[s.k], sev*s.w
		x.total += more
		x.vari += spread * more * more
		if f.uneven[s.k] {
			sc.lay(f.mean[sc.packs[s.k].from:], s, sev)
		}
	}
}

// doubt finds the chances that each pack's count is as expected, and that it was hit
// by an edge that the graph lacks.
func (f *fitted) doubt(sc *scene) {
	for k := range sc.packs {
		x := &f.packs[k]
		main, odd, hung := sc.packs[k].ways(f.news, x)
		sc.room.hit[k] = 0
		if x.hang > 0 {
			odd = logSum(odd, hung)
			sc.room.hit[k] = math.Exp(hung - logSum(main, odd))
		}
		sc.room.trust[k] = main - odd
	}
	for k, odds := range sc.room.trust { // by itself: processors do many at once
		sc.room.trust[k] = sigmoid(odds)
	}
}

// sweep updates news and severities once. Cuts that are off together pull as the
// one series that they are.
func (f *fitted) sweep(sc *scene) {
	num, den := 0.0, 0.0
	for k := range sc.packs {
		x, p := &f.packs[k], &sc.packs[k]
		sc.room.pull[k] = sc.room.trust[k] / (1 + x.vari/x.total)
		num += sc.room.pull[k] * p.b * p.y / x.total
		den += sc.room.pull[k] * p.b
	}
	slope := (sc.tail + 2*math.Log(math.Max(1, (1+f.news)/newsMost))) / (1 + f.news)
	news := f.news * num / (den + slope)
	for k, c := range f.set {
		// A severity is read off what fell; complaints gone astray follow it and
		// don't set it, or a large one would take the place of the news.
		num, den := f.pulled(sc, c.falls)
		for _, k := range c.hung {
			x, p := &f.packs[k], &sc.packs[k]
			all := x.total + x.hang
			w := sc.room.hit[k] / (1 + (x.vari+spreadOwn*x.hang*x.hang)/all) * p.pot
			num += w * p.y / all
			den += w
		}
		astray, all := f.pulled(sc, c.leak)
		f.stray[k] = min(mostLeak, (firmLeak+astray*f.sev[k]*f.stray[k])/(firmLeak+all*f.sev[k]))
		if den > 0 {
			f.sev[k] *= num / den
		}
	}
	f.news = news
	f.expect(sc)
}

// pulled is what a column pulls for: by how much its counts are above what is
// expected of them, and the weight of that.
func (f *fitted) pulled(sc *scene, column []strip) (num, den float64) {
	for j := range column {
		s := &column[j]
		if f.uneven[s.k] {
			num += sc.room.pull[s.k] * sc.asked(f.mean[sc.packs[s.k].from:], s, 0)
		} else {
			num += sc.room.pull[s.k] * s.w * sc.packs[s.k].y / f.packs[s.k].total
		}
		den += sc.room.pull[s.k] * s.w
	}
	return num, den
}

// negBin is the log-likelihood of a count of a mean and a dispersion, the
// variance being mean + alpha·mean², by its saddlepoint: counts may be fractions.
func negBin(y, mean, alpha float64) float64 {
	return negBinOf(y, math.Log(y), rootOf(y), mean, alpha)
}

// negBinOf is negBin of a count of which the logarithm and the root are known.
func negBinOf(y, logY, rootY, mean, alpha float64) float64 {
	mean, alpha = max(mean, least), max(alpha, 1e-6)
	up := math.Log(1 + alpha*mean)
	if y == 0 {
		return -up / alpha
	}
	own := math.Log(1 + alpha*y)
	return y*(math.Log(mean)-logY) - (y+1/alpha)*(up-own) - rootY - own/2
}

// rootOf is the logarithm of the root of 2πy, of what a saddlepoint divides by.
func rootOf(y float64) float64 { return math.Log(2*math.Pi*max(y, 1/(2*math.Pi))) / 2 }

func logSum(a, b float64) float64 {
	if b > a {
		a, b = b, a
	}
	if a-b > 37 {
		return a // what a float holds
	}
	return a + math.Log1p(math.Exp(b-a))
}
