package attribute

import (
	"cmp"
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// roots turns the causes into results, likeliest first.
func (sc *scene) roots(s *state) []Root {
	var out []Root
	for _, c := range s.set {
		if c.fix || c.kind != root {
			continue
		}
		out = append(out, sc.root(s, c))
	}
	sortRoots(out)
	return out
}

func sortRoots(all []Root) {
	slices.SortStableFunc(all, func(a, b Root) int {
		return cmp.Or(cmp.Compare(b.P, a.P), cmp.Compare(a.Carrier, b.Carrier))
	})
}

// Suspects gives the roots with, behind them, what else may have failed, in their
// place or beside them, down to a probability of one in twenty. Those below
// [Possible] come without evidence: they are there to be scored.
func (e *Engine) Suspects(in Input) []Root {
	if e.calm(in) {
		return nil
	}
	sc := e.scene(in)
	if len(sc.cands) == 0 {
		return nil
	}
	s := sc.search()
	out := sc.roots(s)
	others := func(set []*cause) {
		for _, p := range sc.look(sc.weigh(set), math.Inf(-1)) {
			o := p.c
			if o.kind != root || slices.ContainsFunc(out, func(r Root) bool { return slices.Contains(r.Nodes, o.h.node) }) {
				continue
			}
			st := sc.weigh(sc.admit(set, o))
			if p := sigmoid(sc.odds(st, o)); p >= doubtful {
				out = append(out, Root{Carrier: o.org, Region: o.h.region, P: math.Min(p, Possible-1e-6), Nodes: sc.alike(st, o)})
			}
		}
	}
	for _, c := range s.set {
		if c.kind == root && !c.fix {
			others(slices.DeleteFunc(slices.Clone(s.set), func(o *cause) bool { return o == c }))
		}
	}
	others(s.set)
	sortRoots(out)
	return out
}

// doubtful is the least probability of a suspect.
const doubtful = 0.05

// root describes one cause of a set.
func (sc *scene) root(s *state, c *cause) Root {
	r := Root{Carrier: c.org, Region: c.h.region, P: sigmoid(sc.odds(s, c)), Nodes: sc.alike(s, c)}
	var used []signal
	planes := map[evidence.Plane]float64{}
	for i := range sc.sigs {
		if p := c.phys.parts[i]; p > 0 && (sc.sigs[i].weight > 0 || c.phys.contradicts(&sc.sigs[i])) {
			used = append(used, sc.sigs[i])
			planes[sc.sigs[i].cite.Plane] += p * sc.sigs[i].weight
		}
	}
	used = append(used, sc.heard(s, c, planes)...)
	r.Ratios, r.Seen = ratios(used, planes), c.phys.sight
	for _, u := range used {
		r.Evidence = append(r.Evidence, u.cite)
		r.Admitted = r.Admitted || u.ack
	}
	for _, sum := range planes {
		if sum > 0 {
			r.Planes++
		}
	}
	r.State = severity(used)
	// That nobody complains through a network dates nothing.
	r.Onset, r.Clock = onset(slices.DeleteFunc(slices.Clone(used), func(s signal) bool { return s.onset.IsZero() }))
	sortEvidence(r.Evidence)
	return r
}

// heard are the reports as evidence for one cause: what is left of each series
// once all other causes have had their part, as a capped ratio.
func (sc *scene) heard(s *state, c *cause, planes map[evidence.Plane]float64) []signal {
	rest := sc.fit(slices.DeleteFunc(slices.Clone(s.set), func(o *cause) bool { return o == c }))
	var out []signal
	share := make([]float64, len(sc.packs))
	for _, w := range c.own {
		share[sc.of[w.i]] += w.w
	}
	for _, w := range c.own {
		t, k := &sc.tallies[w.i], sc.of[w.i]
		cite := t.cite
		cite.Weight = math.Max(-quietCrowd, math.Min(capCrowd, s.ll[k]-rest.ll[k])) * w.w / share[k]
		planes[evidence.PlaneCrowd] += cite.Weight
		out = append(out, signal{nodes: t.nodes, region: t.region, weight: cite.Weight, onset: t.since, org: t.org, cite: cite, read: t.read})
	}
	return out
}

// odds are the log-odds that a carrier is a root: the best story with it against
// all the stories without it.
func (sc *scene) odds(s *state, c *cause) float64 {
	rest := slices.DeleteFunc(slices.Clone(s.set), func(o *cause) bool { return o == c })
	null := sc.weigh(rest)
	same := sc.alike(s, c)
	against := null.post
	byOrg := map[catalog.OrgID]float64{}
	var orgs []catalog.OrgID
	for _, p := range sc.look(null, math.Inf(-1)) {
		o := p.c
		if o.org == c.org && o.kind == root && slices.Contains(same, o.h.node) {
			continue
		}
		alt := sc.weigh(append(slices.Clone(rest), o))
		key := o.org
		switch o.kind {
		case attention:
			key = "talk of " + key
		case root:
			key = catalog.OrgID(o.h.node)
		}
		if have, ok := byOrg[key]; !ok || alt.post > have {
			if !ok {
				orgs = append(orgs, key)
			}
			byOrg[key] = alt.post
		}
	}
	for _, k := range orgs {
		against = logSum(against, byOrg[k])
	}
	return calibrated(s.post - against)
}

// calibrated turns the log-odds of the model into those that came true in simulated
// worlds: beta calibration (Kull et al., 2017), see DESIGN.md for the fit. The
// model's evidence is less independent than it counts it, so that it is sure too
// soon; and it errs towards silence.
func calibrated(odds float64) float64 {
	yes, no := -logSum(0, -odds), logSum(0, odds) // ln p and -ln(1-p)
	return doubt*yes + sure*math.Min(mostSure, no) + offset
}

// Figures of the fit, and where it ends: beyond nine nats the model was no righter.
const (
	doubt    = 1.0
	sure     = 0.55
	offset   = 1.1
	mostSure = 9.0
)

// alike are the nodes that can't be told from a root: the same column up to
// scale, and nothing that instruments or words hold between them.
func (sc *scene) alike(s *state, c *cause) []catalog.NodeID {
	nodes := []catalog.NodeID{c.h.node}
	base := sc.physics(s.set)
	for _, o := range sc.cands {
		if o == c || o.kind != root || o.org != c.org || o.h.region != c.h.region || cosine(c.own, o.own) <= sameColumn {
			continue
		}
		set := slices.Clone(s.set)
		set[slices.Index(set, c)] = o
		if math.Abs(sc.physics(set)-base) < tells {
			nodes = append(nodes, o.h.node)
		}
	}
	slices.Sort(nodes)
	return nodes
}

// tells is how many nats instruments and words must hold between two components
// to tell them apart: a Bayes factor of e is "not worth more than a bare mention".
const tells = 1.0

// sameColumn is the cosine beyond which two columns are one (shared method
// notes, §c).
const sameColumn = 0.95

// cosine of two columns; two empty ones are the same.
func cosine(a, b []weight) float64 {
	if len(a) == 0 && len(b) == 0 {
		return 1
	}
	dot, aa, bb := 0.0, 0.0, 0.0
	for _, w := range a {
		aa += w.w * w.w
	}
	j := 0
	for _, w := range b {
		bb += w.w * w.w
		for j < len(a) && a[j].i < w.i {
			j++
		}
		if j < len(a) && a[j].i == w.i {
			dot += w.w * a[j].w
		}
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return dot / math.Sqrt(aa*bb)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func sortEvidence(all []incident.Citation) {
	slices.SortStableFunc(all, func(a, b incident.Citation) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Weight), math.Abs(a.Weight)), cmp.Compare(citeKey(a), citeKey(b)))
	})
}
