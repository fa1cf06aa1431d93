package impact

import (
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
	Node   catalog.NodeID
	People int64            // behind it; 1 if nobody knows
	Single []catalog.NodeID // the components that take it down alone, in the order of ids
	Pairs  int64            // how many pairs take it down though neither alone does
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
	// Points tells of each dependent, in the order of ids.
	Points []Points
}

// PlainPairs looks for the worst pairs as if none were emergent, among those
// whose worse component has a place ≡ part modulo parts in the order of harm. It
// stops where two single harms added up can't be among the worst any more.
func (s *Singles) PlainPairs(part, parts, top int) *PairsPart {
	out := &PairsPart{plain: ranking{keep: top}}
	w := s.walk()
	shared := make([]int64, len(s.fails)) // by rank, with the component looked at
	for at := part; at+1 < len(s.worst); at += parts {
		a := s.worst[at]
		if !out.plain.beats(s.alone(a) + s.alone(s.worst[at+1])) {
			break
		}
		w.from(s.leaf[s.fails[a]])
		s.overlay(w, shared, 1)
		for i := at + 1; i < len(s.worst); i++ {
			b := s.worst[i]
			most := s.alone(a) + s.alone(b)
			if !out.plain.beats(most) {
				break
			}
			out.plain.offer(pair{int32(at), int32(i), most - shared[s.rank[b]]})
		}
		s.overlay(w, shared, -1)
	}
	return out
}

// overlay adds, for every component, the people behind what both it and a walk
// take down.
func (s *Singles) overlay(w *walk, shared []int64, times int64) {
	for _, x := range w.lost {
		if n := s.node[x]; n >= 0 {
			for _, b := range s.takers.of(x) {
				shared[b] += times * s.weight[n]
			}
		}
	}
}

// Pairs puts the parts together: those of [Singles.PairRows] must cover all
// ranks, those of [Singles.PlainPairs] all of their parts, in any order, and
// have kept at least as many of the worst.
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
		worst = append(append(worst, p.harm.pairs...), p.plain.pairs...)
	}
	out.Worst = s.contingencies(s.worstOf(worst, top))
	out.Joint = s.contingencies(joint.sorted())
	for _, i := range s.worst[:min(top, len(s.worst))] {
		c := s.contingency(s.walk(), i)
		c.Paired = paired[i]
		out.Singles = append(out.Singles, c)
	}
	out.Points = s.points(cuts)
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

// points lists what takes each dependent down.
func (s *Singles) points(cuts []int64) []Points {
	var out []Points
	for n, node := range s.nodes {
		if node.Kind != catalog.Dependent {
			continue
		}
		p := Points{Node: node.ID, People: s.weight[n], Pairs: cuts[n]}
		for _, r := range s.takers.of(s.top[n]) {
			p.Single = append(p.Single, s.nodes[s.fails[s.ranked[r]]].ID)
		}
		slices.Sort(p.Single)
		out = append(out, p)
	}
	return out
}
