package pipeline

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/impact"
	"tocsin/incident"
)

const (
	// refresh is how often figures that drift are told again when no state
	// changed.
	refresh = 15 * time.Minute
	// doubt is how long a suspicion may stay unlikely before it is dismissed.
	doubt = time.Hour
	// revise is for how long after confirmation better evidence may still name
	// a better root or a better onset.
	revise = 3 * time.Hour
	// hearsAfter is how long a resolved incident still hears statements.
	hearsAfter = 24 * time.Hour
)

// watch is an incident that still changes, with what its judgement remembers.
type watch struct {
	in       incident.Incident
	root     attribute.Root
	filter   attribute.Filter // the belief that the roots failed
	took     attribute.Ratios // what it was given last
	moment   float64          // what the evidence of the last step makes it, without a memory
	facets   []*facet
	clock    int       // that dated the onset, as in attribute.Root
	unlikely time.Time // since when the suspicion is below one half
	told     map[incident.Op]time.Time
	heard    map[string]bool
	assessed assessed
	guessed  bool // taken up from the kept incident alone
}

// assessed is what the last impact was computed from.
type assessed struct {
	fails []impact.Failure
	said  int
	next  time.Time // when a holdover runs out
}

// over tells whether nothing can change any more.
func (w *watch) over(now time.Time) bool {
	switch w.in.State {
	case incident.Resolved:
		return now.Sub(w.in.Life.Resolved) > hearsAfter
	case incident.Dismissed, incident.Reviewed:
		return true
	}
	return false
}

// suspected tells whether the incident is no more than suspected.
func (w *watch) suspected() bool { return w.in.State == incident.Suspected }

// step is one call of Pipeline.Step.
type step struct {
	p   *Pipeline
	now time.Time
	in  attribute.Input
	// roots are those that the evidence names now, incidents that are confirmed
	// explained away.
	roots []attribute.Root
	out   []incident.Change
	err   error
}

// change makes a change happen: numbered, applied, and put out to be kept.
func (s *step) change(w *watch, c incident.Change) {
	c.Incident, c.Rev, c.At, c.Author = w.in.ID, w.in.Rev+1, s.now, incident.Tocsin
	next, err := incident.Apply(w.in, c)
	if err != nil {
		if s.err == nil {
			s.err = fmt.Errorf("pipeline: %w", err)
		}
		return
	}
	w.in = next
	s.out = append(s.out, c)
}

// due tells whether a figure may be told again: at once when it matters, else
// after refresh.
func (s *step) due(w *watch, op incident.Op, matters bool) bool {
	if !matters && s.now.Sub(w.told[op]) < refresh {
		return false
	}
	w.told[op] = s.now
	return true
}

// held are the roots of the other incidents that are open and confirmed.
func (s *step) held(but *watch) []attribute.Root {
	var roots []attribute.Root
	for _, w := range s.p.watch {
		if w == but || !w.in.State.Open() || w.in.State == incident.Suspected {
			continue
		}
		roots = append(roots, w.root)
	}
	return roots
}

// past are the roots of the incidents that were resolved lately.
func (s *step) past() []attribute.Root {
	var roots []attribute.Root
	for _, w := range s.p.watch {
		if w.in.State == incident.Resolved {
			root := w.root
			root.Ended = w.in.Life.Ended
			roots = append(roots, root)
		}
	}
	return roots
}

// open opens the incident of a root.
func (s *step) open(root attribute.Root, filter attribute.Filter) {
	w := &watch{root: root, filter: filter, clock: root.Clock, told: map[incident.Op]time.Time{}, heard: map[string]bool{}}
	w.in.ID = s.p.name(root)
	s.change(w, incident.Change{
		Op: incident.OpSuspect, Event: root.Onset, Carrier: root.Carrier, Roots: root.Nodes,
		P: root.P, Evidence: root.Evidence, Exercise: s.p.opt.Exercise,
	})
	s.p.ids[w.in.ID] = true
	s.p.watch = append(s.p.watch, w)
	// Facets begin with what is seen already.
	for _, r := range s.in.Readings {
		w.observe(s, r)
	}
}

// name makes the permanent id of a new incident.
func (p *Pipeline) name(root attribute.Root) incident.ID {
	base := root.Onset.UTC().Format("2006-01-02") + "-" + string(root.Carrier)
	id := incident.ID(base)
	for n := 2; p.ids[id]; n++ {
		id = incident.ID(base + "-" + strconv.Itoa(n))
	}
	return id
}

// follow brings one incident up to now.
func (s *step) follow(w *watch, moved []evidence.Reading) {
	s.listen(w)
	if !w.in.State.Open() {
		return
	}
	// Facets first: what has begun to come back must not look like a smaller
	// cause.
	for _, r := range moved {
		w.observe(s, r)
	}
	s.judge(w)
	s.live(w)
	if !w.in.State.Open() {
		return
	}
	s.tell(w)
	s.assess(w)
	s.clear(w)
	s.locate(w)
	s.blind(w)
}

// listen adds what was said to the incident's ledger.
func (s *step) listen(w *watch) {
	var said []incident.Said
	for _, st := range s.p.said {
		if w.heard[st.ID] || st.Heard.Before(w.in.Onset) || !s.p.concerns(w.in, st) {
			continue
		}
		w.heard[st.ID] = true
		said = append(said, incident.Said{
			ID: st.ID, By: st.By, At: st.At, Approx: st.Approx, DayOnly: st.DayOnly, Heard: st.Heard,
			Text: st.Text, Claims: st.Claims, Basis: st.Basis, Sources: st.Sources,
		})
	}
	if len(said) > 0 {
		s.change(w, incident.Change{Op: incident.OpHear, Said: said})
	}
}

// concerns tells whether a statement belongs to an incident: it is by or about
// its carrier, or by or about somebody whom the incident touches or touched. One
// that claims nothing is kept by all: it may be told of any.
func (p *Pipeline) concerns(in incident.Incident, st evidence.Statement) bool {
	touched := func(org catalog.OrgID) bool {
		return org == in.Carrier ||
			slices.ContainsFunc(in.Effects, func(e incident.Effect) bool { return e.Node.Owner() == org }) ||
			slices.ContainsFunc(in.Reach, func(r incident.Reach) bool { return r.Node.Owner() == org }) ||
			slices.ContainsFunc(in.Cleared, func(c incident.Clearance) bool { return c.Org == org })
	}
	if touched(st.By) || len(st.Claims) == 0 {
		return true
	}
	return slices.ContainsFunc(st.Claims, func(c evidence.Claim) bool {
		return touched(catalog.NodeID(c.Target).Owner()) || touched(catalog.NodeID(c.Because).Owner())
	})
}

// judge weighs the roots again with the evidence as it stands.
func (s *step) judge(w *watch) {
	in := s.in
	in.Held, in.Past = s.held(w), s.past()
	named := s.named(w, in)
	if better, ok := w.better(named); ok {
		s.change(w, incident.Change{Op: incident.OpRoots, Roots: better.Nodes})
		w.root.Nodes, w.root.Region = better.Nodes, better.Region
		w.facets = nil
		for _, r := range s.in.Readings {
			w.observe(s, r)
		}
	}
	w.root = s.p.attr.Judge(in, w.root.Nodes, w.root.Region)
	s.believe(w, named)
	w.root.P = w.filter.P()
	if s.retimes(w) {
		w.clock = w.root.Clock
		s.change(w, incident.Change{Op: incident.OpRetime, Event: w.root.Onset})
	}
	if w.in.State == incident.Suspected && w.root.Sure() {
		s.change(w, incident.Change{Op: incident.OpConfirm, Event: w.in.Onset, P: w.root.P})
	}
}

// retimes tells whether the roots date the onset better than the incident does.
// What is confirmed is moved by a better clock, or further back by the same
// one: when the anomaly that dated it ends, what remains, or comes with a
// relapse, is no news of the beginning.
func (s *step) retimes(w *watch) bool {
	switch {
	case w.root.Onset.IsZero() || w.root.Onset.Equal(w.in.Onset):
		return false
	case w.in.State == incident.Suspected:
		return true
	case w.in.State == incident.Recovering || s.now.Sub(w.in.Life.Confirmed) >= revise:
		return false
	}
	return w.root.Clock < w.clock || w.root.Clock == w.clock && w.root.Onset.Before(w.in.Onset)
}

// named is what the counts make of the incident's carrier, nil if nothing. Once
// recovery has begun the roots stay: parts that come back would make a smaller
// cause look likelier.
func (s *step) named(w *watch, in attribute.Input) *attribute.Root {
	if w.in.State == incident.Recovering || len(w.in.Life.Relapses) > 0 ||
		(w.in.State == incident.Confirmed && s.now.Sub(w.in.Life.Confirmed) > revise) ||
		slices.ContainsFunc(w.facets, func(f *facet) bool { return !f.crowd && f.returned() >= rise }) {
		return nil
	}
	roots := s.p.attr.Roots(in)
	for i := range roots {
		if roots[i].Carrier == w.in.Carrier {
			return &roots[i]
		}
	}
	return nil
}

// better tells whether other nodes explain the evidence better than the roots do.
func (w *watch) better(named *attribute.Root) (attribute.Root, bool) {
	if named == nil {
		return attribute.Root{}, false
	}
	return *named, !slices.Equal(named.Nodes, w.root.Nodes) || named.Region != w.root.Region
}

// tell puts out the verdicts when a state changed, or when figures have drifted
// for a while.
func (s *step) tell(w *watch) {
	v := s.verdicts(w)
	matters := len(v) != len(w.in.Verdicts)
	for i := range v {
		matters = matters || v[i].State != w.in.Verdicts[i].State || v[i].Facet != w.in.Verdicts[i].Facet
	}
	if s.due(w, incident.OpJudge, matters) && !(reflect.DeepEqual(v, w.in.Verdicts) && w.root.P == w.in.P) {
		s.change(w, incident.Change{Op: incident.OpJudge, P: w.root.P, Evidence: w.root.Evidence, Verdicts: v})
	}
}

// clear puts out the verdicts about the peers.
func (s *step) clear(w *watch) {
	in := s.in
	in.Held = s.held(w)
	c := s.p.attr.Clear(in, w.root)
	matters := len(c) != len(w.in.Cleared)
	for i := range c {
		matters = matters || c[i].Org != w.in.Cleared[i].Org || c[i].State != w.in.Cleared[i].State ||
			c[i].Class != w.in.Cleared[i].Class || len(c[i].Evidence) != len(w.in.Cleared[i].Evidence)
	}
	if s.due(w, incident.OpClear, matters) && !reflect.DeepEqual(c, w.in.Cleared) {
		s.change(w, incident.Change{Op: incident.OpClear, Cleared: c})
	}
}
