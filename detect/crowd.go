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
	ratio   float64 // seen to due, there
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

// State is what the baseline has learned, to be kept. What FOCuS holds is not in
// it: after a restart, tell the last three hours again. The baseline knows them
// and learns none of them twice.
func (c *Crowd) State() SeasonalState { return c.season.State() }

// Restore takes a state that was kept, and forgets any alarm.
func (c *Crowd) Restore(state SeasonalState) error {
	if err := c.season.Restore(state); err != nil {
		return err
	}
	c.focus.Reset()
	c.trail, c.run = trail{}, run{method: c.method, rise: true}
	c.alarmed, c.deaf = false, 0
	return nil
}

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
	f := c.judge(at, o.Value, due)
	c.season.Learn(at, o.Value, c.alarmed)
	f.value, f.expected = c.trail.short.Seen, c.trail.short.Due
	if c.alarmed && c.lasted(o.At) > acceptAfter {
		c.accept(minute)
		f.level = evidence.Normal
	}
	return c.tell(o, f)
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
func (c *Crowd) judge(at int64, seen, due float64) finding {
	phi, shift := c.season.Phi(due), c.season.Shift(due)
	change := c.focus.Step(at, seen/phi, due/phi)
	level := atMost(c.focus.Level(shift), change.Seen*phi)
	score, ratio, onset := change.Score, change.Seen/change.Due, change.Onset
	if slow, slowLevel := c.slow(at, phi, shift); slow > 0 {
		level = max(level, slowLevel)
		if slow > score {
			score, ratio = slow, c.trail.long.Seen/c.trail.long.Due
			if change.Score == 0 {
				onset = (c.trail.newest - longTrail + 1) * 60
			}
		}
	}
	switch {
	case !c.alarmed && level >= evidence.Warning:
		c.alarmed, c.top, c.ratio, c.calm = true, score, ratio, 0
	case c.alarmed:
		if score > c.top {
			c.top, c.ratio = score, ratio
		}
		if c.over(seen/phi, due/phi) || score < (focusWatch+shift)/2 {
			c.end(floorDiv(at, 60))
			level, score = evidence.Normal, 0
		} else {
			level = max(level, evidence.Warning)
		}
	}
	return finding{level: level, onset: time.Unix(onset, 0).UTC(), score: score}
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

// over weighs "back to what is due" against "goes on" at a rate halfway, by
// ratio, between the normal one and that of the alarm, but not above three times
// the normal: what is still twice of it is not over, however much it was.
func (c *Crowd) over(seen, due float64) bool {
	half := min(math.Sqrt(max(c.ratio, focusRatio)), calmRatio)
	c.calm = max(0, c.calm+(half-1)*due-seen*math.Log(half))
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
