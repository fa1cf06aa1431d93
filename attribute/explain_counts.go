package attribute

import (
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
)

// RivalsExtra is what other stories of the same evidence take away, with what
// the pieces share and the order of their onsets: the part of the log-odds that
// belongs to no single piece.
const RivalsExtra = "other-stories"

// ExplainSuperposed tells how the superposition of counts comes to its
// probability that nodes failed in a region: [Engine.Superpose] with its reasons.
// Nodes that the search doesn't name are explained as if they were the root of
// their carrier beside all else that it found.
func (e *Engine) ExplainSuperposed(in Input, nodes []catalog.NodeID, region catalog.RegionID) Explanation {
	x := Explanation{
		At: in.Now, Nodes: nodes, Carrier: nodes[0].Owner(), Region: region, Prior: -costRoot, LogOdds: -costRoot,
		Bar: bar(), Stance: StanceUnlikely,
	}
	sc := e.scene(in)
	s, c := sc.story(nodes, region)
	pieces := e.pieces(Input{Now: in.Now, Readings: in.Readings, Statements: in.Statements, Quiet: in.Quiet})
	if c == nil {
		for i := range pieces {
			if pieces[i].why == "" {
				pieces[i].why = WhyUnrelated
			}
		}
		x.P, x.Terms = chance(x.LogOdds), terms(pieces)
		return x
	}
	r := sc.root(s, c)
	x.Region, x.P, x.LogOdds, x.Prior = c.h.region, r.P, sc.odds(s, c), -c.cost
	x.Stance, x.Kinds, x.Admitted = r.stance(), r.Planes, r.Admitted
	if sc.named(s, c, nodes) {
		x.Nodes = r.Nodes
	}
	rest := slices.DeleteFunc(slices.Clone(s.set), func(o *cause) bool { return o == c })
	x.Barred = sc.bars(rest, c)
	x.Fit = &Fit{Severity: s.sev[slices.Index(s.set, c)], Attention: s.news}
	sc.reasons(s, c, pieces)
	x.Terms = terms(pieces)
	x.Planes = sc.planeSums(c, x.Terms)
	left := x.LogOdds - x.Prior
	for _, p := range x.Planes {
		left -= p.Counted
	}
	x.Extras = []Extra{{RivalsExtra, left}}
	x.Rivals = sc.rivals(rest, r.Nodes)
	verdict := func(in Input) outcome { return e.superposed(in, nodes, region) }
	e.vary(&x, in, verdict)
	for i := range x.Planes {
		var drop []int
		for _, t := range x.Terms {
			if t.Counts && t.Cite.Plane == x.Planes[i].Plane {
				drop = append(drop, t.piece)
			}
		}
		x.Planes[i].Without = verdict(without(in, drop...)).p
	}
	return x
}

// superposed is the verdict on nodes for some evidence.
func (e *Engine) superposed(in Input, nodes []catalog.NodeID, region catalog.RegionID) outcome {
	sc := e.scene(in)
	s, c := sc.story(nodes, region)
	if c == nil {
		return outcome{p: chance(-costRoot), stance: StanceUnlikely}
	}
	r := sc.root(s, c)
	return outcome{p: r.P, stance: r.stance()}
}

// story is the best set of causes in which one of the nodes is a root, and that
// root; nil if nothing speaks for any.
func (sc *scene) story(nodes []catalog.NodeID, region catalog.RegionID) (*state, *cause) {
	if len(sc.cands) == 0 {
		return nil, nil
	}
	s := sc.search()
	for _, c := range s.set {
		if c.kind == root && !c.fix && sc.named(s, c, nodes) {
			return s, c
		}
	}
	var best *cause
	for _, c := range sc.cands {
		if c.kind == root && slices.Contains(nodes, c.h.node) && (best == nil || c.h.region == region && best.h.region != region) {
			best = c
		}
	}
	if best == nil {
		return nil, nil
	}
	rest := slices.DeleteFunc(slices.Clone(s.set), func(o *cause) bool { return o.kind == root && !o.fix && o.org == best.org })
	return sc.weigh(append(rest, best)), best
}

// named tells whether a root, or a node that can't be told from it, is among
// nodes.
func (sc *scene) named(s *state, c *cause, nodes []catalog.NodeID) bool {
	return slices.ContainsFunc(sc.alike(s, c), func(id catalog.NodeID) bool { return slices.Contains(nodes, id) })
}

// reasons gives each piece what it adds for one cause, and why.
func (sc *scene) reasons(s *state, c *cause, pieces []piece) {
	bringing := map[evidence.SeriesID]float64{}
	for _, h := range sc.heard(s, c, map[evidence.Plane]float64{}) {
		bringing[h.read.Series] = h.weight
	}
	for i := range pieces {
		p := &pieces[i]
		cite := p.term.Cite
		if cite.Series != nil && cite.Series.Measure == evidence.Reports {
			sc.crowdReason(p, *cite.Series, bringing)
			continue
		}
		k := sc.signalOf(p)
		switch {
		case k < 0 && p.why == "":
			p.why = WhyNoSign
		case k < 0:
		case c.phys.parts[k] == 0:
			p.why = sc.e.unreached(c.h, sc.sigs[k])
		case sc.sigs[k].weight < 0 && !c.phys.contradicts(&sc.sigs[k]):
			p.why = WhyBefore
		case sc.sigs[k].weight > 0 && sc.loud[k] == 0:
			p.why = WhyExplained
		default:
			p.sig, p.part = sc.sigs[k], c.phys.parts[k]
			p.nats = speaks(&sc.sigs[k]) * p.part
			p.why = counted(p)
		}
	}
}

// crowdReason is that of a series of reports: the model counts it, or others
// that hold the same reports.
func (sc *scene) crowdReason(p *piece, id evidence.SeriesID, bringing map[evidence.SeriesID]float64) {
	tallied := slices.ContainsFunc(sc.tallies, func(t tally) bool { return t.read.Series == id })
	nats, falls := bringing[id]
	switch {
	case !tallied && p.why == "":
		p.why = WhyCut
	case !tallied:
	case !falls:
		p.why = WhyUnrelated
	default:
		p.part, p.nats, p.why = 1, nats, WhyFalls
		if nats < 0 {
			p.why = WhyStands
		}
	}
}

// signalOf finds the signal of a piece, -1 if it makes none.
func (sc *scene) signalOf(p *piece) int {
	cite := p.term.Cite
	return slices.IndexFunc(sc.sigs, func(s signal) bool {
		if s.read != nil {
			return cite.Series != nil && s.read.Series == *cite.Series && s.read.At.Equal(cite.At)
		}
		return cite.Statement != "" && s.cite.Statement == cite.Statement && s.claim == p.term.Claim &&
			p.sig.cite.Statement != "" && slices.Equal(s.nodes, p.sig.nodes)
	})
}

// planeSums lists what each plane adds for a cause: each carrier's part of it is
// capped by itself.
func (sc *scene) planeSums(c *cause, all []Term) []PlaneSum {
	var out []PlaneSum
	for _, plane := range allPlanes() {
		sum := PlaneSum{Plane: plane}
		groups := make([]float64, len(sc.groups))
		seen := false
		for i := range sc.sigs {
			s := &sc.sigs[i]
			if s.cite.Plane == plane && c.phys.parts[i] > 0 && (s.weight > 0 || c.phys.contradicts(s)) {
				groups[sc.group[i]] += speaks(s) * c.phys.parts[i]
			}
		}
		for _, v := range groups {
			if v != 0 {
				seen = true
				sum.Counted += bound(plane, v)
				sum.Least, sum.Most = sum.Least+bound(plane, math.Inf(-1)), sum.Most+bound(plane, math.Inf(1))
			}
		}
		for _, t := range all {
			if t.Counts && t.Cite.Plane == plane {
				seen = true
				sum.Sum += t.Nats
				if t.Cite.Series != nil && t.Cite.Series.Measure == evidence.Reports {
					sum.Counted += t.Nats
					sum.Least, sum.Most = sum.Least-quietCrowd, sum.Most+capCrowd
				}
			}
		}
		if seen {
			out = append(out, sum)
		}
	}
	return out
}

// rivals are the roots that might stand in the place of nodes, the strongest
// first, each node once.
func (sc *scene) rivals(rest []*cause, nodes []catalog.NodeID) []Rival {
	null := sc.weigh(rest)
	var out []Rival
	for _, p := range sc.look(null, math.Inf(-1)) {
		o := p.c
		if o.kind != root || slices.Contains(nodes, o.h.node) || slices.ContainsFunc(out, func(r Rival) bool { return r.Node == o.h.node }) {
			continue
		}
		odds := sc.weigh(append(slices.Clone(rest), o)).post - null.post
		out = append(out, Rival{Node: o.h.node, Region: o.h.region, LogOdds: odds, P: chance(odds)})
	}
	slices.SortStableFunc(out, func(a, b Rival) int {
		switch {
		case a.LogOdds > b.LogOdds:
			return -1
		case a.LogOdds < b.LogOdds:
			return 1
		}
		return 0
	})
	return out[:min(mostRivals, len(out))]
}
