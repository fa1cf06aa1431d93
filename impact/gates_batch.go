package impact

import "math/bits"

// Batch judges contingencies 64 a word: the greatest fixed point of all of them
// at once, by a worklist over reverse edges. It holds scratch for one goroutine.
type Batch struct {
	*Gates
	words  int
	rows   []uint64 // of each gate: where it is lost
	agenda agenda
	inputs [][]uint64
	next   []uint64
	used   []int32 // gates with a row that isn't zero
}

// Batch makes room to judge 64 × words contingencies at once.
func (g *Gates) Batch(words int) *Batch {
	return &Batch{
		Gates: g, words: words, rows: make([]uint64, words*len(g.need)),
		agenda: newAgenda(len(g.need)), next: make([]uint64, words),
	}
}

// Size is how many contingencies a batch holds.
func (b *Batch) Size() int { return 64 * b.words }

// Clear takes all contingencies out.
func (b *Batch) Clear() {
	for _, x := range b.used {
		clear(b.row(x))
	}
	b.used = b.used[:0]
}

// Fail adds a component, by its number, to a contingency.
func (b *Batch) Fail(contingency, component int) {
	x := b.leaf[b.fails[component]]
	b.mark(x)
	b.row(x)[contingency/64] |= 1 << (contingency % 64)
	b.agenda.add(x)
}

func (b *Batch) row(x int32) []uint64 { return b.rows[int(x)*b.words:][:b.words] }

// mark notes that a row is about to be written.
func (b *Batch) mark(x int32) {
	for _, w := range b.row(x) {
		if w != 0 {
			return
		}
	}
	b.used = append(b.used, x)
}

// Settle works out what is lost in every contingency.
func (b *Batch) Settle() {
	for x, ok := b.agenda.next(); ok; x, ok = b.agenda.next() {
		from := b.row(x)
		for _, h := range b.out.of(x) {
			lost := from
			if b.need[h] > 1 {
				b.inputs = b.inputs[:0]
				for _, m := range b.in.of(h) {
					b.inputs = append(b.inputs, b.row(m))
				}
				threshold(b.next, b.inputs, b.need[h])
				lost = b.next
			}
			if adds(b.row(h), lost) {
				b.mark(h)
				merge(b.row(h), lost)
				b.agenda.add(h)
			}
		}
	}
}

// Lost tells whether a node, by its place in the order of ids, is lost in a
// contingency.
func (b *Batch) Lost(contingency, node int) bool {
	return b.row(b.top[node])[contingency/64]>>(contingency%64)&1 == 1
}

// agenda is a set of gates from which the first is taken, so that causes come
// before what follows from them.
type agenda struct {
	words []uint64
	sums  []uint64 // one bit for each word that isn't zero
	low   int      // no bit of sums is set before this word
}

func newAgenda(gates int) agenda {
	words := (gates + 63) / 64
	return agenda{words: make([]uint64, words), sums: make([]uint64, (words+63)/64)}
}

func (a *agenda) add(x int32) {
	w := int(x) / 64
	a.words[w] |= 1 << (x % 64)
	a.sums[w/64] |= 1 << (w % 64)
	a.low = min(a.low, w/64)
}

// next takes the first gate out; false if there is none.
func (a *agenda) next() (int32, bool) {
	for ; a.low < len(a.sums); a.low++ {
		if a.sums[a.low] == 0 {
			continue
		}
		w := 64*a.low + bits.TrailingZeros64(a.sums[a.low])
		x := 64*w + bits.TrailingZeros64(a.words[w])
		if a.words[w] &= a.words[w] - 1; a.words[w] == 0 {
			a.sums[a.low] &= a.sums[a.low] - 1
		}
		return int32(x), true
	}
	return 0, false
}
