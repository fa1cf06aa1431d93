package graph

import (
	"cmp"
	"slices"
)

// Drawing is a graph laid out in layers for a picture, from the top down: every
// edge leads to a lower layer. An edge that spans several passes through a
// place of its own in each layer between, so that lines go round the boxes.
//
// The method is Sugiyama's (Sugiyama, Tagawa and Toda, IEEE Trans. SMC 11(2),
// 1981): layers by the longest path from the top, order within a layer by
// barycentres, positions by least squares.
type Drawing struct {
	Layers [][]Place // from the top, each from left to right
	Routes []Route   // of every edge, in the order of [Graph.Edges]
}

// Place is where a name stands, or where an edge passes.
type Place struct {
	Name string  // "" where an edge passes
	X    float64 // of its middle, in widths of a box, from the left; see [Wide]
}

// Route is the way of an edge through the layers.
type Route struct {
	Edge
	Back bool // it closes a cycle: it leads up, from the last of its places to the first
	// Top is the layer of its upper end. Through holds the index of its place in
	// that layer, in the next below, and so on down to its lower end. An edge
	// from a name to itself has one place alone.
	Top     int
	Through []int
}

// Wide is how much room a place takes from left to right: a name one, and an
// edge that passes by a fifth.
func (p Place) Wide() float64 {
	if p.Name == "" {
		return passing
	}
	return box
}

// Widths of what stands in a layer.
const box, passing = 1., .2

// sweeps is how often the layers are put in a better order, down and up. Small
// graphs stand still after two or three.
const sweeps = 6

// Draw lays the graph out. Equal graphs give equal drawings. It takes time in
// the square of the number of edges between two layers: it is meant for what
// people can read, some hundred names at most.
func (g *Graph) Draw() Drawing {
	s := g.sketch()
	best, fewest := s.order(), s.crossings()
	for i := 0; i < sweeps && fewest > 0; i++ {
		s.sweep(s.up, 1)
		s.sweep(s.down, -1)
		if n := s.crossings(); n < fewest {
			best, fewest = s.order(), n
		}
	}
	s.layers = best
	s.rank()
	s.settle()
	return s.drawing(g)
}

// sketch is a drawing in the making. Its cells are the names, by index, and
// behind them the places where edges pass.
type sketch struct {
	layers   [][]int   // cells, from left to right
	layer    []int     // of each cell
	at       []int     // of each cell, its index in its layer
	up, down [][]int   // of each cell, its neighbours in the next layer
	x        []float64 // of each cell
	names    int
	routes   [][]int // of each edge, in order: its cells from the top
	back     []bool  // of each edge: it leads up
}

func (g *Graph) sketch() *sketch {
	s := &sketch{names: len(g.names)}
	turned := g.turned()
	s.layer = longest(turned)
	s.up, s.down = make([][]int, s.names), make([][]int, s.names)
	for _, l := range s.layer {
		for len(s.layers) <= l {
			s.layers = append(s.layers, nil)
		}
	}
	for i, l := range s.layer {
		s.layers[l] = append(s.layers[l], i)
	}
	for i, out := range g.out {
		for _, j := range out {
			from, to, back := i, j, s.layer[i] > s.layer[j] || i == j
			if back {
				from, to = j, i
			}
			s.back, s.routes = append(s.back, back), append(s.routes, s.route(from, to))
		}
	}
	s.at, s.x = make([]int, len(s.layer)), make([]float64, len(s.layer))
	s.rank()
	return s
}

// turned is the graph as it is walked from its first names, without the edges
// that lead back to where the walk came from, and those turned round: it has no
// cycle.
func (g *Graph) turned() [][]int {
	const unmet, open, done = 0, 1, 2
	state, next := make([]int, len(g.names)), make([]int, len(g.names))
	out := make([][]int, len(g.names))
	walk := func(root int) {
		calls := []int{root}
		for state[root] = open; len(calls) > 0; {
			i := calls[len(calls)-1]
			if next[i] == len(g.out[i]) {
				state[i] = done
				calls = calls[:len(calls)-1]
				continue
			}
			j := g.out[i][next[i]]
			next[i]++
			switch state[j] {
			case open:
				if i != j {
					out[j] = append(out[j], i)
				}
				continue
			case unmet:
				state[j] = open
				calls = append(calls, j)
			}
			out[i] = append(out[i], j)
		}
	}
	roots := make([]bool, len(g.names)) // nothing leads there: the top of the drawing
	for i := range roots {
		roots[i] = true
	}
	for _, to := range slices.Concat(g.out...) {
		roots[to] = false
	}
	for _, first := range []bool{true, false} {
		for i := range g.names {
			if roots[i] == first && state[i] == unmet {
				walk(i)
			}
		}
	}
	return out
}

// longest is the length of the longest path to each name of a graph without
// cycles.
func longest(out [][]int) []int {
	layer, before := make([]int, len(out)), make([]int, len(out))
	for _, to := range slices.Concat(out...) {
		before[to]++
	}
	var ready []int
	for i, n := range before {
		if n == 0 {
			ready = append(ready, i)
		}
	}
	for len(ready) > 0 {
		i := ready[0]
		ready = ready[1:]
		for _, j := range out[i] {
			layer[j] = max(layer[j], layer[i]+1)
			if before[j]--; before[j] == 0 {
				ready = append(ready, j)
			}
		}
	}
	return layer
}

// route gives an edge a cell in each layer that it passes.
func (s *sketch) route(from, to int) []int {
	way := []int{from}
	for l := s.layer[from] + 1; l <= s.layer[to]; l++ {
		cell := to
		if l < s.layer[to] {
			cell = len(s.layer)
			s.layer = append(s.layer, l)
			s.up, s.down = append(s.up, nil), append(s.down, nil)
			s.layers[l] = append(s.layers[l], cell)
		}
		last := way[len(way)-1]
		s.down[last], s.up[cell] = append(s.down[last], cell), append(s.up[cell], last)
		way = append(way, cell)
	}
	return way
}

// rank notes where each cell stands in its layer.
func (s *sketch) rank() {
	for _, cells := range s.layers {
		for i, cell := range cells {
			s.at[cell] = i
		}
	}
}

func (s *sketch) order() [][]int {
	kept := make([][]int, len(s.layers))
	for i, cells := range s.layers {
		kept[i] = slices.Clone(cells)
	}
	return kept
}

// sweep orders each layer by the middle of its neighbours in the layer before
// it: down the drawing by those above when step is 1, up it by those below
// when it is -1. A cell without neighbours keeps its place.
func (s *sketch) sweep(near [][]int, step int) {
	for i := range s.layers {
		if step < 0 {
			i = len(s.layers) - 1 - i
		}
		middle := map[int]float64{}
		for _, cell := range s.layers[i] {
			middle[cell] = float64(s.at[cell])
			if n := len(near[cell]); n > 0 {
				sum := 0
				for _, other := range near[cell] {
					sum += s.at[other]
				}
				middle[cell] = float64(sum) / float64(n)
			}
		}
		slices.SortStableFunc(s.layers[i], func(a, b int) int { return cmp.Compare(middle[a], middle[b]) })
		for at, cell := range s.layers[i] {
			s.at[cell] = at
		}
	}
}

// crossings counts the pairs of lines that cross.
func (s *sketch) crossings() int {
	n := 0
	for _, cells := range s.layers {
		var ends []int // of the lines down from this layer, by where they begin
		for _, cell := range cells {
			from := len(ends)
			for _, below := range s.down[cell] {
				ends = append(ends, s.at[below])
			}
			slices.Sort(ends[from:]) // lines from one cell don't cross
		}
		for i, a := range ends {
			for _, b := range ends[i+1:] {
				if a > b {
					n++
				}
			}
		}
	}
	return n
}
