package impact

import (
	"cmp"
	"math/bits"
	"slices"
)

// Reach is what each of a range of components takes down when it fails alone: a
// part of the answer to N-1, made by one goroutine.
type Reach struct {
	harm  []int64  // people behind what is lost, the component's own included
	size  []int32  // how many gates are lost
	mark  []uint64 // alike for components that take down the same, hardly ever for others
	taken []int32  // of each node: how many of the range take it down
	lost  *links   // these gates, by component, the range's first being 0; nil if there are too many to keep
}

// bitwise tells whether there is room for a bit for every gate and component.
// Else lists are kept if there is room for them, else bits of some components at
// a time.
func (g *Gates) bitwise() bool {
	return len(g.need)*((len(g.fails)+63)/64)*8 <= g.room/4
}

// Reach works out a range of components, by their numbers.
func (g *Gates) Reach(from, to int) Reach {
	if g.bitwise() {
		return g.reachBits(from, to)
	}
	r := Reach{lost: &links{start: []int32{0}}, taken: make([]int32, len(g.nodes))}
	room := int(float64(g.room/8) * float64(to-from) / float64(len(g.fails))) // four bytes an entry, twice
	w := g.walk()
	for i := from; i < to; i++ {
		w.from(g.leaf[g.fails[i]])
		r.harm = append(r.harm, w.harm())
		r.size = append(r.size, int32(len(w.lost)))
		var mark uint64
		for _, x := range w.lost {
			mark += scatter(x)
			if n := g.node[x]; n >= 0 {
				r.taken[n]++
			}
		}
		r.mark = append(r.mark, mark)
		if r.lost != nil {
			r.lost.list = append(r.lost.list, w.lost...)
			r.lost.start = append(r.lost.start, int32(len(r.lost.list)))
			if len(r.lost.list) > room {
				r.lost = nil
			}
		}
	}
	return r
}

// reachBits is Reach, 512 components at once.
func (g *Gates) reachBits(from, to int) Reach {
	n := to - from
	r := Reach{harm: make([]int64, n), size: make([]int32, n), mark: make([]uint64, n), taken: make([]int32, len(g.nodes))}
	b := g.Batch(8)
	for ; from < to; from += b.Size() {
		at := len(r.harm) - (to - from)
		b.Clear()
		for i := range min(b.Size(), to-from) {
			b.Fail(i, from+i)
		}
		b.Settle()
		for _, x := range b.used {
			weight, mark := int64(0), scatter(x)
			if n := g.node[x]; n >= 0 {
				weight = g.weight[n]
				r.taken[n] += ones(b.row(x))
			}
			for i, w := range b.row(x) {
				for ; w != 0; w &= w - 1 {
					c := at + 64*i + bits.TrailingZeros64(w)
					r.size[c]++
					r.mark[c] += mark
					r.harm[c] += weight
				}
			}
		}
	}
	return r
}

// scatter is a number that looks drawn, for every gate another (the finaliser of
// splitmix64, Steele, Lea and Flood 2014): sums of them tell sets apart.
func scatter(x int32) uint64 {
	z := (uint64(x) + 1) * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// ones counts the bits of a row.
func ones(row []uint64) int32 {
	n := 0
	for _, w := range row {
		n += bits.OnesCount64(w)
	}
	return int32(n)
}

// Singles is N-1: every component failing alone. Components are ranked by how
// much they take down, the least first; their place in that order is their rank,
// and their number is their place in the order of ids.
type Singles struct {
	*Gates
	harm   []int64 // by number
	ranked []int32 // by rank: the number
	rank   []int32 // by number: the rank
	worst  []int32 // by place in the order of harm, the greatest first: the number
	place  []int32 // by number: the place in that order
	taken  []int32 // of each node: how many components take it down
	above  []int32 // by number: how many components are known to take down all that it does, and more
	lists  *links  // of each gate: the ranks of those that take it down alone, the highest first; nil if bits are kept
}

// Singles puts the parts together; they must hold all components, in order.
func (g *Gates) Singles(parts ...Reach) *Singles {
	n := len(g.fails)
	s := &Singles{Gates: g, rank: make([]int32, n), place: make([]int32, n), taken: make([]int32, len(g.nodes))}
	var size []int32
	var marks []uint64
	listed := true
	alike := map[uint64]int32{}
	for _, p := range parts {
		s.harm = append(s.harm, p.harm...)
		size = append(size, p.size...)
		marks = append(marks, p.mark...)
		listed = listed && p.lost != nil
		for i, more := range p.taken {
			s.taken[i] += more
		}
		for _, m := range p.mark {
			alike[m]++
		}
	}
	for i := range n {
		s.ranked = append(s.ranked, int32(i))
		s.above = append(s.above, 0)
		if !g.timed {
			s.above[i] = s.taken[g.fails[i]] - alike[marks[i]]
		}
	}
	s.worst = slices.Clone(s.ranked)
	slices.SortFunc(s.ranked, func(a, b int32) int { return cmp.Or(cmp.Compare(size[a], size[b]), cmp.Compare(a, b)) })
	slices.SortFunc(s.worst, func(a, b int32) int { return cmp.Or(cmp.Compare(s.alone(b), s.alone(a)), cmp.Compare(a, b)) })
	for i := range n {
		s.rank[s.ranked[i]] = int32(i)
		s.place[s.worst[i]] = int32(i)
	}
	if listed {
		s.turn(parts)
	}
	return s
}

// turn works out who takes each gate down alone, as lists.
func (s *Singles) turn(parts []Reach) {
	lost := make([][]int32, 0, len(s.fails))
	s.lists = &links{start: make([]int32, len(s.need)+1)}
	for _, p := range parts {
		for i := range p.harm {
			lost = append(lost, p.lost.of(int32(i)))
		}
		for _, x := range p.lost.list {
			s.lists.start[x+1]++
		}
	}
	for x := range s.need {
		s.lists.start[x+1] += s.lists.start[x]
	}
	s.lists.list = make([]int32, s.lists.start[len(s.need)])
	next := slices.Clone(s.lists.start)
	for r, i := range slices.Backward(s.ranked) {
		for _, x := range lost[i] {
			s.lists.list[next[x]] = int32(r)
			next[x]++
		}
	}
}

// own is the people behind a component itself, by its number.
func (s *Singles) own(i int32) int64 { return s.weight[s.fails[i]] }

// alone is the harm of a component that fails alone, itself left out.
func (s *Singles) alone(i int32) int64 { return s.harm[i] - s.own(i) }

// start is the gate that fails with a component, by its number.
func (s *Singles) start(i int32) int32 { return s.leaf[s.fails[i]] }

// pair is two components, by their numbers, as a ranking keeps them.
func (s *Singles) pair(a, b int32, harm int64) pair {
	a, b = s.place[a], s.place[b]
	return pair{min(a, b), max(a, b), harm}
}
