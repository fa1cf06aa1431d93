package publish

import (
	"testing"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// boardOf is a picture of three dependents: one that rests on something, one of
// which nothing is known, and one that is no dependent.
func boardOf(in ...incident.Incident) *Picture {
	ca := []catalog.RegionID{"ca"}
	return &Picture{
		Edition: catalog.New(hm(0, 0), "now", catalog.World{
			Regions: []catalog.Region{{ID: "ca", Level: catalog.Country}},
			Nodes: []catalog.Node{
				{ID: "a/core", Kind: catalog.Core, Regions: ca},
				{ID: "a/sales", Kind: catalog.Dependent, Regions: ca, Needs: []catalog.Requirement{{Members: []catalog.NodeID{"a/core"}, AtLeast: 1}}},
				{ID: "b/riddle", Kind: catalog.Dependent, Regions: ca},
			},
		}),
		Incidents: in, Feeds: []evidence.Feed{{ID: "f"}},
	}
}

func hitting(id incident.ID, state incident.State, effects ...incident.Effect) incident.Incident {
	return incident.Incident{ID: id, State: state, Effects: effects}
}

func onSales(s catalog.State) incident.Effect { return incident.Effect{Node: "a/sales", State: s} }

func TestStandings(t *testing.T) {
	down, part, holds := onSales(catalog.Down), onSales(catalog.Degraded), onSales(catalog.Up)
	for name, c := range map[string]struct {
		p    *Picture
		want Standing // of a/sales
		n    int      // effects
	}{
		"quiet":      {boardOf(), Standing{State: catalog.Up}, 0},
		"hit":        {boardOf(hitting("1", incident.Confirmed, down)), Standing{State: catalog.Down, Incident: "1"}, 1},
		"suspected":  {boardOf(hitting("1", incident.Suspected, part)), Standing{State: catalog.Degraded, Incident: "1", Maybe: true}, 1},
		"holds":      {boardOf(hitting("1", incident.Confirmed, holds)), Standing{State: catalog.Up, Incident: "1"}, 1},
		"worst":      {boardOf(hitting("1", incident.Suspected, part, holds), hitting("2", incident.Confirmed, down)), Standing{State: catalog.Down, Incident: "2"}, 3},
		"worst last": {boardOf(hitting("2", incident.Confirmed, down), hitting("1", incident.Suspected, part)), Standing{State: catalog.Down, Incident: "2"}, 2},
		"over":       {boardOf(hitting("1", incident.Resolved, down), hitting("2", incident.Dismissed, down)), Standing{State: catalog.Up}, 0},
	} {
		all := c.p.Dependents()
		if len(all) != 2 || all[0].Node.ID != "a/sales" || all[1].Node.ID != "b/riddle" {
			t.Fatalf("%s: dependents %+v", name, all)
		}
		got := all[0]
		if got.State != c.want.State || got.Incident != c.want.Incident || got.Maybe != c.want.Maybe || got.Blind || got.Groundless || len(got.Effects) != c.n {
			t.Errorf("%s: %+v, want %+v with %d effects", name, got, c.want, c.n)
		}
		if c.n > 0 && got.Effects[0].State != c.want.State {
			t.Errorf("%s: the worst effect isn't first", name)
		}
		if riddle := all[1]; riddle.State != catalog.Unknown || !riddle.Groundless || riddle.Blind {
			t.Errorf("%s: of a riddle it is said that %+v", name, riddle)
		}
	}
}

// Without observers nobody is well, and what is known of an outage stays known.
func TestStandingsWhenBlind(t *testing.T) {
	p := boardOf(hitting("1", incident.Confirmed, onSales(catalog.Degraded)))
	p.Feeds = nil
	all := p.Dependents()
	if all[0].State != catalog.Degraded || all[0].Blind {
		t.Errorf("an effect is forgotten: %+v", all[0])
	}
	if all[1].State != catalog.Unknown || !all[1].Blind {
		t.Errorf("blind, yet %+v", all[1])
	}
}

func TestHits(t *testing.T) {
	reached := hitting("3", incident.Resolved)
	reached.Reach = []incident.Reach{{Node: "a/sales", State: catalog.Degraded}, {Node: "b/riddle", State: catalog.Down}}
	both := hitting("2", incident.Confirmed, onSales(catalog.Down))
	both.Reach = []incident.Reach{{Node: "a/sales", State: catalog.Degraded}}
	p := boardOf(reached, both, hitting("1", incident.Dismissed, onSales(catalog.Down)), hitting("0", incident.Confirmed, onSales(catalog.Up)))
	hits := p.Hits("a/sales")
	if len(hits) != 2 || hits[0].Incident.ID != "3" || hits[0].State != catalog.Degraded || hits[1].Incident.ID != "2" || hits[1].State != catalog.Down {
		t.Errorf("hits %+v", hits)
	}
	if len(p.Hits("a/core")) != 0 {
		t.Error("a hit that wasn't")
	}
}

// What another edition can't bear says nothing of this one.
func TestWeaknessIsOfItsEdition(t *testing.T) {
	p := boardOf()
	if p.Weakness() != nil {
		t.Error("a weakness that nobody worked out")
	}
	p.Weak = &Weakness{Edition: "now"}
	if p.Weakness() != p.Weak {
		t.Error("the weakness is lost")
	}
	p.Weak = &Weakness{Edition: "then"}
	if p.Weakness() != nil {
		t.Error("the weakness of another edition")
	}
}

func TestPublic(t *testing.T) {
	if p := boardOf(); !Public(p.Edition.Node("a/core")) || Public(p.Edition.Node("moon/base")) {
		t.Error("what isn't there is shown, or what is there isn't")
	}
}
