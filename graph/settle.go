package graph

import "math"

// settlings is how often the layers are moved towards their neighbours, down and
// up. Each halves what is left, more or less: after eight nothing moves that
// an eye could see.
const settlings = 8

// settle gives every cell its position: as near to the middle of its neighbours
// as the cells beside it allow.
func (s *sketch) settle() {
	for _, cells := range s.layers {
		right := 0.0
		for _, cell := range cells {
			wide := s.wide(cell)
			s.x[cell] = right + wide/2
			right += wide
		}
	}
	for range settlings {
		for i := range s.layers {
			s.pull(i, s.up)
		}
		for i := range s.layers {
			s.pull(len(s.layers)-1-i, s.down)
		}
	}
	left := math.Inf(1)
	for cell, x := range s.x {
		left = min(left, x-s.wide(cell)/2)
	}
	for cell := range s.x {
		s.x[cell] -= left
	}
}

// pull moves the cells of a layer towards their neighbours on one side.
func (s *sketch) pull(layer int, near [][]int) {
	cells := s.layers[layer]
	want, gap := make([]float64, len(cells)), make([]float64, len(cells))
	for i, cell := range cells {
		want[i] = s.x[cell]
		if n := len(near[cell]); n > 0 {
			want[i] = 0
			for _, other := range near[cell] {
				want[i] += s.x[other] / float64(n)
			}
		}
		if i > 0 {
			gap[i] = (s.wide(cells[i-1]) + s.wide(cell)) / 2
		}
	}
	for i, x := range spread(want, gap) {
		s.x[cells[i]] = x
	}
}

// spread gives the positions that are nearest to those wanted, by least squares,
// while each is at least its gap to the right of the one before. It pools
// adjacent violators, which is exact (Barlow et al., 1972).
func spread(want, gap []float64) []float64 {
	type block struct {
		sum  float64 // of the positions wanted, less their shift
		size int
	}
	mean := func(b block) float64 { return b.sum / float64(b.size) }
	shift, total := make([]float64, len(want)), 0.0
	var blocks []block
	for i, w := range want {
		if i > 0 {
			total += gap[i]
		}
		shift[i] = total
		blocks = append(blocks, block{w - total, 1})
		for n := len(blocks); n > 1 && mean(blocks[n-2]) > mean(blocks[n-1]); n = len(blocks) {
			blocks[n-2].sum += blocks[n-1].sum
			blocks[n-2].size += blocks[n-1].size
			blocks = blocks[:n-1]
		}
	}
	out := make([]float64, 0, len(want))
	for _, b := range blocks {
		for range b.size {
			out = append(out, mean(b)+shift[len(out)])
		}
	}
	return out
}

func (s *sketch) wide(cell int) float64 {
	if cell < s.names {
		return box
	}
	return passing
}

func (s *sketch) drawing(g *Graph) Drawing {
	var d Drawing
	for _, cells := range s.layers {
		places := make([]Place, len(cells))
		for i, cell := range cells {
			places[i].X = s.x[cell]
			if cell < s.names {
				places[i].Name = g.names[cell]
			}
		}
		d.Layers = append(d.Layers, places)
	}
	for i, e := range g.Edges() {
		r := Route{Edge: e, Back: s.back[i], Top: s.layer[s.routes[i][0]]}
		for _, cell := range s.routes[i] {
			r.Through = append(r.Through, s.at[cell])
		}
		d.Routes = append(d.Routes, r)
	}
	return d
}
