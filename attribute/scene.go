package attribute

import (
	"math"
	"slices"

	"tocsin/catalog"
	"tocsin/evidence"
)

// scene is one input made ready for the search.
type scene struct {
	e       *Engine
	in      Input
	tallies []tally
	packs   []pack
	of      []int // pack by tally
	packsOf map[catalog.OrgID][]int
	about   []evident // by target
	byNews  []int     // packs, those that count least against the usual first
	sigs    []signal
	group   []int
	groups  []bin
	order   []int     // signals, group by group
	loud    []float64 // what each says, in nats
	tail    float64   // of the prior of attention
	held    []*cause
	cands   []*cause
	known   map[string]*state // what has been weighed
	ids     int

	room rooms
}

// rooms are used again and again.
type rooms struct {
	cuts             []float64 // of one pack
	asks             []ask
	owned            []bool    // by pack
	trust, hit, pull []float64 // by pack
	sum, cuttings    []float64 // by pack: see measure
}

func newRooms(packs int) rooms {
	by := func() []float64 { return make([]float64, packs) }
	return rooms{owned: make([]bool, packs), trust: by(), hit: by(), pull: by(), sum: by(), cuttings: by()}
}

// calm tells at little cost that nothing speaks for any cause: no series departs,
// nobody has said anything lately.
func (e *Engine) calm(in Input) bool {
	for i := range in.Statements {
		if in.Now.Sub(in.Statements[i].Heard) <= statementLives {
			return false
		}
	}
	for i := range in.Readings {
		r := &in.Readings[i]
		switch {
		case r.Level == evidence.Blind:
		case r.Level >= evidence.Warning, r.Series.Measure == evidence.ReportsOwn,
			r.Series.Measure == evidence.Reports && startles(math.Max(0, r.Value), math.Max(least, r.Expected)):
			return false
		}
	}
	return true
}

// scene gathers tallies, signals and candidates.
func (e *Engine) scene(in Input) *scene {
	sc := &scene{e: e, in: in, tallies: e.tallies(in), known: map[string]*state{}}
	sc.pack()
	sc.sigs = slices.DeleteFunc(e.signals(in), func(s signal) bool {
		return s.cite.Plane == evidence.PlaneCrowd && s.read != nil
	})
	sc.sigs = append(sc.sigs, e.ownAccess(in)...)
	slices.SortStableFunc(sc.sigs, compareSignals)
	sc.group, sc.groups = bins(sc.sigs)
	sc.tail = newsSlope(sc.packs)
	sc.index()
	for _, r := range slices.Concat(in.Held, in.Past) {
		sc.held = append(sc.held, e.holding(r, sc))
	}
	sc.listen()
	sc.candidates()
	return sc
}

// evident is what is counted and seen of one target.
type evident struct {
	tallies, sigs []int
	raised        bool // one of the tallies
}

// index notes what is counted and seen of each target.
func (sc *scene) index() {
	sc.about = make([]evident, len(sc.e.aims))
	for i := range sc.tallies {
		at := &sc.about[sc.tallies[i].at.id]
		at.tallies = append(at.tallies, i)
		at.raised = at.raised || sc.tallies[i].raised
	}
	for i := range sc.sigs {
		at := &sc.about[sc.sigs[i].at.id]
		at.sigs = append(at.sigs, i)
	}
}

func compareSignals(a, b signal) int {
	if (a.read == nil) != (b.read == nil) {
		if a.read == nil {
			return 1
		}
		return -1
	}
	if a.read == nil {
		return 0 // words keep their order: by the time they were heard
	}
	return compareSeries(a.read.Series, b.read.Series)
}

// holding is the cause that an incident's root is for everybody else.
func (e *Engine) holding(r Root, sc *scene) *cause {
	h := hypothesis{r.Nodes[0], r.Region}
	c := &cause{h: h, shape: e.shape(h), org: r.Carrier, fix: true, past: !r.Ended.IsZero()}
	if !r.Ended.IsZero() {
		c.bars = func(t *tally) bool { return t.raised && t.read.Onset.After(r.Ended) }
	}
	sc.column(c)
	if len(c.own) == 0 {
		e.strays(c, sc.tallies)
	}
	c.falls = sc.strips(c.own)
	c.phys = sc.apply(c.shape, func(s *signal) bool { return !r.Ended.IsZero() && s.onset.After(r.Ended) })
	return c
}

// candidates lists every cause that something speaks for: components of
// carriers, attention to a carrier, dependents that fail by themselves.
func (sc *scene) candidates() {
	e := sc.e
	for _, h := range e.places(sc) {
		shape := e.shape(h)
		if !sc.concerns(shape) {
			continue // most places are looked at in vain
		}
		c := &cause{h: h, shape: shape, org: h.node.Owner(), phys: sc.apply(shape, nil)}
		sc.column(c)
		c.falls = sc.strips(c.own)
		if e.ed.Node(h.node).Kind == catalog.Offering {
			c.mute = sc.cutOff(c)
		} else {
			c.hung = sc.hung(c)
		}
		sc.hear(c)
		c.cost = sc.price(c)
		sc.cands = append(sc.cands, c)
	}
	if len(sc.cands) == 0 {
		return
	}
	sc.observers()
	var talked []catalog.OrgID
	for i := range sc.tallies {
		t := &sc.tallies[i]
		if !t.raised || t.org == "" {
			continue
		}
		if e.ed.Carrier(t.org) != nil && !slices.Contains(talked, t.org) {
			talked = append(talked, t.org)
			sc.cands = append(sc.cands, sc.publicity(t.org))
		}
	}
}

// observers lists the feeds that see losses at more than one carrier: what they
// have in common may be the observer.
func (sc *scene) observers() {
	type eye struct {
		feed  evidence.FeedID
		plane evidence.Plane
	}
	seen, lost := map[eye][]catalog.OrgID{}, map[eye][]catalog.OrgID{}
	ratios := map[eye][]float64{}
	var eyes []eye
	for i := range sc.sigs {
		s := &sc.sigs[i]
		if s.read == nil || s.cite.Plane == evidence.PlaneCrowd {
			continue
		}
		k := eye{s.read.Series.Feed, s.cite.Plane}
		if seen[k] == nil {
			eyes = append(eyes, k)
		}
		if !slices.Contains(seen[k], s.org) {
			seen[k] = append(seen[k], s.org)
		}
		ratios[k] = append(ratios[k], s.read.Ratio())
		if s.weight > 0 && !slices.Contains(lost[k], s.org) {
			lost[k] = append(lost[k], s.org)
		}
	}
	for _, k := range eyes {
		if n := len(lost[k]); n > 2 && 2*n > len(seen[k]) {
			slices.Sort(ratios[k])
			depth := ratios[k][len(ratios[k])/2]
			sc.cands = append(sc.cands, sc.observer(k.feed, k.plane, depth))
		}
	}
}

// taken tells whether an open incident has the carrier already: one at a time.
func (sc *scene) taken(org catalog.OrgID) bool {
	return slices.ContainsFunc(sc.in.Held, func(r Root) bool { return r.Carrier == org })
}

// places lists the components with the places where they may have failed: all of
// the footprint, each region of it, and smaller ones that raised signals name.
func (e *Engine) places(sc *scene) []hypothesis {
	var named []catalog.RegionID
	name := func(r catalog.RegionID) {
		if !slices.Contains(named, r) {
			named = append(named, r)
		}
	}
	for i := range sc.sigs {
		if sc.sigs[i].weight > 0 {
			name(sc.sigs[i].region)
		}
	}
	for i := range sc.tallies {
		if sc.tallies[i].raised {
			name(sc.tallies[i].region)
		}
	}
	if len(named) == 0 {
		return nil
	}
	slices.Sort(named)
	var out []hypothesis
	for _, n := range e.ed.Nodes() {
		if n.Kind == catalog.Dependent || e.ed.Carrier(n.Owner()) == nil || sc.taken(n.Owner()) {
			continue
		}
		regions := slices.Clone(n.Regions)
		if len(regions) > 1 {
			regions = append([]catalog.RegionID{e.cover(n)}, regions...)
		}
		for _, r := range n.Regions {
			for _, s := range named {
				if !slices.Contains(regions, s) && e.ed.Within(s, r) {
					regions = append(regions, s)
				}
			}
		}
		for _, r := range regions {
			out = append(out, hypothesis{n.ID, r})
		}
	}
	return out
}

// cover is the smallest region of the tree that holds a node's whole footprint.
func (e *Engine) cover(n *catalog.Node) catalog.RegionID {
	r := e.ed.Region(n.Regions[0])
	for r != nil && slices.ContainsFunc(n.Regions, func(id catalog.RegionID) bool { return !e.ed.Within(id, r.ID) }) {
		r = e.ed.Region(r.Parent)
	}
	if r == nil {
		return e.ed.Root()
	}
	return r.ID
}

// whole tells whether a cause takes all of its node's footprint.
func (e *Engine) whole(h hypothesis) bool {
	n := e.ed.Node(h.node)
	return !slices.ContainsFunc(n.Regions, func(r catalog.RegionID) bool { return !e.ed.Within(r, h.region) })
}
