package impact

import (
	"cmp"
	"slices"
)

// A group with shares or a backup is more than one threshold: here it becomes a
// few gates. The gates know no demand: it takes nothing down, and a rival that is
// slow by others' users is no harm that follows from the catalogue's needs.

// weighs tells whether a group's shares count at the level: what is lost is lost
// by number alone.
func (c *compiler) weighs(g *group) bool { return c.level == degraded && g.shares != nil }

// relief is the backup that has to be lost too, at the level, before a group's
// loss is felt by an instant; nil for none. In the long run fuel is no help.
func (c *compiler) relief(g *group, at instant) *backup {
	b := g.backup
	if b == nil || c.level == degraded && !b.full || b.fuel > 0 && at == never {
		return nil
	}
	return b
}

// plain tells whether a group is one threshold.
func (c *compiler) plain(g *group, at instant) bool { return !c.weighs(g) && c.relief(g, at) == nil }

// looks gives the moments on which a group's supply at an instant depends.
func (c *compiler) looks(g *group, at instant) []juncture {
	var out []juncture
	look := func(g *group, at instant) {
		for _, m := range g.members {
			out = append(out, juncture{m, at})
		}
	}
	look(g, at)
	if b := c.relief(g, at); b != nil {
		look(&b.group, at)
		if b.fuel > 0 && at >= b.fuel {
			look(g, at-b.fuel)
		}
	}
	return out
}

// supply makes the gate that is lost when a group's supply is, by an instant:
// with its backup, or once the fuel has run out. It is supply of a study, as
// gates.
func (c *compiler) supply(g *group, at instant) int32 {
	own := c.loss(g, at)
	b := c.relief(g, at)
	if b == nil {
		return own
	}
	both := c.gate(2, own, c.loss(&b.group, at))
	if b.fuel > 0 && at >= b.fuel {
		both = c.gate(1, both, c.loss(g, at-b.fuel))
	}
	return both
}

// loss makes the gate of a group alone.
func (c *compiler) loss(g *group, at instant) int32 {
	var in []int32
	for _, m := range g.members {
		if gate, ok := c.moments[juncture{m, at}]; ok {
			in = append(in, gate)
		}
	}
	own := c.gate(int32(g.loss), in...)
	if c.weighs(g) {
		return c.gate(1, own, c.thin(g, at))
	}
	return own
}

// part is a member's gate and its share.
type part struct {
	gate  int32
	share int
}

// scales makes the gates of a group's shares. Beyond is asked of the members from
// one on and of so much slack: each split is made once.
type scales struct {
	*compiler
	parts []part
	rest  []int // the sum of the shares from each member on
	made  map[[2]int]int32
}

const (
	notEver int32 = -1 // what is left can't exceed the slack
	already int32 = -2 // the slack is exceeded
)

// thin makes the gate that is lost when the shares that are missing exceed the
// slack: with this member or without it, the largest first.
func (c *compiler) thin(g *group, at instant) int32 {
	s := &scales{compiler: c, made: map[[2]int]int32{}}
	for i, m := range g.members {
		if gate, ok := c.moments[juncture{m, at}]; ok {
			s.parts = append(s.parts, part{gate, g.shares[i]})
		}
	}
	slices.SortFunc(s.parts, func(a, b part) int {
		return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.gate, b.gate))
	})
	s.rest = make([]int, len(s.parts)+1)
	for i := len(s.parts) - 1; i >= 0; i-- {
		s.rest[i] = s.rest[i+1] + s.parts[i].share
	}
	switch gate := s.beyond(0, g.slack); gate {
	case notEver:
		return c.gate(neverLost)
	case already: // so much is never there that it never serves fully
		return c.gate(0)
	default:
		return gate
	}
}

func (s *scales) beyond(i, slack int) int32 {
	switch {
	case slack < 0:
		return already
	case s.rest[i] <= slack:
		return notEver
	}
	key := [2]int{i, slack}
	if gate, ok := s.made[key]; ok {
		return gate
	}
	with, without := s.beyond(i+1, slack-s.parts[i].share), s.beyond(i+1, slack)
	gate := s.parts[i].gate
	if with != already { // what is left of the others must go as well
		gate = s.gate(2, gate, with)
	}
	if without != notEver {
		gate = s.gate(1, gate, without)
	}
	s.made[key] = gate
	return gate
}
