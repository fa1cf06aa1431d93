package visibility

import "slices"

// Slow leaving. A peer may lose its table over hours: a session that is wound down, a
// router that is emptied. The guard, which looks at a minute or two, doesn't see it; and
// to the only eye that there is, all of the Internet falls, one after the other.
const (
	leaveFor = goneFor // seconds that are looked back: own choice, as long as a peer that is gone counts as an eye
	calmFor  = 600     // seconds in which a peer that loses no more than calmShare isn't leaving
	// A table that goes at that pace takes a day and a half.
	calmShare = 0.005
	mostLook  = 8 // peers that are looked at in a minute, since that takes a walk
)

// decline is how a peer's table shrank in the last hours.
type decline struct {
	begun bool
	high  [2][2]uint32 // the largest table of this stretch of time and of the one before
	from  int64        // when this stretch began
	size  uint32       // when this block began
	at    int64
	calm  int64 // the end of the last block in which little was lost
}

// note notes the size of a table at the end of a minute.
func (d *decline) note(now int64, carries [2]uint32) {
	size := carries[0] + carries[1]
	if !d.begun {
		*d = decline{begun: true, high: [2][2]uint32{carries}, from: now, size: size, at: now, calm: now}
	}
	if now-d.from >= leaveFor/2 {
		d.high[1], d.high[0], d.from = d.high[0], carries, now
	}
	if size > d.high[0][0]+d.high[0][1] {
		d.high[0] = carries
	}
	if now-d.at < calmFor && size <= d.size {
		return
	}
	if float64(size) >= (1-calmShare)*float64(d.size) {
		d.calm = now
	}
	d.size, d.at = size, now
}

// most is the largest table of the last hours.
func (d *decline) most() [2]uint32 {
	if d.high[1][0]+d.high[1][1] > d.high[0][0]+d.high[0][1] {
		return d.high[1]
	}
	return d.high[0]
}

// leavers finds those who have lost more than a fifth of their tables over the last
// hours, where it isn't the doing of a few origins, and counts them no more. What fell
// before their eyes alone since they began to leave fell because they left. Among three
// eyes or more, one that loses some does no harm while its table is still full.
func (s *Store) leavers(need [2]uint32) {
	var list []*peer
	for _, p := range s.peers {
		p.decline.note(s.second, p.carries)
		most, harms := p.decline.most(), false
		for v := range s.families {
			harms = harms || p.counts[v] && (s.families[v].full <= 2 || p.carries[v] < need[v])
		}
		if harms && float64(p.carries[0]+p.carries[1]) < (1-guardShare)*float64(most[0]+most[1]) {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return
	}
	if n := len(list); n > mostLook { // in turn
		at := int(floorDiv(s.second, 60)*mostLook) % n
		list = append(list[at:], list[:at]...)[:mostLook]
	}
	var ill []*peer
	for i, missing := range s.missing(list) {
		p, most := list[i], list[i].decline.most()
		slices.Sort(missing)
		top, rest := uint32(0), uint32(0)
		for j, n := range missing {
			if j >= len(missing)-guardTop {
				top += n
			} else {
				rest += n
			}
		}
		start := most[0] + most[1]
		lost := start - p.carries[0] - p.carries[1]
		top = min(top, lost)
		if float64(min(rest, lost-top)) > guardShare*float64(start-top) {
			ill = append(ill, p)
		}
	}
	for _, p := range ill {
		s.exclude(p, p.decline.most())
		p.slow = true
	}
	if s.falls != nil {
		for _, p := range ill {
			s.falls.retract(s, p.decline.calm)
		}
	}
}

// missing counts for some peers what was visible once and they don't carry, by origin.
// Where others are left to see, only what they still see is missing: the rest is no
// peer's doing.
func (s *Store) missing(list []*peer) [][]uint32 {
	s.walks++
	all := make([][]uint32, len(list))
	for i := range all {
		all[i] = make([]uint32, len(s.origins))
	}
	for v := range s.families {
		f := &s.families[v]
		for id := range f.lines {
			l := f.line(id)
			if l.flags&was == 0 || f.full > 2 && l.flags&shown == 0 {
				continue
			}
			for i, p := range list {
				if p.counts[v] && *f.word(id, l, p.id)&(1<<(p.id&63)) == 0 {
					all[i][l.origin]++
				}
			}
		}
	}
	return all
}

// retract forgets the falls since a time that nobody saw but peers that are out.
func (f *falls) retract(s *Store, since int64) {
	for _, fl := range slices.Clone(f.open) {
		seen := fl.Onset < since
		for _, k := range fl.Lost {
			seen = seen || !s.byPeer[k].out
		}
		if fl.told && !seen {
			f.unsee(fl, s.second)
		}
	}
}

// restless tells whether one or two eyes lose origin after origin: that may be a peer
// that has begun to leave, and nothing is told before it has come to rest.
func (f *falls) restless(s *Store, v int) bool {
	if s.families[v].full > 2 {
		return false
	}
	calm := s.second
	for _, p := range s.peers {
		if p.counts[v] && p.decline.begun {
			calm = min(calm, p.decline.calm)
		}
	}
	n := 0
	for _, fl := range f.open {
		if fl.v == v && fl.Onset >= calm {
			n++
		}
	}
	return n > guardTop
}

// unsee forgets a fall: who saw it were no eyes.
func (f *falls) unsee(fl *fall, second int64) {
	t := f.traces[fl.place][fl.v]
	t.now, t.since, t.lapsed = fl.Usual, second, true
	f.drop(t)
}

// conclude tells what is open where nothing more is heard.
func (f *falls) conclude(s *Store) {
	var young [2]int
	for _, fl := range f.open {
		if s.second-fl.Onset < f.opt.Hold {
			young[fl.v]++
		}
	}
	for _, fl := range f.open {
		doubtful := young[fl.v] > guardTop && s.families[fl.v].full <= 2
		if !fl.told && (!doubtful || s.second-fl.Onset >= f.opt.Hold) {
			fl.next = s.second
		}
	}
	f.due(s, s.second)
}
