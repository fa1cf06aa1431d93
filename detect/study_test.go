package detect

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// The studies measure; they assert nothing of time. Run them with
//
//	go test ./detect -run Study -study -v
var study = flag.Bool("study", false, "run the studies behind the figures of DESIGN.md")

// chart is a statistic of a stream of counts, minute by minute.
type chart interface {
	step(minute int64, x, b float64) float64
	reset()
}

type focusChart struct{ *FOCuS }

func (f focusChart) step(minute int64, x, b float64) float64 { return f.Step(minute*60, x, b).Score }
func (f focusChart) reset()                                  { f.Reset() }

// windowChart is a fixed window with the same likelihood ratio.
type windowChart struct {
	width int
	ring  []Tally
	n     int
	sum   Tally
}

func newWindowChart(width int) *windowChart {
	return &windowChart{width: width, ring: make([]Tally, width)}
}

func (w *windowChart) step(_ int64, x, b float64) float64 {
	slot := &w.ring[w.n%w.width]
	w.n++
	w.sum.Seen += x - slot.Seen
	w.sum.Due += b - slot.Due
	*slot = Tally{x, b}
	if w.sum.Seen <= w.sum.Due+1e-9 {
		return 0
	}
	return w.sum.Seen*math.Log(w.sum.Seen/w.sum.Due) - (w.sum.Seen - w.sum.Due)
}

func (w *windowChart) reset() {
	w.n, w.sum = 0, Tally{}
	clear(w.ring)
}

// excursions runs a chart over quiet years and gives the height of every
// excursion from zero, highest first: how many exceed a threshold is how many
// false alarms it would have raised.
func excursions(c chart, draw func() float64, b float64, years float64) []float64 {
	var tops []float64
	top := 0.0
	for m := range int64(years * 365 * dayMinutes) {
		s := c.step(m, draw(), b)
		if s > 0 {
			top = max(top, s)
			continue
		}
		if top > 3 {
			tops = append(tops, top)
		}
		top = 0
	}
	slices.Sort(tops)
	slices.Reverse(tops)
	return tops
}

func exceeding(tops []float64, h float64) float64 {
	n := 0
	for n < len(tops) && tops[n] >= h {
		n++
	}
	return float64(n)
}

// deflated is a negative-binomial stream, divided by its dispersion or not.
type stream struct {
	name          string
	b, alpha, phi float64
	years         float64
}

func (s stream) draw(rng *rand.Rand) func() float64 {
	return func() float64 { return negbin(rng, s.b, s.alpha) / s.phi }
}

func studyStreams() []stream {
	phi := func(b, alpha float64) float64 { return 1 + alpha*b }
	return []stream{
		{name: "b=0.02", b: 0.02, phi: 1, years: 40},
		{name: "b=0.2", b: 0.2, phi: 1, years: 20},
		{name: "b=2", b: 2, phi: 1, years: 20},
		{name: "b=20", b: 20, phi: 1, years: 10},
		{name: "b=2, NB 0.3, with phi", b: 2, alpha: 0.3, phi: phi(2, 0.3), years: 10},
		{name: "b=2, NB 0.3, without", b: 2, alpha: 0.3, phi: 1, years: 3},
		{name: "b=20, NB 0.05, with phi", b: 20, alpha: 0.05, phi: phi(20, 0.05), years: 10},
		{name: "b=0.2, NB 1, with phi", b: 0.2, alpha: 1, phi: phi(0.2, 1), years: 10},
		{name: "b=0.02, NB 0.3, with phi", b: 0.02, alpha: 0.3, phi: phi(0.02, 0.3), years: 20},
		{name: "b=0.02, NB 2, with phi", b: 0.02, alpha: 2, phi: phi(0.02, 2), years: 20},
	}
}

// False alarms a series-year by threshold; the last columns are at the shifted
// thresholds that the detector uses.
func TestStudyFalseAlarms(t *testing.T) {
	if !*study {
		t.Skip("a study: -study")
	}
	t.Logf("| stream | h=8 | h=10 | h=12 | h=15 | shift | 8+shift | 12+shift |")
	for i, s := range studyStreams() {
		rng := rand.New(rand.NewPCG(uint64(i), 3))
		tops := excursions(focusChart{NewFOCuS(FOCuSOptions{})}, s.draw(rng), s.b/s.phi, s.years)
		season := NewSeasonal(SeasonalOptions{Alpha: max(s.alpha, 1e-9)})
		shift := season.Shift(s.b)
		row := ""
		for _, h := range []float64{8, 10, 12, 15} {
			row += fmt.Sprintf(" %.3g |", exceeding(tops, h)/s.years)
		}
		t.Logf("| %s |%s %.1f | %.3g | %.3g |", s.name, row, shift, exceeding(tops, 8+shift)/s.years, exceeding(tops, 12+shift)/s.years)
	}
}

// The 60-minute test's false alarms a series-year, by threshold.
func TestStudySlowTest(t *testing.T) {
	if !*study {
		t.Skip("a study: -study")
	}
	for i, b := range []float64{0.005, 0.02, 0.05, 0.2, 0.5} {
		rng := rand.New(rand.NewPCG(uint64(i), 4))
		const years = 20
		tops := excursions(newWindowChart(longTrail), func() float64 { return poisson(rng, b) }, b, years)
		row := ""
		for _, h := range []float64{5, 6, 7, 8, 10} {
			row += fmt.Sprintf(" h=%g: %.3g", h, exceeding(tops, h)/years)
		}
		t.Logf("b=%g:%s", b, row)
	}
}

// focusPart is the part of it that FOCuS gets where the 60-minute test runs too.
const focusPart = 0.12

// budget is one false alarm in 30 days of a series.
const budget = 365.0 / 30

// threshold is the lowest that keeps to a number of false alarms a year.
func threshold(c chart, b, years, perYear float64, rng *rand.Rand) float64 {
	tops := excursions(c, func() float64 { return poisson(rng, b) }, b, years)
	n := int(perYear * years)
	if n >= len(tops) {
		return 3
	}
	return tops[n] + 1e-9
}

// both alarms when one of two charts does; its statistic is the margin.
type both struct {
	a, b   chart
	ha, hb float64
}

func (c both) step(m int64, x, b float64) float64 {
	return max(c.a.step(m, x, b)-c.ha, c.b.step(m, x, b)-c.hb)
}

func (c both) reset() { c.a.reset(); c.b.reset() }

// delays gives median and 90th percentile of the minutes from the beginning of a
// rise that takes ten minutes to its full ratio, up to 240.
func delays(c chart, h, b, ratio float64, rng *rand.Rand) (p50, p90 float64) {
	const trials, before, most = 4000, 240, 240
	all := make([]float64, trials)
	for i := range all {
		c.reset()
		m := int64(0)
		for ; m < before; m++ {
			c.step(m, poisson(rng, b), b)
		}
		wait := 0.0
		for wait < most {
			wait++
			rate := b * (1 + (ratio-1)*math.Min(1, wait/10))
			m++
			if c.step(m, poisson(rng, rate), b) >= h {
				break
			}
		}
		all[i] = wait
	}
	slices.Sort(all)
	return all[trials/2], all[trials*9/10]
}

// rival is a chart with the threshold at which it keeps to the budget.
type rival struct {
	chart
	h float64
}

// pair is FOCuS with the 60-minute test where little is due.
func pair(b, h, slow float64) rival {
	focus := focusChart{NewFOCuS(FOCuSOptions{})}
	if b*longTrail > slowMost {
		return rival{focus, h}
	}
	return rival{both{focus, newWindowChart(longTrail), h, slow}, 0}
}

// Delay, FOCuS and what the detector runs beside fixed windows, all with the
// same false alarms: one in 30 days, and then as many as the detector's own
// thresholds for Warning give.
func TestStudyDelays(t *testing.T) {
	if !*study {
		t.Skip("a study: -study")
	}
	const years = 30
	for i, b := range []float64{0.02, 0.05, 0.2, 0.3, 0.5, 2, 20} {
		rng := rand.New(rand.NewPCG(uint64(i), 5))
		at := func(c chart, perYear float64) rival { return rival{c, threshold(c, b, years, perYear, rng)} }
		focus := func() chart { return focusChart{NewFOCuS(FOCuSOptions{})} }
		ours := pair(b, at(focus(), budget*focusPart).h, at(newWindowChart(60), budget*(1-focusPart)).h)
		if b*longTrail > slowMost {
			ours = at(focus(), budget)
		}
		table(t, b, "one in 30 days", rng, []rival{
			at(focus(), budget), ours,
			at(newWindowChart(5), budget), at(newWindowChart(15), budget), at(newWindowChart(60), budget),
		})
		shipped := pair(b, focusWatch, slowWatch)
		perYear := alarms(shipped, func() float64 { return poisson(rng, b) }, b, years)
		table(t, b, fmt.Sprintf("%.3g a year, the detector's Warning", perYear), rng, []rival{
			at(focus(), perYear), shipped,
			at(newWindowChart(5), perYear), at(newWindowChart(15), perYear), at(newWindowChart(60), perYear),
		})
	}
}

// alarms counts the false alarms a year of a rival, told apart by an hour.
func alarms(r rival, draw func() float64, b, years float64) float64 {
	n, last := 0.0, int64(-longTrail)
	for m := range int64(years * 365 * dayMinutes) {
		if r.step(m, draw(), b) >= r.h {
			if m-last >= longTrail {
				n++
			}
			last = m
		}
	}
	return n / years
}

func table(t *testing.T, b float64, title string, rng *rand.Rand, rivals []rival) {
	t.Helper()
	t.Logf("b=%g a minute, %s", b, title)
	t.Logf("| ratio | FOCuS | FOCuS and 60 min | 5 min | 15 min | 60 min | ours to the better of 15 and 60 |")
	for _, ratio := range []float64{2, 3, 5, 10, 50} {
		row, p50s := "", []float64{}
		for _, r := range rivals {
			p50, p90 := delays(r, r.h, b, ratio, rng)
			row += fmt.Sprintf(" %g/%g |", p50, p90)
			p50s = append(p50s, p50)
		}
		t.Logf("| x%g |%s %.2f |", ratio, row, p50s[1]/min(p50s[3], p50s[4]))
	}
}
