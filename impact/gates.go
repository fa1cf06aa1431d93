package impact

import (
	"math"
	"time"

	"tocsin/catalog"
)

// Gates is an edition as a flat graph of threshold gates, for questions about
// very many contingencies at once. A contingency is a set of nodes that fail
// wholly, at one moment and for good; a gate is one bit of what follows: it is
// lost as soon as so many of its inputs are. What [Engine.Assess] says of such
// a contingency and what its gates say is the same; DESIGN.md has the reason
// why no bit for each region is needed.
//
// Gates are never changed after they are made, so any number of goroutines may
// ask them. All methods are pure; whoever has several cores asks for ranges.
type Gates struct {
	nodes    []*catalog.Node // in the order of their ids
	weight   []int64         // people behind each node; 1 where nobody knows
	fails    []int32         // the nodes that can fail: components
	number   []int32         // of each node: its place in fails, or -1
	leaf     []int32         // of each node: the gate that is lost when it fails by itself
	top      []int32         // of each node: the gate that tells whether it is lost
	standing []int32         // nodes that are lost whatever else fails
	node     []int32         // of each gate: the node whose top it is, or -1
	timed    bool            // some nodes have several gates: being lost is not enough to say since when
	need     []int32         // of each gate: how many inputs must be lost; neverLost if no number does
	room     int             // see GateOptions
	in       links           // of each gate: its inputs; one that counts twice stands twice
	out      links           // the same turned round
}

// neverLost is the need of a gate that only fails by itself.
const neverLost = math.MaxInt32

// links is a list of gates for every gate.
type links struct{ start, list []int32 }

func (l *links) of(gate int32) []int32 { return l.list[l.start[gate]:l.start[gate+1]] }

// GateOptions says what the gates are asked for.
type GateOptions struct {
	// Level is catalog.Down for what is lost, or catalog.Degraded for what is
	// degraded or worse; "" is Down. The two don't depend on each other.
	Level catalog.State
	// Horizon is how long after the failure to look. Holdovers that last longer
	// hold. Zero is for good: every holdover has run out.
	Horizon time.Duration
	// Start is when the contingency begins. Standing failures that have begun by
	// then hold, in their regions, under every contingency; what they take down
	// is not counted again, and components among it don't fail again. Of what is
	// unknown, gates say what is known to be lost, as if it were up; or, Feared,
	// what may be, as if it were down.
	Start    time.Time
	Standing []Failure
	Feared   bool
	// Room is how many bytes may be used to remember what each component takes
	// down alone; 0 is 1 GiB. With less, all pairs take longer.
	Room int
}

// Components is how many nodes can fail: all but the dependents.
func (g *Gates) Components() int { return len(g.fails) }

// Component names the i-th node that can fail, in the order of ids.
func (g *Gates) Component(i int) catalog.NodeID { return g.nodes[g.fails[i]].ID }

// Standing names the nodes that are lost under every contingency, in the order of
// ids.
func (g *Gates) Standing() []catalog.NodeID {
	var out []catalog.NodeID
	for _, n := range g.standing {
		out = append(out, g.nodes[n].ID)
	}
	return out
}
