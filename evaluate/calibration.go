package evaluate

import "math"

// Pool is how one method's forecasts of all scenarios came true together. Those
// about whom a method said nothing are no forecasts of its own and are left out.
type Pool struct {
	Method      string `json:"method"`
	Count       int    `json:"count"`
	Beta        Beta   `json:"beta"`
	Reliability []Bin  `json:"reliability"`
}

// Beta is the curve from stated probabilities to those that came true, by Kull et
// al. (2017): logit q = doubt·ln p − sure·ln(1−p) + offset. Of a method whose
// probabilities are true it is 1, 1 and 0; one line through the log-odds (Platt,
// 1999) where doubt and sure are equal.
type Beta struct {
	Doubt  float64 `json:"doubt"`
	Sure   float64 `json:"sure"`
	Offset float64 `json:"offset"`
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
	return Pool{Method: method, Count: len(all), Beta: fitBeta(all), Reliability: reliability(all)}
}

// Figures of the fit: a probability nearer to 0 or 1 than a billionth says no more;
// a prior of 1, 1 and 0, each ± 1, keeps the fit of a perfect method finite.
const (
	surest = 1e-9
	prior  = 1.0
)

// fitBeta fits the curve by Newton's method on the log loss, by half a step where a
// whole one would lead uphill.
func fitBeta(all []forecast) Beta {
	w := [3]float64{1, 1, 0}
	loss := betaLoss(all, w)
	for range 60 {
		slope, bend := betaSlope(all, w)
		step, far := solve(bend, slope), 0.0
		for range 30 {
			next := w
			for i := range w {
				next[i] -= step[i]
			}
			if l := betaLoss(all, next); l <= loss {
				far, w, loss = math.Abs(step[0])+math.Abs(step[1])+math.Abs(step[2]), next, l
				break
			}
			for i := range step {
				step[i] /= 2
			}
		}
		if far < 1e-9 {
			break
		}
	}
	return Beta{w[0], w[1], w[2]}
}

// features are what the curve is linear in.
func features(p float64) [3]float64 {
	p = min(max(p, surest), 1-surest)
	return [3]float64{math.Log(p), -math.Log1p(-p), 1}
}

func betaOdds(w, x [3]float64) float64 { return w[0]*x[0] + w[1]*x[1] + w[2]*x[2] }

// betaLoss is the log loss with the prior.
func betaLoss(all []forecast, w [3]float64) float64 {
	sum := prior * ((w[0]-1)*(w[0]-1) + (w[1]-1)*(w[1]-1) + w[2]*w[2]) / 2
	for _, f := range all {
		z := betaOdds(w, features(f.p))
		sum += max(z, 0) - f.y*z + math.Log1p(math.Exp(-math.Abs(z)))
	}
	return sum
}

// betaSlope gives the first and second derivatives of the loss.
func betaSlope(all []forecast, w [3]float64) (slope [3]float64, bend [3][3]float64) {
	for i, start := range [3]float64{1, 1, 0} {
		slope[i], bend[i][i] = prior*(w[i]-start), prior
	}
	for _, f := range all {
		x := features(f.p)
		q := 1 / (1 + math.Exp(-betaOdds(w, x)))
		for i := range w {
			slope[i] += (q - f.y) * x[i]
			for j := range w {
				bend[i][j] += q * (1 - q) * x[i] * x[j]
			}
		}
	}
	return slope, bend
}

// solve solves a positive definite system of three by elimination.
func solve(a [3][3]float64, b [3]float64) [3]float64 {
	for i := range a {
		for r := range a {
			if r == i {
				continue
			}
			by := a[r][i] / a[i][i]
			for j := i; j < 3; j++ {
				a[r][j] -= by * a[i][j]
			}
			b[r] -= by * b[i]
		}
	}
	for i := range b {
		b[i] /= a[i][i]
	}
	return b
}

// holds tells whether a bin's mean forecast lies within the interval of what came
// true.
func (b Bin) holds() bool { return b.Forecast >= b.Range[0] && b.Forecast <= b.Range[1] }
