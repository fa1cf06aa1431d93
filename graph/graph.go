// Package graph is directed graphs over names: who can be reached, by which
// shortest path, and what goes round in circles. A [Graph] never changes once
// built, and every answer has one order, so that equal graphs give equal bytes.
// [Graph.String] and [Parse] are its text form.
//
// It knows nothing of what the names stand for: k-of-n groups, states and
// regions are not its business.
package graph

import (
	"cmp"
	"slices"
)

// Edge leads from one name to another.
type Edge struct {
	From, To string
}

// Graph is a set of names and the edges between them. The zero Graph is empty.
type Graph struct {
	names []string
	index map[string]int
	out   [][]int // by index, ascending: so in the order of names too
}

// New makes a graph of the ends of the edges and of lone names. What is given
// twice counts once.
func New(edges []Edge, lone ...string) *Graph {
	names := slices.Clone(lone)
	for _, e := range edges {
		names = append(names, e.From, e.To)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	g := &Graph{names: names, index: make(map[string]int, len(names)), out: make([][]int, len(names))}
	for i, name := range names {
		g.index[name] = i
	}
	for _, e := range edges {
		from := g.index[e.From]
		g.out[from] = append(g.out[from], g.index[e.To])
	}
	for i := range g.out {
		slices.Sort(g.out[i])
		g.out[i] = slices.Compact(g.out[i])
	}
	return g
}

// Names gives all names in order.
func (g *Graph) Names() []string { return slices.Clone(g.names) }

// Edges gives all edges, ordered by where they begin and then by where they end.
func (g *Graph) Edges() []Edge {
	var edges []Edge
	for i, out := range g.out {
		for _, j := range out {
			edges = append(edges, Edge{g.names[i], g.names[j]})
		}
	}
	return edges
}

// Next gives the names to which an edge leads from a name; none if it is unknown.
func (g *Graph) Next(name string) []string {
	i, ok := g.index[name]
	if !ok {
		return nil
	}
	return g.named(g.out[i])
}

// Reverse is the graph with every edge turned round.
func (g *Graph) Reverse() *Graph {
	edges := g.Edges()
	for i, e := range edges {
		edges[i] = Edge{e.To, e.From}
	}
	return New(edges, g.names...)
}

// Reach gives, in order, all names that can be reached from some: these
// themselves too, unless they are unknown.
func (g *Graph) Reach(from ...string) []string {
	seen := make([]bool, len(g.names))
	var stack, found []int
	visit := func(i int) {
		if !seen[i] {
			seen[i] = true
			stack, found = append(stack, i), append(found, i)
		}
	}
	for _, name := range from {
		if i, ok := g.index[name]; ok {
			visit(i)
		}
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, j := range g.out[i] {
			visit(j)
		}
	}
	slices.Sort(found)
	return g.named(found)
}

// Path gives the shortest path, both ends included; among equals the one whose
// names come first. It is nil if there is none, and one name from a name to
// itself.
func (g *Graph) Path(from, to string) []string {
	start, ok := g.index[from]
	goal, ok2 := g.index[to]
	if !ok || !ok2 {
		return nil
	}
	return g.named(g.path(start, goal))
}

func (g *Graph) path(start, goal int) []int {
	// Breadth first, nearest names first: whoever reaches a name first is on
	// the least of the shortest paths to it.
	before := make([]int, len(g.names))
	for i := range before {
		before[i] = -1
	}
	before[start] = start
	for queue := []int{start}; len(queue) > 0 && before[goal] < 0; queue = queue[1:] {
		for _, j := range g.out[queue[0]] {
			if before[j] < 0 {
				before[j] = queue[0]
				queue = append(queue, j)
			}
		}
	}
	if before[goal] < 0 {
		return nil
	}
	path := []int{goal}
	for path[len(path)-1] != start {
		path = append(path, before[path[len(path)-1]])
	}
	slices.Reverse(path)
	return path
}

// Components gives the strongly connected components: sets of names each of
// which reaches all others of its set. Each is in order, and they are ordered
// by their first names.
func (g *Graph) Components() [][]string {
	sets := make([][]int, 0)
	for i, of := range g.components() {
		for len(sets) <= of {
			sets = append(sets, nil)
		}
		sets[of] = append(sets[of], i)
	}
	slices.SortFunc(sets, func(a, b []int) int { return cmp.Compare(a[0], b[0]) })
	named := make([][]string, len(sets))
	for i, set := range sets {
		named[i] = g.named(set)
	}
	return named
}

// components numbers the component of each name, by Tarjan's algorithm. It
// keeps its own stack, so that no graph is too deep for it.
func (g *Graph) components() []int {
	const unseen = -1
	n := len(g.names)
	low, of, next := make([]int, n), make([]int, n), make([]int, n)
	order := make([]int, n) // when a name was met; unseen if not yet
	for i := range n {
		order[i], of[i] = unseen, unseen
	}
	var open, calls []int // not yet in a component; being walked
	met, count := 0, 0
	enter := func(i int) {
		order[i], low[i] = met, met
		met++
		open, calls = append(open, i), append(calls, i)
	}
	for root := range n {
		if order[root] == unseen {
			enter(root)
		}
		for len(calls) > 0 {
			i := calls[len(calls)-1]
			if next[i] < len(g.out[i]) {
				j := g.out[i][next[i]]
				next[i]++
				if order[j] == unseen {
					enter(j)
				} else if of[j] == unseen {
					low[i] = min(low[i], order[j])
				}
				continue
			}
			calls = calls[:len(calls)-1]
			if len(calls) > 0 {
				caller := calls[len(calls)-1]
				low[caller] = min(low[caller], low[i])
			}
			if low[i] == order[i] {
				for of[i] == unseen { // what was met since i is its component
					of[open[len(open)-1]] = count
					open = open[:len(open)-1]
				}
				count++
			}
		}
	}
	return of
}

// Cycle gives the shortest cycle that uses an edge, the first name once, at the
// start, where the edge begins; nil if the edge is unknown or lies on none.
func (g *Graph) Cycle(e Edge) []string {
	from, ok := g.index[e.From]
	to, ok2 := g.index[e.To]
	if !ok || !ok2 || !slices.Contains(g.out[from], to) {
		return nil
	}
	back := g.path(to, from)
	if back == nil {
		return nil
	}
	return g.named(append([]int{from}, back[:len(back)-1]...))
}

// Cycles gives, for every edge that lies on a cycle, the shortest one that uses
// it; each once, begun at its first name, and in the order of their names.
func (g *Graph) Cycles() [][]string { return g.CyclesThrough(g.Edges()) }

// CyclesThrough is [Graph.Cycles] for some edges only: of each, the shortest
// cycle that uses it. An edge that the graph lacks lies on none.
func (g *Graph) CyclesThrough(edges []Edge) [][]string {
	of := g.components()
	var cycles [][]string
	for _, e := range edges {
		from, ok := g.index[e.From]
		to, ok2 := g.index[e.To]
		if !ok || !ok2 || of[from] != of[to] {
			continue
		}
		if cycle := g.Cycle(e); cycle != nil {
			cycles = append(cycles, Rotate(cycle))
		}
	}
	slices.SortFunc(cycles, slices.Compare)
	return slices.CompactFunc(cycles, slices.Equal)
}

// mostEdges is for how many edges [Graph.CyclesWith] looks for a cycle at most:
// each costs a walk through the graph.
const mostEdges = 2000

// CyclesWith gives cycles that use a marked edge: the shortest one of every
// marked edge, as [Graph.CyclesThrough] has it, and of every other edge the
// shortest one if it happens to use a marked edge. So each way round that leads
// over its own edges is named, and not only the shortest. In graphs of more
// edges than a reader would follow, only the first 2,000 others are looked at.
func (g *Graph) CyclesWith(marked []Edge) [][]string {
	cycles := g.CyclesThrough(marked)
	is := make(map[Edge]bool, len(marked))
	for _, e := range marked {
		is[e] = true
	}
	others := slices.DeleteFunc(g.Edges(), func(e Edge) bool { return is[e] })
	for _, cycle := range g.CyclesThrough(others[:min(len(others), mostEdges)]) {
		for i, name := range cycle {
			if is[Edge{name, cycle[(i+1)%len(cycle)]}] {
				cycles = append(cycles, cycle)
				break
			}
		}
	}
	slices.SortFunc(cycles, slices.Compare)
	return slices.CompactFunc(cycles, slices.Equal)
}

// Rotate begins a cycle at its first name, so that one cycle has one form.
func Rotate(cycle []string) []string {
	if len(cycle) == 0 {
		return nil
	}
	first := slices.Index(cycle, slices.Min(cycle))
	return append(slices.Clone(cycle[first:]), cycle[:first]...)
}

func (g *Graph) named(indices []int) []string {
	if indices == nil {
		return nil
	}
	names := make([]string, len(indices))
	for i, index := range indices {
		names[i] = g.names[index]
	}
	return names
}
