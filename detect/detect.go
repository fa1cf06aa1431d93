// Package detect finds anomalies in one series at a time: how far a value
// stands from its baseline, since when, and by which method.
//
// What it has are baselines: the methods that others are known to run, each
// under its own name, so that deeper methods can be measured beside them
// through the same [Detector]. DESIGN.md says where each figure comes from.
//
// It does not know what a series is about, sees no second series and names no
// culprit; that is for package attribute. It keeps no clock: time is the event
// time of the observations.
package detect

import (
	"math"
	"slices"
	"time"

	"tocsin/evidence"
)

// Detector watches one series. Its zero history knows nothing, and says so by
// [evidence.Blind]. It is not safe for concurrent use.
type Detector interface {
	// Step takes the next observation of the series and says how the series
	// stands now. An observation that is not newer than the newest one (late, or
	// told twice) changes nothing: the reading before is returned and nothing is
	// learned. A missing or non-finite value reads Blind and ends no run. Steps do
	// not allocate once the history is full.
	//
	// The observation is only lent. The reading is the detector's own and stands
	// until the next step: whoever needs it longer copies it. Both are long, and to
	// hand them over by value was a third of a step.
	Step(o *evidence.Observation) *evidence.Reading
}

// Baseline is a named method with the measures it is for.
type Baseline struct {
	Method   string // as it stands in [evidence.Reading]
	Measures []evidence.Measure
	New      func() Detector
}

// Baselines are all methods here. Where several are for one measure, the first
// is the one that [For] gives.
func Baselines() []Baseline {
	return []Baseline{
		{Method: "ioda-bgp", Measures: []evidence.Measure{evidence.Prefixes}, New: newIODARoutes},
		{Method: "ioda-probing", Measures: []evidence.Measure{evidence.Blocks}, New: newIODAProbing},
		{Method: "reports-15m", Measures: []evidence.Measure{evidence.Reports}, New: newReports15},
		{Method: "reports-60m", Measures: []evidence.Measure{evidence.Reports}, New: newReports60},
		{
			Method:   "ratio-bands",
			Measures: []evidence.Measure{evidence.Traffic, evidence.TrafficV4, evidence.TrafficV6},
			New:      newRatio,
		},
		{Method: "count-bands", Measures: []evidence.Measure{evidence.Withdrawals, evidence.Announcements}, New: newCounts},
	}
}

// For gives the first baseline for a measure; false when there is none.
func For(m evidence.Measure) (func() Detector, bool) {
	for _, b := range Baselines() {
		if slices.Contains(b.Measures, m) {
			return b.New, true
		}
	}
	return nil, false
}

// bands are the ratios of a value to its baseline at which levels begin.
type bands struct {
	warning, critical float64
	rise              bool // high values are bad; else low ones
}

// level places a value. An expected value is positive here.
func (b bands) level(value, expected float64) evidence.Level {
	ratio := value / expected
	switch {
	case b.rise && ratio > b.critical, !b.rise && ratio < b.critical:
		return evidence.Critical
	case b.rise && ratio > b.warning, !b.rise && ratio < b.warning:
		return evidence.Warning
	}
	return evidence.Normal
}

// run is what every detector remembers of its readings: the newest one, and the
// run at Warning or worse that it may stand in.
type run struct {
	method  string
	rise    bool // whether a larger ratio is a larger departure
	last    evidence.Reading
	started bool
	open    bool // a run is open: the last level that was not Blind was Warning or worse
}

// old tells whether an observation is late or told twice.
func (r *run) old(o *evidence.Observation) bool { return r.started && !o.At.After(r.last.At) }

// absent tells whether an observation has no value to judge.
func absent(o *evidence.Observation) bool {
	return o.Missing || !(math.Abs(o.Value) <= math.MaxFloat64)
}

// finding is what a detector finds in an observation. It has four words: what is
// longer the compiler carries through memory, for as long as all the rest takes.
type finding struct {
	value, expected float64
	score           float64 // nats
	level           evidence.Level
}

// read makes the next reading of a method that gives no onset and no score.
func (r *run) read(o *evidence.Observation, value, expected float64, level evidence.Level) *evidence.Reading {
	return r.tell(o, finding{value: value, expected: expected, level: level}, time.Time{})
}

// tell makes the next reading. A run that begins here began at onset, or now if that
// is zero. Blind leaves a run as it stands; Normal ends it. It writes in place, and
// only what changes: a reading is long.
func (r *run) tell(o *evidence.Observation, f finding, onset time.Time) *evidence.Reading {
	next := &r.last
	if !r.started {
		r.started = true
		next.Series, next.Method = o.Series, r.method
	}
	next.At, next.Heard = o.At, o.Heard
	next.Value, next.Expected, next.Level, next.Score = f.value, f.expected, f.level, f.score
	next.Basis, next.Sources = o.Basis, o.Sources
	switch {
	case f.level == evidence.Normal:
		if r.open {
			r.open = false
			next.Onset, next.Peak = time.Time{}, 0
		}
	case f.level > evidence.Normal:
		r.depart(onset)
	}
	return next
}

// depart opens a run, or takes it further.
func (r *run) depart(onset time.Time) {
	next := &r.last
	ratio := next.Ratio()
	switch {
	case !r.open:
		r.open = true
		next.Onset, next.Peak = onset, ratio
		if onset.IsZero() {
			next.Onset = next.At
		}
	case r.rise:
		next.Peak = max(next.Peak, ratio)
	default:
		next.Peak = min(next.Peak, ratio)
	}
}

// lasted is how long the open run has lasted at a time; 0 without one.
func (r *run) lasted(at time.Time) time.Duration {
	if !r.open {
		return 0
	}
	return at.Sub(r.last.Onset)
}

// acceptAfter is how long a departure is kept out of the history. After that it
// is the new level. IODA's limit on inpainting.
const acceptAfter = 7 * 24 * time.Hour
