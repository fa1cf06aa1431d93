package rehearse

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
	"tocsin/roster"
)

var noon = time.Date(2022, 7, 8, 12, 0, 0, 0, time.UTC)

// places are a country of two provinces of two divisions each, and an area
// across them.
func places() []catalog.Region {
	return []catalog.Region{
		{ID: "xx", Level: catalog.Country},
		{ID: "xx-a", Level: catalog.Province, Parent: "xx"},
		{ID: "xx-b", Level: catalog.Province, Parent: "xx"},
		{ID: "xx-a-1", Level: catalog.Division, Parent: "xx-a"},
		{ID: "xx-a-2", Level: catalog.Division, Parent: "xx-a"},
		{ID: "xx-b-1", Level: catalog.Division, Parent: "xx-b"},
		{ID: "xx-b-2", Level: catalog.Division, Parent: "xx-b"},
		{ID: "xx-mid", Level: catalog.Area, Members: []catalog.RegionID{"xx-a-2", "xx-b-1"}},
	}
}

// randomStage is a random world of eight nodes with holdovers, and failures in
// it that begin at different times.
func randomStage(rng *rand.Rand) (*catalog.Edition, []impact.Failure) {
	regions := places()
	where := func() catalog.RegionID { return regions[rng.IntN(len(regions))].ID }
	var w catalog.World
	w.Regions = regions
	for i := range 8 {
		n := catalog.Node{ID: catalog.NodeID(fmt.Sprintf("o/%d", i)), Kind: catalog.Core, Regions: []catalog.RegionID{where()}}
		if rng.IntN(2) == 0 {
			n.Regions = []catalog.RegionID{"xx"}
		}
		for j := range i {
			if rng.IntN(3) == 0 {
				n.Needs = append(n.Needs, catalog.Requirement{
					Members: []catalog.NodeID{catalog.NodeID(fmt.Sprintf("o/%d", j))}, AtLeast: 1,
					Lost: []catalog.State{catalog.Down, catalog.Degraded}[rng.IntN(2)], Holdover: time.Duration(rng.IntN(4)) * time.Hour,
				})
			}
		}
		w.Nodes = append(w.Nodes, n)
	}
	var fails []impact.Failure
	for range 1 + rng.IntN(3) {
		f := impact.Failure{
			Node: w.Nodes[rng.IntN(4)].ID, State: []catalog.State{catalog.Down, catalog.Down, catalog.Degraded, catalog.Unknown}[rng.IntN(4)],
			Since: noon.Add(time.Duration(rng.IntN(5)) * 30 * time.Minute),
		}
		if rng.IntN(2) == 0 {
			f.Region = where()
		}
		fails = append(fails, f)
	}
	return catalog.New(noon, "", w), fails
}

// slowState looks at every division by itself in what the engine says of a
// moment.
func slowState(ed *catalog.Edition, effects []incident.Effect, id catalog.NodeID, region catalog.RegionID) catalog.State {
	var here, all []catalog.State
	for _, leaf := range []catalog.RegionID{"xx-a-1", "xx-a-2", "xx-b-1", "xx-b-2"} {
		if !slices.ContainsFunc(ed.Node(id).Regions, func(r catalog.RegionID) bool { return ed.Within(leaf, r) }) {
			continue
		}
		s := catalog.Up
		for _, e := range effects {
			if e.Node == id && ed.Within(leaf, e.Region) {
				s = e.State
			}
		}
		all = append(all, s)
		if region != "" && ed.Within(leaf, region) {
			here = append(here, s)
		}
	}
	if len(here) > 0 {
		all = here
	}
	has := func(s catalog.State) bool { return slices.Contains(all, s) }
	switch {
	case !has(catalog.Up) && !has(catalog.Degraded) && !has(catalog.Unknown):
		return catalog.Down
	case has(catalog.Down) || has(catalog.Degraded):
		return catalog.Degraded
	case has(catalog.Unknown):
		return catalog.Unknown
	}
	return catalog.Up
}

// TestCourseTwin: a course says at any time what the engine says, asked anew at
// that very time.
func TestCourseTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	met := map[catalog.State]int{}
	for range 150 {
		ed, fails := randomStage(rng)
		engine := impact.New(ed)
		from := fails[0].Since
		for _, f := range fails {
			from = earlier(from, f.Since)
		}
		c := newCourse(ed, engine, fails, from)
		for range 20 {
			id := ed.Nodes()[rng.IntN(8)].ID
			region := append(places(), catalog.Region{})[rng.IntN(9)].ID
			at := noon.Add(time.Duration(rng.IntN(16*4)-8) * 15 * time.Minute)
			got, want := c.State(id, region, at), slowState(ed, engine.Assess(fails, at), id, region)
			if got != want {
				t.Fatalf("%s from %q at %s: %s, want %s; fails %v", id, region, at, got, want, fails)
			}
			met[got]++
		}
	}
	for _, s := range []catalog.State{catalog.Up, catalog.Down, catalog.Degraded, catalog.Unknown} {
		if met[s] < 60 {
			t.Errorf("%s was met %d times: the test does nothing", s, met[s])
		}
	}
}

// TestRebookTwin: an appointment falls exactly if, asked every quarter of an
// hour, something of it does; and from then on.
func TestRebookTwin(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	fell := 0
	for range 700 {
		ed, fails := randomStage(rng)
		from := fails[0].Since
		for _, f := range fails {
			from = earlier(from, f.Since)
		}
		c := newCourse(ed, impact.New(ed), fails, from)
		some := func(n int) (ids []catalog.NodeID) {
			for range n {
				ids = append(ids, ed.Nodes()[rng.IntN(8)].ID)
			}
			return ids
		}
		a := roster.Appointment{Virtual: rng.IntN(10) > 0, Needs: some(rng.IntN(3)), Region: append(places(), catalog.Region{})[rng.IntN(9)].ID}
		for _, id := range some(rng.IntN(3)) {
			a.Paths = append(a.Paths, roster.Path{Node: id})
		}
		a.Start = noon.Add(time.Duration(rng.IntN(8*4)-8) * 15 * time.Minute)
		a.End = a.Start.Add(time.Duration(1+rng.IntN(8)) * 15 * time.Minute)
		end := noon.Add(time.Duration(rng.IntN(40)) * 15 * time.Minute)
		still := func(t time.Time) float64 {
			if t.Before(end) {
				return 1
			}
			return 0
		}
		got, falls := Rebook(c, a, still)
		want := catalog.Up
		var since time.Time
		for at := a.Start; at.Before(a.End) && a.Virtual; at = at.Add(15 * time.Minute) {
			s := slowAppointment(c, a, at)
			if at.Before(end) && (s == catalog.Down || s == catalog.Degraded && want == catalog.Up) && s != want {
				want, since = s, at
			}
			if want == catalog.Down {
				break
			}
		}
		if falls != (want != catalog.Up) || falls && (got.State != want || !got.From.Equal(since) || got.P != 1) {
			t.Fatalf("%+v: %s from %s, p %v; want %s from %s", a, got.State, got.From, got.P, want, since)
		}
		if falls {
			fell++
		}
	}
	if fell < 80 {
		t.Errorf("%d fell: the test does nothing", fell)
	}
}

// slowAppointment is how an appointment stands at a time, by its definition.
func slowAppointment(c *Course, a roster.Appointment, at time.Time) catalog.State {
	var states []catalog.State
	for _, id := range a.Needs {
		states = append(states, c.State(id, a.Region, at))
	}
	if len(a.Paths) > 0 {
		best := catalog.Down
		for _, p := range a.Paths {
			if s := c.State(p.Node, a.Region, at); better(s, best) {
				best = s
			}
		}
		states = append(states, best)
	}
	for _, s := range []catalog.State{catalog.Down, catalog.Degraded} {
		if slices.Contains(states, s) {
			return s
		}
	}
	return catalog.Up
}

// TestRebookHasItsProbability: it is that of the moment at which the
// appointment begins to fall, and none is no rebooking.
func TestRebookHasItsProbability(t *testing.T) {
	ed := catalog.New(noon, "", catalog.World{Regions: places(), Nodes: []catalog.Node{
		{ID: "o/net", Kind: catalog.Core, Regions: []catalog.RegionID{"xx"}},
		{ID: "o/video", Kind: catalog.Support, Regions: []catalog.RegionID{"xx"}, Needs: []catalog.Requirement{
			{Members: []catalog.NodeID{"o/net"}, AtLeast: 1, Lost: catalog.Down, Holdover: 2 * time.Hour},
		}},
	}})
	plan := Plan{Fails: []Fail{{What: "o/net", State: catalog.Down}}, From: noon, For: 6 * time.Hour}
	c, err := New(ed).Course(plan)
	if err != nil {
		t.Fatal(err)
	}
	half := func(at time.Time) float64 { return max(0, 1-at.Sub(noon).Hours()/10) }
	for name, want := range map[string]struct {
		from, to time.Duration
		still    StillDown
		p        float64
		at       time.Duration
	}{
		"before the holdover ends": {0, 2 * time.Hour, half, 0, 0},
		"as it ends":               {time.Hour, 3 * time.Hour, half, 0.8, 2 * time.Hour},
		"after it":                 {5 * time.Hour, 6 * time.Hour, half, 0.5, 5 * time.Hour},
		"when all is surely back":  {11 * time.Hour, 12 * time.Hour, half, 0, 0},
		"by the plan, still down":  {5*time.Hour + 59*time.Minute, 7 * time.Hour, plan.StillDown(), 1, 5*time.Hour + 59*time.Minute},
		"by the plan, back":        {6 * time.Hour, 7 * time.Hour, plan.StillDown(), 0, 0},
		"for good":                 {1000 * time.Hour, 1001 * time.Hour, Plan{From: noon}.StillDown(), 1, 1000 * time.Hour},
		"no time at all":           {3 * time.Hour, 3 * time.Hour, half, 0.7, 3 * time.Hour},
		"before everything":        {-2 * time.Hour, -time.Hour, half, 0, 0},
	} {
		a := roster.Appointment{Virtual: true, Needs: []catalog.NodeID{"o/video"}, Start: noon.Add(want.from), End: noon.Add(want.to)}
		r, falls := Rebook(c, a, want.still)
		if falls != (want.p > 0) || r.P != want.p || falls && (r.From != noon.Add(want.at) || r.Node != "o/video" || r.State != catalog.Down) {
			t.Errorf("%s: %v, p %v from %s by %s", name, falls, r.P, r.From, r.Node)
		}
	}
	list := []Rebooking{{Appointment: roster.Appointment{ID: "b", Start: noon}}, {Appointment: roster.Appointment{ID: "a", Start: noon.Add(-1)}}}
	if Order(list); list[0].ID != "a" {
		t.Error("not in the order of time")
	}
	if s := c.State("o/none", "", noon); s != catalog.Unknown {
		t.Errorf("a node that isn't there is %s", s)
	}
	if _, err := New(ed).Course(Plan{Fails: []Fail{{What: "o/nett", State: catalog.Down}}, From: noon}); err == nil {
		t.Error("an unknown node fails")
	}
}
