package pipeline

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Figures of a suspicion that only people feed; see DESIGN.md.
const (
	// crowdLasts is for how long reports alone must speak for a root before it is
	// told: moods and bursts of talk are over by then, an outage is not.
	crowdLasts = 15 * time.Minute
	// crowdSure is how likely they must have made it by then.
	crowdSure = 0.8
	// lapses is how long a suspicion may be without any ground and still be the
	// same.
	lapses = 15 * time.Minute
)

// suspicion is a root that may become an incident: what it is believed of, and
// since when.
type suspicion struct {
	filter attribute.Filter
	root   attribute.Root // as the evidence named it last
	took   attribute.Ratios
	since  time.Time // likely without a break, zero if it isn't
	last   time.Time // that the evidence named it
}

// Belief is what is held of a carrier: that its open incident is one, or a
// suspicion that isn't told.
type Belief struct {
	Carrier  catalog.OrgID
	Incident incident.ID // "" of a suspicion
	P        float64     // as it is shown, or would be
	Moment   float64     // what the evidence of the moment makes it, without a memory
	Root     attribute.Root
	Took     attribute.Ratios // what the filter was given last
	At       time.Time        // when
}

// Beliefs gives what is held of every carrier of which anything is, as of the last
// step, by carrier.
func (p *Pipeline) Beliefs() []Belief {
	var all []Belief
	for org, sus := range p.suspicions {
		b := Belief{Carrier: org, P: sus.filter.P(), Root: sus.root, Took: sus.took, At: sus.last}
		if sus.last.Equal(p.now) {
			b.Moment = sus.root.P
		}
		all = append(all, b)
	}
	for _, w := range p.watch {
		if w.in.State.Open() {
			all = append(all, Belief{
				Carrier: w.in.Carrier, Incident: w.in.ID, P: w.filter.P(), Moment: w.moment,
				Root: w.root, Took: w.took, At: p.now,
			})
		}
	}
	slices.SortFunc(all, func(a, b Belief) int {
		return cmp.Or(cmp.Compare(a.Carrier, b.Carrier), cmp.Compare(a.Incident, b.Incident))
	})
	return all
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
		sus.last, sus.root = s.now, root
		sus.took = s.timely(root)
		sus.filter.Step(s.now, sus.took)
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
	p := sus.filter.P()
	if p < attribute.Possible {
		sus.since = time.Time{}
		return false
	}
	if sus.since.IsZero() {
		sus.since = now
	}
	return root.Seen || root.Admitted || p >= crowdSure && now.Sub(sus.since) >= crowdLasts
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

// believe moves the belief of an incident by what its evidence says now: as the
// counts have it where they name its carrier, else as its roots are judged.
// Complaints about a suspect count only as far as nothing else explains them,
// such as a surge of attention.
func (s *step) believe(w *watch, named *attribute.Root) {
	if named != nil {
		w.root.Seen = w.root.Seen || named.Seen
		w.root.Admitted = w.root.Admitted || named.Admitted
		// Of a part of the country the counts know more: judged by itself, a root
		// hears no series that is wider than it.
		if named.Planes > w.root.Planes {
			w.root.Planes, w.root.Evidence, w.root.State = named.Planes, named.Evidence, named.State
		}
	}
	w.moment = attribute.Probability(w.root.LogOdds)
	r := s.timely(w.root)
	if named != nil {
		w.moment, r = named.P, s.timely(*named)
	}
	if named == nil && w.suspected() {
		for k := range r {
			if attribute.PlaneAt(k) == evidence.PlaneCrowd {
				r[k].Nats = min(r[k].Nats, 0)
			}
		}
	}
	w.took = r
	w.filter.Step(s.now, r)
}

// timely leaves out the health that a plane showed before the onset: that it was
// well before it fell is no contradiction. It adds the silence of a carrier that
// has spoken before, where nobody says anything.
func (s *step) timely(root attribute.Root) attribute.Ratios {
	r := root.Ratios
	for k := range r {
		if r[k].Nats < 0 && r[k].At.Before(root.Onset) {
			r[k].Heard = false
		}
		if attribute.PlaneAt(k) == evidence.PlaneWords && !r[k].Heard && s.mute(root) {
			r[k] = attribute.Ratio{Nats: attribute.Silence(s.now.Sub(root.Onset)), At: s.now, Heard: true}
		}
	}
	return r
}

// mute tells whether a carrier has spoken at some time, and not since the onset.
func (s *step) mute(root attribute.Root) bool {
	spoke := false
	for i := range s.p.said {
		if st := &s.p.said[i]; st.By == root.Carrier {
			if !st.At.Before(root.Onset) {
				return false
			}
			spoke = true
		}
	}
	return spoke && !root.Onset.IsZero()
}
