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
			p.sole = append(p.sole, s.alone(i))
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
	sole   []int64 // what each able one harms alone
	able   []int32 // components that may be in a pair beside, by number, in the order of harm
	lists  links   // of each gate: places in able of those that take it down alone
	rest   links   // of each gate that most of them take down: those that don't, in place of lists
	most   []bool  // of each gate: whether most of them take it down
	shared []int64 // by place in able: people behind what it and the one looked at take down, but for what all share
	met    []int32 // places where it isn't 0, or was not
}

// inside offers all pairs of a component with what it takes down; each once, also
// where they take down each other.
func (p *plainer) inside(a int32) {
	p.w.from(p.start(a))
	for _, x := range p.w.lost {
		n := p.node[x]
		if n < 0 || n == p.fails[a] || p.number[n] < 0 || p.timed {
			continue
		}
		b := p.number[n]
		if each := p.harm[a] == p.harm[b]; !each || a < b {
			p.within.offer(p.pair(a, b, p.alone(a)-p.own(b)))
		}
	}
}

// prepare turns the cones of the able ones round. What most of them take down is
// kept by those that don't: where all hang on one, the lists stay short.
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
	all := cones.turned(len(p.need))
	p.shared = make([]int64, len(p.able))
	p.most = make([]bool, len(p.need))
	p.lists.start, p.rest.start = []int32{0}, []int32{0}
	for x := range p.need {
		list := all.of(int32(x))
		if p.most[x] = len(list) > len(p.able)/2; p.most[x] {
			for i := range int32(len(p.able)) {
				if len(list) > 0 && list[0] == i {
					list = list[1:]
				} else {
					p.rest.list = append(p.rest.list, i)
				}
			}
		} else {
			p.lists.list = append(p.lists.list, list...)
		}
		p.lists.start = append(p.lists.start, int32(len(p.lists.list)))
		p.rest.start = append(p.rest.start, int32(len(p.rest.list)))
	}
}

// overlap works out what the component of the last walk shares with the others: it
// gives what all are taken to share, and notes by how much each differs.
func (p *plainer) overlap() (all int64) {
	note := func(list []int32, weight int64) {
		for _, b := range list {
			if p.shared[b] == 0 {
				p.met = append(p.met, b)
			}
			p.shared[b] += weight
		}
	}
	for _, x := range p.w.lost {
		switch n := p.node[x]; {
		case n < 0:
		case p.most[x]:
			all += p.weight[n]
			note(p.rest.of(x), -p.weight[n])
		default:
			note(p.lists.of(x), p.weight[n])
		}
	}
	return all
}

// outside offers the pairs of an able component with those that come after it;
// false if neither it nor any after it can be among the worst.
func (p *plainer) outside(at int) bool {
	a := p.able[at]
	most := p.sole[at] + p.sole[at+1]
	if !p.beside.beats(most) || !p.within.mayHold(most) {
		return false
	}
	p.w.from(p.start(a))
	all := p.overlap()
	for i := at + 1; i < len(p.able); i++ {
		most := p.sole[at] + p.sole[i]
		if !p.beside.beats(most) || !p.within.mayHold(most) {
			break
		}
		if most -= all + p.shared[i]; p.beside.mayHold(most) {
			p.beside.offer(p.pair(a, p.able[i], most))
		}
	}
	for _, b := range p.met {
		p.shared[b] = 0
	}
	p.met = p.met[:0]
	return true
}
