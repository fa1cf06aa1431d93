package graph

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// parse is Parse for graphs that are right.
func parse(t *testing.T, text string) *Graph {
	t.Helper()
	g, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func join(path []string) string { return strings.Join(path, " ") }

func TestAnswers(t *testing.T) {
	// The day in small: money needs a line, the line needs a core, and the core
	// and its management network need each other.
	g := parse(t, `
		debit -> line
		line -> core
		core -> management
		management -> core
		sales -> debit
		sales -> cash
		radio # stands alone
	`)
	for _, c := range []struct{ what, got, want string }{
		{"names", join(g.Names()), "cash core debit line management radio sales"},
		{"next", join(g.Next("sales")), "cash debit"},
		{"next of a stranger", join(g.Next("moon")), ""},
		{"reach", join(g.Reach("debit")), "core debit line management"},
		{"reach of two", join(g.Reach("radio", "cash", "moon")), "cash radio"},
		{"who needs it", join(g.Reverse().Reach("line")), "debit line sales"},
		{"path", join(g.Path("sales", "core")), "sales debit line core"},
		{"path to itself", join(g.Path("core", "core")), "core"},
		{"no path", join(g.Path("core", "sales")), ""},
		{"path from a stranger", join(g.Path("moon", "core")), ""},
		{"components", fmt.Sprint(g.Components()), "[[cash] [core management] [debit] [line] [radio] [sales]]"},
		{"cycles", fmt.Sprint(g.Cycles()), "[[core management]]"},
		{"cycle of an edge", join(g.Cycle(Edge{"management", "core"})), "management core"},
		{"cycle of an edge on none", join(g.Cycle(Edge{"line", "core"})), ""},
		{"cycle of no edge", join(g.Cycle(Edge{"core", "line"})), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
}

func TestTiesAreSettledByName(t *testing.T) {
	g := parse(t, "a -> c\na -> b\nb -> d\nc -> d\n")
	if got := join(g.Path("a", "d")); got != "a b d" {
		t.Errorf("path %q", got)
	}
}

func TestSelfLoopIsACycle(t *testing.T) {
	g := parse(t, "a -> a\nb\n")
	if got := fmt.Sprint(g.Cycles()); got != "[[a]]" {
		t.Errorf("cycles %s", got)
	}
}

func TestZeroGraph(t *testing.T) {
	var g Graph
	if g.String() != "" || g.Names() != nil || g.Edges() != nil || g.Path("a", "a") != nil || len(g.Components()) != 0 {
		t.Error("the zero graph is not empty")
	}
}

func TestDeepGraph(t *testing.T) {
	const n = 200_000
	chain := make([]Edge, n)
	for i := range chain {
		chain[i] = Edge{fmt.Sprintf("%06d", i), fmt.Sprintf("%06d", i+1)}
	}
	last := chain[n-1].To
	g := New(chain)
	if c := g.Components(); len(c) != n+1 {
		t.Errorf("%d components in a chain", len(c))
	}
	if p := g.Path("000000", last); len(p) != n+1 {
		t.Errorf("path of %d names", len(p))
	}
	ring := New(append(chain, Edge{last, "000000"}))
	if c := ring.Components(); len(c) != 1 || len(c[0]) != n+1 {
		t.Errorf("%d components in a ring", len(c))
	}
}

func TestRotate(t *testing.T) {
	if got := join(Rotate([]string{"c", "a", "b"})); got != "a b c" {
		t.Error(got)
	}
	if Rotate(nil) != nil {
		t.Error("a cycle out of nothing")
	}
}

// twin answers the same questions slowly and obviously, from a matrix of edges.
type twin struct {
	names []string
	edge  map[Edge]bool
}

// walks gives all simple paths between two names, both ends included.
func (w twin) walks(from, to string, before []string) [][]string {
	before = append(slices.Clone(before), from)
	if from == to {
		return [][]string{before}
	}
	var all [][]string
	for _, next := range w.names {
		if w.edge[Edge{from, next}] && !slices.Contains(before, next) {
			all = append(all, w.walks(next, to, before)...)
		}
	}
	return all
}

// least is the shortest path, the first in the order of names among equals.
func least(paths [][]string) []string {
	if len(paths) == 0 {
		return nil
	}
	return slices.MinFunc(paths, func(a, b []string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return slices.Compare(a, b)
	})
}

func (w twin) path(from, to string) []string { return least(w.walks(from, to, nil)) }

func (w twin) reach(from string) []string {
	return slices.DeleteFunc(slices.Clone(w.names), func(to string) bool { return w.path(from, to) == nil })
}

func (w twin) components() [][]string {
	var all [][]string
	for _, a := range w.names {
		set := slices.DeleteFunc(slices.Clone(w.names), func(b string) bool {
			return w.path(a, b) == nil || w.path(b, a) == nil
		})
		if set[0] == a {
			all = append(all, set)
		}
	}
	return all
}

func (w twin) cycles() [][]string {
	var all [][]string
	for e := range w.edge {
		if back := w.path(e.To, e.From); back != nil {
			all = append(all, Rotate(append([]string{e.From}, back[:len(back)-1]...)))
		}
	}
	slices.SortFunc(all, slices.Compare)
	return slices.CompactFunc(all, slices.Equal)
}

// random makes a graph of up to seven names, from thin to dense, and its twin.
func random(rng *rand.Rand) (*Graph, twin) {
	names := strings.Fields("a b c d e f g")[:1+rng.IntN(7)]
	w := twin{names: names, edge: map[Edge]bool{}}
	var edges []Edge
	for range rng.IntN(2 * len(names) * len(names)) {
		e := Edge{names[rng.IntN(len(names))], names[rng.IntN(len(names))]}
		if rng.IntN(3) == 0 {
			edges, w.edge[e] = append(edges, e), true
		}
	}
	return New(edges, names...), w
}

func TestAgainstTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		g, w := random(rng)
		for _, from := range w.names {
			if got, want := join(g.Reach(from)), join(w.reach(from)); got != want {
				t.Fatalf("reach of %s: %q, want %q, in\n%s", from, got, want, g)
			}
			for _, to := range w.names {
				if got, want := join(g.Path(from, to)), join(w.path(from, to)); got != want {
					t.Fatalf("path %s to %s: %q, want %q, in\n%s", from, to, got, want, g)
				}
			}
		}
		if got, want := fmt.Sprint(g.Components()), fmt.Sprint(w.components()); got != want {
			t.Fatalf("components %s, want %s, in\n%s", got, want, g)
		}
		if got, want := fmt.Sprint(g.Cycles()), fmt.Sprint(w.cycles()); got != want {
			t.Fatalf("cycles %s, want %s, in\n%s", got, want, g)
		}
	}
}

func TestOneForm(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		g, _ := random(rng)
		edges := g.Edges()
		rng.Shuffle(len(edges), func(i, j int) { edges[i], edges[j] = edges[j], edges[i] })
		if h := New(append(edges, edges...), g.Names()...); h.String() != g.String() {
			t.Fatalf("order shows:\n%s\n%s", g, h)
		}
		if h := g.Reverse().Reverse(); h.String() != g.String() {
			t.Fatalf("turned round twice:\n%s\n%s", g, h)
		}
	}
}
