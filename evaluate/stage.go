package evaluate

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"tocsin/catalog"
	"tocsin/impact"
)

// stage is one true graph with the graph that methods get, made ready for
// drawing worlds. It is for one goroutine.
type stage struct {
	truth, given *catalog.Edition
	impact       *impact.Engine
	land         *land
	subjects     []subject
	cells        map[catalog.OrgID][]cell
	size         map[catalog.OrgID]float64 // users of all of a carrier's services
	everyday     float64                   // reports per user and minute, on an ordinary afternoon
	least        float64                   // users of services that a failure must hit to be large
	networks     []network
	falls        map[place]damage
	marks        map[catalog.NodeID]string
}

// land is the ground: the finest regions, with their people.
type land struct {
	ed     *catalog.Edition
	leaves []catalog.RegionID
	people []float64
	under  map[catalog.RegionID][]int
}

// unknownPeople stands in for a population that the catalogue doesn't know.
const unknownPeople = 50_000

func survey(ed *catalog.Edition) *land {
	l := &land{ed: ed, under: map[catalog.RegionID][]int{}}
	for _, r := range ed.Regions() {
		if r.Level == catalog.Area || len(ed.Children(r.ID)) > 0 {
			continue
		}
		people := float64(unknownPeople)
		if r.Counted {
			people = math.Max(1, float64(r.Population))
		}
		l.leaves = append(l.leaves, r.ID)
		l.people = append(l.people, people)
	}
	for _, r := range ed.Regions() {
		for i, leaf := range l.leaves {
			if ed.Within(leaf, r.ID) {
				l.under[r.ID] = append(l.under[r.ID], i)
			}
		}
	}
	return l
}

// ground is the leaves of some regions, each once, in order.
func (l *land) ground(regions []catalog.RegionID) []int {
	var out []int
	for _, r := range regions {
		out = append(out, l.under[r]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (l *land) count(leaves []int) float64 {
	sum := 0.0
	for _, i := range leaves {
		sum += l.people[i]
	}
	return sum
}

// province is the region below the country that holds a leaf; a leaf right
// below the country is its own.
func (l *land) province(leaf int) catalog.RegionID {
	id := l.leaves[leaf]
	for r := l.ed.Region(id); r != nil && r.Parent != "" && r.Parent != l.ed.Root(); r = l.ed.Region(r.Parent) {
		id = r.Parent
	}
	return id
}

// subject is somebody whom people report: a carrier as a whole, one of its
// services, or a dependent.
type subject struct {
	name  string
	node  catalog.NodeID // "" for a carrier as a whole
	org   catalog.OrgID
	users float64
	foot  []int
}

// cell is a part of a carrier's ground for which its reports are cut out.
type cell struct {
	region catalog.RegionID
	leaves []int
	share  float64 // of the carrier's users
}

// network is one autonomous system that instruments watch.
type network struct {
	name  string // "as812"
	org   catalog.OrgID
	nodes []catalog.NodeID
	foot  []int
	cells []cell
}

// damage is what a failure takes down: for each node and leaf how much of it is
// gone, from 0 to 1.
type damage map[catalog.NodeID][]float64

// Shares of a service's users. A market is split evenly among the carriers that
// sell the service there: crude, and not what any method assumes.
const (
	penetration  = 0.6
	degradedPart = 0.35 // of a degraded node's users who notice
	orgPart      = 0.45 // of reports that name no service: "everything is out"
	appUsers     = 400_000
)

func newStage(l *land, truth, given *catalog.Edition) *stage {
	s := &stage{
		truth: truth, given: given, impact: impact.New(truth), land: l,
		cells: map[catalog.OrgID][]cell{}, size: map[catalog.OrgID]float64{}, falls: map[place]damage{}, marks: map[catalog.NodeID]string{},
	}
	s.people()
	largest := 1.0
	for _, n := range s.size {
		largest = max(largest, n)
	}
	// In a small country fewer people do the same: else nobody would be heard.
	s.everyday = max(everyday, everydayLargest/largest)
	s.least = min(leastLost, largest/5)
	s.wires()
	return s
}

// people lists the subjects of reports with their users.
func (s *stage) people() {
	rivals := map[catalog.ServiceID][][]int{}
	for _, n := range s.truth.Nodes() {
		if n.Kind == catalog.Offering {
			rivals[n.Service] = append(rivals[n.Service], s.land.ground(n.Regions))
		}
	}
	users := func(n *catalog.Node, foot []int) float64 {
		if n.People > 0 {
			return float64(n.People)
		}
		sum := 0.0
		for _, leaf := range foot {
			sellers := 0
			for _, g := range rivals[n.Service] {
				if _, ok := slices.BinarySearch(g, leaf); ok {
					sellers++
				}
			}
			sum += s.land.people[leaf] * penetration / float64(max(1, sellers))
		}
		return sum
	}
	whole := map[catalog.OrgID]*subject{}
	var orgs []catalog.OrgID
	for _, n := range s.truth.Nodes() {
		foot := s.land.ground(n.Regions)
		switch n.Kind {
		case catalog.Offering:
			u := users(n, foot)
			if s.truth.Carrier(n.Owner()) == nil {
				s.subjects = append(s.subjects, subject{string(n.ID), n.ID, "", u, foot})
				continue
			}
			s.subjects = append(s.subjects, subject{string(n.ID), n.ID, n.Owner(), u * (1 - orgPart), foot})
			c := whole[n.Owner()]
			if c == nil {
				c = &subject{name: string(n.Owner()), org: n.Owner()}
				whole[n.Owner()] = c
				orgs = append(orgs, n.Owner())
			}
			c.users += u * orgPart
			s.size[n.Owner()] += u
			c.foot = append(c.foot, foot...)
		case catalog.Dependent:
			u := float64(n.People)
			if u == 0 {
				u = appUsers * s.land.count(foot) / s.land.count(s.land.under[s.truth.Root()])
			}
			s.subjects = append(s.subjects, subject{string(n.ID), n.ID, "", math.Max(u, 5000), foot})
		}
	}
	for _, id := range orgs {
		c := whole[id]
		slices.Sort(c.foot)
		c.foot = slices.Compact(c.foot)
		s.subjects = append(s.subjects, *c)
		s.cells[id] = s.cut(c.foot, s.land.province)
	}
}

// cut divides ground by a rule, in the order in which the parts are met.
func (s *stage) cut(foot []int, part func(leaf int) catalog.RegionID) []cell {
	var cells []cell
	all := s.land.count(foot)
	for _, leaf := range foot {
		id := part(leaf)
		i := slices.IndexFunc(cells, func(c cell) bool { return c.region == id })
		if i < 0 {
			i = len(cells)
			cells = append(cells, cell{region: id})
		}
		cells[i].leaves = append(cells[i].leaves, leaf)
	}
	for i := range cells {
		cells[i].share = s.land.count(cells[i].leaves) / all
	}
	return cells
}

// wires lists the networks that instruments watch.
func (s *stage) wires() {
	for _, c := range s.truth.Carriers() {
		for _, net := range c.Networks {
			nodes := s.truth.ByASN(net.ASN)
			if len(nodes) == 0 {
				continue
			}
			w := network{name: "as" + strconv.FormatUint(uint64(net.ASN), 10), org: c.ID, nodes: nodes}
			for _, id := range nodes {
				w.foot = append(w.foot, s.land.ground(s.truth.Node(id).Regions)...)
			}
			slices.Sort(w.foot)
			w.foot = slices.Compact(w.foot)
			w.cells = s.cut(w.foot, s.land.province)
			s.networks = append(s.networks, w)
		}
	}
}

// fall is the damage of one failure in the true graph.
func (s *stage) fall(node catalog.NodeID, region catalog.RegionID) damage {
	key := place{node, region}
	if d, ok := s.falls[key]; ok {
		return d
	}
	d := damage{}
	f := impact.Failure{Node: node, Region: region, State: catalog.Down, Since: epoch()}
	for _, e := range s.impact.Assess([]impact.Failure{f}, aftermath()) {
		part := 0.0
		switch e.State {
		case catalog.Down:
			part = 1
		case catalog.Degraded:
			part = degradedPart
		default:
			continue
		}
		if e.Load != "" {
			continue // what comes to rivals is drawn by the scenario itself
		}
		if d[e.Node] == nil {
			d[e.Node] = make([]float64, len(s.land.leaves))
		}
		for _, leaf := range s.land.under[e.Region] {
			d[e.Node][leaf] = math.Max(d[e.Node][leaf], part)
		}
	}
	s.falls[key] = d
	return d
}

// part is the share of some ground's people who lose a node.
func (s *stage) part(d damage, node catalog.NodeID, foot []int) float64 {
	lost := d[node]
	if lost == nil {
		return 0
	}
	hit := 0.0
	for _, leaf := range foot {
		hit += lost[leaf] * s.land.people[leaf]
	}
	return hit / s.land.count(foot)
}

// mark is what the outside could see of a node's failure: the subjects that
// fall with it and the networks that go dark. Nodes of one mark are alike.
func (s *stage) mark(node catalog.NodeID) string {
	if m, ok := s.marks[node]; ok {
		return m
	}
	d := s.fall(node, "")
	var b strings.Builder
	for _, sub := range s.subjects {
		if sub.node != "" && d[sub.node] != nil {
			b.WriteString(sub.name + strconv.FormatFloat(s.part(d, sub.node, sub.foot), 'f', 2, 64) + " ")
		}
	}
	for _, w := range s.networks {
		if s.dark(d, w, w.foot) > 0 {
			b.WriteString(w.name + " ")
		}
	}
	s.marks[node] = b.String()
	return s.marks[node]
}

// lost is how many users of its owner's services a failure hits.
func (s *stage) lost(d damage, owner catalog.OrgID) float64 {
	sum := 0.0
	for i := range s.subjects {
		if sub := &s.subjects[i]; sub.org == owner && sub.node != "" {
			sum += sub.users * s.part(d, sub.node, sub.foot)
		}
	}
	return sum / (1 - orgPart)
}

// dark is the share of a network that is gone on some ground.
func (s *stage) dark(d damage, w network, foot []int) float64 {
	gone := 0.0
	for _, n := range w.nodes {
		gone = math.Max(gone, s.part(d, n, foot))
	}
	return gone
}

// alike are the nodes that look the same from outside when they fail.
func (s *stage) alike(node catalog.NodeID) []catalog.NodeID {
	var out []catalog.NodeID
	own := s.mark(node)
	for _, n := range s.truth.Nodes() {
		if n.Kind != catalog.Dependent && n.Owner() == node.Owner() && s.mark(n.ID) == own {
			out = append(out, n.ID)
		}
	}
	return out
}
