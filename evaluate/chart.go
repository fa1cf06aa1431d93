package evaluate

import (
	"math"

	"tocsin/detect"
)

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

// newFocus is the chart of package detect: every onset of the last three hours
// and every intensity at once.
func newFocus(alpha float64) func(count, expected float64) float64 {
	f := detect.NewFOCuS(detect.FOCuSOptions{Ratio: leastRatio, Longest: oldest * 60})
	at := int64(0)
	return func(count, expected float64) float64 {
		phi := 1 + alpha*expected
		at += 60
		return f.Step(at, count/phi, expected/phi).Score
	}
}
