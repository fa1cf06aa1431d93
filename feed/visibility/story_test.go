package visibility

import (
	"slices"
	"testing"

	"tocsin/evidence"
	"tocsin/feed"
)

// story is a small Internet of which a test tells what happens: 100 small ASes of
// five /24s, one of 60 (AS812), seen by nine peers of three collectors.
type story struct {
	t     *testing.T
	store *Store
	at    int64 // seconds
	peers []feed.Peer
	guard []Guarding
	table map[uint32][]feed.V4
	six   map[uint32][]feed.V6
}

const bigAS, bigPrefixes = 812, 60

func tell(t *testing.T, peers int) *story {
	t.Helper()
	s := untold(t, peers)
	for _, p := range s.peers {
		s.transfer(p, true)
	}
	s.store.Settle()
	return s
}

// untold is a story without a dump.
func untold(t *testing.T, peers int) *story {
	t.Helper()
	s := &story{t: t, at: 1657267200, table: map[uint32][]feed.V4{}, six: map[uint32][]feed.V6{}} // 2022-07-08T08:00:00Z
	s.store = New(Options{Share: 0.5, Falls: &FallOptions{}, Guarded: func(g Guarding) { s.guard = append(s.guard, g) }})
	for i := range peers {
		s.peers = append(s.peers, peerNo(i))
	}
	for as := range uint32(100) {
		for i := range feed.V4(5) {
			s.table[as+1] = append(s.table[as+1], (20<<24|feed.V4(as)<<16|i<<8)<<8|24)
		}
		s.six[as+1] = []feed.V6{{Hi: 0x2a00<<48 | uint64(as)<<32, Bits: 32}}
	}
	for i := range feed.V4(bigPrefixes) {
		s.table[bigAS] = append(s.table[bigAS], (24<<24|i<<16)<<8|16)
		s.six[bigAS] = append(s.six[bigAS], feed.V6{Hi: 0x2606<<48 | uint64(i)<<16, Bits: 48})
	}
	return s
}

// wait lets time pass.
func (s *story) wait(seconds int64) {
	s.at += seconds
	s.store.Reach(s.at)
}

func (s *story) say(r feed.Routes) {
	r.At = s.at * 1e9
	s.store.Take(&r)
}

func (s *story) announce(p feed.Peer, as uint32) {
	s.say(feed.Routes{Peer: p, Announced4: s.table[as], Announced6: s.six[as], Origin: as})
}

func (s *story) withdraw(p feed.Peer, as uint32) {
	s.say(feed.Routes{Peer: p, Withdrawn4: s.table[as], Withdrawn6: s.six[as]})
}

// ases are all of them, the big one last.
func (s *story) ases() []uint32 {
	var all []uint32
	for as := range s.table {
		all = append(all, as)
	}
	slices.Sort(all)
	return all
}

func (s *story) transfer(p feed.Peer, dump bool) {
	for _, as := range s.ases() {
		s.say(feed.Routes{Peer: p, Announced4: s.table[as], Announced6: s.six[as], Origin: as, Dump: dump})
	}
}

func (s *story) down(p feed.Peer) { s.say(feed.Routes{Peer: p, State: feed.SessionDown}) }

func (s *story) up(p feed.Peer) { s.say(feed.Routes{Peer: p, State: feed.SessionUp}) }

// quiet holds that nothing was found.
func (s *story) quiet() {
	s.t.Helper()
	if got := s.store.Falls(); len(got) > 0 {
		s.t.Errorf("%d falls, want none; the first is %+v", len(got), got[0])
	}
}

// falls gives the IPv4 falls of the big AS, and holds that no other AS fell.
func (s *story) falls() []Fall {
	s.t.Helper()
	var big []Fall
	for _, f := range s.store.Falls() {
		if f.AS != bigAS {
			s.t.Errorf("AS%d fell: %+v", f.AS, f)
		} else if f.Family == evidence.IPv4 {
			big = append(big, f)
		}
	}
	return big
}

func TestMassWithdrawalIsDatedToTheSecond(t *testing.T) {
	t.Parallel()
	s := tell(t, 9)
	s.wait(44*60 + 7)
	var fifth int64
	for i, p := range s.peers {
		if s.withdraw(p, bigAS); i == 4 {
			fifth = s.at // five of nine: no majority is left
		}
		s.wait(3)
	}
	s.wait(600)
	s.quietBut(bigAS)
	got := s.store.Falls()
	if len(got) != 2 {
		t.Fatalf("%d falls, want IPv4 and IPv6", len(got))
	}
	for i, f := range got {
		family := []evidence.Family{evidence.IPv4, evidence.IPv6}[i]
		if f.Onset != fifth || f.Began != fifth || f.End != 0 || f.Family != family {
			t.Errorf("%s: onset %d, began %d, end %d; want %d, %d, still", f.Family, f.Onset, f.Began, f.End, fifth, fifth)
		}
		space := []int{bigPrefixes * 256, bigPrefixes}[i]
		if f.Usual != (Size{bigPrefixes, space}) || f.Least != (Size{}) || f.Depth() != 1 {
			t.Errorf("%s: from %v to %v", family, f.Usual, f.Least)
		}
		// Eight when it is told: the ninth is asked for what it has lost, not when.
		if len(f.Lost) != 9 || f.Of != 9 || f.Unseen || f.Learned {
			t.Errorf("%s: lost by %d of %d, %+v", family, len(f.Lost), f.Of, f)
		}
	}
	for _, p := range s.peers {
		s.announce(p, bigAS)
		s.wait(2)
	}
	back := s.at - 2*5 // the fifth makes a majority
	for _, f := range s.store.Falls() {
		if f.End != back {
			t.Errorf("%s ended at %d, want %d", f.Family, f.End, back)
		}
	}
}

// A new session begins with nothing: what went while the collector didn't listen
// is gone, though nobody withdrew it.
func TestANewSessionBeginsWithNothing(t *testing.T) {
	t.Parallel()
	s := tell(t, 9)
	s.wait(1800)
	for _, p := range s.peers {
		s.up(p)
		for _, as := range s.ases() {
			if as != bigAS {
				s.announce(p, as)
			}
		}
	}
	s.wait(1800)
	if c := s.store.Count(bigAS); c.Prefixes != [2]int{} || c.Pairs != [2]int{} {
		t.Errorf("AS%d is still there: %+v", bigAS, c)
	}
	if c := s.store.Count(1); c.Prefixes != [2]int{5, 1} {
		t.Errorf("AS1 is not: %+v", c)
	}
	if got := s.falls(); len(got) != 1 || !got[0].Unseen {
		t.Errorf("its end was not told to be unseen: %+v", got)
	}
}

// A capture that ends when the only peer's withdrawals have only begun tells of no
// outage of those that it withdrew first. Of one AS, or before many eyes, it does.
func TestAnEndInTheMidstOfAReset(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ peers, ases, want int }{{1, 10, 0}, {2, 10, 0}, {1, 1, 1}, {9, 10, 10}} {
		s := tell(t, c.peers)
		s.wait(1800)
		for as := range uint32(c.ases) {
			for _, p := range s.peers {
				s.say(feed.Routes{Peer: p, Withdrawn4: s.table[as+1]})
			}
			if as%5 == 0 {
				s.wait(1)
			}
		}
		if got := s.store.Falls(); len(got) != c.want {
			t.Errorf("%d of %d peers' ASes: %d falls, want %d", c.ases, c.peers, len(got), c.want)
		}
	}
}

func (s *story) quietBut(as uint32) {
	s.t.Helper()
	for _, f := range s.store.Falls() {
		if f.AS != as {
			s.t.Errorf("AS%d fell: %+v", f.AS, f)
		}
	}
}

// What is no outage. Each plot ends with a long calm, and raises nothing.
func TestNothingIsRaised(t *testing.T) {
	t.Parallel()
	plots := []struct {
		name  string
		peers int
		plot  func(s *story)
	}{
		{"a quiet hour", 9, func(*story) {}},
		{"a session's reset and the transfer after it", 9, func(s *story) {
			s.down(s.peers[3])
			s.wait(40)
			s.transfer(s.peers[3], false)
		}},
		{"a session's reset where there is one peer", 1, func(s *story) {
			s.down(s.peers[0])
			s.wait(40)
			s.transfer(s.peers[0], false)
		}},
		{"new sessions, of which no end was told before", 9, func(s *story) {
			for _, p := range s.peers[:6] {
				s.up(p)
				s.wait(2)
				s.transfer(p, false)
			}
		}},
		{"a session that never comes back", 3, func(s *story) { s.down(s.peers[1]) }},
		{"a table that is told again", 9, func(s *story) { s.transfer(s.peers[2], false) }},
		{"a slow transfer", 9, func(s *story) {
			s.down(s.peers[3])
			for _, as := range s.ases() {
				s.wait(11)
				s.announce(s.peers[3], as)
			}
		}},
		{"a peer that withdraws all it has", 9, func(s *story) {
			for _, as := range s.ases() {
				s.withdraw(s.peers[0], as)
			}
		}},
		{"half of the peers withdraw all they have, slowly", 8, func(s *story) {
			for _, as := range s.ases() {
				for _, p := range s.peers[:4] {
					s.withdraw(p, as)
				}
				s.wait(1)
			}
		}},
		{"a collector's restart: its sessions end at once", 9, func(s *story) {
			for i := 0; i < 9; i += 3 {
				s.down(s.peers[i])
			}
			s.wait(90)
			for _, as := range s.ases() {
				for i := 0; i < 9; i += 3 {
					s.announce(s.peers[i], as)
				}
				s.wait(1)
			}
		}},
		{"the only collector's restart, seconds apart, tables back over minutes", 9, func(s *story) {
			for _, p := range s.peers {
				s.down(p)
				s.wait(1)
			}
			s.wait(200)
			for _, as := range s.ases() {
				for _, p := range s.peers {
					s.announce(p, as)
				}
				s.wait(3)
			}
		}},
		{"the same, by withdrawals in place of states", 9, func(s *story) {
			for _, as := range s.ases() {
				for _, p := range s.peers {
					s.withdraw(p, as)
				}
				if as%10 == 0 {
					s.wait(1)
				}
			}
			s.wait(300)
			for _, p := range s.peers {
				s.transfer(p, false)
			}
		}},
		{"sessions that flap", 9, func(s *story) {
			for range 10 {
				for _, p := range s.peers[:3] {
					s.down(p)
					s.wait(5)
					s.transfer(p, false)
					s.wait(20)
				}
			}
		}},
		{"less than half of the peers lose it", 9, func(s *story) {
			for _, p := range s.peers[:4] {
				s.withdraw(p, bigAS)
			}
		}},
		{"gone for less than the hold", 9, func(s *story) {
			for _, p := range s.peers {
				s.withdraw(p, bigAS)
			}
			s.wait(50)
			for _, p := range s.peers {
				s.announce(p, bigAS)
			}
		}},
		{"a tenth of it", 9, func(s *story) {
			for _, p := range s.peers {
				s.say(feed.Routes{Peer: p, Withdrawn4: s.table[bigAS][:6]})
			}
		}},
		{"four prefixes of a small AS", 9, func(s *story) {
			for _, p := range s.peers {
				s.say(feed.Routes{Peer: p, Withdrawn4: s.table[7][:4]})
			}
		}},
		{"longer prefixes for an hour, and no more", 9, func(s *story) {
			var longer []feed.V4
			for i := range feed.V4(200) {
				longer = append(longer, (24<<24|i<<8)<<8|24) // within 24.0.0.0/16, which stands
			}
			for _, p := range s.peers {
				s.say(feed.Routes{Peer: p, Announced4: longer, Origin: bigAS})
			}
			s.wait(3600 * 13)
			for _, p := range s.peers {
				s.say(feed.Routes{Peer: p, Withdrawn4: longer})
			}
		}},
		{"it moves to another AS", 9, func(s *story) {
			for _, p := range s.peers {
				s.say(feed.Routes{Peer: p, Announced4: s.table[bigAS], Announced6: s.six[bigAS], Origin: 3602})
			}
		}},
		{"a leak for minutes", 9, func(s *story) {
			for _, p := range s.peers {
				for _, as := range s.ases() {
					s.say(feed.Routes{Peer: p, Announced4: s.table[as], Origin: 64666})
				}
			}
			s.wait(500)
			for _, p := range s.peers {
				s.transfer(p, false)
			}
		}},
	}
	for _, p := range plots {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			s := tell(t, p.peers)
			s.wait(1800)
			p.plot(s)
			s.quiet()
			s.wait(1800)
			s.quiet()
		})
	}
}
