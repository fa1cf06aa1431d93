package evaluate

import (
	"math"
	"slices"

	"tocsin/attribute"
)

// Row is how one method did in one scenario. Rates are shares of worlds unless
// they say otherwise.
type Row struct {
	Scenario        string   `json:"scenario"`
	Method          string   `json:"method"`
	Worlds          int      `json:"worlds"`
	Top1            float64  `json:"top1"`             // the first root named is true; nothing named where nothing failed
	AC3             float64  `json:"ac3"`              // a true root is among the first three, however unlikely it is called
	SetRecall       float64  `json:"set_recall"`       // of all true roots, those named
	SetPrecision    float64  `json:"set_precision"`    // of all roots named, those true
	FalseAccusation float64  `json:"false_accusation"` // some innocent was named
	Brier           float64  `json:"brier"`            // summed over a world's forecasts; lower is better
	LogLoss         float64  `json:"log_loss"`
	NLL             float64  `json:"nll"` // -ln of the probability that was given to the truth
	Murphy          Murphy   `json:"murphy"`
	Top1Range       Interval `json:"top1_interval"`
	AccusedRange    Interval `json:"false_accusation_interval"`
	BrierRange      Interval `json:"brier_interval"`
	Reliability     []Bin    `json:"reliability"`
}

// Murphy is the Brier score of single forecasts, taken apart (Murphy, 1973):
// reliability - resolution + uncertainty, over the bins.
type Murphy struct {
	Reliability float64 `json:"reliability"`
	Resolution  float64 `json:"resolution"`
	Uncertainty float64 `json:"uncertainty"`
}

// Interval holds 95 % of a figure's bootstrap, by world.
type Interval [2]float64

// Bin is the forecasts of about one probability: how many, what they said on
// average, how often it came true, and between which rates that could lie (95 %,
// by Wilson's score).
type Bin struct {
	Count    int      `json:"count"`
	Forecast float64  `json:"forecast"`
	Observed float64  `json:"observed"`
	Range    Interval `json:"interval"`
}

// wilson is the interval of a rate that was seen n times.
func wilson(rate, n float64) Interval {
	const z = 1.96
	if n == 0 {
		return Interval{0, 1}
	}
	middle := (rate + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(rate*(1-rate)/n+z*z/(4*n*n))
	return Interval{max(0, middle-half), min(1, middle+half)}
}

// faint is the least probability that a logarithm is taken of: a method that is
// sure and wrong pays 6.9 nats, not everything.
const faint = 1e-3

func logLoss(p, y float64) float64 {
	p = min(max(p, faint), 1-faint)
	return -y*math.Log(p) - (1-y)*math.Log(1-p)
}

// surprise is the mean -ln of what was given to each true root; with none, of
// what was left for "nothing failed".
func surprise(w *World, roots []attribute.Root, given []float64) float64 {
	if len(w.Truth) == 0 {
		most := 0.0
		for _, r := range roots {
			most = max(most, r.P)
		}
		return logLoss(most, 0)
	}
	sum := 0.0
	for _, p := range given {
		sum += logLoss(p, 1)
	}
	return sum / float64(len(given))
}

// bootstraps is how often the worlds are drawn again for the intervals.
const bootstraps = 300

// summary adds up the marks of all worlds.
func summary(scenario, method string, marks []mark, d *dice) Row {
	r := Row{Scenario: scenario, Method: method, Worlds: len(marks)}
	var all []forecast
	var truths, met, named, right float64
	briers, n := make([]float64, len(marks)), float64(len(marks))
	for i, m := range marks {
		r.Top1 += m.top1
		r.AC3 += m.ac3
		r.FalseAccusation += m.accused
		r.NLL += m.surprise
		truths, met, named, right = truths+m.truths, met+m.met, named+m.named, right+m.right
		for _, f := range m.forecasts {
			briers[i] += (f.p - f.y) * (f.p - f.y)
			r.LogLoss += logLoss(f.p, f.y)
		}
		r.Brier += briers[i]
		all = append(all, m.forecasts...)
	}
	for _, sum := range []*float64{&r.Top1, &r.AC3, &r.FalseAccusation, &r.NLL, &r.LogLoss, &r.Brier} {
		*sum /= max(1, n)
	}
	r.SetRecall, r.SetPrecision = part(met, truths), part(right, named)
	r.Reliability = reliability(all)
	r.Murphy = murphy(r.Reliability)
	pick := func(of func(i int) float64) Interval { return bootstrap(d, len(marks), of) }
	r.Top1Range = pick(func(i int) float64 { return marks[i].top1 })
	r.AccusedRange = pick(func(i int) float64 { return marks[i].accused })
	r.BrierRange = pick(func(i int) float64 { return briers[i] })
	return r
}

// part is a share; of nothing it is 1: nothing was missed, nothing called wrong.
func part(some, all float64) float64 {
	if all == 0 {
		return 1
	}
	return some / all
}

// edges of the reliability bins: finer where judgement is sure.
func edges() []float64 {
	return []float64{0, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 0.95, 0.98, 1.0000001}
}

// reliability sorts forecasts into bins; empty ones are left out.
func reliability(all []forecast) []Bin {
	e := edges()
	bins := make([]Bin, len(e)-1)
	for _, f := range all {
		i := 0
		for f.p >= e[i+1] && i < len(bins)-1 {
			i++
		}
		bins[i].Count++
		bins[i].Forecast += f.p
		bins[i].Observed += f.y
	}
	for i := range bins {
		bins[i].Forecast /= max(1, float64(bins[i].Count))
		bins[i].Observed /= max(1, float64(bins[i].Count))
		bins[i].Range = wilson(bins[i].Observed, float64(bins[i].Count))
	}
	return slices.DeleteFunc(bins, func(b Bin) bool { return b.Count == 0 })
}

func murphy(bins []Bin) Murphy {
	var m Murphy
	n, base := 0.0, 0.0
	for _, b := range bins {
		n += float64(b.Count)
		base += b.Observed * float64(b.Count)
	}
	if n == 0 {
		return m
	}
	base /= n
	for _, b := range bins {
		w := float64(b.Count) / n
		m.Reliability += w * (b.Forecast - b.Observed) * (b.Forecast - b.Observed)
		m.Resolution += w * (b.Observed - base) * (b.Observed - base)
	}
	m.Uncertainty = base * (1 - base)
	return m
}

// bootstrap gives the middle 95 % of a mean when the worlds are drawn again.
func bootstrap(d *dice, n int, of func(i int) float64) Interval {
	if n == 0 {
		return Interval{}
	}
	means := make([]float64, bootstraps)
	for b := range means {
		for range n {
			means[b] += of(d.IntN(n))
		}
		means[b] /= float64(n)
	}
	slices.Sort(means)
	return Interval{means[bootstraps*25/1000], means[bootstraps*975/1000]}
}
