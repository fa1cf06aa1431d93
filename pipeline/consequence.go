package pipeline

import (
	"cmp"
	"reflect"
	"slices"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/impact"
	"tocsin/incident"
)

// assess puts out who suffers, when the failures, the words heard or a
// holdover have changed it.
func (s *step) assess(w *watch) {
	state := s.state(w)
	var fails []impact.Failure
	if state != catalog.Up {
		for _, n := range w.root.Nodes {
			fails = append(fails, impact.Failure{Node: n, Region: w.root.Region, State: state, Since: w.in.Onset})
		}
	}
	holdover := !w.assessed.next.IsZero() && !s.now.Before(w.assessed.next)
	if !holdover && reflect.DeepEqual(fails, w.assessed.fails) && len(w.in.Said) == w.assessed.said {
		return
	}
	var effects []incident.Effect
	if len(fails) > 0 { // once all is back, what people said of it is the past
		effects = s.p.corroborate(w, s.p.fallOf(fails, s.now))
	}
	w.assessed = assessed{fails: fails, said: len(w.in.Said)}
	for _, e := range effects {
		if !e.Fails.IsZero() && (w.assessed.next.IsZero() || e.Fails.Before(w.assessed.next)) {
			w.assessed.next = e.Fails
		}
	}
	if !reflect.DeepEqual(effects, w.in.Effects) {
		s.change(w, incident.Change{Op: incident.OpAssess, Effects: effects})
	}
}

// fallOf computes the effects of failures. Roots that can't be told apart are
// each tried alone: only what falls with every one of them is sure. That a rival
// is slow because others' users came is left to what is heard of the rival: no
// figure of the catalogue may accuse it.
func (p *Pipeline) fallOf(fails []impact.Failure, now time.Time) []incident.Effect {
	common := slices.DeleteFunc(p.impact.Assess(fails[:1], now), func(e incident.Effect) bool { return e.Load != "" })
	for _, f := range fails[1:] {
		other := p.impact.Assess([]impact.Failure{f}, now)
		common = slices.DeleteFunc(common, func(e incident.Effect) bool {
			return !slices.ContainsFunc(other, func(o incident.Effect) bool {
				return o.Node == e.Node && o.Region == e.Region && o.State == e.State
			})
		})
	}
	return common
}

// corroborate joins what was heard of the affected nodes themselves: readings
// aimed at them and statements that name them. A node that says it is hit
// though the graph has no path to it is listed too, without a path.
func (p *Pipeline) corroborate(w *watch, effects []incident.Effect) []incident.Effect {
	for i := range effects {
		e := &effects[i]
		for _, t := range p.order {
			if t.id.Subject == evidence.Subject(e.Node) && t.reading.Level >= evidence.Warning && !p.regional(t.id) {
				e.Evidence = append(e.Evidence, attribute.Cite(&t.reading, t.reading.At))
			}
		}
	}
	for _, said := range w.in.Said {
		for _, c := range said.Claims {
			effects = p.word(w, effects, said, c)
		}
	}
	slices.SortStableFunc(effects, func(a, b incident.Effect) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Region, b.Region))
	})
	return effects
}

// word joins one claim to the effects that it speaks of.
func (p *Pipeline) word(w *watch, effects []incident.Effect, said incident.Said, c evidence.Claim) []incident.Effect {
	state, ok := claimed(c.Kind)
	n := p.ed.Node(catalog.NodeID(c.Target))
	if !ok || n == nil {
		return effects
	}
	cite := incident.Citation{
		Kind: incident.Stated, Plane: evidence.PlaneWords, Statement: said.ID, By: said.By,
		At: said.At, Heard: said.Heard, Basis: said.Basis, Sources: said.Sources,
	}
	found := false
	for i := range effects {
		e := &effects[i]
		if e.Node != n.ID || (c.Region != "" && !p.ed.Overlap(c.Region, e.Region)) {
			continue
		}
		found = true
		if said.By != n.Owner() && n.Owner() != w.in.Carrier && len(e.Path) == 0 {
			continue
		}
		e.Evidence = append(e.Evidence, cite)
		switch {
		case len(e.Path) == 0:
			e.State = state // known by words alone: the newest word counts
		case state == catalog.Up && e.State == catalog.Degraded:
			// Whoever answers the calls knows better than the graph whether
			// they come in; that something is wholly down, words don't undo.
			e.State = catalog.Up
		case e.State == catalog.Up && said.By == n.Owner():
			e.State, e.Since = state, said.At // it isn't held up by its backup or batteries, or not wholly
		}
	}
	if found || said.By != n.Owner() {
		return effects // what others say of it, and the graph does not, is hearsay
	}
	region := c.Region
	if region == "" {
		region = n.Regions[0]
	}
	return append(effects, incident.Effect{
		Node: n.ID, Region: region, State: state, Since: said.At, Evidence: []incident.Citation{cite},
	})
}

// claimed is the state that a claim gives its target.
func claimed(k evidence.ClaimKind) (catalog.State, bool) {
	switch k {
	case evidence.SaysDown:
		return catalog.Down, true
	case evidence.SaysDegraded, evidence.SaysRecovering, evidence.SaysLoad:
		return catalog.Degraded, true
	case evidence.SaysUp, evidence.SaysRestored:
		return catalog.Up, true
	}
	return catalog.Unknown, false
}

// locate puts out where reports come from: each province's and each area's
// share since the onset, and the areas in which more is reported than usual.
func (s *step) locate(w *watch) {
	if !s.due(w, incident.OpLocate, false) {
		return
	}
	shares := s.p.shares(w)
	if len(shares) == 0 {
		return
	}
	if areas := s.p.areas(w); !reflect.DeepEqual(shares, w.in.Shares) || !reflect.DeepEqual(areas, w.in.Areas) {
		s.change(w, incident.Change{Op: incident.OpLocate, Shares: shares, Areas: areas})
	}
}

func (p *Pipeline) shares(w *watch) []incident.Share {
	var total float64
	var until time.Time
	by := map[catalog.RegionID]float64{}
	var basis evidence.Basis
	var sources []catalog.Source
	for _, t := range p.order {
		if t.counts == nil || catalog.NodeID(t.id.Subject).Owner() != w.in.Carrier {
			continue
		}
		sum := 0.0
		for _, c := range t.counts {
			if !c.at.Before(w.in.Onset) {
				sum += c.value
				if c.at.After(until) {
					until = c.at
				}
			}
		}
		by[t.id.Region] += sum
		total += sum
		basis, sources = t.basis, t.sources
	}
	if total == 0 {
		return nil
	}
	var shares []incident.Share
	for _, r := range p.ed.Regions() {
		if r.Level != catalog.Province && r.Level != catalog.Area {
			continue
		}
		sum := 0.0
		for _, leaf := range p.ed.Regions() { // in order: sums must not depend on a map
			if v, ok := by[leaf.ID]; ok && p.ed.Within(leaf.ID, r.ID) {
				sum += v
			}
		}
		if sum > 0 {
			shares = append(shares, incident.Share{
				Region: r.ID, Count: sum, Total: total, From: w.in.Onset, Until: until, Basis: basis, Source: sources,
			})
		}
	}
	slices.SortStableFunc(shares, func(a, b incident.Share) int { return cmp.Compare(b.Count, a.Count) })
	return shares
}

// tardy is how late a feed may be before readers are told.
const tardy = 20 * time.Minute

// blind puts out what can't be seen now: feeds that are silent or late, what
// feeds can't see by their nature, services of the carrier that nobody
// observes.
func (s *step) blind(w *watch) {
	var out []incident.Blindness
	for _, f := range s.p.sortedFeeds() {
		b := incident.Blindness{Feed: f.feed.ID, Text: f.feed.Blind}
		switch late := f.lastHeard.Sub(f.lastAt); {
		case f.silent(s.now):
			b.Since = f.newest()
		case late > tardy:
			b.Late = late.Round(10 * time.Minute)
		case f.feed.Blind == catalog.Text{}:
			continue
		}
		out = append(out, b)
	}
	for _, n := range s.p.ed.Nodes() {
		if n.Kind == catalog.Offering && n.Owner() == w.in.Carrier && !s.p.observed(n.ID) {
			out = append(out, incident.Blindness{Node: n.ID})
		}
	}
	if !reflect.DeepEqual(out, w.in.Blind) {
		s.change(w, incident.Change{Op: incident.OpBlind, Blind: out})
	}
}

// observed tells whether some series is aimed at the node itself.
func (p *Pipeline) observed(id catalog.NodeID) bool {
	return slices.ContainsFunc(p.order, func(t *track) bool { return t.id.Subject == evidence.Subject(id) })
}
