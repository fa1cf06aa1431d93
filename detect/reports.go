package detect

import (
	"math"
	"time"

	"tocsin/evidence"
)

// Figures of the report baseline; see DESIGN.md.
const (
	warnAt     = 8.0  // log-likelihood ratio
	criticalAt = 12.0 // log-likelihood ratio
	// leastRatio is the smallest departure of interest: a large series is never
	// Poisson, and a tenth more is not an outage.
	leastRatio = 1.5
	// leastReports in the window: with almost nothing expected, two reports would
	// pass any likelihood.
	leastReports = 8
	// leastExpected keeps the likelihood finite where nothing was ever reported.
	leastExpected = 1e-3
	// maxDays is how many days the mean remembers.
	maxDays = 180
	// A series with fewer reports in four weeks, the present ones included, is too
	// sparse to judge (Farrington's limit54).
	sparseBelow = 5
	sparseDays  = 28
	// firstDay is the history before the first reading.
	firstDay = 24 * time.Hour
)

const dayMinutes = 24 * 60

// minute is one minute of the day: what it holds now and what it held before.
type minute struct {
	mean float64 // over the earlier days that were learned
	held float64 // on the day below
	day  int32   // days since 1970
	days uint8   // earlier days in mean, at most maxDays
	seen bool    // held has a value
	out  bool    // held was part of an anomaly and will not be learned
}

// reports compares the reports of a trailing window with the mean of the same
// minutes of earlier days, in UTC.
type reports struct {
	run
	width   int64 // of the window, in minutes
	first   time.Time
	minutes [dayMinutes]minute
	daily   [sparseDays]float64 // reports of each of the last days, by day modulo sparseDays
	today   int32
}

func newReports15() Detector {
	return &reports{run: run{method: "reports-15m", rise: true}, width: 15}
}

// newReports60 is slower where rises are steep and faster where they are weak.
func newReports60() Detector {
	return &reports{run: run{method: "reports-60m", rise: true}, width: 60}
}

// Step counts the observation into its minute and judges the window that ends
// there. Observations are bins of a minute or longer: a bin counts at its start.
func (r *reports) Step(o *evidence.Observation) *evidence.Reading {
	if r.old(o) {
		return &r.last
	}
	if absent(o) {
		return r.read(o, 0, 0, evidence.Blind)
	}
	now := floorDiv(o.At.Unix(), 60)
	if r.first.IsZero() {
		r.first = o.At
		_, r.today = r.at(now)
	}
	r.count(now, o.Value)
	if o.At.Sub(r.first) < firstDay || r.total() < sparseBelow {
		value, _, _ := r.sums(now, false)
		return r.read(o, value, 0, evidence.Blind)
	}
	value, expected, known := r.sums(now, true)
	if !known {
		value, _, _ = r.sums(now, false)
		return r.read(o, value, 0, evidence.Blind)
	}
	reading := r.read(o, value, expected, reportLevel(value, expected))
	if reading.Level > evidence.Normal && r.lasted(o.At) <= acceptAfter {
		r.exclude(now)
	}
	return reading
}

// reportLevel places a count by its likelihood ratio against the expected one.
func reportLevel(value, expected float64) evidence.Level {
	b := max(expected, leastExpected)
	if value < leastReports || value < leastRatio*b {
		return evidence.Normal
	}
	switch llr := value*math.Log(value/b) - (value - b); {
	case llr >= criticalAt:
		return evidence.Critical
	case llr >= warnAt:
		return evidence.Warning
	}
	return evidence.Normal
}

// at is the place of a minute since 1970.
func (r *reports) at(m int64) (*minute, int32) {
	day := floorDiv(m, dayMinutes)
	return &r.minutes[m-day*dayMinutes], int32(day)
}

// count adds reports to a minute, which first learns its earlier day.
func (r *reports) count(now int64, value float64) {
	slot, day := r.at(now)
	if slot.seen && slot.day != day {
		if !slot.out {
			slot.days = min(slot.days+1, maxDays)
			slot.mean += (slot.held - slot.mean) / float64(slot.days)
		}
		slot.held, slot.out = 0, false
	}
	slot.held += value
	slot.day, slot.seen = day, true

	for forgotten := 0; r.today != day && forgotten < sparseDays; forgotten++ {
		r.today = max(r.today+1, day-sparseDays+1)
		r.daily[floorMod(r.today)] = 0
	}
	r.daily[floorMod(day)] += value
}

// sums adds up the window that ends at now: what it holds, and what the same
// minutes held on earlier days. With comparable, minutes without a history are
// left out of both; known tells whether any is left.
func (r *reports) sums(now int64, comparable bool) (value, expected float64, known bool) {
	for m := now - r.width + 1; m <= now; m++ {
		slot, day := r.at(m)
		if !slot.seen || slot.day != day || comparable && slot.days == 0 {
			continue
		}
		value += slot.held
		expected += slot.mean
		known = true
	}
	return value, expected, known
}

// exclude keeps the window that ends at now out of the history.
func (r *reports) exclude(now int64) {
	for m := now - r.width + 1; m <= now; m++ {
		if slot, day := r.at(m); slot.seen && slot.day == day {
			slot.out = true
		}
	}
}

// total is the number of reports in the last sparseDays.
func (r *reports) total() float64 {
	sum := 0.0
	for _, n := range r.daily {
		sum += n
	}
	return sum
}

// floorDiv divides and rounds down, so that times before 1970 fall into place.
func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// floorMod is a day's place in the ring of days.
func floorMod(day int32) int {
	return int(int64(day) - floorDiv(int64(day), sparseDays)*sparseDays)
}
