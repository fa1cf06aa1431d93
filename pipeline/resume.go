package pipeline

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// resume takes up incidents that were kept: those that still change go on from
// what readers were last told, and nobody else gets their ids. What detectors had
// learned is not in them, nor how deep the losses were; see [Pipeline.Recall].
func (p *Pipeline) resume(kept []incident.Incident) {
	kept = slices.Clone(kept)
	slices.SortStableFunc(kept, incident.Compare)
	for _, in := range kept {
		p.ids[in.ID] = true
		if !in.State.Open() && in.State != incident.Resolved || !p.knows(in) {
			continue
		}
		w := &watch{in: in, guessed: true, told: map[incident.Op]time.Time{}, heard: map[string]bool{}}
		w.root = attribute.Root{
			Nodes: slices.Clone(in.Roots), Carrier: in.Carrier, Region: rootRegion(p.ed, in), State: catalog.Degraded,
			P: in.P, Onset: in.Onset, Evidence: in.Evidence,
		}
		if in.State != incident.Suspected { // a suspicion must earn it again
			w.filter = attribute.Believe(in.P, lastChange(in))
		}
		for _, s := range in.Said {
			w.heard[s.ID] = true
			p.recall(s)
		}
		for _, v := range in.Verdicts {
			if f := facetAgain(in, v); f != nil {
				w.facets = append(w.facets, f)
			}
		}
		p.watch = append(p.watch, w)
	}
	slices.SortStableFunc(p.said, func(a, b evidence.Statement) int {
		return cmp.Or(a.Heard.Compare(b.Heard), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
}

// knows tells whether the edition has all roots of an incident. One that was kept
// under another catalogue stays as it was told: there is nothing to judge it by.
func (p *Pipeline) knows(in incident.Incident) bool {
	return len(in.Roots) > 0 && p.ed.Carrier(in.Carrier) != nil &&
		!slices.ContainsFunc(in.Roots, func(id catalog.NodeID) bool { return p.ed.Node(id) == nil })
}

// rootRegion is where the roots failed, as it was told; else their footprint.
func rootRegion(ed *catalog.Edition, in incident.Incident) catalog.RegionID {
	for _, v := range in.Verdicts {
		if v.Kind == incident.Inferred && slices.Contains(in.Roots, v.Node) {
			return v.Region
		}
	}
	if n := ed.Node(in.Roots[0]); n != nil && len(n.Regions) == 1 {
		return n.Regions[0]
	}
	return ed.Root()
}

func lastChange(in incident.Incident) time.Time {
	last := in.Onset
	for _, e := range in.Timeline {
		if e.At.After(last) {
			last = e.At
		}
	}
	return last
}

// recall hears a statement again that an incident kept.
func (p *Pipeline) recall(s incident.Said) {
	if p.heard[s.ID] {
		return
	}
	p.heard[s.ID] = true
	p.said = append(p.said, evidence.Statement{
		ID: s.ID, By: s.By, At: s.At, Approx: s.Approx, DayOnly: s.DayOnly, Heard: s.Heard,
		Text: s.Text, Claims: s.Claims, Basis: s.Basis, Sources: s.Sources,
	})
}

// facetAgain is a facet as its last verdict and its timeline have it; nil for a
// verdict about the roots as a whole.
func facetAgain(in incident.Incident, v incident.Verdict) *facet {
	if v.Kind != incident.Observed || len(v.Evidence) == 0 || v.Evidence[0].Series == nil {
		return nil
	}
	c := v.Evidence[0]
	f := &facet{
		id: v.Facet, series: *c.Series, crowd: c.Series.Measure == evidence.Reports, since: v.Since, state: v.State, kept: true,
		read: evidence.Reading{Series: *c.Series, At: c.At, Heard: c.Heard, Value: c.Value, Expected: c.Expected, Method: c.Method},
	}
	f.level = math.Min(f.read.Ratio(), 1)
	for _, e := range in.Timeline {
		if e.Op != incident.OpFacet || e.Facet == nil || *e.Facet != v.Facet {
			continue
		}
		switch e.Note {
		case incident.Returning:
			f.phase, f.rising, f.peak, f.trough = returning, e.Event, f.level, f.below()
		case string(catalog.Up):
			f.phase, f.normal, f.backAt, f.peak, f.trough = back, e.Event, e.Event, f.level, f.below()
			if f.rising.IsZero() {
				f.rising = e.Event
			}
		default:
			f.phase, f.rising, f.normal, f.backAt = lost, time.Time{}, time.Time{}, time.Time{}
			f.trough, f.whole = f.level, e.Note == string(catalog.Down)
		}
	}
	if f.phase == lost && f.whole && f.state == catalog.Degraded {
		f.trough = f.below() // told when it had begun to rise
	}
	if f.crowd { // how bad it was is not kept: what its phase says, at least
		left := map[phase]float64{lost: 1, returning: 1 - riseCrowd, back: 1 - calm}[f.phase]
		f.worst = math.Max(0, f.read.Value-f.read.Expected) / left
		f.level, f.trough = 1-left, 0
	}
	return f
}

// How much of a loss was left, of what is there now, when nobody remembers it: half
// of what was told to be down, four fifths of what was degraded. Assumed: it lies
// between the loss and the return, so that a relapse is still seen.
const (
	belowDown     = 0.5
	belowDegraded = 0.8
)

// below is a guess at the trough of a loss that has risen to the present level.
func (f *facet) below() float64 {
	if f.whole {
		return belowDown * f.level
	}
	return belowDegraded * f.level
}
