package detect

import (
	"math"
	"time"

	"tocsin/evidence"
)

// Figures of the report detector; see DESIGN.md.
const (
	watchReports    = 5   // reports without which a rise isn't told at all
	possibleReports = 8   // reports without which it isn't critical
	slowWatch       = 5.0 // nats of the 60-minute test at which Warning begins
	slowPossible    = 8.0
	slowMost        = 15.0 // expected in the hour; with more, FOCuS alone is as fast
	calmAt          = 4.0  // nats of "over" against "goes on"
	calmRatio       = 3.0  // what "goes on" is weighed at, at most
)

// CrowdOptions are what is known of a series of reports. Zero fields take their
// defaults.
type CrowdOptions struct {
	Season SeasonalOptions
	Change FOCuSOptions
}

// Crowd watches reports by people: what is due by a [Seasonal] baseline, and a
// [FOCuS] for rises of any length. Where little is due, a test over the last
// hour runs beside it, since weak and slow rises show there first.
//
// A reading's Value and Expected are of the last 15 minutes, so that they tell
// the present; its onset is where FOCuS puts it, when the run begins; its Score
// is the larger of the two tests', also while it is Normal.
type Crowd struct {
	run
	season  Seasonal
	focus   FOCuS
	trail   trail
	alarmed bool
	top     float64 // the best score of this alarm
	half    float64 // the square root of seen to due, there: "goes on" at a rate halfway
	logHalf float64
	calm    float64 // nats for "over" against "goes on"
	deaf    int64   // until this minute the last hour still holds an alarm that is over
}

// NewCrowd makes one that has learned nothing.
func NewCrowd(o CrowdOptions) *Crowd {
	c := &Crowd{run: run{method: "reports-focus", rise: true}}
	c.season.init(o.Season)
	c.focus.init(o.Change)
	return c
}

func newCrowd() Detector { return NewCrowd(CrowdOptions{}) }

// Step judges the bin and then learns it. A late bin may be learned, but changes
// no reading that was given.
func (c *Crowd) Step(o *evidence.Observation) *evidence.Reading {
	at := o.At.Unix()
	if c.old(o) {
		if !absent(o) {
			c.season.Learn(at, o.Value, false)
		}
		return &c.last
	}
	if absent(o) {
		return c.read(o, 0, 0, evidence.Blind)
	}
	due := c.season.Expect(at)
	minute := floorDiv(at, 60)
	c.trail.add(minute, o.Value, due)
	if !c.warm(at, o.Value) {
		c.season.Learn(at, o.Value, false)
		return c.read(o, c.trail.short.Seen, 0, evidence.Blind)
	}
	level, score, onset := c.judge(at, o.Value, due)
	c.season.Learn(at, o.Value, c.alarmed)
	if c.alarmed && c.lasted(o.At) > acceptAfter {
		c.accept(minute)
		level = evidence.Normal
	}
	f := finding{value: c.trail.short.Seen, expected: c.trail.short.Due, score: score, level: level}
	began := time.Time{}
	if level > evidence.Normal && !c.open {
		began = time.Unix(onset, 0).UTC()
	}
	return c.tell(o, f, began)
}

// warm tells whether there is a history to judge by: a day, and reports before
// the last hour, since a burst is no history.
func (c *Crowd) warm(at int64, seen float64) bool {
	st := &c.season.state
	if !st.Begun || at-st.First < int64(firstDay/time.Second) {
		return false
	}
	return c.alarmed || st.Recent+seen-c.trail.long.Seen >= sparseBelow
}

// judge runs both tests and opens, holds or ends the alarm.
func (c *Crowd) judge(at int64, seen, due float64) (level evidence.Level, score float64, onset int64) {
	phi, shift := c.season.Phi(due), c.season.Shift(due)
	change := c.focus.Step(at, seen/phi, due/phi)
	level = atMost(c.focus.Level(shift), change.Seen*phi)
	score, onset = change.Score, change.Onset
	seenThen, dueThen := change.Seen, change.Due
	if slow, slowLevel := c.slow(at, phi, shift); slow > 0 {
		level = max(level, slowLevel)
		if slow > score {
			score, seenThen, dueThen = slow, c.trail.long.Seen, c.trail.long.Due
			if change.Score == 0 {
				onset = (c.trail.newest - longTrail + 1) * 60
			}
		}
	}
	switch {
	case !c.alarmed && level >= evidence.Warning:
		c.alarmed, c.calm = true, 0
		c.peak(score, seenThen/dueThen)
	case c.alarmed:
		if score > c.top {
			c.peak(score, seenThen/dueThen)
		}
		if c.over(seen/phi, due/phi) || score < (focusWatch+shift)/2 {
			c.end(floorDiv(at, 60))
			level, score = evidence.Normal, 0
		} else {
			level = max(level, evidence.Warning)
		}
	}
	return level, score, onset
}

// atMost bounds a level by the number of reports behind it.
func atMost(level evidence.Level, reports float64) evidence.Level {
	const rounding = 1e-6
	switch {
	case reports < watchReports-rounding:
		return min(level, evidence.Normal)
	case reports < possibleReports-rounding:
		return min(level, evidence.Warning)
	}
	return level
}

// slow is the test over the last hour: its score, 0 when it says nothing.
func (c *Crowd) slow(at int64, phi, shift float64) (float64, evidence.Level) {
	t := c.trail.long
	if t.Due > slowMost || t.Seen < c.focus.opt.Ratio*t.Due || floorDiv(at, 60) < c.deaf {
		return 0, evidence.Normal
	}
	score := (t.Seen*math.Log(t.Seen/t.Due) - (t.Seen - t.Due)) / phi
	level := evidence.Normal
	switch {
	case score >= slowPossible+shift:
		level = evidence.Critical
	case score >= slowWatch+shift:
		level = evidence.Warning
	}
	return score, atMost(level, t.Seen)
}

// peak takes the best score of an alarm, and the ratio of seen to due there.
func (c *Crowd) peak(score, ratio float64) {
	c.top = score
	c.half = min(math.Sqrt(max(ratio, focusRatio)), calmRatio)
	c.logHalf = math.Log(c.half)
}

// over weighs "back to what is due" against "goes on" at a rate halfway, by
// ratio, between the normal one and that of the alarm, but not above three times
// the normal: what is still twice of it is not over, however much it was.
func (c *Crowd) over(seen, due float64) bool {
	c.calm = max(0, c.calm+(c.half-1)*due-seen*c.logHalf)
	return c.calm >= calmAt
}

// end closes the alarm. The last hour still holds it.
func (c *Crowd) end(minute int64) {
	c.alarmed = false
	c.deaf = minute + longTrail
	c.focus.Reset()
}

// accept takes what has lasted for too long as the new level.
func (c *Crowd) accept(minute int64) {
	c.season.Jump(c.trail.long.Seen / c.trail.long.Due)
	c.end(minute)
}
