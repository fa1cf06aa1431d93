package evaluate

import (
	"context"
	"fmt"
	"math"
	"slices"

	"tocsin/evidence"
)

// Onset is a kind of series in which something begins, as data.
type Onset struct {
	Name  string
	Rate  float64 // expected reports a minute, on an ordinary afternoon
	Ratio float64 // how many times as many come at the height
	Ramp  int     // minutes until the height
	Alpha float64 // overdispersion: the variance of n is n + alpha n²
	Daily bool    // the rate follows the hours of the day, else it stands
}

// Onsets are the kinds of series of the evaluation of detection: the numbers to
// beat are for them.
func Onsets() []Onset {
	return []Onset{
		{"town-x5", 0.02, 5, 10, 0, false},
		{"town-x10", 0.02, 10, 10, 0, false},
		{"town-x50", 0.02, 50, 10, 0, false},
		{"city-x2", 0.2, 2, 10, 0, false},
		{"city-x3", 0.2, 3, 10, 0, false},
		{"city-x10", 0.2, 10, 10, 0, false},
		{"carrier-x3", 2, 3, 10, 0, false},
		{"carrier-x10", 2, 10, 10, 0, false},
		{"country-x1.7", 20, 1.7, 10, 0, false},
		{"bursty-x3", 2, 3, 10, 0.3, false},
		{"bursty-x10", 2, 10, 10, 0.3, false},
		{"daily-x5", 1, 5, 20, 0.1, true},
	}
}

// OnsetNames lists the kinds of series in their order.
func OnsetNames() []string {
	var names []string
	for _, o := range Onsets() {
		names = append(names, o.Name)
	}
	for _, d := range Drops() {
		names = append(names, d.Name)
	}
	return names
}

// Detection is how soon the charts see an onset.
type Detection struct {
	Seed      uint64         `json:"seed"`
	Scenarios []DetectionRow `json:"scenarios"`
}

// DetectionRow is how one chart or detector did on one kind of series. Delays
// are in minutes from the onset; an onset that was not seen within four hours
// counts as 240.
type DetectionRow struct {
	Scenario    string   `json:"scenario"`
	Method      string   `json:"method"`
	Shipped     bool     `json:"shipped"`   // a detector of the program, at its own thresholds
	Worlds      int      `json:"worlds"`    // onsets
	Threshold   float64  `json:"threshold"` // of the chart's statistic; 0 for a detector as it is shipped
	FalseAlarms float64  `json:"false_alarms_per_series_month"`
	Median      float64  `json:"median_delay"`
	P90         float64  `json:"p90_delay"`
	Missed      float64  `json:"missed"` // share of onsets not seen within four hours
	Precision   float64  `json:"precision"`
	Recall      float64  `json:"recall"`
	F1          float64  `json:"f1"`
	MedianRange Interval `json:"median_delay_interval"`
}

const (
	month     = 30 * 24 * 60 // minutes
	budget    = 1.0          // false alarms a series and month
	refractor = 6 * 60       // minutes: one alarm in them is one alarm
	longest   = 240          // minutes: an onset not seen by then is missed
	soonEarly = 5            // an alarm counts from so many minutes before an onset
	soonLate  = 60           // to so many after it
	runIn     = 3 * 60       // minutes of a series before anything of it counts
)

// DetectionOf measures every chart on every kind of series: thresholds from
// quiet series at one false alarm a series and month, delays from others, events
// from a third lot in which both happen. The detectors as they are shipped follow,
// at their own thresholds, with baselines that they learn themselves.
func DetectionOf(ctx context.Context, o Options) (Detection, error) {
	for _, name := range o.Scenario {
		if !slices.Contains(OnsetNames(), name) {
			return Detection{}, fmt.Errorf("no kind of series is called %q: %w", name, ErrUnknown)
		}
	}
	asked := func(name string) bool { return len(o.Scenario) == 0 || slices.Contains(o.Scenario, name) }
	var rows []*DetectionRow
	var jobs []job
	row := func(scenario, method string, measure func(*DetectionRow)) {
		r := &DetectionRow{Scenario: scenario, Method: method}
		rows = append(rows, r)
		jobs = append(jobs, func() error {
			measure(r)
			return ctx.Err()
		})
	}
	for _, k := range Onsets() {
		if !asked(k.Name) {
			continue
		}
		for _, c := range Charts() {
			row(k.Name, c.Name, func(r *DetectionRow) { k.measure(ctx, &o, c, r) })
		}
		for _, b := range shipped(evidence.Reports) {
			row(k.Name, b.Method, func(r *DetectionRow) { k.script().watch(ctx, &o, r, b.New) })
		}
	}
	for _, p := range Drops() {
		if !asked(p.Name) {
			continue
		}
		for _, b := range shipped(p.Measure) {
			row(p.Name, b.Method, func(r *DetectionRow) { p.script().watch(ctx, &o, r, b.New) })
		}
	}
	if err := share(ctx, jobs, o.Workers, o.Progress); err != nil {
		return Detection{}, err
	}
	res := Detection{Seed: o.Seed}
	for _, r := range rows {
		res.Scenarios = append(res.Scenarios, *r)
	}
	return res, nil
}

// measure is one chart on one kind of series. Every chart gets the same counts.
func (k *Onset) measure(ctx context.Context, o *Options, c Chart, r *DetectionRow) {
	r.Worlds = o.Worlds
	r.Threshold, r.FalseAlarms = k.calibrate(ctx, o, c)
	delays := make([]float64, 0, o.Worlds)
	for n := range o.Worlds {
		if ctx.Err() != nil {
			return
		}
		d := chance(o.Seed, fmt.Sprintf("onset/%s/%d", k.Name, n))
		delays = append(delays, k.delay(d, c.New(k.Alpha), r.Threshold))
	}
	for _, m := range delays {
		if m >= longest {
			r.Missed += 1 / float64(len(delays))
		}
	}
	r.MedianRange = medianRange(chance(o.Seed, "bootstrap"), delays)
	slices.Sort(delays)
	r.Median, r.P90 = quantile(delays, 0.5), quantile(delays, 0.9)
	k.events(ctx, o, c, r)
}

// rate is what is expected in a minute of a series whose first is at an hour.
func (k *Onset) rate(hour float64, minute int) float64 {
	if !k.Daily {
		return k.Rate
	}
	return k.Rate * habit(hour+float64(minute)/60)
}

// count draws a minute's reports.
func (k *Onset) count(d *dice, mean float64) float64 {
	if k.Alpha > 0 && mean > 0 {
		mean *= d.gamma(1 / k.Alpha)
	}
	return d.poisson(mean)
}

// lift is how many times as many come so many minutes after the onset.
func (k *Onset) lift(since int) float64 {
	return 1 + (k.Ratio-1)*min(1, float64(since+1)/float64(k.Ramp))
}

// calibrate finds the threshold that a chart passes once a series and month
// where nothing happens, and how often it then does.
func (k *Onset) calibrate(ctx context.Context, o *Options, c Chart) (threshold, alarms float64) {
	series := max(4, o.Worlds/10)
	var tops []float64 // the highest value of each quarter of a day
	for n := range series {
		d := chance(o.Seed, fmt.Sprintf("quiet/%s/%d", k.Name, n))
		step, top := c.New(k.Alpha), 0.0
		for m := range runIn + month {
			if m%4096 == 0 && ctx.Err() != nil {
				return 0, 0
			}
			b := k.rate(0, m)
			v := step(k.count(d, b), b)
			if m < runIn {
				continue
			}
			top = max(top, v)
			if (m-runIn+1)%refractor == 0 {
				tops = append(tops, top)
				top = 0
			}
		}
	}
	slices.Sort(tops)
	at := len(tops) - int(budget*float64(series))
	threshold = tops[max(0, at)] + 1e-9
	over := 0
	for _, v := range tops {
		if v >= threshold {
			over++
		}
	}
	return threshold, float64(over) / float64(series)
}

// delay is how many minutes after the onset the statistic passes the threshold.
func (k *Onset) delay(d *dice, step func(count, expected float64) float64, threshold float64) float64 {
	hour := 24 * d.Float64()
	start := oldest + d.IntN(60)
	for m := range start + longest {
		b := k.rate(hour, m)
		mean := b
		if m >= start {
			mean *= k.lift(m - start)
		}
		if v := step(k.count(d, mean), b); m >= start && v >= threshold {
			return float64(m - start + 1)
		}
	}
	return longest
}

// events measures precision and recall on months with six two-hour events each.
// An alarm is right when it begins between five minutes before and an hour after
// an onset, once for each; what goes on during the event and six hours after
// its end is neither right nor wrong.
func (k *Onset) events(ctx context.Context, o *Options, c Chart, r *DetectionRow) {
	const each, lasts = 6, 120
	right, wrong, all := 0.0, 0.0, 0.0
	for n := range max(2, o.Worlds/20) {
		if ctx.Err() != nil {
			return
		}
		d := chance(o.Seed, fmt.Sprintf("month/%s/%d", k.Name, n))
		var starts []int
		for i := range each {
			starts = append(starts, runIn+i*month/each+d.IntN(month/each-lasts-2*refractor))
		}
		step := c.New(k.Alpha)
		next, quietUntil := 0, 0
		met := false
		for m := range runIn + month {
			b := k.rate(0, m)
			mean := b
			for next < each && m >= starts[next]+lasts+refractor {
				next, met = next+1, false
			}
			on := next < each && m >= starts[next]-soonEarly
			if on && m >= starts[next] && m < starts[next]+lasts {
				mean *= k.lift(m - starts[next])
			}
			alarm := step(k.count(d, mean), b) >= r.Threshold
			switch {
			case !alarm || m < runIn:
			case on && m <= starts[next]+soonLate && !met:
				right, met = right+1, true
			case on:
			case m >= quietUntil:
				wrong++
			}
			if alarm {
				quietUntil = m + refractor
			}
		}
		all += each
	}
	r.Precision, r.Recall = part(right, right+wrong), part(right, all)
	if right > 0 {
		r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
	}
}

// quantile of sorted values, nearest rank.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, max(0, int(math.Ceil(q*float64(len(sorted))))-1))]
}

func medianRange(d *dice, values []float64) Interval {
	if len(values) == 0 {
		return Interval{}
	}
	medians := make([]float64, bootstraps)
	again := make([]float64, len(values))
	for b := range medians {
		for i := range again {
			again[i] = values[d.IntN(len(values))]
		}
		slices.Sort(again)
		medians[b] = quantile(again, 0.5)
	}
	slices.Sort(medians)
	return Interval{medians[bootstraps*25/1000], medians[bootstraps*975/1000]}
}
