package impact

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"

	"tocsin/catalog"
)

// MaxCutOrder is the greatest order of cut sets that is looked for.
const MaxCutOrder = 3

// CutSets gives the minimal cut sets of a node up to an order: the sets of so many
// components or fewer that take it down together, no smaller part of which does.
// The node itself is in none of them. They come by order, then by ids. It is an
// error to ask for a node that the edition doesn't hold, for another order than
// 1 to [MaxCutOrder], or for a node that has more than most of them.
//
// Only the gates that the node rests on are looked at. Given that some have
// failed, one more is in a cut set with them only if it finishes what they have
// weakened, as with pairs; so the cost is that of so many walks as there are
// pairs of components that the node rests on.
func (g *Gates) CutSets(id catalog.NodeID, order, most int) ([][]catalog.NodeID, error) {
	if order < 1 || order > MaxCutOrder {
		return nil, fmt.Errorf("cut sets of order %d: give 1 to %d", order, MaxCutOrder)
	}
	n, ok := slices.BinarySearchFunc(g.nodes, id, func(n *catalog.Node, id catalog.NodeID) int { return cmp.Compare(n.ID, id) })
	if !ok {
		return nil, fmt.Errorf("cut sets: no node is called %q", id)
	}
	sub := g.upTo(int32(n))
	s := sub.Singles(sub.Reach(0, len(sub.fails)))
	c := &cutter{Pairer: s.Pairer(PairOptions{Seconds: s.Takers(0)}), target: sub.top[0], order: order, most: most}
	c.cut()
	if c.full {
		return nil, fmt.Errorf("cut sets of %s: there are more than %d up to order %d", id, most, order)
	}
	slices.SortFunc(c.sets, func(a, b []int32) int { return cmp.Or(cmp.Compare(len(a), len(b)), slices.Compare(a, b)) })
	var out [][]catalog.NodeID
	for _, set := range c.sets {
		var names []catalog.NodeID
		for _, i := range set {
			names = append(names, sub.nodes[sub.fails[i]].ID)
		}
		out = append(out, names)
	}
	return out, nil
}

// upTo is the gates that a node rests on, as gates of their own. The node comes
// first and can't fail by itself; the others are in order.
func (g *Gates) upTo(node int32) *Gates {
	gates, components := g.upstream(g.top[node])
	to := make(map[int32]int32, len(gates))
	for i, x := range gates {
		to[x] = int32(i)
	}
	sub := &Gates{timed: g.timed, room: 1 << 62, in: links{start: []int32{0}}, nodes: []*catalog.Node{g.nodes[node]}}
	sub.weight, sub.number = []int64{0}, []int32{-1}
	sub.leaf, sub.top = []int32{to[g.leaf[node]]}, []int32{to[g.top[node]]}
	for _, i := range components {
		n := g.fails[i]
		if n == node {
			continue
		}
		sub.number = append(sub.number, int32(len(sub.fails)))
		sub.fails = append(sub.fails, int32(len(sub.nodes)))
		sub.nodes = append(sub.nodes, g.nodes[n])
		sub.weight = append(sub.weight, 0)
		leaf := to[g.leaf[n]]
		sub.leaf, sub.top = append(sub.leaf, leaf), append(sub.top, leaf)
	}
	for _, x := range gates {
		sub.need = append(sub.need, g.need[x])
		sub.node = append(sub.node, -1)
		for _, m := range g.in.of(x) {
			sub.in.list = append(sub.in.list, to[m])
		}
		sub.in.start = append(sub.in.start, int32(len(sub.in.list)))
	}
	for n, x := range sub.top {
		sub.node[x] = int32(n)
	}
	sub.out = sub.in.turned(len(gates))
	return sub
}

// cutter looks for the cut sets of one gate.
type cutter struct {
	*Pairer
	target int32
	order  int
	most   int
	alone  []bool            // of ranks: cuts alone
	two    map[[2]int32]bool // the cut sets of two, by rank
	sets   [][]int32         // by number, in order
	full   bool              // there are more
}

// add keeps a cut set of ranks.
func (c *cutter) add(ranks ...int32) {
	if c.full = c.full || len(c.sets) == c.most; c.full {
		return
	}
	var s []int32
	for _, r := range ranks {
		s = append(s, c.ranked[r])
	}
	slices.Sort(s)
	c.sets = append(c.sets, s)
}

func (c *cutter) cut() {
	n := int32(len(c.fails))
	c.alone = make([]bool, n)
	for i, w := range c.options.Seconds.row(c.target) {
		for ; w != 0; w &= w - 1 {
			r := int32(64*i + bits.TrailingZeros64(w))
			c.alone[r] = true
			c.add(r)
		}
	}
	if c.order > 1 {
		c.two = map[[2]int32]bool{}
		for a := range n {
			c.finish(func(b int32) {
				c.two[[2]int32{a, b}] = true
				c.add(a, b)
			}, a)
		}
	}
	for a := int32(0); a < n && c.order > 2 && !c.full; a++ {
		for b := a + 1; b < n && !c.alone[a] && !c.full; b++ {
			if c.alone[b] || c.two[[2]int32{a, b}] {
				continue
			}
			c.finish(func(d int32) {
				if !c.two[[2]int32{a, d}] && !c.two[[2]int32{b, d}] {
					c.add(a, b, d)
				}
			}, a, b)
		}
	}
}

// finish tells which components of higher rank take the target down, together
// with some that don't, and not alone.
func (c *cutter) finish(found func(rank int32), given ...int32) {
	if c.alone[given[0]] || !c.given(given...) {
		return
	}
	for c.fill() {
		if c.judge(); c.held[c.target] != c.stamp {
			continue
		}
		full, base := c.Pairer.full(c.target), c.base(c.target)
		for i, w := range full {
			for w &^= base[i]; w != 0; w &= w - 1 {
				found(c.second(64*i + bits.TrailingZeros64(w)))
			}
		}
	}
}
