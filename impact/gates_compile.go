package impact

import (
	"cmp"
	"slices"

	"tocsin/catalog"
)

// Gates compiles the engine. With a horizon a node has one gate for every moment
// at which somebody's holdover makes it matter, so many different holdovers
// around a cycle make many gates; where standing failures reach it in parts, it
// has one for every part.
func (e *Engine) Gates(o GateOptions) *Gates {
	c := &compiler{study: &study{Engine: e, now: o.Start.Round(0)}, level: down, horizon: never, gateOf: map[moment]int32{}}
	if o.Level == catalog.Degraded {
		c.level = degraded
	}
	if o.Horizon > 0 {
		c.horizon = instant(o.Horizon)
	}
	c.stand(o)
	c.discover()
	g := c.compile()
	g.room = cmp.Or(o.Room, 1<<30)
	return g
}

// moment is a node at an instant, in a cell or, if it fares alike in all of its
// footprint, everywhere: is it lost by then?
type moment struct {
	node, cell int
	at         instant
}

const everywhere = -1

// compiler collects the gates of an engine.
type compiler struct {
	*study  // of the standing failures: the nodes that they reach, and in which cells
	level   int
	horizon instant
	first   instant // nothing happened before
	roots   []root  // standing failures that count at the level
	moments []moment
	gateOf  map[moment]int32
	count   []int // of each node: its moments
	need    []int32
	in      [][]int32
	gone    []int32 // gates that the standing failures take out by themselves
}

// stand takes the standing failures.
func (c *compiler) stand(o GateOptions) {
	roots := c.study.roots(o.Standing)
	c.reach(roots)
	if len(roots) > 0 {
		c.cut(roots)
	}
	for _, r := range roots {
		if r.state == catalog.Down || r.state == catalog.Degraded && c.level == degraded || r.state == catalog.Unknown && o.Feared {
			c.roots = append(c.roots, r)
			c.first = min(c.first, r.at)
		}
	}
}

// felt tells at which instant a group must be lost to be felt at another; false
// if it isn't felt at all.
func (c *compiler) felt(g *group, at instant) (instant, bool) {
	if c.level == down && !g.down || g.loss > len(g.members) && !c.shared(g) {
		return 0, false
	}
	if at == never || g.holdover <= 0 {
		return at, true
	}
	return at - g.holdover, at-g.holdover >= c.first
}

// seen gives the moments at which a member is looked at.
func (c *compiler) seen(member int, g *group, cell int, at instant) []moment {
	slot := c.slot[member]
	if slot < 0 {
		if at < 0 || c.footprint[member].size() == 0 {
			return nil
		}
		return []moment{{member, everywhere, at}}
	}
	var out []moment
	for _, s := range c.sight(slot, g.at, cell) {
		out = append(out, moment{member, s, at})
	}
	return out
}

// whole gives the moments that make up a node at the horizon.
func (c *compiler) whole(n int) []moment {
	slot := c.slot[n]
	if slot < 0 {
		return c.seen(n, nil, everywhere, c.horizon)
	}
	var out []moment
	for _, cell := range c.here[slot] {
		out = append(out, moment{n, cell, c.horizon})
	}
	return out
}

// discover finds the moments that the horizon's depend on, and puts causes
// before what follows from them wherever no cycle forbids it.
func (c *compiler) discover() {
	c.count = make([]int, len(c.nodes))
	enter := func(moments []moment) {
		for _, m := range moments {
			if _, ok := c.gateOf[m]; !ok {
				c.gateOf[m] = -1
				c.moments = append(c.moments, m)
				c.count[m.node]++
			}
		}
	}
	for n := range c.nodes {
		enter(c.whole(n))
	}
	for i := 0; i < len(c.moments); i++ {
		m := c.moments[i]
		c.draws(m, func(g *group, at instant) {
			for _, member := range g.members {
				enter(c.seen(member, g, m.cell, at))
			}
		})
	}
	place := make([]int, len(c.nodes))
	for i, n := range c.order {
		place[n] = i
	}
	slices.SortFunc(c.moments, func(a, b moment) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(place[a.node], place[b.node]), cmp.Compare(a.cell, b.cell))
	})
}

// compile numbers the gates in the order of the moments and links them.
func (c *compiler) compile() *Gates {
	g := &Gates{nodes: c.nodes, leaf: make([]int32, len(c.nodes)), top: make([]int32, len(c.nodes))}
	for n, node := range c.nodes {
		g.weight = append(g.weight, max(int64(node.People), 1))
		if g.leaf[n] = -1; c.count[n] != 1 { // several moments fail with the node, or none does
			g.leaf[n] = c.gate(neverLost)
		}
	}
	parts := make([][]int32, len(c.moments)) // the gates of each moment's groups
	for i, m := range c.moments {
		if !c.alone(m) {
			w := wiring{compiler: c, m: m, next: -1}
			for j := range c.needs[m.node] {
				w.group(&c.needs[m.node][j])
			}
			parts[i] = w.gates
		}
		c.gateOf[m] = c.gate(1)
		if g.leaf[m.node] < 0 {
			g.leaf[m.node] = c.gateOf[m]
		}
	}
	for i, m := range c.moments {
		c.link(m, parts[i], g.leaf[m.node])
	}
	for n := range c.nodes {
		g.top[n] = g.leaf[n] // a node without ground never fails
		if whole := c.whole(n); len(whole) > 0 {
			g.top[n] = c.together(whole)
		}
	}
	g.finish(c)
	return g
}

func (c *compiler) gate(need int32, in ...int32) int32 {
	c.need = append(c.need, need)
	c.in = append(c.in, in)
	return int32(len(c.need) - 1)
}

// together is the gate of a node looked at over some moments: it is down when it
// is down in all of them, and degraded as soon as it suffers in one.
func (c *compiler) together(moments []moment) int32 {
	if len(moments) == 1 {
		return c.gateOf[moments[0]]
	}
	var in []int32
	for _, m := range moments {
		in = append(in, c.gateOf[m])
	}
	if c.level == degraded {
		return c.gate(1, in...)
	}
	return c.gate(int32(len(in)), in...)
}

// alone tells whether a moment rests on one group and nothing else: then its gate
// is the group's.
func (c *compiler) alone(m moment) bool {
	felt := 0
	for i := range c.needs[m.node] {
		g := &c.needs[m.node][i]
		if at, ok := c.felt(g, m.at); ok {
			if felt++; !c.plain(g, at) {
				return false
			}
		}
	}
	return felt == 1 && c.count[m.node] == 1
}

// link gives a moment's gates their inputs.
func (c *compiler) link(m moment, parts []int32, leaf int32) {
	own, alone := c.gateOf[m], c.alone(m)
	if leaf != own && m.at >= 0 { // a contingency begins at 0
		c.in[own] = append(c.in[own], leaf)
	}
	if c.stands(m) {
		c.gone = append(c.gone, own)
	}
	w := wiring{compiler: c, m: m, gates: parts}
	for j := range c.needs[m.node] {
		group := &c.needs[m.node][j]
		if at, ok := c.felt(group, m.at); ok && alone {
			c.need[own] = int32(group.loss)
			w.members(own, group, at, nil)
			continue
		}
		w.group(group)
	}
}

// stands tells whether a standing failure of the node itself is a moment's.
func (c *compiler) stands(m moment) bool {
	return slices.ContainsFunc(c.roots, func(r root) bool {
		return r.node == m.node && r.at <= m.at && c.cells[m.cell].meets(r.ground, c.footprint[r.node])
	})
}

// finish lays the gates out flat, without those that are lost already.
func (g *Gates) finish(c *compiler) {
	g.need = c.need
	g.node = make([]int32, len(c.need))
	for i := range g.node {
		g.node[i] = -1
	}
	for n := range g.nodes {
		g.node[g.top[n]] = int32(n)
		g.timed = g.timed || g.top[n] != g.leaf[n]
	}
	g.flatten(c.in, func(int32) bool { return false })
	lost := g.walk()
	lost.from(c.gone...)
	if len(lost.lost) > 0 {
		for x := range g.need {
			if x := int32(x); !lost.isLost(x) && lost.met[x] == lost.now {
				g.need[x] -= lost.hits[x]
			}
		}
		g.flatten(c.in, lost.isLost)
	}
	for n, node := range g.nodes {
		g.number = append(g.number, -1)
		switch {
		case lost.isLost(g.top[n]):
			g.node[g.top[n]] = -1
			g.standing = append(g.standing, int32(n))
		case node.Kind != catalog.Dependent:
			g.number[n] = int32(len(g.fails))
			g.fails = append(g.fails, int32(n))
		}
	}
}

// flatten links the gates that are left.
func (g *Gates) flatten(in [][]int32, gone func(x int32) bool) {
	g.in = links{start: make([]int32, 1, len(in)+1)}
	for x, inputs := range in {
		for _, m := range inputs {
			if !gone(int32(x)) && !gone(m) {
				g.in.list = append(g.in.list, m)
			}
		}
		g.in.start = append(g.in.start, int32(len(g.in.list)))
	}
	g.out = g.in.turned(len(in))
}

// turned is the links the other way round: for each of so many gates, those that
// list it, in order.
func (l *links) turned(gates int) links {
	out := links{start: make([]int32, gates+1), list: make([]int32, len(l.list))}
	for _, to := range l.list {
		out.start[to+1]++
	}
	for i := range gates {
		out.start[i+1] += out.start[i]
	}
	next := slices.Clone(out.start)
	for from := range len(l.start) - 1 {
		for _, to := range l.of(int32(from)) {
			out.list[next[to]] = int32(from)
			next[to]++
		}
	}
	return out
}
