package detect

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/evidence"
)

// benchSeries is a series as it is in life: a week of minutes, told over and over.
type benchSeries struct {
	name   string
	method string
	values []float64
}

const benchWeek = 7 * dayMinutes

// quietWeek draws every minute alike.
func quietWeek(draw func(i int) float64) []float64 {
	week := make([]float64, benchWeek)
	for i := range week {
		week[i] = draw(i)
	}
	return week
}

// ill makes an outage of the first six days of a week, so that it is never
// accepted as the new level and nearly every minute is of it.
func ill(draw, out func(i int) float64) []float64 {
	return quietWeek(func(i int) float64 {
		if i < 6*dayMinutes {
			return out(i)
		}
		return draw(i)
	})
}

// benchWeeks are the series that a step is measured in.
func benchWeeks() []benchSeries {
	rng := rand.New(rand.NewPCG(1, 2))
	count := func(mean, alpha float64) func(int) float64 {
		return func(int) float64 { return negbin(rng, mean, alpha) }
	}
	traffic := func(level float64) func(int) float64 {
		return func(int) float64 { return math.Round(level*1000*(1+0.01*rng.NormFloat64())) / 1000 }
	}
	routes := func(level float64) func(int) float64 { // they stand still, and seldom one goes
		return func(i int) float64 {
			if i%500 < 5 {
				return level - 1
			}
			return level
		}
	}
	restless := func(level float64) func(int) float64 {
		return func(int) float64 { return level - float64(rng.IntN(9)) }
	}
	probe := func(share float64) func(int) float64 {
		return func(int) float64 {
			if rng.Float64() < share {
				return 1
			}
			return 0
		}
	}
	answers := func(level float64) func(int) float64 {
		return func(i int) float64 {
			return math.Round(level * (1 + 0.02*math.Sin(float64(i)/229) + 0.004*rng.NormFloat64()))
		}
	}
	var all []benchSeries
	add := func(method, name string, values []float64) {
		all = append(all, benchSeries{method: method, name: method + "/" + name, values: values})
	}
	for _, rate := range []struct {
		name string
		mean float64
	}{{"0.02", 0.02}, {"0.2", 0.2}, {"2", 2}, {"20", 20}} {
		add("reports-focus", rate.name, quietWeek(count(rate.mean, 0)))
		add("reports-focus", rate.name+"-bursts", quietWeek(count(rate.mean, 0.3)))
		add("reports-focus", rate.name+"-outage", ill(count(rate.mean, 0), count(10*rate.mean, 0.1)))
	}
	add("routes-focus", "still", quietWeek(routes(900)))
	add("routes-focus", "restless", quietWeek(restless(900)))
	add("routes-focus", "outage", ill(routes(900), routes(12)))
	add("trinocular", "up", quietWeek(probe(1)))
	add("trinocular", "seldom", quietWeek(probe(0.7)))
	add("trinocular", "down", ill(probe(1), probe(0)))
	add("sustained-drop", "quiet", quietWeek(traffic(1)))
	add("sustained-drop", "outage", ill(traffic(1), traffic(0.1)))
	add("similar-days", "quiet", quietWeek(traffic(400)))
	add("similar-days", "outage", ill(traffic(400), traffic(40)))
	add("ioda-probing", "quiet", quietWeek(answers(4000)))
	add("ioda-probing", "outage", ill(answers(4000), answers(1000)))
	add("count-bands", "quiet", quietWeek(count(400, 0.5)))
	add("count-bands", "outage", ill(count(400, 0.5), count(4000, 0.5)))
	return all
}

// BenchmarkSeries steps each method through the weeks that it may see.
func BenchmarkSeries(b *testing.B) {
	for _, s := range benchWeeks() {
		b.Run(s.name, func(b *testing.B) {
			var d Detector
			for _, base := range append(Deep(), Baselines()...) {
				if base.Method == s.method {
					d = base.New()
				}
			}
			o := value(start(), 0)
			o.Series = seriesOf(evidence.Reports)
			i := 6 * dayMinutes // the quiet day
			step := func() {
				o.At, o.Value = o.At.Add(time.Minute), s.values[i]
				d.Step(&o)
				if i++; i == benchWeek {
					i = 0
				}
			}
			for range benchWeek { // it learns from what may be quiet
				i = max(i, 6*dayMinutes)
				step()
				if i == 0 {
					i = 6 * dayMinutes
				}
			}
			i = 0
			for range 2 * dayMinutes {
				step()
			}
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}
