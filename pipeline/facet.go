package pipeline

import (
	"math"
	"slices"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// How a facet comes back (shared method notes, §e): the first sustained
// restoration is at least 5 % for 15 minutes; one that falls by half has
// failed.
const (
	rise      = 0.05
	riseCrowd = 0.5 // of complaints: half of them gone
	sustain   = 15 * time.Minute
	calm      = 0.9 // of the complaints are gone
)

type phase int

const (
	lost phase = iota
	returning
	back
)

// facet follows one part of an incident through loss, return and relapse, by
// event time. It takes each reading of its series once.
type facet struct {
	id     incident.Facet
	series evidence.SeriesID
	crowd  bool
	phase  phase
	read   evidence.Reading
	level  float64 // 1 is whole
	trough float64 // the lowest level of this loss
	worst  float64 // of a crowd: the most complaints in excess
	peak   float64 // the highest level of this return
	since  time.Time
	rising time.Time // since when the level is above the trough, zero if not
	normal time.Time // since when the reading is normal, zero if not
	backAt time.Time
	state  catalog.State
	whole  bool // this loss was told to be down
	kept   bool // taken up from what was kept, and not seen since
}

// observe gives a reading to the facet of its series; a new anomaly that the
// roots explain begins a facet.
func (w *watch) observe(s *step, r evidence.Reading) {
	if r.Level == evidence.Blind || r.At.IsZero() {
		return
	}
	for _, f := range w.facets {
		if f.series == r.Series {
			w.advance(s, f, r)
			return
		}
	}
	if r.Level < evidence.Warning {
		return
	}
	if id, ok := s.p.facetOf(w, r.Series); ok {
		f := &facet{
			id: id, series: r.Series, crowd: r.Series.Measure == evidence.Reports,
			since: r.Onset, trough: math.Inf(1),
		}
		w.facets = append(w.facets, f)
		slices.SortFunc(w.facets, func(a, b *facet) int {
			return a.series.Compare(b.series)
		})
		f.take(r)
		f.whole = f.state == catalog.Down
		s.change(w, incident.Change{Op: incident.OpFacet, Event: f.since, Facet: &f.id, Note: f.note()})
	}
}

// facetOf says which facet a series shows, if it shows one of this incident.
// Routes show none: announced is not alive.
func (p *Pipeline) facetOf(w *watch, id evidence.SeriesID) (incident.Facet, bool) {
	switch id.Measure.Plane() {
	case evidence.PlaneRoutes:
		return incident.Facet{}, false
	case evidence.PlaneCrowd:
		// Cuts by region are the same reports again, and so are those that came
		// through the carrier's own network.
		if p.regional(id) || id.Measure == evidence.ReportsOwn {
			return incident.Facet{}, false
		}
	}
	for _, n := range p.attr.Explained(w.root, id) {
		if n.Owner() == w.in.Carrier {
			return incident.Facet{Node: n, Region: id.Region, Family: id.Measure.Family()}, true
		}
	}
	return incident.Facet{}, false
}

// take updates the figures of a facet from a reading.
func (f *facet) take(r evidence.Reading) {
	f.read = r
	f.level = math.Min(r.Ratio(), 1)
	if f.crowd {
		excess := math.Max(0, r.Value-r.Expected)
		f.worst = math.Max(f.worst, excess)
		f.level = 1
		if f.worst > 0 {
			f.level = 1 - excess/f.worst
		}
	}
	if f.phase == lost {
		f.trough = math.Min(f.trough, f.level)
	}
	f.state = f.look()
}

// returned is how much of what was lost is back, 0 to 1.
func (f *facet) returned() float64 {
	if f.trough >= 1 {
		return 1
	}
	return (f.level - f.trough) / (1 - f.trough)
}

// look is the state that the facet shows.
func (f *facet) look() catalog.State {
	switch {
	case f.phase == back:
		return catalog.Up
	case f.phase == returning, f.crowd:
		return catalog.Degraded
	case f.read.Level == evidence.Critical:
		return catalog.Down
	}
	return catalog.Degraded
}

// advance moves a facet by one reading and puts out what changed.
func (w *watch) advance(s *step, f *facet, r evidence.Reading) {
	if !r.At.After(f.read.At) {
		return
	}
	f.kept = false
	before, told := f.phase, f.state
	f.take(r)
	at := r.At
	switch f.phase {
	case lost:
		at = f.tryReturn(w, s, r)
	case returning, back:
		at = f.tryRelapse(r)
	}
	f.state = f.look()
	// A loss is told once more when it turns out to be whole; a level that
	// wavers is not.
	deeper := f.state == catalog.Down && told == catalog.Degraded && !f.whole
	f.whole = f.phase == lost && (f.whole || deeper)
	if f.phase != before || deeper {
		s.change(w, incident.Change{Op: incident.OpFacet, Event: at, Facet: &f.id, Note: f.note()})
	}
}

// note is what the incident's timeline says of a facet: its state, or that it
// is coming back.
func (f *facet) note() string {
	if f.phase == returning {
		return incident.Returning
	}
	return string(f.state)
}

// tryReturn looks for the first sustained restoration.
func (f *facet) tryReturn(w *watch, s *step, r evidence.Reading) time.Time {
	enough := rise
	if f.crowd {
		enough = riseCrowd
	}
	if f.returned() < enough || (f.crowd && !w.mayReturn(s, f)) {
		f.rising = time.Time{}
		return r.At
	}
	if f.rising.IsZero() {
		f.rising = r.At
	}
	if r.At.Sub(f.rising) >= sustain {
		f.phase, f.peak = returning, f.level
		return f.rising
	}
	return r.At
}

// mayReturn holds the return of an admitted fault that only complaints show
// until its owner says that it is coming back: people tire of complaining.
func (w *watch) mayReturn(s *step, f *facet) bool {
	if !w.root.Admitted {
		return true
	}
	for _, st := range s.p.said {
		if st.By != w.in.Carrier || st.At.Before(f.since) {
			continue
		}
		if slices.ContainsFunc(st.Claims, func(c evidence.Claim) bool {
			return c.Kind == evidence.SaysRecovering || c.Kind == evidence.SaysRestored
		}) {
			return true
		}
	}
	return false
}

// tryRelapse looks whether a return has failed, or is complete.
func (f *facet) tryRelapse(r evidence.Reading) time.Time {
	f.peak = math.Max(f.peak, f.level)
	if f.returned() < (f.peak-f.trough)/(1-f.trough)/2 {
		f.phase, f.rising, f.normal, f.backAt = lost, time.Time{}, time.Time{}, time.Time{}
		f.trough, f.since = f.level, r.At
		return r.At
	}
	if r.Level != evidence.Normal && !(f.crowd && f.level >= calm) {
		f.normal = time.Time{}
		return r.At
	}
	if f.normal.IsZero() {
		f.normal = r.At
	}
	if f.phase == returning && r.At.Sub(f.normal) >= sustain {
		f.phase, f.backAt = back, f.normal
		return f.backAt
	}
	return r.At
}

// live moves the incident's life: confirmed, recovering, relapsed, resolved,
// dismissed.
func (s *step) live(w *watch) {
	switch w.in.State {
	case incident.Suspected:
		s.doubt(w)
	case incident.Confirmed:
		if f := w.first(returning, back); f != nil {
			at := f.rising
			if f.phase == back {
				at = f.backAt
			}
			s.change(w, incident.Change{Op: incident.OpRecover, Event: at, Facet: &f.id})
		}
	case incident.Recovering:
		if w.first(returning, back) == nil {
			s.change(w, incident.Change{Op: incident.OpRelapse, Event: w.lastLost()})
			return
		}
		if end, ok := s.ended(w); ok && s.now.Sub(end) >= s.p.opt.HoldDown {
			s.change(w, incident.Change{Op: incident.OpResolve, Event: end})
		}
	}
}

func (s *step) doubt(w *watch) {
	if w.root.P >= attribute.Possible {
		w.unlikely = time.Time{}
		return
	}
	if w.unlikely.IsZero() {
		w.unlikely = s.now
	}
	if s.now.Sub(w.unlikely) >= doubt {
		s.change(w, incident.Change{Op: incident.OpDismiss, P: w.root.P})
	}
}

// leading are the facets that tell the incident's life: those that instruments
// see, or the complaints where no instrument sees it.
func (w *watch) leading() []*facet {
	var seen []*facet
	for _, f := range w.facets {
		if !f.crowd {
			seen = append(seen, f)
		}
	}
	if len(seen) > 0 {
		return seen
	}
	return w.facets
}

// first is the facet that came back first among those in the phases.
func (w *watch) first(phases ...phase) *facet {
	var first *facet
	for _, f := range w.leading() {
		if slices.Contains(phases, f.phase) && (first == nil || f.rising.Before(first.rising)) {
			first = f
		}
	}
	return first
}

func (w *watch) lastLost() time.Time {
	var last time.Time
	for _, f := range w.leading() {
		if f.since.After(last) {
			last = f.since
		}
	}
	return last
}

// ended tells when the last facet came back, if all have that can still be
// seen, and if people have stopped complaining.
func (s *step) ended(w *watch) (time.Time, bool) {
	var end time.Time
	for _, f := range w.leading() {
		if s.blindTo(f) {
			continue // unknown, and so neither back nor in the way
		}
		if f.phase != back {
			return time.Time{}, false
		}
		if f.backAt.After(end) {
			end = f.backAt
		}
	}
	for _, f := range w.facets {
		if f.crowd && f.phase != back && !s.blindTo(f) {
			return time.Time{}, false
		}
	}
	return end, !end.IsZero()
}

// state is how the roots stand as a whole: down while every facet is lost, up
// when every one is back, degraded between, and unknown once no feed shows any.
func (s *step) state(w *watch) catalog.State {
	all := w.leading()
	switch {
	case len(all) == 0 && w.root.P < attribute.Possible:
		return catalog.Unknown
	case len(all) == 0:
		return w.root.State
	}
	seen, lostN, backN := 0, 0, 0
	for _, f := range all {
		if s.blindTo(f) {
			continue
		}
		seen++
		switch f.phase {
		case lost:
			lostN++
		case back:
			backN++
		}
	}
	switch seen {
	case 0:
		return catalog.Unknown
	case lostN:
		return w.root.State
	case backN:
		return catalog.Up
	}
	return catalog.Degraded
}

// blindTo tells whether the feed of a facet has gone silent, or has not spoken
// since judgement was taken up again.
func (s *step) blindTo(f *facet) bool { return f.kept || s.p.feed(f.series.Feed).silent(s.now) }

// verdicts gives the roots as a whole, then each facet.
func (s *step) verdicts(w *watch) []incident.Verdict {
	var out []incident.Verdict
	for _, n := range w.root.Nodes {
		out = append(out, incident.Verdict{
			Facet: incident.Facet{Node: n, Region: w.root.Region},
			State: s.state(w), P: w.root.P, Since: w.in.Onset, Kind: incident.Inferred, Evidence: w.root.Evidence,
		})
	}
	for _, f := range w.facets {
		v := incident.Verdict{
			Facet: f.id, State: f.state, P: w.root.P, Since: f.since, Until: f.backAt,
			Kind: incident.Observed, Evidence: []incident.Citation{attribute.Cite(&f.read, f.read.At)},
		}
		switch {
		case s.blindTo(f):
			v.State = catalog.Unknown
		case f.phase == back:
			v.P = 1 - w.root.P
		case f.crowd && f.phase == lost:
			// Complaints tell that it is hit, not how badly: that is as the roots.
			v.State = s.state(w)
		}
		out = append(out, v)
	}
	return out
}
