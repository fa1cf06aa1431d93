package visibility

import (
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"runtime"
	"syscall"
	"testing"

	"tocsin/feed"
)

// The Internet of 2026, roughly: a million IPv4 prefixes, 200,000 IPv6 ones, some
// 42,000 origins, 300 full feeds.
const (
	worldV4      = 1_000_000
	worldV6      = 200_000
	worldOrigins = 42_000
	worldPeers   = 300
)

// internet makes that many different prefixes with their origins: half /24s, the
// rest the longer the more, neighbours with one origin, as in a table.
type internet struct {
	v4      []feed.V4
	v6      []feed.V6
	origin4 []uint32
	origin6 []uint32
	peers   []feed.Peer
}

func newInternet(v4, v6 int) *internet {
	rng := rand.New(rand.NewPCG(2026, 9))
	n := &internet{}
	for i := range v4 {
		bits := feed.V4(24)
		if rng.IntN(2) == 0 {
			bits = feed.V4(17 + rng.IntN(7))
		}
		// Different prefixes: the number itself, spread over the space.
		addr := uint32(i)*14<<8 + 1<<24
		p := feed.V4(addr&^(1<<(32-bits)-1))<<8 | bits
		if i > 0 && n.v4[i-1] == p {
			p = feed.V4(addr)<<8 | 24
		}
		n.v4 = append(n.v4, p)
		n.origin4 = append(n.origin4, uint32(1+i*worldOrigins/max(1, v4)))
	}
	for i := range v6 {
		n.v6 = append(n.v6, feed.V6{Hi: 0x2000<<48 + uint64(i)<<16*3, Bits: 48})
		n.origin6 = append(n.origin6, uint32(1+i*worldOrigins/max(1, v6)))
	}
	for i := range worldPeers {
		n.peers = append(n.peers, peerNo(i))
	}
	return n
}

// load dumps the table of the first so many peers into a store.
func (n *internet) load(take func(*feed.Routes), peers int) {
	r := feed.Routes{At: 1e18, Dump: true}
	one4, one6 := make([]feed.V4, 1), make([]feed.V6, 1)
	r.Announced4 = one4
	for i, p := range n.v4 {
		one4[0], r.Origin = p, n.origin4[i]
		for _, r.Peer = range n.peers[:peers] {
			take(&r)
		}
	}
	r.Announced4, r.Announced6 = nil, one6
	for i, p := range n.v6 {
		one6[0], r.Origin = p, n.origin6[i]
		for _, r.Peer = range n.peers[:peers] {
			take(&r)
		}
	}
}

func heap() float64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc) / (1 << 20)
}

// The bound is the goal's, for 1.2 million prefixes and 300 peers. A route is a
// bit that is there anyway, so that two tables fill as much memory as 300.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("fills 120 MiB")
	}
	n := newInternet(worldV4, worldV6)
	before := heap()
	s := New(Options{Falls: &FallOptions{}})
	for _, p := range n.peers {
		s.Take(&feed.Routes{At: 1e18, Peer: p, Dump: true})
	}
	n.load(s.Take, 2)
	s.Settle()
	used := heap() - before
	st := s.Stand()
	t.Logf("%.1f MiB for %v prefixes, %d peers, %d origins", used, st.Prefixes, st.Peers, st.Origins)
	if used > 150 {
		t.Errorf("%.1f MiB, want at most 150", used)
	}
	if st.Prefixes[1] != worldV6 || st.Prefixes[0] < worldV4*9/10 || st.Peers != worldPeers {
		t.Errorf("that was no test: %+v", st)
	}
	runtime.KeepAlive(n)
	runtime.KeepAlive(s)
}

// event is one update: three neighbours by a random peer, one in five withdrawn,
// as the archives have them. It has its prefixes with it, as a decoder's routes
// have: they are warm, the store is cold.
type event struct {
	prefixes [3]feed.V4
	origin   uint32
	peer     uint16
	withdraw bool
}

func (n *internet) stream(updates int) []event {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]event, updates)
	for i := range out {
		at := rng.IntN(len(n.v4)-200) + 99
		for n.origin4[at] != n.origin4[at+2] {
			at-- // one update has one origin
		}
		out[i] = event{origin: n.origin4[at], peer: uint16(rng.IntN(len(n.peers))), withdraw: i%5 == 0}
		copy(out[i].prefixes[:], n.v4[at:])
	}
	return out
}

// full is a store in which every peer carries every prefix: what [internet.load]
// makes of 300 tables, without telling each route.
func (n *internet) full() *Store {
	s := New(Options{})
	n.load(s.Take, 1)
	for _, p := range n.peers {
		s.Take(&feed.Routes{At: 1e18, Peer: p, Dump: true})
	}
	for v := range s.families {
		f := &s.families[v]
		for id := range f.lines {
			copy(f.line(id).seen[:], s.everyone)
		}
		for _, p := range s.peers {
			p.carries[v] = f.lines
		}
	}
	s.Settle()
	return s
}

// processor is the time that this process has computed: on a machine that does
// other work too, the clock on the wall says nothing.
func processor() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// BenchmarkEvents is one prefix announced or withdrawn, in a full store: cold
// memory, one core. "twin" is map[netip.Prefix] in the same run, on the same
// stream and a tenth of the table, which is to its favour.
func BenchmarkEvents(b *testing.B) {
	b.Run("store", func(b *testing.B) {
		n := newInternet(worldV4, worldV6)
		n.play(b, n.full().Take)
	})
	b.Run("twin", func(b *testing.B) {
		n := newInternet(worldV4/10, 0)
		m := newMapStore()
		n.load(m.take, 30)
		n.play(b, m.take)
	})
}

// play is 300,000 prefixes at a time.
func (n *internet) play(b *testing.B, take func(*feed.Routes)) {
	stream := n.stream(1_000_000)
	runtime.GC()
	second, i := int64(2e9), 0
	var r feed.Routes
	began := processor()
	for b.Loop() {
		second++
		for range 100_000 {
			e := &stream[i%len(stream)]
			i++
			r.At, r.Peer = second*1e9, n.peers[e.peer]
			r.Announced4, r.Withdrawn4, r.Origin = e.prefixes[:], nil, e.origin
			if e.withdraw {
				r.Announced4, r.Withdrawn4 = nil, r.Announced4
			}
			take(&r)
		}
	}
	events, took := float64(b.N)*300_000, processor()-began
	b.ReportMetric(events/took/1e6, "Mevents/cpu-s")
	b.ReportMetric(took*1e9/events, "cpu-ns/event")
}

// BenchmarkMiss is one wait for memory, of as much as the store has: what the
// machine itself takes, beside which an event is to be read. An event needs two,
// one after the other.
func BenchmarkMiss(b *testing.B) {
	lines := make([][8]uint64, worldV4+worldV6)
	order := rand.New(rand.NewPCG(3, 3)).Perm(len(lines))
	for i, at := range order {
		lines[at][0] = uint64(order[(i+1)%len(order)])
	}
	at, began := uint64(0), processor()
	for b.Loop() {
		for range 300_000 {
			at = lines[at][0]
		}
	}
	b.ReportMetric((processor()-began)*1e9/float64(b.N)/300_000, "cpu-ns/miss")
	runtime.KeepAlive(at)
}

// BenchmarkLoad is one entry of a table of 300 full feeds.
func BenchmarkLoad(b *testing.B) {
	n := newInternet(worldV4, worldV6)
	began := processor()
	for b.Loop() {
		s := New(Options{})
		n.load(s.Take, worldPeers)
		s.Settle()
	}
	b.ReportMetric((processor()-began)*1e9/float64(b.N)/float64((worldV4+worldV6)*worldPeers), "cpu-ns/entry")
}

// BenchmarkSession is what a peer's end costs: its routes go, and all is counted
// by those that are left.
func BenchmarkSession(b *testing.B) {
	n := newInternet(worldV4, worldV6)
	s := n.full()
	for i := 0; b.Loop(); i++ {
		s.Take(&feed.Routes{At: 2e18 + int64(i)*1e9, Peer: n.peers[i%worldPeers], State: feed.SessionDown})
		s.catchUp()
	}
}

// mapStore is what one would write first: a map of prefixes to sets of peers, and
// counters by origin kept as they change. It has no address space.
type mapStore struct {
	prefixes map[netip.Prefix]*mapLine
	visible  map[uint32]int
}

type mapLine struct {
	peers  map[feed.Peer]uint32
	origin uint32
}

func newMapStore() *mapStore {
	return &mapStore{map[netip.Prefix]*mapLine{}, map[uint32]int{}}
}

func (m *mapStore) take(r *feed.Routes) {
	for _, p := range r.Announced4 {
		m.change(p, r.Peer, r.Origin, true)
	}
	for _, p := range r.Withdrawn4 {
		m.change(p, r.Peer, 0, false)
	}
}

func (m *mapStore) change(v feed.V4, peer feed.Peer, origin uint32, has bool) {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], uint32(v>>8))
	p := netip.PrefixFrom(netip.AddrFrom4(b), int(uint8(v)))
	l := m.prefixes[p]
	if l == nil {
		l = &mapLine{peers: map[feed.Peer]uint32{}}
		m.prefixes[p] = l
	}
	before := len(l.peers) > worldPeers/2
	if has {
		l.peers[peer], l.origin = origin, origin
	} else {
		delete(l.peers, peer)
	}
	if after := len(l.peers) > worldPeers/2; after && !before {
		m.visible[l.origin]++
	} else if before && !after {
		m.visible[l.origin]--
	}
}
