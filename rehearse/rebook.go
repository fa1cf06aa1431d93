package rehearse

import (
	"cmp"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/roster"
)

// StillDown is how likely an outage still lasts at a time: a forecast's answer,
// or 0 and 1 of a plan, see [Plan.StillDown].
type StillDown func(time.Time) float64

// StillDown is the plan's own: 1 until what failed is back, 0 from then on. It
// is no forecast, and whoever shows it says so.
func (p Plan) StillDown() StillDown {
	end := p.until()
	return func(t time.Time) float64 {
		if end.IsZero() || t.Before(end) {
			return 1
		}
		return 0
	}
}

// Rebooking is a virtual appointment that falls into an outage.
type Rebooking struct {
	roster.Appointment
	State catalog.State  // down: it can't be held; degraded: it may suffer
	From  time.Time      // when that begins to be so, within the appointment
	Node  catalog.NodeID // what it rests on that fails; of several lines of a patient the first
	P     float64        // that the outage still lasts at From
}

// Order puts rebookings in the order of time, and those of one time in that of
// their file. A stable sort would move each of them many times.
func Order(list []Rebooking) {
	slices.SortFunc(list, func(a, b Rebooking) int { return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Line, b.Line)) })
}

// Rebook tells whether an appointment falls into the outage of a course. It
// does if something that it needs, or the last of the patient's lines, is down
// or suffers at any time of it, and is likely to be at all. An appointment in
// person never does.
func Rebook(c *Course, a roster.Appointment, still StillDown) (Rebooking, bool) {
	r := Rebooking{Appointment: a, State: catalog.Up}
	if !a.Virtual {
		return r, false
	}
	c.during(a, func(t time.Time) bool {
		state, node := c.suffers(a, t)
		if (state != catalog.Down && state != catalog.Degraded) || severity(state) <= severity(r.State) {
			return true
		}
		if p := still(t); p > 0 {
			r.State, r.Node, r.From, r.P = state, node, t, p
		}
		return r.State != catalog.Down
	})
	return r, r.State != catalog.Up
}

// during gives the times of an appointment at which anything may change, from
// its start on, until it is told to stop.
func (c *Course) during(a roster.Appointment, look func(time.Time) bool) {
	if !look(a.Start) {
		return
	}
	for _, m := range c.moments {
		if m.at.After(a.Start) && m.at.Before(a.End) && !look(m.at) {
			return
		}
	}
}

// suffers is the state of an appointment at a time: the worst of what it needs,
// and of the patient's lines the best.
func (c *Course) suffers(a roster.Appointment, t time.Time) (worst catalog.State, node catalog.NodeID) {
	worst = catalog.Up
	for _, id := range a.Needs {
		if s := c.State(id, a.Region, t); severity(s) > severity(worst) {
			worst, node = s, id
		}
	}
	if len(a.Paths) == 0 {
		return worst, node
	}
	_, best := c.best(roster.Person{Region: a.Region, Paths: a.Paths}, t)
	if severity(best) > severity(worst) {
		return best, a.Paths[0].Node
	}
	return worst, node
}
