package rehearse

import (
	"slices"
	"time"

	"tocsin/catalog"
)

// ChangeKind names what kind of change of the catalogue it is.
type ChangeKind string

// The kinds of changes.
const (
	NeedEnded   ChangeKind = "requirement-ended" // a node no longer has a requirement
	NeedBegan   ChangeKind = "requirement-began" // it has a new one
	NodeEnded   ChangeKind = "component-ended"   // a node is gone
	NodeBegan   ChangeKind = "component-began"   // a node is new
	PlaceChange ChangeKind = "regions"           // a node exists elsewhere
)

// Change is one change between two editions.
type Change struct {
	Kind  ChangeKind           `json:"kind"`
	Node  catalog.NodeID       `json:"node"` // whose
	Need  *catalog.Requirement `json:"requirement,omitempty"`
	Since string               `json:"since"` // the first day on which it holds
	// Instead are the requirements that came at the same node in its place, or
	// that it took the place of; New are their members that are new themselves.
	Instead []catalog.Requirement `json:"instead,omitempty"`
	New     []catalog.NodeID      `json:"new_components,omitempty"`
}

// undo is a change with how to undo it on the second edition.
type undo struct {
	Change
	old *catalog.Node // what the node was; nil if it was not
}

// apply gives an edition in which the change has not happened.
func (u undo) apply(ed *catalog.Edition) *catalog.Edition {
	var nodes []catalog.Node
	for _, n := range ed.Nodes() {
		made := *n
		if n.ID == u.Node {
			switch u.Kind {
			case NodeBegan:
				continue
			case NeedEnded:
				made.Needs = append(slices.Clone(n.Needs), *u.Need)
			case NeedBegan:
				made.Needs = slices.DeleteFunc(slices.Clone(n.Needs), func(r catalog.Requirement) bool { return alike(r, *u.Need) })
			case PlaceChange:
				made.Regions = u.old.Regions
			}
		}
		nodes = append(nodes, made)
	}
	if u.Kind == NodeEnded {
		nodes = append(nodes, *u.old)
	}
	w := catalog.World{Nodes: nodes}
	for _, r := range ed.Regions() {
		w.Regions = append(w.Regions, *r)
	}
	for _, c := range ed.Carriers() {
		w.Carriers = append(w.Carriers, *c)
	}
	for _, o := range ed.Organisations() {
		w.Organisations = append(w.Organisations, *o)
	}
	return catalog.New(ed.AsOf(), ed.Digest(), w)
}

// alike tells whether two requirements ask for the same, whoever says so.
func alike(a, b catalog.Requirement) bool {
	members := func(r catalog.Requirement) []catalog.NodeID { return slices.Sorted(slices.Values(r.Members)) }
	return a.AtLeast == b.AtLeast && a.Lost == b.Lost && a.Holdover == b.Holdover && a.At == b.At &&
		slices.Equal(members(a), members(b))
}

// lacking gives the requirements that only the first of two nodes has.
func lacking(a, b *catalog.Node) []catalog.Requirement {
	var out []catalog.Requirement
	for _, r := range a.Needs {
		if !slices.ContainsFunc(b.Needs, func(o catalog.Requirement) bool { return alike(r, o) }) {
			out = append(out, r)
		}
	}
	return out
}

// ended are the changes by which something may stand that fell: a requirement
// that ended, a node that is gone, other regions.
func (j judge) ended() []undo {
	var out []undo
	for _, old := range j.was.edition.Nodes() {
		n := j.is.edition.Node(old.ID)
		if n == nil {
			out = append(out, j.undo(NodeEnded, old, nil))
			continue
		}
		for _, r := range lacking(old, n) {
			u := j.undo(NeedEnded, old, &r)
			u.Instead = lacking(n, old)
			u.New = j.fresh(u.Instead)
			out = append(out, u)
		}
		if !slices.Equal(old.Regions, n.Regions) {
			out = append(out, j.undo(PlaceChange, old, nil))
		}
	}
	return out
}

// began are the changes by which something may fall that stood.
func (j judge) began() []undo {
	var out []undo
	for _, n := range j.is.edition.Nodes() {
		old := j.was.edition.Node(n.ID)
		if old == nil {
			u := j.undo(NodeBegan, n, nil)
			u.old = nil
			out = append(out, u)
			continue
		}
		for _, r := range lacking(n, old) {
			u := j.undo(NeedBegan, old, &r)
			u.Instead = lacking(old, n)
			out = append(out, u)
		}
		if !slices.Equal(old.Regions, n.Regions) {
			out = append(out, j.undo(PlaceChange, old, nil))
		}
	}
	return out
}

func (j judge) undo(kind ChangeKind, old *catalog.Node, need *catalog.Requirement) undo {
	u := undo{Change: Change{Kind: kind, Node: old.ID, Need: need}, old: old}
	u.Since = j.since(u)
	return u
}

// fresh are the members of requirements that the first edition has not.
func (j judge) fresh(needs []catalog.Requirement) []catalog.NodeID {
	var out []catalog.NodeID
	for _, r := range needs {
		for _, m := range r.Members {
			if j.was.edition.Node(m) == nil && j.is.edition.Node(m) != nil && !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// since is the first day, of the editions at hand, from which a change holds on
// its way from the earlier edition to the later one.
func (j judge) since(u undo) string {
	first, last := j.was.edition, j.is.edition
	if last.AsOf().Before(first.AsOf()) {
		first, last = last, first
	}
	days := []*catalog.Edition{last}
	for _, ed := range j.between {
		if ed.AsOf().After(first.AsOf()) && ed.AsOf().Before(last.AsOf()) {
			days = append(days, ed)
		}
	}
	slices.SortFunc(days, func(a, b *catalog.Edition) int { return a.AsOf().Compare(b.AsOf()) })
	before := u.holds(first)
	for _, ed := range days {
		if u.holds(ed) != before {
			return ed.AsOf().Format(time.DateOnly)
		}
	}
	return last.AsOf().Format(time.DateOnly)
}

// holds tells whether an edition has what the change is about.
func (u undo) holds(ed *catalog.Edition) bool {
	n := ed.Node(u.Node)
	switch {
	case n == nil:
		return false
	case u.Need != nil:
		return slices.ContainsFunc(n.Needs, func(r catalog.Requirement) bool { return alike(r, *u.Need) })
	case u.Kind == PlaceChange:
		return slices.Equal(n.Regions, u.old.Regions)
	}
	return true
}
