package detect

import (
	"fmt"
	"math"
)

// Figures of the seasonal baseline; see DESIGN.md.
const (
	levelMemory = 14 * daySeconds // seconds over which the level forgets
	firstWeek   = 7 * daySeconds  // until then hours are compared by time alone
	parentWorth = 50.0            // expected reports that the parent's curve is worth
	weekKeep    = 1 - 1.0/26      // of an hour's past, each week: half a year
	leastDue    = 1e-3            // expected a minute, at least
	classAlpha  = 0.05            // dispersion where a series has shown none yet
	alphaWorth  = 50.0            // Σ expected² that the class's dispersion is worth
	mostAlpha   = 50.0            // beyond, a series has no baseline at all
	shiftAtOne  = 4.5             // nats to add at a dispersion of 1
	shiftSlope  = 22.0            // nats to add per unit of φ−1, at most
	lateMinutes = 24 * 60         // how late an observation may be learned
	mostBin     = daySeconds      // the longest bin
	jumpMemory  = daySeconds      // what the level remembers after a jump
	lateOdd     = focusWatch      // a late bin that is odder than this is not learned
	seenWords   = (lateMinutes + 63) / 64
)

// SeasonalOptions are what is known of a series beforehand. A zero field takes
// its default.
type SeasonalOptions struct {
	Calendar Calendar
	// Parent is the curve of the week of a larger whole (a province for a town, a
	// class of services for a service): its factors by hour from Monday 00:00,
	// with a mean of 1. Nil is flat.
	Parent *[weekHours]float64
	// Alpha is the dispersion of the class: the variance of a bin is b + Alpha·b².
	Alpha float64
	// Bin is the bins' length in seconds; 0 learns it as the least distance
	// between observations.
	Bin int64
}

// Seasonal is the expected count of a series: a level that fades over 14 days,
// times a factor for the hour of the local week that leans on the parent's until
// it has reports of its own, times a factor for holidays.
//
// A bin counts once: what is told twice is not learned twice. A late bin joins
// the hour it belongs to if it is not older than a day and not odd. It is not
// safe for concurrent use.
type Seasonal struct {
	opt   SeasonalOptions
	state SeasonalState
	now   local // the hour that shape is for
	shape float64
	alpha float64
	shift float64
	rate  float64 // the level, in reports a minute
	// Of the bins' length: their minutes, and what of the level and of the
	// dispersion a bin leaves.
	span, keep, keepLong float64
	cursor
}

// cursor is where the newest bin stands, so that the next, which mostly is its
// neighbour, is found without a division.
type cursor struct {
	minute   int64 // since 1970
	place    int   // of the minute among those that may be late
	hour     int64 // the minute at which the next hour begins
	midnight int64 // the second at which the next day begins
	today    int   // place of the day in Daily
}

// SeasonalState is all that a [Seasonal] has learned, as a plain value that can
// be kept as JSON and given back after a restart.
type SeasonalState struct {
	First   int64               // start of the first bin, seconds since 1970
	Newest  int64               // start of the newest bin
	Bin     int64               // seconds
	Count   float64             // faded reports: the shape of the level's Gamma posterior
	Minutes float64             // faded minutes, by season: its rate
	Hours   [weekHours]Tally    // by hour of the local week
	Holiday Tally               // on holidays, against Sundays
	Excess  float64             // Σ (y−b)² − y, faded
	Square  float64             // Σ b², faded
	Seen    [seenWords]uint64   // bins of the last day that were learned, by minute
	Daily   [sparseDays]float64 // reports of each of the last days, by day modulo sparseDays
	Day     int32               // the newest of them, in days since 1970
	Recent  float64             // their sum
	Weekly  bool                // the first week is over: Hours.Due are reports, not minutes
	Begun   bool
}

// Tally is what was counted and what the level alone made due.
type Tally struct{ Seen, Due float64 }

// NewSeasonal makes one that has learned nothing.
func NewSeasonal(o SeasonalOptions) *Seasonal {
	s := &Seasonal{}
	s.init(o)
	return s
}

func (s *Seasonal) init(o SeasonalOptions) {
	if o.Alpha == 0 {
		o.Alpha = classAlpha
	}
	s.opt = o
	s.measure(o.Bin)
	s.rate = s.level()
	s.disperse()
	s.cursor = cursor{midnight: -maxTime << 1}
}

// measure sets the bins' length in seconds; a minute until it is known.
func (s *Seasonal) measure(bin int64) {
	s.state.Bin = bin
	s.span = 1
	if bin > 0 {
		s.span = float64(bin) / 60
	}
	forget := min(s.span*60/levelMemory, 1)
	s.keep, s.keepLong = 1-forget, 1-forget/6 // 14 days, and three months
}

// Posterior is the level's: reports a minute ~ Gamma(shape, rate), the mean being
// shape/rate.
func (s *Seasonal) Posterior() (shape, rate float64) { return s.state.Count, s.state.Minutes }

// level is in reports a minute.
func (s *Seasonal) level() float64 {
	if s.state.Minutes <= 0 {
		return leastDue
	}
	return max(s.state.Count/s.state.Minutes, leastDue)
}

// Expect gives what is due in the bin that starts at a time, in seconds since
// 1970. It is never zero.
func (s *Seasonal) Expect(at int64) float64 {
	s.enter(at)
	return max(s.rate*s.shape, leastDue) * s.span
}

// Phi is the dispersion of a count of which so much is due: variance over mean.
func (s *Seasonal) Phi(due float64) float64 { return 1 + s.alpha*due }

// Shift is what to add to a threshold for bursts, in nats, when so much is due
// in a bin: deflation by [Seasonal.Phi] alone leaves the tail too heavy.
func (s *Seasonal) Shift(due float64) float64 {
	return max(0, min(s.shift, shiftSlope*s.alpha*due))
}

// enter makes a time's hour the present one.
func (s *Seasonal) enter(at int64) {
	if at < s.now.until && at >= s.now.from {
		return
	}
	s.now = s.opt.Calendar.at(at)
	s.shape = s.factor(s.now) * s.holiday(s.now)
	s.disperse()
}

// holiday is the factor of a local hour's day against a Sunday.
func (s *Seasonal) holiday(l local) float64 {
	if !l.holiday {
		return 1
	}
	return (s.state.Holiday.Seen + parentWorth) / (s.state.Holiday.Due + parentWorth)
}

// factor is that of an hour of the week. It leans on the same hour of all days,
// which leans on the parent's.
func (s *Seasonal) factor(l local) float64 {
	day, parentDay := Tally{}, 0.0
	for d := range 7 {
		h := d*24 + l.hour%24
		day.Seen += s.state.Hours[h].Seen
		day.Due += s.due(s.state.Hours[h])
		parentDay += s.parent(h) / 7
	}
	prior := (day.Seen + parentWorth*parentDay) / (day.Due + parentWorth)
	prior *= s.parent(l.hour) / parentDay
	own := s.state.Hours[l.hour]
	return (own.Seen + parentWorth*prior) / (s.due(own) + parentWorth)
}

// due is in reports, whatever the tally counts in.
func (s *Seasonal) due(t Tally) float64 {
	if s.state.Weekly {
		return t.Due
	}
	return t.Due * s.rate
}

// parent is the parent's factor of an hour; never zero.
func (s *Seasonal) parent(hour int) float64 {
	if s.opt.Parent == nil {
		return 1
	}
	return max(s.opt.Parent[hour], leastDue)
}

// disperse works out the dispersion and what it asks of thresholds.
func (s *Seasonal) disperse() {
	alpha := (s.state.Excess + alphaWorth*s.opt.Alpha) / (s.state.Square + alphaWorth)
	s.spread(max(0, min(alpha, mostAlpha)))
}

func (s *Seasonal) spread(alpha float64) {
	s.alpha = alpha
	s.shift = shiftAtOne + math.Log(max(s.alpha, 1e-9))
}

// Learn takes what was counted in a bin. While the detector is alarmed, a bin
// below 0.8 or above 2 of what is due is replaced by what is due: an outage is
// not learned. It reports whether the bin was new.
func (s *Seasonal) Learn(at int64, seen float64, alarmed bool) bool {
	if !(seen >= 0 && seen <= math.MaxFloat32) || at < -maxTime || at > maxTime {
		return false
	}
	if !s.state.Begun {
		s.state.Begun, s.state.First, s.state.Newest = true, at, at
		s.seek(at)
		s.mark(s.place)
		s.enter(at)
	} else if at <= s.state.Newest {
		return s.learnLate(at, seen)
	} else {
		s.advance(at)
	}
	s.recent(at, seen)
	due := s.Expect(at)
	if alarmed && (seen < inpaintBelow*due || seen > inpaintAbove*due) {
		seen = due
	} else if !alarmed {
		// The excess is measured against the count itself: (y−b)² − y has the mean
		// alpha·b² as (y−b)² − b has, and half the noise where b is small.
		s.state.Excess = s.state.Excess*s.keepLong + (seen-due)*(seen-due) - seen
		s.state.Square = s.state.Square*s.keepLong + due*due
	}
	s.state.Count *= s.keep
	s.state.Minutes *= s.keep
	s.join(s.now, s.shape, seen)
	return true
}

// maxTime bounds times, far beyond any that is meant.
const maxTime = 1 << 40

// advance moves to a newer bin: the bin's length may turn out shorter, and the
// first week may be over.
func (s *Seasonal) advance(at int64) {
	st := &s.state
	if step := at - st.Newest; s.opt.Bin == 0 && (st.Bin == 0 || step < st.Bin) {
		s.measure(max(min(step, mostBin), 1))
	}
	from := s.minute
	s.seek(at)
	for m := max(from+1, s.minute-lateMinutes+1); m < s.minute; m++ {
		i := place(m) // a gap
		st.Seen[i/64] &^= 1 << (i % 64)
	}
	st.Newest = at
	s.mark(s.place)
	if !st.Weekly && at-st.First >= firstWeek {
		for i := range st.Hours {
			st.Hours[i].Due *= s.rate
		}
		st.Weekly = true
		s.now.until = 0
	}
	s.enter(at)
	if s.minute >= s.hour {
		s.hour = (floorDiv(s.minute, 60) + 1) * 60
		if st.Weekly {
			st.Hours[s.now.hour].Seen *= weekKeep
			st.Hours[s.now.hour].Due *= weekKeep
		}
	}
}

// seek makes a time's minute the newest.
func (s *Seasonal) seek(at int64) {
	switch ahead := at - s.minute*60; {
	case ahead >= 0 && ahead < 60:
	case ahead >= 60 && ahead < 120:
		s.minute++
		if s.place++; s.place == lateMinutes {
			s.place = 0
		}
	default:
		s.minute = floorDiv(at, 60)
		s.place = place(s.minute)
	}
}

// learnLate takes a bin that is not newer than the newest.
func (s *Seasonal) learnLate(at int64, seen float64) bool {
	i := place(floorDiv(at, 60))
	if s.state.Newest-at >= lateMinutes*60 || at < s.state.First || s.state.Seen[i/64]&(1<<(i%64)) != 0 {
		return false
	}
	s.mark(i)
	s.recent(at, seen)
	l := s.opt.Calendar.at(at)
	shape := s.factor(l) * s.holiday(l)
	due := max(s.rate*shape, leastDue) * s.span
	phi := s.Phi(due)
	x, b := seen/phi, due/phi
	if x > 0 && math.Abs(x-b) > 0 && x*math.Log(x/b)-(x-b) >= lateOdd {
		return false // it may be part of an outage; nobody can tell now
	}
	s.join(l, shape, seen)
	return true
}

// join adds a bin to the level and to its hour.
func (s *Seasonal) join(l local, shape, seen float64) {
	st := &s.state
	exposure, due := s.span, s.span // in the first week the hours aren't known
	if st.Weekly {
		exposure *= max(shape, leastDue)
		due *= s.rate
	}
	st.Count += seen
	st.Minutes += exposure
	s.rate = s.level()
	if l.holiday {
		st.Holiday.Seen += seen
		st.Holiday.Due += s.rate * shape / s.holiday(l) * s.span
		return
	}
	st.Hours[l.hour].Seen += seen
	st.Hours[l.hour].Due += due
}

// recent counts reports into their day.
func (s *Seasonal) recent(at int64, seen float64) {
	day := s.today
	if at >= s.midnight || at < s.midnight-daySeconds {
		day = s.day(at)
	}
	s.state.Daily[day] += seen
	s.state.Recent += seen
}

// day is the place of a time's day in Daily. One that is new begins.
func (s *Seasonal) day(at int64) int {
	st := &s.state
	day := int32(floorDiv(at, daySeconds))
	if day > st.Day {
		for d := max(st.Day+1, day-sparseDays+1); d <= day; d++ {
			st.Daily[floorMod(d)] = 0
		}
		st.Day, st.Recent = day, 0
		for _, n := range st.Daily {
			st.Recent += n
		}
	}
	if day == st.Day {
		s.today, s.midnight = floorMod(day), (int64(day)+1)*daySeconds
	}
	return floorMod(day)
}

// Jump accepts a new level, as a ratio to the old one.
func (s *Seasonal) Jump(ratio float64) {
	if !(ratio > 0 && ratio <= math.MaxFloat32) || s.state.Minutes <= 0 {
		return
	}
	level := min(s.rate*ratio, math.MaxFloat32)
	s.state.Minutes = min(s.state.Minutes, jumpMemory/60)
	s.state.Count = level * s.state.Minutes
	s.rate = s.level()
}

// place is that of a minute among those that may be late.
func place(minute int64) int { return int(minute - floorDiv(minute, lateMinutes)*lateMinutes) }

func (s *Seasonal) mark(place int) { s.state.Seen[place/64] |= 1 << (place % 64) }

// State is what was learned, to be kept.
func (s *Seasonal) State() SeasonalState { return s.state }

// Restore takes a state that was kept. The options stay: a state holds nothing
// of the calendar or of the parent. A state that no Seasonal can have reached is
// refused, and nothing changes.
func (s *Seasonal) Restore(state SeasonalState) error {
	if err := state.check(); err != nil {
		return fmt.Errorf("detect: restore a seasonal baseline: %w", err)
	}
	s.state = state
	if s.opt.Bin != 0 {
		state.Bin = s.opt.Bin
	}
	s.measure(state.Bin)
	s.rate = s.level()
	s.now = local{}
	s.disperse()
	s.cursor = cursor{minute: floorDiv(state.Newest, 60), midnight: -maxTime << 1}
	s.place, s.hour = place(s.minute), (floorDiv(s.minute, 60)+1)*60
	return nil
}

// check looks for what can't be.
func (st *SeasonalState) check() error {
	figures := []float64{st.Count, st.Minutes, st.Holiday.Seen, st.Holiday.Due, st.Square, st.Recent}
	for _, t := range st.Hours {
		figures = append(figures, t.Seen, t.Due)
	}
	for _, f := range append(figures, st.Daily[:]...) {
		if !(f >= 0 && f <= mostSum) {
			return fmt.Errorf("a sum is %g", f)
		}
	}
	switch {
	case st.Minutes > 0 && st.Count/st.Minutes > math.MaxFloat32:
		return fmt.Errorf("%g reports came in %g minutes", st.Count, st.Minutes)
	case !(math.Abs(st.Excess) <= mostSum):
		return fmt.Errorf("the excess is %g", st.Excess)
	case st.Bin < 0 || st.Bin > mostBin:
		return fmt.Errorf("a bin has %d seconds", st.Bin)
	case st.First > st.Newest || st.First < -maxTime || st.Newest > maxTime:
		return fmt.Errorf("it begins at %d and ends at %d", st.First, st.Newest)
	case int64(st.Day) > floorDiv(st.Newest, daySeconds):
		return fmt.Errorf("day %d comes after it ends, at %d", st.Day, st.Newest)
	}
	return nil
}

// mostSum bounds sums of a state: what squares of counts can add up to.
const mostSum = 1e100
