package impact

import (
	"cmp"
	"container/heap"
	"slices"
)

// ranking keeps the worst pairs. The order of pairs is total, so what is kept
// depends on what was offered and not on when.
type ranking struct {
	keep  int
	pairs []pair // a heap with the least of the worst on top
}

// pair is two components by their places in the order of single harm, the worse
// one first, and the harm that they are ranked by.
type pair struct {
	a, b int32
	harm int64
}

// worse orders pairs: the greater harm first, then as they come in the order of
// single harm.
func (p pair) worse(q pair) int {
	return cmp.Or(cmp.Compare(q.harm, p.harm), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
}

func (r *ranking) Len() int           { return len(r.pairs) }
func (r *ranking) Less(i, j int) bool { return r.pairs[i].worse(r.pairs[j]) > 0 }
func (r *ranking) Swap(i, j int)      { r.pairs[i], r.pairs[j] = r.pairs[j], r.pairs[i] }

// Push adds a pair (heap.Interface).
func (r *ranking) Push(x any) { r.pairs = append(r.pairs, x.(pair)) } //nolint:forcetypeassert // only offer calls it

// Pop takes the last pair (heap.Interface).
func (r *ranking) Pop() any {
	last := r.pairs[len(r.pairs)-1]
	r.pairs = r.pairs[:len(r.pairs)-1]
	return last
}

// mayHold tells whether a pair of that harm could still be among the worst.
func (r *ranking) mayHold(harm int64) bool {
	return len(r.pairs) < r.keep || r.keep > 0 && harm >= r.pairs[0].harm
}

// beats tells whether a pair that comes last in the order could be among the
// worst if it had that harm.
func (r *ranking) beats(harm int64) bool {
	return len(r.pairs) < r.keep || r.keep > 0 && harm > r.pairs[0].harm
}

func (r *ranking) offer(p pair) {
	switch {
	case len(r.pairs) < r.keep:
		heap.Push(r, p)
	case r.keep > 0 && p.worse(r.pairs[0]) < 0:
		r.pairs[0] = p
		heap.Fix(r, 0)
	}
}

// sorted gives the pairs kept, the worst first.
func (r *ranking) sorted() []pair {
	out := slices.Clone(r.pairs)
	slices.SortFunc(out, pair.worse)
	return out
}
