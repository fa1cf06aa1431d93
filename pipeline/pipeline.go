// Package pipeline knows the order of judgement, and nothing else does: hear,
// detect, attribute, follow each incident's facets, assess its impact, clear
// its peers. Live, replay and tests call the same [Pipeline.Step].
//
// It does no I/O, reads no clock and starts no goroutine; time arrives as
// data. The same evidence in the same steps gives the same changes, whatever
// the order within a step. It keeps nothing: its changes go to the store
// before anybody is told.
package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"tocsin/attribute"
	"tocsin/catalog"
	"tocsin/evidence"
	"tocsin/health"
	"tocsin/impact"
	"tocsin/incident"
)

// ErrBackwards means that a step was asked for a time before the last one.
var ErrBackwards = errors.New("time runs backwards")

// Detector sees one series, one observation at a time. Package detect has the
// kinds; the table is handed in.
type Detector interface {
	// Step doesn't keep what it is lent; its reading stands until the next step.
	Step(*evidence.Observation) *evidence.Reading
}

// Options is what a pipeline is made with.
type Options struct {
	Edition *catalog.Edition
	Feeds   []evidence.Feed
	// Detector makes the detector for a series; nil for one that is only kept.
	Detector func(evidence.SeriesID) Detector
	// HoldDown is how long service must hold before an incident is resolved;
	// zero takes [DefaultHoldDown].
	HoldDown time.Duration
	// Resume are incidents that were kept: those that still change go on. It may
	// hold all there ever were, so that no id is given twice.
	Resume []incident.Incident
	// Exercise marks every incident as one that didn't happen today.
	Exercise bool
}

// DefaultHoldDown is longer than any false recovery of 8 July 2022, of which
// none lasted an hour, by half.
const DefaultHoldDown = 90 * time.Minute

// Pipeline is the state of judgement. It is for one goroutine.
type Pipeline struct {
	opt    Options
	ed     *catalog.Edition
	impact *impact.Engine
	attr   *attribute.Engine

	now time.Time
	// stopped is the last step of the judgement that was recalled, zero if none was.
	stopped time.Time
	tracks  map[evidence.SeriesID]*track
	order   []*track // by series, so that no map order is ever seen
	feeds   map[evidence.FeedID]*feedState
	said    []evidence.Statement // by the time they were heard
	heard   map[string]bool      // statements by id
	watch   []*watch             // incidents that still change, oldest first
	ids     map[incident.ID]bool
	// suspicions are roots that no incident has yet, by carrier.
	suspicions map[catalog.OrgID]*suspicion
}

// track is one series with its detector.
type track struct {
	id      evidence.SeriesID
	det     Detector
	reading evidence.Reading
	counts  []count // of a regional cut of reports: what the shares are made of
	basis   evidence.Basis
	sources []catalog.Source
}

type count struct {
	at    time.Time
	value float64
}

// feedState is what was last heard of a feed.
type feedState struct {
	feed      evidence.Feed
	lastAt    time.Time
	lastHeard time.Time
	began     time.Time // when we began to listen
	woke      time.Time // when we began again after a stop, zero if there was none
}

// New makes a pipeline that has heard nothing.
func New(opt Options) *Pipeline {
	if opt.HoldDown == 0 {
		opt.HoldDown = DefaultHoldDown
	}
	p := &Pipeline{
		opt: opt, ed: opt.Edition, impact: impact.New(opt.Edition),
		tracks: map[evidence.SeriesID]*track{}, feeds: map[evidence.FeedID]*feedState{},
		heard: map[string]bool{}, ids: map[incident.ID]bool{}, suspicions: map[catalog.OrgID]*suspicion{},
	}
	p.attr = attribute.New(opt.Edition, p.falls)
	for _, f := range opt.Feeds {
		p.feeds[f.ID] = &feedState{feed: f}
	}
	p.resume(opt.Resume)
	p.opt.Resume = nil
	return p
}

// falls asks package impact what a failure takes down, the worst of any region.
// Whoever stands on a backup doesn't fall, nor does a rival to whom others' users
// come: that has a class of its own.
func (p *Pipeline) falls(node catalog.NodeID, region catalog.RegionID, state catalog.State) map[catalog.NodeID]catalog.State {
	down := map[catalog.NodeID]catalog.State{}
	// A time far after the failure: holdovers have run out.
	fail := impact.Failure{Node: node, Region: region, State: state, Since: time.Unix(0, 0).UTC()}
	for _, e := range p.impact.Assess([]impact.Failure{fail}, time.Unix(0, 0).UTC().AddDate(1, 0, 0)) {
		st := e.State
		if st == catalog.Up || e.Load != "" {
			continue
		}
		if have, ok := down[e.Node]; ok {
			st = catalog.Worse(have, st)
		}
		down[e.Node] = st
	}
	return down
}

// Step takes what was heard since the last step and gives what changed, in the
// order in which it must be kept. It may be called with nothing heard: silence
// is news too.
func (p *Pipeline) Step(now time.Time, heard evidence.Heard) ([]incident.Change, error) {
	if now.Before(p.now) {
		return nil, fmt.Errorf("pipeline: step to %s after %s: %w", now.Format(time.RFC3339), p.now.Format(time.RFC3339), ErrBackwards)
	}
	if p.now.IsZero() {
		p.wake(now)
	}
	p.now = now
	readings := p.hear(heard)
	s := &step{p: p, now: now, in: p.input(now)}
	s.suspect()
	for _, w := range p.watch {
		s.follow(w, readings)
	}
	p.watch = slices.DeleteFunc(p.watch, func(w *watch) bool { return w.over(now) })
	return s.out, s.err
}

// Incidents gives the incidents that still change, oldest first, as of the
// last step.
func (p *Pipeline) Incidents() []incident.Incident {
	var all []incident.Incident
	for _, w := range p.watch {
		all = append(all, w.in)
	}
	return all
}

// Health gives the standing warnings about the feeds as of the last step.
func (p *Pipeline) Health() []health.Warning {
	var warn []health.Warning
	for _, f := range p.sortedFeeds() {
		if f.silent(p.now) {
			warn = append(warn, health.Warning{Code: health.FeedSilent, Subject: string(f.feed.ID), Since: f.newest()})
		}
	}
	return warn
}

// hear runs the detectors and gives the readings that moved, in order.
func (p *Pipeline) hear(h evidence.Heard) []evidence.Reading {
	obs := slices.Clone(h.Observations)
	slices.SortStableFunc(obs, func(a, b evidence.Observation) int {
		return cmp.Or(a.At.Compare(b.At), a.Series.Compare(b.Series),
			a.Heard.Compare(b.Heard), cmp.Compare(a.Value, b.Value))
	})
	var moved []evidence.Reading
	for i := range obs {
		o := &obs[i]
		p.feed(o.Series.Feed).mark(o.At, o.Heard)
		t := p.track(o)
		if t.det == nil {
			continue
		}
		before := t.reading.At
		t.reading = *t.det.Step(o)
		if t.reading.At.After(before) {
			moved = append(moved, t.reading)
		}
	}
	stm := slices.Clone(h.Statements)
	slices.SortStableFunc(stm, func(a, b evidence.Statement) int {
		return cmp.Or(a.Heard.Compare(b.Heard), a.At.Compare(b.At), cmp.Compare(a.ID, b.ID))
	})
	for _, s := range stm {
		if !p.heard[s.ID] {
			p.heard[s.ID] = true
			p.said = append(p.said, s)
		}
	}
	return moved
}

func (p *Pipeline) track(o *evidence.Observation) *track {
	t := p.tracks[o.Series]
	if t == nil {
		t = &track{id: o.Series, basis: o.Basis, sources: o.Sources}
		if p.opt.Detector != nil {
			t.det = p.opt.Detector(o.Series)
		}
		p.add(t)
	}
	if p.regional(o.Series) && !o.Missing {
		t.count(o)
	}
	return t
}

// count keeps a value, once for each time: what is told twice is one report. What
// is older than anybody asks for goes.
func (t *track) count(o *evidence.Observation) {
	i, told := place(t.counts, o.At)
	if !told {
		t.counts = slices.Insert(t.counts, i, count{o.At, o.Value})
	}
	if last := t.counts[len(t.counts)-1].at; last.Sub(t.counts[0].at) > 2*countsKept {
		old, _ := place(t.counts, last.Add(-countsKept))
		t.counts = slices.Delete(t.counts, 0, old)
	}
}

// countsKept is what is usual and a month of an incident.
const countsKept = 2 * usualDays * 24 * time.Hour

// place is where the count of a time stands, or belongs.
func place(counts []count, at time.Time) (int, bool) {
	return slices.BinarySearchFunc(counts, at, func(c count, at time.Time) int { return c.at.Compare(at) })
}

// regional tells whether a series is a cut of reports by region.
func (p *Pipeline) regional(s evidence.SeriesID) bool {
	r := p.ed.Region(s.Region)
	return s.Measure == evidence.Reports && r != nil && r.Level != catalog.Country
}

func (p *Pipeline) feed(id evidence.FeedID) *feedState {
	f := p.feeds[id]
	if f == nil {
		f = &feedState{feed: evidence.Feed{ID: id}, began: p.now}
		p.feeds[id] = f
	}
	return f
}

func (p *Pipeline) sortedFeeds() []*feedState {
	var all []*feedState
	for _, f := range p.feeds {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *feedState) int { return cmp.Compare(a.feed.ID, b.feed.ID) })
	return all
}

func (f *feedState) mark(at, heard time.Time) {
	if at.After(f.lastAt) {
		f.lastAt = at
	}
	if heard.After(f.lastHeard) {
		f.lastHeard = heard
	}
}

// silent tells whether the feed has said nothing for longer than it may.
func (f *feedState) silent(now time.Time) bool {
	return f.feed.Quiet > 0 && now.Sub(f.newest()) > f.feed.Quiet
}

// newest is when the feed last spoke, or when we began to listen.
func (f *feedState) newest() time.Time {
	last := f.lastHeard
	if last.IsZero() {
		last = f.began
	}
	if f.woke.After(last) {
		return f.woke
	}
	return last
}

// input is the evidence at now, for attribution.
func (p *Pipeline) input(now time.Time) attribute.Input {
	in := attribute.Input{
		Now: now, Statements: p.said, Quiet: map[evidence.FeedID]time.Duration{},
		Readings: make([]evidence.Reading, 0, len(p.order)),
	}
	for _, t := range p.order {
		if t.det != nil {
			in.Readings = append(in.Readings, t.reading)
		}
	}
	for id, f := range p.feeds {
		in.Quiet[id] = f.feed.Quiet
	}
	return in
}
