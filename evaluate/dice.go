package evaluate

import (
	"math"
	"math/rand/v2"
)

// dice draws from the distributions that the worlds are made of.
type dice struct{ *rand.Rand }

// between draws evenly from a range.
func (d *dice) between(r [2]float64) float64 { return r[0] + (r[1]-r[0])*d.Float64() }

// happens is true with a probability.
func (d *dice) happens(p float64) bool { return p > 0 && d.Float64() < p }

// about draws a log-normal factor with the median 1.
func (d *dice) about(sigma float64) float64 { return math.Exp(sigma * d.NormFloat64()) }

// gamma draws from a Gamma distribution of mean 1 and the given shape, by
// Marsaglia and Tsang (2000).
func (d *dice) gamma(shape float64) float64 {
	if shape < 1 {
		return d.gammaRaw(shape+1) * math.Pow(d.Float64(), 1/shape) / shape
	}
	return d.gammaRaw(shape) / shape
}

func (d *dice) gammaRaw(shape float64) float64 {
	a := shape - 1.0/3
	c := 1 / math.Sqrt(9*a)
	for {
		x := d.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if u := d.Float64(); math.Log(u) < x*x/2+a-a*v+a*math.Log(v) {
			return a * v
		}
	}
}

// beta draws from a Beta distribution by its mean and its weight a+b.
func (d *dice) beta(mean, weight float64) float64 {
	x := d.gammaRaw1(mean * weight)
	y := d.gammaRaw1((1 - mean) * weight)
	return x / (x + y)
}

// gammaRaw1 draws a Gamma of scale 1, of any shape.
func (d *dice) gammaRaw1(shape float64) float64 { return d.gamma(shape) * shape }

// poisson draws a count. Above 50 the normal distribution stands in, rounded:
// there the two differ by less than the worlds' other noise.
func (d *dice) poisson(mean float64) float64 {
	switch {
	case mean <= 0:
		return 0
	case mean > 50:
		return math.Max(0, math.Round(mean+math.Sqrt(mean)*d.NormFloat64()))
	}
	limit, p := math.Exp(-mean), d.Float64()
	n := 0.0
	for p > limit {
		p *= d.Float64()
		n++
	}
	return n
}

// pick draws one of a list, evenly.
func pick[T any](d *dice, list []T) T { return list[d.IntN(len(list))] }

// some draws n different ones of a list, in random order.
func some[T any](d *dice, list []T, n int) []T {
	out := append([]T(nil), list...)
	d.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:min(n, len(out))]
}

// thin keeps each of n with a probability.
func (d *dice) thin(n, p float64) float64 {
	if n > 40 {
		return min(n, max(0, math.Round(n*p+math.Sqrt(n*p*(1-p))*d.NormFloat64())))
	}
	kept := 0.0
	for range int(n) {
		if d.happens(p) {
			kept++
		}
	}
	return kept
}
