package detect

import (
	"math"
	"time"

	"tocsin/evidence"
)

// Figures of the loss detector; see DESIGN.md.
const (
	lossMemory  = 7 * dayMinutes // minutes over which the rate of losses forgets
	batchClass  = 10.0           // dispersion of a series that has lost nothing yet: losses come in batches
	batchWorth  = 5.0            // expected losses that the class's dispersion is worth
	lossShift   = 3.0            // nats to add, for batches
	leastLost   = 5.0            // losses without which nothing is told
	sampleEvery = 5 * time.Minute
)

// losses watches a count that stands, such as visible prefixes: IODA's bands on
// its sliding median, and FOCuS on what is newly lost a minute. The median says
// how much is gone; FOCuS sees a small loss, and dates a large one. It takes
// counts at any spacing, each event too.
type losses struct {
	run
	bands  *median
	focus  FOCuS
	before float64 // the count that was observed last
	at     time.Time
	begun  bool
	// The rate is gone/minutes; the dispersion, squares/due.
	gone, minutes float64
	squares, due  float64
	rate, phi     float64 // these
	present       Tally   // losses of the present minute, not learned yet
	minute        int64
	sampled       time.Time
	alarmed       bool
	whole, lost   float64 // the count before the alarm, and how much it lost
}

func newRoutes() Detector {
	l := &losses{
		run:   run{method: "routes-focus"},
		bands: newIODARoutes().(*median),
	}
	l.focus.init(FOCuSOptions{})
	l.estimate()
	return l
}

// Step compares the count with the median, and what went missing since the
// count before with what goes missing on other days.
func (l *losses) Step(o *evidence.Observation) *evidence.Reading {
	if l.old(o) {
		return &l.last
	}
	if absent(o) {
		return l.read(o, 0, 0, evidence.Blind)
	}
	m := l.bands
	m.window.expire(o.At)
	expected, level := 0.0, evidence.Blind
	if m.window.warm(o.At) {
		if expected = m.window.median(); expected >= leastCount {
			level = m.settings.bands.level(o.Value, expected)
		}
	}
	known := level != evidence.Blind
	score, onset := 0.0, time.Time{}
	if l.begun && known {
		var lost evidence.Level
		lost, score = l.judge(o)
		if l.alarmed {
			if lost < evidence.Critical || o.Value >= inpaintBelow*expected {
				lost = evidence.Warning
			}
			level = max(level, lost)
			if !l.open && l.focus.last.Score > 0 {
				onset = time.Unix(l.focus.last.Onset, 0).UTC()
			}
		}
	}
	if l.sampled.IsZero() || o.At.Sub(l.sampled) >= sampleEvery {
		keep := o.Value
		if known {
			keep = m.learn(o, expected)
		}
		m.window.add(o.At, keep)
		l.sampled = o.At
	}
	l.before, l.at, l.begun = o.Value, o.At, true
	return l.tell(o, finding{value: o.Value, expected: expected, score: score, level: level}, onset)
}

// judge lets FOCuS see what is newly lost.
func (l *losses) judge(o *evidence.Observation) (level evidence.Level, score float64) {
	lost := max(0, l.before-o.Value)
	due := l.rate * min(o.At.Sub(l.at).Minutes(), focusLongest/60)
	c := l.focus.Step(o.At.Unix(), lost/l.phi, due/l.phi)
	level, score = l.focus.Level(lossShift), c.Score
	switch {
	case !l.alarmed && level >= evidence.Warning && c.Seen*l.phi >= leastLost:
		l.alarmed = true
		l.lost = c.Seen * l.phi
		l.whole = o.Value + l.lost
	case l.alarmed:
		l.lost = max(l.lost, l.whole-o.Value)
		if back := o.Value >= l.whole-l.lost/2; back || c.Score < (focusWatch+lossShift)/2 {
			l.alarmed = false
			l.focus.Reset()
			score = 0
		}
	}
	l.learn(floorDiv(o.At.Unix(), 60), lost, due)
	return level, score
}

// estimate works out the losses a minute that are due, and the variance of losses
// over their mean. A batch is lost at once, so that it is the same for bins of any
// length.
func (l *losses) estimate() {
	l.rate = max(leastDue, l.gone/max(l.minutes, dayMinutes))
	l.phi = max(1, (l.squares+batchWorth*batchClass)/(l.due+batchWorth))
}

// learn closes the minute before and counts into the present one.
func (l *losses) learn(minute int64, lost, due float64) {
	if minute != l.minute {
		if span := l.present.Due / l.rate; span > 0 {
			l.close(span)
		}
		l.minute, l.present = minute, Tally{}
	}
	l.present.Seen += lost
	l.present.Due += due
}

// close takes in what was lost in so many minutes. It counts for no more than a loss
// that wouldn't surprise much, or that IODA's band wouldn't mind: an outage is not
// learned, and a restless count is.
func (l *losses) close(span float64) {
	seen, due := l.present.Seen, l.present.Due
	if seen > leastLost {
		seen = min(seen, max(due+4*math.Sqrt(l.phi*due)+leastLost, (1-l.bands.settings.bands.warning)*l.before))
	}
	keep := fade(span / lossMemory)
	l.squares = keep*l.squares + (seen-due)*(seen-due)
	l.due = keep*l.due + due
	l.gone = keep*l.gone + seen
	l.minutes = keep*l.minutes + span
	l.estimate()
}

// fade is exp(−x) for x ≥ 0; where x is small, by the first terms of its series, which
// are all that count.
func fade(x float64) float64 {
	if x > 1e-3 {
		return math.Exp(-x)
	}
	return 1 - x*(1-x*(1./2-x*(1./6-x*(1./24))))
}
