package visibility

import (
	"math"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/feed"
)

// Group is autonomous systems that are counted together: a carrier's, a
// region's, or one alone.
type Group struct {
	Subject evidence.Subject
	Region  catalog.RegionID
	ASNs    []uint32
}

// Count is what is seen of an autonomous system or of a group now. Pairs are of
// IPv4 and IPv6.
type Count struct {
	Prefixes [2]int // visible
	Space    [2]int // in /24 and /48, each counted once
	Pairs    [2]int // routes: prefixes by counted peers
	Lost     [2]int // space that became invisible this minute
	// Announced and Withdrawn are prefixes told by any peer this minute.
	Announced, Withdrawn int
	// Linked is the visible prefixes as a series that goes on over changes of who is
	// counted: a step in it is something that happened.
	Linked float64
	// Known is false when nothing can be said: nothing was visible yet, too few
	// peers are whole, or those that are never saw it.
	Known bool
}

// Count gives what is seen of one autonomous system.
func (s *Store) Count(as uint32) Count { return s.Sum([]uint32{as}) }

// Sum gives what is seen of several together.
func (s *Store) Sum(asns []uint32) Count {
	var c Count
	for _, as := range asns {
		at, ok := s.find(as)
		if !ok {
			continue
		}
		o := &s.origins[at]
		for v := range 2 {
			c.Prefixes[v] += int(o.visible[v])
			c.Space[v] += int(o.space[v])
			c.Pairs[v] += int(o.pairs[v])
			c.Lost[v] += int(o.lost[v])
			c.Linked += float64(o.visible[v]) * float64(o.chain[v])
		}
		c.Announced += int(o.announced)
		c.Withdrawn += int(o.withdrawn)
		hidden := o.unseen[0] && o.visible[0] == 0 || o.unseen[1] && o.visible[1] == 0
		c.Known = c.Known || o.ever && !hidden
	}
	for v := range s.families {
		if f := &s.families[v]; f.begun && f.blind {
			c.Known = false
		}
	}
	return c
}

// Observe appends the observations of the minute that ends at a time, in seconds
// since 1970: the visible prefixes of each group, and what the whole feed told
// under "collector/" and its name. It is for [Options.Minute]. What isn't known
// is missing, not zero.
func (s *Store) Observe(to []evidence.Observation, id evidence.FeedID, groups []Group, end int64) []evidence.Observation {
	at, heard := time.Unix(end-60, 0).UTC(), time.Unix(end, 0).UTC()
	one := func(m evidence.Measure, subject evidence.Subject, region catalog.RegionID) evidence.Observation {
		return evidence.Observation{
			Series: evidence.SeriesID{Feed: id, Measure: m, Subject: subject, Region: region},
			At:     at, Heard: heard, Basis: evidence.Measured,
		}
	}
	for _, g := range groups {
		o, c := one(evidence.Prefixes, g.Subject, g.Region), s.Sum(g.ASNs)
		o.Value, o.Missing = math.Round(c.Linked), !c.Known
		to = append(to, o)
	}
	if len(groups) == 0 {
		return to
	}
	all := evidence.Subject("collector/" + id)
	a, w := one(evidence.Announcements, all, groups[0].Region), one(evidence.Withdrawals, all, groups[0].Region)
	a.Value, w.Value = float64(s.announced), float64(s.withdrawn)
	return append(to, a, w)
}

// Stand is how much a [Store] knows.
type Stand struct {
	Second   int64  // the newest time that it was told, in seconds since 1970
	Prefixes [2]int // ever told
	Peers    int
	Full     [2]int // peers that count
	Blind    [2]bool
	Origins  int
	Dumped   bool // it began with a dump: what stands is known
	// Strange is withdrawals of what the peer wasn't known to carry: without a dump,
	// that is most of them, and whose prefixes they were nobody can say.
	Strange int64
	Refused int64 // messages of peers beyond the most that are kept apart
	// Lapsed is how often nobody told anything for more than a day: what was known before
	// was old then, and unknown until tables were told again.
	Lapsed int
}

// Stand gives how much the store knows.
func (s *Store) Stand() Stand {
	st := Stand{Second: s.second, Peers: len(s.peers), Origins: len(s.origins) - 1, Dumped: s.dumped, Strange: s.strange, Refused: s.refused, Lapsed: s.lapses}
	for v := range s.families {
		f := &s.families[v]
		st.Prefixes[v], st.Full[v], st.Blind[v] = int(f.lines), f.full, f.blind || !f.begun
	}
	return st
}

// Visible4 tells whether an IPv4 prefix is visible, and which AS most peers give
// as its origin.
func (s *Store) Visible4(p feed.V4) (as uint32, visible bool) { return s.visible(0, key4(p)) }

// Visible6 is the same for an IPv6 prefix.
func (s *Store) Visible6(p feed.V6) (as uint32, visible bool) { return s.visible(1, key6(p)) }

func (s *Store) visible(v int, k key) (as uint32, visible bool) {
	if _, l := s.families[v].find(k); l != nil {
		return s.origins[l.origin].as, l.flags&shown != 0
	}
	return 0, false
}
