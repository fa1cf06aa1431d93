package visibility

import (
	"cmp"
	"slices"
)

// sweepShare of the lines, turning at once, is where counting all of the space
// anew is cheaper than one walk for each.
const sweepShare = 1.0 / 16

// recount counts again after who counts has changed, or all of it.
func (s *Store) recount(all bool) {
	if !all && !s.joined && !s.removed {
		return
	}
	s.remember()
	for i := range s.origins {
		s.origins[i].pairs = [2]uint32{}
	}
	var blind [2]bool
	for v := range s.families {
		f := &s.families[v]
		blind[v] = f.blind || !f.begun
		f.mask, f.full = f.mask[:0], 0
		for _, p := range s.peers {
			if p.counts[v] {
				f.mask.put(p.id)
				f.full++
			}
		}
		before := f.blind
		f.begun = f.begun || f.full > 0
		f.blind = f.full < s.gone(v) || f.full == 0
		blind[v] = blind[v] || f.blind
		if before && !f.blind {
			s.touchAll() // what went meanwhile is seen now
		}
		s.recountFamily(f, all || s.stale)
	}
	s.stale = false
	s.splice(blind, s.removed)
	s.joined, s.removed = false, false
}

func (s *Store) touchAll() {
	for i := range s.origins {
		if s.origins[i].ever {
			s.touch(uint32(i))
		}
	}
}

// recountFamily counts every line's peers.
func (s *Store) recountFamily(f *family, all bool) {
	var turned []uint32
	s.walks++
	for id := range f.lines {
		l := f.line(id)
		l.n = uint16(f.count(id, l, f.mask))
		own := int(l.n)
		if l.flags&split != 0 {
			s.balance(f, id, l)
			for _, fk := range f.splits[id] {
				n := fk.seen.common(f.mask)
				s.origins[fk.origin].pairs[f.v] += uint32(n)
				own -= n
			}
		}
		s.origins[l.origin].pairs[f.v] += uint32(own)
		if f.visible(l.n) != (l.flags&shown != 0) {
			turned = append(turned, id)
		}
	}
	if all || float64(len(turned)) > sweepShare*float64(f.lines) {
		for _, id := range turned {
			l := f.line(id)
			if l.flags ^= shown; l.flags&shown != 0 {
				l.flags |= was
			}
			s.touch(l.origin)
		}
		s.sweep(f)
		return
	}
	for _, id := range turned {
		if l := f.line(id); l.flags&shown != 0 {
			s.hide(f, l)
		} else {
			s.show(f, l)
		}
	}
}

// sweep counts all of a family's space anew: over the prefixes in order, longer
// ones after those that hold them.
func (s *Store) sweep(f *family) {
	type entry struct {
		order uint64
		id    uint32
	}
	var entries []entry
	for i := range s.origins {
		s.origins[i].visible[f.v], s.origins[i].space[f.v] = 0, 0
	}
	entries = make([]entry, 0, f.lines)
	for id := range f.lines {
		l := f.line(id)
		if l.under = 0; f.units(l.bits) > 0 {
			entries = append(entries, entry{l.hi | uint64(l.bits), id}) // what counts is short: the low bits are free
		}
		if l.flags&shown != 0 {
			s.origins[l.origin].visible[f.v]++
			s.origins[l.origin].ever = true
		}
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Compare(a.order, b.order) })
	var above []*line
	pop := func() {
		l := above[len(above)-1]
		above = above[:len(above)-1]
		held := l.under
		if l.flags&shown != 0 {
			held = f.units(l.bits)
			s.origins[l.origin].space[f.v] += uint64(held - l.under)
		}
		if len(above) > 0 {
			above[len(above)-1].under += held
		}
	}
	for _, e := range entries {
		l := f.line(e.id)
		for len(above) > 0 {
			if a := above[len(above)-1]; top(l.hi, a.bits) == a.hi {
				break
			}
			pop()
		}
		above = append(above, l)
	}
	for len(above) > 0 {
		pop()
	}
}

// remember notes what stands, before who counts is changed.
func (s *Store) remember() {
	s.before = s.before[:0]
	for i := range s.origins {
		s.before = append(s.before, glance{s.origins[i].visible, s.origins[i].space})
	}
}

// mostChain bounds how far a series may be carried on over changes of who looks.
const mostChain = 4

// splice carries each series on over a change of who counts: that others look is
// not that something happened. Where ill peers went, only what their going hides
// is made good: what it brings to light they had lost themselves.
func (s *Store) splice(blind [2]bool, removed bool) {
	for i := range s.origins {
		o := &s.origins[i]
		for v := range 2 {
			before, after := s.before[i].visible[v], o.visible[v]
			switch {
			case blind[v] || before == after:
			case after == 0:
				o.unseen[v] = true
			case before == 0:
				o.unseen[v] = false
			case after < before || !removed:
				chain := o.chain[v] * float32(before) / float32(after)
				o.chain[v] = min(max(chain, 1.0/mostChain), mostChain)
				if s.falls != nil {
					s.falls.rescale(uint32(i), v, s.before[i], glance{o.visible, o.space})
				}
			}
		}
	}
}
