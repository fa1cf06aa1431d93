package pipeline

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/impact"
	"tocsin/incident"
)

const (
	// beliefsVersion is that of [beliefs]. Those of version 0 have filters alone, and are
	// still taken up; the facets are then as the kept incident has them.
	beliefsVersion = 1
	// blink is how long a stop may last and be none: feeds go on as if they had been
	// listened to. After a longer one nothing is known of a facet until it is seen again,
	// and a feed may be quiet anew. Assumed: a restart takes less, and no feed's quiet is
	// shorter.
	blink = 5 * time.Minute
	// saidKept is for how long what was said is remembered beyond a stop. What an incident
	// heard, it has for ever.
	saidKept = 30 * 24 * time.Hour
)

// beliefs are what judgement remembers beside the series: of incidents that still
// change, of roots that have none yet, of feeds, and what was said.
type beliefs struct {
	Version   int       `json:",omitzero"`
	At        time.Time `json:",omitzero"` // of the last step
	Incidents map[incident.ID]belief
	Suspects  map[catalog.OrgID]belief
	Feeds     map[evidence.FeedID]feedMemory `json:",omitempty"`
	Said      []evidence.Statement           `json:",omitempty"`
}

// belief is what is held of an incident or a suspicion.
type belief struct {
	Filter attribute.Filter
	Rev    int       `json:",omitzero"` // of the incident: what came after it is not in here
	Since  time.Time `json:",omitzero"`
	Last   time.Time `json:",omitzero"`
	Watch  *memory   `json:",omitempty"` // of an incident, since version 1
}

// memory is what a watch remembers beyond its incident and its filter.
type memory struct {
	Root   attribute.Root // its region, onset and standing; the rest is judged anew
	Clock  int
	Facets []facetMemory             `json:",omitempty"`
	Told   map[incident.Op]time.Time `json:",omitempty"`
	Fails  []impact.Failure          `json:",omitempty"`
	Said   int
	Next   time.Time `json:",omitzero"`
}

// facetMemory is a facet in the form that is kept.
type facetMemory struct {
	Facet  incident.Facet
	Read   evidence.Reading
	Phase  phase
	State  catalog.State
	Level  float64
	Trough float64
	Worst  float64
	Peak   float64
	Since  time.Time
	Rising time.Time `json:",omitzero"`
	Normal time.Time `json:",omitzero"`
	BackAt time.Time `json:",omitzero"`
	Whole  bool
	Kept   bool
}

// feedMemory is what was last heard of a feed.
type feedMemory struct {
	At, Heard time.Time `json:",omitzero"`
	Began     time.Time
}

// beliefs gives what is believed as of the last step.
func (p *Pipeline) beliefs() *beliefs {
	b := &beliefs{
		Version: beliefsVersion, At: p.now, Feeds: map[evidence.FeedID]feedMemory{},
		Incidents: map[incident.ID]belief{}, Suspects: map[catalog.OrgID]belief{},
	}
	if p.now.IsZero() {
		b.At = p.stopped // nothing has been judged since
	}
	for _, st := range p.said {
		if b.At.Sub(st.Heard) <= saidKept {
			b.Said = append(b.Said, st)
		}
	}
	for _, w := range p.watch {
		b.Incidents[w.in.ID] = belief{Filter: w.filter, Rev: w.in.Rev, Since: w.unlikely, Watch: w.remember()}
	}
	for org, sus := range p.suspicions {
		b.Suspects[org] = belief{Filter: sus.filter, Since: sus.since, Last: sus.last}
	}
	for id, f := range p.feeds {
		b.Feeds[id] = feedMemory{At: f.lastAt, Heard: f.lastHeard, Began: f.began}
	}
	return b
}

func (w *watch) remember() *memory {
	m := &memory{
		Root: w.root, Clock: w.clock, Told: w.told,
		Fails: w.assessed.fails, Said: w.assessed.said, Next: w.assessed.next,
	}
	m.Root.Ratios, m.Root.LogOdds, m.Root.Evidence = attribute.Ratios{}, 0, nil
	for _, f := range w.facets {
		k := facetMemory{
			Facet: f.id, Read: f.read, Phase: f.phase, State: f.state, Level: f.level, Trough: f.trough, Worst: f.worst,
			Peak: f.peak, Since: f.since, Rising: f.rising, Normal: f.normal, BackAt: f.backAt, Whole: f.whole, Kept: f.kept,
		}
		if _, err := json.Marshal(k); err == nil { // figures beyond all measure can't be written
			m.Facets = append(m.Facets, k)
		}
	}
	return m
}

// recallBeliefs takes up what was believed of the incidents that stand as they did then,
// and of whom there is none. Of one that has changed since, it takes the figures of
// losses that are still the same.
func (p *Pipeline) recallBeliefs(b *beliefs) error {
	if b.Version < 0 || b.Version > beliefsVersion {
		return fmt.Errorf("pipeline: recall beliefs: %w: of version %d, this one reads up to %d", ErrLearned, b.Version, beliefsVersion)
	}
	p.stopped = b.At
	for _, w := range p.watch {
		was, ok := b.Incidents[w.in.ID]
		same := ok && was.Rev == w.in.Rev
		if same {
			w.filter, w.unlikely = was.Filter, was.Since
		}
		switch m := was.Watch; {
		case m == nil:
		case same:
			p.recallWatch(w, m)
			w.guessed = false
		default:
			w.deepen(m)
			w.guessed = false
		}
	}
	for org, was := range b.Suspects {
		if p.ed.Carrier(org) != nil {
			p.suspicions[org] = &suspicion{filter: was.Filter, since: was.Since, last: was.Last}
		}
	}
	for id, was := range b.Feeds {
		if f := p.feeds[id]; f != nil { // one that nobody runs any more is not late
			f.lastAt, f.lastHeard, f.began = was.At, was.Heard, was.Began
		}
	}
	p.recallSaid(b.Said)
	return nil
}

// Guessed are the open incidents that go on from what was kept of them alone, by id: how
// deep their losses were is a guess, so that a return or a relapse may be told late, or
// not at all.
func (p *Pipeline) Guessed() []incident.ID {
	var ids []incident.ID
	for _, w := range p.watch {
		if w.guessed && w.in.State.Open() {
			ids = append(ids, w.in.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// recallSaid hears what was said in the order in which it was heard, before what
// incidents have kept since.
func (p *Pipeline) recallSaid(said []evidence.Statement) {
	known := map[string]bool{}
	var all []evidence.Statement
	for _, s := range said {
		if !known[s.ID] {
			known[s.ID], p.heard[s.ID] = true, true
			all = append(all, s)
		}
	}
	for _, s := range p.said {
		if !known[s.ID] {
			all = append(all, s)
		}
	}
	p.said = all
}

// recallWatch goes on with an incident just where it was left.
func (p *Pipeline) recallWatch(w *watch, m *memory) {
	root := m.Root
	root.Nodes, root.Carrier, root.Evidence = w.root.Nodes, w.root.Carrier, w.root.Evidence
	if p.ed.Region(root.Region) == nil {
		root.Region = w.root.Region
	}
	w.root, w.clock = root, m.Clock
	w.assessed = assessed{fails: m.Fails, said: m.Said, next: m.Next}
	maps.Copy(w.told, m.Told)
	w.facets = nil
	for i := range m.Facets {
		if f := m.Facets[i].facet(); f != nil && p.ed.Node(f.id.Node) != nil {
			w.facets = append(w.facets, f)
		}
	}
	slices.SortStableFunc(w.facets, func(a, b *facet) int { return a.series.Compare(b.series) })
}

// facet is the facet that was kept; nil if it can't have been one.
func (k *facetMemory) facet() *facet {
	if k.Phase < lost || k.Phase > back || k.Read.At.IsZero() {
		return nil
	}
	return &facet{
		id: k.Facet, series: k.Read.Series, crowd: k.Read.Series.Measure == evidence.Reports, read: k.Read,
		phase: k.Phase, state: k.State, level: k.Level, trough: k.Trough, worst: k.Worst, peak: k.Peak,
		since: k.Since, rising: k.Rising, normal: k.Normal, backAt: k.BackAt, whole: k.Whole, kept: k.Kept,
	}
}

// deepen takes from an older memory how bad the present losses were: the kept incident
// has what became of them, and not that.
func (w *watch) deepen(m *memory) {
	if w.in.Onset.Equal(m.Root.Onset) {
		w.clock = m.Clock
	}
	for _, f := range w.facets {
		for i := range m.Facets {
			k := &m.Facets[i]
			if k.Read.Series != f.series || !k.Since.Equal(f.since) {
				continue
			}
			f.trough, f.worst = k.Trough, math.Max(f.worst, k.Worst)
			if f.phase == lost {
				f.trough = math.Min(f.trough, f.level)
			}
			if f.crowd && f.worst > 0 {
				f.level = 1 - math.Max(0, f.read.Value-f.read.Expected)/f.worst
			}
			f.peak = math.Max(f.peak, f.level)
			if k.Phase == f.phase {
				f.peak = math.Max(f.peak, k.Peak)
			}
		}
	}
}

// wake begins judging at now, for the first time or after a stop.
func (p *Pipeline) wake(now time.Time) {
	long := now.Sub(p.stopped) > blink
	for _, f := range p.feeds {
		switch {
		case f.began.IsZero():
			f.began = now
		case long:
			f.woke = now
		}
	}
	for _, w := range p.watch {
		for _, f := range w.facets {
			f.kept = f.kept || long
		}
	}
}
