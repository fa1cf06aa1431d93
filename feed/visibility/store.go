package visibility

import (
	"tocsin/feed"
)

// Options are how a [Store] counts. The zero value counts as the published rule
// does.
type Options struct {
	// FullV4 and FullV6 are how many prefixes a peer must carry to be a full feed;
	// zero takes 400,000 and 10,000.
	FullV4, FullV6 int
	// Share lets a peer count that carries so much of the largest table, where that
	// is less than the above: for old and small captures. Zero is for none.
	Share float64
	// Falls asks for autonomous systems that fall below their usual; nil for none.
	Falls *FallOptions
	// Minute hears the end of each minute, in seconds since 1970, while the counts
	// of that minute stand; nil for none.
	Minute func(end int64)
	// Guarded hears that a peer is no longer counted, or is again; nil for none.
	Guarded func(Guarding)
}

// Full feeds: IODA's definition.
const (
	fullV4 = 400_000
	fullV6 = 10_000
)

// recentBits make a place for each of a few hundred peers: a map costs more than
// all else of an update that changes nothing.
const recentBits = 11

// Store is the visibility of every prefix. It is for one goroutine.
type Store struct {
	opt      Options
	families [2]family
	roster
	systems
	spent
	lastID [2]uint32 // the line that was taken last: a dump tells a prefix many times

	second  int64 // seconds since 1970, as the routes tell it
	begun   bool
	dumping bool // a dump is being taken: nothing is counted until it is over
	stale   bool // the spaces are not worked out
	dumped  bool // a dump was taken: what stands is known
	strange int64
	refused int64  // messages of peers beyond the most
	unused  uint64 // what fetch gives

	falls   *falls
	touched []uint32
	epoch   uint32 // of touched
	before  []glance
	// This minute, by all peers.
	announced, withdrawn int
}

// roster is the peers, and what waits for the end of the second.
type roster struct {
	peers    []*peer
	byPeer   map[feed.Peer]*peer
	recent   [1 << recentBits]*peer // the newest peer by a few bits of its address
	everyone set
	leaving  set // their routes go
	held     int // prefixes, and messages, that wait for that

	joined, removed bool // who counts has changed
}

// systems is the autonomous systems.
type systems struct {
	origins []origin
	small   []uint32          // places of origins by AS, plus one
	byAS    map[uint32]uint32 // of the large ones
	lastAS  uint32            // whose place is last
	last    uint32
}

// origin is what is counted of one autonomous system.
type origin struct {
	as                   uint32
	announced, withdrawn uint32 // by counted peers or not, this minute
	visible              [2]uint32
	pairs                [2]uint32
	space                [2]uint64
	lost                 [2]uint64  // units that became invisible this minute
	chain                [2]float32 // see [Count.Linked]
	unseen               [2]bool    // who is left can't see it: nothing is known
	ever                 bool       // was visible once
	mark                 uint32     // the epoch in which it was touched last
}

// glance is what stood before who counts was changed.
type glance struct {
	visible [2]uint32
	space   [2]uint64
}

// New makes a store that knows nothing.
func New(o Options) *Store {
	if o.FullV4 == 0 {
		o.FullV4 = fullV4
	}
	if o.FullV6 == 0 {
		o.FullV6 = fullV6
	}
	s := &Store{
		opt: o, families: [2]family{newFamily(0), newFamily(1)},
		roster: roster{byPeer: map[feed.Peer]*peer{}}, systems: systems{byAS: map[uint32]uint32{}}, epoch: 1,
	}
	s.last = s.enroll(0) // what has no single origin
	if o.Falls != nil {
		s.falls = newFalls(*o.Falls)
	}
	return s
}

// Take hears what one peer told. Routes come in the order of their time; one
// that is late counts as now. Entries of a dump come first, and once: a later
// dump is for [Store.Compare].
func (s *Store) Take(r *feed.Routes) {
	second := floorDiv(r.At, 1e9)
	switch {
	case !s.begun:
		s.begun, s.second = true, second
	case r.Dump:
	case second > s.second:
		s.Reach(second)
	}
	if s.dumping && !r.Dump {
		s.Settle()
	}
	p := s.peer(r.Peer)
	if p == nil {
		s.refused++
		return
	}
	if r.Dump {
		s.dumping, s.stale, s.dumped = true, true, true
	}
	if p.leaving {
		s.hold(p, r)
		return
	}
	if r.State != feed.SessionSame {
		s.down(p) // a new session begins with nothing, whether or not the end of the old one was told
	}
	s.apply(p, r)
}

// apply takes the routes that a peer told.
func (s *Store) apply(p *peer, r *feed.Routes) {
	if some := len(r.Announced4) + len(r.Withdrawn4) + len(r.Announced6) + len(r.Withdrawn6); some > 0 && (r.Multipath || p.paths != nil) {
		r = s.several(p, r)
	}
	if n := len(r.Withdrawn4) + len(r.Withdrawn6); n > 0 {
		s.each(r.Withdrawn4, r.Withdrawn6, func(f *family, k key) { s.withdraw(f, k, p) })
		s.withdrawn += n
		s.guard(p)
	}
	if n := len(r.Announced4) + len(r.Announced6); n > 0 {
		o := s.place(r.Origin)
		s.origins[o].announced += uint32(n)
		s.each(r.Announced4, r.Announced6, func(f *family, k key) { s.announce(f, k, p, o) })
		s.announced += n
	}
}

// each calls do for some prefixes, having their memory fetched before.
func (s *Store) each(v4 []feed.V4, v6 []feed.V6, do func(f *family, k key)) {
	var keys [ahead]key
	for len(v4) > 0 {
		n := min(len(v4), ahead)
		for i, p := range v4[:n] {
			keys[i] = key4(p)
		}
		s.eachOf(&s.families[0], keys[:n], do)
		v4 = v4[n:]
	}
	for len(v6) > 0 {
		n := min(len(v6), ahead)
		for i, p := range v6[:n] {
			keys[i] = key6(p)
		}
		s.eachOf(&s.families[1], keys[:n], do)
		v6 = v6[n:]
	}
}

func (s *Store) eachOf(f *family, keys []key, do func(f *family, k key)) {
	if len(keys) > 1 {
		s.unused ^= f.fetch(keys)
	}
	for _, k := range keys {
		do(f, k)
	}
}

// place gives the place of an autonomous system among the origins.
func (s *Store) place(as uint32) uint32 {
	if as == s.lastAS {
		return s.last
	}
	o, ok := s.find(as)
	if !ok {
		o = s.enroll(as)
	}
	s.lastAS, s.last = as, o
	return o
}

// smallAS bounds the numbers that have their own place in a list: all that the
// registries have given out so far.
const smallAS = 1 << 19

// find looks for an autonomous system.
func (s *Store) find(as uint32) (uint32, bool) {
	if as >= smallAS {
		o, ok := s.byAS[as]
		return o, ok
	}
	if int(as) >= len(s.small) || s.small[as] == 0 {
		return 0, false
	}
	return s.small[as] - 1, true
}

func (s *Store) enroll(as uint32) uint32 {
	o := uint32(len(s.origins))
	s.origins = append(s.origins, origin{as: as, chain: [2]float32{1, 1}})
	if as >= smallAS {
		s.byAS[as] = o
		return o
	}
	for int(as) >= len(s.small) {
		s.small = append(s.small, make([]uint32, max(1<<12, len(s.small)))...)
	}
	s.small[as] = o + 1
	return o
}

func (s *Store) announce(f *family, k key, p *peer, o uint32) {
	id, l := s.lookAgain(f, k)
	if l == nil {
		var fresh bool
		if id, l, fresh = f.place(k); fresh {
			f.link(id, l)
			if !s.stale {
				s.measure(f, l)
			}
		}
		s.lastID[f.v] = id
	}
	word, bit := f.word(id, l, p.id), uint64(1)<<(p.id&63)
	if l.flags&split != 0 {
		s.announceSplit(f, id, l, p, o)
		return
	}
	switch had := *word&bit != 0; {
	case l.origin == o && had:
		return
	case l.origin == o:
	case !had && l.flags&shown == 0 && f.bare(id, l):
		l.origin = o
		l.flags &^= was
	default:
		s.announceSplit(f, id, l, p, o)
		return
	}
	*word |= bit
	p.carries[f.v]++
	if !p.counts[f.v] {
		return
	}
	l.n++
	s.origins[o].pairs[f.v]++
	if l.flags&shown == 0 && f.visible(l.n) {
		s.show(f, l)
	}
}

// lookAgain gives the line that was taken last, when the prefix is the same
// again.
func (s *Store) lookAgain(f *family, k key) (uint32, *line) {
	id := s.lastID[f.v]
	if id >= f.lines || k.bits > 64 {
		return 0, nil
	}
	if l := f.line(id); l.hi == k.hi && l.bits == k.bits {
		return id, l
	}
	return 0, nil
}

func (s *Store) withdraw(f *family, k key, p *peer) {
	id, l := f.find(k)
	if l == nil || *f.word(id, l, p.id)&(1<<(p.id&63)) == 0 {
		s.strange++
		return
	}
	o := l.origin
	if l.flags&split != 0 {
		o = s.withdrawSplit(f, id, l, p)
	} else {
		*f.word(id, l, p.id) &^= 1 << (p.id & 63)
		if p.counts[f.v] {
			l.n--
			s.origins[o].pairs[f.v]--
			if l.flags&shown != 0 && !f.visible(l.n) {
				s.hide(f, l)
			}
		}
	}
	s.origins[o].withdrawn++
	p.lose(s.second, o)
	p.carries[f.v]--
}

// touch notes that the counts of an origin have changed in this second.
func (s *Store) touch(o uint32) {
	if s.falls == nil || s.origins[o].mark == s.epoch {
		return
	}
	s.origins[o].mark = s.epoch
	s.touched = append(s.touched, o)
}

// Reach tells that it is at least so late, in seconds since 1970: seconds and
// minutes that are over are closed. Routes do the same by their time.
func (s *Store) Reach(second int64) {
	if !s.begun {
		s.begun, s.second = true, second
	}
	if s.dumping {
		s.Settle()
	}
	if second <= s.second {
		return
	}
	s.catchUp()
	edge := (floorDiv(s.second, 60) + 1) * 60
	if second-edge > longestGap {
		edge = floorDiv(second, 60) * 60 // nobody listened: its minutes say nothing
		s.lapse(edge)
	}
	for ; edge <= second; edge += 60 {
		s.second = edge
		s.minute(edge)
	}
	s.second = second
	if s.falls != nil {
		s.falls.due(s, second)
	}
}

// longestGap is the longest silence whose minutes are told one by one, and after which
// what stood before it is still taken for what stands.
const longestGap = 24 * 3600

// catchUp does what waited for the end of the second.
func (s *Store) catchUp() {
	s.clear()
	s.measureRest()
	s.recount(false)
	s.see()
}

// see looks at what was touched.
func (s *Store) see() {
	if s.falls != nil {
		s.falls.close(s)
		s.forgive()
	}
}

// minute closes a minute.
func (s *Store) minute(end int64) {
	s.members(false)
	s.recount(false)
	s.see()
	if s.opt.Minute != nil {
		s.opt.Minute(end)
	}
	for i := range s.origins {
		o := &s.origins[i]
		o.announced, o.withdrawn, o.lost = 0, 0, [2]uint64{}
	}
	s.announced, s.withdrawn = 0, 0
}

// Settle ends a dump: who is a full feed is decided on what it told, and
// everything is counted. The first route that is no dump's does the same.
func (s *Store) Settle() {
	s.dumping = false
	s.members(true)
	s.recount(true)
	if s.falls != nil {
		s.falls.begin(s)
		s.forgive()
	}
}

// forgive forgets what was touched.
func (s *Store) forgive() {
	s.touched = s.touched[:0]
	s.epoch++
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
