package replay

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/incident"
)

// Result is how what was judged compares with what is known afterwards. What
// the truth doesn't speak of counts neither for nor against.
type Result struct {
	Outage string

	Roots   Tally            // true roots that were named; a false alarm is a set of roots of which none failed
	Beside  []catalog.NodeID // named in one set with a true root: not told apart from it
	Suspect *float64         // minutes from the true onset until an incident was opened; nil: never
	Confirm *float64         // the same until it was confirmed
	Onset   *float64         // minutes by which its onset is too late; negative: too early

	Relapses, KnownRelapses int

	Accused  []catalog.OrgID // carriers with an incident of their own that stood by the truth
	Unproven []catalog.OrgID // carriers with an incident of which the truth says nothing

	Nodes      Tally // components and services of the truth's time spans
	Dependents Tally // of the truth's fates
	Returns    []Return
}

// Tally counts right and wrong by name, in the order of the truth. A state of
// degraded or worse, at any time and wherever, is a hit on what fell and a false
// alarm on what stood.
type Tally struct {
	Hits, Misses, FalseAlarms, Stood []catalog.NodeID
}

// Precision is the share of what was called hit that was. With nothing called
// it is 1: nothing was called wrongly.
func (t Tally) Precision() float64 { return ratio(len(t.Hits), len(t.FalseAlarms)) }

// Recall is the share of what was hit that was called so. With nothing hit it
// is 1: nothing was missed.
func (t Tally) Recall() float64 { return ratio(len(t.Hits), len(t.Misses)) }

func ratio(right, wrong int) float64 {
	if right+wrong == 0 {
		return 1
	}
	return float64(right) / float64(right+wrong)
}

// Return is a first return for good, of one address family or of a whole node.
type Return struct {
	Moment
	Late *float64 // minutes by which it was dated too late; nil: it was never seen
}

// Score compares the changes of a whole replay with the outage's truth. It is
// the one reader of the truth; the changes must be all of them, in order.
func Score(o *Outage, changes []incident.Change) (Result, error) {
	incidents, err := incident.Fold(changes)
	if err != nil {
		return Result{}, fmt.Errorf("score %s: %w", o.ID, err)
	}
	s := scorer{Result: Result{Outage: o.ID, KnownRelapses: len(o.Truth.Relapses)}, o: o, named: map[catalog.NodeID]bool{}, touched: map[catalog.NodeID]bool{}}
	for _, in := range incidents {
		s.incident(in)
	}
	for _, r := range o.Truth.Roots {
		s.Roots.mark(catalog.NodeID(r.Target), true, s.named[catalog.NodeID(r.Target)])
	}
	s.nodes()
	for _, f := range o.Truth.Dependents {
		s.Dependents.mark(f.Node, f.State != catalog.Up, s.touched[f.Node])
	}
	for _, m := range o.Truth.Returns {
		s.Returns = append(s.Returns, Return{m, returned(changes, m)})
	}
	return s.Result, nil
}

type scorer struct {
	Result
	o       *Outage
	named   map[catalog.NodeID]bool // roots as they stand at the end
	touched map[catalog.NodeID]bool // ever called degraded or down
}

// incident takes in one incident: the right one, or an accusation.
func (s *scorer) incident(in incident.Incident) {
	for _, r := range in.Reach {
		s.touched[r.Node] = true
	}
	owns := func(sp Span) bool { return catalog.NodeID(sp.Target).Owner() == in.Carrier }
	i := slices.IndexFunc(s.o.Truth.Roots, owns)
	if i < 0 {
		stood := slices.ContainsFunc(s.o.Truth.Stood, func(sp Span) bool { return owns(sp) && sp.State != catalog.Down })
		if stood {
			s.Accused = append(s.Accused, in.Carrier)
		} else {
			s.Unproven = append(s.Unproven, in.Carrier)
		}
		return
	}
	s.roots(in.Roots)
	s.Relapses += len(in.Life.Relapses)
	if s.Suspect != nil {
		return // the first incident of the carrier tells how soon
	}
	began := s.o.Truth.Roots[i].From
	s.Suspect, s.Onset = minutes(began, in.Life.Suspected), minutes(began, in.Onset)
	if !in.Life.Confirmed.IsZero() {
		s.Confirm = minutes(began, in.Life.Confirmed)
	}
}

// roots takes in what one incident names: a true root and what can't be told
// apart from it, or none that is true.
func (s *scorer) roots(set []catalog.NodeID) {
	wrong := slices.DeleteFunc(slices.Clone(set), func(n catalog.NodeID) bool {
		s.named[n] = true
		return slices.ContainsFunc(s.o.Truth.Roots, func(r Span) bool { return r.Target == string(n) })
	})
	if len(wrong) < len(set) {
		s.Beside = append(s.Beside, wrong...)
	} else {
		s.Roots.FalseAlarms = append(s.Roots.FalseAlarms, wrong...)
	}
}

// nodes tallies the spans of nodes: one that fell at any time is to be called.
func (s *scorer) nodes() {
	var order []catalog.NodeID
	fell := map[catalog.NodeID]bool{}
	for _, sp := range s.o.Truth.Stood {
		n := catalog.NodeID(sp.Target)
		if !strings.Contains(sp.Target, "/") {
			continue // a whole organisation: accused or not
		}
		if !slices.Contains(order, n) {
			order = append(order, n)
		}
		fell[n] = fell[n] || sp.State != catalog.Up
	}
	for _, n := range order {
		s.Nodes.mark(n, fell[n], s.touched[n])
	}
}

func (t *Tally) mark(n catalog.NodeID, fell, called bool) {
	list := &t.Stood
	switch {
	case fell && called:
		list = &t.Hits
	case fell:
		list = &t.Misses
	case called:
		list = &t.FalseAlarms
	}
	*list = append(*list, n)
}

// returned tells by how many minutes the beginning of a node's return, after
// its last fall, was dated too late.
func returned(changes []incident.Change, m Moment) *float64 {
	var last time.Time
	for _, c := range changes {
		if c.Op != incident.OpFacet || c.Facet.Node != m.Node || c.Facet.Family != m.Family {
			continue
		}
		switch up := c.Note == incident.Returning || c.Note == string(catalog.Up); {
		case !up:
			last = time.Time{}
		case last.IsZero():
			last = c.Event
		}
	}
	if last.IsZero() {
		return nil
	}
	return minutes(m.At, last)
}

func minutes(from, to time.Time) *float64 {
	m := to.Sub(from).Minutes()
	return &m
}

// String is the result as text, a figure or a list of names a line.
func (r Result) String() string {
	var b strings.Builder
	figure := func(name string, m *float64) {
		text := "never"
		if m != nil {
			text = fmt.Sprintf("%+.0f min", *m)
		}
		fmt.Fprintf(&b, "  %s: %s\n", name, text)
	}
	fmt.Fprintf(&b, "%s\n  roots: %v, not told apart from %v\n", r.Outage, r.Roots, r.Beside)
	figure("suspected", r.Suspect)
	figure("confirmed", r.Confirm)
	figure("onset", r.Onset)
	fmt.Fprintf(&b, "  relapses: %d counted, %d known\n", r.Relapses, r.KnownRelapses)
	fmt.Fprintf(&b, "  accused though they stood: %v; unproven: %v\n", r.Accused, r.Unproven)
	fmt.Fprintf(&b, "  components and services: %v\n  dependents: %v\n", r.Nodes, r.Dependents)
	for _, m := range r.Returns {
		figure(fmt.Sprintf("return of %s %s", m.Node, m.Family), m.Late)
	}
	return b.String()
}

// String gives the two ratios, the counts, and what was wrong by name.
func (t Tally) String() string {
	return fmt.Sprintf("precision %.2f, recall %.2f (%d hits, %d stood; missed %v; false alarms %v)",
		t.Precision(), t.Recall(), len(t.Hits), len(t.Stood), t.Misses, t.FalseAlarms)
}
