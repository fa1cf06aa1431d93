package rehearse

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"tocsin/catalog"
	"tocsin/impact"
)

// timeline is how a plan unfolds, until what failed is back. The engine is asked
// again at every moment at which it says that a holdover runs out.
func (s *Stage) timeline(fails []impact.Failure, p Plan) []Event {
	moments := []time.Time{p.From}
	for _, f := range fails {
		moments = append(moments, f.Since)
	}
	end := p.until()
	events := []Event{}
	for done := (time.Time{}); len(moments) > 0; {
		at := slices.MinFunc(moments, time.Time.Compare)
		moments = slices.DeleteFunc(moments, func(t time.Time) bool { return !t.After(at) })
		if !at.After(done) {
			continue
		}
		done = at
		for _, e := range s.engine.Assess(fails, at) {
			if e.State != catalog.Up && e.Since.Equal(at) {
				events = append(events, Event{
					At: at, After: Length(at.Sub(p.From)), Node: e.Node, Region: e.Region, State: e.State, Cause: e.Path[len(e.Path)-1],
				})
			}
			if e.Fails.After(at) && (end.IsZero() || !e.Fails.After(end)) {
				moments = append(moments, e.Fails)
			}
		}
	}
	return events
}

// failing is how long each node of a time line lasts, the shortest first.
func (s *Stage) failing(events []Event, from time.Time) []Failing {
	list := []Failing{}
	at := map[catalog.NodeID]int{}
	for _, e := range events {
		if e.State != catalog.Down && e.State != catalog.Degraded {
			continue
		}
		i, met := at[e.Node]
		if !met {
			i = len(list)
			at[e.Node] = i
			list = append(list, Failing{Node: e.Node, Kind: s.edition.Node(e.Node).Kind, Suffers: e.After})
		}
		if e.State == catalog.Down && !list[i].Goes {
			list[i].Down, list[i].Goes = Length(e.At.Sub(from)), true
		}
	}
	slices.SortStableFunc(list, func(a, b Failing) int {
		return cmp.Or(cmp.Compare(a.Suffers, b.Suffers), strings.Compare(string(a.Node), string(b.Node)))
	})
	return list
}
