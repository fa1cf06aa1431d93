package rislive

import (
	"cmp"
	"slices"
)

// prefixSet is the prefixes of a filter, to be asked of those of every message: ten
// thousand of them, one by one, would cost more than all else.
type prefixSet struct {
	order   []prefix // by family, address, length
	lengths [2][]uint8
	there   map[prefix]struct{}
}

func newPrefixSet(list []prefix) prefixSet {
	s := prefixSet{order: slices.Clone(list), there: map[prefix]struct{}{}}
	slices.SortFunc(s.order, prefix.compare)
	s.order = slices.Compact(s.order)
	for _, p := range s.order {
		s.there[p] = struct{}{}
		if of := &s.lengths[p.family()]; !slices.Contains(*of, p.bits) {
			*of = append(*of, p.bits)
		}
	}
	return s
}

func (p prefix) family() int {
	if p.six {
		return 1
	}
	return 0
}

func (p prefix) compare(q prefix) int {
	return cmp.Or(cmp.Compare(p.family(), q.family()), cmp.Compare(p.hi, q.hi), cmp.Compare(p.lo, q.lo), cmp.Compare(p.bits, q.bits))
}

// has tells whether p is one of them.
func (s *prefixSet) has(p prefix) bool {
	_, ok := s.there[p]
	return ok
}

// covers tells whether p is part of one of them.
func (s *prefixSet) covers(p prefix) bool {
	for _, bits := range s.lengths[p.family()] {
		if bits <= p.bits && s.has(prefix{p.masked(int(bits)), bits}) {
			return true
		}
	}
	return false
}

// within tells whether one of them is part of p. What is part of it stands right behind
// where it would stand itself: nothing shorter begins in its midst.
func (s *prefixSet) within(p prefix) bool {
	at, _ := slices.BinarySearchFunc(s.order, p, prefix.compare)
	return at < len(s.order) && p.covers(s.order[at])
}
