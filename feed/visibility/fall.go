package visibility

import (
	"cmp"
	"slices"

	"tocsin/evidence"
	"tocsin/feed"
)

// FallOptions say what is a fall. A zero field takes its default.
type FallOptions struct {
	// Depth is the share of its usual space that an AS must be without; 0.2, below
	// which IODA doesn't take a value as normal any more.
	Depth float64
	// Least is how many prefixes it must have lost; 5, as in package detect.
	Least int
	// Hold is how many seconds a fall must last to be told; 60. Its date is that of
	// its beginning all the same. What ill peers make is gone by then.
	Hold int64
	// Peers is how many full feeds are enough to tell anything; 1 where a dump has
	// told what they carry, else 2.
	Peers int
}

// Size is how large an AS is in one family.
type Size struct {
	Prefixes int `json:"prefixes"`
	Space    int `json:"space"` // in /24 or /48, each counted once
}

// Fall is a time in which an AS was below its usual. Times are in seconds since
// 1970.
type Fall struct {
	AS     uint32
	Family evidence.Family
	// Onset is the second in which it went below; Began the one in which the decline
	// to there did.
	Began, Onset int64
	End          int64 // when it was back by half; 0: still
	Usual, Least Size
	// Lost are the counted peers that have lost most of what went; Of is how many
	// count. A fall that is over has them as they were when it was told.
	Lost []feed.Peer
	Of   int
	// EndUnseen: nobody listened for more than a day while it went on; how it ended is
	// unknown, and End is 0.
	EndUnseen bool
	// Unseen: it began while too few peers were whole, at the latest at Onset.
	Unseen bool
	// Learned: what is usual is known from updates alone, so that there may be more
	// of it than anybody told.
	Learned bool
}

// Depth is the share of the usual that was gone at worst, in space where it has
// any, else in prefixes.
func (f Fall) Depth() float64 {
	if u := f.Usual.measure(); u > 0 {
		return 1 - float64(f.Least.like(f.Usual))/float64(u)
	}
	return 0
}

// measure is the space, or the prefixes of who has none: longer than a unit.
func (z Size) measure() int { return z.like(z) }

// like is a size in the measure of another.
func (z Size) like(o Size) int {
	if o.Space > 0 {
		return z.Space
	}
	return z.Prefixes
}

// Figures of the usual; see DESIGN.md.
const (
	usualFor   = 24 * 3600 // seconds: IODA's median
	dumpWorth  = 3600      // seconds that what a dump tells has stood already
	warmAfter  = 300       // seconds of updates without which nothing is usual
	mostLevels = 64
	beganShare = 0.99
	beganMost  = 600 // seconds that a decline may take
)

// falls finds them.
type falls struct {
	opt    FallOptions
	traces [][2]*trace // by origin
	base   []glance    // what stood when listening began, of origins without a trace
	began  int64
	dumped bool
	open   []*fall
	done   []Fall
}

// trace is the past of one origin in one family.
type trace struct {
	now    Size
	since  int64
	levels []level // before, oldest first
	fall   *fall
	lapsed bool // too few peers were whole since
}

type level struct {
	size Size
	secs int64
}

// fall is one that is open.
type fall struct {
	Fall
	place uint32
	v     int
	told  bool
	next  int64 // when it is looked at again
}

func newFalls(o FallOptions) *falls {
	o.Depth = cmp.Or(o.Depth, 0.2)
	o.Least = cmp.Or(o.Least, 5)
	o.Hold = cmp.Or(o.Hold, 60)
	return &falls{opt: o}
}

// begin notes what stands once a dump was taken.
func (f *falls) begin(s *Store) {
	f.lapse(s.second)
	f.dumped = s.dumped
	for i := range s.origins {
		f.base = append(f.base, glance{s.origins[i].visible, s.origins[i].space})
	}
}

func (g glance) size(v int) Size { return Size{int(g.visible[v]), int(g.space[v])} }

// rescale carries the usual on over a change of who counts.
func (f *falls) rescale(o uint32, v int, before, after glance) {
	t := f.find(o, v)
	if t == nil {
		if int(o) < len(f.base) {
			f.base[o].visible[v], f.base[o].space[v] = after.visible[v], after.space[v]
		}
		return
	}
	scale := func(z Size) Size {
		if b := before.visible[v]; b > 0 {
			z.Prefixes = int(int64(z.Prefixes) * int64(after.visible[v]) / int64(b))
		}
		if b := before.space[v]; b > 0 {
			z.Space = int(float64(z.Space) * float64(after.space[v]) / float64(b))
		}
		return z
	}
	t.now = scale(t.now)
	for i := range t.levels {
		t.levels[i].size = scale(t.levels[i].size)
	}
	if t.fall != nil {
		t.fall.Usual, t.fall.Least = scale(t.fall.Usual), scale(t.fall.Least)
	}
}

func (f *falls) find(o uint32, v int) *trace {
	if int(o) < len(f.traces) {
		return f.traces[o][v]
	}
	return nil
}

// trace gives the trace of an origin, and begins it with what stood before.
func (f *falls) trace(o uint32, v int, second int64) *trace {
	for int(o) >= len(f.traces) {
		f.traces = append(f.traces, [2]*trace{})
	}
	t := f.traces[o][v]
	if t == nil {
		t = &trace{since: second}
		if int(o) < len(f.base) && f.base[o].visible[v] > 0 {
			t.now, t.since = f.base[o].size(v), f.began
		}
		if f.dumped && t.now.Prefixes > 0 {
			t.levels = append(t.levels, level{t.now, dumpWorth})
		}
		f.traces[o][v] = t
	}
	return t
}

// close looks at the origins that changed in the second that is over.
func (f *falls) close(s *Store) {
	for _, o := range s.touched {
		if s.origins[o].as == 0 {
			continue
		}
		for v := range s.families {
			f.step(s, o, v)
		}
	}
}

// sees tells whether enough peers are whole.
func (f *falls) sees(s *Store, v int) bool {
	enough := cmp.Or(f.opt.Peers, 2)
	if f.opt.Peers == 0 && s.dumped {
		enough = 1
	}
	return !s.families[v].blind && s.families[v].full >= enough
}

func (f *falls) step(s *Store, o uint32, v int) {
	org := &s.origins[o]
	now := Size{int(org.visible[v]), int(org.space[v])}
	if now == (Size{}) && f.find(o, v) == nil && (int(o) >= len(f.base) || f.base[o].visible[v] == 0) {
		return
	}
	t := f.trace(o, v, s.second)
	if !f.sees(s, v) || org.unseen[v] && now.Prefixes == 0 {
		t.lapsed = true
		return
	}
	if t.fall != nil {
		f.during(s, t, now)
		return
	}
	t.stand(s.second)
	if usual, ok := t.usual(); ok && f.below(now, usual) {
		t.fall = &fall{
			Fall: Fall{
				AS: org.as, Family: [2]evidence.Family{evidence.IPv4, evidence.IPv6}[v],
				Began: t.declined(s.second, usual), Onset: s.second, Usual: usual, Least: now,
				Unseen: t.lapsed, Learned: !s.dumped,
			},
			place: o, v: v, next: s.second + f.opt.Hold,
		}
		f.open = append(f.open, t.fall)
	}
	t.now, t.lapsed = now, false
}

// below tells whether a size is a fall from the usual.
func (f *falls) below(now, usual Size) bool {
	return usual.Prefixes-now.Prefixes >= f.opt.Least &&
		float64(now.like(usual)) < (1-f.opt.Depth)*float64(usual.measure())
}

// during follows a fall: it is over when half of its least depth is back. What
// it looked like is not learned.
func (f *falls) during(s *Store, t *trace, now Size) {
	fl := t.fall
	if now.like(fl.Usual) < fl.Least.like(fl.Usual) {
		fl.Least = now
	}
	t.now = now
	if float64(now.like(fl.Usual)) < (1-f.opt.Depth/2)*float64(fl.Usual.measure()) {
		return
	}
	if fl.told {
		fl.End = s.second
		f.done = append(f.done, fl.Fall)
	}
	f.drop(t)
	t.since = s.second
}

// drop forgets a fall.
func (f *falls) drop(t *trace) {
	f.open = slices.DeleteFunc(f.open, func(o *fall) bool { return o == t.fall })
	t.fall = nil
}

// stand adds how long the present size has stood to the past.
func (t *trace) stand(second int64) {
	secs := second - t.since
	t.since = second
	if secs <= 0 {
		return
	}
	if n := len(t.levels); n > 0 && t.levels[n-1].size == t.now {
		t.levels[n-1].secs += secs
	} else {
		t.levels = append(t.levels, level{t.now, secs})
	}
	t.forget()
}

// forget keeps a day, and of a restless day the longer of the two oldest sizes.
func (t *trace) forget() {
	sum := int64(0)
	for i := len(t.levels) - 1; i >= 0; i-- {
		if sum += t.levels[i].secs; sum >= usualFor {
			t.levels[i].secs -= sum - usualFor
			t.levels = append(t.levels[:0], t.levels[i:]...)
			break
		}
	}
	if len(t.levels) > mostLevels {
		a, b := t.levels[0], t.levels[1]
		if a.secs > b.secs {
			b.size = a.size
		}
		b.secs += a.secs
		t.levels[1] = b
		t.levels = append(t.levels[:0], t.levels[1:]...)
	}
}

// usual is the median of the last day by how long each size stood; false when too
// little is known.
func (t *trace) usual() (Size, bool) {
	sum := int64(0)
	for _, l := range t.levels {
		sum += l.secs
	}
	if sum < warmAfter {
		return Size{}, false
	}
	sorted := slices.Clone(t.levels)
	slices.SortFunc(sorted, func(a, b level) int {
		return cmp.Or(cmp.Compare(a.size.Space, b.size.Space), cmp.Compare(a.size.Prefixes, b.size.Prefixes))
	})
	half := int64(0)
	for _, l := range sorted {
		if half += l.secs; 2*half >= sum {
			return l.size, l.size.Prefixes > 0
		}
	}
	return Size{}, false
}

// declined is when the decline to the present began.
func (t *trace) declined(second int64, usual Size) int64 {
	at := second
	for _, l := range slices.Backward(t.levels) {
		if float64(l.size.like(usual)) >= beganShare*float64(usual.measure()) || second-at+l.secs > beganMost {
			break
		}
		at -= l.secs
	}
	return at
}

// due tells the falls that have lasted. What fell while the eyes went was not
// seen to fall.
func (f *falls) due(s *Store, second int64) {
	var now []*fall
	restless := [2]bool{f.restless(s, 0), f.restless(s, 1)}
	for _, fl := range slices.Clone(f.open) {
		switch {
		case fl.told || fl.next > second:
		case !f.sees(s, fl.v):
			f.unsee(fl, second)
		case restless[fl.v] && second-fl.Onset >= f.opt.Hold:
			fl.next = second + f.opt.Hold
		default:
			fl.next = second + f.opt.Hold
			now = append(now, fl)
		}
	}
	s.blame(now)
	for _, fl := range now {
		fl.told = 2*len(fl.Lost) > fl.Of
	}
}

// blame finds out which peers have lost what went.
func (s *Store) blame(list []*fall) {
	if len(list) == 0 {
		return
	}
	type tally struct {
		lines   int
		carried []int
	}
	tallies := map[[2]uint32]*tally{}
	for _, fl := range list {
		tallies[[2]uint32{fl.place, uint32(fl.v)}] = &tally{carried: make([]int, len(s.peers))}
	}
	for v := range s.families {
		f := &s.families[v]
		for id := range f.lines {
			l := f.line(id)
			if l.flags&(shown|was) != was {
				continue
			}
			t := tallies[[2]uint32{l.origin, uint32(v)}]
			if t == nil {
				continue
			}
			t.lines++
			for _, p := range s.peers {
				if p.counts[v] && *f.word(id, l, p.id)&(1<<(p.id&63)) != 0 {
					t.carried[p.id]++
				}
			}
		}
	}
	for _, fl := range list {
		t := tallies[[2]uint32{fl.place, uint32(fl.v)}]
		fl.Lost, fl.Of = nil, s.families[fl.v].full
		for _, p := range s.peers {
			if p.counts[fl.v] && 2*t.carried[p.id] <= t.lines && t.lines > 0 {
				fl.Lost = append(fl.Lost, p.key)
			}
		}
	}
}

// Falls gives the falls so far, by onset: those that are over and those that
// are not. It closes the present second, and asks no fall to have lasted, but
// where many begin at once before one or two eyes: there it may be a reset that has
// only begun.
func (s *Store) Falls() []Fall {
	if s.falls == nil {
		return nil
	}
	if s.dumping {
		s.Settle()
	}
	s.catchUp()
	f := s.falls
	f.conclude(s)
	all := slices.Clone(f.done)
	for _, fl := range f.open {
		if fl.told {
			all = append(all, fl.Fall)
		}
	}
	slices.SortFunc(all, func(a, b Fall) int {
		return cmp.Or(cmp.Compare(a.Onset, b.Onset), cmp.Compare(a.AS, b.AS), cmp.Compare(a.Family, b.Family))
	})
	return all
}
