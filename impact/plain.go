package impact

import "slices"

// PlainPairs looks for the worst pairs as if none were emergent, among those
// whose worse component has a place ≡ part modulo parts in the order of harm.
//
// Most pairs need not be looked at. Where one component takes down the other, the
// harm is that of the one. Of the others, none is among the worst whose component
// is itself taken down, with more, by as many others as are kept: put any of them
// in its place, and the pair is worse. And two harms added up are a bound.
func (s *Singles) PlainPairs(part, parts, top int) *PairsPart {
	p := &plainer{Singles: s, w: s.walk(), within: ranking{keep: top}, beside: ranking{keep: top}}
	for at := part; at < len(s.worst) && p.within.mayHold(s.alone(s.worst[at])-1); at += parts {
		p.inside(s.worst[at])
	}
	for _, i := range s.worst {
		if s.above[i] < int32(top) {
			p.able = append(p.able, i)
		}
	}
	p.prepare()
	for at := part; at+1 < len(p.able); at += parts {
		if !p.outside(at) {
			break
		}
	}
	return &PairsPart{plain: slices.Concat(p.within.pairs, p.beside.pairs)}
}

// plainer looks for the worst pairs as if none were emergent.
type plainer struct {
	*Singles
	w      *walk
	within ranking // one takes down the other
	beside ranking // neither does
	able   []int32 // components that may be in a pair beside, by number, in the order of harm
	lists  *links  // of each gate: places in able of those that take it down alone
	shared []int64 // by place in able: people behind what it and the one looked at take down
	met    []int32 // places with something shared
}

// inside offers all pairs of a component with what it takes down.
func (p *plainer) inside(a int32) {
	p.w.from(p.start(a))
	for _, x := range p.w.lost {
		if n := p.node[x]; n >= 0 && n != p.fails[a] && p.number[n] >= 0 && !p.timed {
			p.within.offer(p.pair(a, p.number[n], p.alone(a)-p.weight[n]))
		}
	}
}

// prepare turns the cones of the able ones round.
func (p *plainer) prepare() {
	cones := links{start: []int32{0}}
	for _, i := range p.able {
		p.w.from(p.start(i))
		for _, x := range p.w.lost {
			if p.node[x] >= 0 {
				cones.list = append(cones.list, x)
			}
		}
		cones.start = append(cones.start, int32(len(cones.list)))
	}
	turned := cones.turned(len(p.need))
	p.lists = &turned
	p.shared = make([]int64, len(p.able))
}

// outside offers the pairs of an able component with those that come after it;
// false if neither it nor any after it can be among the worst.
func (p *plainer) outside(at int) bool {
	a := p.able[at]
	most := p.alone(a) + p.alone(p.able[at+1])
	if !p.beside.beats(most) || !p.within.mayHold(most) {
		return false
	}
	p.w.from(p.start(a))
	for _, x := range p.w.lost {
		if n := p.node[x]; n >= 0 {
			for _, b := range p.lists.of(x) {
				if p.shared[b] == 0 {
					p.met = append(p.met, b)
				}
				p.shared[b] += p.weight[n]
			}
		}
	}
	for i := at + 1; i < len(p.able); i++ {
		b := p.able[i]
		most := p.alone(a) + p.alone(b)
		if !p.beside.beats(most) || !p.within.mayHold(most) {
			break
		}
		if most -= p.shared[i]; p.beside.mayHold(most) {
			p.beside.offer(p.pair(a, b, most))
		}
	}
	for _, b := range p.met {
		p.shared[b] = 0
	}
	p.met = p.met[:0]
	return true
}
