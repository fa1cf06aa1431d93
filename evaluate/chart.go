package evaluate

import "math"

// Chart is a way to watch counts whose everyday rate is known: after each
// minute it gives a statistic, and an alarm is a threshold on it. Charts are
// compared at the thresholds at which they raise equally many false alarms.
type Chart struct {
	Name string
	New  func(alpha float64) func(count, expected float64) float64
}

// Charts are those compared: the one without a window first, then fixed windows.
func Charts() []Chart {
	return []Chart{
		{"focus", newFocus},
		{"window-15m", fixed(15)},
		{"window-60m", fixed(60)},
	}
}

// fixed is the likelihood ratio of a trailing window, as complaint sites have
// it. Overdispersion is taken out of it as it is of the other.
func fixed(minutes int) func(alpha float64) func(count, expected float64) float64 {
	return func(alpha float64) func(count, expected float64) float64 {
		x, b := make([]float64, minutes), make([]float64, minutes)
		sx, sb, at := 0.0, 0.0, 0
		return func(count, expected float64) float64 {
			phi := 1 + alpha*expected
			sx, sb = sx-x[at]+count/phi, sb-b[at]+expected/phi
			x[at], b[at] = count/phi, expected/phi
			if at = (at + 1) % minutes; at == 0 {
				sx, sb = 0, 0 // sums drift: begin them anew once a round
				for i := range x {
					sx, sb = sx+x[i], sb+b[i]
				}
			}
			return excess(sx, math.Max(sb, 1e-3))
		}
	}
}

// oldest is for how many minutes an onset may lie back: a baseline that drifts
// is not an onset.
const oldest = 180

// corner is what had been counted and expected before a minute.
type corner struct {
	x, b float64
	at   int
}

// newFocus is the quasi-Poisson likelihood ratio over every onset of the last
// three hours and every intensity at once (Ward et al., 2023). Only onsets at
// the corners of the lower convex hull of the running totals can be the best
// ones, and there are few.
func newFocus(alpha float64) func(count, expected float64) float64 {
	var hull []corner
	var now corner
	return func(count, expected float64) float64 {
		for len(hull) > 1 {
			p, q := hull[len(hull)-2], hull[len(hull)-1]
			if (q.x-p.x)*(now.b-q.b) < (now.x-q.x)*(q.b-p.b) {
				break // the corner stays: the way to it is less steep than that from it
			}
			hull = hull[:len(hull)-1]
		}
		hull = append(hull, now)
		for hull[0].at <= now.at-oldest {
			hull = hull[1:]
		}
		phi := 1 + alpha*expected
		now = corner{now.x + count/phi, now.b + expected/phi, now.at + 1}
		best := 0.0
		for _, c := range hull {
			if x, b := now.x-c.x, math.Max(now.b-c.b, 1e-3); x > leastRatio*b {
				best = max(best, excess(x, b))
			}
		}
		return best
	}
}
