package impact

import (
	"cmp"
	"slices"

	"tocsin/catalog"
)

// Contingency is a set of components that fail wholly and for good, and what
// follows.
type Contingency struct {
	Fail     []catalog.NodeID // in the order of ids
	Lost     []catalog.NodeID // what is down then, but for those that failed; in the order of ids
	Harm     int64            // people behind what is lost; 1 for a node of which nobody knows
	Extra    int64            // of them, behind what is lost with all together and with none alone
	Emergent bool             // whether anything is lost with both that is lost with neither alone
	Paired                    // of a single component
}

// Points tells of one dependent how few failures take it down.
type Points struct {
	Node    catalog.NodeID
	People  int64            // behind it; 1 if nobody knows
	Singles int64            // how many components take it down alone
	Single  []catalog.NodeID // which, in the order of ids
	Pairs   int64            // how many pairs take it down though neither alone does
}

// Pairs is the answer to N-1 and N-2.
type Pairs struct {
	Judged   int64 // how many pairs there are: all of two different components
	Emergent int64 // in how many something is lost with both that is lost with neither alone
	// Worst are the worst pairs, by harm; where it is equal, first those whose
	// components do more harm alone.
	Worst []Contingency
	// Joint are the worst emergent pairs by Extra.
	Joint []Contingency
	// Singles are the worst single components, by harm.
	Singles []Contingency
	// Points tells of the dependents that one or two failures take down, those
	// with the most people first, as many as are kept.
	Points []Points
}

// Floor is the harm that a pair needs to be among the worst, as far as the parts
// tell.
func (s *Singles) Floor(top int, parts ...*PairsPart) int64 {
	var pairs []pair
	for _, p := range parts {
		pairs = append(pairs, p.plain...)
	}
	if pairs = s.worstOf(pairs, top); len(pairs) < top || top == 0 {
		return 0
	}
	return pairs[top-1].harm
}

// Pairs puts the parts together: those of [Pairer] must cover all ranks
// of all ranges, those of [Singles.PlainPairs] all of their parts, in any
// order, and have kept at least as many of the worst.
func (s *Singles) Pairs(top int, parts ...*PairsPart) *Pairs {
	n := int64(len(s.fails))
	out := &Pairs{Judged: n * (n - 1) / 2}
	paired := make([]Paired, len(s.fails))
	cuts := make([]int64, len(s.nodes))
	var worst []pair
	joint := ranking{keep: top}
	for _, p := range parts {
		out.Emergent += p.emergent
		for i, more := range p.paired {
			paired[i].Pairs += more.Pairs
			paired[i].Extra += more.Extra
		}
		for i, more := range p.cuts {
			cuts[i] += more
		}
		for _, q := range p.extra.pairs {
			joint.offer(q)
		}
		worst = append(append(worst, p.harm.pairs...), p.plain...)
	}
	out.Worst = s.contingencies(s.worstOf(worst, top))
	out.Joint = s.contingencies(joint.sorted())
	w := s.walk()
	for _, i := range s.worst[:min(top, len(s.worst))] {
		c := s.contingency(w, i)
		c.Paired = paired[i]
		out.Singles = append(out.Singles, c)
	}
	out.Points = s.points(cuts, top)
	return out
}

// worstOf keeps the worst of pairs that are worked out anew: one of an emergent
// pair may have been ranked as if it were none. Nothing is missed by that: it
// only stood too low, before pairs that are less bad anyway.
func (s *Singles) worstOf(pairs []pair, top int) []pair {
	slices.SortFunc(pairs, func(p, q pair) int { return pair{p.a, p.b, 0}.worse(pair{q.a, q.b, 0}) })
	worst := ranking{keep: top}
	for i := 0; i < len(pairs); {
		p := pairs[i]
		for ; i < len(pairs) && pairs[i].a == p.a && pairs[i].b == p.b; i++ {
			p.harm = max(p.harm, pairs[i].harm)
		}
		worst.offer(p)
	}
	return worst.sorted()
}

func (s *Singles) contingencies(pairs []pair) []Contingency {
	var out []Contingency
	w := s.walk()
	for _, p := range pairs {
		out = append(out, s.contingency(w, s.worst[p.a], s.worst[p.b]))
	}
	return out
}

// contingency works one out whole.
func (s *Singles) contingency(w *walk, fail ...int32) Contingency {
	var c Contingency
	slices.Sort(fail)
	alone := map[int32]bool{} // what some of them take down alone
	var roots []int32
	for _, i := range fail {
		c.Fail = append(c.Fail, s.nodes[s.fails[i]].ID)
		roots = append(roots, s.leaf[s.fails[i]])
		w.from(s.leaf[s.fails[i]])
		for _, x := range w.lost {
			alone[x] = true
		}
	}
	w.from(roots...)
	var lost []int32
	for _, x := range w.lost {
		n := s.node[x]
		if n < 0 || slices.ContainsFunc(fail, func(i int32) bool { return s.fails[i] == n }) {
			continue
		}
		lost = append(lost, n)
		c.Harm += s.weight[n]
		if !alone[x] {
			c.Emergent = true
			c.Extra += s.weight[n]
		}
	}
	slices.Sort(lost)
	for _, n := range lost {
		c.Lost = append(c.Lost, s.nodes[n].ID)
	}
	return c
}

// points tells of the dependents with the most people that one or two failures
// take down.
func (s *Singles) points(cuts []int64, top int) []Points {
	var nodes []int32
	for n, node := range s.nodes {
		if node.Kind == catalog.Dependent && (s.taken[n] > 0 || cuts[n] > 0) {
			nodes = append(nodes, int32(n))
		}
	}
	slices.SortStableFunc(nodes, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.weight[b], s.weight[a]), cmp.Compare(s.taken[b], s.taken[a]))
	})
	var out []Points
	for _, n := range nodes[:min(top, len(nodes))] {
		out = append(out, Points{
			Node: s.nodes[n].ID, People: s.weight[n], Singles: int64(s.taken[n]), Single: s.single(n), Pairs: cuts[n],
		})
	}
	return out
}

// single names the components that take a node down alone.
func (s *Singles) single(n int32) []catalog.NodeID {
	var out []catalog.NodeID
	b := s.Batch(8)
	_, could := s.upstream(s.top[n])
	for ; len(could) > 0; could = could[min(b.Size(), len(could)):] {
		b.Clear()
		block := could[:min(b.Size(), len(could))]
		for i, c := range block {
			b.Fail(i, int(c))
		}
		b.Settle()
		for i, c := range block {
			if b.Lost(i, int(n)) {
				out = append(out, s.nodes[s.fails[c]].ID)
			}
		}
	}
	return out
}

// upstream gives the gates that one rests on, directly or not, itself among them,
// in order; and the components, by their numbers, that fail with one of them.
func (g *Gates) upstream(x int32) (gates, components []int32) {
	met := make([]bool, len(g.need))
	met[x] = true
	gates = []int32{x}
	for i := 0; i < len(gates); i++ {
		for _, m := range g.in.of(gates[i]) {
			if !met[m] {
				met[m] = true
				gates = append(gates, m)
			}
		}
	}
	slices.Sort(gates)
	for i, n := range g.fails {
		if met[g.leaf[n]] {
			components = append(components, int32(i))
		}
	}
	return gates, components
}
