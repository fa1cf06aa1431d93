package rislive

import (
	"math/rand/v2"
	"testing"
)

// The set against asking one by one.
func TestPrefixSetAgainstTwin(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(41, 42))
	draw := func() prefix {
		p := prefix{address{lo: uint64(rng.Uint32N(4)<<30 | rng.Uint32N(4)<<22 | rng.Uint32N(4))}, uint8(rng.IntN(33))}
		if rng.IntN(2) == 0 {
			p = prefix{address{hi: uint64(rng.IntN(4))<<62 | uint64(rng.IntN(4))<<30, lo: uint64(rng.IntN(2)) << 63, six: true}, uint8(rng.IntN(129))}
		}
		p.address = p.masked(int(p.bits))
		return p
	}
	var found [3]int
	for range 2000 {
		var list []prefix
		for range rng.IntN(12) {
			list = append(list, draw())
		}
		s := newPrefixSet(list)
		for range 20 {
			p := draw()
			var want [3]bool
			for _, q := range list {
				want[0] = want[0] || p == q
				want[1] = want[1] || q.covers(p)
				want[2] = want[2] || p.covers(q)
			}
			if got := [3]bool{s.has(p), s.covers(p), s.within(p)}; got != want {
				t.Fatalf("%v in %v: has, covers, within are %v, want %v", p, list, got, want)
			}
			for i, ok := range want {
				if ok {
					found[i]++
				}
			}
		}
	}
	if min(found[0], found[1], found[2]) < 200 {
		t.Errorf("too few were found: %v", found)
	}
}
