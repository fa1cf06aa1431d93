package impact

import (
	"math/bits"
	"slices"
)

// PairsPart is what some of the pairs come to, made by one goroutine. Parts are
// put together by [Singles.Pairs].
type PairsPart struct {
	emergent int64
	paired   []Paired // by the component's number
	cuts     []int64  // by node: pairs that take it down though neither alone does
	harm     ranking  // the worst emergent pairs by all that they harm
	extra    ranking  // the worst emergent pairs by what only both together harm
	plain    ranking  // the worst pairs if none were emergent
}

// Paired is what a component does in emergent pairs.
type Paired struct {
	Pairs int64 // in how many it takes part
	Extra int64 // people behind what is lost only with the other, summed over them
}

// blockWords is how many words of second failures are judged at once.
const blockWords = 8

// pairer judges all pairs of one component after the other, 64 a word: given
// what the first takes down, a gate's row tells which second ones lose it.
type pairer struct {
	*Singles
	part    *PairsPart
	w       *walk // what the first takes down
	from    int32 // its rank
	seconds []int32
	chosen  []uint32 // by rank, stamped: is a second of this walk
	column  []int32  // by rank: its place in the block, if inBlock
	inBlock []uint32
	block   uint32
	words   int
	place   []int32 // by gate: where its rows are, if placed
	placed  []uint32
	rows    []uint64 // of every gate met in the block: lost by the second alone or with the first; then by the second alone
	grown   []int32  // gates with a bit that neither alone sets
	inGrown []uint32
	open    []int32
	inputs  []int
	next    []uint64
	extras  []int64
	common
}

// common is the people behind what both a first and a second take down, worked
// out when it is first asked for.
type common struct {
	laid   bool     // for the first of now
	shared []int64  // by rank of the second, if met
	met    []uint32 // stamped by the walk of the first
}

// PairRows judges the pairs of the components of a range of ranks, each with all
// that rank higher. Top is how many of the worst are kept.
func (s *Singles) PairRows(from, to, top int) *PairsPart {
	n, gates := len(s.fails), len(s.need)
	part := &PairsPart{
		paired: make([]Paired, n), cuts: make([]int64, len(s.nodes)),
		harm: ranking{keep: top}, extra: ranking{keep: top},
	}
	p := &pairer{
		Singles: s, part: part, w: s.walk(),
		chosen: make([]uint32, n), column: make([]int32, n), inBlock: make([]uint32, n),
		place: make([]int32, gates), placed: make([]uint32, gates), inGrown: make([]uint32, gates),
		next: make([]uint64, blockWords), extras: make([]int64, 64*blockWords),
		common: common{shared: make([]int64, n), met: make([]uint32, n)},
	}
	for r := from; r < to; r++ {
		p.row(int32(r))
	}
	return part
}

// row judges one component with all that rank higher.
func (p *pairer) row(rank int32) {
	p.from = rank
	p.w.from(p.leaf[p.fails[p.ranked[rank]]])
	p.laid = false
	p.seek()
	for at := 0; at < len(p.seconds); at += 64 * blockWords {
		p.judge(p.seconds[at:min(at+64*blockWords, len(p.seconds))])
	}
}

// seek finds the seconds that can finish what the first has weakened. All others
// take down what they take down alone: DESIGN.md has the proof.
func (p *pairer) seek() {
	p.seconds = p.seconds[:0]
	hurt := p.w.hurt[:0]
	for _, h := range p.w.hurt {
		if p.w.isLost(h) || p.node[h] < 0 && !slices.ContainsFunc(p.out.of(h), func(x int32) bool { return !p.w.isLost(x) }) {
			continue // it is lost, or all that it is for is
		}
		hurt = append(hurt, h)
		for _, m := range p.in.of(h) {
			if p.w.isLost(m) {
				continue
			}
			for _, b := range p.takers.of(m) {
				if b <= p.from {
					break
				}
				if p.chosen[b] != p.w.now {
					p.chosen[b] = p.w.now
					p.seconds = append(p.seconds, b)
				}
			}
		}
	}
	p.w.hurt = hurt
}

// judge works out one block of seconds.
func (p *pairer) judge(seconds []int32) {
	p.block++
	p.words = (len(seconds) + 63) / 64
	p.rows, p.grown = p.rows[:0], p.grown[:0]
	for i, b := range seconds {
		p.inBlock[b], p.column[b] = p.block, int32(i)
	}
	for _, h := range p.w.hurt {
		p.grow(h)
	}
	for len(p.open) > 0 {
		x := p.open[len(p.open)-1]
		p.open = p.open[:len(p.open)-1]
		for _, h := range p.out.of(x) {
			if !p.w.isLost(h) {
				p.grow(h)
			}
		}
	}
	if len(p.grown) > 0 {
		p.tally(seconds)
	}
}

// at is where the rows of a gate are; they are made when first asked for.
func (p *pairer) at(x int32) int {
	if p.placed[x] == p.block {
		return int(p.place[x])
	}
	at := len(p.rows)
	p.placed[x], p.place[x] = p.block, int32(at)
	for range 2 * p.words {
		p.rows = append(p.rows, 0)
	}
	for _, b := range p.takers.of(x) {
		if b <= p.from {
			break
		}
		if p.inBlock[b] == p.block {
			i := int(p.column[b])
			p.rows[at+i/64] |= 1 << (i % 64)
			p.rows[at+p.words+i/64] |= 1 << (i % 64)
		}
	}
	return at
}

// grow works a gate out anew from its inputs, and opens it if it is now lost
// with more seconds.
func (p *pairer) grow(h int32) {
	p.inputs = p.inputs[:0]
	for _, m := range p.in.of(h) {
		if !p.w.isLost(m) {
			p.inputs = append(p.inputs, p.at(m))
		}
	}
	at := p.at(h)
	next := p.next[:p.words]
	threshold(next, p.rows, p.inputs, p.w.missing(h))
	row := p.rows[at : at+p.words]
	if !adds(row, next) {
		return
	}
	merge(row, next)
	p.open = append(p.open, h)
	if p.inGrown[h] != p.block {
		p.inGrown[h] = p.block
		p.grown = append(p.grown, h)
	}
}

// tally counts the emergent pairs of a block and keeps the worst.
func (p *pairer) tally(seconds []int32) {
	extras := p.extras[:len(seconds)]
	clear(extras)
	next := p.next[:p.words]
	clear(next)
	for _, x := range p.grown {
		n := p.node[x]
		if n < 0 {
			continue
		}
		at := p.at(x)
		for i := range next {
			both := p.rows[at+i] &^ p.rows[at+p.words+i]
			next[i] |= both
			p.part.cuts[n] += int64(bits.OnesCount64(both))
			for ; both != 0; both &= both - 1 {
				extras[64*i+bits.TrailingZeros64(both)] += p.weight[n]
			}
		}
	}
	a := p.ranked[p.from]
	for i, w := range next {
		for ; w != 0; w &= w - 1 {
			at := 64*i + bits.TrailingZeros64(w)
			p.note(a, p.ranked[seconds[at]], extras[at])
		}
	}
}

// note counts one emergent pair.
func (p *pairer) note(a, b int32, extra int64) {
	p.part.emergent++
	for _, i := range [...]int32{a, b} {
		p.part.paired[i].Pairs++
		p.part.paired[i].Extra += extra
	}
	p.part.extra.offer(p.pair(a, b, extra))
	most := p.alone(a) + p.alone(b) + extra
	if !p.part.harm.mayHold(most) {
		return
	}
	if !p.laid {
		p.layOver()
	}
	if r := p.rank[b]; p.met[r] == p.w.now {
		most -= p.shared[r]
	}
	p.part.harm.offer(p.pair(a, b, most))
}

// layOver works out, for every component that ranks higher, the people behind
// what both it and the first take down.
func (p *pairer) layOver() {
	p.laid = true
	for _, x := range p.w.lost {
		n := p.node[x]
		if n < 0 {
			continue
		}
		for _, b := range p.takers.of(x) {
			if b <= p.from {
				break
			}
			if p.met[b] != p.w.now {
				p.met[b], p.shared[b] = p.w.now, 0
			}
			p.shared[b] += p.weight[n]
		}
	}
}
