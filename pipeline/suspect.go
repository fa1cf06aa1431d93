package pipeline

import (
	"maps"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
)

// Figures of a suspicion that only people feed; see DESIGN.md.
const (
	// crowdLasts is for how long reports alone must speak for a root before it is
	// told: moods and bursts of talk are over by then, an outage is not.
	crowdLasts = 15 * time.Minute
	// crowdSure is how likely they must make it.
	crowdSure = 0.8
	// lapses is how long a suspicion may be without any ground and still be the
	// same.
	lapses = 15 * time.Minute
)

// suspicion is a root that may become an incident: what it is believed of, and
// since when.
type suspicion struct {
	filter attribute.Filter
	since  time.Time // likely without a break, zero if it isn't
	last   time.Time // that the evidence named it
}

// suspect weighs the roots that no incident has yet, and opens those that are
// likely: at once where an instrument saw the loss or the owner says so, later
// where only people complain.
func (s *step) suspect() {
	in := s.in
	in.Held, in.Past = s.held(nil), s.past()
	s.roots = s.p.attr.Roots(in)
	for _, root := range s.roots {
		if w := s.p.openOf(root.Carrier); w != nil {
			continue
		}
		sus := s.p.suspicions[root.Carrier]
		if sus == nil {
			sus = &suspicion{}
			s.p.suspicions[root.Carrier] = sus
		}
		sus.last = s.now
		sus.filter.Step(s.now, root.Ratios)
		if sus.ripe(root, s.now) {
			root.P = sus.filter.P()
			s.open(root, sus.filter)
			delete(s.p.suspicions, root.Carrier)
		}
	}
	maps.DeleteFunc(s.p.suspicions, func(_ catalog.OrgID, sus *suspicion) bool {
		if !sus.last.Equal(s.now) {
			sus.since = time.Time{}
		}
		return s.now.Sub(sus.last) > lapses
	})
}

// ripe tells whether a suspicion is to be told.
func (sus *suspicion) ripe(root attribute.Root, now time.Time) bool {
	p, least := sus.filter.P(), attribute.Possible
	waits := !root.Seen && !root.Admitted
	if waits {
		least = crowdSure
	}
	if p < least {
		sus.since = time.Time{}
		return false
	}
	if sus.since.IsZero() {
		sus.since = now
	}
	return !waits || now.Sub(sus.since) >= crowdLasts
}

// openOf is the open incident of a carrier, nil if it has none.
func (p *Pipeline) openOf(org catalog.OrgID) *watch {
	for _, w := range p.watch {
		if w.in.State.Open() && w.in.Carrier == org {
			return w
		}
	}
	return nil
}

// believe moves the belief of an incident by what its roots' evidence says now.
// Complaints about a suspect count as far as nothing else explains them: beside
// a surge of attention, as the counts have it.
func (s *step) believe(w *watch, now attribute.Root) {
	r := now.Ratios
	for k := range r {
		if !w.suspected() || attribute.PlaneAt(k) != evidence.PlaneCrowd {
			continue
		}
		most := 0.0
		for _, root := range s.roots {
			if root.Carrier == w.in.Carrier {
				most = root.Ratios[k].Nats
			}
		}
		r[k].Nats = min(r[k].Nats, most)
	}
	w.filter.Step(s.now, r)
}
