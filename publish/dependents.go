package publish

import (
	"tocsin/catalog"
	"tocsin/incident"
)

// Public tells whether a node may be shown to everybody. Whatever lists nodes by
// itself, and not from an incident, asks here.
func Public(n *catalog.Node) bool { return n != nil && !n.Private }

// Standing is how a dependent stands now, as far as can be seen.
type Standing struct {
	Node *catalog.Node
	// State is Up where nothing speaks against it: no sign of trouble was seen,
	// which is less than a sign of health. Unknown says why in Blind and Groundless.
	State    catalog.State
	Effects  []incident.Effect // of the open incidents on it, worst first
	Incident incident.ID       // the one that the first of Effects is of
	Maybe    bool              // that one is only suspected
	// Blind: no observer speaks, so nothing is known of anybody. Groundless: the
	// catalogue doesn't say what it rests on, so nothing could be inferred of it,
	// and no open incident has heard of it.
	Blind, Groundless bool
}

// Dependents gives the standing of every public dependent of the edition, in the
// order of their ids.
func (p *Picture) Dependents() []Standing {
	open := p.Open()
	var all []Standing
	for _, n := range p.Edition.Nodes() {
		if n.Kind == catalog.Dependent && Public(n) {
			all = append(all, p.standing(n, open))
		}
	}
	return all
}

// Standing is that of one node.
func (p *Picture) Standing(n *catalog.Node) Standing { return p.standing(n, p.Open()) }

func (p *Picture) standing(n *catalog.Node, open []incident.Incident) Standing {
	s := Standing{Node: n, State: catalog.Up}
	for _, in := range open {
		for _, e := range in.Effects {
			if e.Node != n.ID {
				continue
			}
			if len(s.Effects) == 0 || severity(e.State) < severity(s.State) {
				s.State, s.Incident, s.Maybe = e.State, in.ID, in.State == incident.Suspected
				s.Effects = append([]incident.Effect{e}, s.Effects...)
			} else {
				s.Effects = append(s.Effects, e)
			}
		}
	}
	switch {
	case len(s.Effects) > 0:
	case p.Blind():
		s.State, s.Blind = catalog.Unknown, true
	case len(n.Needs) == 0:
		s.State, s.Groundless = catalog.Unknown, true
	}
	return s
}

// Hit is an incident that reached a node, and the worst that it did.
type Hit struct {
	Incident incident.Incident
	State    catalog.State
}

// Hits gives the incidents that reached a node, newest first. One that was
// dismissed reached nobody.
func (p *Picture) Hits(id catalog.NodeID) []Hit {
	var hits []Hit
	for _, in := range p.Incidents {
		if in.State == incident.Dismissed {
			continue
		}
		worst := catalog.Up
		for _, r := range in.Reach {
			if r.Node == id {
				worst = catalog.Worse(worst, r.State)
			}
		}
		for _, e := range in.Effects {
			if e.Node == id {
				worst = catalog.Worse(worst, e.State)
			}
		}
		if worst != catalog.Up {
			hits = append(hits, Hit{in, worst})
		}
	}
	return hits
}

// Weakness is what an edition can't bear: which failures of one component, and
// of two, take most down. App works it out when the edition changes.
type Weakness struct {
	Edition string // the digest of the edition that it is of
	Tried   int    // how many components were made to fail alone
	Paired  bool   // and each with every other; false: there are too many
	Singles []Blow // the worst of one component, worst first
	Pairs   []Blow // the worst of two
	Joint   []Blow // those of two that take most down which neither does alone
	// Alone holds, of each dependent, the components that take it down by
	// themselves, in the order of their ids.
	Alone map[catalog.NodeID][]catalog.NodeID
	// Pairwise holds, of each dependent, in how many ways two take it down of
	// which neither does alone.
	Pairwise map[catalog.NodeID]int64
}

// Blow is a set of components that fail everywhere and for good, and what is
// then down wholly.
type Blow struct {
	Fail       []catalog.NodeID
	Lost       int   // nodes, besides those that fail
	Dependents int   // of them
	Harm       int64 // people behind what is lost; what nobody counted weighs one
	// Emergent: something falls with both that falls with neither alone.
	Emergent bool
}

// Weakness is what the picture's edition can't bear; nil while it is still
// being worked out.
func (p *Picture) Weakness() *Weakness {
	if p.Weak == nil || p.Weak.Edition != p.Edition.Digest() {
		return nil
	}
	return p.Weak
}
