package catalog

import (
	"fmt"
	"slices"
	"strings"

	"tocsin/graph"
)

// FindingKind names what kind of thing was found.
type FindingKind string

// The kinds of findings.
const (
	NeedCycle        FindingKind = "cycle-of-need"     // nodes need each other in a circle
	CircularRecovery FindingKind = "circular-recovery" // a repair needs what it is to repair
	AssumedClaims    FindingKind = "assumed"           // claims for which no source was found
)

// Finding is something that an operator should know about an edition, though
// it is no fault of the catalogue: often it is one of the world.
type Finding struct {
	Kind  FindingKind `json:"kind"`
	Nodes []NodeID    `json:"nodes"` // of a cycle: in its order, from the first name on
	Text  string      `json:"text"`  // in English: names, for an operator
}

// Findings gives the cycles of need, the circular recoveries, and a count of
// what is assumed. A cycle of need is legal (it has one greatest fixed point).
// A member of a group counts as needed even where the group could lose it. For
// every edge that lies on a cycle the shortest one is given.
func (e *Edition) Findings() []Finding {
	var found []Finding
	for _, cycle := range e.graph(operates).Cycles() {
		found = append(found, Finding{NeedCycle, nodeIDs(cycle), circle(cycle, "need each other")})
	}
	both := e.graph(operates, recovers)
	for _, cycle := range both.CyclesWith(e.graph(recovers).Edges()) {
		found = append(found, Finding{CircularRecovery, nodeIDs(cycle), circle(cycle, "recovery waits for itself")})
	}
	return append(found, e.assumed()...)
}

// way gives what a node leads to by one kind of edge.
type way func(*Node) []NodeID

// operates leads to all members of all groups.
func operates(n *Node) []NodeID {
	var to []NodeID
	for _, r := range n.Needs {
		to = append(to, r.Members...)
	}
	return to
}

func recovers(n *Node) []NodeID { return n.RecoversWith }

// graph is the nodes of the edition with the edges of some kinds.
func (e *Edition) graph(ways ...way) *graph.Graph {
	var edges []graph.Edge
	var names []string
	for _, n := range e.Nodes() {
		names = append(names, string(n.ID))
		for _, w := range ways {
			for _, to := range w(n) {
				edges = append(edges, graph.Edge{From: string(n.ID), To: string(to)})
			}
		}
	}
	return graph.New(edges, names...)
}

func nodeIDs(names []string) []NodeID {
	ids := make([]NodeID, len(names))
	for i, name := range names {
		ids[i] = NodeID(name)
	}
	return ids
}

func circle(cycle []string, what string) string {
	return what + ": " + strings.Join(append(slices.Clone(cycle), cycle[0]), " → ")
}

// assumed counts what no source was found for; none if everything has one.
func (e *Edition) assumed() []Finding {
	var ids []NodeID
	groups, assumed := 0, 0
	for _, n := range e.Nodes() {
		if n.Confidence == Assumed {
			ids = append(ids, n.ID)
		}
		for _, r := range n.Needs {
			if groups++; r.Confidence == Assumed {
				assumed++
			}
		}
	}
	if len(ids) == 0 && assumed == 0 {
		return nil
	}
	return []Finding{{AssumedClaims, ids, fmt.Sprintf(
		"no source was found for %d of %d nodes and %d of %d requirements: pages show them as assumed",
		len(ids), len(e.Nodes()), assumed, groups)}}
}
