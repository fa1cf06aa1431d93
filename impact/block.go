package impact

// blockWords is how many words of seconds are judged at once where seconds are
// chosen from lists.
const blockWords = 8

// block is the seconds that are judged at once, a bit each, and the rows of the
// gates: with which of them a gate is lost.
//
// Where bits are kept, the seconds are all of a range that rank higher than the
// first. Where lists are kept, they are those that can finish what the first has
// weakened; a second that can't takes down what it takes down alone.
type block struct {
	*Takers
	lists *links
	most  int    // words of the longest row
	words int    // of a row
	skip  int    // words of a kept row that come before
	mask  uint64 // of the first word: seconds that count
	stamp uint32
	arena []uint64
	place []int32  // by gate: where its row is in the arena, if placed
	held  []uint32 // stamped: place holds, of a row of its own that has grown
	cast  []uint32 // stamped: thrown holds, of a row made from a list
	throw []int32  // by gate: where the row made from its list is

	done bool // all seconds were in a block
	choice
}

// choice is the seconds chosen from lists.
type choice struct {
	least   int32    // the rank of the first; seconds rank higher
	all     []int32  // chosen seconds, by rank
	left    []int32  // those that were in no block yet
	shown   []int32  // those in the block
	columns []int32  // by rank: the place in the block, if inBlock
	inBlock []uint32 // by rank, stamped
	chosen  []uint32 // by rank, stamped by turn
	turn    uint32
	zero    [blockWords]uint64
}

func (s *Singles) block(t *Takers) block {
	gates := len(s.need)
	b := block{
		Takers: t, lists: s.lists, most: max(t.words, 1), mask: ^uint64(0),
		place: make([]int32, gates), held: make([]uint32, gates),
	}
	if s.lists != nil {
		n := len(s.fails)
		b.most = blockWords
		b.cast, b.throw = make([]uint32, gates), make([]int32, gates)
		b.columns, b.inBlock, b.chosen = make([]int32, n), make([]uint32, n), make([]uint32, n)
	}
	return b
}

// begin makes ready for the seconds of a first.
func (b *block) begin(p *Pairer) {
	if b.lists != nil {
		b.choose(p)
		return
	}
	next := max(int(p.first)+1, b.from) - b.from
	b.skip, b.mask = next/64, ^uint64(0)<<(next%64)
	b.words = b.Takers.words - b.skip
	b.done = b.from+next >= b.to
}

// fill takes the next seconds into the block; false if there are none.
func (b *block) fill() bool {
	b.stamp++
	b.arena = b.arena[:0]
	if b.lists == nil {
		was := b.done
		b.done = true
		return !was
	}
	n := min(64*blockWords, len(b.left))
	b.shown, b.left = b.left[:n], b.left[n:]
	for i, c := range b.shown {
		b.inBlock[c], b.columns[c] = b.stamp, int32(i)
	}
	b.words = (n + 63) / 64
	return n > 0
}

// second is the rank of a second by its bit.
func (b *block) second(bit int) int32 {
	if b.lists != nil {
		return b.shown[bit]
	}
	return int32(b.from + 64*b.skip + bit)
}

// base is where a second alone takes a gate down.
func (b *block) base(x int32) []uint64 {
	if b.lists == nil {
		return b.row(x)[b.skip:]
	}
	if b.cast[x] == b.stamp {
		return b.arena[b.throw[x]:][:b.words]
	}
	b.cast[x], b.throw[x] = b.stamp, int32(len(b.arena))
	b.arena = append(b.arena, b.zero[:b.words]...)
	row := b.arena[b.throw[x]:]
	for _, c := range b.lists.of(x) {
		if c <= b.least {
			break
		}
		if b.inBlock[c] == b.stamp {
			i := b.columns[c]
			row[i/64] |= 1 << (i % 64)
		}
	}
	return row
}

// full is where a gate is lost with the first and a second, as far as is known.
func (b *block) full(x int32) []uint64 {
	if b.held[x] == b.stamp {
		return b.arena[b.place[x]:][:b.words]
	}
	return b.base(x)
}

// detach gives a gate a row of its own, to be written.
func (b *block) detach(x int32) []uint64 {
	row := b.base(x)
	b.held[x], b.place[x] = b.stamp, int32(len(b.arena))
	b.arena = append(b.arena, row...)
	return b.arena[b.place[x]:]
}

// choose finds the seconds that can finish what the first has weakened.
func (b *block) choose(p *Pairer) {
	b.left = b.all[:0]
	b.least = p.first
	b.turn++
	for _, h := range p.weak {
		for _, m := range p.in.of(h) {
			if p.w.isLost(m) {
				continue
			}
			for _, c := range b.lists.of(m) {
				if c <= p.first {
					break
				}
				if b.chosen[c] != b.turn {
					b.chosen[c] = b.turn
					b.left = append(b.left, c)
				}
			}
		}
	}
	b.all = b.left
}
