package visibility

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"tocsin/feed"
)

// A line that grows beyond a cache line costs every update a second wait.
func TestALineIsACacheLine(t *testing.T) {
	t.Parallel()
	if size := unsafe.Sizeof(line{}); size != 64 {
		t.Errorf("a line has %d bytes", size)
	}
}

// The table against Go's map: what was placed is found under its own number, and
// nothing else is.
func TestTableAgainstMap(t *testing.T) {
	t.Parallel()
	for _, prefixes := range []int{1, 700, 40_000} {
		t.Run(fmt.Sprint(prefixes), func(t *testing.T) {
			t.Parallel()
			rng := rand.New(rand.NewPCG(uint64(prefixes), 3))
			tab := newTable()
			ids := map[key]uint32{}
			random := func() key {
				k := key{hi: uint64(rng.IntN(prefixes)) << 20, bits: []uint8{44, 48, 64, 65, 128}[rng.IntN(5)]}
				if k.bits > 64 {
					k.lo = uint64(rng.IntN(4)) << 63
				}
				return k
			}
			for range prefixes {
				k := random()
				id, l, fresh := tab.place(k)
				want, known := ids[k]
				if fresh == known || known && id != want {
					t.Fatalf("%v: number %d, fresh %v; it was known: %v, as %d", k, id, fresh, known, want)
				}
				if l != tab.line(id) || tab.key(id, l) != k {
					t.Fatalf("%v came back as %v", k, tab.key(id, l))
				}
				ids[k] = id
			}
			if int(tab.lines) != len(ids) {
				t.Errorf("%d lines of %d prefixes", tab.lines, len(ids))
			}
			for range 3 * prefixes {
				k := random()
				want, known := ids[k]
				if id, l := tab.find(k); (l != nil) != known || known && id != want {
					t.Fatalf("%v: %d, %v; want %d, %v", k, id, l != nil, want, known)
				}
			}
			var keys []key
			for k := range ids {
				if keys = append(keys, k); len(keys) == ahead+3 {
					break
				}
			}
			tab.fetch(keys) // it changes nothing, and reads nothing that isn't there
			tab.fetch(append(keys[:0:0], key{hi: 1, bits: 64}))
		})
	}
}

// A full cluster of slots must not be searched for ever.
func TestTableFindsNothingInAFullNeighbourhood(t *testing.T) {
	t.Parallel()
	tab := newTable()
	for i := range uint64(loadLimit * float64(len(tab.slots))) {
		tab.place(key{hi: i << 40, bits: 24})
	}
	if len(tab.slots) != firstSlots {
		t.Fatalf("it has grown to %d slots", len(tab.slots))
	}
	for i := range uint64(100_000) {
		if _, l := tab.find(key{hi: (1<<23 + i) << 40, bits: 24}); l != nil {
			t.Fatalf("%d was found", i)
		}
	}
}

// Peers in the line and in the planes beside it, against a set of Go's.
func TestWordsOfPeers(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 4))
	tab := newTable()
	var lines []map[uint32]bool
	const peers = 1100
	for i := range uint64(50) {
		if i == 20 {
			tab.widen(peers) // lines that were there before get room too
		}
		tab.place(key{hi: i << 40, bits: 24})
		lines = append(lines, map[uint32]bool{})
	}
	for range 5000 {
		id := uint32(rng.IntN(len(lines)))
		p := uint32(rng.IntN(peers))
		l := tab.line(id)
		if rng.IntN(3) == 0 {
			*tab.word(id, l, p) &^= 1 << (p & 63)
			delete(lines[id], p)
		} else {
			*tab.word(id, l, p) |= 1 << (p & 63)
			lines[id][p] = true
		}
		var mask set
		want := 0
		for q := range uint32(peers) {
			if (q*7+p)%5 == 0 {
				mask.put(q)
				if lines[id][q] {
					want++
				}
			}
		}
		if got := tab.count(id, l, mask); got != want {
			t.Fatalf("%d of the mask, want %d", got, want)
		}
		if got := tab.bare(id, l); got != (len(lines[id]) == 0) {
			t.Fatalf("bare %v with %d peers", got, len(lines[id]))
		}
		if rng.IntN(20) == 0 {
			tab.drop(id, l, mask)
			for q := range lines[id] {
				if mask.has(q) {
					delete(lines[id], q)
				}
			}
			if got := tab.count(id, l, mask); got != 0 {
				t.Fatalf("%d are left of those that went", got)
			}
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(6, 6))
	var s, o set
	ms, mo := map[uint32]bool{}, map[uint32]bool{}
	for i := range 4000 {
		p := uint32(rng.IntN(400))
		switch rng.IntN(5) {
		case 0:
			s.take(p)
			delete(ms, p)
		case 1, 2:
			s.put(p)
			ms[p] = true
		default:
			o.put(p)
			mo[p] = true
		}
		if i%500 == 499 {
			s.minus(o)
			for q := range mo {
				delete(ms, q)
			}
			o, mo = nil, map[uint32]bool{}
		}
		common := 0
		for q := range ms {
			if mo[q] {
				common++
			}
		}
		if s.common(o) != common || o.common(s) != common || s.has(p) != ms[p] || s.empty() != (len(ms) == 0) || s.has(1<<20) {
			t.Fatalf("step %d: common %d, want %d; has %v, want %v; empty %v of %d", i, s.common(o), common, s.has(p), ms[p], s.empty(), len(ms))
		}
	}
}

// Keys keep order: sorting by address and length puts what holds a prefix before
// it, which the sweep rests on.
func TestKeysAreInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(8, 1)
	for range 20_000 {
		for v, pair := range [2][2]key{{key4(w.v4()), key4(w.v4())}, {key6(w.v6()), key6(w.v6())}} {
			f := newFamily(v)
			a, b := pair[0], pair[1]
			if f.units(a.bits) == 0 || f.units(b.bits) == 0 || a.bits >= b.bits || top(b.hi, a.bits) != a.hi {
				continue // a doesn't hold b
			}
			if a.hi|uint64(a.bits) >= b.hi|uint64(b.bits) {
				t.Fatalf("%x/%d comes after %x/%d", a.hi, a.bits, b.hi, b.bits)
			}
		}
	}
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    int
		bits uint8
		want uint32
	}{
		{0, 0, 0},
		{0, 7, 0},
		{0, 8, 65536},
		{0, 23, 2},
		{0, 24, 1},
		{0, 25, 0},
		{0, 32, 0},
		{1, 0, 0},
		{1, 16, 0},
		{1, 17, 1 << 31},
		{1, 32, 65536},
		{1, 48, 1},
		{1, 49, 0},
		{1, 128, 0},
	} {
		f := newFamily(c.v)
		if got := f.units(c.bits); got != c.want {
			t.Errorf("family %d /%d: %d, want %d", c.v, c.bits, got, c.want)
		}
	}
}

// Autonomous systems keep their places, of whatever number.
func TestPlacesOfSystems(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	rng := rand.New(rand.NewPCG(9, 9))
	places := map[uint32]uint32{0: 0}
	for range 20_000 {
		as := rng.Uint32() >> rng.IntN(30)
		got := s.place(as)
		if want, ok := places[as]; ok && got != want {
			t.Fatalf("AS%d has moved from %d to %d", as, want, got)
		}
		places[as] = got
		if s.origins[got].as != as {
			t.Fatalf("AS%d is at the place of AS%d", as, s.origins[got].as)
		}
	}
	if len(s.origins) != len(places) {
		t.Errorf("%d places of %d systems", len(s.origins), len(places))
	}
}

// Peers that share a place in the short memory are still told apart.
func TestPeersAreToldApart(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	var all []feed.Peer
	for i := range 6000 {
		p := peerNo(i)
		p.Collector = fmt.Sprint(i % 7)
		p.AS = uint32(i % 11)
		all = append(all, p)
	}
	for range 2 {
		for i, p := range all {
			if got := s.peer(p); got.key != p || int(got.id) != i {
				t.Fatalf("%v is peer %d, %v", p, got.id, got.key)
			}
		}
		slices.Reverse(all)
		slices.Reverse(all)
	}
}

// A source that makes up peers costs no more than so many.
func TestPeersAreBounded(t *testing.T) {
	t.Parallel()
	s := New(Options{})
	for i := range mostPeers + 10 {
		s.Take(&feed.Routes{Peer: peerNo(i), Announced4: []feed.V4{10<<32 | 8}, Origin: 1})
	}
	if st := s.Stand(); st.Peers != mostPeers || st.Refused != 10 {
		t.Errorf("%d peers, %d messages refused; want %d and 10", st.Peers, st.Refused, mostPeers)
	}
}
