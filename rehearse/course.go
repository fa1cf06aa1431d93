package rehearse

import (
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

// maxMoments bounds the moments of a course: each is another edition's worth of
// effects. Real catalogues have a dozen holdovers.
const maxMoments = 1000

// Course is how nodes fare from a plan's beginning on, while what fails stays
// failed: it doesn't know an end. Ask it for any node, place and time. It keeps
// what it has worked out, so one goroutine at a time may ask.
type Course struct {
	ed      *catalog.Edition
	moments []picture
	leaves  map[catalog.RegionID][]catalog.RegionID
	known   map[asked]catalog.State
}

// picture is how things stand from one time until the next.
type picture struct {
	at time.Time
	by map[catalog.NodeID][]incident.Effect
}

type asked struct {
	node   catalog.NodeID
	region catalog.RegionID
	moment int
}

// Course works out how nodes fare by a plan. The error is a [catalog.Problem].
func (s *Stage) Course(p Plan) (*Course, error) {
	roots, err := s.roots(p)
	if err != nil {
		return nil, err
	}
	fails := failures(roots)
	from := fails[0].Since
	for _, f := range fails {
		from = earlier(from, f.Since)
	}
	return newCourse(s.edition, s.engine, fails, from), nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func newCourse(ed *catalog.Edition, engine *impact.Engine, fails []impact.Failure, from time.Time) *Course {
	c := &Course{ed: ed, leaves: map[catalog.RegionID][]catalog.RegionID{}, known: map[asked]catalog.State{}}
	feared, unsure := fearing(fails)
	for at := from; len(c.moments) < maxMoments; {
		p := picture{at: at, by: map[catalog.NodeID][]incident.Effect{}}
		var next time.Time
		later := func(t time.Time) {
			if t.After(at) && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
		for _, e := range engine.Assess(fails, at) {
			p.by[e.Node] = append(p.by[e.Node], e)
			later(e.Fails)
		}
		if unsure { // when something may become unknown isn't among the effects
			for _, e := range engine.Assess(feared, at) {
				later(e.Fails)
			}
		}
		for _, f := range fails { // those that begin later
			later(f.Since)
		}
		c.moments = append(c.moments, p)
		if next.IsZero() {
			break
		}
		at = next
	}
	return c
}

// fearing takes what is unknown for down, and tells whether there is any.
func fearing(fails []impact.Failure) (feared []impact.Failure, unsure bool) {
	feared = slices.Clone(fails)
	for i := range feared {
		if feared[i].State == catalog.Unknown {
			feared[i].State, unsure = catalog.Down, true
		}
	}
	return feared, unsure
}

// State is how a node stands at a time, looked at from a region: there if it
// exists there, else over all that it has. Before the beginning all is up. A
// node that the edition doesn't hold is unknown.
func (c *Course) State(node catalog.NodeID, region catalog.RegionID, t time.Time) catalog.State {
	i, met := slices.BinarySearchFunc(c.moments, t, func(m picture, t time.Time) int { return m.at.Compare(t) })
	if !met {
		i--
	}
	return c.state(node, region, i)
}

// state is the node's state in the picture of a moment; -1 is before the first.
func (c *Course) state(node catalog.NodeID, region catalog.RegionID, i int) catalog.State {
	n := c.ed.Node(node)
	if n == nil {
		return catalog.Unknown
	}
	if i < 0 || len(c.moments[i].by[node]) == 0 {
		return catalog.Up
	}
	key := asked{node, region, i}
	if s, ok := c.known[key]; ok {
		return s
	}
	s := c.over(c.moments[i].by[node], c.ground(n, region))
	c.known[key] = s
	return s
}

// over is the state over some leaves: down if it is so in all of them, degraded
// if it suffers in some.
func (c *Course) over(effects []incident.Effect, leaves []catalog.RegionID) catalog.State {
	count := map[catalog.State]int{}
	for _, leaf := range leaves {
		worst := catalog.Up
		for _, e := range effects {
			if c.ed.Within(leaf, e.Region) {
				worst = catalog.Worse(worst, e.State)
			}
		}
		count[worst]++
	}
	switch {
	case count[catalog.Down] == len(leaves) && len(leaves) > 0:
		return catalog.Down
	case count[catalog.Down]+count[catalog.Degraded] > 0:
		return catalog.Degraded
	case count[catalog.Unknown] > 0:
		return catalog.Unknown
	}
	return catalog.Up
}

// ground is the leaves in which a node is looked at from a region.
func (c *Course) ground(n *catalog.Node, region catalog.RegionID) []catalog.RegionID {
	var all, here []catalog.RegionID
	for _, r := range n.Regions {
		for _, leaf := range c.leavesOf(r) {
			if slices.Contains(all, leaf) {
				continue
			}
			all = append(all, leaf)
			if region != "" && c.ed.Within(leaf, region) {
				here = append(here, leaf)
			}
		}
	}
	if len(here) > 0 {
		return here
	}
	return all
}

// leavesOf are the regions without parts that make up a region.
func (c *Course) leavesOf(id catalog.RegionID) []catalog.RegionID {
	if known, ok := c.leaves[id]; ok {
		return known
	}
	c.leaves[id] = nil // a region that held itself would end here
	r := c.ed.Region(id)
	if r == nil {
		return nil
	}
	parts := c.ed.Children(id)
	if r.Level == catalog.Area {
		parts = r.Members
	}
	leaves := []catalog.RegionID{}
	if len(parts) == 0 {
		leaves = append(leaves, id)
	}
	for _, p := range parts {
		leaves = append(leaves, c.leavesOf(p)...)
	}
	c.leaves[id] = leaves
	return leaves
}

// Ends is the last moment of a plan: that at which all is about to be back or,
// of what fails for good, that at which the last holdover has run out.
func (p Plan) Ends(c *Course) time.Time {
	if end := p.until(); !end.IsZero() {
		return end
	}
	return c.moments[len(c.moments)-1].at
}

// Asked is the moment at which somebody asks: that which the plan names, or its
// beginning.
func (p Plan) Asked() (time.Time, error) {
	if p.At.IsZero() && p.After == 0 {
		return p.From, nil
	}
	return p.Look()
}

// falls is when a node is first down at or after a time; zero if never.
func (c *Course) falls(node catalog.NodeID, region catalog.RegionID, from time.Time) time.Time {
	if c.State(node, region, from) == catalog.Down {
		return from
	}
	for i, m := range c.moments {
		if m.at.After(from) && c.state(node, region, i) == catalog.Down {
			return m.at
		}
	}
	return time.Time{}
}
