package impact

import (
	"fmt"
	"math/bits"
	"math/rand/v2"
	"testing"
	"time"

	"tocsin/catalog"
)

// layers is a country of one region in layers as carriers have them: every node
// hangs on one above it, and on two or three of which some must stand; series is
// in how many of a hundred these must all stand.
func layers(n, series int) *catalog.Edition {
	r := rand.New(rand.NewPCG(uint64(n), 5))
	w := catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country}}}
	id := func(i int) catalog.NodeID { return catalog.NodeID(fmt.Sprintf("x/n%06d", i)) }
	group := func(up, size, least int) catalog.Requirement {
		g := catalog.Requirement{AtLeast: least, Lost: catalog.Down}
		for range size {
			g.Members = append(g.Members, id(r.IntN(up)))
		}
		return g
	}
	for i := range n {
		node := catalog.Node{ID: id(i), Kind: catalog.Access, Regions: []catalog.RegionID{"ca"}, People: 1 + r.IntN(5000)}
		if up := max(1, i/5); i > n/200+2 {
			last := 1
			if r.IntN(100) < series {
				last = 2
			}
			node.Needs = []catalog.Requirement{group(up, 1, 1), group(up, 2, last), group(up, 2+r.IntN(2), 1+r.IntN(2))}
		}
		w.Nodes = append(w.Nodes, node)
	}
	return catalog.New(time.Time{}, "layers", w)
}

// counted is what can be counted of all pairs.
type counted struct {
	emergent int64
	cuts     []int64 // by node
	worst    int64   // the greatest harm
}

// enumerate judges every pair by the bit-parallel fixed point: no pair is left
// out, nothing is told from cones.
func enumerate(g *Gates) counted {
	n := len(g.fails)
	words := (n + 63) / 64
	alone := make([][]uint64, len(g.need)) // by gate: the components that take it down alone
	single := g.Batch(words)
	for i := range n {
		single.Fail(i, i)
	}
	single.Settle()
	for x := range alone {
		alone[x] = single.row(int32(x))
	}
	c := counted{cuts: make([]int64, len(g.nodes))}
	const width = 16
	b := g.Batch(width)
	harm := make([]int64, 64*width)
	for a := range n {
		for from := (a + 1) / 64; from < words; from += width {
			b.Clear()
			b.failAll(a, from, n)
			b.Settle()
			c.add(g, b, alone, pairsOf{a, from, n}, harm)
		}
	}
	return c
}

// failAll puts a component into every contingency of a block, with a second one
// each: those whose numbers begin with a word.
func (b *Batch) failAll(a, from, n int) {
	for i := range b.Size() {
		if second := 64*from + i; second > a && second < n {
			b.Fail(i, a)
			b.Fail(i, second)
		}
	}
}

type pairsOf struct{ a, from, n int }

// add counts a settled block.
func (c *counted) add(g *Gates, b *Batch, alone [][]uint64, p pairsOf, harm []int64) {
	clear(harm)
	var emergent [16]uint64
	for _, x := range b.used {
		n := g.node[x]
		if n < 0 {
			continue
		}
		byFirst := alone[x][p.a/64]>>(p.a%64)&1 == 1
		for i, w := range b.row(x) {
			for v := w; v != 0; v &= v - 1 {
				harm[64*i+bits.TrailingZeros64(v)] += g.weight[n]
			}
			if byFirst || w == 0 {
				continue
			}
			both := w &^ alone[x][p.from+i]
			emergent[i] |= both
			c.cuts[n] += int64(bits.OnesCount64(both))
		}
	}
	for _, w := range emergent {
		c.emergent += int64(bits.OnesCount64(w))
	}
	for i, h := range harm {
		if second := 64*p.from + i; h > 0 && second < p.n {
			c.worst = max(c.worst, h-g.weight[g.fails[p.a]]-g.weight[g.fails[second]])
		}
	}
}

// told is the same by the engine.
func told(g *Gates) counted {
	s := g.Singles(g.Reach(0, len(g.fails)))
	parts := []*PairsPart{s.PlainPairs(0, 1, 5)}
	o := PairOptions{Top: 5, Floor: s.Floor(5, parts...)}
	c := counted{cuts: make([]int64, len(g.nodes))}
	for i := range s.Ranges() {
		o.Seconds = s.Takers(i)
		p := s.Pairer(o)
		p.Rows(0, len(g.fails))
		parts = append(parts, p.Part())
		for n, more := range p.Part().cuts {
			c.cuts[n] += more
		}
	}
	all := s.Pairs(5, parts...)
	c.emergent, c.worst = all.Emergent, all.Worst[0].Harm
	return c
}

// The engine counts what is counted when every pair is judged, on graphs of a
// few hundred nodes with cones of very different size, whichever way it remembers
// what components take down alone.
func TestEnumerated(t *testing.T) {
	for _, series := range []int{0, 30, 100} {
		for _, n := range []int{63, 200, 330} {
			e := New(layers(n, series))
			want := enumerate(e.Gates(GateOptions{}))
			if want.emergent == 0 {
				t.Fatalf("%d nodes, %d %% in series: nothing emerges", n, series)
			}
			for _, room := range []int{0, 1, 30_000, 400_000} {
				g := e.Gates(GateOptions{Room: room})
				if got := told(g); fmt.Sprint(got) != fmt.Sprint(want) {
					t.Errorf("%d nodes, %d %% in series, room %d: %v, expected %v", n, series, room, got, want)
				}
			}
		}
	}
}

// A catalogue of nothing, of one component, or of dependents alone has no pairs.
func TestNoPairs(t *testing.T) {
	for _, nodes := range [][]catalog.Node{nil, {{ID: "x/a", Regions: []catalog.RegionID{"ca"}}}, {{ID: "x/a", Kind: catalog.Dependent, Regions: []catalog.RegionID{"ca"}}}} {
		ed := catalog.New(time.Time{}, "small", catalog.World{Regions: []catalog.Region{{ID: "ca", Level: catalog.Country}}, Nodes: nodes})
		g := New(ed).Gates(GateOptions{})
		s := g.Singles(g.Reach(0, g.Components()))
		p := s.Pairer(PairOptions{Seconds: s.Takers(0), Top: 3})
		p.Rows(0, g.Components())
		if got := s.Pairs(3, p.Part(), s.PlainPairs(0, 1, 3)); got.Judged != 0 || got.Emergent != 0 || len(got.Worst) != 0 || len(got.Singles) != g.Components() {
			t.Errorf("%d nodes: %+v", len(nodes), got)
		}
	}
}

// The three ways of remembering are all met in the tests.
func TestRoom(t *testing.T) {
	e := New(layers(330, 30))
	for room, want := range map[int]string{0: "bits", 1: "ranges", 400_000: "bits", 60_000: "lists"} {
		g := e.Gates(GateOptions{Room: room})
		s := g.Singles(g.Reach(0, 100), g.Reach(100, 330))
		got := "bits"
		if s.lists != nil {
			got = "lists"
		} else if s.Ranges() > 1 {
			got = "ranges"
		}
		if got != want {
			t.Errorf("room for %d bytes: %s, expected %s", room, got, want)
		}
	}
}

// plain judges one pair as one would write it down: go round all nodes until
// nothing changes.
type plain struct {
	needs [][]catalog.Requirement
	place map[catalog.NodeID]int
}

func newPlain(ed *catalog.Edition) *plain {
	p := &plain{place: map[catalog.NodeID]int{}}
	for i, n := range ed.Nodes() {
		p.place[n.ID] = i
		p.needs = append(p.needs, n.Needs)
	}
	return p
}

func (p *plain) lost(a, b int) []bool {
	down := make([]bool, len(p.needs))
	down[a], down[b] = true, true
	for again := true; again; {
		again = false
		for i, needs := range p.needs {
			if down[i] {
				continue
			}
			for _, g := range needs {
				up := 0
				for _, m := range g.Members {
					if !down[p.place[m]] {
						up++
					}
				}
				if up < g.AtLeast {
					down[i], again = true, true
					break
				}
			}
		}
	}
	return down
}

// The plain evaluator agrees on drawn pairs.
func TestPlain(t *testing.T) {
	ed := layers(300, 30)
	p := newPlain(ed)
	g := New(ed).Gates(GateOptions{})
	b := g.Batch(2)
	r := rand.New(rand.NewPCG(1, 1))
	var pairs [128][2]int
	for i := range pairs {
		pairs[i] = [2]int{r.IntN(300), r.IntN(300)}
		b.Fail(i, pairs[i][0])
		b.Fail(i, pairs[i][1])
	}
	b.Settle()
	for i, pair := range pairs {
		for n, down := range p.lost(pair[0], pair[1]) {
			if b.Lost(i, n) != down {
				t.Fatalf("with %v node %d is lost: %v", pair, n, !down)
			}
		}
	}
}

// BenchmarkTimesPlain is how many times faster a pair is judged than by the plain
// evaluator, on one processor, in the same run: all pairs by the engine, some by
// the other.
func BenchmarkTimesPlain(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			ed := layers(n, 10)
			e := New(ed)
			p := newPlain(ed)
			const drawn = 300
			r := rand.New(rand.NewPCG(2, 2))
			var engine, slow time.Duration
			for b.Loop() {
				began := time.Now()
				told(e.Gates(GateOptions{}))
				engine += time.Since(began)
				began = time.Now()
				for range drawn {
					p.lost(r.IntN(n), r.IntN(n))
				}
				slow += time.Since(began)
			}
			each := float64(engine) / float64(n*(n-1)/2)
			b.ReportMetric(each/float64(b.N), "ns/pair")
			b.ReportMetric(float64(slow)/drawn/float64(b.N), "ns/pair-plain")
			b.ReportMetric(float64(slow)/drawn/each, "times")
		})
	}
}

// BenchmarkEnumerated judges every pair by the bit-parallel fixed point, and
// holds the engine to what it counts.
func BenchmarkEnumerated(b *testing.B) {
	for _, n := range []int{1_000, 3_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			g := New(layers(n, 10)).Gates(GateOptions{})
			var want counted
			for b.Loop() {
				want = enumerate(g)
			}
			if got := told(g); fmt.Sprint(got) != fmt.Sprint(want) {
				b.Errorf("the engine counts %d emergent pairs and a worst harm of %d, not %d and %d", got.emergent, got.worst, want.emergent, want.worst)
			}
			b.ReportMetric(float64(want.emergent), "emergent")
		})
	}
}
