package rehearse

import (
	"cmp"
	"slices"
	"strings"

	"tocsin/catalog"
)

// Comparison is one plan on several editions, side by side.
type Comparison struct {
	Exercise bool     `json:"exercise"` // always true
	Results  []Result `json:"results"`  // one for each edition, in the order given
	Pairs    []Pair   `json:"pairs"`    // each edition beside the next
}

// Pair is what differs between a plan on one edition and on the next.
type Pair struct {
	Was    string       `json:"was"` // dates
	Is     string       `json:"is"`
	Spared []Difference `json:"spared"` // what fares better on the second; ranked
	Fallen []Difference `json:"fallen"` // what fares worse
	Same   int          `json:"same"`   // how many nodes fare alike, and not well
}

// Difference is a node that fares otherwise, and which change of the catalogue
// makes it so. States are the worst that the node has anywhere; "" where an
// edition has no such node.
type Difference struct {
	Node catalog.NodeID   `json:"node"`
	Name catalog.Text     `json:"name"`
	Kind catalog.Kind     `json:"kind"`
	Was  catalog.State    `json:"was"` // up: it stood
	Is   catalog.State    `json:"is"`
	Path []catalog.NodeID `json:"path"` // the explanation where it fares worse
	// Absent tells that one of the editions has no such node, so that nothing
	// but that is to be explained.
	Absent bool `json:"absent,omitempty"`
	// Changes are what makes the difference: undoing any one of them on the
	// second edition makes the node fare as on the first. Together tells that
	// only undoing all of them does. With none no change was found that does.
	Changes  []Change `json:"changes,omitempty"`
	Together bool     `json:"together,omitempty"`
}

// Compare plays a plan on several stages and explains each difference by the
// change that makes it: it undoes every change of a node that has to do with the
// loss, one at a time, and looks whether the loss is back (or gone). Between are
// the editions that lie between them in time, in any order, which date a change;
// without them it is dated by the later of the two editions.
func Compare(stages []*Stage, p Plan, between []*catalog.Edition) (Comparison, error) {
	c := Comparison{Exercise: true}
	for _, s := range stages {
		r, err := s.Run(p)
		if err != nil {
			return Comparison{}, err
		}
		c.Results = append(c.Results, r)
	}
	for i := 1; i < len(stages); i++ {
		j := judge{was: stages[i-1], is: stages[i], plan: p, between: between}
		j.before, j.after = c.Results[i-1].worst(), c.Results[i].worst()
		c.Pairs = append(c.Pairs, j.pair())
	}
	return c, nil
}

// worst is the worst row of each node that isn't up.
func (r Result) worst() map[catalog.NodeID]Affected {
	out := map[catalog.NodeID]Affected{}
	for _, a := range r.Affected {
		if old, met := out[a.Node]; a.State != catalog.Up && (!met || severity(a.State) > severity(old.State)) {
			out[a.Node] = a
		}
	}
	return out
}

// judge explains the differences between two editions.
type judge struct {
	was, is       *Stage
	plan          Plan
	between       []*catalog.Edition
	before, after map[catalog.NodeID]Affected
}

func (j judge) pair() Pair {
	p := Pair{Was: j.was.day(), Is: j.is.day()}
	var better, worse []Difference
	for _, id := range j.hit() {
		d := j.difference(id)
		switch by := severity(d.Was) - severity(d.Is); {
		case by > 0:
			better = append(better, d)
		case by < 0:
			worse = append(worse, d)
		default:
			p.Same++
		}
	}
	p.Spared = j.explain(better, j.before, j.ended())
	p.Fallen = j.explain(worse, j.after, j.began())
	return p
}

// hit is every node that isn't up on one of the editions, in order.
func (j judge) hit() []catalog.NodeID {
	var ids []catalog.NodeID
	for id := range j.before {
		ids = append(ids, id)
	}
	for id := range j.after {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (j judge) difference(id catalog.NodeID) Difference {
	state := func(s *Stage, hit Affected) catalog.State {
		if s.edition.Node(id) != nil {
			return cmp.Or(hit.State, catalog.Up)
		}
		return ""
	}
	before, after := j.before[id], j.after[id]
	d := Difference{Node: id, Was: state(j.was, before), Is: state(j.is, after)}
	shown := before
	if severity(d.Is) > severity(d.Was) {
		shown = after
	}
	d.Name, d.Kind, d.Path = shown.Name, shown.Kind, shown.Path
	d.Absent = d.Was == "" || d.Is == ""
	return d
}

// explain finds the changes behind differences. It tries each change once, for
// all of them.
func (j judge) explain(list []Difference, where map[catalog.NodeID]Affected, changes []undo) []Difference {
	changes = slices.DeleteFunc(changes, func(u undo) bool {
		_, hit := where[u.Node]
		return !hit
	})
	tried := make([]map[catalog.NodeID]Affected, len(changes))
	for i, u := range changes {
		tried[i] = j.without(u)
	}
	for i := range list {
		d := &list[i]
		if d.Absent {
			continue
		}
		for k, u := range changes {
			if j.undone(*d, tried[k]) {
				d.Changes = append(d.Changes, u.Change)
			}
		}
		if len(d.Changes) == 0 {
			d.Changes, d.Together = j.several(*d, changes), true
		}
		d.Together = d.Together && len(d.Changes) > 0
		d.nearest()
	}
	slices.SortStableFunc(list, func(a, b Difference) int {
		return cmp.Or(
			cmp.Compare(Affected{Kind: a.Kind}.role(), Affected{Kind: b.Kind}.role()),
			strings.Compare(string(a.Node), string(b.Node)))
	})
	return list
}

// nearest puts the changes on the explanation first, those next to the node
// before those next to the root.
func (d *Difference) nearest() {
	far := func(c Change) int {
		if i := slices.Index(d.Path, c.Node); i >= 0 {
			return i
		}
		return len(d.Path)
	}
	slices.SortStableFunc(d.Changes, func(a, b Change) int { return cmp.Compare(far(a), far(b)) })
}

// undone tells whether a node fares as on the first edition, or on its side of
// it.
func (j judge) undone(d Difference, now map[catalog.NodeID]Affected) bool {
	state := catalog.Up
	if a, hit := now[d.Node]; hit {
		state = a.State
	}
	if severity(d.Was) > severity(d.Is) {
		return severity(state) >= severity(d.Was)
	}
	return severity(state) <= severity(d.Was)
}

// without is how the plan goes on the second edition with changes undone.
func (j judge) without(undos ...undo) map[catalog.NodeID]Affected {
	ed := j.is.edition
	for _, u := range undos {
		ed = u.apply(ed)
	}
	s := New(ed)
	roots, err := s.roots(j.plan)
	if err != nil {
		return nil // a root itself is undone: nothing to see
	}
	var r Result
	look, _ := j.plan.Look() // Run has asked
	for _, e := range s.engine.Assess(failures(roots), look) {
		if len(e.Path) > 1 {
			r.Affected = append(r.Affected, Affected{Node: e.Node, State: e.State})
		}
	}
	return r.worst()
}

// several is a set of changes that only together make the difference: all of
// them, less each that can be spared.
func (j judge) several(d Difference, all []undo) []Change {
	if len(all) == 0 || !j.undone(d, j.without(all...)) {
		return nil
	}
	for i := len(all) - 1; i >= 0; i-- {
		if fewer := slices.Delete(slices.Clone(all), i, i+1); j.undone(d, j.without(fewer...)) {
			all = fewer
		}
	}
	var out []Change
	for _, u := range all {
		out = append(out, u.Change)
	}
	return out
}
