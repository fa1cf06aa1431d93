package app

import (
	"context"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/publish"
)

// Bounds of what is worked out beside the pages. Beyond widest components only
// single failures are tried: 20,000 of them make 200 million pairs.
const (
	widest = 20_000
	listed = 50 // of the worst failures, of each sort
)

// weigh works out what an edition can't bear. It gives nil if the context ends
// before.
func weigh(ctx context.Context, ed *catalog.Edition) *publish.Weakness {
	gates := impact.New(ed).Gates(impact.GateOptions{})
	n := gates.Components()
	run := &pairsRun{ctx: ctx, gates: gates, PairsOptions: PairsOptions{Sweep: Sweep{Double: n <= widest, Top: listed}}}
	found := run.run()
	if ctx.Err() != nil {
		return nil
	}
	w := &publish.Weakness{
		Edition: ed.Digest(), Tried: n, Paired: n <= widest,
		Singles: blows(ed, found.Singles), Pairs: blows(ed, found.Worst), Joint: blows(ed, found.Joint),
		Alone: map[catalog.NodeID][]catalog.NodeID{}, Pairwise: map[catalog.NodeID]int64{},
	}
	for _, p := range found.Points {
		w.Alone[p.Node], w.Pairwise[p.Node] = p.Single, p.Pairs
	}
	return w
}

func blows(ed *catalog.Edition, all []impact.Contingency) []publish.Blow {
	var out []publish.Blow
	for _, c := range all {
		b := publish.Blow{Fail: c.Fail, Harm: c.Harm, Emergent: c.Emergent}
		for _, id := range c.Lost {
			n := ed.Node(id)
			if !publish.Public(n) {
				continue
			}
			b.Lost++
			if n.Kind == catalog.Dependent {
				b.Dependents++
			}
		}
		out = append(out, b)
	}
	return out
}
