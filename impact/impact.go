// Package impact answers who suffers if these fail: which nodes, in which
// regions, since when, by which path, until when they hold out, and which
// standing advice still holds. Supposed failures and real ones go through the
// same lines; DESIGN.md beside it has the rules and why they are so.
//
// It does not decide what has failed or whose fault it is (package attribute),
// and it does not know incidents' lives: it makes [incident.Effect] values and
// leaves it to the caller what to do with them.
package impact

import (
	"math"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
)

// Failure is a node that fails by itself: a root, not a consequence.
type Failure struct {
	Node   catalog.NodeID
	Region catalog.RegionID // where; "" is wherever the node exists
	State  catalog.State    // Down, Degraded or Unknown; Up is no failure
	Since  time.Time        // when it began; zero is taken as the present
}

// Assess is [Engine.Assess] on an engine made for this one question. Whoever
// asks twice of one edition keeps the [Engine].
func Assess(ed *catalog.Edition, fails []Failure, now time.Time) []incident.Effect {
	return New(ed).Assess(fails, now)
}

// Engine is an edition prepared for the question: its needs turned round, its
// regions turned into sets of leaves. It is never changed after [New], so any
// number of goroutines may ask it.
type Engine struct {
	land      land
	nodes     []*catalog.Node // in the order of their ids; an index into it is a node below
	index     map[catalog.NodeID]int
	footprint []ground             // of each node
	home      [][]catalog.RegionID // names of each node's whole footprint
	needs     [][]group
	needers   [][]int // who needs this node, each once
	order     []int   // all nodes, members before those that need them where no cycle forbids it
	advice    [][]advice
}

// group is a requirement made ready.
type group struct {
	members  []int // in the order of their ids; those unknown to the edition never fail and are left out
	loss     int   // how many members must fail for the group to be lost: n − k + 1
	down     bool  // losing it takes the needer down, otherwise it is degraded
	holdover instant
	at       ground // nil: where the needer is
	assumed  bool
}

// advice is a fallback made ready.
type advice struct {
	*catalog.Fallback
	needs    []group
	up, down []int // its condition
}

// New prepares an edition that its loader has checked: every requirement can be
// met, every footprint names regions. A name that the edition doesn't hold
// stands for something that never fails.
func New(ed *catalog.Edition) *Engine {
	e := &Engine{land: survey(ed), nodes: ed.Nodes(), index: map[catalog.NodeID]int{}}
	for i, n := range e.nodes {
		e.index[n.ID] = i
	}
	e.needers = make([][]int, len(e.nodes))
	for i, n := range e.nodes {
		foot := e.land.none()
		for _, r := range n.Regions {
			foot.add(e.land.of[r])
		}
		e.footprint = append(e.footprint, foot)
		e.home = append(e.home, e.land.cover(foot))
		groups := e.groups(n.Needs)
		e.needs = append(e.needs, groups)
		for _, g := range groups {
			for _, m := range g.members {
				if last := len(e.needers[m]) - 1; last < 0 || e.needers[m][last] != i {
					e.needers[m] = append(e.needers[m], i)
				}
			}
		}
		e.advice = append(e.advice, e.fallbacks(n))
	}
	e.sort()
	return e
}

func (e *Engine) groups(reqs []catalog.Requirement) []group {
	var out []group
	for i := range reqs {
		r := &reqs[i]
		g := group{
			members:  e.known(r.Members),
			loss:     max(len(r.Members)-r.AtLeast+1, 1),
			down:     r.Lost != catalog.Degraded,
			holdover: instant(r.Holdover),
			assumed:  r.Confidence == catalog.Assumed,
		}
		if r.At != "" {
			g.at = e.land.of[r.At]
		}
		out = append(out, g)
	}
	return out
}

func (e *Engine) fallbacks(n *catalog.Node) []advice {
	var out []advice
	for i := range n.Fallbacks {
		f := &n.Fallbacks[i]
		out = append(out, advice{
			Fallback: f, needs: e.groups(f.Needs),
			up: e.known(f.OnlyIf.Up), down: e.known(f.OnlyIf.Down),
		})
	}
	return out
}

// known turns ids into nodes, in order, leaving out what the edition lacks.
func (e *Engine) known(ids []catalog.NodeID) []int {
	var out []int
	for _, id := range ids {
		if i, ok := e.index[id]; ok {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// sort puts members before their needers, so that one pass settles all but
// cycles.
func (e *Engine) sort() {
	met := make([]bool, len(e.nodes))
	var visit func(n int)
	visit = func(n int) {
		if met[n] {
			return
		}
		met[n] = true
		for _, g := range e.needs[n] {
			for _, m := range g.members {
				visit(m)
			}
		}
		e.order = append(e.order, n)
	}
	for n := range e.nodes {
		visit(n)
	}
}

// Assess gives the effects of failures as they stand at a time: every node that
// is not up in some region, and every node that is still up on a holdover that
// runs out ([incident.Effect].Fails says when). The failed nodes are among them,
// each with itself as its Path, so the effects show the whole picture; a caller
// who wants the consequences alone leaves out paths of one node.
//
// Since is when the node came to that state; for one that is still up, when the
// root at the end of its Path failed. Failures that begin after now, name
// nothing in the edition, or lie outside the node's footprint have no effect.
// Effects are in the order of node and region, and depend on nothing but the
// arguments: not on the order of the failures.
func (e *Engine) Assess(fails []Failure, now time.Time) []incident.Effect {
	s := e.study(fails, now.Round(0))
	if len(s.reached) == 0 {
		return nil
	}
	var out []incident.Effect
	for _, slot := range s.slot { // in the order of nodes
		if slot < 0 {
			continue
		}
		from := len(out)
		out = s.effects(out, slot)
		slices.SortFunc(out[from:], func(a, b incident.Effect) int {
			return strings.Compare(string(a.Region), string(b.Region))
		})
	}
	return out
}

// instant is a time in nanoseconds from now: at most 0 has happened.
type instant int64

const never instant = math.MaxInt64

// plus is an instant after a holdover; never stays never.
func (t instant) plus(hold instant) instant {
	if hold <= 0 {
		return t
	}
	if t > never-hold {
		return never
	}
	return t + hold
}
