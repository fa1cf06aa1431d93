package attribute

import (
	"cmp"
	"math"
	"slices"

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
		e.aims = append(e.aims, t)
	}
	return t
}

// shape is what of a hypothesis depends on the graph alone: how it reaches the
// targets, and who is tied to it.
type shape struct {
	h     hypothesis
	fall  map[catalog.NodeID]catalog.State
	reach []reach // of the targets that it reaches, in their order
	seen  int     // targets that were looked at
	ties  map[catalog.OrgID]float64
	touch map[*shape]bool // who shares ground with it
}

// reach is how much of a target falls with a hypothesis, 0 to 1: the sum and the
// largest of its nodes' parts inside the target's region, the sum of their parts
// wherever they are, and the share of its reports that come from what fell.
type reach struct {
	target           int
	hit, most, named float64
	struck           float64
}

func (e *Engine) shape(h hypothesis) *shape {
	s := e.shapes[h]
	if s == nil {
		s = &shape{h: h, fall: e.fall(h), ties: map[catalog.OrgID]float64{}, touch: map[*shape]bool{}}
		e.shapes[h] = s
	}
	for ; s.seen < len(e.aims); s.seen++ {
		if r := e.reaches(s, e.aims[s.seen]); r.hit > 0 {
			s.reach = append(s.reach, r)
		}
	}
	return s
}

// most is the largest part of a target's nodes that a hypothesis reaches inside the
// target's region.
func (s *shape) most(t *target) float64 {
	i, ok := slices.BinarySearchFunc(s.reach, t.id, func(r reach, id int) int { return cmp.Compare(r.target, id) })
	if !ok {
		return 0
	}
	return s.reach[i].most
}

func (e *Engine) reaches(s *shape, t *target) reach {
	r := reach{target: t.id}
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

// touch tells whether two failures share ground.
func (e *Engine) touch(a, b *shape) bool {
	yes, known := a.touch[b]
	if !known {
		yes = e.touches(a.h, b.h)
		a.touch[b] = yes
	}
	return yes
}

func (e *Engine) touches(a, b hypothesis) bool {
	for _, x := range e.ed.Node(a.node).Regions {
		x = e.meet(x, a.region)
		for _, y := range e.ed.Node(b.node).Regions {
			if y = e.meet(y, b.region); x != "" && y != "" && e.ed.Overlap(x, y) {
				return true
			}
		}
	}
	return false
}
