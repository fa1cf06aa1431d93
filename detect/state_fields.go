package detect

import (
	"math"
	"slices"

	"tocsin/evidence"
)

var (
	_ Keeper = (*Crowd)(nil)
	_ Keeper = (*losses)(nil)
	_ Keeper = (*Trinocular)(nil)
	_ Keeper = (*drop)(nil)
	_ Keeper = (*similar)(nil)
	_ Keeper = (*median)(nil)
	_ Keeper = (*ratio)(nil)
)

// AppendState is as [Keeper] has it.
func (c *Crowd) AppendState(b []byte) []byte { return appendState(b, c) }

// Restore is as [Keeper] has it.
func (c *Crowd) Restore(state []byte, last evidence.Reading) error { return c.restore(c, state, last) }

func (c *Crowd) fields(k *codec) {
	k.bool(&c.open)
	c.season.fields(k)
	c.focus.fields(k)
	c.trail.fields(k)
	k.bool(&c.alarmed)
	k.floats(&c.top, &c.half, &c.logHalf, &c.calm)
	k.int(&c.deaf)
}

func (s *Seasonal) fields(k *codec) {
	st := s.state
	k.int(&st.First)
	k.int(&st.Newest)
	k.int(&st.Bin)
	k.floats(&st.Count, &st.Minutes)
	for i := range st.Hours {
		k.tally(&st.Hours[i])
	}
	k.tally(&st.Holiday)
	k.floats(&st.Excess, &st.Square)
	for i := range st.Seen {
		k.word(&st.Seen[i])
	}
	for i := range st.Daily {
		k.float(&st.Daily[i])
	}
	day := int64(st.Day)
	k.int(&day)
	k.float(&st.Recent)
	k.bool(&st.Weekly)
	k.bool(&st.Begun)
	// What was worked out when the hour began holds until it ends.
	shape, alpha := s.shape, s.alpha
	k.floats(&shape, &alpha)
	if !k.reading || k.err != nil {
		return
	}
	if st.Day = int32(day); int64(st.Day) != day || !(shape >= 0 && alpha >= 0 && alpha <= mostAlpha) {
		k.fail("a baseline")
		return
	}
	if err := s.Restore(st); err != nil {
		k.err = err
		return
	}
	if st.Begun {
		s.now = s.opt.Calendar.at(st.Newest)
		s.shape = shape
		s.spread(alpha)
	}
}

func (f *FOCuS) fields(k *codec) {
	k.floats(&f.seen, &f.due)
	n := k.count(len(f.points)-f.head, mostOnsets)
	if k.reading {
		f.points = make([]onset, n)
	}
	points := f.points[len(f.points)-n:]
	for i := range points {
		p := &points[i]
		k.int(&p.at)
		k.floats(&p.seen, &p.due, &p.best)
	}
	if !k.reading || k.err != nil {
		return
	}
	seen, due := f.seen, f.due
	for i := range points {
		p := &points[i]
		f.seen, f.due = p.seen, p.due
		f.skip()
		f.hull = append(f.hull, int32(i))
		k.check(p.seen >= 0 && p.due >= 0 && p.best >= 0, "an onset")
		if i > 0 {
			before := &points[i-1]
			k.check(p.at >= before.at && p.due > before.due && p.seen >= before.seen, "the order of onsets")
		}
	}
	if n > 0 {
		k.check(due-points[n-1].due >= math.SmallestNonzeroFloat32 && seen >= points[n-1].seen && seen <= mostSeen, "a sum of onsets")
	} else {
		k.check(seen == 0 && due == 0, "a sum of no onsets")
	}
	if k.err == nil {
		f.seen, f.due = seen, due
		f.skip()
		f.last = f.best()
	}
}

const (
	mostOnsets = 1 << 14 // of a state: one a second of the three hours, and half as many
	mostSeen   = 1e60    // counts are below 4e38 each
)

func (t *trail) fields(k *codec) {
	k.int(&t.newest)
	k.bool(&t.begun)
	sum := Tally{}
	for i := range t.slots {
		s := &t.slots[i]
		k.tally(s)
		k.check(s.Due >= 0 && (s.Due > 0 || s.Seen == 0), "a minute of the last hour")
		sum.Seen += s.Seen
		sum.Due += s.Due
	}
	k.tally(&t.short)
	k.tally(&t.long)
	t.at = int(t.newest - floorDiv(t.newest, longTrail)*longTrail)
	off := math.Abs(t.long.Due-sum.Due) + math.Abs(t.long.Seen-sum.Seen)
	k.check(off <= 1e-6*(sum.Due+math.Abs(sum.Seen)) && (!t.begun || t.slots[t.at].Due > 0), "the last hour")
}

// AppendState is as [Keeper] has it.
func (l *losses) AppendState(b []byte) []byte { return appendState(b, l) }

// Restore is as [Keeper] has it.
func (l *losses) Restore(state []byte, last evidence.Reading) error { return l.restore(l, state, last) }

func (l *losses) fields(k *codec) {
	k.bool(&l.open)
	l.bands.fields(k)
	l.focus.fields(k)
	k.float(&l.before)
	k.time(&l.at)
	k.bool(&l.begun)
	k.floats(&l.gone, &l.minutes, &l.squares, &l.due)
	k.tally(&l.present)
	k.int(&l.minute)
	k.time(&l.sampled)
	k.bool(&l.alarmed)
	k.floats(&l.whole, &l.lost)
	k.check(l.gone >= 0 && l.minutes >= 0 && l.squares >= 0 && l.due >= 0 && l.present.Seen >= 0 && l.present.Due >= 0, "a rate of losses")
	l.estimate()
}

// AppendState is as [Keeper] has it.
func (m *median) AppendState(b []byte) []byte { return appendState(b, m) }

// Restore is as [Keeper] has it.
func (m *median) Restore(state []byte, last evidence.Reading) error { return m.restore(m, state, last) }

func (m *median) fields(k *codec) {
	w := &m.window
	k.bool(&m.open)
	k.time(&m.departed)
	n := k.count(w.count, len(w.ring))
	before := int64(0)
	for i := range n {
		s := w.ring[(w.head+i)%len(w.ring)]
		k.nanos(&s.at)
		k.float(&s.value)
		if k.reading {
			k.check(i == 0 || s.at > before, "the order of samples")
			before = s.at
			w.ring[i] = s
			w.sorted = append(w.sorted, s.value)
		}
	}
	w.count = n
	slices.Sort(w.sorted)
}

// AppendState is as [Keeper] has it.
func (t *Trinocular) AppendState(b []byte) []byte { return appendState(b, t) }

// Restore is as [Keeper] has it.
func (t *Trinocular) Restore(state []byte, last evidence.Reading) error {
	return t.restore(t, state, last)
}

func (t *Trinocular) fields(k *codec) {
	used, down := int64(t.used), int64(t.down)
	k.bool(&t.open)
	k.floats(&t.up, &t.replies, &t.probes)
	k.time(&t.silent)
	k.int(&t.round)
	k.int(&used)
	k.int(&down)
	k.check(t.up >= leastBelief && t.up <= 1-leastBelief && t.replies >= 0 && t.probes > 0 && t.replies <= t.probes, "a belief")
	t.used, t.down = int(used), int(down)
}

// AppendState is as [Keeper] has it.
func (d *drop) AppendState(b []byte) []byte { return appendState(b, d) }

// Restore is as [Keeper] has it.
func (d *drop) Restore(state []byte, last evidence.Reading) error { return d.restore(d, state, last) }

func (d *drop) fields(k *codec) {
	k.bool(&d.open)
	k.floats(&d.bin, &d.squares, &d.bins, &d.sum, &d.calm)
	k.time(&d.since)
	k.bool(&d.alarmed)
	k.check(d.bin >= 0 && d.bins >= 1 && d.squares >= dropFloor/2 && d.sum >= 0 && d.sum <= dropMost && d.calm >= 0, "a sum of drops")
}

// AppendState is as [Keeper] has it.
func (s *similar) AppendState(b []byte) []byte { return appendState(b, s) }

// Restore is as [Keeper] has it.
func (s *similar) Restore(state []byte, last evidence.Reading) error {
	return s.restore(s, state, last)
}

func (s *similar) fields(k *codec) {
	s.drop.fields(k)
	for i := range s.ring {
		known, v := s.ring[i] == s.ring[i], float64(s.ring[i])
		if k.bool(&known); known {
			k.float(&v)
			s.ring[i] = float32(v)
		}
	}
	k.int(&s.slot)
	k.floats(&s.total, &s.count)
	k.int(&s.hour)
	k.check(s.count >= 0 && s.hour == floorDiv(s.slot, hourSeconds/similarSlot), "a slot")
	days := int64(s.days)
	k.int(&days)
	k.check(days >= 0 && days <= similarBest, "the number of days")
	if k.err != nil {
		return
	}
	s.days = int(days)
	for i := range s.days {
		day := int64(s.chosen[i])
		k.int(&day)
		k.check(day >= 1 && day <= similarPast, "a day")
		s.chosen[i] = int(day)
	}
	if k.reading && k.err == nil {
		s.due = s.predict()
	}
}

// AppendState is as [Keeper] has it.
func (r *ratio) AppendState(b []byte) []byte { return appendState(b, r) }

// Restore is as [Keeper] has it.
func (r *ratio) Restore(state []byte, last evidence.Reading) error { return r.restore(r, state, last) }

func (r *ratio) fields(k *codec) { k.bool(&r.open) }
