package detect

import (
	"math"
	"slices"
	"time"

	"tocsin/evidence"
)

// Figures of the most-similar-days prediction; see DESIGN.md.
const (
	similarPast = 28  // days looked at
	similarBest = 6   // days taken
	similarSlot = 900 // seconds
	daySlots    = daySeconds / similarSlot
	ringSlots   = (similarPast + 2) * daySlots
	leastDays   = 3            // days without which nothing is predicted
	leastAlike  = daySlots / 2 // slots that two days must both have
)

// similar predicts a volume by the days that were most like the last 24 hours:
// the median of the six of the last 28 whose 24 hours up to the same time of day
// lie nearest, by Euclid. The days are chosen anew each hour. The drop rule
// judges what is left.
type similar struct {
	drop
	ring   [ringSlots]float32 // mean of each slot of 15 minutes; NaN without one
	slot   int64              // the newest
	total  float64            // of the newest slot
	count  float64
	hour   int64
	chosen [similarBest]int // days back
	days   int              // how many were
}

func newSimilar() Detector {
	s := &similar{}
	s.drop.init("similar-days")
	for i := range s.ring {
		s.ring[i] = float32(math.NaN())
	}
	return s
}

// Step compares the value with the prediction for its slot.
func (s *similar) Step(o *evidence.Observation) *evidence.Reading {
	if s.old(o) {
		return &s.last
	}
	if absent(o) {
		return s.read(o, 0, 0, evidence.Blind)
	}
	s.advance(o.At)
	expected := s.predict()
	f := finding{value: o.Value, level: evidence.Blind}
	keep := o.Value
	if expected > 0 {
		f = s.weigh(o, expected)
		ratio := o.Value / expected
		if out := ratio < inpaintBelow || ratio > inpaintAbove; out && s.alarmed && s.lasted(o.At) <= acceptAfter {
			keep = expected
		}
	}
	s.total += keep
	s.count++
	*s.at(s.slot) = float32(s.total / s.count)
	return s.tell(o, f, s.since)
}

func (s *similar) at(slot int64) *float32 {
	return &s.ring[slot-floorDiv(slot, ringSlots)*ringSlots]
}

// advance makes room for a time's slot, and chooses anew when its hour is new.
func (s *similar) advance(at time.Time) {
	slot := floorDiv(at.Unix(), similarSlot)
	if !s.started || slot-s.slot > ringSlots {
		s.slot = slot - ringSlots
	}
	for s.slot < slot {
		s.slot++
		*s.at(s.slot) = float32(math.NaN())
		s.total, s.count = 0, 0
	}
	if hour := floorDiv(at.Unix(), hourSeconds); hour != s.hour {
		s.hour = hour
		s.choose()
	}
}

// choose finds the days most like the last 24 hours; of equal ones, the later.
func (s *similar) choose() {
	s.days = 0
	var far [similarBest]float64
	for day := 1; day <= similarPast; day++ {
		d, ok := s.distance(int64(day) * daySlots)
		if !ok {
			continue
		}
		i := s.days
		for i > 0 && d < far[i-1] {
			i--
		}
		if i == similarBest {
			continue
		}
		s.days = min(s.days+1, similarBest)
		copy(far[i+1:], far[i:s.days-1])
		copy(s.chosen[i+1:], s.chosen[i:s.days-1])
		far[i], s.chosen[i] = d, day
	}
}

// distance is the mean square between the 24 hours before the present one and
// those so many slots before.
func (s *similar) distance(back int64) (float64, bool) {
	sum, n := 0.0, 0
	now := s.hour * (hourSeconds / similarSlot)
	for i := now - daySlots; i < now; i++ {
		d := float64(*s.at(i) - *s.at(i - back))
		if d == d { // both are known
			sum += d * d
			n++
		}
	}
	return sum / float64(max(n, 1)), n >= leastAlike
}

// predict is the median of the chosen days at the newest slot; 0 when too few
// have one.
func (s *similar) predict() float64 {
	var values [similarBest]float64
	n := 0
	for _, day := range s.chosen[:s.days] {
		if v := float64(*s.at(s.slot - int64(day)*daySlots)); v == v {
			values[n] = v
			n++
		}
	}
	if n < leastDays {
		return 0
	}
	slices.Sort(values[:n])
	return (values[(n-1)/2] + values[n/2]) / 2
}
