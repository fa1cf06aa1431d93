package attribute

import (
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Judge weighs given nodes again: the roots of an incident that is known
// already, as the evidence stands now. A set is judged by its first node, whose
// evidence is that of all.
func (e *Engine) Judge(in Input, nodes []catalog.NodeID, region catalog.RegionID) Root {
	h := hypothesis{nodes[0], region}
	sigs := e.signals(in)
	all := sigs
	for _, other := range slices.Concat(in.Held, in.Past) {
		sigs = e.explainAway(sigs, other)
	}
	now := e.weigh(h, sigs)
	now.logOdds = in.Believed.odds(now.logOdds)
	r := e.root([]score{now}, sigs)
	r.Nodes = slices.Clone(nodes)
	if len(sigs) < len(all) { // what another explains speaks still, and says nothing
		for k, spoke := range e.root([]score{e.weigh(h, all)}, all).Ratios {
			if have := &r.Ratios[k]; spoke.Heard && !have.Heard {
				*have = Ratio{At: spoke.At, Heard: true}
			}
		}
	}
	return *r
}

// Clear gives an explicit verdict about every other carrier that is talked
// about while root is down: whether it has a fault of its own, and if not, why
// people complain. A carrier that nobody mentions is left out.
func (e *Engine) Clear(in Input, root Root) []incident.Clearance {
	fall := e.fallOf(root)
	var out []incident.Clearance
	sigs := e.signals(in)
	for _, c := range e.ed.Carriers() {
		if c.ID == root.Carrier {
			continue
		}
		if cl, ok := e.clearance(in, c.ID, sigs, fall); ok {
			out = append(out, cl)
		}
	}
	return out
}

// edge is what the rival story "it hangs on the failed carrier by an edge that
// the catalogue lacks" costs a peer's own fault, in nats, while no instrument
// saw a loss of its own (shared method notes, §c, edge rule).
const edge = 4.0

// peer is what is heard of one carrier beside the failed one.
type peer struct {
	logOdds          float64
	alive            bool // an instrument, or its own word, says that it works
	lost             bool // an instrument saw a loss
	saysUp, saysHit  bool
	saysLoad         bool
	accused, expects float64
	evidence         []incident.Citation
}

func (e *Engine) clearance(in Input, org catalog.OrgID, sigs []signal, fall map[catalog.NodeID]catalog.State) (incident.Clearance, bool) {
	p := peer{logOdds: prior}
	planes := map[evidence.Plane]float64{}
	mentioned := false
	for _, s := range sigs {
		if s.org != org {
			continue
		}
		crowd := s.read != nil && s.cite.Plane == evidence.PlaneCrowd
		if crowd {
			if s.weight > 0 {
				mentioned = true
			}
			p.accused += s.read.Value
			p.expects += s.read.Expected
			if e.talksTo(org, fall) {
				s.cite.Weight = 0 // explained: they can't reach the failed carrier's customers
			}
		}
		p.alive = p.alive || (s.read != nil && s.weight < 0 && !crowd)
		p.lost = p.lost || (s.read != nil && s.weight > 0 && !crowd)
		planes[s.cite.Plane] += s.cite.Weight
		p.evidence = append(p.evidence, s.cite)
	}
	mentioned = p.listen(in, org) || mentioned
	if !mentioned {
		return incident.Clearance{}, false
	}
	for _, plane := range allPlanes() {
		p.logOdds += clip(plane, planes[plane])
	}
	if p.saysHit && !p.lost {
		p.logOdds -= edge
	}
	return p.verdict(org, e.rests(org, fall)), true
}

// listen adds what the carrier says of itself; it tells whether it said any
// such thing.
func (p *peer) listen(in Input, org catalog.OrgID) bool {
	spoke := false
	for i := range in.Statements {
		s := &in.Statements[i]
		if s.By != org || in.Now.Sub(s.Heard) > statementLives {
			continue
		}
		about := false
		for _, c := range s.Claims {
			if ownerOf(c.Target) != org {
				continue
			}
			about = true
			switch c.Kind {
			case evidence.SaysUp, evidence.SaysRestored:
				p.saysUp, p.saysHit = true, false
				p.alive = true
			case evidence.SaysDown, evidence.SaysDegraded:
				p.saysHit = p.saysHit || c.Because == ""
			case evidence.SaysLoad:
				p.saysLoad = true
			}
		}
		spoke = spoke || about
		if about && !slices.ContainsFunc(p.evidence, func(c incident.Citation) bool { return c.Statement == s.ID }) {
			p.evidence = append(p.evidence, CiteStatement(s, 0))
		}
	}
	return spoke
}

// rests is what becomes of the carrier's services with the root: up when none
// falls, down when all do, degraded between.
func (e *Engine) rests(org catalog.OrgID, fall map[catalog.NodeID]catalog.State) catalog.State {
	all, down, hit := e.offerings(org), 0, 0
	for _, id := range all {
		switch fall[id] {
		case catalog.Down:
			down++
		case catalog.Degraded:
			hit++
		}
	}
	switch {
	case down > 0 && down == len(all):
		return catalog.Down
	case down+hit > 0:
		return catalog.Degraded
	}
	return catalog.Up
}

// verdict puts the peer into one of the classes.
func (p *peer) verdict(org catalog.OrgID, rests catalog.State) incident.Clearance {
	c := incident.Clearance{
		Org: org, State: catalog.Unknown, Class: incident.SpillOver,
		P: 1 / (1 + math.Exp(-p.logOdds)), Accused: p.accused, Expected: p.expects, Evidence: p.evidence,
	}
	if p.alive && c.P < Possible {
		c.State = catalog.Up
	}
	switch {
	case rests != catalog.Up:
		c.Class, c.State = incident.Dependency, rests
	case p.saysLoad:
		c.Class = incident.Load
	case p.saysHit && !p.saysUp:
		// It says that it is hit and not why: an edge we lack, or load.
		c.Class, c.State = incident.Affected, catalog.Degraded
	case c.P >= Possible:
		c.Class, c.State = incident.OwnFault, catalog.Down
	}
	return c
}

// Explained gives the nodes that a series speaks of and that fall with a root,
// in the order of their ids.
func (e *Engine) Explained(root Root, id evidence.SeriesID) []catalog.NodeID {
	if context(id) || !e.ed.Within(id.Region, root.Region) {
		return nil
	}
	nodes, _, wholeCarrier := e.aim(id.Subject, id.Region)
	var hit []catalog.NodeID
	for _, node := range root.Nodes {
		fall := e.fall(hypothesis{node, root.Region})
		for _, n := range nodes {
			if st := fall[n]; (st == catalog.Down || st == catalog.Degraded) && !slices.Contains(hit, n) {
				hit = append(hit, n)
			}
		}
		if wholeCarrier && len(hit) > 0 {
			return []catalog.NodeID{node} // complaints about the carrier as a whole
		}
	}
	return hit
}
