package impact

import (
	"cmp"
	"slices"
)

// Reach is what each of a range of components takes down when it fails alone: a
// part of the answer to N-1, made by one goroutine.
type Reach struct {
	from int
	harm []int64 // people behind what is lost, the component's own included
	lost links   // gates, by component; the range's first is 0
}

// Reach works out a range of components, by their numbers.
func (g *Gates) Reach(from, to int) Reach {
	r := Reach{from: from, lost: links{start: []int32{0}}}
	w := g.walk()
	for i := from; i < to; i++ {
		w.from(g.leaf[g.fails[i]])
		r.harm = append(r.harm, w.harm())
		r.lost.list = append(r.lost.list, w.lost...)
		r.lost.start = append(r.lost.start, int32(len(r.lost.list)))
	}
	return r
}

// Singles is N-1: every component failing alone. Components are ranked by how
// much they take down, the least first; their place in that order is their rank,
// and their number is their place in the order of ids.
type Singles struct {
	*Gates
	harm   []int64 // by number
	size   []int32 // by number: how many gates are lost
	ranked []int32 // by rank: the number
	rank   []int32 // by number: the rank
	worst  []int32 // by place in the order of harm, the greatest first: the number
	place  []int32 // by number: the place in that order
	takers links   // of each gate: the ranks of those that take it down alone, the highest first
}

// Singles puts the parts together; they must hold all components, in order.
func (g *Gates) Singles(parts ...Reach) *Singles {
	n := len(g.fails)
	s := &Singles{Gates: g, rank: make([]int32, n), size: make([]int32, n)}
	lost := make([][]int32, 0, n)
	for _, p := range parts {
		s.harm = append(s.harm, p.harm...)
		for i := range p.harm {
			lost = append(lost, p.lost.of(int32(i)))
		}
	}
	for i := range n {
		s.size[i] = int32(len(lost[i]))
		s.ranked = append(s.ranked, int32(i))
	}
	slices.SortFunc(s.ranked, func(a, b int32) int { return cmp.Or(cmp.Compare(s.size[a], s.size[b]), cmp.Compare(a, b)) })
	s.worst = slices.Clone(s.ranked)
	slices.SortFunc(s.worst, func(a, b int32) int { return cmp.Or(cmp.Compare(s.alone(b), s.alone(a)), cmp.Compare(a, b)) })
	s.place = make([]int32, n)
	for at, i := range s.worst {
		s.place[i] = int32(at)
	}
	s.turn(lost)
	return s
}

// turn works out who takes each gate down alone.
func (s *Singles) turn(lost [][]int32) {
	s.takers.start = make([]int32, len(s.need)+1)
	for r, i := range s.ranked {
		s.rank[i] = int32(r)
		for _, x := range lost[i] {
			s.takers.start[x+1]++
		}
	}
	for x := range s.need {
		s.takers.start[x+1] += s.takers.start[x]
	}
	s.takers.list = make([]int32, s.takers.start[len(s.need)])
	next := slices.Clone(s.takers.start)
	for r, i := range slices.Backward(s.ranked) {
		for _, x := range lost[i] {
			s.takers.list[next[x]] = int32(r)
			next[x]++
		}
	}
}

// own is the people behind a component itself, by its number.
func (s *Singles) own(i int32) int64 { return s.weight[s.fails[i]] }

// alone is the harm of a component that fails alone, itself left out.
func (s *Singles) alone(i int32) int64 { return s.harm[i] - s.own(i) }

// pair is two components, by their numbers, as a ranking keeps them.
func (s *Singles) pair(a, b int32, harm int64) pair {
	a, b = s.place[a], s.place[b]
	return pair{min(a, b), max(a, b), harm}
}
