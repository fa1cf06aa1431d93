// Package attribute finds the roots: the fewest components whose failure
// explains what is seen, over the graph of the catalogue. It clears the
// innocent by name, and names a set where roots can't be told apart.
//
// It does not detect (package detect gives it readings), does not remember
// (package pipeline does) and does not say who suffers (package impact).
// It is pure: the same input gives the same roots.
package attribute

import (
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Thresholds of a root's probability, as the pages word them: possible from
// one half, confirmed from 95 % with two independent planes.
const (
	Possible = 0.5
	Certain  = 0.95
)

// prior is the log-odds that a carrier is in an outage at a random time: one
// every 60 days, of twelve hours (the median of recorded ones): ln(0.5/60).
const prior = -4.8

// Falls says what a failure would take down, itself included: node to state.
type Falls func(node catalog.NodeID, region catalog.RegionID, state catalog.State) map[catalog.NodeID]catalog.State

// Input is what is known at Now. Readings and Statements are in a fixed order,
// statements by the time they were heard.
type Input struct {
	Now        time.Time
	Readings   []evidence.Reading
	Statements []evidence.Statement
	Quiet      map[evidence.FeedID]time.Duration
	// Held are the roots of open, confirmed incidents: what they explain is not
	// evidence against anybody else.
	Held []Root
	// Past are the roots of incidents that were resolved lately. An anomaly that
	// began before the end of one, and that it explains, is its tail.
	Past []Root
	// Believed is the belief of a [Filter] in what is judged, against that of the
	// moment; zero for none.
	Believed Lasting
}

// Root is a hypothesis that survived: these nodes (one, or a set that can't be
// told apart) failed in this region.
type Root struct {
	Nodes    []catalog.NodeID
	Carrier  catalog.OrgID
	Region   catalog.RegionID
	State    catalog.State // Down or Degraded
	P        float64
	LogOdds  float64 // of P
	Onset    time.Time
	Clock    int       // how good the clock is that Onset is from: 0 is the best
	Ended    time.Time // of a past root
	Planes   int       // independent kinds of evidence for it
	Admitted bool      // the owner itself says so
	Seen     bool      // an instrument saw a loss of the carrier's own
	Ratios   Ratios    // what each plane says for it, for a [Filter]
	Evidence []incident.Citation
}

// Sure tells whether the root may be confirmed: likely enough by two planes of
// evidence, or admitted by its owner and seen by somebody else. Reports alone
// never confirm.
func (r Root) Sure() bool {
	return r.Planes >= 2 && (r.P >= Certain || r.Admitted)
}

// Engine attributes over one edition. It is safe for one goroutine.
type Engine struct {
	ed     *catalog.Edition
	falls  Falls
	memo   map[hypothesis]map[catalog.NodeID]catalog.State
	shapes map[hypothesis]*shape
	// targets are all that evidence has been about.
	targets map[spot]*target
	aims    []*target // by number
	// ground is the geography of the last places that were searched.
	ground *ground
}

type hypothesis struct {
	node   catalog.NodeID
	region catalog.RegionID
}

// New makes an engine; falls comes from package impact.
func New(ed *catalog.Edition, falls Falls) *Engine {
	return &Engine{
		ed: ed, falls: falls, memo: map[hypothesis]map[catalog.NodeID]catalog.State{},
		shapes: map[hypothesis]*shape{}, targets: map[spot]*target{},
	}
}

func (e *Engine) fall(h hypothesis) map[catalog.NodeID]catalog.State {
	f, ok := e.memo[h]
	if !ok {
		f = e.falls(h.node, h.region, catalog.Down)
		e.memo[h] = f
	}
	return f
}

// fallOf is all that may fall with a root, whichever node of a set it is.
func (e *Engine) fallOf(root Root) map[catalog.NodeID]catalog.State {
	fall := map[catalog.NodeID]catalog.State{}
	for _, n := range root.Nodes {
		for id, st := range e.fall(hypothesis{n, root.Region}) {
			if have, ok := fall[id]; ok {
				st = catalog.Worse(have, st)
			}
			fall[id] = st
		}
	}
	return fall
}

// Roots gives the roots that explain the evidence, most likely first, by the
// superposition of counts; see [Engine.Superpose].
func (e *Engine) Roots(in Input) []Root { return e.Superpose(in) }

// CappedSum is the first version of Roots, a baseline: reports count by level and
// not by number, planes are summed and capped, and the best hypothesis is taken
// at a time, until none is likelier than not.
func (e *Engine) CappedSum(in Input) []Root {
	sigs := e.signals(in)
	var roots []Root
	for _, other := range slices.Concat(in.Held, in.Past) {
		sigs = e.explainAway(sigs, other)
	}
	for len(roots) < 4 { // more at once than the graph can tell apart
		best := e.best(sigs, in.Held, roots)
		if best == nil || best.P < Possible {
			break
		}
		roots = append(roots, *best)
		sigs = e.explainAway(sigs, *best)
	}
	return roots
}

// score is how well a hypothesis explains the signals.
type score struct {
	h       hypothesis
	logOdds float64
	raw     float64 // before the caps of the planes: breaks ties by coverage
	planes  map[evidence.Plane]float64
	used    []int
	missed  int // positive signals about the same carrier left unexplained
}

// best finds the strongest hypothesis, or the set that equals it.
func (e *Engine) best(sigs []signal, held, chosen []Root) *Root {
	if !slices.ContainsFunc(sigs, func(s signal) bool { return s.weight > 0 }) {
		return nil // most minutes of most days
	}
	var top []score
	for _, h := range e.hypotheses(sigs) {
		s := e.weigh(h, sigs)
		if !slices.ContainsFunc(s.used, func(i int) bool { return sigs[i].weight > 0 }) {
			continue
		}
		if len(held)+len(chosen) > 0 && !e.standsAlone(s, sigs, slices.Concat(held, chosen)) {
			continue
		}
		switch {
		case len(top) == 0 || s.better(top[0]):
			top = []score{s}
		case s.equals(top[0]):
			top = append(top, s)
		}
	}
	if len(top) == 0 {
		return nil
	}
	return e.root(top, sigs)
}

// better orders hypotheses: likelier first; among equals the one that leaves
// less unexplained, then the one that explains more.
func (s score) better(o score) bool {
	a, b := s.logOdds-float64(s.missed), o.logOdds-float64(o.missed)
	if math.Abs(a-b) > 1e-9 {
		return a > b
	}
	return s.raw > o.raw+1e-9
}

func (s score) equals(o score) bool {
	return !s.better(o) && !o.better(s) && s.h.region == o.h.region && slices.Equal(s.used, o.used)
}

// hypotheses lists every component that some positive signal could come from,
// in its footprint and in the smaller regions that signals name.
func (e *Engine) hypotheses(sigs []signal) []hypothesis {
	seen := map[hypothesis]bool{}
	var out []hypothesis
	for _, n := range e.ed.Nodes() {
		if n.Kind == catalog.Dependent || e.ed.Carrier(n.Owner()) == nil {
			continue
		}
		for _, region := range n.Regions {
			regions := []catalog.RegionID{region}
			for _, s := range sigs {
				if s.weight > 0 && s.region != region && e.ed.Within(s.region, region) {
					regions = append(regions, s.region)
				}
			}
			for _, r := range regions {
				if h := (hypothesis{n.ID, r}); !seen[h] {
					seen[h] = true
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// weigh scores one hypothesis: planes are summed and capped, then added.
func (e *Engine) weigh(h hypothesis, sigs []signal) score {
	s := score{h: h, planes: map[evidence.Plane]float64{}}
	fall := e.fall(h)
	parts := make([]float64, len(sigs))
	var began []signal
	for i, sig := range sigs {
		if parts[i] = e.explains(fall, h, sig); parts[i] > 0 && sig.weight > 0 {
			began = append(began, sig)
		}
	}
	since, _ := onset(began)
	for i, sig := range sigs {
		part := parts[i]
		if sig.weight < 0 && !since.IsZero() && sig.cite.At.Before(since) {
			continue // it was well before it fell: no contradiction
		}
		switch {
		case part > 0:
			s.planes[sig.cite.Plane] += sig.weight * part
			s.raw += sig.weight * part
			s.used = append(s.used, i)
		case sig.weight > 0 && sig.org == h.node.Owner():
			s.missed++
		}
	}
	s.logOdds = prior
	for _, p := range allPlanes() {
		s.logOdds += clip(p, s.planes[p])
	}
	return s
}

// explains tells how much of a signal a failure accounts for, 0 to 1. A signal
// of a wider region than the hypothesis is not accounted for by it.
func (e *Engine) explains(fall map[catalog.NodeID]catalog.State, h hypothesis, sig signal) float64 {
	if !e.ed.Within(sig.region, h.region) {
		return 0
	}
	hit := 0
	for _, n := range sig.nodes {
		if st := fall[n]; st == catalog.Down || st == catalog.Degraded {
			hit++
		}
	}
	if hit == 0 {
		return 0
	}
	if sig.whole {
		return float64(hit) / float64(len(sig.nodes))
	}
	return 1
}

// standsAlone applies the edge rule: beside a failed carrier, another one is a
// root of its own only with a loss that instruments saw. Words and complaints
// may as well come from an edge that the graph lacks.
func (e *Engine) standsAlone(s score, sigs []signal, others []Root) bool {
	for _, o := range others {
		if o.Carrier == s.h.node.Owner() {
			return false // one incident of a carrier at a time
		}
	}
	return slices.ContainsFunc(s.used, func(i int) bool {
		sig := sigs[i]
		return sig.weight > 0 && sig.read != nil && sig.cite.Plane != evidence.PlaneCrowd && sig.org != ""
	})
}

// explainAway drops the positive signals that a root accounts for, and the
// complaints about its peers that come with its fall.
func (e *Engine) explainAway(sigs []signal, root Root) []signal {
	fall, h := e.fallOf(root), hypothesis{root.Nodes[0], root.Region}
	return slices.DeleteFunc(slices.Clone(sigs), func(s signal) bool {
		if s.weight <= 0 || (!root.Ended.IsZero() && s.onset.After(root.Ended)) {
			return false
		}
		if e.explains(fall, h, s) > 0 {
			return true
		}
		return s.read != nil && s.cite.Plane == evidence.PlaneCrowd && s.org != "" && e.talksTo(s.org, fall)
	})
}

// talksTo tells whether a carrier's users call, or take in, users of what fell:
// then complaints about it are expected.
func (e *Engine) talksTo(org catalog.OrgID, fall map[catalog.NodeID]catalog.State) bool {
	down := func(id catalog.NodeID) bool { return fall[id] == catalog.Down || fall[id] == catalog.Degraded }
	for _, id := range e.offerings(org) {
		n := e.ed.Node(id)
		if down(id) || slices.ContainsFunc(n.Interconnects, down) || slices.ContainsFunc(n.Absorbs, down) {
			return true
		}
	}
	return false
}

// root makes the result from the best score and those that equal it.
func (e *Engine) root(top []score, sigs []signal) *Root {
	s := top[0]
	r := &Root{
		Carrier: s.h.node.Owner(), Region: s.h.region,
		P: 1 / (1 + math.Exp(-s.logOdds)), LogOdds: s.logOdds, State: catalog.Degraded,
	}
	for _, t := range top {
		r.Nodes = append(r.Nodes, t.h.node)
	}
	slices.Sort(r.Nodes)
	for _, p := range s.planes {
		if p > 0 {
			r.Planes++
		}
	}
	var used []signal
	for _, i := range s.used {
		used = append(used, sigs[i])
		r.Evidence = append(r.Evidence, sigs[i].cite)
		r.Admitted = r.Admitted || sigs[i].ack
		r.Seen = r.Seen || sigs[i].sight()
	}
	r.Ratios = ratios(used, s.planes)
	r.State = severity(used)
	r.Onset, r.Clock = onset(used)
	slices.SortStableFunc(r.Evidence, func(a, b incident.Citation) int {
		switch d := math.Abs(b.Weight) - math.Abs(a.Weight); {
		case d > 0:
			return 1
		case d < 0:
			return -1
		}
		return strings.Compare(citeKey(a), citeKey(b))
	})
	return r
}

func citeKey(c incident.Citation) string {
	if c.Series != nil {
		return c.Series.String()
	}
	return c.Statement
}

// severity is down when instruments saw more than half gone, or when the owner
// says down; complaints and "some customers" alone make it degraded.
func severity(used []signal) catalog.State {
	for _, s := range used {
		if s.weight <= 0 {
			continue
		}
		if s.read != nil && s.read.Level == evidence.Critical && s.cite.Plane != evidence.PlaneCrowd {
			return catalog.Down
		}
		if s.ack && s.claim == evidence.SaysDown {
			return catalog.Down
		}
	}
	return catalog.Degraded
}

// allPlanes are the planes in a fixed order, the best clock first: traffic, then
// routes, probes, reports, words.
func allPlanes() [5]evidence.Plane {
	return [...]evidence.Plane{
		evidence.PlaneTraffic, evidence.PlaneRoutes, evidence.PlaneProbes, evidence.PlaneCrowd, evidence.PlaneWords,
	}
}

// onset takes the best clock at hand, and tells which.
func onset(used []signal) (time.Time, int) {
	var best time.Time
	planes := allPlanes()
	for clock, plane := range planes {
		for _, s := range used {
			if s.weight > 0 && s.cite.Plane == plane && (best.IsZero() || s.onset.Before(best)) {
				best = s.onset
			}
		}
		if !best.IsZero() {
			return best, clock
		}
	}
	return best, len(planes)
}
