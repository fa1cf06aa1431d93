package visibility

import (
	"encoding/binary"
	"slices"

	"tocsin/feed"
)

// The guard: a peer that loses more than a fifth of its table within a minute is
// ill itself (shared method notes). What is lost of the few origins that lose
// most doesn't count: a reset strikes all alike, an outage strikes one.
const (
	guardShare  = 0.2
	guardWindow = 120 // seconds; two windows in turn, so that any minute lies in one whole
	guardTop    = 3
	// backShare of the table that a peer had makes it whole again.
	backShare = 0.99
	// Or it has come to rest on a table that is full all the same.
	restMinutes = 5
	restShare   = 0.01
	// Less than half of the eyes is no sight. Who has been gone for that long was no
	// eye: a collector may be closed for good.
	goneFor = 6 * 3600
	// A new peer counts once its table grows less than that in a minute: a
	// transfer is over.
	growShare = 0.125
	// mostPeers bounds what a lying source may ask for: each prefix has a bit for each
	// peer. All collectors of RIPE and RouteViews together have some 3,000.
	mostPeers = 8192
)

// peer is one peer of one collector.
type peer struct {
	key     feed.Peer
	id      uint32
	carries [2]uint32     // prefixes
	most    [2]uint32     // at most, ever: what a withdrawal doesn't lessen
	full    [2]bool       // a full feed
	counts  [2]bool       // a full feed, and whole
	out     bool          // ill: its table is not what it sees
	paths   *paths        // of a peer that sends several of a prefix
	vague   bool          // it does, and which they are is not known: its withdrawals may not be the last
	leaving bool          // its routes go at the end of the second
	held    []feed.Routes // of its new session, until then
	holds   int           // how much that is, as [Store.hold] counts
	since   int64         // when it fell ill
	had     [2]uint32     // before it fell ill
	minute  [2]uint32     // carried at the last minute
	rest    int           // minutes without much change
	windows [2]window
	decline decline
	slow    bool // ill, because it left slowly
}

// window is what a peer lost in a stretch of time.
type window struct {
	from  int64
	begun bool
	start [2]uint32
	top   [guardTop + 1]struct{ origin, n uint32 } // Misra and Gries's frequent items
}

// Guarding tells that a peer is no longer counted, or is again.
type Guarding struct {
	At   int64 // seconds since 1970
	Peer feed.Peer
	Out  bool
	Had  int // prefixes before
	Has  int // prefixes now
}

// peer finds a peer, or makes a new one; nil when there are too many.
func (s *Store) peer(k feed.Peer) *peer {
	a := k.Addr.As16()
	h := (binary.BigEndian.Uint64(a[:]) ^ binary.BigEndian.Uint64(a[8:]) ^ uint64(k.AS)<<7) * 0x9e3779b97f4a7c15
	slot := &s.recent[h>>(64-recentBits)]
	if *slot != nil && (*slot).key == k {
		return *slot
	}
	p := s.byPeer[k]
	if p == nil {
		if len(s.peers) == mostPeers {
			return nil
		}
		p = &peer{key: k, id: uint32(len(s.peers))}
		s.peers = append(s.peers, p)
		s.byPeer[k] = p
		s.everyone.put(p.id)
		for i := range s.families {
			s.families[i].widen(p.id)
		}
	}
	*slot = p
	return p
}

// lose notes that a peer lost a route, before its table is lessened.
func (p *peer) lose(second int64, o uint32) {
	for i := range p.windows {
		w := &p.windows[i]
		phase := int64(i) * guardWindow / 2
		if from := floorDiv(second-phase, guardWindow)*guardWindow + phase; !w.begun || from > w.from {
			*w = window{from: from, begun: true, start: p.carries}
		}
		w.lose(o)
	}
}

func (w *window) lose(o uint32) {
	free := -1
	for i := range w.top {
		switch t := &w.top[i]; {
		case t.n == 0:
			free = i
		case t.origin == o:
			t.n++
			return
		}
	}
	if free >= 0 {
		w.top[free].origin, w.top[free].n = o, 1
		return
	}
	for i := range w.top {
		w.top[i].n--
	}
}

// ill tells whether a table that began so and has so many left lost more than a
// fifth, and of what the most stricken origins leave, a fifth too.
func (w *window) ill(now uint32) bool {
	start := w.start[0] + w.start[1]
	if now >= start || float64(start-now) <= guardShare*float64(start) {
		return false
	}
	var counts []uint32
	for _, t := range w.top {
		counts = append(counts, t.n)
	}
	slices.Sort(counts)
	most := uint32(0)
	for _, n := range counts[1:] {
		most += n
	}
	lost := start - now
	most = min(most, lost)
	return lost > most && float64(lost-most) > guardShare*float64(start-most)
}

// guard looks at a peer that has just lost routes.
func (s *Store) guard(p *peer) {
	if p.out {
		return
	}
	now := p.carries[0] + p.carries[1]
	for i := range p.windows {
		w := &p.windows[i]
		if w.begun && float64(now) < (1-guardShare)*float64(w.start[0]+w.start[1]) && w.ill(now) {
			s.exclude(p, w.start)
			return
		}
	}
}

// exclude stops counting a peer.
func (s *Store) exclude(p *peer, had [2]uint32) {
	if p.out {
		return
	}
	if p.counts[0] || p.counts[1] {
		s.removed = true
	}
	p.out, p.since, p.had, p.rest, p.counts = true, s.second, had, 0, [2]bool{}
	s.tell(p)
}

func (s *Store) tell(p *peer) {
	if s.opt.Guarded != nil {
		s.opt.Guarded(Guarding{
			At: s.second, Peer: p.key, Out: p.out,
			Had: int(p.had[0] + p.had[1]), Has: int(p.carries[0] + p.carries[1]),
		})
	}
}

// down takes a peer out whose session ended. Its routes go at the end of the
// second, with those of all others that go then.
func (s *Store) down(p *peer) {
	if p.carries == [2]uint32{} {
		return
	}
	s.exclude(p, p.carries)
	p.leaving = true
	s.leaving.put(p.id)
}

// clear forgets the routes of those that leave.
func (s *Store) clear() {
	if s.leaving.empty() {
		return
	}
	s.walks++
	for i := range s.families {
		f := &s.families[i]
		for id := range f.lines {
			l := f.line(id)
			f.drop(id, l, s.leaving)
			if l.flags&split != 0 {
				for _, fk := range f.splits[id] {
					fk.seen.minus(s.leaving)
				}
				s.balance(f, id, l)
			}
		}
	}
	for _, p := range s.peers {
		if p.leaving {
			p.leaving, p.carries, p.windows = false, [2]uint32{}, [2]window{}
			s.forgetPaths(p)
		}
	}
	s.leaving = s.leaving[:0]
	s.release()
}

// members decides who counts. After a dump, what a peer has is its table; else a
// table must have stopped growing.
func (s *Store) members(dump bool) {
	for _, p := range s.peers {
		for v := range 2 {
			if !p.out {
				p.most[v] = max(p.most[v], p.carries[v])
			}
		}
	}
	need := [2]uint32{s.need(0, s.opt.FullV4), s.need(1, s.opt.FullV6)}
	if !dump {
		s.leavers(need)
	}
	for _, p := range s.peers {
		s.readmit(p, need, dump)
		for v := range 2 {
			grown := int64(p.carries[v]) - int64(p.minute[v])
			steady := dump || float64(grown) <= growShare*float64(p.carries[v])
			p.full[v] = p.most[v] >= need[v] && (p.full[v] || steady)
			counts := p.full[v] && !p.out && !p.vague
			if counts && !p.counts[v] {
				s.joined = true
			}
			if !counts && p.counts[v] {
				s.removed = true
			}
			p.counts[v] = counts
		}
		p.minute = p.carries
	}
}

// need is how large a table must be to be full.
func (s *Store) need(v, full int) uint32 {
	if s.opt.Share > 0 {
		largest := uint32(0)
		for _, p := range s.peers {
			largest = max(largest, p.most[v])
		}
		full = min(full, int(s.opt.Share*float64(largest)))
	}
	return uint32(max(full, 1))
}

// readmit counts a peer again that is whole again.
func (s *Store) readmit(p *peer, need [2]uint32, dump bool) {
	if !p.out {
		return
	}
	whole, full, restless := true, false, false
	for v := range 2 {
		whole = whole && float64(p.carries[v]) >= backShare*float64(p.had[v])
		full = full || p.carries[v] >= need[v]
		change := int64(p.carries[v]) - int64(p.minute[v])
		restless = restless || float64(max(change, -change)) > restShare*float64(p.carries[v])
	}
	if p.rest++; restless {
		p.rest = 0
	}
	switch {
	case whole || dump:
	case full && p.rest >= restMinutes && (!p.slow || p.decline.calm > p.since):
		p.most = p.carries
		if p.slow && s.falls != nil && (s.families[0].blind || s.families[1].blind) {
			s.falls.lapse(s.second) // it is another eye than it was, and the only one
		}
	default:
		return
	}
	p.out, p.slow, p.windows, p.decline = false, false, [2]window{}, decline{}
	s.tell(p)
}

// gone counts the full feeds that are ill, and were whole not long ago.
func (s *Store) gone(v int) int {
	n := 0
	for _, p := range s.peers {
		if p.out && p.full[v] && s.second-p.since < goneFor {
			n++
		}
	}
	return n
}
