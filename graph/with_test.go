package graph

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// CyclesThrough asks for the cycles of some edges, CyclesWith for those of all
// edges that use a marked one. Each is held to its words by asking Cycle for
// every edge.
func TestCyclesOfSomeEdges(t *testing.T) {
	used := 0
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 5))
		var edges, marked []Edge
		for range r.IntN(14) {
			edges = append(edges, Edge{strconv.Itoa(r.IntN(6)), strconv.Itoa(r.IntN(6))})
		}
		for _, e := range edges {
			if r.IntN(3) == 0 {
				marked = append(marked, e)
			}
		}
		marked = append(marked, Edge{"0", "nowhere"}) // the graph lacks it
		g := New(edges)
		var through, with [][]string
		for _, e := range g.Edges() {
			cycle := g.Cycle(e)
			if cycle == nil {
				continue
			}
			cycle = Rotate(cycle)
			uses := false
			for i, name := range cycle {
				uses = uses || slices.Contains(marked, Edge{name, cycle[(i+1)%len(cycle)]})
			}
			if slices.Contains(marked, e) {
				through = append(through, cycle)
			}
			if uses {
				with = append(with, cycle)
			}
		}
		for _, want := range []*[][]string{&through, &with} {
			slices.SortFunc(*want, slices.Compare)
			*want = slices.CompactFunc(*want, slices.Equal)
		}
		if got := g.CyclesThrough(marked); !slices.EqualFunc(got, through, slices.Equal) {
			t.Fatalf("seed %d: through %v: %v, want %v\n%s", seed, marked, got, through, g)
		}
		got := g.CyclesWith(marked)
		if !slices.EqualFunc(got, with, slices.Equal) {
			t.Fatalf("seed %d: with %v: %v, want %v\n%s", seed, marked, got, with, g)
		}
		if len(got) > len(through) {
			used++
		}
		if got := g.CyclesThrough(g.Edges()); !slices.EqualFunc(got, g.Cycles(), slices.Equal) {
			t.Fatalf("seed %d: cycles through all edges are not all cycles", seed)
		}
	}
	if used < 50 {
		t.Errorf("only %d graphs have a further way round", used)
	}
}

// A graph of more edges than anybody follows gives those of its marked edges all
// the same.
func TestCyclesWithInAGreatGraph(t *testing.T) {
	edges := []Edge{{"z-end", "a-start"}}
	for i := range 2*mostEdges + 1 {
		edges = append(edges, Edge{"a-start", strconv.Itoa(i)}, Edge{strconv.Itoa(i), "z-end"})
	}
	if got := New(edges).CyclesWith(edges[:1]); len(got) == 0 || !slices.Contains(got[0], "z-end") {
		t.Errorf("%d cycles", len(got))
	}
}
