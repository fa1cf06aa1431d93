package app

import (
	"cmp"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
	"tocsin/publish"
)

// confide adds to the open incidents of a picture what they do to private nodes.
// A store knows nothing of those: an observatory keeps and publishes the public
// edition alone. So this is for the operator's own terminal, never for pages.
func confide(p *publish.Picture) {
	for i := range p.Incidents {
		in := &p.Incidents[i]
		if ed := p.EditionOf(in.ID); in.State.Open() && len(in.Effects) > 0 && len(privates(ed)) > 0 {
			in.Effects = slices.Concat(in.Effects, confided(ed, in.Effects, p.Now))
			slices.SortStableFunc(in.Effects, func(a, b incident.Effect) int {
				return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.Region, b.Region))
			})
		}
	}
}

// privates are the ids of an edition's private nodes.
func privates(ed *catalog.Edition) map[catalog.NodeID]bool {
	ids := map[catalog.NodeID]bool{}
	for _, n := range ed.Nodes() {
		if n.Private {
			ids[n.ID] = true
		}
	}
	return ids
}

// confided pushes what public nodes are known to suffer through to the private
// ones: public effects are failures here, so that what was judged of them
// stands, and their explanation goes on where a private path ends.
func confided(ed *catalog.Edition, effects []incident.Effect, now time.Time) []incident.Effect {
	var fails []impact.Failure
	why := map[catalog.NodeID][]catalog.NodeID{}
	for _, e := range effects {
		if e.State == catalog.Up {
			continue
		}
		fails = append(fails, impact.Failure{Node: e.Node, Region: e.Region, State: e.State, Since: e.Since})
		if old, ok := why[e.Node]; !ok || len(e.Path) < len(old) {
			why[e.Node] = e.Path
		}
	}
	private := privates(ed)
	var own []incident.Effect
	for _, e := range impact.Assess(ed, fails, now) {
		if !private[e.Node] {
			continue
		}
		if rest := why[e.Path[len(e.Path)-1]]; len(rest) > 1 {
			e.Path = slices.Concat(e.Path, rest[1:])
		}
		own = append(own, e)
	}
	return own
}
