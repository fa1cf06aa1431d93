package evaluate

import "math"

// Pool is how one method's forecasts of all scenarios came true together. Those
// about whom a method said nothing are no forecasts of its own and are left out.
type Pool struct {
	Method string `json:"method"`
	Count  int    `json:"count"`
	// Slope and Offset are the line through the stated log-odds that fits what came
	// true best (Platt, 1999): 1 and 0 of a method whose probabilities are true.
	Slope       float64 `json:"slope"`
	Offset      float64 `json:"offset"`
	Reliability []Bin   `json:"reliability"`
}

func pooled(method string, marks []mark) Pool {
	var all []forecast
	for _, m := range marks {
		for _, f := range m.forecasts {
			if f.p > 0 {
				all = append(all, f)
			}
		}
	}
	p := Pool{Method: method, Count: len(all), Reliability: reliability(all)}
	p.Slope, p.Offset = platt(all)
	return p
}

// surest bounds the log-odds that a fit is asked about: beyond, a float holds
// little more than 1.
const surest = 20.0

// platt fits the slope and the offset of stated log-odds.
func platt(all []forecast) (slope, offset float64) {
	odds, came := make([]float64, len(all)), make([]float64, len(all))
	for i, f := range all {
		odds[i] = min(surest, max(-surest, math.Log(f.p)-math.Log1p(-f.p)))
		came[i] = f.y
	}
	return line(odds, came)
}

// line finds the slope and the offset of log-odds that fit what came true best, by
// Newton's method on the log loss, beside a prior of one nat around 1 and 0, so
// that a perfect method has a fit too.
func line(odds, came []float64) (slope, offset float64) {
	slope = 1
	for range 50 {
		ga, gb, haa, hab, hbb := slope-1, offset, 1.0, 0.0, 1.0
		for i, x := range odds {
			q := 1 / (1 + math.Exp(-slope*x-offset))
			d, v := q-came[i], q*(1-q)
			ga, gb = ga+d*x, gb+d
			haa, hab, hbb = haa+v*x*x, hab+v*x, hbb+v
		}
		det := haa*hbb - hab*hab
		da, db := (hbb*ga-hab*gb)/det, (haa*gb-hab*ga)/det
		size := max(1, math.Abs(da)+math.Abs(db))
		slope, offset = slope-da/size, offset-db/size
		if math.Abs(da)+math.Abs(db) < 1e-9 {
			break
		}
	}
	return slope, offset
}

// holds tells whether a bin's mean forecast lies within the interval of what came
// true.
func (b Bin) holds() bool { return b.Forecast >= b.Range[0] && b.Forecast <= b.Range[1] }
