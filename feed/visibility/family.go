package visibility

// Space. What a prefix holds is counted in units: a /24 of IPv4, a /48 of IPv6,
// the longest that most of the Internet carries.
const (
	unit4, unit6 = 24, 48
	// Shorter ones are leaks of a default route, not somebody's space: nobody was
	// given more than a /8. In IPv6 the shortest in honest use is 6to4's /16, which
	// is nobody's either.
	least4, least6 = 8, 17
	// Lines are chained by their first bits, so that what lies below a new prefix
	// is found without a walk over all.
	chain4, chain6 = 16, 32
)

// family is one address family: its prefixes and who of the peers counts.
type family struct {
	table
	v                  int // 0 is IPv4, 1 is IPv6: the place in pairs of counters
	unit, least, chain uint8
	mask               set               // peers that count
	full               int               // how many
	blind              bool              // too few to tell anything
	begun              bool              // has had some that count
	unmeasured         bool              // some lines don't know what lies below them
	heads              map[uint32]uint32 // chains: first bits to a line, plus one
	known              [129]uint32       // lines by length
	splits             map[uint32][]fork // of lines with several origins
}

func newFamily(v int) family {
	f := family{
		table: newTable(), v: v, unit: unit4, least: least4, chain: chain4,
		heads: map[uint32]uint32{}, splits: map[uint32][]fork{},
	}
	if v == 1 {
		f.unit, f.least, f.chain = unit6, least6, chain6
	}
	return f
}

// visible tells whether so many counted peers are more than half.
func (f *family) visible(n uint16) bool { return 2*int(n) > f.full }

// units is the space of a prefix of a length.
func (f *family) units(bits uint8) uint32 {
	if bits < f.least || bits > f.unit {
		return 0
	}
	return 1 << (f.unit - bits)
}

// link puts a new line into its chain.
func (f *family) link(id uint32, l *line) {
	f.known[l.bits]++
	if l.bits >= f.chain && l.bits <= f.unit { // longer ones hold no space
		first := uint32(l.hi >> (64 - f.chain))
		l.next = f.heads[first]
		f.heads[first] = id + 1
	}
}

// measure finds what visible longer prefixes hold below a new line.
func (f *family) measure(l *line) {
	if f.units(l.bits) == 0 {
		return
	}
	add := func(d *line) {
		if d.flags&shown != 0 && d.bits > l.bits && top(d.hi, l.bits) == l.hi {
			if u := f.units(d.bits); u > 0 {
				l.under += u - d.under
			}
		}
	}
	if l.bits >= f.chain {
		for at := f.heads[uint32(l.hi>>(64-f.chain))]; at != 0; {
			d := f.line(at - 1)
			add(d)
			at = d.next
		}
		return
	}
	for id := range f.lines {
		add(f.line(id))
	}
}

// show makes a line visible in the counts.
func (s *Store) show(f *family, l *line) {
	l.flags |= shown | was
	o := &s.origins[l.origin]
	o.visible[f.v]++
	o.ever = true
	if u := f.units(l.bits); u > 0 {
		own := u - l.under
		o.space[f.v] += uint64(own)
		s.shadow(f, l, int64(own))
	}
	s.touch(l.origin)
}

// hide takes a line out of the counts.
func (s *Store) hide(f *family, l *line) {
	l.flags &^= shown
	o := &s.origins[l.origin]
	o.visible[f.v]--
	if u := f.units(l.bits); u > 0 {
		own := u - l.under
		o.space[f.v] -= uint64(own)
		if !s.shadow(f, l, -int64(own)) && !f.unmeasured {
			o.lost[f.v] += uint64(own)
		}
	}
	s.touch(l.origin)
}

// shadow tells the prefixes above a line that it holds so many units more, or
// fewer. The nearest visible one loses them, and those above it notice nothing.
// It reports whether there was one.
func (s *Store) shadow(f *family, l *line, units int64) bool {
	if units == 0 {
		return true
	}
	for n := l.bits; n > f.least; {
		n--
		if f.known[n] == 0 {
			continue
		}
		_, a := f.find(key{hi: top(l.hi, n), bits: n})
		if a == nil {
			continue
		}
		a.under = uint32(int64(a.under) + units)
		if a.flags&shown != 0 {
			s.origins[a.origin].space[f.v] -= uint64(units)
			s.touch(a.origin)
			return true
		}
	}
	return false
}

// fork is who gives a prefix an origin that is not its owner.
type fork struct {
	origin uint32
	seen   set
}

// giver finds the fork that a peer's route is in; -1 is the owner's.
func giver(forks []fork, peer uint32) int {
	for i := range forks {
		if forks[i].seen.has(peer) {
			return i
		}
	}
	return -1
}

// announceSplit takes an announcement of a prefix to which peers give different
// origins, or are about to.
func (s *Store) announceSplit(f *family, id uint32, l *line, p *peer, o uint32) {
	forks := f.splits[id]
	word, bit := f.word(id, l, p.id), uint64(1)<<(p.id&63)
	counts := p.counts[f.v]
	if *word&bit != 0 {
		from, i := l.origin, giver(forks, p.id)
		if i >= 0 {
			from = forks[i].origin
		}
		if from == o {
			return
		}
		if i >= 0 {
			forks[i].seen.take(p.id)
		}
		if counts {
			s.origins[from].pairs[f.v]--
		}
	} else {
		*word |= bit
		p.carries[f.v]++
		if counts {
			l.n++
		}
	}
	if counts {
		s.origins[o].pairs[f.v]++
	}
	if o != l.origin {
		forks = joinFork(forks, o, p.id)
	}
	l.flags |= split
	f.splits[id] = forks
	s.balance(f, id, l)
	if l.flags&shown == 0 && counts && f.visible(l.n) {
		s.show(f, l)
	}
}

func joinFork(forks []fork, o, peer uint32) []fork {
	for i := range forks {
		if forks[i].origin == o {
			forks[i].seen.put(peer)
			return forks
		}
	}
	forks = append(forks, fork{origin: o})
	forks[len(forks)-1].seen.put(peer)
	return forks
}

// withdrawSplit takes a withdrawal of such a prefix by a peer that carries it,
// and gives the origin that it had there.
func (s *Store) withdrawSplit(f *family, id uint32, l *line, p *peer) uint32 {
	forks := f.splits[id]
	from, i := l.origin, giver(forks, p.id)
	if i >= 0 {
		from = forks[i].origin
		forks[i].seen.take(p.id)
	}
	*f.word(id, l, p.id) &^= 1 << (p.id & 63)
	if p.counts[f.v] {
		l.n--
		s.origins[from].pairs[f.v]--
		if l.flags&shown != 0 && !f.visible(l.n) {
			s.hide(f, l)
		}
	}
	s.balance(f, id, l)
	return from
}

// balance makes the origin that most counted peers give the owner, the lowest AS
// where several are even, and forgets origins that nobody gives.
func (s *Store) balance(f *family, id uint32, l *line) {
	forks := f.splits[id]
	ownAll, own := f.count(id, l, s.everyone), f.count(id, l, f.mask)
	best, bestCount := -1, 0
	for i := range forks {
		all, n := forks[i].seen.common(s.everyone), forks[i].seen.common(f.mask)
		ownAll, own = ownAll-all, own-n
		if all > 0 && (best < 0 || n > bestCount || n == bestCount && s.origins[forks[i].origin].as < s.origins[forks[best].origin].as) {
			best, bestCount = i, n
		}
	}
	if best >= 0 && (ownAll == 0 || bestCount > own || bestCount == own && s.origins[forks[best].origin].as < s.origins[l.origin].as) {
		s.crown(f, id, l, best)
	}
	forks = f.splits[id]
	kept := forks[:0]
	for _, fk := range forks {
		if !fk.seen.empty() {
			kept = append(kept, fk)
		}
	}
	if len(kept) > 0 {
		f.splits[id] = kept
		return
	}
	delete(f.splits, id)
	l.flags &^= split
}

// crown makes a fork's origin the owner, and a fork of the owner.
func (s *Store) crown(f *family, id uint32, l *line, i int) {
	forks := f.splits[id]
	var old set
	for w := range s.everyone {
		old = append(old, *f.word(id, l, uint32(w)<<6))
	}
	for _, fk := range forks {
		old.minus(fk.seen)
	}
	loser, winner := l.origin, forks[i].origin
	forks[i] = fork{origin: loser, seen: old}
	l.origin = winner
	if l.flags&shown == 0 {
		return
	}
	s.origins[loser].visible[f.v]--
	s.origins[winner].visible[f.v]++
	if u := f.units(l.bits); u > 0 {
		s.origins[loser].space[f.v] -= uint64(u - l.under)
		s.origins[winner].space[f.v] += uint64(u - l.under)
	}
	s.touch(loser)
	s.touch(winner)
}
