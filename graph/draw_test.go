package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// picture writes a drawing as lines of names: layers from the top, "|" where an
// edge passes.
func picture(d Drawing) string {
	var lines []string
	for _, layer := range d.Layers {
		var names []string
		for _, p := range layer {
			if p.Name == "" {
				p.Name = "|"
			}
			names = append(names, p.Name)
		}
		lines = append(lines, strings.Join(names, " "))
	}
	return strings.Join(lines, " / ")
}

func edges(text string) []Edge {
	var all []Edge
	for word := range strings.FieldsSeq(text) {
		from, to, _ := strings.Cut(word, ">")
		all = append(all, Edge{from, to})
	}
	return all
}

func TestDraw(t *testing.T) {
	for _, c := range []struct{ edges, want string }{
		{"", ""},
		{"a>b", "a / b"},
		{"a>b b>c", "a / b / c"},
		{"a>b a>c b>d c>d", "a / b c / d"},
		{"a>b b>c a>c", "a / b | / c"},                       // round b
		{"a>x b>y a>y b>x a>z", "a b / z x y"},               // one crossing, no fewer
		{"a>d b>c", "a b / d c"},                             // put beside its own
		{"a>b b>a", "a / b"},                                 // a cycle
		{"a>a", "a"},                                         // of one
		{"r>a a>b b>c c>a", "r / a / b | / c"},               // leads up beside b
		{"c>b b>a", "c / b / a"},                             // against the order of names
		{"a>b b>c c>d a>d", "a / b | / c | / d"},             // passes twice
		{"a>m b>m m>x m>y x>z y>z", "a b / m / x y / z"},     // a waist
		{"h>i h>m i>c m>c m>r c>k r>k", "h / i m / c r / k"}, // a hospital
	} {
		d := New(edges(c.edges)).Draw()
		if got := picture(d); got != c.want {
			t.Errorf("%s is drawn as %s, want %s", c.edges, got, c.want)
		}
	}
}

// A lone name is drawn too.
func TestDrawLone(t *testing.T) {
	if got := picture(New(edges("a>b"), "z").Draw()); got != "a z / b" {
		t.Errorf("drawn as %s", got)
	}
}

func TestDrawBack(t *testing.T) {
	d := New(edges("r>a a>b b>c c>a c>c")).Draw()
	for _, r := range d.Routes {
		want := r.From == "c"
		if r.Back != want {
			t.Errorf("%v leads back: %v", r.Edge, r.Back)
		}
		if r.From == "c" && r.To == "c" && (len(r.Through) != 1 || d.Layers[r.Top][r.Through[0]].Name != "c") {
			t.Errorf("from c to itself through %v", r.Through)
		}
	}
}

// randomGraph has n names at most and cycles among them.
func randomGraph(r *rand.Rand, n int) *Graph {
	var all []Edge
	for range r.IntN(2*n + 1) {
		all = append(all, Edge{fmt.Sprint("n", r.IntN(n)), fmt.Sprint("n", r.IntN(n))})
	}
	return New(all, "n0")
}

// Whatever the graph: every name stands once, every edge goes down layer by
// layer from end to end, nothing overlaps, and the drawing starts at the left.
func TestDrawRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		g := randomGraph(r, 1+r.IntN(9))
		d := g.Draw()
		checkDrawing(t, g, d)
		shuffled := g.Edges()
		r.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if other := New(shuffled, g.names...).Draw(); fmt.Sprint(other) != fmt.Sprint(d) {
			t.Errorf("%v is drawn in two ways", g)
		}
		if t.Failed() {
			t.Fatalf("graph %v\n%s", g, picture(d))
		}
	}
}

func checkDrawing(t *testing.T, g *Graph, d Drawing) {
	t.Helper()
	var names []string
	left := math.Inf(1)
	for _, layer := range d.Layers {
		if len(layer) == 0 {
			t.Error("an empty layer")
		}
		for i, p := range layer {
			if p.Name != "" {
				names = append(names, p.Name)
			}
			left = min(left, p.X-p.Wide()/2)
			if i > 0 && p.X-layer[i-1].X < (p.Wide()+layer[i-1].Wide())/2-1e-9 {
				t.Errorf("places at %g and %g overlap", layer[i-1].X, p.X)
			}
		}
	}
	if slices.Sort(names); !slices.Equal(names, g.Names()) {
		t.Errorf("names %v are drawn of %v", names, g.Names())
	}
	if len(names) > 0 && math.Abs(left) > 1e-9 {
		t.Errorf("the drawing starts at %g", left)
	}
	var drawn []Edge
	for _, r := range d.Routes {
		drawn = append(drawn, r.Edge)
		checkRoute(t, d, r)
	}
	if !slices.Equal(drawn, g.Edges()) {
		t.Errorf("edges %v are drawn of %v", drawn, g.Edges())
	}
}

func checkRoute(t *testing.T, d Drawing, r Route) {
	t.Helper()
	if len(r.Through) == 0 || len(r.Through) == 1 && r.From != r.To {
		t.Fatalf("%v has no way", r.Edge)
	}
	at := func(i int) string { return d.Layers[r.Top+i][r.Through[i]].Name }
	first, last := r.From, r.To
	if r.Back {
		first, last = last, first
	}
	if at(0) != first || at(len(r.Through)-1) != last {
		t.Errorf("%v goes from %s to %s", r.Edge, at(0), at(len(r.Through)-1))
	}
	for i := 1; i < len(r.Through)-1; i++ {
		if at(i) != "" {
			t.Errorf("%v goes through %s", r.Edge, at(i))
		}
	}
}

// Layers are those of the longest path, found here by trying all paths; only
// cycles may turn an edge round.
func TestLayersTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		var all []Edge
		for range r.IntN(14) {
			i, j := r.IntN(7), r.IntN(7)
			if i != j { // from a lower number to a higher one: no cycle
				all = append(all, Edge{fmt.Sprint(min(i, j)), fmt.Sprint(max(i, j))})
			}
		}
		g := New(all, "0")
		back := g.Reverse()
		var depth func(name string) int
		depth = func(name string) int {
			deepest := 0
			for _, above := range back.Next(name) {
				deepest = max(deepest, 1+depth(above))
			}
			return deepest
		}
		d := g.Draw()
		for l, layer := range d.Layers {
			for _, p := range layer {
				if p.Name != "" && depth(p.Name) != l {
					t.Fatalf("%v: %s is in layer %d, want %d", g, p.Name, l, depth(p.Name))
				}
			}
		}
		for _, route := range d.Routes {
			if route.Back {
				t.Fatalf("%v: %v is turned round without a cycle", g, route.Edge)
			}
		}
	}
}

// crossed counts crossings in a finished drawing, pair by pair.
func crossed(d Drawing) int {
	type line struct{ layer, from, to int }
	var lines []line
	for _, r := range d.Routes {
		for i := 1; i < len(r.Through); i++ {
			lines = append(lines, line{r.Top + i, r.Through[i-1], r.Through[i]})
		}
	}
	n := 0
	for i, a := range lines {
		for _, b := range lines[i+1:] {
			if a.layer == b.layer && (a.from-b.from)*(a.to-b.to) < 0 {
				n++
			}
		}
	}
	return n
}

// The order is never worse than that of names, and mostly the best there is:
// found here by trying every order of every layer.
func TestCrossings(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	best, all := 0, 0
	for range 400 {
		g := randomGraph(r, 5)
		s := g.sketch()
		size := 1
		for _, cells := range s.layers {
			for i := range cells {
				size *= i + 1
			}
		}
		d := g.Draw()
		got := crossed(d)
		if first := s.crossings(); got > first {
			t.Fatalf("%v: %d crossings, %d before they were sorted", g, got, first)
		}
		if size > 200 {
			continue
		}
		all++
		if least := fewest(s, 0); got == least {
			best++
		} else if got < least {
			t.Fatalf("%v: %d crossings, fewer than the fewest, %d", g, got, least)
		}
	}
	if all < 100 || best*100 < all*95 {
		t.Errorf("the fewest crossings in %d of %d graphs", best, all)
	}
}

// fewest tries every order of the layers from one on.
func fewest(s *sketch, layer int) int {
	if layer == len(s.layers) {
		s.rank()
		return s.crossings()
	}
	least := math.MaxInt
	var try func(cells []int)
	try = func(cells []int) {
		if len(cells) < 2 {
			least = min(least, fewest(s, layer+1))
			return
		}
		for i := range cells {
			cells[0], cells[i] = cells[i], cells[0]
			try(cells[1:])
			cells[0], cells[i] = cells[i], cells[0]
		}
	}
	try(s.layers[layer])
	return least
}

func TestSpread(t *testing.T) {
	for _, c := range []struct{ want, gap, out []float64 }{
		{nil, nil, []float64{}},
		{[]float64{3}, []float64{0}, []float64{3}},
		{[]float64{0, 5}, []float64{0, 1}, []float64{0, 5}},     // room enough
		{[]float64{2, 2}, []float64{0, 1}, []float64{1.5, 2.5}}, // each gives way
		{[]float64{5, 0}, []float64{0, 2}, []float64{1.5, 3.5}}, // against their wish
		{[]float64{1, 1, 1}, []float64{0, 1, 1}, []float64{0, 1, 2}},
		{[]float64{0, 0, 9}, []float64{0, 2, 2}, []float64{-1, 1, 9}}, // only who must
	} {
		if got := spread(c.want, c.gap); !slices.Equal(got, c.out) {
			t.Errorf("%v by %v become %v, want %v", c.want, c.gap, got, c.out)
		}
	}
}

// No run of neighbours could move either way and be better off: for a convex
// question that is the optimum.
func TestSpreadIsBest(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const step = 1e-3
	cost := func(x, want []float64) (sum float64) {
		for i := range x {
			sum += (x[i] - want[i]) * (x[i] - want[i])
		}
		return sum
	}
	for range 2000 {
		n := 1 + r.IntN(6)
		want, gap := make([]float64, n), make([]float64, n)
		for i := range n {
			want[i], gap[i] = float64(r.IntN(9)), float64(r.IntN(3))
		}
		x := spread(want, gap)
		legal := func(x []float64) bool {
			for i := 1; i < n; i++ {
				if x[i]-x[i-1] < gap[i]-1e-9 {
					return false
				}
			}
			return true
		}
		if !legal(x) {
			t.Fatalf("%v by %v: %v is too close", want, gap, x)
		}
		for from := range n {
			for to := from + 1; to <= n; to++ {
				for _, by := range []float64{-step, step} {
					y := slices.Clone(x)
					for i := from; i < to; i++ {
						y[i] += by
					}
					if legal(y) && cost(y, want) < cost(x, want)-1e-12 {
						t.Fatalf("%v by %v: %v is better than %v", want, gap, y, x)
					}
				}
			}
		}
	}
}

// A straight chain is drawn straight, and a lone parent over the middle of its
// children.
func TestSettle(t *testing.T) {
	d := New(edges("a>b b>c")).Draw()
	for _, layer := range d.Layers {
		if layer[0].X != .5 {
			t.Errorf("a chain bends: %v", d.Layers)
		}
	}
	d = New(edges("a>x a>y a>z")).Draw()
	if math.Abs(d.Layers[0][0].X-d.Layers[1][1].X) > 1e-3 {
		t.Errorf("the parent stands aside: %v", d.Layers)
	}
}

// A cycle of any length and a deep chain are drawn, without a deep stack.
func TestDrawDeep(t *testing.T) {
	var chain []Edge
	for i := range 3000 {
		chain = append(chain, Edge{fmt.Sprintf("%05d", i), fmt.Sprintf("%05d", i+1)})
	}
	if d := New(chain).Draw(); len(d.Layers) != 3001 {
		t.Errorf("%d layers", len(d.Layers))
	}
	chain = append(chain, Edge{"03000", "02990"})
	if d := New(chain).Draw(); len(d.Layers) != 3001 || !slices.ContainsFunc(d.Routes, func(r Route) bool { return r.Back }) {
		t.Errorf("%d layers", len(d.Layers))
	}
}
