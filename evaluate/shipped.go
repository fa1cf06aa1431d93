package evaluate

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"tocsin/detect"
	"tocsin/evidence"
)

// Drop is a kind of series that falls when something fails, as data.
type Drop struct {
	Name    string
	Measure evidence.Measure
	Step    int     // minutes of a bin
	Usual   float64 // its everyday value
	Noise   float64 // standard deviation, as a share of the usual
	Depth   float64 // share that is lost
}

// Drops are the kinds of falling series: what instruments see.
func Drops() []Drop {
	return []Drop{
		{"routes-all", evidence.Prefixes, 5, 900, 0.002, 0.95},
		{"routes-half", evidence.Prefixes, 5, 900, 0.002, 0.45},
		{"routes-few", evidence.Prefixes, 5, 200, 0.002, 0.05},
		{"probes-all", evidence.Blocks, 10, 600, 0.01, 0.95},
		{"probes-part", evidence.Blocks, 10, 600, 0.01, 0.3},
		{"traffic-all", evidence.Traffic, 1, 1, 0.03, 0.95},
		{"traffic-part", evidence.Traffic, 1, 1, 0.03, 0.3},
	}
}

// months of a series as a detector meets it: it learns, then there are events.
const (
	learns    = 28 // days before anything counts
	eventEach = 6  // events in the month that follows
	eventLast = 120
)

// shipped are the detectors of a measure as the program has them, the first being
// the one it uses.
func shipped(m evidence.Measure) []detect.Baseline {
	return slices.DeleteFunc(detect.Baselines(), func(b detect.Baseline) bool { return !slices.Contains(b.Measures, m) })
}

// script is a month of a series with events, as observations.
type script struct {
	measure evidence.Measure
	step    int
	value   func(d *dice, minute int, since int) float64 // since an event's start; -1: none
}

// watch runs a detector through months of a series and fills the row.
func (s *script) watch(ctx context.Context, o *Options, r *DetectionRow, build func() detect.Detector) {
	var delays []float64
	right, wrong, all := 0.0, 0.0, 0.0
	series := max(2, o.Worlds/20)
	for n := range series {
		if ctx.Err() != nil {
			return
		}
		d := chance(o.Seed, fmt.Sprintf("shipped/%s/%d", r.Scenario, n))
		got, alarms := s.month(d, build())
		delays = append(delays, got...)
		all += eventEach
		wrong += alarms
		for _, m := range got {
			if m <= soonLate {
				right++
			}
		}
	}
	r.Worlds, r.Shipped = len(delays), true
	for _, m := range delays {
		if m >= longest {
			r.Missed += 1 / float64(len(delays))
		}
	}
	r.MedianRange = medianRange(chance(o.Seed, "bootstrap"), delays)
	slices.Sort(delays)
	r.Median, r.P90 = quantile(delays, 0.5), quantile(delays, 0.9)
	r.FalseAlarms = wrong / float64(series)
	r.Precision, r.Recall = part(right, right+wrong), part(right, all)
	if right > 0 {
		r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
	}
}

// month is one series: the delay of each event, and the false alarms.
func (s *script) month(d *dice, det detect.Detector) (delays []float64, alarms float64) {
	const first = learns * 24 * 60
	var starts []int
	for i := range eventEach {
		at := first + i*month/eventEach + d.IntN(month/eventEach-eventLast-2*refractor)
		starts = append(starts, at-at%s.step)
		delays = append(delays, longest)
	}
	begin := time.Date(2030, 3, 4, 0, 0, 0, 0, time.UTC) // a Monday
	id := evidence.SeriesID{Feed: "simulated", Measure: s.measure, Subject: "anybody", Region: "anywhere"}
	next, quietUntil, was := 0, 0, false
	for m := 0; m < first+month; m += s.step {
		for next < eventEach && m >= starts[next]+eventLast+refractor {
			next++
		}
		since, on := -1, next < eventEach && m >= starts[next]-soonEarly
		if on && m >= starts[next] && m < starts[next]+eventLast {
			since = m - starts[next]
		}
		at := begin.Add(time.Duration(m) * time.Minute)
		reading := det.Step(&evidence.Observation{Series: id, At: at, Heard: at.Add(time.Duration(s.step) * time.Minute), Value: s.value(d, m, since)})
		alarm := reading.Level >= evidence.Warning
		switch {
		case !alarm || m < first:
		case on && delays[next] == longest && m < starts[next]+longest:
			delays[next] = math.Max(0, float64(m+s.step-starts[next]))
		case on:
		case m >= quietUntil && !was:
			alarms++
		}
		if alarm {
			quietUntil = m + refractor
		}
		was = alarm
	}
	return delays, alarms
}

// script is the series of a kind of onset, as it is reported.
func (k *Onset) script() *script {
	return &script{measure: evidence.Reports, step: 1, value: func(d *dice, minute, since int) float64 {
		mean := k.rate(0, minute)
		if since >= 0 {
			mean *= k.lift(since)
		}
		return k.count(d, mean)
	}}
}

// script is the series of a kind of drop.
func (p *Drop) script() *script {
	return &script{measure: p.Measure, step: p.Step, value: func(d *dice, _, since int) float64 {
		level := 1.0
		if since >= 0 {
			level -= p.Depth
		}
		v := max(0, p.Usual*(level+p.Noise*d.NormFloat64()))
		if p.Usual > 10 {
			v = math.Round(v)
		}
		return v
	}}
}
