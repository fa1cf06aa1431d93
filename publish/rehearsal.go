package publish

import (
	"fmt"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
)

// Rehearsal is a question and what came of it, for the page and its exports.
// It is an exercise: whatever is made of it says so. App works it out.
type Rehearsal struct {
	Ask   Ask
	Sides []Side // as many as the question has
}

// Side is one supposed outage on one edition.
type Side struct {
	Edition *catalog.Edition
	From    time.Time
	Until   time.Time // of the outage, and the moment that Fallen is about
	Roots   []Root    // what fails by itself
	Fallen  []Fallen  // what falls with it, and what holds out for now; the gravest first
	// Weak is what the edition can't bear; nil while it isn't known.
	Weak *Weakness
	// Circles are repairs that wait for themselves, each a cycle of names begun
	// at its first; BreakIn is the least that must be mended from outside.
	Circles [][]catalog.NodeID
	BreakIn []catalog.NodeID
	// Order is in which order what failed can be mended.
	Order []Return
}

// Root is a node that is made to fail.
type Root struct {
	Node   catalog.NodeID
	Region catalog.RegionID // "": wherever it exists
}

// Fallen is a node in a region that an outage reaches.
type Fallen struct {
	incident.Effect
	People int // who rest on it there; 0: not known
}

// Return is when a node can be back, counted from the end of what failed first.
type Return struct {
	Node    catalog.NodeID
	After   time.Duration
	Assumed bool // nobody said how long the repair takes
}

// Public gives the side without what may not be shown to everybody.
func (s Side) Public() Side {
	show := func(id catalog.NodeID) bool { return Public(s.Edition.Node(id)) }
	all := func(ids []catalog.NodeID) bool {
		for _, id := range ids {
			if !show(id) {
				return false
			}
		}
		return true
	}
	s.Roots = those(s.Roots, func(r Root) bool { return show(r.Node) })
	s.Fallen = those(s.Fallen, func(f Fallen) bool { return show(f.Node) && all(f.Path) })
	s.Circles = those(s.Circles, all)
	s.BreakIn = those(s.BreakIn, show)
	s.Order = those(s.Order, func(r Return) bool { return show(r.Node) })
	return s
}

// those gives the ones that are wanted; the slice itself is left alone.
func those[T any](list []T, want func(T) bool) []T {
	var kept []T
	for _, item := range list {
		if want(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

// Count is how many nodes stand in each state, each counted by its worst.
type Count struct{ Down, Degraded, Unknown, Holding int }

// All is their number.
func (c Count) All() int { return c.Down + c.Degraded + c.Unknown + c.Holding }

// Totals counts what an outage reaches.
type Totals struct {
	Dependents, Services, Parts Count
	People                      int // behind dependents that are not up; one person may count twice
	Uncounted                   int // dependents not up whose people nobody counted
}

// Totals counts what has fallen, each node once.
func (s Side) Totals() Totals {
	var t Totals
	for _, f := range s.Worst() {
		n := s.Edition.Node(f.Node)
		switch {
		case n == nil:
		case n.Kind == catalog.Dependent:
			t.Dependents.add(f.State)
			if f.State != catalog.Up && n.People == 0 {
				t.Uncounted++
			}
		case n.Kind == catalog.Offering:
			t.Services.add(f.State)
		default:
			t.Parts.add(f.State)
		}
	}
	for _, f := range s.Fallen {
		if n := s.Edition.Node(f.Node); n != nil && n.Kind == catalog.Dependent && f.State != catalog.Up && len(f.Path) != 1 {
			t.People += f.People
		}
	}
	return t
}

func (c *Count) add(s catalog.State) {
	switch s {
	case catalog.Down:
		c.Down++
	case catalog.Degraded:
		c.Degraded++
	case catalog.Unknown:
		c.Unknown++
	case catalog.Up:
		c.Holding++
	}
}

// Worst gives of each node its worst region, in the order of Fallen. What fails
// by itself is left out: it was asked, not found.
func (s Side) Worst() []Fallen {
	at := map[catalog.NodeID]int{}
	var worst []Fallen
	for _, f := range s.Fallen {
		i, met := at[f.Node]
		switch {
		case len(f.Path) == 1:
		case !met:
			at[f.Node] = len(worst)
			worst = append(worst, f)
		case severity(f.State) < severity(worst[i].State):
			worst[i] = f
		}
	}
	return worst
}

// BadAsk says what is wrong with a question, for whoever wrote it.
type BadAsk struct {
	Field string // of the form
	Value string
	Says  catalog.Text
	Near  string // the nearest value that would do; "" if none is near
}

// Error says it in English, for logs.
func (b *BadAsk) Error() string {
	text := fmt.Sprintf("%s %q: %s", b.Field, b.Value, b.Says.EN)
	if b.Near != "" {
		text += fmt.Sprintf(" (did you mean %q?)", b.Near)
	}
	return text
}
