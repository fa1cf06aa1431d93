package visibility

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"tocsin/feed"
)

// several says something with path identifiers, the same for all prefixes.
func (s *story) several(r feed.Routes, id uint32) {
	ids := func(n int) (list []uint32) {
		for range n {
			list = append(list, id)
		}
		return list
	}
	r.Multipath = true
	r.IDs = feed.PathIDs{
		Announced4: ids(len(r.Announced4)), Withdrawn4: ids(len(r.Withdrawn4)),
		Announced6: ids(len(r.Announced6)), Withdrawn6: ids(len(r.Withdrawn6)),
	}
	s.say(r)
}

// A peer that sends several paths of each prefix is a full feed by its prefixes, and
// loses one with its last path.
func TestPeersWithSeveralPathsCount(t *testing.T) {
	t.Parallel()
	s := untold(t, 5)
	for _, p := range s.peers[1:] {
		s.transfer(p, true)
	}
	many := s.peers[0]
	for id := range uint32(3) {
		for _, as := range s.ases() {
			s.several(feed.Routes{Peer: many, Announced4: s.table[as], Announced6: s.six[as], Origin: as, Dump: true}, id)
		}
	}
	s.store.Settle()
	carries := func(want4, want6 uint32, full int) {
		t.Helper()
		p := s.store.byPeer[many]
		if got := s.store.Stand().Full; p.carries != [2]uint32{want4, want6} || got != [2]int{full, full} {
			t.Errorf("it carries %v, and %v count; want %d, %d and %d", p.carries, got, want4, want6, full)
		}
	}
	carries(560, 160, 5)
	for id := range uint32(3) {
		carries(560, 160, 5)
		s.several(feed.Routes{Peer: many, Withdrawn4: s.table[bigAS]}, id)
	}
	carries(500, 160, 5)
	s.several(feed.Routes{Peer: many, Withdrawn4: s.table[7]}, 9) // of a path that nobody told of
	carries(500, 160, 5)
	s.down(many)
	s.wait(1)
	carries(0, 0, 4)
	if s.store.paths != 0 || len(s.guard) != 1 {
		t.Errorf("%d paths are left, %+v", s.store.paths, s.guard)
	}
	for _, as := range s.ases() {
		s.several(feed.Routes{Peer: many, Announced4: s.table[as], Announced6: s.six[as], Origin: as}, 1)
	}
	s.wait(120)
	carries(560, 160, 5)
	// One whose paths can't be told apart doesn't count, nor does one of which too much is told.
	s.say(feed.Routes{Peer: many, Announced4: s.table[7], Origin: 7, Multipath: true})
	s.wait(120)
	if st := s.store.Stand(); st.Full[0] != 4 || s.store.paths != 0 {
		t.Errorf("%v count, %d paths", st.Full, s.store.paths)
	}
	s.store.paths = mostPaths
	s.down(s.peers[1])
	s.wait(1)
	for _, as := range s.ases() {
		s.several(feed.Routes{Peer: s.peers[1], Announced4: s.table[as], Announced6: s.six[as], Origin: as}, 1)
	}
	s.wait(120)
	if st := s.store.Stand(); st.Full[0] != 3 {
		t.Errorf("beyond the most paths: %v count", st.Full)
	}
	s.quiet()
}

// What several paths make of the store is what one of each makes: a prefix is there while
// any is.
func TestSeveralPathsAgainstTwin(t *testing.T) {
	t.Parallel()
	for seed := range uint64(3) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(seed, 4)
			rng := rand.New(rand.NewPCG(seed, 31))
			s, tw := New(Options{Share: 0.3, Falls: &FallOptions{}}), newTwin()
			type way struct {
				peer feed.Peer
				v4   feed.V4
			}
			told := map[way]map[uint32]bool{}
			at := int64(1e18)
			for i := range 3000 {
				at += int64(rng.IntN(2)) * 1e9
				r := w.routes(at)
				r.Announced6, r.Withdrawn6 = nil, nil
				single := *r
				single.Withdrawn4 = nil
				if r.State != feed.SessionSame {
					for k := range told {
						if k.peer == r.Peer {
							delete(told, k)
						}
					}
				}
				for _, p := range r.Withdrawn4 {
					id, of := rng.Uint32N(3), told[way{r.Peer, p}]
					r.IDs.Withdrawn4 = append(r.IDs.Withdrawn4, id)
					if had := of[id]; had {
						if delete(of, id); len(of) == 0 {
							single.Withdrawn4 = append(single.Withdrawn4, p)
						}
					}
				}
				for _, p := range r.Announced4 {
					k, id := way{r.Peer, p}, rng.Uint32N(3)
					r.IDs.Announced4 = append(r.IDs.Announced4, id)
					if told[k] == nil {
						told[k] = map[uint32]bool{}
					}
					told[k][id] = true
				}
				r.Multipath = r.State == feed.SessionSame
				s.Take(r)
				tw.take(&single)
				if i%30 == 0 {
					s.catchUp()
					agree(t, s, tw, fmt.Sprintf("step %d", i))
				}
			}
			n := 0
			for _, of := range told {
				n += len(of)
			}
			if s.paths != n || s.Stand().Full[0] == 0 {
				t.Errorf("%d paths are told apart, want %d; %v count", s.paths, n, s.Stand().Full)
			}
		})
	}
}
