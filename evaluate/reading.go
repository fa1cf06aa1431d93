package evaluate

import (
	"math"
	"time"

	"tocsin/evidence"
)

// Bands of the readings, those of the peers' methods: see package detect.
const (
	window     = 15 // minutes of reports that are judged together
	warnAt     = 8.0
	criticalAt = 12.0
	fewest     = 8
	leastRatio = 1.5
)

// halfGone is the ratio below which a series of an instrument is critical.
const halfGone = 0.5

// warns is the ratio below which it warns.
func warns(m evidence.Measure) float64 {
	if m == evidence.Prefixes {
		return 0.99
	}
	return 0.8
}

// reading is how a series stands at Now: what a detector says that knows the
// baseline, so that attribution is judged by itself. False when nothing of it
// was heard yet.
func (d *draw) reading(s *Series) (evidence.Reading, bool) {
	h := d.feeds[s.ID.Feed]
	step := int(s.Step / time.Minute)
	last := min((d.bins-h.lag)/step, h.died/step, len(s.Values)) - 1
	if last < 0 {
		return evidence.Reading{}, false
	}
	r := evidence.Reading{
		Series: s.ID, At: d.at(last * step), Heard: d.at((last+1)*step + h.lag), Basis: evidence.Measured,
	}
	if s.ID.Measure.Plane() == evidence.PlaneCrowd {
		counted(s, last, &r)
	} else {
		gauged(s, last, &r)
	}
	if r.Level > evidence.Normal {
		begin := int(r.Onset.Sub(time.Time{}) / s.Step) // the bin, by the helpers below
		r.Onset = d.at(begin * step)
	}
	return r, true
}

// counted reads a series of reports up to a bin. Its onset is the bin's number
// after the zero time.
func counted(s *Series, last int, r *evidence.Reading) {
	r.Method = "reports-15m"
	value, expected := 0.0, 0.0
	begin := 0
	for b := 0; b <= last; b++ {
		value += s.Values[b]
		expected += s.Expected[b]
		if b >= window {
			value -= s.Values[b-window]
			expected -= s.Expected[b-window]
		}
		was := r.Level
		r.Level = loud(value, expected)
		switch {
		case r.Level <= evidence.Normal:
			r.Peak = 0
		case was <= evidence.Normal:
			begin = b
			fallthrough
		default:
			r.Peak = max(r.Peak, value/max(expected, 1e-3))
		}
	}
	r.Value, r.Expected = math.Round(value), max(0, expected)
	if r.Level > evidence.Normal {
		r.Onset = time.Time{}.Add(time.Duration(begin) * s.Step)
	}
}

// loud places a count by the likelihood ratio against the expected one.
func loud(value, expected float64) evidence.Level {
	b := max(expected, 1e-3)
	if value < fewest || value < leastRatio*b {
		return evidence.Normal
	}
	switch llr := excess(value, b); {
	case llr >= criticalAt:
		return evidence.Critical
	case llr >= warnAt:
		return evidence.Warning
	}
	return evidence.Normal
}

// excess is the log-likelihood ratio of a Poisson count above what is expected.
func excess(value, expected float64) float64 {
	if value <= expected {
		return 0
	}
	return value*math.Log(value/expected) - (value - expected)
}

// gauged reads a series that falls when something fails.
func gauged(s *Series, last int, r *evidence.Reading) {
	r.Method = "bands"
	warning := warns(s.ID.Measure)
	begin := 0
	for b := 0; b <= last; b++ {
		was, ratio := r.Level, s.Values[b]/s.Expected[b]
		switch {
		case ratio < halfGone:
			r.Level = evidence.Critical
		case ratio < warning:
			r.Level = evidence.Warning
		default:
			r.Level, r.Peak = evidence.Normal, 0
			continue
		}
		if was <= evidence.Normal {
			begin, r.Peak = b, ratio
		}
		r.Peak = min(r.Peak, ratio)
	}
	r.Value, r.Expected = s.Values[last], s.Expected[last]
	if r.Level > evidence.Normal {
		r.Onset = time.Time{}.Add(time.Duration(begin) * s.Step)
	}
}
