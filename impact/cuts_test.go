package impact_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tocsin/catalog"
	"tocsin/graph"
	"tocsin/impact"
)

// slowCuts finds the minimal cut sets by asking the engine about every set of up
// to so many components.
func slowCuts(t *testing.T, ed *catalog.Edition, o impact.GateOptions, target catalog.NodeID, order int) [][]catalog.NodeID {
	t.Helper()
	lost := asked(t, ed, o)
	if slices.Contains(lost(), target) {
		return nil
	}
	var fails []catalog.NodeID
	for _, n := range ed.Nodes() {
		if n.Kind != catalog.Dependent && n.ID != target && !slices.Contains(lost(), n.ID) {
			fails = append(fails, n.ID)
		}
	}
	sets := [][]catalog.NodeID{{}}
	var out [][]catalog.NodeID
	for range order {
		var next [][]catalog.NodeID
		for _, s := range sets {
			for _, id := range fails {
				if len(s) == 0 || id > s[len(s)-1] {
					next = append(next, append(slices.Clone(s), id))
				}
			}
		}
		sets = next
		for _, s := range sets {
			holds := func(cut []catalog.NodeID) bool {
				return !slices.ContainsFunc(cut, func(id catalog.NodeID) bool { return !slices.Contains(s, id) })
			}
			if !slices.ContainsFunc(out, holds) && slices.Contains(lost(s...), target) {
				out = append(out, s)
			}
		}
	}
	return out
}

// The minimal cut sets of random worlds, against every set tried.
func TestCutSetsTwin(t *testing.T) {
	found := map[int]int{}
	for seed := range uint64(cases / 3) {
		r := rand.New(rand.NewPCG(seed, 21))
		ed := redundant(r)
		for _, n := range ed.Nodes() { // many roads to each
			for range 2 - len(n.Needs) {
				n.Needs = append(n.Needs, randomNeed(r, len(ed.Nodes())))
			}
			for i := range n.Needs {
				for range r.IntN(3) {
					n.Needs[i].Members = append(n.Needs[i].Members, name(r.IntN(len(ed.Nodes()))))
				}
				n.Needs[i].AtLeast = 1
			}
		}
		o := options(r, ed)
		g := impact.New(ed).Gates(o)
		target, order := pick(r, ed.Nodes()...).ID, 1+r.IntN(3)
		got, err := g.CutSets(target, order, 1000)
		if err != nil {
			t.Fatal(err)
		}
		want := slowCuts(t, ed, o, target, order)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("seed %d: %+v, %s to order %d: %v, expected %v", seed, o, target, order, got, want)
		}
		for _, s := range got {
			found[len(s)]++
		}
		if len(got) > 0 {
			if _, err := g.CutSets(target, order, len(got)-1); err == nil {
				t.Fatalf("seed %d: %d cut sets where %d may be", seed, len(got), len(got)-1)
			}
		}
	}
	for order := 1; order <= 3; order++ {
		if found[order] < 15 {
			t.Errorf("only %d cut sets of order %d", found[order], order)
		}
	}
}

// Where every node needs one of several above it, a single point of failure is a
// dominator: taken out, no road leads from the source to the node.
func TestSinglePointsAreDominators(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 31))
		n := 5 + r.IntN(20)
		var roads []graph.Edge
		ed := grown(n, func(_ *rand.Rand, i int) []catalog.Requirement {
			if i == 0 {
				return nil
			}
			up := some(r, 1+r.IntN(3), i)
			for _, m := range up {
				roads = append(roads, graph.Edge{From: string(far(m)), To: string(far(i))})
			}
			return []catalog.Requirement{of(1, up...)}
		})
		g := impact.New(ed).Gates(impact.GateOptions{})
		for target := 1; target < n; target++ {
			got, err := g.CutSets(far(target), 1, n)
			if err != nil {
				t.Fatal(err)
			}
			var want [][]catalog.NodeID
			for gone := range target {
				left := slices.DeleteFunc(slices.Clone(roads), func(e graph.Edge) bool { return e.From == string(far(gone)) || e.To == string(far(gone)) })
				if gone == 0 || !slices.Contains(graph.New(left, string(far(0))).Reach(string(far(0))), string(far(target))) {
					want = append(want, []catalog.NodeID{far(gone)})
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("seed %d, node %d: %v, expected %v", seed, target, got, want)
			}
		}
	}
}

func TestCutSetsRefused(t *testing.T) {
	g := impact.New(redundant(rand.New(rand.NewPCG(1, 1)))).Gates(impact.GateOptions{})
	for says, ask := range map[string]func() error{
		"no node is called": func() error { _, err := g.CutSets("x/nothing", 2, 9); return err },
		"order 0":           func() error { _, err := g.CutSets(name(0), 0, 9); return err },
		"order 4":           func() error { _, err := g.CutSets(name(0), 4, 9); return err },
	} {
		if err := ask(); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v doesn't say %q", err, says)
		}
	}
}
