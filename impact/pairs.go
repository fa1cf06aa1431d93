package impact

import "math/bits"

// PairsPart is what some of the pairs come to, made by one goroutine. Parts are
// put together by [Singles.Pairs].
type PairsPart struct {
	emergent int64
	paired   []Paired // by the component's number
	cuts     []int64  // by node: pairs that take it down though neither alone does
	harm     ranking  // the worst emergent pairs by all that they harm
	extra    ranking  // the worst emergent pairs by what only both together harm
	plain    []pair   // the worst pairs if none were emergent
}

// Paired is what a component does in emergent pairs.
type Paired struct {
	Pairs int64 // in how many it takes part
	Extra int64 // people behind what is lost only with the other, summed over them
}

// PairOptions says which pairs are judged, and what is kept.
type PairOptions struct {
	Seconds *Takers // each first is paired with those of them that rank higher
	Top     int     // how many of the worst are kept
	Floor   int64   // the harm below which a pair needs no ranking; see [Singles.Floor]
}

// Pairer judges all pairs of one first after the other, 64 seconds a word. Given
// what the first takes down, the row of a gate tells with which seconds it is
// lost. It holds scratch for one goroutine.
type Pairer struct {
	*Singles
	options PairOptions
	part    *PairsPart
	w, both *walk // what the first takes down; scratch for two
	first   int32 // its rank
	block
	weak   []int32 // gates that the first weakened and a second may finish
	agenda agenda
	grown  []int32 // gates that are lost with some second though neither alone takes them down
	inputs [][]uint64
	next   []uint64
	extras []sum
}

// sum is what is lost with two and with neither alone.
type sum struct {
	people int64
	nodes  int32
}

// Pairer makes one.
func (s *Singles) Pairer(o PairOptions) *Pairer {
	p := &Pairer{
		Singles: s, options: o, w: s.walk(), both: s.walk(), block: s.block(o.Seconds), agenda: newAgenda(len(s.need)),
		part: &PairsPart{
			paired: make([]Paired, len(s.fails)), cuts: make([]int64, len(s.nodes)),
			harm: ranking{keep: o.Top}, extra: ranking{keep: o.Top},
		},
	}
	p.next = make([]uint64, p.most)
	p.extras = make([]sum, 64*p.most)
	return p
}

// Rows judges the firsts of a range of ranks.
func (p *Pairer) Rows(from, to int) {
	for rank := from; rank < min(to, p.options.Seconds.to); rank++ {
		p.row(int32(rank))
	}
}

// Part is what all rows so far came to.
func (p *Pairer) Part() *PairsPart { return p.part }

// row judges one first with all seconds that rank higher.
func (p *Pairer) row(rank int32) {
	p.first = rank
	p.w.from(p.start(p.ranked[rank]))
	p.weak = p.weak[:0]
	for _, h := range p.w.hurt {
		if !p.w.isLost(h) && (p.node[h] >= 0 || !p.w.isLost(p.out.of(h)[0])) { // else it is lost, or what it is for is
			p.weak = append(p.weak, h)
		}
	}
	if len(p.weak) == 0 {
		return
	}
	p.begin(p)
	for p.fill() {
		p.judge()
	}
}

// judge works out one block of seconds.
func (p *Pairer) judge() {
	p.grown = p.grown[:0]
	for _, h := range p.weak {
		p.grow(h, nil)
	}
	for x, ok := p.agenda.next(); ok; x, ok = p.agenda.next() {
		row := p.full(x)
		for _, h := range p.out.of(x) {
			switch {
			case p.w.isLost(h):
			case p.need[h] == 1:
				p.grow(h, row)
			default:
				p.grow(h, nil)
			}
		}
	}
	if len(p.grown) > 0 {
		p.tally()
	}
}

// grow works a gate out anew, from one input that is enough or else from all of
// them, and puts what follows on the agenda if it is now lost with more seconds.
func (p *Pairer) grow(h int32, next []uint64) {
	if next == nil {
		p.inputs = p.inputs[:0]
		for _, m := range p.in.of(h) {
			if !p.w.isLost(m) {
				p.inputs = append(p.inputs, p.full(m))
			}
		}
		next = p.next[:p.words]
		threshold(next, p.inputs, p.w.missing(h))
		next[0] &= p.mask
	}
	row := p.full(h)
	if !adds(row, next) {
		return
	}
	if p.held[h] != p.stamp {
		p.grown = append(p.grown, h)
		row = p.detach(h)
	}
	merge(row, next)
	p.agenda.add(h)
}

// tally counts the emergent pairs of a block and keeps the worst.
func (p *Pairer) tally() {
	extras := p.extras[:64*p.words]
	clear(extras)
	with := p.next[:p.words]
	clear(with)
	for _, x := range p.grown {
		n := p.node[x]
		if n < 0 {
			continue
		}
		full, base := p.full(x), p.base(x)
		for i := range with {
			both := full[i] &^ base[i]
			with[i] |= both
			p.part.cuts[n] += int64(bits.OnesCount64(both))
			for ; both != 0; both &= both - 1 {
				e := &extras[64*i+bits.TrailingZeros64(both)]
				e.people += p.weight[n]
				e.nodes++
			}
		}
	}
	for i, w := range with {
		for ; w != 0; w &= w - 1 {
			at := 64*i + bits.TrailingZeros64(w)
			p.note(p.ranked[p.first], p.ranked[p.second(at)], extras[at])
		}
	}
}

// note counts one emergent pair. Its harm is worked out only if it may be among
// the worst: not if others, as many as are kept, take down one of the two and
// more, but for those that the pair itself takes down.
func (p *Pairer) note(a, b int32, extra sum) {
	p.part.emergent++
	for _, i := range [...]int32{a, b} {
		p.part.paired[i].Pairs++
		p.part.paired[i].Extra += extra.people
	}
	p.part.extra.offer(p.pair(a, b, extra.people))
	most := p.alone(a) + p.alone(b) + extra.people
	beaten := max(p.above[a], p.above[b])-extra.nodes >= int32(p.options.Top)
	if beaten || most < p.options.Floor || !p.part.harm.mayHold(most) {
		return
	}
	p.both.from(p.start(a), p.start(b))
	p.part.harm.offer(p.pair(a, b, p.both.harm()-p.own(a)-p.own(b)))
}
