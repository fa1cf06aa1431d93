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
	due    float64          // predicted for the newest slot; 0 when nothing is
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
	f := finding{value: o.Value, level: evidence.Blind}
	keep := o.Value
	if s.due > 0 {
		f = s.weigh(o, s.due)
		ratio := o.Value / s.due
		if out := ratio < inpaintBelow || ratio > inpaintAbove; out && s.alarmed && s.lasted(o.At) <= acceptAfter {
			keep = s.due
		}
	}
	s.total += keep
	s.count++
	*s.at(s.slot) = float32(s.total / s.count)
	return s.tell(o, f, s.since)
}

func (s *similar) at(slot int64) *float32 {
	return &s.ring[ringPlace(slot)]
}

func ringPlace(slot int64) int { return int(slot - floorDiv(slot, ringSlots)*ringSlots) }

// advance makes room for a time's slot, chooses anew when its hour is new, and
// predicts.
func (s *similar) advance(at time.Time) {
	slot := floorDiv(at.Unix(), similarSlot)
	if slot == s.slot && s.started {
		return
	}
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
	s.due = s.predict()
}

// choose finds the days most like the last 24 hours; of equal ones, the later.
func (s *similar) choose() {
	s.days = 0
	var far [similarBest]float64
	for day := 1; day <= similarPast; day++ {
		worst := math.Inf(1)
		if s.days == similarBest {
			worst = far[similarBest-1]
		}
		d, ok := s.distance(int64(day)*daySlots, worst)
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
// those so many slots before; false when too little of them is known, or when it
// comes out beyond the worst.
func (s *similar) distance(back int64, worst float64) (float64, bool) {
	const hour = hourSeconds / similarSlot // a whole number of which is the ring, so that none lies across its end
	sum, n := 0.0, 0
	from := s.hour*hour - daySlots
	one, two := ringPlace(from), ringPlace(from-back)
	for range 24 {
		a, b := (*[hour]float32)(s.ring[one:]), (*[hour]float32)(s.ring[two:])
		d0, d1, d2, d3 := float64(a[0]-b[0]), float64(a[1]-b[1]), float64(a[2]-b[2]), float64(a[3]-b[3])
		if all := d0*d0 + d1*d1 + (d2*d2 + d3*d3); all == all {
			sum += all
			n += hour
		} else {
			for _, d := range [hour]float64{d0, d1, d2, d3} {
				if d == d { // both are known
					sum += d * d
					n++
				}
			}
		}
		if sum > daySlots*worst {
			return 0, false
		}
		if one += hour; one == ringSlots {
			one = 0
		}
		if two += hour; two == ringSlots {
			two = 0
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
