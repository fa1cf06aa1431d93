package impact_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"tocsin/catalog"
	"tocsin/impact"
)

// grown is a country of one region in which node i needs earlier ones, as a rule
// says: groups by their members and how many of them must be up.
func grown(n int, rule func(r *rand.Rand, i int) []catalog.Requirement) *catalog.Edition {
	r := rand.New(rand.NewPCG(uint64(n), 5))
	w := catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country}}}
	for i := range n {
		w.Nodes = append(w.Nodes, catalog.Node{
			ID: far(i), Kind: catalog.Access, Regions: []catalog.RegionID{"ca"}, People: 1 + r.IntN(5000),
		})
		w.Nodes[i].Needs = rule(r, i)
	}
	return catalog.New(start(), "grown", w)
}

// far is a node's name in a large graph.
func far(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("x/n%06d", i)) }

// of is a group of which k must be up.
func of(k int, members ...int) catalog.Requirement {
	g := catalog.Requirement{AtLeast: k, Lost: catalog.Down}
	for _, m := range members {
		g.Members = append(g.Members, far(m))
	}
	return g
}

// some draws different numbers below n.
func some(r *rand.Rand, count, n int) []int {
	seen := map[int]bool{}
	var out []int
	for len(out) < min(count, n) {
		if m := r.IntN(n); !seen[m] {
			seen[m] = true
			out = append(out, m)
		}
	}
	return out
}

// shapes are graphs that are hard in different ways; each has about five links
// for a node, but for the last two.
func shapes() map[string]func(n int) *catalog.Edition {
	return map[string]func(n int) *catalog.Edition{
		// Layers as carriers have them: a node hangs on one above it, and on two or three of which some must stand.
		"layers": func(n int) *catalog.Edition {
			return grown(n, func(r *rand.Rand, i int) []catalog.Requirement {
				if i < n/200+2 {
					return nil
				}
				up := max(1, i/5)
				return []catalog.Requirement{of(1, r.IntN(up)), of(1, some(r, 2, up)...), of(1+r.IntN(2), some(r, 2+r.IntN(2), up)...)}
			})
		},
		// Nothing but redundancy, over everything before: cones are small, weakened groups many.
		"redundant": func(n int) *catalog.Edition {
			return grown(n, func(r *rand.Rand, i int) []catalog.Requirement {
				if i < 3 {
					return nil
				}
				return []catalog.Requirement{of(1, some(r, 2, i)...), of(1, some(r, 3, i)...)}
			})
		},
		// One hard need of anything before, and two of two: every cone reaches far, and roots are shared by thousands.
		"deep": func(n int) *catalog.Edition {
			return grown(n, func(r *rand.Rand, i int) []catalog.Requirement {
				if i < 3 {
					return nil
				}
				return []catalog.Requirement{of(1, r.IntN(i)), of(1, some(r, 2, i)...), of(1, some(r, 2, i)...)}
			})
		},
		// Two hard needs of anything before: cones are a large part of everything.
		"dense": func(n int) *catalog.Edition {
			return grown(n, func(r *rand.Rand, i int) []catalog.Requirement {
				if i < 3 {
					return nil
				}
				return []catalog.Requirement{of(2, some(r, 2, i)...), of(2, some(r, 3, i)...)}
			})
		},
		// One after the other.
		"chain": func(n int) *catalog.Edition {
			return grown(n, func(_ *rand.Rand, i int) []catalog.Requirement {
				if i == 0 {
					return nil
				}
				return []catalog.Requirement{of(1, i-1)}
			})
		},
		// All of them behind one.
		"star": func(n int) *catalog.Edition {
			return grown(n, func(_ *rand.Rand, i int) []catalog.Requirement {
				if i < n-1 {
					return nil
				}
				var all []int
				for m := range n - 1 {
					all = append(all, m)
				}
				return []catalog.Requirement{of(n-1, all...)}
			})
		},
	}
}

// share runs work for every number below n on all processors that the benchmark
// may use; each is told which worker it is.
func share(n int, work func(worker, i int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	for worker := range runtime.GOMAXPROCS(0) {
		all.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(worker, i)
			}
		})
	}
	all.Wait()
}

// allPairs answers N-1 and N-2 on all processors.
func allPairs(g *impact.Gates, top int) *impact.Pairs {
	const piece, rows = 2048, 64
	n := g.Components()
	reach := make([]impact.Reach, (n+piece-1)/piece)
	share(len(reach), func(_, i int) { reach[i] = g.Reach(i*piece, min(n, (i+1)*piece)) })
	s := g.Singles(reach...)
	workers := runtime.GOMAXPROCS(0)
	parts := make([]*impact.PairsPart, workers)
	share(workers, func(_, i int) { parts[i] = s.PlainPairs(i, workers, top) })
	o := impact.PairOptions{Top: top, Floor: s.Floor(top, parts...)}
	for i := range s.Ranges() {
		o.Seconds = s.Takers(i)
		pairers := make([]*impact.Pairer, workers)
		share((n+rows-1)/rows, func(worker, j int) {
			if pairers[worker] == nil {
				pairers[worker] = s.Pairer(o)
			}
			pairers[worker].Rows(j*rows, min(n, (j+1)*rows))
		})
		for _, p := range pairers {
			if p != nil {
				parts = append(parts, p.Part())
			}
		}
	}
	return s.Pairs(top, parts...)
}

// All pairs of graphs of different shapes and sizes, compiling included, loading
// not.
func BenchmarkPairs(b *testing.B) {
	for _, shape := range []string{"layers", "redundant", "deep", "dense", "chain", "star"} {
		for _, n := range []int{1_000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%s/%d", shape, n), func(b *testing.B) {
				ed := shapes()[shape](n)
				e := impact.New(ed)
				var p *impact.Pairs
				for b.Loop() {
					p = allPairs(e.Gates(impact.GateOptions{}), 20)
				}
				b.ReportMetric(float64(p.Emergent), "emergent")
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(p.Judged), "ns/pair")
			})
		}
	}
}

// How the cost grows with links and with k: 10,000 components in layers, each
// hanging on one above it and on so many groups of which some must stand.
func BenchmarkPairsGrowth(b *testing.B) {
	for _, c := range []struct{ groups, size, least int }{
		{1, 2, 1}, {2, 2, 1}, {4, 2, 1}, {8, 2, 1}, {2, 4, 1}, {2, 4, 2}, {2, 4, 3}, {2, 8, 1}, {2, 8, 4}, {2, 8, 7},
	} {
		b.Run(fmt.Sprintf("%d-groups/%d-of-%d", c.groups, c.least, c.size), func(b *testing.B) {
			links := 0
			ed := grown(10_000, func(r *rand.Rand, i int) []catalog.Requirement {
				if i < 60 {
					return nil
				}
				up := i / 5
				needs := []catalog.Requirement{of(1, r.IntN(up))}
				for range c.groups {
					needs = append(needs, of(c.least, some(r, c.size, up)...))
				}
				links += 1 + c.groups*min(c.size, up)
				return needs
			})
			e := impact.New(ed)
			var p *impact.Pairs
			for b.Loop() {
				p = allPairs(e.Gates(impact.GateOptions{}), 20)
			}
			b.ReportMetric(float64(links), "links")
			b.ReportMetric(float64(p.Emergent), "emergent")
		})
	}
}
