package attribute

import (
	"math"

	"tocsin/catalog"
	"tocsin/evidence"
)

// target is what a subject, counted or spoken of in a region, stands for. The
// engine keeps every one that it has met: evidence changes every minute, what it
// is about never does.
type target struct {
	id     int
	nodes  []catalog.NodeID
	org    catalog.OrgID
	whole  bool
	region catalog.RegionID
}

// spot is a subject with the region in which it is counted.
type spot struct {
	subject evidence.Subject
	region  catalog.RegionID
}

func (e *Engine) target(subject evidence.Subject, region catalog.RegionID) *target {
	at := spot{subject, region}
	t := e.targets[at]
	if t == nil {
		t = &target{id: len(e.targets), region: region}
		t.nodes, t.org, t.whole = e.aim(subject, region)
		e.targets[at] = t
	}
	return t
}

// shape is what of a hypothesis depends on the graph alone: how it reaches each
// target, by its number, and who is tied to it.
type shape struct {
	h     hypothesis
	fall  map[catalog.NodeID]catalog.State
	reach []reach
	ties  map[catalog.OrgID]float64
}

// reach is how much of a target falls with a hypothesis, 0 to 1: the sum and the
// largest of its nodes' parts inside the target's region, the sum of their parts
// wherever they are, and the share of its reports that come from what fell.
type reach struct {
	known            bool
	hit, most, named float64
	struck           float64
}

func (e *Engine) shape(h hypothesis) *shape {
	s := e.shapes[h]
	if s == nil {
		s = &shape{h: h, fall: e.fall(h), ties: map[catalog.OrgID]float64{}}
		e.shapes[h] = s
	}
	return s
}

// reach gives how a hypothesis reaches a target.
func (e *Engine) reach(s *shape, t *target) reach {
	if t.id >= len(s.reach) {
		grown := make([]reach, max(len(e.targets), t.id+1))
		copy(grown, s.reach)
		s.reach = grown
	}
	r := &s.reach[t.id]
	if !r.known {
		*r = e.reaches(s, t)
	}
	return *r
}

func (e *Engine) reaches(s *shape, t *target) reach {
	r := reach{known: true}
	for _, n := range t.nodes {
		part := 0.0
		switch s.fall[n] {
		case catalog.Down:
			part = 1
		case catalog.Degraded:
			part = half
		}
		if part == 0 {
			continue
		}
		inside := part * e.covers(n, s.h.region, t.region)
		r.named += part
		r.hit += inside
		r.most = math.Max(r.most, inside)
	}
	if len(t.nodes) > 0 {
		r.struck = r.hit / float64(len(t.nodes))
	}
	if e.ed.Carrier(t.org) == nil {
		r.struck *= blame
	}
	return r
}
