package visibility

import (
	"slices"

	"tocsin/feed"
)

// What a second may cost. A walk over all lines takes tens of milliseconds where there
// are a million: whoever may tell us anything must not have one for each message.

// leastHeld is how many prefixes may wait for the end of a second, and where a sixteenth
// of the lines is more, so many: then a walk costs what they do.
const leastHeld = 1 << 16

// mostMeasures is how many new short prefixes of a second are measured one by one; for
// more, all is counted anew at its end.
const mostMeasures = 8

// spent is what was used of what is bounded.
type spent struct {
	paths    int // that are told apart, of all peers
	lapses   int // times that all was old
	measures int // new short prefixes measured in this second
	walks    int // over all lines
}

// hold keeps what a peer says in the second in which its session ended, until its old
// routes are gone: at the end of the second, with those of all others that go then. A
// session that has ended again takes with it what waits.
func (s *Store) hold(p *peer, r *feed.Routes) {
	if r.State != feed.SessionSame {
		s.held -= p.holds
		p.held, p.holds = nil, 0
		return
	}
	n := 1 + len(r.Announced4) + len(r.Withdrawn4) + len(r.Announced6) + len(r.Withdrawn6)
	if r.Dump || s.held+n > max(leastHeld, int(s.families[0].lines+s.families[1].lines)/16) {
		s.clear()
		s.apply(p, r)
		return
	}
	k := *r
	k.Announced4, k.Withdrawn4 = slices.Clone(r.Announced4), slices.Clone(r.Withdrawn4)
	k.Announced6, k.Withdrawn6 = slices.Clone(r.Announced6), slices.Clone(r.Withdrawn6)
	k.Path = nil // nobody asks for it here
	k.IDs = feed.PathIDs{
		Announced4: slices.Clone(r.IDs.Announced4), Withdrawn4: slices.Clone(r.IDs.Withdrawn4),
		Announced6: slices.Clone(r.IDs.Announced6), Withdrawn6: slices.Clone(r.IDs.Withdrawn6),
	}
	p.held = append(p.held, k)
	p.holds += n
	s.held += n
}

// release applies what waited.
func (s *Store) release() {
	if s.held == 0 {
		return
	}
	s.held = 0
	for _, p := range s.peers {
		for i := range p.held {
			s.apply(p, &p.held[i])
		}
		p.held, p.holds = nil, 0
	}
}

// measure finds what lies below a new line. A short one may have to look at all.
func (s *Store) measure(f *family, l *line) {
	if f.units(l.bits) > 0 && l.bits < f.chain {
		if s.measures == mostMeasures {
			f.unmeasured = true
			return
		}
		s.measures++
		s.walks++
	}
	f.measure(l)
}

// measureRest counts a family's space anew in which something was not measured.
func (s *Store) measureRest() {
	s.measures = 0
	for v := range s.families {
		if f := &s.families[v]; f.unmeasured {
			f.unmeasured = false
			s.walks++
			s.sweep(f)
		}
	}
}

// lapse declares all that is known old: nobody listened for more than a day. What the
// peers carry is unknown until they have told their tables again, and what was usual
// is no measure of what they tell then.
func (s *Store) lapse(second int64) {
	if s.falls != nil {
		s.falls.conclude(s)
		s.falls.lapse(second)
	}
	s.second = second
	for _, p := range s.peers {
		s.down(p)
	}
	s.lapses++
	s.catchUp()
}

// lapse ends what was open, unseen, and forgets what was usual.
func (f *falls) lapse(second int64) {
	for _, fl := range f.open {
		if fl.told {
			fl.EndUnseen = true
			f.done = append(f.done, fl.Fall)
		}
	}
	f.open, f.traces, f.base, f.began = nil, nil, nil, second
}
