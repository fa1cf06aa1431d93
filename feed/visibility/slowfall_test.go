package visibility

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"tocsin/evidence"
	"tocsin/feed"
)

// slowFalls finds falls in the sizes of one AS, one for each second, as it is
// told in words: the usual is the median of all seconds of the last day that were
// in no fall, the hour before counting as the first of them.
func slowFalls(sizes []Size, o FallOptions) (found [][2]int64) {
	var calm []Size
	for range dumpWorth {
		calm = append(calm, sizes[0])
	}
	falling := int64(-1)
	var usual Size
	back := func(now Size) bool { return float64(now.Space) >= (1-o.Depth/2)*float64(usual.Space) }
	for second, now := range sizes {
		if falling < 0 {
			day := slices.Clone(calm[max(0, len(calm)-usualFor):])
			slices.SortFunc(day, func(a, b Size) int { return a.Space - b.Space })
			usual = day[(len(day)+1)/2-1]
			if usual.Prefixes-now.Prefixes >= o.Least && float64(now.Space) < (1-o.Depth)*float64(usual.Space) {
				falling = int64(second)
				continue
			}
		} else if back(now) {
			if int64(second)-falling > o.Hold {
				found = append(found, [2]int64{falling, int64(second)})
			}
			falling = -1
		}
		if falling < 0 {
			calm = append(calm, now)
		}
	}
	if falling >= 0 {
		found = append(found, [2]int64{falling, -1})
	}
	return found
}

// Falls against that twin: an AS of 40 /24s whose prefixes come and go at
// random, often enough that it hovers about the threshold.
func TestFallsAgainstTwin(t *testing.T) {
	t.Parallel()
	found := 0
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 77))
			o := FallOptions{Depth: 0.2, Least: 5, Hold: 60}
			s := New(Options{Share: 0.5, Falls: &o})
			var list []feed.V4
			for i := range feed.V4(40) {
				list = append(list, (20<<24|i<<8)<<8|24)
			}
			peers := []feed.Peer{peerNo(0), peerNo(1), peerNo(2)}
			tell := func(r feed.Routes) {
				for _, r.Peer = range peers {
					s.Take(&r)
				}
			}
			tell(feed.Routes{At: 0, Announced4: list, Origin: 5, Dump: true})
			s.Settle()
			up := make([]bool, len(list))
			for i := range up {
				up[i] = true
			}
			sizes := []Size{{40, 40}}
			second, down := int64(0), 0.02
			for range 60 {
				wait := int64(rng.IntN(50) + 1)
				if rng.IntN(4) == 0 {
					down = []float64{0.02, 0.15, 0.22, 0.5, 1}[rng.IntN(5)]
				}
				for range wait - 1 {
					sizes = append(sizes, sizes[len(sizes)-1])
				}
				second += wait
				var gone, back []feed.V4
				n := 0
				for i := range list {
					want := rng.Float64() >= down
					if want && !up[i] {
						back = append(back, list[i])
					} else if !want && up[i] {
						gone = append(gone, list[i])
					}
					if up[i] = want; want {
						n++
					}
				}
				sizes = append(sizes, Size{n, n})
				tell(feed.Routes{At: second * 1e9, Withdrawn4: gone, Announced4: back, Origin: 5})
			}
			want := slowFalls(sizes, o)
			// The guard would take so large a part of a table for illness, were it not
			// all of one AS.
			if s.Stand().Full[0] != 3 {
				t.Fatalf("%v count", s.Stand().Full)
			}
			var got [][2]int64
			for _, f := range s.Falls() {
				if f.Family != evidence.IPv4 || f.AS != 5 {
					t.Fatalf("%+v", f)
				}
				if f.End == 0 {
					f.End = -1
				}
				got = append(got, [2]int64{f.Onset, f.End})
			}
			if !slices.Equal(got, want) {
				t.Errorf("falls %v\nwant  %v", got, want)
			}
			found += len(got)
		})
	}
	if found < 8 {
		t.Errorf("only %d falls in all", found)
	}
}

// The guard's count of the most stricken, against a count of all.
func TestWindowAgainstTwin(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(12, 1))
	ill, well := 0, 0
	for range 3000 {
		start := uint32(100 + rng.IntN(2000))
		w := window{begun: true, start: [2]uint32{start, 0}}
		lost := map[uint32]uint32{}
		now, origins := start, 1+rng.IntN(3) // few: then the count is exact
		for range rng.IntN(int(start)) {
			o := uint32(rng.IntN(origins))
			lost[o]++
			w.lose(o)
			now--
		}
		if w.ill(now) {
			t.Fatalf("%d of %d lost, all by %d ASes: %v", start-now, start, origins, lost)
		}
		// And what is spread over hundreds is illness once it is a fifth of the rest.
		w = window{begun: true, start: [2]uint32{start, 0}}
		share := rng.Float64()
		gone := uint32(share * float64(start))
		for i := range gone {
			w.lose(i) // each its own
		}
		switch got := w.ill(start - gone); {
		case share > 0.25 && !got:
			t.Fatalf("%d of %d lost by as many ASes is no illness", gone, start)
		case share < 0.19 && got:
			t.Fatalf("%d of %d is illness", gone, start)
		case got:
			ill++
		default:
			well++
		}
	}
	if ill < 500 || well < 300 {
		t.Errorf("%d ill, %d well", ill, well)
	}
}
