package attribute

import (
	"math"
	"slices"
	"time"

	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/incident"
)

// Figures of the columns of the superposition; see DESIGN.md.
const (
	// sympathy is the share of a failed carrier's reports that a rival of its
	// size draws: 3 to 5 % and 1 to 2 % measured on 22 February 2024 (shared method
	// notes, §c); the middle of so skewed a spread is below its mean of 3 %. A
	// smaller rival draws less, a larger one no more.
	sympathy = 0.02
	// stranger is the same for a rival that has no known tie with what fell.
	stranger = 0.01
	// blame is how readily people report an app that a carrier took down.
	blame = 0.4
	// brand is the share that strikes the carrier's services that stand: people
	// name the brand they know.
	brand = 0.03
	// half is how much a degraded service is complained of, against a dead one.
	half = 0.5
	// rare keeps a series that nobody ever wrote to in play.
	rare = 0.02
)

// tally is one series of reports as the model counts it.
type tally struct {
	read   *evidence.Reading
	y, b   float64 // reports in the window, and what is usual
	pot    float64 // reports that a failure of severity 1 adds
	nodes  []catalog.NodeID
	org    catalog.OrgID // whose it is, carrier or not; "" for any
	region catalog.RegionID
	raised bool
	since  time.Time
	cite   incident.Citation
	at     *target
}

// tallies gathers the series of reports that speak at now, in a fixed order.
func (e *Engine) tallies(in Input) []tally {
	out := make([]tally, 0, len(in.Readings))
	speak := speakers(in)
	for i := range in.Readings {
		r := &in.Readings[i]
		if r.Series.Measure != evidence.Reports || context(r.Series) || r.Level == evidence.Blind || silent(in, r) ||
			in.Now.Sub(r.At) > fresh+stale || e.counted(speak, r) {
			continue
		}
		at := e.target(r.Series.Subject, r.Series.Region)
		if len(at.nodes) == 0 {
			continue
		}
		t := tally{
			read: r, y: math.Max(0, r.Value), b: math.Max(least, r.Expected), nodes: at.nodes, org: at.org,
			region: r.Series.Region, cite: Cite(r, in.Now), at: at,
		}
		t.raised = r.Level >= evidence.Warning || startles(t.y, t.b)
		if t.since = r.Onset; t.since.IsZero() {
			t.since = r.At
		}
		out = append(out, t)
	}
	sortTallies(out)
	return out
}

func silent(in Input, r *evidence.Reading) bool {
	q := in.Quiet[r.Series.Feed]
	return q > 0 && in.Now.Sub(r.Heard) > q
}

// startles tells whether a count that no detector has raised yet is worth a
// look: an outage at night shows first as two or three reports.
func startles(y, b float64) bool {
	if y < 2 || y <= b {
		return false
	}
	return (y*math.Log(y/b)-(y-b))/(1+spreadUsual*b) > 3
}

// speakers are the series of reports that are neither blind nor silent, by the
// owner of their subject.
func speakers(in Input) map[catalog.OrgID][]*evidence.Reading {
	by := map[catalog.OrgID][]*evidence.Reading{}
	for i := range in.Readings {
		if r := &in.Readings[i]; r.Series.Measure == evidence.Reports && r.Level != evidence.Blind && !silent(in, r) {
			owner := ownerOf(string(r.Series.Subject))
			by[owner] = append(by[owner], r)
		}
	}
	return by
}

// counted tells whether other series count these reports already: the cuts by
// region of the same feed and subject, which say more than their sum; or, for a
// cut of another feed, a wider series about the same owner.
func (e *Engine) counted(speak map[catalog.OrgID][]*evidence.Reading, r *evidence.Reading) bool {
	s := r.Series
	cuts, leaf := 0.0, e.leaf(s.Region)
	for _, o := range speak[ownerOf(string(s.Subject))] {
		switch {
		case o.Series.Region == s.Region:
		case o.Series.Feed != s.Feed:
			if e.ed.Within(s.Region, o.Series.Region) {
				return true
			}
		case !leaf && o.Series.Subject == s.Subject && e.ed.Within(o.Series.Region, s.Region):
			cuts += o.Expected
		}
	}
	return cuts > 0 && cuts >= cutsWhole*r.Expected
}

// leaf tells whether nothing smaller lies in a region.
func (e *Engine) leaf(id catalog.RegionID) bool {
	r := e.ed.Region(id)
	return r == nil || r.Level != catalog.Area && len(e.ed.Children(id)) == 0
}

// cutsWhole is the share of a series that its cuts must hold to stand for it.
const cutsWhole = 0.9

// weight is the part of a column that falls on one tally.
type weight struct {
	i int
	w float64
}

// kind is what a cause is.
type kind int

const (
	root      kind = iota // a component of a carrier failed
	attention             // people write about a carrier that stands
	affected              // a carrier is hit by what failed, by an edge that the graph lacks
	fault                 // an observer has lost its own sight
)

// worth is what a cause is worth before any fit.
type worth struct {
	cost  float64 // its prior, in nats
	known bool    // what follows is known, and leak: most causes are never looked at so closely
	leads float64 // what the order of onsets says for it, in nats
	quiet float64 // how much of what should be heard of it is not
}

// cause is a hypothesis with its column: how many reports it adds, by tally, at
// severity 1.
type cause struct {
	id    int // within a scene, once asked
	h     hypothesis
	shape *shape // of a root
	kind  kind
	org   catalog.OrgID
	own   []weight // of what falls
	falls []strip  // the same by pack
	leak  []strip  // on those that stand, and are named all the same
	hung  []int    // packs of its carrier that it doesn't reach, by the graph
	phys  physical
	worth
	mute bool                // hardly anything is said of its carrier through its own network
	fix  bool                // held by an incident: it costs nothing and stays
	past bool                // of an incident that is over
	bars func(t *tally) bool // tallies that it can't account for
	echo *cause              // itself as affected by another
}

// column computes what of the tallies falls with a hypothesis.
func (sc *scene) column(c *cause) {
	for _, r := range c.shape.reach {
		for _, i := range sc.about[r.target].tallies {
			if t := &sc.tallies[i]; r.struck > 0 && (c.bars == nil || !c.bars(t)) {
				c.own = append(c.own, weight{i, r.struck * t.pot})
			}
		}
	}
	slices.SortFunc(c.own, func(a, b weight) int { return a.i - b.i })
}

// leaks spreads the complaints that go to the wrong address: of what the failed
// carrier draws, a share to each rival, among its series by size. A rival smaller
// than the failed draws less, a larger one no more than an equal.
func (sc *scene) leaks(c *cause) []strip {
	total, size := 0.0, 0.0
	hit := make([]bool, len(sc.tallies))
	for _, w := range c.own {
		if hit[w.i] = true; sc.tallies[w.i].org == c.org {
			total += w.w
			size = sc.packs[sc.of[w.i]].size
		}
	}
	if total == 0 || c.kind != root {
		return nil
	}
	var out []strip
	for k := range sc.packs {
		p := &sc.packs[k]
		if p.org == "" {
			continue
		}
		each := sc.e.tie(c, p.org) * total / math.Max(p.size, size)
		if each == 0 {
			continue
		}
		s := strip{k: k}
		for i := p.from; i < p.to; i++ {
			if t := &sc.tallies[i]; !hit[i] && (c.bars == nil || !c.bars(t)) {
				s.cuts = append(s.cuts, weight{i, each * t.pot})
				s.w += each * t.pot
			}
		}
		if len(s.cuts) == p.to-p.from {
			s.cuts = nil
		}
		if s.w > 0 {
			out = append(out, s)
		}
	}
	return out
}

// strays lets a known failure of which no report was counted account for the
// complaints about those whose users call its own, whatever their number.
func (e *Engine) strays(c *cause, tallies []tally) {
	fall := e.fall(c.h)
	for i := range tallies {
		if t := &tallies[i]; t.org != "" && (c.bars == nil || !c.bars(t)) && e.talksTo(t.org, fall) {
			c.own = append(c.own, weight{i, t.pot})
		}
	}
}

// tie is how much of a carrier's reports goes astray to somebody who stands.
func (e *Engine) tie(c *cause, org catalog.OrgID) float64 {
	tie, known := c.shape.ties[org]
	if !known {
		tie = e.tied(c, org)
		c.shape.ties[org] = tie
	}
	return tie
}

func (e *Engine) tied(c *cause, org catalog.OrgID) float64 {
	switch {
	case org == c.org:
		return brand
	case e.ed.Carrier(org) == nil:
		return 0
	case e.talksTo(org, e.fall(c.h)):
		return sympathy
	}
	return stranger
}

// covers is the share of a node's people inside the place that a series counts
// who live where the failure is.
func (e *Engine) covers(id catalog.NodeID, fails, counts catalog.RegionID) float64 {
	if e.ed.Within(counts, fails) {
		return 1
	}
	n := e.ed.Node(id)
	hit, all := 0.0, 0.0
	for _, r := range n.Regions {
		place := e.meet(r, counts)
		all += e.people(place)
		hit += e.people(e.meet(place, fails))
	}
	if all == 0 {
		return 0
	}
	return hit / all
}

// meet is the smaller of two nested places, "" when they are not nested.
func (e *Engine) meet(a, b catalog.RegionID) catalog.RegionID {
	switch {
	case a == "" || b == "":
		return ""
	case e.ed.Within(a, b):
		return a
	case e.ed.Within(b, a):
		return b
	}
	return ""
}

// people is the population of a place; one that nobody counted weighs as much as
// a person, so that shares stay defined.
func (e *Engine) people(id catalog.RegionID) float64 {
	r := e.ed.Region(id)
	if r == nil {
		return 0
	}
	if r.Counted && r.Population > 0 {
		return float64(r.Population)
	}
	sum := 0.0
	for _, m := range append(slices.Clone(r.Members), e.ed.Children(id)...) {
		sum += e.people(m)
	}
	return math.Max(1, sum)
}

// publicity is the column of attention to one carrier: all that is said of it,
// by size, and nothing falls.
func (sc *scene) publicity(org catalog.OrgID) *cause {
	c := &cause{kind: attention, org: org, worth: worth{cost: costAttention}}
	for _, k := range sc.packsOf[org] {
		for i := sc.packs[k].from; i < sc.packs[k].to; i++ {
			c.own = append(c.own, weight{i, sc.tallies[i].pot})
		}
	}
	c.falls = sc.strips(c.own)
	return c
}
