package impact_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// failing is components that fail wholly when the play begins.
func failing(ids ...catalog.NodeID) []impact.Failure {
	var out []impact.Failure
	for _, id := range ids {
		out = append(out, impact.Failure{Node: id, State: catalog.Down, Since: start()})
	}
	return out
}

// standing is how every node stands at a time, by the engine: its one state, as
// a failure of whole nodes leaves a node alike in all of its footprint.
func standing(t *testing.T, e *impact.Engine, fails []impact.Failure, now time.Time) map[catalog.NodeID]catalog.State {
	t.Helper()
	out := map[catalog.NodeID]catalog.State{}
	for _, effect := range e.Assess(fails, now) {
		if old, ok := out[effect.Node]; ok && old != effect.State {
			t.Fatalf("%s is %s and %s in different regions", effect.Node, old, effect.State)
		}
		out[effect.Node] = effect.State
	}
	return out
}

// fallen is what [standing] says is down, or not even degraded, but for the
// failed ones themselves.
func fallen(states map[catalog.NodeID]catalog.State, level catalog.State, but ...catalog.NodeID) []catalog.NodeID {
	var out []catalog.NodeID
	for id, s := range states {
		if !slices.Contains(but, id) && (s == catalog.Down || s == level) {
			out = append(out, id)
		}
	}
	slices.Sort(out)
	return out
}

// redundant is a random world of groups that need several losses, with cycles,
// people and dependents.
func redundant(r *rand.Rand) *catalog.Edition {
	count := 4 + r.IntN(6)
	var nodes []catalog.Node
	for i := range count {
		n := catalog.Node{ID: name(i), Regions: []catalog.RegionID{randomRegion(r)}, People: r.IntN(6)}
		if r.IntN(4) == 0 {
			n.Kind = catalog.Dependent
		}
		for range r.IntN(3) {
			need := randomNeed(r, count)
			for range r.IntN(3) {
				need.Members = append(need.Members, name(r.IntN(count)))
				if need.Shares != nil {
					need.Shares = append(need.Shares, 1+r.IntN(4))
				}
			}
			if r.IntN(3) > 0 {
				need.AtLeast = 1 + r.IntN(max(1, len(need.Members)-1))
			}
			n.Needs = append(n.Needs, need)
		}
		nodes = append(nodes, n)
	}
	return catalog.New(start(), "random", catalog.World{Regions: regions(), Nodes: nodes})
}

// pairsOf answers N-1 and N-2 in so many parts, in an order of the parts' own.
func pairsOf(g *impact.Gates, parts, top int) *impact.Pairs {
	var reach []impact.Reach
	n := g.Components()
	for i := range parts {
		reach = append(reach, g.Reach(i*n/parts, (i+1)*n/parts))
	}
	s := g.Singles(reach...)
	var out []*impact.PairsPart
	for i := range parts {
		out = append(out, s.PlainPairs(i, parts, top), s.PairRows(i*n/parts, (i+1)*n/parts, top))
	}
	slices.Reverse(out)
	return s.Pairs(top, out...)
}

// slowPairs answers the same by asking the engine about every pair.
func slowPairs(t *testing.T, ed *catalog.Edition, o impact.GateOptions) *impact.Pairs {
	t.Helper()
	e := impact.New(ed)
	now := start().Add(1000 * time.Hour)
	if o.Horizon > 0 {
		now = start().Add(o.Horizon)
	}
	var fails []catalog.NodeID
	weight := map[catalog.NodeID]int64{}
	for _, n := range ed.Nodes() {
		weight[n.ID] = max(int64(n.People), 1)
		if n.Kind != catalog.Dependent {
			fails = append(fails, n.ID)
		}
	}
	alone := map[catalog.NodeID][]catalog.NodeID{}
	p := &impact.Pairs{}
	paired := map[catalog.NodeID]impact.Paired{}
	cuts := map[catalog.NodeID]int64{}
	for _, a := range fails {
		alone[a] = fallen(standing(t, e, failing(a), now), o.Level)
	}
	for i, a := range fails {
		for _, b := range fails[i+1:] {
			p.Judged++
			c := impact.Contingency{Fail: []catalog.NodeID{a, b}, Lost: fallen(standing(t, e, failing(a, b), now), o.Level, a, b)}
			for _, id := range c.Lost {
				c.Harm += weight[id]
				if !slices.Contains(alone[a], id) && !slices.Contains(alone[b], id) {
					c.Emergent = true
					c.Extra += weight[id]
					cuts[id]++
				}
			}
			if c.Emergent {
				p.Emergent++
				p.Joint = append(p.Joint, c)
				for _, id := range c.Fail {
					was := paired[id]
					paired[id] = impact.Paired{Pairs: was.Pairs + 1, Extra: was.Extra + c.Extra}
				}
			}
			p.Worst = append(p.Worst, c)
		}
	}
	for _, a := range fails {
		c := impact.Contingency{Fail: []catalog.NodeID{a}, Paired: paired[a]}
		for _, id := range alone[a] {
			if id != a {
				c.Lost = append(c.Lost, id)
				c.Harm += weight[id]
			}
		}
		p.Singles = append(p.Singles, c)
	}
	for _, n := range ed.Nodes() {
		if n.Kind == catalog.Dependent {
			points := impact.Points{Node: n.ID, People: weight[n.ID], Pairs: cuts[n.ID]}
			for _, a := range fails {
				if slices.Contains(alone[a], n.ID) {
					points.Single = append(points.Single, a)
				}
			}
			p.Points = append(p.Points, points)
		}
	}
	slowOrder(p)
	return p
}

// slowOrder puts the worst first.
func slowOrder(p *impact.Pairs) {
	slices.SortStableFunc(p.Singles, func(a, b impact.Contingency) int { return int(b.Harm - a.Harm) })
	place := map[catalog.NodeID]int{}
	for i, c := range p.Singles {
		place[c.Fail[0]] = i
	}
	by := func(harm func(impact.Contingency) int64) func(a, b impact.Contingency) int {
		key := func(c impact.Contingency) []int {
			i, j := place[c.Fail[0]], place[c.Fail[1]]
			return []int{-int(harm(c)), min(i, j), max(i, j)}
		}
		return func(a, b impact.Contingency) int { return slices.Compare(key(a), key(b)) }
	}
	slices.SortFunc(p.Worst, by(func(c impact.Contingency) int64 { return c.Harm }))
	slices.SortFunc(p.Joint, by(func(c impact.Contingency) int64 { return c.Extra }))
}

// All pairs of random worlds, with cycles, k of n, several regions, holdovers,
// against the engine asked pair by pair: what is lost, the harm, the order, the
// emergent ones, the counts. The number of parts makes no difference, and
// keeping fewer of the worst keeps the worst.
func TestPairsTwin(t *testing.T) {
	emergent := 0
	for seed := range uint64(cases) {
		r := rand.New(rand.NewPCG(seed, 11))
		ed := redundant(r)
		o := impact.GateOptions{
			Level:   pick(r, catalog.Down, catalog.Degraded),
			Horizon: pick(r, 0, time.Nanosecond, time.Hour, 3*time.Hour, 5*time.Hour),
		}
		g := impact.New(ed).Gates(o)
		want := slowPairs(t, ed, o)
		emergent += len(want.Joint)
		got := pairsOf(g, 1+r.IntN(3), 1000)
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, %+v:\n%s\nexpected\n%s", seed, o, recount(got), recount(want))
		}
		top := r.IntN(4)
		want.Worst = want.Worst[:min(top, len(want.Worst))]
		want.Joint = want.Joint[:min(top, len(want.Joint))]
		want.Singles = want.Singles[:min(top, len(want.Singles))]
		if got := pairsOf(g, 1+r.IntN(3), top); recount(got) != recount(want) {
			t.Fatalf("seed %d, %+v, the worst %d:\n%s\nexpected\n%s", seed, o, top, recount(got), recount(want))
		}
	}
	if emergent < cases {
		t.Errorf("only %d emergent pairs in %d worlds: they are too tame", emergent, cases)
	}
}

func recount(p *impact.Pairs) string {
	return fmt.Sprintf("%d judged, %d emergent\nworst %+v\njoint %+v\nsingles %+v\npoints %+v", p.Judged, p.Emergent, p.Worst, p.Joint, p.Singles, p.Points)
}
