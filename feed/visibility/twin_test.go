package visibility

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"

	"tocsin/feed"
)

// twin is the slow, obvious store: who carries what, by name, with no counter
// kept. It is asked who counts, and counts all of it each time.
type twin struct {
	routes [2]map[netip.Prefix]map[feed.Peer]uint32 // origin
}

func newTwin() *twin {
	return &twin{[2]map[netip.Prefix]map[feed.Peer]uint32{{}, {}}}
}

func (w *twin) take(r *feed.Routes) {
	if r.State != feed.SessionSame {
		for v := range w.routes {
			for _, by := range w.routes[v] {
				delete(by, r.Peer)
			}
		}
	}
	for v, list := range [2][]netip.Prefix{prefixes4(r.Withdrawn4), prefixes6(r.Withdrawn6)} {
		for _, p := range list {
			delete(w.routes[v][p], r.Peer)
		}
	}
	for v, list := range [2][]netip.Prefix{prefixes4(r.Announced4), prefixes6(r.Announced6)} {
		for _, p := range list {
			if w.routes[v][p] == nil {
				w.routes[v][p] = map[feed.Peer]uint32{}
			}
			w.routes[v][p][r.Peer] = r.Origin
		}
	}
}

func prefixes4(list []feed.V4) (out []netip.Prefix) {
	for _, p := range list {
		a := uint32(p >> 8)
		out = append(out, netip.PrefixFrom(netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}), int(uint8(p))))
	}
	return out
}

func prefixes6(list []feed.V6) (out []netip.Prefix) {
	for _, p := range list {
		var b [16]byte
		for i := range 8 {
			b[i], b[8+i] = byte(p.Hi>>(56-8*i)), byte(p.Lo>>(56-8*i))
		}
		out = append(out, netip.PrefixFrom(netip.AddrFrom16(b), int(p.Bits)))
	}
	return out
}

// counts is what a twin finds of one AS.
type counts struct {
	visible, space, pairs [2]int
}

// count finds everything anew.
func (w *twin) count(counted [2]map[feed.Peer]bool) map[uint32]*counts {
	all := map[uint32]*counts{}
	of := func(as uint32) *counts {
		if all[as] == nil {
			all[as] = &counts{}
		}
		return all[as]
	}
	for v := range w.routes {
		units := map[netip.Prefix][2]int{} // a unit: who holds it, by how long a prefix
		unit := [2]int{24, 48}[v]
		for p, by := range w.routes[v] {
			given := map[uint32]int{}
			n := 0
			for peer, as := range by {
				given[as] += 0
				if counted[v][peer] {
					given[as]++
					of(as).pairs[v]++
					n++
				}
			}
			if 2*n <= len(counted[v]) {
				continue
			}
			owner := owner(given)
			of(owner).visible[v]++
			if p.Bits() > unit || p.Bits() < [2]int{8, 17}[v] {
				continue
			}
			for u := p.Addr(); p.Contains(u); u = nextUnit(u, unit) {
				at := netip.PrefixFrom(u, unit)
				if have, ok := units[at]; !ok || have[1] < p.Bits() {
					units[at] = [2]int{int(owner), p.Bits()}
				}
			}
		}
		for _, u := range units {
			of(uint32(u[0])).space[v]++
		}
	}
	return all
}

func owner(given map[uint32]int) uint32 {
	best, most := uint32(0), -1
	for as, n := range given {
		if n > most || n == most && as < best {
			best, most = as, n
		}
	}
	return best
}

// nextUnit is the address one unit on.
func nextUnit(a netip.Addr, unit int) netip.Addr {
	b := a.AsSlice()
	for i := unit/8 - 1; i >= 0; i-- {
		if b[i]++; b[i] != 0 {
			break
		}
	}
	next, _ := netip.AddrFromSlice(b)
	return next
}

// world makes random routes of a small, crowded world.
type world struct {
	rng   *rand.Rand
	peers []feed.Peer
}

func newWorld(seed uint64, peers int) *world {
	w := &world{rng: rand.New(rand.NewPCG(seed, 1))}
	for i := range peers {
		w.peers = append(w.peers, peerNo(i))
	}
	return w
}

func peerNo(i int) feed.Peer {
	return feed.Peer{Collector: fmt.Sprintf("rrc%02d", i%3), Addr: netip.AddrFrom4([4]byte{192, 0, byte(i >> 8), byte(i)}), AS: uint32(65000 + i)}
}

// Lengths with traps: units, longer than units, longer than half an address,
// and those that hold no space.
func (w *world) v4() feed.V4 {
	bits := []uint8{0, 7, 14, 15, 16, 17, 19, 22, 23, 24, 24, 24, 25, 32}[w.rng.IntN(14)]
	addr := uint32(10<<24) | uint32(w.rng.IntN(4))<<16 | uint32(w.rng.IntN(8))<<8 | uint32(w.rng.IntN(2))<<7
	if bits < 32 {
		addr &^= 1<<(32-bits) - 1
	}
	return feed.V4(addr)<<8 | feed.V4(bits)
}

func (w *world) v6() feed.V6 {
	bits := []uint8{0, 16, 31, 36, 40, 44, 47, 48, 48, 48, 56, 64, 65, 96, 128}[w.rng.IntN(15)]
	hi := uint64(0x20010db8)<<32 | uint64(w.rng.IntN(2))<<28 | uint64(w.rng.IntN(8))<<16 | uint64(w.rng.IntN(2))<<8
	lo := uint64(w.rng.IntN(3)) << 63
	if bits > 64 {
		lo |= uint64(w.rng.IntN(2))
	}
	if bits == 31 {
		bits = 36 // shorter ones would be slow to count one by one
	}
	return feed.V6{Hi: top(hi, bits), Lo: low(lo, bits), Bits: bits}
}

func low(lo uint64, bits uint8) uint64 {
	if bits <= 64 {
		return 0
	}
	return top(lo, bits-64)
}

func (w *world) routes(at int64) *feed.Routes {
	r := &feed.Routes{At: at, Peer: w.peers[w.rng.IntN(len(w.peers))]}
	for range w.rng.IntN(4) {
		r.Announced4 = append(r.Announced4, w.v4())
	}
	for range w.rng.IntN(3) {
		r.Withdrawn4 = append(r.Withdrawn4, w.v4())
	}
	for range w.rng.IntN(3) {
		r.Announced6 = append(r.Announced6, w.v6())
	}
	for range w.rng.IntN(3) {
		r.Withdrawn6 = append(r.Withdrawn6, w.v6())
	}
	if len(r.Announced4)+len(r.Announced6) > 0 {
		r.Origin = uint32(w.rng.IntN(4))
		if w.rng.IntN(3) > 0 {
			r.Origin = 7
		}
	}
	switch w.rng.IntN(800) {
	case 0:
		*r = feed.Routes{At: at, Peer: r.Peer, State: feed.SessionDown}
	case 1:
		*r = feed.Routes{At: at, Peer: r.Peer, State: feed.SessionUp}
	}
	return r
}

// counted are the peers that a store counts.
func counted(s *Store) [2]map[feed.Peer]bool {
	c := [2]map[feed.Peer]bool{{}, {}}
	for _, p := range s.peers {
		for v := range c {
			if p.counts[v] {
				c[v][p.key] = true
			}
		}
	}
	return c
}

// agree holds a store to its twin on every counter.
func agree(t *testing.T, s *Store, w *twin, when string) {
	t.Helper()
	want := w.count(counted(s))
	for i := range s.origins {
		o := &s.origins[i]
		c := want[o.as]
		if c == nil {
			c = &counts{}
		}
		for v := range 2 {
			got := [3]int{int(o.visible[v]), int(o.space[v]), int(o.pairs[v])}
			if got != [3]int{c.visible[v], c.space[v], c.pairs[v]} {
				t.Fatalf("%s: AS%d family %d: visible, space, pairs = %v; the twin has %d %d %d", when, o.as, v, got, c.visible[v], c.space[v], c.pairs[v])
			}
		}
	}
	carried := map[feed.Peer][2]uint32{}
	for v := range w.routes {
		for _, by := range w.routes[v] {
			for peer := range by {
				c := carried[peer]
				c[v]++
				carried[peer] = c
			}
		}
	}
	for _, p := range s.peers {
		if p.carries != carried[p.key] {
			t.Fatalf("%s: %v carries %v; the twin has %v", when, p.key, p.carries, carried[p.key])
		}
	}
}

// settled tells whether nothing waits for the end of the second.
func settled(s *Store) bool { return !s.joined && !s.removed && s.leaving.empty() }

func TestTwin(t *testing.T) {
	t.Parallel()
	for _, peers := range []int{1, 2, 5, 9, 330, 900} {
		for seed := range uint64(4) {
			if peers > 100 && seed > 1 {
				continue
			}
			t.Run(fmt.Sprintf("%d peers, seed %d", peers, seed), func(t *testing.T) {
				t.Parallel()
				w := newWorld(seed, peers)
				s := New(Options{Share: 0.3, Falls: &FallOptions{}})
				tw := newTwin()
				steps, each := 3000, 20
				if peers > 100 {
					steps, each = 4000, 1000
				}
				at := int64(1e18)
				for i := range steps {
					at += int64(w.rng.IntN(3)) * 1e9
					if w.rng.IntN(300) == 0 {
						at += int64(w.rng.IntN(300)) * 1e9
					}
					r := w.routes(at)
					r.Dump = seed%2 == 1 && i < 200 && r.State == feed.SessionSame
					if r.Dump {
						r.Withdrawn4, r.Withdrawn6 = nil, nil
					}
					s.Take(r)
					tw.take(r)
					if i%each == 0 && !s.dumping && settled(s) {
						agree(t, s, tw, fmt.Sprintf("step %d", i))
					}
					if i%(5*each) == 0 && !s.dumping {
						s.catchUp()
						agree(t, s, tw, fmt.Sprintf("end of the second, step %d", i))
					}
				}
				s.recount(true)
				agree(t, s, tw, "counted anew")
			})
		}
	}
}

// What is in no table can't be found, and what is in it can.
func TestVisibleByName(t *testing.T) {
	t.Parallel()
	w := newWorld(3, 5)
	s, tw := New(Options{Share: 0.3}), newTwin()
	for i := range 5000 {
		r := w.routes(1e18 + int64(i)*1e9)
		s.Take(r)
		tw.take(r)
	}
	s.catchUp()
	c := counted(s)
	seen := map[bool]int{}
	for range 3000 {
		v4, v6 := w.v4(), w.v6()
		for v, p := range []netip.Prefix{prefixes4([]feed.V4{v4})[0], prefixes6([]feed.V6{v6})[0]} {
			as, got := s.Visible4(v4)
			if v == 1 {
				as, got = s.Visible6(v6)
			}
			n := 0
			given := map[uint32]int{}
			for peer, as := range tw.routes[v][p] {
				if given[as] += 0; c[v][peer] {
					given[as]++
					n++
				}
			}
			want := 2*n > len(c[v])
			if seen[want]++; got != want || want && as != owner(given) {
				t.Fatalf("%v: AS%d, %v; want AS%d, %v", p, as, got, owner(given), want)
			}
		}
	}
	if seen[true] < 100 || seen[false] < 100 {
		t.Errorf("the world is dull: %v", seen)
	}
}
