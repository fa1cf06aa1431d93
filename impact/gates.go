package impact

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tocsin/catalog"
)

// Gates is an edition as a flat graph of threshold gates, for questions about
// very many contingencies at once. A contingency is a set of nodes that fail
// wholly, at one juncture and for good; a gate is one bit of what follows: it is
// lost as soon as so many of its inputs are. What [Engine.Assess] says of such
// a contingency and what its gates say is the same; DESIGN.md has the reason
// why no bit for each region is needed.
//
// Gates are never changed after they are made, so any number of goroutines may
// ask them. All methods are pure; whoever has several cores asks for ranges.
type Gates struct {
	nodes  []*catalog.Node // in the order of their ids
	weight []int64         // people behind each node; 1 where nobody knows
	fails  []int32         // the nodes that can fail: components
	leaf   []int32         // of each node: the gate that is lost when it fails by itself
	top    []int32         // of each node: the gate that tells whether it is lost
	node   []int32         // of each gate: the node whose top it is, or -1
	need   []int32         // of each gate: how many inputs must be lost; neverLost if no number does
	in     links           // of each gate: its inputs; one that counts twice stands twice
	out    links           // the same turned round
}

// neverLost is the need of a gate that only fails by itself.
const neverLost = math.MaxInt32

// links is a list of gates for every gate.
type links struct{ start, list []int32 }

func (l *links) of(gate int32) []int32 { return l.list[l.start[gate]:l.start[gate+1]] }

// GateOptions says what the gates are asked for.
type GateOptions struct {
	// Level is catalog.Down for what is lost, or catalog.Degraded for what is
	// degraded or worse; "" is Down. The two don't depend on each other.
	Level catalog.State
	// Horizon is how long after the failure to look. Holdovers that last longer
	// hold. Zero is for good: every holdover has run out.
	Horizon time.Duration
}

// Gates compiles the engine. With a horizon a node has one gate for every juncture
// at which somebody's holdover makes it matter, so many different holdovers
// around a cycle make many gates.
func (e *Engine) Gates(o GateOptions) *Gates {
	c := &compiler{Engine: e, level: down, moments: map[juncture]int32{}}
	if o.Level == catalog.Degraded {
		c.level = degraded
	}
	horizon := never
	if o.Horizon > 0 {
		horizon = instant(o.Horizon)
	}
	c.discover(horizon)
	return c.compile(horizon)
}

// juncture is a node at an instant: is it lost by then?
type juncture struct {
	node int
	at   instant
}

// compiler collects the gates of an engine.
type compiler struct {
	*Engine
	level   int
	moments map[juncture]int32 // their gates, once they are numbered
	order   []juncture
	count   []int // of each node: its moments
	need    []int32
	in      [][]int32
}

// felt tells at which instant a group must be lost to be felt at another; false
// if it isn't felt at all.
func (c *compiler) felt(g *group, at instant) (instant, bool) {
	if c.level == down && !g.down || g.loss > len(g.members) && !c.weighs(g) {
		return 0, false
	}
	if at == never || g.holdover <= 0 {
		return at, true
	}
	return at - g.holdover, at >= g.holdover
}

// discover finds the moments that the horizon's depend on, and puts causes
// before what follows from them wherever no cycle forbids it.
func (c *compiler) discover(horizon instant) {
	c.count = make([]int, len(c.nodes))
	enter := func(m juncture) {
		if _, ok := c.moments[m]; !ok && c.footprint[m.node].size() > 0 {
			c.moments[m] = -1
			c.order = append(c.order, m)
			c.count[m.node]++
		}
	}
	for n := range c.nodes {
		enter(juncture{n, horizon})
	}
	for i := 0; i < len(c.order); i++ {
		m := c.order[i]
		for g := range c.needs[m.node] {
			group := &c.needs[m.node][g]
			if at, ok := c.felt(group, m.at); ok {
				for _, look := range c.looks(group, at) {
					enter(look)
				}
			}
		}
	}
	place := make([]int, len(c.nodes))
	for i, n := range c.Engine.order {
		place[n] = i
	}
	slices.SortFunc(c.order, func(a, b juncture) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(place[a.node], place[b.node]))
	})
}

// compile numbers the gates in the order of the moments and links them.
func (c *compiler) compile(horizon instant) *Gates {
	g := &Gates{nodes: c.nodes, leaf: make([]int32, len(c.nodes)), top: make([]int32, len(c.nodes))}
	for n, node := range c.nodes {
		g.weight = append(g.weight, max(int64(node.People), 1))
		if node.Kind != catalog.Dependent {
			g.fails = append(g.fails, int32(n))
		}
		g.leaf[n], g.top[n] = -1, -1
		if c.count[n] != 1 { // several moments fail with the node, or none does
			g.leaf[n] = c.gate(neverLost)
		}
	}
	parts := make([][]int32, len(c.order)) // the gates of each juncture's groups
	for i, m := range c.order {
		if !c.alone(m) {
			for j := range c.needs[m.node] {
				if group := &c.needs[m.node][j]; group.loss > 1 {
					if at, ok := c.felt(group, m.at); ok && c.plain(group, at) {
						parts[i] = append(parts[i], c.gate(int32(group.loss)))
					}
				}
			}
		}
		c.moments[m] = c.gate(1)
		if m.at == horizon {
			g.top[m.node] = c.moments[m]
		}
		if g.leaf[m.node] < 0 {
			g.leaf[m.node] = c.moments[m]
		}
	}
	for i, m := range c.order {
		c.link(m, parts[i], g.leaf[m.node])
	}
	g.finish(c)
	return g
}

func (c *compiler) gate(need int32, in ...int32) int32 {
	c.need = append(c.need, need)
	c.in = append(c.in, in)
	return int32(len(c.need) - 1)
}

// alone tells whether a juncture rests on one plain group and nothing else: then
// its gate is the group's.
func (c *compiler) alone(m juncture) bool {
	felt, plain := 0, true
	for g := range c.needs[m.node] {
		group := &c.needs[m.node][g]
		if at, ok := c.felt(group, m.at); ok {
			felt++
			plain = plain && c.plain(group, at)
		}
	}
	return felt == 1 && plain && c.count[m.node] == 1
}

// link gives a juncture's gates their inputs.
func (c *compiler) link(m juncture, parts []int32, leaf int32) {
	own, alone := c.moments[m], c.alone(m)
	if leaf != own {
		c.in[own] = append(c.in[own], leaf)
	}
	for j := range c.needs[m.node] {
		group := &c.needs[m.node][j]
		at, ok := c.felt(group, m.at)
		if !ok {
			continue
		}
		if !c.plain(group, at) {
			c.in[own] = append(c.in[own], c.supply(group, at))
			continue
		}
		into := own
		switch {
		case group.loss == 1:
		case alone:
			c.need[own] = int32(group.loss)
		default:
			into, parts = parts[0], parts[1:]
			c.in[own] = append(c.in[own], into)
		}
		for _, member := range group.members {
			if gate, ok := c.moments[juncture{member, at}]; ok {
				c.in[into] = append(c.in[into], gate)
			}
		}
	}
}

// finish lays the gates out flat.
func (g *Gates) finish(c *compiler) {
	g.need = c.need
	g.node = make([]int32, len(c.need))
	for i := range g.node {
		g.node[i] = -1
	}
	for n := range g.nodes {
		if g.top[n] < 0 { // a node without ground never fails
			g.top[n] = g.leaf[n]
		}
		g.node[g.top[n]] = int32(n)
	}
	g.in.start = make([]int32, 1, len(c.in)+1)
	for _, in := range c.in {
		g.in.list = append(g.in.list, in...)
		g.in.start = append(g.in.start, int32(len(g.in.list)))
	}
	g.out = g.in.turned()
}

// turned is the links the other way round, in the order of their ends.
func (l *links) turned() links {
	n := len(l.start) - 1
	out := links{start: make([]int32, n+1), list: make([]int32, len(l.list))}
	for _, from := range l.list {
		out.start[from+1]++
	}
	for i := range n {
		out.start[i+1] += out.start[i]
	}
	next := slices.Clone(out.start)
	for to := range n {
		for _, from := range l.of(int32(to)) {
			out.list[next[from]] = int32(to)
			next[from]++
		}
	}
	return out
}

// Components is how many nodes can fail: all but the dependents.
func (g *Gates) Components() int { return len(g.fails) }

// Component names the i-th node that can fail, in the order of ids.
func (g *Gates) Component(i int) catalog.NodeID { return g.nodes[g.fails[i]].ID }
