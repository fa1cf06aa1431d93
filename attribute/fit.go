package attribute

import (
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
	// newsTail makes attention likelier the smaller it is: a density that falls as
	// (1+news)^-1.5. It decides only where nobody stands by.
	newsTail  = 0.5
	newsAlone = 2.0
	// newsMost is attention beyond which it is hard to believe that nothing failed
	// (assumed: no measured surge of mere attention was found).
	newsMost = 30.0
	// decades is ln of the range of counts that an odd series may take.
	decades = 13.8
)

// fitted is the best superposition of some causes.
type fitted struct {
	set   []*cause
	sev   []float64 // severity of each cause
	stray []float64 // how much goes astray of each, against the usual
	news  float64
	ll    []float64 // log-likelihood by tally
	sum   float64
	mean  []float64 // expected count by tally
	vari  []float64
}

// fit finds the severities and the news by multiplicative EM (Richardson-Lucy):
// they stay positive, and each sweep makes the counts likelier. Tallies that are
// odd in any case pull less.
func (sc *scene) fit(set []*cause) *fitted {
	n := len(sc.tallies)
	f := &fitted{
		set: set, sev: make([]float64, len(set)), stray: make([]float64, len(set)), ll: make([]float64, n),
		mean: make([]float64, n), vari: make([]float64, n),
	}
	f.news = sc.firstNews(set)
	trust := make([]float64, n)
	for i := range trust {
		trust[i] = 1
	}
	for k, c := range set {
		f.sev[k], f.stray[k] = sc.firstSeverity(f, c), 1
	}
	f.expect(sc)
	for s := range sweeps {
		if s%4 == 0 {
			for i := range trust {
				_, trust[i] = f.likelihood(sc, i)
			}
		}
		f.sweep(sc, trust)
	}
	for i := range f.ll {
		f.ll[i], _ = f.likelihood(sc, i)
		f.sum += f.ll[i]
	}
	f.sum -= sc.newsCost(f.news)
	for _, g := range f.stray {
		f.sum += firmLeak * (math.Log(g) - g + 1)
	}
	return f
}

// newsCost is the cost of attention, in nats.
func (sc *scene) newsCost(news float64) float64 {
	over := math.Log(math.Max(1, (1+news)/newsMost))
	return sc.tail*math.Log1p(news) + over*over
}

// newsSlope is the tail of attention: where reports of one carrier alone are
// counted, attention to all can't be told from attention to it.
func newsSlope(tallies []tally) float64 {
	for i := range tallies {
		if tallies[i].org != "" && tallies[i].org != tallies[0].org {
			return newsTail
		}
	}
	return newsAlone
}

// firstNews begins with what the lower quarter of the bystanders show.
func (sc *scene) firstNews(set []*cause) float64 {
	owned := make([]bool, len(sc.tallies))
	for _, c := range set {
		for _, w := range c.own {
			owned[w.i] = true
		}
	}
	var ratios []float64
	for i := range sc.tallies {
		if t := &sc.tallies[i]; !owned[i] {
			ratios = append(ratios, t.y/t.pot-1)
		}
	}
	if len(ratios) == 0 {
		return 0.01
	}
	slices.Sort(ratios)
	return math.Max(0.01, ratios[len(ratios)/4])
}

// firstSeverity begins with the median of what the own tallies ask for, by
// weight.
func (sc *scene) firstSeverity(f *fitted, c *cause) float64 {
	type ask struct{ s, w float64 }
	asks := make([]ask, 0, len(c.own))
	total := 0.0
	for _, w := range c.own {
		t := &sc.tallies[w.i]
		asks = append(asks, ask{math.Max(0, t.y-t.b*(1+f.news)) / w.w, w.w})
		total += w.w
	}
	slices.SortFunc(asks, func(a, b ask) int {
		switch {
		case a.s < b.s:
			return -1
		case a.s > b.s:
			return 1
		}
		return 0
	})
	run := 0.0
	for _, a := range asks {
		if run += a.w; run >= total/2 {
			return math.Max(a.s, 0.1)
		}
	}
	return 0.1
}

// expect computes the expected counts and their variances.
func (f *fitted) expect(sc *scene) {
	for i := range sc.tallies {
		b := sc.tallies[i].b
		n := b * f.news
		f.mean[i] = b + n
		f.vari[i] = spreadUsual*b*b + spreadNews*n*n
	}
	for k, c := range f.set {
		f.add(c.own, f.sev[k], spreadOwn)
		f.add(c.leak, f.sev[k]*f.stray[k], spreadLeak)
	}
}

func (f *fitted) add(ws []weight, sev, spread float64) {
	for _, w := range ws {
		x := sev * w.w
		f.mean[w.i] += x
		f.vari[w.i] += spread * x * x
	}
}

// sweep updates news and severities once.
func (f *fitted) sweep(sc *scene, trust []float64) {
	num, den := 0.0, 0.0
	pull := func(i int) float64 { return trust[i] / (1 + f.vari[i]/f.mean[i]) }
	for i := range sc.tallies {
		p := pull(i) * sc.tallies[i].b
		num += p * sc.tallies[i].y / f.mean[i]
		den += p
	}
	slope := (sc.tail + 2*math.Log(math.Max(1, (1+f.news)/newsMost))) / (1 + f.news)
	news := f.news * num / (den + slope)
	for k, c := range f.set {
		num, den = 0, 0
		// A severity is read off what fell; complaints gone astray follow it and
		// don't set it, or a large one would take the place of the news.
		for _, w := range c.own {
			p := pull(w.i) * w.w
			num += p * sc.tallies[w.i].y / f.mean[w.i]
			den += p
		}
		grow := 1.0
		if den > 0 {
			grow = num / den
		}
		num, den = firmLeak, firmLeak
		for _, w := range c.leak {
			p := pull(w.i) * w.w * f.sev[k]
			num += p * f.stray[k] * sc.tallies[w.i].y / f.mean[w.i]
			den += p
		}
		f.sev[k] *= grow
		f.stray[k] = math.Min(mostLeak, num/den)
	}
	f.news = news
	f.expect(sc)
}

// likelihood is the log-likelihood of one tally, and how far it is to be
// trusted: the chance that it is not odd.
func (f *fitted) likelihood(sc *scene, i int) (ll, trust float64) {
	t := &sc.tallies[i]
	return robust(t.y, t.b*(1+f.news), f.mean[i], f.vari[i])
}

// robust mixes the negative binomial with the two ways of being odd.
func robust(y, usual, mean, vari float64) (ll, trust float64) {
	main := negBin(y, mean, vari/(mean*mean))
	odd := oddFewer + negBin(y, usual, spreadUsual)
	if y > mean {
		odd = oddMore - math.Log1p(y) - math.Log(decades)
	}
	ll = logSum(main, odd)
	return ll, math.Exp(main - ll)
}

// negBin is the log-likelihood of a count of a mean and a dispersion, the
// variance being mean + alpha·mean², by its saddlepoint: counts may be fractions.
func negBin(y, mean, alpha float64) float64 {
	mean = math.Max(mean, least)
	alpha = math.Max(alpha, 1e-6)
	fall := (y + 1/alpha) * math.Log1p(alpha*(mean-y)/(1+alpha*y))
	if y == 0 {
		return -math.Log1p(alpha*mean) / alpha
	}
	return y*math.Log(mean/y) - fall - 0.5*math.Log(2*math.Pi*math.Max(y, 1/(2*math.Pi))*(1+alpha*y))
}

func logSum(a, b float64) float64 {
	if b > a {
		a, b = b, a
	}
	return a + math.Log1p(math.Exp(b-a))
}
