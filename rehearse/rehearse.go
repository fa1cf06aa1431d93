// Package rehearse asks what would fall if something failed: a [Plan] says
// what, where, from when and for how long, as data; a [Stage] works out the
// [Result] with the same engine that judges real outages, and [Compare] lays
// one plan beside several editions of the catalogue and names the change that
// makes the difference.
//
// It never touches evidence, incidents or the store: whatever it says is
// marked as an exercise. It reads no files and writes no text.
package rehearse

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
	"tocsin/incident"
)

// Stage is an edition made ready for any number of plans. It is never changed
// after [New], so any number of goroutines may use it.
type Stage struct {
	edition *catalog.Edition
	engine  *impact.Engine
}

// New makes an edition ready.
func New(ed *catalog.Edition) *Stage { return &Stage{ed, impact.New(ed)} }

// Edition is what the stage was made of.
func (s *Stage) Edition() *catalog.Edition { return s.edition }

// Run plays a plan. Failures begin at p.From and the picture is that of
// [Plan.Look]. The error is a [catalog.Problem] or several, for people: a name
// that the edition doesn't know, with the nearest one that it does, or a moment
// at which nothing has failed.
func (s *Stage) Run(p Plan) (Result, error) {
	roots, err := s.roots(p)
	if err != nil {
		return Result{}, err
	}
	look, err := p.Look()
	if err != nil {
		return Result{}, err
	}
	r := Result{
		Exercise: true, Title: p.Title, Edition: s.edition.AsOf().Format(time.DateOnly), Digest: s.edition.Digest(),
		From: p.From, Until: p.until(), Look: look, Roots: roots,
	}
	fails := failures(roots)
	r.Recovery = s.engine.Recover(fails, look, s.repairs(roots, p))
	r.Affected = []Affected{}
	for _, e := range s.engine.Assess(fails, look) {
		if len(e.Path) > 1 {
			r.Affected = append(r.Affected, s.affected(e, p, r.Recovery))
		}
	}
	rank(r.Affected)
	r.Timeline = s.timeline(fails, p)
	r.Failing = s.failing(r.Timeline, p.From)
	r.Totals = s.totals(r.Affected)
	return r, nil
}

// repairs says how long each root takes to mend: until the plan's end, where it
// has one, or as the plan says.
func (s *Stage) repairs(roots []Root, p Plan) impact.Repairs {
	long := impact.Repairs{}
	if p.For > 0 {
		for _, r := range roots {
			long[r.Node] = p.until().Sub(s.looked(p))
		}
	}
	for _, name := range sortedKeys(p.Repairs) {
		nodes, _ := s.named(name) // roots has asked
		for _, n := range nodes {
			long[n.ID] = p.Repairs[name]
		}
	}
	return long
}

func failures(roots []Root) []impact.Failure {
	fails := make([]impact.Failure, len(roots))
	for i, r := range roots {
		fails[i] = impact.Failure{Node: r.Node, Region: r.Region, State: r.State, Since: r.From}
	}
	return fails
}

// affected is an effect with what the catalogue knows of its node.
func (s *Stage) affected(e incident.Effect, p Plan, way impact.Recovery) Affected {
	n := s.edition.Node(e.Node)
	a := Affected{
		Node: e.Node, Name: n.Name, Kind: n.Kind, Service: n.Service, Sector: s.edition.Sector(n), Region: e.Region,
		State: e.State, Since: e.Since, Path: e.Path, Confidence: n.Confidence, Assumed: e.Assumed,
		People: s.people(n, e.Region),
	}
	if end := p.until(); !e.Fails.IsZero() && (end.IsZero() || !e.Fails.After(end)) {
		a.Fails, a.Left = e.Fails, Length(e.Fails.Sub(s.looked(p)))
	}
	for _, ret := range way.Returns {
		if ret.Node == e.Node && e.State != catalog.Up && s.edition.Within(e.Region, ret.Region) {
			a.Back, a.Waits = ret.Full, ret.Waits
		}
	}
	for _, advice := range e.Advice {
		if advice.Stands {
			a.Standing = append(a.Standing, advice)
		} else {
			a.Withdrawn = append(a.Withdrawn, advice)
		}
	}
	return a
}

func (s *Stage) looked(p Plan) time.Time {
	look, _ := p.Look() // Run has asked, and told of an error
	return look
}

// people is who rest on a node in a region: all of its people, or the part of
// them that the region's share of the population suggests. A share that can't be
// told, since nobody counted, is all of them.
func (s *Stage) people(n *catalog.Node, in catalog.RegionID) int {
	if n.People == 0 {
		return 0
	}
	part, whole, counted := 0, 0, true
	for _, r := range s.edition.Regions() {
		if r.Level == catalog.Area || len(s.edition.Children(r.ID)) > 0 || !s.exists(n, r.ID) {
			continue
		}
		counted = counted && r.Counted
		whole += r.Population
		if s.edition.Within(r.ID, in) {
			part += r.Population
		}
	}
	if !counted || whole == 0 {
		return n.People
	}
	return int((int64(n.People)*int64(part) + int64(whole)/2) / int64(whole))
}

func (s *Stage) exists(n *catalog.Node, in catalog.RegionID) bool {
	return slices.ContainsFunc(n.Regions, func(r catalog.RegionID) bool { return s.edition.Within(in, r) })
}

// rank orders what is affected: people's functions before services before
// parts, the worst first, then by the people behind it, then by name.
func rank(list []Affected) {
	slices.SortStableFunc(list, func(a, b Affected) int {
		return cmp.Or(
			cmp.Compare(a.role(), b.role()),
			cmp.Compare(severity(b.State), severity(a.State)),
			cmp.Compare(b.People, a.People),
			strings.Compare(string(a.Node), string(b.Node)),
			strings.Compare(string(a.Region), string(b.Region)))
	})
}

// severity orders states from the best to the worst; what isn't there comes
// before all.
func severity(state catalog.State) int {
	return slices.Index([]catalog.State{catalog.Up, catalog.Unknown, catalog.Degraded, catalog.Down}, state)
}

// totals counts nodes, each by its worst state, and the people behind the
// dependents.
func (s *Stage) totals(list []Affected) Totals {
	var t Totals
	worst := map[catalog.NodeID]catalog.State{}
	for _, a := range list {
		if old, met := worst[a.Node]; !met || severity(a.State) > severity(old) {
			worst[a.Node] = a.State
		}
		if a.Kind == catalog.Dependent && a.State != catalog.Up {
			t.People += a.People
		}
	}
	for id, state := range worst {
		n := s.edition.Node(id)
		count := &t.Parts
		switch n.Kind {
		case catalog.Dependent:
			count = &t.Dependents
			if n.People == 0 && state != catalog.Up {
				t.Uncounted++
			}
		case catalog.Offering:
			count = &t.Services
		}
		switch state {
		case catalog.Down:
			count.Down++
		case catalog.Degraded:
			count.Degraded++
		case catalog.Unknown:
			count.Unknown++
		case catalog.Up:
			count.Holding++
		}
	}
	return t
}
