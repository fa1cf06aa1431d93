package evaluate

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/catalog"
)

// hiddenOwner runs the component that nobody sees, an exchange or a resolver,
// which is grafted onto the catalogue where a scenario asks for one.
const (
	hiddenOwner = "shared-exchange"
	hiddenNode  = catalog.NodeID(hiddenOwner + "/fabric")
)

// parts copies an edition into what a new one is made of. Sources are left out:
// no method asks for them.
func parts(ed *catalog.Edition) catalog.World {
	var w catalog.World
	for _, r := range ed.Regions() {
		w.Regions = append(w.Regions, *r)
	}
	for _, s := range ed.Services() {
		w.Services = append(w.Services, *s)
	}
	for _, c := range ed.Carriers() {
		w.Carriers = append(w.Carriers, *c)
	}
	for _, o := range ed.Organisations() {
		w.Organisations = append(w.Organisations, *o)
	}
	for _, n := range ed.Nodes() {
		node := *n
		node.Needs = slices.Clone(n.Needs)
		for i := range node.Needs {
			node.Needs[i].Members = slices.Clone(n.Needs[i].Members)
		}
		w.Nodes = append(w.Nodes, node)
	}
	return w
}

func remake(ed *catalog.Edition, mark string, w catalog.World) *catalog.Edition {
	return catalog.New(ed.AsOf(), ed.Digest()+mark, w)
}

// graft adds a component that services of several carriers and a few dependents
// need, and that has no network and no customers of its own.
func graft(d *dice, ed *catalog.Edition) *catalog.Edition {
	w := parts(ed)
	w.Carriers = append(w.Carriers, catalog.Carrier{ID: hiddenOwner, Name: catalog.Text{EN: "shared exchange", FR: "point d’échange commun"}})
	w.Nodes = append(w.Nodes, catalog.Node{
		ID: hiddenNode, Kind: catalog.Core, Regions: []catalog.RegionID{ed.Root()},
		Name: catalog.Text{EN: "exchange fabric", FR: "commutateur du point d’échange"},
	})
	needs := func(kind catalog.Kind, n int) {
		var of []int
		for i := range w.Nodes {
			if w.Nodes[i].Kind == kind {
				of = append(of, i)
			}
		}
		for _, i := range some(d, of, n) {
			w.Nodes[i].Needs = append(w.Nodes[i].Needs, catalog.Requirement{
				Members: []catalog.NodeID{hiddenNode}, AtLeast: 1, Lost: catalog.Down,
			})
		}
	}
	needs(catalog.Offering, 8+d.IntN(7))
	needs(catalog.Dependent, 4+d.IntN(7))
	return remake(ed, "+exchange", w)
}

// spoil gives the graph that the methods get: edges of the true one are
// missing, others are made up.
func spoil(d *dice, ed *catalog.Edition, wrongs Wrongs) *catalog.Edition {
	w := parts(ed)
	edges := 0
	for i := range w.Nodes {
		n := &w.Nodes[i]
		for j := range n.Needs {
			g := &n.Needs[j]
			was := len(g.Members)
			edges += was
			g.Members = slices.DeleteFunc(g.Members, func(catalog.NodeID) bool { return d.happens(wrongs.Missing) })
			g.AtLeast = max(1, g.AtLeast-(was-len(g.Members)))
			if len(g.Members) < was {
				g.Shares, g.Enough = nil, 0 // they were parts of the whole group
			}
		}
		n.Needs = slices.DeleteFunc(n.Needs, func(r catalog.Requirement) bool { return len(r.Members) == 0 })
	}
	var needers, needed []int
	for i := range w.Nodes {
		switch n := &w.Nodes[i]; {
		case n.Kind == catalog.Dependent:
			needers = append(needers, i)
		case ed.Carrier(n.Owner()) != nil:
			needed = append(needed, i)
		}
	}
	for range int(float64(edges)*wrongs.Added + 0.5) {
		if len(needers) == 0 || len(needed) == 0 {
			break
		}
		n := &w.Nodes[pick(d, needers)]
		n.Needs = append(n.Needs, catalog.Requirement{
			Members: []catalog.NodeID{w.Nodes[pick(d, needed)].ID}, AtLeast: 1, Lost: catalog.Down,
		})
	}
	return remake(ed, "+spoilt", w)
}

// epoch is a time before any failure: holdovers have long run out by [aftermath].
func epoch() time.Time     { return time.Unix(0, 0).UTC() }
func aftermath() time.Time { return epoch().AddDate(1, 0, 0) }

// ErrUnfit means that a catalogue can't carry a scenario.
var ErrUnfit = errors.New("the catalogue can't carry it")

func unfit(scenario, why string) error {
	return fmt.Errorf("scenario %s: %s: %w", scenario, why, ErrUnfit)
}
